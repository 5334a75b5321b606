//! The words of the engine's messages, for what stands in the module that starts the page: the few that can be needed
//! there at once, and all of them as soon as the code that knows projects is here. The pages, which come after it, ask the
//! message itself.

use std::cell::Cell;

use spec::Message;
use spec::texts::messages::{self, Tables};

thread_local! {
    static TABLES: Cell<Tables> = const { Cell::new(messages::FIRST) };
}

/// To be called once all words are here. Whoever names them brings them along, so not from the module that starts.
pub fn know(tables: Tables) {
    TABLES.set(tables);
}

/// What happened.
pub fn says(message: &Message) -> String {
    TABLES.get().says(message)
}

/// What to do about it; empty when there is nothing to do.
pub fn hint(message: &Message) -> String {
    TABLES.get().hint(message)
}

use std::future::Future;

use leptos::prelude::*;
use leptos::task::spawn_local;
use spec::{Failure, Message, Outcome, Severity};

use super::actions::Action;
use crate::hall::Hall;
use crate::platform::files;
use crate::shell::Modules;

/// One action of the home page at a time: while it runs no other can be started; what failed is shown on the page. The
/// first one may have to wait for the code that does it, and for the engine.
#[derive(Clone, Copy)]
pub struct Starter {
    hall: Hall,
    modules: Modules,
    busy: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
}

impl Starter {
    /// To be called in a component.
    pub fn new() -> Self {
        Self {
            hall: Hall::get(),
            modules: Modules::get(),
            busy: RwSignal::new(false),
            failure: RwSignal::new(None),
        }
    }

    pub fn act(self, action: Action) {
        self.run(async move { self.modules.fetch_session().await?.act(action).await });
    }

    /// Asks for a file first; nothing happens when none was chosen. `accept` as in `<input accept>`.
    pub fn pick(self, accept: &'static str, action: fn(files::UserFile) -> Action) {
        self.run(async move {
            match files::pick(accept).await {
                Some(file) => self.modules.fetch_session().await?.act(action(file)).await,
                None => Ok(()),
            }
        });
    }

    fn run(self, action: impl Future<Output = Outcome<()>> + 'static) {
        if self.busy.get_untracked() {
            return self.hall.notify_once(Severity::Info, Message::new("page.busy"));
        }
        self.busy.set(true);
        self.failure.set(None);
        self.hall.progress.set(None);
        spawn_local(async move {
            let outcome = action.await;
            // The page may be gone by now: the action led elsewhere.
            self.busy.try_set(false);
            self.failure.try_set(outcome.err().filter(|failure| !failure.cancelled));
        });
    }

    pub fn is_busy(self) -> bool {
        self.busy.get()
    }

    pub fn is_busy_untracked(self) -> bool {
        self.busy.get_untracked()
    }

    pub fn failure(self) -> Option<Failure> {
        self.failure.get()
    }
}

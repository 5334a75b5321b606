use std::future::Future;

use leptos::prelude::*;
use leptos::task::spawn_local;
use spec::{Failure, Outcome};

/// One action of the home page at a time: while it runs no other can be started; what failed is shown on the page.
#[derive(Clone, Copy, Default)]
pub struct Starter {
    busy: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
}

impl Starter {
    pub fn run(self, action: impl Future<Output = Outcome<()>> + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.failure.set(None);
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

    pub fn failure(self) -> Option<Failure> {
        self.failure.get()
    }
}

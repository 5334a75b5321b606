use std::future::Future;

use leptos::prelude::*;
use leptos::task::spawn_local;
use spec::{Failure, Message, Outcome, Severity};

use super::actions::Action;
use crate::hall::Hall;
use crate::platform::files;
use crate::shell::Modules;

/// Where on the page an action was asked for: what fails is said there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Projects,
    Samples,
    File,
    OtherWays,
    YourData,
}

impl Place {
    fn of(action: &Action) -> Self {
        match action {
            Action::StartSample(_) | Action::StartLesson(_) => Self::Samples,
            Action::StartFile(_) => Self::File,
            Action::StartBlank | Action::StartExample(_) | Action::StartSheet(_) => Self::OtherWays,
            Action::Duplicate { .. } | Action::Rename { .. } | Action::Save { .. } | Action::Delete { .. } => Self::Projects,
            Action::EraseAll => Self::YourData,
        }
    }
}

/// One action of the home page at a time: while it runs no other can be started; what failed is shown where it was asked
/// for. The first one may have to wait for the code that does it, and for the engine.
#[derive(Clone, Copy)]
pub struct Starter {
    hall: Hall,
    modules: Modules,
    busy: RwSignal<bool>,
    failure: RwSignal<Option<(Place, Failure)>>,
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
        let place = Place::of(&action);
        self.run(place, async move { self.modules.fetch_session().await?.act(action).await });
    }

    /// Asks for a file first; nothing happens when none was chosen. `accept` as in `<input accept>`.
    pub fn pick(self, accept: &'static str, action: fn(files::UserFile) -> Action) {
        self.run(Place::OtherWays, async move {
            match files::pick(accept).await {
                Some(file) => self.modules.fetch_session().await?.act(action(file)).await,
                None => Ok(()),
            }
        });
    }

    fn run(self, place: Place, action: impl Future<Output = Outcome<()>> + 'static) {
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
            let failure = outcome.err().filter(|failure| !failure.cancelled);
            self.failure.try_set(failure.map(|failure| (place, failure)));
        });
    }

    pub fn is_busy(self) -> bool {
        self.busy.get()
    }

    pub fn is_busy_untracked(self) -> bool {
        self.busy.get_untracked()
    }

    /// What failed that was asked for there.
    pub fn failure(self, place: Place) -> Option<Failure> {
        self.failure.get().filter(|(at, _)| *at == place).map(|(_, failure)| failure)
    }
}

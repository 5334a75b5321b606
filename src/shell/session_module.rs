//! What the module that starts the page knows of the session's: this list of functions, and nothing else. A function that
//! was called by its name instead would be code of the module that starts.

use std::future::Future;
use std::pin::Pin;

use leptos::prelude::*;
use spec::Outcome;
use spec::texts::messages;

use super::explanation::Explanation;
use super::goal_card::GoalCard;
use super::history::{History, redo, undo};
use super::project_bar::ProjectBar;
use crate::hall::Hall;
use crate::pages::home::actions::{self, Action};
use crate::route::Stage;
use crate::says;
use crate::session::Session;

/// An action under way.
pub type Doing = Pin<Box<dyn Future<Output = Outcome<()>>>>;

/// The session and what can be done with it.
#[derive(Clone, Copy)]
pub struct SessionModule {
    session: Session,
    open: fn(Session, &str),
    close: fn(Session),
    act: fn(Session, Action) -> Doing,
    undo: fn(Session),
    redo: fn(Session),
    /// Name of the open project, and whether it is saved.
    pub project_bar: fn() -> AnyView,
    /// Undo and redo.
    pub history: fn() -> AnyView,
    pub goal_card: fn() -> AnyView,
    /// The content of the explain drawer on a stage, or at home.
    pub explanation: fn(Signal<Option<Stage>>) -> AnyView,
}

impl SessionModule {
    /// Makes the session. To be called once, by the module that has the code.
    pub fn make(hall: Hall) -> Self {
        says::know(messages::ALL);
        Self {
            session: Session::provide(hall),
            open: Session::open,
            close: Session::close,
            act: |session, action| Box::pin(actions::act(session, action)),
            undo,
            redo,
            project_bar: || view! { <ProjectBar /> }.into_any(),
            history: || view! { <History /> }.into_any(),
            goal_card: || view! { <GoalCard /> }.into_any(),
            explanation: |current| view! { <Explanation current /> }.into_any(),
        }
    }

    /// Opens a project; does nothing when it is open.
    pub fn open(self, id: &str) {
        (self.open)(self.session, id);
    }

    /// Leaves the open project.
    pub fn close(self) {
        (self.close)(self.session);
    }

    /// Does what was asked for on the home page.
    pub fn act(self, action: Action) -> Doing {
        (self.act)(self.session, action)
    }

    pub fn undo(self) {
        (self.undo)(self.session);
    }

    pub fn redo(self) {
        (self.redo)(self.session);
    }
}

use leptos::prelude::*;
use spec::{Edit, Framing};

use crate::session::Session;

/// The framing sheet of the open project, as the cards of the page see it. Every change is one undoable edit.
#[derive(Clone, Copy)]
pub struct Sheet {
    session: Session,
    pub framing: Memo<Framing>,
    /// True while another tab writes.
    pub locked: Signal<bool>,
}

impl Sheet {
    pub fn of(session: Session) -> Self {
        let framing = Memo::new(move |_| {
            session.project.with(|project| {
                project
                    .as_ref()
                    .map(|project| project.pipeline.framing.clone())
                    .unwrap_or_default()
            })
        });
        Self {
            session,
            framing,
            locked: session.read_only.into(),
        }
    }

    /// One part of the sheet, as a signal.
    pub fn part<T: Clone + PartialEq + Send + Sync + 'static>(
        self,
        of: impl Fn(&Framing) -> T + Send + Sync + 'static,
    ) -> Signal<T> {
        Memo::new(move |_| self.framing.with(&of)).into()
    }

    pub fn set(self, framing: Framing) {
        if framing != self.framing.get_untracked() {
            self.session.edit_or_report(Edit::SetFraming { framing });
        }
    }

    pub fn change(self, how: impl FnOnce(&mut Framing)) {
        let mut framing = self.framing.get_untracked();
        how(&mut framing);
        self.set(framing);
    }
}

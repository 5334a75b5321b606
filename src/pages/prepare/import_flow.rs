//! From a file to a data set: look, override, import.

use leptos::prelude::*;
use leptos::task::spawn_local;
use spec::job::{Answer, Job};
use spec::read::{ReadOptions, Sniff};
use spec::{Failure, Message};

use crate::platform::files::{self, UserFile};
use crate::platform::location;
use crate::route::Route;
use crate::session::Session;

use super::import::ReadDraft;

/// The state of an import that is being decided.
#[derive(Clone, Copy)]
pub struct ImportFlow {
    pub session: Session,
    /// The file that is looked at; the dialog is open while there is one.
    pub file: RwSignal<Option<UserFile>>,
    pub sniff: RwSignal<Option<Sniff>>,
    pub draft: RwSignal<Option<ReadDraft>>,
    pub failure: RwSignal<Option<Failure>>,
    pub is_sniffing: RwSignal<bool>,
    /// What was answered to another file that was dropped meanwhile.
    pub remark: RwSignal<Option<Message>>,
    /// The project that was made for the file: without the file there is no use for it.
    made_for_it: StoredValue<Option<String>>,
    turn: StoredValue<u32>,
}

impl ImportFlow {
    pub fn new(session: Session) -> Self {
        Self {
            session,
            file: RwSignal::new(None),
            sniff: RwSignal::new(None),
            draft: RwSignal::new(None),
            failure: RwSignal::new(None),
            is_sniffing: RwSignal::new(false),
            remark: RwSignal::new(None),
            made_for_it: StoredValue::new(None),
            turn: StoredValue::new(0),
        }
    }

    /// Asks for a file and looks at it.
    pub fn pick(self) {
        spawn_local(async move {
            if let Some(file) = files::pick(super::ACCEPT).await {
                self.look(file);
            }
        });
    }

    /// Looks at the file for which the open project was made.
    pub fn look_at_first(self, file: UserFile) {
        let id = self
            .session
            .project
            .with_untracked(|project| project.as_ref().map(|one| one.id.clone()));
        self.made_for_it.set_value(id);
        self.look(file);
    }

    /// A file that was dropped beside the zone; false when it is not wanted.
    pub fn drop_beside(self, file: &UserFile) -> bool {
        if self.file.with_untracked(Option::is_some) {
            files::forget(file.key);
            self.remark
                .set(Some(Message::new("page.import_first").with("file", &file.name)));
            return true;
        }
        let has_data = self
            .session
            .project
            .with_untracked(|project| project.as_ref().is_none_or(|project| project.data.is_some()));
        if !has_data && !self.session.read_only.get_untracked() {
            self.look(file.clone());
        }
        !has_data
    }

    /// Looks at a file; nothing is imported yet.
    pub fn look(self, file: UserFile) {
        self.remark.set(None);
        self.sniff.set(None);
        self.draft.set(None);
        self.file.set(Some(file));
        self.ask(None);
    }

    /// Looks again with what was changed.
    pub fn again(self, options: ReadOptions) {
        self.ask(Some(options));
    }

    fn ask(self, options: Option<ReadOptions>) {
        let Some(key) = self.file.with_untracked(|file| file.as_ref().map(|file| file.key)) else {
            return;
        };
        self.turn.update_value(|turn| *turn += 1);
        let turn = self.turn.get_value();
        self.failure.set(None);
        self.is_sniffing.set(true);
        spawn_local(async move {
            let outcome = self.session.ask(Job::Sniff { file: key, options }).await;
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            self.is_sniffing.set(false);
            match outcome.map(|reply| reply.answer) {
                Ok(Answer::Sniffed(sniff)) => {
                    if self.draft.with_untracked(Option::is_none) {
                        self.draft.set(Some(ReadDraft::of(&sniff.options)));
                    }
                    self.sniff.set(Some(*sniff));
                }
                Ok(_) => self.failure.set(Some(Message::new("engine.wrong_output").into())),
                Err(failure) => self.failure.set(Some(failure)),
            }
        });
    }

    /// Imports as the form says and closes the dialog; a failure opens it again.
    pub fn import(self, mut options: ReadOptions) {
        let Some(file) = self.file.get_untracked() else { return };
        // What was chosen for columns that another delimiter or header has done away with.
        if let Some(header) = self
            .sniff
            .with_untracked(|sniff| sniff.as_ref().map(|sniff| sniff.header.clone()))
        {
            options.types.retain(|name, _| header.contains(name));
            options.columns.retain(|name, _| header.contains(name));
        }
        self.file.set(None);
        spawn_local(async move {
            if let Err(failure) = self.session.import(&file, options).await {
                if failure.cancelled {
                    files::forget(file.key);
                    self.leave_nothing_behind();
                } else {
                    self.file.set(Some(file));
                    self.failure.set(Some(failure));
                }
            }
        });
    }

    pub fn close(self) {
        if let Some(file) = self.file.get_untracked() {
            files::forget(file.key);
        }
        self.turn.update_value(|turn| *turn += 1);
        let was_open = self.file.with_untracked(Option::is_some);
        self.file.set(None);
        if was_open {
            self.leave_nothing_behind();
        }
    }

    /// A project that was made for a file which was not imported goes again.
    fn leave_nothing_behind(self) {
        let Some(made) = self.made_for_it.get_value() else { return };
        self.made_for_it.set_value(None);
        let is_empty = self.session.project.with_untracked(|project| {
            let own = project.as_ref().filter(|project| project.id == made);
            own.is_some_and(|project| project.data.is_none() && project.history.undo.is_empty())
        });
        if is_empty {
            location::replace(&Route::Home);
            spawn_local(async move {
                if let Err(failure) = self.session.delete(made).await {
                    self.session.report(failure);
                }
            });
        }
    }
}

//! Which project is open, and those that there are.

use std::cell::Cell;

use leptos::prelude::*;
use leptos::task::spawn_local;
use spec::job::{Answer, Job, Start};
use spec::journal::Journal;
use spec::{Failure, Message, Outcome, Project, Severity};

use super::asking::ask;
use super::{JOURNAL, OPENED, Reply, SaveState, Session, wrong_answer};
use crate::platform::files::UserFile;
use crate::platform::{journal, ledger, local, space};

impl Session {
    /// Opens a project and its journal. Follows the address: pages need not call it. Does nothing when it is open.
    pub fn open(self, id: &str) {
        let is_open = self
            .project
            .with_untracked(|project| project.as_ref().is_some_and(|project| project.id == id));
        let is_opening = self.opening.with_untracked(|opening| opening.as_deref() == Some(id));
        if !is_open && !is_opening {
            let id = id.to_owned();
            spawn_local(async move { self.open_now(&id, false).await });
        }
    }

    /// Makes this tab the writer of the open project.
    pub fn take_over(self) {
        if let Some(id) = self.project_id() {
            spawn_local(async move { self.open_now(&id, true).await });
        }
    }

    /// Leaves the project; what was edited stays in the journal until it is saved.
    pub fn close(self) {
        if self.project.with_untracked(Option::is_some) || self.opening.with_untracked(Option::is_some) {
            self.forget_project();
            spawn_local(async move {
                ask(&Job::CloseProject).await.ok();
                self.hall.list_projects(false).await;
            });
        }
    }

    /// Makes a project and opens it; its id, for the address.
    pub async fn create(self, name: String, start: Start) -> Outcome<String> {
        self.settle_edits().await;
        let reply = self.run(Job::CreateProject { name, start }).await?;
        self.adopt(reply).await
    }

    /// A project from a project file, opened; its id, for the address.
    pub async fn import_project(self, file: &UserFile) -> Outcome<String> {
        self.settle_edits().await;
        let reply = self.run(Job::ImportProject { file: file.key }).await?;
        self.adopt(reply).await
    }

    /// Shows a project that was made just now; its id. What was being opened meanwhile is not shown any more.
    async fn adopt(self, reply: Reply) -> Outcome<String> {
        let Answer::Project { project, read_only } = reply.answer else {
            return Err(wrong_answer());
        };
        let id = project.id.clone();
        let unsaved = self.unsaved(&id).await?;
        OPENED.set(OPENED.get() + 1);
        self.opening.set(None);
        self.show(*project, read_only, unsaved);
        self.ask_to_persist();
        self.hall.list_projects(false).await;
        Ok(id)
    }

    pub async fn delete(self, id: String) -> Outcome<()> {
        if self.project_id().as_deref() == Some(&id) {
            self.forget_project();
        }
        ask(&Job::DeleteProject { id: id.clone() }).await?;
        journal::write(&id, &Journal::default());
        ledger::forget(&id);
        self.hall.list_projects(false).await;
        Ok(())
    }

    /// Everything in this browser: projects, journal, ledger, settings.
    pub async fn erase_all(self) -> Outcome<()> {
        self.forget_project();
        ask(&Job::EraseAll).await?;
        local::clear();
        self.hall.list_projects(false).await;
        Ok(())
    }

    pub(super) fn project_id(self) -> Option<String> {
        self.project
            .with_untracked(|project| project.as_ref().map(|project| project.id.clone()))
    }

    pub(super) fn is_current(self, id: &str) -> bool {
        self.project
            .with_untracked(|project| project.as_ref().is_some_and(|project| project.id == id))
    }

    pub(super) fn forget_project(self) {
        OPENED.set(OPENED.get() + 1);
        self.opening.set(None);
        self.clear();
    }

    fn clear(self) {
        self.project.set(None);
        self.hall.open_failure.set(None);
        self.read_only.set(false);
        self.description.set(None);
        self.description_failure.set(None);
        self.evaluations.set(Vec::new());
        self.save.set(SaveState::Saved);
        JOURNAL.with_borrow_mut(|journal| *journal = Journal::default());
    }

    pub(super) async fn open_now(self, id: &str, take_over: bool) {
        OPENED.set(OPENED.get() + 1);
        let turn = OPENED.get();
        self.opening.set(Some(id.to_owned()));
        self.settle_edits().await;
        if OPENED.get() != turn {
            return;
        }
        if !self.is_current(id) {
            self.clear();
        }
        self.hall.open_failure.set(None);
        let outcome = ask(&Job::OpenProject {
            id: id.to_owned(),
            take_over,
        })
        .await;
        if OPENED.get() != turn {
            return;
        }
        let unsaved = match outcome {
            Ok(_) => self.unsaved(id).await,
            Err(_) => Ok(Journal::default()),
        };
        if OPENED.get() != turn {
            return;
        }
        self.opening.set(None);
        match outcome.and_then(|reply| Ok((reply, unsaved?))) {
            Ok((
                Reply {
                    answer: Answer::Project { project, read_only },
                    ..
                },
                unsaved,
            )) => self.show(*project, read_only, unsaved),
            Ok(_) => self.hall.open_failure.set(Some(wrong_answer())),
            Err(failure) => {
                // The engine has lost it: what one would do on its pages could only fail.
                if self.is_current(id) {
                    self.forget_project();
                }
                self.hall.open_failure.set(Some(failure));
            }
        }
    }

    /// What is not saved of a project: this tab's own edits, or what an earlier visit left. What cannot be read is told
    /// and given up. Errors: the engine could not be asked.
    pub async fn unsaved(self, id: &str) -> Outcome<Journal> {
        if self.is_current(id) && !self.read_only.get_untracked() {
            return Ok(JOURNAL.with_borrow(Clone::clone));
        }
        let Some(text) = journal::text(id) else {
            return Ok(Journal::default());
        };
        match ask(&Job::ReadJournal { text }).await {
            Ok(Reply {
                answer: Answer::Journal(journal),
                ..
            }) => Ok(journal),
            Ok(_) => Err(wrong_answer()),
            Err(failure) if failure.message.code.starts_with("wire.") => {
                self.journal_refused(&failure);
                Ok(Journal::default())
            }
            Err(failure) => Err(failure),
        }
    }

    fn journal_refused(self, failure: &Failure) {
        self.notify(
            Severity::Error,
            Message::new("page.journal_refused").with("why", failure.message.says()),
        );
    }

    /// Shows what the store has, with the edits on top of it that are not saved.
    pub(super) fn show(self, mut project: Project, read_only: bool, mut journal: Journal) {
        ledger::note(&project.id, &project.name, project.generation);
        if read_only {
            // The edits belong to the tab that writes; they are that tab's to send.
            journal = Journal::default();
        } else {
            journal.acknowledge(project.journal_seq, project.generation);
            let mut edited = project.clone();
            match journal.edits.iter().try_for_each(|edit| edited.apply(edit)) {
                Ok(()) => project = edited,
                Err(failure) => {
                    self.journal_refused(&failure);
                    journal = Journal::default();
                }
            }
            journal::write(&project.id, &journal);
        }
        let has_edits = !journal.edits.is_empty();
        JOURNAL.with_borrow_mut(|own| *own = journal);
        self.project.set(Some(project));
        self.read_only.set(read_only);
        self.save.set(SaveState::Saved);
        if has_edits { self.send_edits() } else { self.describe() }
    }

    pub(super) async fn reread(self, id: &str) {
        self.settle_edits().await;
        let reply = ask(&Job::OpenProject {
            id: id.to_owned(),
            take_over: false,
        })
        .await;
        if !self.is_current(id) {
            return;
        }
        match reply {
            Ok(Reply {
                answer: Answer::Project { project, read_only },
                ..
            }) => {
                if let Ok(unsaved) = self.unsaved(id).await
                    && self.is_current(id)
                {
                    self.show(*project, read_only, unsaved);
                }
            }
            Ok(_) => self.report(wrong_answer()),
            Err(failure) => self.report(failure),
        }
    }

    /// After the first real save the browser is asked to keep the projects, once a visit.
    pub(super) fn ask_to_persist(self) {
        thread_local!(static ASKED: Cell<bool> = const { Cell::new(false) });
        if !ASKED.replace(true) {
            spawn_local(async move { self.persisted.set(space::ask_to_persist().await) });
        }
    }
}

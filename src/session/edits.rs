//! Edits: applied at once, kept in the journal, sent, and acknowledged.

use leptos::prelude::*;
use leptos::task::spawn_local;
use spec::job::{Answer, Job};
use spec::journal::Journal;
use spec::{Edit, Message, Outcome, Severity};

use super::asking::ask;
use super::{JOURNAL, Reply, SENDING, SaveState, Session, wrong_answer};
use crate::platform::{journal, ledger, time};

impl Session {
    /// Changes the document: shown at once, written to the journal at once, then saved in order. Errors as of
    /// [`Project::apply`]; nothing has then changed.
    pub fn edit(self, edit: Edit) -> Outcome<()> {
        if self.read_only.get_untracked() {
            return Err(Message::new("store.read_only").into());
        }
        let mut project = self
            .project
            .get_untracked()
            .ok_or_else(|| Message::new("engine.no_project"))?;
        project.apply(&edit)?;
        let (id, seq, generation) = (project.id.clone(), project.journal_seq, project.generation);
        self.project.set(Some(project));
        let is_written = JOURNAL.with_borrow_mut(|journal| {
            journal.push(edit, seq, generation);
            journal::write(&id, journal)
        });
        if !is_written {
            self.hall.notify_once(Severity::Warning, Message::new("page.no_journal"));
        }
        self.send_edits();
        Ok(())
    }

    /// As [`Session::edit`]; a failure becomes a notice.
    pub fn edit_or_report(self, edit: Edit) {
        if let Err(failure) = self.edit(edit) {
            self.report(failure);
        }
    }

    /// Tries again after [`SaveState::Failed`].
    pub fn retry_save(self) {
        self.send_edits();
    }

    /// Waits until every edit is saved, or has failed.
    pub async fn settle_edits(self) {
        while SENDING.get() {
            time::sleep(20).await;
        }
    }

    /// One save at a time, each with everything edited meanwhile.
    pub(super) fn send_edits(self) {
        if SENDING.replace(true) {
            return;
        }
        spawn_local(async move {
            while let Some((id, journal)) = self.unsent() {
                self.save.set(SaveState::Saving);
                let last_seq = journal.last_seq();
                let Journal {
                    first_seq,
                    base_generation,
                    edits,
                } = journal;
                let outcome = ask(&Job::Edits {
                    id: id.clone(),
                    base_generation,
                    first_seq,
                    edits,
                })
                .await;
                match outcome {
                    Ok(Reply {
                        answer: Answer::Saved { id, generation },
                        ..
                    }) => self.saved(&id, last_seq, generation),
                    Ok(_) => {
                        self.save.set(SaveState::Failed(wrong_answer()));
                        break;
                    }
                    Err(failure) => {
                        if self.is_current(&id) {
                            self.save.set(SaveState::Failed(failure));
                        }
                        break;
                    }
                }
            }
            SENDING.set(false);
        });
    }

    pub(super) fn unsent(self) -> Option<(String, Journal)> {
        let id = self.project_id()?;
        let journal = JOURNAL.with_borrow(Clone::clone);
        (!journal.edits.is_empty()).then_some((id, journal))
    }

    pub(super) fn saved(self, id: &str, last_seq: u64, generation: u64) {
        if !self.is_current(id) {
            journal::acknowledge(id, last_seq);
            return;
        }
        let is_all = JOURNAL.with_borrow_mut(|journal| {
            journal.acknowledge(last_seq, generation);
            journal::write(id, journal);
            journal.edits.is_empty()
        });
        self.stored(generation, Some(last_seq));
        if is_all {
            self.save.set(SaveState::Saved);
            self.describe();
        }
        self.ask_to_persist();
    }

    /// The store has this generation of the open project.
    pub(super) fn stored(self, generation: u64, last_seq: Option<u64>) {
        self.project.update(|project| {
            if let Some(project) = project {
                project.generation = project.generation.max(generation);
                project.journal_seq = project.journal_seq.max(last_seq.unwrap_or(0));
                ledger::note(&project.id, &project.name, project.generation);
            }
        });
        JOURNAL.with_borrow_mut(|journal| journal.base_generation = journal.base_generation.max(generation));
    }
}

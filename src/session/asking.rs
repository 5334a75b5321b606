//! Jobs: what is asked of the worker, and what follows from its answers.

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use spec::evaluation::Part;
use spec::job::{Answer, Job, JobId};
use spec::read::ReadOptions;
use spec::registry::ModelRef;
use spec::{Message, ModelSpec, Outcome, wire};

use super::{Basis, DESCRIBE_JOB, Reply, RunningJob, Session, wrong_answer};
use crate::bridge::{self, JobHandle};
use crate::platform::files::UserFile;
use crate::platform::time;

/// Sends a job with the files that it names.
fn submit(job: &Job) -> JobHandle {
    bridge::submit(job, &job.files())
}

/// Sends a job and waits for its end.
pub(super) async fn ask(job: &Job) -> Outcome<Reply> {
    submit(job).await.map(read)
}

fn read(reply: bridge::Reply) -> Reply {
    Reply {
        answer: wire::from_own_value(reply.answer),
        bytes: reply.bytes,
    }
}

impl Session {
    /// Runs a job that shows up in `jobs` while it runs. Edits made before it are saved first. On an answer that
    /// changed the stored project the page's copy follows.
    pub async fn run(self, job: Job) -> Outcome<Reply> {
        self.settle_edits().await;
        let handle = submit(&job);
        let id = handle.id();
        let started = RunningJob {
            id,
            job,
            started_ms: time::now_ms(),
            progress: None,
            candidates: BTreeMap::new(),
        };
        self.jobs.update(|jobs| jobs.push(started));
        let outcome = handle.await;
        self.jobs.update(|jobs| jobs.retain(|job| job.id != id));
        outcome.map(read)
    }

    /// Asks without showing up in `jobs`: rows, previews, anything quick.
    pub async fn ask(self, job: Job) -> Outcome<Reply> {
        ask(&job).await
    }

    /// Imports a file into the open project.
    pub async fn import(self, file: &UserFile, options: ReadOptions) -> Outcome<()> {
        let outcome = self.run(Job::Import { file: file.key, options }).await;
        self.follow(outcome).await
    }

    /// The same recipe on another file.
    pub async fn import_same_recipe(self, file: &UserFile) -> Outcome<()> {
        let outcome = self.run(Job::ImportSameRecipe { file: file.key }).await;
        self.follow(outcome).await
    }

    /// Trains; each candidate that finishes is a run of the project at once.
    pub async fn train(self, models: Vec<ModelSpec>) -> Outcome<()> {
        let outcome = self.run(Job::Train { models }).await;
        self.follow(outcome).await
    }

    pub async fn delete_run(self, run: u32) -> Outcome<()> {
        let outcome = self.run(Job::DeleteRun { run }).await;
        self.follow(outcome).await
    }

    /// Registers a run as a version; its number.
    pub async fn register(self, run: u32, note: String) -> Outcome<u32> {
        let outcome = self.run(Job::Register { run, note }).await;
        let answer = outcome.as_ref().ok().map(|reply| reply.answer.clone());
        self.follow(outcome).await?;
        match answer {
            Some(Answer::Registered { version }) => Ok(version),
            _ => Err(wrong_answer()),
        }
    }

    /// The bundle of a model; a version remembers what its bundle is called by.
    pub async fn export(self, of: ModelRef) -> Outcome<Reply> {
        let job = match of {
            ModelRef::Run(run) => Job::Export { run },
            ModelRef::Version(version) => Job::ExportVersion { version },
        };
        let reply = self.run(job).await;
        if let (ModelRef::Version(_), Some(id)) = (of, self.project_id().filter(|_| reply.is_ok())) {
            self.reread(&id).await;
        }
        reply
    }

    /// Computes the figures of a run on a part; they are then in `evaluations`. The test set is opened by this, and
    /// counted, when it was not.
    pub async fn evaluate(self, run: u32, part: Part, reason: String) -> Outcome<()> {
        self.settle_edits().await;
        let basis = self
            .project
            .with_untracked(|project| project.as_ref().map(|project| Basis::of(project, run, part)))
            .ok_or_else(|| Message::new("engine.no_project"))?;
        let id = self.project_id();
        let reply = self.run(Job::Evaluate { run, part, reason }).await;
        if part == Part::Test {
            self.follow(reply.clone()).await?;
        }
        match reply?.answer {
            Answer::Evaluated(evaluation) if self.project_id() == id => {
                self.evaluations.update(|shown| {
                    shown.retain(|(other, _)| (other.run, other.part) != (run, part));
                    shown.push((basis, *evaluation));
                });
                Ok(())
            }
            Answer::Evaluated(_) => Ok(()),
            _ => Err(wrong_answer()),
        }
    }

    /// Runs a job that changes the stored project: the page's copy follows.
    pub async fn change(self, job: Job) -> Outcome<Answer> {
        let outcome = self.run(job).await;
        self.follow(outcome.clone()).await?;
        Ok(outcome?.answer)
    }

    pub fn cancel(self, id: JobId) {
        bridge::cancel(id);
    }

    /// The running job that `is` accepts; reactive.
    pub fn running(self, is: impl Fn(&Job) -> bool) -> Option<RunningJob> {
        self.jobs.with(|jobs| jobs.iter().find(|running| is(&running.job)).cloned())
    }

    /// Takes over what a job left in the stored project: from its answer, else by reading it again. After a failure too,
    /// because what was saved before it stays.
    pub(super) async fn follow(self, outcome: Outcome<Reply>) -> Outcome<()> {
        match outcome {
            Ok(Reply {
                answer: Answer::Project { project, read_only },
                ..
            }) => {
                let unsaved = self.unsaved(&project.id).await?;
                // Another one may have been opened meanwhile.
                if self.is_current(&project.id) {
                    self.show(*project, read_only, unsaved);
                }
                Ok(())
            }
            other => {
                if let Some(id) = self.project_id() {
                    self.reread(&id).await;
                }
                other.map(|_| ())
            }
        }
    }

    /// Asks for what Frame and Prepare show. The newest wins: an older one still running is cancelled.
    pub(super) fn describe(self) {
        if let Some(older) = DESCRIBE_JOB.take() {
            bridge::cancel(older);
        }
        let Some(id) = self.project_id() else { return };
        let handle = submit(&Job::Describe);
        let job = handle.id();
        DESCRIBE_JOB.set(Some(job));
        self.describing.set(true);
        spawn_local(async move {
            let outcome = handle.await.map(read);
            if DESCRIBE_JOB.get() != Some(job) {
                return;
            }
            DESCRIBE_JOB.set(None);
            self.describing.set(false);
            if !self.is_current(&id) {
                return;
            }
            match outcome {
                Ok(Reply {
                    answer: Answer::Described(description),
                    ..
                }) => {
                    self.description.set(Some(Arc::new(*description)));
                    self.description_failure.set(None);
                }
                Ok(_) => self.description_failure.set(Some(wrong_answer())),
                Err(failure) if failure.cancelled => {}
                Err(failure) => self.description_failure.set(Some(failure)),
            }
        });
    }
}

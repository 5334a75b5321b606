//! The model that a job is about: a run on the project's data, or a version on its own.

use std::borrow::Cow;

use spec::job::JobId;
use spec::project::DataRef;
use spec::registry::{ModelRef, Version};
use spec::run::Run;
use spec::{Message, Outcome, Pipeline, Project};

use crate::Host;
use crate::engine::Engine;
use crate::evaluating::find_run;
use crate::setting::Setting;
use crate::task::{Task, TaskOutput};

pub(crate) struct Subject<'a> {
    pub run: &'a Run,
    pub version: Option<&'a Version>,
    /// As it was trained.
    pub pipeline: Cow<'a, Pipeline>,
    pub data: &'a DataRef,
    pub setting: Setting,
}

impl<'a> Subject<'a> {
    /// Errors: `engine.no_run`, `engine.no_version`; `engine.stale_run` when the data that a run was trained on are not
    /// the project's any more.
    pub fn of(project: &'a Project, of: ModelRef) -> Outcome<Self> {
        match of {
            ModelRef::Run(run) => {
                let run = find_run(project, run)?;
                let setting = Setting::of_run(project, run)?;
                let stale = || Message::new("engine.stale_run").with("run", run.id);
                Ok(Self {
                    run,
                    version: None,
                    pipeline: Cow::Owned(project.pipeline.at_key(&run.training_key).ok_or_else(stale)?),
                    data: project.data.as_ref().ok_or_else(stale)?,
                    setting,
                })
            }
            ModelRef::Version(number) => {
                let version = project
                    .registry
                    .version(number)
                    .ok_or_else(|| Message::new("engine.no_version").with("version", number))?;
                Ok(Self {
                    run: &version.run,
                    version: Some(version),
                    pipeline: Cow::Borrowed(&version.pipeline),
                    data: &version.data,
                    setting: Setting::of_version(version),
                })
            }
        }
    }
}

impl<H: Host> Engine<H> {
    /// Runs a task about the subject. The host knows the open project's table only: another one goes with the task, so
    /// that jobs about the project may run at the same time.
    pub(crate) async fn task_on(&self, job: JobId, subject: &Subject<'_>, task: Task, doing: Message) -> Outcome<TaskOutput> {
        let task = self.brought(subject, task).await?;
        self.task(job, task, doing).await
    }

    pub(crate) async fn brought(&self, subject: &Subject<'_>, task: Task) -> Outcome<Task> {
        let hash = &subject.data.table_hash;
        let is_at_hand = self.project()?.data.is_some_and(|data| data.table_hash == *hash);
        if is_at_hand {
            return Ok(task);
        }
        Ok(Task::Bringing {
            hash: hash.clone(),
            table: self.chunk(hash).await?.into(),
            task: Box::new(task),
        })
    }
}

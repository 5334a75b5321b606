//! What data, framing, recipe and split a task works on: named, not carried.

use serde::{Deserialize, Serialize};
use spec::project::DataRef;
use spec::registry::Version;
use spec::run::Run;
use spec::split::SplitSpec;
use spec::step::{PipelineKind, ShapeKind, Step};
use spec::{Framing, Message, Metric, Outcome, Pipeline, Project, Task};

/// The imported table with the shape steps that make the data set of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// Content hash of the table.
    pub table: String,
    /// SHA-256 of the file that it was read from.
    pub sha256: String,
    pub shape: Vec<Step<ShapeKind>>,
}

/// All that a fit depends on but the candidate itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Setting {
    pub source: Source,
    pub framing: Framing,
    pub steps: Vec<Step<PipelineKind>>,
    pub split: SplitSpec,
    pub seed: u64,
}

impl Setting {
    /// The document as it stands. Errors: `engine.no_data`.
    pub fn of_project(project: &Project) -> Outcome<Self> {
        Self::of_pipeline(project, &project.pipeline)
    }

    /// What a run was trained on, with the sensitive columns, costs and threshold that the framing has now.
    ///
    /// Errors: `engine.stale_run` when the data that it was trained on are not the project's any more.
    pub fn of_run(project: &Project, run: &Run) -> Outcome<Self> {
        let stale = || Message::new("engine.stale_run").with("run", run.id);
        let pipeline = project.pipeline.at_key(&run.training_key).ok_or_else(stale)?;
        let data = project.data.as_ref().ok_or_else(stale)?;
        if data.summary.fingerprint.sha256 != run.data_sha256 || pipeline.read != project.pipeline.read {
            return Err(stale().into());
        }
        Self::of_pipeline(project, &pipeline)
    }

    /// What a version was trained on, whatever the project holds now.
    pub fn of_version(version: &Version) -> Self {
        Self::of(&version.pipeline, &version.data)
    }

    fn of_pipeline(project: &Project, pipeline: &Pipeline) -> Outcome<Self> {
        let data = project.data.as_ref().ok_or_else(|| Message::new("engine.no_data"))?;
        Ok(Self::of(pipeline, data))
    }

    fn of(pipeline: &Pipeline, data: &DataRef) -> Self {
        Self {
            source: Source {
                table: data.table_hash.clone(),
                sha256: data.summary.fingerprint.sha256.clone(),
                shape: pipeline.recipe.shape.clone(),
            },
            framing: pipeline.framing.clone(),
            steps: pipeline.recipe.pipeline.clone(),
            split: pipeline.split.clone(),
            seed: pipeline.seed,
        }
    }

    /// Errors: `engine.no_target`, `engine.no_task`, `engine.task_untrainable`, `engine.no_metric`.
    pub fn goal(&self) -> Outcome<(Task, Metric)> {
        if self.framing.target.is_none() {
            return Err(Message::new("engine.no_target").into());
        }
        let task = self.framing.task.ok_or_else(|| Message::new("engine.no_task"))?;
        if !task.is_trainable() {
            return Err(Message::new("engine.task_untrainable").into());
        }
        let metric = self.framing.metric.filter(|metric| Metric::of_task(task).contains(metric));
        Ok((task, metric.ok_or_else(|| Message::new("engine.no_metric"))?))
    }
}

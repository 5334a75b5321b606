//! Evaluation: figures on validation rows, and on the test rows once they are opened and counted.

use serde::{Deserialize, Serialize};
use spec::evaluation::{Evaluation, Opening, Part};
use spec::job::{Answer, JobId};
use spec::run::Run;
use spec::{Message, Order, Outcome, Project, wire};

use crate::Host;
use crate::engine::{Engine, expect_output};
use crate::memory::sha256;
use crate::projects::evaluation_of;
use crate::setting::Setting;
use crate::task::{Candidate, Task, TaskOutput};

/// Predictions of one run on one part, beside truth and baseline: what every figure is computed from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scoreboard {
    /// Rows of the shaped table, ascending.
    pub rows: Vec<u32>,
    /// The same rows by their numbers in the file.
    pub row_ids: Vec<u32>,
    /// Empty for regression.
    pub classes: Vec<String>,
    pub truth: Truth,
    /// Rounded to f32, as the exported model gives them.
    pub predicted: train::Predictions,
    /// What the baseline says for the same rows, fitted on the same training rows.
    pub baseline: train::Predictions,
    /// Other constant answers for numbers, learned from the same training rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constants: Option<evaluate::Constants>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Truth {
    Classes(Vec<u32>),
    Values(Vec<f64>),
}

impl Scoreboard {
    /// Rows with this truth and this predicted class.
    pub(crate) fn rows_where(&self, truth: &str, predicted: &str, threshold: Option<f64>) -> Vec<u32> {
        let code = |name: &str| self.classes.iter().position(|class| class == name).map(|code| code as u32);
        let (Truth::Classes(codes), Some(truth), Some(predicted)) = (&self.truth, code(truth), code(predicted)) else {
            return Vec::new();
        };
        let train::Predictions::Probabilities { n_classes, values } = &self.predicted else {
            return Vec::new();
        };
        let labels = metrics::classification::labels(values, *n_classes, threshold);
        (0..self.rows.len())
            .filter(|&i| codes[i] == truth && labels[i] == predicted)
            .map(|i| self.rows[i])
            .collect()
    }
}

/// The rows of an opened test set, by their numbers in the file, ascending.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenedRows {
    pub data_sha256: String,
    pub rows: Vec<u32>,
}

/// Tasks that the columns are shared by where there is only one fold.
const HOLD_OUT_PARTS: usize = 4;

impl<H: Host> Engine<H> {
    pub(crate) async fn evaluate(&self, job: JobId, run: u32, part: Part, reason: String) -> Outcome<Answer> {
        let project = self.project()?;
        let run = find_run(&project, run)?;
        let evaluation = match part {
            Part::Validation => self.evaluate_validation(job, &project, run).await?,
            Part::Test => self.evaluate_test(job, &project, run, reason).await?,
        };
        Ok(Answer::Evaluated(Box::new(evaluation)))
    }

    pub(crate) async fn evaluate_validation(&self, job: JobId, project: &Project, run: &Run) -> Outcome<Evaluation> {
        let setting = Setting::of_run(project, run)?;
        let scoreboard = self.scoreboard(project, run, Part::Validation).await?;
        let threshold = project.pipeline.decision_threshold;
        self.figures(job, setting, run, Part::Validation, scoreboard, threshold).await
    }

    async fn evaluate_test(&self, job: JobId, project: &Project, run: &Run, reason: String) -> Outcome<Evaluation> {
        let setting = Setting::of_run(project, run)?;
        // The threshold stands before the test set opens: the chosen one, or the best one on validation.
        let threshold = match project.pipeline.decision_threshold {
            Some(threshold) => Some(threshold),
            None => self.evaluate_validation(job, project, run).await?.decision_threshold,
        };
        if let Some(seen) = evaluation_of(project, run.id, Part::Test).filter(|seen| seen.decision_threshold == threshold) {
            // Seen already, nothing new is revealed; framing figures (costs, sensitive columns) may have changed.
            let scoreboard = self.scoreboard(project, run, Part::Test).await?;
            let mut again = self.figures(job, setting, run, Part::Test, scoreboard, threshold).await?;
            again.predictions_hash.clone_from(&seen.predictions_hash);
            return Ok(again);
        }
        let task = Task::Split {
            setting: setting.clone(),
        };
        let split =
            expect_output!(self.task(job, task, Message::new("doing.describing")).await?, TaskOutput::Split(split) => split);
        let n_before = project.n_openings(&split.summary.test_id);
        if n_before > 0 && reason.trim().is_empty() {
            return Err(Message::new("engine.reason_needed").with("n", n_before).into());
        }
        let n_seen = self.n_seen(project, &split.summary.test_id, &split.test_row_ids).await?;
        // Counted first: whatever happens afterwards, the rows count as seen.
        let opened = OpenedRows {
            data_sha256: setting.source.sha256.clone(),
            rows: split.test_row_ids,
        };
        let bytes = wire::to_bytes(&opened);
        let opening = Opening {
            test_id: split.summary.test_id,
            run: run.id,
            at_ms: self.host.now_ms(),
            reason,
            rows_hash: sha256(&bytes),
            n_seen,
        };
        let chunks = vec![(opening.rows_hash.clone(), bytes)];
        self.change(&project.id, chunks, |project| {
            project.openings.push(opening);
            Ok(())
        })
        .await?;

        let model = self.chunk(&run.model_hash).await?.into();
        let predict = Task::PredictTest {
            setting: setting.clone(),
            model,
        };
        let output = self.task(job, predict, Message::new("doing.predicting")).await?;
        let scoreboard = expect_output!(output, TaskOutput::Predicted(scoreboard) => *scoreboard);
        let bytes = wire::to_bytes(&scoreboard);
        let mut evaluation = self.figures(job, setting, run, Part::Test, scoreboard, threshold).await?;
        evaluation.predictions_hash = sha256(&bytes);
        let saved = evaluation.clone();
        let chunks = vec![(saved.predictions_hash.clone(), bytes)];
        self.change(&project.id, chunks, |project| {
            project
                .evaluations
                .retain(|other| (other.run, other.part) != (saved.run, saved.part));
            project.evaluations.push(saved);
            Ok(())
        })
        .await?;
        Ok(evaluation)
    }

    async fn figures(
        &self,
        job: JobId,
        setting: Setting,
        run: &Run,
        part: Part,
        scoreboard: Scoreboard,
        threshold: Option<f64>,
    ) -> Outcome<Evaluation> {
        let task = Task::Evaluate {
            setting,
            run: run.id,
            n_features: run.n_features,
            part,
            scoreboard: Box::new(scoreboard),
            threshold,
        };
        let output = self.task(job, task, Message::new("doing.evaluating")).await?;
        let mut evaluation = *expect_output!(output, TaskOutput::Evaluated(evaluation) => evaluation);
        evaluation.training_key.clone_from(&run.training_key);
        Ok(evaluation)
    }

    /// Stored predictions. Errors: `engine.test_not_open`.
    pub(crate) async fn scoreboard(&self, project: &Project, run: &Run, part: Part) -> Outcome<Scoreboard> {
        let hash = match part {
            Part::Validation => &run.predictions_hash,
            Part::Test => {
                &evaluation_of(project, run.id, part)
                    .ok_or_else(|| Message::new("engine.test_not_open"))?
                    .predictions_hash
            }
        };
        wire::from_bytes(&self.chunk(hash).await?)
    }

    pub(crate) async fn importance(&self, job: JobId, run: u32, n_repeats: u32) -> Outcome<Answer> {
        let project = self.project()?;
        let run = find_run(&project, run)?;
        let setting = Setting::of_run(&project, run)?;
        let model: serde_bytes::ByteBuf = self.chunk(&run.model_hash).await?.into();
        let columns = expect_output!(
            self.task(job, Task::Inputs { model: model.clone() }, Message::new("doing.importance")).await?,
            TaskOutput::Inputs(columns) => columns
        );
        let split = expect_output!(
            self.task(job, Task::Split { setting: setting.clone() }, Message::new("doing.importance")).await?,
            TaskOutput::Split(split) => split.summary
        );
        // A fold's model is fitted again for the rows that it has not seen. Each column has its own stream of random numbers,
        // so that any number of tasks and workers gives the same; a single hold-out is cut by columns.
        let n_parts = if split.n_folds > 1 { 1 } else { HOLD_OUT_PARTS };
        let per_task = columns.len().div_ceil(n_parts).max(1);
        let mut tasks = Vec::new();
        for fold in 0..split.n_folds {
            for columns in columns.chunks(per_task) {
                tasks.push(Task::Importance {
                    setting: setting.clone(),
                    candidate: Candidate::of(run),
                    fold,
                    columns: columns.to_vec(),
                    n_repeats,
                });
            }
        }
        let mut losses = Vec::new();
        for output in self.tasks(job, tasks, Message::new("doing.importance")).await? {
            losses.extend(expect_output!(output, TaskOutput::Importance(losses) => losses));
        }
        let (_, metric) = setting.goal()?;
        let mut importances = evaluate::importance::together(&columns, &losses, metric)?;
        importances.order_by(|a, b| b.mean.total_cmp(&a.mean).then_with(|| a.column.cmp(&b.column)));
        Ok(Answer::Importance(importances))
    }
}

pub(crate) fn find_run(project: &Project, run: u32) -> Outcome<&Run> {
    project
        .runs
        .iter()
        .find(|other| other.id == run)
        .ok_or_else(|| Message::new("engine.no_run").with("run", run).into())
}

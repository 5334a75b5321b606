//! What a model takes, what it says of a row and why, what it leans on, and how it is built.

use spec::evaluation::Part;
use spec::explain::RowOf;
use spec::job::{Answer, JobId};
use spec::registry::ModelRef;
use spec::{Message, Outcome, Project};

use crate::Host;
use crate::engine::{Engine, expect_output};
use crate::projects::evaluation_of;
use crate::subject::Subject;
use crate::task::explain::{ImportReading, merged, n_parts};
use crate::task::{Candidate, Task, TaskOutput};

impl<H: Host> Engine<H> {
    pub(crate) async fn model_inputs(&self, job: JobId, of: ModelRef) -> Outcome<Answer> {
        let project = self.project()?;
        let subject = Subject::of(&project, of)?;
        let task = Task::ModelInputs {
            setting: subject.setting.clone(),
            model: self.chunk(&subject.run.model_hash).await?.into(),
            import: ImportReading::of(&subject.data.summary),
        };
        let output = self.task_on(job, &subject, task, Message::new("doing.describing")).await?;
        Ok(Answer::ModelInputs(
            expect_output!(output, TaskOutput::ModelInputs(inputs) => inputs),
        ))
    }

    pub(crate) async fn draw_row(&self, job: JobId, of: ModelRef, nth: u32) -> Outcome<Answer> {
        let project = self.project()?;
        let subject = Subject::of(&project, of)?;
        let task = Task::DrawRow {
            setting: subject.setting.clone(),
            model: self.chunk(&subject.run.model_hash).await?.into(),
            import: ImportReading::of(&subject.data.summary),
            nth,
        };
        let output = self.task_on(job, &subject, task, Message::new("doing.rows")).await?;
        Ok(Answer::Drawn(expect_output!(output, TaskOutput::Drawn(row) => row)))
    }

    pub(crate) async fn explain(&self, job: JobId, of: ModelRef, row: RowOf, threshold: Option<f64>) -> Outcome<Answer> {
        let project = self.project()?;
        let subject = Subject::of(&project, of)?;
        let task = Task::Explain {
            setting: subject.setting.clone(),
            model: self.chunk(&subject.run.model_hash).await?.into(),
            import: ImportReading::of(&subject.data.summary),
            row,
            threshold: subject.threshold(&project, threshold),
            is_test_open: evaluation_of(&project, subject.run.id, Part::Test).is_some(),
            candidate: Candidate::of(subject.run),
        };
        let output = self.task_on(job, &subject, task, Message::new("doing.predicting")).await?;
        Ok(Answer::Explained(
            expect_output!(output, TaskOutput::Explained(explained) => explained),
        ))
    }

    pub(crate) async fn contributions(&self, job: JobId, of: ModelRef) -> Outcome<Answer> {
        let project = self.project()?;
        let subject = Subject::of(&project, of)?;
        let doing = Message::new("doing.contributions");
        let setting = subject.setting.clone();
        let split = expect_output!(
            self.task_on(job, &subject, Task::Split { setting: setting.clone() }, doing.clone()).await?,
            TaskOutput::Split(split) => split.summary
        );
        let mut tasks = Vec::new();
        for fold in 0..split.n_folds {
            for part in 0..n_parts(split.n_folds, split.validation.n_rows) {
                let task = Task::Contributions {
                    setting: setting.clone(),
                    candidate: Candidate::of(subject.run),
                    fold,
                    part,
                };
                tasks.push(self.brought(&subject, task).await?);
            }
        }
        let mut parts = Vec::new();
        for output in self.tasks(job, tasks, doing).await? {
            parts.push(expect_output!(output, TaskOutput::Contributions(part) => part));
        }
        Ok(Answer::Contributions(merged(parts)))
    }

    pub(crate) async fn model_graph(&self, job: JobId, of: ModelRef, threshold: Option<f64>) -> Outcome<Answer> {
        let project = self.project()?;
        let subject = Subject::of(&project, of)?;
        let task = Task::ModelGraph {
            model: self.chunk(&subject.run.model_hash).await?.into(),
            threshold: subject.threshold(&project, threshold),
        };
        let output = self.task(job, task, Message::new("doing.graph")).await?;
        Ok(Answer::ModelGraph(
            expect_output!(output, TaskOutput::ModelGraph(graph) => graph),
        ))
    }
}

impl Subject<'_> {
    /// Where a label of two classes turns: a version has its own; a run the one asked for, that of its opened test set,
    /// or the document's.
    fn threshold(&self, project: &Project, asked: Option<f64>) -> Option<f64> {
        match self.version {
            Some(version) => version.decision_threshold,
            None => asked
                .or_else(|| evaluation_of(project, self.run.id, Part::Test)?.decision_threshold)
                .or(project.pipeline.decision_threshold),
        }
    }
}

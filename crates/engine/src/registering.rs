//! The registry: a run becomes a version that stands on its own.

use spec::evaluation::Evaluation;
use spec::job::{Answer, JobId};
use spec::registry::{Act, Version};
use spec::run::Run;
use spec::{Message, Outcome, Project};

use crate::Host;
use crate::engine::{Engine, expect_output};
use crate::evaluating::find_run;
use crate::memory::sha256;
use crate::setting::Setting;
use crate::task::{Task, TaskOutput};

impl<H: Host> Engine<H> {
    pub(crate) async fn register(&self, job: JobId, run: u32, note: String) -> Outcome<Answer> {
        let project = self.project()?;
        let run = find_run(&project, run)?.clone();
        let setting = Setting::of_run(&project, &run)?;
        let pipeline = project
            .pipeline
            .at_key(&run.training_key)
            .ok_or_else(|| Message::new("engine.stale_run").with("run", run.id))?;
        let data = project.data.clone().ok_or_else(|| Message::new("engine.no_data"))?;
        let evaluation = self.best_evaluation(job, &project, &run).await?;
        let goal = self.goal(&project, &run, &evaluation);
        let caveats = spec::caveat::caveats(&project, &run, Some(&evaluation));
        let doing = Message::new("doing.registering");
        let reference = self.reference(job, &project, &run, &evaluation, doing).await?;
        let task = Task::Split { setting };
        let split = expect_output!(
            self.task(job, task, Message::new("doing.registering")).await?,
            TaskOutput::Split(split) => split.summary
        );
        let mut version = Version {
            number: 0,
            created_at_ms: self.host.now_ms(),
            note,
            n_test_openings: project.n_openings(&split.test_id),
            run,
            pipeline,
            data,
            decision_threshold: evaluation.decision_threshold,
            part: evaluation.part,
            scores: evaluation.scores,
            goal,
            caveats,
            reference_hash: sha256(&reference),
            exported: Vec::new(),
        };
        let chunks = vec![(version.reference_hash.clone(), reference)];
        let mut number = 0;
        self.change(&project.id, chunks, |project| {
            number = project.registry.next_number();
            version.number = number;
            let at_ms = version.created_at_ms;
            project.registry.versions.push(version);
            project.note(at_ms, Act::Registered { version: number }, String::new());
            project.changed_at_ms = at_ms;
            Ok(())
        })
        .await?;
        Ok(Answer::Registered { version: number })
    }

    /// What the training rows of a run looked like: bytes of `monitoring/baseline.json`.
    pub(crate) async fn reference(
        &self,
        job: JobId,
        project: &Project,
        run: &Run,
        evaluation: &Evaluation,
        doing: Message,
    ) -> Outcome<Vec<u8>> {
        let task = Task::Reference {
            setting: Setting::of_run(project, run)?,
            model: self.chunk(&run.model_hash).await?.into(),
            threshold: evaluation.decision_threshold,
            rules: project.monitor_rules.clone(),
            scores: evaluation.scores.clone(),
            n_features: run.n_features,
        };
        let output = self.task(job, task, doing).await?;
        Ok(expect_output!(output, TaskOutput::Bytes(bytes) => bytes.into_vec()))
    }
}

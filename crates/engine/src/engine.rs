//! The facade: one open project, jobs in, answers out.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::Future;

use spec::evaluation::Opening;
use spec::job::{Answer, Catalogue, Event, Job, JobId, Submission};
use spec::registry::ModelRef;
use spec::{Message, Outcome, Project};

use crate::evaluating::OpenedRows;
use crate::memory::sha256;
use crate::progress::{Meter, Plan, stages};
use crate::task::{Task, TaskOutput, Tick};
use crate::turn::Turns;
use crate::{Host, Store};

/// What a job gives: the answer, and the bytes of a download.
pub type Reply = (Answer, Option<Vec<u8>>);

/// One engine a tab. It holds the open project and nothing else of worth: everything can be read again from the store.
pub struct Engine<H: Host> {
    pub(crate) host: H,
    pub(crate) open: RefCell<Option<Open>>,
    pub(crate) saving: Turns,
    /// Jobs that change which project is open.
    pub(crate) opening: Turns,
    /// Jobs that change batches.
    pub(crate) watching: Turns,
    /// How far the running jobs are.
    plans: RefCell<BTreeMap<JobId, Plan>>,
}

/// The open project as it was last saved.
#[derive(Clone)]
pub(crate) struct Open {
    pub project: Project,
    pub read_only: bool,
}

impl<H: Host> Engine<H> {
    pub fn new(host: H) -> Self {
        Self {
            host,
            open: RefCell::new(None),
            saving: Turns::default(),
            opening: Turns::default(),
            watching: Turns::default(),
            plans: RefCell::default(),
        }
    }

    pub fn host(&self) -> &H {
        &self.host
    }

    /// What forms, menus and glossary need; `build` names this build of the worker.
    pub fn catalogue(build: &str) -> Catalogue {
        Catalogue {
            build: build.to_owned(),
            estimators: train::catalogue(),
            steps: prepare::catalogue(),
            terms: spec::glossary::terms(),
        }
    }

    /// Does one job. Jobs may overlap: none holds the project across an await.
    pub async fn handle(&self, submission: &Submission) -> Outcome<Reply> {
        let stages = stages(&submission.job);
        self.planned(submission.id, &stages, self.answer(submission)).await
    }

    async fn answer(&self, submission: &Submission) -> Outcome<Reply> {
        let id = submission.id;
        let answer = match submission.job.clone() {
            Job::ListProjects => Answer::Projects(self.host.store().list().await?),
            Job::CreateProject { name, start } => self.create_project(id, name, start).await?,
            Job::OpenProject { id: project, take_over } => self.open_project(&project, take_over).await?,
            Job::CloseProject => self.close_project().await,
            Job::DeleteProject { id: project } => self.delete_project(&project).await?,
            Job::EraseAll => self.erase_all().await?,
            Job::Edits {
                id: project,
                base_generation,
                first_seq,
                edits,
            } => self.apply_edits(&project, base_generation, first_seq, &edits).await?,
            Job::ReadJournal { text } => Answer::Journal(spec::wire::from_json(&text)?),
            Job::Sniff { file, options } => self.sniff(id, file, options).await?,
            Job::Import { file, options } => self.import(id, file, options).await?,
            Job::ImportSameRecipe { file } => self.import_same_recipe(id, file).await?,
            Job::Describe => self.describe(id).await?,
            Job::Rows {
                state,
                selection,
                start,
                count,
                sort,
            } => self.rows(id, state, selection, start, count, sort).await?,
            Job::PreviewFormula { expression } => self.preview_formula(id, expression).await?,
            Job::Propose => self.propose(id).await?,
            Job::Train { models } => self.train(id, models).await?,
            Job::DeleteRun { run } => self.delete_run(run).await?,
            Job::Evaluate { run, part, reason } => self.evaluate(id, run, part, reason).await?,
            Job::Importance { run, n_repeats } => self.importance(id, run, n_repeats).await?,
            Job::Export { run } => return self.export(id, ModelRef::Run(run)).await,
            Job::ExportVersion { version } => return self.export(id, ModelRef::Version(version)).await,
            Job::ExportData { state, spreadsheet_safe } => return self.export_data(id, state, spreadsheet_safe).await,
            Job::ExportPipeline => return self.export_pipeline(),
            Job::ExportFraming => return self.export_framing(),
            Job::ReadFraming { text } => Answer::Framing(Box::new(crate::sheet::read(&text)?)),
            Job::ExportReport => return self.export_report(id).await,
            Job::Register { run, note } => self.register(id, run, note).await?,
            Job::PlanExperiment { request } => Answer::Planned(Box::new(deploy::experiment::plan(&request)?)),
            Job::JudgeExperiment {
                data,
                outcome_is,
                request,
            } => {
                let task = Task::JudgeExperiment {
                    data,
                    outcome_is,
                    request,
                };
                let output = self.task(id, task, Message::new("doing.judging")).await?;
                Answer::Judged(expect_output!(output, TaskOutput::Judged(verdict) => verdict))
            }
            Job::ModelInputs { of } => self.model_inputs(id, of).await?,
            Job::DrawRow { of, nth } => self.draw_row(id, of, nth).await?,
            Job::Explain { of, row, threshold } => self.explain(id, of, row, threshold).await?,
            Job::Contributions { of } => self.contributions(id, of).await?,
            Job::ModelGraph { of, threshold } => self.model_graph(id, of, threshold).await?,
            Job::ModelCard { of } => self.model_card(id, of).await?,
            Job::CheckBatch {
                file,
                options,
                version,
                key_salt,
            } => self.check_batch(id, file, options, version, key_salt).await?,
            Job::OpenBatch { batch } => self.open_batch(batch).await?,
            Job::JudgeBatches => self.judge_batches(id).await?,
            Job::Watch => self.watch()?,
            Job::Retrain { batches } => self.retrain(id, &batches).await?,
            Job::RenameProject { id: project, name } => self.rename_project(&project, name).await?,
            Job::ExportProject { id: project } => return self.export_project(id, &project).await,
            Job::ImportProject { file } => self.import_project(id, file).await?,
        };
        Ok((answer, None))
    }

    /// A copy of the open project. Errors: `engine.no_project`.
    pub fn open_copy(&self) -> Outcome<Project> {
        self.project()
    }

    /// Openings that were counted elsewhere (a folder's ledger), with their rows, go before the project's own. What the project
    /// knows is not counted again.
    pub async fn restore_openings(&self, openings: Vec<(Opening, OpenedRows)>) -> Outcome<()> {
        let id = self.project()?.id;
        let mut chunks = Vec::new();
        let mut restored = Vec::new();
        for (mut opening, rows) in openings {
            let bytes = spec::wire::to_bytes(&rows);
            opening.rows_hash = sha256(&bytes);
            chunks.push((opening.rows_hash.clone(), bytes));
            restored.push(opening);
        }
        self.change(&id, chunks, |project| {
            restored.retain(|opening| !project.openings.contains(opening));
            project.openings.splice(0..0, restored);
            Ok(())
        })
        .await
        .map(|_| ())
    }

    /// The openings of the open project, with their rows.
    pub async fn openings(&self) -> Outcome<Vec<(Opening, OpenedRows)>> {
        let mut openings = Vec::new();
        for opening in self.project()?.openings {
            let rows = spec::wire::from_bytes(&self.chunk(&opening.rows_hash).await?)?;
            openings.push((opening, rows));
        }
        Ok(openings)
    }

    pub(crate) fn project(&self) -> Outcome<Project> {
        self.open
            .borrow()
            .as_ref()
            .map(|open| open.project.clone())
            .ok_or_else(|| Message::new("engine.no_project").into())
    }

    /// Work whose progress is told by one plan: `stages` in order, with expected seconds or shares. Inside of other such work
    /// of the same job it is a part of that.
    pub(crate) async fn planned<T>(&self, job: JobId, stages: &[(String, f64)], work: impl Future<Output = T>) -> T {
        let is_outermost = !self.plans.borrow().contains_key(&job);
        if is_outermost {
            let plan = Plan::new(self.host.now_ms(), stages);
            self.plans.borrow_mut().insert(job, plan);
        }
        let done = work.await;
        if is_outermost {
            self.plans.borrow_mut().remove(&job);
        }
        done
    }

    /// What a job's plan says, or is told. None outside of [`Engine::planned`].
    pub(crate) fn plan<T>(&self, job: JobId, act: impl FnOnce(&mut Plan) -> T) -> Option<T> {
        self.plans.borrow_mut().get_mut(&job).map(act)
    }

    /// The next part of a job's plan, for tasks of these expected seconds.
    pub(crate) fn begin(&self, job: JobId, name: &str, weights: Vec<f64>) -> Meter {
        let now_ms = self.host.now_ms();
        Meter::new(self.plan(job, |plan| plan.begin(name, now_ms)).unwrap_or(0), weights)
    }

    /// A task told how far it is: so much of the job is done. True when that was passed on.
    pub(crate) fn advance(&self, job: JobId, meter: &mut Meter, index: usize, fraction: f64, doing: &Message) -> bool {
        let now_ms = self.host.now_ms();
        let done = meter.heard(index, fraction);
        let told = self.plan(job, |plan| {
            plan.advance(meter.part, done, now_ms);
            plan.tell(doing, now_ms)
        });
        let told = told.flatten();
        let is_told = told.is_some();
        if let Some(progress) = told {
            self.host.emit(Event::Progress { id: job, progress });
        }
        is_told
    }

    /// All tasks of a part have ended.
    pub(crate) fn end(&self, job: JobId, meter: &Meter) {
        let now_ms = self.host.now_ms();
        self.plan(job, |plan| plan.advance(meter.part, 1.0, now_ms));
    }

    /// Runs one task, its ticks told as the job's progress.
    pub(crate) async fn task(&self, job: JobId, task: Task, doing: Message) -> Outcome<TaskOutput> {
        let mut outputs = self.tasks(job, vec![task], doing).await?;
        outputs.pop().ok_or_else(|| Message::new("engine.wrong_output").into())
    }

    /// Runs tasks to the end of all; the first failure in task order is returned. They are the part of the job's plan that
    /// is named like what is being done.
    pub(crate) async fn tasks(&self, job: JobId, tasks: Vec<Task>, doing: Message) -> Outcome<Vec<TaskOutput>> {
        let name = doing.code.clone();
        self.part(job, &name, tasks, doing).await
    }

    /// As [`Engine::tasks`], as a part of another name.
    pub(crate) async fn part(&self, job: JobId, name: &str, tasks: Vec<Task>, doing: Message) -> Outcome<Vec<TaskOutput>> {
        let work = async {
            let mut meter = self.begin(job, name, vec![1.0; tasks.len()]);
            let results = self
                .host
                .run_tasks(job, tasks, &mut |index, tick| {
                    if let Tick::Fraction(fraction) = tick {
                        self.advance(job, &mut meter, index, fraction, &doing);
                    }
                })
                .await;
            self.end(job, &meter);
            results.into_iter().collect()
        };
        self.planned(job, &[], work).await
    }
}

/// Unwraps the one output that a task gives.
macro_rules! expect_output {
    ($output:expr, $pattern:pat => $value:expr) => {
        match $output {
            $pattern => $value,
            _ => return Err(spec::Message::new("engine.wrong_output").into()),
        }
    };
}
pub(crate) use expect_output;

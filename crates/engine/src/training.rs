//! Training: every candidate over the folds, each fold refitting the whole recipe on its own rows, then once more on
//! all rows but the test rows.

use spec::job::{Answer, CandidateState, Event, JobId, Partial};
use spec::run::{LossPoint, Run};
use spec::{Algorithm, EstimatorInfo, Failure, Message, ModelSpec, Outcome, Project, wire};

use crate::Host;
use crate::engine::{Engine, expect_output};
use crate::evaluating::Scoreboard;
use crate::forecast::{self, Forecast};
use crate::memory::sha256;
use crate::progress::TRAINING;
use crate::setting::Setting;
use crate::task::{Candidate, FitPart, FoldScores, Task, TaskOutput, Tick, TrainingFacts};

/// Trees of a forest per task: enough tasks to keep every worker busy, the same whatever their number.
const TREES_PER_TASK: u32 = 25;

/// Predictions of all candidates together that a choice is judged by.
const MAX_CHOICE_VALUES: usize = 20_000_000;

/// A candidate with its place in what the page asked for.
struct Entry {
    index: u32,
    trial: Option<u32>,
    candidate: Candidate,
    info: EstimatorInfo,
}

impl<H: Host> Engine<H> {
    pub(crate) async fn train(&self, job: JobId, models: Vec<ModelSpec>) -> Outcome<Answer> {
        self.train_all(job, models, &mut Vec::new()).await?;
        Ok(Answer::Done)
    }

    /// Trains every candidate that has not been trained on just this; `runs` takes the runs that were made or were there,
    /// also before a failure.
    pub(crate) async fn train_all(&self, job: JobId, models: Vec<ModelSpec>, runs: &mut Vec<u32>) -> Outcome<()> {
        let stages = [(TRAINING.to_owned(), 1.0)];
        self.planned(job, &stages, self.train_entries(job, models, runs)).await
    }

    async fn train_entries(&self, job: JobId, models: Vec<ModelSpec>, runs: &mut Vec<u32>) -> Outcome<()> {
        let project = self.project()?;
        let setting = Setting::of_project(&project)?;
        setting.goal()?;
        let entries = entries(&project, &setting, models)?;
        let key = training_key(&setting, &project);
        let mut forecast = Forecast::before_split(&project, &setting, self.host.n_workers())?;
        let is_new: Vec<bool> = entries
            .iter()
            .map(|entry| twin(&project, &key, &setting, &entry.candidate).is_none())
            .collect();
        let expected = |forecast: &Forecast, project: &Project, from: usize| -> Vec<(String, f64)> {
            let waiting = (from..entries.len()).filter(|i| is_new[*i]);
            waiting
                .flat_map(|i| forecast.parts(i, &entries[i].candidate, &parts(&entries[i].candidate), project))
                .collect()
        };
        let mut planned = vec![(forecast::SPLIT.to_owned(), forecast.split_secs())];
        planned.extend(expected(&forecast, &project, 0));
        self.plan(job, |plan| plan.expand(TRAINING, &planned));

        let doing = Message::new("doing.describing");
        let task = Task::TrainingFacts {
            setting: setting.clone(),
        };
        let outputs = self.part(job, forecast::SPLIT, vec![task], doing).await?;
        let known = outputs
            .into_iter()
            .next()
            .ok_or_else(|| Message::new("engine.wrong_output"))?;
        let known = expect_output!(known, TaskOutput::TrainingFacts(known) => *known);
        forecast.split_is(&known);
        for entry in &entries {
            self.tell(job, entry, None, CandidateState::Waiting);
        }
        let mut failures = Vec::new();
        for (i, entry) in entries.iter().enumerate() {
            // The same again would be the same to the bit, also when it stands twice among the candidates.
            if let Some(twin) = self
                .project()
                .ok()
                .and_then(|now| twin(&now, &key, &setting, &entry.candidate))
            {
                runs.push(twin);
                self.tell(job, entry, Some(1.0), CandidateState::Done { run: twin });
                continue;
            }
            // What has been measured meanwhile says more than what was expected.
            let now = self.project().unwrap_or_else(|_| project.clone());
            self.plan(job, |plan| plan.expect(&expected(&forecast, &now, i)));
            let tasks = forecast.tasks(&entry.candidate, &parts(&entry.candidate), &now);
            match self.train_one(job, &project.id, &setting, (i, entry), &known, tasks).await {
                Ok(run) => {
                    runs.push(run);
                    self.tell(job, entry, Some(1.0), CandidateState::Done { run });
                }
                Err(failure) if failure.cancelled => return Err(failure),
                Err(failure) => {
                    self.tell(
                        job,
                        entry,
                        None,
                        CandidateState::Failed {
                            failure: failure.clone(),
                        },
                    );
                    let is_gone = matches!(failure.message.code.as_str(), "engine.no_table" | "store.no_project");
                    failures.push(failure);
                    // Another project is open, or this one was deleted: the others would fail as well.
                    if is_gone {
                        break;
                    }
                }
            }
        }
        if !runs.is_empty() {
            self.judge_choice(job, &project.id).await?;
        }
        match failures.into_iter().next() {
            Some(failure) if entries.len() == 1 => Err(failure),
            _ => Ok(()),
        }
    }

    /// Measures what the choice among the fresh runs flatters, and keeps it with the run that it fell on.
    /// Not for a project that is not open any more.
    async fn judge_choice(&self, job: JobId, project_id: &str) -> Outcome<()> {
        let Ok(project) = self.project() else { return Ok(()) };
        if project.id != project_id {
            return Ok(());
        }
        let fresh = |run: &&Run| !run.is_baseline() && project.is_fresh(run);
        let runs: Vec<&Run> = project.leaderboard().into_iter().filter(fresh).collect();
        let (Some(metric), Some(best)) = (project.ranking_metric(), runs.first().filter(|_| runs.len() > 1)) else {
            return Ok(());
        };
        let mut scoreboards: Vec<Scoreboard> = Vec::new();
        let mut n_values = 0;
        // The best first: what lies far behind is not chosen.
        for run in &runs {
            let scoreboard: Scoreboard = wire::from_bytes(&self.chunk(&run.predictions_hash).await?)?;
            n_values += scoreboard.rows.len() * scoreboard.classes.len().max(1);
            if n_values > MAX_CHOICE_VALUES {
                break;
            }
            scoreboards.push(scoreboard);
        }
        let task = Task::Choice {
            metric,
            scoreboards,
            chosen: 0,
            seed: best.seed,
        };
        let output = self.host.run_tasks(job, vec![task], &mut |_, _| {}).await.pop();
        let output = output.ok_or_else(|| Message::new("engine.wrong_output"))??;
        let found = expect_output!(output, TaskOutput::Choice(found) => found);
        let found = found.map(|found| spec::run::ChoiceEstimate {
            n_candidates: runs.len() as u32,
            ..found
        });
        let (best, id) = (best.id, project.id.clone());
        let mut changed = Vec::new();
        let generation = self
            .change(&id, Vec::new(), |project| {
                let key = project
                    .runs
                    .iter()
                    .find(|run| run.id == best)
                    .map(|run| run.training_key.clone());
                for run in project.runs.iter_mut().filter(|run| Some(&run.training_key) == key.as_ref()) {
                    let choice = found.filter(|_| run.id == best);
                    if run.choice != choice {
                        run.choice = choice;
                        changed.push(run.clone());
                    }
                }
                Ok(())
            })
            .await?;
        for run in changed {
            let partial = Partial::Run {
                project: id.clone(),
                run: Box::new(run),
                generation,
            };
            self.host.emit(Event::Partial { id: job, partial });
        }
        Ok(())
    }

    fn tell(&self, job: JobId, entry: &Entry, fraction: Option<f64>, state: CandidateState) {
        let algorithm = entry.candidate.algorithm;
        let partial = Partial::Candidate {
            index: entry.index,
            algorithm,
            trial: entry.trial,
            fraction,
            state,
        };
        self.host.emit(Event::Partial { id: job, partial });
    }

    /// `weights`: what is expected of its tasks, its folds first.
    async fn train_one(
        &self,
        job: JobId,
        project_id: &str,
        setting: &Setting,
        (i, entry): (usize, &Entry),
        known: &TrainingFacts,
        weights: Vec<f64>,
    ) -> Outcome<u32> {
        let started_at_ms = self.host.now_ms();
        let candidate = &entry.candidate;
        let parts = parts(candidate);
        let n_folds = known.n_folds as usize;
        let mut tasks: Vec<Task> = (0..known.n_folds)
            .map(|fold| Task::Fold {
                setting: setting.clone(),
                candidate: candidate.clone(),
                fold,
            })
            .collect();
        tasks.extend(parts.iter().map(|&part| Task::Fit {
            setting: setting.clone(),
            candidate: candidate.clone(),
            part,
        }));

        let mut losses: Vec<LossPoint> = Vec::new();
        // Told together with the progress: a chart that is drawn anew for each point would keep the page busy.
        let mut n_told = 0;
        let tell_losses = |losses: &[LossPoint], n_told: &mut usize| {
            let points = losses[*n_told..].to_vec();
            *n_told = losses.len();
            if !points.is_empty() {
                let partial = Partial::Loss {
                    index: entry.index,
                    points,
                };
                self.host.emit(Event::Partial { id: job, partial });
            }
        };
        let mut meter = self.begin(job, &forecast::name(i, "fit"), weights);
        let doing = Message::new("doing.training").with("algorithm", spec::texts::names::algorithm(candidate.algorithm));
        let how_far = || self.plan(job, |plan| plan.share(|name| forecast::is_of(i, name))).flatten();
        self.tell(job, entry, Some(0.0), CandidateState::Running);
        let results = self
            .host
            .run_tasks(job, tasks, &mut |index, tick| match tick {
                Tick::Fraction(fraction) => {
                    if self.advance(job, &mut meter, index, fraction, &doing) {
                        self.tell(job, entry, how_far(), CandidateState::Running);
                        tell_losses(&losses, &mut n_told);
                    }
                }
                Tick::Loss(point) if index == n_folds => losses.push(point),
                Tick::Loss(_) => {}
            })
            .await;
        self.end(job, &meter);
        tell_losses(&losses, &mut n_told);
        self.tell(job, entry, how_far(), CandidateState::Running);
        let mut outputs = results.into_iter().collect::<Result<Vec<TaskOutput>, Failure>>()?;
        let fitted = outputs.split_off(n_folds);

        let mut folds: Vec<FoldScores> = Vec::new();
        for output in outputs {
            folds.push(expect_output!(output, TaskOutput::Fold(fold) => *fold));
        }
        let mut models = Vec::new();
        for output in fitted {
            models.push(expect_output!(output, TaskOutput::Fitted(model) => model));
        }
        let fit_secs = models.iter().map(|model| model.fit_secs).sum();
        let model = if models.len() > 1 {
            let parts = models.into_iter().map(|model| model.bytes.into()).collect();
            let name = forecast::name(i, "merge");
            let merged = self.part(job, &name, vec![Task::Merge { parts }], doing.clone()).await?.pop();
            let merged = merged.ok_or_else(|| Message::new("engine.wrong_output"))?;
            expect_output!(merged, TaskOutput::Fitted(model) => model)
        } else {
            models.pop().ok_or_else(|| Message::new("engine.wrong_output"))?
        };

        let scoring = Message::new("doing.scoring").with("algorithm", spec::texts::names::algorithm(candidate.algorithm));
        let predict_secs_per_row = folds.iter().map(|fold| fold.predict_secs).sum::<f64>()
            / folds.iter().map(|fold| fold.rows.len()).sum::<usize>().max(1) as f64;
        let assess = Task::Assess {
            setting: setting.clone(),
            folds,
            algorithm: candidate.algorithm,
            n_features: model.n_features,
        };
        let assessed = self
            .part(job, &forecast::name(i, "assess"), vec![assess], scoring)
            .await?
            .pop();
        let assessed = assessed.ok_or_else(|| Message::new("engine.wrong_output"))?;
        let assessed = expect_output!(assessed, TaskOutput::Assessed(assessed) => *assessed);

        let predictions = wire::to_bytes(&assessed.predictions);
        let mut run = Run {
            id: 0,
            algorithm: candidate.algorithm,
            params: candidate.params.clone(),
            trial: entry.trial,
            exact: entry.info.exact,
            training_key: String::new(),
            data_sha256: setting.source.sha256.clone(),
            seed: setting.seed,
            code_version: spec::CODE_VERSION.to_owned(),
            started_at_ms,
            fit_secs,
            predict_secs_per_row,
            n_bytes: model.bytes.len() as u64,
            n_features: model.n_features,
            cv: assessed.cv,
            train: assessed.train,
            validation: assessed.validation,
            n_validated: assessed.predictions.rows.len() as u64,
            choice: None,
            // A constant learns nothing that it could have learned too well.
            diagnosis: assessed.diagnosis.filter(|_| candidate.algorithm != Algorithm::Baseline),
            loss_curve: losses,
            warnings: model.warnings,
            predictions_hash: sha256(&predictions),
            model_hash: model.hash.clone(),
            facts: known.facts.clone(),
        };
        let chunks = vec![(run.predictions_hash.clone(), predictions), (model.hash, model.bytes)];
        let now_ms = self.host.now_ms();
        let generation = self
            .change(project_id, chunks, |project| {
                run.id = project.next_run_id();
                run.training_key = training_key(setting, project);
                let is_new = !project.runs.iter().any(|other| other.is_same_candidate(&run));
                if is_new && run.algorithm != Algorithm::Baseline {
                    let n_before = project.n_trials(&run);
                    project.trials.insert(run.facts.test_id.clone(), n_before + 1);
                }
                project.runs.push(run.clone());
                project.changed_at_ms = now_ms;
                Ok(())
            })
            .await?;
        let id = run.id;
        self.host.emit(Event::Partial {
            id: job,
            partial: Partial::Run {
                project: project_id.to_owned(),
                run: Box::new(run),
                generation,
            },
        });
        Ok(id)
    }

    pub(crate) async fn delete_run(&self, run: u32) -> Outcome<Answer> {
        let id = self.project()?.id;
        let generation = self
            .change(&id, Vec::new(), |project| {
                let n_before = project.runs.len();
                project.runs.retain(|other| other.id != run);
                if project.runs.len() == n_before {
                    return Err(Message::new("engine.no_run").with("run", run).into());
                }
                project.champion = project.champion.filter(|champion| *champion != run);
                Ok(())
            })
            .await?;
        Ok(Answer::Saved { id, generation })
    }
}

/// The key of what was trained on, even if the document has changed while it trained.
fn training_key(setting: &Setting, project: &Project) -> String {
    let mut pipeline = project.pipeline.clone();
    pipeline.framing = setting.framing.clone();
    pipeline.recipe.shape = setting.source.shape.clone();
    pipeline.recipe.pipeline = setting.steps.clone();
    pipeline.split = setting.split.clone();
    pipeline.seed = setting.seed;
    pipeline.training_key()
}

/// The run of the same candidate on the same data, recipe, split, framing and seed, by this version of the code: it is what
/// training again would give.
fn twin(project: &Project, key: &str, setting: &Setting, candidate: &Candidate) -> Option<u32> {
    let is_twin = |run: &&Run| {
        run.algorithm == candidate.algorithm
            && run.params == candidate.params
            && run.data_sha256 == setting.source.sha256
            && run.code_version == spec::CODE_VERSION
            && run.training_key == key
    };
    project.runs.iter().find(is_twin).map(|run| run.id)
}

/// Candidates with all parameters checked and filled in, the trials of a search drawn, and the baseline among them.
fn entries(project: &Project, setting: &Setting, models: Vec<ModelSpec>) -> Outcome<Vec<Entry>> {
    let (task, _) = setting.goal()?;
    let estimators = train::catalogue();
    let mut models: Vec<(u32, ModelSpec)> = (0..).zip(models).collect();
    let has_baseline = models.iter().any(|(_, model)| model.algorithm == Algorithm::Baseline)
        || project
            .runs
            .iter()
            .any(|run| run.algorithm == Algorithm::Baseline && project.is_fresh(run));
    if !has_baseline {
        let baseline = ModelSpec {
            algorithm: Algorithm::Baseline,
            params: Default::default(),
            search: None,
        };
        models.insert(0, (models.len() as u32, baseline));
    }
    let mut entries = Vec::new();
    for (index, model) in models {
        let info = estimators
            .iter()
            .find(|info| info.algorithm == model.algorithm && info.tasks.contains(&task));
        let info = info
            .ok_or_else(|| Message::new("engine.wrong_task").with("algorithm", spec::texts::names::algorithm(model.algorithm)))?;
        let is_search = model.search.is_some();
        for (i, params) in train::search::draw(info, &model, setting.seed)?.into_iter().enumerate() {
            let params = spec::param::Checked::new(&info.params, &params)?.into_params();
            entries.push(Entry {
                index,
                trial: is_search.then_some(i as u32 + 1),
                candidate: Candidate {
                    algorithm: model.algorithm,
                    params,
                },
                info: info.clone(),
            });
        }
    }
    Ok(entries)
}

/// A forest is fitted in ranges of trees that merge to the same model whatever ran where.
fn parts(candidate: &Candidate) -> Vec<FitPart> {
    let n_trees = match (candidate.algorithm, candidate.params.get("n_estimators")) {
        (Algorithm::RandomForest, Some(spec::ParamValue::Integer(n))) => u32::try_from(*n).unwrap_or(0),
        _ => 0,
    };
    if n_trees <= TREES_PER_TASK {
        return vec![FitPart::Whole];
    }
    (0..n_trees.div_ceil(TREES_PER_TASK))
        .map(|i| FitPart::Trees {
            start: i * TREES_PER_TASK,
            end: ((i + 1) * TREES_PER_TASK).min(n_trees),
        })
        .collect()
}

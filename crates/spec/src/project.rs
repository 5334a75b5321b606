//! A project: the document with its history, and what training and evaluation left.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::caveat::{CaveatKind, Waiver};
use crate::evaluation::{Decision, Evaluation, Opening};
use crate::framing::Framing;
use crate::monitor::{MonitorRules, Retrained};
use crate::read::ImportSummary;
use crate::registry::{Act, Acted, Alias, Batch, Registry};
use crate::run::{FitDiagnosis, Run};
use crate::split::SplitSpec;
use crate::step::{PipelineKind, Recipe, ShapeKind, Step};
use crate::{Algorithm, Message, Metric, ModelSpec, Order, Outcome, Pipeline};

/// Undo steps that are kept.
pub const HISTORY_LIMIT: usize = 200;

/// The imported data: the file's bytes and the typed table lie in chunks of the store.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataRef {
    pub summary: ImportSummary,
    /// Content hash of the stored table, hexadecimal.
    pub table_hash: String,
    /// The sample it came from, if it did.
    #[serde(default)]
    pub sample: Option<String>,
    /// The files whose rows it has, one below the other; empty for a single file.
    #[serde(default)]
    pub parts: Vec<DataPart>,
}

/// One of several files that make up the data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataPart {
    pub file_name: String,
    /// SHA-256 of the file.
    pub sha256: String,
    /// Rows that it gave.
    pub n_rows: u64,
}

impl DataRef {
    /// Its files, in the order of its rows.
    pub fn files(&self) -> Vec<DataPart> {
        if !self.parts.is_empty() {
            return self.parts.clone();
        }
        vec![DataPart {
            file_name: self.summary.file_name.clone(),
            sha256: self.summary.fingerprint.sha256.clone(),
            n_rows: self.summary.n_kept,
        }]
    }
}

/// A state to go back to. The data reference belongs to it: an import can be undone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// What was done to leave this state.
    pub label: String,
    pub pipeline: Pipeline,
    pub data: Option<DataRef>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct History {
    pub undo: Vec<Snapshot>,
    pub redo: Vec<Snapshot>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Project {
    pub format: u32,
    pub id: String,
    pub name: String,
    /// Counts the saves; compared inside the saving transaction.
    pub generation: u64,
    /// Number of the last edit of the page's journal that this state contains.
    #[serde(default)]
    pub journal_seq: u64,
    pub created_at_ms: f64,
    pub changed_at_ms: f64,
    pub pipeline: Pipeline,
    pub data: Option<DataRef>,
    #[serde(default)]
    pub history: History,
    #[serde(default)]
    pub runs: Vec<Run>,
    /// The run that Evaluate and Deploy are about; None: the best on validation.
    #[serde(default)]
    pub champion: Option<u32>,
    #[serde(default)]
    pub evaluations: Vec<Evaluation>,
    #[serde(default)]
    pub openings: Vec<Opening>,
    #[serde(default)]
    pub decisions: Vec<Decision>,
    #[serde(default)]
    pub registry: Registry,
    /// In the order of time.
    #[serde(default)]
    pub batches: Vec<Batch>,
    #[serde(default)]
    pub monitor_rules: MonitorRules,
    /// What the last training on new rows came to.
    #[serde(default)]
    pub retrained: Option<Retrained>,
    /// What was done about models, in the order of time.
    #[serde(default)]
    pub acts: Vec<Acted>,
    /// Different candidates that were ever validated on the same rows, by the test rows that were left out (`test_id`);
    /// deleted runs count.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub trials: BTreeMap<String, u32>,
}

/// A change of the document. Pure: page and worker apply the same function, so the page shows it at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Edit {
    Rename {
        name: String,
    },
    SetFraming {
        framing: Framing,
    },
    SetData {
        data: DataRef,
        pipeline: Pipeline,
    },
    AddShapeStep {
        index: Option<u32>,
        kind: ShapeKind,
    },
    AddPipelineStep {
        index: Option<u32>,
        kind: PipelineKind,
    },
    ReplaceShapeStep {
        id: u32,
        kind: ShapeKind,
    },
    ReplacePipelineStep {
        id: u32,
        kind: PipelineKind,
    },
    RemoveStep {
        id: u32,
    },
    /// To `index` within the step's own list.
    MoveStep {
        id: u32,
        index: u32,
    },
    EnableStep {
        id: u32,
        enabled: bool,
    },
    SetRecipe {
        recipe: Recipe,
    },
    SetSplit {
        split: SplitSpec,
    },
    SetModels {
        models: Vec<ModelSpec>,
    },
    SetDecisionThreshold {
        threshold: Option<f64>,
    },
    SetSeed {
        seed: u64,
    },
    /// Accepts what stands against a figure, for a reason; another waiver of the same caveat is replaced.
    WaiveCaveat {
        waiver: Waiver,
    },
    /// Opens the caveat again.
    UnwaiveCaveat {
        kind: CaveatKind,
        key: String,
    },
    SetChampion {
        run: Option<u32>,
    },
    RecordDecision {
        decision: Decision,
    },
    /// Makes a version champion or challenger, or takes the name away.
    SetAlias {
        alias: Alias,
        version: Option<u32>,
        at_ms: f64,
        reason: String,
    },
    /// The champion stays, the challenger is let go.
    KeepChampion {
        at_ms: f64,
        reason: String,
    },
    NoteVersion {
        version: u32,
        note: String,
    },
    SetMonitorRules {
        rules: MonitorRules,
    },
    DeleteBatch {
        batch: u32,
    },
    Undo,
    Redo,
}

impl Edit {
    /// Edits that undo goes back over; the others are records or moves in time.
    pub fn is_undoable(&self) -> bool {
        !matches!(
            self,
            Self::Rename { .. }
                | Self::SetChampion { .. }
                | Self::RecordDecision { .. }
                | Self::SetAlias { .. }
                | Self::KeepChampion { .. }
                | Self::NoteVersion { .. }
                | Self::SetMonitorRules { .. }
                | Self::DeleteBatch { .. }
                | Self::Undo
                | Self::Redo
        )
    }
}

impl Project {
    pub fn new(id: String, name: String, now_ms: f64) -> Self {
        Self {
            format: crate::FORMAT,
            id,
            name,
            generation: 0,
            journal_seq: 0,
            created_at_ms: now_ms,
            changed_at_ms: now_ms,
            pipeline: Pipeline::default(),
            data: None,
            history: History::default(),
            runs: Vec::new(),
            champion: None,
            evaluations: Vec::new(),
            openings: Vec::new(),
            decisions: Vec::new(),
            registry: Registry::default(),
            batches: Vec::new(),
            monitor_rules: MonitorRules::default(),
            retrained: None,
            acts: Vec::new(),
            trials: BTreeMap::new(),
        }
    }

    /// Applies one edit. On an error nothing has changed.
    ///
    /// Errors: `edit.no_step` when a step id does not exist, `edit.no_reason` for a waiver without one,
    /// `edit.nothing_to_undo`, `edit.nothing_to_redo`; those of [`MonitorRules::check`].
    pub fn apply(&mut self, edit: &Edit) -> Outcome<()> {
        let before = edit.is_undoable().then(|| Snapshot {
            label: crate::texts::history::label(edit),
            pipeline: self.pipeline.clone(),
            data: self.data.clone(),
        });
        self.change(edit)?;
        if let Some(before) = before {
            if before.pipeline == self.pipeline && before.data == self.data {
                return Ok(());
            }
            self.history.undo.push(before);
            if self.history.undo.len() > HISTORY_LIMIT {
                self.history.undo.remove(0);
            }
            self.history.redo.clear();
        }
        Ok(())
    }

    fn change(&mut self, edit: &Edit) -> Outcome<()> {
        let recipe = &mut self.pipeline.recipe;
        let id = recipe.next_id();
        match edit.clone() {
            Edit::Rename { name } => self.name = name,
            Edit::SetFraming { framing } => {
                // Candidates of another task cannot be trained: with the task, what is proposed for it takes their place.
                if let Some(task) = framing.task.filter(|task| self.pipeline.framing.task != Some(*task)) {
                    self.pipeline.models = ModelSpec::proposed(task);
                }
                self.pipeline.framing = framing;
            }
            Edit::SetData { data, pipeline } => {
                self.data = Some(data);
                self.pipeline = pipeline;
            }
            Edit::AddShapeStep { index, kind } => insert(&mut recipe.shape, index, Step { id, enabled: true, kind }),
            Edit::AddPipelineStep { index, kind } => insert(&mut recipe.pipeline, index, Step { id, enabled: true, kind }),
            Edit::ReplaceShapeStep { id, kind } => find(&mut recipe.shape, id)?.kind = kind,
            Edit::ReplacePipelineStep { id, kind } => find(&mut recipe.pipeline, id)?.kind = kind,
            Edit::RemoveStep { id } => {
                let n_before = recipe.shape.len() + recipe.pipeline.len();
                recipe.shape.retain(|step| step.id != id);
                recipe.pipeline.retain(|step| step.id != id);
                if recipe.shape.len() + recipe.pipeline.len() == n_before {
                    return Err(no_step(id));
                }
            }
            Edit::MoveStep { id, index } => {
                if recipe.shape.iter().any(|step| step.id == id) {
                    move_to(&mut recipe.shape, id, index);
                } else if recipe.pipeline.iter().any(|step| step.id == id) {
                    move_to(&mut recipe.pipeline, id, index);
                } else {
                    return Err(no_step(id));
                }
            }
            Edit::EnableStep { id, enabled } => {
                if let Ok(step) = find(&mut recipe.shape, id) {
                    step.enabled = enabled;
                } else {
                    find(&mut recipe.pipeline, id)?.enabled = enabled;
                }
            }
            Edit::SetRecipe { recipe } => self.pipeline.recipe = recipe,
            Edit::SetSplit { split } => self.pipeline.split = split,
            Edit::SetModels { models } => self.pipeline.models = models,
            Edit::SetDecisionThreshold { threshold } => self.pipeline.decision_threshold = threshold,
            Edit::SetSeed { seed } => self.pipeline.seed = seed,
            Edit::WaiveCaveat { waiver } => {
                if waiver.reason.trim().is_empty() {
                    return Err(Message::new("edit.no_reason").into());
                }
                let waivers = &mut self.pipeline.waivers;
                waivers.retain(|other| !other.is_of(waiver.kind, &waiver.key));
                waivers.push(waiver);
            }
            Edit::UnwaiveCaveat { kind, key } => self.pipeline.waivers.retain(|waiver| !waiver.is_of(kind, &key)),
            Edit::SetChampion { run } => self.champion = run,
            Edit::RecordDecision { decision } => self.decisions.push(decision),
            Edit::SetAlias {
                alias,
                version,
                at_ms,
                reason,
            } => self.set_alias(alias, version, at_ms, reason)?,
            Edit::KeepChampion { at_ms, reason } => {
                let version = self.registry.champion.ok_or_else(|| Message::new("edit.no_champion"))?;
                let against = self.registry.challenger.take();
                self.note(at_ms, Act::Kept { version, against }, reason);
            }
            Edit::NoteVersion { version, note } => {
                let versions = &mut self.registry.versions;
                let found = versions.iter_mut().find(|one| one.number == version);
                found.ok_or_else(|| no_version(version))?.note = note;
            }
            Edit::SetMonitorRules { rules } => {
                rules.check()?;
                self.monitor_rules = rules;
            }
            Edit::DeleteBatch { batch } => self.batches.retain(|one| one.summary.id != batch),
            Edit::Undo => {
                let back = self.history.undo.pop().ok_or_else(|| Message::new("edit.nothing_to_undo"))?;
                let label = back.label.clone();
                let now = self.restore(back, label);
                self.history.redo.push(now);
            }
            Edit::Redo => {
                let ahead = self.history.redo.pop().ok_or_else(|| Message::new("edit.nothing_to_redo"))?;
                let label = ahead.label.clone();
                let now = self.restore(ahead, label);
                self.history.undo.push(now);
            }
        }
        Ok(())
    }

    fn set_alias(&mut self, alias: Alias, version: Option<u32>, at_ms: f64, reason: String) -> Outcome<()> {
        if let Some(number) = version.filter(|number| self.registry.version(*number).is_none()) {
            return Err(no_version(number));
        }
        let act = match (alias, version) {
            (Alias::Challenger, version) => {
                self.registry.challenger = version;
                Act::Challenging { version }
            }
            (Alias::Champion, None) => return Err(Message::new("edit.no_champion").into()),
            (Alias::Champion, Some(version)) => {
                let from = self.registry.champion.replace(version);
                if self.registry.challenger == Some(version) {
                    self.registry.challenger = None;
                }
                if from.is_some_and(|from| from > version) {
                    Act::RolledBack { version, from }
                } else {
                    Act::Promoted { version, from }
                }
            }
        };
        self.note(at_ms, act, reason);
        Ok(())
    }

    /// Writes into the journal.
    pub fn note(&mut self, at_ms: f64, act: Act, reason: String) {
        self.acts.push(Acted { at_ms, act, reason });
    }

    fn restore(&mut self, snapshot: Snapshot, label: String) -> Snapshot {
        let pipeline = std::mem::replace(&mut self.pipeline, snapshot.pipeline);
        let data = std::mem::replace(&mut self.data, snapshot.data);
        Snapshot { label, pipeline, data }
    }

    /// Runs trained on what the document says now.
    pub fn is_fresh(&self, run: &Run) -> bool {
        self.freshness().is(run)
    }

    /// To ask of many runs whether they are fresh.
    pub fn freshness(&self) -> Freshness {
        Freshness {
            training_key: self.pipeline.training_key(),
            data_sha256: self.data.as_ref().map(|data| data.summary.fingerprint.sha256.clone()),
        }
    }

    /// The run that Evaluate is about: the chosen one, else the best fresh one by [`Project::ranking_metric`], else the
    /// best of those from before a change. The baseline is what others are measured by: it is the answer only where there
    /// is no other run, or where it was chosen.
    pub fn current_run(&self) -> Option<&Run> {
        if let Some(run) = self.champion.and_then(|id| self.runs.iter().find(|run| run.id == id)) {
            return Some(run);
        }
        // Fresh runs stand first.
        let runs = self.leaderboard();
        runs.iter().find(|run| !run.is_baseline()).or(runs.first()).copied()
    }

    /// What runs are ranked by: the primary metric; where it is defined for no model, the first metric of the task that is
    /// defined for all of them. Fresh runs decide, while there are any.
    pub fn ranking_metric(&self) -> Option<Metric> {
        let framing = &self.pipeline.framing;
        let primary = framing.metric?;
        let models: Vec<&Run> = self.runs.iter().filter(|run| !run.is_baseline()).collect();
        let freshness = self.freshness();
        let fresh: Vec<&Run> = models.iter().copied().filter(|run| freshness.is(run)).collect();
        let models = if fresh.is_empty() { models } else { fresh };
        if models.is_empty() || models.iter().any(|run| run.ranked_by(primary).is_some()) {
            return Some(primary);
        }
        let metrics = framing.task.map(Metric::of_task).unwrap_or_default();
        let defined = |metric: &Metric| models.iter().all(|run| run.ranked_by(*metric).is_some());
        Some(metrics.into_iter().find(defined).unwrap_or(primary))
    }

    /// Fresh runs first, then best first by [`Project::ranking_metric`], its mean over the folds; a run for which it is not
    /// defined comes last, and of those the baseline last; ties to the earlier run. Runs that are not exact never win a tie.
    pub fn leaderboard(&self) -> Vec<&Run> {
        let freshness = self.freshness();
        let metric = self.ranking_metric();
        let key = |run: &Run| {
            let figure = metric.map_or(Some(0.0), |metric| run.ranked_by(metric));
            let order = match figure {
                None => f64::INFINITY,
                Some(mean) if metric.is_some_and(Metric::greater_is_better) => -mean,
                Some(mean) => mean,
            };
            let is_last = figure.is_none() && run.is_baseline();
            (!freshness.is(run), order, (is_last, !run.exact, run.id))
        };
        let mut keyed: Vec<_> = self.runs.iter().map(|run| (key(run), run)).collect();
        keyed.order_by(|((a_stale, a, a_rest), _), ((b_stale, b, b_rest), _)| {
            a_stale.cmp(b_stale).then(a.total_cmp(b)).then(a_rest.cmp(b_rest))
        });
        keyed.into_iter().map(|(_, run)| run).collect()
    }

    /// Different candidates that were validated on the same rows as this run, itself among them.
    pub fn n_trials(&self, run: &Run) -> u32 {
        let is_same_rows = |other: &&Run| {
            other.algorithm != Algorithm::Baseline
                && other.data_sha256 == run.data_sha256
                && (other.training_key == run.training_key
                    || (!run.facts.test_id.is_empty() && other.facts.test_id == run.facts.test_id))
        };
        let same: Vec<&Run> = self.runs.iter().filter(is_same_rows).collect();
        let is_new = |i: &usize| !same[..*i].iter().any(|earlier| earlier.is_same_candidate(same[*i]));
        let n_kept = (0..same.len()).filter(is_new).count() as u32;
        self.trials.get(&run.facts.test_id).copied().unwrap_or(0).max(n_kept)
    }

    /// Over- or under-fitting of a run, beside the other runs that were trained on the same. None for the baseline, which
    /// learns nothing that it could have learned too well.
    pub fn diagnosis(&self, run: &Run) -> Option<FitDiagnosis> {
        let metric = self.pipeline.framing.metric.filter(|_| self.is_fresh(run));
        let (Some(metric), true) = (metric, run.n_validated > 0 && !run.is_baseline()) else {
            return run.diagnosis.clone();
        };
        let beside =
            |other: &&Run| other.id != run.id && other.training_key == run.training_key && other.data_sha256 == run.data_sha256;
        let others: Vec<&Run> = self.runs.iter().filter(beside).collect();
        Some(crate::diagnosis::diagnose(metric, run, &others))
    }

    /// The number of the next run: one that no record names, a deleted run's neither.
    pub fn next_run_id(&self) -> u32 {
        let of_runs = self.runs.iter().map(|run| run.id);
        let of_evaluations = self.evaluations.iter().map(|evaluation| evaluation.run);
        let of_openings = self.openings.iter().map(|opening| opening.run);
        let of_decisions = self.decisions.iter().map(|decision| decision.run);
        let of_versions = self.registry.versions.iter().map(|version| version.run.id);
        let all = of_runs
            .chain(of_evaluations)
            .chain(of_openings)
            .chain(of_decisions)
            .chain(of_versions);
        all.max().unwrap_or(0) + 1
    }

    /// How often these test rows have been opened.
    pub fn n_openings(&self, test_id: &str) -> u32 {
        self.openings.iter().filter(|opening| opening.test_id == test_id).count() as u32
    }
}

/// What a run must have been trained on to be about the document as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Freshness {
    training_key: String,
    data_sha256: Option<String>,
}

impl Freshness {
    pub fn is(&self, run: &Run) -> bool {
        run.training_key == self.training_key && self.data_sha256.as_ref() == Some(&run.data_sha256)
    }
}

fn insert<K>(steps: &mut Vec<Step<K>>, index: Option<u32>, step: Step<K>) {
    let at = index.map_or(steps.len(), |index| (index as usize).min(steps.len()));
    steps.insert(at, step);
}

fn find<K>(steps: &mut [Step<K>], id: u32) -> Outcome<&mut Step<K>> {
    steps.iter_mut().find(|step| step.id == id).ok_or_else(|| no_step(id))
}

fn no_version(version: u32) -> crate::Failure {
    Message::new("edit.no_version").with("version", version).into()
}

fn no_step(id: u32) -> crate::Failure {
    Message::new("edit.no_step").with("id", id).into()
}

fn move_to<K>(steps: &mut Vec<Step<K>>, id: u32, index: u32) {
    if let Some(from) = steps.iter().position(|step| step.id == id) {
        let step = steps.remove(from);
        let at = (index as usize).min(steps.len());
        steps.insert(at, step);
    }
}

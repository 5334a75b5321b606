//! Tasks: the synchronous pieces that pool workers run. A task is self-contained: it names data by hash and has no
//! other state, so that it can run anywhere and again. Tasks and outputs travel as bytes of [`spec::wire`].

mod append;
mod batch;
mod bringing;
mod data;
pub(crate) mod explain;
mod figures;
mod fit;
mod judge;
mod known;
mod predictor;
mod rows;
mod score;
mod trial;
mod watch;

use std::any::Any;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use spec::caveat::RunFacts;
use spec::evaluation::{Evaluation, GoalStatus, Part};
use spec::experiment::{ExperimentData, ExperimentVerdict, VerdictRequest};
use spec::explain::{ContributionSummary, DrawnRow, Explained, ModelInputs, RowOf};
use spec::graph::ModelGraph;
use spec::job::{Description, FileKey, FormulaPreview, RowSelection, RowState, RowsPage, SortBy};
use spec::monitor::{ChallengerVerdict, KnownRows, MonitorRules};
use spec::read::{CellFormat, ColumnReading, ImportSummary, ReadOptions, Sniff};
use spec::registry::VersionName;
use spec::run::{FitDiagnosis, FoldScore, LossPoint, Scores};
use spec::split::SplitSummary;
use spec::{Algorithm, ColumnSchema, Fingerprint, Message, Metric, Observer, Outcome, Params, Pipeline};
use table::Table;
use train::Predictions;

use crate::evaluating::Scoreboard;
use crate::project_file;
use crate::setting::{Setting, Source};
use explain::ImportReading;

pub use batch::{BatchFile, BatchRows, Form, Subject};
pub use judge::{JudgedBatch, StoredBatch};
pub use predictor::{Model, Predictor};

/// What a running task says.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Tick {
    Fraction(f64),
    Loss(LossPoint),
}

/// What tasks can reach.
pub trait Resources {
    /// Errors: `engine.no_table` when the host was not given this table.
    fn table(&self, hash: &str) -> Outcome<Arc<Table>>;

    /// Errors: `engine.no_file`.
    fn file(&self, key: FileKey) -> Outcome<Box<dyn table::ByteSource>>;

    /// Seconds by a clock that only moves forward; for durations that are shown, never for results.
    fn now_secs(&self) -> f64;

    /// How much memory a model may take while it is made, with all its copies on the way to the store.
    fn memory_bytes(&self) -> u64 {
        u64::MAX
    }

    /// Derived things that later tasks of the same worker may want again; one [`Cache`] a worker, or one for all.
    fn cache(&self) -> &Cache;

    /// Hands a new table over to the host, which may keep it as it is.
    fn put_table(&self, table: Table, observer: &mut dyn Observer) -> Outcome<Made> {
        let n_bytes = table.n_bytes().max(1) as f64;
        let mut n_given = 0;
        let mut sink = self.sink();
        table.pieces(&mut |piece| {
            n_given += piece.len();
            observer.tick((n_given as f64 / n_bytes).min(1.0))?;
            sink.put(piece)
        })?;
        sink.finish()
    }

    /// Where a task puts content that it makes, piece by piece.
    fn sink(&self) -> Box<dyn Sink>;

    /// What this task has just handed over, to be read again.
    fn made(&self, made: &Made) -> Outcome<Box<dyn table::ByteSource>>;

    /// Content that the host was given. Errors: `engine.no_content`.
    fn content(&self, hash: &str) -> Outcome<Box<dyn table::ByteSource>>;
}

/// Takes content over piece by piece. A piece is stored under its own hash: equal ones are stored once.
pub trait Sink {
    fn put(&mut self, piece: &[u8]) -> Outcome<()>;

    fn finish(self: Box<Self>) -> Outcome<Made>;
}

/// Content that a task has handed over to its host.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Made {
    /// By which the host finds it.
    pub key: u64,
    pub n_bytes: u64,
    /// None: the host takes it.
    pub sha256: Option<String>,
}

/// The last few derived values, by key. Holds no truth: anything in it can be computed again.
#[derive(Default)]
pub struct Cache {
    kept: Mutex<VecDeque<(String, Arc<dyn Any + Send + Sync>)>>,
}

/// Shaped tables, splits and fitted recipes of the document at hand, and of the one before it.
const CACHE_ENTRIES: usize = 8;

impl Cache {
    /// The kept value, or a new one that is then kept.
    pub fn get_or<T: Any + Send + Sync>(&self, key: &str, make: impl FnOnce() -> Outcome<T>) -> Outcome<Arc<T>> {
        let found = {
            let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.iter().find(|(name, _)| name == key).map(|(_, value)| Arc::clone(value))
        };
        if let Some(value) = found.and_then(|value| value.downcast::<T>().ok()) {
            return Ok(value);
        }
        let value = Arc::new(make()?);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(name, _)| name != key);
        kept.push_back((key.to_owned(), Arc::clone(&value) as Arc<dyn Any + Send + Sync>));
        if kept.len() > CACHE_ENTRIES {
            kept.pop_front();
        }
        Ok(value)
    }
}

/// One candidate with all its parameters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    pub algorithm: Algorithm,
    pub params: Params,
}

impl Candidate {
    /// What a run was fitted as.
    pub(crate) fn of(run: &spec::run::Run) -> Self {
        Self {
            algorithm: run.algorithm,
            params: run.params.clone(),
        }
    }
}

/// Which part of a model a fit makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FitPart {
    Whole,
    /// Trees `start..end` of a forest.
    Trees {
        start: u32,
        end: u32,
    },
}

/// What the bundle is told beside the model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExportOrder {
    pub name: String,
    pub run: u32,
    pub algorithm: Algorithm,
    pub params: Params,
    pub decision_threshold: Option<f64>,
    pub goal: Option<GoalStatus>,
    pub scores: Scores,
    pub part: Part,
    pub missing_tokens: Vec<String>,
    pub decimal_comma: bool,
    /// What begins a line of the data file that is no row.
    pub comment: Option<char>,
    pub file: deploy::contract::FileForm,
    /// All columns as they were imported, in the order of the data file.
    pub schema: Vec<ColumnSchema>,
    pub readings: BTreeMap<String, ColumnReading>,
    pub formats: BTreeMap<String, CellFormat>,
    /// The pipeline that the run was trained by, as its file.
    pub pipeline_json: String,
    pub tool: deploy::ToolLock,
    pub fingerprint: Option<Fingerprint>,
    pub is_stale: bool,
    /// Hash of the trained model.
    pub model_hash: String,
    /// None: named after the run.
    pub version: Option<VersionName>,
    /// `MODEL_CARD.md`.
    pub card: String,
    /// What the training rows looked like, as JSON.
    pub baseline: ByteBuf,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Task {
    Sniff {
        file: FileKey,
        file_name: String,
        options: Option<ReadOptions>,
    },
    /// `options` None: as sniffed.
    Import {
        file: FileKey,
        file_name: String,
        options: Option<ReadOptions>,
    },
    /// Fills what the document leaves open: task, metric, recipe, split, models.
    Propose {
        source: Source,
        pipeline: Box<Pipeline>,
    },
    Describe {
        setting: Setting,
    },
    Split {
        setting: Setting,
    },
    /// What is recorded of data and split in every run. Errors: `engine.too_few_rows`.
    TrainingFacts {
        setting: Setting,
    },
    Rows {
        setting: Setting,
        state: RowState,
        selection: Option<RowSelection>,
        /// Rows of the shaped table that a selection by prediction came to.
        picked: Option<Vec<u32>>,
        start: u64,
        count: u32,
        sort: Option<SortBy>,
    },
    Formula {
        setting: Setting,
        expression: String,
    },
    WriteCsv {
        setting: Setting,
        state: RowState,
        spreadsheet_safe: bool,
    },
    /// One fold of one candidate: recipe and model fitted on the fold's own rows.
    Fold {
        setting: Setting,
        candidate: Candidate,
        fold: u32,
    },
    /// On all rows but the test rows.
    Fit {
        setting: Setting,
        candidate: Candidate,
        part: FitPart,
    },
    /// Parts of a forest, in order, to one model.
    Merge {
        parts: Vec<ByteBuf>,
    },
    /// Figures over the folds and over the pooled validation rows.
    Assess {
        setting: Setting,
        folds: Vec<FoldScores>,
        algorithm: Algorithm,
        /// Of the model that was fitted on all rows but the test rows.
        n_features: u32,
    },
    /// What choosing one of several candidates flatters; their predictions of the same validated rows.
    Choice {
        metric: Metric,
        scoreboards: Vec<Scoreboard>,
        chosen: u32,
        seed: u64,
    },
    PredictTest {
        setting: Setting,
        model: ByteBuf,
    },
    Evaluate {
        setting: Setting,
        run: u32,
        n_features: u32,
        part: Part,
        scoreboard: Box<Scoreboard>,
        threshold: Option<f64>,
    },
    /// The raw columns that a model reads.
    Inputs {
        model: ByteBuf,
    },
    /// Of columns, for one fold's model on the rows that the fold held out.
    Importance {
        setting: Setting,
        candidate: Candidate,
        fold: u32,
        columns: Vec<String>,
        n_repeats: u32,
    },
    Export {
        setting: Setting,
        model: ByteBuf,
        order: Box<ExportOrder>,
    },
    /// What the training rows of a model looked like, as `monitor::Reference` in JSON.
    Reference {
        setting: Setting,
        model: ByteBuf,
        threshold: Option<f64>,
        rules: MonitorRules,
        /// Figures that later ones are compared with.
        scores: Scores,
        n_features: u32,
    },
    /// A file for the Monitor page: what it holds, read as the training file was.
    ReadBatch {
        file: FileKey,
        file_name: String,
        options: Option<ReadOptions>,
        subject: Box<Subject>,
        key_salt: Option<String>,
    },
    /// A batch against the training rows.
    JudgeBatch {
        subject: Box<Subject>,
        batch: StoredBatch,
        rules: MonitorRules,
    },
    /// Which stored batches new outcomes belong to. `labels`: bytes of a table, the column of the outcomes and that of
    /// their times. Each batch comes with its time in seconds since 1970.
    AssignOutcomes {
        records: Vec<monitor::OutcomeRecord>,
        labels: Option<(ByteBuf, String, Option<String>)>,
        target: String,
        batches: Vec<(StoredBatch, f64)>,
    },
    /// What a batch keeps when its file is read again: the outcomes that were joined to it before. `salt`: another one for
    /// keys.
    CarryOver {
        kept: ByteBuf,
        batch: StoredBatch,
        salt: Option<String>,
    },
    /// Rows of batches (name and bytes of a table) below ranges of rows of the table at hand.
    AppendRows {
        setting: Setting,
        ranges: Vec<(u32, u32)>,
        batches: Vec<(String, ByteBuf)>,
    },
    /// Champion against challenger on rows of the table at hand that neither was fitted on: of those asked for, the ones
    /// that stand nowhere else.
    Contest {
        table: String,
        first_row: u32,
        n_rows: u32,
        file_name: String,
        /// The column that the split keeps together.
        group: Option<String>,
        /// Rows that the champion's reference knows.
        known: Option<Box<KnownRows>>,
        challenger: Box<Scoreboard>,
        champion: Box<Subject>,
        metric: Metric,
        rules: MonitorRules,
        threshold: Option<f64>,
        seed: u64,
    },
    JudgeExperiment {
        data: ExperimentData,
        outcome_is: Option<String>,
        request: VerdictRequest,
    },
    /// A task on a table that the host was not given.
    Bringing {
        hash: String,
        table: ByteBuf,
        task: Box<Task>,
    },
    ModelInputs {
        setting: Setting,
        model: ByteBuf,
        import: ImportReading,
    },
    DrawRow {
        setting: Setting,
        model: ByteBuf,
        import: ImportReading,
        nth: u32,
    },
    Explain {
        setting: Setting,
        model: ByteBuf,
        import: ImportReading,
        row: RowOf,
        threshold: Option<f64>,
        is_test_open: bool,
        /// What the model was fitted as: a row that a fold held out is explained by that fold's model.
        candidate: Candidate,
    },
    /// Of the validation rows whose contributions are summed up, one part of those that a fold held out, by its model.
    Contributions {
        setting: Setting,
        candidate: Candidate,
        fold: u32,
        part: u32,
    },
    ModelGraph {
        model: ByteBuf,
        threshold: Option<f64>,
    },
    /// A project's records as one file.
    PackProject {
        record: ByteBuf,
        /// Names of contents that the host was given.
        chunks: Vec<String>,
    },
    UnpackProject {
        file: FileKey,
    },
    /// A raw file through an exported model.
    ScoreFile {
        file: FileKey,
        file_name: String,
        /// None: found by the columns of the contract.
        options: Option<ReadOptions>,
        model: ByteBuf,
        contract: ByteBuf,
        order: ScoreOrder,
    },
}

impl Task {
    /// The file that it reads from one end to the other.
    pub fn file(&self) -> Option<FileKey> {
        match self {
            Self::Sniff { file, .. }
            | Self::Import { file, .. }
            | Self::ReadBatch { file, .. }
            | Self::UnpackProject { file }
            | Self::ScoreFile { file, .. } => Some(*file),
            _ => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Imported {
    pub summary: ImportSummary,
    pub table: Made,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SplitRows {
    pub summary: SplitSummary,
    /// Test rows by their numbers in the file, ascending.
    pub test_row_ids: Vec<u32>,
}

/// What training begins with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainingFacts {
    pub n_folds: u32,
    /// Rows that the final model is fitted on.
    pub n_learned: u64,
    pub n_validated: u64,
    /// 0 for a number.
    pub n_classes: u32,
    pub facts: RunFacts,
}

/// What one fold gives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FoldScores {
    /// Validated rows of the shaped table.
    pub rows: Vec<u32>,
    pub predicted: Predictions,
    pub baseline: Predictions,
    /// Of the fold's own training rows; numbers only.
    pub constants: Option<evaluate::Constants>,
    /// Per metric on the fold's own training rows and on its validated rows.
    pub train: BTreeMap<Metric, Option<f64>>,
    pub validation: BTreeMap<Metric, Option<f64>>,
    pub n_train_rows: u64,
    pub predict_secs: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fitted {
    /// Wire bytes of a `train::FittedPipeline`.
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
    pub hash: String,
    pub n_features: u32,
    pub fit_secs: f64,
    pub warnings: Vec<Message>,
}

/// A candidate's figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assessed {
    pub cv: BTreeMap<Metric, FoldScore>,
    pub train: BTreeMap<Metric, FoldScore>,
    pub validation: Scores,
    pub diagnosis: Option<FitDiagnosis>,
    pub predictions: Scoreboard,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Appended {
    pub table: Made,
    /// Rows that each batch gave.
    pub n_rows: Vec<u64>,
    /// Of each batch, rows that stand above it already and were left out.
    pub n_repeated: Vec<u64>,
    pub notes: Vec<Message>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bundled {
    pub file_name: String,
    /// Name and version of the model in the contract.
    pub name: String,
    pub version: String,
    /// Of model and contract together.
    pub sha256: String,
    pub zip: ByteBuf,
    /// The same files one by one, by path.
    pub files: Vec<(String, ByteBuf)>,
    pub notes: Vec<Message>,
}

/// What scoring a file does beside answering.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ScoreOrder {
    /// Columns of the file that stand before the answers, as they were written.
    pub keep: Vec<String>,
    /// Records that cannot be scored are left out. False: they stop the work.
    pub skip_rejected: bool,
    /// Cells that would count as missing because they do not read make their record one that cannot be scored.
    pub strict: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScoredFile {
    pub n_rows: u64,
    pub csv: ByteBuf,
    /// Lines of the records that were left out, ascending.
    pub left_out: Vec<u64>,
    /// Why, of the first of them.
    pub reasons: Vec<Message>,
    /// Of cells that count as missing because they do not read, the first; and of columns.
    pub warnings: Vec<Message>,
    /// All cells that count as missing because they do not read.
    pub n_lost: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum TaskOutput {
    Sniffed(Box<Sniff>),
    Imported(Box<Imported>),
    Proposed(Box<Pipeline>),
    Described {
        description: Box<Description>,
        test_rows: Vec<u32>,
    },
    Split(SplitRows),
    TrainingFacts(Box<TrainingFacts>),
    Rows(RowsPage),
    Formula(FormulaPreview),
    Bytes(ByteBuf),
    Fold(Box<FoldScores>),
    Fitted(Fitted),
    Assessed(Box<Assessed>),
    Choice(Option<spec::run::ChoiceEstimate>),
    Predicted(Box<Scoreboard>),
    Evaluated(Box<Evaluation>),
    Inputs(Vec<String>),
    /// Per column, the losses of the repeats.
    Importance(Vec<(String, Vec<f64>)>),
    Bundle(Box<Bundled>),
    ModelInputs(Box<ModelInputs>),
    Drawn(Box<DrawnRow>),
    Explained(Box<Explained>),
    Contributions(Vec<ContributionSummary>),
    ModelGraph(Box<ModelGraph>),
    Scored(ScoredFile),
    Judged(Box<ExperimentVerdict>),
    BatchFile(Box<BatchFile>),
    JudgedBatch(Box<JudgedBatch>),
    /// What each batch keeps from now on; None where nothing is new.
    Assigned(Vec<Option<ByteBuf>>),
    CarriedOver(Option<ByteBuf>),
    Appended(Box<Appended>),
    Contest(Option<Box<ChallengerVerdict>>, Vec<Message>),
    /// A project file that was written, and opened again.
    Packed(Made),
    Unpacked {
        record: ByteBuf,
        /// By their names.
        chunks: Vec<(String, Made)>,
    },
}

/// Runs one task to its end.
pub fn run_task(task: &Task, resources: &dyn Resources, observer: &mut dyn Observer) -> Outcome<TaskOutput> {
    let output = match task {
        Task::Sniff {
            file,
            file_name,
            options,
        } => TaskOutput::Sniffed(Box::new(table::read::sniff(
            &*resources.file(*file)?,
            file_name,
            options.as_ref(),
        )?)),
        Task::Import {
            file,
            file_name,
            options,
        } => data::import(resources, *file, file_name, options.as_ref(), observer)?,
        Task::Propose { source, pipeline } => data::propose(resources, source, pipeline, observer)?,
        Task::Describe { setting } => data::describe(resources, setting, observer)?,
        Task::Split { setting } => TaskOutput::Split(data::split_rows(resources, setting, observer)?),
        Task::TrainingFacts { setting } => {
            TaskOutput::TrainingFacts(Box::new(data::training_facts(resources, setting, observer)?))
        }
        Task::Rows {
            setting,
            state,
            selection,
            picked,
            start,
            count,
            sort,
        } => {
            let wanted = rows::Wanted {
                state,
                selection: selection.as_ref(),
                picked: picked.as_deref(),
                sort: sort.as_ref(),
            };
            TaskOutput::Rows(rows::page(resources, setting, &wanted, *start, *count, observer)?)
        }
        Task::Formula { setting, expression } => TaskOutput::Formula(rows::formula(resources, setting, expression, observer)?),
        Task::WriteCsv {
            setting,
            state,
            spreadsheet_safe,
        } => {
            let table = rows::state_table(resources, setting, state, observer)?;
            TaskOutput::Bytes(table::write::csv(&table, *spreadsheet_safe).into())
        }
        Task::Fold {
            setting,
            candidate,
            fold,
        } => TaskOutput::Fold(Box::new(fit::fold(resources, setting, candidate, *fold as usize, observer)?)),
        Task::Fit {
            setting,
            candidate,
            part,
        } => TaskOutput::Fitted(fit::whole(resources, setting, candidate, *part, observer)?),
        Task::Merge { parts } => TaskOutput::Fitted(fit::merge(parts)?),
        Task::Assess {
            setting,
            folds,
            algorithm,
            n_features,
        } => TaskOutput::Assessed(Box::new(figures::assess(
            resources,
            setting,
            folds,
            *algorithm,
            *n_features,
            observer,
        )?)),
        Task::Choice {
            metric,
            scoreboards,
            chosen,
            seed,
        } => TaskOutput::Choice(figures::choice(*metric, scoreboards, *chosen as usize, *seed, observer)?),
        Task::PredictTest { setting, model } => {
            TaskOutput::Predicted(Box::new(figures::predict_test(resources, setting, model, observer)?))
        }
        Task::Evaluate {
            setting,
            run,
            n_features,
            part,
            scoreboard,
            threshold,
        } => {
            let facts = figures::Facts {
                run: *run,
                n_features: *n_features,
                part: *part,
                threshold: *threshold,
            };
            TaskOutput::Evaluated(Box::new(figures::evaluate(resources, setting, &facts, scoreboard, observer)?))
        }
        Task::Inputs { model } => TaskOutput::Inputs(figures::inputs(model)?),
        Task::Importance {
            setting,
            candidate,
            fold,
            columns,
            n_repeats,
        } => TaskOutput::Importance(figures::importance(
            resources, setting, candidate, *fold, columns, *n_repeats, observer,
        )?),
        Task::Export { setting, model, order } => {
            TaskOutput::Bundle(Box::new(figures::export(resources, setting, model, order, observer)?))
        }
        Task::Reference {
            setting,
            model,
            threshold,
            rules,
            scores,
            n_features,
        } => {
            let of_run = watch::OfRun {
                model,
                threshold: *threshold,
                scores,
                n_features: *n_features,
            };
            TaskOutput::Bytes(watch::reference(resources, setting, &of_run, rules, observer)?.into())
        }
        Task::ReadBatch {
            file,
            file_name,
            options,
            subject,
            key_salt,
        } => TaskOutput::BatchFile(Box::new(batch::read(
            resources,
            *file,
            file_name,
            options.as_ref(),
            subject,
            key_salt.as_deref(),
            observer,
        )?)),
        Task::JudgeBatch { subject, batch, rules } => {
            TaskOutput::JudgedBatch(Box::new(judge::judge(subject, batch, rules, observer)?))
        }
        Task::AssignOutcomes {
            records,
            labels,
            target,
            batches,
        } => {
            let labels = labels
                .as_ref()
                .map(|(bytes, outcome, at)| (bytes.as_slice(), outcome.as_str(), at.as_deref()));
            TaskOutput::Assigned(judge::assign(records, labels, target, batches, observer)?)
        }
        Task::CarryOver { kept, batch, salt } => TaskOutput::CarriedOver(judge::carry_over(kept, batch, salt.as_deref())?),
        Task::AppendRows {
            setting,
            ranges,
            batches,
        } => TaskOutput::Appended(Box::new(append::append(resources, setting, ranges, batches, observer)?)),
        Task::Contest {
            table,
            first_row,
            n_rows,
            file_name,
            group,
            known,
            challenger,
            champion,
            metric,
            rules,
            threshold,
            seed,
        } => {
            let terms = append::Terms {
                metric: *metric,
                rules,
                threshold: *threshold,
                seed: *seed,
            };
            let asked = append::Asked {
                rows: (*first_row, *n_rows),
                file_name,
                group: group.as_deref(),
                known: known.as_deref(),
            };
            let (verdict, notes) = append::contest(resources, table, &asked, challenger, champion, &terms, observer)?;
            TaskOutput::Contest(verdict.map(Box::new), notes)
        }
        Task::JudgeExperiment {
            data,
            outcome_is,
            request,
        } => TaskOutput::Judged(Box::new(trial::judge(
            resources,
            data,
            outcome_is.as_deref(),
            request,
            observer,
        )?)),
        Task::Bringing { hash, table, task } => {
            return run_task(task, &bringing::Bringing::new(resources, hash, table)?, observer);
        }
        Task::ModelInputs { setting, model, import } => {
            TaskOutput::ModelInputs(Box::new(explain::inputs(resources, setting, model, import, observer)?))
        }
        Task::DrawRow {
            setting,
            model,
            import,
            nth,
        } => TaskOutput::Drawn(Box::new(explain::draw(resources, setting, model, import, *nth, observer)?)),
        Task::Explain {
            setting,
            model,
            import,
            row,
            threshold,
            is_test_open,
            candidate,
        } => {
            let asked = explain::Asked {
                row,
                threshold: *threshold,
                is_test_open: *is_test_open,
                candidate,
            };
            TaskOutput::Explained(Box::new(explain::explain(
                resources, setting, model, import, &asked, observer,
            )?))
        }
        Task::Contributions {
            setting,
            candidate,
            fold,
            part,
        } => TaskOutput::Contributions(explain::summaries(resources, setting, candidate, *fold, *part, observer)?),
        Task::ModelGraph { model, threshold } => TaskOutput::ModelGraph(Box::new(explain::graph(model, *threshold)?)),
        Task::PackProject { record, chunks } => TaskOutput::Packed(project_file::pack_task(resources, record, chunks, observer)?),
        Task::UnpackProject { file } => {
            let (record, chunks) = project_file::unpack_task(resources, &*resources.file(*file)?, observer)?;
            TaskOutput::Unpacked {
                record: record.into(),
                chunks,
            }
        }
        Task::ScoreFile {
            file,
            file_name,
            options,
            model,
            contract,
            order,
        } => {
            let scorer = deploy::Scorer::new(model, contract)?;
            let file = resources.file(*file)?;
            TaskOutput::Scored(score::score(&*file, file_name, options.as_ref(), &scorer, order, observer)?)
        }
    };
    Ok(output)
}

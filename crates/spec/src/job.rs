//! What the page asks of the worker (`Job`) and what comes back (`Event`).

use serde::{Deserialize, Serialize};

use crate::card::Card;
use crate::evaluation::{Evaluation, Part};
use crate::experiment::{ExperimentData, ExperimentVerdict, Plan, PlanRequest, VerdictRequest};
use crate::explain::{ContributionSummary, DrawnRow, Explained, ModelInputs, RowOf};
use crate::framing::{Check, TargetProposal};
use crate::glossary::Term;
use crate::graph::ModelGraph;
use crate::journal::Journal;
use crate::monitor::{BatchReport, Retrained, Watched};
use crate::profile::Profile;
use crate::read::{ReadOptions, Sniff};
use crate::registry::{Batch, ModelRef};
use crate::run::{LossPoint, Run};
use crate::split::SplitSummary;
use crate::step::{RecipeView, StepInfo};
use crate::{Algorithm, Cell, ColumnType, Edit, EstimatorInfo, Failure, Framing, Message, ModelSpec, Pipeline, Project, Task};

pub type JobId = u32;

/// Names a file that the page posts beside the job.
pub type FileKey = u32;

/// What a new project starts from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    Blank,
    /// A built-in data set; `file` carries its bytes. The framing replaces the sample's own where it says something.
    Sample {
        id: String,
        file: FileKey,
        framing: Option<Framing>,
        seed: Option<u64>,
    },
    /// A framing sheet or an example.
    Framing {
        framing: Framing,
    },
    Copy {
        id: String,
    },
}

/// Which state of the data the table shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowState {
    /// As imported.
    Original,
    /// After the shape step with this id; cells that it changed are marked.
    AfterShape { step: u32 },
    /// After all shape steps: what is split.
    Shaped,
    /// After the pipeline step with this id, fitted on training rows.
    AfterPipeline { step: u32 },
    /// What the model sees.
    Features,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SortBy {
    pub column: String,
    pub descending: bool,
}

/// Rows by what happened to them, for click-through.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowSelection {
    /// Rows of the validated or test part with this truth and this prediction.
    ConfusionCell {
        run: u32,
        part: Part,
        truth: String,
        predicted: String,
        threshold: Option<f64>,
    },
    /// Rows that repeat an earlier one.
    Duplicates,
    /// Rows outside 1.5 interquartile ranges in this column.
    Outliers { column: String },
    /// Rows with a missing value in this column.
    Missing { column: String },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Job {
    ListProjects,
    CreateProject {
        name: String,
        start: Start,
    },
    /// `take_over` makes this tab the writer when another has the project open.
    OpenProject {
        id: String,
        take_over: bool,
    },
    CloseProject,
    DeleteProject {
        id: String,
    },
    EraseAll,
    /// Applied in order and saved in one transaction; `Answer::Saved` carries the new generation. `first_seq` numbers
    /// the first edit in the page's journal (per project, counting up, the first is 1): an edit whose number the
    /// project already has (`Project::journal_seq`) is skipped, so that a replayed journal applies each edit once.
    /// Refused with `store.conflict` when `base_generation` is newer than the project's own.
    Edits {
        id: String,
        base_generation: u64,
        first_seq: u64,
        edits: Vec<Edit>,
    },

    /// What the page keeps of edits that were not saved on an earlier visit. Errors: `wire.json`, `wire.type`.
    ReadJournal {
        text: String,
    },

    /// First look at a file; `options` overrides what was sniffed.
    Sniff {
        file: FileKey,
        options: Option<ReadOptions>,
    },
    /// Imports into the open project; on success the project has data and a proposed pipeline.
    Import {
        file: FileKey,
        options: ReadOptions,
    },
    /// Runs the same recipe on another file: the data change, the document stays.
    ImportSameRecipe {
        file: FileKey,
    },
    /// Everything that Frame and Prepare show of the open project. A newer one replaces an older.
    Describe,
    Rows {
        state: RowState,
        selection: Option<RowSelection>,
        start: u64,
        count: u32,
        sort: Option<SortBy>,
    },
    /// The first rows of what an expression gives, before it becomes a step.
    PreviewFormula {
        expression: String,
    },
    /// A recipe, split and models proposed for the open project's framing.
    Propose,

    /// Trains candidates; each that finishes is saved as a run at once.
    Train {
        models: Vec<ModelSpec>,
    },
    DeleteRun {
        run: u32,
    },
    /// Figures of one run. `Part::Test` opens the test set: counted first, then computed. `reason` is needed from the
    /// second opening of the same rows on.
    Evaluate {
        run: u32,
        part: Part,
        reason: String,
    },
    /// Permutation importance of one run on validation rows.
    Importance {
        run: u32,
        n_repeats: u32,
    },

    /// The bundle of one run, verified by the interpreter before it is offered.
    Export {
        run: u32,
    },
    ExportData {
        state: RowState,
        spreadsheet_safe: bool,
    },
    /// The document as text: `pipeline.json`.
    ExportPipeline,
    /// The framing sheet as Markdown.
    ExportFraming,
    /// Reads a framing sheet in Markdown back.
    ReadFraming {
        text: String,
    },
    /// `report.json` of the open project's current run.
    ExportReport,

    /// Registers a run as a version: with its data, its document and what its training rows looked like.
    Register {
        run: u32,
        note: String,
    },

    /// Units and days that an A/B test needs.
    PlanExperiment {
        request: PlanRequest,
    },
    /// What an A/B test says. Rates: `outcome_is` is the text of the outcome that is counted; None takes 1, true and yes.
    JudgeExperiment {
        data: ExperimentData,
        outcome_is: Option<String>,
        request: VerdictRequest,
    },

    /// The bundle of a version, whatever the project holds now.
    ExportVersion {
        version: u32,
    },
    /// The raw columns that a model takes.
    ModelInputs {
        of: ModelRef,
    },
    /// The `nth` of the rows that the model learned from, in an order drawn by seed.
    DrawRow {
        of: ModelRef,
        nth: u32,
    },
    /// What a model says of one row, and what each column adds to it. `threshold`: where a run's label turns;
    /// None takes the document's. A version has its own.
    Explain {
        of: ModelRef,
        row: RowOf,
        threshold: Option<f64>,
    },
    /// How much each column moves the scores of validation rows.
    Contributions {
        of: ModelRef,
    },
    /// The graph of the exported model. `threshold` as for `Explain`.
    ModelGraph {
        of: ModelRef,
        threshold: Option<f64>,
    },
    /// The model card.
    ModelCard {
        of: ModelRef,
    },

    /// Compares a file with the training rows of a version: a table, a service's log, or outcomes that join an
    /// earlier log. `options` None: read as the version's own data. `version` None: the champion, else the newest.
    /// `key_salt`: what the service hashed its keys with; None for its default.
    CheckBatch {
        file: FileKey,
        options: Option<ReadOptions>,
        version: Option<u32>,
        key_salt: Option<String>,
    },
    /// The stored report of a batch.
    OpenBatch {
        batch: u32,
    },
    /// Judges every batch again, by the rules as they are now.
    JudgeBatches,
    /// What follows from all batches of the version in use.
    Watch,
    /// Trains again on the data and these batches, and compares the best run with the champion.
    Retrain {
        batches: Vec<u32>,
    },

    /// A project as one file, `.mllc`; it need not be open.
    ExportProject {
        id: String,
    },
    /// Of a project that need not be open; the open one is renamed by an edit.
    RenameProject {
        id: String,
        name: String,
    },
    /// A project from such a file. Under its own id when no project has it, else as a new one: nothing is overwritten.
    ImportProject {
        file: FileKey,
    },
}

impl Job {
    /// The files that it names.
    pub fn files(&self) -> Vec<FileKey> {
        match self {
            Self::Sniff { file, .. }
            | Self::Import { file, .. }
            | Self::ImportSameRecipe { file }
            | Self::ImportProject { file }
            | Self::CheckBatch { file, .. }
            | Self::CreateProject {
                start: Start::Sample { file, .. },
                ..
            } => vec![*file],
            Self::JudgeExperiment { data, .. } => match data {
                ExperimentData::Log { log, outcomes, .. } => vec![*log, *outcomes],
                ExperimentData::Table { file, .. } => vec![*file],
            },
            _ => Vec::new(),
        }
    }
}

/// The job that the page asks before it has fetched the code that knows all of them; written as [`Job::ListProjects`].
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FirstJob {
    ListProjects,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Submission<J = Job> {
    pub id: JobId,
    pub job: J,
}

/// What the page may send to the lead worker besides a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToWorker<J = Job> {
    Submit(Submission<J>),
    Cancel { id: JobId },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProjectCard {
    pub id: String,
    pub name: String,
    pub changed_at_ms: f64,
    pub created_at_ms: f64,
    pub generation: u64,
    /// "churn.csv, 7,043 rows"; empty without data.
    pub file_name: String,
    pub n_rows: u64,
    pub n_runs: u32,
    pub task: Option<Task>,
    /// The record could not be read; it is kept and can be downloaded as it is.
    pub damaged: bool,
}

/// Everything Frame and Prepare show.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Description {
    pub generation: u64,
    pub profile: Option<Profile>,
    pub proposals: Vec<TargetProposal>,
    /// The feasibility check; an `Error` among them disables training.
    pub checks: Vec<Check>,
    pub recipe: RecipeView,
    pub split: Option<SplitSummary>,
    /// Why the split could not be made.
    pub split_failure: Option<Failure>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RowsPage {
    pub start: u64,
    /// Rows in this state and selection.
    pub n_rows: u64,
    pub columns: Vec<(String, ColumnType)>,
    /// Row numbers in the file's order, the first is 0; one per entry of `cells`.
    pub row_ids: Vec<u64>,
    pub cells: Vec<Vec<Cell>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FormulaPreview {
    /// Row number, then the value.
    pub rows: Vec<(u64, Cell)>,
    pub columns_used: Vec<String>,
}

/// A file for the user. Its bytes travel beside the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Download {
    pub file_name: String,
    pub mime: String,
    pub n_bytes: u64,
    /// What was verified, what should be known.
    pub notes: Vec<Message>,
    /// A bundle's files by path, with their sizes in bytes.
    #[serde(default)]
    pub files: Vec<(String, u64)>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Done,
    Projects(Vec<ProjectCard>),
    /// `read_only`: another tab writes.
    Project {
        project: Box<Project>,
        read_only: bool,
    },
    Saved {
        id: String,
        generation: u64,
    },
    Journal(Journal),
    Sniffed(Box<Sniff>),
    Described(Box<Description>),
    Rows(RowsPage),
    Formula(FormulaPreview),
    Proposed(Box<Pipeline>),
    Evaluated(Box<Evaluation>),
    Importance(Vec<crate::evaluation::Importance>),
    Framing(Box<Framing>),
    Planned(Box<Plan>),
    Judged(Box<ExperimentVerdict>),
    /// The number of the new version.
    Registered {
        version: u32,
    },
    ModelInputs(Box<ModelInputs>),
    Drawn(Box<DrawnRow>),
    Explained(Box<Explained>),
    /// One per class, or one of the value.
    Contributions(Vec<ContributionSummary>),
    ModelGraph(Box<ModelGraph>),
    /// The same card twice: to be drawn, and as Markdown.
    ModelCard {
        card: Box<Card>,
        markdown: String,
    },
    Batch(Box<Batch>),
    BatchReport(Box<BatchReport>),
    Watched(Box<Watched>),
    Retrained(Box<Retrained>),
    Download(Download),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// 0 to 1; None when it cannot be told.
    pub fraction: Option<f64>,
    /// What is being done now.
    pub doing: Message,
    pub seconds_left: Option<f64>,
}

/// Results while the job still runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Partial {
    Candidate {
        index: u32,
        algorithm: Algorithm,
        trial: Option<u32>,
        fraction: Option<f64>,
        state: CandidateState,
    },
    Loss {
        index: u32,
        points: Vec<LossPoint>,
    },
    /// A run was finished and saved.
    Run {
        project: String,
        run: Box<Run>,
        generation: u64,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CandidateState {
    Waiting,
    Running,
    Done { run: u32 },
    Failed { failure: Failure },
}

/// Sent once at start.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Catalogue {
    /// Must equal the page's own, else one of the two came from an old cache.
    pub build: String,
    pub estimators: Vec<EstimatorInfo>,
    pub steps: Vec<StepInfo>,
    pub terms: Vec<Term>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    Catalogue(Box<Catalogue>),
    Progress {
        id: JobId,
        progress: Progress,
    },
    Partial {
        id: JobId,
        partial: Partial,
    },
    Finished {
        id: JobId,
        answer: Answer,
    },
    Failed {
        id: JobId,
        failure: Failure,
    },
    /// Another tab wrote the project, or took it over.
    Changed {
        id: String,
        generation: u64,
        read_only: bool,
    },
    /// A pool worker was thrown away and replaced.
    WorkerReplaced {
        reason: Message,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire;

    #[test]
    fn the_first_job_is_written_as_the_job() {
        assert_eq!(wire::to_value(&FirstJob::ListProjects), wire::to_value(&Job::ListProjects));
    }
}

//! Words of the Deploy page.

use super::super::number::{bytes, count, score};

pub const NO_RUN: &str = "There is nothing to export yet";
pub const NO_RUN_ABOUT: &str = "Train at least one model; the best one is offered here";
pub const TO_TRAIN: &str = "Go to Train";
pub const RUNS: &str = "Runs";
pub const OUT_OF_REACH: &str = "This run was trained on other data";
pub const OUT_OF_REACH_ABOUT: &str = "The project does not hold them any more, so nothing can be asked of it and it cannot be exported. Undo the import, or train again; versions that were registered keep their data";
pub const OUT_OF_REACH_WHY: &str = "Trained on other data";
pub const SUBJECT: &str = "Model";
pub const NOT_REGISTERED: &str = "not registered";
pub const STALE: &str = "before the last change";
pub const EXPORT: &str = "Export…";
pub const CONTENT: &str = "What the bundle contains";
pub const DOWNLOAD: &str = "Download model bundle (.zip)";
pub const CHECKS: &str = "What was verified, and what to know";
pub const TABS: &str = "What to look at";
pub const TAB_TRY: &str = "Try it";
pub const TAB_INPUTS: &str = "Inputs";
pub const TAB_CARD: &str = "Model card";
pub const DOWNLOAD_PIPELINE: &str = "Download pipeline.json";
pub const DOWNLOAD_REPORT: &str = "Download report.json";
pub const EXPORTING: &str = "Exporting the model";
pub const MET: &str = "Goal met";
pub const NOT_MET: &str = "Goal not met";
pub const NO_GOAL: &str = "No goal was set, so nothing says whether this model is good enough";
pub const NOT_JUDGED: &str = "The goal was not judged: its metric is not defined on these rows";
pub const ONLY_VALIDATION: &str = "The test set has not been opened for it";
pub const STALE_LEAD: &str = "Stale";
pub const DOWNLOADED: &str = "Downloaded";
pub const ON_TEST: &str = "the test set";
pub const ON_VALIDATION: &str = "validation rows";
pub const THRESHOLD: &str = "Decision threshold";
pub const SCHEMA: &str = "Input schema";
pub const COLUMN: &str = "Column";
pub const TYPE: &str = "Type";
pub const VALUES: &str = "Values seen";
pub const MISSING: &str = "Missing";
pub const ALSO: &str = "For the command line and for the record";
pub const ALSO_ABOUT: &str = "pipeline.json repeats this work without a browser: mllc run pipeline.json --data FILE --out DIR. report.json holds every \
     figure.";

// Try it
pub const TRY: &str = "Try it";
pub const TRY_ABOUT: &str = "Change a cell and see the answer move. Under a field stands the range that training saw";
pub const ANOTHER_ROW: &str = "Another row";
pub const CLEAR: &str = "Clear all";
pub const PREDICTING: &str = "Asking the model";
pub const ANSWER: &str = "What the model says";
pub const TIME_HELP: &str = "Such as 2024-03-01 14:05";
pub const EMPTY_IS_MISSING: &str = "An empty cell counts as missing";
pub const FIX_CELL: &str = "The answer is from before: correct the marked cell";

// Model card
pub const CARD_ABOUT: &str =
    "written from what is recorded: framing, data, recipe, figures, openings and decisions. The same text is in the bundle";
pub const CARD_DOWNLOAD: &str = "Download MODEL_CARD.md";
pub const CARD_WRITING: &str = "Writing the model card";
pub const CARD_FILE: &str = "MODEL_CARD.md";

/// Title, what it is for, and paths or folders (`/` at the end).
pub const FILE_GROUPS: &[(&str, &str, &[&str])] = &[
    (
        "Model",
        "The model with its preparation inside, and what a program must know to feed it",
        &["model.onnx", "contract.json", "model.json", "pipeline.json"],
    ),
    (
        "Proof",
        "Rows with the expected answers, missing and unseen values among them, to check any runtime",
        &["samples/", "tests/"],
    ),
    (
        "For people",
        "What it is, how to use it, what it is not good for",
        &["README.md", "MODEL_CARD.md"],
    ),
    (
        "Without a server",
        "Scoring in one page or one program",
        &["score.html", "code/", "spark/"],
    ),
    ("Services", "HTTP services that are ready to run", &["serving/"]),
    (
        "Containers and clusters",
        "Images, one-command runs and manifests",
        &["Dockerfile", ".dockerignore", "compose.yaml", "k8s/", "triton/"],
    ),
    (
        "MLflow",
        "The folder is an MLflow model",
        &[
            "MLmodel",
            "conda.yaml",
            "python_env.yaml",
            "requirements.txt",
            "input_example.json",
            "serving_input_example.json",
        ],
    ),
    (
        "Monitoring",
        "What later data are compared with, and alerts",
        &["monitoring/"],
    ),
    (
        "Automation",
        "Jobs that check, retrain and fetch the tool they need",
        &[".github/", "tools/"],
    ),
];
pub const OTHER_FILES: &str = "More";

pub fn about(run: u32, algorithm: &str) -> String {
    format!("Run {run}, {algorithm}")
}

/// "Run 3" within a sentence.
pub fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

pub fn export_title(what: &str) -> String {
    format!("Export {}", lower_first(what))
}

pub fn size(n_bytes: u64) -> String {
    bytes(n_bytes as f64)
}

pub fn n_files(n: usize, n_bytes: u64) -> String {
    let files = if n == 1 { "1 file".to_owned() } else { format!("{n} files") };
    format!("{files}, {} as a zip", bytes(n_bytes as f64))
}

pub fn row_of(number: u64, truth: Option<(&str, &str)>) -> String {
    let row = format!("Row {} of the file", count(number as f64 + 1.0));
    match truth {
        Some((target, truth)) => format!("{row}, where {target} is {truth}"),
        None => row,
    }
}

pub fn changed_row(row: &str, n_changed: usize) -> String {
    match n_changed {
        0 => row.to_owned(),
        1 => format!("{row}, 1 cell changed"),
        n => format!("{row}, {n} cells changed"),
    }
}

pub fn schema_about(n_rows: u64) -> String {
    format!(
        "The raw columns that the model takes, as its {} training rows have them. They need no preparation before",
        count(n_rows as f64)
    )
}

pub fn run_option(run: u32, algorithm: &str, figure: Option<String>) -> String {
    match figure {
        Some(figure) => format!("Run {run}, {algorithm}: {figure}"),
        None => format!("Run {run}, {algorithm}"),
    }
}

pub fn met(metric: &str, value: f64, required: f64, part: &str) -> String {
    format!("{metric} is {} on {part}, {} was required", score(value), score(required))
}

pub fn not_met(metric: &str, value: f64, required: f64, part: &str) -> String {
    format!(
        "{metric} is {} on {part}, but {} was required. Export it only if you know why it should be used all the same",
        score(value),
        score(required)
    )
}

pub fn stale(run: u32, what: &str) -> String {
    format!(
        "The {} changed after run {run}; the export is the model from before",
        what.to_lowercase()
    )
}

pub fn threshold(value: f64, positive: &str) -> String {
    format!(
        "{}: the label is {positive} when its probability is at least this",
        score(value)
    )
}

pub fn downloaded(file: &str, size: u64) -> String {
    format!("{file}, {} was handed to the browser’s downloads", bytes(size as f64))
}

pub fn levels(shown: &str, n_more: u64) -> String {
    if n_more == 0 {
        shown.to_owned()
    } else {
        format!("{shown} and {n_more} more")
    }
}

pub fn range(low: &str, high: &str) -> String {
    format!("{low} to {high}")
}

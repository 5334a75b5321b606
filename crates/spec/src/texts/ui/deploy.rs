//! Words of the Deploy page.

use super::super::number::{bytes, score};

pub const NO_RUN: &str = "There is nothing to export yet";
pub const NO_RUN_ABOUT: &str = "Train at least one model; the best one is offered here";
pub const TO_TRAIN: &str = "Go to Train";
pub const RUN: &str = "Run to export";
pub const RUN_HELP: &str = "The current run is the one that Evaluate is about";
pub const STALE: &str = "before the last change";
pub const CONTENT: &str = "What the bundle contains";
pub const DOWNLOAD: &str = "Download model bundle (.zip)";
pub const DOWNLOAD_PIPELINE: &str = "Download pipeline.json";
pub const DOWNLOAD_REPORT: &str = "Download report.json";
pub const EXPORTING: &str = "Exporting the model";
pub const MET: &str = "Goal met";
pub const NOT_MET: &str = "Goal not met";
pub const NO_GOAL: &str = "No goal was set, so nothing says whether this model is good enough";
pub const ONLY_VALIDATION: &str = "This is the figure on validation rows; the test set has not been opened for this run";
pub const STALE_LEAD: &str = "Stale";
pub const DOWNLOADED: &str = "Downloaded";
pub const ON_TEST: &str = "the test set";
pub const ON_VALIDATION: &str = "validation rows";
pub const VERIFIED: &str = "Verified";
pub const THRESHOLD: &str = "Decision threshold";
pub const THRESHOLD_DEFAULT: &str = "The one with the lowest cost on validation, or 0.5 without costs";
pub const SCHEMA: &str = "Input schema";
pub const SCHEMA_ABOUT: &str = "The raw columns that the model takes. It needs no preparation before";
pub const COLUMN: &str = "Column";
pub const TYPE: &str = "Type";
pub const VALUES: &str = "Values seen";
pub const MISSING: &str = "Missing";
pub const NO_SCHEMA: &str = "The schema appears when the data are described";
pub const ALSO: &str = "For the command line and for the record";
pub const ALSO_ABOUT: &str = "pipeline.json repeats this work without a browser: mllc run pipeline.json --data FILE --out DIR. report.json holds every \
     figure.";
pub const MODEL: &str = "Model";

/// `(file, what it is)`.
pub const CONTENTS: &[(&str, &str)] = &[
    (
        "model.onnx",
        "The model with its preparation inside: raw columns in, label and probabilities out",
    ),
    (
        "contract.json",
        "Names, types, levels and ranges of the inputs, the outputs and the decision threshold",
    ),
    (
        "golden rows",
        "Inputs with the expected outputs, missing and unseen values among them, to check any runtime",
    ),
];

pub fn about(run: u32, algorithm: &str) -> String {
    format!("Run {run}, {algorithm}")
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

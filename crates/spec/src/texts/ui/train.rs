//! Words of the Train page.

use crate::run::FitVerdict;
use crate::texts::number::{bytes, count, duration, score, significant};

pub const TITLE: &str = "Train";
pub const NEXT: &str = "Next: Evaluate";
pub const TRAIN: &str = "Train";
pub const TRAIN_AGAIN: &str = "Train again";
pub const TRAIN_NEW: &str = "Train what is new";
pub const NOTHING_NEW: &str = "Every candidate is trained on this: the same would come out";
pub const TRAINING: &str = "Training";
pub const CANCEL: &str = "Cancel";

pub const NO_DATA: &str = "Import data on the Prepare page first";
pub const NO_TARGET: &str = "Choose the target on the Frame page first";
pub const NO_METRIC: &str = "Choose the metric on the Frame page first";
pub const NO_CANDIDATES: &str = "Choose at least one candidate";
pub const BUSY: &str = "Training is running";
pub const READ_ONLY: &str = "Another tab writes this project";
pub const GO_TO_PREPARE: &str = "Go to Prepare";
pub const GO_TO_FRAME: &str = "Go to Frame";
pub const EMPTY_TITLE: &str = "Nothing to train on yet";

// Candidates
pub const CANDIDATES: &str = "Candidates";
pub const CANDIDATES_HELP: &str = "Each is validated on the same folds; the whole recipe is fitted anew in every fold.";
pub const ADD_CANDIDATE: &str = "Add candidate";
pub const EDIT: &str = "Edit…";
pub const REMOVE: &str = "Remove";
pub const ALWAYS: &str = "always on the leaderboard";
pub const DEFAULTS: &str = "default parameters";
pub const PARAMETERS: &str = "Parameters";
pub const SEARCH: &str = "Search for better parameters";
pub const SEARCH_HELP: &str = "Random search: every trial draws new values for the parameters that are not fixed, and is validated like a candidate of its own";
pub const N_TRIALS: &str = "Trials";
pub const FIXED: &str = "Keep the value given above for";
pub const SAVE: &str = "Save";
pub const SEED: &str = "Seed";
pub const SEED_HELP: &str = "Everything drawn in training comes from it: the same seed gives the same models, to the bit";
pub const FILLS_MISSING: &str = "cannot take missing values: they are filled with the training median first";

pub fn about(n_rows: u64, n_folds: u32, n_features: usize) -> String {
    let how = if n_folds > 1 {
        format!("validated on {n_folds} folds")
    } else {
        "validated on a hold-out part".to_owned()
    };
    let features = if n_features == 1 {
        "1 feature".to_owned()
    } else {
        format!("{} features", count(n_features as f64))
    };
    format!("{} training rows, {features}, {how}", count(n_rows as f64))
}

pub fn trials(n: u32) -> String {
    if n == 1 {
        "random search, 1 trial".to_owned()
    } else {
        format!("random search, {} trials", count(f64::from(n)))
    }
}

pub fn edit(name: &str) -> String {
    format!("Edit {name}")
}

pub fn remove(name: &str) -> String {
    format!("Remove {name}")
}

// Progress
pub const WAITING: &str = "waiting";
pub const RUNNING: &str = "training";
pub const DONE: &str = "done";
pub const FAILED: &str = "failed";
pub const LIVE_LOSS: &str = "Loss while training";

pub fn trial(name: &str, trial: u32) -> String {
    format!("{name}, trial {trial}")
}

pub fn progress_of(name: &str) -> String {
    format!("Progress of {name}")
}

// Leaderboard
pub const LEADERBOARD: &str = "Leaderboard";
pub const LEADERBOARD_HELP: &str = "mean ± standard deviation over the folds, on validation rows; labels at a threshold of 0.5";
pub const LEADERBOARD_HOLD_OUT: &str = "on the validation rows; labels at a threshold of 0.5";
pub const NO_RUNS: &str = "No run yet";
pub const NO_RUNS_TEXT: &str =
    "Train the candidates to compare them here. The baseline is always among them: it shows what guessing gives.";
pub const MODEL: &str = "Model";
pub const RUN: &str = "Run";
pub const SETTINGS: &str = "Settings";
pub const ON_TRAINING: &str = "In training";
pub const ON_TRAINING_HELP: &str = "The same figure on the rows that each fold's model learned from, mean over the folds";
pub const FIT_TIME: &str = "Fit time";
pub const PREDICT_TIME: &str = "Per row";
pub const SIZE: &str = "Size";
pub const FIT: &str = "Fit";
pub const STALE: &str = "Stale";
pub const STALE_HELP: &str = "Trained before the data, recipe, split or framing changed";
pub const CURRENT: &str = "Use";
pub const DETAILS: &str = "Details…";
pub const DELETE: &str = "Delete…";
pub const DELETE_TITLE: &str = "Delete this run?";
pub const ACTIONS: &str = "Actions";
pub const INEXACT: &str = "≈";
pub const INEXACT_HELP: &str = "Agrees between computers to 9 digits, not to the bit";

pub fn stale_runs(n: usize) -> String {
    let runs = if n == 1 {
        "1 run was".to_owned()
    } else {
        format!("{n} runs were")
    };
    format!("{runs} trained before the data, recipe, split or framing changed; the figures are from before")
}

pub fn setting(label: &str, value: &str) -> String {
    format!("{label}: {value}")
}

pub fn seed(seed: u64) -> String {
    format!("seed {seed}")
}

/// Of a model that stands in the project several times.
pub fn copies(runs: &[u32]) -> String {
    let runs: Vec<String> = runs.iter().map(u32::to_string).collect();
    format!(
        "the same as {} {}",
        if runs.len() == 1 { "run" } else { "runs" },
        runs.join(", ")
    )
}

pub fn actions_of(run: u32) -> String {
    format!("Actions of run {run}")
}

pub fn delete_says(run: u32, name: &str) -> String {
    format!("Run {run}, {name}, and its model are removed from this browser. This cannot be undone.")
}

pub fn sort_by(column: &str) -> String {
    format!("Sort by {column}")
}

pub fn mean_std(mean: f64, std: Option<f64>) -> String {
    if !mean.is_finite() {
        return "not defined".to_owned();
    }
    match std {
        Some(std) => format!("{} ± {}", score(mean), score(std)),
        None => score(mean),
    }
}

pub fn seconds(secs: f64) -> String {
    duration(secs)
}

/// Prediction time of one row.
pub fn per_row(secs: f64) -> String {
    let micros = secs * 1e6;
    if micros < 1000.0 {
        format!("{} µs", significant(micros, 2))
    } else {
        format!("{} ms", significant(micros / 1e3, 2))
    }
}

pub fn size(n_bytes: u64) -> String {
    bytes(n_bytes as f64)
}

pub fn fit(verdict: FitVerdict) -> &'static str {
    match verdict {
        FitVerdict::Memorises => "Memorises",
        FitVerdict::OverFitting => "Over-fitting",
        FitVerdict::UnderFitting => "Under-fitting",
        FitVerdict::Good => "Fits",
        FitVerdict::CannotTell => "Cannot tell",
    }
}

pub fn n_warnings(n: usize) -> String {
    if n == 1 {
        "1 warning".to_owned()
    } else {
        format!("{n} warnings")
    }
}

pub fn run_title(run: u32, name: &str) -> String {
    format!("Run {run}, {name}")
}

// Details
pub const METRIC: &str = "Metric";
pub const METRICS: &str = "Figures of the run";
/// Columns beside the metric's name, each with what it means.
pub const METRIC_COLUMNS: [(&str, &str); 5] = [
    (
        "In training",
        "On the rows that each fold's model learned from, mean over the folds",
    ),
    ("Validation, mean of folds", "Mean ± standard deviation of the folds' figures"),
    ("Validation, rows pooled", "One figure of all validated rows together"),
    ("95% interval", "Of the figure of all validated rows together"),
    ("Baseline", "Of all validated rows together"),
];
pub const FOLDS_AND_POOLED: &str = "The mean of the folds ranks models. The pooled figure takes the validated rows of all folds together: interval, \
     baseline and goal are of it. The two differ where a figure is not a mean over rows.";
pub const RECORD: &str = "Record";
pub const DATA_HASH: &str = "Data (SHA-256)";
pub const MODEL_HASH: &str = "Model (SHA-256)";
pub const VERSION: &str = "Code version";
pub const STARTED: &str = "Started";
pub const FEATURES: &str = "Features";
pub const EXACT: &str = "Reproducible";
pub const EXACT_YES: &str = "to the bit, on every computer";
pub const EXACT_NO: &str = "to 9 digits between kinds of computers";
pub const WARNINGS: &str = "Warnings";
pub const CLOSE: &str = "Close";
pub const NOT_DEFINED: &str = "not defined";
pub const LOSS_CURVE: &str = "Loss curve";

// One plain sentence
/// A share as people count it: "79 of 100 rows". Right at 0 and 1, and never rounded to them.
pub fn of_hundred(x: f64, rows: &str) -> String {
    if x <= 0.0 {
        format!("none of the {rows}")
    } else if x >= 1.0 {
        format!("all {rows}")
    } else if x < 0.005 {
        format!("fewer than 1 of 100 {rows}")
    } else if x > 0.995 {
        format!("more than 99 of 100 {rows}")
    } else {
        format!("{:.0} of 100 {rows}", x * 100.0)
    }
}

pub fn sentence_binary(model: &str, target: &str, class: &str, recall: f64, precision: Option<f64>) -> String {
    let found = of_hundred(recall, &format!("rows where {target} is {class}"));
    match precision {
        Some(precision) => {
            format!(
                "On rows it had not seen, {model} at a decision threshold of 0.5 finds {found}; {} that it flags really are",
                of_hundred(precision, "rows")
            )
        }
        None => format!(
            "On rows it had not seen, {model} at a decision threshold of 0.5 finds {found}, because it flags no row at all"
        ),
    }
}

pub fn sentence_classes(model: &str, target: &str, accuracy: f64, baseline: Option<f64>) -> String {
    let right = format!(
        "On rows it had not seen, {model} names the right {target} for {}",
        of_hundred(accuracy, "rows")
    );
    match baseline {
        Some(baseline) => format!(
            "{right}; always naming the most frequent one is right for {}",
            of_hundred(baseline, "rows")
        ),
        None => right,
    }
}

pub fn sentence_number(model: &str, target: &str, mae: f64, baseline: Option<f64>) -> String {
    let off = format!(
        "On rows it had not seen, {model} is off by {} on average when it predicts {target}",
        significant(mae, 3)
    );
    match baseline {
        Some(baseline) => format!("{off}; always saying the mean is off by {}", significant(baseline, 3)),
        None => off,
    }
}

pub fn use_run(run: u32) -> String {
    format!("Use run {run} for Evaluate and Deploy")
}

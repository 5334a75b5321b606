//! Words of the Evaluate page.

use crate::evaluation::{Choice, Part};
use crate::run::BaselineOf;
use crate::texts::names;
use crate::texts::number::{count, percent, score, significant};

pub const TITLE: &str = "Evaluate";
pub const NEXT: &str = "Next: Deploy";
pub const EMPTY_TITLE: &str = "No run to evaluate";
pub const EMPTY_TEXT: &str = "Train the candidates first; the best of them is judged here.";
pub const GO_TO_TRAIN: &str = "Go to Train";
pub const STALE: &str = "Stale";
pub const TRAIN_AGAIN: &str = "Train again";
pub const PARTS: &str = "Which rows judge";
pub const VALIDATION: &str = "Validation";
pub const TEST_LOCKED: &str = "Test set, locked";
pub const TEST_OPEN: &str = "Test set";
pub const COMPUTE: &str = "Compute the figures";
pub const NOT_COMPUTED: &str = "The figures of this run are not computed yet";
pub const ALL_FIGURES: &str = "All figures";
pub const METRIC: &str = "Metric";
pub const VALUE: &str = "Value";
pub const INTERVAL: &str = "95% interval";
pub const BASELINE: &str = "Baseline";
pub const NOT_DEFINED: &str = "not defined";
pub const WARNINGS: &str = "Know this";
pub const COST_PER_1000: &str = "Cost per 1,000 rows";

/// `has_folds`: the validated rows of several folds are judged together.
pub fn about(run: u32, name: &str, (part, has_folds): (Part, bool), n_rows: u64, n_openings: u32) -> String {
    let rows = if n_rows == 1 {
        "1 row".to_owned()
    } else {
        format!("{} rows", count(n_rows as f64))
    };
    match part {
        Part::Validation if has_folds => format!("Run {run}, {name}, on validation: {rows}, all folds pooled"),
        Part::Validation => format!("Run {run}, {name}, on validation: {rows}"),
        Part::Test => format!("Run {run}, {name}, on the test set: {rows}, {}", opened(n_openings)),
    }
}

pub fn opened(n: u32) -> String {
    match n {
        0 => "not opened".to_owned(),
        1 => "opened once".to_owned(),
        2 => "opened twice".to_owned(),
        n => format!("opened {n} times"),
    }
}

pub fn stale(what: &str, run: u32) -> String {
    format!("{what} changed after run {run}; these figures are from before")
}

pub fn beside(interval: Option<(f64, f64)>, figure: Option<f64>, of: Option<BaselineOf>) -> String {
    let interval = interval.map(|(low, high)| format!("95% {}", range(low, high)));
    let baseline = figure.map(|figure| format!("baseline {}", baseline(figure, of)));
    [interval, baseline].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// A baseline's figure with the constant answer that it belongs to.
pub fn baseline(figure: f64, of: Option<BaselineOf>) -> String {
    match of {
        Some(of) => format!("{} ({})", score(figure), names::baseline(of)),
        None => score(figure),
    }
}

pub fn at_threshold(threshold: f64) -> String {
    format!("at threshold {}", crate::texts::number::significant(threshold, 3))
}

pub fn range(low: f64, high: f64) -> String {
    format!("{}–{}", score(low), score(high))
}

pub fn money(amount: f64, currency: &str) -> String {
    if currency.is_empty() {
        significant(amount, 4)
    } else {
        format!("{currency}{}", significant(amount, 4))
    }
}

pub fn saved(amount: &str) -> String {
    format!("{amount} less than the baseline")
}

pub fn goal_verdict(goal: &str, verdict: &str) -> String {
    format!("Goal {goal}: {}", verdict.to_lowercase())
}

// Threshold
pub const THRESHOLD: &str = "Decision threshold, chosen on validation";
pub const THRESHOLD_TEST: &str = "Decision threshold, what if";
pub const WHAT_IF: &str = "what if";
pub const WHAT_IF_HELP: &str =
    "The threshold stands fixed since the test set was opened. Moving it here changes nothing in the model.";
pub const USE_THRESHOLD: &str = "Use this threshold";
pub const USE_BEST: &str = "Go to the best";
pub const IN_USE: &str = "in use";
pub const AUTOMATIC: &str = "Choose automatically";
pub const FLAGGED_WHEN: &str = "A row is flagged when its probability is at least this";
pub const COST_CURVE: &str = "Cost over thresholds";
pub const FALSE_ALARMS: &str = "False alarms";
pub const MISSES: &str = "Misses";
pub const FLAGGED: &str = "Flagged";
pub const COST: &str = "Cost";

pub fn best_cost(threshold: f64, false_positive: &str, false_negative: &str) -> String {
    format!(
        "lowest cost at {} with {false_positive} per false alarm, {false_negative} per miss",
        score(threshold)
    )
}

pub fn no_costs(threshold: f64) -> String {
    format!(
        "without costs {} is used; enter the costs of a false alarm and a miss on the Frame page",
        score(threshold)
    )
}

pub fn opened_elsewhere(opened: f64, in_use: f64) -> String {
    format!(
        "The test set was opened at {}: the figures below are of that, and an export keeps it. Open the test set again to judge \
         {}; that counts as another opening.",
        threshold_value(opened),
        threshold_value(in_use)
    )
}

pub fn threshold_value(threshold: f64) -> String {
    score(threshold)
}

pub fn rows_and_share(n: u64, all: u64) -> String {
    if all == 0 {
        "0".to_owned()
    } else {
        format!("{} ({})", count(n as f64), percent(n as f64 / all as f64))
    }
}

// Charts
pub const CURVES: &str = "Curves";
pub const ROC: &str = "ROC";
pub const PRECISION_RECALL: &str = "Precision–recall";
pub const CALIBRATION: &str = "Calibration";
pub const CALIBRATION_CLASS: &str = "Class";
pub const SCORES: &str = "Scores";
pub const GAIN: &str = "Gain";
pub const CONFUSION: &str = "Confusion matrix";
pub const CONFUSION_HINT: &str = "Select a cell to see its rows";
pub const PREDICTED_TRUE: &str = "Prediction against truth";
pub const RESIDUALS: &str = "Residuals";
pub const PER_CLASS: &str = "Per class";
pub const CLASS: &str = "Class";
pub const ROWS: &str = "Rows";
pub const PRECISION: &str = "Precision";
pub const RECALL: &str = "Recall";
pub const F1: &str = "F1";
pub const ROC_AUC: &str = "ROC AUC";
pub const AVERAGES: &str = "Averages";
pub const MICRO: &str = "Micro";
pub const MACRO: &str = "Macro";
pub const WEIGHTED: &str = "Weighted";

pub fn cell_rows(truth: &str, predicted: &str) -> String {
    format!("Rows that are {truth} and were said to be {predicted}")
}

pub const CLOSE: &str = "Close";

// Fairness
pub const FAIRNESS: &str = "Fairness";
pub const FAIRNESS_NONE: &str =
    "No sensitive column is declared. Declare one on the Frame page to see whether groups are treated alike.";
pub const GROUP: &str = "Group";
pub const SELECTED: &str = "Flagged";
pub const TPR: &str = "Recall";
pub const FPR: &str = "False alarms";
pub const ACCURACY: &str = "Accuracy";
pub const CRITERION: &str = "Criterion";
pub const DIFFERENCE: &str = "Gap";
pub const RATIO: &str = "Ratio";
pub const TOLERATED: &str = "Tolerated";
pub const VERDICT: &str = "Verdict";
pub const WITHIN: &str = "within";
pub const PAST: &str = "past";
pub const UNJUDGED: &str = "not judged";
pub const TOO_SMALL: &str = "too small to judge";

pub fn fairness_of(column: &str) -> String {
    format!("Fairness: {column}")
}

pub fn past_tolerance(n: usize, all: usize) -> String {
    if n == 0 {
        "all within your tolerance".to_owned()
    } else {
        format!("{n} of {all} past your tolerance")
    }
}

// Importance
pub const IMPORTANCE: &str = "What the model leans on";
pub const IMPORTANCE_RUN: &str = "Compute importance";
pub const IMPORTANCE_AGAIN: &str = "Compute again";

// Test set
pub const TEST: &str = "The locked test set";
pub const OPENED_ELSEWHERE: &str = "Another threshold was chosen since";
pub const OPEN_TEST: &str = "Open the test set…";
pub const OPEN_AGAIN: &str = "Open again…";
pub const OPEN_TITLE: &str = "Open the test set?";
pub const OPEN: &str = "Open and count";
pub const CANCEL: &str = "Cancel";
pub const REASON: &str = "Reason";
pub const REASON_HELP: &str = "Each look makes the answer a little less honest; the reason is printed in the model card";
pub const NEEDS_REASON: &str = "Enter a reason: these rows have been opened before";
pub const OPENINGS: &str = "Openings";
pub const WHEN: &str = "When";
pub const RUN: &str = "Run";
pub const WHY: &str = "Reason";
pub const FIRST: &str = "first opening";
pub const NO_SPLIT: &str = "There is no split to test on";

/// `n_seen`: rows among them that another opening has revealed.
pub fn locked(n_rows: u64, n_seen: u64) -> String {
    if n_seen > 0 {
        return format!(
            "{} rows were set aside, but {} of them were opened before, in another split: only the other {} are rows that nobody \
             has used. Choose the run and the threshold first: every look is counted.",
            count(n_rows as f64),
            count(n_seen as f64),
            count(n_rows.saturating_sub(n_seen) as f64)
        );
    }
    format!(
        "{} rows were set aside before anything was learned. They answer once how good the model is on rows that nobody has used. \
         Choose the run and the threshold first: from then on every look is counted.",
        count(n_rows as f64)
    )
}

pub fn open_says(run: u32, name: &str, n_rows: u64, threshold: Option<f64>) -> String {
    let threshold = threshold.map_or_else(String::new, |threshold| {
        format!(" with decision threshold {}", score(threshold))
    });
    format!(
        "Run {run}, {name}, is judged{threshold} on {} rows. The opening is counted and stays in the project.",
        count(n_rows as f64)
    )
}

pub fn open_before(n: u32) -> String {
    format!("These rows were {} before", opened(n))
}

// Decision
pub const DECISION: &str = "Go or no-go";
pub const DECISION_HELP: &str = "Recorded with what was known now: the goal, the figure and the reason";
pub const GO: &str = "Go";
pub const GO_ABOUT: &str = "The model may be deployed";
pub const NO_GO: &str = "No-go";
pub const NO_GO_ABOUT: &str = "The model is not good enough, or not fair enough";
pub const CHOICE: &str = "Decision";
pub const RECORD: &str = "Record decision";
pub const DECISIONS: &str = "Recorded decisions";
pub const DECISION_REASON: &str = "Reason";
pub const NEEDS_DECISION: &str = "Choose go or no-go";
pub const NEEDS_DECISION_REASON: &str = "Enter a reason";
pub const GOAL_THEN: &str = "Goal then";
pub const NO_GOAL: &str = "no goal set";
pub const BEFORE_TEST: &str = "The test set is not open yet: the decision would rest on validation alone";

pub fn choice(choice: Choice) -> &'static str {
    match choice {
        Choice::Go => GO,
        Choice::NoGo => NO_GO,
    }
}

pub fn goal_then(metric: &str, value: f64, required: f64, part: Part, verdict: &str) -> String {
    let on = match part {
        Part::Validation => "validation",
        Part::Test => "the test set",
    };
    format!(
        "{metric} {} on {on}, required {}: {}",
        score(value),
        score(required),
        verdict.to_lowercase()
    )
}

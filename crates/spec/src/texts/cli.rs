//! Words of the command line and of `report.html`.

use crate::caveat::Caveat;
use crate::report::ReportThreshold;
use crate::texts::{names, number};
use crate::{Metric, Task};

pub const PROFILE_COLUMNS: [&str; 8] = ["column", "type", "missing", "distinct", "mean", "min", "median", "max"];
pub const REPORT_TARGET: &str = "Target";
pub const REPORT_TRAIN: &str = "Training rows";
pub const REPORT_VALIDATION: &str = "Validation rows";
pub const REPORT_TEST: &str = "Test rows";
pub const REPORT_OPENED: &str = "times opened:";
pub const REPORT_NOTES: &str = "Notes";
pub const REPORT_LEADERBOARD: &str = "Leaderboard";
pub const REPORT_CANDIDATE: &str = "Candidate";
pub const REPORT_SCORE_COLUMNS: [&str; 4] = ["Metric", "Value", "95% interval", "Baseline"];
pub const REPORT_UNDEFINED: &str = "not defined";
pub const REPORT_CAVEATS: &str = "Caveats";
pub const REPORT_NO_CAVEAT: &str = "Nothing that is known stands against these figures.";
pub const REPORT_CAVEAT_COLUMNS: [&str; 4] = ["Caveat", "What", "State", "What to do"];
pub const REPORT_OPEN: &str = "open";
pub const REPORT_TO_KNOW: &str = "to know";
pub const REPORT_FAIRNESS: &str = "Fairness";
pub const REPORT_FAIRNESS_COLUMNS: [&str; 6] = ["Column", "Criterion", "Gap", "Tolerated", "Verdict", "What"];
pub const REPORT_WITHIN: &str = "within";
pub const REPORT_PAST: &str = "past";
pub const REPORT_CANNOT_TELL: &str = "cannot tell";
pub const REPORT_NOT_DECLARED: &str = "no limit";
pub const DRIFT_COLUMNS: [&str; 7] = ["column", "verdict", "method", "effect", "tolerated", "p", "missing"];
pub const NO_ALARM: &str = "No alarm";
pub const RETRAIN_NEEDS_BOTH: &str = "a pipeline file needs old and new data: --data OLD --data NEW";
pub const NO_CANDIDATE: &str = "no candidate could be trained";
pub const TRAINING_CHAMPION: &str = "Training the champion on the old data";
pub const NOTHING_NEW_TO_COMPARE: &str =
    "The champion stays: it has learned from all of these rows, so there are none to compare the two on";

pub fn version(number: u32) -> String {
    format!("version {number}")
}

pub fn run_on_old_data(run: u32) -> String {
    format!("run {run}, trained on the old data")
}

/// What the lines below it are: which figure, of which rows, at which threshold.
pub fn leaderboard(metric: Metric, task: Task, n_folds: u32) -> String {
    let name = names::metric(metric);
    let of = if n_folds > 1 {
        format!("validation rows, mean ± standard deviation over {n_folds} folds")
    } else {
        "validation rows".to_owned()
    };
    format!("{name} on {of}{}", at_half(metric, task))
}

/// Candidates are compared at one half; another threshold is chosen afterwards.
pub fn at_half(metric: Metric, task: Task) -> &'static str {
    if task == Task::Binary && !metric.uses_probabilities() {
        ", labels at a threshold of 0.5"
    } else {
        ""
    }
}

/// "goal: ROC AUC ≥ 0.8: Met, 2 caveats open".
pub fn goal(threshold: &ReportThreshold, n_open: usize) -> String {
    let metric = threshold.metric;
    let sign = if metric.greater_is_better() { "≥" } else { "≤" };
    let required = number::score(threshold.value);
    format!(
        "goal: {} {sign} {required}: {}",
        names::metric(metric),
        verdict(threshold, n_open)
    )
}

pub fn verdict(threshold: &ReportThreshold, n_open: usize) -> String {
    match threshold.verdict {
        Some(verdict) => format!("{}{}", names::verdict(verdict), names::open_caveats(verdict, n_open)),
        None => "not judged: the metric is not defined on these rows".to_owned(),
    }
}

pub fn caveat(caveat: &Caveat) -> String {
    let says = caveat.message.says();
    match &caveat.waived {
        Some(waiver) => format!("waived: {says} (reason: {})", waiver.reason),
        None if caveat.is_open() => format!("caveat: {says}. {}", caveat.message.hint()),
        None => format!("note: {says}"),
    }
}

pub fn state(caveat: &Caveat) -> String {
    match &caveat.waived {
        Some(waiver) => format!("waived: {}", waiver.reason),
        None if caveat.is_open() => REPORT_OPEN.to_owned(),
        None => REPORT_TO_KNOW.to_owned(),
    }
}

pub fn folder_is_taken(folder: &str) -> String {
    format!("{folder} holds something already; name a folder that is empty or not there")
}

pub fn no_run(run: Option<u32>) -> String {
    match run {
        Some(run) => format!("there is no run {run} in the project"),
        None => "the project has no run; train it first".to_owned(),
    }
}

pub fn registered(number: u32, is_known: bool, name: &str, version: &str) -> String {
    let done = if is_known {
        "is registered already as"
    } else {
        "is registered as"
    };
    format!("the run {done} version {number}; its bundle is {name} {version}")
}

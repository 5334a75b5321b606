//! Words of the model card.

use crate::evaluation::{Choice, GoalStatus, Part, Verdict};
use crate::read::ImportSummary;
use crate::registry::Act;
use crate::split::{Assignment, SplitSpec, Validation};
use crate::texts::names;
use crate::texts::number::{count, percent, score, significant};

pub const MODEL: &str = "Model";
pub const NAME: &str = "Name";
pub const VERSION: &str = "Version";
pub const RUN: &str = "Run";
pub const ALGORITHM: &str = "Algorithm";
pub const TASK: &str = "Task";
pub const TARGET: &str = "Target";
pub const POSITIVE: &str = "Positive class";
pub const THRESHOLD: &str = "Decision threshold";
pub const REGISTERED: &str = "Registered";
pub const NOTE: &str = "Note";
pub const MADE_WITH: &str = "Made with";
pub const SEED: &str = "Seed";
pub const PARAMETERS: &str = "Parameters";
pub const USE: &str = "Intended use";
pub const GOAL: &str = "Goal";
pub const DECISION: &str = "Decision that it supports";
pub const AFFECTED: &str = "Who is affected";
pub const BUSINESS_METRIC: &str = "Business metric";
pub const COSTS: &str = "Cost of a mistake";
pub const SUCCESS: &str = "Success threshold";
pub const ASSUMPTIONS: &str = "Assumptions";
pub const DATA: &str = "Data";
pub const FILE: &str = "File";
pub const FINGERPRINT: &str = "Fingerprint (SHA-256)";
pub const SCHEMA: &str = "Fingerprint of the schema";
pub const SOURCE: &str = "Source";
pub const CONSENT: &str = "Consent";
pub const INPUTS: &str = "Columns that it takes";
pub const NOT_KNOWN: &str = "Kept out: not known at prediction time";
pub const PREPARATION: &str = "Preparation";
pub const SHAPE: &str = "Before the split, on all rows";
pub const PIPELINE: &str = "Learned from training rows, inside the model";
pub const NO_STEP: &str = "No step";
pub const SPLIT: &str = "Split";
pub const ASSIGNED: &str = "Rows are assigned";
pub const VALIDATED: &str = "Validated by";
pub const ROWS: &str = "Rows";
pub const PART: &str = "Part";
pub const TRAINING: &str = "Training";
pub const VALIDATION: &str = "Validation";
pub const TRAINING_AND_VALIDATION: &str = "Training and validation";
pub const TEST: &str = "Test";
pub const FIGURES: &str = "Figures";
pub const METRIC: &str = "Metric";
pub const VALUE: &str = "Value";
pub const INTERVAL: &str = "95% interval";
pub const BASELINE: &str = "Baseline";
pub const FAIRNESS: &str = "Fairness";
pub const NO_SENSITIVE: &str = "No sensitive column was declared, so no group was compared";
pub const NO_FAIRNESS: &str = "Groups are compared for classes only";
pub const GROUP: &str = "Group";
pub const FLAGGED: &str = "Flagged";
pub const RECALL: &str = "Recall";
pub const FALSE_ALARMS: &str = "False alarms";
pub const ACCURACY: &str = "Accuracy";
pub const TOO_SMALL: &str = "too small to judge";
pub const OPENINGS: &str = "Openings of the test set";
pub const NOT_OPENED: &str = "The test rows have not been opened";
pub const WHEN: &str = "When (UTC)";
pub const WHY: &str = "Reason";
pub const FIRST: &str = "first opening";
pub const DECISIONS: &str = "Decisions";
pub const NO_DECISION: &str = "No decision is recorded";
pub const WHAT: &str = "What";
pub const LIMITS: &str = "Limits";
pub const CAVEATS: &str = "Caveats";
pub const NO_CAVEAT: &str = "Nothing that is known stands against these figures";
pub const CAVEAT: &str = "Caveat";
pub const STATE: &str = "State";
pub const TO_DO: &str = "What to do";
pub const OPEN: &str = "open";
pub const TO_KNOW: &str = "to know";
pub const ETHICS: &str = "Ethics";
pub const NOT_RECORDED: &str = "not recorded";
pub const NOT_DEFINED: &str = "not defined";
pub const STALE: &str = "Data or document were changed after this model was trained";
pub const NO_THRESHOLD: &str = "No success threshold was set, so nothing says whether this model is good enough";
pub const ONLY_VALIDATION: &str = "The figures come from rows that also chose the model; the test set has not been opened for it";
pub const NOT_EXACT: &str = "Training it again elsewhere may differ in the last digits";
pub const NOT_CAUSES: &str = "It has learned what goes together in these rows, not what causes what";

pub fn title(project: &str) -> String {
    format!("Model card: {project}")
}

pub fn not_registered(run: u32) -> String {
    format!("none, run {run} is not registered")
}

pub fn threshold(value: f64, positive: &str) -> String {
    format!("{}: the label is {positive} from this probability on", significant(value, 6))
}

pub fn business(metric: &str, unit: &str, today: Option<f64>, wanted: Option<f64>) -> String {
    let number = |x: f64| {
        let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
        format!("{}{unit}", significant(x, 6))
    };
    let today = today.map(|x| format!("today {}", number(x)));
    let wanted = wanted.map(|x| format!("wanted {}", number(x)));
    let figures: Vec<String> = [today, wanted].into_iter().flatten().collect();
    match (metric.trim().is_empty(), figures.is_empty()) {
        (true, _) => String::new(),
        (false, true) => metric.to_owned(),
        (false, false) => format!("{metric}: {}", figures.join(", ")),
    }
}

pub fn costs(false_positive: f64, false_negative: f64, currency: &str) -> String {
    format!(
        "{currency}{} for a false alarm, {currency}{} for a miss",
        significant(false_positive, 6),
        significant(false_negative, 6)
    )
}

pub fn goal(status: &GoalStatus) -> String {
    let on = on(status.part);
    let required = significant(status.required, 4);
    format!(
        "{}: {} is {} {on}, {required} was required",
        names::verdict(status.verdict),
        names::metric(status.metric),
        score(status.value)
    )
}

pub fn waived(when: &str, reason: &str) -> String {
    format!("waived on {when}: {reason}")
}

pub fn on(part: Part) -> &'static str {
    match part {
        Part::Validation => "on validation rows",
        Part::Test => "on the test set",
    }
}

pub fn file(summary: &ImportSummary) -> String {
    let left_out = match summary.n_rejected {
        0 => "every row kept".to_owned(),
        1 => "1 row left out".to_owned(),
        n => format!("{} rows left out", count(n as f64)),
    };
    format!(
        "{}, {} rows × {} columns, {left_out}",
        summary.file_name,
        count(summary.n_kept as f64),
        count(f64::from(summary.fingerprint.n_columns))
    )
}

pub fn assignment(split: &SplitSpec) -> String {
    match &split.assignment {
        Assignment::Random { stratified: true } => "at random, keeping the share of each class".to_owned(),
        Assignment::Random { stratified: false } => "at random".to_owned(),
        Assignment::Grouped { column } => format!("by group: all rows of one {column} on one side"),
        Assignment::Time { column } => format!("by time: trained on the past, judged on the future of {column}"),
    }
}

pub fn validation(split: &SplitSpec) -> String {
    match split.validation {
        Validation::HoldOut { share } => format!("one hold-out part, {} of all rows", percent(share)),
        Validation::Folds { k } => format!("{k} folds, the whole recipe fitted anew in each"),
    }
}

pub fn figures_on(part: Part, n_rows: u64) -> String {
    let rows = if n_rows == 1 {
        "1 row".to_owned()
    } else {
        format!("{} rows", count(n_rows as f64))
    };
    match part {
        Part::Validation => format!("On validation, {rows}"),
        Part::Test => format!("On the test set, {rows}"),
    }
}

pub fn groups_of(column: &str) -> String {
    format!("Groups of {column}")
}

pub fn opened(n: u32) -> String {
    match n {
        1 => "The test rows of this split were opened once".to_owned(),
        n => format!("The test rows of this split were opened {n} times; each look makes the answer a little less honest"),
    }
}

pub fn decided(choice: Choice) -> &'static str {
    match choice {
        Choice::Go => "Go",
        Choice::NoGo => "No-go",
    }
}

pub fn act(act: &Act) -> String {
    let from = |from: &Option<u32>| from.map_or_else(String::new, |from| format!(", in place of version {from}"));
    match act {
        Act::Registered { version } => format!("Version {version} registered"),
        Act::Promoted { version, from: old } => format!("Version {version} made champion{}", from(old)),
        Act::RolledBack { version, from: old } => format!("Rolled back to version {version}{}", from(old)),
        Act::Challenging { version: Some(version) } => format!("Version {version} made challenger"),
        Act::Challenging { version: None } => "Challenger let go".to_owned(),
        Act::Kept { version, against: None } => format!("Version {version} kept as champion"),
        Act::Kept {
            version,
            against: Some(against),
        } => format!("Version {version} kept as champion against version {against}"),
        Act::Retrained { runs, batches } => {
            let runs: Vec<String> = runs.iter().map(u32::to_string).collect();
            let name = if runs.len() == 1 { "run" } else { "runs" };
            let on = match batches.len() {
                0 => "on the data".to_owned(),
                1 => "on the data and 1 batch".to_owned(),
                n => format!("on the data and {n} batches"),
            };
            format!("Trained again {on}: {name} {}", runs.join(", "))
        }
    }
}

pub fn learned_from(n_rows: u64, file: &str) -> String {
    format!(
        "It learned from {} rows of {file}. For rows unlike those nothing here vouches for its answers",
        count(n_rows as f64)
    )
}

pub fn goal_limit(status: &GoalStatus) -> Option<String> {
    let metric = names::metric(status.metric);
    match status.verdict {
        Verdict::Met => None,
        Verdict::MetNotCertain => Some(format!(
            "The interval of {metric} crosses what was required: the goal is met, but not with certainty"
        )),
        Verdict::NotMet => Some(format!("The goal is not met: {metric} does not reach what was required")),
    }
}

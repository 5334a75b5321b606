//! Words of the Frame page.

use super::super::number::{count, percent, significant};

pub const ABOUT_NO_DATA: &str = "No data yet: state the goal now, choose the target when the file is there";
pub const BUSINESS: &str = "The goal";
pub const BUSINESS_ABOUT: &str = "in the words of those who need it";
pub const GOAL: &str = "What is the model for?";
pub const GOAL_HINT: &str = "Call customers who are about to leave, before they do";
pub const DECISION: &str = "Which decision does it support?";
pub const DECISION_HINT: &str = "Whom the retention team calls this week";
pub const AFFECTED: &str = "Who is affected?";
pub const AFFECTED_HINT: &str = "Customers with a contract, and the team of eight";
pub const BUSINESS_METRIC: &str = "Business metric";
pub const BUSINESS_METRIC_HINT: &str = "Customers lost per month";
pub const UNIT: &str = "Unit";
pub const TODAY: &str = "Value today";
pub const TO_REACH: &str = "Value to reach";

pub const QUESTION: &str = "What is predicted";
pub const TARGET: &str = "Target column";
pub const TARGET_HELP: &str = "The column whose value is to be predicted";
pub const TARGET_NONE: &str = "Choose a column…";
pub const PROPOSED: &str = "Proposed";
pub const OTHER_COLUMNS: &str = "Other columns";
pub const ADD_DATA_FIRST: &str = "Add data on the Prepare page first; then the likely targets are proposed here with the reason";
pub const ADD_DATA: &str = "Add data";
pub const TARGET_GONE: &str = "The data have no column of this name";
pub const WHY_TARGET: &str = "Why this task";
pub const TASK: &str = "Task";
pub const NOT_TRAINABLE: &str = "Not in this version: it cannot be trained yet";
pub const POSITIVE: &str = "Positive class";
pub const POSITIVE_HELP: &str = "The outcome whose probability is predicted: what you want to catch";

pub const SUCCESS: &str = "What counts as success";
pub const METRIC: &str = "Primary metric";
pub const METRIC_HELP: &str = "It ranks, tunes and judges everywhere";
pub const THRESHOLD: &str = "Success threshold";
pub const REFERENCE: &str = "Measured against";
pub const REFERENCE_HELP: &str = "What the figure has to beat: itself, or another model by this much";
pub const REFERENCE_ABSOLUTE: &str = "the metric itself";
pub const REFERENCE_BASELINE: &str = "the baseline model";
pub const REFERENCE_CURRENT: &str = "the process of today";
pub const CURRENT_VALUE: &str = "Figure of the process of today";
pub const CHOOSE_TASK_FIRST: &str = "Choose a task first: it decides which metrics there are";
pub const CHOOSE_METRIC_FIRST: &str = "Choose a metric first";

pub const COSTS: &str = "What a mistake costs";
pub const COSTS_ABOUT: &str = "drives the decision threshold, which is chosen on validation rows";
pub const CURRENCY: &str = "Currency";
pub const BOTH_COSTS: &str = "Enter both costs; 0 is allowed";
pub const COSTS_CLEAR: &str = "Clear the costs";

pub const SENSITIVE: &str = "Sensitive columns";
pub const SENSITIVE_ABOUT: &str = "groups that must not be treated worse; judged on Evaluate";
pub const SENSITIVE_NONE: &str = "No sensitive column is declared";
pub const SENSITIVE_ADD: &str = "Add a sensitive column";
pub const TOLERATED: &str = "Tolerated difference between groups, 0 to 1. Leave a criterion empty to show it without judging";
pub const NOT_JUDGED: &str = "not judged";

pub const NOT_KNOWN: &str = "Not known at prediction time";
pub const NOT_KNOWN_HELP: &str =
    "Mark columns whose value is only there after the fact, such as the date on which a customer left";
pub const FIND_COLUMN: &str = "Find a column";
pub const NO_COLUMNS: &str = "The columns appear here when data are added";

pub const NOTES: &str = "Notes for the model card";
pub const ASSUMPTIONS: &str = "Assumptions";
pub const DATA_SOURCE: &str = "Source of the data";
pub const CONSENT: &str = "Consent";
pub const ETHICS: &str = "Ethics";
pub const ASSUMPTIONS_HINT: &str = "Next year’s customers behave like this year’s";
pub const DATA_SOURCE_HINT: &str = "Billing system, extract of 1 March";
pub const CONSENT_HINT: &str = "Contract terms, section 7";
pub const ETHICS_HINT: &str = "No offer may depend on age or origin";

pub const CHECK: &str = "Feasibility check";
pub const GOOD: &str = "Good";
pub const CHECK_GOOD: &str = "Nothing stands against training";
pub const CHECK_NO_DATA: &str = "Add data first; then rows per class, missing and constant targets are checked here";
pub const CHECK_NO_TARGET: &str = "Choose a target; then rows per class and missing values are checked here";
pub const CHECKING: &str = "Checking";
pub const ERROR: &str = "Stop";
pub const WARNING: &str = "Warning";
pub const INFO: &str = "Note";

pub const EXPORT: &str = "Export as Markdown";

pub fn about(file: &str, n_rows: u64, n_columns: usize) -> String {
    format!("{file}, {} rows × {} columns", count(n_rows as f64), count(n_columns as f64))
}

pub fn classes(classes: &[(String, u64)]) -> String {
    let total: u64 = classes.iter().map(|class| class.1).sum();
    let shown: Vec<String> = classes
        .iter()
        .take(6)
        .map(|(class, n)| format!("{class} {}", percent(*n as f64 / total.max(1) as f64)))
        .collect();
    let more = classes.len().saturating_sub(6);
    if more == 0 {
        shown.join(", ")
    } else {
        format!("{} and {more} more", shown.join(", "))
    }
}

pub fn not_a_target(column: &str, n_distinct: u64) -> String {
    format!(
        "{column} has {} distinct {}",
        count(n_distinct as f64),
        if n_distinct == 1 { "value" } else { "values" }
    )
}

/// Range and direction of a metric, for the help under the threshold.
pub fn threshold_help(low: Option<f64>, high: Option<f64>, greater_is_better: bool) -> String {
    let direction = if greater_is_better {
        "more is better"
    } else {
        "less is better"
    };
    match (low, high) {
        (Some(low), Some(high)) => format!("From {} to {}; {direction}", significant(low, 3), significant(high, 3)),
        (Some(low), None) => format!("{} or more; {direction}", significant(low, 3)),
        (None, Some(high)) => format!("At most {}; {direction}", significant(high, 3)),
        (None, None) => direction.to_owned(),
    }
}

pub fn false_positive(positive: &str) -> String {
    format!("A false alarm costs (predicted {positive}, was not)")
}

pub fn false_negative(positive: &str) -> String {
    format!("A miss costs (was {positive}, not predicted)")
}

pub fn remove_sensitive(column: &str) -> String {
    format!("Remove {column}")
}

pub fn n_kept_out(n: usize) -> String {
    match n {
        0 => "none is kept out of the model".to_owned(),
        1 => "1 is kept out of the model".to_owned(),
        n => format!("{n} are kept out of the model"),
    }
}

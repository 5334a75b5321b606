//! Which column is likely the target, and the task that it makes.

use spec::framing::TargetProposal;
use spec::profile::{AlertKind, ColumnProfile, Profile};
use spec::{ColumnType, Message, Metric, Order, Task};
use table::Table;

use crate::target::{class_counts, likely_positive};

/// Whole numbers with at most this many values are taken for classes.
const MAX_NUMBER_CLASSES: u64 = 15;
/// Classes that a proposal lists.
const MAX_LISTED: usize = 200;

const TARGET_WORDS: [&str; 44] = [
    "target",
    "label",
    "labels",
    "class",
    "y",
    "outcome",
    "response",
    "result",
    "churn",
    "churned",
    "default",
    "defaulted",
    "attrition",
    "survived",
    "diagnosis",
    "species",
    "price",
    "fraud",
    "approved",
    "approval",
    "quality",
    "sales",
    "revenue",
    "failure",
    "failed",
    "category",
    "rating",
    "score",
    "income",
    "salary",
    "cost",
    "charges",
    "converted",
    "conversion",
    "clicked",
    "purchased",
    "demand",
    "count",
    "digit",
    "progression",
    "spam",
    "sentiment",
    "grade",
    "variety",
];
/// Those of them that hardly ever name anything else.
const PLAIN_WORDS: [&str; 7] = ["target", "label", "class", "y", "outcome", "churn", "species"];

/// Every column that could be a target, the likeliest first; times, free text and constant columns could not.
pub fn targets(profile: &Profile, table: &Table) -> Vec<TargetProposal> {
    let n_columns = profile.columns.len();
    let mut proposals: Vec<TargetProposal> = profile
        .columns
        .iter()
        .enumerate()
        .filter_map(|(place, column)| {
            let task = task_of(column)?;
            let is_last = place + 1 == n_columns;
            let likelihood = likelihood(profile, column, task, is_last);
            proposal(table, column, task, is_last, likelihood)
        })
        .collect();
    // Stable: of equally likely ones the first in the table.
    proposals.order_by(|a, b| b.likelihood.total_cmp(&a.likelihood));
    proposals
}

fn task_of(column: &ColumnProfile) -> Option<Task> {
    match (column.column_type, column.n_distinct) {
        (ColumnType::Time | ColumnType::Text, _) | (_, 0 | 1) => None,
        (ColumnType::Boolean, _) | (ColumnType::Category | ColumnType::Number, 2) => Some(Task::Binary),
        (ColumnType::Category, _) => Some(Task::Multiclass),
        (ColumnType::Number, n) => {
            let is_integer = column.number.as_ref().is_some_and(|number| number.is_integer);
            Some(if is_integer && n <= MAX_NUMBER_CLASSES {
                Task::Multiclass
            } else {
                Task::Regression
            })
        }
    }
}

fn likelihood(profile: &Profile, column: &ColumnProfile, task: Task, is_last: bool) -> f64 {
    let words = words(&column.name);
    let by_name = if words.len() == 1 && PLAIN_WORDS.contains(&words[0].as_str()) {
        0.6
    } else if is_named_like_target(column) {
        0.45
    } else {
        0.0
    };
    let by_place = if is_last { 0.25 } else { 0.0 };
    let by_task = match task {
        Task::Binary => 0.12,
        Task::Multiclass if column.n_distinct <= 20 => 0.08,
        Task::Regression => 0.05,
        _ => 0.0,
    };
    let is_id = profile
        .alerts
        .iter()
        .any(|alert| alert.kind == AlertKind::IdLike && alert.column.as_deref() == Some(column.name.as_str()));
    let too_many = column.column_type == ColumnType::Category && column.n_distinct > 50;
    let missing = column.n_missing as f64 / profile.n_rows.max(1) as f64;
    let against = if is_id || too_many { 0.6 } else { 0.0 } + missing * 0.5;
    by_name + by_place + by_task - against
}

fn is_named_like_target(column: &ColumnProfile) -> bool {
    words(&column.name).iter().any(|word| TARGET_WORDS.contains(&word.as_str()))
}

/// Words of a name in lower case: `isChurned`, `is_churned` and `Is churned` are the same.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_lower = false;
    for c in name.chars() {
        let begins = !c.is_alphanumeric() || (c.is_uppercase() && after_lower);
        if begins && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        after_lower = c.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

fn proposal(table: &Table, column: &ColumnProfile, task: Task, is_last: bool, likelihood: f64) -> Option<TargetProposal> {
    let mut classes = if task.is_classification() {
        class_counts(table.column(&column.name)?).0
    } else {
        Vec::new()
    };
    let positive_class = if task == Task::Binary {
        likely_positive(&classes).map(str::to_owned)
    } else {
        None
    };
    classes.order_by_key(|(_, count)| std::cmp::Reverse(*count));
    classes.truncate(MAX_LISTED);
    let kind = match task {
        Task::Binary => "binary",
        Task::Multiclass => "multiclass",
        _ => "regression",
    };
    let why = if is_named_like_target(column) {
        "name"
    } else if is_last {
        "last"
    } else {
        "values"
    };
    let some: Vec<String> = classes.iter().take(5).map(|(class, _)| class.clone()).collect();
    let reason = Message::new(&format!("propose.{kind}_{why}"))
        .with("column", &column.name)
        .with("n_distinct", column.n_distinct)
        .with("classes", some);
    Some(TargetProposal {
        column: column.name.clone(),
        column_type: column.column_type,
        task,
        metric: Metric::of_task(task).first().copied()?,
        reason,
        classes,
        positive_class,
        likelihood,
    })
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn names_fall_into_words() {
        for name in ["isChurned", "is_churned", "Is churned", "is-churned"] {
            assert_eq!(words(name), ["is", "churned"]);
        }
        assert_eq!(words("SalePrice"), ["sale", "price"]);
        assert_eq!(words("Y"), ["y"]);
    }
}

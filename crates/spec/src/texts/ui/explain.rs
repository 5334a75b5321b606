//! Words of explanations: a row's score divided among its columns, and what a model leans on.

use crate::explain::{ExplainMethod, ScoreUnit};
use crate::texts::number::{count, percent, score, significant};

pub const SHUFFLED: &str = "Shuffling";
pub const SHUFFLED_ABOUT: &str = "Permutation importance on validation rows, each judged by the model of the fold that had not seen it: how much the primary metric loses when one column is shuffled";
pub const CONTRIBUTIONS: &str = "Contributions";
pub const CONTRIBUTIONS_ABOUT: &str = "How far each column moves the score of a row, on the average over validation rows, signs aside, in the model of the fold that had not seen the row";
pub const WAY: &str = "How it is measured";
pub const COMPUTE: &str = "Compute contributions";
pub const AGAIN: &str = "Compute again";
pub const CLASS: &str = "Class";
pub const ROW_HINT: &str = "Select a row to see why the model says what it says";
pub const BACK: &str = "Back to the rows";
pub const EXPLAINING: &str = "Explaining the row";
pub const POINT_HINT: &str = "Select a point to see why the model says what it says of that row";
pub const SCORE: &str = "Score";
pub const BASE: &str = "Base value";
pub const AMOUNT: &str = "Adds";
pub const COLUMN: &str = "Column";
pub const CELL: &str = "Cell";
pub const STD_ERROR: &str = "Standard error";
pub const MISSING: &str = "missing";
pub const RAISES: &str = "raises";
pub const LOWERS: &str = "lowers";
pub const MEAN: &str = "Mean with sign";
pub const MEAN_ABSOLUTE: &str = "Mean, signs aside";
pub const SAID: &str = "Said to be";
pub const PREDICTED: &str = "Predicted";
pub const REALLY: &str = "In the file";

pub fn explain_row(number: u64) -> String {
    format!("Explain row {}", count(number as f64 + 1.0))
}

pub fn row_title(number: u64) -> String {
    format!("Row {}", count(number as f64 + 1.0))
}

/// "yes, probability 0.832, at the threshold 0.41".
pub fn said(label: &str, probability: f64, positive: Option<(&str, f64, f64)>) -> String {
    match positive {
        Some((class, of_class, threshold)) => format!(
            "{label}: the probability of {class} is {}, the threshold {}",
            significant(of_class, 3),
            score(threshold)
        ),
        None => format!("{label}: probability {}", significant(probability, 3)),
    }
}

/// What scores are counted in, as the title of an axis.
pub fn unit(unit: ScoreUnit, what: &str) -> String {
    match unit {
        ScoreUnit::LogOdds => format!("Log-odds of {what}"),
        ScoreUnit::ClassScore => format!("Score of {what}, before softmax"),
        ScoreUnit::Probability => format!("Probability of {what}"),
        ScoreUnit::Value => what.to_owned(),
    }
}

/// Glossary entry and word of a unit that needs one.
pub fn unit_term(unit: ScoreUnit) -> Option<(&'static str, &'static str)> {
    match unit {
        ScoreUnit::LogOdds => Some(("log_odds", "log-odds")),
        ScoreUnit::ClassScore | ScoreUnit::Probability | ScoreUnit::Value => None,
    }
}

pub const COUNTED_IN: &str = "counted in";

pub fn what(target: &str, class: Option<&str>) -> String {
    class.map_or_else(|| target.to_owned(), |class| format!("{target} = {class}"))
}

pub fn method(method: ExplainMethod) -> String {
    match method {
        ExplainMethod::Trees | ExplainMethod::Linear => "Exact: base value and contributions add up to the score".to_owned(),
        ExplainMethod::Sampling { n_background, n_orders } => format!(
            "Estimated from {} training rows and {} orders of the columns each; they add up to the score",
            count(f64::from(n_background)),
            count(f64::from(n_orders))
        ),
    }
}

/// "tenure = 3".
pub fn column_is(column: &str, cell: Option<&str>) -> String {
    format!("{column} = {}", cell.unwrap_or(MISSING))
}

/// A number with its sign, whatever it is.
pub fn signed(x: f64) -> String {
    if x > 0.0 {
        format!("+{}", significant(x, 3))
    } else {
        significant(x, 3)
    }
}

pub fn others(n: usize) -> String {
    if n == 1 {
        "1 other column".to_owned()
    } else {
        format!("{n} other columns")
    }
}

pub fn step_read(what: &str, amount: f64, from: f64, to: f64) -> String {
    format!(
        "{what}: {}, from {} to {}",
        signed(amount),
        significant(from, 3),
        significant(to, 3)
    )
}

pub fn end_read(what: &str, value: f64) -> String {
    format!("{what}: {}", significant(value, 4))
}

pub fn waterfall_summary(what: &str, base: f64, score: f64, sentence: &str) -> String {
    format!(
        "{what}: from the base value {} to {}. {sentence}",
        significant(base, 3),
        significant(score, 3)
    )
}

pub fn contributions_summary(what: &str, top: &str) -> String {
    format!("Contributions to {what}: {top} moves the scores most")
}

pub fn contribution_read(column: &str, mean_absolute: f64, mean: f64) -> String {
    format!(
        "{column}: {} either way, {} on the average",
        significant(mean_absolute, 3),
        signed(mean)
    )
}

pub fn over_rows(n: u64) -> String {
    if n == 1 {
        "over 1 validation row".to_owned()
    } else {
        format!("over {} validation rows", count(n as f64))
    }
}

pub fn shared(features: &[String]) -> String {
    format!("With its equal share of {}", features.join(", "))
}

pub fn class_option(class: &str, p: f64) -> String {
    format!("{class}: {}", percent(p))
}

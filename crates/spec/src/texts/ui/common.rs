//! Words that every page uses.

use super::super::number::significant;

pub const CANCEL: &str = "Cancel";
pub const CLOSE: &str = "Close";
pub const CLOSE_NOTICE: &str = "Close notice";
pub const NOTICES: &str = "Notices";
pub const STARTING: &str = "Starting";
pub const FAILED: &str = "This did not work";
pub const TRY_AGAIN: &str = "Try again";
pub const OPTIONAL: &str = "optional";
pub const NEEDS_NUMBER: &str = "Enter a number";
pub const NEEDS_TEXT: &str = "Enter a text";
pub const FILE_STAYS_HERE: &str = "The file stays on this computer: it is read in this browser and sent nowhere";
pub const RESET_TO_DEFAULTS: &str = "Reset to defaults";
pub const NO_LIMIT: &str = "No limit";
pub const LOADING: &str = "Loading…";
pub const REMOVE: &str = "Remove";
pub const NONE_CHOSEN: &str = "Choose…";

pub fn explain(term: &str) -> String {
    format!("{term}: explain")
}

pub fn time_left(duration: &str) -> String {
    format!("about {duration} left")
}

pub fn not_a_number(text: &str) -> String {
    format!("“{text}” is not a number. Enter digits with a point as decimal mark, such as 0.85")
}

pub fn not_a_whole_number(text: &str) -> String {
    format!("“{text}” is not a whole number")
}

pub fn decimal_comma(text: &str) -> String {
    format!(
        "“{text}”: enter the decimal mark as a point, such as {}",
        text.replace(',', ".")
    )
}

pub fn out_of_range(low: Option<f64>, high: Option<f64>) -> String {
    match (low, high) {
        (Some(low), Some(high)) => format!("Enter a number from {} to {}", bound(low), bound(high)),
        (Some(low), None) => format!("Enter a number of at least {}", bound(low)),
        (None, Some(high)) => format!("Enter a number of at most {}", bound(high)),
        (None, None) => NEEDS_NUMBER.to_owned(),
    }
}

/// A limit as it is: one that was rounded would be refused itself.
fn bound(x: f64) -> String {
    if x.fract() == 0.0 {
        crate::texts::number::count(x)
    } else {
        significant(x, 6)
    }
}

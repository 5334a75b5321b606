//! Cells as values and values as cells: numbers, times, booleans.
//!
//! What is read here without being asked must be unmistakable: `007` is a number to [`parse_number`], because somebody
//! asked, and not to type inference, because zeros would be lost (see [`number::Numeral`]).

mod boolean;
mod number;
mod time;

pub use boolean::{BOOLEAN_WORDS, parse_boolean};
pub(crate) use number::{Numeral, form, is_rounded, scan_number};
pub use number::{format_number, parse_number, parse_number_loosely, write_number};
pub(crate) use time::{Moment, WrittenDate, scan_time};
pub use time::{NEWEST_YEAR, civil_from_days, days_from_civil, format_time, parse_time, parse_time_in_full, parse_time_until};

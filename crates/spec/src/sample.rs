//! The built-in data sets (A13).

use serde::{Deserialize, Serialize};

use crate::Framing;
use crate::framing::FramingExample;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// Stable name, used in lesson links: `churn`.
    pub id: String,
    pub title: String,
    /// Two or three sentences: what the rows are and what makes the file interesting.
    pub story: String,
    /// Where the data come from and under which licence.
    pub source: String,
    /// Relative to the page: `samples/churn.csv`.
    pub file: String,
    /// The file of the month after, where there is one.
    pub next_month: Option<String>,
    pub n_rows: u64,
    pub n_columns: u32,
    /// Task, target, metric and threshold to start from.
    pub framing: Framing,
}

/// All built-in data sets, in the order they are offered.
pub fn samples() -> Vec<Sample> {
    crate::texts::samples::samples()
}

/// Worked framings to start from (F15).
pub fn examples() -> Vec<FramingExample> {
    crate::texts::samples::examples()
}

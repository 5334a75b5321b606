//! The built-in data sets, and worked framings to start from.

use crate::split::Assignment;
use crate::texts::samples;
use crate::{Framing, Task};

/// A built-in data set, as it is offered; what to start from is its [`framing`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// Stable name, used in lesson links: `churn`.
    pub id: &'static str,
    pub title: &'static str,
    /// Two or three sentences: what the rows are and what makes the file interesting.
    pub story: &'static str,
    /// Where the data come from and under which licence.
    pub source: &'static str,
    /// There is a file of the month after.
    pub has_next_month: bool,
    pub n_rows: u64,
    pub n_columns: u32,
    pub task: Task,
}

impl Sample {
    /// Relative to the page: `samples/churn.csv`.
    pub fn file(&self) -> String {
        format!("samples/{}.csv", self.id)
    }

    /// The file of the month after, where there is one.
    pub fn next_month(&self) -> Option<String> {
        self.has_next_month.then(|| format!("samples/{}_next_month.csv", self.id))
    }
}

/// A worked framing, as it is offered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Example {
    pub id: &'static str,
    pub title: &'static str,
    pub goal: &'static str,
}

/// All built-in data sets, in the order they are offered.
pub const SAMPLES: &[Sample] = samples::SAMPLES;

/// The worked framings, in the order they are offered.
pub const EXAMPLES: &[Example] = samples::EXAMPLES;

pub fn sample(id: &str) -> Option<&'static Sample> {
    SAMPLES.iter().find(|sample| sample.id == id)
}

/// Task, target, metric and threshold to start from, of a sample or an example.
pub fn framing(id: &str) -> Option<Framing> {
    samples::framing(id)
}

/// How the rows are split where the story of a sample asks for it; None: at random.
pub fn assignment(id: &str) -> Option<Assignment> {
    // "Train on the past and judge on the future."
    (id == "sensor").then(|| Assignment::Time {
        column: "time".to_owned(),
    })
}

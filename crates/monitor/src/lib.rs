//! Stage 6: a later batch against the training rows, performance once outcomes are known, and what follows from many
//! batches.
//!
//! Everything is a function of values: clocks, files and stores stay with the caller. A verdict of drift always needs
//! two things, a difference that chance does not explain and an effect that is large enough to matter, so neither many
//! rows nor few raise an alarm by themselves.

mod challenger;
mod correct;
mod drift;
mod levels;
mod log;
mod numbers;
mod outcome;
mod performance;
mod reference;
mod rules;
mod summary;
mod trend;

pub use challenger::challenger_verdict;
pub use correct::adjusted;
pub use drift::{Batch, MAX_TEST_ROWS, compare};
pub use levels::{ChiSquare, chi_square, jensen_shannon, psi, total_variation, two_proportions};
pub use log::{Log, LogEntry, LogForm, LogReader, ModelVersion, read_log};
pub use numbers::{kolmogorov_smirnov, wasserstein};
pub use outcome::{
    Id, Joined, Labelled, Labels, OutcomeColumns, OutcomeReader, OutcomeRecord, class_codes, join, labelled, outcomes_of_table,
};
pub use performance::{Expected, performance};
pub use reference::{MAX_LEVELS, MAX_POINTS, Training, from_json, learn, prediction_column, rules_from_json, to_files, to_json};
pub use rules::{alarms, check, holds, retrain_advice};
pub use summary::{Stamp, summarize};
pub use trend::trends;

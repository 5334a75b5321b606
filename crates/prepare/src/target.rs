//! The target column as what a model learns.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum TargetData {
    /// Codes per table row into `classes`, [`table::MISSING_CODE`] for a missing target. Binary: the positive class is
    /// code 1. Else the classes are sorted.
    Classes { classes: Vec<String>, codes: Vec<u32> },
    /// Per table row; NaN (infinities too) is missing.
    Values(Vec<f64>),
}

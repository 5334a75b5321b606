//! Which rows train, which choose, which judge.

use serde::{Deserialize, Serialize};

use crate::Message;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assignment {
    /// At random; `stratified` keeps the share of each class (quantile bins for numbers).
    Random { stratified: bool },
    /// All rows of one group on one side.
    Grouped { column: String },
    /// Train on the past, judge on the future.
    Time { column: String },
}

/// What ranks, tunes and sets the decision threshold.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Validation {
    /// A share of all rows.
    HoldOut { share: f64 },
    /// k-fold over all rows that are not test rows; every such row is validated once.
    Folds { k: u32 },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SplitSpec {
    pub assignment: Assignment,
    /// Share of all rows that is locked away as the test set.
    pub test_share: f64,
    pub validation: Validation,
    pub seed: u64,
}

impl Default for SplitSpec {
    fn default() -> Self {
        Self {
            assignment: Assignment::Random { stratified: true },
            test_share: 0.2,
            validation: Validation::Folds { k: 5 },
            seed: 42,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PartSummary {
    pub n_rows: u64,
    /// Share of each class in the order of the target's classes; empty for regression.
    pub class_shares: Vec<f64>,
    /// Regression: mean of the target.
    pub mean: Option<f64>,
}

/// What a split comes to on the data at hand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SplitSummary {
    /// Fit rows: with folds, all rows that are not test rows.
    pub train: PartSummary,
    /// Rows that are validated; with folds the same rows as `train`, each once.
    pub validation: PartSummary,
    pub test: PartSummary,
    pub n_folds: u32,
    pub classes: Vec<String>,
    /// Rows without a target, excluded and counted.
    pub n_without_target: u64,
    pub warnings: Vec<Message>,
    /// SHA-256 over data hash and test rows: the identity that openings are counted on.
    pub test_id: String,
    /// Test rows that were opened before, in another split.
    #[serde(default)]
    pub n_seen: u64,
}

impl SplitSummary {
    /// Rows that the final model is fitted on: all but the test rows.
    pub fn n_learned_from(&self) -> u64 {
        // Folds validate the rows of `train`, each once.
        if self.n_folds > 1 {
            self.train.n_rows
        } else {
            self.train.n_rows + self.validation.n_rows
        }
    }
}

//! Runs: every training that finished, with what went in and what came out (T23).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::caveat::RunFacts;
use crate::{Algorithm, Message, Metric, Params};

/// Over the folds; `std` (n - 1) is None for a single hold-out.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct FoldScore {
    pub mean: f64,
    pub std: Option<f64>,
}

/// A figure with its 95% bootstrap interval and the baseline's figure beside it (E7, E11).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scored {
    /// None: not defined on these rows (one class only, for example); never shown as 0.
    pub value: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub baseline: Option<f64>,
}

pub type Scores = BTreeMap<Metric, Scored>;

/// Over-fitting, under-fitting, neither, or cannot tell (E8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FitVerdict {
    OverFitting,
    UnderFitting,
    Good,
    CannotTell,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FitDiagnosis {
    pub verdict: FitVerdict,
    /// The rule with its numbers.
    pub message: Message,
}

/// One trained candidate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Counted within the project, the first is 1.
    pub id: u32,
    pub algorithm: Algorithm,
    /// Every parameter, defaults included.
    pub params: Params,
    /// The trial of a random search that this is, the first 1; None for the given parameters.
    pub trial: Option<u32>,
    pub exact: bool,
    /// `Pipeline::training_key` when it was trained.
    pub training_key: String,
    /// SHA-256 of the data file.
    pub data_sha256: String,
    pub seed: u64,
    pub code_version: String,
    /// Milliseconds since 1970, by the host's clock.
    pub started_at_ms: f64,
    pub fit_secs: f64,
    pub predict_secs_per_row: f64,
    /// Bytes of the stored model.
    pub n_bytes: u64,
    pub n_features: u32,
    /// Per metric over the folds, on validation rows.
    pub cv: BTreeMap<Metric, FoldScore>,
    /// On each fold's own training rows, for the verdict.
    pub train: BTreeMap<Metric, FoldScore>,
    /// Pooled validation rows, with intervals.
    pub validation: Scores,
    pub diagnosis: Option<FitDiagnosis>,
    /// Loss per boosting round: training and early-stopping rows; empty for others.
    pub loss_curve: Vec<LossPoint>,
    pub warnings: Vec<Message>,
    /// Content hash of the stored validation predictions.
    pub predictions_hash: String,
    /// Content hash of the fitted pipeline: refitted on all rows but the test rows.
    pub model_hash: String,
    /// What was known of data and split; empty in records of earlier versions.
    #[serde(default, skip_serializing_if = "RunFacts::is_empty")]
    pub facts: RunFacts,
}

impl Run {
    /// The same parameters on the same rows, prepared in the same way: it can only come to the same model.
    pub fn is_same_candidate(&self, other: &Self) -> bool {
        self.algorithm == other.algorithm
            && self.params == other.params
            && self.training_key == other.training_key
            && self.data_sha256 == other.data_sha256
    }
}

impl Run {
    /// Whether its figures are means of several folds; the pooled figures of all their rows are then others.
    pub fn has_folds(&self) -> bool {
        self.cv.values().any(|score| score.std.is_some())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LossPoint {
    pub round: u32,
    pub train: f64,
    pub validation: Option<f64>,
}

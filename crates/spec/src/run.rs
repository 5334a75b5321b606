//! Runs: every training that finished, with what went in and what came out.

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

/// A figure with its 95% interval ([`Metric::interval`]) and the baseline's figure beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Scored {
    /// None: not defined on these rows (one class only, for example); never shown as 0.
    pub value: Option<f64>,
    /// None with a value: an interval would not hold what it promises here.
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub baseline: Option<f64>,
    /// Which constant answer `baseline` is the figure of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline_of: Option<BaselineOf>,
}

pub type Scores = BTreeMap<Metric, Scored>;

/// The answer, the same for every row, that a metric's baseline is the figure of: of all such answers the best one for
/// that metric, as far as one can be named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BaselineOf {
    /// The share of each class among the training rows, as its probability.
    ClassShares,
    /// Always the most frequent class.
    MostFrequent,
    /// Always the positive class.
    AlwaysPositive,
    /// Every constant answer has this figure.
    AnyConstant,
    /// The mean of the training rows.
    Mean,
    /// The median of the training rows.
    Median,
    /// The median of the training rows, each weighted by 1 / |truth|.
    RelativeMedian,
    /// Halfway between the smallest and the largest of the training rows.
    Midrange,
    /// No constant: the figure of the process in use, as the user gave it.
    CurrentProcess,
}

/// Over-fitting, under-fitting, neither, or cannot tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FitVerdict {
    /// Perfect on the rows that it learned from, and far from it on others.
    Memorises,
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
    /// Rows behind `validation`; 0 in records from before it was kept.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub n_validated: u64,
    /// What choosing among many candidates flatters, on the run that the choice fell on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choice: Option<ChoiceEstimate>,
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
    pub fn is_baseline(&self) -> bool {
        self.algorithm == Algorithm::Baseline
    }

    /// The mean over the folds, where the metric is defined: on the validated rows as a whole too.
    pub fn ranked_by(&self, metric: Metric) -> Option<f64> {
        let mean = self.cv.get(&metric)?.mean;
        let is_defined = self.validation.get(&metric).is_none_or(|scored| scored.value.is_some());
        (mean.is_finite() && is_defined).then_some(mean)
    }

    /// Whether its figures are means of several folds; the pooled figures of all their rows are then others.
    pub fn has_folds(&self) -> bool {
        self.cv.values().any(|score| score.std.is_some())
    }
}

/// The best of many candidates looks better than it is: each was judged by the rows that chose it. Here the choice is
/// made on some of the validated rows and judged on the others, many times over.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChoiceEstimate {
    pub metric: Metric,
    /// Candidates that were chosen from, trials of a search among them.
    pub n_candidates: u32,
    /// The chosen candidate's figure on all validated rows.
    pub chosen: f64,
    /// What a choice like this comes to on rows that had no say in it, with its 95% interval.
    pub held_out: f64,
    pub low: Option<f64>,
    pub high: Option<f64>,
}

impl ChoiceEstimate {
    /// Both figures in words.
    pub fn message(&self) -> Message {
        let message = Message::new("caveat.trials_measured")
            .with("metric", crate::texts::names::metric(self.metric))
            .with("chosen", self.chosen)
            .with("held_out", self.held_out)
            .with("optimism", self.optimism());
        let low = self.low.into_iter().fold(message, |message, low| message.with("low", low));
        self.high.into_iter().fold(low, |message, high| message.with("high", high))
    }

    /// How much better the chosen figure looks than the held-out one; never below 0.
    pub fn optimism(&self) -> f64 {
        let sign = if self.metric.greater_is_better() { 1.0 } else { -1.0 };
        (sign * (self.chosen - self.held_out)).max(0.0)
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(n: &u64) -> bool {
    *n == 0
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LossPoint {
    pub round: u32,
    pub train: f64,
    pub validation: Option<f64>,
}

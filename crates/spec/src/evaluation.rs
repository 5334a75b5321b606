//! Stage 4: what the figures of one run say, on validation or on the opened test set.

use serde::{Deserialize, Serialize};

use crate::framing::{FairnessCriterion, Reference, SuccessThreshold};
use crate::metric::Metric;
use crate::run::{Scored, Scores};
use crate::{Message, Task};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    Validation,
    Test,
}

/// Counts at one decision threshold; what the slider looks up. Rows with `p >= threshold` are flagged.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ThresholdPoint {
    pub threshold: f64,
    pub n_true_positive: u64,
    pub n_false_positive: u64,
    pub n_true_negative: u64,
    pub n_false_negative: u64,
    pub precision: Option<f64>,
    pub recall: Option<f64>,
    pub specificity: Option<f64>,
    pub f1: Option<f64>,
    pub accuracy: f64,
    pub balanced_accuracy: Option<f64>,
    pub mcc: Option<f64>,
    /// Sum over the rows in the framing's currency; None without costs.
    pub cost: Option<f64>,
}

/// Points of a curve; at most 200, thinned where the curve is flat.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    pub x: Vec<f64>,
    pub y: Vec<f64>,
    /// The decision threshold at each point, where it has one.
    pub threshold: Vec<f64>,
}

/// One bin of the calibration plot.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CalibrationBin {
    pub mean_predicted: f64,
    pub observed: f64,
    pub n_rows: u64,
}

/// Score distribution of one class: counts in 20 equal bins of the probability.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScoreHistogram {
    pub class: String,
    pub counts: Vec<u64>,
}

/// Rows in percent of the file, sorted by score, against the share of positives reached.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GainCurve {
    pub share_of_rows: Vec<f64>,
    pub share_of_positives: Vec<f64>,
    pub lift: Vec<f64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassScores {
    pub class: String,
    pub n_rows: u64,
    pub precision: Option<f64>,
    pub recall: Option<f64>,
    pub f1: Option<f64>,
    /// One against the rest.
    pub roc_auc: Option<f64>,
}

/// micro, macro and weighted averages of one metric.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Averages {
    pub metric: Metric,
    pub micro: Option<f64>,
    pub macro_: Option<f64>,
    pub weighted: Option<f64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ClassificationDetail {
    pub classes: Vec<String>,
    /// `[truth][predicted]`, rows.
    pub confusion: Vec<Vec<u64>>,
    pub per_class: Vec<ClassScores>,
    pub averages: Vec<Averages>,
    /// One per class against the rest; binary: one, of the positive class.
    pub roc: Vec<Curve>,
    pub precision_recall: Vec<Curve>,
    pub calibration: Vec<Vec<CalibrationBin>>,
    pub score_histograms: Vec<ScoreHistogram>,
    /// Binary only.
    pub gain: Option<GainCurve>,
    /// Binary only, ascending thresholds, at most 401.
    pub thresholds: Vec<ThresholdPoint>,
    /// Index into `thresholds` with the lowest cost (or 0.5 without costs).
    pub best_threshold: Option<u32>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RegressionDetail {
    /// At most 2,000 rows, drawn by seed: prediction, truth, row.
    pub points: Vec<(f64, f64, u64)>,
    /// Histogram of the residuals (truth - prediction).
    pub residual_low: f64,
    pub residual_high: f64,
    pub residual_counts: Vec<u64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Detail {
    Classification(ClassificationDetail),
    Regression(RegressionDetail),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupScores {
    /// The level of the sensitive column; numbers are cut into four quantile bins.
    pub group: String,
    pub n_rows: u64,
    pub n_positive: u64,
    /// Fewer than 30 rows, or fewer than 10 of either class: too small to judge.
    pub too_small: bool,
    pub selection_rate: Scored,
    pub true_positive_rate: Scored,
    pub false_positive_rate: Scored,
    pub precision: Scored,
    pub accuracy: Scored,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CriterionResult {
    pub criterion: FairnessCriterion,
    /// Largest minus smallest over the groups that are large enough.
    pub difference: Option<f64>,
    /// Smallest over largest.
    pub ratio: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub tolerated: Option<f64>,
    /// None: not declared or cannot tell.
    pub within: Option<bool>,
    /// The verdict would hold for other rows of the same kind too: no chance of more than 5% over all verdicts that were
    /// asked for speaks against it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub certain: bool,
    /// How often chance alone makes a difference as large as this when all groups are treated alike.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chance: Option<f64>,
    /// Of two groups: first minus second, with its interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<SignedGap>,
    pub message: Message,
}

/// The rate of one group minus that of the other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignedGap {
    pub first: String,
    pub second: String,
    pub value: f64,
    pub low: f64,
    pub high: f64,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(yes: &bool) -> bool {
    !*yes
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fairness {
    pub column: String,
    pub groups: Vec<GroupScores>,
    pub criteria: Vec<CriterionResult>,
    pub warnings: Vec<Message>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Importance {
    /// A raw column of the data.
    pub column: String,
    /// Mean loss in the primary metric when the column is shuffled, and its standard deviation over the repeats.
    pub mean: f64,
    pub std: f64,
}

/// The goal against a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Met,
    /// The interval crosses the threshold.
    MetNotCertain,
    NotMet,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GoalStatus {
    pub metric: Metric,
    /// The figure that had to be reached, after `Reference` was taken into account.
    pub required: f64,
    pub value: f64,
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub part: Part,
    pub run: u32,
    pub verdict: Verdict,
}

impl GoalStatus {
    /// The goal against one figure; None while the threshold or the figure is missing.
    ///
    /// Met: the figure reaches what is required, and so does the worse end of its interval. Met, not certain: the
    /// figure does, the interval's worse end does not (or there is no interval). Else not met.
    pub fn judge(threshold: &SuccessThreshold, metric: Metric, scored: &Scored, part: Part, run: u32) -> Option<Self> {
        let value = scored.value?;
        let sign = if metric.greater_is_better() { 1.0 } else { -1.0 };
        let required = match threshold.reference {
            Reference::Absolute => threshold.value,
            Reference::OverBaseline => scored.baseline? + sign * threshold.value,
            Reference::OverCurrent { value } => value + sign * threshold.value,
        };
        let reaches = |figure: f64| sign * figure >= sign * required;
        let worse_end = if metric.greater_is_better() { scored.low } else { scored.high };
        let verdict = match (reaches(value), worse_end) {
            (false, _) => Verdict::NotMet,
            (true, Some(end)) if reaches(end) => Verdict::Met,
            (true, _) => Verdict::MetNotCertain,
        };
        Some(Self {
            metric,
            required,
            value,
            low: scored.low,
            high: scored.high,
            part,
            run,
            verdict,
        })
    }
}

/// Everything the Evaluate page shows of one run on one part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    pub run: u32,
    pub part: Part,
    pub task: Task,
    pub training_key: String,
    pub n_rows: u64,
    pub decision_threshold: Option<f64>,
    pub scores: Scores,
    pub detail: Detail,
    pub fairness: Vec<Fairness>,
    pub importance: Vec<Importance>,
    pub goal: Option<GoalStatus>,
    /// Cost per 1,000 rows in the framing's currency.
    pub cost_per_1000: Option<Scored>,
    /// One sentence a figure, in the file's own numbers.
    pub sentences: Vec<(Metric, Message)>,
    pub warnings: Vec<Message>,
    /// Content hash of the stored predictions that the figures come from.
    #[serde(default)]
    pub predictions_hash: String,
}

/// An opening of the test set; counted on the rows themselves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opening {
    /// `SplitSummary::test_id`.
    pub test_id: String,
    pub run: u32,
    pub at_ms: f64,
    /// Asked for from the second opening on.
    pub reason: String,
    /// Content hash of the stored row numbers (in the file's order), so that a later split that overlaps them says so.
    #[serde(default)]
    pub rows_hash: String,
    /// Rows among them that another opening, of another split, had revealed before.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub n_seen: u64,
}

fn is_zero(n: &u64) -> bool {
    *n == 0
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    Go,
    NoGo,
}

/// Go or no-go, with what was known then.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    pub run: u32,
    pub choice: Choice,
    pub reason: String,
    pub at_ms: f64,
    pub goal: Option<GoalStatus>,
    /// Caveats that were open then.
    #[serde(default, skip_serializing_if = "is_none_open")]
    pub n_open: u32,
}

fn is_none_open(n: &u32) -> bool {
    *n == 0
}

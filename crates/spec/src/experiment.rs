//! A/B tests: how many units one needs, and what the data say.
//!
//! A **unit** is what is assigned to a variant and counted once: a key where the split is sticky, else a request. A is what
//! is in use (the champion), B what is tried (the challenger). Differences are B minus A.

use serde::{Deserialize, Serialize};

use crate::Message;
use crate::job::FileKey;

/// What is compared, as it is today.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Baseline {
    /// Share of units with the outcome, 0 to 1.
    Rate { rate: f64 },
    /// Mean of a number per unit, and its standard deviation over units.
    Mean { mean: f64, std_dev: f64 },
}

/// The smallest difference worth finding, with its sign.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// B minus A.
    Absolute(f64),
    /// As a share of the baseline: 0.1 is ten percent more.
    Relative(f64),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sides {
    One,
    #[default]
    Two,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanRequest {
    pub baseline: Baseline,
    pub effect: Effect,
    /// Chance to call a difference that is none.
    #[serde(default = "alpha")]
    pub alpha: f64,
    /// Chance to find a difference as large as `effect`.
    #[serde(default = "power")]
    pub power: f64,
    /// Units of B per unit of A.
    #[serde(default = "one")]
    pub ratio: f64,
    #[serde(default)]
    pub sides: Sides,
    /// Units that come new each day, both variants together.
    #[serde(default)]
    pub units_per_day: Option<f64>,
}

fn alpha() -> f64 {
    0.05
}

fn power() -> f64 {
    0.8
}

fn one() -> f64 {
    1.0
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SampleSize {
    pub n_a: u64,
    pub n_b: u64,
    /// Full days at `units_per_day`, at least 1.
    #[serde(default)]
    pub days: Option<u64>,
}

impl SampleSize {
    pub fn total(&self) -> u64 {
        self.n_a + self.n_b
    }
}

/// Power against size, for the chart.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PowerPoint {
    pub n_a: u64,
    pub n_b: u64,
    #[serde(default)]
    pub days: Option<f64>,
    pub power: f64,
}

/// Size against the difference to find, for the chart.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct EffectPoint {
    /// B minus A.
    pub effect: f64,
    pub n_a: u64,
    pub n_b: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    pub request: PlanRequest,
    /// B minus A.
    pub effect: f64,
    /// What B would have to come to.
    pub target: f64,
    /// Judged once, at the end.
    pub once: SampleSize,
    /// The power that `once` really has, a little above the one asked for.
    pub power: f64,
    /// Judged at any time: at most so many are needed for the same power; with a larger difference it ends sooner.
    pub any_time: SampleSize,
    pub power_curve: Vec<PowerPoint>,
    pub effect_curve: Vec<EffectPoint>,
    pub sentence: Message,
    pub warnings: Vec<Message>,
}

// Verdict --------------------------------------------------------------------------------------------------------------

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeKind {
    /// 0 or 1 per row.
    Rate,
    /// Any number per row.
    Mean,
}

/// What counts once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnalysisUnit {
    /// All rows of a key are one unit. Rates: it has the outcome when any of its rows has. Means: the mean of its rows.
    #[default]
    Key,
    /// Every row is a unit: right only where each request was assigned anew.
    Request,
    /// Rates and means over all rows, with errors that know that the rows of a key belong together (delta method).
    RowsOfKeys,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    Higher,
    Lower,
}

/// When the data are looked at. It decides which interval the conclusion is read from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Looks {
    /// As often as one likes: the interval that holds at every time at once.
    #[default]
    AnyTime,
    /// Once, when the planned number is reached.
    Once,
}

/// What was planned.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Planned {
    pub n_a: u64,
    pub n_b: u64,
    /// B minus A; the sign does not matter.
    pub effect: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VerdictRequest {
    /// Name of the variant in use, as the log has it.
    pub a: String,
    /// Name of the variant that is tried.
    pub b: String,
    pub kind: OutcomeKind,
    pub better: Better,
    #[serde(default)]
    pub unit: AnalysisUnit,
    #[serde(default = "alpha")]
    pub alpha: f64,
    #[serde(default)]
    pub sides: Sides,
    /// Share of the units that B was meant to get.
    #[serde(default = "half")]
    pub share_b: f64,
    /// Differences up to this, either way, make no difference in practice.
    #[serde(default)]
    pub margin: Option<f64>,
    #[serde(default)]
    pub looks: Looks,
    #[serde(default)]
    pub planned: Option<Planned>,
}

fn half() -> f64 {
    0.5
}

/// Where an experiment's rows come from. Files are named by the key under which they come with the job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExperimentData {
    /// The service's own log, with the outcomes that join it by request id or key: one JSON object a line, or a table with
    /// such columns. `key_salt`: what the service hashed its keys with; None for its default.
    Log {
        log: FileKey,
        outcomes: FileKey,
        #[serde(default)]
        key_salt: Option<String>,
    },
    /// A table with a column for each.
    Table {
        file: FileKey,
        variant: String,
        #[serde(default)]
        key: Option<String>,
        outcome: String,
    },
}

/// One variant's units.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Arm {
    pub name: String,
    pub n_rows: u64,
    /// Units that were assigned.
    pub n_units: u64,
    /// Units whose outcome is known: those that are compared.
    pub n_known: u64,
    /// Rate: units with the outcome.
    #[serde(default)]
    pub n_with: Option<u64>,
    /// Rate or mean over the known units; None without any.
    pub value: Option<f64>,
    /// Over units, with `n - 1`; None below 2 units.
    pub std_dev: Option<f64>,
}

/// What the log came to, per variant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Arms {
    pub a: Arm,
    pub b: Arm,
    /// Rows of other variants.
    pub n_other_variants: u64,
    /// Rows without a key; they were not assigned by chance. Only where keys are the units.
    pub n_without_key: u64,
    /// Keys that met both variants; they are left out.
    pub n_in_both: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TestMethod {
    /// z with the pooled rate; the interval is Newcombe's hybrid score interval.
    TwoProportions,
    /// Welch's t, unequal variances.
    Welch,
}

/// Right when it is looked at once.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct FixedTest {
    pub method: TestMethod,
    pub statistic: f64,
    /// Welch only.
    #[serde(default)]
    pub degrees_of_freedom: Option<f64>,
    /// One-sided: that B is better by chance alone.
    pub p_value: f64,
    pub low: f64,
    pub high: f64,
}

/// Right whenever it is looked at. The p value is of both sides always.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AnyTimeTest {
    pub p_value: f64,
    pub low: f64,
    pub high: f64,
}

/// With uniform priors for rates, flat ones for means.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bayes {
    /// That B's true value is the better one.
    pub probability_b_better: f64,
    /// What one loses on average by taking A, in the unit of the difference: the mean of how much better B is, 0 where it
    /// is not.
    pub loss_if_a: f64,
    pub loss_if_b: f64,
}

/// Were the units split as meant?
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SplitCheck {
    pub expected_share_b: f64,
    pub share_b: f64,
    pub chi_square: f64,
    pub p_value: f64,
    /// The p value is below 0.001: something is wrong with the split or the log.
    pub mismatch: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Conclusion {
    /// The units were not split as meant: no other figure counts.
    SampleRatioMismatch,
    TooEarly,
    CannotTell,
    BBetter,
    ABetter,
    /// The whole interval lies within the margin.
    Equivalent,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExperimentVerdict {
    pub request: VerdictRequest,
    pub arms: Arms,
    /// B minus A.
    pub difference: Option<f64>,
    /// The difference as a share of A's value.
    pub relative: Option<f64>,
    pub once: Option<FixedTest>,
    pub any_time: Option<AnyTimeTest>,
    pub bayes: Option<Bayes>,
    pub split: Option<SplitCheck>,
    pub conclusion: Conclusion,
    pub sentence: Message,
    pub warnings: Vec<Message>,
}

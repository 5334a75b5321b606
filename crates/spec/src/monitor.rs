//! Stage 6: what the training rows looked like, what a later batch looks like beside them, and what follows from many
//! batches.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::run::Scores;
use crate::{ColumnType, Message, Metric, Outcome};

// ---------------------------------------------------------------------------------------------------------------------
// The reference: monitoring/baseline.json of a bundle

/// What the training rows looked like. Other programs read it too: the form of its JSON is fixed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reference {
    pub format: u32,
    pub n_rows: u64,
    /// The model's input columns, in their order.
    pub columns: Vec<ReferenceColumn>,
    /// What the model says for the training rows: a probability, a label or a number.
    #[serde(default)]
    pub prediction: Option<ReferenceColumn>,
    #[serde(default)]
    pub target: Option<ReferenceColumn>,
    /// By column, the larger the more important; empty when it was never measured.
    #[serde(default)]
    pub importance: Vec<(String, f64)>,
    #[serde(default)]
    pub rules: MonitorRules,
    /// The primary metric.
    #[serde(default)]
    pub metric: Option<Metric>,
    /// Figures that later ones are compared with: of the test set, if it was open, else of validation.
    #[serde(default)]
    pub scores: Scores,
    /// Features of the model, for `adjusted_r2`; older references do not have it.
    #[serde(default)]
    pub n_features: Option<u32>,
    /// Where intervals start from: the same rows then have the same ones wherever they are compared.
    #[serde(default)]
    pub seed: Option<u64>,
    /// None where rows cannot be told apart, and in older references.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<KnownRows>,
}

/// Rows of the training file, so that a model is never judged on rows that it learned from, whatever file they come in.
///
/// Hashes of whole rows, not rows: who has a row can find out whether it was there, and nobody can read one. They are
/// salted, so that those of two projects have nothing in common.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KnownRows {
    /// What they are hashes of: every column of the file but the target.
    pub columns: Vec<String>,
    /// Hexadecimal, as the others.
    pub salt: String,
    /// Rows whose fingerprint is as large as this are not listed; None: all rows are.
    #[serde(default)]
    pub below: Option<u32>,
    /// Ascending.
    pub fingerprints: Vec<String>,
}

/// Numbers and times are kept as numbers; categories, booleans and text as levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReferenceKind {
    Number,
    Category,
}

/// One column of the training rows. Infinite values count as missing, as they do to the exported model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReferenceColumn {
    pub name: String,
    pub kind: ReferenceKind,
    #[serde(rename = "type")]
    pub column_type: ColumnType,
    pub n_missing: u64,
    /// Numbers: the distinct ones of the nine inner deciles, ascending. They cut right-open bins: a value equal to an
    /// edge belongs to the upper bin.
    #[serde(default)]
    pub edges: Vec<f64>,
    /// Numbers: rows a bin, one more than edges.
    #[serde(default)]
    pub counts: Vec<u64>,
    #[serde(default)]
    pub ecdf: Option<Ecdf>,
    /// Numbers: None when every value is missing.
    #[serde(default)]
    pub min: Option<f64>,
    #[serde(default)]
    pub max: Option<f64>,
    /// Numbers: standard deviation over n, as numpy's default.
    #[serde(default)]
    pub std: Option<f64>,
    /// Categories: level and rows, most frequent first (ties by name), at most 1,000. Free text has none.
    #[serde(default)]
    pub levels: Vec<(String, u64)>,
    /// Categories: rows with a level that is not listed.
    #[serde(default)]
    pub n_other: u64,
}

/// How many rows have at most a value.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ecdf {
    /// Ascending.
    pub values: Vec<f64>,
    /// Rows with at most that value.
    pub cumulative: Vec<u64>,
    /// Rows strictly between a listed value and the one before it; empty when every distinct value is listed.
    #[serde(default)]
    pub between: Vec<u64>,
}

// ---------------------------------------------------------------------------------------------------------------------
// Rules

/// How a difference between two samples is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DriftMethod {
    Psi,
    KolmogorovSmirnov,
    Wasserstein,
    JensenShannon,
    ChiSquare,
    TotalVariation,
    /// Two shares; picked where a column has two values.
    ZTest,
}

impl DriftMethod {
    pub const ALL: [Self; 7] = [
        Self::Psi,
        Self::KolmogorovSmirnov,
        Self::Wasserstein,
        Self::JensenShannon,
        Self::ChiSquare,
        Self::TotalVariation,
        Self::ZTest,
    ];

    /// Needs an order of the values.
    pub fn is_for_numbers_only(self) -> bool {
        matches!(self, Self::KolmogorovSmirnov | Self::Wasserstein)
    }
}

/// What is done about testing many columns at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Correction {
    /// Of the columns that are called significant, at most the share `significance` is expected to be so by chance.
    #[default]
    BenjaminiHochberg,
    /// The chance of even one false call is at most `significance`.
    Bonferroni,
    None,
}

/// The least effect that counts, per method: whatever is smaller is no drift, however many rows show it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LeastEffect {
    /// Largest difference between the two cumulative shares.
    pub kolmogorov_smirnov: f64,
    /// In standard deviations of the training rows.
    pub wasserstein: f64,
    /// In natural units: 0 to 0.833.
    pub jensen_shannon: f64,
    /// Share of rows; also of the chi-square and the z-test.
    pub total_variation: f64,
}

impl Default for LeastEffect {
    fn default() -> Self {
        Self {
            kolmogorov_smirnov: 0.1,
            wasserstein: 0.1,
            jensen_shannon: 0.1,
            total_variation: 0.1,
        }
    }
}

/// When a batch is judged, and how.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MonitorRules {
    /// PSI from here on: watch.
    pub psi_warning: f64,
    /// PSI from here on: drift.
    pub psi_alarm: f64,
    /// With fewer rows only what is certain is judged.
    pub min_rows: u64,
    /// The same with fewer values of a column in training or batch.
    pub min_values: u64,
    /// The data set has drifted when this share of the judged columns has.
    pub share_of_columns: f64,
    /// Or when the drifted columns have this share of all importance.
    pub share_of_importance: f64,
    /// Largest corrected p-value that counts as more than chance. The columns of a batch are one family of tests, their missing
    /// values another, predictions and outcomes the third; for those it is a tenth.
    pub significance: f64,
    /// The same with fewer rows or values than `min_rows` and `min_values`: what is so certain needs no more of them.
    pub certain: f64,
    /// And so much must differ: the largest difference of the cumulative shares of numbers, the share of rows for levels. A
    /// handful of rows is often of one hour or one place.
    pub certain_effect: f64,
    pub correction: Correction,
    pub least_effect: LeastEffect,
    /// Least growth of the share of missing values that counts, in shares of rows.
    pub missing_growth: f64,
    /// Methods chosen by hand, per column; the others are picked by type and sample size.
    pub methods: BTreeMap<String, DriftMethod>,
    /// Columns that are shown but not judged.
    pub not_judged: Vec<String>,
    /// Loss of performance that is tolerated, as a share of the reference figure.
    pub tolerated_loss: f64,
    /// The same in the metric's own units, for single metrics.
    pub tolerated: BTreeMap<Metric, f64>,
    /// With fewer known outcomes performance is not judged.
    pub min_outcomes: u64,
    /// An outcome that comes later than this after its prediction is late.
    pub late_after_days: f64,
    pub alerts: Vec<AlertRule>,
    pub retrain: Vec<RetrainRule>,
}

impl Default for MonitorRules {
    fn default() -> Self {
        let alert = |id: &str, when: Condition, severity: AlarmSeverity| AlertRule {
            id: id.to_owned(),
            when,
            for_batches: 1,
            severity,
            enabled: true,
        };
        Self {
            psi_warning: 0.1,
            psi_alarm: 0.25,
            min_rows: 200,
            min_values: 50,
            share_of_columns: 0.3,
            share_of_importance: 0.3,
            significance: 0.02,
            certain: 1e-6,
            certain_effect: 0.75,
            correction: Correction::BenjaminiHochberg,
            least_effect: LeastEffect::default(),
            missing_growth: 0.05,
            methods: BTreeMap::new(),
            not_judged: Vec::new(),
            tolerated_loss: 0.05,
            tolerated: BTreeMap::new(),
            min_outcomes: 50,
            late_after_days: 30.0,
            alerts: vec![
                alert(
                    "performance_worse",
                    Condition::PerformanceWorse { metric: None },
                    AlarmSeverity::Critical,
                ),
                alert("columns_absent", Condition::ColumnsAbsent, AlarmSeverity::Critical),
                alert("data_drift", Condition::DataDrift, AlarmSeverity::Warning),
                alert("prediction_drift", Condition::PredictionDrift, AlarmSeverity::Warning),
                alert("target_drift", Condition::TargetDrift, AlarmSeverity::Warning),
                alert(
                    "missing_growth",
                    Condition::MissingGrowth { column: None },
                    AlarmSeverity::Warning,
                ),
                alert(
                    "unseen_levels",
                    Condition::UnseenLevels { share: 0.05 },
                    AlarmSeverity::Warning,
                ),
                alert("out_of_range", Condition::OutOfRange { share: 0.05 }, AlarmSeverity::Warning),
                alert("too_few_rows", Condition::TooFewRows, AlarmSeverity::Info),
            ],
            retrain: vec![
                RetrainRule::AfterBatches {
                    when: Condition::PerformanceWorse { metric: None },
                    n_batches: 2,
                },
                RetrainRule::AfterBatches {
                    when: Condition::DataDrift,
                    n_batches: 3,
                },
                RetrainRule::EveryDays { days: 90.0 },
            ],
        }
    }
}

impl MonitorRules {
    /// Errors: `monitor.rule_share`, `monitor.rule_positive`, `monitor.rule_order`, `monitor.rule_id`, `monitor.rule_repeated`,
    /// each with the rule's name and value.
    pub fn check(&self) -> Outcome<()> {
        let fault = |code: &str, rule: &str, value: f64| Err(Message::new(code).with("rule", rule).with("value", value).into());
        let conditions = self.alerts.iter().map(|rule| &rule.when);
        let of_retrain = self.retrain.iter().filter_map(|rule| match rule {
            RetrainRule::AfterBatches { when, .. } => Some(when),
            RetrainRule::EveryDays { .. } => None,
        });
        let shares = conditions.chain(of_retrain).filter_map(|condition| match condition {
            Condition::UnseenLevels { share } => Some(("unseen_levels", *share)),
            Condition::OutOfRange { share } => Some(("out_of_range", *share)),
            _ => None,
        });
        let named = [
            ("share_of_columns", self.share_of_columns),
            ("share_of_importance", self.share_of_importance),
            ("significance", self.significance),
            ("certain", self.certain),
            ("certain_effect", self.certain_effect),
            ("missing_growth", self.missing_growth),
        ];
        for (rule, value) in named.into_iter().chain(shares) {
            if !(0.0..=1.0).contains(&value) {
                return fault("monitor.rule_share", rule, value);
            }
        }
        let least = &self.least_effect;
        let batches = self.alerts.iter().map(|rule| ("for_batches", f64::from(rule.for_batches)));
        let of_retrain = self.retrain.iter().map(|rule| match rule {
            RetrainRule::AfterBatches { n_batches, .. } => ("n_batches", f64::from(*n_batches)),
            RetrainRule::EveryDays { days } => ("days", *days),
        });
        let named = [
            ("psi_warning", self.psi_warning),
            ("kolmogorov_smirnov", least.kolmogorov_smirnov),
            ("wasserstein", least.wasserstein),
            ("jensen_shannon", least.jensen_shannon),
            ("total_variation", least.total_variation),
            ("late_after_days", self.late_after_days),
        ];
        for (rule, value) in named.into_iter().chain(batches).chain(of_retrain) {
            if !(value > 0.0 && value.is_finite()) {
                return fault("monitor.rule_positive", rule, value);
            }
        }
        let tolerated = self.tolerated.values().map(|&value| ("tolerated", value));
        for (rule, value) in tolerated.chain([("tolerated_loss", self.tolerated_loss)]) {
            if !(value >= 0.0 && value.is_finite()) {
                return fault("monitor.rule_not_negative", rule, value);
            }
        }
        if !(self.psi_alarm >= self.psi_warning && self.psi_alarm.is_finite()) {
            return fault("monitor.rule_order", "psi_alarm", self.psi_alarm);
        }
        let mut ids = BTreeSet::new();
        for rule in &self.alerts {
            let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
            if rule.id.is_empty() || !rule.id.bytes().all(is_plain) {
                return Err(Message::new("monitor.rule_id").with("id", &rule.id).into());
            }
            if !ids.insert(&rule.id) {
                return Err(Message::new("monitor.rule_repeated").with("id", &rule.id).into());
            }
        }
        Ok(())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlarmSeverity {
    Info,
    Warning,
    Critical,
}

/// What one batch can show.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// The verdict of the data set is drift.
    DataDrift,
    /// None: any judged column.
    ColumnDrift {
        column: Option<String>,
    },
    PredictionDrift,
    TargetDrift,
    /// None: any judged column.
    MissingGrowth {
        column: Option<String>,
    },
    /// In some column more than this share of the rows has a level that training did not have.
    UnseenLevels {
        share: f64,
    },
    /// In some column more than this share of the rows lies outside the range of training.
    OutOfRange {
        share: f64,
    },
    /// A column is not there, or of another type.
    ColumnsAbsent,
    /// None: the primary metric.
    PerformanceWorse {
        metric: Option<Metric>,
    },
    /// The figure is worse than the value: below it, for losses above it.
    MetricBeyond {
        metric: Metric,
        value: f64,
    },
    TooFewRows,
}

/// Raises an alarm when the condition holds in the newest batches, so many in a row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlertRule {
    /// Unique among the rules; `[a-z0-9_]`, so that it can name an alert elsewhere.
    pub id: String,
    pub when: Condition,
    #[serde(default = "one")]
    pub for_batches: u32,
    pub severity: AlarmSeverity,
    #[serde(default = "yes")]
    pub enabled: bool,
}

fn one() -> u32 {
    1
}

fn yes() -> bool {
    true
}

/// Says that it is time to train again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetrainRule {
    AfterBatches { when: Condition, n_batches: u32 },
    EveryDays { days: f64 },
}

// ---------------------------------------------------------------------------------------------------------------------
// One batch against the reference

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DriftVerdict {
    Stable,
    /// Not yet drift: PSI between its two limits; for the data set, some columns, but too few.
    Watch,
    Drifted,
    /// Too few rows or values, or nothing to measure.
    CannotTell,
    /// Shown only: times, free text, and columns that the rules exempt.
    NotJudged,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    Present,
    Absent,
    OtherType { found: ColumnType },
}

/// All measures of one column that are defined on it; the chosen method's one decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Figures {
    /// Over the decile bins or levels and a bin of missing values; shares below 1e-4 count as 1e-4, as in the service.
    pub psi: Option<f64>,
    /// The statistic D.
    pub kolmogorov_smirnov: Option<f64>,
    /// In standard deviations of the training rows.
    pub wasserstein: Option<f64>,
    /// In natural units.
    pub jensen_shannon: Option<f64>,
    pub total_variation: Option<f64>,
    /// The statistic of the test that both samples have the same shares.
    pub chi_square: Option<f64>,
    pub kolmogorov_smirnov_p: Option<f64>,
    pub chi_square_p: Option<f64>,
}

/// Missing values before and now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MissingChange {
    pub n_reference: u64,
    pub n_batch: u64,
    /// Shares of rows; 0 without rows.
    pub share_reference: f64,
    pub share_batch: f64,
    /// Of the test that both shares are the same, two-sided; None when no value is missing, or all are.
    pub p_value: Option<f64>,
    pub p_adjusted: Option<f64>,
    /// More than chance, and by at least `MonitorRules::missing_growth`.
    pub grew: bool,
}

/// Levels that no training row had.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct UnseenLevels {
    pub n_levels: u64,
    pub n_rows: u64,
    /// The most frequent ones, at most 20: level, rows, first row (from 0).
    pub examples: Vec<(String, u64, u64)>,
    /// Of the examples, those that only case, blanks or punctuation tell from a level of training, with that level.
    #[serde(default)]
    pub respelled: Vec<(String, String)>,
    /// No more rows than chance brings, going by how many levels training saw once only.
    #[serde(default)]
    pub by_chance: bool,
}

/// Values below the smallest or above the largest of training.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OutOfRange {
    pub n_below: u64,
    pub n_above: u64,
    /// The farthest ones on each side, at most 5 a side, farthest first: the value as text, its row (from 0).
    pub below: Vec<(String, u64)>,
    pub above: Vec<(String, u64)>,
    /// No more rows than chance brings beyond the ends of so many training rows.
    #[serde(default)]
    pub by_chance: bool,
}

/// Reference and batch in the same bins.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PairedHistogram {
    /// Bins of one width over the middle 98% of both samples; the rest lies below and above.
    Numbers {
        edges: Vec<f64>,
        reference: Vec<u64>,
        batch: Vec<u64>,
        reference_outside: (u64, u64),
        batch_outside: (u64, u64),
    },
    /// The most frequent levels of training, then the most frequent unseen ones.
    Levels {
        levels: Vec<String>,
        reference: Vec<u64>,
        batch: Vec<u64>,
        reference_other: u64,
        batch_other: u64,
    },
    #[default]
    Empty,
}

/// One column of a batch against the reference.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnDrift {
    pub name: String,
    pub column_type: ColumnType,
    pub presence: Presence,
    pub importance: Option<f64>,
    /// Values that are not missing.
    pub n_reference: u64,
    pub n_batch: u64,
    pub method: DriftMethod,
    /// Why this method.
    pub method_reason: Message,
    pub figures: Figures,
    /// Of the method's own test or, for distances, of the test that goes with them: Kolmogorov-Smirnov for numbers,
    /// chi-square for levels.
    pub p_value: Option<f64>,
    /// Corrected for the number of judged columns.
    pub p_adjusted: Option<f64>,
    pub effect: Option<f64>,
    pub least_effect: f64,
    pub verdict: DriftVerdict,
    /// The verdict in a sentence.
    pub message: Message,
    pub missing: MissingChange,
    pub unseen: UnseenLevels,
    pub out_of_range: OutOfRange,
    /// Levels whose share of the rows has changed most, at most 3: level, share in training, share now.
    #[serde(default)]
    pub moved: Vec<(String, f64, f64)>,
    /// With levels that are only written differently read as those of training, there is no drift.
    #[serde(default)]
    pub is_respelled: bool,
    pub histogram: PairedHistogram,
}

impl ColumnDrift {
    /// Counts against the data set: drifted, more missing values, absent or of another type.
    pub fn is_bad(&self) -> bool {
        self.verdict == DriftVerdict::Drifted || self.missing.grew || self.presence != Presence::Present
    }

    /// Nothing but the spelling of its levels has changed.
    pub fn is_only_respelled(&self) -> bool {
        self.is_respelled && !self.missing.grew && self.presence == Presence::Present
    }

    /// Counts in the data set's share of columns.
    pub fn is_judged(&self) -> bool {
        self.is_bad() || matches!(self.verdict, DriftVerdict::Stable | DriftVerdict::Watch)
    }
}

/// The columns taken together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DatasetDrift {
    pub verdict: DriftVerdict,
    pub n_judged: u64,
    pub n_drifted: u64,
    /// Drifted columns of the judged ones; None when none is judged.
    pub share: Option<f64>,
    /// The same with each column counting by its importance; None without importances.
    pub share_of_importance: Option<f64>,
    pub message: Message,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DriftReport {
    pub n_reference: u64,
    pub n_rows: u64,
    pub dataset: DatasetDrift,
    /// In the reference's order.
    pub columns: Vec<ColumnDrift>,
    pub prediction: Option<ColumnDrift>,
    pub target: Option<ColumnDrift>,
    pub warnings: Vec<Message>,
}

// ---------------------------------------------------------------------------------------------------------------------
// Performance

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    Better,
    Same,
    Worse,
    CannotTell,
}

/// One metric of a batch beside the reference evaluation's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PerformanceFigure {
    pub reference: Option<f64>,
    pub value: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// Batch minus reference, with its 95% interval.
    pub difference: Option<f64>,
    pub difference_low: Option<f64>,
    pub difference_high: Option<f64>,
    /// Loss that is tolerated, in the metric's units.
    pub tolerated: f64,
    pub change: Change,
    pub message: Message,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PerformanceReport {
    /// Rows with a known outcome.
    pub n_rows: u64,
    pub figures: BTreeMap<Metric, PerformanceFigure>,
    pub warnings: Vec<Message>,
}

/// Two models on the same rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChallengerVerdict {
    pub metric: Metric,
    pub n_rows: u64,
    pub champion: Option<f64>,
    pub challenger: Option<f64>,
    /// Challenger minus champion, with its 95% interval over the same resamples of rows.
    pub difference: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// A difference up to this much does not matter, in the metric's units.
    pub tolerated: f64,
    /// Of the challenger against the champion.
    pub change: Change,
    pub message: Message,
}

// ---------------------------------------------------------------------------------------------------------------------
// Many batches

/// What is kept of a column of a batch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnSummary {
    pub name: String,
    pub presence: Presence,
    pub verdict: DriftVerdict,
    pub method: DriftMethod,
    pub effect: Option<f64>,
    pub psi: Option<f64>,
    /// Shares of the batch's rows.
    pub missing: f64,
    pub missing_grew: bool,
    pub unseen: f64,
    pub out_of_range: f64,
    /// No more than chance brings.
    #[serde(default)]
    pub unseen_by_chance: bool,
    #[serde(default)]
    pub out_of_range_by_chance: bool,
    /// The most frequent unseen levels, and the farthest values: what, and in how many rows if that is known.
    #[serde(default)]
    pub unseen_levels: Vec<(String, u64)>,
    #[serde(default)]
    pub farthest: Vec<String>,
    /// Level and the one of training that it is, but for its spelling.
    #[serde(default)]
    pub respelled: Vec<(String, String)>,
    #[serde(default)]
    pub is_respelled: bool,
    /// What is wrong with the column; None when nothing is.
    #[serde(default)]
    pub cause: Option<Message>,
}

/// What is kept of a batch; lists of them are in the order of time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BatchSummary {
    /// Counted within the project, the first is 1.
    pub id: u32,
    pub name: String,
    /// When the rows were gathered, or else when the batch was loaded; milliseconds since 1970.
    pub at_ms: f64,
    /// The version of the model that it was compared for.
    pub version: String,
    pub n_rows: u64,
    pub verdict: DriftVerdict,
    pub n_judged: u64,
    pub n_drifted: u64,
    pub share: Option<f64>,
    pub share_of_importance: Option<f64>,
    pub columns: Vec<ColumnSummary>,
    pub prediction: Option<ColumnSummary>,
    pub target: Option<ColumnSummary>,
    /// The primary metric.
    pub metric: Option<Metric>,
    pub n_outcomes: u64,
    pub performance: BTreeMap<Metric, PerformanceFigure>,
}

/// A figure followed over the batches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrendOf {
    /// Share of the judged columns that have drifted.
    DriftedColumns,
    /// PSI of one column.
    Column {
        name: String,
    },
    /// PSI.
    Prediction,
    /// PSI.
    Target,
    Metric {
        metric: Metric,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrendPoint {
    pub batch: u32,
    pub at_ms: f64,
    pub value: f64,
    pub low: Option<f64>,
    pub high: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    Rising,
    Falling,
    /// Chance explains what movement there is.
    Flat,
    /// Fewer than five points.
    CannotTell,
}

/// A figure over the batches that have it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trend {
    pub of: TrendOf,
    pub points: Vec<TrendPoint>,
    pub direction: Direction,
    /// Of the test that there is no trend (Mann-Kendall), two-sided.
    pub p_value: Option<f64>,
    /// Median slope (Theil-Sen), per 30 days.
    pub per_30_days: Option<f64>,
    pub message: Message,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alarm {
    /// `AlertRule::id`.
    pub rule: String,
    pub severity: AlarmSeverity,
    /// The newest batch.
    pub batch: u32,
    pub at_ms: f64,
    /// Batches in a row, up to the newest, in which the condition holds.
    pub n_batches: u32,
    pub message: Message,
}

/// Whether it is time to train again, and why.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RetrainAdvice {
    pub due: bool,
    /// One for each rule that says so.
    pub reasons: Vec<Message>,
    /// When the shortest rule of days comes due; milliseconds since 1970.
    pub next_due_ms: Option<f64>,
}

// ---------------------------------------------------------------------------------------------------------------------
// The service's log, and outcomes

/// What was read of a log of one JSON object a line.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LinesSummary {
    /// Lines that are not blank, the torn last one left out.
    pub n_lines: u64,
    pub n_read: u64,
    pub n_unreadable: u64,
    /// The first 20: line (from 1) and what is wrong with it.
    pub unreadable: Vec<(u64, Message)>,
    /// The last line has no end: the writer was interrupted, or still writes.
    pub torn_last: bool,
    /// Of those read: answers that nobody saw.
    #[serde(default)]
    pub n_shadow: u64,
    /// Earliest and latest time in it, seconds since 1970.
    pub first_at: Option<f64>,
    pub last_at: Option<f64>,
}

/// Every prediction and every outcome in exactly one of its counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinCounts {
    pub n_predictions: u64,
    /// Predictions with an outcome.
    pub n_joined: u64,
    /// Of the joined: the outcome came later than `MonitorRules::late_after_days`.
    pub n_late: u64,
    /// Predictions without an outcome, not older than that at the newest time seen.
    pub n_waiting: u64,
    /// Predictions without an outcome, older.
    pub n_overdue: u64,
    pub n_outcomes: u64,
    /// Outcomes that another one of the same prediction replaced.
    pub n_duplicate: u64,
    /// Outcomes without a prediction.
    pub n_orphan: u64,
    /// Of the orphans: their key was predicted, but only later.
    pub n_before: u64,
    /// Outcomes for a request id that several predictions have: it cannot be told which one is meant.
    pub n_ambiguous: u64,
}

/// From prediction to outcome, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LabelDelay {
    /// Joined rows with both times, the outcome's not the earlier one.
    pub n: u64,
    pub p10: f64,
    pub p50: f64,
    pub p90: f64,
    pub max: f64,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct JoinSummary {
    pub counts: JoinCounts,
    pub delay: Option<LabelDelay>,
    pub sentences: Vec<Message>,
}

/// Everything that is shown of one batch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BatchReport {
    pub drift: DriftReport,
    /// Where outcomes are known.
    #[serde(default)]
    pub performance: Option<PerformanceReport>,
    /// How outcomes and predictions of a service's log came together.
    #[serde(default)]
    pub join: Option<JoinSummary>,
    /// What could not be read of the file.
    #[serde(default)]
    pub warnings: Vec<Message>,
}

/// What a file for the Monitor page holds; found by its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BatchKind {
    /// Raw columns, with the target if the outcomes are known.
    Table,
    /// The service's log of predictions, one JSON object a line.
    Log,
    /// Outcomes that join an earlier log by request id or key.
    Outcomes,
}

/// What a training on old and new data came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Retrained {
    /// The runs that were made, best first.
    pub runs: Vec<u32>,
    /// The best of them against the champion, on rows of the newest batch that neither was fitted on; None without a
    /// champion, or without such rows.
    pub verdict: Option<ChallengerVerdict>,
    /// The version that was champion then.
    #[serde(default)]
    pub champion: Option<u32>,
    /// The batch that the two were compared on.
    #[serde(default)]
    pub batch: Option<u32>,
    #[serde(default)]
    pub at_ms: f64,
    /// What did not fit, what was left out, and why the two could not be compared.
    #[serde(default)]
    pub warnings: Vec<Message>,
}

/// What follows from all batches of the version that is watched.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Watched {
    /// The champion, else the newest version; None without a version.
    pub version: Option<u32>,
    pub trends: Vec<Trend>,
    pub advice: RetrainAdvice,
}

//! Stage 1: what is to be decided, how success is measured, what a mistake costs.

use serde::{Deserialize, Serialize};

use crate::{ColumnType, Message, Metric, Severity};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    Binary,
    Multiclass,
    Regression,
    Clustering,
    Anomaly,
    Forecasting,
}

impl Task {
    pub const ALL: [Self; 6] = [
        Self::Binary,
        Self::Multiclass,
        Self::Regression,
        Self::Clustering,
        Self::Anomaly,
        Self::Forecasting,
    ];

    /// The tasks that this build can train.
    pub fn is_trainable(self) -> bool {
        matches!(self, Self::Binary | Self::Multiclass | Self::Regression)
    }

    pub fn is_classification(self) -> bool {
        matches!(self, Self::Binary | Self::Multiclass)
    }
}

/// The business side of the goal.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct BusinessGoal {
    /// What the model is for, one sentence.
    pub goal: String,
    /// The business metric, for example "customers lost per month".
    pub metric: String,
    pub unit: String,
    pub value_today: Option<f64>,
    pub value_target: Option<f64>,
    /// The decision that the prediction supports.
    pub decision: String,
    pub affected: String,
}

/// What the success threshold is measured against.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reference {
    /// The metric itself.
    #[default]
    Absolute,
    /// Better than the baseline model by this much.
    OverBaseline,
    /// Better than the current process by this much; `value` is its figure on the primary metric.
    OverCurrent { value: f64 },
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SuccessThreshold {
    pub value: f64,
    #[serde(default)]
    pub reference: Reference,
}

/// Cost of each kind of mistake, in `currency`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Costs {
    pub false_positive: f64,
    pub false_negative: f64,
    #[serde(default)]
    pub currency: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FairnessCriterion {
    DemographicParity,
    EqualizedOdds,
    EqualOpportunity,
    PredictiveParity,
}

impl FairnessCriterion {
    pub const ALL: [Self; 4] = [
        Self::DemographicParity,
        Self::EqualizedOdds,
        Self::EqualOpportunity,
        Self::PredictiveParity,
    ];
}

/// A sensitive column and the gap tolerated per criterion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sensitive {
    pub column: String,
    /// Tolerated difference between groups, 0 to 1, per criterion that is to be judged.
    pub tolerated: Vec<(FairnessCriterion, f64)>,
}

/// Notes that the model card prints.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Notes {
    pub assumptions: String,
    pub data_source: String,
    pub consent: String,
    pub ethics: String,
}

/// The framing sheet.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Framing {
    pub business: BusinessGoal,
    pub task: Option<Task>,
    pub target: Option<String>,
    /// Binary tasks: the class whose probability is predicted, as its text in the data.
    pub positive_class: Option<String>,
    pub metric: Option<Metric>,
    pub threshold: Option<SuccessThreshold>,
    pub costs: Option<Costs>,
    pub sensitive: Vec<Sensitive>,
    /// Columns that are not known when the prediction is made; kept out of the model.
    pub not_known: Vec<String>,
    pub notes: Notes,
}

/// A target with the task that it suggests, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TargetProposal {
    pub column: String,
    pub column_type: ColumnType,
    pub task: Task,
    pub metric: Metric,
    pub reason: Message,
    /// Classes with their row counts, most frequent first; empty for regression.
    pub classes: Vec<(String, u64)>,
    /// Binary tasks: the proposed positive class (the rarer one, or one that reads like "yes").
    pub positive_class: Option<String>,
    /// Higher is a likelier target: the list is sorted by it.
    pub likelihood: f64,
}

/// One line of the check before training.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    pub severity: Severity,
    pub message: Message,
}

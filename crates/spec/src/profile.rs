//! What a look at the columns says, and the alerts with their fixes.

use serde::{Deserialize, Serialize};

use crate::step::{PipelineKind, ShapeKind};
use crate::{ColumnType, Message};

/// Bars of the small histogram in a column header.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Distribution {
    /// Equal-width bins from `low` to `high`.
    Histogram {
        low: f64,
        high: f64,
        counts: Vec<u64>,
    },
    /// The most frequent levels, then how many rows have another.
    Levels {
        top: Vec<(String, u64)>,
        n_other: u64,
    },
    Empty,
}

/// Over the finite values of a number, time (epoch seconds) or boolean (0, 1) column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NumberSummary {
    pub mean: f64,
    /// Sample standard deviation (n - 1), as pandas.
    pub std: f64,
    pub min: f64,
    /// 5, 25, 50, 75 and 95%, linear interpolation, as numpy's default.
    pub quantiles: [f64; 5],
    pub max: f64,
    pub skewness: f64,
    pub n_zero: u64,
    pub n_infinite: u64,
    /// Every finite value is a whole number.
    pub is_integer: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnProfile {
    pub name: String,
    pub column_type: ColumnType,
    pub overridden: bool,
    pub n_missing: u64,
    /// Exact.
    pub n_distinct: u64,
    pub number: Option<NumberSummary>,
    pub distribution: Distribution,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertKind {
    Leakage,
    Constant,
    NearConstant,
    IdLike,
    NumberLikeText,
    DateLikeText,
    DirtyCategories,
    Missing,
    Infinite,
    HighCardinality,
    Duplicates,
    Outliers,
    Skew,
    ClassImbalance,
    HighCorrelation,
}

/// How much an alert matters to the model; the list is sorted by it, then by the share of rows, then by column order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertSeverity {
    Low,
    Medium,
    High,
}

/// What one click does: a named recipe step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fix {
    Shape { step: ShapeKind },
    Pipeline { step: PipelineKind },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    pub kind: AlertKind,
    pub severity: AlertSeverity,
    /// None for the whole table.
    pub column: Option<String>,
    /// Share of rows concerned, 0 to 1.
    pub share: f64,
    pub message: Message,
    /// None: nothing to do but know it.
    pub fix: Option<Fix>,
}

/// The data set after its shape steps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    pub n_rows: u64,
    pub columns: Vec<ColumnProfile>,
    pub n_duplicate_rows: u64,
    pub alerts: Vec<Alert>,
}

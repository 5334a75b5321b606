//! Scores by their scikit-learn names.

use serde::{Deserialize, Serialize};

use crate::Task;

macro_rules! metrics {
    ($($variant:ident $name:literal $greater:literal $kind:ident),* $(,)?) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Metric { $(#[serde(rename = $name)] $variant),* }

        impl Metric {
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// scikit-learn's name.
            pub fn name(self) -> &'static str { match self { $(Self::$variant => $name),* } }

            pub fn greater_is_better(self) -> bool { match self { $(Self::$variant => $greater),* } }

            fn kind(self) -> Kind { match self { $(Self::$variant => Kind::$kind),* } }
        }
    };
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// Needs a probability of the positive class; binary only.
    Binary,
    Classes,
    Probabilities,
    Values,
}

metrics! {
    RocAuc "roc_auc" true Probabilities,
    AveragePrecision "average_precision" true Probabilities,
    LogLoss "log_loss" false Probabilities,
    Brier "brier" false Probabilities,
    Accuracy "accuracy" true Classes,
    BalancedAccuracy "balanced_accuracy" true Classes,
    Precision "precision" true Classes,
    Recall "recall" true Classes,
    F1 "f1" true Classes,
    Specificity "specificity" true Binary,
    Mcc "mcc" true Classes,
    Kappa "kappa" true Classes,
    Rmse "rmse" false Values,
    Mae "mae" false Values,
    R2 "r2" true Values,
    AdjustedR2 "adjusted_r2" true Values,
    Mape "mape" false Values,
    Smape "smape" false Values,
    MedianAe "median_ae" false Values,
    MaxError "max_error" false Values,
    QuantileLoss "quantile_loss" false Values,
}

/// Where a metric's 95% interval comes from. A simulation in the tests holds each to at least 92% of draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntervalKind {
    /// Clopper and Pearson's of a share, or of shares put together; it holds at any number of rows.
    Exact,
    /// Order statistics: it holds whatever the errors look like.
    Ranks,
    /// Percentiles of a bootstrap, and at least as wide as a closed form that also holds near perfect.
    Widened,
    /// Bootstrap of the studentised figure; from [`LEAST_STUDENTISED`] rows on. With few rows and a few very large errors
    /// among many small ones it is too narrow.
    Studentised,
    /// No interval holds: other rows may have any larger error.
    None,
}

/// Rows below which a mean of losses gets no interval.
pub const LEAST_STUDENTISED: u64 = 30;

impl IntervalKind {
    /// Rows that it needs.
    pub fn least_rows(self) -> Option<u64> {
        match self {
            Self::Exact => Some(1),
            Self::Ranks => Some(6),
            Self::Widened => Some(2),
            Self::Studentised => Some(LEAST_STUDENTISED),
            Self::None => None,
        }
    }
}

impl Metric {
    /// Which kind of interval it has.
    pub fn interval(self) -> IntervalKind {
        match self {
            Self::Accuracy | Self::BalancedAccuracy | Self::Precision | Self::Recall | Self::F1 | Self::Specificity => {
                IntervalKind::Exact
            }
            Self::MedianAe => IntervalKind::Ranks,
            Self::RocAuc | Self::AveragePrecision | Self::Mcc | Self::Kappa => IntervalKind::Widened,
            Self::LogLoss
            | Self::Brier
            | Self::Rmse
            | Self::Mae
            | Self::R2
            | Self::AdjustedR2
            | Self::Mape
            | Self::Smape
            | Self::QuantileLoss => IntervalKind::Studentised,
            Self::MaxError => IntervalKind::None,
        }
    }

    /// The metrics of a task, the usual choice first. Multi-class precision, recall, F1, ROC AUC (one against the
    /// rest) and average precision are macro averages.
    pub fn of_task(task: Task) -> Vec<Self> {
        Self::ALL
            .iter()
            .copied()
            .filter(|metric| match task {
                Task::Binary => metric.kind() != Kind::Values,
                Task::Multiclass => matches!(metric.kind(), Kind::Classes | Kind::Probabilities),
                Task::Regression | Task::Forecasting => metric.kind() == Kind::Values,
                Task::Clustering | Task::Anomaly => false,
            })
            .collect()
    }

    /// True when the figure needs probabilities and does not move with the decision threshold.
    pub fn uses_probabilities(self) -> bool {
        self.kind() == Kind::Probabilities
    }

    /// Is `a` better than `b`?
    pub fn better(self, a: f64, b: f64) -> bool {
        if self.greater_is_better() { a > b } else { a < b }
    }

    /// Metrics without a fixed scale carry the target's unit.
    pub fn has_target_unit(self) -> bool {
        matches!(
            self,
            Self::Rmse | Self::Mae | Self::MedianAe | Self::MaxError | Self::QuantileLoss
        )
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|metric| metric.name() == name)
    }
}

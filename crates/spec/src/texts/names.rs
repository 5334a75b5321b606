//! Names of enumerated things, as people read them.

use crate::caveat::CaveatKind;
use crate::evaluation::{Part, Verdict};
use crate::framing::FairnessCriterion;
use crate::metric::IntervalKind;
use crate::monitor::{AlarmSeverity, Change, Condition, DriftMethod, DriftVerdict, TrendOf};
use crate::profile::AlertKind;
use crate::project::DataPart;
use crate::run::BaselineOf;
use crate::texts::number::{count, percent, significant};
use crate::{Algorithm, Metric, Task};

pub fn task(task: Task) -> &'static str {
    match task {
        Task::Binary => "Yes or no (binary classification)",
        Task::Multiclass => "One of several classes (multi-class classification)",
        Task::Regression => "A number (regression)",
        Task::Clustering => "Groups of similar rows (clustering)",
        Task::Anomaly => "Unusual rows (anomaly detection)",
        Task::Forecasting => "The next values of a series (forecasting)",
    }
}

/// One word or two, for labels.
pub fn task_short(task: Task) -> &'static str {
    match task {
        Task::Binary => "Yes or no",
        Task::Multiclass => "Several classes",
        Task::Regression => "A number",
        Task::Clustering => "Groups",
        Task::Anomaly => "Unusual rows",
        Task::Forecasting => "Forecast",
    }
}

pub fn task_about(task: Task) -> &'static str {
    match task {
        Task::Binary => "Predicts which of two outcomes a row has, with a probability: will this customer leave?",
        Task::Multiclass => "Predicts one of three or more outcomes: which species is this flower?",
        Task::Regression => "Predicts an amount: how many bikes will be rented?",
        Task::Clustering => "Finds groups without a target column",
        Task::Anomaly => "Finds rows unlike the others without a target column",
        Task::Forecasting => "Predicts what follows in time from what came before",
    }
}

pub fn metric(metric: Metric) -> &'static str {
    match metric {
        Metric::RocAuc => "ROC AUC",
        Metric::AveragePrecision => "PR AUC",
        Metric::LogLoss => "Log loss",
        Metric::Brier => "Brier score",
        Metric::Accuracy => "Accuracy",
        Metric::BalancedAccuracy => "Balanced accuracy",
        Metric::Precision => "Precision",
        Metric::Recall => "Recall",
        Metric::F1 => "F1",
        Metric::Specificity => "Specificity",
        Metric::Mcc => "MCC",
        Metric::Kappa => "Cohen's kappa",
        Metric::Rmse => "RMSE",
        Metric::Mae => "MAE",
        Metric::R2 => "R²",
        Metric::AdjustedR2 => "Adjusted R²",
        Metric::Mape => "MAPE",
        Metric::Smape => "sMAPE",
        Metric::MedianAe => "Median absolute error",
        Metric::MaxError => "Largest error",
        Metric::QuantileLoss => "Quantile loss",
    }
}

pub fn algorithm(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Baseline => "Baseline",
        Algorithm::LogisticRegression => "Logistic regression",
        Algorithm::LinearRegression => "Linear regression",
        Algorithm::Ridge => "Ridge regression",
        Algorithm::DecisionTree => "Decision tree",
        Algorithm::RandomForest => "Random forest",
        Algorithm::GradientBoosting => "Gradient boosting",
    }
}

pub fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "Met",
        Verdict::MetNotCertain => "Met, not certain",
        Verdict::NotMet => "Not met",
    }
}

pub fn part(part: Part) -> &'static str {
    match part {
        Part::Validation => "validation",
        Part::Test => "test",
    }
}

/// What follows the word of a verdict while caveats are open: a goal is not simply met then.
pub fn open_caveats(verdict: Verdict, n_open: usize) -> String {
    match (verdict, n_open) {
        (Verdict::NotMet, _) | (_, 0) => String::new(),
        (_, 1) => ", 1 caveat open".to_owned(),
        (_, n) => format!(", {n} caveats open"),
    }
}

pub fn caveat(kind: CaveatKind) -> &'static str {
    match kind {
        CaveatKind::Leak => "Leak",
        CaveatKind::UndefinedMetric => "Metric not defined",
        CaveatKind::Fairness => "Fairness",
        CaveatKind::Stale => "Stale",
        CaveatKind::NoGain => "Baseline",
        CaveatKind::FewRows => "Few rows",
        CaveatKind::Trials => "Chosen among many",
        CaveatKind::Threshold => "Decision threshold",
    }
}

/// The constant answer that a baseline's figure belongs to.
pub fn baseline(of: BaselineOf) -> &'static str {
    match of {
        BaselineOf::ClassShares => "the class shares",
        BaselineOf::MostFrequent => "always the most frequent class",
        BaselineOf::AlwaysPositive => "always the positive class",
        BaselineOf::AnyConstant => "any constant",
        BaselineOf::Mean => "always the mean",
        BaselineOf::Median => "always the median",
        BaselineOf::RelativeMedian => "always the median weighted by 1/|truth|",
        BaselineOf::Midrange => "always the middle of the range",
        BaselineOf::CurrentProcess => "the process in use",
    }
}

/// How a metric's 95% interval is made.
pub fn interval(metric: Metric) -> &'static str {
    match metric.interval() {
        IntervalKind::Exact => "Clopper and Pearson's exact interval of a share",
        IntervalKind::Ranks => "order statistics of the errors",
        IntervalKind::Widened => "bootstrap of the rows, and at least as wide as a closed form that also holds near perfect",
        IntervalKind::Studentised => "studentised bootstrap of the rows",
        IntervalKind::None => "none: other rows may have any larger error",
    }
}

pub fn criterion(criterion: FairnessCriterion) -> &'static str {
    match criterion {
        FairnessCriterion::DemographicParity => "Demographic parity",
        FairnessCriterion::EqualizedOdds => "Equalized odds",
        FairnessCriterion::EqualOpportunity => "Equal opportunity",
        FairnessCriterion::PredictiveParity => "Predictive parity",
    }
}

pub fn alert(kind: AlertKind) -> &'static str {
    match kind {
        AlertKind::Leakage => "Leak",
        AlertKind::Constant => "Constant",
        AlertKind::NearConstant => "Near-constant",
        AlertKind::IdLike => "Id",
        AlertKind::NumberLikeText => "Number as text",
        AlertKind::DateLikeText => "Date as text",
        AlertKind::DirtyCategories => "Variants",
        AlertKind::Missing => "Missing",
        AlertKind::Infinite => "Infinite",
        AlertKind::HighCardinality => "Many levels",
        AlertKind::Duplicates => "Duplicates",
        AlertKind::Outliers => "Outliers",
        AlertKind::Skew => "Skew",
        AlertKind::ClassImbalance => "Imbalance",
        AlertKind::HighCorrelation => "Correlated",
    }
}

pub fn drift_method(method: DriftMethod) -> &'static str {
    match method {
        DriftMethod::Psi => "PSI",
        DriftMethod::KolmogorovSmirnov => "Kolmogorov-Smirnov test",
        DriftMethod::Wasserstein => "Wasserstein distance",
        DriftMethod::JensenShannon => "Jensen-Shannon distance",
        DriftMethod::ChiSquare => "Chi-square test",
        DriftMethod::TotalVariation => "Total variation distance",
        DriftMethod::ZTest => "z-test of two shares",
    }
}

/// The levels that moved most, to end a sentence with; empty without any.
pub fn most_moved(moved: &[(String, f64, f64)]) -> String {
    if moved.is_empty() {
        return String::new();
    }
    let level = |(level, before, now): &(String, f64, f64)| format!("\"{level}\" {} -> {}", percent(*before), percent(*now));
    let all: Vec<String> = moved.iter().map(level).collect();
    format!(": {}", all.join(", "))
}

/// A level that is written differently, with the one of training.
pub fn respelled((level, of_training): &(String, String)) -> String {
    format!("\"{level}\" for \"{of_training}\"")
}

/// A level with its rows.
pub fn unseen_level((level, n): &(String, u64)) -> String {
    format!("\"{level}\" ({} {})", count(*n as f64), if *n == 1 { "row" } else { "rows" })
}

/// What the method's effect is, for sentences: "the ... is 0.2".
pub fn drift_effect(method: DriftMethod) -> &'static str {
    match method {
        DriftMethod::Psi => "PSI",
        DriftMethod::KolmogorovSmirnov => "largest difference of the cumulative shares",
        DriftMethod::Wasserstein => "Wasserstein distance in standard deviations",
        DriftMethod::JensenShannon => "Jensen-Shannon distance",
        DriftMethod::ChiSquare | DriftMethod::TotalVariation | DriftMethod::ZTest => "share of rows that would have to change",
    }
}

pub fn drift_verdict(verdict: DriftVerdict) -> &'static str {
    match verdict {
        DriftVerdict::Stable => "Stable",
        DriftVerdict::Watch => "Watch",
        DriftVerdict::Drifted => "Drifted",
        DriftVerdict::CannotTell => "Cannot tell",
        DriftVerdict::NotJudged => "Not judged",
    }
}

pub fn change(change: Change) -> &'static str {
    match change {
        Change::Better => "Better",
        Change::Same => "Same",
        Change::Worse => "Worse",
        Change::CannotTell => "Cannot tell",
    }
}

pub fn alarm_severity(severity: AlarmSeverity) -> &'static str {
    match severity {
        AlarmSeverity::Info => "Information",
        AlarmSeverity::Warning => "Warning",
        AlarmSeverity::Critical => "Critical",
    }
}

/// What a rule waits for, as the end of "when ...".
pub fn condition(condition: &Condition) -> String {
    let of_column = |name: &Option<String>| match name {
        Some(name) => name.clone(),
        None => "a column".to_owned(),
    };
    match condition {
        Condition::DataDrift => "the data set has drifted".to_owned(),
        Condition::ColumnDrift { column } => format!("{} has drifted", of_column(column)),
        Condition::PredictionDrift => "the predictions have drifted".to_owned(),
        Condition::TargetDrift => "the target has drifted".to_owned(),
        Condition::MissingGrowth { column } => format!("{} has more missing values", of_column(column)),
        Condition::UnseenLevels { share } => format!("over {} of the rows have an unseen level", percent(*share)),
        Condition::OutOfRange { share } => format!("over {} of the rows are out of range", percent(*share)),
        Condition::ColumnsAbsent => "a column is absent or of another type".to_owned(),
        Condition::PerformanceWorse { metric: None } => "the primary metric is worse".to_owned(),
        Condition::PerformanceWorse { metric: Some(of) } => format!("{} is worse", metric(*of)),
        Condition::MetricBeyond { metric: of, value } => {
            let side = if of.greater_is_better() { "below" } else { "above" };
            format!("{} is {side} {}", metric(*of), significant(*value, 3))
        }
        Condition::TooFewRows => "a batch has too few rows".to_owned(),
    }
}

/// Data of several files: "churn.csv and churn_next_month.csv", "churn.csv and 2 more files".
pub fn files(parts: &[DataPart]) -> String {
    match parts {
        [] => String::new(),
        [only] => only.file_name.clone(),
        [first, second] => format!("{} and {}", first.file_name, second.file_name),
        [first, others @ ..] => format!("{} and {} more files", first.file_name, others.len()),
    }
}

pub fn trend_of(of: &TrendOf) -> String {
    match of {
        TrendOf::DriftedColumns => "The share of drifted columns".to_owned(),
        TrendOf::Column { name } => format!("PSI of {name}"),
        TrendOf::Prediction => "PSI of the predictions".to_owned(),
        TrendOf::Target => "PSI of the target".to_owned(),
        TrendOf::Metric { metric: of } => metric(*of).to_owned(),
    }
}

//! Judgements in words: the goal against a figure, and over- or under-fitting.

use spec::evaluation::{GoalStatus, Part};
use spec::framing::SuccessThreshold;
use spec::run::{FitDiagnosis, FitVerdict, Scored};
use spec::texts::names;
use spec::{Message, Metric};

/// Below this many validated rows nothing is said about the fit.
pub const MIN_ROWS: u64 = 50;
/// An interval wider than this share of the way from baseline to perfect says nothing.
pub const MAX_INTERVAL: f64 = 0.5;
/// Over-fitting: more than this share of what is gained on training rows is lost on validation rows.
pub const MAX_LOST: f64 = 0.4;

/// The goal against one figure (F6); None while the threshold or the figure is missing. See [`GoalStatus::judge`].
pub fn goal(threshold: &SuccessThreshold, metric: Metric, scored: &Scored, part: Part, run: u32) -> Option<GoalStatus> {
    GoalStatus::judge(threshold, metric, scored, part, run)
}

/// Over-fitting, under-fitting, neither, or cannot tell (E8).
///
/// `train` is the figure on the model's own training rows (with folds, their mean), `validation` the one on rows it has
/// not seen with its interval and the baseline's figure, `n_rows` the number of those rows.
///
/// The rule works on gains: 0 is the baseline, 1 is perfect (for RMSE of the squares, which makes the gain the share of
/// variance explained). Fewer than 50 validated rows, an undefined figure, or an interval wider than half of the way:
/// cannot tell. Else over-fitting, when the training figure lies beyond the validation interval and more than 40% of the
/// training gain is lost. Else under-fitting, when even on training rows the gain stays below the least that a fitting
/// model is expected to reach (half of the way for ROC AUC, a quarter for losses and accuracy, 40% for the others), or
/// when the validation figure is not surely better than the baseline. Else neither.
pub fn fit(metric: Metric, train: Option<f64>, validation: &Scored, n_rows: u64) -> FitDiagnosis {
    let named = |code: &str| Message::new(code).with("metric", names::metric(metric));
    let cannot_tell = |message| FitDiagnosis {
        verdict: FitVerdict::CannotTell,
        message,
    };
    if n_rows < MIN_ROWS {
        return cannot_tell(
            Message::new("evaluate.fit_few_rows")
                .with("n", n_rows)
                .with("least", MIN_ROWS),
        );
    }
    let baseline = validation
        .baseline
        .or(matches!(metric, Metric::Mcc | Metric::Kappa).then_some(0.0));
    let (Some(train), Some(value), Some(low), Some(high), Some(baseline)) =
        (train, validation.value, validation.low, validation.high, baseline)
    else {
        return cannot_tell(named("evaluate.fit_undefined"));
    };
    let Some(gain) = Gain::new(metric, baseline) else {
        return cannot_tell(named("evaluate.fit_perfect_baseline"));
    };
    let (worse, better) = if metric.greater_is_better() {
        (low, high)
    } else {
        (high, low)
    };
    let (on_train, on_validation) = (gain.of(train), gain.of(value));
    let width = gain.of(better) - gain.of(worse);
    let with_figures = |code: &str| {
        named(code)
            .with("train", train)
            .with("validation", value)
            .with("low", low)
            .with("high", high)
            .with("baseline", baseline)
            .with("train_gain", on_train)
            .with("validation_gain", on_validation)
    };
    if width > MAX_INTERVAL {
        return cannot_tell(
            with_figures("evaluate.fit_wide_interval")
                .with("width", width)
                .with("most", MAX_INTERVAL),
        );
    }
    let lost = if on_train > 0.0 {
        (on_train - on_validation) / on_train
    } else {
        0.0
    };
    if on_train > gain.of(better) && lost > MAX_LOST {
        let message = with_figures("evaluate.fit_over").with("lost", lost).with("most", MAX_LOST);
        return FitDiagnosis {
            verdict: FitVerdict::OverFitting,
            message,
        };
    }
    let least = least_gain(metric);
    if on_train < least {
        return FitDiagnosis {
            verdict: FitVerdict::UnderFitting,
            message: with_figures("evaluate.fit_under").with("least", least),
        };
    }
    if gain.of(worse) <= 0.0 {
        return FitDiagnosis {
            verdict: FitVerdict::UnderFitting,
            message: with_figures("evaluate.fit_no_better"),
        };
    }
    FitDiagnosis {
        verdict: FitVerdict::Good,
        message: with_figures("evaluate.fit_good").with("lost", lost.max(0.0)),
    }
}

/// The way from the baseline (0) to a perfect model (1).
struct Gain {
    metric: Metric,
    baseline: f64,
    perfect: f64,
}

impl Gain {
    /// None when the baseline is perfect already.
    fn new(metric: Metric, baseline: f64) -> Option<Self> {
        let perfect = if metric.greater_is_better() { 1.0 } else { 0.0 };
        let gain = Self {
            metric,
            baseline: 0.0,
            perfect,
        };
        let baseline = gain.scale(baseline);
        metric.better(perfect, baseline).then_some(Self { baseline, ..gain })
    }

    fn of(&self, figure: f64) -> f64 {
        (self.scale(figure) - self.baseline) / (self.perfect - self.baseline)
    }

    fn scale(&self, figure: f64) -> f64 {
        if self.metric == Metric::Rmse {
            figure * figure
        } else {
            figure
        }
    }
}

fn least_gain(metric: Metric) -> f64 {
    match metric {
        Metric::RocAuc => 0.5,
        Metric::LogLoss
        | Metric::Brier
        | Metric::Accuracy
        | Metric::Mae
        | Metric::Mape
        | Metric::Smape
        | Metric::MedianAe
        | Metric::MaxError
        | Metric::QuantileLoss => 0.25,
        _ => 0.4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(metric: Metric, train: f64, validation: (f64, f64, f64), baseline: Option<f64>, n_rows: u64) -> FitVerdict {
        let (value, low, high) = validation;
        fit(
            metric,
            Some(train),
            &Scored {
                value: Some(value),
                low: Some(low),
                high: Some(high),
                baseline,
            },
            n_rows,
        )
        .verdict
    }

    #[test]
    fn the_rule_in_numbers() {
        let auc = |train, validation, n_rows| verdict(Metric::RocAuc, train, validation, Some(0.5), n_rows);
        assert_eq!(auc(1.0, (0.7, 0.67, 0.73), 1000), FitVerdict::OverFitting);
        assert_eq!(auc(1.0, (0.84, 0.82, 0.86), 1000), FitVerdict::Good);
        assert_eq!(auc(0.66, (0.65, 0.62, 0.68), 1000), FitVerdict::UnderFitting);
        assert_eq!(auc(1.0, (0.95, 0.9, 0.99), 40), FitVerdict::CannotTell);
        assert_eq!(auc(1.0, (0.7, 0.55, 0.85), 60), FitVerdict::CannotTell);
        assert_eq!(auc(0.9, (0.9, 0.9, 0.9), 100), FitVerdict::Good);
        // RMSE counts in shares of variance: 5 of 10 explains 75%.
        assert_eq!(
            verdict(Metric::Rmse, 4.5, (5.0, 4.8, 5.2), Some(10.0), 1000),
            FitVerdict::Good
        );
        assert_eq!(
            verdict(Metric::Rmse, 0.0, (9.0, 8.8, 9.2), Some(10.0), 1000),
            FitVerdict::OverFitting
        );
        assert_eq!(
            verdict(Metric::Rmse, 9.5, (9.6, 9.4, 9.8), Some(10.0), 1000),
            FitVerdict::UnderFitting
        );
        assert_eq!(verdict(Metric::Mcc, 0.6, (0.5, 0.45, 0.55), None, 1000), FitVerdict::Good);
        assert_eq!(
            verdict(Metric::Accuracy, 1.0, (1.0, 1.0, 1.0), Some(1.0), 1000),
            FitVerdict::CannotTell
        );
    }
}

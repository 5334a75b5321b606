//! Performance on rows whose outcome is known, beside the reference evaluation's.

use metrics::{Predicted, Scorer, Truth, interval};
use spec::monitor::{Change, MonitorRules, PerformanceFigure, PerformanceReport};
use spec::run::{Scored, Scores};
use spec::texts::names;
use spec::{Message, Metric, Observer, Outcome};

use crate::rules;

/// What the reference evaluation says, on rows of its own.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// Every metric of it is looked at in the batch.
    pub scores: &'a Scores,
    /// For `adjusted_r2`.
    pub n_features: Option<usize>,
}

/// Each figure of the batch with its bootstrap interval, and the interval of its difference to the reference figure.
///
/// Both are figures of independent rows, each with an interval of its own; the interval of the difference joins the two
/// (MOVER: its half-widths are the roots of the summed squares). Worse: even the least loss is more than tolerated, by the 99%
/// interval too, since an alarm follows from it: one file in forty would raise one by chance.
/// Better: there is a gain throughout. Same: even the largest loss is tolerated. Else it cannot be told, nor with fewer
/// than `rules.min_outcomes` rows.
///
/// Reference: Zou, Donner: Construction of confidence limits about effect measures, Statistics in Medicine 27, 2008.
///
/// Errors: `monitor.shape` when truth and predictions do not fit; those of [`rules::check`]; the observer's.
pub fn performance(
    expected: &Expected,
    truth: &Truth,
    predicted: &Predicted,
    rules: &MonitorRules,
    seed: u64,
    observer: &mut dyn Observer,
) -> Outcome<PerformanceReport> {
    rules::check(rules)?;
    if truth.n_rows() != predicted.n_rows() {
        return Err(Message::new("monitor.shape").into());
    }
    let n_rows = truth.n_rows();
    let metrics: Vec<Metric> = expected.scores.keys().copied().collect();
    let scorer = Scorer::new(&metrics, truth, predicted, expected.n_features);
    let n_resamples = interval::n_resamples(n_rows);
    let intervals = interval::bootstrap_scorer(&scorer, n_resamples, seed, interval::LEVEL, observer)?;
    let mut report = PerformanceReport {
        n_rows: n_rows as u64,
        ..PerformanceReport::default()
    };
    if n_resamples < interval::N_RESAMPLES {
        report.warnings.push(
            Message::new("evaluate.fewer_resamples")
                .with("n", n_resamples)
                .with("usual", interval::N_RESAMPLES),
        );
    }
    for ((&metric, scored), value) in expected.scores.iter().zip(scorer.score(None)) {
        let low_high = value.and(intervals.get(&metric).copied());
        report
            .figures
            .insert(metric, figure(metric, scored, value, low_high, n_rows as u64, rules));
    }
    Ok(report)
}

fn figure(
    metric: Metric,
    expected: &Scored,
    value: Option<f64>,
    low_high: Option<(f64, f64)>,
    n_rows: u64,
    rules: &MonitorRules,
) -> PerformanceFigure {
    let tolerated = tolerated(metric, expected.value.unwrap_or(0.0), rules);
    let (low, high) = low_high.unzip();
    let difference = difference(expected, value, low_high);
    let named = |code: &str| {
        Message::new(code)
            .with("metric", names::metric(metric))
            .with("n", n_rows)
            .with("value", value.unwrap_or(f64::NAN))
            .with("reference", expected.value.unwrap_or(f64::NAN))
            .with("tolerated", tolerated)
    };
    let (change, message) = match difference {
        _ if n_rows < rules.min_outcomes => (
            Change::CannotTell,
            named("monitor.performance_few_rows").with("least", rules.min_outcomes),
        ),
        None => (Change::CannotTell, named("monitor.performance_undefined")),
        Some((_, low, high)) => {
            let change = match change(loss(metric, low, high), tolerated) {
                Change::Worse if !is_surely_worse(metric, difference, tolerated) => Change::CannotTell,
                change => change,
            };
            let code = match change {
                Change::Worse => "monitor.performance_worse",
                Change::Better => "monitor.performance_better",
                Change::Same => "monitor.performance_same",
                Change::CannotTell => "monitor.performance_cannot_tell",
            };
            (change, named(code).with("low", low).with("high", high))
        }
    };
    PerformanceFigure {
        reference: expected.value,
        value,
        low,
        high,
        difference: difference.map(|difference| difference.0),
        difference_low: difference.map(|difference| difference.1),
        difference_high: difference.map(|difference| difference.2),
        tolerated,
        change,
        message,
    }
}

/// The loss that does not matter, in the metric's units.
pub(crate) fn tolerated(metric: Metric, reference: f64, rules: &MonitorRules) -> f64 {
    let of_metric = rules.tolerated.get(&metric).copied();
    of_metric.unwrap_or(rules.tolerated_loss * reference.abs())
}

/// Batch minus reference with its interval. A reference without an interval counts as exact.
fn difference(expected: &Scored, value: Option<f64>, low_high: Option<(f64, f64)>) -> Option<(f64, f64, f64)> {
    let (reference, value, (low, high)) = (expected.value?, value?, low_high?);
    let width = |a: f64, b: f64| (a - b).max(0.0);
    let join = |a: f64, b: f64| (a * a + b * b).sqrt();
    let above = expected.high.map_or(0.0, |high| width(high, reference));
    let below = expected.low.map_or(0.0, |low| width(reference, low));
    let difference = value - reference;
    Some((
        difference,
        difference - join(width(value, low), above),
        difference + join(width(high, value), below),
    ))
}

/// Half-width of a 99% interval, in those of a 95% one, of a normal distribution.
const WIDER: f64 = 1.3142;

fn is_surely_worse(metric: Metric, difference: Option<(f64, f64, f64)>, tolerated: f64) -> bool {
    let Some((value, low, high)) = difference else { return false };
    let wide = (value - WIDER * (value - low), value + WIDER * (high - value));
    change(loss(metric, wide.0, wide.1), tolerated) == Change::Worse
}

/// Both ends of a difference as losses, the smaller first: positive is worse.
pub(crate) fn loss(metric: Metric, low: f64, high: f64) -> (f64, f64) {
    if metric.greater_is_better() {
        (-high, -low)
    } else {
        (low, high)
    }
}

fn change((least, most): (f64, f64), tolerated: f64) -> Change {
    if least > tolerated {
        Change::Worse
    } else if most < 0.0 {
        Change::Better
    } else if most <= tolerated {
        Change::Same
    } else {
        Change::CannotTell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_in_numbers() {
        let judge = |metric, low, high| change(loss(metric, low, high), 0.05);
        assert_eq!(judge(Metric::RocAuc, -0.2, -0.06), Change::Worse);
        assert_eq!(judge(Metric::RocAuc, -0.2, -0.05), Change::CannotTell);
        assert_eq!(judge(Metric::RocAuc, -0.04, 0.01), Change::Same);
        assert_eq!(judge(Metric::RocAuc, 0.01, 0.02), Change::Better);
        assert_eq!(judge(Metric::LogLoss, 0.06, 0.2), Change::Worse);
        assert_eq!(judge(Metric::LogLoss, -0.2, -0.01), Change::Better);
        assert_eq!(judge(Metric::LogLoss, -0.2, 0.05), Change::Same);
        assert_eq!(judge(Metric::LogLoss, -0.2, 0.06), Change::CannotTell);
    }

    #[test]
    fn two_intervals_become_one() {
        let expected = Scored {
            value: Some(0.8),
            low: Some(0.77),
            high: Some(0.84),
            ..Scored::default()
        };
        let (value, low, high) = difference(&expected, Some(0.7), Some((0.67, 0.74))).unwrap();
        assert!((value + 0.1).abs() < 1e-15);
        // sqrt(0.03^2 + 0.04^2) and sqrt(0.04^2 + 0.03^2)
        assert!((low + 0.15).abs() < 1e-15 && (high + 0.05).abs() < 1e-15, "{low} {high}");
        let exact = Scored {
            low: None,
            high: None,
            ..expected
        };
        let (_, low, high) = difference(&exact, Some(0.7), Some((0.67, 0.74))).unwrap();
        assert!((low + 0.13).abs() < 1e-15 && (high + 0.06).abs() < 1e-15);
        assert_eq!(difference(&exact, None, None), None);
    }
}

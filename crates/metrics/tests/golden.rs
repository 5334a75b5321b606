//! Every figure against scikit-learn and scipy; `tests/golden/metrics/make_metrics.py` says how the numbers were made.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot read its numbers must fail"
)]

use std::collections::BTreeMap;

use metrics::classification::{Average, Confusion, labels};
use metrics::{Predicted, Truth, curve, interval, ranking, score_with};
use serde::Deserialize;
use spec::{Metric, Unobserved};

/// Sums in another order: a few last bits.
const TOLERANCE: f64 = 1e-12;
/// Two runs of about 10,000 resamples each with different random numbers: share of the interval's width.
const RESAMPLING_TOLERANCE: f64 = 0.06;

#[derive(Deserialize)]
struct Golden {
    classes: Vec<ClassesCase>,
    values: Vec<ValuesCase>,
    intervals: Vec<Interval>,
}

#[derive(Deserialize)]
struct ClassesCase {
    name: String,
    n_classes: usize,
    threshold: Option<f64>,
    truth: Vec<u32>,
    values: Vec<f64>,
    scores: BTreeMap<Metric, Option<f64>>,
    averages: BTreeMap<Metric, BTreeMap<String, Option<f64>>>,
    confusion: Vec<Vec<u64>>,
    per_class: Vec<PerClass>,
    curves: Vec<Curves>,
}

#[derive(Deserialize)]
struct PerClass {
    n_rows: u64,
    precision: Option<f64>,
    recall: Option<f64>,
    f1: Option<f64>,
    roc_auc: Option<f64>,
}

#[derive(Deserialize)]
struct Curves {
    class: usize,
    fpr: Vec<f64>,
    tpr: Vec<f64>,
    precision: Vec<f64>,
    recall: Vec<f64>,
    observed: Vec<f64>,
    mean_predicted: Vec<f64>,
}

#[derive(Deserialize)]
struct ValuesCase {
    name: String,
    truth: Vec<f64>,
    values: Vec<f64>,
    n_features: usize,
    scores: BTreeMap<Metric, Option<f64>>,
}

#[derive(Deserialize)]
struct Interval {
    case: String,
    metric: Metric,
    low: f64,
    high: f64,
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("../../../tests/golden/metrics/metrics.json")).unwrap()
}

fn same(what: &str, got: Option<f64>, expected: Option<f64>) {
    let fits = match (got, expected) {
        (Some(a), Some(b)) => (a - b).abs() <= TOLERANCE * b.abs().max(1.0),
        (a, b) => a.is_none() && b.is_none(),
    };
    assert!(fits, "{what}: {got:?}, scikit-learn {expected:?}");
}

impl ClassesCase {
    fn truth(&self) -> Truth<'_> {
        Truth::Classes {
            codes: &self.truth,
            n_classes: self.n_classes,
        }
    }

    fn predicted(&self) -> Predicted<'_> {
        Predicted::Probabilities {
            values: &self.values,
            n_classes: self.n_classes,
            threshold: self.threshold,
        }
    }

    fn column(&self, class: usize) -> (Vec<f64>, Vec<bool>) {
        let scores = self.values.iter().skip(class).step_by(self.n_classes).copied().collect();
        (scores, self.truth.iter().map(|&code| code as usize == class).collect())
    }
}

#[test]
fn scores_of_classes() {
    for case in golden().classes {
        for (&metric, &expected) in &case.scores {
            let what = format!("{}, {}", case.name, metric.name());
            same(&what, score_with(metric, &case.truth(), &case.predicted(), None), expected);
        }
        assert_eq!(case.scores.len(), Metric::of_task(spec::Task::Binary).len(), "{}", case.name);
    }
}

#[test]
fn per_class_and_averages() {
    for case in golden().classes {
        let labels = labels(&case.values, case.n_classes, case.threshold);
        let confusion = Confusion::new(&case.truth, &labels, case.n_classes);
        assert_eq!(confusion.counts, case.confusion.concat(), "{}", case.name);
        for (class, expected) in case.per_class.iter().enumerate() {
            let what = format!("{}, class {class}", case.name);
            let (scores, positive) = case.column(class);
            assert_eq!(confusion.n_true(class), expected.n_rows, "{what}");
            same(&what, confusion.precision(class), expected.precision);
            same(&what, confusion.recall(class), expected.recall);
            same(&what, confusion.f1(class), expected.f1);
            same(&what, ranking::areas(&scores, &positive).roc_auc, expected.roc_auc);
        }
        for (&metric, expected) in &case.averages {
            for (average, name) in [
                (Average::Micro, "micro"),
                (Average::Macro, "macro"),
                (Average::Weighted, "weighted"),
            ] {
                let got = match metric {
                    Metric::Precision => confusion.average_precision_of_labels(average),
                    Metric::Recall => confusion.average_recall(average),
                    Metric::F1 => confusion.average_f1(average),
                    _ => ranking::average(metric, &case.truth, &case.values, case.n_classes, average),
                };
                same(&format!("{}, {name} {}", case.name, metric.name()), got, expected[name]);
            }
        }
    }
}

#[test]
fn curves_go_through_scikit_learns_points() {
    for case in golden().classes {
        for expected in &case.curves {
            let (scores, positive) = case.column(expected.class);
            let roc = curve::roc(&scores, &positive);
            let reference: Vec<(f64, f64)> = expected.fpr.iter().copied().zip(expected.tpr.iter().copied()).collect();
            shape(&format!("{} roc", case.name), &roc.x, &roc.y, &reference);
            let pr = curve::precision_recall(&scores, &positive);
            let reference: Vec<(f64, f64)> = expected
                .recall
                .iter()
                .copied()
                .zip(expected.precision.iter().copied())
                .rev()
                .collect();
            shape(&format!("{} precision-recall", case.name), &pr.x, &pr.y, &reference);
            let bins = curve::calibration(&scores, &positive);
            assert_eq!(bins.len(), expected.observed.len(), "{}", case.name);
            for (bin, (observed, mean)) in bins.iter().zip(expected.observed.iter().zip(&expected.mean_predicted)) {
                same(&format!("{} calibration", case.name), Some(bin.observed), Some(*observed));
                same(&format!("{} calibration", case.name), Some(bin.mean_predicted), Some(*mean));
            }
        }
    }
}

/// Every point of ours is one of the reference's, and every one of those lies on our line, or near it when there are
/// more than fit.
fn shape(what: &str, x: &[f64], y: &[f64], reference: &[(f64, f64)]) {
    assert!(x.len() <= curve::MAX_POINTS, "{what}");
    let near = |a: f64, b: f64| (a - b).abs() <= TOLERANCE;
    for (x, y) in x.iter().zip(y) {
        assert!(
            reference.iter().any(|point| near(point.0, *x) && near(point.1, *y)),
            "{what}: ({x}, {y})"
        );
    }
    let allowed = if reference.len() <= curve::MAX_POINTS { 1e-9 } else { 0.005 };
    for &(px, py) in reference {
        let away = (1..x.len())
            .map(|i| {
                let (dx, dy) = (x[i] - x[i - 1], y[i] - y[i - 1]);
                let along = ((px - x[i - 1]) * dx + (py - y[i - 1]) * dy) / (dx * dx + dy * dy).max(1e-300);
                let along = along.clamp(0.0, 1.0);
                let (ex, ey) = (x[i - 1] + along * dx - px, y[i - 1] + along * dy - py);
                (ex * ex + ey * ey).sqrt()
            })
            .fold(f64::INFINITY, f64::min);
        assert!(away <= allowed, "{what}: ({px}, {py}) is {away} away");
    }
}

#[test]
fn scores_of_values() {
    for case in golden().values {
        for (&metric, &expected) in &case.scores {
            let got = score_with(
                metric,
                &Truth::Values(&case.truth),
                &Predicted::Values(&case.values),
                Some(case.n_features),
            );
            same(&format!("{}, {}", case.name, metric.name()), got, expected);
        }
        assert_eq!(
            case.scores.len(),
            Metric::of_task(spec::Task::Regression).len(),
            "{}",
            case.name
        );
    }
}

#[test]
fn order_of_rows_does_not_matter() {
    for case in golden().classes {
        let mut rows: Vec<usize> = (0..case.truth.len()).collect();
        math::Rng::stream(1, "test", 0).shuffle(&mut rows);
        let truth: Vec<u32> = rows.iter().map(|&row| case.truth[row]).collect();
        let values: Vec<f64> = rows
            .iter()
            .flat_map(|&row| &case.values[row * case.n_classes..(row + 1) * case.n_classes])
            .copied()
            .collect();
        for (&metric, &expected) in &case.scores {
            let truth = Truth::Classes {
                codes: &truth,
                n_classes: case.n_classes,
            };
            let predicted = Predicted::Probabilities {
                values: &values,
                n_classes: case.n_classes,
                threshold: case.threshold,
            };
            same(&case.name, score_with(metric, &truth, &predicted, None), expected);
        }
    }
}

#[test]
fn intervals_agree_with_scipys_percentile_bootstrap() {
    let golden = golden();
    for expected in &golden.intervals {
        let class = golden.classes.iter().find(|case| case.name == expected.case);
        let value = golden.values.iter().find(|case| case.name == expected.case);
        let (truth, predicted) = match (class, value) {
            (Some(case), _) => (case.truth(), case.predicted()),
            (None, Some(case)) => (Truth::Values(&case.truth), Predicted::Values(&case.values)),
            (None, None) => panic!("no case {}", expected.case),
        };
        let got = interval::bootstrap(&[expected.metric], &truth, &predicted, 10_000, 3, 0.95, &mut Unobserved).unwrap();
        let (low, high) = got[&expected.metric];
        let allowed = RESAMPLING_TOLERANCE * (expected.high - expected.low);
        let what = format!(
            "{} {}: {low} to {high}, scipy {} to {}",
            expected.case,
            expected.metric.name(),
            expected.low,
            expected.high
        );
        assert!(
            (low - expected.low).abs() <= allowed && (high - expected.high).abs() <= allowed,
            "{what}"
        );
    }
}

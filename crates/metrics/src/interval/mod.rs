//! 95% intervals: how far a figure would move with other rows of the same kind.
//!
//! [`intervals`] takes the kind that holds for each metric ([`Metric::interval`]): shares have exact intervals (`exact`),
//! means of losses the bootstrap of the studentised figure (`studentised`), figures of an order, kappa and Matthews'
//! correlation the percentile bootstrap, at least as wide as a closed form that also holds near perfect, where resamples
//! hardly differ. A figure without an interval that holds has none. `tests/coverage.rs` measures how often each holds.
//!
//! Bootstrap: rows are drawn with replacement, as many as there are, all with the same probability (not per class); the
//! interval is cut from the sorted figures of the resamples by linear interpolation. Resample `i` draws from
//! `Rng::stream(seed, "bootstrap", i)`, so all figures of one resample see the same rows, and nothing depends on which
//! figures are asked for. A resample in which a figure is not defined is left out of that figure's interval; with fewer
//! than half of them left there is no interval. All of them assume independent rows: for grouped or time-ordered rows they
//! are too narrow.
//!
//! Reference: Efron, B. and Tibshirani, R. (1993), An Introduction to the Bootstrap, chapters 12 and 13.

mod exact;
mod studentised;

use std::collections::BTreeMap;

use math::{Rng, quantile};
use spec::metric::IntervalKind;
use spec::{Metric, Observer, Outcome};

use crate::scorer::{Counts, Kind};
use crate::{Predicted, Scorer, Truth};

pub use exact::{Limits, share};
pub use studentised::mean;

/// Resamples of an interval, up to [`MAX_ROWS_AT_FULL`] rows.
pub const N_RESAMPLES: usize = 1000;
/// From here on fewer resamples are drawn; see [`n_resamples`].
pub const MAX_ROWS_AT_FULL: usize = 50_000;
/// The level of every interval on screen.
pub const LEVEL: f64 = 0.95;

/// 1,000 up to 50,000 rows; then fewer in proportion, at least 200. Whoever shows such an interval says so.
pub fn n_resamples(n_rows: usize) -> usize {
    if n_rows <= MAX_ROWS_AT_FULL {
        N_RESAMPLES
    } else {
        (N_RESAMPLES * MAX_ROWS_AT_FULL / n_rows).max(200)
    }
}

/// The interval of each metric that has one on these rows.
///
/// Errors: only the observer's.
pub fn intervals(scorer: &Scorer, seed: u64, level: f64, observer: &mut dyn Observer) -> Outcome<BTreeMap<Metric, Limits>> {
    let n = scorer.n_rows();
    let metrics = scorer.metrics();
    let values = scorer.score(None);
    let whole = scorer.confusion(Counts::Once);
    let studentised: Vec<Option<studentised::Figure>> = metrics
        .iter()
        .map(|metric| {
            let is_asked = metric.interval() == IntervalKind::Studentised && n as u64 >= spec::metric::LEAST_STUDENTISED;
            studentised::Figure::of(scorer, *metric).filter(|_| is_asked)
        })
        .collect();
    let is_widened = |metric: &Metric| metric.interval() == IntervalKind::Widened;
    let needs_rows = studentised.iter().any(Option::is_some) || metrics.iter().any(is_widened);
    let n_drawn = if needs_rows { n_resamples(n) } else { 0 };
    // One figure a metric: the studentised distance, the figure itself, or nothing.
    let drawn = resample(n, n_drawn, seed, level, observer, &mut |counts| {
        let mut figures = vec![None; metrics.len()];
        if metrics.iter().any(is_widened) {
            figures = scorer.score_some(is_widened, counts);
        }
        for (figure, studentised) in figures.iter_mut().zip(&studentised) {
            if let Some(studentised) = studentised {
                *figure = studentised.distance(Counts::Times(counts));
            }
        }
        figures
    })?;
    let interval = |i: usize| -> Option<Limits> {
        let (metric, value) = (metrics[i], values[i]?);
        match metric.interval() {
            IntervalKind::Exact => exact::of_labels(metric, whole.as_ref()?, level),
            IntervalKind::Ranks => scorer.median_limits(level),
            IntervalKind::Studentised => studentised[i].as_ref()?.limits(drawn[i]?),
            IntervalKind::Widened => {
                let (low, high) = scorer.closed_form(metric, value, level)?;
                let (of_rows_low, of_rows_high) = drawn[i].unwrap_or((low, high));
                Some((low.min(of_rows_low), high.max(of_rows_high)))
            }
            IntervalKind::None => None,
        }
    };
    Ok((0..metrics.len()).filter_map(|i| Some((metrics[i], interval(i)?))).collect())
}

impl Scorer {
    /// Order statistics of the absolute errors around their median.
    fn median_limits(&self, level: f64) -> Option<Limits> {
        let Kind::Values(errors) = &self.kind else { return None };
        let (low, high) = exact::median_places(self.n_rows() as u64, level)?;
        Some((errors.nth_error(Counts::Once, low), errors.nth_error(Counts::Once, high)))
    }

    /// What holds also where all resamples are alike.
    fn closed_form(&self, metric: Metric, value: f64, level: f64) -> Option<Limits> {
        let Kind::Classes { rankings, .. } = &self.kind else {
            return None;
        };
        let confusion = self.confusion(Counts::Once)?;
        if matches!(metric, Metric::Kappa | Metric::Mcc) {
            // Both lie close together; the way to the ends is kappa's.
            let (low, high) = exact::kappa(&confusion, level)?;
            let kappa = confusion.kappa()?;
            return Some(((value - (kappa - low)).max(-1.0), (value + (high - kappa)).min(1.0)));
        }
        // Several classes: the mean of their limits, whatever hangs together.
        let (mut low, mut high) = (0.0, 0.0);
        for (ranking, positive) in rankings {
            let areas = ranking.areas(positive, None);
            let n_positive = areas.n_positive as f64;
            let limits = match metric {
                Metric::RocAuc => exact::area(areas.roc_auc?, n_positive, self.n_rows() as f64 - n_positive, level),
                // As many rows as there are positive ones stand behind it.
                _ => share(areas.average_precision? * n_positive, n_positive, level),
            };
            low += limits.0;
            high += limits.1;
        }
        let n = rankings.len() as f64;
        (n > 0.0).then_some((low / n, high / n))
    }
}

/// `(low, high)` of each metric that is defined in at least half of the resamples.
///
/// Errors: only the observer's.
pub fn bootstrap(
    metrics: &[Metric],
    truth: &Truth,
    predicted: &Predicted,
    n_resamples: usize,
    seed: u64,
    level: f64,
    observer: &mut dyn Observer,
) -> Outcome<BTreeMap<Metric, (f64, f64)>> {
    bootstrap_scorer(
        &Scorer::new(metrics, truth, predicted, None),
        n_resamples,
        seed,
        level,
        observer,
    )
}

/// [`bootstrap`] of figures that are prepared already.
pub fn bootstrap_scorer(
    scorer: &Scorer,
    n_resamples: usize,
    seed: u64,
    level: f64,
    observer: &mut dyn Observer,
) -> Outcome<BTreeMap<Metric, (f64, f64)>> {
    let intervals = resample(scorer.n_rows(), n_resamples, seed, level, observer, &mut |counts| {
        scorer.score(Some(counts))
    })?;
    Ok(scorer
        .metrics()
        .iter()
        .copied()
        .zip(intervals)
        .filter_map(|(metric, interval)| Some((metric, interval?)))
        .collect())
}

/// Intervals of any statistics of row counts: `statistics` is called with how often each row counts and answers with
/// one figure each, always in the same number and order. The answer is in that order; empty without rows.
///
/// Errors: only the observer's.
pub fn resample(
    n_rows: usize,
    n_resamples: usize,
    seed: u64,
    level: f64,
    observer: &mut dyn Observer,
    statistics: &mut dyn FnMut(&[u32]) -> Vec<Option<f64>>,
) -> Outcome<Vec<Option<(f64, f64)>>> {
    if n_rows == 0 || n_resamples == 0 {
        return Ok(statistics(&vec![1; n_rows]).iter().map(|_| None).collect());
    }
    let mut counts = vec![0u32; n_rows];
    let mut drawn: Vec<Vec<f64>> = Vec::new();
    let per_tick = (100_000 / n_rows).max(1);
    for i in 0..n_resamples {
        if i % per_tick == 0 {
            observer.tick(i as f64 / n_resamples as f64)?;
        }
        let mut rng = Rng::stream(seed, "bootstrap", i as u64);
        counts.fill(0);
        for _ in 0..n_rows {
            counts[rng.below(n_rows)] += 1;
        }
        let figures = statistics(&counts);
        drawn.resize(figures.len().max(drawn.len()), Vec::new());
        for (figures, figure) in drawn.iter_mut().zip(figures) {
            figures.extend(figure.filter(|x| x.is_finite()));
        }
    }
    observer.tick(1.0)?;
    Ok(drawn
        .into_iter()
        .map(|figures| {
            (figures.len() * 2 >= n_resamples).then(|| {
                let sorted = quantile::sorted(figures);
                let tail = (1.0 - level) / 2.0;
                (
                    quantile::quantile_sorted(&sorted, tail),
                    quantile::quantile_sorted(&sorted, 1.0 - tail),
                )
            })
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use spec::{Failure, Unobserved};

    fn noisy(n: usize) -> (Vec<u32>, Vec<f64>) {
        let mut rng = Rng::stream(7, "test", 0);
        let truth: Vec<u32> = (0..n).map(|_| u32::from(rng.uniform() < 0.3)).collect();
        let values = truth
            .iter()
            .flat_map(|&t| {
                let p = f64::from((0.35 + 0.2 * f64::from(t) + 0.6 * (rng.uniform() - 0.5)) as f32);
                [1.0 - p, p]
            })
            .collect();
        (truth, values)
    }

    #[test]
    fn an_interval_holds_the_figure_and_narrows_with_rows() {
        let all = Metric::of_task(spec::Task::Binary);
        let mut widths = Vec::new();
        for n in [200, 3200] {
            let (codes, values) = noisy(n);
            let truth = Truth::Classes {
                codes: &codes,
                n_classes: 2,
            };
            let predicted = Predicted::Probabilities {
                values: &values,
                n_classes: 2,
                threshold: None,
            };
            let intervals = bootstrap(&all, &truth, &predicted, 400, 1, 0.95, &mut Unobserved).unwrap();
            assert_eq!(intervals.len(), all.len());
            for (metric, (low, high)) in &intervals {
                let value = crate::score(*metric, &truth, &predicted).unwrap();
                assert!(low < &value && &value < high, "{metric:?} {low} {value} {high}");
            }
            let (low, high) = intervals[&Metric::RocAuc];
            widths.push(high - low);
        }
        // 16 times the rows: a quarter of the width.
        assert!((widths[0] / widths[1] / 4.0 - 1.0).abs() < 0.35, "{widths:?}");
    }

    #[test]
    fn same_seed_same_bits_whatever_is_asked() {
        let (codes, values) = noisy(300);
        let truth = Truth::Classes {
            codes: &codes,
            n_classes: 2,
        };
        let predicted = Predicted::Probabilities {
            values: &values,
            n_classes: 2,
            threshold: None,
        };
        let run = |metrics: &[Metric], seed| bootstrap(metrics, &truth, &predicted, 100, seed, 0.95, &mut Unobserved).unwrap();
        let alone = run(&[Metric::F1], 5);
        assert_eq!(run(&[Metric::RocAuc, Metric::F1], 5)[&Metric::F1], alone[&Metric::F1]);
        assert_ne!(run(&[Metric::F1], 6), alone);
    }

    #[test]
    fn no_interval_where_most_resamples_are_undefined() {
        let (codes, values) = ([1u32], [0.2, 0.8]);
        let truth = Truth::Classes {
            codes: &codes,
            n_classes: 2,
        };
        let predicted = Predicted::Probabilities {
            values: &values,
            n_classes: 2,
            threshold: None,
        };
        let metrics = [Metric::RocAuc, Metric::Accuracy];
        let intervals = bootstrap(&metrics, &truth, &predicted, 50, 1, 0.95, &mut Unobserved).unwrap();
        assert_eq!(intervals, BTreeMap::from([(Metric::Accuracy, (1.0, 1.0))]));
        assert_eq!(
            resample(0, 50, 1, 0.95, &mut Unobserved, &mut |_| vec![None]).unwrap(),
            [None],
            "no rows, no interval, and no draw from nothing"
        );
    }

    #[test]
    fn it_stops_when_told() {
        struct Stop;
        impl Observer for Stop {
            fn tick(&mut self, _: f64) -> Outcome<()> {
                Err(Failure::cancelled())
            }
        }
        let mut n_calls = 0;
        let stopped = resample(10, 1000, 1, 0.95, &mut Stop, &mut |_| {
            n_calls += 1;
            vec![]
        });
        assert!(stopped.unwrap_err().cancelled && n_calls == 0);
    }
}

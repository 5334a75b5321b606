//! Percentile bootstrap: how far a figure would move with other rows of the same kind.
//!
//! Rows are drawn with replacement, as many as there are, all with the same probability (not per class); the interval
//! is cut from the sorted figures of the resamples by linear interpolation. Resample `i` draws from
//! `Rng::stream(seed, "bootstrap", i)`, so all figures of one resample see the same rows, and nothing depends on which
//! figures are asked for. A resample in which a figure is not defined is left out of that figure's interval; with fewer
//! than half of them left there is no interval. It assumes independent rows: for grouped or time-ordered rows it is too
//! narrow.
//!
//! Reference: Efron, B. and Tibshirani, R. (1993), An Introduction to the Bootstrap, chapter 13.

use std::collections::BTreeMap;

use math::{Rng, quantile};
use spec::{Metric, Observer, Outcome};

use crate::{Predicted, Scorer, Truth};

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

//! How often a 95% interval holds the truth, over draws from populations whose figures are known; and the same numbers as
//! statsmodels and scipy (`tests/golden/metrics/make_intervals.py`).
//!
//! A share of the draws is taken; all of them when `WORKBENCH_TEST_LONG` is 1.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that cannot set up its case must fail, and how many draws it takes depends on the environment"
)]

use math::{Rng, float};
use metrics::interval::{self, LEVEL};
use metrics::{Predicted, Scorer, Truth};
use serde::Deserialize;
use spec::metric::IntervalKind;
use spec::{Metric, Unobserved};

/// Draws that hold the truth, at least; less four standard errors of a share of so few draws.
const LEAST: f64 = 0.92;

fn is_long() -> bool {
    std::env::var("WORKBENCH_TEST_LONG").is_ok_and(|value| value == "1")
}

fn n_draws(n_rows: usize) -> usize {
    match (is_long(), n_rows) {
        (true, _) => 1000,
        (false, 0..=100) => 150,
        (false, _) => 30,
    }
}

fn least(n_draws: usize) -> f64 {
    if is_long() {
        LEAST
    } else {
        LEAST - 3.0 * (LEAST * (1.0 - LEAST) / n_draws as f64).sqrt()
    }
}

/// Probabilities of the positive class and truth; the population's figures by a very large draw, or by what is given.
struct Classes {
    name: &'static str,
    share: f64,
    /// How far the scores of positive rows lie above the others, in standard deviations.
    apart: f64,
}

fn class_rows(of: &Classes, n: usize, rng: &mut Rng) -> (Vec<u32>, Vec<f64>) {
    let codes: Vec<u32> = (0..n).map(|_| u32::from(rng.uniform() < of.share)).collect();
    let values = codes
        .iter()
        .flat_map(|&code| {
            let score = rng.normal() + of.apart * f64::from(code);
            // The true probability at this score.
            let odds = of.share / (1.0 - of.share) * float::exp(of.apart * (score - of.apart / 2.0));
            let p = odds / (1.0 + odds);
            [1.0 - p, p]
        })
        .collect();
    (codes, values)
}

fn scorer_of(codes: &[u32], values: &[f64], metrics: &[Metric]) -> Scorer {
    let truth = Truth::Classes { codes, n_classes: 2 };
    let predicted = Predicted::Probabilities {
        values,
        n_classes: 2,
        threshold: None,
    };
    Scorer::new(metrics, &truth, &predicted, None)
}

fn check(what: &str, metrics: &[Metric], truth: &[Option<f64>], n: usize, draw: &mut dyn FnMut(&mut Rng) -> Scorer) {
    let n_draws = n_draws(n);
    let mut held = vec![(0usize, 0usize); metrics.len()];
    for i in 0..n_draws {
        let scorer = draw(&mut Rng::stream(11, what, i as u64));
        let values = scorer.score(None);
        let intervals = interval::intervals(&scorer, i as u64, LEVEL, &mut Unobserved).unwrap();
        for (place, metric) in metrics.iter().enumerate() {
            let (Some(truth), Some((low, high))) = (truth[place], intervals.get(metric)) else {
                continue;
            };
            let value = values[place].unwrap();
            assert!(
                *low <= value + 1e-12 && value <= high + 1e-12,
                "{what}, {metric:?}: {value} outside of its own interval {low} to {high}"
            );
            held[place].0 += usize::from(*low <= truth && truth <= *high);
            held[place].1 += 1;
        }
    }
    for (metric, (n_held, n_judged)) in metrics.iter().zip(held) {
        if n_judged * 2 < n_draws {
            // Mostly without an interval, which is said where it is shown.
            continue;
        }
        let share = n_held as f64 / n_judged as f64;
        println!("{what} {}: {share:.3} of {n_judged}", metric.name());
        assert!(share >= least(n_judged), "{what}: {} holds in {share}", metric.name());
    }
}

#[test]
fn intervals_of_classes_hold() {
    let populations = [
        Classes {
            name: "chance",
            share: 0.5,
            apart: 0.0,
        },
        Classes {
            name: "usual",
            share: 0.3,
            apart: 1.5,
        },
        Classes {
            name: "rare",
            share: 0.1,
            apart: 2.0,
        },
        Classes {
            name: "near perfect",
            share: 0.5,
            apart: 4.5,
        },
    ];
    let metrics = Metric::of_task(spec::Task::Binary);
    for population in &populations {
        let (codes, values) = class_rows(population, 1_000_000, &mut Rng::stream(3, population.name, 0));
        let truth = scorer_of(&codes, &values, &metrics).score(None);
        for n in [30, 100, 1000] {
            check(&format!("{} {n}", population.name), &metrics, &truth, n, &mut |rng| {
                let (codes, values) = class_rows(population, n, rng);
                scorer_of(&codes, &values, &metrics)
            });
        }
    }
}

#[test]
fn shares_hold_near_their_ends() {
    for share in [0.003, 0.02, 0.5, 0.9, 0.98, 0.997] {
        for n in [30, 100, 1000] {
            check(
                &format!("share {share} {n}"),
                &[Metric::Accuracy],
                &[Some(share)],
                n,
                &mut |rng| {
                    let codes: Vec<u32> = (0..n).map(|_| u32::from(rng.uniform() < share)).collect();
                    scorer_of(&codes, &[0.0, 1.0].repeat(n), &[Metric::Accuracy])
                },
            );
        }
    }
}

#[test]
fn intervals_of_numbers_hold() {
    let metrics = Metric::of_task(spec::Task::Regression);
    for (name, explained) in [("half", 0.5f64), ("most", 0.95), ("a little", 0.1)] {
        let rows = |n: usize, rng: &mut Rng| -> (Vec<f64>, Vec<f64>) {
            (0..n)
                .map(|_| {
                    let predicted = explained.sqrt() * rng.normal();
                    (20.0 + predicted + (1.0 - explained).sqrt() * rng.normal(), 20.0 + predicted)
                })
                .unzip()
        };
        let scorer = |truth: &[f64], predicted: &[f64]| {
            Scorer::new(&metrics, &Truth::Values(truth), &Predicted::Values(predicted), Some(0))
        };
        let (y, p) = rows(1_000_000, &mut Rng::stream(4, name, 0));
        let truth = scorer(&y, &p).score(None);
        for n in [30, 100, 1000] {
            check(&format!("{name} {n}"), &metrics, &truth, n, &mut |rng| {
                let (y, p) = rows(n, rng);
                scorer(&y, &p)
            });
        }
    }
}

#[test]
fn which_intervals_are_offered() {
    let offered = |metric: Metric, n: usize| {
        let mut rng = Rng::stream(1, "offered", 0);
        let y: Vec<f64> = (0..n).map(|_| rng.normal()).collect();
        let p: Vec<f64> = y.iter().map(|y| y + rng.normal()).collect();
        let codes: Vec<u32> = (0..n).map(|i| (i % 2) as u32).collect();
        let values: Vec<f64> = (0..n)
            .flat_map(|_| {
                let p = rng.uniform();
                [1.0 - p, p]
            })
            .collect();
        let scorer = if Metric::of_task(spec::Task::Binary).contains(&metric) {
            scorer_of(&codes, &values, &[metric])
        } else {
            Scorer::new(&[metric], &Truth::Values(&y), &Predicted::Values(&p), Some(3))
        };
        interval::intervals(&scorer, 1, LEVEL, &mut Unobserved)
            .unwrap()
            .contains_key(&metric)
    };
    for &metric in Metric::ALL {
        match metric.interval().least_rows() {
            None => assert!(!offered(metric, 1000), "{metric:?}"),
            Some(least) => {
                assert!(offered(metric, (least as usize).max(8)), "{metric:?} has none at {least}");
                if metric.interval() == IntervalKind::Studentised || metric.interval() == IntervalKind::Ranks {
                    assert!(!offered(metric, least as usize - 1), "{metric:?} has one below {least}");
                }
            }
        }
    }
}

#[test]
fn adjusted_r2_lies_in_its_own_interval() {
    let mut rng = Rng::stream(9, "adjusted", 0);
    let y: Vec<f64> = (0..80).map(|_| rng.normal()).collect();
    let p: Vec<f64> = y.iter().map(|y| y * 0.6 + 0.4 * rng.normal()).collect();
    let metrics = [Metric::R2, Metric::AdjustedR2];
    let scorer = Scorer::new(&metrics, &Truth::Values(&y), &Predicted::Values(&p), Some(20));
    let values = scorer.score(None);
    let found = interval::intervals(&scorer, 1, LEVEL, &mut Unobserved).unwrap();
    let (r2, adjusted) = (found[&Metric::R2], found[&Metric::AdjustedR2]);
    let bent = |r2: f64| 1.0 - (1.0 - r2) * 79.0 / 59.0;
    assert!((adjusted.0 - bent(r2.0)).abs() < 1e-12 && (adjusted.1 - bent(r2.1)).abs() < 1e-12);
    assert!(adjusted.0 < values[1].unwrap() && values[1].unwrap() < adjusted.1);
}

#[derive(Deserialize)]
struct Golden {
    shares: Vec<Share>,
    medians: Vec<Median>,
}

#[derive(Deserialize)]
struct Share {
    hits: f64,
    n: f64,
    level: f64,
    low: f64,
    high: f64,
}

#[derive(Deserialize)]
struct Median {
    n: usize,
    place: Option<usize>,
}

#[test]
fn as_statsmodels_and_scipy() {
    let golden: Golden = serde_json::from_str(include_str!("../../../tests/golden/metrics/intervals.json")).unwrap();
    for case in golden.shares {
        let (low, high) = interval::share(case.hits, case.n, case.level);
        let close = |a: f64, b: f64| (a - b).abs() <= 1e-10 * b.max(1e-6);
        assert!(
            close(low, case.low) && close(high, case.high),
            "{} of {}: {low} {high}",
            case.hits,
            case.n
        );
    }
    for case in golden.medians {
        let y: Vec<f64> = (0..case.n).map(|i| i as f64).collect();
        let scorer = Scorer::new(
            &[Metric::MedianAe],
            &Truth::Values(&y),
            &Predicted::Values(&vec![0.0; case.n]),
            None,
        );
        let found = interval::intervals(&scorer, 1, LEVEL, &mut Unobserved).unwrap();
        let expected = case.place.map(|k| (k as f64, (case.n - 1 - k) as f64));
        assert_eq!(found.get(&Metric::MedianAe).copied(), expected, "{} rows", case.n);
    }
}

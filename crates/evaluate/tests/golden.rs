//! Against counting, fairlearn and scikit-learn; `tests/golden/evaluate/make_evaluate.py` says how the numbers were made.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot read its numbers must fail"
)]

use std::collections::BTreeMap;

use evaluate::fairness::{self, Decisions};
use evaluate::importance::{self, Measure};
use evaluate::{Judged, threshold};
use metrics::{Predicted, Truth};
use serde::Deserialize;
use spec::diagnosis::{self, Candidate};
use spec::framing::{Costs, FairnessCriterion};
use spec::run::{FitVerdict, FoldScore};
use spec::{Algorithm, Metric, Unobserved};
use table::{Category, Column, ColumnData, Table};
use train::Predictions;

const TOLERANCE: f64 = 1e-12;

#[derive(Deserialize)]
struct Golden {
    thresholds: Vec<ThresholdCase>,
    fairness: Vec<FairnessCase>,
    quartiles: Vec<QuartileCase>,
    importance: Vec<ImportanceCase>,
    fits: Vec<FitCase>,
}

#[derive(Deserialize)]
struct ThresholdCase {
    name: String,
    truth: Vec<u32>,
    scores: Vec<f64>,
    false_positive: f64,
    false_negative: f64,
    lowest_cost: f64,
    points: Vec<Point>,
}

#[derive(Deserialize)]
struct Point {
    threshold: f64,
    tp: u64,
    fp: u64,
    tn: u64,
    #[serde(rename = "fn")]
    missed: u64,
    cost: f64,
    precision: Option<f64>,
    recall: Option<f64>,
    f1: Option<f64>,
    accuracy: f64,
    mcc: Option<f64>,
}

#[derive(Deserialize)]
struct FairnessCase {
    name: String,
    truth: Vec<u8>,
    flagged: Vec<u8>,
    group: Vec<Option<String>>,
    groups: BTreeMap<String, Rates>,
    criteria: BTreeMap<FairnessCriterion, Gap>,
}

#[derive(Deserialize)]
struct Rates {
    n_rows: u64,
    selection_rate: Option<f64>,
    true_positive_rate: Option<f64>,
    false_positive_rate: Option<f64>,
    precision: Option<f64>,
    accuracy: Option<f64>,
}

#[derive(Deserialize)]
struct Gap {
    difference: Option<f64>,
    ratio: Option<f64>,
}

#[derive(Deserialize)]
struct QuartileCase {
    name: String,
    values: Vec<Option<f64>>,
    counts: Vec<u64>,
}

#[derive(Deserialize)]
struct ImportanceCase {
    name: String,
    metric: Metric,
    x: Vec<Vec<f64>>,
    truth: Vec<f64>,
    coefficients: Vec<Vec<f64>>,
    intercepts: Vec<f64>,
    mean: Vec<f64>,
    std: Vec<f64>,
}

/// Candidates that were trained on the same rows.
#[derive(Deserialize)]
struct FitCase {
    name: String,
    metric: Metric,
    candidates: Vec<FitCandidate>,
}

#[derive(Deserialize)]
struct FitCandidate {
    name: String,
    algorithm: Algorithm,
    /// Beside the others.
    expected: FitVerdict,
    /// With nothing to compare with, where that is another verdict.
    alone: Option<FitVerdict>,
    n_rows: u64,
    train: BTreeMap<Metric, f64>,
    validation: BTreeMap<Metric, Figure>,
}

#[derive(Deserialize)]
struct Figure {
    value: f64,
    low: Option<f64>,
    high: Option<f64>,
    baseline: f64,
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("../../../tests/golden/evaluate/evaluate.json")).unwrap()
}

fn same(what: &str, got: Option<f64>, expected: Option<f64>) {
    let fits = match (got, expected) {
        (Some(a), Some(b)) => (a - b).abs() <= TOLERANCE * b.abs().max(1.0),
        (a, b) => a.is_none() && b.is_none(),
    };
    assert!(fits, "{what}: {got:?}, reference {expected:?}");
}

fn two_columns(p: &[f64]) -> Vec<f64> {
    p.iter().flat_map(|&p| [1.0 - p, p]).collect()
}

#[test]
fn thresholds_and_costs() {
    for case in golden().thresholds {
        let costs = Costs {
            false_positive: case.false_positive,
            false_negative: case.false_negative,
            currency: "€".to_owned(),
        };
        let table = threshold::table(&case.truth, &case.scores, Some(&costs), None);
        assert!(table.len() <= threshold::MAX_POINTS && table.windows(2).all(|pair| pair[0].threshold < pair[1].threshold));
        for point in &table {
            let flagged = |row: &usize| case.scores[*row] >= point.threshold;
            let n = case.scores.len();
            let n_tp = (0..n).filter(|row| flagged(row) && case.truth[*row] == 1).count() as u64;
            let n_fp = (0..n).filter(|row| flagged(row) && case.truth[*row] == 0).count() as u64;
            assert_eq!(
                (point.n_true_positive, point.n_false_positive),
                (n_tp, n_fp),
                "{} at {}",
                case.name,
                point.threshold
            );
            let as_f32 = (0..n)
                .filter(|&row| case.scores[row] as f32 >= point.threshold as f32)
                .count() as u64;
            assert_eq!(
                as_f32,
                n_tp + n_fp,
                "{}: {} flags other rows in f32",
                case.name,
                point.threshold
            );
        }
        for wanted in [0.0, 0.5, 1.0] {
            assert!(
                table.iter().any(|point| point.threshold == wanted),
                "{}: no {wanted}",
                case.name
            );
        }
        let best = table[threshold::best(&table).unwrap() as usize];
        same(&case.name, best.cost, Some(case.lowest_cost));
        for other in table.iter().filter(|point| point.cost == best.cost) {
            assert!((best.threshold - 0.5).abs() <= (other.threshold - 0.5).abs(), "{}", case.name);
        }
        for expected in &case.points {
            let values = two_columns(&case.scores);
            let truth = Truth::Classes {
                codes: &case.truth,
                n_classes: 2,
            };
            let predicted = Predicted::Probabilities {
                values: &values,
                n_classes: 2,
                threshold: Some(expected.threshold),
            };
            let at = table.iter().find(|point| point.threshold == expected.threshold);
            if let Some(at) = at {
                let counts = (
                    at.n_true_positive,
                    at.n_false_positive,
                    at.n_true_negative,
                    at.n_false_negative,
                );
                assert_eq!(
                    counts,
                    (expected.tp, expected.fp, expected.tn, expected.missed),
                    "{}",
                    case.name
                );
                same(&case.name, at.cost, Some(expected.cost));
                same(&case.name, at.precision, expected.precision);
                same(&case.name, at.recall, expected.recall);
                same(&case.name, at.f1, expected.f1);
                same(&case.name, Some(at.accuracy), Some(expected.accuracy));
                same(&case.name, at.mcc, expected.mcc);
            }
            let judged = Judged {
                truth,
                predicted,
                baseline: predicted,
                constants: None,
                n_features: 1,
                current: None,
                seed: 1,
            };
            let cost = evaluate::cost_per_1000(&judged, &costs, &mut Unobserved).unwrap();
            let n = case.truth.len() as f64;
            same(&case.name, cost.value, Some(expected.cost / n * 1000.0));
            let limits = cost.low.zip(cost.high);
            assert!(limits.is_none_or(|(low, high)| low <= expected.cost / n * 1000.0 && expected.cost / n * 1000.0 <= high));
        }
    }
}

#[test]
fn fairness_as_fairlearn() {
    for case in golden().fairness {
        let category = Category::from_texts(case.group.iter().map(Option::as_deref));
        let column = Column::new("group", ColumnData::Category(category));
        let positive: Vec<bool> = case.truth.iter().map(|&t| t == 1).collect();
        let flagged: Vec<bool> = case.flagged.iter().map(|&t| t == 1).collect();
        let decisions = Decisions {
            positive: &positive,
            flagged: &flagged,
            n_verdicts: 1,
            seed: 1,
        };
        let declared = [(FairnessCriterion::DemographicParity, 0.1)];
        let got = fairness::judge(&column, &decisions, &declared, &mut Unobserved).unwrap();
        assert_eq!(got.groups.len(), case.groups.len(), "{}", case.name);
        for group in &got.groups {
            let what = format!("{}, {}", case.name, group.group);
            let expected = &case.groups[&group.group];
            assert_eq!(group.n_rows, expected.n_rows, "{what}");
            same(&what, group.selection_rate.value, expected.selection_rate);
            same(&what, group.true_positive_rate.value, expected.true_positive_rate);
            same(&what, group.false_positive_rate.value, expected.false_positive_rate);
            same(&what, group.precision.value, expected.precision);
            same(&what, group.accuracy.value, expected.accuracy);
            if let Scored {
                value: Some(value),
                low: Some(low),
                high: Some(high),
                ..
            } = group.selection_rate
            {
                assert!(low <= value && value <= high, "{what}");
            }
        }
        for result in &got.criteria {
            let what = format!("{}, {:?}", case.name, result.criterion);
            let expected = &case.criteria[&result.criterion];
            same(&what, result.difference, expected.difference);
            same(&what, result.ratio, expected.ratio);
            assert!(!result.message.says().contains('{'), "{}", result.message.says());
            let judged = result.criterion == FairnessCriterion::DemographicParity && result.difference.is_some();
            assert_eq!(result.within.is_some(), judged, "{what}");
            assert_eq!(result.low.is_some(), result.difference.is_some(), "{what}");
        }
    }
}

use spec::run::Scored;

#[test]
fn numbers_are_cut_at_their_quartiles() {
    for case in golden().quartiles {
        let values = case.values.iter().map(|value| value.unwrap_or(f64::NAN)).collect();
        let (names, codes) = fairness::groups(&Column::new("x", ColumnData::Number(values)));
        let counts: Vec<u64> = (0..names.len())
            .map(|g| codes.iter().filter(|&&code| code as usize == g).count() as u64)
            .collect();
        assert_eq!(counts, case.counts, "{}: {names:?}", case.name);
    }
}

#[test]
fn permutation_importance_as_scikit_learn() {
    for case in golden().importance {
        let classes = !case.metric.name().contains("r2") && !case.metric.has_target_unit();
        let n_classes = case.coefficients.len().max(2);
        let codes: Vec<u32> = case.truth.iter().map(|&t| t as u32).collect();
        let truth = if classes {
            Truth::Classes {
                codes: &codes,
                n_classes,
            }
        } else {
            Truth::Values(&case.truth)
        };
        let names: Vec<String> = (0..case.x.len()).map(|j| format!("x{j}")).collect();
        let columns = case
            .x
            .iter()
            .zip(&names)
            .map(|(x, name)| Column::new(name.as_str(), ColumnData::Number(x.clone())))
            .collect();
        let table = Table::new(columns).unwrap();
        let mut predict = |table: &Table| {
            let columns: Vec<_> = names
                .iter()
                .map(|name| table.column(name).unwrap().numbers().unwrap())
                .collect();
            let scores = |row: usize| -> Vec<f64> {
                let score = |(w, b): (&Vec<f64>, &f64)| b + w.iter().zip(&columns).map(|(w, x)| w * x[row]).sum::<f64>();
                case.coefficients.iter().zip(&case.intercepts).map(score).collect()
            };
            let rows = 0..table.n_rows();
            Ok(match (classes, n_classes) {
                (false, _) => Predictions::Values(rows.map(|row| scores(row)[0]).collect()),
                (true, 2) => Predictions::Probabilities {
                    n_classes: 2,
                    values: rows
                        .flat_map(|row| two_columns(&[math::float::sigmoid(scores(row)[0])]))
                        .collect(),
                },
                (true, n_classes) => Predictions::Probabilities {
                    n_classes,
                    values: rows
                        .flat_map(|row| {
                            let mut scores = scores(row);
                            math::float::softmax(&mut scores);
                            scores
                        })
                        .collect(),
                },
            })
        };
        let measure = Measure {
            metric: case.metric,
            decision_threshold: None,
            n_features: 1,
            n_repeats: 60,
            seed: 9,
        };
        let all = importance::of_columns(&table, &names, &truth, &measure, &mut predict, &mut Unobserved).unwrap();
        assert!(all.windows(2).all(|pair| pair[0].mean >= pair[1].mean), "{}", case.name);
        for (j, name) in names.iter().enumerate() {
            let got = all.iter().find(|importance| &importance.column == name).unwrap();
            // Means of 60 and of 300 shuffles: four standard errors.
            let allowed = 4.0 * case.std[j] * (1.0f64 / 60.0 + 1.0 / 300.0).sqrt() + 1e-12;
            let what = format!(
                "{}, {name}: {got:?}, scikit-learn {} ± {}",
                case.name, case.mean[j], case.std[j]
            );
            assert!((got.mean - case.mean[j]).abs() <= allowed, "{what}");
            assert!(case.std[j] == 0.0 || (got.std / case.std[j] - 1.0).abs() < 0.5, "{what}");
        }
        let alone = importance::of_column(&table, &names[0], &truth, &measure, &mut predict, &mut Unobserved).unwrap();
        assert!(all.contains(&alone), "the same figure alone as among others");
    }
}

#[test]
fn fits_are_told_apart() {
    for case in golden().fits {
        let runs: Vec<Figures> = case.candidates.iter().map(Figures::of).collect();
        for (i, candidate) in case.candidates.iter().enumerate() {
            let one = runs[i].candidate(i, candidate);
            let others: Vec<Candidate> = (0..runs.len())
                .filter(|other| *other != i)
                .map(|other| runs[other].candidate(other, &case.candidates[other]))
                .collect();
            let what = format!("{}, {}", case.name, candidate.name);
            let beside = diagnosis::judge(case.metric, &one, &others);
            assert_eq!(beside.verdict, candidate.expected, "{what}: {}", beside.message.says());
            let alone = diagnosis::judge(case.metric, &one, &[]);
            assert_eq!(
                alone.verdict,
                candidate.alone.unwrap_or(candidate.expected),
                "{what}, alone: {}",
                alone.message.says()
            );
            for says in [beside.message.says(), alone.message.says()] {
                assert!(!says.contains(['{', '}']) && !says.contains("NaN"), "{what}: {says}");
            }
        }
    }
}

/// Figures of a candidate as a run has them.
struct Figures {
    train: BTreeMap<Metric, FoldScore>,
    validation: spec::run::Scores,
}

impl Figures {
    fn of(case: &FitCandidate) -> Self {
        let train = case
            .train
            .iter()
            .map(|(metric, mean)| (*metric, FoldScore { mean: *mean, std: None }));
        let scored = |figure: &Figure| Scored {
            value: Some(figure.value),
            low: figure.low,
            high: figure.high,
            baseline: Some(figure.baseline),
            baseline_of: None,
        };
        Self {
            train: train.collect(),
            validation: case
                .validation
                .iter()
                .map(|(metric, figure)| (*metric, scored(figure)))
                .collect(),
        }
    }

    fn candidate(&self, id: usize, case: &FitCandidate) -> Candidate<'_> {
        Candidate {
            id: id as u32 + 1,
            algorithm: case.algorithm,
            train: &self.train,
            validation: &self.validation,
            n_validated: case.n_rows,
        }
    }
}

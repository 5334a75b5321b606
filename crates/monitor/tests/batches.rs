//! Performance, champion against challenger, and what many batches call for.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::collections::BTreeMap;

use math::{Rng, float};
use metrics::{Predicted, Truth};
use monitor::{
    Batch, Expected, Stamp, Training, alarms, challenger_verdict, compare, holds, learn, performance, retrain_advice, summarize,
};
use spec::monitor::{
    AlarmSeverity, AlertRule, BatchSummary, Change, Condition, DriftVerdict, MonitorRules, PerformanceFigure, RetrainRule,
};
use spec::run::{Scored, Scores};
use spec::{Metric, Unobserved};
use table::{Category, Column, ColumnData, Table};

const DAY_MS: f64 = 86_400_000.0;

/// Truth, and the probabilities of a model that sees it through noise.
fn scored(seed: u64, n: usize, noise: f64) -> (Vec<u32>, Vec<f64>) {
    let mut rng = Rng::stream(seed, "rows", 0);
    let truth: Vec<u32> = (0..n).map(|_| u32::from(rng.uniform() < 0.3)).collect();
    (truth.clone(), seen(seed, &truth, noise))
}

fn seen(seed: u64, truth: &[u32], noise: f64) -> Vec<f64> {
    let mut rng = Rng::stream(seed, "noise", 0);
    truth
        .iter()
        .flat_map(|&t| {
            let p = float::sigmoid(2.0 * f64::from(t) - 1.0 + noise * rng.normal());
            [1.0 - p, p]
        })
        .collect()
}

fn two(codes: &[u32]) -> Truth<'_> {
    Truth::Classes { codes, n_classes: 2 }
}

fn probabilities(values: &[f64]) -> Predicted<'_> {
    Predicted::Probabilities {
        values,
        n_classes: 2,
        threshold: None,
    }
}

fn reference_scores() -> Scores {
    let (truth, values) = scored(1, 3000, 1.0);
    let metrics = [Metric::RocAuc, Metric::LogLoss];
    let intervals = metrics::interval::bootstrap(&metrics, &two(&truth), &probabilities(&values), 500, 1, 0.95, &mut Unobserved);
    let intervals = intervals.unwrap();
    let scored = |metric: &Metric| {
        let value = metrics::score(*metric, &two(&truth), &probabilities(&values));
        let (low, high) = intervals[metric];
        let scored = Scored {
            value,
            low: Some(low),
            high: Some(high),
            ..Scored::default()
        };
        (*metric, scored)
    };
    metrics.iter().map(scored).collect()
}

#[test]
fn performance_is_worse_the_same_better_or_open() {
    let scores = reference_scores();
    let expected = Expected {
        scores: &scores,
        n_features: None,
    };
    let rules = MonitorRules::default();
    let judge = |n: usize, noise: f64| {
        let (truth, values) = scored(2, n, noise);
        let report = performance(&expected, &two(&truth), &probabilities(&values), &rules, 1, &mut Unobserved).unwrap();
        for figure in report.figures.values() {
            assert!(!figure.message.says().contains('{'), "{}", figure.message.says());
        }
        report
    };
    let change = |n, noise| judge(n, noise).figures[&Metric::RocAuc].change;
    assert_eq!(change(2000, 1.0), Change::Same);
    assert_eq!(change(2000, 3.0), Change::Worse);
    assert_eq!(change(2000, 0.5), Change::Better);
    assert_eq!(change(80, 1.2), Change::CannotTell);
    let few = judge(49, 3.0);
    let figure = &few.figures[&Metric::RocAuc];
    assert_eq!(
        (figure.change, figure.message.code.as_str()),
        (Change::CannotTell, "monitor.performance_few_rows")
    );
    assert!(figure.value.is_some());
    let worse = judge(2000, 3.0);
    let figure = &worse.figures[&Metric::RocAuc];
    assert_eq!(figure.reference, scores[&Metric::RocAuc].value);
    assert!((figure.difference.unwrap() - (figure.value.unwrap() - figure.reference.unwrap())).abs() < 1e-15);
    assert!(figure.difference_low < figure.difference && figure.difference < figure.difference_high);
    assert_eq!(
        worse.figures[&Metric::LogLoss].change,
        Change::Worse,
        "a loss that rises is worse"
    );
    // One class only: not defined, and said so.
    let report = performance(
        &expected,
        &two(&[1; 60]),
        &probabilities(&[0.5; 120]),
        &rules,
        1,
        &mut Unobserved,
    )
    .unwrap();
    assert_eq!(report.figures[&Metric::RocAuc].message.code, "monitor.performance_undefined");
    let misfit = performance(
        &expected,
        &two(&[1; 60]),
        &probabilities(&[0.5; 4]),
        &rules,
        1,
        &mut Unobserved,
    );
    assert_eq!(misfit.unwrap_err().message.code, "monitor.shape");
}

/// The interval of a difference of two independent figures holds the true one about as often as it says.
#[test]
fn the_interval_of_the_difference_covers() {
    let n_tries = 60;
    let mut n_covered = 0;
    for seed in 0..n_tries {
        let metrics = [Metric::Accuracy];
        let sample = |offset: u64| {
            let (truth, values) = scored(1000 + 2 * seed + offset, 400, 1.0);
            (truth, values)
        };
        let (truth, values) = sample(0);
        let interval =
            metrics::interval::bootstrap(&metrics, &two(&truth), &probabilities(&values), 200, 1, 0.95, &mut Unobserved);
        let (low, high) = interval.unwrap()[&Metric::Accuracy];
        let scored = Scored {
            value: metrics::score(Metric::Accuracy, &two(&truth), &probabilities(&values)),
            low: Some(low),
            high: Some(high),
            ..Scored::default()
        };
        let scores: Scores = BTreeMap::from([(Metric::Accuracy, scored)]);
        let (truth, values) = sample(1);
        let expected = Expected {
            scores: &scores,
            n_features: None,
        };
        let rules = MonitorRules::default();
        let report = performance(&expected, &two(&truth), &probabilities(&values), &rules, 1, &mut Unobserved).unwrap();
        let figure = &report.figures[&Metric::Accuracy];
        n_covered += usize::from(figure.difference_low.unwrap() <= 0.0 && 0.0 <= figure.difference_high.unwrap());
    }
    // 57 of 60 expected; 51 or fewer has a chance below 1%.
    assert!((52..=60).contains(&n_covered), "{n_covered}");
}

#[test]
fn a_challenger_must_be_surely_better() {
    let rules = MonitorRules::default();
    let verdict = |n: usize, of_champion: f64, of_challenger: f64, metric: Metric| {
        let (truth, champion) = scored(5, n, of_champion);
        let challenger = seen(6, &truth, of_challenger);
        let verdict = challenger_verdict(
            metric,
            &two(&truth),
            &probabilities(&champion),
            &probabilities(&challenger),
            &rules,
            1,
            &mut Unobserved,
        )
        .unwrap();
        assert!(!verdict.message.says().contains('{'), "{}", verdict.message.says());
        verdict
    };
    for metric in [Metric::RocAuc, Metric::LogLoss] {
        assert_eq!(verdict(2000, 2.0, 1.0, metric).change, Change::Better);
        assert_eq!(verdict(2000, 1.0, 2.0, metric).change, Change::Worse);
    }
    assert_eq!(verdict(4000, 1.0, 1.0, Metric::RocAuc).change, Change::Same);
    assert_eq!(verdict(60, 2.0, 1.8, Metric::RocAuc).change, Change::CannotTell);
    let few = verdict(49, 3.0, 0.5, Metric::RocAuc);
    assert_eq!(
        (few.change, few.message.code.as_str()),
        (Change::CannotTell, "monitor.challenger_few_rows")
    );
    // Against itself there is no difference in any resample.
    let (truth, champion) = scored(5, 300, 1.0);
    let both = probabilities(&champion);
    let itself = challenger_verdict(Metric::RocAuc, &two(&truth), &both, &both, &rules, 1, &mut Unobserved).unwrap();
    assert_eq!(
        (itself.difference, itself.low, itself.high, itself.change),
        (Some(0.0), Some(0.0), Some(0.0), Change::Same)
    );
    let misfit = challenger_verdict(
        Metric::RocAuc,
        &two(&truth),
        &both,
        &probabilities(&[0.5, 0.5]),
        &rules,
        1,
        &mut Unobserved,
    );
    assert_eq!(misfit.unwrap_err().message.code, "monitor.shape");
    let values = Predicted::Values(&[1.0; 300]);
    let other = challenger_verdict(Metric::RocAuc, &two(&truth), &both, &values, &rules, 1, &mut Unobserved).unwrap();
    assert_eq!(other.message.code, "monitor.challenger_undefined");
}

/// Pairing tells what two intervals side by side do not.
#[test]
fn pairing_finds_small_differences() {
    let (truth, champion) = scored(9, 1500, 1.5);
    let challenger: Vec<f64> = truth
        .iter()
        .zip(champion.chunks(2))
        .flat_map(|(&t, p)| {
            let logit = float::ln(p[1] / p[0]) + if t == 1 { 0.15 } else { 0.0 };
            let p = float::sigmoid(logit);
            [1.0 - p, p]
        })
        .collect();
    let rules = MonitorRules::default();
    let (champion, challenger) = (probabilities(&champion), probabilities(&challenger));
    let verdict = challenger_verdict(
        Metric::RocAuc,
        &two(&truth),
        &champion,
        &challenger,
        &rules,
        1,
        &mut Unobserved,
    )
    .unwrap();
    assert_eq!(verdict.change, Change::Better);
    let alone = |predicted: &Predicted| {
        let intervals = metrics::interval::bootstrap(&[Metric::RocAuc], &two(&truth), predicted, 500, 1, 0.95, &mut Unobserved);
        intervals.unwrap()[&Metric::RocAuc]
    };
    assert!(alone(&champion).1 > alone(&challenger).0, "the two intervals overlap");
}

/// A batch of 500 rows in which the columns named in `moved` have drifted.
fn batch(id: u32, version: &str, moved: &[&str], n: usize) -> BatchSummary {
    let names = ["a", "b", "c"];
    let column = |name: &str, seed: u64, mean: f64, n: usize| {
        let mut rng = Rng::stream(seed, name, 0);
        Column::new(name, ColumnData::Number((0..n).map(|_| mean + rng.normal()).collect()))
    };
    let table = |seed: u64, n: usize, moved: &[&str]| {
        let each = names
            .iter()
            .map(|name| column(name, seed, if moved.contains(name) { 2.0 } else { 0.0 }, n));
        Table::new(each.collect()).unwrap()
    };
    let before = table(1, 600, &[]);
    let training = Training {
        table: &before,
        prediction: None,
        target: None,
        importance: &[],
    };
    let rules = MonitorRules::default();
    let reference = learn(&training, &rules, &mut Unobserved).unwrap();
    let now = table(u64::from(id) + 1, n, moved);
    let batch = Batch {
        table: Some(&now),
        known_rows: None,
        prediction: None,
        target: None,
    };
    let report = compare(&reference, &batch, &rules, &mut Unobserved).unwrap();
    let stamp = Stamp {
        id,
        name: format!("week {id}"),
        at_ms: f64::from(id) * 7.0 * DAY_MS,
        version: version.to_owned(),
    };
    let json = serde_json::to_string(&summarize(stamp, &report, None, Some(Metric::RocAuc))).unwrap();
    serde_json::from_str(&json).unwrap()
}

fn rules(when: Condition, for_batches: u32) -> MonitorRules {
    MonitorRules {
        alerts: vec![AlertRule {
            id: "rule".to_owned(),
            when: when.clone(),
            for_batches,
            severity: AlarmSeverity::Warning,
            enabled: true,
        }],
        retrain: vec![
            RetrainRule::AfterBatches {
                when,
                n_batches: for_batches,
            },
            RetrainRule::EveryDays { days: 90.0 },
        ],
        ..MonitorRules::default()
    }
}

#[test]
fn alarms_wait_for_batches_in_a_row() {
    let drifted = |id| batch(id, "1", &["a"], 500);
    let calm = |id| batch(id, "1", &[], 500);
    let small = |id| batch(id, "1", &[], 8);
    let other_version = |id| batch(id, "0", &["a"], 500);
    assert_eq!(drifted(1).verdict, DriftVerdict::Drifted);
    let rules = rules(Condition::DataDrift, 2);
    let n = |batches: &[BatchSummary]| alarms(batches, &rules).first().map(|alarm| alarm.n_batches);
    assert_eq!(n(&[]), None);
    assert_eq!(n(&[drifted(1)]), None);
    assert_eq!(n(&[drifted(1), drifted(2)]), Some(2));
    assert_eq!(n(&[drifted(1), calm(2), drifted(3)]), None);
    assert_eq!(
        n(&[drifted(1), small(2), drifted(3)]),
        Some(2),
        "one that cannot tell neither counts nor ends the row"
    );
    assert_eq!(
        n(&[drifted(1), drifted(2), small(3)]),
        None,
        "no alarm of a batch that cannot tell"
    );
    assert_eq!(
        n(&[other_version(1), drifted(2)]),
        None,
        "another version of the model ends it"
    );
    assert_eq!(n(&[drifted(1), drifted(2), calm(3)]), None);
    let alarm = alarms(&[drifted(1), drifted(2), drifted(3)], &rules).remove(0);
    assert_eq!((alarm.batch, alarm.rule.as_str(), alarm.n_batches), (3, "rule", 3));
    assert_eq!(
        alarm.message.says(),
        "week 3: the data set has drifted, 1 of 3 judged columns (3 batches in a row). a has drifted: where it differs most, the share of \
         rows up to a value has changed by 71.9%, and 10% is tolerated"
    );
    // Training again follows the same count, also when the newest batch cannot tell.
    let due = |batches: &[BatchSummary]| retrain_advice(batches, &rules, None, 0.0).due;
    assert!(due(&[drifted(1), drifted(2), small(3)]) && !due(&[drifted(1), calm(2), drifted(3)]) && !due(&[]));
    let reason = retrain_advice(&[drifted(1), drifted(2)], &rules, None, 0.0).reasons.remove(0);
    assert_eq!(
        reason.says(),
        "Train again: the data set has drifted, in 2 batches in a row; the rule says 2"
    );
}

#[test]
fn days_count_too() {
    let rules = rules(Condition::DataDrift, 1);
    let advice = |days: f64| retrain_advice(&[], &rules, Some(1000.0 * DAY_MS), (1000.0 + days) * DAY_MS);
    assert!(!advice(89.9).due);
    assert_eq!(advice(0.0).next_due_ms, Some(1090.0 * DAY_MS));
    let due = advice(100.5);
    assert!(due.due);
    assert_eq!(
        due.reasons[0].says(),
        "Train again: the model is 100 days old; the rule says 90"
    );
    assert_eq!(retrain_advice(&[], &rules, None, 1e15).next_due_ms, None);
}

#[test]
fn every_condition_sees_what_it_is_for() {
    let rules = MonitorRules::default();
    let calm = batch(1, "1", &[], 500);
    let drifted = batch(1, "1", &["a"], 500);
    let holds = |condition: Condition, batch: &BatchSummary| holds(&condition, batch, &rules);
    let column = |name: &str| Condition::ColumnDrift {
        column: Some(name.to_owned()),
    };
    assert_eq!(
        (holds(column("a"), &drifted), holds(column("b"), &drifted)),
        (Some(true), Some(false))
    );
    assert_eq!(holds(column("nobody"), &drifted), None);
    assert_eq!(holds(Condition::ColumnDrift { column: None }, &drifted), Some(true));
    assert_eq!(
        (
            holds(Condition::PredictionDrift, &drifted),
            holds(Condition::TargetDrift, &drifted)
        ),
        (None, None)
    );
    let mut changed = calm.clone();
    changed.columns[1].missing_grew = true;
    changed.columns[1].unseen = 0.06;
    changed.columns[2].out_of_range = 0.06;
    for condition in [
        Condition::MissingGrowth { column: None },
        Condition::UnseenLevels { share: 0.05 },
        Condition::OutOfRange { share: 0.05 },
    ] {
        assert_eq!(
            (holds(condition.clone(), &calm), holds(condition, &changed)),
            (Some(false), Some(true))
        );
    }
    let mut absent = calm.clone();
    absent.columns[0].presence = spec::monitor::Presence::Absent;
    assert_eq!(
        (
            holds(Condition::ColumnsAbsent, &calm),
            holds(Condition::ColumnsAbsent, &absent)
        ),
        (Some(false), Some(true))
    );
    absent.n_rows = 0;
    assert_eq!(holds(Condition::ColumnsAbsent, &absent), None);
    let mut judged = calm.clone();
    judged.n_outcomes = 100;
    let figure = |change| PerformanceFigure {
        reference: Some(0.8),
        value: Some(0.7),
        low: None,
        high: None,
        difference: None,
        difference_low: None,
        difference_high: None,
        tolerated: 0.04,
        change,
        message: spec::Message::new("monitor.performance_worse"),
    };
    let worse = Condition::PerformanceWorse { metric: None };
    assert_eq!(holds(worse.clone(), &judged), None);
    for (change, expected) in [
        (Change::Worse, Some(true)),
        (Change::Same, Some(false)),
        (Change::Better, Some(false)),
        (Change::CannotTell, None),
    ] {
        judged.performance.insert(Metric::RocAuc, figure(change));
        assert_eq!(holds(worse.clone(), &judged), expected);
    }
    let beyond = |metric, value| Condition::MetricBeyond { metric, value };
    judged.performance.insert(Metric::LogLoss, figure(Change::Same));
    assert_eq!(holds(beyond(Metric::RocAuc, 0.71), &judged), Some(true));
    assert_eq!(holds(beyond(Metric::RocAuc, 0.7), &judged), Some(false));
    assert_eq!(holds(beyond(Metric::LogLoss, 0.69), &judged), Some(true));
    assert_eq!(holds(beyond(Metric::LogLoss, 0.7), &judged), Some(false));
    judged.n_outcomes = 10;
    assert_eq!(holds(beyond(Metric::RocAuc, 0.71), &judged), None);
    let small = batch(1, "1", &["a"], 100);
    assert_eq!(
        (holds(Condition::TooFewRows, &small), holds(Condition::TooFewRows, &calm)),
        (Some(true), Some(false))
    );
    for condition in [Condition::DataDrift, column("a"), Condition::OutOfRange { share: 0.0 }] {
        assert_eq!(holds(condition, &small), None);
    }
}

#[test]
fn the_rules_of_a_new_project() {
    let rules = MonitorRules::default();
    monitor::check(&rules).unwrap();
    let json = serde_json::to_string(&rules).unwrap();
    assert_eq!(serde_json::from_str::<MonitorRules>(&json).unwrap(), rules);
    assert_eq!(
        serde_json::from_str::<MonitorRules>("{}").unwrap(),
        rules,
        "what is absent is the default"
    );
    let mut changed = batch(1, "1", &["a"], 500);
    changed.columns[0].missing_grew = true;
    changed.columns[1].unseen = 0.5;
    changed.columns[1].out_of_range = 0.5;
    changed.columns[2].presence = spec::monitor::Presence::Absent;
    let found = alarms(&[changed], &rules);
    let ids: Vec<&str> = found.iter().map(|alarm| alarm.rule.as_str()).collect();
    assert_eq!(
        ids,
        [
            "columns_absent",
            "data_drift",
            "missing_growth",
            "unseen_levels",
            "out_of_range"
        ]
    );
    assert!(found.windows(2).all(|pair| pair[0].severity >= pair[1].severity));
    let words: Vec<String> = found.iter().map(|alarm| alarm.message.says()).collect();
    assert!(
        words.iter().all(|text| !text.contains('{') && text.starts_with("week 1")),
        "{words:?}"
    );
}

#[test]
fn bad_rules_are_named() {
    let code = |change: &dyn Fn(&mut MonitorRules)| {
        let mut rules = MonitorRules::default();
        change(&mut rules);
        let message = monitor::check(&rules).unwrap_err().message;
        assert!(
            !message.says().contains('{') && !message.hint().is_empty(),
            "{}",
            message.says()
        );
        message.code
    };
    assert_eq!(code(&|rules| rules.share_of_columns = 1.5), "monitor.rule_share");
    assert_eq!(code(&|rules| rules.significance = f64::NAN), "monitor.rule_share");
    assert_eq!(
        code(&|rules| rules.alerts[0].when = Condition::UnseenLevels { share: -0.1 }),
        "monitor.rule_share"
    );
    assert_eq!(code(&|rules| rules.least_effect.wasserstein = 0.0), "monitor.rule_positive");
    assert_eq!(
        code(&|rules| rules.retrain = vec![RetrainRule::EveryDays { days: 0.0 }]),
        "monitor.rule_positive"
    );
    assert_eq!(code(&|rules| rules.alerts[0].for_batches = 0), "monitor.rule_positive");
    assert_eq!(code(&|rules| rules.tolerated_loss = -0.1), "monitor.rule_not_negative");
    assert_eq!(code(&|rules| rules.psi_alarm = 0.01), "monitor.rule_order");
    assert_eq!(code(&|rules| rules.alerts[0].id = "Bad id".to_owned()), "monitor.rule_id");
    assert_eq!(
        code(&|rules| rules.alerts[0].id = "data_drift".to_owned()),
        "monitor.rule_repeated"
    );
}

/// Labels for prediction drift of several classes: the label stands for them.
#[test]
fn a_summary_keeps_prediction_and_target() {
    let x = Table::new(vec![Column::new("x", ColumnData::Number((0..500).map(f64::from).collect()))]).unwrap();
    let label = |texts: &[&str]| {
        let cells: Vec<&str> = texts.iter().copied().cycle().take(500).collect();
        Column::new(
            "label",
            ColumnData::Category(Category::from_texts(cells.into_iter().map(Some))),
        )
    };
    let before = label(&["a", "b", "c"]);
    let training = Training {
        table: &x,
        prediction: Some(&before),
        target: None,
        importance: &[],
    };
    let rules = MonitorRules::default();
    let reference = learn(&training, &rules, &mut Unobserved).unwrap();
    let now = label(&["a", "a", "b", "c", "d"]);
    let batch = Batch {
        table: Some(&x),
        known_rows: None,
        prediction: Some(&now),
        target: None,
    };
    let report = compare(&reference, &batch, &rules, &mut Unobserved).unwrap();
    let stamp = Stamp {
        id: 1,
        name: "b".to_owned(),
        at_ms: 0.0,
        version: "1".to_owned(),
    };
    let summary = summarize(stamp, &report, None, None);
    assert_eq!(holds(&Condition::PredictionDrift, &summary, &rules), Some(true));
    assert_eq!(summary.prediction.unwrap().unseen, 0.2);
    assert_eq!(summary.target, None);
}

//! Batches made so that their verdict is known.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test stops at the first surprise"
)]

use math::Rng;
use monitor::{Batch, Training, compare, learn};
use spec::monitor::{
    ColumnDrift, Correction, DriftMethod, DriftReport, DriftVerdict, MonitorRules, PairedHistogram, Presence, Reference,
};
use spec::{ColumnType, Failure, Observer, Outcome, Unobserved};
use table::{Category, Column, ColumnData, MISSING_CODE, Table, Text};

fn numbers(name: &str, values: Vec<f64>) -> Column {
    Column::new(name, ColumnData::Number(values))
}

fn levels(name: &str, cells: &[&str]) -> Column {
    Column::new(
        name,
        ColumnData::Category(Category::from_texts(cells.iter().map(|cell| Some(*cell)))),
    )
}

fn normal(seed: u64, n: usize, mean: f64) -> Vec<f64> {
    let mut rng = Rng::stream(seed, "normal", 0);
    (0..n).map(|_| mean + rng.normal()).collect()
}

/// Codes drawn by their shares.
fn drawn(seed: u64, n: usize, shares: &[f64]) -> Category {
    let mut rng = Rng::stream(seed, "levels", 0);
    let mut draw = || {
        let mut left = rng.uniform();
        for (code, share) in shares.iter().enumerate() {
            left -= share;
            if left < 0.0 {
                return code as u32;
            }
        }
        shares.len() as u32 - 1
    };
    Category {
        levels: (0..shares.len()).map(|i| format!("level {i}")).collect(),
        codes: (0..n).map(|_| draw()).collect(),
    }
}

fn table(columns: Vec<Column>) -> Table {
    Table::new(columns).unwrap()
}

fn learned(table: &Table, importance: &[(String, f64)]) -> Reference {
    let training = Training {
        table,
        prediction: None,
        target: None,
        importance,
    };
    learn(&training, &MonitorRules::default(), &mut Unobserved).unwrap()
}

fn against(reference: &Reference, table: &Table, rules: &MonitorRules) -> DriftReport {
    let batch = Batch {
        table: Some(table),
        known_rows: None,
        prediction: None,
        target: None,
    };
    let report = compare(reference, &batch, rules, &mut Unobserved).unwrap();
    let codes: Vec<&str> = spec::texts::messages::codes().collect();
    for message in report
        .columns
        .iter()
        .flat_map(|column| [&column.message, &column.method_reason])
        .chain([&report.dataset.message])
    {
        assert!(codes.contains(&message.code.as_str()), "{}", message.code);
        assert!(
            !message.says().contains('{') && !message.hint().contains('{'),
            "{}",
            message.says()
        );
    }
    let json = serde_json::to_string(&report).unwrap();
    assert_eq!(serde_json::from_str::<DriftReport>(&json).unwrap(), report);
    report
}

/// One column of training against one of a batch.
fn one(before: Column, now: Column, rules: &MonitorRules) -> ColumnDrift {
    against(&learned(&table(vec![before]), &[]), &table(vec![now]), rules)
        .columns
        .remove(0)
}

fn by_default(before: Column, now: Column) -> ColumnDrift {
    one(before, now, &MonitorRules::default())
}

fn million(seed: u64, shift: f64, shares: &[f64]) -> Table {
    const N: usize = 1_000_000;
    let values = normal(seed, N, shift);
    let tail = values.iter().map(|x| if *x > 2.0 { 100.0 * x } else { *x });
    let whole = values.iter().map(|x| (4.0 * x).round());
    table(vec![
        numbers("tail", tail.collect()),
        numbers("whole", whole.collect()),
        numbers("smooth", values),
        Column::new("levels", ColumnData::Category(drawn(seed, N, shares))),
    ])
}

/// A large sample alone never alarms: without drift, and with one that is far beyond chance but too small to matter.
#[test]
fn a_million_rows_alarm_only_when_it_matters() {
    let shares = [0.5, 0.3, 0.15, 0.05];
    let reference = learned(&million(1, 0.0, &shares), &[]);
    let rules = MonitorRules::default();
    let same = against(&reference, &million(2, 0.0, &shares), &rules);
    assert_eq!(same.dataset.verdict, DriftVerdict::Stable);
    assert!(same.columns.iter().all(|column| column.verdict == DriftVerdict::Stable));
    let slight = against(&reference, &million(3, 0.03, &[0.49, 0.31, 0.15, 0.05]), &rules);
    assert_eq!(slight.dataset.verdict, DriftVerdict::Stable);
    for name in ["smooth", "whole", "levels"] {
        let column = slight.columns.iter().find(|column| column.name == name).unwrap();
        assert!(column.p_adjusted.unwrap() < 1e-9, "{name}: {:?}", column.p_adjusted);
        assert_eq!(column.message.code, "monitor.stable_small", "{name}");
    }
    let moved = against(&reference, &million(4, 0.5, &[0.3, 0.3, 0.15, 0.25]), &rules);
    assert_eq!(moved.dataset.verdict, DriftVerdict::Drifted);
    assert_eq!(moved.dataset.n_drifted, 4);
}

/// Three values of 9999 stretch the standard deviation of training so far that no shift is large beside it.
#[test]
fn a_few_far_values_do_not_hide_a_drift() {
    let far = |values: Vec<f64>| numbers("x", [values, vec![9999.0; 3]].concat());
    let calm = by_default(far(normal(1, 7000, 60.0)), far(normal(2, 2500, 60.0)));
    assert_eq!(
        (calm.method, calm.verdict),
        (DriftMethod::KolmogorovSmirnov, DriftVerdict::Stable)
    );
    assert_eq!(calm.method_reason.code, "monitor.method_far_values");
    let moved = by_default(far(normal(1, 7000, 60.0)), far(normal(2, 2500, 60.6)));
    assert!(moved.figures.wasserstein.unwrap() < 0.1, "{:?}", moved.figures.wasserstein);
    assert_eq!(moved.verdict, DriftVerdict::Drifted);
}

/// Forty columns, fifty batches, nothing changed: with tests alone about 100 of the 2,000 would be called drifted.
#[test]
fn many_columns_do_not_alarm_by_their_number() {
    let make = |seed: u64, n: usize| {
        let column = |i: u64| match i % 2 {
            0 => numbers(&format!("x{i}"), normal(seed * 1000 + i, n, 0.0)),
            _ => Column::new(
                format!("x{i}"),
                ColumnData::Category(drawn(seed * 1000 + i, n, &[0.4, 0.3, 0.2, 0.1])),
            ),
        };
        table((0..40).map(column).collect())
    };
    for n_reference in [900, 3000] {
        let reference = learned(&make(1, n_reference), &[]);
        let mut n_called = 0;
        for seed in 2..52 {
            let report = against(&reference, &make(seed, 250), &MonitorRules::default());
            assert_eq!(report.dataset.n_judged, 40);
            assert_ne!(report.dataset.verdict, DriftVerdict::Drifted);
            n_called += report.dataset.n_drifted;
        }
        assert!(n_called <= 6, "{n_called} of 2,000 with {n_reference} rows of training");
    }
}

#[test]
fn too_few_rows_are_not_judged_unless_it_is_certain() {
    let reference = learned(&table(vec![numbers("x", normal(1, 1000, 0.0))]), &[]);
    let report = against(
        &reference,
        &table(vec![numbers("x", normal(2, 199, 0.25))]),
        &MonitorRules::default(),
    );
    assert_eq!(report.dataset.verdict, DriftVerdict::CannotTell);
    assert_eq!(report.dataset.message.code, "monitor.batch_is_small");
    let column = &report.columns[0];
    assert_eq!(
        (column.verdict, column.message.code.as_str()),
        (DriftVerdict::CannotTell, "monitor.few_rows")
    );
    assert!(column.figures.kolmogorov_smirnov.unwrap() > 0.05, "measured all the same");
    let enough = by_default(numbers("x", normal(1, 1000, 0.0)), numbers("x", normal(2, 200, 9.0)));
    assert_eq!(enough.verdict, DriftVerdict::Drifted);
    // Eight standard deviations, every value missing, every level new, one level only: five rows are enough.
    let plan = levels("x", &["basic", "pro", "team", "free"].repeat(250));
    let x = || numbers("x", normal(1, 1000, 0.0));
    for n in [5, 20, 150] {
        let far = by_default(x(), numbers("x", normal(2, n, 8.0)));
        assert_eq!(far.verdict, DriftVerdict::Drifted, "{n}");
        assert!(!far.out_of_range.by_chance && far.out_of_range.n_above == n as u64);
        let missing = by_default(x(), numbers("x", vec![f64::NAN; n]));
        assert!(missing.missing.grew, "{n}");
        let new = by_default(plan.clone(), levels("x", &vec!["gold"; n]));
        assert_eq!((new.verdict, new.unseen.by_chance), (DriftVerdict::Drifted, false), "{n}");
    }
    assert_eq!(
        by_default(plan.clone(), levels("x", &["pro"; 20])).verdict,
        DriftVerdict::Drifted
    );
    // What chance does to twenty rows is none of it.
    for seed in 0..200 {
        let same = by_default(x(), numbers("x", normal(100 + seed, 20, 0.3)));
        assert_eq!((same.verdict, same.missing.grew), (DriftVerdict::CannotTell, false));
    }
    let few = against(
        &reference,
        &table(vec![numbers("x", normal(2, 20, 8.0))]),
        &MonitorRules::default(),
    );
    assert_eq!(few.dataset.verdict, DriftVerdict::Drifted);
}

#[test]
fn levels_are_named_and_spellings_told_apart() {
    let before = || levels("plan", &["basic", "pro"].repeat(300));
    let column = by_default(before(), levels("plan", &[vec!["basic"; 100], vec!["gold"; 300]].concat()));
    let says = column.message.says();
    assert_eq!(column.message.code, "monitor.drifted_shares");
    assert!(
        says.ends_with(": \"gold\" 0% -> 75%, \"pro\" 50% -> 0%, \"basic\" 50% -> 25%"),
        "{says}"
    );
    for now in [["BASIC", "PRO"], ["Basic", "pro"], ["b a s i c", "p-r-o"]] {
        let column = by_default(before(), levels("plan", &now.repeat(200)));
        assert!(column.is_respelled && column.verdict == DriftVerdict::Drifted, "{now:?}");
        assert_eq!(column.message.code, "monitor.drifted_spelling");
        assert!(
            column.message.says().contains(&format!("\"{}\" for \"basic\"", now[0])),
            "{}",
            column.message.says()
        );
        assert!(column.message.hint().contains("training again does not help"));
    }
    // Blanks around a level are no part of it, as for every scorer.
    let blanks = by_default(before(), levels("plan", &["basic ", " pro"].repeat(200)));
    assert_eq!((blanks.verdict, blanks.unseen.n_rows), (DriftVerdict::Stable, 0));
    // Another spelling and another mix: not the spelling alone.
    let column = by_default(before(), levels("plan", &[vec!["BASIC"; 380], vec!["PRO"; 20]].concat()));
    assert!(!column.is_respelled && column.verdict == DriftVerdict::Drifted);
    // 1.5 is not 15.
    let sizes = levels("plan", &["1.5", "2.5"].repeat(300));
    assert!(!by_default(sizes, levels("plan", &["15", "25"].repeat(200))).is_respelled);
}

/// Levels that training saw once, and values at the ends of a short training file, come anew in every file.
#[test]
fn new_values_that_chance_brings_raise_nothing() {
    let names = |seed: u64, n: usize| {
        let mut rng = Rng::stream(seed, "names", 0);
        let cells: Vec<String> = (0..n)
            .map(|_| format!("name {}", (1.0 / (0.001 + rng.uniform())) as u64))
            .collect();
        levels("x", &cells.iter().map(String::as_str).collect::<Vec<&str>>())
    };
    let column = by_default(names(1, 500), names(2, 1000));
    assert!(
        column.unseen.n_rows > 50 && column.unseen.by_chance,
        "{:?}",
        column.unseen.n_rows
    );
    let column = by_default(numbers("x", normal(1, 60, 0.0)), numbers("x", normal(3, 400, 0.0)));
    assert!(column.out_of_range.n_above + column.out_of_range.n_below > 0 && column.out_of_range.by_chance);
}

/// A file of the training rows' own source raises an alarm in one of fifty at most, whatever the reference is: of few rows
/// and of many, and with predictions of a test part only.
#[test]
fn files_of_the_same_source_raise_no_alarm() {
    let is_long = std::env::var("WORKBENCH_TEST_LONG").is_ok_and(|value| value == "1");
    let (n_references, n_files) = if is_long { (50, 500) } else { (10, 50) };
    let draw = |rng: &mut Rng, n: usize| {
        let x = |rng: &mut Rng| (0..n).map(|_| rng.normal()).collect::<Vec<f64>>();
        let tail = |rng: &mut Rng| (0..n).map(|_| math::float::exp(rng.normal())).collect::<Vec<f64>>();
        let few = |rng: &mut Rng| (0..n).map(|_| rng.below(4) as f64).collect::<Vec<f64>>();
        let gaps = |rng: &mut Rng| {
            (0..n)
                .map(|_| if rng.uniform() < 0.2 { f64::NAN } else { rng.normal() })
                .collect::<Vec<f64>>()
        };
        let level = |rng: &mut Rng, k: f64| {
            let cells: Vec<String> = (0..n)
                .map(|_| format!("l{}", (k * rng.uniform() * rng.uniform()) as u64))
                .collect();
            cells
        };
        let category = |name: &str, cells: &[String]| levels(name, &cells.iter().map(String::as_str).collect::<Vec<&str>>());
        let columns = vec![
            numbers("a", x(rng)),
            numbers("b", tail(rng)),
            numbers("c", few(rng)),
            numbers("d", gaps(rng)),
            category("e", &level(rng, 3.0)),
            category("f", &level(rng, 300.0)),
            category("g", &level(rng, 2.0)),
            numbers("h", x(rng)),
        ];
        let prediction = (0..n).map(|_| math::float::sigmoid(rng.normal())).collect();
        (
            table(columns),
            numbers("probability", prediction),
            category("target", &level(rng, 2.0)),
        )
    };
    let rules = MonitorRules::default();
    let (mut n_alarmed, mut n_drifted, mut n_all) = (0, 0, 0);
    for reference in 0..n_references {
        let mut rng = Rng::stream(reference, "null", 0);
        let n_training = [150, 400, 1000, 3000, 8000][reference as usize % 5];
        let (x, _, target) = draw(&mut rng, n_training);
        let (_, of_test, _) = draw(&mut rng, n_training / 4);
        let training = Training {
            table: &x,
            prediction: None,
            target: Some(&target),
            importance: &[],
        };
        let mut learned = learn(&training, &rules, &mut Unobserved).unwrap();
        learned.prediction = self::learned(&table(vec![of_test]), &[]).columns.pop();
        for file in 0..n_files {
            let n = 200 + (2300 * file / n_files) as usize;
            let (x, prediction, target) = draw(&mut rng, n);
            let batch = Batch {
                table: Some(&x),
                known_rows: None,
                prediction: Some(&prediction),
                target: Some(&target),
            };
            let report = compare(&learned, &batch, &rules, &mut Unobserved).unwrap();
            let stamp = monitor::Stamp {
                id: 1,
                name: "file".into(),
                at_ms: 0.0,
                version: "1".into(),
            };
            let summary = monitor::summarize(stamp, &report, None, None);
            n_alarmed += u64::from(!monitor::alarms(&[summary], &rules).is_empty());
            n_drifted += u64::from(report.dataset.verdict == DriftVerdict::Drifted);
            n_all += 1;
        }
    }
    println!("{n_alarmed} of {n_all} with an alarm, {n_drifted} called drifted");
    assert!(n_alarmed as f64 <= 0.02 * n_all as f64, "{n_alarmed} of {n_all}");
}

/// Empty, one row, all missing, constant, and every state of a column: each has its stated answer.
#[test]
fn odd_columns_have_their_answers() {
    let some = || numbers("x", normal(1, 500, 0.0));
    let missing = |n: usize| numbers("x", vec![f64::NAN; n]);
    let constant = |value: f64| numbers("x", vec![value; 500]);
    let times = |from: f64| Column::new("x", ColumnData::Time((0..500).map(|i| from + f64::from(i)).collect()));
    let text = |cell: &str| Column::new("x", ColumnData::Text((0..500).map(|_| Some(cell)).collect::<Text>()));
    let city = || levels("x", &["Bern", "Ulm"].repeat(250));
    let rare = || numbers("x", [vec![1.0; 30], vec![f64::NAN; 470]].concat());
    let infinite = || numbers("x", [normal(1, 250, 0.0), vec![f64::INFINITY; 250]].concat());
    use DriftVerdict::{CannotTell, Drifted, NotJudged, Stable};
    for (name, before, now, verdict, code) in [
        ("no rows", some(), numbers("x", vec![]), CannotTell, "monitor.few_rows"),
        ("one row", some(), numbers("x", vec![0.0]), CannotTell, "monitor.few_rows"),
        (
            "nothing in training",
            missing(500),
            some(),
            CannotTell,
            "monitor.no_values_in_training",
        ),
        (
            "nothing at all",
            missing(500),
            missing(500),
            CannotTell,
            "monitor.no_values_at_all",
        ),
        (
            "nothing in the batch",
            some(),
            missing(500),
            CannotTell,
            "monitor.missing_grew",
        ),
        (
            "nothing of another type",
            some(),
            levels("x", &[""; 500]),
            CannotTell,
            "monitor.missing_grew",
        ),
        (
            "few values in training",
            rare(),
            some(),
            CannotTell,
            "monitor.few_values_in_training",
        ),
        (
            "few values in the batch, but certainly others",
            some(),
            rare(),
            Drifted,
            "monitor.drifted_and_missing",
        ),
        ("the same constant", constant(5.0), constant(5.0), Stable, "monitor.stable"),
        (
            "another constant",
            constant(5.0),
            constant(7.0),
            Drifted,
            "monitor.drifted_shares",
        ),
        (
            "a constant comes alive",
            constant(0.0),
            some(),
            Drifted,
            "monitor.drifted_kolmogorov_smirnov",
        ),
        ("infinite is missing", some(), infinite(), Stable, "monitor.missing_grew"),
        ("time", times(0.0), times(1e6), NotJudged, "monitor.not_judged_time"),
        ("free text", text("a"), text("b"), NotJudged, "monitor.not_judged_text"),
        ("another type", some(), city(), CannotTell, "monitor.other_type"),
        (
            "a category of many levels is text",
            city(),
            text("Bern"),
            Drifted,
            "monitor.drifted_shares",
        ),
    ] {
        let column = by_default(before, now);
        assert_eq!((column.verdict, column.message.code.as_str()), (verdict, code), "{name}");
    }
    // Named, and counted against the data set.
    let report = against(
        &learned(&table(vec![some(), numbers("y", normal(2, 500, 0.0))]), &[]),
        &table(vec![levels("x", &["a"; 500])]),
        &MonitorRules::default(),
    );
    let found = ColumnType::Category;
    assert_eq!(report.columns[0].presence, Presence::OtherType { found });
    assert_eq!(report.columns[1].presence, Presence::Absent);
    assert_eq!(report.dataset.verdict, DriftVerdict::Drifted);
    // An empty batch has no verdict, however many columns it lacks.
    let nothing = against(
        &learned(&table(vec![some()]), &[]),
        &Table::default(),
        &MonitorRules::default(),
    );
    assert_eq!(nothing.dataset.message.code, "monitor.batch_is_empty");
}

#[test]
fn only_missing_values_grow() {
    let before = numbers("x", normal(1, 1000, 0.0));
    let with_gaps = |every: usize| {
        let values = normal(2, 1000, 0.0).into_iter().enumerate();
        numbers(
            "x",
            values.map(|(row, x)| if row % every == 0 { f64::NAN } else { x }).collect(),
        )
    };
    let tenth = by_default(before.clone(), with_gaps(10));
    assert!(tenth.missing.grew && tenth.verdict == DriftVerdict::Stable && tenth.is_bad());
    assert_eq!((tenth.missing.n_batch, tenth.missing.share_batch), (100, 0.1));
    // Beyond chance, but by less than five in a hundred.
    let few = by_default(before.clone(), with_gaps(40));
    assert!(!few.missing.grew && few.missing.p_value.unwrap() < 1e-5);
    // Fewer than before is no growth.
    let fewer = by_default(with_gaps(10), before);
    assert!(!fewer.missing.grew && fewer.missing.p_value.unwrap() < 1e-9);
}

#[test]
fn unseen_levels_and_values_out_of_range_are_named() {
    let before = levels("x", &["a", "b"].repeat(300));
    let now = levels("x", &[["a", "b"].repeat(240), vec!["new"; 15], vec!["newer"; 5]].concat());
    let column = by_default(before, now);
    assert_eq!((column.unseen.n_levels, column.unseen.n_rows), (2, 20));
    let expected = [("new".to_owned(), 15, 480), ("newer".to_owned(), 5, 495)];
    assert_eq!(column.unseen.examples, expected);
    let values: Vec<f64> = (0..600).map(f64::from).collect();
    let mut now = values.clone();
    now[10] = -5.0;
    now[20] = -50.0;
    for (row, x) in [
        (100, 700.0),
        (101, 9000.0),
        (102, 700.0),
        (103, 800.0),
        (104, 650.0),
        (105, 700.0),
        (106, 700.0),
    ] {
        now[row] = x;
    }
    let range = by_default(numbers("x", values), numbers("x", now)).out_of_range;
    assert_eq!((range.n_below, range.n_above), (2, 7));
    let named = |found: &[(String, u64)]| -> Vec<(String, u64)> { found.to_vec() };
    let of = |pairs: &[(&str, u64)]| -> Vec<(String, u64)> { pairs.iter().map(|(x, row)| ((*x).to_owned(), *row)).collect() };
    assert_eq!(named(&range.below), of(&[("-50", 20), ("-5", 10)]));
    assert_eq!(
        named(&range.above),
        of(&[("9000", 101), ("800", 103), ("700", 100), ("700", 102), ("700", 105)])
    );
    // Where training had more levels than are listed, an unlisted one need not be new.
    let many: Vec<String> = (0..1500).map(|i| format!("{i}")).collect();
    let cells: Vec<&str> = many.iter().map(String::as_str).collect();
    let column = by_default(levels("x", &cells), levels("x", &["other"; 300]));
    assert_eq!((column.unseen.n_levels, column.verdict), (0, DriftVerdict::Drifted));
}

#[test]
fn methods_are_picked_and_chosen() {
    let rules = |method| MonitorRules {
        methods: [("x".to_owned(), method)].into(),
        ..MonitorRules::default()
    };
    let smooth = |n| numbers("x", normal(1, n, 0.0));
    let few = |n| numbers("x", (0..n).map(|i| f64::from(i % 4)).collect());
    let two = |n| numbers("x", (0..n).map(|i| f64::from(i % 2)).collect());
    let names = |n: usize, k: usize| levels("x", &["a", "b", "c"][..k].repeat(n / k));
    use DriftMethod::{ChiSquare, JensenShannon, KolmogorovSmirnov, Wasserstein, ZTest};
    for (column, method) in [
        (smooth(1000), KolmogorovSmirnov),
        (smooth(1001), Wasserstein),
        (few(1000), ChiSquare),
        (few(1004), JensenShannon),
        (two(1000), ZTest),
        (two(1002), JensenShannon),
        (names(999, 3), ChiSquare),
        (names(1002, 3), JensenShannon),
        (names(1000, 2), ZTest),
    ] {
        assert_eq!(by_default(column.clone(), column).method, method);
    }
    // Missing values do not count as rows.
    let gaps = numbers("x", [normal(1, 1000, 0.0), vec![f64::NAN; 500]].concat());
    assert_eq!(by_default(gaps.clone(), gaps).method, KolmogorovSmirnov);
    let moved = numbers("x", normal(2, 1000, 0.8));
    for method in DriftMethod::ALL.into_iter().filter(|method| *method != ZTest) {
        let same = one(smooth(2000), smooth(2000), &rules(method));
        assert_eq!((same.method, same.verdict), (method, DriftVerdict::Stable));
        assert!(
            same.effect.unwrap() < 1e-12 && same.p_value.unwrap() > 0.9,
            "{method:?} {:?}",
            same.effect
        );
        assert_eq!(
            one(smooth(2000), moved.clone(), &rules(method)).verdict,
            DriftVerdict::Drifted,
            "{method:?}"
        );
    }
    // Not for levels, and not for more than two values.
    for (method, column) in [(Wasserstein, names(300, 3)), (ZTest, names(300, 3)), (ZTest, smooth(300))] {
        let reference = learned(&table(vec![column.clone()]), &[]);
        let report = against(&reference, &table(vec![column]), &rules(method));
        assert_ne!(report.columns[0].method, method);
        assert_eq!(report.warnings[0].code, "monitor.method_not_for_levels");
    }
    // PSI between its two limits.
    let reference = learned(&table(vec![smooth(2000)]), &[]);
    let now = table(vec![numbers("x", normal(2, 2000, 0.4))]);
    let report = against(&reference, &now, &rules(DriftMethod::Psi));
    let slightly = &report.columns[0];
    assert_eq!(
        (slightly.verdict, slightly.message.code.as_str()),
        (DriftVerdict::Watch, "monitor.watch")
    );
    assert_eq!(
        (report.dataset.verdict, report.dataset.message.code.as_str()),
        (DriftVerdict::Watch, "monitor.dataset_begins")
    );
}

#[test]
fn the_data_set_counts_columns_and_their_importance() {
    let columns = |moved: usize| {
        let column = |i: usize| {
            numbers(
                &format!("x{i}"),
                normal(i as u64 + 10 * moved as u64, 500, if i < moved { 2.0 } else { 0.0 }),
            )
        };
        table((0..10).map(column).collect())
    };
    let importance = |first: f64| vec![("x0".to_owned(), first), ("x1".to_owned(), 0.5), ("x9".to_owned(), -0.1)];
    let verdict = |moved, importance: &[(String, f64)], rules: &MonitorRules| {
        let report = against(&learned(&columns(0), importance), &columns(moved), rules).dataset;
        (report.verdict, report.n_drifted, report.message.code)
    };
    let rules = MonitorRules::default();
    let code = |code: &str| code.to_owned();
    assert_eq!(
        verdict(0, &[], &rules),
        (DriftVerdict::Stable, 0, code("monitor.dataset_stable"))
    );
    assert_eq!(
        verdict(2, &[], &rules),
        (DriftVerdict::Watch, 2, code("monitor.dataset_watch"))
    );
    assert_eq!(
        verdict(3, &[], &rules),
        (DriftVerdict::Drifted, 3, code("monitor.dataset_drifted"))
    );
    assert_eq!(
        verdict(1, &importance(0.1), &rules),
        (DriftVerdict::Watch, 1, code("monitor.dataset_watch"))
    );
    assert_eq!(
        verdict(1, &importance(0.5), &rules),
        (DriftVerdict::Drifted, 1, code("monitor.dataset_drifted_importance"))
    );
    let exempt = MonitorRules {
        not_judged: (0..3).map(|i| format!("x{i}")).collect(),
        ..MonitorRules::default()
    };
    assert_eq!(
        verdict(3, &[], &exempt),
        (DriftVerdict::Stable, 0, code("monitor.dataset_stable"))
    );
}

#[test]
fn the_correction_can_be_chosen() {
    // A difference that is significant alone and not among twenty.
    let before: Vec<Column> = (0..20).map(|i| numbers(&format!("x{i}"), normal(i, 60, 0.0))).collect();
    let mut now: Vec<Column> = (0..20)
        .map(|i| numbers(&format!("x{i}"), normal(i + 100, 300, 0.0)))
        .collect();
    now[0] = numbers("x0", normal(100, 300, 0.75));
    let reference = learned(&table(before), &[]);
    let now = table(now);
    let p = |correction| {
        let rules = MonitorRules {
            correction,
            ..MonitorRules::default()
        };
        let column = against(&reference, &now, &rules).columns.remove(0);
        (column.p_adjusted.unwrap(), column.verdict)
    };
    let (raw, called) = p(Correction::None);
    assert!(raw < 0.05 && called == DriftVerdict::Drifted, "{raw}");
    let (bonferroni, called) = p(Correction::Bonferroni);
    assert!(
        (bonferroni - (20.0 * raw).min(1.0)).abs() < 1e-15 && called == DriftVerdict::Stable,
        "{bonferroni}"
    );
    let (benjamini_hochberg, _) = p(Correction::BenjaminiHochberg);
    assert!(raw <= benjamini_hochberg && benjamini_hochberg <= bonferroni);
}

#[test]
fn predictions_and_target_are_judged_apart() {
    let x = table(vec![numbers("x", normal(1, 500, 0.0))]);
    let prediction = numbers("probability_yes", normal(2, 500, 0.0));
    let target = levels("churned", &["no", "no", "yes", "no"].repeat(125));
    let training = Training {
        table: &x,
        prediction: Some(&prediction),
        target: Some(&target),
        importance: &[],
    };
    let rules = MonitorRules::default();
    let reference = learn(&training, &rules, &mut Unobserved).unwrap();
    let moved = numbers("probability_yes", normal(3, 500, 1.0));
    let batch = Batch {
        table: Some(&x),
        known_rows: None,
        prediction: Some(&moved),
        target: Some(&target),
    };
    let report = compare(&reference, &batch, &rules, &mut Unobserved).unwrap();
    assert_eq!(report.dataset.verdict, DriftVerdict::Stable);
    assert_eq!(report.prediction.as_ref().unwrap().verdict, DriftVerdict::Drifted);
    assert_eq!(report.target.unwrap().verdict, DriftVerdict::Stable);
    // Rows that wait for their outcome are no drift, and rows are named as in the batch.
    let mut cells = vec![""; 500];
    cells[250..].copy_from_slice(&["no", "no", "yes", "no", "perhaps"].repeat(50));
    let waiting = levels("churned", &cells);
    let batch = Batch {
        target: Some(&waiting),
        ..batch
    };
    let target = compare(&reference, &batch, &rules, &mut Unobserved).unwrap().target.unwrap();
    assert_eq!((target.n_batch, target.missing.grew), (250, false));
    assert_eq!(target.unseen.examples, [("perhaps".to_owned(), 50, 254)]);
    // A log without inputs has predictions only.
    let batch = Batch {
        table: None,
        target: None,
        ..batch
    };
    let report = compare(&reference, &batch, &rules, &mut Unobserved).unwrap();
    assert_eq!(
        (report.columns.len(), report.dataset.message.code.as_str()),
        (0, "monitor.nothing_judged")
    );
    assert_eq!(report.prediction.unwrap().verdict, DriftVerdict::Drifted);
    // Without a reference for it, that is said.
    let bare = learned(&x, &[]);
    let report = compare(&bare, &batch, &rules, &mut Unobserved).unwrap();
    assert_eq!(
        (report.prediction, report.warnings[0].code.as_str()),
        (None, "monitor.no_reference_prediction")
    );
    let short = numbers("probability_yes", vec![1.0]);
    let batch = Batch {
        table: Some(&x),
        known_rows: None,
        prediction: Some(&short),
        target: None,
    };
    let failure = compare(&reference, &batch, &rules, &mut Unobserved).unwrap_err();
    assert_eq!(failure.message.code, "monitor.rows");
}

#[test]
fn both_histograms_have_the_same_bins() {
    let smooth = by_default(numbers("x", normal(1, 5000, 0.0)), numbers("x", normal(2, 1000, 1.0)));
    let PairedHistogram::Numbers {
        edges,
        reference,
        batch,
        reference_outside,
        batch_outside,
    } = smooth.histogram
    else {
        panic!("numbers");
    };
    assert_eq!((edges.len(), reference.len(), batch.len()), (21, 20, 20));
    let all = |counts: &[u64], outside: (u64, u64)| counts.iter().sum::<u64>() + outside.0 + outside.1;
    assert_eq!((all(&reference, reference_outside), all(&batch, batch_outside)), (5000, 1000));
    assert!(edges[0] < -2.0 && edges[20] > 3.0 && batch_outside.0 + batch_outside.1 < 40);
    // Many rows at the largest value are inside.
    let capped = |seed| numbers("x", normal(seed, 1000, 0.0).into_iter().map(|x| x.clamp(-1.0, 1.0)).collect());
    let PairedHistogram::Numbers {
        reference_outside,
        batch_outside,
        ..
    } = by_default(capped(1), capped(2)).histogram
    else {
        panic!("numbers");
    };
    assert_eq!((reference_outside, batch_outside), ((0, 0), (0, 0)));
    let whole = by_default(
        numbers("x", [1.0, 2.0, 2.0, 3.0].repeat(100)),
        numbers("x", [2.0, 3.0, 5.0, 5.0].repeat(100)),
    );
    let expected = PairedHistogram::Levels {
        levels: ["1", "2", "3", "5"].map(str::to_owned).to_vec(),
        reference: vec![100, 200, 100, 0],
        batch: vec![0, 100, 100, 200],
        reference_other: 0,
        batch_other: 0,
    };
    assert_eq!(whole.histogram, expected);
    let mut cells = drawn(1, 3000, &[0.05; 20]);
    cells.codes[0] = MISSING_CODE;
    let column = Column::new("x", ColumnData::Category(cells));
    let many = by_default(column, levels("x", &["level 3", "new"].repeat(200)));
    let PairedHistogram::Levels {
        levels,
        reference,
        batch,
        reference_other,
        batch_other,
    } = many.histogram
    else {
        panic!("levels");
    };
    assert_eq!((levels.len(), levels[12].as_str()), (13, "new"));
    assert_eq!(reference.iter().sum::<u64>() + reference_other, 2999);
    assert_eq!(batch.iter().sum::<u64>() + batch_other, 400);
}

#[test]
fn it_stops_when_told_and_refuses_bad_rules() {
    struct Stop;
    impl Observer for Stop {
        fn tick(&mut self, _: f64) -> Outcome<()> {
            Err(Failure::cancelled())
        }
    }
    let x = table(vec![numbers("x", normal(1, 500, 0.0))]);
    let reference = learned(&x, &[]);
    let batch = Batch {
        table: Some(&x),
        known_rows: None,
        prediction: None,
        target: None,
    };
    let rules = MonitorRules::default();
    assert!(compare(&reference, &batch, &rules, &mut Stop).unwrap_err().cancelled);
    let training = Training {
        table: &x,
        prediction: None,
        target: None,
        importance: &[],
    };
    assert!(learn(&training, &rules, &mut Stop).unwrap_err().cancelled);
    let bad = MonitorRules {
        psi_alarm: 0.05,
        ..MonitorRules::default()
    };
    assert_eq!(
        compare(&reference, &batch, &bad, &mut Unobserved).unwrap_err().message.code,
        "monitor.rule_order"
    );
}

/// No number breaks it: whatever is in the columns, every count adds up and every figure is finite or absent.
#[test]
fn any_values_are_measured() {
    let odd = [
        0.0,
        -0.0,
        1e308,
        -1e308,
        5e-324,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
        1.0,
        1e-9,
        1e300,
    ];
    let rules = MonitorRules {
        min_rows: 1,
        min_values: 1,
        ..MonitorRules::default()
    };
    for seed in 0..300 {
        let mut rng = Rng::stream(seed, "odd", 0);
        let mut column = |n: usize| {
            let n_kinds = 1 + rng.below(odd.len());
            numbers("x", (0..n).map(|_| odd[rng.below(n_kinds)]).collect())
        };
        let (before, now) = (column(1 + seed as usize % 40), column(seed as usize % 7));
        let measured = one(before.clone(), now.clone(), &rules);
        assert_eq!(measured.n_batch + measured.missing.n_batch, now.n_rows() as u64);
        assert_eq!(measured.n_reference + measured.missing.n_reference, before.n_rows() as u64);
        let f = measured.figures;
        for figure in [
            f.psi,
            f.kolmogorov_smirnov,
            f.wasserstein,
            f.jensen_shannon,
            f.total_variation,
            f.chi_square,
        ] {
            assert!(figure.is_none_or(f64::is_finite), "{seed}: {f:?}");
        }
        for p in [measured.p_value, f.kolmogorov_smirnov_p, f.chi_square_p]
            .into_iter()
            .flatten()
        {
            assert!((0.0..=1.0).contains(&p), "{seed}: {f:?}");
        }
    }
}

#[test]
fn a_column_that_is_logged_now_and_then_is_compared_where_it_is() {
    let training = Table::new(vec![Column::new(
        "x",
        ColumnData::Number((0..1000).map(|i| f64::from(i % 100)).collect()),
    )])
    .unwrap();
    let reference = learned(&training, &[]);
    let of_row = |i: u32| {
        if i.is_multiple_of(4) {
            f64::from(i / 4 % 100)
        } else {
            f64::NAN
        }
    };
    let now = Table::new(vec![Column::new("x", ColumnData::Number((0..2000).map(of_row).collect()))]).unwrap();
    let rows: Vec<u32> = (0..2000).step_by(4).collect();
    let known = std::collections::BTreeMap::from([("x".to_owned(), rows)]);
    let batch = Batch {
        table: Some(&now),
        known_rows: Some(&known),
        prediction: None,
        target: None,
    };
    let report = compare(&reference, &batch, &MonitorRules::default(), &mut Unobserved).unwrap();
    let column = &report.columns[0];
    assert_eq!((column.verdict, column.missing.grew), (DriftVerdict::Stable, false));
    assert_eq!((column.n_batch, column.missing.n_batch, report.n_rows), (500, 0, 2000));
}

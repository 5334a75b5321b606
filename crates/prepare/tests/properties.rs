//! What must hold for every recipe and every split, tried on many drawn ones.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use prepare::FittedOneHot;
use spec::step::{
    Bin, Clip, DateParts, Exclude, Fill, Formula, Interaction, Log, MergeLevels, MinMaxScale, OneHot, Ordinal, StandardScale,
};
use std::collections::BTreeMap;

use math::Rng;
use prepare::split::{self, Split};
use prepare::{Features, FittedKind, FittedRecipe, TrainView, formula, recipe};
use spec::split::{Assignment, SplitSpec, Validation};
use spec::step::{BinStrategy, Columns, DatePart, FillWith, LogKind, PipelineKind, Step};
use spec::{Framing, Task, Unobserved};
use table::{Category, Column, ColumnData, MISSING_CODE, Table};

const N_ROUNDS: u64 = 60;

/// Numbers with gaps and infinities, a time, a boolean, categories with blanks, an id, free text, two targets.
fn drawn_table(rng: &mut Rng, n_rows: usize) -> Table {
    let mut number = |gap: f64, f: &dyn Fn(&mut Rng) -> f64| -> Vec<f64> {
        (0..n_rows)
            .map(|_| if rng.uniform() < gap { f64::NAN } else { f(rng) })
            .collect()
    };
    let columns = vec![
        (
            "a",
            ColumnData::Number(number(0.1, &|rng| {
                if rng.uniform() < 0.03 {
                    f64::INFINITY
                } else {
                    rng.normal() * 10.0
                }
            })),
        ),
        ("b", ColumnData::Number(number(0.0, &|rng| rng.below(5) as f64))),
        ("when", ColumnData::Time(number(0.05, &|rng| rng.below(2_000_000_000) as f64))),
        ("flag", ColumnData::Boolean((0..n_rows).map(|_| rng.below(3) as u8).collect())),
        (
            "city",
            category(rng, n_rows, &["Rome", "Oslo ", "Oslo", " Lima", "Nauru"], 0.1),
        ),
        ("plan", category(rng, n_rows, &["basic", "plus"], 0.3)),
        (
            "id",
            ColumnData::Category(Category::from_texts(
                (0..n_rows)
                    .map(|row| format!("id{row}"))
                    .collect::<Vec<_>>()
                    .iter()
                    .map(|t| Some(t.as_str())),
            )),
        ),
        ("note", ColumnData::Text((0..n_rows).map(|_| Some("some words")).collect())),
        ("y", category(rng, n_rows, &["no", "yes"], 0.05)),
        ("amount", ColumnData::Number((0..n_rows).map(|_| rng.normal()).collect())),
    ];
    Table::new(columns.into_iter().map(|(name, data)| Column::new(name, data)).collect()).unwrap()
}

fn category(rng: &mut Rng, n_rows: usize, levels: &[&'static str], gap: f64) -> ColumnData {
    let cells: Vec<Option<&str>> = (0..n_rows)
        .map(|_| {
            if rng.uniform() < gap {
                None
            } else {
                Some(levels[rng.below(levels.len()).min(rng.below(levels.len()))])
            }
        })
        .collect();
    ColumnData::Category(Category::from_texts(cells))
}

fn named(name: &str) -> Columns {
    Columns::Named(vec![name.to_owned()])
}

/// Steps that are possible in any order; each is in with a chance of a half.
fn drawn_steps(rng: &mut Rng) -> Vec<Step<PipelineKind>> {
    let merged = BTreeMap::from([
        ("Lima".to_owned(), "Rome".to_owned()),
        ("never".to_owned(), "Oslo".to_owned()),
    ]);
    let mut kinds = vec![
        PipelineKind::Exclude(Exclude {
            columns: vec!["id".to_owned(), "y".to_owned()],
            reason: String::new(),
        }),
        PipelineKind::MergeLevels(MergeLevels {
            column: "city".to_owned(),
            map: merged,
        }),
        PipelineKind::Fill(Fill {
            columns: Columns::Numbers,
            with: FillWith::Median,
            indicator: true,
        }),
        PipelineKind::Fill(Fill {
            columns: named("a"),
            with: FillWith::Mean,
            indicator: rng.below(2) == 0,
        }),
        PipelineKind::Fill(Fill {
            columns: Columns::Categories,
            with: FillWith::MostFrequent,
            indicator: false,
        }),
        PipelineKind::Fill(Fill {
            columns: named("plan"),
            with: FillWith::Level {
                value: "none".to_owned(),
            },
            indicator: false,
        }),
        PipelineKind::Clip(Clip {
            columns: Columns::Numbers,
            low_quantile: 0.05,
            high_quantile: 0.9,
        }),
        PipelineKind::Log(Log {
            columns: named("a"),
            kind: LogKind::Signed,
        }),
        PipelineKind::Log(Log {
            columns: named("b"),
            kind: LogKind::Log1p,
        }),
        PipelineKind::StandardScale(StandardScale {
            columns: Columns::Numbers,
        }),
        PipelineKind::MinMaxScale(MinMaxScale { columns: named("b") }),
        PipelineKind::Bin(Bin {
            columns: named("a"),
            n_bins: 4,
            strategy: if rng.below(2) == 0 {
                BinStrategy::Quantile
            } else {
                BinStrategy::Uniform
            },
        }),
        PipelineKind::Interaction(Interaction {
            left: "a".to_owned(),
            right: "b".to_owned(),
        }),
        PipelineKind::Formula(Formula {
            name: "f".to_owned(),
            expression: "if(is_missing(a) or b > 2, a / b, log(abs(b) + 1)) * flag".to_owned(),
        }),
    ];
    rng.shuffle(&mut kinds);
    kinds.retain(|_| rng.below(2) == 0);
    // These change which columns there are, so they stand last.
    let mut last = vec![
        PipelineKind::DateParts(DateParts {
            column: "when".to_owned(),
            parts: vec![DatePart::Month, DatePart::Hour, DatePart::Year],
        }),
        PipelineKind::Formula(Formula {
            name: "g".to_owned(),
            expression: "city == 'Oslo' and not is_missing(plan)".to_owned(),
        }),
        if rng.below(2) == 0 {
            PipelineKind::OneHot(OneHot {
                columns: Columns::Categories,
                max_levels: 3,
            })
        } else {
            PipelineKind::Ordinal(Ordinal { columns: named("city") })
        },
    ];
    last.retain(|kind| {
        rng.below(2) == 0 && !matches!(kind, PipelineKind::DateParts(_)) || matches!(kind, PipelineKind::OneHot(_))
    });
    kinds.extend(last);
    kinds
        .into_iter()
        .zip(1..)
        .map(|(kind, id)| Step { id, enabled: true, kind })
        .collect()
}

fn framing(task: Task, target: &str) -> Framing {
    Framing {
        task: Some(task),
        target: Some(target.to_owned()),
        not_known: vec!["amount".to_owned()],
        ..Framing::default()
    }
}

fn fit(table: &Table, rows: &[u32], steps: &[Step<PipelineKind>]) -> FittedRecipe {
    recipe::fit(
        steps,
        &TrainView::new(table, rows, &framing(Task::Binary, "y")),
        &mut Unobserved,
    )
    .unwrap()
}

fn bits(features: &Features) -> Vec<Vec<u32>> {
    features
        .columns
        .iter()
        .map(|column| {
            column
                .iter()
                .map(|x| if x.is_nan() { u32::MAX } else { x.to_bits() })
                .collect()
        })
        .collect()
}

#[test]
fn recipes_learn_from_training_rows_only() {
    for round in 0..N_ROUNDS {
        let mut rng = Rng::stream(1, "recipes", round);
        let table = drawn_table(&mut rng, 80);
        let rows: Vec<u32> = (0..80).filter(|_| rng.below(3) > 0).collect();
        let steps = drawn_steps(&mut rng);
        let fitted = serde_json::to_string(&fit(&table, &rows, &steps)).unwrap();
        // The other rows get the cells of quite another table.
        let other = drawn_table(&mut rng, 80);
        let columns = table
            .columns()
            .iter()
            .zip(other.columns())
            .map(|(a, b)| mixed(a, b, &rows))
            .collect();
        let changed = Table::new(columns).unwrap();
        assert_ne!(changed, table);
        assert!(
            serde_json::to_string(&fit(&changed, &rows, &steps)).unwrap() == fitted,
            "round {round}"
        );
        // And a table of the training rows alone teaches the same.
        let alone: Vec<u32> = (0..rows.len() as u32).collect();
        assert!(
            serde_json::to_string(&fit(&table.select(&rows), &alone, &steps)).unwrap() == fitted,
            "round {round}"
        );
    }
}

/// `a` in the rows given, `b` in the others, with "unseen" among the levels.
fn mixed(a: &Column, b: &Column, rows: &[u32]) -> Column {
    let ours = |row: usize| rows.binary_search(&(row as u32)).is_ok();
    let numbers = |a: &[f64], b: &[f64]| {
        (0..a.len())
            .map(|row| if ours(row) { a[row] } else { b[row] * 3.0 + 1.0 })
            .collect()
    };
    let data = match (&a.data, &b.data) {
        (ColumnData::Number(a), ColumnData::Number(b)) => ColumnData::Number(numbers(a, b)),
        (ColumnData::Time(a), ColumnData::Time(b)) => ColumnData::Time(numbers(a, b)),
        (ColumnData::Boolean(a), ColumnData::Boolean(b)) => {
            ColumnData::Boolean((0..a.len()).map(|row| if ours(row) { a[row] } else { b[row] }).collect())
        }
        (ColumnData::Category(a), ColumnData::Category(_)) => ColumnData::Category(Category::from_texts(
            (0..a.codes.len()).map(|row| if ours(row) { a.get(row) } else { Some("Aunseen") }),
        )),
        (data, _) => data.clone(),
    };
    a.with_data(data)
}

#[test]
fn a_row_is_prepared_alone() {
    for round in 0..N_ROUNDS {
        let mut rng = Rng::stream(2, "recipes", round);
        let table = drawn_table(&mut rng, 60);
        let train: Vec<u32> = (0..40).collect();
        let steps = recipe::complete(&drawn_steps(&mut rng), rng.below(2) == 0);
        let fitted = fit(&table, &train, &steps);
        let all: Vec<u32> = (0..60).collect();
        let whole = fitted.apply(&table, &all).unwrap();
        let mut some = rng.permutation(60);
        some.truncate(17);
        assert_eq!(
            bits(&fitted.apply(&table, &some).unwrap()),
            bits(&whole.select(&some)),
            "round {round}"
        );
        // Only the inputs are needed.
        let inputs: Vec<String> = fitted.inputs.iter().map(|input| input.name.clone()).collect();
        assert!(inputs.iter().all(|name| name != "y" && name != "amount" && name != "note"));
        assert_eq!(
            bits(&fitted.apply(&table.only(&inputs).unwrap(), &all).unwrap()),
            bits(&whole),
            "round {round}"
        );
        // The table view ends with the same numbers, rounded.
        if let Some(last) = fitted.steps.last() {
            let frame = fitted.frame_after(&table, &all, last.id).unwrap();
            for (name, column) in whole.names.iter().zip(bits(&whole)) {
                let shown = frame.column(name).unwrap().numbers().unwrap().into_owned();
                let shown: Vec<u32> = shown
                    .iter()
                    .map(|&x| Features::round(x))
                    .map(|x| if x.is_nan() { u32::MAX } else { x.to_bits() })
                    .collect();
                assert_eq!(shown, column, "round {round} {name}");
            }
        }
        // Written and read back it is the same recipe.
        let text = serde_json::to_string(&fitted).unwrap();
        assert_eq!(serde_json::from_str::<FittedRecipe>(&text).unwrap(), fitted);
        if recipe::complete(&steps, false).len() < steps.len() {
            assert!(whole.columns.iter().flatten().all(|x| !x.is_nan()), "round {round}");
        }
    }
}

/// What an exporter does with [`FittedRecipe::levels_before`] must be what `apply` does.
#[test]
fn level_maps_say_what_apply_does() {
    for round in 0..N_ROUNDS {
        let mut rng = Rng::stream(3, "recipes", round);
        let table = drawn_table(&mut rng, 60);
        let train: Vec<u32> = (0..30).collect();
        let fitted = fit(&table, &train, &drawn_steps(&mut rng));
        let all: Vec<u32> = (0..60).collect();
        let features = fitted.apply(&table, &all).unwrap();
        for (place, step) in fitted.needed_steps().iter().enumerate() {
            let FittedKind::OneHot(FittedOneHot { columns }) = &step.kind else {
                continue;
            };
            for one_hot in columns {
                let map = fitted.levels_before(place, &one_hot.column);
                let column = table.column(&one_hot.column).unwrap();
                for (level, name) in one_hot.levels.iter().zip(&one_hot.names) {
                    let Some(feature) = features.names.iter().position(|known| known == name) else {
                        continue;
                    };
                    for row in 0..60 {
                        let current = match column.text_at(row).as_deref().map(str::trim) {
                            None => map.missing.as_ref(),
                            Some(raw) => map.levels.get(raw),
                        };
                        let wanted = if current == Some(level) { 1.0 } else { 0.0 };
                        assert_eq!(features.columns[feature][row], wanted, "round {round} {name} row {row}");
                    }
                }
            }
        }
    }
}

fn drawn_split(rng: &mut Rng) -> SplitSpec {
    let assignment = match rng.below(4) {
        0 => Assignment::Random { stratified: false },
        1 => Assignment::Random { stratified: true },
        2 => Assignment::Grouped { column: "id".to_owned() },
        _ => Assignment::Time {
            column: "when".to_owned(),
        },
    };
    let validation = if rng.below(2) == 0 {
        Validation::HoldOut { share: 0.2 }
    } else {
        Validation::Folds {
            k: 2 + rng.below(5) as u32,
        }
    };
    SplitSpec {
        assignment,
        test_share: 0.1 + rng.uniform() * 0.3,
        validation,
        seed: rng.next_u64(),
    }
}

/// Groups of several rows instead of ids.
fn with_groups(table: Table, rng: &mut Rng) -> Table {
    let n = table.n_rows();
    let texts: Vec<String> = (0..n).map(|_| format!("g{}", rng.below(n / 4))).collect();
    table
        .with_column(Column::new(
            "id",
            ColumnData::Category(Category::from_texts(texts.iter().map(|t| Some(t.as_str())))),
        ))
        .unwrap()
}

fn sorted(parts: &[&[u32]]) -> Vec<u32> {
    let mut all: Vec<u32> = parts.concat();
    all.sort_unstable();
    all
}

#[test]
fn splits_partition_the_rows() {
    for round in 0..N_ROUNDS * 3 {
        let mut rng = Rng::stream(4, "splits", round);
        let table = drawn_table(&mut rng, 150);
        let table = with_groups(table, &mut rng);
        let spec = drawn_split(&mut rng);
        let (task, target) = if rng.below(2) == 0 {
            (Task::Binary, "y")
        } else {
            (Task::Regression, "amount")
        };
        let framing = framing(task, target);
        let split = split::split(&table, &framing, &spec, "sha").unwrap();
        let with_target: Vec<u32> = (0..150)
            .filter(|&row| !table.column(target).unwrap().is_missing(row as usize))
            .collect();
        assert_eq!(split.summary.n_without_target as usize, 150 - with_target.len());
        match spec.validation {
            Validation::HoldOut { .. } => {
                assert_eq!(
                    sorted(&[&split.train, &split.validation, &split.test]),
                    with_target,
                    "round {round}"
                );
                assert_eq!(split.folds.len(), 1);
                assert_eq!(
                    (&split.folds[0].fit, &split.folds[0].validate),
                    (&split.train, &split.validation)
                );
            }
            Validation::Folds { k } => {
                assert_eq!(split.train, split.validation);
                assert_eq!(sorted(&[&split.train, &split.test]), with_target, "round {round}");
                assert_eq!(split.folds.len(), k as usize);
                let validated: Vec<&[u32]> = split.folds.iter().map(|fold| fold.validate.as_slice()).collect();
                if !matches!(spec.assignment, Assignment::Time { .. }) {
                    assert_eq!(sorted(&validated), split.train, "round {round}");
                    for fold in &split.folds {
                        assert_eq!(sorted(&[&fold.fit, &fold.validate]), split.train);
                    }
                }
            }
        }
        for rows in split
            .folds
            .iter()
            .flat_map(|fold| [&fold.fit, &fold.validate])
            .chain([&split.test])
        {
            assert!(!rows.is_empty() && rows.is_sorted());
        }
        assert_eq!(split::split(&table, &framing, &spec, "sha").unwrap(), split);
        integrity(&table, &spec, &split, round);
    }
}

fn integrity(table: &Table, spec: &SplitSpec, split: &Split, round: u64) {
    let mut pairs: Vec<(&[u32], &[u32])> = split
        .folds
        .iter()
        .map(|fold| (fold.fit.as_slice(), fold.validate.as_slice()))
        .collect();
    pairs.push((&split.train, &split.test));
    match &spec.assignment {
        Assignment::Random { .. } => {
            let n: usize = 150 - split.summary.n_without_target as usize;
            let wanted = spec.test_share * n as f64;
            assert!(
                (split.test.len() as f64 - wanted).abs() <= 1.0 + 1e-9,
                "round {round}: {} of {wanted}",
                split.test.len()
            );
        }
        Assignment::Grouped { column } => {
            let ColumnData::Category(groups) = &table.column(column).unwrap().data else {
                panic!("not a category")
            };
            for (left, right) in pairs {
                let of = |rows: &[u32]| {
                    rows.iter()
                        .map(|&row| groups.codes[row as usize])
                        .collect::<std::collections::BTreeSet<_>>()
                };
                assert!(of(left).is_disjoint(&of(right)), "round {round}");
            }
        }
        Assignment::Time { column } => {
            let times = table.column(column).unwrap().numbers().unwrap().into_owned();
            let time = |row: &u32| {
                if times[*row as usize].is_nan() {
                    f64::NEG_INFINITY
                } else {
                    times[*row as usize]
                }
            };
            for (past, future) in pairs {
                let newest = past.iter().map(time).fold(f64::NEG_INFINITY, f64::max);
                let oldest = future.iter().map(time).fold(f64::INFINITY, f64::min);
                assert!(newest < oldest, "round {round}");
            }
        }
    }
}

#[test]
fn strata_keep_their_share_and_copies_stay_together() {
    for round in 0..N_ROUNDS {
        let mut rng = Rng::stream(5, "splits", round);
        let classes = ["a", "b", "c"];
        // A class and a value per case; some cases are written down two or three times.
        let cases: Vec<&str> = (0..200)
            .map(|_| classes[if rng.below(10) < 7 { 0 } else { 1 + rng.below(2) }])
            .collect();
        let x: Vec<f64> = (0..200).map(|_| rng.below(120) as f64).collect();
        let y: Vec<&str> = x.iter().map(|&case| cases[case as usize]).collect();
        let table = Table::new(vec![
            Column::new("x", ColumnData::Number(x.clone())),
            Column::new("y", ColumnData::Category(Category::from_texts(y.iter().map(|y| Some(*y))))),
        ])
        .unwrap();
        let spec = SplitSpec {
            seed: round,
            ..SplitSpec::default()
        };
        let split = split::split(&table, &framing(Task::Multiclass, "y"), &spec, "sha").unwrap();
        let mut sides: BTreeMap<(u64, &str), Vec<usize>> = BTreeMap::new();
        let parts: Vec<&Vec<u32>> = split.folds.iter().map(|fold| &fold.validate).chain([&split.test]).collect();
        for (side, rows) in parts.iter().enumerate() {
            for &row in *rows {
                sides
                    .entry((x[row as usize].to_bits(), y[row as usize]))
                    .or_default()
                    .push(side);
            }
        }
        assert!(
            sides.values().all(|sides| sides.iter().all(|side| side == &sides[0])),
            "round {round}"
        );
        for class in classes {
            let n = y.iter().filter(|y| **y == class).count();
            for (rows, share) in parts.iter().zip([0.16, 0.16, 0.16, 0.16, 0.16, 0.2]) {
                let here = rows.iter().filter(|&&row| y[row as usize] == class).count() as f64;
                // One for rounding, a few for copies that stay together and for the largest class, which evens out.
                assert!((here - share * n as f64).abs() <= 4.0, "round {round}: {class} {here} of {n}");
            }
        }
    }
}

/// Few features of few levels: nearly every row has others like it. They are no copies, and each part has to have its
/// share of both classes of every combination: else a model learns the contrary of what it is judged by.
#[test]
fn rows_that_look_alike_are_no_copies() {
    let mut rng = Rng::stream(8, "splits", 0);
    let n = 2_000;
    let a: Vec<f64> = (0..n).map(|_| rng.below(5) as f64).collect();
    let b: Vec<f64> = (0..n).map(|_| rng.below(4) as f64).collect();
    let y: Vec<&str> = (0..n)
        .map(|row| {
            if rng.below(10) < 2 + 2 * (a[row] as usize % 4) {
                "yes"
            } else {
                "no"
            }
        })
        .collect();
    let table = Table::new(vec![
        Column::new("a", ColumnData::Number(a.clone())),
        Column::new("b", ColumnData::Number(b.clone())),
        Column::new("y", ColumnData::Category(Category::from_texts(y.iter().map(|y| Some(*y))))),
    ])
    .unwrap();
    let split = split::split(&table, &framing(Task::Binary, "y"), &SplitSpec::default(), "sha").unwrap();
    let codes: Vec<&str> = split.summary.warnings.iter().map(|warning| warning.code.as_str()).collect();
    assert_eq!(codes, ["split.alike"]);
    for fold in &split.folds {
        let rate = |rows: &[u32], level: f64| {
            let here: Vec<u32> = rows.iter().copied().filter(|&row| a[row as usize] == level).collect();
            let n_yes = here.iter().filter(|&&row| y[row as usize] == "yes").count();
            n_yes as f64 / here.len() as f64
        };
        for level in 0..5 {
            let (fitted, judged) = (rate(&fold.fit, f64::from(level)), rate(&fold.validate, f64::from(level)));
            assert!((fitted - judged).abs() < 0.25, "{level}: {fitted} and {judged}");
        }
    }
}

#[test]
fn another_seed_gives_another_split() {
    let mut rng = Rng::stream(6, "splits", 0);
    let table = drawn_table(&mut rng, 100);
    let tests: Vec<Vec<u32>> = (0..5)
        .map(|seed| {
            let spec = SplitSpec {
                seed,
                ..SplitSpec::default()
            };
            split::split(&table, &framing(Task::Binary, "y"), &spec, "sha").unwrap().test
        })
        .collect();
    assert!(tests.windows(2).all(|pair| pair[0] != pair[1]));
    let ids: Vec<String> = tests.iter().map(|rows| split::test_id("sha", rows)).collect();
    assert!(ids.windows(2).all(|pair| pair[0] != pair[1]));
    assert_ne!(split::test_id("other", &tests[0]), ids[0]);
    assert_eq!(
        split::test_id("sha", &tests[0].iter().rev().copied().collect::<Vec<_>>()),
        ids[0]
    );
}

#[test]
fn no_text_makes_the_formula_parser_fail_badly() {
    const PARTS: [&str; 34] = [
        "a",
        "b",
        "`my col`",
        "\"text\"",
        "'",
        "1",
        "2.5e3",
        ".",
        "+",
        "-",
        "*",
        "/",
        "%",
        "(",
        ")",
        ",",
        "==",
        "!=",
        "<",
        ">=",
        "and",
        "or",
        "not",
        "if(",
        "min(",
        "abs(",
        "is_missing(",
        "=",
        "^",
        "é",
        "\\",
        "`",
        "!",
        " ",
    ];
    let mut n_read = 0;
    for round in 0..20_000 {
        let mut rng = Rng::stream(7, "formulas", round);
        let text: String = (0..rng.below(14)).map(|_| PARTS[rng.below(PARTS.len())]).collect();
        match formula::parse(&text) {
            Ok(expr) => {
                n_read += 1;
                assert!(!expr.nodes.is_empty());
            }
            Err(failure) => {
                assert!(failure.message.code.starts_with("formula."), "{text}");
                let said = failure.to_string() + &failure.message.hint();
                assert!(!said.contains('{'), "{text}: {said}");
            }
        }
    }
    assert!(n_read > 100, "{n_read}");
    for deep in [
        "(".repeat(5000),
        "-".repeat(5000),
        "not ".repeat(2000),
        format!("{}1{}", "abs(".repeat(65), ")".repeat(65)),
    ] {
        assert!(formula::parse(&deep).is_err());
    }
    let long = vec!["a"; 4000].join("+");
    assert_eq!(formula::parse(&long).unwrap().nodes.len(), 7999);
}

#[test]
fn a_missing_code_is_no_level() {
    let table = Table::new(vec![
        Column::new(
            "c",
            ColumnData::Category(Category {
                levels: vec!["x".to_owned()],
                codes: vec![0, MISSING_CODE],
            }),
        ),
        Column::new("y", ColumnData::Category(Category::from_texts([Some("no"), Some("yes")]))),
    ])
    .unwrap();
    let steps = [Step {
        id: 1,
        enabled: true,
        kind: PipelineKind::OneHot(OneHot {
            columns: Columns::Categories,
            max_levels: 50,
        }),
    }];
    let features = fit(&table, &[0, 1], &steps).apply(&table, &[0, 1]).unwrap();
    assert_eq!(
        (features.names, features.columns),
        (vec!["c_x".to_owned()], vec![vec![1.0, 0.0]])
    );
}

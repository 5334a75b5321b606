//! Figures against pandas (tests/golden/table/make_table.py), and alerts on data made to raise them.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests read files, and fail by panicking"
)]

use serde_json::Value;
use spec::profile::{AlertKind, Distribution, Fix, Profile};
use spec::step::{MergeLevels, ParseDate, ParseNumber};
use spec::step::{PipelineKind, ShapeKind};
use spec::{ColumnType, Unobserved};
use table::profile::profile;
use table::read::{Import, import, sniff};
use table::{Category, Column, ColumnData, Table};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/table");

/// Sums in another order differ in the last places; quantiles and counts are the same numbers.
const SUM_TOLERANCE: f64 = 1e-12;
/// Third moments cancel.
const SKEW_TOLERANCE: f64 = 1e-9;

fn read(bytes: &Vec<u8>) -> Import {
    let sniffed = sniff(bytes, "data.csv", None).unwrap();
    import(bytes, "data.csv", &sniffed.options, &mut Unobserved).unwrap()
}

fn close(got: f64, expected: &Value, tolerance: f64, what: &str) {
    // None: pandas has no finite figure there; ours is held finite.
    let Some(expected) = expected.as_f64() else {
        assert!(got.is_finite(), "{what}");
        return;
    };
    assert!(
        (got - expected).abs() <= tolerance * expected.abs().max(f64::MIN_POSITIVE),
        "{what}: {got} is not {expected}"
    );
}

#[test]
fn figures_are_those_of_pandas() {
    let golden: Value = serde_json::from_str(&std::fs::read_to_string(format!("{GOLDEN}/figures.json")).unwrap()).unwrap();
    let sets = golden["sets"].as_object().unwrap();
    assert_eq!(sets.len(), 5);
    for (set, expected) in sets {
        let table = read(&std::fs::read(format!("{GOLDEN}/{set}.csv")).unwrap()).table;
        let got = profile(&table, None, &mut Unobserved).unwrap();
        assert_eq!(got.n_rows, expected["n_rows"].as_u64().unwrap(), "{set}");
        assert_eq!(got.n_duplicate_rows, expected["n_duplicate_rows"].as_u64().unwrap(), "{set}");
        let columns = expected["columns"].as_object().unwrap();
        assert_eq!(got.columns.len(), columns.len(), "{set}");
        for column in &got.columns {
            let what = format!("{set} {}", column.name);
            let expected = &columns[&column.name];
            assert_eq!(column.n_missing, expected["n_missing"].as_u64().unwrap(), "{what}");
            assert_eq!(column.n_distinct, expected["n_distinct"].as_u64().unwrap(), "{what}");
            if let Some(levels) = expected["levels"].as_object() {
                let Distribution::Levels { top, n_other } = &column.distribution else {
                    panic!("{what}")
                };
                assert_eq!((*n_other, top.len()), (0, levels.len()), "{what}");
                for (level, count) in top {
                    assert_eq!(levels[level].as_u64().unwrap(), *count, "{what} {level}");
                }
                assert!(top.windows(2).all(|pair| pair[0].1 >= pair[1].1), "{what}");
                continue;
            }
            let numbers = column.number.as_ref().unwrap();
            // A mean near zero is judged against the spread, a spread near zero against the mean.
            let spread = expected["std"].as_f64().unwrap_or(0.0);
            let mean = expected["mean"].as_f64().unwrap();
            assert!(
                (numbers.mean - mean).abs() <= SUM_TOLERANCE * mean.abs().max(spread).max(f64::MIN_POSITIVE),
                "{what} mean"
            );
            if set != "degenerate" || column.name != "huge" {
                close(numbers.std, &expected["std"], SUM_TOLERANCE, &format!("{what} std"));
                let skewness = expected["skewness"].as_f64().unwrap_or(0.0);
                assert!(
                    (numbers.skewness - skewness).abs() <= SKEW_TOLERANCE * skewness.abs().max(1.0),
                    "{what} skewness {} {skewness}",
                    numbers.skewness
                );
            }
            assert_eq!(numbers.min, expected["min"].as_f64().unwrap(), "{what} min");
            assert_eq!(numbers.max, expected["max"].as_f64().unwrap(), "{what} max");
            assert_eq!(numbers.n_zero, expected["n_zero"].as_u64().unwrap(), "{what} zeros");
            for (got, expected) in numbers.quantiles.iter().zip(expected["quantiles"].as_array().unwrap()) {
                close(*got, expected, 1e-15, &format!("{what} quantile"));
            }
            if let Some(bars) = expected["histogram"].as_array() {
                let Distribution::Histogram { counts, .. } = &column.distribution else {
                    panic!("{what}")
                };
                let bars: Vec<u64> = bars.iter().map(|bar| bar.as_u64().unwrap()).collect();
                assert_eq!(counts, &bars, "{what} histogram");
            }
        }
    }
}

fn of(profile: &Profile, kind: AlertKind) -> Vec<(Option<&str>, Option<&Fix>)> {
    profile
        .alerts
        .iter()
        .filter(|alert| alert.kind == kind)
        .map(|alert| (alert.column.as_deref(), alert.fix.as_ref()))
        .collect()
}

fn names<'a>(found: &[(Option<&'a str>, Option<&Fix>)]) -> Vec<&'a str> {
    found.iter().map(|(column, _)| column.unwrap_or("")).collect()
}

/// SplitMix64 in [0, 1).
fn uniform(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((x ^ (x >> 31)) >> 11) as f64 / (1u64 << 53) as f64
}

/// One column for each kind of alert, and honest ones.
fn troubled() -> Vec<u8> {
    let mut state = 11;
    let mut text = String::from(
        "customer_id,name,constant,nearly,age,income,spend,endless,amount,joined,plan,city,zip,remark,copy,cancel_reason,churn\n",
    );
    for row in 0..600 {
        let mut u = || uniform(&mut state);
        let churn = u() < 0.3;
        let age = 18.0 + (u() * 60.0).floor();
        let income = (-(1.0 - u()).ln() * 20_000.0).round() + if row == 7 { 9e6 } else { 0.0 };
        let spend = (u() * 100.0 + if churn { 15.0 } else { 0.0 }).round();
        let cells = [
            (10_000 + row * 7).to_string(),
            format!("Person {}", (u() * 1e9) as u64),
            "x".to_owned(),
            if row == 5 { "b" } else { "a" }.to_owned(),
            if u() < 0.1 { String::new() } else { age.to_string() },
            income.to_string(),
            spend.to_string(),
            if row == 9 { "inf".to_owned() } else { format!("{:.3}", u()) },
            if row % 40 == 0 {
                "unknown".to_owned()
            } else {
                format!("\"${},{:03}.50\"", 1 + row % 9, row)
            },
            format!("{:02}.{:02}.{}", 1 + row % 28, 1 + row % 12, 10 + row % 14),
            ["Basic", "basic ", "Premium", "PREMIUM", "Basic", "Premium"][row % 6].to_owned(),
            format!("c{}", (u() * 80.0) as u32),
            format!("0{}", 1000 + row % 50),
            format!(
                "\"They said, on day {row}, that the whole thing was {} and would call back soon\"",
                u()
            ),
            format!("{}", age * 2.0 + u() * 0.1),
            if churn { "moved" } else { "" }.to_owned(),
            if churn { "Yes" } else { "No" }.to_owned(),
        ];
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    let repeated: Vec<String> = text.lines().skip(1).take(3).map(str::to_owned).collect();
    for line in repeated {
        text.push_str(&line);
        text.push('\n');
    }
    text.into_bytes()
}

#[test]
fn every_trouble_is_named_with_its_fix() {
    let table = read(&troubled()).table;
    assert_eq!(table.column("churn").unwrap().column_type(), ColumnType::Category);
    let profile = profile(&table, Some("churn"), &mut Unobserved).unwrap();
    let pipeline = |fix: Option<&Fix>| match fix {
        Some(Fix::Pipeline { step }) => step.clone(),
        other => panic!("{other:?}"),
    };
    let shape = |fix: Option<&Fix>| match fix {
        Some(Fix::Shape { step }) => step.clone(),
        other => panic!("{other:?}"),
    };
    let says: Vec<String> = profile
        .alerts
        .iter()
        .map(|alert| format!("{:?}: {}", alert.kind, alert.message.says()))
        .collect();
    let all = says.join("\n");
    assert!(
        !all.contains('{') && profile.alerts.iter().all(|alert| !alert.message.hint().contains('{')),
        "{all}"
    );

    assert_eq!(names(&of(&profile, AlertKind::Leakage)), ["cancel_reason"], "{all}");
    assert_eq!(names(&of(&profile, AlertKind::Constant)), ["constant"], "{all}");
    assert_eq!(names(&of(&profile, AlertKind::NearConstant)), ["nearly"], "{all}");
    assert_eq!(names(&of(&profile, AlertKind::IdLike)), ["name"], "{all}");
    assert_eq!(names(&of(&profile, AlertKind::NumberLikeText)), ["amount"], "{all}");
    assert_eq!(names(&of(&profile, AlertKind::DateLikeText)), ["joined"], "{all}");
    assert_eq!(names(&of(&profile, AlertKind::DirtyCategories)), ["plan"], "{all}");
    assert_eq!(names(&of(&profile, AlertKind::Infinite)), ["endless"], "{all}");
    assert_eq!(names(&of(&profile, AlertKind::HighCardinality)), ["city", "remark"], "{all}");
    assert_eq!(names(&of(&profile, AlertKind::Duplicates)), [""], "{all}");
    assert_eq!(names(&of(&profile, AlertKind::HighCorrelation)), ["copy"], "{all}");
    assert!(names(&of(&profile, AlertKind::Outliers)).contains(&"income"), "{all}");
    assert!(names(&of(&profile, AlertKind::Skew)).contains(&"income"), "{all}");
    assert!(names(&of(&profile, AlertKind::Missing)).contains(&"age"), "{all}");
    assert!(profile.alerts.iter().all(|alert| alert.fix.is_some()), "{all}");

    assert!(matches!(
        shape(of(&profile, AlertKind::NumberLikeText)[0].1),
        ShapeKind::ParseNumber(ParseNumber {
            decimal_comma: false,
            ..
        })
    ));
    assert!(matches!(
        shape(of(&profile, AlertKind::DateLikeText)[0].1),
        ShapeKind::ParseDate(ParseDate {
            order: spec::step::DateOrder::Dmy,
            ..
        })
    ));
    assert!(matches!(
        shape(of(&profile, AlertKind::Duplicates)[0].1),
        ShapeKind::DropDuplicates(_)
    ));
    assert!(matches!(
        shape(of(&profile, AlertKind::Infinite)[0].1),
        ShapeKind::InfiniteToMissing(_)
    ));
    assert!(matches!(
        pipeline(of(&profile, AlertKind::Leakage)[0].1),
        PipelineKind::Exclude(_)
    ));
    match pipeline(of(&profile, AlertKind::DirtyCategories)[0].1) {
        PipelineKind::MergeLevels(MergeLevels { map, .. }) => {
            assert_eq!(
                map.into_iter().collect::<Vec<_>>(),
                [
                    ("PREMIUM".to_owned(), "Premium".to_owned()),
                    ("basic ".to_owned(), "Basic".to_owned())
                ]
            );
        }
        other => panic!("{other:?}"),
    }

    // The same order on every run, by severity, then share.
    assert_eq!(
        profile,
        table::profile::profile(&table, Some("churn"), &mut Unobserved).unwrap()
    );
    let ranks: Vec<_> = profile.alerts.iter().map(|alert| (alert.severity, alert.share)).collect();
    assert!(
        ranks
            .windows(2)
            .all(|pair| pair[0].0 > pair[1].0 || (pair[0].0 == pair[1].0 && pair[0].1 >= pair[1].1)),
        "{all}"
    );
}

#[test]
fn honest_columns_are_not_called_leaks() {
    for set in ["iris", "breast_cancer", "diabetes"] {
        let table = read(&std::fs::read(format!("{GOLDEN}/{set}.csv")).unwrap()).table;
        let profile = profile(&table, Some("target"), &mut Unobserved).unwrap();
        assert!(
            of(&profile, AlertKind::Leakage).is_empty(),
            "{set}: {:?}",
            names(&of(&profile, AlertKind::Leakage))
        );
    }
}

#[test]
fn planted_leaks_are_named_for_every_task() {
    let mut state = 3;
    let mut u = || uniform(&mut state);
    let n = 500;
    let noise: Vec<f64> = (0..n).map(|_| u()).collect();
    let binary: Vec<&str> = (0..n).map(|row| if row % 3 == 0 { "yes" } else { "no" }).collect();
    let three: Vec<&str> = (0..n)
        .map(|row| ["a", "b", "c"][(noise[n - 1 - row] * 3.0) as usize])
        .collect();
    let value: Vec<f64> = (0..n).map(|_| u() * 50.0 - 20.0).collect();
    let leak_number: Vec<f64> = binary
        .iter()
        .zip(&noise)
        .map(|(&class, x)| if class == "yes" { 5.0 + x } else { x * 4.9 })
        .collect();
    let leak_code: Vec<f64> = three
        .iter()
        .map(|&class| {
            if class == "a" {
                10.0
            } else if class == "b" {
                20.0
            } else {
                30.0
            }
        })
        .collect();
    let leak_value: Vec<f64> = value.iter().zip(&noise).map(|(x, e)| 1.8 * x + 32.0 + e).collect();
    let leak_curve: Vec<f64> = value.iter().map(|x| x * x * x).collect();
    let category = |cells: &[&str]| ColumnData::Category(Category::from_texts(cells.iter().map(|&cell| Some(cell))));
    let table = Table::new(vec![
        Column::new("noise", ColumnData::Number(noise)),
        Column::new("binary", category(&binary)),
        Column::new("three", category(&three)),
        Column::new("value", ColumnData::Number(value)),
        Column::new("leak_number", ColumnData::Number(leak_number)),
        Column::new("leak_code", ColumnData::Number(leak_code)),
        Column::new("leak_value", ColumnData::Number(leak_value)),
        Column::new("leak_curve", ColumnData::Number(leak_curve)),
    ])
    .unwrap();
    for (target, expected) in [
        ("binary", vec!["leak_number"]),
        ("three", vec!["leak_code"]),
        ("value", vec!["leak_value", "leak_curve"]),
    ] {
        let profile = profile(&table, Some(target), &mut Unobserved).unwrap();
        assert_eq!(names(&of(&profile, AlertKind::Leakage)), expected, "{target}");
    }
    assert!(of(&profile(&table, None, &mut Unobserved).unwrap(), AlertKind::Leakage).is_empty());
    assert_eq!(
        profile(&table, Some("nothing"), &mut Unobserved).unwrap_err().message.code,
        "table.no_column"
    );
}

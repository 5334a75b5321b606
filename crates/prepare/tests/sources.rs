//! A feature's sources are the columns that it depends on, and no others.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeMap;

use prepare::{TrainView, recipe};
use spec::step::{
    Bin, BinStrategy, Clip, Columns, DatePart, DateParts, Exclude, Fill, FillWith, Formula, Interaction, Log, LogKind,
    MergeLevels, OneHot, Ordinal, PipelineKind, StandardScale, Step,
};
use spec::{Framing, Unobserved};
use table::{Category, Column, ColumnData, Table};

fn table() -> Table {
    let n = 60u32;
    let numbers = |name: &str, of: &dyn Fn(u32) -> f64| Column::new(name, ColumnData::Number((0..n).map(of).collect()));
    let levels = |name: &str, of: &dyn Fn(u32) -> Option<&'static str>| {
        Column::new(name, ColumnData::Category(Category::from_texts((0..n).map(of))))
    };
    Table::new(vec![
        numbers("a", &|row| if row % 7 == 0 { f64::NAN } else { f64::from(row * 13 % 29) }),
        numbers("b", &|row| f64::from(row * 17 % 31) + 1.0),
        numbers("spare", &|row| f64::from(row % 3)),
        levels("kind", &|row| [Some("x"), Some("y"), Some("z"), None][row as usize * 5 % 4]),
        levels("size", &|row| Some(["s", "m", "l"][row as usize % 3])),
        Column::new(
            "when",
            ColumnData::Time((0..n).map(|row| f64::from(row * 37 % 50) * 2.7e6).collect()),
        ),
    ])
    .unwrap()
}

fn steps() -> Vec<Step<PipelineKind>> {
    let named = |names: &[&str]| Columns::Named(names.iter().map(|name| (*name).to_owned()).collect());
    let formula = |name: &str, expression: &str| {
        PipelineKind::Formula(Formula {
            name: name.to_owned(),
            expression: expression.to_owned(),
        })
    };
    let kinds = vec![
        formula("ratio", "a / b"),
        formula("is_x", "kind == \"x\""),
        PipelineKind::Exclude(Exclude {
            columns: vec!["spare".to_owned()],
            reason: String::new(),
        }),
        // The name is free again.
        formula("spare", "b + 1"),
        PipelineKind::MergeLevels(MergeLevels {
            column: "kind".to_owned(),
            map: BTreeMap::from([("z".to_owned(), "y".to_owned())]),
        }),
        PipelineKind::Fill(Fill {
            columns: named(&["a"]),
            with: FillWith::Mean,
            indicator: true,
        }),
        PipelineKind::Interaction(Interaction {
            left: "ratio".to_owned(),
            right: "is_x".to_owned(),
        }),
        PipelineKind::Log(Log {
            columns: named(&["b"]),
            kind: LogKind::Log1p,
        }),
        PipelineKind::Clip(Clip {
            columns: named(&["ratio"]),
            low_quantile: 0.05,
            high_quantile: 0.95,
        }),
        PipelineKind::DateParts(DateParts {
            column: "when".to_owned(),
            parts: vec![DatePart::Month, DatePart::Weekday],
        }),
        PipelineKind::Bin(Bin {
            columns: named(&["a"]),
            n_bins: 4,
            strategy: BinStrategy::Uniform,
        }),
        PipelineKind::StandardScale(StandardScale { columns: named(&["b"]) }),
        PipelineKind::OneHot(OneHot {
            columns: named(&["kind"]),
            max_levels: 10,
        }),
        PipelineKind::Ordinal(Ordinal {
            columns: named(&["size"]),
        }),
    ];
    (1..).zip(kinds).map(|(id, kind)| Step { id, enabled: true, kind }).collect()
}

#[test]
fn features_depend_on_their_sources_only() {
    let table = table();
    let rows: Vec<u32> = (0..60).collect();
    let framing = Framing::default();
    let fitted = recipe::fit(&steps(), &TrainView::new(&table, &rows, &framing), &mut Unobserved).unwrap();
    let sources = fitted.sources();
    assert_eq!(sources.len(), fitted.features.len());
    let of = |feature: &str| sources[fitted.features.iter().position(|name| name == feature).unwrap()].join(" ");
    assert_eq!(of("ratio_x_is_x"), "a b kind");
    assert_eq!(of("a_missing"), "a");
    assert_eq!(of("when_month"), "when");
    assert_eq!(of("kind_x"), "kind");
    assert_eq!(of("spare"), "b");
    let intact = fitted.apply(&table, &rows).unwrap();
    let turned: Vec<u32> = (0..60).map(|row| (row + 11) % 60).collect();
    for column in table.columns() {
        let changed = table.clone().with_column(column.select(&turned)).unwrap();
        let features = fitted.apply(&changed, &rows).unwrap();
        let bits = |column: &[f32]| column.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        for (j, name) in fitted.features.iter().enumerate() {
            let moved = bits(&features.columns[j]) != bits(&intact.columns[j]);
            let is_source = sources[j].iter().any(|source| source == column.name());
            assert_eq!(moved, is_source, "{name} when {} changes", column.name());
        }
    }
}

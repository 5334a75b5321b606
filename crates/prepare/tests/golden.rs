//! Steps against scikit-learn, numpy and pandas (`tests/golden/prepare/make_prepare.py`).

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use prepare::{Features, TrainView, recipe};
use serde::Deserialize;
use spec::step::{PipelineKind, Step};
use spec::{Framing, Unobserved};
use table::{Category, Column, ColumnData, Table};

#[derive(Deserialize)]
struct Golden {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    columns: Vec<Raw>,
    n_train: usize,
    steps: Vec<PipelineKind>,
    features: Vec<Expected>,
}

#[derive(Deserialize)]
struct Raw {
    name: String,
    #[serde(rename = "type")]
    column_type: String,
    cells: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Expected {
    name: String,
    values: Vec<Option<f64>>,
}

/// Features are f32; two libraries differ in the last bits of f64 (other summation, `log1p(x)` for `ln(x + 1)`), which
/// moves an f32 by at most one unit in the last place, or by the absolute error of `ln(x + 1)` near 0.
fn agrees(actual: f32, expected: Option<f64>) -> bool {
    match expected {
        None => actual.is_nan(),
        Some(expected) => (f64::from(actual) - expected).abs() <= 1.2e-7 * expected.abs() + 1e-12,
    }
}

fn table(columns: &[Raw]) -> Table {
    let columns = columns.iter().map(|raw| {
        let numbers = || raw.cells.iter().map(|cell| cell.as_f64().unwrap_or(f64::NAN)).collect();
        let data = match raw.column_type.as_str() {
            "number" => ColumnData::Number(numbers()),
            "time" => ColumnData::Time(numbers()),
            _ => ColumnData::Category(Category::from_texts(raw.cells.iter().map(|cell| cell.as_str()))),
        };
        Column::new(&raw.name, data)
    });
    Table::new(columns.collect()).unwrap()
}

fn check(case: &Case) -> Result<(), String> {
    let table = table(&case.columns);
    let steps: Vec<Step<PipelineKind>> = case
        .steps
        .iter()
        .zip(1..)
        .map(|(kind, id)| Step {
            id,
            enabled: true,
            kind: kind.clone(),
        })
        .collect();
    let train: Vec<u32> = (0..case.n_train as u32).collect();
    let framing = Framing::default();
    let fitted =
        recipe::fit(&steps, &TrainView::new(&table, &train, &framing), &mut Unobserved).map_err(|failure| failure.to_string())?;
    let rows: Vec<u32> = (0..table.n_rows() as u32).collect();
    let Features { names, columns, .. } = fitted.apply(&table, &rows).map_err(|failure| failure.to_string())?;
    let expected: Vec<&str> = case.features.iter().map(|feature| feature.name.as_str()).collect();
    if names != expected {
        return Err(format!("features {names:?}, expected {expected:?}"));
    }
    for (feature, actual) in case.features.iter().zip(&columns) {
        for (row, (&actual, &expected)) in actual.iter().zip(&feature.values).enumerate() {
            if !agrees(actual, expected) {
                return Err(format!("{} row {row}: {actual}, expected {expected:?}", feature.name));
            }
        }
    }
    Ok(())
}

#[test]
fn steps_agree_with_scikit_learn() {
    let golden: Golden = serde_json::from_str(include_str!("../../../tests/golden/prepare/prepare.json")).unwrap();
    let faults: Vec<String> = golden
        .cases
        .iter()
        .filter_map(|case| check(case).err().map(|fault| format!("{}: {fault}", case.name)))
        .collect();
    assert!(
        faults.is_empty(),
        "{} of {} cases:\n{}",
        faults.len(),
        golden.cases.len(),
        faults.join("\n")
    );
    assert!(golden.cases.len() > 30);
}

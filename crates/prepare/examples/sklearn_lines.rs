//! Reads golden cases (`tests/golden/prepare/prepare.json`) on stdin; prints the scikit-learn lines of each as a JSON
//! list, for `check_lines.py` beside the cases to run.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test stops at the first surprise"
)]

use std::io::Read;

use prepare::{TrainView, recipe, sklearn};
use spec::step::{PipelineKind, Step};
use spec::{Framing, Unobserved};
use table::{Category, Column, ColumnData, Table};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let golden: serde_json::Value = serde_json::from_str(&text)?;
    let mut sources = Vec::new();
    for case in golden["cases"].as_array().into_iter().flatten() {
        let mut columns = Vec::new();
        for raw in case["columns"].as_array().into_iter().flatten() {
            let cells = raw["cells"].as_array().cloned().unwrap_or_default();
            let numbers = cells.iter().map(|cell| cell.as_f64().unwrap_or(f64::NAN)).collect();
            let data = match raw["type"].as_str() {
                Some("number") => ColumnData::Number(numbers),
                Some("time") => ColumnData::Time(numbers),
                _ => ColumnData::Category(Category::from_texts(cells.iter().map(|cell| cell.as_str()))),
            };
            columns.push(Column::new(raw["name"].as_str().unwrap_or_default(), data));
        }
        let table = Table::new(columns)?;
        let kinds: Vec<PipelineKind> = serde_json::from_value(case["steps"].clone())?;
        let steps: Vec<Step<PipelineKind>> = kinds
            .into_iter()
            .zip(1..)
            .map(|(kind, id)| Step { id, enabled: true, kind })
            .collect();
        let train: Vec<u32> = (0..case["n_train"].as_u64().unwrap_or(0) as u32).collect();
        let framing = Framing::default();
        let fitted = recipe::fit(&steps, &TrainView::new(&table, &train, &framing), &mut Unobserved)?;
        sources.push(sklearn::lines(&steps, &fitted));
    }
    println!("{}", serde_json::to_string(&sources)?);
    Ok(())
}

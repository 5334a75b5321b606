//! Predictions as CSV: part, row number in the file (the first data row is 1), truth, label and probabilities, or truth
//! and prediction.

use spec::evaluation::Part;
use spec::{Message, Outcome};
use table::{Category, Column, ColumnData, Table};
use train::Predictions;

use crate::evaluating::{Scoreboard, Truth};

/// All parts have the same classes. Errors: `engine.wrong_output` when they do not.
pub(crate) fn csv(parts: &[(Part, Scoreboard)], threshold: Option<f64>) -> Outcome<Vec<u8>> {
    let mut names = Vec::new();
    let mut rows = Vec::new();
    for (part, scoreboard) in parts {
        let name = match part {
            Part::Validation => "validation",
            Part::Test => "test",
        };
        names.extend(std::iter::repeat_n(name, scoreboard.rows.len()));
        rows.extend(scoreboard.row_ids.iter().map(|&row| f64::from(row) + 1.0));
    }
    let texts = |texts: Vec<&str>| ColumnData::Category(Category::from_texts(texts.into_iter().map(Some)));
    let mut columns = vec![
        Column::new("part", texts(names)),
        Column::new("row", ColumnData::Number(rows)),
    ];
    let classes = parts.first().map(|(_, first)| first.classes.as_slice()).unwrap_or_default();
    if classes.is_empty() {
        let (mut truth, mut predicted) = (Vec::new(), Vec::new());
        for (_, scoreboard) in parts {
            let (Truth::Values(own), Predictions::Values(values)) = (&scoreboard.truth, &scoreboard.predicted) else {
                return Err(Message::new("engine.wrong_output").into());
            };
            truth.extend_from_slice(own);
            predicted.extend_from_slice(values);
        }
        columns.push(Column::new("truth", ColumnData::Number(truth)));
        columns.push(Column::new("prediction", ColumnData::Number(predicted)));
        return Ok(table::write::csv(&Table::new(columns)?, false));
    }
    let class = |code: u32| classes.get(code as usize).map_or("", String::as_str);
    let (mut truth, mut labels, mut probabilities) = (Vec::new(), Vec::new(), vec![Vec::new(); classes.len()]);
    for (_, scoreboard) in parts {
        let (Truth::Classes(codes), Predictions::Probabilities { n_classes, values }) =
            (&scoreboard.truth, &scoreboard.predicted)
        else {
            return Err(Message::new("engine.wrong_output").into());
        };
        truth.extend(codes.iter().map(|&code| class(code)));
        labels.extend(
            metrics::classification::labels(values, *n_classes, threshold)
                .into_iter()
                .map(class),
        );
        for row in values.chunks_exact(*n_classes) {
            for (column, p) in probabilities.iter_mut().zip(row) {
                column.push(*p);
            }
        }
    }
    columns.push(Column::new("truth", texts(truth)));
    columns.push(Column::new("label", texts(labels)));
    for (class, values) in classes.iter().zip(probabilities) {
        columns.push(Column::new(format!("probability_{class}"), ColumnData::Number(values)));
    }
    Ok(table::write::csv(&Table::new(columns)?, false))
}

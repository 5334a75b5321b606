//! Permutation importance: how much the primary metric loses when the cells of one raw column are shuffled among the
//! rows, everything else staying as it is. Large: the model leans on the column. Near 0: it does without, perhaps because
//! another column says the same. It speaks of the model, not of causes. With folds, each fold's own model is measured on the
//! rows that the fold held out, and the folds are averaged: on rows that a model has learned by heart, columns that say
//! nothing look important.
//!
//! Reference: Breiman, L. (2001), Random Forests, Machine Learning 45; scikit-learn `permutation_importance`.

use math::{Rng, sum};
use metrics::{Truth, score_with};
use spec::evaluation::Importance;
use spec::{Message, Metric, Observer, Order, Outcome};
use table::Table;
use train::Predictions;

use crate::as_predicted;

/// Shuffles per column when nothing else is asked for.
pub const N_REPEATS: u32 = 5;
/// More rows say nothing more; [`rows`] draws this many.
pub const MAX_ROWS: usize = 5000;

/// Raw rows in, predictions out, in the same order.
pub type Predict<'a> = dyn FnMut(&Table) -> Outcome<Predictions> + 'a;

/// What the importance is measured by.
#[derive(Clone, Copy, Debug)]
pub struct Measure {
    pub metric: Metric,
    /// Binary tasks, for metrics of labels.
    pub decision_threshold: Option<f64>,
    /// For `adjusted_r2`.
    pub n_features: usize,
    pub n_repeats: u32,
    pub seed: u64,
}

/// Positions among `n_rows` judged rows to measure on: all, or `most` drawn by seed, ascending.
pub fn rows(n_rows: usize, most: usize, seed: u64) -> Vec<u32> {
    let mut rows: Vec<u32> = (0..n_rows as u32).collect();
    if n_rows > most {
        rows = Rng::stream(seed, "importance.rows", 0).permutation(n_rows);
        rows.truncate(most);
        rows.sort_unstable();
    }
    rows
}

/// Of one raw column. The table holds the judged rows only, `truth` beside it. The shuffles depend on the seed and the
/// column's name, so a column's figure is the same alone and among others. Positive: the metric gets worse.
///
/// Errors: `evaluate.importance_undefined` when the metric is not defined on these rows; those of `predict`; the
/// observer's.
pub fn of_column(
    table: &Table,
    column: &str,
    truth: &Truth,
    measure: &Measure,
    predict: &mut Predict,
    observer: &mut dyn Observer,
) -> Outcome<Importance> {
    let intact = score(truth, &predict(table)?, measure)?;
    shuffled(table, column, truth, measure, intact, predict, observer)
}

/// Of several raw columns, most important first, of equal ones in the order given.
///
/// Errors: as [`of_column`].
pub fn of_columns(
    table: &Table,
    columns: &[String],
    truth: &Truth,
    measure: &Measure,
    predict: &mut Predict,
    observer: &mut dyn Observer,
) -> Outcome<Vec<Importance>> {
    let intact = score(truth, &predict(table)?, measure)?;
    let mut out = Vec::with_capacity(columns.len());
    for (i, column) in columns.iter().enumerate() {
        let (start, end) = (i as f64 / columns.len() as f64, (i + 1) as f64 / columns.len() as f64);
        let mut part = spec::Section::new(observer, start, end);
        out.push(shuffled(table, column, truth, measure, intact, predict, &mut part)?);
    }
    out.order_by(|a: &Importance, b: &Importance| b.mean.total_cmp(&a.mean));
    Ok(out)
}

/// The losses of every repeat of several columns, for one of several models; empty where the metric is not defined on
/// these rows. See [`together`].
///
/// Errors: those of `predict`; the observer's.
pub fn losses(
    table: &Table,
    columns: &[String],
    truth: &Truth,
    measure: &Measure,
    predict: &mut Predict,
    observer: &mut dyn Observer,
) -> Outcome<Vec<(String, Vec<f64>)>> {
    let Ok(intact) = score(truth, &predict(table)?, measure) else {
        return Ok(Vec::new());
    };
    let mut out = Vec::with_capacity(columns.len());
    for (i, column) in columns.iter().enumerate() {
        let (start, end) = (i as f64 / columns.len() as f64, (i + 1) as f64 / columns.len() as f64);
        let mut part = spec::Section::new(observer, start, end);
        out.push((
            column.clone(),
            losses_of(table, column, truth, measure, intact, predict, &mut part)?,
        ));
    }
    Ok(out)
}

/// Importances in the order of the columns: each repeat's mean over the models, then mean and deviation over the repeats.
///
/// Errors: `evaluate.importance_undefined` when no model has a figure.
pub fn together(columns: &[String], losses: &[(String, Vec<f64>)], metric: Metric) -> Outcome<Vec<Importance>> {
    columns
        .iter()
        .map(|column| {
            let of_column: Vec<&Vec<f64>> = losses
                .iter()
                .filter(|(name, _)| name == column)
                .map(|(_, losses)| losses)
                .collect();
            let n_repeats = of_column.iter().map(|losses| losses.len()).min().filter(|n| *n > 0);
            let n_repeats = n_repeats.ok_or_else(|| undefined(metric))?;
            let repeat = |i: usize| sum::mean(&of_column.iter().map(|losses| losses[i]).collect::<Vec<f64>>());
            let means: Vec<f64> = (0..n_repeats).map(repeat).collect();
            Ok(Importance {
                column: column.clone(),
                mean: sum::mean(&means),
                std: sum::variance(&means, 0).sqrt(),
            })
        })
        .collect()
}

fn shuffled(
    table: &Table,
    column: &str,
    truth: &Truth,
    measure: &Measure,
    intact: f64,
    predict: &mut Predict,
    observer: &mut dyn Observer,
) -> Outcome<Importance> {
    let losses = losses_of(table, column, truth, measure, intact, predict, observer)?;
    Ok(Importance {
        column: column.to_owned(),
        mean: sum::mean(&losses),
        std: sum::variance(&losses, 0).sqrt(),
    })
}

fn losses_of(
    table: &Table,
    column: &str,
    truth: &Truth,
    measure: &Measure,
    intact: f64,
    predict: &mut Predict,
    observer: &mut dyn Observer,
) -> Outcome<Vec<f64>> {
    let cells = table.required(column)?;
    let purpose = format!("importance.{column}");
    let sign = if measure.metric.greater_is_better() { 1.0 } else { -1.0 };
    let mut losses = Vec::new();
    for repeat in 0..measure.n_repeats.max(1) {
        observer.tick(f64::from(repeat) / f64::from(measure.n_repeats.max(1)))?;
        let order = Rng::stream(measure.seed, &purpose, u64::from(repeat)).permutation(table.n_rows());
        let mixed = table.clone().with_column(cells.select(&order))?;
        losses.push(sign * (intact - score(truth, &predict(&mixed)?, measure)?));
    }
    observer.tick(1.0)?;
    Ok(losses)
}

fn score(truth: &Truth, predictions: &Predictions, measure: &Measure) -> Outcome<f64> {
    let predicted = as_predicted(predictions, measure.decision_threshold);
    let figure = score_with(measure.metric, truth, &predicted, Some(measure.n_features));
    figure.ok_or_else(|| undefined(measure.metric))
}

fn undefined(metric: Metric) -> spec::Failure {
    Message::new("evaluate.importance_undefined")
        .with("metric", spec::texts::names::metric(metric))
        .into()
}

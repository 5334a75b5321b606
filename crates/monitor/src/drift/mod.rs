//! A batch against the training rows, column by column and as a whole.
//!
//! Each column is measured in every way that is defined on it; one method decides, picked by type and sample size as
//! Evidently 0.7 does, or chosen by hand. Drift is called when the method's effect reaches its least effect and the
//! corrected p-value stays within the significance. Evidently calls drift by one of the two alone: by the p-value with up
//! to 1,000 rows of training, by the distance beyond.
//!
//! Columns, missing values, and predictions with outcomes are three families, the first two corrected to 2 %, the last to a
//! tenth of it, so that a batch of the training rows' own source raises an alarm in one of fifty at most. With fewer rows than the rules ask for, exact tests find what is certain all the same: every
//! value missing, every level new, numbers far away. New levels and values beyond the range of training count when they
//! are more than a sample of that size brings by itself.
//!
//! `service/drift.py` of a bundle has the same rules; a test holds both to the same verdicts.

mod column;
mod histogram;
mod method;
mod verdict;

use std::collections::BTreeMap;

use spec::monitor::{ColumnDrift, DriftReport, DriftVerdict, MonitorRules, OutOfRange, Reference, ReferenceColumn, UnseenLevels};
use spec::{Message, Observer, Outcome};
use table::{Column, Table};

use crate::correct::adjusted;
use crate::rules;
use column::Measured;

pub use method::MAX_TEST_ROWS;

/// The rows of a batch. All columns have the same rows in the same order.
#[derive(Clone, Copy, Debug, Default)]
pub struct Batch<'a> {
    /// Columns that the reference does not know are passed over. None: only prediction and target are known, as in a log
    /// without inputs.
    pub table: Option<&'a Table>,
    /// Columns that are known in some rows only, those of `Log::logged_rows`; the others are not looked at.
    pub known_rows: Option<&'a BTreeMap<String, Vec<u32>>>,
    /// As in the reference: `prediction_column` makes both.
    pub prediction: Option<&'a Column>,
    /// Missing where the outcome is not known yet; those rows are left out.
    pub target: Option<&'a Column>,
}

/// Times, free text and exempt columns are shown but not judged; a column that is absent or of another type is named and
/// counts as drifted; a batch of fewer rows than the rules ask for is measured but not judged. Cost: about one sort of
/// each number column.
///
/// Errors: `monitor.rows` when prediction or target have other rows than the table; those of [`rules::check`]; the
/// observer's.
pub fn compare(reference: &Reference, batch: &Batch, rules: &MonitorRules, observer: &mut dyn Observer) -> Outcome<DriftReport> {
    rules::check(rules)?;
    let without_table = batch.prediction.or(batch.target).map_or(0, Column::n_rows);
    let n_rows = batch.table.map_or(without_table, Table::n_rows);
    for column in batch.prediction.iter().chain(&batch.target) {
        if column.n_rows() != n_rows {
            return Err(Message::new("monitor.rows")
                .with("column", column.name())
                .with("n", column.n_rows())
                .with("expected", n_rows)
                .into());
        }
    }
    let mut measured = Vec::with_capacity(reference.columns.len());
    let n_parts = reference.columns.len() as f64 + 2.0;
    if let Some(table) = batch.table {
        for (at, known) in reference.columns.iter().enumerate() {
            observer.tick(at as f64 / n_parts)?;
            let rows = batch.known_rows.and_then(|columns| columns.get(&known.name));
            measured.push(match (table.column(&known.name), rows) {
                (Some(column), Some(rows)) => {
                    let part = column.select(rows);
                    let mut of_part = column::measure(known, Some(&part), rows.len() as u64, rules);
                    place(rows, &mut of_part.unseen, &mut of_part.out_of_range);
                    of_part
                }
                (column, _) => column::measure(known, column, n_rows as u64, rules),
            });
        }
    }
    observer.tick((n_parts - 2.0) / n_parts)?;
    let mut warnings = Vec::new();
    for name in rules.methods.keys() {
        let method_was_changed = measured
            .iter()
            .any(|column| column.name == *name && column.method_was_changed);
        if method_was_changed {
            warnings.push(Message::new("monitor.method_not_for_levels").with("column", name));
        }
    }
    let prediction = batch.prediction.and_then(|column| {
        let known = reference.prediction.as_ref();
        if known.is_none() {
            warnings.push(Message::new("monitor.no_reference_prediction"));
        }
        Some(column::measure(known?, Some(column), column.n_rows() as u64, rules))
    });
    let target = batch.target.and_then(|column| {
        let known = reference.target.as_ref();
        if known.is_none() {
            warnings.push(Message::new("monitor.no_reference_target"));
        }
        Some(of_known_rows(known?, column, rules))
    });
    let has_target = target.is_some();
    let others: Vec<Measured> = prediction.into_iter().chain(target).collect();
    let n_tests = 2 * (measured.len() + others.len());
    let columns = judged(measured, n_tests, rules, &reference.importance);
    // What every file is compared with is one sample, of predictions of the test rows only: an unlucky one alarms each time.
    let strict = MonitorRules {
        significance: rules.significance / 10.0,
        ..rules.clone()
    };
    let mut others = judged(others, n_tests, &strict, &[]);
    let target = if has_target { others.pop() } else { None };
    let prediction = others.pop();
    let report = DriftReport {
        n_reference: reference.n_rows,
        n_rows: n_rows as u64,
        dataset: verdict::dataset(&columns, n_rows as u64, rules),
        prediction,
        target,
        columns,
        warnings,
    };
    observer.tick(1.0)?;
    Ok(report)
}

/// The target in the rows where it is known by now: that others wait for their outcome is no drift.
fn of_known_rows(known: &ReferenceColumn, column: &Column, rules: &MonitorRules) -> Measured {
    let rows: Vec<u32> = (0..column.n_rows())
        .filter(|&row| !column.is_missing(row))
        .map(|row| row as u32)
        .collect();
    let mut measured = column::measure(known, Some(&column.select(&rows)), rows.len() as u64, rules);
    place(&rows, &mut measured.unseen, &mut measured.out_of_range);
    measured
}

/// Rows of a part as the rows of the batch that they are.
fn place(rows: &[u32], unseen: &mut UnseenLevels, range: &mut OutOfRange) {
    let of_batch = |row: &mut u64| *row = rows.get(*row as usize).map_or(*row, |&row| u64::from(row));
    unseen.examples.iter_mut().for_each(|(_, _, row)| of_batch(row));
    range
        .below
        .iter_mut()
        .chain(&mut range.above)
        .for_each(|(_, row)| of_batch(row));
}

/// Corrects the p-values of the columns that will be judged, as one family; those of missing values are another. `n_tests`
/// is how many there are in the batch.
fn judged(measured: Vec<Measured>, n_tests: usize, rules: &MonitorRules, importance: &[(String, f64)]) -> Vec<ColumnDrift> {
    let is_judged = |column: &Measured| verdict::reason_not_to_judge(column, rules).is_none();
    let p_values: Vec<Option<f64>> = measured
        .iter()
        .map(|column| column.p_value.filter(|_| is_judged(column)))
        .collect();
    let of_missing: Vec<Option<f64>> = measured.iter().map(|column| column.missing.p_value).collect();
    let corrected = adjusted(&p_values, rules.correction);
    let missing_corrected = adjusted(&of_missing, rules.correction);
    let both = corrected.into_iter().zip(missing_corrected);
    measured
        .into_iter()
        .zip(both)
        .map(|(column, (p_adjusted, p_missing))| {
            let importance = importance.iter().find(|(name, _)| *name == column.name).map(|(_, x)| *x);
            let chances = verdict::Chances {
                values: p_adjusted,
                missing: p_missing,
                n_tests,
            };
            verdict::column(column, &chances, importance, rules)
        })
        .collect()
}

/// True when the verdict says that nothing was judged.
fn is_open(verdict: DriftVerdict) -> bool {
    matches!(verdict, DriftVerdict::CannotTell | DriftVerdict::NotJudged)
}

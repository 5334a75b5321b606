//! Shape steps: they make the data set, before the split. None of them learns: what one does to a row never depends on
//! which rows will train (only de-duplication and filling from the row above look at other rows at all).

mod cells;
mod select;

use std::sync::Arc;

use spec::step::{ShapeKind, Step, StepView};
use spec::{ColumnType, Failure, Message, Observer, Outcome, Section};
use table::{Column, Table};

use crate::names::nearest;

#[derive(Clone, Debug)]
pub struct Shaped {
    /// The original itself when no step changed it.
    pub table: Arc<Table>,
    /// For each row of `table` its row in the original.
    pub row_ids: Vec<u32>,
    /// One per enabled step; `n_rows` are the rows that it leaves.
    pub views: Vec<StepView>,
}

/// Applies the enabled steps in order.
///
/// Errors: the first step that cannot be done, with its id: `shape.no_column`, `shape.no_column_similar`,
/// `shape.needs_text`, `shape.needs_numbers`, `shape.regex`, `shape.find_empty`, `shape.value`, `shape.comparison`,
/// `shape.no_conditions`, `shape.nothing_left`.
pub fn apply(table: &Table, steps: &[Step<ShapeKind>], observer: &mut dyn Observer) -> Outcome<Shaped> {
    run(Arc::new(table.clone()), steps, false, observer)
}

/// [`apply`] to a table that others hold too: it is copied only when a step changes it.
pub fn apply_shared(table: &Arc<Table>, steps: &[Step<ShapeKind>], observer: &mut dyn Observer) -> Outcome<Shaped> {
    run(Arc::clone(table), steps, false, observer)
}

/// Like [`apply`], for the screen: a step that cannot be done has its failure in its view and is passed over.
pub fn preview(table: &Table, steps: &[Step<ShapeKind>], observer: &mut dyn Observer) -> Outcome<Shaped> {
    run(Arc::new(table.clone()), steps, true, observer)
}

fn run(table: Arc<Table>, steps: &[Step<ShapeKind>], pass_over: bool, observer: &mut dyn Observer) -> Outcome<Shaped> {
    let n_enabled = steps.iter().filter(|step| step.enabled).count().max(1);
    let mut shaped = Shaped {
        row_ids: (0..table.n_rows() as u32).collect(),
        table,
        views: Vec::new(),
    };
    for (place, step) in steps.iter().filter(|step| step.enabled).enumerate() {
        let mut section = Section::new(
            observer,
            place as f64 / n_enabled as f64,
            (place + 1) as f64 / n_enabled as f64,
        );
        section.tick(0.0)?;
        let (learned, failure) = match one(&shaped.table, &step.kind, &mut section) {
            Ok(change) => {
                if let Some(kept) = change.kept {
                    shaped.table = Arc::new(shaped.table.select(&kept));
                    shaped.row_ids = kept.iter().map(|&row| shaped.row_ids[row as usize]).collect();
                }
                for column in change.columns {
                    let before = Arc::unwrap_or_clone(std::mem::take(&mut shaped.table));
                    shaped.table = Arc::new(before.with_column(column)?);
                }
                (change.learned, None)
            }
            Err(failure) if pass_over && !failure.cancelled => (Vec::new(), Some(failure.in_step(step.id))),
            Err(failure) => return Err(failure.in_step(step.id)),
        };
        shaped.views.push(StepView {
            id: step.id,
            learned,
            n_rows: shaped.table.n_rows() as u64,
            failure,
        });
    }
    Ok(shaped)
}

/// What a step changes: rows that stay, or columns with other cells.
#[derive(Default)]
struct Change {
    kept: Option<Vec<u32>>,
    columns: Vec<Column>,
    learned: Vec<Message>,
}

fn one(table: &Table, kind: &ShapeKind, observer: &mut dyn Observer) -> Outcome<Change> {
    match kind {
        ShapeKind::Trim { columns } => {
            let columns = named_or(table, columns, is_text)?;
            cells::trim(&columns, observer)
        }
        ShapeKind::Replace {
            columns,
            find,
            replace,
            regex,
            whole_cell,
        } => {
            let columns = named_or(table, columns, is_text)?;
            cells::replace(
                &columns,
                &cells::Replacement::new(find, replace, *regex, *whole_cell)?,
                observer,
            )
        }
        ShapeKind::ParseNumber { column, decimal_comma } => cells::parse_number(named(table, column)?, *decimal_comma, observer),
        ShapeKind::ParseDate {
            column,
            order,
            newest_year,
        } => cells::parse_date(named(table, column)?, *order, *newest_year, observer),
        ShapeKind::SetType { column, column_type } => cells::set_type(named(table, column)?, *column_type, observer),
        ShapeKind::InfiniteToMissing { columns } => cells::infinite_to_missing(
            &named_or(table, columns, |column| column.column_type() == ColumnType::Number)?,
            observer,
        ),
        ShapeKind::ValueToMissing { column, values } => cells::value_to_missing(named(table, column)?, values),
        ShapeKind::DropDuplicates { columns } => select::without_repeats(table, &named_or(table, columns, |_| true)?, observer),
        ShapeKind::DropMissing { columns } => Ok(select::complete_rows(table, &named_or(table, columns, |_| true)?)),
        ShapeKind::FillForward { columns, backward } => {
            cells::fill_forward(&named_or(table, columns, |_| true)?, *backward, observer)
        }
        ShapeKind::Filter { conditions, any } => select::filtered(table, conditions, *any, observer),
    }
}

fn named<'a>(table: &'a Table, name: &str) -> Outcome<&'a Column> {
    table.column(name).ok_or_else(|| {
        match nearest(name, table.columns().iter().map(Column::name)) {
            Some(similar) => Message::new("shape.no_column_similar")
                .with("column", name)
                .with("similar", similar),
            None => Message::new("shape.no_column").with("column", name),
        }
        .into()
    })
}

/// The columns named, or all of the wanted kind when none is named.
fn named_or<'a>(table: &'a Table, names: &[String], is_wanted: impl Fn(&Column) -> bool) -> Outcome<Vec<&'a Column>> {
    if names.is_empty() {
        return Ok(table.columns().iter().filter(|column| is_wanted(column)).collect());
    }
    let mut columns: Vec<&Column> = Vec::new();
    for name in names {
        let column = named(table, name)?;
        if columns.iter().all(|known| known.name() != column.name()) {
            columns.push(column);
        }
    }
    Ok(columns)
}

fn is_text(column: &Column) -> bool {
    matches!(column.column_type(), ColumnType::Category | ColumnType::Text)
}

fn needs(code: &str, column: &Column) -> Failure {
    Message::new(code)
        .with("column", column.name())
        .with("type", column.column_type().name())
        .into()
}

/// `n` of the rows before were left out.
fn rows_left(n_before: usize, n_after: usize) -> Message {
    let n_dropped = n_before - n_after;
    let code = if n_dropped == 0 { "shape.kept_all" } else { "shape.dropped" };
    Message::new(code).with("n_dropped", n_dropped).with("n_rows", n_after)
}

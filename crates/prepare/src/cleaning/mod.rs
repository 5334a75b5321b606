//! Cleaning steps, a file each: they make the data set, before the split. None of them learns: what one does to a row never
//! depends on which rows will train (only de-duplication and filling from the row above look at other rows at all).

mod cells;
mod drop_duplicates;
mod drop_missing;
mod fill_forward;
mod filter;
mod infinite_to_missing;
mod parse_date;
mod parse_number;
mod replace;
mod rows;
mod set_type;
mod trim;
mod value_to_missing;

use std::sync::Arc;

use spec::step::{ShapeKind, Step, StepInfo, StepView};
use spec::{ColumnType, Failure, Message, Observer, Outcome, Section};
use table::{Column, Table};

use crate::names::nearest;

/// Every step with its form, in the order of lists.
pub fn catalogue() -> Vec<StepInfo> {
    vec![
        trim::info(),
        replace::info(),
        parse_number::info(),
        parse_date::info(),
        set_type::info(),
        value_to_missing::info(),
        infinite_to_missing::info(),
        drop_missing::info(),
        drop_duplicates::info(),
        fill_forward::info(),
        filter::info(),
    ]
}

/// What a step works on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target<'a> {
    /// The cells of one column, each by itself.
    Column(&'a str),
    /// The cells of these columns, each by itself; of all that fit when there is none.
    Columns(&'a [String]),
    /// Whole rows, or cells by their neighbours.
    Rows,
}

/// A step of a recipe.
pub(crate) trait Cleaning {
    fn target(&self) -> Target<'_>;

    /// Columns that it can work on, by their type.
    fn fits(&self, column_type: ColumnType) -> bool;

    /// True when a text that it does not read becomes missing.
    fn reads(&self) -> bool {
        false
    }

    fn apply(&self, table: &Table, observer: &mut dyn Observer) -> Outcome<Change>;

    /// The same step on fewer columns; None where its columns cannot be chosen so.
    fn on(&self, _columns: Vec<String>) -> Option<ShapeKind> {
        None
    }
}

fn of(kind: &ShapeKind) -> &dyn Cleaning {
    match kind {
        ShapeKind::Trim(step) => step,
        ShapeKind::Replace(step) => step,
        ShapeKind::ParseNumber(step) => step,
        ShapeKind::ParseDate(step) => step,
        ShapeKind::SetType(step) => step,
        ShapeKind::ValueToMissing(step) => step,
        ShapeKind::InfiniteToMissing(step) => step,
        ShapeKind::DropMissing(step) => step,
        ShapeKind::DropDuplicates(step) => step,
        ShapeKind::FillForward(step) => step,
        ShapeKind::Filter(step) => step,
    }
}

/// What a step works on.
pub fn target(kind: &ShapeKind) -> Target<'_> {
    of(kind).target()
}

/// True for steps that clean cell by cell, so that they can be made again on one row.
pub fn is_cellwise(kind: &ShapeKind) -> bool {
    target(kind) != Target::Rows
}

/// True when a text that the step does not read becomes missing.
pub fn reads(kind: &ShapeKind) -> bool {
    of(kind).reads()
}

/// True when a step that works cell by cell may change cells of the column.
pub fn is_on(kind: &ShapeKind, column: &str) -> bool {
    match target(kind) {
        Target::Column(name) => name == column,
        Target::Columns(names) => names.is_empty() || names.iter().any(|name| name == column),
        Target::Rows => false,
    }
}

/// The step as it can be made again on another table: without columns that are not there or of another type. None for
/// steps that nothing is left of, that look at other rows, or are switched off.
pub fn again(step: &Step<ShapeKind>, table: &Table) -> Option<Step<ShapeKind>> {
    let cleaning = of(&step.kind);
    let fits = |name: &str| table.column(name).is_some_and(|column| cleaning.fits(column.column_type()));
    let kind = match cleaning.target() {
        Target::Column(name) => fits(name).then(|| step.kind.clone()),
        // No name at all stands for every column that fits.
        Target::Columns([]) => Some(step.kind.clone()),
        Target::Columns(names) => {
            let left: Vec<String> = names.iter().filter(|name| fits(name)).cloned().collect();
            if left.is_empty() { None } else { cleaning.on(left) }
        }
        Target::Rows => None,
    };
    kind.filter(|_| step.enabled).map(|kind| Step { kind, ..step.clone() })
}

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
        let (learned, failure) = match of(&step.kind).apply(&shaped.table, &mut section) {
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
pub(crate) struct Change {
    kept: Option<Vec<u32>>,
    columns: Vec<Column>,
    learned: Vec<Message>,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_is_in_the_catalogue() {
        let keys: Vec<&str> = catalogue().iter().map(|info| info.begin.key()).collect();
        assert_eq!(keys, ShapeKind::KEYS);
    }
}

//! Dropping repeats of a row.

use spec::step::{DropDuplicates, ShapeKind, StepInfo};
use spec::{ColumnSet, ColumnType, Domain, Observer, Outcome};
use table::Table;

use super::rows::keep;
use super::{Change, Cleaning, Target, named_or};

pub(super) fn info() -> StepInfo {
    let columns = Vec::new();
    let form = Domain::Columns {
        which: ColumnSet::Any,
        optional: true,
    };
    StepInfo::new(ShapeKind::from(DropDuplicates { columns })).setting("columns", form)
}

impl Cleaning for DropDuplicates {
    fn target(&self) -> Target<'_> {
        Target::Rows
    }

    fn fits(&self, _column_type: ColumnType) -> bool {
        true
    }

    fn apply(&self, table: &Table, observer: &mut dyn Observer) -> Outcome<Change> {
        let columns = named_or(table, &self.columns, |_| true)?;
        let places: Vec<usize> = columns.iter().filter_map(|column| table.index_of(column.name())).collect();
        let mut repeats = table::profile::repeats(table, &places, observer)?.into_iter().peekable();
        Ok(keep(table, |row| repeats.next_if_eq(&row).is_none()))
    }
}

//! Dropping rows with missing values.

use spec::step::{DropMissing, ShapeKind, StepInfo};
use spec::{ColumnSet, ColumnType, Domain, Observer, Outcome};
use table::Table;

use super::rows::keep;
use super::{Change, Cleaning, Target, named_or};

pub(super) fn info() -> StepInfo {
    let columns = Vec::new();
    let form = Domain::Columns {
        which: ColumnSet::Any,
        optional: false,
    };
    StepInfo::new(ShapeKind::from(DropMissing { columns })).setting("columns", form)
}

impl Cleaning for DropMissing {
    fn target(&self) -> Target<'_> {
        Target::Rows
    }

    fn fits(&self, _column_type: ColumnType) -> bool {
        true
    }

    fn apply(&self, table: &Table, _observer: &mut dyn Observer) -> Outcome<Change> {
        let columns = named_or(table, &self.columns, |_| true)?;
        Ok(keep(table, |row| {
            !columns.iter().any(|column| column.is_missing(row as usize))
        }))
    }
}

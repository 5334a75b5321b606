//! Infinite values as missing ones.

use spec::step::{InfiniteToMissing, ShapeKind, StepInfo};
use spec::{ColumnSet, ColumnType, Domain, Message, Observer, Outcome};
use table::{ColumnData, Table};

use super::cells::with_numbers;
use super::{Change, Cleaning, Target, named_or, needs};

pub(super) fn info() -> StepInfo {
    let columns = Vec::new();
    let form = Domain::Columns {
        which: ColumnSet::Numbers,
        optional: false,
    };
    StepInfo::new(ShapeKind::from(InfiniteToMissing { columns })).setting("columns", form)
}

impl Cleaning for InfiniteToMissing {
    fn target(&self) -> Target<'_> {
        Target::Columns(&self.columns)
    }

    fn fits(&self, column_type: ColumnType) -> bool {
        matches!(column_type, ColumnType::Number | ColumnType::Time)
    }

    fn on(&self, columns: Vec<String>) -> Option<ShapeKind> {
        Some(ShapeKind::InfiniteToMissing(Self { columns }))
    }

    fn apply(&self, table: &Table, observer: &mut dyn Observer) -> Outcome<Change> {
        let columns = named_or(table, &self.columns, |column| column.column_type() == ColumnType::Number)?;
        let mut change = Change::default();
        for (i, column) in columns.iter().enumerate() {
            observer.tick(i as f64 / columns.len() as f64)?;
            let (ColumnData::Number(values) | ColumnData::Time(values)) = &column.data else {
                return Err(needs("shape.needs_numbers", column));
            };
            let n = values.iter().filter(|x| x.is_infinite()).count();
            change.learned.push(
                Message::new("shape.infinite")
                    .with("column", column.name())
                    .with("n_cells", n),
            );
            if n > 0 {
                let cells = values.iter().map(|&x| if x.is_infinite() { f64::NAN } else { x }).collect();
                change.columns.push(with_numbers(column, cells));
            }
        }
        Ok(change)
    }
}

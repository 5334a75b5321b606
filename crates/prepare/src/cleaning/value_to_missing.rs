//! Values that stand for missing.

use spec::step::{ShapeKind, StepInfo, ValueToMissing};
use spec::{ColumnSet, ColumnType, Domain, Message, Observer, Outcome};
use table::{ColumnData, Table};

use super::cells::with_numbers;
use super::{Change, Cleaning, Target, named, needs};

pub(super) fn info() -> StepInfo {
    let (column, values) = (String::new(), Vec::new());
    let which = ColumnSet::Numbers;
    StepInfo::new(ShapeKind::from(ValueToMissing { column, values }))
        .setting("column", Domain::Column { which })
        .setting("values", Domain::Numbers)
}

impl Cleaning for ValueToMissing {
    fn target(&self) -> Target<'_> {
        Target::Column(&self.column)
    }

    fn fits(&self, column_type: ColumnType) -> bool {
        matches!(column_type, ColumnType::Number | ColumnType::Time)
    }

    fn apply(&self, table: &Table, _observer: &mut dyn Observer) -> Outcome<Change> {
        let column = named(table, &self.column)?;
        let (ColumnData::Number(values) | ColumnData::Time(values)) = &column.data else {
            return Err(needs("shape.needs_numbers", column));
        };
        let n = values.iter().filter(|x| self.values.contains(x)).count();
        let cells = values
            .iter()
            .map(|x| if self.values.contains(x) { f64::NAN } else { *x })
            .collect();
        let texts: Vec<String> = self.values.iter().map(|&x| table::value::format_number(x)).collect();
        let message = Message::new("shape.value_to_missing")
            .with("column", column.name())
            .with("n_cells", n);
        Ok(Change {
            columns: vec![with_numbers(column, cells)],
            learned: vec![message.with("values", texts)],
            kept: None,
        })
    }
}

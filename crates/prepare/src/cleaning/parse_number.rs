//! Reading text as numbers.

use spec::step::{ParseNumber, ShapeKind, StepInfo};
use spec::{ColumnSet, ColumnType, Domain, Observer, Outcome};
use table::value::parse_number_loosely;
use table::{ColumnData, Table};

use super::cells::{already, read, read_texts};
use super::{Change, Cleaning, Target, is_text, named, needs};

pub(super) fn info() -> StepInfo {
    let (column, decimal_comma) = (String::new(), false);
    let which = ColumnSet::Texts;
    StepInfo::new(ShapeKind::from(ParseNumber { column, decimal_comma }))
        .setting("column", Domain::Column { which })
        .setting("decimal_comma", Domain::Flag)
}

impl Cleaning for ParseNumber {
    fn target(&self) -> Target<'_> {
        Target::Column(&self.column)
    }

    fn fits(&self, column_type: ColumnType) -> bool {
        matches!(column_type, ColumnType::Category | ColumnType::Text)
    }

    fn reads(&self) -> bool {
        true
    }

    fn apply(&self, table: &Table, observer: &mut dyn Observer) -> Outcome<Change> {
        let column = named(table, &self.column)?;
        if column.column_type() == ColumnType::Number {
            return Ok(already(column));
        }
        if !is_text(column) {
            return Err(needs("shape.needs_text", column));
        }
        let parse = |text: &str| parse_number_loosely(text, self.decimal_comma);
        let (values, unread) = read_texts(column, observer, parse)?;
        Ok(read(column, ColumnData::Number(values), unread))
    }
}

//! Reading text as dates.

use spec::step::{DateOrder, ParseDate, ShapeKind, StepInfo};
use spec::texts::ui::prepare::step as labels;
use spec::{ColumnSet, ColumnType, Domain, Observer, Outcome};
use table::value::parse_time_until;
use table::{ColumnData, Table};

use super::cells::{already, read, read_texts};
use super::{Change, Cleaning, Target, is_text, named, needs};

pub(super) fn info() -> StepInfo {
    let begin = ParseDate {
        column: String::new(),
        order: DateOrder::Ymd,
        newest_year: None,
    };
    let orders = [("ymd", labels::YMD), ("dmy", labels::DMY), ("mdy", labels::MDY)];
    let which = ColumnSet::Texts;
    StepInfo::new(ShapeKind::from(begin))
        .setting("column", Domain::Column { which })
        .setting("order", Domain::named(&orders))
        .setting("newest_year", Domain::Year)
}

impl Cleaning for ParseDate {
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
        if column.column_type() == ColumnType::Time {
            return Ok(already(column));
        }
        if !is_text(column) {
            return Err(needs("shape.needs_text", column));
        }
        let parse = |text: &str| parse_time_until(text, self.order, self.newest_year);
        let (values, unread) = read_texts(column, observer, parse)?;
        Ok(read(column, ColumnData::Time(values), unread))
    }
}

//! Another type for a column.

use spec::step::{DateOrder, SetType, ShapeKind, StepInfo};
use spec::texts::ui::prepare as words;
use spec::{ColumnSet, ColumnType, Domain, Observer, Outcome};
use table::value::{self, parse_boolean, parse_number_loosely, parse_time};
use table::{ColumnData, MISSING_BOOLEAN, Table, Text};

use super::cells::{Unread, already, read, read_texts};
use super::{Change, Cleaning, Target, named};

pub(super) fn info() -> StepInfo {
    let (column, column_type) = (String::new(), ColumnType::Category);
    let types = ColumnType::ALL.map(|one| (one.name(), words::column_type(one)));
    let which = ColumnSet::Any;
    StepInfo::new(ShapeKind::from(SetType { column, column_type }))
        .setting("column", Domain::Column { which })
        .setting("column_type", Domain::named(&types))
}

impl Cleaning for SetType {
    fn target(&self) -> Target<'_> {
        Target::Column(&self.column)
    }

    fn fits(&self, _column_type: ColumnType) -> bool {
        true
    }

    fn reads(&self) -> bool {
        true
    }

    fn apply(&self, table: &Table, observer: &mut dyn Observer) -> Outcome<Change> {
        let (column, to) = (named(table, &self.column)?, self.column_type);
        if column.column_type() == to {
            return Ok(already(column));
        }
        let numbers = column.numbers();
        let (data, unread) = match (to, &numbers) {
            (ColumnType::Category, _) => (ColumnData::Category(column.to_category()), Unread::default()),
            (ColumnType::Text, _) => {
                let mut text = Text::new();
                for row in 0..column.n_rows() {
                    text.push(column.text_at(row).as_deref().unwrap_or(""));
                }
                (ColumnData::Text(text), Unread::default())
            }
            (ColumnType::Number, Some(numbers)) => (ColumnData::Number(numbers.to_vec()), Unread::default()),
            (ColumnType::Time, Some(numbers)) => (ColumnData::Time(numbers.to_vec()), Unread::default()),
            (ColumnType::Boolean, Some(numbers)) => {
                let mut unread = Unread::default();
                let cells = numbers.iter().enumerate().map(|(row, &x)| {
                    if x == 0.0 || x == 1.0 {
                        return u8::from(x == 1.0);
                    }
                    if !x.is_nan() {
                        unread.add(column.text_at(row).as_deref().unwrap_or(""));
                    }
                    MISSING_BOOLEAN
                });
                (ColumnData::Boolean(cells.collect()), unread)
            }
            (ColumnType::Number, None) => {
                let (values, unread) = read_texts(column, observer, |text| {
                    value::parse_number(text, false).or_else(|| parse_number_loosely(text, false))
                })?;
                (ColumnData::Number(values), unread)
            }
            (ColumnType::Time, None) => {
                let (values, unread) = read_texts(column, observer, |text| parse_time(text, DateOrder::Ymd))?;
                (ColumnData::Time(values), unread)
            }
            (ColumnType::Boolean, None) => {
                let (values, unread) = read_texts(column, observer, |text| {
                    parse_boolean(text).map(|x| if x { 1.0 } else { 0.0 })
                })?;
                let cells = values
                    .into_iter()
                    .map(|x| if x.is_nan() { MISSING_BOOLEAN } else { u8::from(x == 1.0) })
                    .collect();
                (ColumnData::Boolean(cells), unread)
            }
        };
        let mut change = read(column, data, unread);
        for column in &mut change.columns {
            column.schema.overridden = true;
        }
        Ok(change)
    }
}

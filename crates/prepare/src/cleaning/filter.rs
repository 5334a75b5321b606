//! Keeping the rows that meet conditions.

use spec::step::{Comparison, Condition, Filter, ShapeKind, StepInfo};
use spec::texts::ui::prepare::step as labels;
use spec::{ColumnType, Domain, Message, Observer, Outcome};
use table::value::{parse_boolean, parse_number, parse_time};
use table::{Column, ColumnData, Table};

use super::rows::keep;
use super::{Change, Cleaning, Target, named};

pub(super) fn info() -> StepInfo {
    let begin = Filter {
        conditions: vec![Condition::default()],
        any: false,
    };
    let which = Domain::Switch {
        off: labels::ALL_CONDITIONS.to_owned(),
        on: labels::ANY_CONDITION.to_owned(),
    };
    StepInfo::new(ShapeKind::from(begin))
        .setting("any", which)
        .setting("conditions", Domain::Conditions)
}

impl Cleaning for Filter {
    fn target(&self) -> Target<'_> {
        Target::Rows
    }

    fn fits(&self, _column_type: ColumnType) -> bool {
        true
    }

    fn apply(&self, table: &Table, observer: &mut dyn Observer) -> Outcome<Change> {
        if self.conditions.is_empty() {
            return Err(Message::new("shape.no_conditions").into());
        }
        let mut met = vec![!self.any; table.n_rows()];
        for (i, condition) in self.conditions.iter().enumerate() {
            observer.tick(i as f64 / self.conditions.len() as f64)?;
            let this = rows_that_meet(named(table, &condition.column)?, condition)?;
            for (met, this) in met.iter_mut().zip(this) {
                *met = if self.any { *met || this } else { *met && this };
            }
        }
        let change = keep(table, |row| met[row as usize]);
        if table.n_rows() > 0 && change.kept.as_ref().is_some_and(Vec::is_empty) {
            return Err(Message::new("shape.nothing_left").with("n_rows", table.n_rows()).into());
        }
        Ok(change)
    }
}

/// Per row. Blanks around a text, and around the value, do not count.
fn rows_that_meet(column: &Column, condition: &Condition) -> Outcome<Vec<bool>> {
    let rows = 0..column.n_rows();
    let comparison = condition.comparison;
    let value = condition.value.trim();
    let unreadable = || {
        Message::new("shape.value")
            .with("column", column.name())
            .with("type", column.column_type().name())
            .with("value", value)
    };
    match comparison {
        Comparison::IsMissing => return Ok(rows.map(|row| column.is_missing(row)).collect()),
        Comparison::IsNotMissing => return Ok(rows.map(|row| !column.is_missing(row)).collect()),
        Comparison::Contains => {
            return Ok(rows
                .map(|row| column.text_at(row).is_some_and(|text| text.contains(value)))
                .collect());
        }
        _ => {}
    }
    let wanted = match &column.data {
        ColumnData::Number(_) => parse_number(value, false).ok_or_else(unreadable)?,
        ColumnData::Time(_) => parse_time(value, spec::step::DateOrder::Ymd).ok_or_else(unreadable)?,
        ColumnData::Boolean(_) => parse_boolean(value)
            .map(|x| if x { 1.0 } else { 0.0 })
            .ok_or_else(unreadable)?,
        ColumnData::Category(category) => {
            let is_equal = equality(column, comparison)?;
            let of_levels: Vec<bool> = category
                .levels
                .iter()
                .map(|level| (level.trim() == value) == is_equal)
                .collect();
            return Ok(category
                .codes
                .iter()
                .map(|&code| of_levels.get(code as usize).copied().unwrap_or(false))
                .collect());
        }
        ColumnData::Text(text) => {
            let is_equal = equality(column, comparison)?;
            return Ok(text
                .iter()
                .map(|cell| !cell.is_empty() && (cell.trim() == value) == is_equal)
                .collect());
        }
    };
    let meets = |x: f64| match comparison {
        _ if x.is_nan() => false,
        Comparison::Equal => x == wanted,
        Comparison::NotEqual => x != wanted,
        Comparison::Less => x < wanted,
        Comparison::LessOrEqual => x <= wanted,
        Comparison::Greater => x > wanted,
        Comparison::GreaterOrEqual => x >= wanted,
        Comparison::Contains | Comparison::IsMissing | Comparison::IsNotMissing => false,
    };
    Ok(column.numbers().unwrap_or_default().iter().map(|&x| meets(x)).collect())
}

/// Texts are equal or not; they have no order here.
fn equality(column: &Column, comparison: Comparison) -> Outcome<bool> {
    match comparison {
        Comparison::Equal => Ok(true),
        Comparison::NotEqual => Ok(false),
        _ => Err(Message::new("shape.comparison")
            .with("column", column.name())
            .with("type", column.column_type().name())
            .into()),
    }
}

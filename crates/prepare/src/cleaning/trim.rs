//! Removing blanks around text.

use spec::step::{ShapeKind, StepInfo, Trim};
use spec::{ColumnSet, ColumnType, Domain, Observer, Outcome};
use table::Table;

use super::cells::rewrite;
use super::{Change, Cleaning, Target, is_text, named_or};

pub(super) fn info() -> StepInfo {
    let columns = Vec::new();
    let form = Domain::Columns {
        which: ColumnSet::Texts,
        optional: false,
    };
    StepInfo::new(ShapeKind::from(Trim { columns })).setting("columns", form)
}

impl Cleaning for Trim {
    fn target(&self) -> Target<'_> {
        Target::Columns(&self.columns)
    }

    fn fits(&self, column_type: ColumnType) -> bool {
        matches!(column_type, ColumnType::Category | ColumnType::Text)
    }

    fn on(&self, columns: Vec<String>) -> Option<ShapeKind> {
        Some(ShapeKind::Trim(Self { columns }))
    }

    fn apply(&self, table: &Table, observer: &mut dyn Observer) -> Outcome<Change> {
        let columns = named_or(table, &self.columns, is_text)?;
        rewrite(&columns, "shape.trimmed", observer, |text| match text.trim() {
            trimmed if trimmed.len() == text.len() => None,
            trimmed => Some(trimmed.to_owned()),
        })
    }
}

//! Filling gaps from the row above or below.

use spec::step::{FillForward, ShapeKind, StepInfo};
use spec::texts::ui::prepare::step as labels;
use spec::{ColumnSet, ColumnType, Domain, Message, Observer, Outcome};
use table::Table;

use super::{Change, Cleaning, Target, named_or};

pub(super) fn info() -> StepInfo {
    let (columns, backward) = (Vec::new(), false);
    let form = Domain::Columns {
        which: ColumnSet::Any,
        optional: false,
    };
    let direction = Domain::Switch {
        off: labels::ABOVE.to_owned(),
        on: labels::BELOW.to_owned(),
    };
    StepInfo::new(ShapeKind::from(FillForward { columns, backward }))
        .setting("columns", form)
        .setting("backward", direction)
}

impl Cleaning for FillForward {
    fn target(&self) -> Target<'_> {
        Target::Rows
    }

    fn fits(&self, _column_type: ColumnType) -> bool {
        true
    }

    fn apply(&self, table: &Table, observer: &mut dyn Observer) -> Outcome<Change> {
        let columns = named_or(table, &self.columns, |_| true)?;
        let mut change = Change::default();
        for (i, column) in columns.iter().enumerate() {
            observer.tick(i as f64 / columns.len() as f64)?;
            // For each row the one that its cell comes from.
            let n = column.n_rows();
            let mut sources: Vec<u32> = (0..n as u32).collect();
            let (mut last, mut n_filled) = (None, 0u64);
            let rows: Box<dyn Iterator<Item = usize>> = if self.backward {
                Box::new((0..n).rev())
            } else {
                Box::new(0..n)
            };
            for row in rows {
                match last {
                    _ if !column.is_missing(row) => last = Some(row as u32),
                    Some(source) => {
                        sources[row] = source;
                        n_filled += 1;
                    }
                    None => {}
                }
            }
            let n_left = column.n_missing() as u64 - n_filled;
            if n_filled + n_left > 0 {
                let message = Message::new("shape.filled")
                    .with("column", column.name())
                    .with("n_cells", n_filled);
                change.learned.push(message.with("n_left", n_left));
                change.columns.push(column.select(&sources));
            }
        }
        if change.learned.is_empty() {
            change.learned.push(Message::new("shape.nothing_missing"));
        }
        Ok(change)
    }
}

//! What steps that change cells share.

use spec::{Message, Observer, Outcome};
use table::{Category, CategoryBuilder, Column, ColumnData, MISSING_CODE, Text};

use super::{Change, needs};

/// Rows between two ticks.
const TICK: usize = 16_384;
const N_EXAMPLES: usize = 5;

/// Each text by `f` (None: as it is); an empty one is missing. Levels are rewritten once each.
pub(super) fn rewrite(
    columns: &[&Column],
    code: &str,
    observer: &mut dyn Observer,
    f: impl Fn(&str) -> Option<String>,
) -> Outcome<Change> {
    let mut change = Change::default();
    for (i, column) in columns.iter().enumerate() {
        let mut tick = |part: f64| observer.tick((i as f64 + part) / columns.len() as f64);
        let mut n_changed = 0u64;
        let data = match &column.data {
            ColumnData::Category(category) => {
                let mut new: Vec<Option<String>> = Vec::with_capacity(category.levels.len());
                for (done, level) in category.levels.iter().enumerate() {
                    if done % TICK == 0 {
                        tick(done as f64 / category.levels.len() as f64)?;
                    }
                    new.push(f(level));
                }
                let mut builder = CategoryBuilder::default();
                for &code in &category.codes {
                    let changed = new.get(code as usize).and_then(Option::as_deref);
                    n_changed += u64::from(changed.is_some());
                    builder.push(changed.or_else(|| category.levels.get(code as usize).map(String::as_str)));
                }
                ColumnData::Category(builder.finish())
            }
            ColumnData::Text(text) => {
                let mut out = Text::new();
                for (row, cell) in text.iter().enumerate() {
                    if row % TICK == 0 {
                        tick(row as f64 / text.len() as f64)?;
                    }
                    let changed = f(cell);
                    n_changed += u64::from(changed.is_some());
                    out.push(changed.as_deref().unwrap_or(cell));
                }
                ColumnData::Text(out)
            }
            _ => return Err(needs("shape.needs_text", column)),
        };
        change
            .learned
            .push(Message::new(code).with("column", column.name()).with("n_cells", n_changed));
        if n_changed > 0 {
            change.columns.push(column.with_data(data));
        }
    }
    Ok(change)
}

pub(super) fn with_numbers(column: &Column, values: Vec<f64>) -> Column {
    column.with_data(if column.column_type() == spec::ColumnType::Time {
        ColumnData::Time(values)
    } else {
        ColumnData::Number(values)
    })
}

/// Texts that did not read as the new type.
#[derive(Default)]
pub(super) struct Unread {
    n: u64,
    examples: Vec<String>,
}

impl Unread {
    pub fn add(&mut self, text: &str) {
        self.n += 1;
        if self.examples.len() < N_EXAMPLES && !self.examples.iter().any(|known| known == text) {
            self.examples.push(text.chars().take(40).collect());
        }
    }
}

/// Texts as numbers, NaN for those that do not read. Levels are read once each.
pub(super) fn read_texts(
    column: &Column,
    observer: &mut dyn Observer,
    parse: impl Fn(&str) -> Option<f64>,
) -> Outcome<(Vec<f64>, Unread)> {
    let mut unread = Unread::default();
    let values = match &column.data {
        ColumnData::Category(Category { levels, codes }) => {
            let mut of_levels = Vec::with_capacity(levels.len());
            for (done, level) in levels.iter().enumerate() {
                if done % TICK == 0 {
                    observer.tick(done as f64 / levels.len() as f64)?;
                }
                of_levels.push(parse(level));
            }
            codes
                .iter()
                .map(|&code| match of_levels.get(code as usize) {
                    Some(Some(x)) => *x,
                    Some(None) => {
                        unread.add(&levels[code as usize]);
                        f64::NAN
                    }
                    None => {
                        debug_assert_eq!(code, MISSING_CODE);
                        f64::NAN
                    }
                })
                .collect()
        }
        _ => {
            let mut values = Vec::with_capacity(column.n_rows());
            for row in 0..column.n_rows() {
                if row % TICK == 0 {
                    observer.tick(row as f64 / column.n_rows() as f64)?;
                }
                values.push(match column.text_at(row) {
                    None => f64::NAN,
                    Some(text) => parse(&text).unwrap_or_else(|| {
                        unread.add(&text);
                        f64::NAN
                    }),
                });
            }
            values
        }
    };
    Ok((values, unread))
}

pub(super) fn already(column: &Column) -> Change {
    let message = Message::new("shape.already")
        .with("column", column.name())
        .with("type", column.column_type().name());
    Change {
        learned: vec![message],
        ..Change::default()
    }
}

pub(super) fn read(column: &Column, data: ColumnData, unread: Unread) -> Change {
    let new = column.with_data(data);
    let message = Message::new(if unread.n == 0 { "shape.read" } else { "shape.read_partly" })
        .with("column", column.name())
        .with("type", new.column_type().name())
        .with("n_read", new.n_rows() - new.n_missing())
        .with("n_unread", unread.n)
        .with("examples", unread.examples);
    Change {
        columns: vec![new],
        learned: vec![message],
        kept: None,
    }
}

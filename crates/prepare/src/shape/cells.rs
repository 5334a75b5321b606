//! Steps that change cells or the type of a column.

use std::borrow::Cow;

use regex_lite::Regex;
use spec::step::DateOrder;
use spec::{ColumnType, Message, Observer, Outcome};
use table::value::{self, parse_boolean, parse_number_loosely, parse_time, parse_time_until};
use table::{Category, CategoryBuilder, Column, ColumnData, MISSING_BOOLEAN, MISSING_CODE, Text};

use super::{Change, is_text, needs};

/// Rows between two ticks.
const TICK: usize = 16_384;
const N_EXAMPLES: usize = 5;

pub(super) fn trim(columns: &[&Column], observer: &mut dyn Observer) -> Outcome<Change> {
    rewrite(columns, "shape.trimmed", observer, |text| match text.trim() {
        trimmed if trimmed.len() == text.len() => None,
        trimmed => Some(trimmed.to_owned()),
    })
}

pub(super) enum Replacement<'a> {
    Inside { find: &'a str, replace: &'a str },
    Cell { find: &'a str, replace: &'a str },
    Pattern { find: Regex, replace: &'a str },
}

impl<'a> Replacement<'a> {
    /// Errors: `shape.find_empty`, `shape.regex`.
    pub fn new(find: &'a str, replace: &'a str, regex: bool, whole_cell: bool) -> Outcome<Self> {
        if find.is_empty() {
            return Err(Message::new("shape.find_empty").into());
        }
        if !regex {
            return Ok(if whole_cell {
                Self::Cell { find, replace }
            } else {
                Self::Inside { find, replace }
            });
        }
        let pattern = if whole_cell {
            format!("^(?:{find})$")
        } else {
            find.to_owned()
        };
        match Regex::new(&pattern) {
            Ok(find) => Ok(Self::Pattern { find, replace }),
            Err(error) => Err(Message::new("shape.regex")
                .with("find", find)
                .with("error", error.to_string())
                .into()),
        }
    }

    fn of(&self, text: &str) -> Option<String> {
        match self {
            Self::Inside { find, replace } => text.contains(find).then(|| text.replace(find, replace)),
            Self::Cell { find, replace } => (text == *find).then(|| (*replace).to_owned()),
            Self::Pattern { find, replace } => match find.replace_all(text, *replace) {
                Cow::Borrowed(_) => None,
                Cow::Owned(new) => Some(new),
            },
        }
        .filter(|new| new != text)
    }
}

pub(super) fn replace(columns: &[&Column], replacement: &Replacement, observer: &mut dyn Observer) -> Outcome<Change> {
    rewrite(columns, "shape.replaced", observer, |text| replacement.of(text))
}

/// Each text by `f` (None: as it is); an empty one is missing. Levels are rewritten once each.
fn rewrite(columns: &[&Column], code: &str, observer: &mut dyn Observer, f: impl Fn(&str) -> Option<String>) -> Outcome<Change> {
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

pub(super) fn parse_number(column: &Column, decimal_comma: bool, observer: &mut dyn Observer) -> Outcome<Change> {
    if column.column_type() == ColumnType::Number {
        return Ok(already(column));
    }
    if !is_text(column) {
        return Err(needs("shape.needs_text", column));
    }
    let (values, unread) = read_texts(column, observer, |text| parse_number_loosely(text, decimal_comma))?;
    Ok(read(column, ColumnData::Number(values), unread))
}

pub(super) fn parse_date(
    column: &Column,
    order: DateOrder,
    newest_year: Option<i32>,
    observer: &mut dyn Observer,
) -> Outcome<Change> {
    if column.column_type() == ColumnType::Time {
        return Ok(already(column));
    }
    if !is_text(column) {
        return Err(needs("shape.needs_text", column));
    }
    let (values, unread) = read_texts(column, observer, |text| parse_time_until(text, order, newest_year))?;
    Ok(read(column, ColumnData::Time(values), unread))
}

pub(super) fn set_type(column: &Column, to: ColumnType, observer: &mut dyn Observer) -> Outcome<Change> {
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

pub(super) fn infinite_to_missing(columns: &[&Column], observer: &mut dyn Observer) -> Outcome<Change> {
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

pub(super) fn value_to_missing(column: &Column, wanted: &[f64]) -> Outcome<Change> {
    let (ColumnData::Number(values) | ColumnData::Time(values)) = &column.data else {
        return Err(needs("shape.needs_numbers", column));
    };
    let n = values.iter().filter(|x| wanted.contains(x)).count();
    let cells = values
        .iter()
        .map(|x| if wanted.contains(x) { f64::NAN } else { *x })
        .collect();
    let texts: Vec<String> = wanted.iter().map(|&x| table::value::format_number(x)).collect();
    let message = Message::new("shape.value_to_missing")
        .with("column", column.name())
        .with("n_cells", n);
    Ok(Change {
        columns: vec![with_numbers(column, cells)],
        learned: vec![message.with("values", texts)],
        kept: None,
    })
}

pub(super) fn fill_forward(columns: &[&Column], backward: bool, observer: &mut dyn Observer) -> Outcome<Change> {
    let mut change = Change::default();
    for (i, column) in columns.iter().enumerate() {
        observer.tick(i as f64 / columns.len() as f64)?;
        // For each row the one that its cell comes from.
        let n = column.n_rows();
        let mut sources: Vec<u32> = (0..n as u32).collect();
        let (mut last, mut n_filled) = (None, 0u64);
        let rows: Box<dyn Iterator<Item = usize>> = if backward { Box::new((0..n).rev()) } else { Box::new(0..n) };
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

fn with_numbers(column: &Column, values: Vec<f64>) -> Column {
    column.with_data(if column.column_type() == ColumnType::Time {
        ColumnData::Time(values)
    } else {
        ColumnData::Number(values)
    })
}

/// Texts that did not read as the new type.
#[derive(Default)]
struct Unread {
    n: u64,
    examples: Vec<String>,
}

impl Unread {
    fn add(&mut self, text: &str) {
        self.n += 1;
        if self.examples.len() < N_EXAMPLES && !self.examples.iter().any(|known| known == text) {
            self.examples.push(text.chars().take(40).collect());
        }
    }
}

/// Texts as numbers, NaN for those that do not read. Levels are read once each.
fn read_texts(column: &Column, observer: &mut dyn Observer, parse: impl Fn(&str) -> Option<f64>) -> Outcome<(Vec<f64>, Unread)> {
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

fn already(column: &Column) -> Change {
    let message = Message::new("shape.already")
        .with("column", column.name())
        .with("type", column.column_type().name());
    Change {
        learned: vec![message],
        ..Change::default()
    }
}

fn read(column: &Column, data: ColumnData, unread: Unread) -> Change {
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

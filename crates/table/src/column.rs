//! The table: columns of one length.
//!
//! Missing is in band, so that mask and value can never disagree: NaN for numbers and times, [`MISSING_CODE`] for
//! categories, an empty span for text, 2 for booleans. An empty text cell therefore is a missing one.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use spec::{ColumnSchema, ColumnType, Message, Outcome};

use crate::intern::Interner;
use crate::value;

/// The code of a missing category cell.
pub const MISSING_CODE: u32 = u32::MAX;
/// The byte of a missing boolean cell.
pub const MISSING_BOOLEAN: u8 = 2;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Table {
    columns: Vec<Column>,
    n_rows: usize,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Column {
    pub schema: ColumnSchema,
    pub data: ColumnData,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ColumnData {
    /// NaN is missing; infinities are values.
    Number(Vec<f64>),
    Category(Category),
    Text(Text),
    /// Seconds since 1970-01-01T00:00:00Z; NaN is missing.
    Time(Vec<f64>),
    /// 0 false, 1 true, 2 missing.
    Boolean(Vec<u8>),
}

/// Codes into levels; levels are unique and sorted bytewise. A level may have no row (after [`Table::select`]).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Category {
    pub levels: Vec<String>,
    pub codes: Vec<u32>,
}

/// All cells' bytes end to end; cell `i` is `bytes[ends[i - 1]..ends[i]]`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Text {
    bytes: String,
    ends: Vec<u32>,
}

impl Table {
    /// Errors: `table.lengths` when the columns differ in length, `table.duplicate_name` when two have the same name.
    pub fn new(columns: Vec<Column>) -> Outcome<Self> {
        let n_rows = columns.first().map_or(0, Column::n_rows);
        Self { columns, n_rows }.checked()
    }

    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    pub fn n_columns(&self) -> usize {
        self.columns.len()
    }

    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name() == name)
    }

    pub fn index_of(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name() == name)
    }

    /// The column of that name. Errors: `table.no_column`.
    pub fn required(&self, name: &str) -> Outcome<&Column> {
        self.column(name)
            .ok_or_else(|| Message::new("table.no_column").with("column", name).into())
    }

    /// The rows in the given order, each as often as named. Every index is below `n_rows`. Levels of categories stay,
    /// so that codes keep their meaning.
    pub fn select(&self, rows: &[u32]) -> Self {
        Self {
            columns: self.columns.iter().map(|column| column.select(rows)).collect(),
            n_rows: rows.len(),
        }
    }

    /// The table with the column in the place of the one of the same name, else at the end. Errors: `table.lengths`.
    pub fn with_column(mut self, column: Column) -> Outcome<Self> {
        if self.columns.is_empty() && self.n_rows == 0 {
            self.n_rows = column.n_rows();
        }
        match self.index_of(column.name()) {
            Some(place) => self.columns[place] = column,
            None => self.columns.push(column),
        }
        self.checked()
    }

    /// The table without these columns; names that it does not have are ignored.
    pub fn without(mut self, names: &[String]) -> Self {
        self.columns.retain(|column| !names.iter().any(|name| name == column.name()));
        self
    }

    /// The columns of these names, in this order. Errors: `table.no_column`.
    pub fn only(&self, names: &[String]) -> Outcome<Self> {
        let columns = names
            .iter()
            .map(|name| self.required(name).cloned())
            .collect::<Outcome<Vec<_>>>()?;
        Ok(Self {
            columns,
            n_rows: self.n_rows,
        })
    }

    /// Bytes of memory that the cells take.
    pub fn n_bytes(&self) -> usize {
        self.columns.iter().map(Column::n_bytes).sum()
    }

    pub(crate) fn from_parts(columns: Vec<Column>, n_rows: usize) -> Outcome<Self> {
        Self { columns, n_rows }.checked()
    }

    fn checked(self) -> Outcome<Self> {
        for column in &self.columns {
            if column.n_rows() != self.n_rows {
                return Err(Message::new("table.lengths")
                    .with("column", column.name())
                    .with("n_rows", column.n_rows())
                    .with("expected", self.n_rows)
                    .into());
            }
        }
        let mut names: Vec<&str> = self.columns.iter().map(Column::name).collect();
        names.sort_unstable();
        match names.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(Message::new("table.duplicate_name").with("column", pair[0]).into()),
            None => Ok(self),
        }
    }
}

impl Column {
    pub fn new(name: impl Into<String>, data: ColumnData) -> Self {
        let column_type = data.column_type();
        Self {
            schema: ColumnSchema {
                name: name.into(),
                original_name: None,
                column_type,
                overridden: false,
            },
            data,
        }
    }

    /// The same facts about the column, other cells (and their type).
    pub fn with_data(&self, data: ColumnData) -> Self {
        let column_type = data.column_type();
        Self {
            schema: ColumnSchema {
                column_type,
                ..self.schema.clone()
            },
            data,
        }
    }

    pub fn name(&self) -> &str {
        &self.schema.name
    }

    pub fn column_type(&self) -> ColumnType {
        self.data.column_type()
    }

    pub fn n_rows(&self) -> usize {
        self.data.n_rows()
    }

    pub fn is_missing(&self, row: usize) -> bool {
        match &self.data {
            ColumnData::Number(x) | ColumnData::Time(x) => x[row].is_nan(),
            ColumnData::Category(category) => category.codes[row] == MISSING_CODE,
            ColumnData::Text(text) => text.get(row).is_empty(),
            ColumnData::Boolean(x) => x[row] >= MISSING_BOOLEAN,
        }
    }

    pub fn n_missing(&self) -> usize {
        match &self.data {
            ColumnData::Number(x) | ColumnData::Time(x) => x.iter().filter(|x| x.is_nan()).count(),
            ColumnData::Category(category) => category.codes.iter().filter(|&&code| code == MISSING_CODE).count(),
            ColumnData::Text(text) => (0..text.len()).filter(|&row| text.get(row).is_empty()).count(),
            ColumnData::Boolean(x) => x.iter().filter(|&&x| x >= MISSING_BOOLEAN).count(),
        }
    }

    /// The cell as canonical text: the shortest number that reads back the same, `true` / `false`, ISO 8601 times.
    /// None when missing.
    pub fn text_at(&self, row: usize) -> Option<Cow<'_, str>> {
        match &self.data {
            ColumnData::Number(x) if !x[row].is_nan() => Some(Cow::Owned(value::format_number(x[row]))),
            ColumnData::Time(x) if !x[row].is_nan() => Some(Cow::Owned(value::format_time(x[row]))),
            ColumnData::Category(category) => category.get(row).map(Cow::Borrowed),
            ColumnData::Text(text) => Some(text.get(row)).filter(|text| !text.is_empty()).map(Cow::Borrowed),
            ColumnData::Boolean(x) if x[row] < MISSING_BOOLEAN => Some(Cow::Borrowed(if x[row] == 1 { "true" } else { "false" })),
            _ => None,
        }
    }

    /// The cells as numbers, missing as NaN: numbers, times in epoch seconds, booleans as 0 and 1. None for the others.
    pub fn numbers(&self) -> Option<Cow<'_, [f64]>> {
        match &self.data {
            ColumnData::Number(x) | ColumnData::Time(x) => Some(Cow::Borrowed(x)),
            ColumnData::Boolean(x) => Some(Cow::Owned(
                x.iter()
                    .map(|&x| if x >= MISSING_BOOLEAN { f64::NAN } else { f64::from(x) })
                    .collect(),
            )),
            _ => None,
        }
    }

    /// The cells as levels: a category as it is, every other type by its canonical texts.
    pub fn to_category(&self) -> Category {
        match &self.data {
            ColumnData::Category(category) => category.clone(),
            _ => {
                let mut builder = CategoryBuilder::default();
                for row in 0..self.n_rows() {
                    builder.push(self.text_at(row).as_deref());
                }
                builder.finish()
            }
        }
    }

    /// Every index is below `n_rows`.
    pub fn select(&self, rows: &[u32]) -> Self {
        let numbers = |x: &[f64]| rows.iter().map(|&row| x[row as usize]).collect::<Vec<_>>();
        let data = match &self.data {
            ColumnData::Number(x) => ColumnData::Number(numbers(x)),
            ColumnData::Time(x) => ColumnData::Time(numbers(x)),
            ColumnData::Category(category) => ColumnData::Category(Category {
                levels: category.levels.clone(),
                codes: rows.iter().map(|&row| category.codes[row as usize]).collect(),
            }),
            ColumnData::Text(text) => {
                let mut selected = Text::new();
                for &row in rows {
                    selected.push(text.get(row as usize));
                }
                ColumnData::Text(selected)
            }
            ColumnData::Boolean(x) => ColumnData::Boolean(rows.iter().map(|&row| x[row as usize]).collect()),
        };
        Self {
            schema: self.schema.clone(),
            data,
        }
    }

    /// Bytes of memory that the cells take.
    pub fn n_bytes(&self) -> usize {
        match &self.data {
            ColumnData::Number(x) | ColumnData::Time(x) => x.len() * 8,
            ColumnData::Category(category) => {
                category.codes.len() * 4 + category.levels.iter().map(|level| level.len() + 24).sum::<usize>()
            }
            ColumnData::Text(text) => text.bytes.len() + text.ends.len() * 4,
            ColumnData::Boolean(x) => x.len(),
        }
    }
}

impl ColumnData {
    pub fn column_type(&self) -> ColumnType {
        match self {
            Self::Number(_) => ColumnType::Number,
            Self::Category(_) => ColumnType::Category,
            Self::Text(_) => ColumnType::Text,
            Self::Time(_) => ColumnType::Time,
            Self::Boolean(_) => ColumnType::Boolean,
        }
    }

    pub fn n_rows(&self) -> usize {
        match self {
            Self::Number(x) | Self::Time(x) => x.len(),
            Self::Category(category) => category.codes.len(),
            Self::Text(text) => text.len(),
            Self::Boolean(x) => x.len(),
        }
    }
}

impl Category {
    /// Levels in bytewise order; None and the empty text are missing.
    pub fn from_texts<'a>(texts: impl IntoIterator<Item = Option<&'a str>>) -> Self {
        let mut builder = CategoryBuilder::default();
        for text in texts {
            builder.push(text);
        }
        builder.finish()
    }

    pub fn get(&self, row: usize) -> Option<&str> {
        self.levels.get(self.codes[row] as usize).map(String::as_str)
    }

    pub fn code_of(&self, level: &str) -> Option<u32> {
        self.levels
            .binary_search_by(|known| known.as_str().cmp(level))
            .ok()
            .map(|code| code as u32)
    }

    /// Rows per level.
    pub fn counts(&self) -> Vec<u64> {
        let mut counts = vec![0; self.levels.len()];
        for &code in &self.codes {
            if let Some(count) = counts.get_mut(code as usize) {
                *count += 1;
            }
        }
        counts
    }
}

/// Makes a [`Category`] cell by cell.
#[derive(Clone, Debug, Default)]
pub struct CategoryBuilder {
    levels: Interner,
    codes: Vec<u32>,
}

impl CategoryBuilder {
    /// None and the empty text are missing.
    pub fn push(&mut self, text: Option<&str>) {
        let code = match text {
            Some(text) if !text.is_empty() => self.levels.intern(text.as_bytes()),
            _ => MISSING_CODE,
        };
        self.codes.push(code);
    }

    pub fn finish(self) -> Category {
        let (levels, codes) = (self.levels, self.codes);
        Category::from_interned(&levels, codes)
    }
}

impl Category {
    /// Codes in order of first appearance become codes in order of the levels. The interned bytes are UTF-8.
    pub(crate) fn from_interned(interned: &Interner, mut codes: Vec<u32>) -> Self {
        let mut order: Vec<u32> = (0..interned.len() as u32).collect();
        order.sort_unstable_by(|&a, &b| interned.get(a).cmp(interned.get(b)));
        let mut place = vec![0u32; order.len()];
        for (code, &seen) in order.iter().enumerate() {
            place[seen as usize] = code as u32;
        }
        for code in &mut codes {
            if *code != MISSING_CODE {
                *code = place[*code as usize];
            }
        }
        let levels = order
            .iter()
            .map(|&seen| String::from_utf8_lossy(interned.get(seen)).into_owned())
            .collect();
        Self { levels, codes }
    }
}

impl Text {
    pub fn new() -> Self {
        Self::default()
    }

    /// Texts hold 4 GiB in all (import refuses more): a cell that would go beyond is stored as missing.
    pub fn push(&mut self, text: &str) {
        if u32::try_from(self.bytes.len() + text.len()).is_ok() {
            self.bytes.push_str(text);
        }
        self.ends.push(self.bytes.len() as u32);
    }

    /// The empty text is a missing cell.
    pub fn get(&self, row: usize) -> &str {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.bytes[start as usize..self.ends[row] as usize]
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|row| self.get(row))
    }

    pub fn n_bytes(&self) -> usize {
        self.bytes.len()
    }

    pub(crate) fn parts(&self) -> (&str, &[u32]) {
        (&self.bytes, &self.ends)
    }

    /// None when the ends do not fall on characters in ascending order.
    pub(crate) fn from_parts(bytes: String, ends: Vec<u32>) -> Option<Self> {
        let mut last = 0;
        for &end in &ends {
            if end < last || !bytes.is_char_boundary(end as usize) {
                return None;
            }
            last = end;
        }
        (last as usize == bytes.len()).then_some(Self { bytes, ends })
    }
}

impl<'a> FromIterator<Option<&'a str>> for Text {
    fn from_iter<I: IntoIterator<Item = Option<&'a str>>>(texts: I) -> Self {
        let mut text = Self::new();
        for cell in texts {
            text.push(cell.unwrap_or(""));
        }
        text
    }
}

//! The working frame between pipeline steps.

use std::collections::BTreeMap;

use spec::{ColumnType, Message, Order, Outcome};
use table::{Category, Column, ColumnData, MISSING_CODE, Table, Text};

use crate::fitted::{InputColumn, InputType};

#[derive(Clone, Debug, Default)]
pub(crate) struct Frame {
    pub columns: Vec<FrameColumn>,
    pub n_rows: usize,
}

#[derive(Clone, Debug)]
pub(crate) struct FrameColumn {
    pub name: String,
    pub cells: Cells,
}

#[derive(Clone, Debug)]
pub(crate) enum Cells {
    /// NaN is missing. `shown_as` is the type that the table view gives the column: Number, Time or Boolean.
    Numbers {
        values: Vec<f64>,
        shown_as: ColumnType,
    },
    Levels(Levels),
    /// Free text, which no step can use; None where nobody looks at the cells.
    Opaque(Option<Text>),
}

/// Codes into unique, trimmed levels, in any order; a level may have lost its rows to a step. [`MISSING_CODE`] is missing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Levels {
    pub names: Vec<String>,
    pub codes: Vec<u32>,
}

impl Levels {
    /// Blanks around levels go; levels that become equal become one, empty ones missing. Levels that none of these rows
    /// has are left out: what the other rows hold must not be learned.
    fn trimmed(category: &Category, rows: &[u32]) -> Self {
        let mut has_row = vec![false; category.levels.len()];
        for &row in rows {
            if let Some(has_row) = has_row.get_mut(category.codes[row as usize] as usize) {
                *has_row = true;
            }
        }
        let names = category
            .levels
            .iter()
            .zip(has_row)
            .map(|(level, has_row)| {
                Some(level.trim())
                    .filter(|level| has_row && !level.is_empty())
                    .map(str::to_owned)
            })
            .collect();
        Self::renamed(names, rows.iter().map(|&row| category.codes[row as usize]))
    }

    /// `codes` into `names`, where names may repeat and None means missing.
    fn renamed(names: Vec<Option<String>>, codes: impl Iterator<Item = u32>) -> Self {
        let mut places: BTreeMap<String, u32> = BTreeMap::new();
        let mut unique = Vec::new();
        let new_codes: Vec<u32> = names
            .into_iter()
            .map(|name| match name {
                None => MISSING_CODE,
                Some(name) => *places.entry(name).or_insert_with_key(|name| {
                    unique.push(name.clone());
                    unique.len() as u32 - 1
                }),
            })
            .collect();
        Self {
            names: unique,
            codes: codes
                .map(|code| new_codes.get(code as usize).copied().unwrap_or(MISSING_CODE))
                .collect(),
        }
    }

    pub fn code_of(&self, level: &str) -> Option<u32> {
        self.names.iter().position(|name| name == level).map(|code| code as u32)
    }

    /// Rows per level.
    pub fn counts(&self) -> Vec<u64> {
        let mut counts = vec![0; self.names.len()];
        for &code in &self.codes {
            if let Some(count) = counts.get_mut(code as usize) {
                *count += 1;
            }
        }
        counts
    }

    /// Levels that have a row, sorted bytewise, with their rows.
    pub fn present(&self) -> Vec<(String, u64)> {
        let mut present: Vec<(String, u64)> = self
            .names
            .iter()
            .cloned()
            .zip(self.counts())
            .filter(|(_, count)| *count > 0)
            .collect();
        present.order_by(Ord::cmp);
        present
    }

    pub fn merge(&mut self, map: &BTreeMap<String, String>) {
        let names = self
            .names
            .drain(..)
            .map(|name| Some(map.get(&name).cloned().unwrap_or(name)))
            .collect();
        *self = Self::renamed(names, std::mem::take(&mut self.codes).into_iter());
    }

    pub fn fill(&mut self, level: &str) {
        let code = self.code_of(level).unwrap_or_else(|| {
            self.names.push(level.to_owned());
            self.names.len() as u32 - 1
        });
        for cell in &mut self.codes {
            if *cell == MISSING_CODE {
                *cell = code;
            }
        }
    }

    /// Per cell its place in `levels`, None for missing and for every other level.
    pub fn places(&self, levels: &[String]) -> impl Iterator<Item = Option<usize>> {
        let by_name: BTreeMap<&str, usize> = levels
            .iter()
            .enumerate()
            .map(|(place, level)| (level.as_str(), place))
            .collect();
        let by_code: Vec<Option<usize>> = self.names.iter().map(|name| by_name.get(name.as_str()).copied()).collect();
        self.codes
            .iter()
            .map(move |&code| by_code.get(code as usize).copied().flatten())
    }
}

impl Cells {
    pub fn numbers(values: Vec<f64>) -> Self {
        Self::Numbers {
            values,
            shown_as: ColumnType::Number,
        }
    }

    /// Rows of missing cells, for the words on a step's card.
    pub fn n_missing(&self) -> u64 {
        match self {
            Self::Numbers { values, .. } => values.iter().filter(|x| x.is_nan()).count() as u64,
            Self::Levels(levels) => levels.codes.iter().filter(|&&code| code == MISSING_CODE).count() as u64,
            Self::Opaque(_) => 0,
        }
    }

    /// The column as it enters a frame by its own type. Infinities become missing.
    pub fn of_column(column: &Column, rows: &[u32]) -> Self {
        match &column.data {
            ColumnData::Number(x) | ColumnData::Time(x) => Self::Numbers {
                values: rows.iter().map(|&row| finite(x[row as usize])).collect(),
                shown_as: column.column_type(),
            },
            ColumnData::Boolean(x) => Self::Numbers {
                values: rows.iter().map(|&row| boolean(x[row as usize])).collect(),
                shown_as: ColumnType::Boolean,
            },
            ColumnData::Category(category) => Self::Levels(Levels::trimmed(category, rows)),
            ColumnData::Text(text) => Self::Opaque(Some(rows.iter().map(|&row| Some(text.get(row as usize))).collect())),
        }
    }

    /// The column as the recipe learned it, whatever its type is in this table: a file with fewer rows may have been
    /// read with other types.
    ///
    /// Errors: `prepare.input_not_number`, with the first text that is none.
    pub fn of_input(column: &Column, rows: &[u32], input: &InputColumn) -> Outcome<Self> {
        if input.input_type == InputType::Category {
            return Ok(match &column.data {
                ColumnData::Category(category) => Self::Levels(Levels::trimmed(category, rows)),
                _ => {
                    let category = column.select(rows).to_category();
                    let all: Vec<u32> = (0..rows.len() as u32).collect();
                    Self::Levels(Levels::trimmed(&category, &all))
                }
            });
        }
        let shown_as = match input.input_type {
            InputType::Time => ColumnType::Time,
            InputType::Boolean => ColumnType::Boolean,
            InputType::Number | InputType::Category => ColumnType::Number,
        };
        let values = match &column.data {
            ColumnData::Number(x) | ColumnData::Time(x) => rows.iter().map(|&row| finite(x[row as usize])).collect(),
            ColumnData::Boolean(x) => rows.iter().map(|&row| boolean(x[row as usize])).collect(),
            ColumnData::Category(_) | ColumnData::Text(_) => rows
                .iter()
                .map(|&row| match column.text_at(row as usize) {
                    None => Ok(f64::NAN),
                    Some(text) => read(&text, input.input_type).map(finite).ok_or_else(|| {
                        Message::new("prepare.input_not_number")
                            .with("column", column.name())
                            .with("text", text.chars().take(60).collect::<String>())
                            .with("row", row as usize + 1)
                            .into()
                    }),
                })
                .collect::<Outcome<_>>()?,
        };
        Ok(Self::Numbers { values, shown_as })
    }

    fn into_data(self, n_rows: usize) -> ColumnData {
        match self {
            Self::Numbers {
                values,
                shown_as: ColumnType::Time,
            } => ColumnData::Time(values),
            Self::Numbers {
                values,
                shown_as: ColumnType::Boolean,
            } => ColumnData::Boolean(
                values
                    .into_iter()
                    .map(|x| {
                        if x.is_nan() {
                            table::MISSING_BOOLEAN
                        } else {
                            u8::from(x != 0.0)
                        }
                    })
                    .collect(),
            ),
            Self::Numbers { values, .. } => ColumnData::Number(values),
            Self::Levels(levels) => ColumnData::Category(Category::from_texts(
                levels
                    .codes
                    .iter()
                    .map(|&code| levels.names.get(code as usize).map(String::as_str)),
            )),
            Self::Opaque(text) => ColumnData::Text(text.unwrap_or_else(|| (0..n_rows).map(|_| None).collect())),
        }
    }
}

impl Frame {
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    pub fn cells(&self, name: &str) -> Option<&Cells> {
        self.columns
            .iter()
            .find(|column| column.name == name)
            .map(|column| &column.cells)
    }

    pub fn values(&self, name: &str) -> Option<&[f64]> {
        match self.cells(name) {
            Some(Cells::Numbers { values, .. }) => Some(values),
            _ => None,
        }
    }

    pub fn levels(&self, name: &str) -> Option<&Levels> {
        match self.cells(name) {
            Some(Cells::Levels(levels)) => Some(levels),
            _ => None,
        }
    }

    pub fn levels_mut(&mut self, name: &str) -> Option<&mut Levels> {
        match self.columns.iter_mut().find(|column| column.name == name) {
            Some(FrameColumn {
                cells: Cells::Levels(levels),
                ..
            }) => Some(levels),
            _ => None,
        }
    }

    /// Every cell of a number column that the frame has becomes `f` of it; the column is shown as a number from then.
    pub fn map_numbers(&mut self, name: &str, f: impl Fn(f64) -> f64) {
        if let Some(FrameColumn {
            cells: Cells::Numbers { values, shown_as },
            ..
        }) = self.columns.iter_mut().find(|column| column.name == name)
        {
            *shown_as = ColumnType::Number;
            for x in values {
                *x = f(*x);
            }
        }
    }

    pub fn push(&mut self, name: &str, cells: Cells) {
        self.columns.push(FrameColumn {
            name: name.to_owned(),
            cells,
        });
    }

    pub fn replace(&mut self, place: usize, new: Vec<FrameColumn>) {
        self.columns.splice(place..=place, new);
    }

    /// `wanted`, or with the first number from 2 at its end that makes it differ from every column's name.
    pub fn free_name(&self, wanted: &str, also_taken: &[String]) -> String {
        let taken = |name: &str| self.position(name).is_some() || also_taken.iter().any(|other| other == name);
        if !taken(wanted) {
            return wanted.to_owned();
        }
        (2u32..)
            .map(|i| format!("{wanted}_{i}"))
            .find(|name| !taken(name))
            .unwrap_or_default()
    }

    /// Keeps the columns, drops all rows.
    pub fn truncate(&mut self) {
        self.n_rows = 0;
        for column in &mut self.columns {
            match &mut column.cells {
                Cells::Numbers { values, .. } => values.clear(),
                Cells::Levels(levels) => levels.codes.clear(),
                Cells::Opaque(text) => *text = None,
            }
        }
    }

    pub fn into_table(self) -> Outcome<Table> {
        let n_rows = self.n_rows;
        Table::new(
            self.columns
                .into_iter()
                .map(|column| Column::new(column.name, column.cells.into_data(n_rows)))
                .collect(),
        )
    }
}

fn finite(x: f64) -> f64 {
    if x.is_finite() { x } else { f64::NAN }
}

fn boolean(x: u8) -> f64 {
    if x >= table::MISSING_BOOLEAN { f64::NAN } else { f64::from(x) }
}

fn read(text: &str, input_type: InputType) -> Option<f64> {
    match input_type {
        InputType::Boolean => table::value::parse_boolean(text).map(|x| if x { 1.0 } else { 0.0 }),
        InputType::Time => table::value::parse_time(text, spec::step::DateOrder::Ymd),
        InputType::Number | InputType::Category => table::value::parse_number(text, false),
    }
}

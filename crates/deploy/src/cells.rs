//! How the cells of one column are read: as the import read those of the training file, whatever a later file looks like.
//! What a cell means depends on the cell alone, never on its neighbours.

use std::sync::Arc;

use prepare::InputType;
use prepare::cleaning::{self, is_on};
use spec::step::{DateOrder, ShapeKind, Step};
use spec::{ColumnType, Message, Outcome, Unobserved};
use table::value::{parse_boolean, parse_number, parse_time_in_full, parse_time_until};
use table::{Category, Column, ColumnData, MISSING_BOOLEAN, Table};

use crate::contract::{Contract, Input, TensorType};
use crate::rows::Cells;

/// Four to eight bare digits in a column of times are a year, a spreadsheet's days or a date without marks, and no seconds
/// since 1970: 2020, 43915, 20200325.
fn is_bare(text: &str) -> bool {
    (4..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// What a column's cells are in the training file.
#[derive(Clone, Debug, PartialEq)]
pub struct CellReading {
    pub column_type: ColumnType,
    /// Compared after blanks around the cell are taken away; the empty cell is always missing.
    pub missing_tokens: Vec<String>,
    pub decimal_comma: bool,
    pub date_order: DateOrder,
    /// Of years of two digits; None: they are refused.
    pub newest_year: Option<i32>,
}

/// A text as a column's type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Read {
    Missing,
    /// Times are seconds since 1970, booleans 0 and 1.
    Number(f64),
    Text,
    /// The text is none of the type.
    Unreadable,
}

impl CellReading {
    /// A column that is cleaned afterwards is read as import read it, the others as the model takes them.
    pub fn of_input(input: &Input, contract: &Contract) -> Self {
        let is_cleaned = contract.cleaning.iter().any(|step| is_on(&step.kind, &input.name));
        let as_input = match input.kind {
            InputType::Number => ColumnType::Number,
            InputType::Category => ColumnType::Category,
            InputType::Boolean => ColumnType::Boolean,
            InputType::Time => ColumnType::Time,
        };
        let column_type = match input.source {
            Some(source) if is_cleaned => source,
            // Older contracts do not say what it was: the steps work on texts.
            None if is_cleaned => ColumnType::Text,
            _ => as_input,
        };
        Self {
            column_type,
            missing_tokens: contract.missing_tokens_of(input).to_vec(),
            decimal_comma: contract.decimal_comma_of(input),
            date_order: input.date_order.unwrap_or(DateOrder::Ymd),
            newest_year: contract.newest_year_of(input),
        }
    }

    pub fn read(&self, cell: &str) -> Read {
        let text = cell.trim();
        if text.is_empty() || self.missing_tokens.iter().any(|token| token == text) {
            return Read::Missing;
        }
        let number = match self.column_type {
            ColumnType::Category | ColumnType::Text => return Read::Text,
            ColumnType::Number => parse_number(text, self.decimal_comma),
            ColumnType::Time => match self.newest_year {
                Some(_) => parse_time_until(text, self.date_order, self.newest_year),
                None => parse_time_in_full(text, self.date_order),
            }
            .or_else(|| parse_number(text, self.decimal_comma).filter(|_| !is_bare(text))),
            ColumnType::Boolean => parse_boolean(text)
                .map(|flag| f64::from(u8::from(flag)))
                .or_else(|| parse_number(text, self.decimal_comma).filter(|x| *x == 0.0 || *x == 1.0)),
        };
        number.map_or(Read::Unreadable, Read::Number)
    }

    /// A column of texts as the type it had in training, with the rows whose texts do not read: those are missing.
    pub fn column(&self, name: &str, texts: &Category) -> (Column, Vec<usize>) {
        let read: Vec<Read> = texts.levels.iter().map(|level| self.read(level)).collect();
        let of = |code: u32| read.get(code as usize).copied().unwrap_or(Read::Missing);
        let number = |code: &u32| match of(*code) {
            Read::Number(x) => x,
            _ => f64::NAN,
        };
        let data = match self.column_type {
            ColumnType::Number => ColumnData::Number(texts.codes.iter().map(number).collect()),
            ColumnType::Time => ColumnData::Time(texts.codes.iter().map(number).collect()),
            ColumnType::Boolean => ColumnData::Boolean(
                texts
                    .codes
                    .iter()
                    .map(|code| match of(*code) {
                        Read::Number(x) => u8::from(x == 1.0),
                        _ => MISSING_BOOLEAN,
                    })
                    .collect(),
            ),
            ColumnType::Category | ColumnType::Text => {
                let cell = |code: &u32| Some(texts.levels.get(*code as usize)?.as_str()).filter(|_| of(*code) == Read::Text);
                let all = Category::from_texts(texts.codes.iter().map(cell));
                match self.column_type {
                    ColumnType::Category => ColumnData::Category(all),
                    _ => ColumnData::Text((0..all.codes.len()).map(|row| all.get(row)).collect()),
                }
            }
        };
        let unreadable = texts
            .codes
            .iter()
            .enumerate()
            .filter(|(_, code)| of(**code) == Read::Unreadable);
        (Column::new(name, data), unreadable.map(|(row, _)| row).collect())
    }
}

/// A cell that is not what the contract says.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// From 0.
    pub row: usize,
    pub column: String,
    pub text: String,
    /// What the text should have been.
    pub wanted: InputType,
    /// False: the cell counts as missing, as it did in training.
    pub is_refused: bool,
}

impl Problem {
    /// `line` is the row's in the file.
    pub fn message(&self, line: u64) -> Message {
        let code = match (self.is_refused, self.wanted) {
            (true, InputType::Time) => "deploy.cell_no_time",
            (true, InputType::Boolean) => "deploy.cell_no_boolean",
            (true, InputType::Category) => "deploy.cell_no_text",
            (true, InputType::Number) => "deploy.cell_no_number",
            (false, _) => "deploy.cell_lost",
        };
        Message::new(code)
            .with("line", line)
            .with("column", &self.column)
            .with("text", table::read::raw::shown(&self.text))
    }
}

/// The cells of one input, with what is wrong with them.
pub(crate) fn read(column: &Column, input: &Input, contract: &Contract, problems: &mut Vec<Problem>) -> Outcome<Cells> {
    let Some(texts) = texts_of(column) else {
        // Values that have been read already.
        let clean = cleaned(column.clone(), &contract.cleaning)?.0;
        return crate::rows::cells(&clean, input, contract);
    };
    // Each distinct text once: they are the rows here.
    let distinct = Category {
        levels: texts.levels.clone(),
        codes: (0..texts.levels.len() as u32).collect(),
    };
    let reading = CellReading::of_input(input, contract);
    let (column, mut refused) = reading.column(&input.name, &distinct);
    let (clean, mut lost) = cleaned(column, &contract.cleaning)?;
    let n = distinct.levels.len();
    let values = if input.tensor_type == TensorType::String {
        let empty: Arc<str> = Arc::from("");
        let cell = |row: usize| {
            clean
                .text_at(row)
                .map_or_else(|| Arc::clone(&empty), |text| Arc::from(text.trim()))
        };
        let cells: Vec<Arc<str>> = (0..n).map(cell).collect();
        refused.extend((0..n).filter(|&row| cells[row].contains('\0')));
        Cells::Texts(cells)
    } else if let Some(numbers) = clean.numbers() {
        lost.extend((0..n).filter(|&row| numbers[row].is_infinite()));
        Cells::Numbers(numbers.iter().map(|&x| if x.is_finite() { x } else { f64::NAN }).collect())
    } else {
        let as_number = CellReading {
            column_type: match input.kind {
                InputType::Time => ColumnType::Time,
                InputType::Boolean => ColumnType::Boolean,
                InputType::Number | InputType::Category => ColumnType::Number,
            },
            missing_tokens: Vec::new(),
            ..reading
        };
        let mut numbers = vec![f64::NAN; n];
        for (row, number) in numbers.iter_mut().enumerate() {
            let Some(text) = clean.text_at(row) else { continue };
            match as_number.read(&text) {
                Read::Number(x) if x.is_finite() => *number = x,
                Read::Number(_) => lost.push(row),
                Read::Missing => {}
                Read::Text | Read::Unreadable => refused.push(row),
            }
        }
        Cells::Numbers(numbers)
    };
    let mut is_refused = vec![None; n];
    for level in lost {
        is_refused[level] = Some(false);
    }
    for level in refused {
        is_refused[level] = Some(true);
    }
    if is_refused.iter().any(Option::is_some) {
        for (row, &code) in texts.codes.iter().enumerate() {
            if let Some(Some(is_refused)) = is_refused.get(code as usize) {
                problems.push(Problem {
                    row,
                    column: input.name.clone(),
                    text: texts.levels[code as usize].clone(),
                    wanted: input.kind,
                    is_refused: *is_refused,
                });
            }
        }
    }
    Ok(match values {
        Cells::Texts(values) => {
            let empty: Arc<str> = Arc::from("");
            let cell = |code: &u32| Arc::clone(values.get(*code as usize).unwrap_or(&empty));
            Cells::Texts(texts.codes.iter().map(cell).collect())
        }
        Cells::Numbers(values) => {
            let cell = |code: &u32| values.get(*code as usize).copied().unwrap_or(f64::NAN);
            Cells::Numbers(texts.codes.iter().map(cell).collect())
        }
    })
}

fn texts_of(column: &Column) -> Option<std::borrow::Cow<'_, Category>> {
    match &column.data {
        ColumnData::Category(category) => Some(std::borrow::Cow::Borrowed(category)),
        ColumnData::Text(_) => Some(std::borrow::Cow::Owned(column.to_category())),
        _ => None,
    }
}

/// The column after the cleaning, and the rows whose text became missing because it does not read as what a step makes of
/// the column.
fn cleaned(column: Column, cleaning: &[Step<ShapeKind>]) -> Outcome<(Column, Vec<usize>)> {
    let name = column.name().to_owned();
    let mut lost = Vec::new();
    let mut table = Table::new(vec![column])?;
    for step in cleaning.iter().filter(|step| is_on(&step.kind, &name)) {
        let Some(step) = cleaning::again(step, &table) else { continue };
        let after = Arc::unwrap_or_clone(cleaning::apply(&table, std::slice::from_ref(&step), &mut Unobserved)?.table);
        if cleaning::reads(&step.kind) {
            let (before, after) = (table.required(&name)?, after.required(&name)?);
            lost.extend((0..after.n_rows()).filter(|&row| after.is_missing(row) && !before.is_missing(row)));
        }
        table = after;
    }
    Ok((table.required(&name)?.clone(), lost))
}

//! Rows as the model is fed with them: one column of numbers or texts per input of the contract.

use std::collections::BTreeMap;
use std::sync::Arc;

use prepare::InputType;
use serde_json::{Map, Value};
use spec::step::DateOrder;
use spec::{ColumnType, Message, Order, Outcome};
use table::{Category, Column, ColumnData, Table};

use crate::cells::{CellReading, Problem, Read};
use crate::contract::{Contract, Input, TensorType};
use crate::interpret::Tensor;

#[derive(Clone, Debug, PartialEq)]
pub enum Cells {
    /// NaN is missing.
    Numbers(Vec<f64>),
    /// Empty is missing.
    Texts(Vec<Arc<str>>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    /// In the order of the contract's inputs.
    pub columns: Vec<Cells>,
    pub n_rows: usize,
}

impl Rows {
    /// Cells that have been read and cleaned already: nothing stands for "missing" any more but the empty text and NaN,
    /// blanks around texts go, infinite numbers are missing. Columns that the model does not use are ignored.
    ///
    /// Errors: `deploy.no_columns` with all that are not there, `deploy.not_a_number` with the first cell.
    pub fn of_table(table: &Table, contract: &Contract) -> Outcome<Self> {
        let absent: Vec<&str> = contract
            .inputs
            .iter()
            .filter(|input| table.column(&input.name).is_none())
            .map(|input| input.name.as_str())
            .collect();
        if !absent.is_empty() {
            return Err(absent_columns(&absent, table.columns().iter().map(Column::name)).into());
        }
        let columns = contract
            .inputs
            .iter()
            .map(|input| cells(table.required(&input.name)?, input, contract))
            .collect::<Outcome<Vec<_>>>()?;
        Ok(Self {
            columns,
            n_rows: table.n_rows(),
        })
    }

    /// The cells of a later file, read by the contract and nothing else; a column without cells (None) is missing
    /// throughout. The cleaning that the contract names is made. With everything that is wrong with cells, by row.
    ///
    /// Errors: those of the cleaning steps.
    pub fn read(columns: &[Option<&Column>], n_rows: usize, contract: &Contract) -> Outcome<(Self, Vec<Problem>)> {
        let mut problems = Vec::new();
        let cells = contract
            .inputs
            .iter()
            .zip(columns)
            .map(|(input, column)| match column {
                Some(column) => crate::cells::read(column, input, contract, &mut problems),
                None if input.tensor_type == TensorType::String => Ok(Cells::Texts(vec![Arc::from(""); n_rows])),
                None => Ok(Cells::Numbers(vec![f64::NAN; n_rows])),
            })
            .collect::<Outcome<Vec<_>>>()?;
        problems.order_by_key(|problem| problem.row);
        let rows = Self { columns: cells, n_rows };
        Ok((rows, problems))
    }

    /// The same rows as a table, for [`train::FittedPipeline::predict`].
    pub fn to_table(&self, contract: &Contract) -> Outcome<Table> {
        let column = |(cells, input): (&Cells, &Input)| {
            let data = match cells {
                Cells::Numbers(values) if input.kind == InputType::Time => ColumnData::Time(values.clone()),
                Cells::Numbers(values) => ColumnData::Number(values.clone()),
                Cells::Texts(texts) => ColumnData::Category(Category::from_texts(
                    texts.iter().map(|text| Some(text.as_ref()).filter(|text| !text.is_empty())),
                )),
            };
            Column::new(&input.name, data)
        };
        Table::new(self.columns.iter().zip(&contract.inputs).map(column).collect())
    }

    /// What the interpreter is fed with: rows `start` to `end`.
    pub fn feeds(&self, contract: &Contract, start: usize, end: usize) -> BTreeMap<String, Tensor> {
        let tensor = |cells: &Cells| match cells {
            Cells::Numbers(values) => Tensor::doubles(values[start..end].to_vec()),
            Cells::Texts(texts) => Tensor::texts(texts[start..end].to_vec()),
        };
        contract
            .inputs
            .iter()
            .zip(&self.columns)
            .map(|(input, cells)| (input.name.clone(), tensor(cells)))
            .collect()
    }

    /// One object a row, missing and infinite cells as null.
    pub fn records(&self, contract: &Contract) -> Vec<Value> {
        (0..self.n_rows)
            .map(|row| {
                let cell = |cells: &Cells| match cells {
                    Cells::Numbers(values) => serde_json::Number::from_f64(values[row]).map_or(Value::Null, Value::Number),
                    Cells::Texts(texts) if texts[row].is_empty() => Value::Null,
                    Cells::Texts(texts) => Value::String(texts[row].to_string()),
                };
                let fields: Map<String, Value> = contract
                    .inputs
                    .iter()
                    .zip(&self.columns)
                    .map(|(input, cells)| (input.name.clone(), cell(cells)))
                    .collect();
                Value::Object(fields)
            })
            .collect()
    }

    /// The rows named, in that order.
    pub fn select(&self, rows: &[usize]) -> Self {
        let columns = self
            .columns
            .iter()
            .map(|cells| match cells {
                Cells::Numbers(values) => Cells::Numbers(rows.iter().map(|&row| values[row]).collect()),
                Cells::Texts(texts) => Cells::Texts(rows.iter().map(|&row| texts[row].clone()).collect()),
            })
            .collect();
        Self {
            columns,
            n_rows: rows.len(),
        }
    }
}

/// The columns that a model needs and does not find, with the names that were probably meant.
pub(crate) fn absent_columns<'a>(absent: &[&str], known: impl Iterator<Item = &'a str> + Clone) -> Message {
    let columns: Vec<String> = absent.iter().map(|name| (*name).to_owned()).collect();
    let similar: Vec<String> = absent
        .iter()
        .filter_map(|name| Some(format!("\"{}\" for \"{name}\"", prepare::nearest(name, known.clone())?)))
        .take(5)
        .collect();
    let code = if similar.is_empty() {
        "deploy.no_columns"
    } else {
        "deploy.no_columns_similar"
    };
    Message::new(code).with("columns", columns).with("similar", similar)
}

/// Cells that are values of the input already.
pub(crate) fn cells(column: &Column, input: &Input, contract: &Contract) -> Outcome<Cells> {
    if input.tensor_type == TensorType::String {
        let missing: Arc<str> = Arc::from("");
        let mut known: BTreeMap<String, Arc<str>> = BTreeMap::new();
        let text = |row: usize| match column.text_at(row) {
            Some(text) if !text.trim().is_empty() => Arc::clone(
                known
                    .entry(text.trim().to_owned())
                    .or_insert_with_key(|text| Arc::from(text.as_str())),
            ),
            _ => Arc::clone(&missing),
        };
        return Ok(Cells::Texts((0..column.n_rows()).map(text).collect()));
    }
    if let Some(numbers) = column.numbers() {
        return Ok(Cells::Numbers(
            numbers.iter().map(|&x| if x.is_finite() { x } else { f64::NAN }).collect(),
        ));
    }
    let reading = CellReading {
        column_type: match input.kind {
            InputType::Boolean => ColumnType::Boolean,
            InputType::Time => ColumnType::Time,
            InputType::Number | InputType::Category => ColumnType::Number,
        },
        missing_tokens: Vec::new(),
        decimal_comma: contract.decimal_comma_of(input),
        date_order: input.date_order.unwrap_or(DateOrder::Ymd),
        newest_year: contract.newest_year_of(input),
    };
    let mut values = Vec::with_capacity(column.n_rows());
    for row in 0..column.n_rows() {
        let text = column.text_at(row);
        let text = text.as_deref().unwrap_or("");
        values.push(match reading.read(text) {
            Read::Number(x) if x.is_finite() => x,
            Read::Number(_) | Read::Missing => f64::NAN,
            Read::Text | Read::Unreadable => return Err(not_a_number(&input.name, row, text).into()),
        });
    }
    Ok(Cells::Numbers(values))
}

pub(crate) fn not_a_number(column: &str, row: usize, text: &str) -> Message {
    Message::new("deploy.not_a_number")
        .with("column", column)
        .with("row", row + 1)
        .with("text", text.trim().chars().take(60).collect::<String>())
}

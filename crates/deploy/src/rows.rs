//! Rows as the model is fed with them: one column of numbers or texts per input of the contract.

use std::collections::BTreeMap;
use std::sync::Arc;

use prepare::InputType;
use serde_json::{Map, Value};
use spec::step::DateOrder;
use spec::{Message, Outcome};
use table::{Category, Column, ColumnData, Table};

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
    /// The table's cells as every scorer of the bundle reads them: blanks around texts go, missing tokens become missing,
    /// texts in number columns are read as numbers. Columns that the model does not use are ignored.
    ///
    /// Errors: `deploy.no_columns` with all that are not there, `deploy.not_a_number` with the first cell.
    pub fn of_table(table: &Table, contract: &Contract) -> Outcome<Self> {
        let absent: Vec<String> = contract
            .inputs
            .iter()
            .filter(|input| table.column(&input.name).is_none())
            .map(|input| input.name.clone())
            .collect();
        if !absent.is_empty() {
            return Err(Message::new("deploy.no_columns").with("columns", absent).into());
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

fn cells(column: &Column, input: &Input, contract: &Contract) -> Outcome<Cells> {
    let is_missing = |text: &str| text.is_empty() || contract.missing_tokens.iter().any(|token| token == text);
    if input.tensor_type == TensorType::String {
        let missing: Arc<str> = Arc::from("");
        let mut known: BTreeMap<String, Arc<str>> = BTreeMap::new();
        let text = |row: usize| match column.text_at(row) {
            Some(text) if !is_missing(text.trim()) => Arc::clone(
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
    let mut values = Vec::with_capacity(column.n_rows());
    for row in 0..column.n_rows() {
        let text = column.text_at(row);
        let text = text.as_deref().unwrap_or("").trim();
        let value = if is_missing(text) {
            Some(f64::NAN)
        } else {
            read(text, input, contract.decimal_comma)
        };
        values.push(value.ok_or_else(|| {
            Message::new("deploy.not_a_number")
                .with("column", &input.name)
                .with("row", row + 1)
                .with("text", text.chars().take(60).collect::<String>())
        })?);
    }
    Ok(Cells::Numbers(values))
}

fn read(text: &str, input: &Input, decimal_comma: bool) -> Option<f64> {
    let value = match input.kind {
        InputType::Boolean => table::value::parse_boolean(text).map(|flag| f64::from(u8::from(flag))),
        InputType::Time => table::value::parse_time(text, input.date_order.unwrap_or(DateOrder::Ymd)),
        InputType::Number | InputType::Category => None,
    };
    value
        .or_else(|| table::value::parse_number(text, decimal_comma))
        .map(|x| if x.is_finite() { x } else { f64::NAN })
}

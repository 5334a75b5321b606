//! Scores rows with an exported model: what `mllc score` does.

use std::borrow::Cow;

use spec::step::{ShapeKind, Step};
use spec::{Message, Observer, Outcome, Unobserved};
use table::{Category, Column, ColumnData, Table};

use crate::contract::{Contract, Role, sha256};
use crate::interpret::{Data, Model};
use crate::rows::Rows;

/// Rows that run through the graph at once.
const CHUNK: usize = 2048;

/// A model with its contract, ready to answer.
#[derive(Clone, Debug)]
pub struct Scorer {
    model: Model,
    contract: Contract,
}

/// The answers, one a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Answers {
    Classes {
        classes: Vec<String>,
        labels: Vec<String>,
        /// Row-major, rows x classes: the f32 that the model gave, widened.
        probabilities: Vec<f64>,
    },
    Values(Vec<f64>),
}

impl Scorer {
    /// From the bytes of `model.onnx` and `contract.json`.
    ///
    /// Errors: `deploy.damaged`, `deploy.operator`, `deploy.contract`, `deploy.contract_format`; `deploy.mismatch` when
    /// the two are not of one bundle.
    pub fn new(model: &[u8], contract: &[u8]) -> Outcome<Self> {
        let model = Model::parse(model)?;
        let is_of_bundle = model
            .metadata()
            .get("contract_sha256")
            .is_some_and(|hash| *hash == sha256(contract));
        let contract = Contract::from_json(contract)?;
        let has_inputs = model
            .inputs()
            .map(|(name, _)| name)
            .eq(contract.inputs.iter().map(|input| input.name.as_str()));
        if !is_of_bundle || !has_inputs {
            return Err(Message::new("deploy.mismatch").into());
        }
        Ok(Self { model, contract })
    }

    pub fn contract(&self) -> &Contract {
        &self.contract
    }

    /// Scores every row of a raw table: the cleaning that the contract names is made first, cells are read as
    /// [`Rows::of_table`] says.
    ///
    /// Errors: `deploy.no_columns`, `deploy.not_a_number`, `deploy.damaged`; those of the cleaning steps.
    pub fn score(&self, table: &Table, observer: &mut dyn Observer) -> Outcome<Answers> {
        // One after the other: a step may find what the one before has made of a column.
        let mut cleaned = Cow::Borrowed(table);
        for step in &self.contract.cleaning {
            if let Some(step) = cleaning_for(step, &cleaned) {
                let shaped = prepare::shape::apply(&cleaned, &[step], &mut Unobserved)?;
                cleaned = Cow::Owned(std::sync::Arc::unwrap_or_clone(shaped.table));
            }
        }
        let rows = Rows::of_table(&cleaned, &self.contract)?;
        self.score_rows(&rows, observer)
    }

    pub(crate) fn score_rows(&self, rows: &Rows, observer: &mut dyn Observer) -> Outcome<Answers> {
        let classes = self.contract.classes.clone();
        let mut labels = Vec::new();
        let mut numbers = Vec::new();
        let mut start = 0;
        while start < rows.n_rows {
            observer.tick(start as f64 / rows.n_rows as f64)?;
            let end = rows.n_rows.min(start + CHUNK);
            for (name, tensor) in self.model.run(&rows.feeds(&self.contract, start, end))? {
                let role = self
                    .contract
                    .outputs
                    .iter()
                    .find(|output| output.name == name)
                    .map(|output| output.role);
                match (role, tensor.data()) {
                    (Some(Role::Label), Data::Text(texts)) => labels.extend(texts.iter().map(|text| text.to_string())),
                    (Some(Role::Probabilities), Data::Float(values)) => numbers.extend(values.iter().map(|&x| f64::from(x))),
                    (Some(Role::Prediction), Data::Double(values)) => numbers.extend_from_slice(values),
                    _ => return Err(Message::new("deploy.mismatch").into()),
                }
            }
            start = end;
        }
        let width = classes.as_ref().map_or(1, Vec::len);
        if numbers.len() != rows.n_rows * width || (classes.is_some() && labels.len() != rows.n_rows) {
            return Err(Message::new("deploy.mismatch").into());
        }
        Ok(match classes {
            Some(classes) => Answers::Classes {
                classes,
                labels,
                probabilities: numbers,
            },
            None => Answers::Values(numbers),
        })
    }
}

/// [`Scorer::new`] and [`Scorer::score`].
pub fn score(model: &[u8], contract: &[u8], table: &Table) -> Outcome<Answers> {
    Scorer::new(model, contract)?.score(table, &mut Unobserved)
}

impl Answers {
    /// `label` and `probability_CLASS` columns, or `prediction`.
    pub fn to_table(&self) -> Outcome<Table> {
        match self {
            Self::Values(values) => Table::new(vec![Column::new("prediction", ColumnData::Number(values.clone()))]),
            Self::Classes {
                classes,
                labels,
                probabilities,
            } => {
                let texts = Category::from_texts(labels.iter().map(|label| Some(label.as_str())));
                let mut columns = vec![Column::new("label", ColumnData::Category(texts))];
                for (k, class) in classes.iter().enumerate() {
                    let values = probabilities.iter().skip(k).step_by(classes.len()).copied().collect();
                    columns.push(Column::new(format!("probability_{class}"), ColumnData::Number(values)));
                }
                Table::new(columns)
            }
        }
    }
}

/// The cell-wise step on those of its columns that the table has and that it can still clean; None when there are none,
/// and for steps that look at other rows or leave rows out.
pub(crate) fn cleaning_for(step: &Step<ShapeKind>, table: &Table) -> Option<Step<ShapeKind>> {
    let is_text = |name: &String| table.column(name).is_some_and(|column| column.numbers().is_none());
    let is_number = |name: &String| table.column(name).is_some_and(|column| column.numbers().is_some());
    let mut step = step.clone();
    let applies = match &mut step.kind {
        // No name at all stands for every column that fits.
        ShapeKind::Trim { columns } | ShapeKind::Replace { columns, .. } if !columns.is_empty() => {
            columns.retain(is_text);
            !columns.is_empty()
        }
        ShapeKind::InfiniteToMissing { columns } if !columns.is_empty() => {
            columns.retain(is_number);
            !columns.is_empty()
        }
        ShapeKind::Trim { .. } | ShapeKind::Replace { .. } | ShapeKind::InfiniteToMissing { .. } => true,
        ShapeKind::ParseNumber { column, .. } | ShapeKind::ParseDate { column, .. } => is_text(column),
        ShapeKind::SetType { column, .. } => table.column(column).is_some(),
        ShapeKind::ValueToMissing { column, .. } => is_number(column),
        ShapeKind::DropDuplicates { .. }
        | ShapeKind::DropMissing { .. }
        | ShapeKind::FillForward { .. }
        | ShapeKind::Filter { .. } => false,
    };
    (step.enabled && applies).then_some(step)
}

/// True for steps that clean cell by cell, so that they can be made again on one row.
pub(crate) fn is_cellwise(kind: &ShapeKind) -> bool {
    !matches!(
        kind,
        ShapeKind::DropDuplicates { .. }
            | ShapeKind::DropMissing { .. }
            | ShapeKind::FillForward { .. }
            | ShapeKind::Filter { .. }
    )
}

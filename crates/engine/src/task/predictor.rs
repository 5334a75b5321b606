//! A model that is asked about raw rows of a later file: fitted here, or exported. What a column lacks counts as missing.

use deploy::{Answers, Scorer};
use prepare::InputType;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use spec::step::{ShapeKind, Step};
use spec::{ColumnType, Observer, Outcome, wire};
use table::{Category, Column, ColumnData, MISSING_BOOLEAN, MISSING_CODE, Table};
use train::{FittedPipeline, Predictions};

/// Rows that are predicted between two ticks.
const CHUNK: usize = 50_000;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Model {
    /// Wire bytes of a `train::FittedPipeline`.
    Fitted(ByteBuf),
    /// `model.onnx` and `contract.json` of a bundle.
    Exported { model: ByteBuf, contract: ByteBuf },
}

/// A model with the cleaning that its rows went through before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Predictor {
    pub model: Model,
    /// Shape steps; those that look at other rows are passed over.
    pub cleaning: Vec<Step<ShapeKind>>,
    /// Two classes: the positive one is predicted where its probability reaches this.
    pub threshold: Option<f64>,
}

pub(super) enum Loaded {
    Fitted(Box<FittedPipeline>),
    Exported(Box<Scorer>),
}

impl Predictor {
    pub(super) fn load(&self) -> Outcome<Loaded> {
        Ok(match &self.model {
            Model::Fitted(bytes) => Loaded::Fitted(Box::new(wire::from_bytes(bytes)?)),
            Model::Exported { model, contract } => Loaded::Exported(Box::new(Scorer::new(model, contract)?)),
        })
    }
}

impl Loaded {
    /// In the order of the probabilities; empty for numbers.
    pub fn classes(&self) -> &[String] {
        match self {
            Self::Fitted(fitted) => &fitted.classes,
            Self::Exported(scorer) => scorer.contract().classes.as_deref().unwrap_or_default(),
        }
    }

    /// Raw columns that the model reads.
    pub fn inputs(&self) -> Vec<(String, ColumnType)> {
        let named = |name: &String, kind: InputType| (name.clone(), column_type(kind));
        match self {
            Self::Fitted(fitted) => {
                let inputs = fitted.recipe.inputs.iter();
                inputs.map(|input| named(&input.name, input.input_type)).collect()
            }
            Self::Exported(scorer) => {
                let inputs = scorer.contract().inputs.iter();
                inputs.map(|input| named(&input.name, input.kind)).collect()
            }
        }
    }

    /// Predictions of cleaned rows. A column that is absent, or that its type cannot read, counts as missing.
    pub fn predict(&self, table: &Table, observer: &mut dyn Observer) -> Outcome<Predictions> {
        let n_rows = table.n_rows();
        let columns = self.inputs().into_iter().map(|(name, wanted)| match table.column(&name) {
            Some(column) if is_readable(column, wanted) => column.clone(),
            _ => Column::new(name, nothing(wanted, n_rows)),
        });
        let inputs = Table::new(columns.collect())?;
        match self {
            Self::Fitted(fitted) => {
                let mut all = fitted.predict(&inputs, &[])?;
                let rows: Vec<u32> = (0..n_rows as u32).collect();
                for chunk in rows.chunks(CHUNK) {
                    observer.tick(f64::from(chunk[0]) / n_rows as f64)?;
                    match (&mut all, fitted.predict(&inputs, chunk)?) {
                        (Predictions::Values(all), Predictions::Values(more)) => all.extend(more),
                        (Predictions::Probabilities { values: all, .. }, Predictions::Probabilities { values: more, .. }) => {
                            all.extend(more);
                        }
                        _ => {}
                    }
                }
                Ok(all)
            }
            Self::Exported(scorer) => Ok(match scorer.score_clean(&inputs, observer)? {
                Answers::Values(values) => Predictions::Values(values),
                Answers::Classes {
                    classes, probabilities, ..
                } => Predictions::Probabilities {
                    n_classes: classes.len(),
                    values: probabilities,
                },
            }),
        }
    }
}

fn column_type(kind: InputType) -> ColumnType {
    match kind {
        InputType::Number => ColumnType::Number,
        InputType::Category => ColumnType::Category,
        InputType::Boolean => ColumnType::Boolean,
        InputType::Time => ColumnType::Time,
    }
}

fn is_readable(column: &Column, wanted: ColumnType) -> bool {
    let found = column.column_type();
    found == wanted || (wanted == ColumnType::Category && found == ColumnType::Text)
}

/// A column without a value.
pub(super) fn nothing(column_type: ColumnType, n_rows: usize) -> ColumnData {
    match column_type {
        ColumnType::Number => ColumnData::Number(vec![f64::NAN; n_rows]),
        ColumnType::Time => ColumnData::Time(vec![f64::NAN; n_rows]),
        ColumnType::Boolean => ColumnData::Boolean(vec![MISSING_BOOLEAN; n_rows]),
        ColumnType::Category => ColumnData::Category(Category {
            levels: Vec::new(),
            codes: vec![MISSING_CODE; n_rows],
        }),
        ColumnType::Text => ColumnData::Text((0..n_rows).map(|_| None).collect()),
    }
}

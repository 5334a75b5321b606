//! Scores rows with an exported model: what `mllc score` does.

use spec::{Message, Observer, Outcome, Unobserved};
use table::value::format_number;
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

    /// Scores every row of a raw table, each cell as [`Rows::read`] says. A column that the model can do without may be
    /// absent.
    ///
    /// Errors: `deploy.no_columns`, `deploy.not_a_number`, `deploy.damaged`; those of the cleaning steps.
    pub fn score(&self, table: &Table, observer: &mut dyn Observer) -> Outcome<Answers> {
        let columns: Vec<Option<&Column>> = self.contract.inputs.iter().map(|input| table.column(&input.name)).collect();
        self.has_required(&columns, table.columns().iter().map(Column::name))?;
        let (rows, problems) = Rows::read(&columns, table.n_rows(), &self.contract)?;
        if let Some(problem) = problems.iter().find(|problem| problem.is_refused) {
            return Err(crate::rows::not_a_number(&problem.column, problem.row, &problem.text).into());
        }
        self.score_rows(&rows, observer)
    }

    /// Errors: `deploy.no_columns` with the required inputs that have no column.
    pub fn has_required<'a, T>(&self, columns: &[Option<T>], known: impl Iterator<Item = &'a str> + Clone) -> Outcome<()> {
        let inputs = self.contract.inputs.iter().zip(columns);
        let absent: Vec<&str> = inputs
            .filter(|(input, column)| input.required && column.is_none())
            .map(|(input, _)| input.name.as_str())
            .collect();
        if absent.is_empty() {
            return Ok(());
        }
        Err(crate::rows::absent_columns(&absent, known).into())
    }

    /// Errors: `deploy.damaged`, and being cancelled.
    pub fn score_rows(&self, rows: &Rows, observer: &mut dyn Observer) -> Outcome<Answers> {
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
    /// As CSV behind the columns given, whose cells stay as they are. An answer whose name one of them has gets another one:
    /// `label_` beside `label`.
    pub fn csv(&self, before: &[(&str, &Category)]) -> Vec<u8> {
        let (names, n_rows) = match self {
            Self::Values(values) => (vec!["prediction".to_owned()], values.len()),
            Self::Classes { classes, labels, .. } => {
                let numbers = classes.iter().map(|class| format!("probability_{class}"));
                (std::iter::once("label".to_owned()).chain(numbers).collect(), labels.len())
            }
        };
        let mut header: Vec<String> = before.iter().map(|(name, _)| (*name).to_owned()).collect();
        for mut name in names {
            while header.contains(&name) {
                name.push('_');
            }
            header.push(name);
        }
        let mut out = String::new();
        let mut line = |fields: Vec<String>| {
            match fields.as_slice() {
                // An empty line would be passed over when it is read.
                [alone] if alone.is_empty() => out.push_str("\"\""),
                _ => out.push_str(&fields.join(",")),
            }
            out.push('\n');
        };
        line(header.iter().map(|name| table::write::field(name)).collect());
        for row in 0..n_rows {
            let kept = before
                .iter()
                .map(|(_, cells)| table::write::field(cells.get(row).unwrap_or("")));
            let mut fields: Vec<String> = kept.collect();
            match self {
                Self::Values(values) => fields.push(format_number(values[row])),
                Self::Classes {
                    classes,
                    labels,
                    probabilities,
                } => {
                    let k = classes.len();
                    fields.push(table::write::field(&labels[row]));
                    fields.extend(probabilities[row * k..(row + 1) * k].iter().map(|&x| format_number(x)));
                }
            }
            line(fields);
        }
        out.into_bytes()
    }

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

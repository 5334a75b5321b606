//! Writes a fitted pipeline as an ONNX model: ai.onnx 17, ai.onnx.ml 3, IR 8.
//!
//! One input a raw column, shape `[batch, 1]`, double (missing: NaN or infinite) or string (missing: empty). Outputs
//! for classification: the label (string, `[batch]`) and probabilities (float, `[batch, n_classes]`); for regression: the
//! prediction (double, `[batch, 1]`). Features are computed in f64 and rounded once to f32; the model computes on those in
//! f64; probabilities are rounded once to f32. Of ai.onnx.ml only LabelEncoder and TreeEnsembleRegressor are used.
//!
//! What it deliberately does not do: text into numbers inside the graph (onnxruntime reads "1,200" as 1), float32 sums
//! (they depend on the batch and on the number of threads), ZipMap.

mod date;
mod formula;
mod frame;
mod graph;
mod model;
mod recipe;
mod steps;

use std::collections::BTreeSet;

use prepare::FittedRecipe;
use prost::Message as _;
use spec::{Message, Outcome};
use train::FittedModel;

use crate::proto::{ModelProto, OperatorSetIdProto, StringStringEntryProto, data_type};
use graph::{Dim, GraphBuilder, ML_DOMAIN, To};
use model::Scores;

/// Version of ai.onnx.
pub const OPSET: i64 = 17;
/// Version of ai.onnx.ml: the last whose tree operators are not deprecated.
pub const ML_OPSET: i64 = 3;
pub const IR_VERSION: i64 = 8;

/// What the graph is written from.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    pub recipe: &'a FittedRecipe,
    pub model: &'a FittedModel,
    /// Empty for regression.
    pub classes: &'a [String],
    /// Two classes: the second is the label when its rounded probability is at least this.
    pub threshold: f64,
}

/// What the file says of itself.
#[derive(Clone, Debug, Default)]
pub struct Header {
    pub name: String,
    pub description: String,
    /// `metadata_props`.
    pub metadata: Vec<(String, String)>,
}

/// Names of the outputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outputs {
    Classification { label: String, probabilities: String },
    Regression { prediction: String },
}

impl Outputs {
    /// `label` and `probabilities`, or `prediction`; with underscores after it where a raw column has that name.
    pub fn of(recipe: &FittedRecipe, is_classification: bool) -> Self {
        let taken: BTreeSet<&str> = recipe.inputs.iter().map(|input| input.name.as_str()).collect();
        let free = |name: &str| {
            let mut name = name.to_owned();
            while taken.contains(name.as_str()) {
                name.push('_');
            }
            name
        };
        if is_classification {
            Self::Classification {
                label: free("label"),
                probabilities: free("probabilities"),
            }
        } else {
            Self::Regression {
                prediction: free("prediction"),
            }
        }
    }

    fn names(&self) -> Vec<&str> {
        match self {
            Self::Classification { label, probabilities } => vec![label, probabilities],
            Self::Regression { prediction } => vec![prediction],
        }
    }
}

/// The bytes of the model. The same source and header give the same bytes.
///
/// Errors: `deploy.no_inputs`, `deploy.no_column`, `deploy.formula`, `deploy.model_shape`, `deploy.input_name`.
pub fn write(source: &Source<'_>, header: &Header) -> Outcome<Vec<u8>> {
    check_names(source.recipe)?;
    let n_classes = source.classes.len();
    let outputs = Outputs::of(source.recipe, n_classes > 0);
    let outer: Vec<&str> = source
        .recipe
        .inputs
        .iter()
        .map(|input| input.name.as_str())
        .chain(outputs.names())
        .collect();
    let mut graph = GraphBuilder::new(&header.name, outer.iter().copied());
    let prepared = recipe::write(&mut graph, source.recipe)?;
    let scores = model::write(&mut graph, &prepared, source.model, n_classes)?;
    match (&outputs, &scores) {
        (Outputs::Regression { prediction }, Scores::Values(values)) => {
            graph.output(prediction, data_type::DOUBLE, &[Dim::Batch, Dim::Fixed(1)], values);
        }
        (Outputs::Classification { label, probabilities }, scores) => {
            let rounded = match scores {
                Scores::Probabilities(wide) | Scores::Values(wide) => graph.cast(wide, To::Float),
                Scores::RoundedProbabilities(single) => single.clone(),
            };
            let text = model::label(&mut graph, scores, &rounded, source.classes, source.threshold);
            graph.output(label, data_type::STRING, &[Dim::Batch], &text);
            graph.output(
                probabilities,
                data_type::FLOAT,
                &[Dim::Batch, Dim::Fixed(n_classes)],
                &rounded,
            );
        }
        (Outputs::Regression { .. }, _) => {
            return Err(Message::new("deploy.model_shape")
                .with("n_outputs", 0u64)
                .with("n_classes", n_classes)
                .into());
        }
    }
    let proto = ModelProto {
        ir_version: Some(IR_VERSION),
        producer_name: Some("MLLC Workbench".to_owned()),
        producer_version: Some(spec::CODE_VERSION.to_owned()),
        domain: None,
        model_version: Some(1),
        doc_string: Some(header.description.clone()),
        graph: Some(graph.finish()),
        opset_import: vec![opset("", OPSET), opset(ML_DOMAIN, ML_OPSET)],
        metadata_props: header
            .metadata
            .iter()
            .map(|(key, value)| StringStringEntryProto {
                key: Some(key.clone()),
                value: Some(value.clone()),
            })
            .collect(),
    };
    Ok(proto.encode_to_vec())
}

fn opset(domain: &str, version: i64) -> OperatorSetIdProto {
    OperatorSetIdProto {
        domain: Some(domain.to_owned()),
        version: Some(version),
    }
}

fn check_names(recipe: &FittedRecipe) -> Outcome<()> {
    let mut seen = BTreeSet::new();
    for input in &recipe.inputs {
        if input.name.is_empty() || !seen.insert(input.name.as_str()) {
            return Err(Message::new("deploy.input_name").with("column", &input.name).into());
        }
    }
    Ok(())
}

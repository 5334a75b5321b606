//! The bundle's root as an MLflow model directory. MLflow loads it through `code/tabular_scorer.py`, because its own ONNX
//! loader cannot serve columns of mixed types.

use serde_json::{Value, json};

use super::{Source, fill};
use crate::contract::{Input, TensorType, json as to_json, sha256};
use crate::encode;

const TEMPLATE: &str = include_str!("../../templates/MLmodel");
/// Golden rows in the example.
const N_EXAMPLES: usize = 3;

pub fn files(source: &Source<'_>) -> Vec<(String, Vec<u8>)> {
    let columns: Vec<&str> = source.contract.inputs.iter().map(|input| input.name.as_str()).collect();
    let data: Vec<Vec<&Value>> = source
        .golden
        .iter()
        .take(N_EXAMPLES)
        .map(|row| columns.iter().map(|name| &row[*name]).collect())
        .collect();
    let example = json!({ "columns": columns, "data": data });
    let model = fill(
        TEMPLATE,
        &[
            // The same model has the same id: no clock and no chance here.
            ("{{uuid}}", sha256(source.model)[..32].to_owned()),
            ("{{inputs}}", scalar(&inputs(&source.contract.inputs))),
            ("{{outputs}}", scalar(&outputs(source.contract.classes.as_deref()))),
        ],
    );
    vec![
        ("MLmodel".to_owned(), model.into_bytes()),
        ("input_example.json".to_owned(), to_json(&example)),
        (
            "serving_input_example.json".to_owned(),
            to_json(&json!({ "dataframe_split": example })),
        ),
    ]
}

/// JSON as a YAML scalar, which is how a signature holds its columns.
fn scalar(columns: &Value) -> String {
    encode::yaml(&encode::ascii_json(&columns.to_string()))
}

fn inputs(inputs: &[Input]) -> Value {
    let column = |input: &Input| {
        let of = match input.tensor_type {
            TensorType::String => "string",
            TensorType::Double | TensorType::Float => "double",
        };
        json!({ "type": of, "name": input.name, "required": input.required })
    };
    inputs.iter().map(column).collect()
}

/// The columns of the frame that the scorer gives.
fn outputs(classes: Option<&[String]>) -> Value {
    let column = |of: &str, name: &str| json!({ "type": of, "name": name, "required": true });
    match classes {
        None => json!([column("double", "prediction")]),
        Some(classes) => std::iter::once(column("string", "label"))
            .chain(classes.iter().map(|class| column("double", &format!("probability_{class}"))))
            .collect(),
    }
}

//! The graph of an exported model, to be drawn.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ModelGraph {
    /// Inputs, then operators in the order that they run, then outputs.
    pub nodes: Vec<GraphNode>,
    /// Versions of ai.onnx and ai.onnx.ml.
    pub opset: u32,
    pub ml_opset: u32,
    pub n_bytes: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NodeKind {
    /// A raw column.
    Input,
    Operator,
    Output,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GraphNode {
    pub kind: NodeKind,
    /// The operator's type; empty for inputs and outputs.
    pub op: String,
    /// The column's or the output's name; of an operator the name of its tensor.
    pub name: String,
    pub inputs: Vec<GraphSource>,
    /// Name and value in short.
    pub attributes: Vec<(String, String)>,
    /// What it gives: "double [batch, 3]"; empty when that is not known.
    pub gives: String,
}

/// Where a node takes something from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GraphSource {
    /// By its place in [`ModelGraph::nodes`].
    Node(u32),
    /// Stored in the model: "double [1, 3]: 0.1, 0.2, 0.3".
    Constant(String),
}

impl GraphNode {
    /// The nodes it takes from.
    pub fn sources(&self) -> impl Iterator<Item = usize> {
        self.inputs.iter().filter_map(|source| match source {
            GraphSource::Node(place) => Some(*place as usize),
            GraphSource::Constant(_) => None,
        })
    }
}

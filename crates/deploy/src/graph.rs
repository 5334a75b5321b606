//! The graph of an exported model as a drawing needs it: read back from the bytes that leave.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use prost::Message as _;
use spec::graph::{GraphNode, GraphSource, ModelGraph, NodeKind};
use spec::{Message, Outcome};
use train::FittedPipeline;

use crate::onnx::{self, Header, ML_OPSET, OPSET, Source};
use crate::proto::{AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto, attribute_type, data_type};
use crate::verify;

/// Numbers or texts of a list that are shown.
const SHOWN: usize = 4;
const SHOWN_CHARACTERS: usize = 24;

/// Errors: those of [`onnx::write`]; `deploy.damaged`.
pub fn graph(pipeline: &FittedPipeline) -> Outcome<ModelGraph> {
    let is_classification = pipeline.task.is_classification();
    let source = Source {
        recipe: &pipeline.recipe,
        model: &pipeline.model,
        classes: if is_classification { &pipeline.classes } else { &[] },
        threshold: verify::threshold(pipeline).unwrap_or(0.5),
    };
    let bytes = onnx::write(&source, &Header::default())?;
    read(&bytes)
}

/// From the bytes of a model that [`onnx::write`] wrote. Errors: `deploy.damaged`.
pub fn read(bytes: &[u8]) -> Outcome<ModelGraph> {
    let damaged = |what: &str| Message::new("deploy.damaged").with("what", what);
    let model = ModelProto::decode(bytes).map_err(|_| damaged("it is not an ONNX file"))?;
    let graph = model.graph.ok_or_else(|| damaged("it has no graph"))?;
    Ok(ModelGraph {
        nodes: nodes(&graph),
        opset: OPSET as u32,
        ml_opset: ML_OPSET as u32,
        n_bytes: bytes.len() as u64,
    })
}

fn nodes(graph: &GraphProto) -> Vec<GraphNode> {
    let constants: BTreeMap<&str, &TensorProto> = graph
        .initializer
        .iter()
        .filter_map(|tensor| Some((tensor.name.as_deref()?, tensor)))
        .collect();
    let ends: BTreeMap<&str, &ValueInfoProto> = graph
        .output
        .iter()
        .filter_map(|output| Some((output.name.as_deref()?, output)))
        .collect();
    // By tensor: the node that gives it, and what it is.
    let mut places: BTreeMap<&str, u32> = BTreeMap::new();
    let mut kinds: BTreeMap<&str, Tensor> = BTreeMap::new();
    for (name, tensor) in &constants {
        kinds.insert(name, Tensor::of_constant(tensor));
    }
    let mut nodes = Vec::with_capacity(graph.input.len() + graph.node.len());
    for input in &graph.input {
        let name = input.name.as_deref().unwrap_or_default();
        let tensor = Tensor::of_value(input);
        places.insert(name, nodes.len() as u32);
        nodes.push(GraphNode {
            kind: NodeKind::Input,
            op: String::new(),
            name: name.to_owned(),
            inputs: Vec::new(),
            attributes: Vec::new(),
            gives: tensor.show(),
        });
        kinds.insert(name, tensor);
    }
    for node in &graph.node {
        let name = node.output.first().map(String::as_str).unwrap_or_default();
        let op = node.op_type.as_deref().unwrap_or_default();
        let given: Vec<Option<&Tensor>> = node.input.iter().map(|input| kinds.get(input.as_str())).collect();
        let end = ends.get(name);
        let tensor = match end {
            Some(end) => Tensor::of_value(end),
            None => Tensor::of_node(op, node, &given),
        };
        let source = |input: &String| match places.get(input.as_str()) {
            Some(place) => GraphSource::Node(*place),
            None => GraphSource::Constant(
                constants
                    .get(input.as_str())
                    .map_or_else(String::new, |tensor| constant(tensor)),
            ),
        };
        nodes.push(GraphNode {
            kind: if end.is_some() { NodeKind::Output } else { NodeKind::Operator },
            // What carries an output's name is an Identity.
            op: if end.is_some() { String::new() } else { op.to_owned() },
            name: name.to_owned(),
            inputs: node.input.iter().map(source).collect(),
            attributes: node.attribute.iter().map(attribute).collect(),
            gives: tensor.show(),
        });
        places.insert(name, nodes.len() as u32 - 1);
        kinds.insert(name, tensor);
    }
    nodes
}

/// Type and shape of a tensor, as far as they are known.
#[derive(Clone, Debug, PartialEq)]
struct Tensor {
    /// Of [`data_type`], or [`BOOL`]; 0 when it is not known.
    elem_type: i32,
    /// None: not known.
    shape: Option<Vec<Dim>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dim {
    Batch,
    Fixed(i64),
}

/// The type of comparisons, which no model of ours stores.
const BOOL: i32 = 9;

impl Tensor {
    fn of_value(value: &ValueInfoProto) -> Self {
        let tensor = value.r#type.as_ref().and_then(|of| of.tensor_type.as_ref());
        Self {
            elem_type: tensor.and_then(|tensor| tensor.elem_type).unwrap_or(0),
            shape: tensor.and_then(|tensor| tensor.shape.as_ref()).map(|shape| {
                let dim = |dim: &crate::proto::DimensionProto| dim.dim_value.map_or(Dim::Batch, Dim::Fixed);
                shape.dim.iter().map(dim).collect()
            }),
        }
    }

    fn of_constant(tensor: &TensorProto) -> Self {
        Self {
            elem_type: tensor.data_type.unwrap_or(0),
            shape: Some(tensor.dims.iter().map(|&n| Dim::Fixed(n)).collect()),
        }
    }

    /// What an operator gives, for the operators that [`onnx::write`] uses.
    fn of_node(op: &str, node: &NodeProto, given: &[Option<&Self>]) -> Self {
        let input = |at: usize| given.get(at).copied().flatten();
        let type_of = |at: usize| input(at).map_or(0, |tensor| tensor.elem_type);
        let int = |name: &str| {
            let found = node.attribute.iter().find(|one| one.name.as_deref() == Some(name));
            found.and_then(|one| one.i)
        };
        let first = || input(0).and_then(|tensor| tensor.shape.clone());
        let together = || {
            let shapes = given.iter().map(|tensor| tensor.and_then(|tensor| tensor.shape.as_deref()));
            shapes.collect::<Option<Vec<_>>>().map(|shapes| broadcast(&shapes))
        };
        let (elem_type, shape) = match op {
            "IsNaN" | "IsInf" | "Not" => (BOOL, first()),
            "Equal" | "Less" | "LessOrEqual" | "Greater" | "GreaterOrEqual" | "And" | "Or" => (BOOL, together()),
            "Where" => (type_of(1), together()),
            "Cast" => (int("to").map_or(0, |to| to as i32), first()),
            "LabelEncoder" => (data_type::INT64, first()),
            "Concat" => (type_of(0), concat(given)),
            "Gather" => (type_of(0), gather(given, int("axis").unwrap_or(0))),
            "Gemm" => {
                let width = input(1).and_then(|tensor| tensor.shape.as_ref()?.first().copied());
                (type_of(0), width.map(|width| vec![Dim::Batch, width]))
            }
            "TreeEnsembleRegressor" => {
                let width = int("n_targets").map(|n| vec![Dim::Batch, Dim::Fixed(n)]);
                (data_type::FLOAT, width)
            }
            "ArgMax" => (data_type::INT64, Some(vec![Dim::Batch])),
            "ReduceSum" => (type_of(0), Some(vec![Dim::Batch, Dim::Fixed(1)])),
            "Clip" | "Softmax" | "Sigmoid" | "Log" | "Exp" | "Abs" | "Sign" | "Neg" | "Sqrt" | "Round" | "Floor" | "Ceil" => {
                (type_of(0), first())
            }
            "Add" | "Sub" | "Mul" | "Div" | "Min" | "Max" => (type_of(0), together()),
            _ => (0, None),
        };
        Self { elem_type, shape }
    }

    fn show(&self) -> String {
        let name = type_name(self.elem_type);
        let Some(shape) = &self.shape else {
            return name.to_owned();
        };
        let dims: Vec<String> = shape
            .iter()
            .map(|dim| match dim {
                Dim::Batch => "batch".to_owned(),
                Dim::Fixed(n) => n.to_string(),
            })
            .collect();
        format!("{name} [{}]", dims.join(", "))
    }
}

fn broadcast(shapes: &[&[Dim]]) -> Vec<Dim> {
    let n_dims = shapes.iter().map(|shape| shape.len()).max().unwrap_or(0);
    (0..n_dims)
        .map(|at| {
            let of = shapes
                .iter()
                .filter_map(|shape| (at + shape.len()).checked_sub(n_dims).map(|own| shape[own]));
            of.fold(Dim::Fixed(1), |wide, dim| if dim == Dim::Fixed(1) { wide } else { dim })
        })
        .collect()
}

/// Along the second dimension.
fn concat(given: &[Option<&Tensor>]) -> Option<Vec<Dim>> {
    let mut width = 0;
    for tensor in given {
        match tensor.as_ref()?.shape.as_deref()? {
            [_, Dim::Fixed(n)] => width += n,
            _ => return None,
        }
    }
    Some(vec![Dim::Batch, Dim::Fixed(width)])
}

fn gather(given: &[Option<&Tensor>], axis: i64) -> Option<Vec<Dim>> {
    let data = given.first().copied().flatten()?.shape.clone()?;
    let indices = given.get(1).copied().flatten()?.shape.clone()?;
    let axis = usize::try_from(axis).ok().filter(|&axis| axis < data.len())?;
    let mut shape = data[..axis].to_vec();
    shape.extend(indices);
    shape.extend_from_slice(&data[axis + 1..]);
    Some(shape)
}

fn type_name(elem_type: i32) -> &'static str {
    match elem_type {
        data_type::FLOAT => "float",
        data_type::DOUBLE => "double",
        data_type::INT64 => "int64",
        data_type::STRING => "string",
        BOOL => "bool",
        _ => "",
    }
}

/// "double [1, 3]: 0.1, 0.2, 0.3".
fn constant(tensor: &TensorProto) -> String {
    let raw = tensor.raw_data.as_deref().unwrap_or_default();
    let shape = Tensor::of_constant(tensor).show();
    let all = match tensor.data_type.unwrap_or(0) {
        data_type::STRING => listed(tensor.string_data.len(), |at| quoted(&tensor.string_data[at])),
        data_type::DOUBLE => listed(raw.len() / 8, |at| number(f64::from_le_bytes(part(raw, at)))),
        data_type::INT64 => listed(raw.len() / 8, |at| i64::from_le_bytes(part(raw, at)).to_string()),
        _ => listed(raw.len() / 4, |at| number(f64::from(f32::from_le_bytes(part(raw, at))))),
    };
    format!("{shape}: {all}")
}

/// The bytes of one number.
fn part<const N: usize>(raw: &[u8], at: usize) -> [u8; N] {
    raw.get(at * N..(at + 1) * N)
        .and_then(|bytes| bytes.try_into().ok())
        .unwrap_or([0; N])
}

fn number(x: f64) -> String {
    if x.is_nan() {
        "NaN".to_owned()
    } else {
        spec::texts::number::significant(x, 4)
    }
}

fn quoted(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let mut short: String = text.chars().take(SHOWN_CHARACTERS).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    format!("“{short}”")
}

fn attribute(attribute: &AttributeProto) -> (String, String) {
    let name = attribute.name.clone().unwrap_or_default();
    let value = match attribute.r#type.unwrap_or(0) {
        attribute_type::INT if name == "to" => type_name(attribute.i.unwrap_or(0) as i32).to_owned(),
        attribute_type::INT => attribute.i.unwrap_or(0).to_string(),
        attribute_type::STRING => String::from_utf8_lossy(attribute.s.as_deref().unwrap_or_default()).into_owned(),
        attribute_type::TENSOR => attribute.t.as_ref().map_or_else(String::new, constant),
        attribute_type::INTS => listed(attribute.ints.len(), |at| attribute.ints[at].to_string()),
        attribute_type::STRINGS => listed(attribute.strings.len(), |at| quoted(&attribute.strings[at])),
        _ => String::new(),
    };
    (name, value)
}

/// The first few of a list, and how many more there are.
fn listed(n: usize, show: impl Fn(usize) -> String) -> String {
    let mut out = (0..n.min(SHOWN)).map(show).collect::<Vec<_>>().join(", ");
    if n > SHOWN {
        // A String takes every write.
        let _ = write!(out, " … {} in all", spec::texts::number::count(n as f64));
    }
    out
}

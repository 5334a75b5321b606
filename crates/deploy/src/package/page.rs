//! `score.html`: one file that scores without a network, opened from a disk. It carries its own interpreter
//! (`templates/score/model.js`) and the model in a short form: a description as JSON and numbers as bytes, deflated, in
//! base64. So no text of the user stands in the page's source.

use prost::Message as _;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use spec::{Message, Outcome};

use super::{Source, fill};
use crate::encode::base64;
use crate::interpret::{Data, Tensor};
use crate::proto::{AttributeProto, GraphProto, ModelProto, NodeProto, data_type};

const PAGE: &str = include_str!("../../templates/score/page.html");
const STYLE: &str = include_str!("../../templates/score/page.css");
const SCRIPTS: [&str; 6] = [
    include_str!("../../templates/score/values.js"),
    include_str!("../../templates/score/cells.js"),
    include_str!("../../templates/score/table.js"),
    include_str!("../../templates/score/model.js"),
    include_str!("../../templates/score/scorer.js"),
    include_str!("../../templates/score/page.js"),
];
/// Smaller would take seconds longer.
const DEFLATE_LEVEL: u8 = 9;

/// Errors: `deploy.damaged`.
pub fn write(source: &Source<'_>) -> Outcome<String> {
    let script = format!("\"use strict\";\n{}", SCRIPTS.join("\n"));
    let hash = format!("sha256-{}", base64(&Sha256::digest(script.as_bytes())));
    let deflated = miniz_oxide::deflate::compress_to_vec(&payload(source)?, DEFLATE_LEVEL);
    let data = format!("{{\"format\":1,\"deflated\":\"{}\"}}", base64(&deflated));
    Ok(fill(
        PAGE,
        &[
            ("{{script_hash}}", hash),
            ("{{style}}", STYLE.to_owned()),
            ("{{data}}", data),
            ("{{script}}", script),
        ],
    ))
}

/// Length of the JSON (u32, little-endian), the JSON, the bytes that it refers to.
fn payload(source: &Source<'_>) -> Outcome<Vec<u8>> {
    let mut bytes = Bytes::default();
    let graph = ModelProto::decode(source.model).ok().and_then(|model| model.graph);
    let model = described(&graph.ok_or_else(|| damaged("it is not an ONNX file"))?, &mut bytes)?;
    let classes = source.contract.classes.clone().unwrap_or_default();
    let predictions: Vec<Value> = source.expected["predictions"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|row| match row.get("probabilities") {
            None => row.clone(),
            Some(by_class) => {
                let row_of: Vec<&Value> = classes.iter().map(|class| &by_class[class.as_str()]).collect();
                json!({ "label": row["label"], "probabilities": row_of })
            }
        })
        .collect();
    let json = json!({
        "contract": source.contract,
        "model": model,
        "golden": {
            "records": source.golden,
            "predictions": predictions,
            "tolerance": source.contract.tolerance,
        },
    });
    let json = json.to_string().into_bytes();
    let length = u32::try_from(json.len()).map_err(|_| damaged("it is too large for a page"))?;
    let mut out = length.to_le_bytes().to_vec();
    out.extend(json);
    out.extend(bytes.0);
    Ok(out)
}

fn damaged(what: &str) -> spec::Failure {
    Message::new("deploy.damaged").with("what", what).into()
}

/// Numbers of the page, one column after the other.
#[derive(Default)]
struct Bytes(Vec<u8>);

impl Bytes {
    /// Place and count.
    fn doubles(&mut self, values: &[f64]) -> Value {
        let at = self.0.len();
        self.0.extend(values.iter().flat_map(|x| x.to_le_bytes()));
        json!([at, values.len()])
    }

    fn floats(&mut self, values: &[f32]) -> Value {
        let at = self.0.len();
        self.0.extend(values.iter().flat_map(|x| x.to_le_bytes()));
        json!([at, values.len()])
    }

    /// Seven bits a byte, the sign in the lowest bit.
    fn integers(&mut self, values: impl IntoIterator<Item = i64>) -> Value {
        let at = self.0.len();
        let mut n = 0;
        for value in values {
            let mut rest = ((value << 1) ^ (value >> 63)) as u64;
            while rest > 127 {
                self.0.push((rest & 127) as u8 | 128);
                rest >>= 7;
            }
            self.0.push(rest as u8);
            n += 1;
        }
        json!([at, n])
    }
}

/// Slots of tensors by name: inputs first, then constants, then one a node.
fn described(graph: &GraphProto, bytes: &mut Bytes) -> Outcome<Value> {
    let mut slots: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
    let names = graph
        .input
        .iter()
        .map(|input| input.name.as_deref())
        .chain(graph.initializer.iter().map(|tensor| tensor.name.as_deref()))
        .chain(graph.node.iter().map(|node| node.output.first().map(String::as_str)));
    for (slot, name) in names.enumerate() {
        slots.insert(name.unwrap_or(""), slot);
    }
    let slot = |name: &str| {
        slots
            .get(name)
            .copied()
            .ok_or_else(|| damaged("a node needs a tensor that is not there yet"))
    };
    let inputs: Vec<Value> = graph
        .input
        .iter()
        .map(|input| {
            let of = input.r#type.as_ref().and_then(|of| of.tensor_type.as_ref());
            let is_text = of.and_then(|of| of.elem_type) == Some(data_type::STRING);
            json!([input.name, if is_text { "text" } else { "double" }])
        })
        .collect();
    let mut constants = Vec::with_capacity(graph.initializer.len());
    for proto in &graph.initializer {
        let tensor = Tensor::from_proto(proto)?;
        let mut constant = json!({ "slot": slot(proto.name.as_deref().unwrap_or(""))?, "shape": tensor.shape() });
        let (of, key, value) = match tensor.data() {
            Data::Double(x) => ("double", "at", bytes.doubles(x)),
            Data::Float(x) => ("float", "at", bytes.floats(x)),
            Data::Int64(x) => ("int", "at", bytes.integers(x.iter().copied())),
            Data::Text(x) => ("text", "texts", x.iter().map(|text| text.to_string()).collect()),
            Data::Bool(_) => return Err(damaged("a tensor has an unknown type")),
        };
        constant["type"] = of.into();
        constant[key] = value;
        constants.push(constant);
    }
    let mut nodes = Vec::with_capacity(graph.node.len());
    for node in &graph.node {
        let inputs = node.input.iter().map(|name| slot(name)).collect::<Outcome<Vec<_>>>()?;
        let mut described = Map::new();
        described.insert("op".to_owned(), node.op_type.clone().into());
        described.insert("in".to_owned(), inputs.into());
        described.insert("out".to_owned(), slot(node.output.first().map_or("", String::as_str))?.into());
        attributes(node, &mut described, bytes)?;
        nodes.push(Value::Object(described));
    }
    let outputs = graph
        .output
        .iter()
        .map(|output| Ok(json!([output.name, slot(output.name.as_deref().unwrap_or(""))?])))
        .collect::<Outcome<Vec<_>>>()?;
    Ok(json!({ "slots": slots.len(), "inputs": inputs, "constants": constants, "nodes": nodes, "outputs": outputs }))
}

/// What the page's operators read of a node.
fn attributes(node: &NodeProto, out: &mut Map<String, Value>, bytes: &mut Bytes) -> Outcome<()> {
    let find = |name: &str| {
        node.attribute
            .iter()
            .find(|attribute| attribute.name.as_deref() == Some(name))
    };
    let int = |name: &str| find(name).and_then(|attribute| attribute.i).unwrap_or(0);
    match node.op_type.as_deref() {
        Some("Cast") => {
            let to = match i32::try_from(int("to")) {
                Ok(data_type::FLOAT) => "float",
                Ok(data_type::DOUBLE) => "double",
                _ => "int",
            };
            out.insert("to".to_owned(), to.into());
        }
        Some("Gather") => {
            out.insert("axis".to_owned(), int("axis").into());
        }
        Some("LabelEncoder") => {
            let keys: Vec<String> = find("keys_strings")
                .into_iter()
                .flat_map(|attribute| &attribute.strings)
                .map(|key| String::from_utf8_lossy(key).into_owned())
                .collect();
            let values = find("values_int64s")
                .map(|attribute| attribute.ints.clone())
                .unwrap_or_default();
            out.insert("keys".to_owned(), keys.into());
            out.insert("values".to_owned(), values.into());
            out.insert("default".to_owned(), int("default_int64").into());
        }
        Some("TreeEnsembleRegressor") => {
            let trees = Trees { node }.described(bytes)?;
            out.insert("targets".to_owned(), int("n_targets").into());
            out.insert("trees".to_owned(), trees);
        }
        _ => {}
    }
    Ok(())
}

struct Trees<'a> {
    node: &'a NodeProto,
}

impl Trees<'_> {
    fn find(&self, name: &str) -> Outcome<&AttributeProto> {
        let found = self
            .node
            .attribute
            .iter()
            .find(|attribute| attribute.name.as_deref() == Some(name));
        found.ok_or_else(|| damaged("a node lacks an attribute"))
    }

    fn ints(&self, name: &str) -> Outcome<&[i64]> {
        Ok(&self.find(name)?.ints)
    }

    fn doubles(&self, name: &str) -> Outcome<Vec<f64>> {
        let proto = self
            .find(name)?
            .t
            .as_ref()
            .ok_or_else(|| damaged("a node lacks an attribute"))?;
        Ok(Tensor::from_proto(proto)?.as_doubles()?.to_vec())
    }

    /// Columns over all nodes; thresholds and weights as places in a table of distinct numbers, of which trees have few.
    fn described(&self, bytes: &mut Bytes) -> Outcome<Value> {
        let (tree_ids, node_ids) = (self.ints("nodes_treeids")?, self.ints("nodes_nodeids")?);
        let n = tree_ids.len();
        let mut roots = Vec::new();
        // The writer gives the nodes of a tree the numbers 0, 1, 2...
        let mut first = vec![0; n];
        for at in 0..n {
            if at == 0 || tree_ids[at] != tree_ids[at - 1] {
                roots.push(at as i64);
            }
            first[at] = *roots.last().unwrap_or(&0);
            if node_ids.get(at) != Some(&(at as i64 - first[at])) {
                return Err(damaged("a tree's nodes are out of order"));
            }
        }
        let modes = &self.find("nodes_modes")?.strings;
        let is_leaf = |at: usize| modes.get(at).is_none_or(|mode| mode == b"LEAF");
        let features = self.ints("nodes_featureids")?;
        let (lefts, rights) = (self.ints("nodes_truenodeids")?, self.ints("nodes_falsenodeids")?);
        let child = |ids: &[i64], at: usize| if is_leaf(at) { 0 } else { first[at] + ids[at] - at as i64 };
        let mut counts = vec![0i64; n];
        let (leaf_trees, leaf_nodes) = (self.ints("target_treeids")?, self.ints("target_nodeids")?);
        let mut last = -1;
        for (tree, node) in leaf_trees.iter().zip(leaf_nodes) {
            let root = usize::try_from(*tree).ok().and_then(|tree| roots.get(tree));
            let at = root.map_or(-1, |root| root + node);
            if at < last || at >= n as i64 {
                return Err(damaged("a tree's leaves are out of order"));
            }
            last = at;
            counts[at as usize] += 1;
        }
        let mut table = Table::default();
        let thresholds: Vec<i64> = self
            .doubles("nodes_values_as_tensor")?
            .iter()
            .map(|&x| table.place(x))
            .collect();
        let weights: Vec<i64> = self
            .doubles("target_weights_as_tensor")?
            .iter()
            .map(|&x| table.place(x))
            .collect();
        Ok(json!({
            "roots": bytes.integers(roots.iter().copied()),
            "features": bytes.integers((0..n).map(|at| if is_leaf(at) { -1 } else { features[at] })),
            "thresholds": bytes.integers(thresholds),
            "lefts": bytes.integers((0..n).map(|at| child(lefts, at))),
            "rights": bytes.integers((0..n).map(|at| child(rights, at))),
            "missing_left": bytes.integers(self.ints("nodes_missing_value_tracks_true")?.iter().copied()),
            "counts": bytes.integers(counts),
            "leaf_targets": bytes.integers(self.ints("target_ids")?.iter().copied()),
            "weights": bytes.integers(weights),
            "table": bytes.doubles(&table.values),
        }))
    }
}

/// Distinct numbers, in the order in which they came.
#[derive(Default)]
struct Table {
    places: std::collections::BTreeMap<u64, i64>,
    values: Vec<f64>,
}

impl Table {
    fn place(&mut self, x: f64) -> i64 {
        let next = self.values.len() as i64;
        let place = *self.places.entry(x.to_bits()).or_insert(next);
        if place == next {
            self.values.push(x);
        }
        place
    }
}

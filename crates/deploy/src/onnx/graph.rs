//! A small graph builder: every node has one output, equal nodes and constants are written once, names are counted.

use std::collections::BTreeMap;

use prost::Message as _;

use crate::proto::{
    AttributeProto, DimensionProto, GraphProto, NodeProto, ShapeProto, TensorProto, TensorTypeProto, TypeProto, ValueInfoProto,
    attribute_type, data_type,
};

/// The domain of LabelEncoder and TreeEnsembleRegressor.
pub const ML_DOMAIN: &str = "ai.onnx.ml";
/// Name of the first dimension of every input and output.
pub const BATCH: &str = "batch";

/// A tensor of the graph, by name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name(String);

/// What a Cast casts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    Float,
    Double,
    Int64,
}

/// A dimension: counted, or the number of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dim {
    Batch,
    Fixed(usize),
}

pub struct GraphBuilder {
    graph: GraphProto,
    prefix: String,
    n_names: usize,
    /// Encoded constants and nodes without their names, so that equal ones are found again.
    known: BTreeMap<Vec<u8>, Name>,
}

impl GraphBuilder {
    /// `outer_names` are the names of inputs and outputs: none of them begins like a name from within.
    pub fn new<'a>(name: &str, outer_names: impl Iterator<Item = &'a str> + Clone) -> Self {
        let mut prefix = "__".to_owned();
        while outer_names.clone().any(|outer| outer.starts_with(&prefix)) {
            prefix.push('_');
        }
        Self {
            graph: GraphProto {
                name: Some(name.to_owned()),
                ..GraphProto::default()
            },
            prefix,
            n_names: 0,
            known: BTreeMap::new(),
        }
    }

    pub fn input(&mut self, name: &str, elem_type: i32, dims: &[Dim]) -> Name {
        self.graph.input.push(value_info(name, elem_type, dims));
        Name(name.to_owned())
    }

    /// Gives a tensor out under this name.
    pub fn output(&mut self, name: &str, elem_type: i32, dims: &[Dim], value: &Name) {
        self.graph.output.push(value_info(name, elem_type, dims));
        self.graph.node.push(NodeProto {
            input: vec![value.0.clone()],
            output: vec![name.to_owned()],
            name: Some(format!("{}{name}", self.prefix)),
            op_type: Some("Identity".to_owned()),
            ..NodeProto::default()
        });
    }

    pub fn node(&mut self, op: &str, inputs: &[&Name]) -> Name {
        self.node_with(op, inputs, Vec::new())
    }

    pub fn node_with(&mut self, op: &str, inputs: &[&Name], attributes: Vec<AttributeProto>) -> Name {
        self.push("", op, inputs, attributes)
    }

    /// A node of ai.onnx.ml.
    pub fn ml_node(&mut self, op: &str, inputs: &[&Name], attributes: Vec<AttributeProto>) -> Name {
        self.push(ML_DOMAIN, op, inputs, attributes)
    }

    fn push(&mut self, domain: &str, op: &str, inputs: &[&Name], attributes: Vec<AttributeProto>) -> Name {
        let mut node = NodeProto {
            input: inputs.iter().map(|input| input.0.clone()).collect(),
            op_type: Some(op.to_owned()),
            attribute: attributes,
            domain: (!domain.is_empty()).then(|| domain.to_owned()),
            ..NodeProto::default()
        };
        let key = node.encode_to_vec();
        if let Some(name) = self.known.get(&key) {
            return name.clone();
        }
        let name = self.next_name(op);
        node.output = vec![name.0.clone()];
        node.name = Some(name.0.clone());
        self.graph.node.push(node);
        self.known.insert(key, name.clone());
        name
    }

    fn next_name(&mut self, what: &str) -> Name {
        self.n_names += 1;
        Name(format!("{}{}_{what}", self.prefix, self.n_names))
    }

    pub fn constant(&mut self, mut tensor: TensorProto) -> Name {
        let mut key = b"constant".to_vec();
        key.extend(tensor.encode_to_vec());
        if let Some(name) = self.known.get(&key) {
            return name.clone();
        }
        let name = self.next_name("constant");
        tensor.name = Some(name.0.clone());
        self.graph.initializer.push(tensor);
        self.known.insert(key, name.clone());
        name
    }

    pub fn scalar(&mut self, value: f64) -> Name {
        self.constant(doubles(&[], &[value]))
    }

    /// Shape 1 x `values.len()`.
    pub fn row(&mut self, values: &[f64]) -> Name {
        self.constant(doubles(&[1, values.len()], values))
    }

    pub fn integer(&mut self, value: i64) -> Name {
        self.constant(integers(&[], &[value]))
    }

    pub fn cast(&mut self, input: &Name, to: To) -> Name {
        let to = match to {
            To::Float => data_type::FLOAT,
            To::Double => data_type::DOUBLE,
            To::Int64 => data_type::INT64,
        };
        self.node_with("Cast", &[input], vec![int("to", i64::from(to))])
    }

    /// `condition ? NaN : x`.
    pub fn missing_where(&mut self, condition: &Name, x: &Name) -> Name {
        let missing = self.scalar(f64::NAN);
        self.node("Where", &[condition, &missing, x])
    }

    /// NaN where x is NaN, else `value`: what integers and booleans lost on the way comes back.
    pub fn missing_as(&mut self, x: &Name, value: &Name) -> Name {
        let missing = self.node("IsNaN", &[x]);
        self.missing_where(&missing, value)
    }

    /// [`prepare::settled`].
    pub fn settled(&mut self, x: &Name) -> Name {
        let splitter = self.scalar(prepare::SPLITTER);
        let scaled = self.node("Mul", &[x, &splitter]);
        let rest = self.node("Sub", &[&scaled, x]);
        self.node("Sub", &[&scaled, &rest])
    }

    /// Column `index` of a matrix, shape batch x 1.
    pub fn column(&mut self, matrix: &Name, index: usize) -> Name {
        let index = self.constant(integers(&[1], &[index as i64]));
        self.node_with("Gather", &[matrix, &index], vec![int("axis", 1)])
    }

    pub fn concat(&mut self, parts: &[&Name]) -> Name {
        self.node_with("Concat", parts, vec![int("axis", 1)])
    }

    /// Raw text to integer. `keys` and `values` are of one length.
    pub fn label_encoder(&mut self, input: &Name, keys: &[String], values: &[i64], default: i64) -> Name {
        let keys = keys.iter().map(|key| key.clone().into_bytes()).collect();
        self.ml_node(
            "LabelEncoder",
            &[input],
            vec![
                strings("keys_strings", keys),
                ints("values_int64s", values.to_vec()),
                int("default_int64", default),
            ],
        )
    }

    /// Leaves out what no output needs.
    pub fn finish(self) -> GraphProto {
        let mut graph = self.graph;
        let mut needed: std::collections::BTreeSet<String> =
            graph.output.iter().filter_map(|output| output.name.clone()).collect();
        let mut nodes = Vec::with_capacity(graph.node.len());
        while let Some(node) = graph.node.pop() {
            if node.output.iter().any(|output| needed.contains(output)) {
                needed.extend(node.input.iter().cloned());
                nodes.push(node);
            }
        }
        nodes.reverse();
        graph.node = nodes;
        graph
            .initializer
            .retain(|tensor| tensor.name.as_ref().is_some_and(|name| needed.contains(name)));
        graph
    }
}

fn value_info(name: &str, elem_type: i32, dims: &[Dim]) -> ValueInfoProto {
    let dim = dims
        .iter()
        .map(|dim| match dim {
            Dim::Batch => DimensionProto {
                dim_value: None,
                dim_param: Some(BATCH.to_owned()),
            },
            Dim::Fixed(n) => DimensionProto {
                dim_value: Some(*n as i64),
                dim_param: None,
            },
        })
        .collect();
    ValueInfoProto {
        name: Some(name.to_owned()),
        r#type: Some(TypeProto {
            tensor_type: Some(TensorTypeProto {
                elem_type: Some(elem_type),
                shape: Some(ShapeProto { dim }),
            }),
        }),
    }
}

fn attribute(name: &str, of_type: i32) -> AttributeProto {
    AttributeProto {
        name: Some(name.to_owned()),
        r#type: Some(of_type),
        ..AttributeProto::default()
    }
}

pub fn int(name: &str, value: i64) -> AttributeProto {
    AttributeProto {
        i: Some(value),
        ..attribute(name, attribute_type::INT)
    }
}

pub fn ints(name: &str, values: Vec<i64>) -> AttributeProto {
    AttributeProto {
        ints: values,
        ..attribute(name, attribute_type::INTS)
    }
}

pub fn string(name: &str, value: &str) -> AttributeProto {
    AttributeProto {
        s: Some(value.as_bytes().to_vec()),
        ..attribute(name, attribute_type::STRING)
    }
}

pub fn strings(name: &str, values: Vec<Vec<u8>>) -> AttributeProto {
    AttributeProto {
        strings: values,
        ..attribute(name, attribute_type::STRINGS)
    }
}

pub fn tensor(name: &str, value: TensorProto) -> AttributeProto {
    AttributeProto {
        t: Some(value),
        ..attribute(name, attribute_type::TENSOR)
    }
}

fn raw(of_type: i32, dims: &[usize], bytes: Vec<u8>) -> TensorProto {
    TensorProto {
        dims: dims.iter().map(|&n| n as i64).collect(),
        data_type: Some(of_type),
        raw_data: Some(bytes),
        ..TensorProto::default()
    }
}

pub fn doubles(dims: &[usize], values: &[f64]) -> TensorProto {
    raw(data_type::DOUBLE, dims, values.iter().flat_map(|x| x.to_le_bytes()).collect())
}

pub fn floats(dims: &[usize], values: &[f32]) -> TensorProto {
    raw(data_type::FLOAT, dims, values.iter().flat_map(|x| x.to_le_bytes()).collect())
}

pub fn integers(dims: &[usize], values: &[i64]) -> TensorProto {
    raw(data_type::INT64, dims, values.iter().flat_map(|x| x.to_le_bytes()).collect())
}

pub fn texts(values: &[String]) -> TensorProto {
    TensorProto {
        dims: vec![values.len() as i64],
        data_type: Some(data_type::STRING),
        string_data: values.iter().map(|value| value.clone().into_bytes()).collect(),
        ..TensorProto::default()
    }
}

//! Runs an exported model without onnxruntime: the operators that [`crate::onnx`] writes, and no others.
//!
//! It reads the exported bytes back, so it judges what leaves and not what was meant. Bytes that are damaged or not ours
//! end in `deploy.damaged`, never in a panic; the work is bounded by a budget, so they cannot hang it either.

mod ops;
mod tensor;
mod trees;

use std::collections::BTreeMap;
use std::sync::Arc;

use prost::Message as _;
use spec::{Failure, Message, Outcome};

use crate::proto::{AttributeProto, GraphProto, ModelProto, NodeProto, ValueInfoProto, data_type};
use ops::{Arithmetic, CastTo, Comparison, Unary};
pub use tensor::{Data, Tensor};
use trees::Trees;

/// Elementary steps that one run may take: seconds, not minutes.
const BUDGET: usize = 1 << 31;

fn damaged(what: &str) -> Failure {
    Message::new("deploy.damaged").with("what", what).into()
}

/// What is left of the work that a run may do.
#[derive(Clone, Copy, Debug)]
pub struct Budget(usize);

impl Budget {
    fn spend(&mut self, n: usize) -> Outcome<()> {
        self.0 = self
            .0
            .checked_sub(n)
            .ok_or_else(|| damaged("the model needs too much work"))?;
        Ok(())
    }
}

/// What an input is fed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputKind {
    Double,
    Text,
}

/// A parsed model.
#[derive(Clone, Debug)]
pub struct Model {
    inputs: Vec<(String, InputKind, usize)>,
    outputs: Vec<(String, usize)>,
    constants: Vec<(usize, Arc<Tensor>)>,
    nodes: Vec<Node>,
    n_slots: usize,
    metadata: BTreeMap<String, String>,
}

#[derive(Clone, Debug)]
struct Node {
    op: Op,
    inputs: Vec<usize>,
    output: usize,
    /// Slots that no later node and no output needs.
    frees: Vec<usize>,
}

#[derive(Clone, Debug)]
enum Op {
    And,
    ArgMax,
    Arithmetic(Arithmetic),
    Cast(CastTo),
    Clip,
    Compare(Comparison),
    Concat,
    Gather(i64),
    Gemm,
    Identity,
    IsInf,
    IsNaN,
    LabelEncoder { codes: BTreeMap<Arc<str>, i64>, default: i64 },
    Not,
    Or,
    RowSums,
    Softmax,
    Trees(Box<Trees>),
    Unary(Unary),
    Where,
}

impl Model {
    /// Errors: `deploy.damaged`.
    pub fn parse(bytes: &[u8]) -> Outcome<Self> {
        let proto = ModelProto::decode(bytes).map_err(|_| damaged("it is not an ONNX file"))?;
        let metadata = proto
            .metadata_props
            .iter()
            .map(|entry| (entry.key.clone().unwrap_or_default(), entry.value.clone().unwrap_or_default()))
            .collect();
        let graph = proto.graph.ok_or_else(|| damaged("it has no graph"))?;
        Self::compile(&graph, metadata)
    }

    fn compile(graph: &GraphProto, metadata: BTreeMap<String, String>) -> Outcome<Self> {
        let mut slots: BTreeMap<String, usize> = BTreeMap::new();
        let mut define = |name: &str| {
            let slot = slots.len();
            match slots.insert(name.to_owned(), slot) {
                None if !name.is_empty() => Ok(slot),
                _ => Err(damaged("a tensor is defined twice or has no name")),
            }
        };
        let mut inputs = Vec::with_capacity(graph.input.len());
        for input in &graph.input {
            let name = input.name.clone().unwrap_or_default();
            let slot = define(&name)?;
            inputs.push((name, input_kind(input)?, slot));
        }
        let mut constants = Vec::with_capacity(graph.initializer.len());
        for initializer in &graph.initializer {
            let slot = define(initializer.name.as_deref().unwrap_or(""))?;
            constants.push((slot, Arc::new(Tensor::from_proto(initializer)?)));
        }
        let n_before = graph.input.len() + graph.initializer.len();
        for node in &graph.node {
            match node.output.as_slice() {
                [output] => define(output)?,
                _ => return Err(damaged("a node does not have one output")),
            };
        }
        let find = |name: &str, below: usize| {
            slots
                .get(name)
                .copied()
                .filter(|&slot| slot < below)
                .ok_or_else(|| damaged("a node needs a tensor that is not there yet"))
        };
        let mut nodes = Vec::with_capacity(graph.node.len());
        for (at, node) in graph.node.iter().enumerate() {
            let output = n_before + at;
            let inputs = node
                .input
                .iter()
                .map(|name| find(name, output))
                .collect::<Outcome<Vec<_>>>()?;
            nodes.push(Node {
                op: op(node)?,
                inputs,
                output,
                frees: Vec::new(),
            });
        }
        let n_slots = n_before + nodes.len();
        let mut outputs = Vec::with_capacity(graph.output.len());
        for output in &graph.output {
            let name = output.name.clone().unwrap_or_default();
            let slot = find(&name, n_slots)?;
            outputs.push((name, slot));
        }
        let mut is_needed = vec![false; n_slots];
        outputs.iter().for_each(|(_, slot)| is_needed[*slot] = true);
        for node in nodes.iter_mut().rev() {
            for &slot in &node.inputs {
                if !std::mem::replace(&mut is_needed[slot], true) {
                    node.frees.push(slot);
                }
            }
        }
        Ok(Self {
            inputs,
            outputs,
            constants,
            nodes,
            n_slots,
            metadata,
        })
    }

    /// Names and kinds, in order.
    pub fn inputs(&self) -> impl Iterator<Item = (&str, InputKind)> {
        self.inputs.iter().map(|(name, kind, _)| (name.as_str(), *kind))
    }

    /// Names, in order.
    pub fn outputs(&self) -> impl Iterator<Item = &str> {
        self.outputs.iter().map(|(name, _)| name.as_str())
    }

    pub fn metadata(&self) -> &BTreeMap<String, String> {
        &self.metadata
    }

    /// All inputs in, all outputs out, in the model's order. Inputs have shape n x 1.
    ///
    /// Errors: `deploy.no_column` when an input is not given, `deploy.damaged`.
    pub fn run(&self, feeds: &BTreeMap<String, Tensor>) -> Outcome<Vec<(String, Tensor)>> {
        self.run_within(feeds, BUDGET)
    }

    /// [`Self::run`] with a bound on the number of elementary steps.
    pub fn run_within(&self, feeds: &BTreeMap<String, Tensor>, n_steps: usize) -> Outcome<Vec<(String, Tensor)>> {
        let mut budget = Budget(n_steps);
        let mut slots: Vec<Option<Arc<Tensor>>> = vec![None; self.n_slots];
        let mut n_rows = None;
        for (name, kind, slot) in &self.inputs {
            let tensor = feeds
                .get(name)
                .ok_or_else(|| Message::new("deploy.no_column").with("column", name))?;
            let fits = matches!(
                (kind, tensor.data()),
                (InputKind::Double, Data::Double(_)) | (InputKind::Text, Data::Text(_))
            );
            let (rows, width) = tensor.matrix()?;
            if !fits || width != 1 || *n_rows.get_or_insert(rows) != rows {
                return Err(damaged("an input has the wrong type or shape"));
            }
            slots[*slot] = Some(Arc::new(tensor.clone()));
        }
        for (slot, tensor) in &self.constants {
            slots[*slot] = Some(Arc::clone(tensor));
        }
        for node in &self.nodes {
            let result = {
                let mut arguments = Vec::with_capacity(node.inputs.len());
                for &slot in &node.inputs {
                    arguments.push(
                        slots[slot]
                            .as_deref()
                            .ok_or_else(|| damaged("a node needs a tensor that is not there yet"))?,
                    );
                }
                node.op.run(&arguments, &mut budget)?
            };
            budget.spend(result.n_elements().saturating_add(1))?;
            slots[node.output] = Some(Arc::new(result));
            for &slot in &node.frees {
                slots[slot] = None;
            }
        }
        self.outputs
            .iter()
            .map(|(name, slot)| {
                let tensor = slots[*slot]
                    .as_deref()
                    .ok_or_else(|| damaged("an output is never computed"))?;
                Ok((name.clone(), tensor.clone()))
            })
            .collect()
    }
}

/// [`Model::parse`] and [`Model::run`].
pub fn run(bytes: &[u8], feeds: &BTreeMap<String, Tensor>) -> Outcome<Vec<(String, Tensor)>> {
    Model::parse(bytes)?.run(feeds)
}

fn input_kind(input: &ValueInfoProto) -> Outcome<InputKind> {
    let elem_type = input
        .r#type
        .as_ref()
        .and_then(|of| of.tensor_type.as_ref())
        .and_then(|of| of.elem_type);
    match elem_type {
        Some(data_type::DOUBLE) => Ok(InputKind::Double),
        Some(data_type::STRING) => Ok(InputKind::Text),
        _ => Err(damaged("an input has an unknown type")),
    }
}

/// A node's attributes by name.
struct Attributes<'a>(BTreeMap<&'a str, &'a AttributeProto>);

impl<'a> Attributes<'a> {
    fn new(node: &'a NodeProto) -> Self {
        Self(
            node.attribute
                .iter()
                .map(|attribute| (attribute.name.as_deref().unwrap_or(""), attribute))
                .collect(),
        )
    }

    fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    fn find(&self, name: &str) -> Outcome<&'a AttributeProto> {
        self.0.get(name).copied().ok_or_else(|| damaged("a node lacks an attribute"))
    }

    fn int(&self, name: &str) -> Outcome<i64> {
        self.find(name)?.i.ok_or_else(|| damaged("a node lacks an attribute"))
    }

    fn int_or(&self, name: &str, default: i64) -> Outcome<i64> {
        if self.has(name) { self.int(name) } else { Ok(default) }
    }

    /// A count that memory is reserved for.
    fn size(&self, name: &str) -> Outcome<usize> {
        usize::try_from(self.int(name)?)
            .ok()
            .filter(|&size| size <= 1 << 20)
            .ok_or_else(|| damaged("a node has a wild attribute"))
    }

    fn ints(&self, name: &str) -> Outcome<&'a [i64]> {
        Ok(&self.find(name)?.ints)
    }

    fn strings(&self, name: &str) -> Outcome<&'a [Vec<u8>]> {
        Ok(&self.find(name)?.strings)
    }

    fn text(&self, name: &str) -> Outcome<&'a str> {
        let bytes = self.find(name)?.s.as_deref().unwrap_or(&[]);
        std::str::from_utf8(bytes).map_err(|_| damaged("a text is not UTF-8"))
    }

    fn doubles(&self, name: &str) -> Outcome<Vec<f64>> {
        let proto = self
            .find(name)?
            .t
            .as_ref()
            .ok_or_else(|| damaged("a node lacks an attribute"))?;
        Ok(Tensor::from_proto(proto)?.as_doubles()?.to_vec())
    }
}

fn op(node: &NodeProto) -> Outcome<Op> {
    let attributes = Attributes::new(node);
    let is_standard = node.domain.as_deref().unwrap_or("").is_empty();
    let requires = |holds: bool, op: Op| {
        if holds {
            Ok(op)
        } else {
            Err(damaged("a node with an unknown setting"))
        }
    };
    match (is_standard, node.op_type.as_deref().unwrap_or("")) {
        (true, "Abs") => Ok(Op::Unary(Unary::Abs)),
        (true, "Add") => Ok(Op::Arithmetic(Arithmetic::Add)),
        (true, "And") => Ok(Op::And),
        (true, "ArgMax") => requires(attributes.int("axis")? == 1 && attributes.int("keepdims")? == 0, Op::ArgMax),
        (true, "Cast") => Ok(Op::Cast(match i32::try_from(attributes.int("to")?) {
            Ok(data_type::FLOAT) => CastTo::Float,
            Ok(data_type::DOUBLE) => CastTo::Double,
            Ok(data_type::INT64) => CastTo::Int64,
            _ => return Err(damaged("a Cast to an unknown type")),
        })),
        (true, "Ceil") => Ok(Op::Unary(Unary::Ceil)),
        (true, "Clip") => Ok(Op::Clip),
        (true, "Concat") => requires(attributes.int("axis")? == 1, Op::Concat),
        (true, "Div") => Ok(Op::Arithmetic(Arithmetic::Div)),
        (true, "Equal") => Ok(Op::Compare(Comparison::Equal)),
        (true, "Exp") => Ok(Op::Unary(Unary::Exp)),
        (true, "Floor") => Ok(Op::Unary(Unary::Floor)),
        (true, "Gather") => Ok(Op::Gather(attributes.int_or("axis", 0)?)),
        (true, "Gemm") => {
            let is_plain = attributes.int("transB")? == 1 && !["alpha", "beta", "transA"].iter().any(|name| attributes.has(name));
            requires(is_plain, Op::Gemm)
        }
        (true, "Greater") => Ok(Op::Compare(Comparison::Greater)),
        (true, "GreaterOrEqual") => Ok(Op::Compare(Comparison::GreaterOrEqual)),
        (true, "Identity") => Ok(Op::Identity),
        (true, "IsInf") => Ok(Op::IsInf),
        (true, "IsNaN") => Ok(Op::IsNaN),
        (true, "Less") => Ok(Op::Compare(Comparison::Less)),
        (true, "LessOrEqual") => Ok(Op::Compare(Comparison::LessOrEqual)),
        (true, "Log") => Ok(Op::Unary(Unary::Log)),
        (true, "Max") => Ok(Op::Arithmetic(Arithmetic::Max)),
        (true, "Min") => Ok(Op::Arithmetic(Arithmetic::Min)),
        (true, "Mul") => Ok(Op::Arithmetic(Arithmetic::Mul)),
        (true, "Neg") => Ok(Op::Unary(Unary::Neg)),
        (true, "Not") => Ok(Op::Not),
        (true, "Or") => Ok(Op::Or),
        (true, "ReduceSum") => requires(attributes.int("keepdims")? == 1, Op::RowSums),
        (true, "Round") => Ok(Op::Unary(Unary::Round)),
        (true, "Sigmoid") => Ok(Op::Unary(Unary::Sigmoid)),
        (true, "Sign") => Ok(Op::Unary(Unary::Sign)),
        (true, "Softmax") => requires(attributes.int("axis")? == 1, Op::Softmax),
        (true, "Sqrt") => Ok(Op::Unary(Unary::Sqrt)),
        (true, "Sub") => Ok(Op::Arithmetic(Arithmetic::Sub)),
        (true, "Where") => Ok(Op::Where),
        (false, "LabelEncoder") => label_encoder(&attributes),
        (false, "TreeEnsembleRegressor") => Ok(Op::Trees(Box::new(Trees::new(&attributes)?))),
        (_, unknown) => Err(Message::new("deploy.operator").with("operator", unknown).into()),
    }
}

fn label_encoder(attributes: &Attributes<'_>) -> Outcome<Op> {
    let (keys, values) = (attributes.strings("keys_strings")?, attributes.ints("values_int64s")?);
    if keys.len() != values.len() {
        return Err(damaged("a LabelEncoder with keys and values of different numbers"));
    }
    let mut codes = BTreeMap::new();
    for (key, &value) in keys.iter().zip(values) {
        codes.insert(tensor::text(key)?, value);
    }
    Ok(Op::LabelEncoder {
        codes,
        default: attributes.int("default_int64")?,
    })
}

impl Op {
    fn run(&self, arguments: &[&Tensor], budget: &mut Budget) -> Outcome<Tensor> {
        match (self, arguments) {
            (Self::And, [a, b]) => ops::logic(a, b, budget, |a, b| a && b),
            (Self::Or, [a, b]) => ops::logic(a, b, budget, |a, b| a || b),
            (Self::Not, [x]) => ops::not(x),
            (Self::ArgMax, [x]) => ops::arg_max(x),
            (Self::Arithmetic(op), [a, b]) => ops::arithmetic(*op, a, b, budget),
            (Self::Compare(op), [a, b]) => ops::compare(*op, a, b, budget),
            (Self::Cast(to), [x]) => ops::cast(*to, x),
            (Self::Clip, [x, low, high]) => ops::clip(x, low, high),
            (Self::Concat, parts) => ops::concat(parts, budget),
            (Self::Gather(axis), [data, index]) => ops::gather(*axis, data, index, budget),
            (Self::Gemm, [a, b, c]) => ops::gemm(a, b, c, budget),
            (Self::Identity, [x]) => Ok((*x).clone()),
            (Self::IsInf, [x]) => ops::flags(x, f64::is_infinite),
            (Self::IsNaN, [x]) => ops::flags(x, f64::is_nan),
            (Self::LabelEncoder { codes, default }, [x]) => {
                let values = x
                    .as_texts()?
                    .iter()
                    .map(|text| codes.get(text).copied().unwrap_or(*default))
                    .collect();
                Tensor::new(x.shape().to_vec(), Data::Int64(values))
            }
            (Self::RowSums, [x, axes]) if axes.as_int64s()? == [1] => ops::row_sums(x),
            (Self::Softmax, [x]) => ops::softmax(x),
            (Self::Trees(trees), [x]) => trees.run(x, budget),
            (Self::Unary(op), [x]) => ops::unary(*op, x),
            (Self::Where, [condition, a, b]) => ops::choose(condition, a, b, budget),
            _ => Err(damaged("a node has the wrong number of inputs")),
        }
    }
}

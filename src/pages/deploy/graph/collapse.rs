//! Fewer boxes than nodes: what is done to one column alone is one box, and columns that are treated alike are one stack.

use std::collections::{BTreeMap, BTreeSet};

use spec::graph::{GraphNode, ModelGraph, NodeKind};
use spec::texts::ui::graph as words;

/// How much is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// Columns that are treated alike are one box.
    #[default]
    Alike,
    /// Each column is one box.
    Columns,
    /// Each node is one box.
    Nodes,
}

/// A graph of this many nodes is shown whole.
const SMALL: usize = 14;

/// What a box stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    Node(usize),
    /// A column with what is done to it alone; by its input node, and all nodes in order.
    Column {
        input: usize,
        nodes: Vec<usize>,
    },
    /// Columns that are treated alike, by their input nodes; all nodes in order.
    Stack {
        inputs: Vec<usize>,
        nodes: Vec<usize>,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphBox {
    pub content: Content,
    pub label: String,
    pub sub: String,
    /// Of its nodes, for its look.
    pub kind: NodeKind,
}

/// Boxes in the order of the graph, and which leads to which.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picture {
    pub boxes: Vec<GraphBox>,
    /// From, to; each pair once.
    pub edges: Vec<(usize, usize)>,
}

/// `opened` are input nodes whose stack, then whose column, is taken apart beyond `detail`.
pub fn picture(graph: &ModelGraph, detail: Detail, opened: &BTreeMap<usize, Detail>) -> Picture {
    let nodes = &graph.nodes;
    let detail = if nodes.len() <= SMALL { Detail::Nodes } else { detail };
    let owners = owners(nodes);
    let mut columns: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (node, owner) in owners.iter().enumerate() {
        if let Some(input) = owner {
            columns.entry(*input).or_default().push(node);
        }
    }
    // A column that goes on as it is hides nothing.
    columns.retain(|_, members| members.len() > 1);
    let shown = |input: &usize| opened.get(input).copied().unwrap_or(detail);
    let mut stacks: BTreeMap<Vec<String>, Vec<usize>> = BTreeMap::new();
    for (input, members) in columns.iter().filter(|(input, _)| shown(input) == Detail::Alike) {
        stacks.entry(signature(nodes, members)).or_default().push(*input);
    }
    // By node: the box that it is in.
    let mut box_of: Vec<Option<usize>> = vec![None; nodes.len()];
    let mut boxes: Vec<GraphBox> = Vec::new();
    for node in 0..nodes.len() {
        if box_of[node].is_some() {
            continue;
        }
        let content = match owners[node].filter(|input| columns.contains_key(input)) {
            Some(input) if shown(&input) == Detail::Columns => Content::Column {
                input,
                nodes: columns[&input].clone(),
            },
            Some(input) if shown(&input) == Detail::Alike => {
                let inputs = stacks
                    .values()
                    .find(|inputs| inputs.contains(&input))
                    .cloned()
                    .unwrap_or_default();
                let nodes: BTreeSet<usize> = inputs.iter().flat_map(|input| columns[input].clone()).collect();
                let nodes = nodes.into_iter().collect();
                match inputs.as_slice() {
                    [input] => Content::Column { input: *input, nodes },
                    _ => Content::Stack { inputs, nodes },
                }
            }
            _ => Content::Node(node),
        };
        for member in members(&content) {
            box_of[member] = Some(boxes.len());
        }
        boxes.push(described(nodes, content));
    }
    let mut edges = BTreeSet::new();
    for (node, of) in nodes.iter().zip(&box_of) {
        let to = of.unwrap_or(0);
        edges.extend(
            node.sources()
                .filter_map(|source| box_of[source])
                .filter(|from| *from != to)
                .map(|from| (from, to)),
        );
    }
    Picture {
        boxes,
        edges: edges.into_iter().collect(),
    }
}

/// All nodes of a box.
pub fn members(content: &Content) -> Vec<usize> {
    match content {
        Content::Node(node) => vec![*node],
        Content::Column { nodes, .. } | Content::Stack { nodes, .. } => nodes.clone(),
    }
}

/// By node: the one input that it depends on, as long as no columns have come together.
fn owners(nodes: &[GraphNode]) -> Vec<Option<usize>> {
    let mut owners: Vec<Option<usize>> = Vec::with_capacity(nodes.len());
    for (place, node) in nodes.iter().enumerate() {
        let own = match node.kind {
            NodeKind::Input => Some(place),
            // Here columns come together, even when there is but one.
            NodeKind::Operator if node.op != "Concat" => {
                let of: BTreeSet<Option<usize>> = node.sources().map(|source| owners.get(source).copied().flatten()).collect();
                match of.first() {
                    Some(owner) if of.len() == 1 => *owner,
                    _ => None,
                }
            }
            NodeKind::Operator | NodeKind::Output => None,
        };
        owners.push(own);
    }
    owners
}

/// Two columns with the same one are treated alike: the same operators take from the same places.
fn signature(nodes: &[GraphNode], members: &[usize]) -> Vec<String> {
    let place = |node: usize| members.iter().position(|member| *member == node);
    members
        .iter()
        .map(|&member| {
            let node = &nodes[member];
            let from: Vec<String> = node.sources().map(|source| format!("{:?}", place(source))).collect();
            // One-hot columns differ in their width, not in what is done.
            let of_type = node.gives.split(' ').next().unwrap_or_default();
            format!("{}({}) {of_type}", node.op, from.join(","))
        })
        .collect()
}

fn described(nodes: &[GraphNode], content: Content) -> GraphBox {
    let n_operators = |members: &[usize]| {
        members
            .iter()
            .filter(|member| nodes[**member].kind == NodeKind::Operator)
            .count()
    };
    let (label, sub, kind) = match &content {
        Content::Node(node) => {
            let node = &nodes[*node];
            let label = if node.op.is_empty() { &node.name } else { &node.op };
            (label.clone(), node.gives.clone(), node.kind)
        }
        Content::Column { input, nodes: members } => {
            let name = nodes[*input].name.clone();
            (name, words::n_operators(n_operators(members)), NodeKind::Input)
        }
        Content::Stack { inputs, nodes: members } => {
            let first = inputs.first().map_or("", |input| &nodes[*input].name);
            let each = n_operators(members) / inputs.len().max(1);
            let label = words::and_more(first, inputs.len().saturating_sub(1));
            (label, words::each(each), NodeKind::Input)
        }
    };
    GraphBox {
        content,
        label,
        sub,
        kind,
    }
}

#[cfg(test)]
pub mod tests {
    use spec::graph::GraphSource;

    use super::*;

    /// `(operator or nothing, sources)`; the last node is the output.
    pub fn graph(nodes: &[(&str, &[u32])]) -> ModelGraph {
        let last = nodes.len() - 1;
        let node = |(place, (op, sources)): (usize, &(&str, &[u32]))| GraphNode {
            kind: match (sources.is_empty(), place == last) {
                (true, _) => NodeKind::Input,
                (false, true) => NodeKind::Output,
                _ => NodeKind::Operator,
            },
            op: if place == last { String::new() } else { (*op).to_owned() },
            name: format!("n{place}"),
            inputs: sources.iter().map(|source| GraphSource::Node(*source)).collect(),
            attributes: Vec::new(),
            gives: "double [batch, 1]".to_owned(),
        };
        ModelGraph {
            nodes: nodes.iter().enumerate().map(node).collect(),
            ..ModelGraph::default()
        }
    }

    /// Three columns, two of them treated alike, into one model.
    pub fn model() -> ModelGraph {
        graph(&[
            ("", &[]),
            ("", &[]),
            ("", &[]),
            ("IsInf", &[0]),
            ("Where", &[3, 0]),
            ("IsInf", &[1]),
            ("Where", &[5, 1]),
            ("LabelEncoder", &[2]),
            ("Equal", &[7]),
            ("Cast", &[8]),
            ("Sub", &[4]),
            ("Div", &[10]),
            ("Sub", &[6]),
            ("Div", &[12]),
            ("Concat", &[11, 13, 9]),
            ("Gemm", &[14]),
            ("", &[15]),
        ])
    }

    fn labels(picture: &Picture) -> Vec<&str> {
        picture.boxes.iter().map(|one| one.label.as_str()).collect()
    }

    #[test]
    fn columns_that_are_treated_alike_are_one_box() {
        let picture = picture(&model(), Detail::Alike, &BTreeMap::new());
        assert_eq!(labels(&picture), ["n0 +1", "n2", "Concat", "Gemm", "n16"]);
        assert_eq!(picture.edges, [(0, 2), (1, 2), (2, 3), (3, 4)]);
        assert_eq!(
            (picture.boxes[0].sub.as_str(), picture.boxes[1].sub.as_str()),
            ("4 operators each", "3 operators")
        );
    }

    #[test]
    fn stacks_and_columns_open_one_by_one() {
        let graph = model();
        assert_eq!(
            labels(&picture(&graph, Detail::Columns, &BTreeMap::new()))[..3],
            ["n0", "n1", "n2"]
        );
        let all = picture(&graph, Detail::Nodes, &BTreeMap::new());
        assert_eq!(all.boxes.len(), graph.nodes.len());
        assert_eq!(
            all.edges.len(),
            graph.nodes.iter().map(|node| node.sources().count()).sum::<usize>()
        );
        // One of the two leaves its stack.
        let opened = BTreeMap::from([(0, Detail::Nodes)]);
        let some = picture(&graph, Detail::Alike, &opened);
        assert_eq!(
            labels(&some),
            ["n0", "n1", "n2", "IsInf", "Where", "Sub", "Div", "Concat", "Gemm", "n16"]
        );
        for one in [&all, &some] {
            assert!(one.edges.iter().all(|(from, to)| from < to && *to < one.boxes.len()));
        }
    }

    #[test]
    fn every_node_is_in_one_box() {
        let graph = model();
        for detail in [Detail::Alike, Detail::Columns, Detail::Nodes] {
            let picture = picture(&graph, detail, &BTreeMap::new());
            let mut all: Vec<usize> = picture.boxes.iter().flat_map(|one| members(&one.content)).collect();
            all.sort_unstable();
            assert_eq!(all, (0..graph.nodes.len()).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_small_graph_is_shown_whole_and_an_empty_one_draws_nothing() {
        let small = graph(&[("", &[]), ("IsInf", &[0]), ("Where", &[1, 0]), ("", &[2])]);
        assert_eq!(picture(&small, Detail::Alike, &BTreeMap::new()).boxes.len(), 4);
        assert_eq!(
            picture(&ModelGraph::default(), Detail::Alike, &BTreeMap::new()),
            Picture::default()
        );
    }
}

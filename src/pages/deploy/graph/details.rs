//! What a box is, in words.

use spec::graph::{GraphNode, GraphSource, ModelGraph, NodeKind};
use spec::texts::ui::graph as words;

use super::collapse::{Content, GraphBox};
use crate::chart::plot::Twin;

/// Facts and lists of the chosen box.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Details {
    pub title: String,
    pub kind: &'static str,
    /// Name and value.
    pub facts: Vec<(String, String)>,
    pub list_title: &'static str,
    pub list: Vec<String>,
}

pub fn details(graph: &ModelGraph, of: &GraphBox) -> Details {
    match &of.content {
        Content::Node(node) => of_node(graph, &graph.nodes[*node]),
        Content::Column { input, nodes } => Details {
            title: of.label.clone(),
            kind: words::INPUT,
            facts: vec![(words::GIVES.to_owned(), graph.nodes[*input].gives.clone())],
            list_title: words::MEMBERS,
            list: nodes
                .iter()
                .map(|node| &graph.nodes[*node])
                .filter(|node| node.kind == NodeKind::Operator)
                .map(|node| format!("{} → {}", node.op, node.gives))
                .collect(),
        },
        Content::Stack { inputs, .. } => Details {
            title: of.label.clone(),
            kind: words::INPUT,
            facts: vec![(words::MEMBERS.to_owned(), of.sub.clone())],
            list_title: words::MEMBER_COLUMNS,
            list: inputs.iter().map(|input| graph.nodes[*input].name.clone()).collect(),
        },
    }
}

fn of_node(graph: &ModelGraph, node: &GraphNode) -> Details {
    let mut facts = vec![(words::NAME.to_owned(), node.name.clone())];
    if !node.gives.is_empty() {
        facts.push((words::GIVES.to_owned(), node.gives.clone()));
    }
    facts.extend(node.attributes.iter().cloned());
    Details {
        title: if node.op.is_empty() {
            node.name.clone()
        } else {
            node.op.clone()
        },
        kind: kind(node.kind),
        facts,
        list_title: words::TAKES,
        list: node.inputs.iter().map(|source| source_words(graph, source)).collect(),
    }
}

fn kind(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Input => words::INPUT,
        NodeKind::Operator => words::OPERATOR,
        NodeKind::Output => words::OUTPUT,
    }
}

fn source_words(graph: &ModelGraph, source: &GraphSource) -> String {
    match source {
        GraphSource::Constant(text) => format!("{} {text}", words::CONSTANT),
        GraphSource::Node(place) => graph.nodes.get(*place as usize).map_or_else(String::new, |node| {
            if node.op.is_empty() {
                node.name.clone()
            } else {
                format!("{} ({})", node.op, node.name)
            }
        }),
    }
}

/// Every node as a line, in the order that they run.
pub fn twin(graph: &ModelGraph) -> Twin {
    let row = |node: &GraphNode| {
        let takes: Vec<String> = node.inputs.iter().map(|source| source_words(graph, source)).collect();
        let attributes: Vec<String> = node
            .attributes
            .iter()
            .map(|(name, value)| format!("{name} {value}"))
            .collect();
        vec![
            if node.op.is_empty() {
                kind(node.kind).to_owned()
            } else {
                node.op.clone()
            },
            node.name.clone(),
            takes.join("; "),
            attributes.join("; "),
            node.gives.clone(),
        ]
    };
    Twin {
        headers: [words::OPERATOR, words::NAME, words::TAKES, words::ATTRIBUTES, words::GIVES]
            .map(str::to_owned)
            .to_vec(),
        rows: graph.nodes.iter().map(row).collect(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::pages::deploy::graph::collapse::{Detail, picture, tests::model};

    #[test]
    fn a_box_tells_what_it_holds() {
        let graph = model();
        let all = picture(&graph, Detail::Alike, &BTreeMap::new());
        let of = |at: usize| details(&graph, &all.boxes[at]);
        assert_eq!(
            (of(0).list_title, of(0).list),
            (words::MEMBER_COLUMNS, vec!["n0".to_owned(), "n1".to_owned()])
        );
        assert_eq!(of(1).list[0], "LabelEncoder → double [batch, 1]");
        let concat = of(2);
        assert_eq!((concat.title.as_str(), concat.kind), ("Concat", words::OPERATOR));
        assert_eq!(concat.list, ["Div (n11)", "Div (n13)", "Cast (n9)"]);
        assert_eq!(of(4).kind, words::OUTPUT);
        let twin = twin(&graph);
        assert_eq!(twin.rows.len(), graph.nodes.len());
        assert!(twin.rows.iter().all(|row| row.len() == twin.headers.len()));
    }
}

//! The graph that is drawn is the graph that leaves.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test helpers: a fault must stop the test")]

mod fixtures;

use deploy::graph;
use deploy::onnx::{self, Header, Source};
use spec::graph::{GraphSource, ModelGraph, NodeKind};

fn graphs(scaled: bool) -> Vec<(usize, ModelGraph)> {
    let recipe = fixtures::recipe(scaled);
    fixtures::models(recipe.features.len())
        .into_iter()
        .map(|(_, n_classes, model)| {
            let source = Source {
                recipe: &recipe,
                model: &model,
                classes: &fixtures::classes(n_classes),
                threshold: 0.4,
            };
            let bytes = onnx::write(&source, &Header::default()).unwrap();
            (n_classes, graph::read(&bytes).unwrap())
        })
        .collect()
}

#[test]
fn every_node_stands_after_what_it_takes_from_and_has_a_known_shape() {
    let recipe = fixtures::recipe(false);
    for (n_classes, graph) in graphs(false) {
        let n_inputs = graph.nodes.iter().filter(|node| node.kind == NodeKind::Input).count();
        assert_eq!(n_inputs, recipe.inputs.len());
        let ends: Vec<&str> = graph
            .nodes
            .iter()
            .filter(|node| node.kind == NodeKind::Output)
            .map(|node| node.name.as_str())
            .collect();
        assert_eq!(
            ends,
            if n_classes == 0 {
                vec!["prediction"]
            } else {
                vec!["label", "probabilities"]
            }
        );
        for (place, node) in graph.nodes.iter().enumerate() {
            assert!(node.sources().all(|source| source < place), "{}", node.name);
            assert!(node.gives.contains('['), "{} {} gives {:?}", node.op, node.name, node.gives);
            assert_eq!(node.kind == NodeKind::Operator, !node.op.is_empty());
        }
    }
}

#[test]
fn shapes_types_and_attributes_are_told_in_short() {
    let (_, graph) = graphs(false).into_iter().max_by_key(|(_, graph)| graph.nodes.len()).unwrap();
    let concat = graph.nodes.iter().rfind(|node| node.op == "Concat").unwrap();
    assert!(concat.gives.starts_with("double [batch, "), "{}", concat.gives);
    let cast = graph.nodes.iter().find(|node| node.op == "Cast").unwrap();
    assert!(cast.attributes.iter().any(|(name, to)| name == "to" && !to.is_empty()));
    let encoder = graph.nodes.iter().find(|node| node.op == "LabelEncoder").unwrap();
    assert_eq!(encoder.gives, "int64 [batch, 1]");
    let keys = &encoder.attributes.iter().find(|(name, _)| name == "keys_strings").unwrap().1;
    assert!(keys.contains("in all") || keys.contains('“'), "{keys}");
    let constants = graph.nodes.iter().flat_map(|node| &node.inputs);
    let constants: Vec<&String> = constants
        .filter_map(|source| match source {
            GraphSource::Constant(text) => Some(text),
            GraphSource::Node(_) => None,
        })
        .collect();
    assert!(constants.iter().all(|text| text.contains(": ")), "{constants:?}");
    assert!(
        constants.iter().any(|text| text.as_str() == "double []: NaN"),
        "{constants:?}"
    );
}

#[test]
fn bytes_that_are_no_model_are_refused() {
    assert_eq!(graph::read(b"\xff\xff").unwrap_err().message.code, "deploy.damaged");
}

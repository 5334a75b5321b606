//! A fitted model as nodes: from the matrix of features to probabilities or a prediction.

use spec::{Message, Outcome};
use train::{Aggregate, FittedModel, Linear, Link, Tree, TreeEnsemble};

use super::frame::constant_rows;
use super::graph::{GraphBuilder, Name, To, doubles, floats, int, integers, ints, string, strings, tensor};
use super::recipe::Prepared;

/// What the model gives, before the label.
pub enum Scores {
    /// f64, shape batch x `n_classes`, not yet rounded.
    Probabilities(Name),
    /// f32 already, as tree sums leave their operator; shape batch x `n_classes`.
    RoundedProbabilities(Name),
    /// f64, shape batch x 1.
    Values(Name),
}

/// Writes the model. `n_classes` is 0 for regression.
///
/// Errors: `deploy.model_shape` when the model does not have an output per class.
pub fn write(graph: &mut GraphBuilder, prepared: &Prepared, model: &FittedModel, n_classes: usize) -> Outcome<Scores> {
    let n_outputs = n_outputs(model);
    let expected = if n_classes == 0 { &[1][..] } else { &[n_classes, 1][..] };
    if !expected.contains(&n_outputs) || (n_outputs == 1 && n_classes > 2) {
        return Err(Message::new("deploy.model_shape")
            .with("n_outputs", n_outputs)
            .with("n_classes", n_classes)
            .into());
    }
    Ok(match model {
        FittedModel::Constant { values, is_class: _ } => {
            let row = graph.row(values);
            let rows = constant_rows(graph, &prepared.anchor, &row);
            scores(graph, rows, n_outputs, n_classes)
        }
        FittedModel::Linear(linear) => {
            let raw = gemm(graph, &prepared.features, linear);
            let linked = link(graph, &raw, linear.link);
            scores(graph, linked, n_outputs, n_classes)
        }
        FittedModel::Trees(ensemble) => {
            let sums = tree_sums(graph, prepared, ensemble);
            match ensemble.aggregate {
                Aggregate::Mean if n_classes == n_outputs => Scores::RoundedProbabilities(sums),
                Aggregate::Mean => {
                    let wide = graph.cast(&sums, To::Double);
                    scores(graph, wide, n_outputs, n_classes)
                }
                Aggregate::Boost(by) => {
                    let wide = graph.cast(&sums, To::Double);
                    let linked = link(graph, &wide, by);
                    scores(graph, linked, n_outputs, n_classes)
                }
            }
        }
    })
}

fn n_outputs(model: &FittedModel) -> usize {
    match model {
        FittedModel::Constant { values, .. } => values.len(),
        FittedModel::Linear(linear) => linear.intercepts.len(),
        FittedModel::Trees(ensemble) => ensemble.n_outputs,
    }
}

/// One output for two classes is the probability of class 1.
fn scores(graph: &mut GraphBuilder, values: Name, n_outputs: usize, n_classes: usize) -> Scores {
    match (n_classes, n_outputs) {
        (0, _) => Scores::Values(values),
        (2, 1) => {
            let one = graph.scalar(1.0);
            let rest = graph.node("Sub", &[&one, &values]);
            Scores::Probabilities(graph.concat(&[&rest, &values]))
        }
        _ => Scores::Probabilities(values),
    }
}

fn link(graph: &mut GraphBuilder, raw: &Name, link: Link) -> Name {
    match link {
        Link::Identity => raw.clone(),
        Link::Sigmoid => graph.node("Sigmoid", &[raw]),
        Link::Softmax => graph.node_with("Softmax", &[raw], vec![int("axis", 1)]),
    }
}

fn gemm(graph: &mut GraphBuilder, features: &Name, linear: &Linear) -> Name {
    let n_outputs = linear.intercepts.len();
    let n_features = linear.coefficients.first().map_or(0, Vec::len);
    // The matrix of features is one column of zeros when there is none.
    let width = n_features.max(1);
    let mut weights = vec![0.0; n_outputs * width];
    for (to, from) in weights.chunks_exact_mut(width).zip(&linear.coefficients) {
        to[..from.len()].copy_from_slice(from);
    }
    let weights = graph.constant(doubles(&[n_outputs, width], &weights));
    let intercepts = graph.constant(doubles(&[n_outputs], &linear.intercepts));
    graph.node_with("Gemm", &[features, &weights, &intercepts], vec![int("transB", 1)])
}

/// Sums of the leaves with the base, rounded to f32 by the operator; shape batch x `n_outputs`.
///
/// Only the `_as_tensor` attributes keep thresholds and sums in f64. The base is part of the first tree's leaves:
/// onnxruntime adds base values last, [`FittedModel::predict`] starts with them.
fn tree_sums(graph: &mut GraphBuilder, prepared: &Prepared, ensemble: &TreeEnsemble) -> Name {
    let n_outputs = ensemble.n_outputs;
    if ensemble.trees.is_empty() {
        let base: Vec<f32> = (0..n_outputs)
            .map(|k| ensemble.base.get(k).copied().unwrap_or(0.0) as f32)
            .collect();
        let row = graph.constant(floats(&[1, n_outputs], &base));
        return constant_rows(graph, &prepared.anchor, &row);
    }
    let mut nodes = TreeNodes::default();
    for (id, tree) in ensemble.trees.iter().enumerate() {
        nodes.push(id as i64, tree, if id == 0 { &ensemble.base } else { &[] }, n_outputs);
    }
    let attributes = vec![
        string("aggregate_function", "SUM"),
        int("n_targets", n_outputs as i64),
        string("post_transform", "NONE"),
        strings("nodes_modes", nodes.modes),
        ints("nodes_treeids", nodes.tree_ids),
        ints("nodes_nodeids", nodes.node_ids),
        ints("nodes_featureids", nodes.features),
        ints("nodes_truenodeids", nodes.lefts),
        ints("nodes_falsenodeids", nodes.rights),
        ints("nodes_missing_value_tracks_true", nodes.missing_left),
        tensor(
            "nodes_values_as_tensor",
            doubles(&[nodes.thresholds.len()], &nodes.thresholds),
        ),
        ints("target_treeids", nodes.target_tree_ids),
        ints("target_nodeids", nodes.target_node_ids),
        ints("target_ids", nodes.targets),
        tensor("target_weights_as_tensor", doubles(&[nodes.weights.len()], &nodes.weights)),
    ];
    graph.ml_node("TreeEnsembleRegressor", &[&prepared.features], attributes)
}

#[derive(Default)]
struct TreeNodes {
    tree_ids: Vec<i64>,
    node_ids: Vec<i64>,
    modes: Vec<Vec<u8>>,
    features: Vec<i64>,
    thresholds: Vec<f64>,
    lefts: Vec<i64>,
    rights: Vec<i64>,
    missing_left: Vec<i64>,
    target_tree_ids: Vec<i64>,
    target_node_ids: Vec<i64>,
    targets: Vec<i64>,
    weights: Vec<f64>,
}

impl TreeNodes {
    fn push(&mut self, id: i64, tree: &Tree, base: &[f64], n_outputs: usize) {
        for node in 0..tree.feature.len() {
            let is_leaf = tree.feature[node] == Tree::LEAF;
            self.tree_ids.push(id);
            self.node_ids.push(node as i64);
            self.modes
                .push(if is_leaf { b"LEAF".to_vec() } else { b"BRANCH_LEQ".to_vec() });
            self.features.push(if is_leaf { 0 } else { i64::from(tree.feature[node]) });
            self.thresholds.push(if is_leaf { 0.0 } else { tree.threshold[node] });
            self.lefts.push(if is_leaf { 0 } else { i64::from(tree.left[node]) });
            self.rights.push(if is_leaf { 0 } else { i64::from(tree.right[node]) });
            self.missing_left.push(i64::from(!is_leaf && tree.missing_left[node]));
            if is_leaf {
                let mut values = tree.value[node * n_outputs..(node + 1) * n_outputs].to_vec();
                values.iter_mut().zip(base).for_each(|(value, base)| *value += base);
                self.push_leaf(id, node, &values);
            }
        }
    }

    /// A weight of 0 adds nothing and is left out, but every leaf keeps at least one.
    fn push_leaf(&mut self, id: i64, node: usize, values: &[f64]) {
        let is_all_zero = values.iter().all(|&value| value == 0.0);
        for (target, &value) in values.iter().enumerate() {
            if value != 0.0 || (is_all_zero && target == 0) {
                self.target_tree_ids.push(id);
                self.target_node_ids.push(node as i64);
                self.targets.push(target as i64);
                self.weights.push(value);
            }
        }
    }
}

/// The label of every row, text, shape batch. `rounded` are the probabilities as they leave the model (f32).
///
/// Two classes: the second when its probability reaches the threshold. The comparison is made in f64, against the
/// smallest f64 that rounds to an f32 not below the threshold: so it gives what comparing the rounded probability
/// gives, without a second rounding inside the graph. More classes: the highest rounded probability, of several the
/// first.
pub fn label(graph: &mut GraphBuilder, scores: &Scores, rounded: &Name, classes: &[String], threshold: f64) -> Name {
    let names = graph.constant(super::graph::texts(classes));
    let index = if classes.len() == 2 {
        let wide = match scores {
            Scores::Probabilities(wide) | Scores::Values(wide) => wide.clone(),
            Scores::RoundedProbabilities(single) => graph.cast(single, To::Double),
        };
        let positive = graph.constant(integers(&[], &[1]));
        let probability = graph.node_with("Gather", &[&wide, &positive], vec![int("axis", 1)]);
        let least = graph.scalar(least_rounding_to(threshold));
        let reached = graph.node("GreaterOrEqual", &[&probability, &least]);
        graph.cast(&reached, To::Int64)
    } else {
        graph.node_with("ArgMax", &[rounded], vec![int("axis", 1), int("keepdims", 0)])
    };
    graph.node_with("Gather", &[&names, &index], vec![int("axis", 0)])
}

/// The smallest f64 `x` with `f64(f32(x)) >= threshold`, rounding half to even.
pub fn least_rounding_to(threshold: f64) -> f64 {
    let nearest = threshold as f32;
    let reached = if f64::from(nearest) >= threshold {
        nearest
    } else {
        nearest.next_up()
    };
    let below = reached.next_down();
    if !(reached.is_finite() && below.is_finite()) {
        return threshold;
    }
    let middle = (f64::from(reached) + f64::from(below)) / 2.0;
    if (middle as f32) >= reached {
        middle
    } else {
        middle.next_up()
    }
}

#[cfg(test)]
mod tests {
    use super::least_rounding_to;

    #[test]
    fn the_least_number_that_rounds_to_the_threshold() {
        for threshold in [
            0.5,
            0.3,
            0.0,
            1.0,
            0.123_456_789,
            1.000_000_1,
            f64::from(0.3f32),
            1e-40,
            f64::from(0.7f32.next_up()),
        ] {
            let least = least_rounding_to(threshold);
            assert!(f64::from(least as f32) >= threshold, "{threshold}");
            assert!(f64::from(least.next_down() as f32) < threshold, "{threshold}");
        }
    }
}

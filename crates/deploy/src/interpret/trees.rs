//! TreeEnsembleRegressor with double thresholds and weights.

use std::collections::BTreeMap;

use spec::Outcome;

use super::tensor::{Data, Tensor};
use super::{Attributes, Budget, damaged};

#[derive(Clone, Debug)]
pub struct Trees {
    nodes: Vec<Node>,
    /// Node index of each tree's root, in order.
    roots: Vec<usize>,
    /// Target and weight; a leaf has a run of them.
    weights: Vec<(usize, f64)>,
    n_targets: usize,
    n_features: usize,
}

#[derive(Clone, Copy, Debug)]
enum Node {
    Branch {
        feature: usize,
        threshold: f64,
        missing_left: bool,
        left: usize,
        right: usize,
    },
    Leaf {
        start: usize,
        end: usize,
    },
}

impl Trees {
    pub fn new(attributes: &Attributes<'_>) -> Outcome<Self> {
        if attributes.has("base_values_as_tensor")
            || attributes.text("aggregate_function")? != "SUM"
            || attributes.text("post_transform")? != "NONE"
        {
            return Err(damaged("trees with an unknown setting"));
        }
        let n_targets = attributes.size("n_targets")?;
        let tree_ids = attributes.ints("nodes_treeids")?;
        let n_nodes = tree_ids.len();
        let column = |name: &str| {
            let values = attributes.ints(name)?;
            if values.len() == n_nodes {
                Ok(values)
            } else {
                Err(damaged("tree attributes of different lengths"))
            }
        };
        let (node_ids, features) = (column("nodes_nodeids")?, column("nodes_featureids")?);
        let (lefts, rights) = (column("nodes_truenodeids")?, column("nodes_falsenodeids")?);
        let missing_left = column("nodes_missing_value_tracks_true")?;
        let modes = attributes.strings("nodes_modes")?;
        let thresholds = attributes.doubles("nodes_values_as_tensor")?;
        if modes.len() != n_nodes || thresholds.len() != n_nodes {
            return Err(damaged("tree attributes of different lengths"));
        }
        let mut places = BTreeMap::new();
        let mut roots = Vec::new();
        for at in 0..n_nodes {
            if places.insert((tree_ids[at], node_ids[at]), at).is_some() {
                return Err(damaged("a tree node appears twice"));
            }
            if at == 0 || tree_ids[at] != tree_ids[at - 1] {
                roots.push(at);
            }
        }
        let (weights, runs) = leaf_weights(attributes, &places, n_nodes, n_targets)?;
        let mut n_features = 0;
        let mut nodes = Vec::with_capacity(n_nodes);
        for at in 0..n_nodes {
            nodes.push(match modes[at].as_slice() {
                b"LEAF" => Node::Leaf {
                    start: runs[at].0,
                    end: runs[at].1,
                },
                b"BRANCH_LEQ" => {
                    let child = |id: i64| {
                        places
                            .get(&(tree_ids[at], id))
                            .copied()
                            .ok_or_else(|| damaged("a tree node has no child"))
                    };
                    let feature = usize::try_from(features[at]).map_err(|_| damaged("a tree node has no feature"))?;
                    n_features = n_features.max(feature.saturating_add(1));
                    Node::Branch {
                        feature,
                        threshold: thresholds[at],
                        missing_left: missing_left[at] != 0,
                        left: child(lefts[at])?,
                        right: child(rights[at])?,
                    }
                }
                _ => return Err(damaged("a tree node of an unknown mode")),
            });
        }
        let trees = Self {
            nodes,
            roots,
            weights,
            n_targets,
            n_features,
        };
        trees.check_shape()?;
        Ok(trees)
    }

    /// Every node is reached at most once: so a walk from a root ends.
    fn check_shape(&self) -> Outcome<()> {
        let mut seen = vec![false; self.nodes.len()];
        let mut open = self.roots.clone();
        while let Some(at) = open.pop() {
            if std::mem::replace(&mut seen[at], true) {
                return Err(damaged("a tree that is no tree"));
            }
            if let Node::Branch { left, right, .. } = self.nodes[at] {
                open.extend([left, right]);
            }
        }
        Ok(())
    }

    /// `float(sum of leaves in order of the trees)`, shape n x `n_targets`.
    pub fn run(&self, x: &Tensor, budget: &mut Budget) -> Outcome<Tensor> {
        let (n_rows, width) = x.matrix()?;
        if self.n_features > width {
            return Err(damaged("trees over more features than there are"));
        }
        let x = x.as_doubles()?;
        budget.spend(n_rows.saturating_mul(self.roots.len().saturating_add(self.n_targets)))?;
        let mut sums = vec![0.0; n_rows.saturating_mul(self.n_targets)];
        if self.n_targets == 0 {
            return Tensor::new(vec![n_rows, 0], Data::Float(Vec::new()));
        }
        for (row, sums) in sums.chunks_exact_mut(self.n_targets).enumerate() {
            let row = &x[row * width..(row + 1) * width];
            let mut n_steps = 0;
            for &root in &self.roots {
                let (start, end, depth) = self.leaf(root, row);
                n_steps += depth;
                for &(target, weight) in &self.weights[start..end] {
                    sums[target] += weight;
                }
            }
            budget.spend(n_steps)?;
        }
        Tensor::new(
            vec![n_rows, self.n_targets],
            Data::Float(sums.iter().map(|&sum| sum as f32).collect()),
        )
    }

    fn leaf(&self, root: usize, row: &[f64]) -> (usize, usize, usize) {
        let mut at = root;
        let mut depth = 0;
        loop {
            match self.nodes[at] {
                Node::Leaf { start, end } => return (start, end, depth),
                Node::Branch {
                    feature,
                    threshold,
                    missing_left,
                    left,
                    right,
                } => {
                    let x = row[feature];
                    at = if x <= threshold || (x.is_nan() && missing_left) {
                        left
                    } else {
                        right
                    };
                    depth += 1;
                }
            }
        }
    }
}

type Runs = Vec<(usize, usize)>;

/// Weights sorted by node (order kept within a node), and each node's run of them.
fn leaf_weights(
    attributes: &Attributes<'_>,
    places: &BTreeMap<(i64, i64), usize>,
    n_nodes: usize,
    n_targets: usize,
) -> Outcome<(Vec<(usize, f64)>, Runs)> {
    let (tree_ids, node_ids) = (attributes.ints("target_treeids")?, attributes.ints("target_nodeids")?);
    let (targets, values) = (
        attributes.ints("target_ids")?,
        attributes.doubles("target_weights_as_tensor")?,
    );
    let n = targets.len();
    if tree_ids.len() != n || node_ids.len() != n || values.len() != n {
        return Err(damaged("leaf attributes of different lengths"));
    }
    let mut entries = Vec::with_capacity(n);
    for at in 0..n {
        let node = *places
            .get(&(tree_ids[at], node_ids[at]))
            .ok_or_else(|| damaged("a leaf weight without a leaf"))?;
        let target = usize::try_from(targets[at]).ok().filter(|&target| target < n_targets);
        entries.push((
            node,
            target.ok_or_else(|| damaged("a leaf weight without a target"))?,
            values[at],
        ));
    }
    entries.sort_by_key(|entry| entry.0);
    let mut runs = vec![(0, 0); n_nodes];
    for (at, entry) in entries.iter().enumerate() {
        let run = &mut runs[entry.0];
        if run.1 == 0 {
            run.0 = at;
        }
        run.1 = at + 1;
    }
    Ok((entries.into_iter().map(|(_, target, value)| (target, value)).collect(), runs))
}

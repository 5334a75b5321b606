//! How much memory a fit will take, known before it begins.
//!
//! A tree keeps, for every node, where it splits and one value for each output: with hundreds of classes the values are
//! nearly all of it. How many nodes a tree comes to is bounded by rows and parameters; what it really comes to, the first
//! tree shows.

use spec::param::Checked;
use spec::{Algorithm, Task};

use crate::model::{Target, TrainSet};

/// Of one node without its values: feature, threshold, two children, the side of missing values, cover.
const NODE_BYTES: u64 = 29;
const VALUE_BYTES: u64 = 8;
/// Share of the rows that a bootstrap of as many draws holds at least once.
const IN_BAG: f64 = 0.64;

/// The size of a model to be, at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    pub n_trees: u64,
    /// Of one tree.
    pub n_nodes: u64,
    pub n_outputs: u64,
    /// Probabilities or values for all rows.
    pub prediction_bytes: u64,
}

impl Size {
    /// Of what the parameters allow for these rows.
    pub fn at_most(algorithm: Algorithm, params: &Checked, task: Task, set: &TrainSet<'_>) -> Self {
        let n_rows = set.features.n_rows as u64;
        let n_classes = match set.target {
            Target::Classes { n_classes, .. } => n_classes as u64,
            Target::Values(_) => 1,
        };
        let limit = |name: &str| params.integer(name).and_then(|n| u64::try_from(n).ok());
        let (n_trees, n_outputs) = match algorithm {
            Algorithm::DecisionTree => (1, n_classes),
            Algorithm::RandomForest => (limit("n_estimators").unwrap_or(1), n_classes),
            // A round has a tree for every class, and a tree one value a leaf.
            Algorithm::GradientBoosting => {
                let n_each = if task == Task::Multiclass { n_classes } else { 1 };
                (limit("max_iter").unwrap_or(1).saturating_mul(n_each), 1)
            }
            _ => (0, n_classes),
        };
        let draws = algorithm == Algorithm::RandomForest && params.flag("bootstrap");
        let n_distinct = if draws { (n_rows as f64 * IN_BAG) as u64 + 1 } else { n_rows };
        let by_rows = (n_distinct / limit("min_samples_leaf").unwrap_or(1).max(1)).max(1);
        let by_depth = limit("max_depth").and_then(|depth| 1u64.checked_shl(u32::try_from(depth).unwrap_or(u32::MAX)));
        let n_leaves = [limit("max_leaf_nodes"), by_depth]
            .into_iter()
            .flatten()
            .fold(by_rows, u64::min);
        Self {
            n_trees,
            n_nodes: 2 * n_leaves.max(1) - 1,
            n_outputs,
            prediction_bytes: n_rows.saturating_mul(n_classes).saturating_mul(VALUE_BYTES),
        }
    }

    pub fn tree_bytes(&self) -> u64 {
        self.n_nodes.saturating_mul(NODE_BYTES + VALUE_BYTES * self.n_outputs)
    }

    /// Model and predictions.
    pub fn n_bytes(&self) -> u64 {
        self.n_trees
            .saturating_mul(self.tree_bytes())
            .saturating_add(self.prediction_bytes)
    }

    /// The most trees that keep within so many bytes.
    pub fn trees_within(&self, n_bytes: u64) -> u64 {
        n_bytes.saturating_sub(self.prediction_bytes) / self.tree_bytes().max(1)
    }

    /// The depth up to which no tree can be larger than `n_bytes` allow for each; None when not even one split is.
    pub fn depth_within(&self, n_bytes: u64) -> Option<u32> {
        let each = n_bytes.saturating_sub(self.prediction_bytes) / self.n_trees.max(1);
        let n_nodes = each / (NODE_BYTES + VALUE_BYTES * self.n_outputs);
        (n_nodes.saturating_add(1) / 2).checked_ilog2().filter(|&depth| depth > 0)
    }
}

#[cfg(test)]
mod tests {
    use prepare::Features;
    use spec::{ParamValue, Params};

    use super::*;

    fn size(algorithm: Algorithm, n_rows: usize, n_classes: usize, params: &[(&str, i64)]) -> Size {
        let info = crate::catalogue()
            .into_iter()
            .find(|info| info.algorithm == algorithm)
            .unwrap();
        let given: Params = params
            .iter()
            .map(|(name, value)| ((*name).to_owned(), ParamValue::Integer(*value)))
            .collect();
        let features = Features {
            names: Vec::new(),
            columns: Vec::new(),
            n_rows,
        };
        let codes = Vec::new();
        let set = TrainSet {
            features: &features,
            target: Target::Classes {
                codes: &codes,
                n_classes,
            },
            weights: None,
        };
        let task = if n_classes > 2 { Task::Multiclass } else { Task::Binary };
        Size::at_most(algorithm, &Checked::new(&info.params, &given).unwrap(), task, &set)
    }

    #[test]
    fn a_forest_of_many_classes_is_known_to_be_large() {
        let forest = size(Algorithm::RandomForest, 20_000, 500, &[]);
        assert_eq!((forest.n_trees, forest.n_outputs), (100, 500));
        assert!(forest.n_bytes() > 9_000_000_000, "{forest:?}");
        assert!(size(Algorithm::RandomForest, 4_500, 2, &[]).n_bytes() < 50_000_000);
        assert!(size(Algorithm::GradientBoosting, 20_000, 500, &[]).n_bytes() < 400_000_000);
        assert!(size(Algorithm::LogisticRegression, 20_000, 500, &[]).n_bytes() < 100_000_000);
    }

    #[test]
    fn depth_and_leaves_bound_a_tree() {
        assert_eq!(size(Algorithm::RandomForest, 1_000_000, 2, &[("max_depth", 5)]).n_nodes, 63);
        assert_eq!(size(Algorithm::DecisionTree, 1_000, 3, &[]).n_nodes, 1_999);
        assert_eq!(size(Algorithm::DecisionTree, 1_000, 3, &[("max_depth", 90)]).n_nodes, 1_999);
        assert_eq!(
            size(Algorithm::DecisionTree, 1_000, 3, &[("min_samples_leaf", 10)]).n_nodes,
            199
        );
        assert_eq!(
            size(Algorithm::GradientBoosting, 1_000_000, 2, &[("max_leaf_nodes", 31)]).n_nodes,
            61
        );
    }

    #[test]
    fn what_fits_is_within_and_what_is_next_is_not() {
        let forest = size(Algorithm::RandomForest, 20_000, 500, &[]);
        for n_bytes in [1 << 20, 200 << 20, 500 << 20, 2 << 30, 20 << 30] {
            let n_trees = forest.trees_within(n_bytes);
            assert!(n_trees == 0 || Size { n_trees, ..forest }.n_bytes() <= n_bytes);
            assert!(
                Size {
                    n_trees: n_trees + 1,
                    ..forest
                }
                .n_bytes()
                    > n_bytes
            );
            if let Some(depth) = forest.depth_within(n_bytes) {
                let n_nodes = (2 << depth) - 1;
                assert!(Size { n_nodes, ..forest }.n_bytes() <= n_bytes, "{depth}");
            }
        }
    }
}

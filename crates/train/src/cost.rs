//! What a fit costs, roughly: seconds on one core of a usual computer. It says how long a bar is and how much time is
//! left; no result depends on it.
//!
//! Each formula counts what the estimator's inner loops touch; the constants were measured on the samples.

use math::float;
use spec::{Algorithm, ParamValue, Params, Task};

/// The size of a training set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Size {
    pub n_rows: f64,
    pub n_features: f64,
    /// Classes; 1 for a number.
    pub n_classes: f64,
}

/// Seconds of one fit.
pub fn fit_secs(algorithm: Algorithm, params: &Params, task: Task, size: Size) -> f64 {
    let Size { n_rows, n_features, .. } = size;
    let cells = n_rows * n_features;
    // One score for two classes, one a class for more.
    let n_scores = if size.n_classes > 2.0 { size.n_classes } else { 1.0 };
    let n_trees = number(params, "n_estimators", 100.0);
    match algorithm {
        Algorithm::Baseline => 1e-8 * n_rows,
        Algorithm::LinearRegression | Algorithm::Ridge => 1e-8 * cells + 1e-9 * cells * n_features,
        Algorithm::LogisticRegression => 100.0 * 4.5e-9 * cells * n_scores,
        Algorithm::DecisionTree => 3e-8 * cells * depth(params, size),
        Algorithm::RandomForest => {
            let tried = tried(params, task, n_features);
            // Numbers are told apart to the last row, classes are pure before.
            let nodes_per_row = if task == Task::Regression { 2.0 } else { 0.5 };
            let n_nodes = nodes_per_row * n_rows / number(params, "min_samples_leaf", 1.0).max(1.0);
            n_trees * (8e-9 * n_rows * tried * depth(params, size) + 2.5e-7 * n_nodes * tried)
        }
        Algorithm::GradientBoosting => {
            let n_leaves = number(params, "max_leaf_nodes", 31.0).min(n_rows / number(params, "min_samples_leaf", 20.0).max(1.0));
            let levels = float::log2(n_leaves.max(2.0));
            let n_bins = number(params, "max_bins", 255.0).min(n_rows);
            let round = 8e-9 * cells * levels + 3e-9 * n_leaves * n_features * n_bins + 1.5e-8 * n_rows;
            1e-8 * cells * float::log2(n_rows.max(2.0)) + number(params, "max_iter", 100.0) * n_scores * round
        }
    }
}

/// Seconds of predicting `n_rows` rows.
pub fn predict_secs(algorithm: Algorithm, params: &Params, size: Size, n_rows: f64) -> f64 {
    let n_scores = if size.n_classes > 2.0 { size.n_classes } else { 1.0 };
    let per_row = match algorithm {
        Algorithm::Baseline => 1e-8,
        Algorithm::LinearRegression | Algorithm::Ridge | Algorithm::LogisticRegression => 2e-9 * size.n_features * n_scores,
        Algorithm::DecisionTree => 4e-9 * depth(params, size),
        Algorithm::RandomForest => 4e-9 * depth(params, size) * number(params, "n_estimators", 100.0),
        Algorithm::GradientBoosting => 1.5e-8 * number(params, "max_iter", 100.0) * n_scores,
    };
    per_row * n_rows
}

/// Questions to a usual leaf of a tree that grows to the end.
fn depth(params: &Params, size: Size) -> f64 {
    let leaf = number(params, "min_samples_leaf", 1.0).max(1.0);
    let grown = 1.3 * float::log2((size.n_rows / leaf).max(2.0));
    number(params, "max_depth", grown).min(grown).max(1.0)
}

/// Features that a forest tries per split.
fn tried(params: &Params, task: Task, n_features: f64) -> f64 {
    let rule = match params.get("max_features") {
        Some(ParamValue::Choice(rule)) => rule.as_str(),
        _ => "auto",
    };
    crate::tree::forest::max_features(rule, task, n_features as usize) as f64
}

fn number(params: &Params, name: &str, unset: f64) -> f64 {
    params.get(name).and_then(ParamValue::as_f64).unwrap_or(unset)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: Size = Size {
        n_rows: 4000.0,
        n_features: 20.0,
        n_classes: 2.0,
    };

    #[test]
    fn more_work_costs_more() {
        for algorithm in Algorithm::ALL {
            let cost = |size| fit_secs(algorithm, &Params::new(), Task::Binary, size);
            let twice = Size { n_rows: 8000.0, ..SIZE };
            assert!(cost(SIZE) > 0.0 && cost(twice) > cost(SIZE), "{algorithm:?}");
            assert!(predict_secs(algorithm, &Params::new(), SIZE, 100.0) > 0.0);
        }
        let rounds = |n| {
            let params = Params::from([("max_iter".to_owned(), ParamValue::Integer(n))]);
            fit_secs(Algorithm::GradientBoosting, &params, Task::Binary, SIZE)
        };
        assert!(rounds(200) > 1.8 * rounds(100));
        let classes = Size { n_classes: 10.0, ..SIZE };
        let boosting = |size| fit_secs(Algorithm::GradientBoosting, &Params::new(), Task::Multiclass, size);
        assert!(boosting(classes) > 8.0 * boosting(SIZE), "a tree a class");
    }
}

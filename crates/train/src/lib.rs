//! Estimators: one list, one shape. Unfitted things have no `predict`.

mod baseline;
mod catalogue;
mod check;
pub mod cost;
mod linear;
pub mod memory;
mod model;
mod pipeline;
mod predict;
pub mod search;
mod tree;

pub use catalogue::catalogue;
pub use model::{Aggregate, FittedModel, Linear, Link, Predictions, Target, TrainSet, Tree, TreeEnsemble};
pub use pipeline::FittedPipeline;
use spec::param::Checked;
use spec::{Algorithm, Observer, Outcome, Task};

/// A forest in ranges of trees, for workers side by side.
pub mod forest {
    pub use crate::tree::forest::{grow, merge};
}

/// Fits one estimator of the [`catalogue`]; `params` are checked against its specs. The same input and seed give the
/// same bits.
///
/// Errors: `train.*` for rows, targets, weights and features that it cannot learn from; the observer's.
pub fn fit(
    algorithm: Algorithm,
    params: &Checked,
    task: Task,
    set: &TrainSet<'_>,
    seed: u64,
    observer: &mut dyn Observer,
) -> Outcome<FittedModel> {
    Ok(match algorithm {
        Algorithm::Baseline => baseline::fit(task, set)?,
        Algorithm::LogisticRegression => FittedModel::Linear(linear::logistic::fit(params, task, set, observer)?),
        Algorithm::LinearRegression => FittedModel::Linear(linear::least_squares::fit(0.0, task, set, observer)?),
        Algorithm::Ridge => FittedModel::Linear(linear::least_squares::fit(params.real("alpha"), task, set, observer)?),
        Algorithm::DecisionTree => FittedModel::Trees(tree::forest::tree(params, task, set, seed, observer)?),
        Algorithm::RandomForest => {
            let all = 0..params.count("n_estimators");
            FittedModel::Trees(tree::forest::grow(all, params, task, set, seed, observer)?)
        }
        Algorithm::GradientBoosting => FittedModel::Trees(tree::boosting::fit(params, task, set, seed, observer)?),
    })
}

//! Estimators: one list, one shape. Unfitted things have no `predict`.

mod model;
mod pipeline;
mod predict;

pub use model::{Aggregate, FittedModel, Linear, Link, Predictions, Target, TrainSet, Tree, TreeEnsemble};
pub use pipeline::FittedPipeline;

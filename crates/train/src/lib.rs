//! Estimators: one list, one shape. Unfitted things have no `predict`.

mod model;

pub use model::{Aggregate, FittedModel, Linear, Link, Predictions, Target, TrainSet, Tree, TreeEnsemble};

//! What goes into a fit and what comes out.

use prepare::Features;
use serde::{Deserialize, Serialize};

/// Truth per row.
#[derive(Clone, Copy, Debug)]
pub enum Target<'a> {
    /// Codes `0..n_classes`; binary tasks have the positive class as code 1.
    Classes {
        codes: &'a [u32],
        n_classes: usize,
    },
    Values(&'a [f64]),
}

/// Training rows. `weights` are per row, non-negative; None weighs all rows 1.
#[derive(Clone, Copy, Debug)]
pub struct TrainSet<'a> {
    pub features: &'a Features,
    pub target: Target<'a>,
    pub weights: Option<&'a [f64]>,
}

/// Before the rounding to f32 that every probability and every tree model's value goes through when it leaves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Predictions {
    /// Row-major, shape `n_rows` x `n_classes`.
    Probabilities {
        n_classes: usize,
        values: Vec<f64>,
    },
    Values(Vec<f64>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Link {
    /// The score is the value.
    Identity,
    /// One score per row, of class 1: p = sigmoid(score).
    Sigmoid,
    /// One score per class.
    Softmax,
}

/// `score_k = intercept_k + sum_j coefficient_kj * x_j`, in f64, summed in the order of j.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Linear {
    /// One row per output: 1 for regression and binary, `n_classes` for multinomial.
    pub coefficients: Vec<Vec<f64>>,
    pub intercepts: Vec<f64>,
    pub link: Link,
}

/// Flat arrays, root first. A node with `feature[i] == LEAF` is a leaf.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tree {
    pub feature: Vec<u32>,
    /// Left when `f64(x) <= threshold`.
    pub threshold: Vec<f64>,
    pub missing_left: Vec<bool>,
    pub left: Vec<u32>,
    pub right: Vec<u32>,
    /// Row-major, nodes x `n_outputs`: leaf values, 0 elsewhere.
    pub value: Vec<f64>,
    /// Training rows (or weight) that reached the node.
    pub cover: Vec<f64>,
}

impl Tree {
    pub const LEAF: u32 = u32::MAX;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Aggregate {
    /// Leaf values already divided by the number of trees: the sum is the mean. Class fractions or means.
    Mean,
    /// `base + sum`, rounded once to f32, then the link.
    Boost(Link),
}

/// Sums go over the trees in order, in f64, and are rounded once to f32: as ONNX's TreeEnsembleRegressor does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TreeEnsemble {
    pub trees: Vec<Tree>,
    /// Classes for `Mean` and `Softmax`, else 1.
    pub n_outputs: usize,
    pub base: Vec<f64>,
    pub aggregate: Aggregate,
    pub n_features: usize,
}

/// A model that has learned. Only a fit makes one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FittedModel {
    /// Class fractions of the training rows, or their mean.
    Constant {
        values: Vec<f64>,
        is_class: bool,
    },
    Linear(Linear),
    Trees(TreeEnsemble),
}

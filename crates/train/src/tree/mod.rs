//! Decision trees by one engine of integer histograms.
//!
//! A histogram cell holds the sum of gradients and, packed, the sum of hessians (or weights) and the number of rows: all
//! integers, so that neither the order of rows nor the number of workers changes a tree. Split gain is the reduction of
//! `sum_channels g^2 / (h + lambda)`: with g the weight of a class per channel this is Gini impurity, with g the target
//! variance, with gradients and hessians the second-order gain of boosting.
//! Friedman: Greedy function approximation (2001); Breiman: Random forests (2001); Ke et al.: LightGBM (2017).
//!
//! Not here: categorical splits, monotone constraints, entropy.

pub mod bins;
pub mod boosting;
pub mod forest;
pub mod grow;
mod pack;

//! Models of one weighted sum: least squares, ridge, logistic.

pub mod lbfgs;
pub mod least_squares;
pub mod logistic;

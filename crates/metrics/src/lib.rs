//! Scores, curves and intervals, by scikit-learn's definitions.
//!
//! What is not defined on the rows at hand (one class only, nothing flagged, a constant truth) is `None`: never 0 or NaN
//! in silence. Where scikit-learn answers such a case with a number and a warning, the function's comment says so.
//! No figure depends on the order of the rows, apart from the last bits of sums.

pub mod classification;
pub mod curve;
pub mod interval;
pub mod ranking;
pub mod regression;
mod scorer;

use spec::Metric;

pub use scorer::{Counts, Scorer};

/// What really was, per row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Truth<'a> {
    /// Codes `0..n_classes`; with two classes, code 1 is the positive one.
    Classes {
        codes: &'a [u32],
        n_classes: usize,
    },
    Values(&'a [f64]),
}

impl Truth<'_> {
    pub fn n_rows(&self) -> usize {
        match self {
            Self::Classes { codes, .. } => codes.len(),
            Self::Values(values) => values.len(),
        }
    }
}

/// What the model says, per row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Predicted<'a> {
    /// Row-major, shape rows x `n_classes`, as they leave the model (rounded once to f32). `threshold` decides the
    /// label with two classes: the positive one when `p >= threshold` (None: 0.5). With more, the label is the class of
    /// the highest probability, of several the first.
    Probabilities {
        values: &'a [f64],
        n_classes: usize,
        threshold: Option<f64>,
    },
    Values(&'a [f64]),
}

impl Predicted<'_> {
    pub fn n_rows(&self) -> usize {
        match self {
            Self::Probabilities { values, n_classes, .. } => values.len() / (*n_classes).max(1),
            Self::Values(values) => values.len(),
        }
    }
}

/// One figure. With two classes precision, recall and F1 are those of the positive class; with more, precision, recall,
/// F1, ROC AUC and average precision are macro averages, one class against the rest.
///
/// None: not defined on these rows, a metric of another task, or shapes that do not fit. `adjusted_r2` needs the number
/// of features and is None here; see [`score_with`].
pub fn score(metric: Metric, truth: &Truth, predicted: &Predicted) -> Option<f64> {
    score_with(metric, truth, predicted, None)
}

/// [`score`], with the number of features that `adjusted_r2` asks for.
pub fn score_with(metric: Metric, truth: &Truth, predicted: &Predicted, n_features: Option<usize>) -> Option<f64> {
    Scorer::new(&[metric], truth, predicted, n_features)
        .score(None)
        .first()
        .copied()
        .flatten()
}

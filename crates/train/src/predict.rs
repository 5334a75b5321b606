//! Predictions, by the arithmetic of the exported graph: sums in f64 in a fixed order, rounded where ONNX rounds.

use math::float;
use prepare::Features;

use crate::{Aggregate, FittedModel, Linear, Link, Predictions, Tree, TreeEnsemble};

/// Rows that go through all trees together, so that their features stay in the cache.
const BLOCK: usize = 512;

impl FittedModel {
    /// Probabilities are not rounded yet; see [`Predictions::rounded`].
    pub fn predict(&self, features: &Features) -> Predictions {
        match self {
            Self::Constant { values, is_class: true } => {
                Predictions::Probabilities { n_classes: values.len(), values: values.repeat(features.n_rows) }
            }
            Self::Constant { values, is_class: false } => Predictions::Values(values.repeat(features.n_rows)),
            Self::Linear(linear) => linear.predict(features),
            Self::Trees(trees) => trees.predict(features),
        }
    }
}

impl Predictions {
    pub fn n_rows(&self) -> usize {
        match self {
            Self::Probabilities { n_classes, values } => values.len() / (*n_classes).max(1),
            Self::Values(values) => values.len(),
        }
    }

    /// Probabilities rounded once to f32, as the exported model gives them; values stay as they are.
    pub fn rounded(self) -> Self {
        match self {
            Self::Probabilities { n_classes, values } => {
                Self::Probabilities { n_classes, values: values.into_iter().map(|p| f64::from(p as f32)).collect() }
            }
            values => values,
        }
    }
}

impl Linear {
    fn predict(&self, features: &Features) -> Predictions {
        let n_outputs = self.coefficients.len();
        let mut scores = vec![0.0; features.n_rows * n_outputs];
        for (output, (coefficients, intercept)) in self.coefficients.iter().zip(&self.intercepts).enumerate() {
            for row in 0..features.n_rows {
                let mut sum = 0.0;
                for (coefficient, column) in coefficients.iter().zip(&features.columns) {
                    sum += coefficient * f64::from(column[row]);
                }
                scores[row * n_outputs + output] = sum + intercept;
            }
        }
        linked(scores, n_outputs, self.link)
    }
}

impl TreeEnsemble {
    fn predict(&self, features: &Features) -> Predictions {
        let n_outputs = self.n_outputs;
        let mut sums = vec![0.0; features.n_rows * n_outputs];
        for start in (0..features.n_rows).step_by(BLOCK) {
            let end = (start + BLOCK).min(features.n_rows);
            for row in start..end {
                sums[row * n_outputs..(row + 1) * n_outputs].copy_from_slice(&self.base);
            }
            for tree in &self.trees {
                for row in start..end {
                    let leaf = tree.leaf(features, row) * n_outputs;
                    let values = &tree.value[leaf..leaf + n_outputs];
                    for (sum, value) in sums[row * n_outputs..(row + 1) * n_outputs].iter_mut().zip(values) {
                        *sum += value;
                    }
                }
            }
        }
        // TreeEnsembleRegressor sums in f64 and gives f32.
        for sum in &mut sums {
            *sum = f64::from(*sum as f32);
        }
        match self.aggregate {
            Aggregate::Mean if n_outputs > 1 => Predictions::Probabilities { n_classes: n_outputs, values: sums },
            Aggregate::Mean => Predictions::Values(sums),
            Aggregate::Boost(link) => linked(sums, n_outputs, link),
        }
    }
}

impl Tree {
    /// The index of the leaf that a row ends in.
    pub fn leaf(&self, features: &Features, row: usize) -> usize {
        let mut node = 0;
        while self.feature[node] != Self::LEAF {
            let x = features.columns[self.feature[node] as usize][row];
            let goes_left = if x.is_nan() { self.missing_left[node] } else { f64::from(x) <= self.threshold[node] };
            node = if goes_left { self.left[node] } else { self.right[node] } as usize;
        }
        node
    }
}

/// Scores through the link; row-major.
fn linked(mut scores: Vec<f64>, n_outputs: usize, link: Link) -> Predictions {
    match link {
        Link::Identity => Predictions::Values(scores),
        Link::Sigmoid => {
            let values = scores.iter().flat_map(|&score| {
                let p = float::sigmoid(score);
                [1.0 - p, p]
            });
            Predictions::Probabilities { n_classes: 2, values: values.collect() }
        }
        Link::Softmax => {
            for row in scores.chunks_exact_mut(n_outputs.max(1)) {
                float::softmax(row);
            }
            Predictions::Probabilities { n_classes: n_outputs, values: scores }
        }
    }
}

//! From features to predictions, in the exported model's order of operations.

use math::float;
use prepare::Features;

use crate::model::{Aggregate, FittedModel, Linear, Link, Predictions, Tree, TreeEnsemble};

/// Rows that go through all trees together, row-major, so that they stay in the cache.
const BLOCK_ROWS: usize = 256;

impl FittedModel {
    /// One prediction per row; a row's does not depend on the others. Features are those of the fit, in their order;
    /// missing values make a linear model's prediction NaN.
    pub fn predict(&self, features: &Features) -> Predictions {
        match self {
            Self::Constant { values, is_class: true } => Predictions::Probabilities {
                n_classes: values.len(),
                values: std::iter::repeat_n(values, features.n_rows).flatten().copied().collect(),
            },
            Self::Constant { values, is_class: false } => {
                Predictions::Values(vec![values.first().copied().unwrap_or(f64::NAN); features.n_rows])
            }
            Self::Linear(linear) => linear.predict(features),
            Self::Trees(trees) => trees.predict(features),
        }
    }

    /// Size of the model in memory and, nearly, in a file.
    pub fn n_bytes(&self) -> usize {
        match self {
            Self::Constant { values, .. } => 8 * values.len(),
            Self::Linear(linear) => 8 * (linear.intercepts.len() + linear.coefficients.iter().map(Vec::len).sum::<usize>()),
            Self::Trees(trees) => trees
                .trees
                .iter()
                .map(|tree| 29 * tree.feature.len() + 8 * tree.value.len())
                .sum(),
        }
    }
}

impl Predictions {
    /// Every probability rounded once to f32: what leaves the program. Values stay as they are (a tree model's are f32
    /// values already).
    pub fn rounded(self) -> Self {
        match self {
            Self::Probabilities { n_classes, values } => Self::Probabilities {
                n_classes,
                values: values.into_iter().map(|p| f64::from(p as f32)).collect(),
            },
            values @ Self::Values(_) => values,
        }
    }

    pub fn n_rows(&self) -> usize {
        match self {
            Self::Probabilities { n_classes, values } => values.len() / (*n_classes).max(1),
            Self::Values(values) => values.len(),
        }
    }

    /// The predicted class per row; None for values. Binary: class 1 when `p1 >= threshold`; else the most probable
    /// class, of several the first. To be asked of probabilities before they are rounded.
    pub fn labels(&self, threshold: Option<f64>) -> Option<Vec<u32>> {
        let Self::Probabilities { n_classes, values } = self else {
            return None;
        };
        let label = |p: &[f64]| match (threshold, p) {
            (Some(threshold), [_, positive]) => u32::from(*positive >= threshold),
            _ => (0..p.len()).fold(0, |best, k| if p[k] > p[best] { k } else { best }) as u32,
        };
        Some(values.chunks_exact((*n_classes).max(1)).map(label).collect())
    }
}

impl Linear {
    fn predict(&self, features: &Features) -> Predictions {
        let n = features.n_rows;
        let n_scores = self.intercepts.len();
        let mut scores = vec![0.0; n * n_scores];
        for (k, (coefficients, intercept)) in self.coefficients.iter().zip(&self.intercepts).enumerate() {
            let mut sums = vec![0.0; n];
            for (coefficient, column) in coefficients.iter().zip(&features.columns) {
                for (sum, x) in sums.iter_mut().zip(column) {
                    *sum += coefficient * f64::from(*x);
                }
            }
            for (row, sum) in sums.into_iter().enumerate() {
                scores[row * n_scores + k] = sum + intercept;
            }
        }
        link(self.link, scores, n_scores)
    }
}

fn link(link: Link, mut scores: Vec<f64>, n_scores: usize) -> Predictions {
    match link {
        Link::Identity => Predictions::Values(scores),
        Link::Sigmoid => Predictions::Probabilities {
            n_classes: 2,
            values: scores
                .into_iter()
                .flat_map(|score| {
                    let p = float::sigmoid(score);
                    [1.0 - p, p]
                })
                .collect(),
        },
        Link::Softmax => {
            scores.chunks_exact_mut(n_scores.max(1)).for_each(float::softmax);
            Predictions::Probabilities {
                n_classes: n_scores,
                values: scores,
            }
        }
    }
}

impl Tree {
    /// The leaf that a row with these feature values reaches.
    #[inline]
    pub fn leaf(&self, value: impl Fn(usize) -> f32) -> usize {
        let mut node = 0;
        while self.feature[node] != Self::LEAF {
            let x = value(self.feature[node] as usize);
            let left = if x.is_nan() {
                self.missing_left[node]
            } else {
                f64::from(x) <= self.threshold[node]
            };
            node = if left { self.left[node] } else { self.right[node] } as usize;
        }
        node
    }
}

impl TreeEnsemble {
    fn predict(&self, features: &Features) -> Predictions {
        let (n, n_outputs, width) = (features.n_rows, self.n_outputs, self.n_features);
        let mut sums = vec![0.0; n * n_outputs];
        let mut block = vec![0.0; BLOCK_ROWS * width];
        for start in (0..n).step_by(BLOCK_ROWS) {
            let end = (start + BLOCK_ROWS).min(n);
            for (j, column) in features.columns.iter().take(width).enumerate() {
                for (slot, x) in column[start..end].iter().enumerate() {
                    block[slot * width + j] = *x;
                }
            }
            for tree in &self.trees {
                for (row, sums) in sums[start * n_outputs..end * n_outputs]
                    .chunks_exact_mut(n_outputs)
                    .enumerate()
                {
                    let x = &block[row * width..(row + 1) * width];
                    let leaf = tree.leaf(|feature| x[feature]);
                    for (sum, value) in sums.iter_mut().zip(&tree.value[leaf * n_outputs..]) {
                        *sum += value;
                    }
                }
            }
        }
        for sums in sums.chunks_exact_mut(n_outputs) {
            for (sum, base) in sums.iter_mut().zip(&self.base) {
                *sum = f64::from((base + *sum) as f32);
            }
        }
        match self.aggregate {
            Aggregate::Mean if n_outputs > 1 => Predictions::Probabilities {
                n_classes: n_outputs,
                values: sums,
            },
            Aggregate::Mean => Predictions::Values(sums),
            Aggregate::Boost(of) => link(of, sums, n_outputs),
        }
    }
}

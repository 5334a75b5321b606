//! Logistic regression, binary and multinomial, with an L2 penalty on all but the intercepts: minimises
//! `C sum_i w_i loss_i + |beta|^2 / 2`, scikit-learn's objective.
//!
//! L-BFGS runs on centred and scaled features with the penalty scaled back, so that the optimum is that of the features
//! as they are. One evaluation costs n p K. Does badly where classes separate perfectly and C is huge: coefficients grow
//! until `max_iter`. Not here: L1.

use math::float;
use prepare::Features;
use spec::param::Checked;
use spec::{Message, Observer, Outcome, Task};

use super::lbfgs::minimise;
use crate::check::{Needs, check};
use crate::model::{Linear, Link, Target, TrainSet};

/// Rows that are worked on together: their scores stay in the cache.
const BLOCK_ROWS: usize = 512;
/// Score of a class that no training row has.
const ABSENT_SCORE: f64 = -1e6;

/// Errors: those of [`check`], `train.not_finite`, cancelled.
pub fn fit(params: &Checked, task: Task, set: &TrainSet<'_>, observer: &mut dyn Observer) -> Outcome<Linear> {
    check(task, set, Needs::Complete)?;
    let Target::Classes { codes, n_classes } = set.target else {
        return Err(Message::new("train.target_task").into());
    };
    let weights = set.row_weights(params.choice("class_weight") == "balanced");
    let total: f64 = weights.iter().sum();
    let scaling = Scaling::new(set.features, &weights, total);
    let n_features = set.features.n_features();
    // Classes that occur are fitted, as if there were no others.
    let mut present = vec![false; n_classes];
    for (code, weight) in codes.iter().zip(&weights) {
        present[*code as usize] |= *weight > 0.0;
    }
    let fitted: Vec<usize> = (0..n_classes).filter(|k| present[*k]).collect();
    let n_scores = if n_classes == 2 { 1 } else { fitted.len() };
    let position: Vec<usize> = (0..n_classes)
        .map(|k| fitted.iter().position(|fitted| *fitted == k).unwrap_or(0))
        .collect();
    let problem = Problem {
        features: set.features,
        positions: codes.iter().map(|code| position[*code as usize] as u32).collect(),
        weights: &weights,
        total,
        scaling: &scaling,
        n_scores,
        penalty: 1.0 / (params.real("C") * total),
    };
    let mut x = vec![0.0; n_scores * (n_features + 1)];
    let mut objective = |x: &[f64], gradient: &mut [f64]| problem.value(x, gradient);
    minimise(&mut x, params.count("max_iter"), params.real("tol"), &mut objective, observer)?;
    observer.tick(1.0)?;
    let mut linear = Linear {
        coefficients: Vec::new(),
        intercepts: Vec::new(),
        link: Link::Sigmoid,
    };
    for x in x.chunks_exact(n_features + 1) {
        let coefficients: Vec<f64> = x.iter().zip(&scaling.scale).map(|(x, scale)| x / scale).collect();
        linear
            .intercepts
            .push(x[n_features] - math::sum::dot(&coefficients, &scaling.center));
        linear.coefficients.push(coefficients);
    }
    if n_classes > 2 {
        let mut all = Linear {
            coefficients: Vec::new(),
            intercepts: Vec::new(),
            link: Link::Softmax,
        };
        for (k, present) in present.iter().enumerate() {
            all.coefficients.push(if *present {
                linear.coefficients[position[k]].clone()
            } else {
                vec![0.0; n_features]
            });
            all.intercepts.push(if *present {
                linear.intercepts[position[k]]
            } else {
                ABSENT_SCORE
            });
        }
        linear = all;
    }
    if !linear
        .intercepts
        .iter()
        .chain(linear.coefficients.iter().flatten())
        .all(|x| x.is_finite())
    {
        return Err(Message::new("train.not_finite").into());
    }
    Ok(linear)
}

/// `(x - center) / scale`; scale is 1 where a column is constant.
struct Scaling {
    center: Vec<f64>,
    scale: Vec<f64>,
}

impl Scaling {
    fn new(features: &Features, weights: &[f64], total: f64) -> Self {
        let mean = |terms: &mut dyn Iterator<Item = f64>| terms.collect::<math::sum::Sum>().value() / total;
        let mut scaling = Self {
            center: Vec::new(),
            scale: Vec::new(),
        };
        for column in &features.columns {
            let center = mean(&mut column.iter().zip(weights).map(|(x, w)| f64::from(*x) * w));
            let variance = mean(&mut column.iter().zip(weights).map(|(x, w)| {
                let deviation = f64::from(*x) - center;
                deviation * deviation * w
            }));
            let scale = variance.sqrt();
            scaling.center.push(center);
            // Below this a constant column's deviations are rounding.
            scaling.scale.push(if scale > 1e-12 * center.abs() { scale } else { 1.0 });
        }
        scaling
    }
}

struct Problem<'a> {
    features: &'a Features,
    /// Class per row among those fitted.
    positions: Vec<u32>,
    weights: &'a [f64],
    total: f64,
    scaling: &'a Scaling,
    /// 1 for two classes.
    n_scores: usize,
    penalty: f64,
}

impl Problem<'_> {
    /// Mean loss and penalty over the mean; `x` holds, per score, the coefficients of scaled features and the intercept.
    fn value(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        let n_features = self.features.n_features();
        let width = n_features + 1;
        gradient.fill(0.0);
        let mut loss = 0.0;
        let mut scores = vec![0.0; self.n_scores * BLOCK_ROWS];
        let mut row_scores = vec![0.0; self.n_scores];
        for start in (0..self.features.n_rows).step_by(BLOCK_ROWS) {
            let n = BLOCK_ROWS.min(self.features.n_rows - start);
            for (scores, x) in scores.chunks_exact_mut(BLOCK_ROWS).zip(x.chunks_exact(width)) {
                scores[..n].fill(x[n_features]);
                for (j, column) in self.features.columns.iter().enumerate() {
                    let (coefficient, center) = (x[j] / self.scaling.scale[j], self.scaling.center[j]);
                    for (score, value) in scores.iter_mut().zip(&column[start..start + n]) {
                        *score += coefficient * (f64::from(*value) - center);
                    }
                }
            }
            loss += if self.n_scores == 1 {
                self.binary(start, &mut scores[..n])
            } else {
                self.multinomial(start, n, &mut scores, &mut row_scores)
            };
            // Scores are now the loss's derivatives.
            for (residuals, gradient) in scores.chunks_exact(BLOCK_ROWS).zip(gradient.chunks_exact_mut(width)) {
                for (j, column) in self.features.columns.iter().enumerate() {
                    let sum = centred_dot(&residuals[..n], &column[start..start + n], self.scaling.center[j]);
                    gradient[j] += sum / self.scaling.scale[j];
                }
                gradient[n_features] += residuals[..n].iter().sum::<f64>();
            }
        }
        let mut value = loss / self.total;
        for (x, gradient) in x.chunks_exact(width).zip(gradient.chunks_exact_mut(width)) {
            for (j, (x, gradient)) in x.iter().zip(gradient).enumerate() {
                *gradient /= self.total;
                if let Some(scale) = self.scaling.scale.get(j) {
                    let coefficient = x / scale;
                    value += 0.5 * self.penalty * coefficient * coefficient;
                    *gradient += self.penalty * coefficient / scale;
                }
            }
        }
        value
    }

    fn binary(&self, start: usize, scores: &mut [f64]) -> f64 {
        let mut loss = 0.0;
        for (slot, score) in scores.iter_mut().enumerate() {
            let (positive, weight) = (self.positions[start + slot] == 1, self.weights[start + slot]);
            let z = *score;
            let e = float::exp_quick(-z.abs());
            // softplus(z) - y z
            loss += weight * (float::ln_1p(e) + if positive { (-z).max(0.0) } else { z.max(0.0) });
            let p = if z >= 0.0 { 1.0 / (1.0 + e) } else { e / (1.0 + e) };
            *score = weight * (p - f64::from(u8::from(positive)));
        }
        loss
    }

    fn multinomial(&self, start: usize, n: usize, scores: &mut [f64], row: &mut [f64]) -> f64 {
        let mut loss = 0.0;
        for slot in 0..n {
            let (class, weight) = (self.positions[start + slot] as usize, self.weights[start + slot]);
            for (k, row) in row.iter_mut().enumerate() {
                *row = scores[k * BLOCK_ROWS + slot];
            }
            let largest = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let own = row[class] - largest;
            let mut total = 0.0;
            for row in row.iter_mut() {
                *row = float::exp_quick(*row - largest);
                total += *row;
            }
            loss += weight * (float::ln(total) - own);
            for (k, row) in row.iter().enumerate() {
                scores[k * BLOCK_ROWS + slot] = weight * (row / total - f64::from(u8::from(k == class)));
            }
        }
        loss
    }
}

/// `sum r (x - center)` in four fixed lanes.
fn centred_dot(residuals: &[f64], values: &[f32], center: f64) -> f64 {
    let (r4, r_rest) = residuals.as_chunks::<4>();
    let (x4, x_rest) = values.as_chunks::<4>();
    let mut lanes = [0.0; 4];
    for (r, x) in r4.iter().zip(x4) {
        for l in 0..4 {
            lanes[l] += r[l] * (f64::from(x[l]) - center);
        }
    }
    for (r, x) in r_rest.iter().zip(x_rest) {
        lanes[0] += r * (f64::from(*x) - center);
    }
    (lanes[0] + lanes[1]) + (lanes[2] + lanes[3])
}

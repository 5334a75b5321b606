//! SHAP values of linear models, exactly: `phi_j = coefficient_j (x_j - mean_j)`, on the scale before the link.
//!
//! Reference: Lundberg, Lee (2017), A unified approach to interpreting model predictions, corollary 1.

use math::sum::{Sum, mean};
use prepare::Features;
use spec::{Observer, Outcome};
use train::Linear;

/// Rows between two ticks.
const TICK_ROWS: usize = 1 << 12;

/// Rows x scores of `amounts` x slots; scores and bases are in the order of the model's own sums.
pub(super) struct LinearShares {
    pub base: Vec<f64>,
    pub scores: Vec<f64>,
    pub amounts: Vec<f64>,
}

/// The mean of each feature, in f64.
pub(super) fn means(background: &Features) -> Vec<f64> {
    let widened = |column: &Vec<f32>| mean(&column.iter().map(|x| f64::from(*x)).collect::<Vec<f64>>());
    background.columns.iter().map(widened).collect()
}

/// `slots[feature]` is where a feature's amounts go, below `n_slots`; `means` per feature.
///
/// Errors: only the observer's.
pub(super) fn shares(
    linear: &Linear,
    features: &Features,
    means: &[f64],
    slots: &[usize],
    n_slots: usize,
    observer: &mut dyn Observer,
) -> Outcome<LinearShares> {
    let n_scores = linear.intercepts.len();
    let mut out = LinearShares {
        base: Vec::with_capacity(n_scores),
        scores: vec![0.0; features.n_rows * n_scores],
        amounts: vec![0.0; features.n_rows * n_scores * n_slots],
    };
    for (k, (coefficients, intercept)) in linear.coefficients.iter().zip(&linear.intercepts).enumerate() {
        let terms = coefficients.iter().zip(means).map(|(coefficient, mean)| coefficient * mean);
        out.base.push(terms.chain([*intercept]).collect::<Sum>().value());
        for row in 0..features.n_rows {
            if row % TICK_ROWS == 0 {
                observer.tick((k as f64 + row as f64 / features.n_rows as f64) / n_scores as f64)?;
            }
            let at = row * n_scores + k;
            let amounts = &mut out.amounts[at * n_slots..(at + 1) * n_slots];
            let mut score = Sum::default();
            for (j, (coefficient, column)) in coefficients.iter().zip(&features.columns).enumerate() {
                let x = f64::from(column[row]);
                score.add(coefficient * x);
                amounts[slots[j]] += coefficient * (x - means[j]);
            }
            score.add(*intercept);
            out.scores[at] = score.value();
        }
    }
    observer.tick(1.0)?;
    Ok(out)
}

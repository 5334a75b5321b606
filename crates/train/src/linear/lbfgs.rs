//! L-BFGS with a weak Wolfe line search by bisection.
//! Nocedal, Wright: Numerical optimization (2006), 7.2; Lewis, Overton: Nonsmooth optimization via quasi-Newton methods (2013).

use spec::{Observer, Outcome};

const MEMORY: usize = 10;
const SUFFICIENT_DECREASE: f64 = 1e-4;
const CURVATURE: f64 = 0.9;
const MAX_HALVINGS: usize = 40;
/// Share of the objective that is rounding: near the end a step may seem to climb by so much.
const ROUNDING: f64 = 1e-14;

/// Minimises from `x` on until no component of the gradient exceeds `tol`. `objective(x, gradient)` writes the gradient
/// and says the value. Stops early when rounding allows no further descent. True: `tol` was reached.
pub fn minimise(
    x: &mut [f64],
    max_iter: usize,
    tol: f64,
    objective: &mut dyn FnMut(&[f64], &mut [f64]) -> f64,
    observer: &mut dyn Observer,
) -> Outcome<bool> {
    let n = x.len();
    let mut gradient = vec![0.0; n];
    let mut value = objective(x, &mut gradient);
    let first = largest(&gradient);
    let mut pairs: Vec<(Vec<f64>, Vec<f64>, f64)> = Vec::new();
    let (mut trial, mut trial_gradient) = (vec![0.0; n], vec![0.0; n]);
    for iteration in 0..max_iter {
        let worst = largest(&gradient);
        if worst <= tol {
            return Ok(true);
        }
        observer.tick(progress(first, worst, tol).max(iteration as f64 / max_iter as f64))?;
        let mut direction = direction(&gradient, &pairs);
        let mut slope = dot(&direction, &gradient);
        if slope >= 0.0 || slope.is_nan() {
            pairs.clear();
            direction = gradient.iter().map(|g| -g).collect();
            slope = dot(&direction, &gradient);
        }
        let mut step = if pairs.is_empty() { 1.0 / worst.max(1.0) } else { 1.0 };
        let (mut low, mut high) = (0.0, f64::INFINITY);
        let mut found = false;
        for halving in 0..MAX_HALVINGS {
            for ((trial, x), d) in trial.iter_mut().zip(x.iter()).zip(&direction) {
                *trial = x + step * d;
            }
            let trial_value = objective(&trial, &mut trial_gradient);
            if halving % 8 == 7 {
                observer.tick(progress(first, worst, tol))?;
            }
            let enough = value + SUFFICIENT_DECREASE * step * slope + ROUNDING * value.abs();
            if trial_value > enough || trial_value.is_nan() {
                high = step;
            } else if dot(&direction, &trial_gradient) < CURVATURE * slope {
                low = step;
            } else {
                value = trial_value;
                found = true;
                break;
            }
            step = if high.is_finite() { 0.5 * (low + high) } else { 2.0 * step };
        }
        if !found {
            if pairs.is_empty() {
                return Ok(false);
            }
            // Old curvature may mislead: once more, downhill.
            pairs.clear();
            continue;
        }
        let s: Vec<f64> = trial.iter().zip(x.iter()).map(|(a, b)| a - b).collect();
        let y: Vec<f64> = trial_gradient.iter().zip(&gradient).map(|(a, b)| a - b).collect();
        x.copy_from_slice(&trial);
        gradient.copy_from_slice(&trial_gradient);
        let curvature = dot(&s, &y);
        if curvature > f64::EPSILON * dot(&y, &y) {
            if pairs.len() == MEMORY {
                pairs.remove(0);
            }
            pairs.push((s, y, 1.0 / curvature));
        }
    }
    Ok(largest(&gradient) <= tol)
}

/// On a logarithmic scale from the first gradient to the tolerance.
fn progress(first: f64, now: f64, tol: f64) -> f64 {
    let share = math::float::ln(first / now.max(1e-300)) / math::float::ln(first / tol.max(1e-300));
    if share.is_finite() { share.clamp(0.0, 0.99) } else { 0.0 }
}

/// The two-loop recursion.
fn direction(gradient: &[f64], pairs: &[(Vec<f64>, Vec<f64>, f64)]) -> Vec<f64> {
    let mut q: Vec<f64> = gradient.iter().map(|g| -g).collect();
    let mut alphas = Vec::with_capacity(pairs.len());
    for (s, y, rho) in pairs.iter().rev() {
        let alpha = rho * dot(s, &q);
        for (q, y) in q.iter_mut().zip(y) {
            *q -= alpha * y;
        }
        alphas.push(alpha);
    }
    if let Some((_, y, rho)) = pairs.last() {
        let scale = 1.0 / (rho * dot(y, y));
        q.iter_mut().for_each(|q| *q *= scale);
    }
    for ((s, y, rho), alpha) in pairs.iter().zip(alphas.iter().rev()) {
        let beta = rho * dot(y, &q);
        for (q, s) in q.iter_mut().zip(s) {
            *q += (alpha - beta) * s;
        }
    }
    q
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    math::sum::dot(a, b)
}

fn largest(xs: &[f64]) -> f64 {
    xs.iter()
        .fold(0.0, |most, x| if x.is_nan() { f64::NAN } else { f64::max(most, x.abs()) })
}

#[cfg(test)]
mod tests {
    use spec::Unobserved;

    use super::*;

    #[test]
    fn the_valley_of_rosenbrock() {
        let mut x = [-1.2, 1.0];
        let mut rosenbrock = |x: &[f64], g: &mut [f64]| {
            let (a, b) = (1.0 - x[0], x[1] - x[0] * x[0]);
            g[0] = -2.0 * a - 400.0 * x[0] * b;
            g[1] = 200.0 * b;
            a * a + 100.0 * b * b
        };
        assert!(minimise(&mut x, 200, 1e-9, &mut rosenbrock, &mut Unobserved).unwrap());
        assert!((x[0] - 1.0).abs() < 1e-8 && (x[1] - 1.0).abs() < 1e-8, "{x:?}");
    }
}

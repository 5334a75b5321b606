//! Integrals over 0..1 by Gauss and Legendre: `n` points are exact for polynomials of degree `2 n - 1`.

use crate::float;

/// `n` abscissas in (0, 1), ascending, and their weights, which sum to 1. Newton's method on the Legendre polynomial:
/// O(n^2). Nothing for 0.
pub fn gauss_legendre(n: usize) -> Vec<(f64, f64)> {
    let mut points = vec![(0.5, 1.0); n];
    // They lie symmetrically: half of them are computed.
    for i in 0..n.div_ceil(2) {
        let (x, derivative) = if 2 * i + 1 == n {
            (0.0, legendre(n, 0.0).1)
        } else {
            root(n, i)
        };
        // On -1..1 the weight is 2 / ((1 - x^2) P'^2); on 0..1 half of that.
        let weight = 1.0 / ((1.0 - x * x) * derivative * derivative);
        points[i] = (0.5 * (1.0 - x), weight);
        points[n - 1 - i] = (0.5 * (1.0 + x), weight);
    }
    points
}

/// The `i`-th largest root of the polynomial, and the derivative there.
fn root(n: usize, i: usize) -> (f64, f64) {
    let mut x = float::cos(std::f64::consts::PI * (i as f64 + 0.75) / (n as f64 + 0.5));
    let mut derivative = 1.0;
    for _ in 0..8 {
        let (value, slope) = legendre(n, x);
        derivative = slope;
        let step = value / slope;
        x -= step;
        if step.abs() <= 1e-16 {
            break;
        }
    }
    (x, derivative)
}

/// `P_n(x)` and its derivative, by the recurrence `k P_k = (2 k - 1) x P_(k-1) - (k - 1) P_(k-2)`; `n` is at least 1.
fn legendre(n: usize, x: f64) -> (f64, f64) {
    let (mut before, mut value) = (1.0, x);
    for k in 2..=n {
        let k = k as f64;
        (before, value) = (value, ((2.0 * k - 1.0) * x * value - (k - 1.0) * before) / k);
    }
    (value, n as f64 * (x * value - before) / (x * x - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polynomials_are_integrated_exactly() {
        for n in 1..=64usize {
            let points = gauss_legendre(n);
            assert!(points.windows(2).all(|pair| pair[0].0 < pair[1].0), "{n}");
            let mut powers = vec![1.0; n];
            for degree in 0..2 * n {
                let integral: f64 = points.iter().zip(&powers).map(|((_, w), power)| w * power).sum();
                let expected = 1.0 / (degree as f64 + 1.0);
                assert!((integral - expected).abs() < 1e-14, "{n} points, degree {degree}: {integral}");
                for (power, (t, _)) in powers.iter_mut().zip(&points) {
                    *power *= t;
                }
            }
        }
        assert!(gauss_legendre(0).is_empty());
    }

    #[test]
    fn as_numpy() {
        // numpy 2.4.6: np.polynomial.legendre.leggauss(5), moved to 0..1
        let expected = [
            (0.046_910_077_030_668_02, 0.118_463_442_528_094_53),
            (0.230_765_344_947_158_45, 0.239_314_335_249_683_24),
            (0.5, 0.284_444_444_444_444_44),
        ];
        for ((t, w), (x, v)) in gauss_legendre(5).into_iter().zip(expected) {
            assert!((t - x).abs() < 1e-15 && (w - v).abs() < 1e-15, "{t} {w}");
        }
    }
}

//! Eigenvalues of symmetric matrices by cyclic Jacobi rotations: slow for hundreds of rows, accurate, and in a fixed
//! order. Golub, Van Loan: Matrix Computations, 8.5.

use ndarray::{Array1, Array2};

/// More sweeps than any matrix needs; convergence is quadratic after about 6.
const MAX_SWEEPS: usize = 60;

/// Eigenvalues in descending order and their unit vectors as columns; the largest component of each vector is positive.
/// Only symmetric matrices have this; the upper triangle is what counts.
pub fn symmetric_eigen(a: &Array2<f64>) -> (Array1<f64>, Array2<f64>) {
    let n = a.nrows();
    let mut a = Array2::from_shape_fn((n, n), |(i, j)| a[[i.min(j), i.max(j)]]);
    let mut v = Array2::<f64>::eye(n);
    for _ in 0..MAX_SWEEPS {
        let mut rotated = false;
        for p in 0..n {
            for q in p + 1..n {
                let off = a[[p, q]];
                if off.abs() <= f64::EPSILON * 0.5 * (a[[p, p]] * a[[q, q]]).abs().sqrt() || off == 0.0 || !off.is_finite() {
                    continue;
                }
                rotated = true;
                let (c, s) = rotation(a[[p, p]], a[[q, q]], off);
                for k in 0..n {
                    let (x, y) = (a[[k, p]], a[[k, q]]);
                    a[[k, p]] = c * x - s * y;
                    a[[k, q]] = s * x + c * y;
                }
                for k in 0..n {
                    let (x, y) = (a[[p, k]], a[[q, k]]);
                    a[[p, k]] = c * x - s * y;
                    a[[q, k]] = s * x + c * y;
                }
                // Rounding would leave these almost 0, and the sweeps would not end.
                a[[p, q]] = 0.0;
                a[[q, p]] = 0.0;
                for k in 0..n {
                    let (x, y) = (v[[k, p]], v[[k, q]]);
                    v[[k, p]] = c * x - s * y;
                    v[[k, q]] = s * x + c * y;
                }
            }
        }
        if !rotated {
            break;
        }
    }
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&i, &j| a[[j, j]].total_cmp(&a[[i, i]]));
    let values = order.iter().map(|&i| a[[i, i]]).collect();
    let vectors = Array2::from_shape_fn((n, n), |(k, i)| {
        let column = v.column(order[i]);
        let largest = column
            .iter()
            .fold(0.0_f64, |largest, x| if x.abs() > largest.abs() { *x } else { largest });
        if largest < 0.0 { -column[k] } else { column[k] }
    });
    (values, vectors)
}

/// Cosine and sine of the rotation that makes `off` zero.
fn rotation(app: f64, aqq: f64, off: f64) -> (f64, f64) {
    let theta = (aqq - app) / (2.0 * off);
    let t = if theta.abs() > 1e150 {
        0.5 / theta
    } else {
        (if theta >= 0.0 { 1.0 } else { -1.0 }) / (theta.abs() + (theta * theta + 1.0).sqrt())
    };
    let c = 1.0 / (t * t + 1.0).sqrt();
    (c, t * c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Rng;
    use crate::linalg::gemm;

    #[test]
    fn vectors_times_values_rebuild_the_matrix() {
        let mut rng = Rng::stream(1, "eigen", 0);
        let n = 17;
        let b = Array2::from_shape_fn((n, n - 3), |_| rng.normal());
        let a = gemm(b.view(), b.t());
        let (values, vectors) = symmetric_eigen(&a);
        assert!(values.windows(2).into_iter().all(|w| w[0] >= w[1]));
        assert!(values.iter().skip(n - 3).all(|v| v.abs() < 1e-12 * values[0]));
        let scaled = Array2::from_shape_fn((n, n), |(i, j)| vectors[[i, j]] * values[j]);
        let rebuilt = gemm(scaled.view(), vectors.t());
        assert!((&rebuilt - &a).iter().all(|d| d.abs() < 1e-12 * values[0]));
    }
}

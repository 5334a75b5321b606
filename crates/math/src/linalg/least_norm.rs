//! Least squares of least norm: among all x that minimise `|a x - b|` the shortest, whatever the rank of `a`. A full
//! one-hot group beside an intercept is answered like any other matrix.
//!
//! Householder QR makes a small square triangle, a one-sided Jacobi SVD of it gives singular values to high relative
//! accuracy; those below `eps (8 max(k, 10) + max(n, p) / 16)` of the largest, k = min(n, p), count as 0.
//! Cost n p^2 + sweeps p^3. Golub, Van Loan: Matrix Computations, 5.2 and 8.6.3.

use ndarray::{Array1, Array2};

const MAX_SWEEPS: usize = 60;

/// `a` is n x p, `b` has n values; any n and p. NaN anywhere gives NaN.
pub fn least_norm(a: &Array2<f64>, b: &Array1<f64>) -> Array1<f64> {
    let (n, p) = a.dim();
    if n == 0 || p == 0 {
        return Array1::zeros(p);
    }
    // Rows of `columns` are the columns of the tall one of a and a^T: contiguous.
    let tall = n >= p;
    let mut columns = if tall {
        a.t().as_standard_layout().into_owned()
    } else {
        a.clone()
    };
    let reflectors = householder(&mut columns);
    let k = n.min(p);
    let triangle = |i: usize, j: usize| if i <= j { columns[[j, i]] } else { 0.0 };
    if tall {
        // a = Q R: x = R^+ (Q^T b)
        let mut projected = b.to_vec();
        for (j, scale) in reflectors.scales.iter().enumerate() {
            reflect(&reflectors.vectors[j], *scale, &mut projected[j..]);
        }
        pseudo_solve(&Array2::from_shape_fn((k, k), |(i, j)| triangle(j, i)), &projected[..k], n)
    } else {
        // a^T = Q R, a = R^T Q^T: x = Q (R^T)^+ b
        let short = pseudo_solve(&Array2::from_shape_fn((k, k), |(i, j)| triangle(i, j)), &b.to_vec(), p);
        let mut x = vec![0.0; p];
        x[..k].copy_from_slice(short.as_slice().unwrap_or(&[]));
        for (j, scale) in reflectors.scales.iter().enumerate().rev() {
            reflect(&reflectors.vectors[j], *scale, &mut x[j..]);
        }
        Array1::from_vec(x)
    }
}

struct Reflectors {
    /// `vectors[j]` acts on the elements from j on: `I - scale v v^T`.
    vectors: Vec<Vec<f64>>,
    scales: Vec<f64>,
}

/// QR in place; row j of `columns` holds column j, and ends as column j of R.
fn householder(columns: &mut Array2<f64>) -> Reflectors {
    let (k, _) = columns.dim();
    let mut reflectors = Reflectors {
        vectors: Vec::with_capacity(k),
        scales: Vec::with_capacity(k),
    };
    for j in 0..k {
        let mut v: Vec<f64> = columns.row(j).iter().skip(j).copied().collect();
        let largest = v.iter().fold(0.0_f64, |largest, x| largest.max(x.abs()));
        // Scaled, so that squares neither overflow nor vanish.
        let norm = if largest > 0.0 {
            largest * lanes_dot(&v, &v, 1.0 / largest).sqrt()
        } else {
            0.0
        };
        let scale = if norm > 0.0 || norm.is_nan() {
            let alpha = if v[0] > 0.0 { -norm } else { norm };
            let first = v[0] - alpha;
            v[0] = first;
            for x in &mut v {
                *x /= first;
            }
            -first / alpha
        } else {
            0.0
        };
        for other in j..k {
            let mut row = columns.row_mut(other);
            if let Some(slice) = row.as_slice_mut() {
                reflect(&v, scale, &mut slice[j..]);
            }
        }
        reflectors.vectors.push(v);
        reflectors.scales.push(scale);
    }
    reflectors
}

fn reflect(v: &[f64], scale: f64, x: &mut [f64]) {
    let along = scale * lanes_dot(v, x, 1.0);
    for (x, v) in x.iter_mut().zip(v) {
        *x -= along * v;
    }
}

/// Sum of `(f a_i)(f b_i)` in four fixed lanes, in blocks, so that errors of many rows do not add up.
fn lanes_dot(a: &[f64], b: &[f64], factor: f64) -> f64 {
    const BLOCK: usize = 256;
    let mut sum = 0.0;
    for (a, b) in a.chunks(BLOCK).zip(b.chunks(BLOCK)) {
        let (a4, a_rest) = a.as_chunks::<4>();
        let (b4, b_rest) = b.as_chunks::<4>();
        let mut lanes = [0.0; 4];
        for (a, b) in a4.iter().zip(b4) {
            for l in 0..4 {
                lanes[l] += (factor * a[l]) * (factor * b[l]);
            }
        }
        for (a, b) in a_rest.iter().zip(b_rest) {
            lanes[0] += (factor * a) * (factor * b);
        }
        sum += (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
    }
    sum
}

/// x of least norm for a square matrix, given by its columns as rows.
fn pseudo_solve(columns: &Array2<f64>, b: &[f64], n_long: usize) -> Array1<f64> {
    let k = columns.nrows();
    let mut u: Vec<Vec<f64>> = columns.rows().into_iter().map(|row| row.to_vec()).collect();
    let mut v: Vec<Vec<f64>> = (0..k)
        .map(|i| (0..k).map(|j| f64::from(u8::from(i == j))).collect())
        .collect();
    for _ in 0..MAX_SWEEPS {
        let mut rotated = false;
        for p in 0..k {
            for q in p + 1..k {
                let (app, aqq, off) = (
                    lanes_dot(&u[p], &u[p], 1.0),
                    lanes_dot(&u[q], &u[q], 1.0),
                    lanes_dot(&u[p], &u[q], 1.0),
                );
                if off.abs() <= f64::EPSILON * (app * aqq).sqrt() || off.abs() < f64::MIN_POSITIVE || !off.is_finite() {
                    continue;
                }
                rotated = true;
                let theta = (aqq - app) / (2.0 * off);
                let t = if theta.abs() > 1e150 {
                    0.5 / theta
                } else {
                    (if theta >= 0.0 { 1.0 } else { -1.0 }) / (theta.abs() + (theta * theta + 1.0).sqrt())
                };
                let c = 1.0 / (t * t + 1.0).sqrt();
                rotate(&mut u, p, q, c, t * c);
                rotate(&mut v, p, q, c, t * c);
            }
        }
        if !rotated {
            break;
        }
    }
    let singular: Vec<f64> = u.iter().map(|column| lanes_dot(column, column, 1.0).sqrt()).collect();
    let largest = singular.iter().copied().fold(0.0, f64::max);
    let cutoff = largest * f64::EPSILON * (8.0 * k.max(10) as f64 + n_long as f64 / 16.0);
    let mut x = Array1::zeros(k);
    for (i, s) in singular.iter().enumerate() {
        if s.is_nan() || *s > cutoff {
            // u_i = s * left vector
            let along = lanes_dot(&u[i], b, 1.0) / s / s;
            for (x, v) in x.iter_mut().zip(&v[i]) {
                *x += along * v;
            }
        }
    }
    x
}

fn rotate(columns: &mut [Vec<f64>], p: usize, q: usize, c: f64, s: f64) {
    let (head, tail) = columns.split_at_mut(q);
    for (x, y) in head[p].iter_mut().zip(&mut tail[0]) {
        (*x, *y) = (c * *x - s * *y, s * *x + c * *y);
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::Rng;

    fn close(a: &Array1<f64>, b: &Array1<f64>, tolerance: f64) {
        assert!(
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() <= tolerance),
            "{a} {b}"
        );
    }

    #[test]
    fn full_rank_solves_and_rank_lack_gives_the_shortest() {
        let mut rng = Rng::stream(2, "least_norm", 0);
        let a = Array2::from_shape_fn((200, 9), |_| rng.normal());
        let x = Array1::from_shape_fn(9, |i| i as f64 - 3.5);
        close(&least_norm(&a, &a.dot(&x)), &x, 1e-12);
        // The same column twice shares its weight; a zero column gets none.
        let twice = Array2::from_shape_fn((200, 3), |(i, j)| if j == 2 { 0.0 } else { a[[i, 0]] });
        close(&least_norm(&twice, &a.column(0).to_owned()), &array![0.5, 0.5, 0.0], 1e-13);
    }

    #[test]
    fn more_columns_than_rows() {
        // numpy: np.linalg.lstsq([[1, 2, 3], [4, 5, 6]], [1, 2])[0] = [-0.05555556, 0.11111111, 0.27777778]
        let x = least_norm(&array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], &array![1.0, 2.0]);
        close(&x, &array![-1.0 / 18.0, 1.0 / 9.0, 5.0 / 18.0], 1e-14);
        close(&least_norm(&array![[0.0, 0.0]], &array![1.0]), &array![0.0, 0.0], 0.0);
        assert_eq!(least_norm(&Array2::zeros((0, 2)), &Array1::zeros(0)), array![0.0, 0.0]);
    }

    #[test]
    fn a_centred_one_hot_group_of_many_rows() {
        let n = 20_000;
        let level = |i: usize| (i * 7919) % 5;
        let shares: Vec<f64> = (0..5)
            .map(|l| (0..n).filter(|&i| level(i) == l).count() as f64 / n as f64)
            .collect();
        let a = Array2::from_shape_fn((n, 5), |(i, j)| f64::from(u8::from(level(i) == j)) - shares[j]);
        let b = Array1::from_shape_fn(n, |i| level(i) as f64 - 2.0);
        let x = least_norm(&a, &b);
        // The shortest has no part along (1, 1, 1, 1, 1).
        close(&x, &array![-2.0, -1.0, 0.0, 1.0, 2.0], 1e-10);
    }
}

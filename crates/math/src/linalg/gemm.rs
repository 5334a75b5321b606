//! Products of matrices. Each element is `((0 + a_0 b_0) + a_1 b_1) + ...` in the order of k; the lanes of a tile are
//! different elements, so that vector width changes nothing.

use std::ops::Range;

use ndarray::{Array2, ArrayView2};

/// Rows and columns of a tile, held in registers.
const TILE_ROWS: usize = 4;
const TILE_COLUMNS: usize = 4;
/// Terms per pass: both packed strips stay in the cache.
const PASS: usize = 256;

/// `a` (n x k) times `b` (k x m). Of the inner sizes the smaller counts.
pub fn gemm(a: ArrayView2<'_, f64>, b: ArrayView2<'_, f64>) -> Array2<f64> {
    let (n, m) = (a.nrows(), b.ncols());
    let k = a.ncols().min(b.nrows());
    let mut product = Tiles::new(n, m);
    for start in (0..k).step_by(PASS) {
        let terms = start..(start + PASS).min(k);
        product.add(
            &pack::<TILE_ROWS>(n, &terms, |i, k| a[[i, k]]),
            &pack::<TILE_COLUMNS>(m, &terms, |j, k| b[[k, j]]),
            terms.len(),
            Part::All,
        );
    }
    product.into_array()
}

/// `X^T diag(w) X` of a matrix that is handed over in pieces: `fill(rows, piece)` writes the rows named, column-major
/// (`n_columns` runs of `rows.len()`), into `piece`. Weights None are 1. `pass` is called once per piece with the share done; an error
/// ends the work and is returned.
pub fn weighted_gram<E>(
    n_rows: usize,
    n_columns: usize,
    weights: Option<&[f64]>,
    fill: &mut dyn FnMut(Range<usize>, &mut [f64]),
    pass: &mut dyn FnMut(f64) -> Result<(), E>,
) -> Result<Array2<f64>, E> {
    let mut product = Tiles::new(n_columns, n_columns);
    let mut piece = vec![0.0; n_columns * PASS];
    for start in (0..n_rows).step_by(PASS) {
        let rows = start..(start + PASS).min(n_rows);
        let n = rows.len();
        let piece = &mut piece[..n_columns * n];
        fill(rows.clone(), piece);
        let left = pack::<TILE_ROWS>(n_columns, &(0..n), |j, k| match weights {
            Some(weights) => piece[j * n + k] * weights[start + k],
            None => piece[j * n + k],
        });
        let right = pack::<TILE_COLUMNS>(n_columns, &(0..n), |j, k| piece[j * n + k]);
        product.add(&left, &right, n, Part::Upper);
        pass(rows.end as f64 / n_rows as f64)?;
    }
    let mut gram = product.into_array();
    for i in 0..n_columns {
        for j in 0..i {
            gram[[i, j]] = gram[[j, i]];
        }
    }
    Ok(gram)
}

/// Strips of `WIDTH` lines, k-major within a strip; lines past the end are 0.
fn pack<const WIDTH: usize>(n: usize, terms: &Range<usize>, at: impl Fn(usize, usize) -> f64) -> Vec<f64> {
    let mut packed = vec![0.0; n.div_ceil(WIDTH) * WIDTH * terms.len()];
    for (strip, out) in packed.chunks_exact_mut(WIDTH * terms.len().max(1)).enumerate() {
        for lane in 0..WIDTH.min(n - strip * WIDTH) {
            for (slot, k) in terms.clone().enumerate() {
                out[slot * WIDTH + lane] = at(strip * WIDTH + lane, k);
            }
        }
    }
    packed
}

enum Part {
    All,
    /// Tiles on and above the diagonal.
    Upper,
}

/// A matrix in tiles that sums grow in.
struct Tiles {
    n: usize,
    m: usize,
    tiles: Vec<[[f64; TILE_COLUMNS]; TILE_ROWS]>,
}

impl Tiles {
    fn new(n: usize, m: usize) -> Self {
        let count = n.div_ceil(TILE_ROWS) * m.div_ceil(TILE_COLUMNS);
        Self {
            n,
            m,
            tiles: vec![[[0.0; TILE_COLUMNS]; TILE_ROWS]; count],
        }
    }

    fn add(&mut self, left: &[f64], right: &[f64], n_terms: usize, part: Part) {
        let across = self.m.div_ceil(TILE_COLUMNS);
        for (row, a) in left.chunks_exact(TILE_ROWS * n_terms).enumerate() {
            for (column, b) in right.chunks_exact(TILE_COLUMNS * n_terms).enumerate() {
                if matches!(part, Part::Upper) && (column + 1) * TILE_COLUMNS <= row * TILE_ROWS {
                    continue;
                }
                multiply_add(a, b, &mut self.tiles[row * across + column]);
            }
        }
    }

    fn into_array(self) -> Array2<f64> {
        let across = self.m.div_ceil(TILE_COLUMNS);
        Array2::from_shape_fn((self.n, self.m), |(i, j)| {
            self.tiles[i / TILE_ROWS * across + j / TILE_COLUMNS][i % TILE_ROWS][j % TILE_COLUMNS]
        })
    }
}

#[inline]
fn multiply_add(a: &[f64], b: &[f64], tile: &mut [[f64; TILE_COLUMNS]; TILE_ROWS]) {
    let mut sums = *tile;
    for (a, b) in a.as_chunks::<TILE_ROWS>().0.iter().zip(b.as_chunks::<TILE_COLUMNS>().0) {
        for (row, a) in sums.iter_mut().zip(a) {
            for (sum, b) in row.iter_mut().zip(b) {
                *sum += a * b;
            }
        }
    }
    *tile = sums;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Rng;

    fn random(n: usize, m: usize, index: u64) -> Array2<f64> {
        let mut rng = Rng::stream(5, "gemm", index);
        Array2::from_shape_fn((n, m), |_| rng.normal())
    }

    #[test]
    fn every_element_is_summed_in_the_order_of_k() {
        for (n, k, m) in [(1, 1, 1), (5, 700, 9), (4, 256, 4), (13, 257, 3), (3, 0, 2), (0, 3, 2)] {
            let (a, b) = (random(n, k, 1), random(k, m, 2));
            let product = gemm(a.view(), b.view());
            assert_eq!(product.dim(), (n, m));
            for i in 0..n {
                for j in 0..m {
                    let mut sum = 0.0;
                    for l in 0..k {
                        sum += a[[i, l]] * b[[l, j]];
                    }
                    assert_eq!(product[[i, j]], sum);
                }
            }
        }
    }

    #[test]
    fn a_gram_matrix_is_the_product_in_pieces() {
        let (n, p) = (1000, 11);
        let x = random(n, p, 3);
        let weights: Vec<f64> = (0..n).map(|i| 0.5 + (i % 7) as f64).collect();
        let mut fill = |rows: Range<usize>, piece: &mut [f64]| {
            for j in 0..p {
                for (slot, row) in rows.clone().enumerate() {
                    piece[j * rows.len() + slot] = x[[row, j]];
                }
            }
        };
        let gram = weighted_gram::<()>(n, p, Some(&weights), &mut fill, &mut |_| Ok(())).unwrap();
        let weighted = Array2::from_shape_fn((p, n), |(j, i)| x[[i, j]] * weights[i]);
        let product = gemm(weighted.view(), x.view());
        for i in 0..p {
            for j in i..p {
                assert_eq!(gram[[i, j]], product[[i, j]]);
                assert_eq!(gram[[j, i]], gram[[i, j]]);
            }
        }
        assert_eq!(weighted_gram(n, p, None, &mut fill, &mut |_| Err("stop")), Err("stop"));
    }
}

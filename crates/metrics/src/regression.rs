//! Figures of predicted values.
//!
//! `rmse` = sqrt(mean((y - p)^2)); `mae` = mean(|y - p|); `r2` = 1 - sum((y - p)^2) / sum((y - mean(y))^2), None for
//! fewer than two rows or a constant truth (scikit-learn: 1 or 0); `adjusted_r2` = 1 - (1 - r2) (n - 1) / (n - k - 1)
//! with k features, None when n <= k + 1; `mape` = mean(|y - p| / |y|) as a share, None when a true value is 0
//! (scikit-learn: a huge number); `smape` = mean(2 |y - p| / (|y| + |p|)), 0 to 2, a row of two zeros counts 0;
//! `median_ae`, `max_error`; `quantile_loss` = mean pinball loss at [`QUANTILE`].

use crate::scorer::Counts;

/// The quantile of `quantile_loss`: scikit-learn's default, the median.
pub const QUANTILE: f64 = 0.5;

/// What every figure needs, computed once per row.
#[derive(Clone, Debug)]
pub struct Errors {
    pub(crate) truth: Vec<f64>,
    /// truth - prediction.
    pub(crate) error: Vec<f64>,
    /// |error| / |truth|; NaN for a truth of 0.
    pub(crate) percentage: Vec<f64>,
    pub(crate) symmetric: Vec<f64>,
    pub(crate) pinball: Vec<f64>,
    /// Rows by rising |error|.
    by_size: Vec<u32>,
}

/// All figures of one (re)sample of the rows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figures {
    pub rmse: Option<f64>,
    pub mae: Option<f64>,
    pub r2: Option<f64>,
    pub adjusted_r2: Option<f64>,
    pub mape: Option<f64>,
    pub smape: Option<f64>,
    pub median_ae: Option<f64>,
    pub max_error: Option<f64>,
    pub quantile_loss: Option<f64>,
}

impl Errors {
    pub fn new(truth: &[f64], predicted: &[f64]) -> Self {
        let error: Vec<f64> = truth.iter().zip(predicted).map(|(y, p)| y - p).collect();
        let percentage = truth
            .iter()
            .zip(&error)
            .map(|(y, e)| if y.abs() < f64::EPSILON { f64::NAN } else { e.abs() / y.abs() })
            .collect();
        let symmetric = truth
            .iter()
            .zip(predicted)
            .map(|(y, p)| {
                if y == p {
                    0.0
                } else {
                    2.0 * (y - p).abs() / (y.abs() + p.abs())
                }
            })
            .collect();
        let pinball = error
            .iter()
            .map(|e| if *e >= 0.0 { QUANTILE * e } else { (QUANTILE - 1.0) * e })
            .collect();
        let mut by_size: Vec<u32> = (0..error.len() as u32).collect();
        by_size.sort_by(|&a, &b| error[a as usize].abs().total_cmp(&error[b as usize].abs()));
        Self {
            truth: truth.to_vec(),
            error,
            percentage,
            symmetric,
            pinball,
            by_size,
        }
    }

    /// `n_features` is for `adjusted_r2`, None leaves it undefined.
    pub fn figures(&self, counts: Counts, n_features: Option<usize>) -> Figures {
        let n = counts.total(self.error.len());
        if n == 0 {
            return Figures::default();
        }
        let n_rows = n as f64;
        let finite = |x: f64| x.is_finite().then_some(x);
        let squares = counts.sum(&self.error, |e| e * e);
        let r2 = self.r2(counts, n, squares);
        let adjusted_r2 = r2.zip(n_features).and_then(|(r2, k)| {
            let left = n_rows - k as f64 - 1.0;
            (left > 0.0).then(|| 1.0 - (1.0 - r2) * (n_rows - 1.0) / left)
        });
        Figures {
            rmse: finite((squares / n_rows).sqrt()),
            mae: finite(counts.sum(&self.error, f64::abs) / n_rows),
            r2,
            adjusted_r2,
            mape: finite(counts.sum(&self.percentage, |x| x) / n_rows),
            smape: finite(counts.sum(&self.symmetric, |x| x) / n_rows),
            median_ae: finite((self.nth_error(counts, (n - 1) / 2) + self.nth_error(counts, n / 2)) / 2.0),
            max_error: finite(self.nth_error(counts, n - 1)),
            quantile_loss: finite(counts.sum(&self.pinball, |x| x) / n_rows),
        }
    }

    fn r2(&self, counts: Counts, n: u64, squares: f64) -> Option<f64> {
        let mut used = self
            .truth
            .iter()
            .enumerate()
            .filter(|(row, _)| counts.of(*row) > 0)
            .map(|(_, y)| *y);
        let first = used.next()?;
        if n < 2 || used.all(|y| y == first) {
            return None;
        }
        let mean = counts.sum(&self.truth, |y| y) / n as f64;
        let spread = counts.sum(&self.truth, |y| (y - mean) * (y - mean));
        let r2 = 1.0 - squares / spread;
        (spread > 0.0 && r2.is_finite()).then_some(r2)
    }

    /// The absolute error at position `k` when sorted, the first 0.
    pub(crate) fn nth_error(&self, counts: Counts, k: u64) -> f64 {
        let mut seen = 0;
        for &row in &self.by_size {
            seen += u64::from(counts.of(row as usize));
            if seen > k {
                return self.error[row as usize].abs();
            }
        }
        f64::NAN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(truth: &[f64], predicted: &[f64]) -> Figures {
        Errors::new(truth, predicted).figures(Counts::Once, Some(1))
    }

    #[test]
    fn undefined_is_none() {
        assert_eq!(figures(&[], &[]), Figures::default());
        let constant = figures(&[0.1, 0.1, 0.1], &[0.1, 0.2, 0.1]);
        assert_eq!((constant.r2, constant.adjusted_r2), (None, None));
        assert!(constant.mape.is_some());
        assert_eq!(figures(&[0.0, 1.0], &[0.0, 1.0]).mape, None);
        assert_eq!(figures(&[0.0, 1.0], &[0.0, 1.0]).smape, Some(0.0));
        assert_eq!(
            figures(&[1.0, 2.0], &[1.0, 2.0]).adjusted_r2,
            None,
            "two rows leave nothing for one feature"
        );
        assert_eq!(figures(&[3.0], &[1.0]).median_ae, Some(2.0));
    }
}

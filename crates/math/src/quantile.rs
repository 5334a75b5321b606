//! Quantiles by linear interpolation, numpy's default.

/// Ascending, without NaN.
pub fn sorted(mut xs: Vec<f64>) -> Vec<f64> {
    xs.retain(|x| !x.is_nan());
    xs.sort_unstable_by(f64::total_cmp);
    xs
}

/// The quantile `q` (0 to 1, clipped) of ascending values without NaN; NaN for none.
pub fn quantile_sorted(xs: &[f64], q: f64) -> f64 {
    let Some(last) = xs.len().checked_sub(1) else {
        return f64::NAN;
    };
    let place = q.clamp(0.0, 1.0) * last as f64;
    let below = (place.floor() as usize).min(last);
    let (low, high) = (xs[below], xs[(below + 1).min(last)]);
    let t = place - below as f64;
    if low == high {
        low
    } else if t < 0.5 {
        // From the nearer end, as numpy does: exact at both ends.
        low + (high - low) * t
    } else {
        high - (high - low) * (1.0 - t)
    }
}

/// The median of values in any order; NaN ones do not count.
pub fn median(xs: &[f64]) -> f64 {
    quantile_sorted(&sorted(xs.to_vec()), 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_numpy() {
        // numpy 2: np.quantile([1, 2, 4, 8], [0, .1, .5, .9, 1]) = [1, 1.3, 3, 6.8, 8]
        let xs = sorted(vec![8.0, f64::NAN, 1.0, 4.0, 2.0]);
        let quantiles: Vec<f64> = [0.0, 0.1, 0.5, 0.9, 1.0].iter().map(|&q| quantile_sorted(&xs, q)).collect();
        for (got, expected) in quantiles.iter().zip([1.0, 1.3, 3.0, 6.8, 8.0]) {
            assert!((got - expected).abs() < 1e-15, "{quantiles:?}");
        }
        assert!(quantile_sorted(&[], 0.5).is_nan());
        assert_eq!(quantile_sorted(&[5.0], 0.3), 5.0);
        assert_eq!(quantile_sorted(&[1.0, f64::INFINITY], 1.0), f64::INFINITY);
        assert_eq!(median(&[3.0, 1.0, 2.0, 9.0]), 2.5);
    }
}

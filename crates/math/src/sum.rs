//! Sums in a fixed order, compensated (Neumaier): the error does not grow with the number of terms.

/// A running compensated sum.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sum {
    total: f64,
    lost: f64,
}

impl Sum {
    #[inline]
    pub fn add(&mut self, x: f64) {
        let total = self.total + x;
        self.lost += if self.total.abs() >= x.abs() {
            (self.total - total) + x
        } else {
            (x - total) + self.total
        };
        self.total = total;
    }

    /// The sum so far. Infinite and NaN terms give what plain addition gives.
    #[inline]
    pub fn value(&self) -> f64 {
        let value = self.total + self.lost;
        if value.is_nan() { self.total } else { value }
    }
}

impl FromIterator<f64> for Sum {
    fn from_iter<I: IntoIterator<Item = f64>>(terms: I) -> Self {
        let mut sum = Self::default();
        for term in terms {
            sum.add(term);
        }
        sum
    }
}

/// 0 for no terms.
pub fn sum(xs: &[f64]) -> f64 {
    xs.iter().copied().collect::<Sum>().value()
}

/// NaN for no terms.
pub fn mean(xs: &[f64]) -> f64 {
    sum(xs) / xs.len() as f64
}

/// Sum of squared deviations over `n - ddof`, in two passes; NaN when `n <= ddof`.
pub fn variance(xs: &[f64], ddof: usize) -> f64 {
    if xs.len() <= ddof {
        return f64::NAN;
    }
    let mean = mean(xs);
    xs.iter().map(|x| (x - mean) * (x - mean)).collect::<Sum>().value() / (xs.len() - ddof) as f64
}

/// Over the shorter of the two.
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).collect::<Sum>().value()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_lost_beside_large_terms() {
        assert_eq!(sum(&[1.0, 1e100, 1.0, -1e100]), 2.0);
        assert_eq!(sum(&[]), 0.0);
        assert!(mean(&[]).is_nan());
        assert_eq!(sum(&[f64::INFINITY, 1.0]), f64::INFINITY);
    }

    #[test]
    fn variance_of_shifted_values() {
        assert_eq!(variance(&[1e9 + 4.0, 1e9 + 7.0, 1e9 + 13.0, 1e9 + 16.0], 1), 30.0);
        assert!(variance(&[1.0], 1).is_nan());
        assert_eq!(variance(&[1.0], 0), 0.0);
        assert_eq!(dot(&[1.0, 2.0], &[3.0, 4.0]), 11.0);
    }
}

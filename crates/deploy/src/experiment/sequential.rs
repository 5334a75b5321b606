//! An interval for the difference that holds at all times at once: one may look after every unit and stop when one likes.
//!
//! The confidence sequence of the normal mixture, and with it the mixture sequential probability ratio test. With d the
//! difference, V its variance by the data so far and effects drawn from N(0, tau^2), the likelihood ratio against "no
//! difference" is `sqrt(V / (V + tau^2)) exp(tau^2 d^2 / (2 V (V + tau^2)))`; it is a martingale when there is none, so it
//! ever reaches `1 / alpha` with a chance of at most alpha (Ville). All differences that are not ruled out so:
//!
//! `d +- sqrt(V (V + tau^2) / tau^2 (ln((V + tau^2) / V) - 2 ln alpha))`.
//!
//! It leans on the central limit theorem (asymptotic in the first units), so nothing is concluded before there are some of
//! them; rates count one success and one failure more in V. tau is the planned effect, fixed beforehand; without a plan it
//! is set so that the interval is sharpest at about 10,000 units.
//!
//! References: Robbins (1970), Statistical methods related to the law of the iterated logarithm, Annals of Mathematical
//! Statistics 41; Johari, Koomen, Pekelis, Walsh (2022), Always valid inference, Operations Research 70; Waudby-Smith et
//! al. (2024), Time-uniform central limit theory and asymptotic confidence sequences, Annals of Statistics 52.

use math::float;

/// Units per variant at which the interval is sharpest when nothing was planned.
const SHARPEST_AT: f64 = 5000.0;

/// A difference with its variance and the mixture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AnyTime {
    /// B minus A.
    pub difference: f64,
    /// Of the difference, above 0.
    pub variance: f64,
    /// tau^2, above 0.
    pub mixture: f64,
}

impl AnyTime {
    /// From counts; `effect` is the planned one. Both have at least one unit.
    pub fn of_rates(with_a: u64, n_a: u64, with_b: u64, n_b: u64, effect: Option<f64>) -> Self {
        // One success and one failure more: a variance of 0 before the first success would end everything.
        let spread = |with: u64, n: u64| {
            let rate = (with as f64 + 1.0) / (n as f64 + 2.0);
            rate * (1.0 - rate)
        };
        let (a, b) = (n_a as f64, n_b as f64);
        let pooled = spread(with_a + with_b, n_a + n_b);
        Self {
            difference: with_b as f64 / b - with_a as f64 / a,
            variance: spread(with_a, n_a) / a + spread(with_b, n_b) / b,
            mixture: mixture(effect, pooled),
        }
    }

    /// From means and variances over units. None when nothing varies.
    pub fn of_means(difference: f64, variance_a: f64, n_a: u64, variance_b: f64, n_b: u64, effect: Option<f64>) -> Option<Self> {
        let (a, b) = (n_a as f64, n_b as f64);
        let variance = variance_a / a + variance_b / b;
        let pooled = (variance_a * a + variance_b * b) / (a + b);
        (variance > 0.0).then(|| Self {
            difference,
            variance,
            mixture: mixture(effect, pooled),
        })
    }

    pub fn half_width(&self, alpha: f64) -> f64 {
        let whole = self.variance + self.mixture;
        let log = float::ln(whole / self.variance) - 2.0 * float::ln(alpha);
        (self.variance * (whole / self.mixture) * log).sqrt()
    }

    pub fn interval(&self, alpha: f64) -> (f64, f64) {
        let half = self.half_width(alpha);
        (self.difference - half, self.difference + half)
    }

    /// The least alpha at which 0 is ruled out now; at most 1.
    pub fn p_value(&self) -> f64 {
        let whole = self.variance + self.mixture;
        let exponent = self.mixture * self.difference * self.difference / (2.0 * self.variance * whole);
        ((whole / self.variance).sqrt() * float::exp(-exponent)).min(1.0)
    }
}

/// `spread` is the variance of one unit.
fn mixture(effect: Option<f64>, spread: f64) -> f64 {
    match effect.filter(|effect| *effect != 0.0 && effect.is_finite()) {
        Some(effect) => effect * effect,
        // The interval is narrowest where tau^2 is about 8 times the variance, for alpha 0.05.
        None => 8.0 * spread * (2.0 / SHARPEST_AT),
    }
}

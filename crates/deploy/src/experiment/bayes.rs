//! Bayesian figures: how probable it is that B is better, and what a wrong choice costs.
//!
//! Rates have uniform priors: their posteriors are beta distributions, and both figures are integrals over one variable,
//! `P(B > A) = ∫ f_B F_A` and `E[(A - B)+] = ∫ F_B (1 - F_A)`, computed by Gauss-Legendre in panels around both posteriors.
//! Their absolute error is below 1e-10. Means have flat priors; the posterior of the difference is taken as Welch's t,
//! which is near the Behrens-Fisher distribution and exact in large samples.
//!
//! References: Evan Miller (2015), Formulas for Bayesian A/B testing; Stucchio (2015), Bayesian A/B testing at VWO.

use math::quadrature::gauss_legendre;
use math::special_beta::{beta_cdf, beta_pdf, beta_sf, t_cdf, t_pdf, t_sf};
use spec::experiment::{Bayes, Better};

use super::fixed::welch_error;

/// Panels end at these standard deviations from the mean, either way; far ones for the long tails of small counts.
const ENDS: [f64; 13] = [0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 9.0, 13.0, 18.0, 26.0, 40.0];
const POINTS: usize = 16;

/// Of two rates, from counts.
pub fn compare_rates(with_a: u64, n_a: u64, with_b: u64, n_b: u64, better: Better) -> Bayes {
    let a = Posterior::new(with_a, n_a);
    let b = Posterior::new(with_b, n_b);
    let points = points(&a, &b);
    let integral = |of: &dyn Fn(f64) -> f64| points.iter().map(|(x, weight)| weight * of(*x)).sum::<f64>();
    // Over the density of the narrower one, the other's distribution being the smoother factor.
    let b_higher = if b.spread() <= a.spread() {
        integral(&|x| b.pdf(x) * a.cdf(x))
    } else {
        integral(&|x| a.pdf(x) * b.sf(x))
    };
    let a_over_b = integral(&|x| b.cdf(x) * a.sf(x));
    let b_over_a = integral(&|x| a.cdf(x) * b.sf(x));
    bayes(b_higher.clamp(0.0, 1.0), a_over_b, b_over_a, better)
}

/// Of two means, from means and variances (with n - 1) over units. None when nothing varies, and with so few units that
/// the loss has no mean.
pub fn compare_means(
    (mean_a, variance_a, n_a): (f64, f64, u64),
    (mean_b, variance_b, n_b): (f64, f64, u64),
    better: Better,
) -> Option<Bayes> {
    let (error, df) = welch_error(variance_a, n_a, variance_b, n_b)?;
    let t = (mean_b - mean_a) / error;
    (df > 1.0).then(|| bayes(t_cdf(t, df), error * mean_above(t, df), error * mean_above(-t, df), better))
}

/// `E[(T - c)+]` of Student's t.
fn mean_above(c: f64, df: f64) -> f64 {
    ((df + c * c) / (df - 1.0) * t_pdf(c, df) - c * t_sf(c, df)).max(0.0)
}

/// The losses are of the lower one over the higher.
fn bayes(b_higher: f64, a_over_b: f64, b_over_a: f64, better: Better) -> Bayes {
    match better {
        Better::Higher => Bayes {
            probability_b_better: b_higher,
            loss_if_a: b_over_a,
            loss_if_b: a_over_b,
        },
        Better::Lower => Bayes {
            probability_b_better: 1.0 - b_higher,
            loss_if_a: a_over_b,
            loss_if_b: b_over_a,
        },
    }
}

/// Beta(successes + 1, failures + 1).
struct Posterior {
    a: f64,
    b: f64,
}

impl Posterior {
    fn new(with: u64, n: u64) -> Self {
        Self {
            a: with as f64 + 1.0,
            b: n.saturating_sub(with) as f64 + 1.0,
        }
    }

    fn mean(&self) -> f64 {
        self.a / (self.a + self.b)
    }

    fn spread(&self) -> f64 {
        let total = self.a + self.b;
        ((self.a / total) * (self.b / total) / (total + 1.0)).sqrt()
    }

    fn pdf(&self, x: f64) -> f64 {
        beta_pdf(x, self.a, self.b)
    }

    fn cdf(&self, x: f64) -> f64 {
        beta_cdf(x, self.a, self.b)
    }

    fn sf(&self, x: f64) -> f64 {
        beta_sf(x, self.a, self.b)
    }
}

/// Abscissas and weights over the parts of 0..1 where either posterior lives, and over all between them.
fn points(a: &Posterior, b: &Posterior) -> Vec<(f64, f64)> {
    let mut ends = Vec::new();
    for posterior in [a, b] {
        let (mean, spread) = (posterior.mean(), posterior.spread());
        for away in ENDS {
            ends.push((mean - away * spread).max(0.0));
            ends.push((mean + away * spread).min(1.0));
        }
    }
    ends.sort_by(f64::total_cmp);
    ends.dedup();
    let rule = gauss_legendre(POINTS);
    let panel = |pair: &[f64]| {
        let (low, width) = (pair[0], pair[1] - pair[0]);
        rule.iter()
            .map(|(t, weight)| (low + t * width, weight * width))
            .collect::<Vec<_>>()
    };
    ends.windows(2).flat_map(panel).collect()
}

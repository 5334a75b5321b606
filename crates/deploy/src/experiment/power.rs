//! The chance that a test finds a difference.

use math::special::{normal_cdf, normal_ppf};
use math::special_beta::{noncentral_t_sf, t_ppf};
use spec::experiment::Sides;

/// Of the z test of two rates with the pooled rate, its variance under the alternative unpooled. A two-sided test counts
/// both tails; a one-sided one the side of the difference.
///
/// Fleiss, Levin, Paik (2003), Statistical methods for rates and proportions, chapter 4; statsmodels
/// `power_proportions_2indep`.
pub fn of_rates(rate_a: f64, rate_b: f64, n_a: f64, n_b: f64, alpha: f64, sides: Sides) -> f64 {
    let pooled = (n_a * rate_a + n_b * rate_b) / (n_a + n_b);
    let under_null = (pooled * (1.0 - pooled) * (1.0 / n_a + 1.0 / n_b)).sqrt();
    let under_effect = (rate_a * (1.0 - rate_a) / n_a + rate_b * (1.0 - rate_b) / n_b).sqrt();
    let critical = -normal_ppf(tail(alpha, sides)) * under_null;
    let difference = (rate_b - rate_a).abs();
    let near = normal_cdf((difference - critical) / under_effect);
    match sides {
        Sides::One => near,
        Sides::Two => near + normal_cdf((-difference - critical) / under_effect),
    }
}

/// Of the t test of two means with one standard deviation; `effect` is their difference over it.
///
/// Cohen (1988), Statistical power analysis, chapter 2; statsmodels `TTestIndPower`.
pub fn of_means(effect: f64, n_a: f64, n_b: f64, alpha: f64, sides: Sides) -> f64 {
    let df = n_a + n_b - 2.0;
    let shift = effect.abs() * (n_a * n_b / (n_a + n_b)).sqrt();
    let critical = -t_ppf(tail(alpha, sides), df);
    let near = noncentral_t_sf(critical, df, shift);
    match sides {
        Sides::One => near,
        Sides::Two => near + noncentral_t_sf(critical, df, -shift),
    }
}

fn tail(alpha: f64, sides: Sides) -> f64 {
    match sides {
        Sides::One => alpha,
        Sides::Two => alpha / 2.0,
    }
}

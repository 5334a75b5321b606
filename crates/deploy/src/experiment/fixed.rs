//! Tests of a fixed size: right when they are looked at once, at the end.

use math::special::{normal_cdf, normal_ppf};
use math::special_beta::{t_cdf, t_ppf, t_sf};
use spec::experiment::{Better, FixedTest, Sides, TestMethod};

/// z with the pooled rate; the interval of B minus A is Newcombe's (method 10): Wilson's intervals of both rates, combined.
/// It is at level `1 - alpha` for two sides, `1 - 2 alpha` for one. Both variants have at least one unit.
///
/// Newcombe (1998), Interval estimation for the difference between independent proportions, Statistics in Medicine 17.
pub fn two_proportions(with_a: u64, n_a: u64, with_b: u64, n_b: u64, alpha: f64, sides: Sides, better: Better) -> FixedTest {
    let (a, b) = (n_a as f64, n_b as f64);
    let (rate_a, rate_b) = (with_a as f64 / a, with_b as f64 / b);
    let pooled = (with_a + with_b) as f64 / (a + b);
    let error = (pooled * (1.0 - pooled) * (1.0 / a + 1.0 / b)).sqrt();
    // All alike: nothing speaks against chance.
    let statistic = if error > 0.0 { (rate_b - rate_a) / error } else { 0.0 };
    let z = -normal_ppf(tail(alpha, sides));
    let (low_a, high_a) = wilson(rate_a, a, z);
    let (low_b, high_b) = wilson(rate_b, b, z);
    let length = |x: f64, y: f64| (x * x + y * y).sqrt();
    FixedTest {
        method: TestMethod::TwoProportions,
        statistic,
        degrees_of_freedom: None,
        p_value: p_value(sides, better, normal_cdf(statistic), normal_cdf(-statistic)),
        low: rate_b - rate_a - length(rate_b - low_b, high_a - rate_a),
        high: rate_b - rate_a + length(high_b - rate_b, rate_a - low_a),
    }
}

/// Welch's t, and its interval of B minus A. Arguments are means and variances (with n - 1) over units. None when nothing
/// varies, or with fewer than two units in a variant.
///
/// Welch (1947), The generalization of Student's problem when several different population variances are involved,
/// Biometrika 34.
pub fn welch(
    (mean_a, variance_a, n_a): (f64, f64, u64),
    (mean_b, variance_b, n_b): (f64, f64, u64),
    alpha: f64,
    sides: Sides,
    better: Better,
) -> Option<FixedTest> {
    let (error, df) = welch_error(variance_a, n_a, variance_b, n_b)?;
    let difference = mean_b - mean_a;
    let statistic = difference / error;
    let half = -t_ppf(tail(alpha, sides), df) * error;
    Some(FixedTest {
        method: TestMethod::Welch,
        statistic,
        degrees_of_freedom: Some(df),
        p_value: p_value(sides, better, t_cdf(statistic, df), t_sf(statistic, df)),
        low: difference - half,
        high: difference + half,
    })
}

/// Standard error of the difference of means, and Satterthwaite's degrees of freedom.
pub(super) fn welch_error(variance_a: f64, n_a: u64, variance_b: f64, n_b: u64) -> Option<(f64, f64)> {
    if n_a < 2 || n_b < 2 {
        return None;
    }
    let (a, b) = (variance_a / n_a as f64, variance_b / n_b as f64);
    let total = a + b;
    if !(total > 0.0 && total.is_finite()) {
        return None;
    }
    // Shares first: squares of large variances would overflow.
    let (a, b) = (a / total, b / total);
    let df = 1.0 / (a * a / (n_a as f64 - 1.0) + b * b / (n_b as f64 - 1.0));
    Some((total.sqrt(), df))
}

/// Wilson's score interval.
fn wilson(rate: f64, n: f64, z: f64) -> (f64, f64) {
    let square = z * z / n;
    let center = (rate + square / 2.0) / (1.0 + square);
    let half = z * (rate * (1.0 - rate) / n + square / (4.0 * n)).sqrt() / (1.0 + square);
    ((center - half).max(0.0), (center + half).min(1.0))
}

/// `below` and `above` are the chances of a smaller and of a larger statistic.
fn p_value(sides: Sides, better: Better, below: f64, above: f64) -> f64 {
    match (sides, better) {
        (Sides::Two, _) => (2.0 * below.min(above)).min(1.0),
        (Sides::One, Better::Higher) => above,
        (Sides::One, Better::Lower) => below,
    }
}

fn tail(alpha: f64, sides: Sides) -> f64 {
    match sides {
        Sides::One => alpha,
        Sides::Two => alpha / 2.0,
    }
}

//! The incomplete beta function and what follows from it: beta and Student's t distributions, central and not.
//!
//! Relative errors are about 1e-13 and grow slowly with the parameters (1e-11 at a million), because densities are computed
//! by their saddle point, not as differences of large logarithms.
//!
//! References: Loader (2000), Fast and accurate computation of binomial probabilities; Didonato, Morris (1992), Algorithm
//! 708, ACM TOMS 18 (continued fraction); Lenth (1989), Algorithm AS 243, Applied Statistics 38.

use crate::float;
use crate::special::normal_cdf;

/// `ln(sqrt(2 pi))`.
const LN_SQRT_2_PI: f64 = 0.918_938_533_204_672_8;
/// Steps of the continued fraction at most; it needs some `sqrt(max(a, b))`.
const MAX_STEPS: usize = 1_000_000;
/// Keeps Lentz's method away from division by 0.
const TINY: f64 = 1e-300;

/// P(X <= x) of the beta distribution, `I_x(a, b)`; `a`, `b` > 0 and finite. NaN outside of that, or for NaN.
pub fn beta_cdf(x: f64, a: f64, b: f64) -> f64 {
    beta_tails(x, 1.0 - x, a, b).0
}

/// P(X > x), without the loss of `1 - beta_cdf`.
pub fn beta_sf(x: f64, a: f64, b: f64) -> f64 {
    beta_tails(x, 1.0 - x, a, b).1
}

/// The `p` quantile of the beta distribution, to the last bits of [`beta_cdf`]. NaN outside of 0..1, or for NaN.
pub fn beta_ppf(p: f64, a: f64, b: f64) -> f64 {
    if !((0.0..=1.0).contains(&p) && a > 0.0 && b > 0.0) {
        return f64::NAN;
    }
    let (mut low, mut high) = (0.0, 1.0);
    if p == low || p == high {
        return p;
    }
    // Halves until no number lies between.
    loop {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            return middle;
        }
        if beta_cdf(middle, a, b) < p {
            low = middle;
        } else {
            high = middle;
        }
        if high - low <= 1e-15 * high {
            return f64::midpoint(low, high);
        }
    }
}

/// Density of the beta distribution; 0 outside of 0..1, infinite at an end where a parameter is below 1.
pub fn beta_pdf(x: f64, a: f64, b: f64) -> f64 {
    if !(a > 0.0 && b > 0.0) || x.is_nan() {
        return f64::NAN;
    }
    if !(0.0..=1.0).contains(&x) {
        return 0.0;
    }
    let at_end = |parameter: f64, other: f64| {
        if parameter == 1.0 {
            other
        } else if parameter > 1.0 {
            0.0
        } else {
            f64::INFINITY
        }
    };
    if x == 0.0 {
        return at_end(a, b);
    }
    if x == 1.0 {
        return at_end(b, a);
    }
    power_term(x, 1.0 - x, a, b) / (x * (1.0 - x))
}

/// P(T <= t) of Student's t with `df` > 0 degrees of freedom.
pub fn t_cdf(t: f64, df: f64) -> f64 {
    t_sf(-t, df)
}

/// P(T > t).
pub fn t_sf(t: f64, df: f64) -> f64 {
    if t.is_nan() || df.is_nan() || df <= 0.0 {
        return f64::NAN;
    }
    if df.is_infinite() {
        return normal_cdf(-t);
    }
    if t.is_infinite() {
        return if t > 0.0 { 0.0 } else { 1.0 };
    }
    let total = df + t * t;
    let (x, y) = if total.is_finite() {
        (df / total, t * t / total)
    } else {
        (0.0, 1.0)
    };
    let (tails, middle) = beta_tails(x, y, 0.5 * df, 0.5);
    if t >= 0.0 { 0.5 * tails } else { 0.5 + 0.5 * middle }
}

/// Density of Student's t.
pub fn t_pdf(t: f64, df: f64) -> f64 {
    if df.is_infinite() {
        return float::exp(-0.5 * t * t - LN_SQRT_2_PI);
    }
    // Gamma((df + 1) / 2) / (Gamma(df / 2) sqrt(df pi)), by Stirling's series where the difference would cancel.
    let half = 0.5 * df;
    let log_constant = if half > 15.0 {
        // ln Gamma(z + 1) = (z + 1/2) ln z - z + ln sqrt(2 pi) + error(z), at half - 1/2 and at half - 1.
        let w = half - 1.0;
        let errors = stirling_error(half - 0.5) - stirling_error(w);
        errors + half * float::ln_1p(0.5 / w) - 0.5 + 0.5 * float::ln(w)
    } else {
        float::lgamma(half + 0.5) - float::lgamma(half)
    };
    let log_power = -(half + 0.5) * float::ln_1p(t * t / df);
    float::exp(log_constant + log_power - 0.5 * float::ln(df * std::f64::consts::PI))
}

/// Inverse of [`t_cdf`]; -inf at 0, inf at 1, NaN outside.
pub fn t_ppf(p: f64, df: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) || df.is_nan() || df <= 0.0 {
        return f64::NAN;
    }
    let tail = p.min(1.0 - p);
    let sign = if p < 0.5 { -1.0 } else { 1.0 };
    if tail == 0.0 {
        return sign * f64::INFINITY;
    }
    if p == 0.5 {
        return 0.0;
    }
    let (mut low, mut high) = (0.0, 1.0);
    while t_sf(high, df) > tail && high < 1e300 {
        low = high;
        high *= 2.0;
    }
    // Newton's steps inside of a bracket that shrinks; bisection where they leave it.
    let mut t = 0.5 * (low + high);
    for _ in 0..200 {
        let excess = t_sf(t, df) - tail;
        if excess > 0.0 {
            low = t;
        } else {
            high = t;
        }
        let newton = t + excess / t_pdf(t, df);
        let next = if low < newton && newton < high {
            newton
        } else {
            0.5 * (low + high)
        };
        if (next - t).abs() <= 2.0 * f64::EPSILON * t {
            return sign * next;
        }
        t = next;
    }
    sign * t
}

/// P(T > t) of the noncentral t distribution: T = (Z + shift) / sqrt(chi-square(df) / df). What the power of a t test is.
/// Absolute error about 1e-12.
pub fn noncentral_t_sf(t: f64, df: f64, shift: f64) -> f64 {
    if t.is_nan() || shift.is_nan() || df.is_nan() || df <= 0.0 {
        return f64::NAN;
    }
    if df.is_infinite() {
        return normal_cdf(shift - t);
    }
    if t < 0.0 {
        return 1.0 - noncentral_t_sf(-t, df, -shift);
    }
    // P(T > t) = 1 - Phi(-shift) - half the sum over j of Poisson-like weights times incomplete betas.
    let total = df + t * t;
    let (x, y) = if total.is_finite() {
        (t * t / total, df / total)
    } else {
        (1.0, 0.0)
    };
    let mean = 0.5 * shift * shift;
    if mean == 0.0 {
        return t_sf(t, df);
    }
    let spread = 12.0 * mean.sqrt() + 40.0;
    let first = (mean - spread).max(0.0).floor() as u64;
    let last = (mean + spread).ceil() as u64;
    let log_mean = float::ln(mean);
    let mut inside = crate::sum::Sum::default();
    for j in first..=last {
        let j = j as f64;
        let even = float::exp(j * log_mean - mean - float::lgamma(j + 1.0));
        let odd = shift * std::f64::consts::FRAC_1_SQRT_2 * float::exp(j * log_mean - mean - float::lgamma(j + 1.5));
        inside.add(even * beta_tails(x, y, j + 0.5, 0.5 * df).0);
        inside.add(odd * beta_tails(x, y, j + 1.0, 0.5 * df).0);
    }
    (normal_cdf(shift) - 0.5 * inside.value()).clamp(0.0, 1.0)
}

/// `(I_x(a, b), 1 - I_x(a, b))`, each to its own relative precision; `y` is `1 - x`, given apart so that it keeps its digits.
fn beta_tails(x: f64, y: f64, a: f64, b: f64) -> (f64, f64) {
    if !(a > 0.0 && b > 0.0 && (a + b).is_finite()) || x.is_nan() {
        return (f64::NAN, f64::NAN);
    }
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    if y <= 0.0 {
        return (1.0, 0.0);
    }
    let front = power_term(x, y, a, b);
    if a * y >= b * x {
        let below = (front / fraction(x, y, a, b)).min(1.0);
        (below, 1.0 - below)
    } else {
        let above = (front / fraction(y, x, b, a)).min(1.0);
        (1.0 - above, above)
    }
}

/// `x^a y^b / (B(a, b) I_x(a, b))` for x up to the mean, by Lentz's method. `a y - b x` keeps its digits because `y` is
/// given: the usual fraction loses them near x = 1.
fn fraction(x: f64, y: f64, a: f64, b: f64) -> f64 {
    let away = |z: f64| if z.abs() < TINY { TINY } else { z };
    let excess = a * y - b * x + 1.0;
    let term = |m: f64| {
        let (below, above) = (a + 2.0 * m - 1.0, a + 2.0 * m + 1.0);
        m + m * (b - m) * x / below + (a + m) * (excess + m * (1.0 + y)) / above
    };
    // The 0th term's second part has m = 0 above a - 1, which may be 0 itself.
    let mut value = away(a * excess / (a + 1.0));
    let (mut c, mut d) = (value, 0.0);
    for m in 1..MAX_STEPS {
        let m = m as f64;
        let below = a + 2.0 * m - 1.0;
        let numerator = (m * (a + m - 1.0) / below) * ((a + b + m - 1.0) / below) * (b - m) * x * x;
        let denominator = term(m);
        d = 1.0 / away(denominator + numerator * d);
        c = away(denominator + numerator / c);
        let step = c * d;
        value *= step;
        if (step - 1.0).abs() <= f64::EPSILON {
            break;
        }
    }
    value
}

/// `x^a y^b / B(a, b)` with `x + y = 1`: a binomial probability times `a b / (a + b)`.
fn power_term(x: f64, y: f64, a: f64, b: f64) -> f64 {
    let n = a + b;
    let log = stirling_error(n) - stirling_error(a) - stirling_error(b) - deviance(a, n * x, n, x) - deviance(b, n * y, n, y);
    // sqrt(n / (2 pi a b)) a b / n = sqrt(a b / (2 pi n))
    float::exp(log) * (a * (b / n) / (2.0 * std::f64::consts::PI)).sqrt()
}

/// `ln Gamma(n + 1) - (n + 1/2) ln n + n - ln sqrt(2 pi)`.
fn stirling_error(n: f64) -> f64 {
    if n <= 15.0 {
        return float::lgamma(n + 1.0) - (n + 0.5) * float::ln(n) + n - LN_SQRT_2_PI;
    }
    let square = n * n;
    let mut sum = 1.0 / 156.0;
    for coefficient in [
        -691.0 / 360_360.0,
        1.0 / 1188.0,
        -1.0 / 1680.0,
        1.0 / 1260.0,
        -1.0 / 360.0,
        1.0 / 12.0,
    ] {
        sum = sum / square + coefficient;
    }
    sum / n
}

/// `observed ln(observed / expected) + expected - observed`, without cancellation where the two are near; `expected` is
/// `n p`.
fn deviance(observed: f64, expected: f64, n: f64, p: f64) -> f64 {
    let difference = observed - expected;
    if difference.abs() >= 0.1 * (observed + expected) {
        let ratio = if expected > 0.0 {
            float::ln(observed / expected)
        } else {
            float::ln(observed / n) - float::ln(p)
        };
        return observed * ratio - difference;
    }
    // observed = expected (1 + v) / (1 - v): a series in v.
    let v = difference / (observed + expected);
    let mut sum = difference * v;
    let mut term = 2.0 * observed * v;
    for j in 1..1000 {
        term *= v * v;
        let next = sum + term / (2 * j + 1) as f64;
        if next == sum {
            break;
        }
        sum = next;
    }
    sum
}

//! Functions of probability.

use crate::float;

/// P(Z <= x) of the standard normal.
pub fn normal_cdf(x: f64) -> f64 {
    0.5 * float::erfc(-x / std::f64::consts::SQRT_2)
}

/// P(Z > x) of the standard normal, exact in its upper tail too.
pub fn normal_sf(x: f64) -> f64 {
    0.5 * float::erfc(x / std::f64::consts::SQRT_2)
}

/// The upper regularised incomplete gamma function Q(a, x); NaN for `a <= 0` or `x < 0`.
///
/// Below `a + 1` by the series of its complement, above by Lentz's continued fraction. Relative error below 1e-12 for
/// `a` up to 10,000. Reference: Press et al., Numerical Recipes, 6.2.
pub fn gamma_q(a: f64, x: f64) -> f64 {
    const MAX_ROUNDS: u32 = 100_000;
    if x.is_nan() || x < 0.0 || a.is_nan() || a <= 0.0 {
        return f64::NAN;
    }
    if x == 0.0 {
        return 1.0;
    }
    if x == f64::INFINITY {
        return 0.0;
    }
    let scale = float::exp(a * float::ln(x) - x - float::lgamma(a));
    if x < a + 1.0 {
        let mut term = 1.0 / a;
        let mut total = term;
        let mut n = a;
        for _ in 0..MAX_ROUNDS {
            n += 1.0;
            term *= x / n;
            total += term;
            if term <= total * f64::EPSILON {
                break;
            }
        }
        return (1.0 - total * scale).clamp(0.0, 1.0);
    }
    let tiny = f64::MIN_POSITIVE / f64::EPSILON;
    let away = |value: f64| if value.abs() < tiny { tiny } else { value };
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / tiny;
    let mut d = 1.0 / b;
    let mut fraction = d;
    for i in 1..MAX_ROUNDS {
        let i = f64::from(i);
        let numerator = -i * (i - a);
        b += 2.0;
        d = 1.0 / away(numerator * d + b);
        c = away(b + numerator / c);
        let step = d * c;
        fraction *= step;
        if (step - 1.0).abs() <= f64::EPSILON {
            break;
        }
    }
    (fraction * scale).clamp(0.0, 1.0)
}

/// P(X > x) of the chi-square distribution with `dof` degrees of freedom; 1 for `x <= 0`, NaN for `dof <= 0`.
pub fn chi_square_sf(x: f64, dof: f64) -> f64 {
    if x <= 0.0 && dof > 0.0 {
        1.0
    } else {
        gamma_q(0.5 * dof, 0.5 * x)
    }
}

/// P(K > x) of Kolmogorov's limiting distribution; 1 for `x <= 0`.
///
/// Both of its series are used where they converge within a few terms: the alternating one from 1 on, its theta
/// transform below. Reference: Marsaglia, Tsang, Wang: Evaluating Kolmogorov's distribution, 2003.
pub fn kolmogorov_sf(x: f64) -> f64 {
    use std::f64::consts::PI;
    if x.is_nan() {
        return f64::NAN;
    }
    // Below, the probability is 1 to the last bit.
    if x < 0.05 {
        return 1.0;
    }
    if x < 1.0 {
        let squared = PI * PI / (8.0 * x * x);
        let total: f64 = [1.0, 3.0, 5.0, 7.0, 9.0]
            .iter()
            .map(|odd: &f64| float::exp(-odd * odd * squared))
            .sum();
        return 1.0 - (2.0 * PI).sqrt() / x * total;
    }
    let term = |k: f64| float::exp(-2.0 * k * k * x * x);
    2.0 * (term(1.0) - term(2.0) + term(3.0) - term(4.0) + term(5.0))
}

/// Rows of the larger sample up to which [`ks_two_sample_sf`] counts paths, as scipy.
pub const MAX_KS_EXACT: u64 = 10_000;

/// P(D >= `statistic`) of the two-sided two-sample Kolmogorov-Smirnov test with samples of `n` and `m` rows without
/// ties (with ties the true probability is smaller). NaN when a sample is empty.
///
/// Up to [`MAX_KS_EXACT`] rows each: the share of lattice paths that leave the band, counted without cancellation
/// (O(rows x width of the band)). Beyond, and for probabilities below 1e-30: Kolmogorov's limit at `x + 1 / (6 sqrt(k)) +
/// (x - 1) / (4 k)`, where `k = n m / (n + m)` and `x = sqrt(k) D`. It agrees with the one-sample distribution of k rows,
/// which scipy uses there, to 3e-4 from k = 100 and to 3e-5 from k = 1,000 on. Both leave out that D moves in steps: with
/// samples of one size of just over 10,000 rows that is up to 0.004.
///
/// References: Hodges: The significance probability of the Smirnov two-sample test, 1958; Vrbik: Small-sample
/// corrections to Kolmogorov-Smirnov test statistic, 2018.
pub fn ks_two_sample_sf(statistic: f64, n: u64, m: u64) -> f64 {
    if n == 0 || m == 0 || statistic.is_nan() {
        return f64::NAN;
    }
    if statistic <= 0.0 {
        return 1.0;
    }
    let k = n as f64 * (m as f64 / (n as f64 + m as f64));
    let x = k.sqrt() * statistic;
    // Beyond, the band would be wide and the probability below 1e-30.
    if n.max(m) <= MAX_KS_EXACT && x <= 6.0 {
        return paths_outside(statistic, n.max(m), n.min(m));
    }
    kolmogorov_sf(x + 1.0 / (6.0 * k.sqrt()) + (x - 1.0) / (4.0 * k))
}

/// The share of lattice paths from (0, 0) to (m, n), `m >= n`, that touch or cross `|x / m - y / n| = statistic`.
///
/// Column by column within the band, each cell the share of the paths to it that have left: A(x, y) = (A(x - 1, y) x +
/// A(x, y - 1) y) / (x + y), and 1 outside.
fn paths_outside(statistic: f64, m: u64, n: u64) -> f64 {
    let divisor = greatest_common_divisor(m, n);
    let (step_m, step_n) = ((m / divisor) as i64, (n / divisor) as i64);
    // The statistic is a multiple of 1 / lcm(m, n).
    let h = (statistic * (step_m as f64 * n as f64)).round() as i64;
    if h <= 0 {
        return 1.0;
    }
    let n = n as i64;
    let mut low = 0i64;
    let mut high = ceil_div(h, step_m).min(n + 1);
    let mut column = vec![1.0; (2 * high + 2).min(n + 1) as usize];
    column[..(high as usize)].fill(0.0);
    for i in 1..=m as i64 {
        let (last_low, last_length) = (low, high - low);
        low = ((step_n * i - h).div_euclid(step_m) + 1).clamp(0, n);
        high = ceil_div(step_n * i + h, step_m).min(n + 1);
        if high <= low {
            return 1.0;
        }
        let shift = (low - last_low) as usize;
        let length = (high - low) as usize;
        let mut value = if low == 0 { 0.0 } else { 1.0 };
        for j in 0..length {
            let y = (low + j as i64) as f64;
            let x = i as f64;
            value = (column.get(j + shift).copied().unwrap_or(1.0) * x + value * y) / (x + y);
            column[j] = value;
        }
        let last_length = last_length as usize;
        if last_length > length {
            column[length..last_length].fill(1.0);
        }
    }
    column[(high - low - 1) as usize]
}

fn ceil_div(a: i64, b: i64) -> i64 {
    -(-a).div_euclid(b)
}

fn greatest_common_divisor(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

fn ratio(x: f64, numerator: &[f64; 8], denominator: &[f64; 8]) -> f64 {
    let horner = |coefficients: &[f64; 8]| coefficients.iter().rev().fold(0.0, |sum, c| sum * x + c);
    horner(numerator) / horner(denominator)
}

/// Inverse of [`normal_cdf`], relative error about 1e-16. -inf at 0, inf at 1, NaN outside.
///
/// Wichura: Algorithm AS 241, the percentage points of the normal distribution, Applied Statistics 37 (1988).
#[expect(clippy::excessive_precision, reason = "the coefficients as printed")]
pub fn normal_ppf(p: f64) -> f64 {
    const A: [f64; 8] = [
        3.3871328727963666080e0,
        1.3314166789178437745e+2,
        1.9715909503065514427e+3,
        1.3731693765509461125e+4,
        4.5921953931549871457e+4,
        6.7265770927008700853e+4,
        3.3430575583588128105e+4,
        2.5090809287301226727e+3,
    ];
    const B: [f64; 8] = [
        1.0,
        4.2313330701600911252e+1,
        6.8718700749205790830e+2,
        5.3941960214247511077e+3,
        2.1213794301586595867e+4,
        3.9307895800092710610e+4,
        2.8729085735721942674e+4,
        5.2264952788528545610e+3,
    ];
    const C: [f64; 8] = [
        1.42343711074968357734e0,
        4.63033784615654529590e0,
        5.76949722146069140550e0,
        3.64784832476320460504e0,
        1.27045825245236838258e0,
        2.41780725177450611770e-1,
        2.27238449892691845833e-2,
        7.74545014278341407640e-4,
    ];
    const D: [f64; 8] = [
        1.0,
        2.05319162663775882187e0,
        1.67638483018380384940e0,
        6.89767334985100004550e-1,
        1.48103976427480074590e-1,
        1.51986665636164571966e-2,
        5.47593808499534494600e-4,
        1.05075007164441684324e-9,
    ];
    const E: [f64; 8] = [
        6.65790464350110377720e0,
        5.46378491116411436990e0,
        1.78482653991729133580e0,
        2.96560571828504891230e-1,
        2.65321895265761230930e-2,
        1.24266094738807843860e-3,
        2.71155556874348757815e-5,
        2.01033439929228813265e-7,
    ];
    const F: [f64; 8] = [
        1.0,
        5.99832206555887937690e-1,
        1.36929880922735805310e-1,
        1.48753612908506148525e-2,
        7.86869131145613259100e-4,
        1.84631831751005468180e-5,
        1.42151175831644588870e-7,
        2.04426310338993978564e-15,
    ];
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    let centred = p - 0.5;
    if centred.abs() <= 0.425 {
        return centred * ratio(0.180625 - centred * centred, &A, &B);
    }
    let tail = if centred < 0.0 { p } else { 1.0 - p };
    if tail == 0.0 {
        return if centred < 0.0 { f64::NEG_INFINITY } else { f64::INFINITY };
    }
    let r = (-float::ln(tail)).sqrt();
    let x = if r <= 5.0 {
        ratio(r - 1.6, &C, &D)
    } else {
        ratio(r - 5.0, &E, &F)
    };
    if centred < 0.0 { -x } else { x }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(what: &str, got: f64, expected: f64, relative: f64) {
        assert!(
            (got - expected).abs() <= relative * expected.abs(),
            "{what}: {got}, {expected}"
        );
    }

    #[test]
    fn ends_and_nonsense() {
        assert_eq!(gamma_q(2.0, 0.0), 1.0);
        assert_eq!(gamma_q(2.0, f64::INFINITY), 0.0);
        for (a, x) in [(0.0, 1.0), (-1.0, 1.0), (1.0, -1.0), (f64::NAN, 1.0), (1.0, f64::NAN)] {
            assert!(gamma_q(a, x).is_nan(), "{a} {x}");
        }
        assert_eq!((chi_square_sf(0.0, 3.0), chi_square_sf(-1.0, 3.0)), (1.0, 1.0));
        assert!(chi_square_sf(1.0, 0.0).is_nan());
        assert_eq!((kolmogorov_sf(-1.0), kolmogorov_sf(0.0), kolmogorov_sf(1e9)), (1.0, 1.0, 0.0));
        assert_eq!(ks_two_sample_sf(0.0, 5, 7), 1.0);
        assert!(ks_two_sample_sf(0.5, 0, 7).is_nan() && ks_two_sample_sf(f64::NAN, 5, 7).is_nan());
    }

    #[test]
    fn every_path_is_counted() {
        // All orders of two samples of three and two rows: D = 1 in 2 of 10, D >= 2/3 in 6 of 10, D >= 1/2 in 9 of 10.
        for (statistic, expected) in [(1.0, 0.2), (2.0 / 3.0, 0.6), (0.5, 0.9), (1.0 / 3.0, 1.0)] {
            close("small", ks_two_sample_sf(statistic, 3, 2), expected, 1e-15);
            close("small", ks_two_sample_sf(statistic, 2, 3), expected, 1e-15);
        }
        // The two ways meet: 10,000 rows are counted, one row more is not.
        for statistic in [0.012, 0.02, 0.03] {
            let counted = ks_two_sample_sf(statistic, 10_000, 10_000);
            let limit = ks_two_sample_sf(statistic, 10_001, 10_001);
            assert!((counted - limit).abs() < 0.004, "{counted} {limit}");
        }
    }

    #[test]
    fn the_inverse_undoes() {
        // scipy 1.17: norm.ppf([0.975, 1e-10, 0.5, 0.01])
        for (p, x) in [
            (0.975, 1.959963984540054),
            (1e-10, -6.361340902404056),
            (0.5, 0.0),
            (0.01, -2.3263478740408408),
        ] {
            assert!((normal_ppf(p) - x).abs() <= 1e-14 * x.abs(), "{p}");
            assert!((normal_cdf(x) - p).abs() <= 1e-14 * p.max(1e-3), "{x}");
        }
        assert_eq!(normal_ppf(0.0), f64::NEG_INFINITY);
        assert_eq!(normal_ppf(1.0), f64::INFINITY);
        assert!(normal_ppf(1.5).is_nan());
    }
}

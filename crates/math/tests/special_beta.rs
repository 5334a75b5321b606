//! Against scipy and mpmath (tests/golden/math, with the script that made the numbers).
#![allow(clippy::unwrap_used, reason = "a test that cannot read its numbers must fail")]

use math::special_beta::{beta_cdf, beta_pdf, beta_sf, noncentral_t_sf, t_cdf, t_pdf, t_ppf, t_sf};
use serde_json::Value;

fn golden() -> Value {
    serde_json::from_str(include_str!("../../../tests/golden/math/special_beta.json")).unwrap()
}

fn cases<'a>(golden: &'a Value, name: &str) -> &'a [Value] {
    golden[name].as_array().unwrap()
}

fn number(case: &Value, name: &str) -> f64 {
    case[name].as_f64().unwrap()
}

#[track_caller]
fn near(got: f64, expected: f64, relative: f64, case: &Value) {
    assert!(
        (got - expected).abs() <= relative * expected.abs() + 1e-300,
        "{got:e}, reference {expected:e}, off by {:e}: {case}",
        (got / expected - 1.0).abs()
    );
}

#[test]
fn beta_distribution() {
    let golden = golden();
    for case in cases(&golden, "beta") {
        let (x, a, b) = (number(case, "x"), number(case, "a"), number(case, "b"));
        // x itself is rounded: at a million the density moves by 1e-11 for the last bit of x.
        let relative = 4e-14 * (1.0 + (a + b).sqrt());
        near(beta_cdf(x, a, b), number(case, "cdf"), relative, case);
        near(beta_sf(x, a, b), number(case, "sf"), relative, case);
        near(beta_pdf(x, a, b), number(case, "pdf"), relative, case);
        near(beta_cdf(1.0 - x, b, a), number(case, "sf"), 1e-7, case);
    }
    assert_eq!(
        (beta_cdf(0.0, 2.0, 3.0), beta_cdf(1.0, 2.0, 3.0), beta_sf(-1.0, 2.0, 3.0)),
        (0.0, 1.0, 1.0)
    );
    assert!(beta_cdf(0.5, 0.0, 1.0).is_nan() && beta_cdf(f64::NAN, 1.0, 1.0).is_nan());
    assert_eq!(
        (beta_pdf(0.0, 1.0, 3.0), beta_pdf(0.0, 2.0, 3.0), beta_pdf(2.0, 1.0, 1.0)),
        (3.0, 0.0, 0.0)
    );
    assert_eq!(beta_pdf(1.0, 3.0, 0.5), f64::INFINITY);
}

#[test]
fn student_distribution() {
    let golden = golden();
    for case in cases(&golden, "student") {
        let (t, df) = (number(case, "t"), number(case, "df"));
        near(t_sf(t, df), number(case, "sf"), 1e-12, case);
        near(t_cdf(-t, df), number(case, "sf"), 1e-12, case);
        // scipy's density is off by 1e-11 where df is large.
        near(t_pdf(t, df), number(case, "pdf"), 1e-8, case);
    }
    for case in cases(&golden, "quantiles") {
        let (p, df) = (number(case, "p"), number(case, "df"));
        near(t_ppf(p, df), number(case, "t"), 1e-11, case);
        assert!((t_cdf(t_ppf(p, df), df) - p).abs() <= 1e-13 * p, "{case}");
    }
    assert_eq!((t_ppf(0.0, 3.0), t_ppf(1.0, 3.0)), (f64::NEG_INFINITY, f64::INFINITY));
    assert!(t_ppf(1.5, 3.0).is_nan() && t_sf(1.0, 0.0).is_nan());
    assert!((t_sf(1.0, f64::INFINITY) - math::special::normal_cdf(-1.0)).abs() < 1e-16);
    assert_eq!((t_sf(1e200, 2.0), t_sf(f64::INFINITY, 2.0)), (0.0, 0.0));
}

#[test]
fn noncentral_student_distribution() {
    let golden = golden();
    for case in cases(&golden, "noncentral") {
        let (t, df, shift) = (number(case, "t"), number(case, "df"), number(case, "shift"));
        let (got, expected) = (noncentral_t_sf(t, df, shift), number(case, "sf"));
        assert!((got - expected).abs() <= 2e-12, "{got}, reference {expected}: {case}");
    }
    assert_eq!(noncentral_t_sf(1.3, 9.0, 0.0), t_sf(1.3, 9.0));
    let (finite, limit) = (noncentral_t_sf(1.3, 1e9, 2.0), noncentral_t_sf(1.3, f64::INFINITY, 2.0));
    assert!((finite - limit).abs() < 1e-8, "{finite} {limit}");
}

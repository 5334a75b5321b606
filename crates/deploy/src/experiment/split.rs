//! Were the units split as meant? A sample ratio mismatch.
//!
//! Chi-square of the assigned units against the shares that were meant. A mismatch says that units were lost or added for
//! a reason, and that reason may well differ between the variants: no other figure of the experiment can be trusted.
//!
//! Fabijan et al. (2019), Diagnosing sample ratio mismatch in online controlled experiments, KDD.

use math::float;
use spec::experiment::SplitCheck;

/// Chance alone does that once in a thousand experiments.
const MISMATCH_P: f64 = 0.001;
/// Expected units of the smaller variant below which chi-square says little.
const LEAST_EXPECTED: f64 = 5.0;

/// `share_b` is strictly between 0 and 1. None without units.
pub fn check(n_a: u64, n_b: u64, share_b: f64) -> Option<SplitCheck> {
    let total = (n_a + n_b) as f64;
    if total == 0.0 {
        return None;
    }
    let (expected_a, expected_b) = (total * (1.0 - share_b), total * share_b);
    let away = n_b as f64 - expected_b;
    let chi_square = away * away / expected_a + away * away / expected_b;
    // One degree of freedom: both tails of a normal.
    let p_value = float::erfc((chi_square / 2.0).sqrt());
    Some(SplitCheck {
        expected_share_b: share_b,
        share_b: n_b as f64 / total,
        chi_square,
        p_value,
        mismatch: p_value < MISMATCH_P && expected_a.min(expected_b) >= LEAST_EXPECTED,
    })
}

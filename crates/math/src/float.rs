//! Transcendental functions with the same bits on every target. Exact operations (`sqrt`, `abs`, `floor`, `ceil`,
//! `trunc`, `round`) stay with std.

macro_rules! through_libm {
    ($($name:ident => $libm:ident),* $(,)?) => {
        $(#[inline] pub fn $name(x: f64) -> f64 { libm::$libm(x) })*
    };
}

through_libm! {
    exp => exp,
    exp_m1 => expm1,
    ln => log,
    ln_1p => log1p,
    log2 => log2,
    log10 => log10,
    sin => sin,
    cos => cos,
    tanh => tanh,
    erf => erf,
    erfc => erfc,
    lgamma => lgamma,
}

#[inline]
pub fn pow(x: f64, y: f64) -> f64 {
    libm::pow(x, y)
}

/// `1 / (1 + exp(-x))`, without overflow on either side.
#[inline]
pub fn sigmoid(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + exp(-x))
    } else {
        let e = exp(x);
        e / (1.0 + e)
    }
}

/// `exp` to about 2e-16 relative, some times faster than [`exp`] and as deterministic: for hot loops that exchange no
/// values with other programs. Arguments are clipped to -708..708; NaN stays NaN.
///
/// `x = n ln 2 + r`, `exp(x) = 2^n exp(r)` with a Taylor polynomial in r, |r| <= 0.35.
#[inline]
pub fn exp_quick(x: f64) -> f64 {
    /// 1.5 * 2^52: adding it rounds to a whole number, which then stands in the low bits.
    const ROUND: f64 = 6_755_399_441_055_744.0;
    const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
    const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    let x = x.clamp(-708.0, 708.0);
    let shifted = x * std::f64::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = (x - n * LN_2_HIGH) - n * LN_2_LOW;
    let mut sum = 1.0 / 6_227_020_800.0;
    for inverse in [
        1.0 / 479_001_600.0,
        1.0 / 39_916_800.0,
        1.0 / 3_628_800.0,
        1.0 / 362_880.0,
        1.0 / 40_320.0,
        1.0 / 5_040.0,
        1.0 / 720.0,
        1.0 / 120.0,
        1.0 / 24.0,
        1.0 / 6.0,
        0.5,
        1.0,
        1.0,
    ] {
        sum = sum * r + inverse;
    }
    let power = f64::from_bits(shifted.to_bits().wrapping_add(1023) << 52);
    sum * power
}

/// `ln(1 + exp(x))`, without overflow.
#[inline]
pub fn softplus(x: f64) -> f64 {
    if x > 0.0 { x + ln_1p(exp(-x)) } else { ln_1p(exp(x)) }
}

/// Scores become probabilities that sum to 1, in place; the largest score is subtracted first. Nothing happens to an
/// empty slice.
pub fn softmax(scores: &mut [f64]) {
    let largest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut total = 0.0;
    for score in scores.iter_mut() {
        *score = exp(*score - largest);
        total += *score;
    }
    for score in scores.iter_mut() {
        *score /= total;
    }
}

/// `ln(sum(exp(x)))` over the scores, without overflow.
pub fn log_sum_exp(scores: &[f64]) -> f64 {
    let largest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    largest + ln(scores.iter().map(|score| exp(score - largest)).sum::<f64>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sigmoid_is_finite_and_symmetric() {
        assert_eq!(sigmoid(0.0), 0.5);
        assert_eq!(sigmoid(-1e4), 0.0);
        assert_eq!(sigmoid(1e4), 1.0);
        assert!((sigmoid(3.0) + sigmoid(-3.0) - 1.0).abs() < 1e-15);
    }

    #[test]
    fn the_quick_exp_is_as_good() {
        for i in -70_000..70_000 {
            let x = f64::from(i) * 0.0101;
            assert!((exp_quick(x) / exp(x) - 1.0).abs() < 5e-16, "{x}");
        }
        assert_eq!(exp_quick(0.0), 1.0);
        assert!(exp_quick(f64::NAN).is_nan() && exp_quick(1e9).is_finite() && exp_quick(-1e9) > 0.0);
    }

    #[test]
    fn softmax_sums_to_one_at_extremes() {
        let mut scores = [1e300, -1e300, 1e300];
        softmax(&mut scores);
        assert_eq!(scores, [0.5, 0.0, 0.5]);
        assert!((log_sum_exp(&[1000.0, 1000.0]) - (1000.0 + std::f64::consts::LN_2)).abs() < 1e-12);
    }
}

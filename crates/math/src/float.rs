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
    fn softmax_sums_to_one_at_extremes() {
        let mut scores = [1e300, -1e300, 1e300];
        softmax(&mut scores);
        assert_eq!(scores, [0.5, 0.0, 0.5]);
        assert!((log_sum_exp(&[1000.0, 1000.0]) - (1000.0 + std::f64::consts::LN_2)).abs() < 1e-12);
    }
}

//! Foolish input, told with what to do about it.

use spec::{Message, Outcome};

/// Units of B per unit of A, either way.
const MOST_UNEQUAL: f64 = 1000.0;

/// Errors: `experiment.alpha_range`.
pub(super) fn alpha(alpha: f64) -> Outcome<()> {
    if alpha > 0.0 && alpha <= 0.5 {
        Ok(())
    } else {
        Err(Message::new("experiment.alpha_range").with("alpha", alpha).into())
    }
}

/// Errors: `experiment.power_range`.
pub(super) fn power(power: f64, alpha: f64) -> Outcome<()> {
    if (0.5..1.0).contains(&power) && power > alpha {
        Ok(())
    } else {
        Err(Message::new("experiment.power_range").with("power", power).into())
    }
}

/// Errors: `experiment.ratio_range`.
pub(super) fn ratio(ratio: f64) -> Outcome<()> {
    if (1.0 / MOST_UNEQUAL..=MOST_UNEQUAL).contains(&ratio) {
        Ok(())
    } else {
        Err(Message::new("experiment.ratio_range")
            .with("ratio", ratio)
            .with("most", MOST_UNEQUAL)
            .into())
    }
}

/// A number that must be there, finite and above 0.
///
/// Errors: the code given.
pub(super) fn positive(x: f64, code: &str) -> Outcome<()> {
    if x > 0.0 && x.is_finite() {
        Ok(())
    } else {
        Err(Message::new(code).with("value", x).into())
    }
}

/// Strictly between 0 and 1.
///
/// Errors: the code given.
pub(super) fn share(x: f64, code: &str) -> Outcome<()> {
    if x > 0.0 && x < 1.0 {
        Ok(())
    } else {
        Err(Message::new(code).with("value", x).into())
    }
}

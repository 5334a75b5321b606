//! What a model sees: named f32 columns.

use serde::{Deserialize, Serialize};

/// Column-major, shape `n_features` x `n_rows`. Features are computed in f64 and rounded once to f32, clipped to
/// +-3e38; NaN is missing. Models compute on these values widened to f64, so that the exported model agrees.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Features {
    pub names: Vec<String>,
    pub columns: Vec<Vec<f32>>,
    pub n_rows: usize,
}

impl Features {
    pub fn n_features(&self) -> usize {
        self.columns.len()
    }

    /// The rounding rule: once to f32, then clipped (NaN stays NaN).
    pub fn round(x: f64) -> f32 {
        (x as f32).clamp(-3e38, 3e38)
    }

    /// The rows named, in that order.
    pub fn select(&self, rows: &[u32]) -> Self {
        Self {
            names: self.names.clone(),
            columns: self
                .columns
                .iter()
                .map(|column| rows.iter().map(|&row| column[row as usize]).collect())
                .collect(),
            n_rows: rows.len(),
        }
    }
}

/// Rounds to 24 significant bits, by operations that every runtime repeats to the bit (Veltkamp's splitting).
///
/// Logarithms and exponentials go through it at once: their last bit differs between libraries, and a bin's edge or a
/// comparison after them would make another answer of that bit. Infinite results and those beyond 1e299 become missing.
pub fn settled(x: f64) -> f64 {
    let scaled = x * SPLITTER;
    scaled - (scaled - x)
}

/// 2^29 + 1: leaves 53 - 29 bits.
pub const SPLITTER: f64 = 536_870_913.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settled_numbers_hide_the_last_bit() {
        for x in [0.1, 2.345_678_901_234_567, -7.3, 1e-300, 709.0, 1e290] {
            assert_eq!(settled(x), settled(x.next_up()), "{x}");
            assert_eq!(settled(settled(x)), settled(x), "{x}");
            assert!((settled(x) / x - 1.0).abs() <= 6e-8, "{x}");
        }
        assert_eq!(settled(2.345_678_901_234_567), f64::from(2.345_678_901_234_567f64 as f32));
        assert_eq!(settled(0.0), 0.0);
        for x in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e307] {
            assert!(settled(x).is_nan(), "{x}");
        }
    }
}

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

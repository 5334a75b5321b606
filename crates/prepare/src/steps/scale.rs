//! What all scalers come to once they have learned: a centre and a divisor a column.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use spec::step::Columns;
use spec::{Message, Outcome};

use super::fitting::too_large;
use super::{Fitted, Fitting};
use crate::fitted::FittedKind;
use crate::frame::Frame;
use crate::sklearn::{Lines, list};

/// `(x - center) / scale`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FittedScale {
    pub columns: Vec<ScaleColumn>,
    pub method: ScaleMethod,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScaleColumn {
    pub column: String,
    pub center: f64,
    /// Never 0.
    pub scale: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScaleMethod {
    /// Center: mean; scale: population standard deviation, 1 for a constant column.
    Standard,
    /// Center: min; scale: max - min, 1 for a constant column.
    MinMax,
}

impl ScaleMethod {
    /// scikit-learn's scaler.
    fn sklearn(self) -> &'static str {
        match self {
            Self::Standard => "StandardScaler()",
            Self::MinMax => "MinMaxScaler()",
        }
    }
}

/// Learns centre and spread of each number column by `learn`, from its values that are there (at least one), and says them
/// by `note`.
///
/// Errors: `prepare.too_large`.
pub(super) fn fit(
    fitting: &mut Fitting,
    columns: &Columns,
    method: ScaleMethod,
    learn: impl Fn(Vec<f64>) -> (f64, f64),
    note: impl Fn(f64, f64) -> Message,
) -> Outcome<FittedKind> {
    let names = fitting.numbers(columns)?;
    let mut columns = Vec::new();
    for (i, column) in names.iter().enumerate() {
        fitting.tick(i, names.len())?;
        let present = fitting.present(column)?;
        let is_empty = present.is_empty();
        let (center, spread) = if is_empty { (0.0, 0.0) } else { learn(present) };
        if !center.is_finite() || !spread.is_finite() {
            return Err(too_large(column));
        }
        let message = match spread {
            _ if is_empty => Message::new("prepare.learned_nothing"),
            0.0 => Message::new("prepare.learned_scale_constant").with("value", center),
            _ => note(center, spread),
        };
        fitting.note(column, message);
        columns.push(ScaleColumn {
            column: column.clone(),
            center,
            scale: if spread == 0.0 { 1.0 } else { spread },
        });
    }
    Ok(FittedKind::Scale(FittedScale { columns, method }))
}

impl Fitted for FittedScale {
    fn apply(&self, frame: &mut Frame) {
        for scale in &self.columns {
            frame.map_numbers(&scale.column, |x| (x - scale.center) / scale.scale);
        }
    }

    fn prune(&self, live: &mut BTreeSet<String>) -> FittedKind {
        let needed = self.columns.iter().filter(|scale| live.contains(&scale.column));
        FittedKind::Scale(Self {
            columns: needed.cloned().collect(),
            method: self.method,
        })
    }

    fn sklearn(&self, _lines: &mut Lines) -> Vec<String> {
        // What changes nothing is left out: a column without any training value, of which scikit-learn would make NaN
        // throughout.
        let changes = self.columns.iter().filter(|scale| (scale.center, scale.scale) != (0.0, 1.0));
        let names: Vec<String> = changes.map(|scale| scale.column.clone()).collect();
        if names.is_empty() {
            return Vec::new();
        }
        vec![format!("on({}, {})", list(&names), self.method.sklearn())]
    }
}

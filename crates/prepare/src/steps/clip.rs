//! Clipping to training quantiles.

use std::collections::BTreeSet;

use math::quantile;
use serde::{Deserialize, Serialize};
use spec::step::{Clip, Columns, PipelineKind, StepInfo};
use spec::{ColumnSet, Domain, Message, Outcome};

use super::{Fitted, Fitting, Preprocessing};
use crate::fitted::FittedKind;
use crate::frame::Frame;
use crate::sklearn::{Lines, assign, cell, number};

/// `min(max(x, low), high)`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FittedClip {
    pub columns: Vec<ClipColumn>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClipColumn {
    pub column: String,
    pub low: f64,
    pub high: f64,
}

pub(super) fn info() -> StepInfo {
    let begin = Clip {
        columns: Columns::Numbers,
        low_quantile: 0.01,
        high_quantile: 0.99,
    };
    let share = || Domain::Real {
        low: 0.0,
        high: 1.0,
        low_open: false,
    };
    let which = ColumnSet::Numbers;
    StepInfo::new(PipelineKind::from(begin))
        .setting("columns", Domain::Scope { which })
        .setting("low_quantile", share())
        .setting("high_quantile", share())
        .ascending(&["low_quantile", "high_quantile"])
}

impl Preprocessing for Clip {
    /// Errors: `prepare.quantiles`, `prepare.too_large`.
    fn fit(&self, fitting: &mut Fitting) -> Outcome<FittedKind> {
        let names = fitting.numbers(&self.columns)?;
        let (low, high) = (self.low_quantile, self.high_quantile);
        if !(0.0 <= low && low < high && high <= 1.0) {
            return Err(Message::new("prepare.quantiles").with("low", low).with("high", high).into());
        }
        let mut columns = Vec::new();
        for (i, column) in names.iter().enumerate() {
            fitting.tick(i, names.len())?;
            let sorted = quantile::sorted(fitting.present(column)?);
            if sorted.is_empty() {
                fitting.note(column, Message::new("prepare.learned_nothing"));
                continue;
            }
            let low = quantile::quantile_sorted(&sorted, low);
            let high = quantile::quantile_sorted(&sorted, high);
            let n_outside = sorted.iter().filter(|x| **x < low || **x > high).count();
            let message = Message::new("prepare.learned_clip")
                .with("low", low)
                .with("high", high)
                .with("n_outside", n_outside)
                .with("n_rows", fitting.frame.n_rows);
            fitting.note(column, message);
            columns.push(ClipColumn {
                column: column.clone(),
                low,
                high,
            });
        }
        Ok(FittedKind::Clip(FittedClip { columns }))
    }
}

impl Fitted for FittedClip {
    fn apply(&self, frame: &mut Frame) {
        for clip in &self.columns {
            frame.map_numbers(&clip.column, |x| {
                let raised = if x < clip.low { clip.low } else { x };
                if raised > clip.high { clip.high } else { raised }
            });
        }
    }

    fn prune(&self, live: &mut BTreeSet<String>) -> FittedKind {
        let needed = self.columns.iter().filter(|clip| live.contains(&clip.column));
        FittedKind::Clip(Self {
            columns: needed.cloned().collect(),
        })
    }

    fn sklearn(&self, _lines: &mut Lines) -> Vec<String> {
        let clipped = |clip: &ClipColumn| format!("{}.clip({}, {})", cell(&clip.column), number(clip.low), number(clip.high));
        assign(self.columns.iter().map(|clip| (&clip.column, clipped(clip))))
    }
}

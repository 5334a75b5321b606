//! Logarithms of numbers.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use spec::step::{Columns, Log, LogKind, PipelineKind, StepInfo};
use spec::texts::ui::prepare::step as labels;
use spec::{ColumnSet, Domain, Message, Outcome};

use super::{Fitted, Fitting, Preprocessing};
use crate::fitted::FittedKind;
use crate::frame::Frame;
use crate::settled;
use crate::sklearn::{Lines, assign, cell};

/// Log1p: `ln(max(x, 0) + 1)`. Signed: `sign(x) * ln(abs(x) + 1)`. The logarithm is [`settled`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FittedLog {
    pub columns: Vec<String>,
    pub kind: LogKind,
}

pub(super) fn info() -> StepInfo {
    let begin = Log {
        columns: Columns::Numbers,
        kind: LogKind::Log1p,
    };
    let which = ColumnSet::Numbers;
    StepInfo::new(PipelineKind::from(begin))
        .setting("columns", Domain::Scope { which })
        .setting(
            "kind",
            Domain::named(&[("log1p", labels::LOG1P), ("signed", labels::SIGNED_LOG)]),
        )
}

impl Preprocessing for Log {
    fn fit(&self, fitting: &mut Fitting) -> Outcome<FittedKind> {
        let columns = fitting.numbers(&self.columns)?;
        for (i, column) in columns.iter().enumerate() {
            fitting.tick(i, columns.len())?;
            let values = fitting.frame.values(column).unwrap_or_default();
            let n_negative = values.iter().filter(|x| **x < 0.0).count();
            let code = match (self.kind, n_negative) {
                (LogKind::Log1p, 0) => "prepare.learned_log",
                (LogKind::Log1p, _) => "prepare.learned_log_negative",
                (LogKind::Signed, _) => "prepare.learned_log_signed",
            };
            fitting.note(column, Message::new(code).with("n_negative", n_negative));
        }
        let kind = self.kind;
        Ok(FittedKind::Log(FittedLog { columns, kind }))
    }
}

impl Fitted for FittedLog {
    fn apply(&self, frame: &mut Frame) {
        for column in &self.columns {
            frame.map_numbers(column, |x| match self.kind {
                LogKind::Log1p => settled(math::float::ln(if x < 0.0 { 0.0 } else { x } + 1.0)),
                LogKind::Signed => sign(x) * settled(math::float::ln(x.abs() + 1.0)),
            });
        }
    }

    fn prune(&self, live: &mut BTreeSet<String>) -> FittedKind {
        let needed = self.columns.iter().filter(|column| live.contains(*column));
        FittedKind::Log(Self {
            columns: needed.cloned().collect(),
            kind: self.kind,
        })
    }

    fn sklearn(&self, _lines: &mut Lines) -> Vec<String> {
        let log = |column: &String| {
            let x = cell(column);
            match self.kind {
                LogKind::Log1p => format!("np.log1p({x}.clip(lower=0))"),
                LogKind::Signed => format!("np.sign({x}) * np.log1p({x}.abs())"),
            }
        };
        assign(self.columns.iter().map(|column| (column, log(column))))
    }
}

/// -1, 0 or 1, as ONNX's Sign; NaN stays.
fn sign(x: f64) -> f64 {
    if x > 0.0 {
        1.0
    } else if x < 0.0 {
        -1.0
    } else {
        x
    }
}

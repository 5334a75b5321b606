//! Excluding columns from the model.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use spec::step::{Exclude, PipelineKind, StepInfo};
use spec::{ColumnSet, Domain, Message, Outcome};

use super::{Fitted, Fitting, Lineage, Preprocessing};
use crate::fitted::FittedKind;
use crate::frame::Frame;
use crate::sklearn::{Lines, list};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FittedExclude {
    pub columns: Vec<String>,
}

pub(super) fn info() -> StepInfo {
    let columns = Domain::Columns {
        which: ColumnSet::Any,
        optional: false,
    };
    let (none, reason) = (Vec::new(), String::new());
    StepInfo::new(PipelineKind::from(Exclude { columns: none, reason }))
        .setting("columns", columns)
        .setting("reason", Domain::Text { required: false })
}

impl Preprocessing for Exclude {
    fn fit(&self, fitting: &mut Fitting) -> Outcome<FittedKind> {
        let columns = fitting.any(&self.columns)?;
        if !columns.is_empty() {
            let learned = Message::new("prepare.learned_exclude").with("columns", columns.clone());
            fitting.notes.push(learned);
        }
        Ok(FittedKind::Exclude(FittedExclude { columns }))
    }
}

impl Fitted for FittedExclude {
    fn apply(&self, frame: &mut Frame) {
        frame.columns.retain(|column| !self.columns.contains(&column.name));
    }

    fn prune(&self, _live: &mut BTreeSet<String>) -> FittedKind {
        FittedKind::Exclude(self.clone())
    }

    fn trace(&self, lineage: &mut Lineage) {
        for column in &self.columns {
            lineage.remove(column);
        }
    }

    fn sklearn(&self, _lines: &mut Lines) -> Vec<String> {
        let columns = list(&self.columns);
        vec![format!("change(lambda X: X.drop(columns={columns}, errors=\"ignore\"))")]
    }
}

//! Products of two number columns.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use spec::step::{Interaction, PipelineKind, StepInfo};
use spec::{ColumnSet, Domain, Message, Outcome};

use super::{Fitted, Fitting, Lineage, Preprocessing, add_origin};
use crate::fitted::FittedKind;
use crate::frame::{Cells, Frame};
use crate::sklearn::{Lines, assign, cell};

/// `left * right`; an infinite product counts as missing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FittedInteraction {
    pub left: String,
    pub right: String,
    pub name: String,
}

pub(super) fn info() -> StepInfo {
    let (left, right) = (String::new(), String::new());
    let which = ColumnSet::Numbers;
    StepInfo::new(PipelineKind::from(Interaction { left, right }))
        .setting("left", Domain::Column { which })
        .setting("right", Domain::Column { which })
}

impl Preprocessing for Interaction {
    fn fit(&self, fitting: &mut Fitting) -> Outcome<FittedKind> {
        let (left, right) = (self.left.clone(), self.right.clone());
        fitting.context.number(fitting.frame, &left)?;
        fitting.context.number(fitting.frame, &right)?;
        let name = fitting.frame.free_name(&format!("{left}_x_{right}"), &[]);
        fitting
            .notes
            .push(Message::new("prepare.learned_interaction").with("name", &name));
        Ok(FittedKind::Interaction(FittedInteraction { left, right, name }))
    }

    fn makes(&self, column: &str) -> bool {
        column == format!("{}_x_{}", self.left, self.right)
    }
}

impl Fitted for FittedInteraction {
    fn apply(&self, frame: &mut Frame) {
        let (Some(a), Some(b)) = (frame.values(&self.left), frame.values(&self.right)) else {
            return;
        };
        let product = a.iter().zip(b).map(|(a, b)| a * b);
        let product = product.map(|x| if x.is_finite() { x } else { f64::NAN }).collect();
        frame.push(&self.name, Cells::numbers(product));
    }

    fn prune(&self, live: &mut BTreeSet<String>) -> FittedKind {
        if live.remove(&self.name) {
            live.insert(self.left.clone());
            live.insert(self.right.clone());
        }
        FittedKind::Interaction(self.clone())
    }

    fn trace(&self, lineage: &mut Lineage) {
        add_origin(lineage, &self.name, &[&self.left, &self.right]);
    }

    fn sklearn(&self, _lines: &mut Lines) -> Vec<String> {
        let product = format!("finite({} * {})", cell(&self.left), cell(&self.right));
        assign([(&self.name, product)])
    }
}

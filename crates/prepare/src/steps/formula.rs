//! New columns by a formula.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use spec::step::{Formula, PipelineKind, StepInfo};
use spec::{Domain, Message, Outcome};

use super::{Fitted, Fitting, Lineage, Preprocessing, add_origin};
use crate::fitted::FittedKind;
use crate::formula::{self, Expr, Node};
use crate::frame::{Cells, Frame};
use crate::sklearn::{Lines, assign};

/// See [`Expr`]; an infinite result counts as missing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FittedFormula {
    pub name: String,
    pub expression: Expr,
}

pub(super) fn info() -> StepInfo {
    let (name, expression) = (String::new(), String::new());
    StepInfo::new(PipelineKind::from(Formula { name, expression }))
        .setting("name", Domain::Text { required: true })
        .setting("expression", Domain::Expression)
}

impl Preprocessing for Formula {
    /// Errors: `prepare.name_empty`, `prepare.name_taken`, `formula.*`.
    fn fit(&self, fitting: &mut Fitting) -> Outcome<FittedKind> {
        let name = self.name.trim();
        if name.is_empty() {
            return Err(Message::new("prepare.name_empty").into());
        }
        if fitting.frame.position(name).is_some() {
            return Err(Message::new("prepare.name_taken").with("column", name).into());
        }
        let expression = formula::for_frame(&self.expression, fitting.frame)?;
        fitting.tick(0, 1)?;
        let values = expression.evaluate(fitting.frame).unwrap_or_default();
        let n_missing = values.iter().filter(|x| x.is_nan()).count();
        let message = Message::new("prepare.learned_formula")
            .with("name", name)
            .with("n_missing", n_missing)
            .with("n_rows", fitting.frame.n_rows);
        fitting.notes.push(message);
        Ok(FittedKind::Formula(FittedFormula {
            name: name.to_owned(),
            expression,
        }))
    }

    fn makes(&self, column: &str) -> bool {
        self.name == column
    }
}

impl Fitted for FittedFormula {
    fn apply(&self, frame: &mut Frame) {
        if let Some(values) = self.expression.evaluate(frame) {
            frame.push(&self.name, Cells::numbers(values));
        }
    }

    fn prune(&self, live: &mut BTreeSet<String>) -> FittedKind {
        if live.remove(&self.name) {
            live.extend(self.expression.columns().into_iter().map(str::to_owned));
        }
        FittedKind::Formula(self.clone())
    }

    fn trace(&self, lineage: &mut Lineage) {
        add_origin(lineage, &self.name, &self.expression.columns());
    }

    fn levels_named<'a>(&'a self, column: &'a str) -> Vec<&'a str> {
        let level = |node: &'a Node| match node {
            Node::LevelIs { column: compared, level } if compared == column => Some(level.as_str()),
            _ => None,
        };
        self.expression.nodes.iter().filter_map(level).collect()
    }

    fn sklearn(&self, lines: &mut Lines) -> Vec<String> {
        let function = lines.function("formula", &crate::sklearn::formula(&self.expression));
        assign([(&self.name, format!("{function}(X)"))])
    }
}

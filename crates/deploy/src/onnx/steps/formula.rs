//! New columns by a formula.

use prepare::FittedFormula;
use spec::Outcome;

use super::WriteStep;
use crate::onnx::formula;
use crate::onnx::frame::{Frame, without_infinities};
use crate::onnx::graph::{GraphBuilder, Name};

impl WriteStep for FittedFormula {
    fn write(&self, graph: &mut GraphBuilder, frame: &mut Frame, anchor: &Name) -> Outcome<()> {
        if let Some(value) = formula::write(graph, frame, anchor, &self.expression)? {
            let value = without_infinities(graph, &value);
            frame.set(&self.name, value);
        }
        Ok(())
    }
}

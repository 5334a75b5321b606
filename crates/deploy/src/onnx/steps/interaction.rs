//! Products of two columns.

use prepare::FittedInteraction;
use spec::Outcome;

use super::WriteStep;
use crate::onnx::frame::{Frame, without_infinities};
use crate::onnx::graph::{GraphBuilder, Name};

impl WriteStep for FittedInteraction {
    fn write(&self, graph: &mut GraphBuilder, frame: &mut Frame, _anchor: &Name) -> Outcome<()> {
        let (Some(a), Some(b)) = (frame.number(graph, &self.left), frame.number(graph, &self.right)) else {
            return Ok(());
        };
        let product = graph.node("Mul", &[&a, &b]);
        let value = without_infinities(graph, &product);
        frame.set(&self.name, value);
        Ok(())
    }
}

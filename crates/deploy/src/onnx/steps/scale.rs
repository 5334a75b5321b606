//! Scaling by a centre and a divisor.

use prepare::FittedScale;
use spec::Outcome;

use super::WriteStep;
use crate::onnx::frame::Frame;
use crate::onnx::graph::{GraphBuilder, Name};

impl WriteStep for FittedScale {
    fn write(&self, graph: &mut GraphBuilder, frame: &mut Frame, _anchor: &Name) -> Outcome<()> {
        for scale in &self.columns {
            let Some(x) = frame.number(graph, &scale.column) else {
                continue;
            };
            let center = graph.scalar(scale.center);
            let divisor = graph.scalar(scale.scale);
            let centered = graph.node("Sub", &[&x, &center]);
            let scaled = graph.node("Div", &[&centered, &divisor]);
            frame.set(&scale.column, scaled);
        }
        Ok(())
    }
}

//! Clipping to training quantiles.

use prepare::FittedClip;
use spec::Outcome;

use super::WriteStep;
use crate::onnx::frame::Frame;
use crate::onnx::graph::{GraphBuilder, Name};

impl WriteStep for FittedClip {
    fn write(&self, graph: &mut GraphBuilder, frame: &mut Frame, _anchor: &Name) -> Outcome<()> {
        for clip in &self.columns {
            let Some(x) = frame.number(graph, &clip.column) else {
                continue;
            };
            let (low, high) = (graph.scalar(clip.low), graph.scalar(clip.high));
            let clipped = graph.node("Clip", &[&x, &low, &high]);
            frame.set(&clip.column, clipped);
        }
        Ok(())
    }
}

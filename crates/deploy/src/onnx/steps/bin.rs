//! Cutting numbers into bins.

use prepare::FittedBin;
use spec::Outcome;

use super::WriteStep;
use crate::onnx::frame::Frame;
use crate::onnx::graph::{GraphBuilder, Name, To, int, integers};

impl WriteStep for FittedBin {
    fn write(&self, graph: &mut GraphBuilder, frame: &mut Frame, _anchor: &Name) -> Outcome<()> {
        for bin in &self.columns {
            let Some(x) = frame.number(graph, &bin.column) else { continue };
            let value = bin_index(graph, &x, &bin.edges);
            frame.set(&bin.column, value);
        }
        Ok(())
    }
}

fn bin_index(graph: &mut GraphBuilder, x: &Name, edges: &[f64]) -> Name {
    let value = if edges.is_empty() {
        graph.scalar(0.0)
    } else {
        let edges = graph.row(edges);
        let reached = graph.node("GreaterOrEqual", &[x, &edges]);
        let reached = graph.cast(&reached, To::Int64);
        let axes = graph.constant(integers(&[1], &[1]));
        let count = graph.node_with("ReduceSum", &[&reached, &axes], vec![int("keepdims", 1)]);
        graph.cast(&count, To::Double)
    };
    graph.missing_as(x, &value)
}

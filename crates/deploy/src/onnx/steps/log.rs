//! Logarithms of numbers.

use prepare::FittedLog;
use spec::Outcome;

use spec::step::LogKind;

use super::WriteStep;
use crate::onnx::frame::Frame;
use crate::onnx::graph::{GraphBuilder, Name};

impl WriteStep for FittedLog {
    fn write(&self, graph: &mut GraphBuilder, frame: &mut Frame, _anchor: &Name) -> Outcome<()> {
        for column in &self.columns {
            let Some(x) = frame.number(graph, column) else { continue };
            let value = log(graph, &x, self.kind);
            frame.set(column, value);
        }
        Ok(())
    }
}

fn log(graph: &mut GraphBuilder, x: &Name, kind: LogKind) -> Name {
    let one = graph.scalar(1.0);
    match kind {
        LogKind::Log1p => {
            // Where instead of Max: what Max does with NaN differs between runtimes.
            let zero = graph.scalar(0.0);
            let negative = graph.node("Less", &[x, &zero]);
            let floor = graph.node("Where", &[&negative, &zero, x]);
            let shifted = graph.node("Add", &[&floor, &one]);
            let log = graph.node("Log", &[&shifted]);
            graph.settled(&log)
        }
        LogKind::Signed => {
            let sign = graph.node("Sign", &[x]);
            let size = graph.node("Abs", &[x]);
            let shifted = graph.node("Add", &[&size, &one]);
            let log = graph.node("Log", &[&shifted]);
            let log = graph.settled(&log);
            graph.node("Mul", &[&sign, &log])
        }
    }
}

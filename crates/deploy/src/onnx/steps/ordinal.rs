//! Levels numbered in sorted order.

use prepare::FittedOrdinal;
use spec::Outcome;

use super::{WriteStep, position};
use crate::onnx::frame::Frame;
use crate::onnx::graph::{GraphBuilder, Name, To};

impl WriteStep for FittedOrdinal {
    fn write(&self, graph: &mut GraphBuilder, frame: &mut Frame, _anchor: &Name) -> Outcome<()> {
        for column in &self.columns {
            let Some(levels) = frame.levels(&column.column).cloned() else {
                continue;
            };
            let code = |current: Option<&str>| position(&column.levels, current);
            let index = levels.encode(graph, column.levels.iter(), code, -1);
            let value = graph.cast(&index, To::Double);
            frame.set(&column.column, value);
        }
        Ok(())
    }
}

//! Parts of a time.

use prepare::FittedDateParts;
use spec::Outcome;

use super::WriteStep;
use crate::onnx::date;
use crate::onnx::frame::Frame;
use crate::onnx::graph::{GraphBuilder, Name};

impl WriteStep for FittedDateParts {
    fn write(&self, graph: &mut GraphBuilder, frame: &mut Frame, _anchor: &Name) -> Outcome<()> {
        let Some(x) = frame.number(graph, &self.column) else {
            return Ok(());
        };
        frame.columns.remove(&self.column);
        for (part, name) in &self.parts {
            let value = date::write(graph, &x, *part);
            frame.set(name, value);
        }
        Ok(())
    }
}

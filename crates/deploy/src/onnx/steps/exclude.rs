//! Excluding columns.

use prepare::FittedExclude;
use spec::Outcome;

use super::WriteStep;
use crate::onnx::frame::Frame;
use crate::onnx::graph::{GraphBuilder, Name};

impl WriteStep for FittedExclude {
    fn write(&self, _graph: &mut GraphBuilder, frame: &mut Frame, _anchor: &Name) -> Outcome<()> {
        frame.columns.retain(|name, _| !self.columns.contains(name));
        Ok(())
    }
}

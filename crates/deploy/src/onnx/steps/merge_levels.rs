//! Levels that mean the same as one level.

use prepare::FittedMergeLevels;
use spec::Outcome;

use super::WriteStep;
use crate::onnx::frame::{Cells, Frame, LevelStep};
use crate::onnx::graph::{GraphBuilder, Name};

impl WriteStep for FittedMergeLevels {
    fn write(&self, _graph: &mut GraphBuilder, frame: &mut Frame, _anchor: &Name) -> Outcome<()> {
        if let Some(Cells::Levels(levels)) = frame.columns.get_mut(&self.column) {
            levels.steps.push(LevelStep::Merge(self.map.clone()));
        }
        Ok(())
    }
}

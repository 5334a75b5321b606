//! Filling missing values.

use prepare::FittedFill;
use spec::Outcome;

use super::WriteStep;
use crate::onnx::frame::{Cells, Frame, LevelStep};
use crate::onnx::graph::{GraphBuilder, Name, To};

impl WriteStep for FittedFill {
    fn write(&self, graph: &mut GraphBuilder, frame: &mut Frame, _anchor: &Name) -> Outcome<()> {
        for fill in &self.numbers {
            let Some(x) = frame.number(graph, &fill.column) else {
                continue;
            };
            let missing = graph.node("IsNaN", &[&x]);
            if let Some(indicator) = &fill.indicator {
                let flag = graph.cast(&missing, To::Double);
                frame.set(indicator, flag);
            }
            let value = graph.scalar(fill.value);
            let filled = graph.node("Where", &[&missing, &value, &x]);
            frame.set(&fill.column, filled);
        }
        for fill in &self.categories {
            if let Some(Cells::Levels(levels)) = frame.columns.get_mut(&fill.column) {
                levels.steps.push(LevelStep::Fill(fill.level.clone()));
            }
        }
        Ok(())
    }
}

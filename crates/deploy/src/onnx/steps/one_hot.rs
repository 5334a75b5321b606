//! A 0/1 column a level.

use prepare::{FittedOneHot, OneHotColumn};
use spec::Outcome;

use super::{WriteStep, position};
use crate::onnx::frame::{Cells, Frame};
use crate::onnx::graph::{GraphBuilder, Name, To, integers};

impl WriteStep for FittedOneHot {
    fn write(&self, graph: &mut GraphBuilder, frame: &mut Frame, _anchor: &Name) -> Outcome<()> {
        for column in &self.columns {
            one_hot(graph, frame, column);
        }
        Ok(())
    }
}

fn one_hot(graph: &mut GraphBuilder, frame: &mut Frame, column: &OneHotColumn) {
    let Some(levels) = frame.levels(&column.column).cloned() else {
        return;
    };
    frame.columns.remove(&column.column);
    let width = column.levels.len();
    if width == 0 {
        return;
    }
    let index = levels.encode(graph, column.levels.iter(), |current| position(&column.levels, current), -1);
    let range = graph.constant(integers(&[1, width], &(0..width as i64).collect::<Vec<_>>()));
    let equal = graph.node("Equal", &[&index, &range]);
    let matrix = graph.cast(&equal, To::Double);
    for (at, name) in column.names.iter().enumerate() {
        frame.columns.insert(
            name.clone(),
            Cells::OneOf {
                matrix: matrix.clone(),
                index: at,
                width,
            },
        );
    }
}

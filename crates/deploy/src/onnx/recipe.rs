//! A fitted recipe as nodes: one input a raw column, one matrix of features out.
//!
//! Numbers stay in f64, in the order of operations that [`prepare::FittedKind`] states; the features are rounded once.

use prepare::{FittedRecipe, InputType};
use spec::{Message, Outcome};

use super::frame::{Cells, Frame, Levels, constant_rows};
use super::graph::{Dim, GraphBuilder, Name, To, floats};
use super::steps;
use crate::proto::data_type;

/// What the recipe came to in the graph.
pub struct Prepared {
    /// Rounded to f32 and widened to f64, shape batch x `n_features`; at least one column wide.
    pub features: Name,
    /// Some boolean, batch x 1: what gives a constant its number of rows.
    pub anchor: Name,
}

/// Writes the recipe.
///
/// Errors: `deploy.no_inputs` when it uses no column, `deploy.no_column` when it is inconsistent.
pub fn write(graph: &mut GraphBuilder, recipe: &FittedRecipe) -> Outcome<Prepared> {
    let mut frame = Frame::default();
    let mut anchor = None;
    for input in &recipe.inputs {
        let dims = [Dim::Batch, Dim::Fixed(1)];
        if input.input_type == InputType::Category {
            let raw = graph.input(&input.name, data_type::STRING, &dims);
            let levels = Levels {
                raw,
                known: input.levels.iter().cloned().collect(),
                steps: Vec::new(),
            };
            if anchor.is_none() {
                let missing = levels.is_missing(graph);
                let zero = graph.scalar(0.0);
                anchor = Some(graph.node("Equal", &[&missing, &zero]));
            }
            frame.columns.insert(input.name.clone(), Cells::Levels(levels));
        } else {
            let raw = graph.input(&input.name, data_type::DOUBLE, &dims);
            let infinite = graph.node("IsInf", &[&raw]);
            let value = graph.missing_where(&infinite, &raw);
            if anchor.is_none() {
                anchor = Some(infinite);
            }
            frame.set(&input.name, value);
        }
    }
    let anchor = anchor.ok_or_else(|| Message::new("deploy.no_inputs"))?;
    for step in recipe.needed_steps() {
        steps::write(graph, &mut frame, &anchor, &step.kind).map_err(|failure| failure.in_step(step.id))?;
    }
    let features = matrix(graph, &frame, &recipe.features, &anchor)?;
    Ok(Prepared {
        features: rounded(graph, &features),
        anchor,
    })
}

/// Once to f32, clipped to +-3e38, back to f64: Cast -> Clip -> Cast, because some versions of onnxruntime drop two
/// adjacent Casts.
fn rounded(graph: &mut GraphBuilder, features: &Name) -> Name {
    let single = graph.cast(features, To::Float);
    let low = graph.constant(floats(&[], &[-3e38]));
    let high = graph.constant(floats(&[], &[3e38]));
    let clipped = graph.node("Clip", &[&single, &low, &high]);
    graph.cast(&clipped, To::Double)
}

fn matrix(graph: &mut GraphBuilder, frame: &Frame, features: &[String], anchor: &Name) -> Outcome<Name> {
    if features.is_empty() {
        let zero = graph.row(&[0.0]);
        return Ok(constant_rows(graph, anchor, &zero));
    }
    let mut parts: Vec<Name> = Vec::with_capacity(features.len());
    let mut at = 0;
    while at < features.len() {
        match whole_matrix(frame, &features[at..]) {
            Some((matrix, width)) => {
                parts.push(matrix);
                at += width;
            }
            None => {
                let part = frame.number(graph, &features[at]);
                parts.push(part.ok_or_else(|| Message::new("deploy.no_column").with("column", &features[at]))?);
                at += 1;
            }
        }
    }
    Ok(graph.concat(&parts.iter().collect::<Vec<_>>()))
}

/// The matrix that the next features are all columns of, in order.
fn whole_matrix(frame: &Frame, features: &[String]) -> Option<(Name, usize)> {
    let Some(Cells::OneOf { matrix, index: 0, width }) = frame.columns.get(features.first()?) else {
        return None;
    };
    let is_next = |(at, name): (usize, &String)| matches!(frame.columns.get(name), Some(Cells::OneOf { matrix: other, index, .. }) if other == matrix && *index == at);
    (features.len() >= *width && features[..*width].iter().enumerate().all(is_next)).then(|| (matrix.clone(), *width))
}

//! Fitted steps as nodes, a file each.

mod bin;
mod clip;
mod date_parts;
mod exclude;
mod fill;
mod formula;
mod interaction;
mod log;
mod merge_levels;
mod one_hot;
mod ordinal;
mod scale;

use prepare::FittedKind;
use spec::Outcome;

use super::frame::Frame;
use super::graph::{GraphBuilder, Name};

/// A fitted step that can be written. Entries whose columns the frame lacks are passed over, as
/// [`prepare::FittedRecipe::apply`] does: no feature depends on them.
trait WriteStep {
    /// `anchor`: what gives a constant its number of rows.
    ///
    /// Errors: `deploy.no_column` when a formula is inconsistent.
    fn write(&self, graph: &mut GraphBuilder, frame: &mut Frame, anchor: &Name) -> Outcome<()>;
}

fn of(kind: &FittedKind) -> &dyn WriteStep {
    match kind {
        FittedKind::Exclude(step) => step,
        FittedKind::MergeLevels(step) => step,
        FittedKind::Fill(step) => step,
        FittedKind::Clip(step) => step,
        FittedKind::Log(step) => step,
        FittedKind::Scale(step) => step,
        FittedKind::Bin(step) => step,
        FittedKind::DateParts(step) => step,
        FittedKind::Interaction(step) => step,
        FittedKind::Formula(step) => step,
        FittedKind::OneHot(step) => step,
        FittedKind::Ordinal(step) => step,
    }
}

pub fn write(graph: &mut GraphBuilder, frame: &mut Frame, anchor: &Name, kind: &FittedKind) -> Outcome<()> {
    of(kind).write(graph, frame, anchor)
}

fn position(levels: &[String], current: Option<&str>) -> i64 {
    current
        .and_then(|current| levels.iter().position(|level| level == current))
        .map_or(-1, |at| at as i64)
}

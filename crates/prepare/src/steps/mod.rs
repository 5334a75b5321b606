//! Preprocessing steps, a file each: what a form asks for, what is learned from training rows, what is done to the frame,
//! and the same in scikit-learn.

mod bin;
mod clip;
mod date_parts;
mod exclude;
mod fill;
mod fitting;
mod formula;
mod interaction;
mod log;
mod merge_levels;
mod min_max_scale;
mod one_hot;
mod ordinal;
mod scale;
mod standard_scale;

use std::collections::{BTreeMap, BTreeSet};

use spec::Outcome;
use spec::step::{PipelineKind, StepInfo};

pub use self::bin::{BinColumn, FittedBin};
pub use self::clip::{ClipColumn, FittedClip};
pub use self::date_parts::FittedDateParts;
pub use self::exclude::FittedExclude;
pub use self::fill::{FillCategory, FillNumber, FittedFill};
pub(crate) use self::fitting::Fitting;
pub use self::formula::FittedFormula;
pub use self::interaction::FittedInteraction;
pub use self::log::FittedLog;
pub use self::merge_levels::FittedMergeLevels;
pub use self::one_hot::{FittedOneHot, OneHotColumn};
pub use self::ordinal::{FittedOrdinal, OrdinalColumn};
pub use self::scale::{FittedScale, ScaleColumn, ScaleMethod};
use crate::fitted::{FittedKind, LevelMap};
use crate::frame::Frame;
use crate::sklearn::Lines;

/// Every step with its form, in the order of lists.
pub fn catalogue() -> Vec<StepInfo> {
    vec![
        exclude::info(),
        merge_levels::info(),
        fill::info(),
        clip::info(),
        log::info(),
        standard_scale::info(),
        min_max_scale::info(),
        bin::info(),
        date_parts::info(),
        interaction::info(),
        formula::info(),
        one_hot::info(),
        ordinal::info(),
    ]
}

/// A step of a recipe.
pub(crate) trait Preprocessing {
    /// Learns from the training rows, as the steps before it have left them.
    ///
    /// Errors: those of resolving columns, and the step's own `prepare.*` and `formula.*`.
    fn fit(&self, fitting: &mut Fitting) -> Outcome<FittedKind>;

    /// True when the step would make this column, by its usual name.
    fn makes(&self, _column: &str) -> bool {
        false
    }
}

/// Raw columns, by place, that each column of the frame comes from.
pub(crate) type Lineage = BTreeMap<String, BTreeSet<usize>>;

/// A step that has learned. Entries whose columns the frame lacks are passed over: nothing that is asked for depends on them.
pub(crate) trait Fitted {
    fn apply(&self, frame: &mut Frame);

    /// The step with only the entries that the `live` columns after it depend on; `live` becomes the columns before it.
    fn prune(&self, live: &mut BTreeSet<String>) -> FittedKind;

    /// The step in scikit-learn: one or more transformers.
    fn sklearn(&self, lines: &mut Lines) -> Vec<String>;

    /// What becomes of the columns' origins. A step that makes or takes away columns says so here.
    fn trace(&self, _lineage: &mut Lineage) {}

    /// Every level of a category column that the step names.
    fn levels_named<'a>(&'a self, _column: &'a str) -> Vec<&'a str> {
        Vec::new()
    }

    /// What becomes of the levels of a category column.
    fn map_levels(&self, _column: &str, _levels: &mut LevelMap) {}

    /// Category columns that are numbers from here, under the same name.
    fn encoded(&self) -> Vec<&str> {
        Vec::new()
    }
}

pub(crate) fn of(kind: &PipelineKind) -> &dyn Preprocessing {
    match kind {
        PipelineKind::Exclude(step) => step,
        PipelineKind::MergeLevels(step) => step,
        PipelineKind::Fill(step) => step,
        PipelineKind::Clip(step) => step,
        PipelineKind::Log(step) => step,
        PipelineKind::StandardScale(step) => step,
        PipelineKind::MinMaxScale(step) => step,
        PipelineKind::Bin(step) => step,
        PipelineKind::DateParts(step) => step,
        PipelineKind::Interaction(step) => step,
        PipelineKind::Formula(step) => step,
        PipelineKind::OneHot(step) => step,
        PipelineKind::Ordinal(step) => step,
    }
}

pub(crate) fn of_fitted(kind: &FittedKind) -> &dyn Fitted {
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

/// The column goes; the new ones come from where it came from.
fn replace_origin<'a>(lineage: &mut Lineage, column: &str, names: impl Iterator<Item = &'a String>) {
    if let Some(sources) = lineage.remove(column) {
        lineage.extend(names.map(|name| (name.clone(), sources.clone())));
    }
}

/// A new column comes from all that these come from.
fn add_origin(lineage: &mut Lineage, name: &str, columns: &[impl AsRef<str>]) {
    let sources = columns.iter().filter_map(|column| lineage.get(column.as_ref()));
    let sources = sources.flatten().copied().collect();
    lineage.insert(name.to_owned(), sources);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_is_in_the_catalogue() {
        let keys: Vec<&str> = catalogue().iter().map(|info| info.begin.key()).collect();
        assert_eq!(keys, PipelineKind::KEYS);
    }
}

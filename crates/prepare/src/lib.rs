//! Steps, recipes and splits: what is learned is learned from training rows only.

mod apply;
pub mod cleaning;
pub mod date;
mod features;
pub mod fingerprint;
mod fitted;
pub mod formula;
mod frame;
mod names;
pub mod propose;
pub mod recipe;
mod rows;
pub mod sklearn;
mod sources;
pub mod split;
mod steps;
pub mod target;

pub use features::{Features, SPLITTER, settled};
pub use fitted::{FittedKind, FittedRecipe, FittedStep, InputColumn, InputType, LevelMap};
pub use names::nearest;
pub use recipe::TrainView;
pub use split::{Fold, Split};
pub use steps::{
    BinColumn, ClipColumn, FillCategory, FillNumber, FittedBin, FittedClip, FittedDateParts, FittedExclude, FittedFill,
    FittedFormula, FittedInteraction, FittedLog, FittedMergeLevels, FittedOneHot, FittedOrdinal, FittedScale, OneHotColumn,
    OrdinalColumn, ScaleColumn, ScaleMethod,
};

/// Every step with its form: cleaning steps, then preprocessing steps.
pub fn catalogue() -> Vec<spec::step::StepInfo> {
    [cleaning::catalogue(), steps::catalogue()].concat()
}

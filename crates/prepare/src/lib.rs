//! Steps, recipes and splits: what is learned is learned from training rows only.

mod apply;
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
pub mod shape;
pub mod sklearn;
mod sources;
pub mod split;
pub mod target;

pub use features::{Features, SPLITTER, settled};
pub use fitted::{
    BinColumn, ClipColumn, FillCategory, FillNumber, FittedKind, FittedRecipe, FittedStep, InputColumn, InputType, LevelMap,
    OneHotColumn, OrdinalColumn, ScaleColumn, ScaleMethod,
};
pub use names::nearest;
pub use recipe::TrainView;
pub use split::{Fold, Split};

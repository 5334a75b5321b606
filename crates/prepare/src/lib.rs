//! Steps, recipes and splits: what is learned is learned from training rows only.

pub mod date;
mod features;
mod fitted;
pub mod formula;
pub mod shape;
pub mod split;
pub mod target;

pub use features::Features;
pub use fitted::{
    BinColumn, ClipColumn, FillCategory, FillNumber, FittedKind, FittedRecipe, FittedStep, InputColumn, InputType, LevelMap,
    OneHotColumn, OrdinalColumn, ScaleColumn, ScaleMethod,
};
pub use split::{Fold, Split};

//! What to start from: targets, checks before training, and the pipeline of a new project.

mod checks;
mod defaults;
mod targets;

pub use checks::{MIN_ROWS, checks};
pub use defaults::{recipe, split};
pub use targets::targets;

//! Adding and changing a step: the list of steps, the form of one, and the dialog.

mod columns;
mod dialog;
mod draft;
mod formula_field;
mod levels;
mod levels_field;
mod step_list;

pub use dialog::{StepDialog, StepRequest};

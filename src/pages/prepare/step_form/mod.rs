//! Adding and changing a step: which kinds there are, what each asks for, and the dialog.

mod columns;
mod columns_field;
mod conditions_field;
mod dialog;
mod draft;
mod formula_field;
mod kind;
mod kind_list;
mod levels;
mod levels_field;
mod parts_field;
mod setting;
mod setting_field;

pub use dialog::{StepDialog, StepRequest};
pub use kind::NewStep;

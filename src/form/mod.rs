//! The one form engine: controls from lists of [`spec::ParamSpec`], for estimators and for steps of a recipe. The same lists
//! validate, search and document.

mod columns;
mod conditions;
mod date_parts;
mod field;
mod filling;
mod model;
mod param_form;
mod value;

pub use field::{Field, FormContext, SpecialField};
pub use model::{ParamError, is_valid, read, shown};
pub use param_form::ParamForm;
pub use value::FormValue;

//! A form from a list of [`spec::ParamSpec`]: the same list that validates, searches and documents an estimator.

mod field;
mod model;
mod param_form;

pub use model::{ParamError, is_valid, read, shown};
pub use param_form::ParamForm;

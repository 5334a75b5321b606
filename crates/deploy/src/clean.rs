use std::borrow::Cow;

use spec::step::{ShapeKind, Step};
use spec::{Outcome, Unobserved};
use table::Table;

use crate::score::{cleaning_for, is_cellwise};

/// The shape steps that clean cell by cell, made again on other rows than those that they were made for. Steps that look
/// at other rows, or leave rows out, are passed over.
///
/// Errors: those of [`prepare::shape::apply`].
pub fn clean<'a>(table: &'a Table, steps: &[Step<ShapeKind>]) -> Outcome<Cow<'a, Table>> {
    let mut cleaned = Cow::Borrowed(table);
    // One after the other: a step may need what the one before has made of a column.
    for step in steps.iter().filter(|step| is_cellwise(&step.kind)) {
        if let Some(step) = cleaning_for(step, &cleaned) {
            cleaned = Cow::Owned(prepare::shape::apply(&cleaned, &[step], &mut Unobserved)?.table);
        }
    }
    Ok(cleaned)
}

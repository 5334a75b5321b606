//! Raw rows as a model's inputs: the cleaning of the training rows, made again on other rows.

use std::borrow::Cow;
use std::sync::Arc;

use prepare::cleaning::{self, Shaped};
use spec::step::{ShapeKind, Step};
use spec::{Observer, Outcome, Unobserved};
use table::Table;

use crate::rows::Rows;
use crate::score::{Answers, Scorer};

type Run = fn(&Table, &[Step<ShapeKind>], &mut dyn Observer) -> Outcome<Shaped>;

/// The shape steps that clean cell by cell, made again on other rows than those that they were made for. Steps that look
/// at other rows, or leave rows out, are passed over.
///
/// Errors: those of [`cleaning::apply`].
pub fn clean<'a>(table: &'a Table, steps: &[Step<ShapeKind>]) -> Outcome<Cow<'a, Table>> {
    run(table, steps, cleaning::apply)
}

/// Like [`clean`] where columns may be absent or odd: a step that cannot be made is passed over, and what it would have
/// changed then stands out in the comparison.
pub fn clean_what_can_be<'a>(table: &'a Table, steps: &[Step<ShapeKind>]) -> Outcome<Cow<'a, Table>> {
    run(table, steps, cleaning::preview)
}

fn run<'a>(table: &'a Table, steps: &[Step<ShapeKind>], one: Run) -> Outcome<Cow<'a, Table>> {
    let mut cleaned = Cow::Borrowed(table);
    // One after the other: a step may need what the one before has made of a column.
    for step in steps.iter().filter(|step| cleaning::is_cellwise(&step.kind)) {
        if let Some(step) = cleaning::again(step, &cleaned) {
            cleaned = Cow::Owned(Arc::unwrap_or_clone(one(&cleaned, &[step], &mut Unobserved)?.table));
        }
    }
    Ok(cleaned)
}

impl Scorer {
    /// Scores rows that have been cleaned already.
    ///
    /// Errors: `deploy.no_columns`, `deploy.not_a_number`, `deploy.damaged`.
    pub fn score_clean(&self, table: &Table, observer: &mut dyn Observer) -> Outcome<Answers> {
        self.score_rows(&Rows::of_table(table, self.contract())?, observer)
    }
}

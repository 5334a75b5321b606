//! Raw rows as a model's inputs, where some of them may be absent or odd: what monitoring does before it asks the model.

use std::borrow::Cow;

use spec::step::{ShapeKind, Step};
use spec::{Observer, Outcome, Unobserved};
use table::Table;

use crate::rows::Rows;
use crate::score::{Answers, Scorer, cleaning_for};

/// The table after the steps that clean cell by cell, one after the other, each on the columns that are there. A step that
/// cannot be made is passed over: what it would have changed then stands out in the comparison.
pub fn cleaned<'a>(table: &'a Table, steps: &[Step<ShapeKind>]) -> Outcome<Cow<'a, Table>> {
    let mut cleaned = Cow::Borrowed(table);
    for step in steps {
        if let Some(step) = cleaning_for(step, &cleaned) {
            cleaned = Cow::Owned(prepare::shape::preview(&cleaned, &[step], &mut Unobserved)?.table);
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

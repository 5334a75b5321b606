//! What a step can ask for while it learns.

use spec::step::Columns;
use spec::{Failure, Message, Observer, Outcome};

use crate::frame::{Cells, Frame};
use crate::recipe::{Context, Resolved};

/// The training rows as the steps before have left them.
pub(crate) struct Fitting<'a> {
    pub frame: &'a Frame,
    pub context: &'a Context<'a>,
    pub observer: &'a mut dyn Observer,
    /// One or more lines a column, for the step's card.
    pub notes: Vec<Message>,
}

impl Fitting<'_> {
    /// Names of number columns. Errors: those of [`Context::numbers`].
    pub fn numbers(&mut self, columns: &Columns) -> Outcome<Vec<String>> {
        let resolved = self.context.numbers(self.frame, columns)?;
        Ok(self.keep(resolved))
    }

    /// Names of category columns. Errors: those of [`Context::categories`].
    pub fn categories(&mut self, columns: &Columns) -> Outcome<Vec<String>> {
        let resolved = self.context.categories(self.frame, columns)?;
        Ok(self.keep(resolved))
    }

    /// Names of number and category columns. Errors: those of [`Context::either`].
    pub fn either(&mut self, columns: &Columns) -> Outcome<Vec<String>> {
        let resolved = self.context.either(self.frame, columns)?;
        Ok(self.keep(resolved))
    }

    /// Names of columns of any kind. Errors: those of [`Context::any`].
    pub fn any(&mut self, columns: &[String]) -> Outcome<Vec<String>> {
        let resolved = self.context.any(self.frame, columns)?;
        Ok(self.keep(resolved))
    }

    fn keep(&mut self, resolved: Resolved) -> Vec<String> {
        self.notes.extend(resolved.notes);
        resolved.names
    }

    pub fn note(&mut self, column: &str, message: Message) {
        self.notes.push(message.with("column", column));
    }

    pub fn tick(&mut self, done: usize, of: usize) -> Outcome<()> {
        self.observer.tick(done as f64 / of as f64)
    }

    /// Values that are there. Errors: `prepare.too_large` when earlier steps made infinite ones.
    pub fn present(&self, column: &str) -> Outcome<Vec<f64>> {
        let values = self.frame.values(column).unwrap_or_default().iter().copied();
        let present: Vec<f64> = values.filter(|x| !x.is_nan()).collect();
        if present.iter().any(|x| x.is_infinite()) {
            return Err(too_large(column));
        }
        Ok(present)
    }

    /// Levels of a category column that have a row, sorted bytewise, with their rows.
    pub fn levels(&self, column: &str) -> Vec<(String, u64)> {
        match self.frame.cells(column) {
            Some(Cells::Levels(levels)) => levels.present(),
            _ => Vec::new(),
        }
    }
}

pub(super) fn too_large(column: &str) -> Failure {
    Message::new("prepare.too_large").with("column", column).into()
}

/// The first dozen, for a note.
pub(super) fn some_of(texts: &[String]) -> Vec<String> {
    const SHOWN: usize = 12;
    let mut some: Vec<String> = texts.iter().take(SHOWN).cloned().collect();
    if texts.len() > SHOWN {
        some.push("...".to_owned());
    }
    some
}

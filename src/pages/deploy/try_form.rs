//! The cells of the form: a row of the file to begin with, and what was changed in it.

use spec::explain::{DrawnRow, ModelInputs};
use spec::texts::ui::deploy as words;
use spec::{Failure, Value};

#[derive(Clone, Debug, Default, PartialEq)]
pub struct TryForm {
    /// Column and text, in the order of the model's inputs.
    pub cells: Vec<(String, String)>,
    drawn: Option<DrawnRow>,
}

impl TryForm {
    pub fn of(row: DrawnRow) -> Self {
        Self {
            cells: row.cells.clone(),
            drawn: Some(row),
        }
    }

    /// Every cell missing.
    pub fn empty(inputs: &ModelInputs) -> Self {
        Self {
            cells: inputs
                .columns
                .iter()
                .map(|input| (input.column.clone(), String::new()))
                .collect(),
            drawn: None,
        }
    }

    /// No row has come yet.
    pub fn is_blank(&self) -> bool {
        self.cells.is_empty()
    }

    pub fn cell(&self, column: &str) -> String {
        let found = self.cells.iter().find(|(name, _)| name == column);
        found.map_or_else(String::new, |(_, text)| text.clone())
    }

    /// False when nothing changed.
    pub fn set(&mut self, column: &str, text: String) -> bool {
        let cell = self.cells.iter_mut().find(|(name, _)| name == column);
        cell.is_some_and(|cell| {
            cell.1 != text && {
                cell.1 = text;
                true
            }
        })
    }

    /// Which row it began with, and how far it is from it.
    pub fn about(&self, target: &str) -> String {
        let Some(drawn) = &self.drawn else {
            return words::EMPTY_IS_MISSING.to_owned();
        };
        let n_changed = self
            .cells
            .iter()
            .zip(&drawn.cells)
            .filter(|(now, then)| now.1 != then.1)
            .count();
        let truth = drawn.truth.as_deref().map(|truth| (target, truth));
        words::changed_row(&words::row_of(drawn.number, truth), n_changed)
    }
}

/// What stands under a column's field: the failure, when it is of that column.
pub fn error_of(failure: &Failure, column: &str) -> Option<String> {
    let message = &failure.message;
    let is_of = message.values.get("column") == Some(&Value::Text(column.to_owned()));
    (message.code.starts_with("read.cell_") && is_of).then(|| format!("{}. {}", message.says(), message.hint()))
}

/// The failure has no field to stand under.
pub fn is_general(failure: &Failure) -> bool {
    !failure.cancelled && !failure.message.code.starts_with("read.cell_")
}

#[cfg(test)]
mod tests {
    use spec::Message;

    use super::*;

    fn form() -> TryForm {
        TryForm::of(DrawnRow {
            number: 11,
            cells: vec![("tenure".to_owned(), "3".to_owned()), ("plan".to_owned(), String::new())],
            truth: Some("yes".to_owned()),
        })
    }

    #[test]
    fn what_was_changed_is_counted() {
        let mut form = form();
        assert_eq!(form.about("churned"), "Row 12 of the file, where churned is yes");
        assert!(form.set("plan", "gold".to_owned()) && !form.set("plan", "gold".to_owned()));
        assert!(!form.set("no such column", "x".to_owned()));
        assert_eq!(form.cell("plan"), "gold");
        assert_eq!(
            form.about("churned"),
            "Row 12 of the file, where churned is yes, 1 cell changed"
        );
        form.set("plan", String::new());
        assert_eq!(form.about("churned"), "Row 12 of the file, where churned is yes");
    }

    #[test]
    fn a_cell_that_does_not_read_has_its_error_under_it() {
        let message = Message::new("read.cell_number")
            .with("column", "tenure")
            .with("text", "ten")
            .with("example", "12.5");
        let failure = Failure::new(message);
        assert!(error_of(&failure, "tenure").unwrap().contains("12.5"));
        assert_eq!(error_of(&failure, "plan"), None);
        assert!(!is_general(&failure));
        assert!(is_general(&Message::new("engine.no_run").into()));
        assert!(!is_general(&Failure::cancelled()));
    }
}

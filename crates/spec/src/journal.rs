//! Edits that are not saved yet, as the page keeps them.

use serde::{Deserialize, Serialize};

use crate::Edit;

/// The unacknowledged edits of one project, in order. `first_seq` numbers the first of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Journal {
    pub first_seq: u64,
    pub base_generation: u64,
    pub edits: Vec<Edit>,
}

impl Journal {
    /// Number of the last edit; `first_seq - 1` when there is none.
    pub fn last_seq(&self) -> u64 {
        (self.first_seq + self.edits.len() as u64).saturating_sub(1)
    }

    /// Adds an edit; `journal_seq` is the number of the last edit that the stored project has.
    pub fn push(&mut self, edit: Edit, journal_seq: u64, generation: u64) {
        if self.edits.is_empty() {
            self.first_seq = journal_seq + 1;
        }
        self.base_generation = generation;
        self.edits.push(edit);
    }

    /// Takes out what the stored project has.
    pub fn acknowledge(&mut self, journal_seq: u64, generation: u64) {
        while !self.edits.is_empty() && self.first_seq <= journal_seq {
            self.edits.remove(0);
            self.first_seq += 1;
        }
        self.base_generation = generation;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rename(name: &str) -> Edit {
        Edit::Rename { name: name.to_owned() }
    }

    #[test]
    fn what_is_acknowledged_goes_and_what_came_after_stays() {
        let mut journal = Journal::default();
        journal.push(rename("a"), 4, 9);
        journal.push(rename("b"), 4, 9);
        assert_eq!((journal.first_seq, journal.last_seq()), (5, 6));
        journal.push(rename("c"), 4, 9);
        journal.acknowledge(6, 10);
        assert_eq!((journal.first_seq, journal.edits.as_slice()), (7, &[rename("c")][..]));
        journal.acknowledge(6, 10);
        assert_eq!(journal.edits.len(), 1, "an older answer takes nothing out");
        journal.acknowledge(7, 11);
        assert!(journal.edits.is_empty());
        journal.push(rename("d"), 7, 11);
        assert_eq!(journal.first_seq, 8);
    }

    #[test]
    fn a_journal_survives_writing() {
        let mut journal = Journal::default();
        journal.push(rename("\"\u{2028}\0"), 0, 1);
        let text = crate::wire::to_json(&journal);
        assert_eq!(crate::wire::from_json::<Journal>(&text).unwrap(), journal);
    }
}

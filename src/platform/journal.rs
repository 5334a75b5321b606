//! Edits that the worker has not acknowledged yet. A busy worker loses a save that begins while the page goes away; what
//! the page itself writes synchronously stays. So each edit is written here first and taken out when it is saved. An
//! older build may have written them, so the engine reads them (`Job::ReadJournal`); here they are only text.

use spec::journal::Journal;
use spec::wire::{self, Value};

use super::local;

/// What is written for a project; None when there is nothing.
pub fn text(project: &str) -> Option<String> {
    local::get(&key(project))
}

/// False when the browser could not write it: the edit is then only as safe as the worker's next save.
pub fn write(project: &str, journal: &Journal) -> bool {
    if journal.edits.is_empty() {
        local::remove(&key(project));
        return true;
    }
    local::set(&key(project), &wire::to_json(journal))
}

/// The stored project has every edit up to this one: nothing stays of a journal that has no later one.
pub fn acknowledge(project: &str, journal_seq: u64) {
    if text(project)
        .and_then(|text| last_seq(&text))
        .is_some_and(|last| last <= journal_seq)
    {
        local::remove(&key(project));
    }
}

/// Number of the last edit of a written journal.
fn last_seq(text: &str) -> Option<u64> {
    let journal = wire::parse_json(text).ok()?;
    let first_seq = journal.get("first_seq").and_then(Value::as_u64)?;
    let n_edits = journal.get("edits").map(Value::n_items)?;
    (first_seq + n_edits as u64).checked_sub(1)
}

fn key(project: &str) -> String {
    format!("journal {project}")
}

#[cfg(test)]
mod tests {
    use spec::Edit;

    use super::*;

    #[test]
    fn the_last_number_is_read_without_the_edits() {
        let mut journal = Journal::default();
        for name in ["a", "b", "c"] {
            journal.push(Edit::Rename { name: name.to_owned() }, 6, 2);
        }
        assert_eq!(last_seq(&wire::to_json(&journal)), Some(9));
        assert_eq!(
            last_seq("{\"first_seq\": 3, \"edits\": [{\"of a later build\": 1}]}"),
            Some(3)
        );
        assert_eq!(last_seq("torn"), None);
    }
}

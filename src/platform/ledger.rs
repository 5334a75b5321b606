//! Which projects this browser should have, kept outside the database: a damaged database can open empty without any
//! error, and then the page must say what is gone and never show a fresh welcome.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use spec::Message;
use spec::job::ProjectCard;

use super::local;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    pub name: String,
    pub generation: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ledger {
    pub projects: BTreeMap<String, Entry>,
}

impl Ledger {
    /// What the database does not have and should: one message a project.
    pub fn compare(&self, cards: &[ProjectCard]) -> Vec<Message> {
        let mut found = Vec::new();
        for (id, entry) in &self.projects {
            match cards.iter().find(|card| card.id == *id) {
                None => found.push(Message::new("page.project_lost").with("name", &entry.name)),
                Some(card) if !card.damaged && card.generation < entry.generation => {
                    let lost = entry.generation - card.generation;
                    found.push(Message::new("page.saves_lost").with("name", &entry.name).with("n", lost));
                }
                Some(_) => {}
            }
        }
        found
    }
}

const KEY: &str = "ledger";

pub fn read() -> Ledger {
    local::get(KEY)
        .and_then(|text| spec::wire::from_json(&text).ok())
        .unwrap_or_default()
}

/// Notes that a save was acknowledged.
pub fn note(id: &str, name: &str, generation: u64) {
    change(|ledger| {
        ledger.projects.insert(
            id.to_owned(),
            Entry {
                name: name.to_owned(),
                generation,
            },
        );
    });
}

/// Notes that a project was deleted, or that its loss was told.
pub fn forget(id: &str) {
    change(|ledger| {
        ledger.projects.remove(id);
    });
}

/// Takes the database as it is: what was lost has been told.
pub fn accept(cards: &[ProjectCard]) {
    change(|ledger| {
        let entry = |card: &ProjectCard| Entry {
            name: card.name.clone(),
            generation: card.generation,
        };
        ledger.projects = cards.iter().map(|card| (card.id.clone(), entry(card))).collect();
    });
}

fn change(how: impl FnOnce(&mut Ledger)) {
    let mut ledger = read();
    how(&mut ledger);
    local::set(KEY, &spec::wire::to_json(&ledger));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(id: &str, generation: u64, damaged: bool) -> ProjectCard {
        ProjectCard {
            id: id.to_owned(),
            name: id.to_owned(),
            changed_at_ms: 0.0,
            created_at_ms: 0.0,
            generation,
            file_name: String::new(),
            n_rows: 0,
            n_runs: 0,
            task: None,
            damaged,
        }
    }

    #[test]
    fn what_is_gone_or_older_is_told() {
        let entry = |name: &str, generation| {
            (
                name.to_owned(),
                Entry {
                    name: name.to_owned(),
                    generation,
                },
            )
        };
        let ledger = Ledger {
            projects: [entry("a", 3), entry("b", 5), entry("c", 2), entry("d", 7)].into(),
        };
        let told = ledger.compare(&[
            card("b", 5, false),
            card("c", 1, false),
            card("d", 0, true),
            card("e", 1, false),
        ]);
        let codes: Vec<&str> = told.iter().map(|message| message.code.as_str()).collect();
        assert_eq!(codes, ["page.project_lost", "page.saves_lost"]);
        assert!(Ledger::default().compare(&[card("a", 1, false)]).is_empty());
    }
}

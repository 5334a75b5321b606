//! The words behind the codes of [`Message`]: one table a crate, `(code, says, hint)`.
//!
//! `{name}` takes a value as text; `{name:count}` groups thousands; `{name:percent}` takes a share from 0 to 1;
//! `{name:3}` a number with 3 significant digits. A list is joined by commas. `{n:count rows}`-like plurals are written
//! `{n:plural|row|rows}`, which prints only the word.

mod caveat;
mod deploy;
mod engine;
mod evaluate;
mod experiment;
mod explain;
mod monitor;
mod page;
mod prepare;
mod store;
mod table;
mod train;

use crate::message::{Message, Value};
use crate::texts::number;

pub(crate) type Row = (&'static str, &'static str, &'static str);

/// Tables of the catalogue.
#[derive(Clone, Copy)]
pub struct Tables(&'static [&'static [Row]]);

/// The whole catalogue.
pub const ALL: Tables = Tables(&[
    caveat::ROWS,
    deploy::ROWS,
    engine::ROWS,
    evaluate::ROWS,
    experiment::ROWS,
    explain::ROWS,
    monitor::ROWS,
    page::ROWS,
    prepare::ROWS,
    store::ROWS,
    table::ROWS,
    train::ROWS,
    super::sentences::ROWS,
]);

/// What can happen before a project is open: the page has these at its start, and fetches the others with the code that
/// knows projects.
pub const FIRST: Tables = Tables(&[page::ROWS, store::ROWS]);

/// Every code of the catalogue.
pub fn codes() -> impl Iterator<Item = &'static str> {
    ALL.0.iter().flat_map(|rows| rows.iter().map(|row| row.0))
}

/// What happened, by the whole catalogue.
pub fn says(message: &Message) -> String {
    ALL.says(message)
}

/// What to do about it, by the whole catalogue; empty when there is nothing to do.
pub fn hint(message: &Message) -> String {
    ALL.hint(message)
}

impl Tables {
    /// What happened. An unknown code is shown as it is, with its values, so that nothing is lost.
    pub fn says(self, message: &Message) -> String {
        match self.row(&message.code) {
            Some(row) => fill(row.1, message),
            None => format!("{} {}", message.code, crate::wire::to_json(&message.values)),
        }
    }

    /// What to do about it; empty when there is nothing to do.
    pub fn hint(self, message: &Message) -> String {
        self.row(&message.code).map_or_else(String::new, |row| fill(row.2, message))
    }

    fn row(self, code: &str) -> Option<&'static Row> {
        self.0.iter().flat_map(|rows| rows.iter()).find(|row| row.0 == code)
    }
}

fn fill(template: &str, message: &Message) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        let Some(length) = rest[open..].find('}') else { break };
        out.push_str(&rest[..open]);
        let place = &rest[open + 1..open + length];
        let (name, format) = place.split_once(':').unwrap_or((place, ""));
        match message.values.get(name) {
            Some(value) => out.push_str(&show(value, format)),
            None => out.push_str(&rest[open..=open + length]),
        }
        rest = &rest[open + length + 1..];
    }
    out.push_str(rest);
    out
}

fn show(value: &Value, format: &str) -> String {
    let as_number = match value {
        Value::Count(n) => Some(*n as f64),
        Value::Number(x) => Some(*x),
        _ => None,
    };
    match (format, as_number) {
        ("count", Some(x)) => number::count(x),
        ("percent", Some(x)) => number::percent(x),
        ("bytes", Some(x)) => number::bytes(x),
        (plural, Some(x)) if plural.starts_with("plural|") => {
            let mut words = plural.split('|').skip(1);
            let (one, many) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
            (if x == 1.0 { one } else { many }).to_owned()
        }
        (digits, Some(x)) if digits.parse::<usize>().is_ok() => number::significant(x, digits.parse().unwrap_or(3)),
        _ => match value {
            Value::Count(n) => number::count(*n as f64),
            Value::Number(x) => number::significant(*x, 4),
            Value::Text(text) => text.clone(),
            Value::List(items) => items.join(", "),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_code_has_one_text() {
        let mut seen = BTreeSet::new();
        let twice: Vec<&str> = codes().filter(|code| !seen.insert(*code)).collect();
        assert!(twice.is_empty(), "{twice:?}");
    }
}

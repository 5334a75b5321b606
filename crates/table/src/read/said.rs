//! What is said of a file once for all its columns: each kind of cell that is not kept as it is written, counted, with an
//! example.

use std::collections::BTreeMap;

use spec::Message;

use super::written::Example;

/// Columns that a note names.
const N_NAMED: usize = 10;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    DecimalComma,
    DecimalPoint,
    Tokens,
    NumberFormat,
    Rounded,
    Times,
    RoundedTimes,
    Booleans,
}

impl Kind {
    fn code(self) -> &'static str {
        match self {
            Self::DecimalComma => "read.decimal_comma",
            Self::DecimalPoint => "read.decimal_point",
            Self::Tokens => "read.tokens_missing",
            Self::NumberFormat => "read.number_format",
            Self::Rounded => "read.rounded",
            Self::Times => "read.time_format",
            Self::RoundedTimes => "read.times_rounded",
            Self::Booleans => "read.boolean_format",
        }
    }
}

struct Found {
    n: u64,
    columns: Vec<String>,
    column: String,
    example: Example,
    is_telling: bool,
}

#[derive(Default)]
pub(super) struct Said(BTreeMap<Kind, Found>);

impl Said {
    /// `n` cells of a column; nothing for none. Of several columns the first that is telling gives the example.
    pub fn add(&mut self, kind: Kind, column: &str, n: u64, example: Option<Example>, is_telling: bool) {
        let Some(example) = example.filter(|_| n > 0) else { return };
        match self.0.get_mut(&kind) {
            None => {
                let found = Found {
                    n,
                    columns: vec![column.to_owned()],
                    column: column.to_owned(),
                    example,
                    is_telling,
                };
                self.0.insert(kind, found);
            }
            Some(found) => {
                found.n += n;
                if found.columns.len() < N_NAMED {
                    found.columns.push(column.to_owned());
                } else if found.columns.len() == N_NAMED {
                    found.columns.push("…".to_owned());
                }
                if is_telling && !found.is_telling {
                    (found.column, found.example, found.is_telling) = (column.to_owned(), example, true);
                }
            }
        }
    }

    pub fn notes(self) -> impl Iterator<Item = Message> {
        self.0.into_iter().map(|(kind, found)| {
            Message::new(kind.code())
                .with("n", found.n)
                .with("columns", found.columns)
                .with("column", found.column)
                .with("example", found.example.cell)
                .with("value", found.example.value)
        })
    }
}

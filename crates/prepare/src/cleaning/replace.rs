//! Replacing text in cells.

use std::borrow::Cow;

use regex_lite::Regex;
use spec::step::{Replace, ShapeKind, StepInfo};
use spec::{ColumnSet, ColumnType, Domain, Message, Observer, Outcome};
use table::Table;

use super::cells::rewrite;
use super::{Change, Cleaning, Target, is_text, named_or};

pub(super) fn info() -> StepInfo {
    let begin = Replace {
        columns: Vec::new(),
        find: String::new(),
        replace: String::new(),
        regex: false,
        whole_cell: false,
    };
    let columns = Domain::Columns {
        which: ColumnSet::Texts,
        optional: false,
    };
    StepInfo::new(ShapeKind::from(begin))
        .setting("columns", columns)
        .setting("find", Domain::Text { required: true })
        .setting("replace", Domain::Text { required: false })
        .setting("regex", Domain::Flag)
        .setting("whole_cell", Domain::Flag)
}

impl Cleaning for Replace {
    fn target(&self) -> Target<'_> {
        Target::Columns(&self.columns)
    }

    fn fits(&self, column_type: ColumnType) -> bool {
        matches!(column_type, ColumnType::Category | ColumnType::Text)
    }

    fn on(&self, columns: Vec<String>) -> Option<ShapeKind> {
        Some(ShapeKind::Replace(Self { columns, ..self.clone() }))
    }

    /// Errors: `shape.find_empty`, `shape.regex`, `shape.needs_text`.
    fn apply(&self, table: &Table, observer: &mut dyn Observer) -> Outcome<Change> {
        let columns = named_or(table, &self.columns, is_text)?;
        let replacement = Replacement::new(&self.find, &self.replace, self.regex, self.whole_cell)?;
        rewrite(&columns, "shape.replaced", observer, |text| replacement.of(text))
    }
}

enum Replacement<'a> {
    Inside { find: &'a str, replace: &'a str },
    Cell { find: &'a str, replace: &'a str },
    Pattern { find: Regex, replace: &'a str },
}

impl<'a> Replacement<'a> {
    /// Errors: `shape.find_empty`, `shape.regex`.
    fn new(find: &'a str, replace: &'a str, regex: bool, whole_cell: bool) -> Outcome<Self> {
        if find.is_empty() {
            return Err(Message::new("shape.find_empty").into());
        }
        if !regex {
            return Ok(if whole_cell {
                Self::Cell { find, replace }
            } else {
                Self::Inside { find, replace }
            });
        }
        let pattern = if whole_cell {
            format!("^(?:{find})$")
        } else {
            find.to_owned()
        };
        match Regex::new(&pattern) {
            Ok(find) => Ok(Self::Pattern { find, replace }),
            Err(error) => Err(Message::new("shape.regex")
                .with("find", find)
                .with("error", error.to_string())
                .into()),
        }
    }

    fn of(&self, text: &str) -> Option<String> {
        match self {
            Self::Inside { find, replace } => text.contains(find).then(|| text.replace(find, replace)),
            Self::Cell { find, replace } => (text == *find).then(|| (*replace).to_owned()),
            Self::Pattern { find, replace } => match find.replace_all(text, *replace) {
                Cow::Borrowed(_) => None,
                Cow::Owned(new) => Some(new),
            },
        }
        .filter(|new| new != text)
    }
}

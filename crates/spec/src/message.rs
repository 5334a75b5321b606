//! What the engine says: a code with values. The words stand in the catalogue (`texts::messages`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Info,
    Warning,
    Error,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    Count(u64),
    Number(f64),
    Text(String),
    List(Vec<String>),
}

macro_rules! value_from {
    ($($from:ty => |$x:ident| $into:expr),* $(,)?) => {
        $(impl From<$from> for Value { fn from($x: $from) -> Self { $into } })*
    };
}
value_from! {
    u64 => |x| Self::Count(x),
    u32 => |x| Self::Count(u64::from(x)),
    usize => |x| Self::Count(x as u64),
    f64 => |x| Self::Number(x),
    &str => |x| Self::Text(x.to_owned()),
    String => |x| Self::Text(x),
    &String => |x| Self::Text(x.clone()),
    Vec<String> => |x| Self::List(x),
}

/// A sentence of the engine: `code` names it in the catalogue, `values` fill its places.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// `area.what`, for example `csv.unclosed_quote`.
    pub code: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, Value>,
}

impl Message {
    pub fn new(code: &str) -> Self {
        Self {
            code: code.to_owned(),
            values: BTreeMap::new(),
        }
    }

    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.values.insert(name.to_owned(), value.into());
        self
    }

    /// What happened, in words.
    pub fn says(&self) -> String {
        crate::texts::messages::says(self)
    }

    /// What to do about it, in words; empty when there is nothing to do.
    pub fn hint(&self) -> String {
        crate::texts::messages::hint(self)
    }
}

/// Why something could not be done: what, where and what to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[error("{}", .message.says())]
pub struct Failure {
    pub message: Message,
    /// The recipe step it happened in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<u32>,
    /// True when the job was cancelled: nobody needs to be told.
    #[serde(default)]
    pub cancelled: bool,
}

impl Failure {
    pub fn new(message: Message) -> Self {
        Self {
            message,
            step: None,
            cancelled: false,
        }
    }

    pub fn cancelled() -> Self {
        Self {
            message: Message::new("job.cancelled"),
            step: None,
            cancelled: true,
        }
    }

    pub fn in_step(mut self, step: u32) -> Self {
        self.step.get_or_insert(step);
        self
    }
}

impl From<Message> for Failure {
    fn from(message: Message) -> Self {
        Self::new(message)
    }
}

/// The result of everything that can fail.
pub type Outcome<T> = Result<T, Failure>;

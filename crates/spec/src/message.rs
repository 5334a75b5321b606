//! What the engine says: a code with values. The words stand in the catalogue (`texts::messages`).

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Info,
    Warning,
    Error,
}

/// Stands in JSON as what it is: a number, a text or a list of texts.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Count(u64),
    Number(f64),
    Text(String),
    List(Vec<String>),
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Count(x) => serializer.serialize_u64(*x),
            Self::Number(x) => serializer.serialize_f64(*x),
            Self::Text(x) => serializer.serialize_str(x),
            Self::List(x) => x.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'de> Visitor<'de> for Any {
            type Value = Value;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number, a text or a list of texts")
            }

            fn visit_u64<E>(self, x: u64) -> Result<Value, E> {
                Ok(Value::Count(x))
            }

            fn visit_i64<E>(self, x: i64) -> Result<Value, E> {
                Ok(Value::Number(x as f64))
            }

            fn visit_f64<E>(self, x: f64) -> Result<Value, E> {
                Ok(Value::Number(x))
            }

            // JSON's word for a number that is none.
            fn visit_unit<E>(self) -> Result<Value, E> {
                Ok(Value::Number(f64::NAN))
            }

            fn visit_str<E>(self, x: &str) -> Result<Value, E> {
                Ok(Value::Text(x.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut texts: A) -> Result<Value, A::Error> {
                let mut list = Vec::new();
                while let Some(text) = texts.next_element()? {
                    list.push(text);
                }
                Ok(Value::List(list))
            }
        }

        deserializer.deserialize_any(Any)
    }
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

//! What becomes of a tree that does not fit its type.

use std::fmt;

use serde::{de, ser};

use super::value::Value;
use crate::{Failure, Message};

/// How a reader tells what does not fit. Everything that reads is generic over it, and so is the code that serde derives:
/// where a fault cannot be told ([`Never`]) that code has no way back from any of its fields, and the page has two fifths less of it.
pub trait Fault: de::Error {
    /// A name that the type does not have is a fault too.
    const IS_STRICT: bool = false;

    fn new(what: String) -> Self;
    fn unlike(expected: &str, found: &Value) -> Self;
    /// Inside the entry of this name.
    fn within(self, name: &str) -> Self;
    /// Inside the value at this place of a list.
    fn at(self, index: usize) -> Self;
}

/// What does not fit, with the path to it. What a person has written is read strictly: a name that is not known would
/// otherwise count as not written.
#[derive(Debug)]
pub(super) struct Told<const STRICT: bool>(Box<Inner>);

pub(super) type Unfit = Told<false>;

#[derive(Debug)]
struct Inner {
    path: String,
    what: String,
}

impl<const STRICT: bool> Told<STRICT> {
    pub fn into_failure(self) -> Failure {
        let Inner { path, what } = *self.0;
        let path = if path.is_empty() { "the whole".to_owned() } else { path };
        Message::new("wire.type").with("path", path).with("what", what).into()
    }

    fn in_front(mut self, part: String) -> Self {
        let dot = if self.0.path.is_empty() || self.0.path.starts_with('[') {
            ""
        } else {
            "."
        };
        self.0.path = format!("{part}{dot}{}", self.0.path);
        self
    }
}

impl<const STRICT: bool> Fault for Told<STRICT> {
    const IS_STRICT: bool = STRICT;

    #[cold]
    #[inline(never)]
    fn new(what: String) -> Self {
        let path = String::new();
        Self(Box::new(Inner { path, what }))
    }

    #[cold]
    #[inline(never)]
    fn unlike(expected: &str, found: &Value) -> Self {
        let shown = match found {
            Value::Unsigned(x) => x.to_string(),
            Value::Signed(x) => x.to_string(),
            Value::Float(x) => x.to_string(),
            Value::Bool(x) => x.to_string(),
            other => other.kind().to_owned(),
        };
        Self::new(format!("expected {expected}, found {shown}"))
    }

    #[cold]
    #[inline(never)]
    fn within(self, name: &str) -> Self {
        self.in_front(name.to_owned())
    }

    #[cold]
    #[inline(never)]
    fn at(self, index: usize) -> Self {
        self.in_front(format!("[{index}]"))
    }
}

impl<const STRICT: bool> fmt::Display for Told<STRICT> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.path, self.0.what)
    }
}

impl<const STRICT: bool> std::error::Error for Told<STRICT> {}

impl<const STRICT: bool> de::Error for Told<STRICT> {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message.to_string())
    }

    fn invalid_type(found: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::new(format!("expected {expected}, found {found}"))
    }

    fn invalid_value(found: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::new(format!("expected {expected}, found {found}"))
    }

    fn invalid_length(n: usize, expected: &dyn de::Expected) -> Self {
        Self::new(format!("{n} values, expected {expected}"))
    }

    fn unknown_variant(variant: &str, known: &'static [&'static str]) -> Self {
        Self::new(format!("{variant} is not one of {}", known.join(", ")))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(format!("{field} is missing"))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::new(format!("{field} stands there twice"))
    }
}

/// There is no such fault: a part of this program reads what another part of the same build has just written. If it does
/// not fit all the same, that is a defect of the program, and it ends there.
#[derive(Debug)]
pub(super) enum Never {}

#[cold]
#[inline(never)]
pub(super) fn defect() -> ! {
    #[expect(
        clippy::panic,
        reason = "a type of ours has no tree, or two parts of one build disagree: nothing that a caller could do"
    )]
    {
        panic!("a type and its tree do not fit")
    }
}

impl Fault for Never {
    fn new(_what: String) -> Self {
        defect()
    }

    fn unlike(_expected: &str, _found: &Value) -> Self {
        defect()
    }

    fn within(self, _name: &str) -> Self {
        match self {}
    }

    fn at(self, _index: usize) -> Self {
        match self {}
    }
}

impl fmt::Display for Never {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}

impl std::error::Error for Never {}

impl ser::Error for Never {
    fn custom<T: fmt::Display>(_message: T) -> Self {
        defect()
    }
}

impl de::Error for Never {
    fn custom<T: fmt::Display>(_message: T) -> Self {
        defect()
    }

    fn invalid_type(_found: de::Unexpected<'_>, _expected: &dyn de::Expected) -> Self {
        defect()
    }

    fn invalid_value(_found: de::Unexpected<'_>, _expected: &dyn de::Expected) -> Self {
        defect()
    }

    fn invalid_length(_n: usize, _expected: &dyn de::Expected) -> Self {
        defect()
    }

    fn unknown_variant(_variant: &str, _known: &'static [&'static str]) -> Self {
        defect()
    }

    fn missing_field(_field: &'static str) -> Self {
        defect()
    }

    fn duplicate_field(_field: &'static str) -> Self {
        defect()
    }
}

//! JSON (RFC 8259) from and to a tree.

use std::rc::Rc;

use super::MAX_DEPTH;
use super::value::{Key, ListBuilder, Value};

/// A fault of the text; line and column (in characters) count from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    pub line: u64,
    pub column: u64,
    pub what: &'static str,
}

pub(super) fn write(value: &Value, is_pretty: bool) -> String {
    let mut writer = Writer {
        out: String::new(),
        is_pretty,
        depth: 0,
    };
    writer.value(value);
    writer.out
}

struct Writer {
    out: String,
    is_pretty: bool,
    depth: usize,
}

impl Writer {
    fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.out.push_str("null"),
            Value::Bool(x) => self.out.push_str(if *x { "true" } else { "false" }),
            Value::Unsigned(x) => self.out.push_str(&x.to_string()),
            Value::Signed(x) => self.out.push_str(&x.to_string()),
            Value::Float(x) => self.float(*x),
            Value::Text(text) => self.text(text),
            Value::Bytes(bytes) => self.list(bytes.iter(), |own, x| own.out.push_str(&x.to_string())),
            Value::Unsigneds(list) => self.list(list.iter(), |own, x| own.out.push_str(&x.to_string())),
            Value::Floats(list) => self.list(list.iter(), |own, x| own.float(*x)),
            Value::List(list) => self.list(list.iter(), Self::value),
            Value::Map(entries) => {
                self.out.push('{');
                self.depth += 1;
                for (i, (key, value)) in entries.iter().enumerate() {
                    self.before(i == 0);
                    self.text(key);
                    self.out.push_str(if self.is_pretty { ": " } else { ":" });
                    self.value(value);
                }
                self.after(entries.is_empty());
                self.out.push('}');
            }
        }
    }

    fn list<T>(&mut self, list: impl Iterator<Item = T>, write: impl Fn(&mut Self, T)) {
        self.out.push('[');
        self.depth += 1;
        let mut is_empty = true;
        for x in list {
            self.before(is_empty);
            is_empty = false;
            write(self, x);
        }
        self.after(is_empty);
        self.out.push(']');
    }

    fn before(&mut self, is_first: bool) {
        if !is_first {
            self.out.push(',');
        }
        self.new_line();
    }

    fn after(&mut self, is_empty: bool) {
        self.depth -= 1;
        if !is_empty {
            self.new_line();
        }
    }

    fn new_line(&mut self) {
        if self.is_pretty {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n("  ", self.depth));
        }
    }

    /// The shortest digits that read back as the same number.
    fn float(&mut self, x: f64) {
        if x.is_finite() {
            self.out.push_str(&format!("{x:?}"));
        } else {
            self.out.push_str("null");
        }
    }

    fn text(&mut self, text: &str) {
        self.out.push('"');
        for c in text.chars() {
            match c {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '\r' => self.out.push_str("\\r"),
                '\t' => self.out.push_str("\\t"),
                '\u{8}' => self.out.push_str("\\b"),
                '\u{c}' => self.out.push_str("\\f"),
                c if c < ' ' => self.out.push_str(&format!("\\u{:04x}", u32::from(c))),
                c => self.out.push(c),
            }
        }
        self.out.push('"');
    }
}

pub(super) fn parse(text: &str) -> Result<Value, JsonError> {
    let mut parser = Parser {
        text,
        at: 0,
        depth: 0,
        names: Vec::new(),
    };
    let parsed = parser.whole();
    parsed.map_err(|what| {
        let before = &text.as_bytes()[..parser.at.min(text.len())];
        let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        JsonError {
            line: 1 + before.iter().filter(|byte| **byte == b'\n').count() as u64,
            // Bytes that only continue a character do not count.
            column: 1 + before[line_start..].iter().filter(|byte| **byte & 0xc0 != 0x80).count() as u64,
            what,
        }
    })
}

struct Parser<'a> {
    text: &'a str,
    /// Byte that is looked at next; at a fault: where it is.
    at: usize,
    depth: usize,
    /// Names that were read before; few, so a list will do.
    names: Vec<Rc<str>>,
}

impl Parser<'_> {
    fn whole(&mut self) -> Result<Value, &'static str> {
        self.blanks();
        let value = self.value()?;
        self.blanks();
        match self.peek() {
            None => Ok(value),
            Some(_) => Err("something stands after the end"),
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let is_there = self.peek() == Some(byte);
        self.at += usize::from(is_there);
        is_there
    }

    fn value(&mut self) -> Result<Value, &'static str> {
        match self.peek() {
            None => Err("the text ends too early"),
            Some(b'{') => self.nested(Self::map),
            Some(b'[') => self.nested(Self::list),
            Some(b'"') => Ok(Value::Text(self.string()?.into())),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(_) => Err("expected a value"),
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, &'static str> {
        if self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            self.at += word.len();
            Ok(value)
        } else {
            Err("expected true, false or null")
        }
    }

    fn nested(&mut self, inside: fn(&mut Self) -> Result<Value, &'static str>) -> Result<Value, &'static str> {
        if self.depth == MAX_DEPTH {
            return Err("nested too deeply");
        }
        self.depth += 1;
        self.at += 1;
        let value = inside(self)?;
        self.depth -= 1;
        Ok(value)
    }

    fn list(&mut self) -> Result<Value, &'static str> {
        let mut list = ListBuilder::new(0);
        self.blanks();
        if self.take(b']') {
            return Ok(list.finish());
        }
        loop {
            self.blanks();
            list.push(self.value()?);
            self.blanks();
            if self.take(b']') {
                return Ok(list.finish());
            }
            if !self.take(b',') {
                return Err("expected a comma or the end of the list");
            }
        }
    }

    fn map(&mut self) -> Result<Value, &'static str> {
        let mut entries: Vec<(Key, Value)> = Vec::new();
        self.blanks();
        if self.take(b'}') {
            return Ok(Value::Map(entries));
        }
        loop {
            self.blanks();
            let start = self.at;
            if self.peek() != Some(b'"') {
                return Err("expected a name in quotes");
            }
            let name = self.name()?;
            if entries.iter().any(|(key, _)| *key == name) {
                self.at = start;
                return Err("this name stands there twice");
            }
            self.blanks();
            if !self.take(b':') {
                return Err("expected a colon");
            }
            self.blanks();
            let value = self.value()?;
            entries.push((name, value));
            self.blanks();
            if self.take(b'}') {
                return Ok(Value::Map(entries));
            }
            if !self.take(b',') {
                return Err("expected a comma or the end of the object");
            }
        }
    }

    fn name(&mut self) -> Result<Key, &'static str> {
        let text = self.string()?;
        if let Some(known) = self.names.iter().find(|known| ***known == *text) {
            return Ok(Key::Read(Rc::clone(known)));
        }
        let name: Rc<str> = text.into();
        if self.names.len() < 256 {
            self.names.push(Rc::clone(&name));
        }
        Ok(Key::Read(name))
    }

    fn string(&mut self) -> Result<String, &'static str> {
        self.at += 1;
        let mut out = String::new();
        let mut plain = self.at;
        loop {
            match self.peek() {
                None => return Err("the text ends inside quotes"),
                Some(b'"') => {
                    out.push_str(&self.text[plain..self.at]);
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => {
                    out.push_str(&self.text[plain..self.at]);
                    self.at += 1;
                    out.push(self.escaped()?);
                    plain = self.at;
                }
                Some(0..=0x1f) => return Err("a control character inside quotes"),
                Some(_) => self.at += 1,
            }
        }
    }

    fn escaped(&mut self) -> Result<char, &'static str> {
        let c = match self.peek() {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'u') => {
                self.at += 1;
                return self.code_point();
            }
            _ => return Err("no such escape"),
        };
        self.at += 1;
        Ok(c)
    }

    fn code_point(&mut self) -> Result<char, &'static str> {
        let high = self.four_digits()?;
        let code = if (0xd800..0xdc00).contains(&high) {
            if !(self.take(b'\\') && self.take(b'u')) {
                return Err("half of a character");
            }
            let low = self.four_digits()?;
            if !(0xdc00..0xe000).contains(&low) {
                return Err("half of a character");
            }
            0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)
        } else {
            high
        };
        char::from_u32(code).ok_or("half of a character")
    }

    fn four_digits(&mut self) -> Result<u32, &'static str> {
        let mut code = 0;
        for _ in 0..4 {
            let digit = self
                .peek()
                .and_then(|byte| char::from(byte).to_digit(16))
                .ok_or("expected four digits")?;
            code = code * 16 + digit;
            self.at += 1;
        }
        Ok(code)
    }

    fn number(&mut self) -> Result<Value, &'static str> {
        let start = self.at;
        let is_negative = self.take(b'-');
        if self.take(b'0') {
            if let Some(b'0'..=b'9') = self.peek() {
                return Err("a number does not begin with 0");
            }
        } else {
            self.digits()?;
        }
        let mut is_whole = true;
        if self.take(b'.') {
            is_whole = false;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            is_whole = false;
            self.at += 1;
            if !self.take(b'+') {
                self.take(b'-');
            }
            self.digits()?;
        }
        let text = &self.text[start..self.at];
        if is_whole
            && !is_negative
            && let Ok(x) = text.parse()
        {
            return Ok(Value::Unsigned(x));
        }
        if is_whole
            && let Ok(x) = text.parse::<i64>()
            && x != 0
        {
            return Ok(Value::Signed(x));
        }
        match text.parse::<f64>() {
            Ok(x) if x.is_finite() => Ok(Value::Float(x)),
            _ => {
                self.at = start;
                Err("a number that is too large")
            }
        }
    }

    fn digits(&mut self) -> Result<(), &'static str> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at == start { Err("expected a digit") } else { Ok(()) }
    }
}

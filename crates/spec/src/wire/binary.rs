//! Packed bytes from and to a tree. A byte says what comes; sizes and numbers are LEB128; floats and packed lists are
//! little-endian; each name is written once and then named by its number.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::MAX_DEPTH;
use super::value::{Key, Value};

const NULL: u8 = 0;
const FALSE: u8 = 1;
const TRUE: u8 = 2;
const UNSIGNED: u8 = 3;
/// `-1 - x`.
const SIGNED: u8 = 4;
const FLOAT: u8 = 5;
const TEXT: u8 = 6;
const BYTES: u8 = 7;
const FLOATS: u8 = 8;
/// Then the width of a number in bytes: 1, 2, 4 or 8.
const UNSIGNEDS: u8 = 9;
const LIST: u8 = 10;
const MAP: u8 = 11;

pub(super) fn write(value: &Value) -> Vec<u8> {
    let mut writer = Writer {
        out: Vec::new(),
        names: BTreeMap::new(),
    };
    writer.value(value);
    writer.out
}

struct Writer<'a> {
    out: Vec<u8>,
    names: BTreeMap<&'a str, u64>,
}

impl<'a> Writer<'a> {
    fn value(&mut self, value: &'a Value) {
        match value {
            Value::Null => self.out.push(NULL),
            Value::Bool(x) => self.out.push(if *x { TRUE } else { FALSE }),
            Value::Unsigned(x) => self.tagged(UNSIGNED, *x),
            Value::Signed(x) => self.tagged(SIGNED, !*x as u64),
            Value::Float(x) => {
                self.out.push(FLOAT);
                self.out.extend(x.to_le_bytes());
            }
            Value::Text(text) => self.bytes(TEXT, text.as_bytes()),
            Value::Bytes(bytes) => self.bytes(BYTES, bytes),
            Value::Floats(list) => {
                self.tagged(FLOATS, list.len() as u64);
                self.out.reserve(8 * list.len());
                for x in list {
                    self.out.extend(x.to_le_bytes());
                }
            }
            Value::Unsigneds(list) => {
                self.tagged(UNSIGNEDS, list.len() as u64);
                let width = width(list.iter().copied().max().unwrap_or(0));
                self.out.push(width as u8);
                self.out.reserve(width * list.len());
                for x in list {
                    self.out.extend(&x.to_le_bytes()[..width]);
                }
            }
            Value::List(list) => {
                self.tagged(LIST, list.len() as u64);
                list.iter().for_each(|value| self.value(value));
            }
            Value::Map(entries) => {
                self.tagged(MAP, entries.len() as u64);
                for (key, value) in entries {
                    self.name(key);
                    self.value(value);
                }
            }
        }
    }

    fn name(&mut self, name: &'a str) {
        let n = self.names.len() as u64;
        match self.names.get(name) {
            Some(number) => {
                let number = *number;
                self.number(number + 1);
            }
            None => {
                self.names.insert(name, n);
                self.number(0);
                self.number(name.len() as u64);
                self.out.extend(name.as_bytes());
            }
        }
    }

    fn bytes(&mut self, tag: u8, bytes: &[u8]) {
        self.tagged(tag, bytes.len() as u64);
        self.out.extend_from_slice(bytes);
    }

    fn tagged(&mut self, tag: u8, number: u64) {
        self.out.push(tag);
        self.number(number);
    }

    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.out.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.out.push(number as u8);
    }
}

fn width(max: u64) -> usize {
    match max {
        0..=0xff => 1,
        0x100..=0xffff => 2,
        0x1_0000..=0xffff_ffff => 4,
        _ => 8,
    }
}

/// None when the bytes are no tree, or something stands after it.
pub(super) fn parse(bytes: &[u8]) -> Option<Value> {
    let mut parser = Parser {
        rest: bytes,
        names: Vec::new(),
        depth: 0,
    };
    let value = parser.value()?;
    parser.rest.is_empty().then_some(value)
}

struct Parser<'a> {
    rest: &'a [u8],
    names: Vec<Rc<str>>,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn value(&mut self) -> Option<Value> {
        Some(match self.take(1)?[0] {
            NULL => Value::Null,
            FALSE => Value::Bool(false),
            TRUE => Value::Bool(true),
            UNSIGNED => Value::Unsigned(self.number()?),
            SIGNED => Value::Signed(!(self.number()? as i64)),
            FLOAT => Value::Float(f64::from_le_bytes(self.take(8)?.try_into().ok()?)),
            TEXT => Value::Text(self.text()?.into()),
            BYTES => {
                let n = self.size(1)?;
                Value::Bytes(self.take(n)?.to_vec())
            }
            FLOATS => {
                let n = self.size(8)?;
                let floats = self.take(8 * n)?.chunks_exact(8);
                Value::Floats(floats.map(|chunk| f64::from_bits(little_endian(chunk))).collect())
            }
            UNSIGNEDS => {
                let n = self.size(1)?;
                let width = usize::from(self.take(1)?[0]);
                if ![1, 2, 4, 8].contains(&width) {
                    return None;
                }
                let numbers = self.take(n.checked_mul(width)?)?.chunks_exact(width);
                Value::Unsigneds(numbers.map(little_endian).collect())
            }
            LIST => {
                let n = self.size(1)?;
                self.nested(|own| (0..n).map(|_| own.value()).collect::<Option<_>>().map(Value::List))?
            }
            MAP => {
                let n = self.size(2)?;
                self.nested(|own| {
                    let entries = (0..n).map(|_| Some((Key::Read(own.name()?), own.value()?)));
                    entries.collect::<Option<_>>().map(Value::Map)
                })?
            }
            _ => return None,
        })
    }

    fn nested(&mut self, inside: impl FnOnce(&mut Self) -> Option<Value>) -> Option<Value> {
        if self.depth == MAX_DEPTH {
            return None;
        }
        self.depth += 1;
        let value = inside(self)?;
        self.depth -= 1;
        Some(value)
    }

    fn name(&mut self) -> Option<Rc<str>> {
        match self.number()? {
            0 => {
                let name: Rc<str> = self.text()?.into();
                self.names.push(Rc::clone(&name));
                Some(name)
            }
            number => self.names.get(usize::try_from(number - 1).ok()?).cloned(),
        }
    }

    fn text(&mut self) -> Option<&'a str> {
        let n = self.size(1)?;
        std::str::from_utf8(self.take(n)?).ok()
    }

    /// A count of things that take at least `width` bytes each: no more than there are bytes.
    fn size(&mut self, width: usize) -> Option<usize> {
        let n = usize::try_from(self.number()?).ok()?;
        (n.checked_mul(width)? <= self.rest.len()).then_some(n)
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?[0];
            let part = u64::from(byte & 0x7f);
            if part << shift >> shift != part {
                return None;
            }
            number |= part << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(n)?;
        self.rest = rest;
        Some(taken)
    }
}

fn little_endian(bytes: &[u8]) -> u64 {
    let mut all = [0; 8];
    all[..bytes.len()].copy_from_slice(bytes);
    u64::from_le_bytes(all)
}

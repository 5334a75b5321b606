//! From a tree to a type. Structs are read from maps only, by name; what a type does not know is passed over.

use std::fmt;

use serde::de::{self, DeserializeSeed, Visitor};
use serde::forward_to_deserialize_any;

use super::value::{Key, Value};
use crate::{Failure, Message};

/// What does not fit, with the path to it.
#[derive(Debug)]
pub(super) struct Unfit(Box<Fault>);

#[derive(Debug)]
struct Fault {
    path: String,
    what: String,
}

impl Unfit {
    #[cold]
    #[inline(never)]
    fn new(what: String) -> Self {
        Self(Box::new(Fault {
            path: String::new(),
            what,
        }))
    }

    #[cold]
    #[inline(never)]
    fn expected(expected: &str, found: &Value) -> Self {
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
    fn within(mut self, name: &str) -> Self {
        let dot = if self.0.path.is_empty() || self.0.path.starts_with('[') {
            ""
        } else {
            "."
        };
        self.0.path = format!("{name}{dot}{}", self.0.path);
        self
    }

    #[cold]
    #[inline(never)]
    fn at(mut self, index: usize) -> Self {
        let dot = if self.0.path.is_empty() || self.0.path.starts_with('[') {
            ""
        } else {
            "."
        };
        self.0.path = format!("[{index}]{dot}{}", self.0.path);
        self
    }

    pub fn into_failure(self) -> Failure {
        let Fault { path, what } = *self.0;
        let path = if path.is_empty() { "the whole".to_owned() } else { path };
        Message::new("wire.type").with("path", path).with("what", what).into()
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.path, self.0.what)
    }
}

impl std::error::Error for Unfit {}

impl de::Error for Unfit {
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

pub(super) struct Reader(pub Value);

/// A whole number of a map's key or of JSON stands as text or number.
fn whole(value: &Value) -> Option<Result<u64, i64>> {
    match value {
        Value::Unsigned(x) => Some(Ok(*x)),
        Value::Signed(x) => Some(Err(*x)),
        Value::Text(text) => match text.parse::<u64>() {
            Ok(x) => Some(Ok(x)),
            Err(_) => text.parse::<i64>().ok().map(Err),
        },
        _ => None,
    }
}

impl Reader {
    fn whole<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        match whole(&self.0) {
            Some(Ok(x)) => visitor.visit_u64(x),
            Some(Err(x)) => visitor.visit_i64(x),
            None => Err(Unfit::expected("a whole number", &self.0)),
        }
    }

    fn float(&self) -> Result<f64, Unfit> {
        match &self.0 {
            Value::Float(x) => Ok(*x),
            Value::Unsigned(x) => Ok(*x as f64),
            Value::Signed(x) => Ok(*x as f64),
            // JSON has no other word for it.
            Value::Null => Ok(f64::NAN),
            other => Err(Unfit::expected("a number", other)),
        }
    }
}

macro_rules! whole_numbers {
    ($($name:ident)*) => { $(
        fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
            self.whole(visitor)
        }
    )* };
}

impl<'de> de::Deserializer<'de> for Reader {
    type Error = Unfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(x) => visitor.visit_bool(x),
            Value::Unsigned(x) => visitor.visit_u64(x),
            Value::Signed(x) => visitor.visit_i64(x),
            Value::Float(x) => visitor.visit_f64(x),
            Value::Text(text) => visitor.visit_string(text.into()),
            Value::Bytes(bytes) => visitor.visit_byte_buf(bytes),
            list @ (Value::Floats(_) | Value::Unsigneds(_) | Value::List(_)) => visitor.visit_seq(Items::new(list)?),
            Value::Map(entries) => visitor.visit_map(Fields::new(entries)),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        match self.0 {
            Value::Bool(x) => visitor.visit_bool(x),
            other => Err(Unfit::expected("true or false", &other)),
        }
    }

    whole_numbers!(deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64);

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        let x = self.float()?;
        visitor.visit_f64(x)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        let x = self.float()?;
        visitor.visit_f64(x)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.deserialize_str(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        match self.0 {
            Value::Text(text) => visitor.visit_str(&text),
            other => Err(Unfit::expected("text", &other)),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        match self.0 {
            Value::Text(text) => visitor.visit_string(text.into()),
            other => Err(Unfit::expected("text", &other)),
        }
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.deserialize_byte_buf(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        match self.0 {
            Value::Bytes(bytes) => visitor.visit_byte_buf(bytes),
            other => Err(Unfit::expected("bytes", &other)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _name: &'static str, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _name: &'static str, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_seq(Items::new(self.0)?)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, n: usize, visitor: V) -> Result<V::Value, Unfit> {
        let items = Items::new(self.0)?;
        if items.n != n {
            return Err(Unfit::new(format!("expected {n} values, found {}", items.n)));
        }
        visitor.visit_seq(items)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(self, _name: &'static str, n: usize, visitor: V) -> Result<V::Value, Unfit> {
        self.deserialize_tuple(n, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        match self.0 {
            Value::Map(entries) => visitor.visit_map(Fields::new(entries)),
            other => Err(Unfit::expected("an object", &other)),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        let (name, content) = match self.0 {
            Value::Text(name) => (Key::Read(name.into()), Value::Null),
            Value::Map(mut entries) if entries.len() == 1 => match entries.pop() {
                Some(entry) => entry,
                None => return Err(Unfit::new("expected one entry".to_owned())),
            },
            Value::Map(entries) => {
                return Err(Unfit::new(format!("expected one entry, found {}", entries.len())));
            }
            other => return Err(Unfit::expected("a name or an object of one entry", &other)),
        };
        visitor.visit_enum(Variant { name, content })
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.deserialize_str(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_unit()
    }
}

struct Items {
    list: List,
    n: usize,
    at: usize,
}

enum List {
    Any(std::vec::IntoIter<Value>),
    Floats(std::vec::IntoIter<f64>),
    Unsigneds(std::vec::IntoIter<u64>),
}

impl Items {
    fn new(list: Value) -> Result<Self, Unfit> {
        let (n, list) = match list {
            Value::List(list) => (list.len(), List::Any(list.into_iter())),
            Value::Floats(list) => (list.len(), List::Floats(list.into_iter())),
            Value::Unsigneds(list) => (list.len(), List::Unsigneds(list.into_iter())),
            other => return Err(Unfit::expected("a list", &other)),
        };
        Ok(Self { list, n, at: 0 })
    }

    fn next(&mut self) -> Option<Value> {
        let next = match &mut self.list {
            List::Any(list) => list.next(),
            List::Floats(list) => list.next().map(Value::Float),
            List::Unsigneds(list) => list.next().map(Value::Unsigned),
        };
        self.at += usize::from(next.is_some());
        next
    }
}

impl<'de> de::SeqAccess<'de> for Items {
    type Error = Unfit;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Unfit> {
        match self.next() {
            Some(value) => match seed.deserialize(Reader(value)) {
                Ok(value) => Ok(Some(value)),
                Err(error) => Err(error.at(self.at - 1)),
            },
            None => Ok(None),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.n - self.at)
    }
}

struct Fields {
    entries: std::vec::IntoIter<(Key, Value)>,
    current: Option<(Key, Value)>,
}

impl Fields {
    fn new(entries: Vec<(Key, Value)>) -> Self {
        Self {
            entries: entries.into_iter(),
            current: None,
        }
    }
}

impl<'de> de::MapAccess<'de> for Fields {
    type Error = Unfit;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Unfit> {
        self.current = self.entries.next();
        match &self.current {
            Some((key, _)) => seed.deserialize(Name(key)).map(Some),
            None => Ok(None),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Unfit> {
        let Some((key, value)) = self.current.take() else {
            return Err(Unfit::new("a value without its name".to_owned()));
        };
        match seed.deserialize(Reader(value)) {
            Ok(value) => Ok(value),
            Err(error) => Err(error.within(&key)),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.entries.len())
    }
}

macro_rules! whole_keys {
    ($($name:ident)*) => { $(
        fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
            Reader(Value::Text(self.0.into())).whole(visitor)
        }
    )* };
}

/// The name of an entry. Field names are compared in place; anything else is read as from text.
struct Name<'a>(&'a str);

impl<'de> de::Deserializer<'de> for Name<'_> {
    type Error = Unfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_str(self.0)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_bool(self.0 == "true")
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        visitor.visit_enum(Variant {
            name: Key::Read(self.0.into()),
            content: Value::Null,
        })
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _name: &'static str, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_newtype_struct(self)
    }

    whole_keys!(deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64);

    forward_to_deserialize_any! {
        f32 f64 char str string bytes byte_buf option unit unit_struct seq tuple tuple_struct map struct identifier
        ignored_any
    }
}

struct Variant {
    name: Key,
    content: Value,
}

impl<'de> de::EnumAccess<'de> for Variant {
    type Error = Unfit;
    type Variant = Content;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Content), Unfit> {
        let variant = seed.deserialize(Name(&self.name))?;
        Ok((
            variant,
            Content {
                name: self.name,
                value: self.content,
            },
        ))
    }
}

struct Content {
    name: Key,
    value: Value,
}

impl<'de> de::VariantAccess<'de> for Content {
    type Error = Unfit;

    fn unit_variant(self) -> Result<(), Unfit> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Unfit> {
        seed.deserialize(Reader(self.value)).map_err(|error| error.within(&self.name))
    }

    fn tuple_variant<V: Visitor<'de>>(self, n: usize, visitor: V) -> Result<V::Value, Unfit> {
        let read = de::Deserializer::deserialize_tuple(Reader(self.value), n, visitor);
        read.map_err(|error| error.within(&self.name))
    }

    fn struct_variant<V: Visitor<'de>>(self, _fields: &'static [&'static str], visitor: V) -> Result<V::Value, Unfit> {
        let read = de::Deserializer::deserialize_map(Reader(self.value), visitor);
        read.map_err(|error| error.within(&self.name))
    }
}

//! From a tree to a type. Structs are read from maps only, by name; what a type does not know is passed over.

use std::marker::PhantomData;

use serde::de::{self, DeserializeSeed, Visitor};
use serde::forward_to_deserialize_any;

use super::fault::Fault;
use super::value::{Key, Value};

pub(super) struct Reader<E>(pub Value, PhantomData<E>);

impl<E> Reader<E> {
    pub fn new(value: Value) -> Self {
        Self(value, PhantomData)
    }
}

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

impl<E: Fault> Reader<E> {
    fn whole<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        match whole(&self.0) {
            Some(Ok(x)) => visitor.visit_u64(x),
            Some(Err(x)) => visitor.visit_i64(x),
            None => Err(E::unlike("a whole number", &self.0)),
        }
    }

    fn float(&self) -> Result<f64, E> {
        match &self.0 {
            Value::Float(x) => Ok(*x),
            Value::Unsigned(x) => Ok(*x as f64),
            Value::Signed(x) => Ok(*x as f64),
            // JSON has no other word for it.
            Value::Null => Ok(f64::NAN),
            other => Err(E::unlike("a number", other)),
        }
    }
}

macro_rules! whole_numbers {
    ($($name:ident)*) => { $(
        fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
            self.whole(visitor)
        }
    )* };
}

impl<'de, E: Fault> de::Deserializer<'de> for Reader<E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(x) => visitor.visit_bool(x),
            Value::Unsigned(x) => visitor.visit_u64(x),
            Value::Signed(x) => visitor.visit_i64(x),
            Value::Float(x) => visitor.visit_f64(x),
            Value::Text(text) => visitor.visit_string(text.into()),
            Value::Bytes(bytes) => visitor.visit_byte_buf(bytes),
            list @ (Value::Floats(_) | Value::Unsigneds(_) | Value::List(_)) => visitor.visit_seq(Items::<E>::new(list)?),
            Value::Map(entries) => visitor.visit_map(Fields::<E>::new(entries)),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        match self.0 {
            Value::Bool(x) => visitor.visit_bool(x),
            other => Err(E::unlike("true or false", &other)),
        }
    }

    whole_numbers!(deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64);

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        let x = self.float()?;
        visitor.visit_f64(x)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        let x = self.float()?;
        visitor.visit_f64(x)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        self.deserialize_str(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        match self.0 {
            Value::Text(text) => visitor.visit_str(&text),
            other => Err(E::unlike("text", &other)),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        match self.0 {
            Value::Text(text) => visitor.visit_string(text.into()),
            other => Err(E::unlike("text", &other)),
        }
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        self.deserialize_byte_buf(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        match self.0 {
            Value::Bytes(bytes) => visitor.visit_byte_buf(bytes),
            other => Err(E::unlike("bytes", &other)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _name: &'static str, visitor: V) -> Result<V::Value, E> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _name: &'static str, visitor: V) -> Result<V::Value, E> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_seq(Items::<E>::new(self.0)?)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, n: usize, visitor: V) -> Result<V::Value, E> {
        let items = Items::<E>::new(self.0)?;
        if items.n != n {
            return Err(E::new(format!("expected {n} values, found {}", items.n)));
        }
        visitor.visit_seq(items)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(self, _name: &'static str, n: usize, visitor: V) -> Result<V::Value, E> {
        self.deserialize_tuple(n, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        match self.0 {
            Value::Map(entries) => visitor.visit_map(Fields::<E>::new(entries)),
            other => Err(E::unlike("an object", &other)),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, E> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, E> {
        let (name, content) = match self.0 {
            Value::Text(name) => (Key::Read(name.into()), Value::Null),
            Value::Map(mut entries) if entries.len() == 1 => match entries.pop() {
                Some(entry) => entry,
                None => return Err(E::new("expected one entry".to_owned())),
            },
            Value::Map(entries) => {
                return Err(E::new(format!("expected one entry, found {}", entries.len())));
            }
            other => return Err(E::unlike("a name or an object of one entry", &other)),
        };
        visitor.visit_enum(Variant::<E> {
            told: PhantomData,
            name,
            content,
        })
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        self.deserialize_str(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        if E::IS_STRICT {
            return Err(E::new("nothing has this name here".to_owned()));
        }
        visitor.visit_unit()
    }
}

struct Items<E> {
    told: PhantomData<E>,
    list: List,
    n: usize,
    at: usize,
}

enum List {
    Any(std::vec::IntoIter<Value>),
    Floats(std::vec::IntoIter<f64>),
    Unsigneds(std::vec::IntoIter<u64>),
}

impl<E: Fault> Items<E> {
    fn new(list: Value) -> Result<Self, E> {
        let (n, list) = match list {
            Value::List(list) => (list.len(), List::Any(list.into_iter())),
            Value::Floats(list) => (list.len(), List::Floats(list.into_iter())),
            Value::Unsigneds(list) => (list.len(), List::Unsigneds(list.into_iter())),
            other => return Err(E::unlike("a list", &other)),
        };
        Ok(Self {
            told: PhantomData,
            list,
            n,
            at: 0,
        })
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

impl<'de, E: Fault> de::SeqAccess<'de> for Items<E> {
    type Error = E;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, E> {
        match self.next() {
            Some(value) => match seed.deserialize(Reader::<E>::new(value)) {
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

struct Fields<E> {
    told: PhantomData<E>,
    entries: std::vec::IntoIter<(Key, Value)>,
    current: Option<(Key, Value)>,
}

impl<E: Fault> Fields<E> {
    fn new(entries: Vec<(Key, Value)>) -> Self {
        Self {
            told: PhantomData,
            entries: entries.into_iter(),
            current: None,
        }
    }
}

impl<'de, E: Fault> de::MapAccess<'de> for Fields<E> {
    type Error = E;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, E> {
        self.current = self.entries.next();
        match &self.current {
            Some((key, _)) => seed.deserialize(Name(key, PhantomData::<E>)).map(Some),
            None => Ok(None),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, E> {
        let Some((key, value)) = self.current.take() else {
            return Err(E::new("a value without its name".to_owned()));
        };
        match seed.deserialize(Reader::<E>::new(value)) {
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
        fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
            Reader::<E>::new(Value::Text(self.0.into())).whole(visitor)
        }
    )* };
}

/// The name of an entry. Field names are compared in place; anything else is read as from text.
struct Name<'a, E>(&'a str, PhantomData<E>);

impl<'de, E: Fault> de::Deserializer<'de> for Name<'_, E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_str(self.0)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_bool(self.0 == "true")
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, E> {
        visitor.visit_enum(Variant::<E> {
            told: PhantomData,
            name: Key::Read(self.0.into()),
            content: Value::Null,
        })
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _name: &'static str, visitor: V) -> Result<V::Value, E> {
        visitor.visit_newtype_struct(self)
    }

    whole_keys!(deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64);

    forward_to_deserialize_any! {
        f32 f64 char str string bytes byte_buf option unit unit_struct seq tuple tuple_struct map struct identifier
        ignored_any
    }
}

struct Variant<E> {
    told: PhantomData<E>,
    name: Key,
    content: Value,
}

impl<'de, E: Fault> de::EnumAccess<'de> for Variant<E> {
    type Error = E;
    type Variant = Content<E>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Content<E>), E> {
        let variant = seed.deserialize(Name(&self.name, PhantomData::<E>))?;
        Ok((
            variant,
            Content {
                told: PhantomData,
                name: self.name,
                value: self.content,
            },
        ))
    }
}

struct Content<E> {
    told: PhantomData<E>,
    name: Key,
    value: Value,
}

impl<'de, E: Fault> de::VariantAccess<'de> for Content<E> {
    type Error = E;

    fn unit_variant(self) -> Result<(), E> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, E> {
        seed.deserialize(Reader::<E>::new(self.value))
            .map_err(|error| error.within(&self.name))
    }

    fn tuple_variant<V: Visitor<'de>>(self, n: usize, visitor: V) -> Result<V::Value, E> {
        let read = de::Deserializer::deserialize_tuple(Reader::<E>::new(self.value), n, visitor);
        read.map_err(|error| error.within(&self.name))
    }

    fn struct_variant<V: Visitor<'de>>(self, _fields: &'static [&'static str], visitor: V) -> Result<V::Value, E> {
        let read = de::Deserializer::deserialize_map(Reader::<E>::new(self.value), visitor);
        read.map_err(|error| error.within(&self.name))
    }
}

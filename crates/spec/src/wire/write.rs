//! From a type to its tree. Nothing here can fail: the types of this workspace have no map keys but text and numbers.

use serde::ser::{self, Serialize};

use super::value::{Key, ListBuilder, Value};

/// Why a value has no tree; no type of ours has a reason.
#[derive(Debug)]
pub(super) struct Refused;

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("refused")
    }
}

impl std::error::Error for Refused {}

impl ser::Error for Refused {
    fn custom<T: std::fmt::Display>(_message: T) -> Self {
        Self
    }
}

pub(super) fn value<T: Serialize + ?Sized>(value: &T) -> Value {
    value.serialize(Writer).unwrap_or(Value::Null)
}

struct Writer;

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

/// `{name: value}`: a variant that holds something.
fn tagged(variant: &'static str, value: Value) -> Value {
    Value::Map(vec![(Key::Field(variant), value)])
}

impl ser::Serializer for Writer {
    type Ok = Value;
    type Error = Refused;
    type SerializeSeq = List;
    type SerializeTuple = List;
    type SerializeTupleStruct = List;
    type SerializeTupleVariant = List;
    type SerializeMap = Entries;
    type SerializeStruct = Entries;
    type SerializeStructVariant = Entries;

    fn serialize_bool(self, x: bool) -> Result<Value, Refused> {
        Ok(Value::Bool(x))
    }

    fn serialize_i8(self, x: i8) -> Result<Value, Refused> {
        self.serialize_i64(x.into())
    }

    fn serialize_i16(self, x: i16) -> Result<Value, Refused> {
        self.serialize_i64(x.into())
    }

    fn serialize_i32(self, x: i32) -> Result<Value, Refused> {
        self.serialize_i64(x.into())
    }

    fn serialize_i64(self, x: i64) -> Result<Value, Refused> {
        Ok(u64::try_from(x).map_or(Value::Signed(x), Value::Unsigned))
    }

    fn serialize_u8(self, x: u8) -> Result<Value, Refused> {
        Ok(Value::Unsigned(x.into()))
    }

    fn serialize_u16(self, x: u16) -> Result<Value, Refused> {
        Ok(Value::Unsigned(x.into()))
    }

    fn serialize_u32(self, x: u32) -> Result<Value, Refused> {
        Ok(Value::Unsigned(x.into()))
    }

    fn serialize_u64(self, x: u64) -> Result<Value, Refused> {
        Ok(Value::Unsigned(x))
    }

    fn serialize_f32(self, x: f32) -> Result<Value, Refused> {
        Ok(Value::Float(x.into()))
    }

    fn serialize_f64(self, x: f64) -> Result<Value, Refused> {
        Ok(Value::Float(x))
    }

    fn serialize_char(self, x: char) -> Result<Value, Refused> {
        Ok(text(x.encode_utf8(&mut [0; 4])))
    }

    fn serialize_str(self, x: &str) -> Result<Value, Refused> {
        Ok(text(x))
    }

    fn serialize_bytes(self, x: &[u8]) -> Result<Value, Refused> {
        Ok(Value::Bytes(x.to_vec()))
    }

    fn serialize_none(self) -> Result<Value, Refused> {
        Ok(Value::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, x: &T) -> Result<Value, Refused> {
        x.serialize(self)
    }

    fn serialize_unit(self) -> Result<Value, Refused> {
        Ok(Value::Null)
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<Value, Refused> {
        Ok(Value::Null)
    }

    fn serialize_unit_variant(self, _name: &'static str, _index: u32, variant: &'static str) -> Result<Value, Refused> {
        Ok(text(variant))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _name: &'static str, x: &T) -> Result<Value, Refused> {
        x.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        x: &T,
    ) -> Result<Value, Refused> {
        Ok(tagged(variant, x.serialize(self)?))
    }

    fn serialize_seq(self, n: Option<usize>) -> Result<List, Refused> {
        Ok(List {
            list: ListBuilder::new(n.unwrap_or(0)),
            variant: None,
        })
    }

    fn serialize_tuple(self, n: usize) -> Result<List, Refused> {
        self.serialize_seq(Some(n))
    }

    fn serialize_tuple_struct(self, _name: &'static str, n: usize) -> Result<List, Refused> {
        self.serialize_seq(Some(n))
    }

    fn serialize_tuple_variant(self, _name: &'static str, _index: u32, variant: &'static str, n: usize) -> Result<List, Refused> {
        Ok(List {
            list: ListBuilder::new(n),
            variant: Some(variant),
        })
    }

    fn serialize_map(self, _n: Option<usize>) -> Result<Entries, Refused> {
        Ok(Entries::default())
    }

    fn serialize_struct(self, _name: &'static str, _n: usize) -> Result<Entries, Refused> {
        Ok(Entries::default())
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _n: usize,
    ) -> Result<Entries, Refused> {
        Ok(Entries {
            variant: Some(variant),
            ..Entries::default()
        })
    }
}

struct List {
    list: ListBuilder,
    variant: Option<&'static str>,
}

impl List {
    fn finish(self) -> Value {
        let list = self.list.finish();
        match self.variant {
            Some(variant) => tagged(variant, list),
            None => list,
        }
    }
}

macro_rules! list {
    ($($of:ident $add:ident),*) => { $(
        impl ser::$of for List {
            type Ok = Value;
            type Error = Refused;

            fn $add<T: Serialize + ?Sized>(&mut self, x: &T) -> Result<(), Refused> {
                self.list.push(x.serialize(Writer)?);
                Ok(())
            }

            fn end(self) -> Result<Value, Refused> {
                Ok(self.finish())
            }
        }
    )* };
}
list!(SerializeSeq serialize_element, SerializeTuple serialize_element, SerializeTupleStruct serialize_field, SerializeTupleVariant serialize_field);

#[derive(Default)]
struct Entries {
    entries: Vec<(Key, Value)>,
    key: Option<Key>,
    variant: Option<&'static str>,
}

impl Entries {
    fn finish(self) -> Value {
        let entries = Value::Map(self.entries);
        match self.variant {
            Some(variant) => tagged(variant, entries),
            None => entries,
        }
    }
}

impl ser::SerializeMap for Entries {
    type Ok = Value;
    type Error = Refused;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Refused> {
        self.key = Some(Key::Read(match key.serialize(Writer)? {
            Value::Text(text) => text.into(),
            Value::Unsigned(x) => x.to_string().into(),
            Value::Signed(x) => x.to_string().into(),
            Value::Bool(x) => x.to_string().into(),
            _ => return Err(Refused),
        }));
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refused> {
        let key = self.key.take().ok_or(Refused)?;
        self.entries.push((key, value.serialize(Writer)?));
        Ok(())
    }

    fn end(self) -> Result<Value, Refused> {
        Ok(self.finish())
    }
}

macro_rules! fields {
    ($($of:ident),*) => { $(
        impl ser::$of for Entries {
            type Ok = Value;
            type Error = Refused;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, x: &T) -> Result<(), Refused> {
                self.entries.push((Key::Field(name), x.serialize(Writer)?));
                Ok(())
            }

            fn end(self) -> Result<Value, Refused> {
                Ok(self.finish())
            }
        }
    )* };
}
fields!(SerializeStruct, SerializeStructVariant);

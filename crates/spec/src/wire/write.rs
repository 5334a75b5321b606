//! From a type to its tree. Nothing here can fail: the types of this workspace have no map keys but text and numbers.

use serde::ser::{self, Serialize};

use super::fault::{Never, defect};
use super::value::{Key, ListBuilder, Value};

pub(super) fn value<T: Serialize + ?Sized>(value: &T) -> Value {
    match value.serialize(Writer) {
        Ok(value) => value,
        Err(never) => match never {},
    }
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
    type Error = Never;
    type SerializeSeq = List;
    type SerializeTuple = List;
    type SerializeTupleStruct = List;
    type SerializeTupleVariant = List;
    type SerializeMap = Entries;
    type SerializeStruct = Entries;
    type SerializeStructVariant = Entries;

    fn serialize_bool(self, x: bool) -> Result<Value, Never> {
        Ok(Value::Bool(x))
    }

    fn serialize_i8(self, x: i8) -> Result<Value, Never> {
        self.serialize_i64(x.into())
    }

    fn serialize_i16(self, x: i16) -> Result<Value, Never> {
        self.serialize_i64(x.into())
    }

    fn serialize_i32(self, x: i32) -> Result<Value, Never> {
        self.serialize_i64(x.into())
    }

    fn serialize_i64(self, x: i64) -> Result<Value, Never> {
        Ok(u64::try_from(x).map_or(Value::Signed(x), Value::Unsigned))
    }

    fn serialize_u8(self, x: u8) -> Result<Value, Never> {
        Ok(Value::Unsigned(x.into()))
    }

    fn serialize_u16(self, x: u16) -> Result<Value, Never> {
        Ok(Value::Unsigned(x.into()))
    }

    fn serialize_u32(self, x: u32) -> Result<Value, Never> {
        Ok(Value::Unsigned(x.into()))
    }

    fn serialize_u64(self, x: u64) -> Result<Value, Never> {
        Ok(Value::Unsigned(x))
    }

    fn serialize_f32(self, x: f32) -> Result<Value, Never> {
        Ok(Value::Float(x.into()))
    }

    fn serialize_f64(self, x: f64) -> Result<Value, Never> {
        Ok(Value::Float(x))
    }

    fn serialize_char(self, x: char) -> Result<Value, Never> {
        Ok(text(x.encode_utf8(&mut [0; 4])))
    }

    fn serialize_str(self, x: &str) -> Result<Value, Never> {
        Ok(text(x))
    }

    fn serialize_bytes(self, x: &[u8]) -> Result<Value, Never> {
        Ok(Value::Bytes(x.to_vec()))
    }

    fn serialize_none(self) -> Result<Value, Never> {
        Ok(Value::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, x: &T) -> Result<Value, Never> {
        x.serialize(self)
    }

    fn serialize_unit(self) -> Result<Value, Never> {
        Ok(Value::Null)
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<Value, Never> {
        Ok(Value::Null)
    }

    fn serialize_unit_variant(self, _name: &'static str, _index: u32, variant: &'static str) -> Result<Value, Never> {
        Ok(text(variant))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _name: &'static str, x: &T) -> Result<Value, Never> {
        x.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        x: &T,
    ) -> Result<Value, Never> {
        Ok(tagged(variant, x.serialize(self)?))
    }

    fn serialize_seq(self, n: Option<usize>) -> Result<List, Never> {
        Ok(List {
            list: ListBuilder::new(n.unwrap_or(0)),
            variant: None,
        })
    }

    fn serialize_tuple(self, n: usize) -> Result<List, Never> {
        self.serialize_seq(Some(n))
    }

    fn serialize_tuple_struct(self, _name: &'static str, n: usize) -> Result<List, Never> {
        self.serialize_seq(Some(n))
    }

    fn serialize_tuple_variant(self, _name: &'static str, _index: u32, variant: &'static str, n: usize) -> Result<List, Never> {
        Ok(List {
            list: ListBuilder::new(n),
            variant: Some(variant),
        })
    }

    fn serialize_map(self, _n: Option<usize>) -> Result<Entries, Never> {
        Ok(Entries::default())
    }

    fn serialize_struct(self, _name: &'static str, _n: usize) -> Result<Entries, Never> {
        Ok(Entries::default())
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _n: usize,
    ) -> Result<Entries, Never> {
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
            type Error = Never;

            fn $add<T: Serialize + ?Sized>(&mut self, x: &T) -> Result<(), Never> {
                self.list.push(x.serialize(Writer)?);
                Ok(())
            }

            fn end(self) -> Result<Value, Never> {
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
    type Error = Never;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Never> {
        self.key = Some(Key::Read(match key.serialize(Writer)? {
            Value::Text(text) => text.into(),
            Value::Unsigned(x) => x.to_string().into(),
            Value::Signed(x) => x.to_string().into(),
            Value::Bool(x) => x.to_string().into(),
            _ => defect(),
        }));
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
        let key = self.key.take().unwrap_or_else(|| defect());
        self.entries.push((key, value.serialize(Writer)?));
        Ok(())
    }

    fn end(self) -> Result<Value, Never> {
        Ok(self.finish())
    }
}

macro_rules! fields {
    ($($of:ident),*) => { $(
        impl ser::$of for Entries {
            type Ok = Value;
            type Error = Never;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, x: &T) -> Result<(), Never> {
                self.entries.push((Key::Field(name), x.serialize(Writer)?));
                Ok(())
            }

            fn end(self) -> Result<Value, Never> {
                Ok(self.finish())
            }
        }
    )* };
}
fields!(SerializeStruct, SerializeStructVariant);

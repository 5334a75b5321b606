use std::ops::Deref;
use std::rc::Rc;

/// A tree of values. Lists of floats and of counts are kept packed.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    Unsigned(u64),
    /// Below zero.
    Signed(i64),
    Float(f64),
    Text(Box<str>),
    Bytes(Vec<u8>),
    Floats(Vec<f64>),
    Unsigneds(Vec<u64>),
    List(Vec<Value>),
    Map(Vec<(Key, Value)>),
}

impl Value {
    /// The entry of a map.
    pub fn get(&self, name: &str) -> Option<&Value> {
        match self {
            Self::Map(entries) => entries.iter().find(|(key, _)| &**key == name).map(|(_, value)| value),
            _ => None,
        }
    }

    pub fn get_mut(&mut self, name: &str) -> Option<&mut Value> {
        match self {
            Self::Map(entries) => entries.iter_mut().find(|(key, _)| &**key == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// Takes the entry of a map out of it; nothing stays in its place.
    pub fn take(&mut self, name: &str) -> Option<Value> {
        self.get_mut(name).map(|value| std::mem::replace(value, Self::Null))
    }

    /// How many values a list has, or entries a map.
    pub fn n_items(&self) -> usize {
        match self {
            Self::List(list) => list.len(),
            Self::Floats(list) => list.len(),
            Self::Unsigneds(list) => list.len(),
            Self::Map(entries) => entries.len(),
            _ => 0,
        }
    }

    pub fn as_u64(&self) -> Option<u64> {
        match self {
            Self::Unsigned(x) => Some(*x),
            _ => None,
        }
    }

    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What it is, for a message.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "true or false",
            Self::Unsigned(_) | Self::Signed(_) | Self::Float(_) => "a number",
            Self::Text(_) => "text",
            Self::Bytes(_) => "bytes",
            Self::Floats(_) | Self::Unsigneds(_) | Self::List(_) => "a list",
            Self::Map(_) => "an object",
        }
    }
}

/// The name of an entry: of a type's field, or read from a text (shared by all entries of that name).
#[derive(Clone, Debug, Eq)]
pub enum Key {
    Field(&'static str),
    Read(Rc<str>),
}

impl Deref for Key {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Field(name) => name,
            Self::Read(name) => name,
        }
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

/// A list that stays packed for as long as its values allow.
pub(super) struct ListBuilder(Value);

impl ListBuilder {
    pub fn new(n: usize) -> Self {
        // The first value decides which list it is.
        Self(Value::List(Vec::with_capacity(n.min(1024))))
    }

    pub fn push(&mut self, value: Value) {
        match (&mut self.0, value) {
            (Value::Floats(list), Value::Float(x)) => list.push(x),
            (Value::Unsigneds(list), Value::Unsigned(x)) => list.push(x),
            (Value::List(list), value) if !list.is_empty() => list.push(value),
            (Value::List(_), Value::Float(x)) => self.0 = Value::Floats(vec![x]),
            (Value::List(_), Value::Unsigned(x)) => self.0 = Value::Unsigneds(vec![x]),
            (Value::List(list), value) => list.push(value),
            (_, value) => self.unpacked(value),
        }
    }

    /// Becomes a list of anything, with one more value.
    fn unpacked(&mut self, value: Value) {
        let mut list: Vec<Value> = match std::mem::replace(&mut self.0, Value::Null) {
            Value::Floats(list) => list.into_iter().map(Value::Float).collect(),
            Value::Unsigneds(list) => list.into_iter().map(Value::Unsigned).collect(),
            Value::List(list) => list,
            other => vec![other],
        };
        list.push(value);
        self.0 = Value::List(list);
    }

    pub fn finish(self) -> Value {
        self.0
    }
}

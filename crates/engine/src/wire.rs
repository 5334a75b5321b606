//! Bytes between workers and in the store: MessagePack with named fields, which keeps every f64 to the bit.

use serde::Serialize;
use serde::de::DeserializeOwned;
use spec::{Message, Outcome};

/// Errors: `engine.wire` (a type that cannot be written; a contract test finds it).
pub fn to_bytes<T: Serialize>(value: &T) -> Outcome<Vec<u8>> {
    rmp_serde::to_vec_named(value).map_err(|error| Message::new("engine.wire").with("error", error.to_string()).into())
}

/// Errors: `engine.wire` when the bytes are not of this type.
pub fn from_bytes<T: DeserializeOwned>(bytes: &[u8]) -> Outcome<T> {
    rmp_serde::from_slice(bytes).map_err(|error| Message::new("engine.wire").with("error", error.to_string()).into())
}

//! Every serde type as one tree of values, and the two forms in which trees travel: JSON for what people and other
//! programs read, packed bytes between workers and in the store.
//!
//! A type is taken apart and put together by one serializer and one deserializer, whatever the form, and neither form
//! knows the types. The usual way, a deserializer of each form for each type, makes 3.8 MB of the worker's module and
//! 0.8 MB of the page's; this makes a fifth of that. So: enums are externally tagged, and nothing is flattened or
//! untagged, which would bring serde's own tree of values back.

mod binary;
mod fault;
mod json;
mod read;
mod value;
mod write;

use serde::Serialize;
use serde::de::DeserializeOwned;

use self::fault::{Never, Told, Unfit};
pub use self::json::JsonError;
pub use self::value::{Key, Value};
use crate::{Message, Outcome};

/// Trees deeper than this are refused: a text of brackets must not overflow the stack.
const MAX_DEPTH: usize = 128;

/// The tree of a value.
pub fn to_value<T: Serialize + ?Sized>(value: &T) -> Value {
    write::value(value)
}

/// A value from its tree. Errors: `wire.type` with the path to what does not fit.
pub fn from_value<T: DeserializeOwned>(value: Value) -> Outcome<T> {
    T::deserialize(read::Reader::<Unfit>::new(value)).map_err(|error| error.into_failure())
}

/// Packed bytes; every f64 keeps its bits.
pub fn to_bytes<T: Serialize + ?Sized>(value: &T) -> Vec<u8> {
    binary::write(&to_value(value))
}

/// Errors: `wire.bytes` when the bytes are no tree, `wire.type` when they are that of another type.
pub fn from_bytes<T: DeserializeOwned>(bytes: &[u8]) -> Outcome<T> {
    from_value(value_of_bytes(bytes)?)
}

/// What another part of this very build has written and sent just now: a part of a message between page and workers, not
/// anything that was stored. Much less code than [`from_value`].
///
/// # Panics
/// When the value is no tree of this type: page and worker would be of different builds.
pub fn from_own_value<T: DeserializeOwned>(value: Value) -> T {
    match T::deserialize(read::Reader::<Never>::new(value)) {
        Ok(value) => value,
        Err(never) => match never {},
    }
}

/// The tree of packed bytes. Errors: `wire.bytes` when they are none.
pub fn value_of_bytes(bytes: &[u8]) -> Outcome<Value> {
    binary::parse(bytes).ok_or_else(|| Message::new("wire.bytes").into())
}

/// JSON on one line. Numbers that JSON has no word for (NaN, infinities) become `null`, which reads back as NaN.
pub fn to_json<T: Serialize + ?Sized>(value: &T) -> String {
    json::write(&to_value(value), false)
}

/// JSON with two blanks of indentation, without a final newline.
pub fn to_json_pretty<T: Serialize + ?Sized>(value: &T) -> String {
    json::write(&to_value(value), true)
}

/// Errors: `wire.json` with line and column, `wire.type` with the path to what does not fit.
pub fn from_json<T: DeserializeOwned>(text: &str) -> Outcome<T> {
    from_value(parse_json(text)?)
}

/// As [`from_json`], of a text that a person may have written: a name that no field has is refused.
pub fn from_written_json<T: DeserializeOwned>(text: &str) -> Outcome<T> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    T::deserialize(read::Reader::<Told<true>>::new(parse_json(text)?)).map_err(Told::into_failure)
}

/// The tree of a JSON text. Errors: `wire.json` with line and column.
pub fn parse_json(text: &str) -> Outcome<Value> {
    json::parse(text).map_err(|error| {
        Message::new("wire.json")
            .with("line", error.line)
            .with("column", error.column)
            .with("what", error.what)
            .into()
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Shape {
        Point,
        Circle(f64),
        Line(i32, i32),
        Box { width: u64, name: Option<String> },
    }

    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    struct Everything {
        flag: bool,
        small: i8,
        large: u64,
        exact: f64,
        single: f32,
        text: String,
        letter: char,
        floats: Vec<f64>,
        counts: Vec<u32>,
        mixed: Vec<i64>,
        flags: Vec<bool>,
        none: Option<f64>,
        some: Option<u8>,
        pair: (String, f64),
        by_name: BTreeMap<String, Vec<u8>>,
        by_number: BTreeMap<u32, Option<bool>>,
        shapes: Vec<Shape>,
        nested: Option<Box<Everything>>,
        #[serde(default)]
        absent: u32,
    }

    fn everything() -> Everything {
        let inner = Everything {
            exact: -0.0,
            floats: vec![f64::MIN_POSITIVE, f64::MAX, 0.1 + 0.2, 5e-324, 1e16, 123_456_789.0],
            ..Everything::default()
        };
        Everything {
            flag: true,
            small: -128,
            large: u64::MAX,
            exact: 0.1,
            single: 0.5,
            text: "a\"b\\c\u{0}\u{1f}\u{2028}é😀\n".to_owned(),
            letter: 'ß',
            floats: vec![],
            counts: vec![0, 255, 256, 65_536, u32::MAX],
            mixed: vec![i64::MIN, -1, 0, 1, i64::MAX],
            flags: vec![true, false],
            none: None,
            some: Some(7),
            pair: ("x".to_owned(), 1.0),
            by_name: BTreeMap::from([("".to_owned(), vec![1, 2]), ("__proto__".to_owned(), vec![])]),
            by_number: BTreeMap::from([(1, None), (4_000_000_000, Some(true))]),
            shapes: vec![
                Shape::Point,
                Shape::Circle(2.5),
                Shape::Line(-1, 1),
                Shape::Box { width: 3, name: None },
            ],
            nested: Some(Box::new(inner)),
            absent: 9,
        }
    }

    #[test]
    fn both_forms_give_back_what_went_in() {
        let value = everything();
        assert_eq!(from_bytes::<Everything>(&to_bytes(&value)).as_ref(), Ok(&value));
        assert_eq!(from_json::<Everything>(&to_json(&value)).as_ref(), Ok(&value));
        assert_eq!(from_json::<Everything>(&to_json_pretty(&value)).as_ref(), Ok(&value));
        let zero = from_bytes::<Everything>(&to_bytes(&value)).unwrap().nested.unwrap().exact;
        assert!(zero.is_sign_negative());
    }

    #[test]
    fn json_is_what_serde_json_writes_and_reads() {
        let value = everything();
        let other = serde_json::to_string(&value).unwrap();
        // serde_json writes a sign into positive exponents.
        assert_eq!(to_json(&value), other.replace("e+", "e"));
        let pretty = serde_json::to_string_pretty(&value).unwrap();
        assert_eq!(to_json_pretty(&value), pretty.replace("e+", "e"));
        assert_eq!(from_json::<Everything>(&other), Ok(value));
        for text in [
            "[1,2.5,-3,1e300,\"\\u00e9\\ud83d\\ude00\\/\"]",
            " { \"a\" : [ ] , \"b\" : { } } ",
            "18446744073709551615",
            "1e400",
        ] {
            let own: Option<Value> = parse_json(text).ok();
            let theirs = serde_json::from_str::<serde_json::Value>(text).ok();
            let theirs = theirs.map(|theirs| theirs.to_string().replace("e+", "e"));
            assert_eq!(own.map(|own| json::write(&own, false)), theirs, "{text}");
        }
    }

    #[test]
    fn what_json_has_no_word_for_reads_back_as_nan() {
        let text = to_json(&vec![f64::NAN, f64::INFINITY, 1.0]);
        assert_eq!(text, "[null,null,1.0]");
        let back: Vec<f64> = from_json(&text).unwrap();
        assert!(back[0].is_nan() && back[1].is_nan() && back[2] == 1.0);
        let exact: Vec<f64> = from_bytes(&to_bytes(&vec![f64::NAN, f64::NEG_INFINITY])).unwrap();
        assert!(exact[0].is_nan() && exact[1] == f64::NEG_INFINITY);
    }

    #[test]
    fn faults_of_json_are_told_with_their_place() {
        let place = |text: &str| json::parse(text).map(|_| ()).map_err(|error| (error.line, error.column));
        for (text, line, column) in [
            ("", 1, 1),
            ("{\"a\": 1,\n  \"b\": tru}", 2, 8),
            ("[1, 2", 1, 6),
            ("[1 2]", 1, 4),
            ("{\"a\" 1}", 1, 6),
            ("{1: 2}", 1, 2),
            ("[1,]", 1, 4),
            ("\"abc", 1, 5),
            ("\"\\x\"", 1, 3),
            ("\"\\ud800\"", 1, 8),
            ("\"a\nb\"", 1, 3),
            ("01", 1, 2),
            ("-", 1, 2),
            ("1.", 1, 3),
            ("nul", 1, 1),
            ("[] []", 1, 4),
            ("{\"a\": 1, \"a\": 2}", 1, 10),
        ] {
            assert_eq!(place(text), Err((line, column)), "{text}");
        }
        assert!(json::parse(&"[".repeat(100_000)).is_err());
        assert!(json::parse(&("[".repeat(100) + &"]".repeat(100))).is_ok());
    }

    #[test]
    fn what_does_not_fit_is_told_with_its_path() {
        let mut value = to_value(&everything());
        *value.get_mut("shapes").unwrap() = parse_json("[\"point\", {\"box\": {\"width\": \"wide\"}}]").unwrap();
        let failure = from_value::<Everything>(value).unwrap_err();
        assert_eq!(failure.message.code, "wire.type");
        let says = failure.message.says();
        assert!(
            says.contains("shapes[1].box.width") && says.contains("whole number"),
            "{says}"
        );
        for (text, what) in [
            ("{\"circle\": true}", "a number"),
            ("\"sphere\"", "sphere"),
            ("{\"box\": {}}", "width"),
            ("{\"point\": null, \"circle\": 1.0}", "one"),
            ("{\"line\": [1]}", "2"),
            ("{\"line\": [1, 4000000000]}", "4000000000"),
        ] {
            let says = from_json::<Shape>(text).unwrap_err().message.says();
            assert!(says.contains(what), "{text}: {says}");
        }
        let unknown = from_json::<Everything>(&to_json(&everything()).replacen('{', "{\"new\":[{}],", 1));
        assert_eq!(unknown, Ok(everything()), "fields of a later version are passed over");
    }

    #[test]
    fn torn_and_random_bytes_are_refused_without_harm() {
        let bytes = to_bytes(&everything());
        for end in 0..bytes.len() {
            assert!(from_bytes::<Everything>(&bytes[..end]).is_err());
        }
        let mut state = 1_u64;
        for _ in 0..20_000 {
            let mut copy = bytes.clone();
            for _ in 0..3 {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                let at = (state >> 33) as usize % copy.len();
                copy[at] = (state >> 20) as u8;
            }
            // Whatever it gives: it ends, and takes no more memory than the bytes could name.
            from_bytes::<Everything>(&copy).ok();
        }
    }
}

//! What goes to stdout: data, and nothing else. A full disk or a closed pipe is a failure like others. What goes to stderr:
//! words.

use std::io::Write;

/// Texts of a result that are longer are cut, and say so.
const LONGEST_TEXT: usize = 2_000;

pub fn print(text: &str) -> anyhow::Result<()> {
    print_text(&visible(text))
}

fn print_text(text: &str) -> anyhow::Result<()> {
    let mut stdout = std::io::stdout().lock();
    stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
        .map_err(|error| anyhow::anyhow!("writing to stdout: {error}"))
}

/// A result as JSON. One cell can be as large as a file: such texts are cut.
pub fn print_json(value: serde_json::Value) -> anyhow::Result<()> {
    print_json_text(&serde_json::to_string_pretty(&shortened(value))?)
}

/// A result that is JSON already.
pub fn print_json_text(json: &str) -> anyhow::Result<()> {
    print_text(&format!("{}\n", in_json(json.trim_end())))
}

/// A sentence on stderr.
pub fn say(text: &str) {
    // Nobody can be told that telling failed.
    let _ = writeln!(std::io::stderr().lock(), "{}", visible(text));
}

/// Characters that a terminal would obey, or would not show.
fn is_hidden(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t'))
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// JSON with hidden characters as JSON's own escapes: they stand in its texts only.
fn in_json(json: &str) -> String {
    let mut shown = String::with_capacity(json.len());
    for c in json.chars() {
        if is_hidden(c) {
            shown.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            shown.push(c);
        }
    }
    shown
}

/// The text with hidden characters as their escapes.
pub fn visible(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains(is_hidden) {
        return text.into();
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_hidden(c) {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    shown.into()
}

fn shortened(value: serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::String(text) if text.len() > LONGEST_TEXT => {
            let start: String = text.chars().take(200).collect();
            Value::String(format!("{start}… ({} characters)", text.chars().count()))
        }
        Value::Array(values) => Value::Array(values.into_iter().map(shortened).collect()),
        Value::Object(fields) => Value::Object(fields.into_iter().map(|(name, value)| (name, shortened(value))).collect()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_shown() {
        assert_eq!(visible("a\u{1b}[31mred\r\n\tb"), "a\\u{1b}[31mred\\r\n\tb");
        assert_eq!(visible("x\u{202e}y\u{9b}"), "x\\u{202e}y\\u{9b}");
        assert!(matches!(visible("plain é 日本\n"), std::borrow::Cow::Borrowed(_)));
    }

    #[test]
    fn json_stays_json_with_hidden_characters() {
        let value = serde_json::json!({ "a\u{200c}b": ["\u{9b}\u{feff}", "\u{202e}é"] });
        let json = in_json(&serde_json::to_string_pretty(&value).unwrap());
        assert!(json.chars().all(|c| !is_hidden(c)), "{json}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&json).unwrap(), value);
    }

    #[test]
    fn a_cell_as_large_as_a_file_is_cut_in_json() {
        let value = shortened(serde_json::json!({ "cells": ["x".repeat(1 << 20), "short"] }));
        assert_eq!(value["cells"][1], "short");
        let cut = value["cells"][0].as_str().unwrap();
        assert!(cut.len() < 300 && cut.ends_with("(1048576 characters)"), "{cut}");
    }
}

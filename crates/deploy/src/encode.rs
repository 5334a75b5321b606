//! User text inside files that are not JSON: one encoder a language, and names reduced to what is safe everywhere.
//!
//! Most generated files hold no user text at all; names travel in `contract.json` and are read at run time. These are for
//! the few places where a format has no other way.

/// Longest slug: room is left for suffixes within the 63 characters of a host name.
const MAX_SLUG: usize = 40;
/// Longest version in labels and image tags.
const MAX_LABEL: usize = 30;

/// `[a-z0-9-]`, begins with a letter, ends with a letter or digit: a name for hosts, images and paths.
pub fn slug(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        let c = c.to_ascii_lowercase();
        let c = if c.is_ascii_alphanumeric() { c } else { '-' };
        if !(c == '-' && (out.is_empty() || out.ends_with('-'))) {
            out.push(c);
        }
        if out.len() == MAX_SLUG {
            break;
        }
    }
    let out = out.trim_end_matches('-');
    match out.chars().next() {
        None => "model".to_owned(),
        Some(c) if c.is_ascii_digit() => {
            let short: String = out.chars().take(MAX_SLUG - 6).collect();
            format!("model-{}", short.trim_end_matches('-'))
        }
        Some(_) => out.to_owned(),
    }
}

/// `[A-Za-z0-9._-]`, begins and ends with a letter or digit: a label's value and an image's tag.
pub fn label(version: &str) -> String {
    let safe: String = version
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' })
        .take(MAX_LABEL)
        .collect();
    let trimmed = safe.trim_matches(['-', '.']);
    if trimmed.is_empty() {
        "0".to_owned()
    } else {
        trimmed.to_owned()
    }
}

/// Text inside a line of Markdown: no markup, no HTML, no line break, at most 200 characters.
pub fn markdown(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().take(200) {
        match c {
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => out.push(' '),
            // Marks that turn the direction of the text around.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '#' | '+' | '!' | '|' | '~' | '$' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

/// A double-quoted YAML scalar, quotes included: ASCII only.
pub fn yaml(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            ' '..='~' => out.push(c),
            c if u32::from(c) > 0xffff => out.push_str(&format!("\\U{:08x}", u32::from(c))),
            c => out.push_str(&format!("\\u{:04x}", u32::from(c))),
        }
    }
    out.push('"');
    out
}

/// A string of a protocol buffer's text form, quotes included: every byte that is not plain ASCII in octal.
pub fn proto_text(text: &str) -> String {
    let mut out = String::from("\"");
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' | b'\'' => {
                out.push('\\');
                out.push(char::from(byte));
            }
            b' '..=b'~' => out.push(char::from(byte)),
            byte => out.push_str(&format!("\\{byte:03o}")),
        }
    }
    out.push('"');
    out
}

/// JSON as ASCII without `<`, `>`, `&`: it may stand in a script element, in YAML and in any encoding.
pub fn ascii_json(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' | '>' | '&' | '\u{7f}' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c if c.is_ascii() => out.push(c),
            c => {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    out
}

/// RFC 4648, with padding.
pub fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0u32, |word, &byte| word << 8 | u32::from(byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = DIGITS[(word >> (18 - 6 * place)) as usize & 63];
            out.push(if place <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_and_labels_are_safe() {
        for (name, expected) in [
            ("Customer churn", "customer-churn"),
            ("  --Ünïcode--  ", "n-code"),
            ("2024 sales", "model-2024-sales"),
            ("\u{202e}\u{0}\n", "model"),
            ("", "model"),
            ("a_b.c", "a-b-c"),
        ] {
            assert_eq!(slug(name), expected);
        }
        assert_eq!(slug(&"9".repeat(100)).len(), 40);
        for (version, expected) in [
            ("3", "3"),
            ("1.2.3-rc1", "1.2.3-rc1"),
            ("$(id)", "id"),
            ("--", "0"),
            ("", "0"),
        ] {
            assert_eq!(label(version), expected);
        }
    }

    #[test]
    fn markup_in_names_stays_text() {
        assert_eq!(markdown("a<script>`b`|c\n# d"), "a&lt;script&gt;\\`b\\`\\|c \\# d");
    }

    #[test]
    fn texts_read_back() {
        assert_eq!(yaml("a\"b\\\n😀é"), "\"a\\\"b\\\\\\u000a\\U0001f600\\u00e9\"");
        assert_eq!(proto_text("a\"é\n"), "\"a\\\"\\303\\251\\012\"");
        let json = serde_json::to_string("</script>\u{2028}😀&").unwrap();
        assert_eq!(ascii_json(&json), "\"\\u003c/script\\u003e\\u2028\\ud83d\\ude00\\u0026\"");
        assert_eq!(
            serde_json::from_str::<String>(&ascii_json(&json)).unwrap(),
            "</script>\u{2028}😀&"
        );
    }

    #[test]
    fn base64_of_the_rfc() {
        for (bytes, expected) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(bytes.as_bytes()), expected);
        }
    }
}

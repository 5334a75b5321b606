//! Files that are not delimited text, recognised by their content, answered with what to do.

use spec::{Failure, Message};

/// `start` is the beginning of the file, at least 4 KiB where it has them. None: it may well be delimited text.
pub(super) fn other_kind(start: &[u8], file_name: &str) -> Option<Failure> {
    let refuse = |code: &str, kind: &str| Some(Message::new(code).with("kind", kind).with("file", file_name).into());
    if start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") {
        if contains(start, b"xl/") || contains(start, b"[Content_Types].xml") {
            return refuse("read.is_spreadsheet", "an Excel workbook (.xlsx)");
        }
        if contains(start, b"opendocument.spreadsheet") {
            return refuse("read.is_spreadsheet", "an OpenDocument spreadsheet (.ods)");
        }
        return refuse("read.is_compressed", "a zip archive");
    }
    let magics: [(&[u8], &str, &str); 20] = [
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "read.is_spreadsheet",
            "an Excel workbook (.xls)",
        ),
        (b"PAR1", "read.is_columnar", "a Parquet file"),
        (b"ARROW1", "read.is_columnar", "an Arrow file"),
        (b"FEA1", "read.is_columnar", "a Feather file"),
        (b"ORC", "read.is_columnar", "an ORC file"),
        (b"Obj\x01", "read.is_columnar", "an Avro file"),
        (b"SQLite format 3\0", "read.is_database", "a SQLite database"),
        (b"\x1f\x8b", "read.is_compressed", "a gzip file"),
        (b"BZh", "read.is_compressed", "a bzip2 file"),
        (b"\xfd7zXZ\0", "read.is_compressed", "an xz file"),
        (b"\x28\xb5\x2f\xfd", "read.is_compressed", "a Zstandard file"),
        (b"7z\xbc\xaf\x27\x1c", "read.is_compressed", "a 7-Zip archive"),
        (b"Rar!", "read.is_compressed", "a RAR archive"),
        (b"%PDF-", "read.is_document", "a PDF document"),
        (b"{\\rtf", "read.is_document", "a rich text document"),
        (b"\x89PNG", "read.is_binary", "a picture"),
        (b"\xff\xd8\xff", "read.is_binary", "a picture"),
        (b"GIF8", "read.is_binary", "a picture"),
        (b"\x93NUMPY", "read.is_binary", "a NumPy array"),
        (b"\x7fELF", "read.is_binary", "a program"),
    ];
    for (magic, code, kind) in magics {
        if start.starts_with(magic) {
            return refuse(code, kind);
        }
    }
    let text = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
    let opening: Vec<u8> = text.iter().take(256).map(u8::to_ascii_lowercase).collect();
    if [&b"<!doctype html"[..], b"<html", b"<table", b"<head", b"<body"]
        .iter()
        .any(|tag| opening.starts_with(tag))
    {
        return refuse("read.is_html", "a web page");
    }
    if opening.starts_with(b"<?xml") {
        return refuse("read.is_html", "an XML file");
    }
    if looks_like_json(text) {
        let second_object = text
            .iter()
            .position(|&byte| byte == b'\n')
            .map(|end| text[end..].trim_ascii_start());
        let is_lines = text.starts_with(b"{")
            && first_line(text).trim_ascii_end().ends_with(b"}")
            && second_object.is_some_and(|rest| rest.starts_with(b"{"));
        return refuse(
            "read.is_json",
            if is_lines { "newline-delimited JSON" } else { "a JSON file" },
        );
    }
    None
}

fn first_line(text: &[u8]) -> &[u8] {
    &text[..text.iter().position(|&byte| byte == b'\n').unwrap_or(text.len())]
}

/// `{ "name" :`, `{}`, or `[` before another value: no line of a delimited file begins so by chance.
fn looks_like_json(text: &[u8]) -> bool {
    match text.first() {
        Some(b'{') => {
            let inner = text[1..].trim_ascii_start();
            if inner.first() == Some(&b'}') {
                return true;
            }
            let Some(name) = inner.strip_prefix(b"\"") else { return false };
            let Some(end) = name.iter().position(|&byte| byte == b'"') else {
                return false;
            };
            name[end + 1..].trim_ascii_start().first() == Some(&b':')
        }
        Some(b'[') => {
            let inner = text[1..].trim_ascii_start();
            let whole = text.trim_ascii_end().ends_with(b"]");
            match inner.first() {
                Some(b'{') => looks_like_json(inner),
                Some(b'[') => true,
                Some(b']') => inner.len() == 1 || inner[1..].trim_ascii().is_empty(),
                Some(b'"' | b'-' | b'0'..=b'9') => whole,
                _ => false,
            }
        }
        _ => false,
    }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

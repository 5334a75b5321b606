//! Cases as text.
#![allow(
    dead_code,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "each test binary uses a part; tests read files"
)]

use spec::Unobserved;
use table::read::{import, sniff};

pub const CASES_DIR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bad_input");

/// The bytes of a case: `\n`, `\r`, `\t`, `\0`, `\\`, `\xNN`; the file's own line breaks do not count; `{n*text}`
/// repeats.
pub fn unescape(input: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = input;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '\n' => {}
            '\\' => {
                let kind = rest.chars().next().unwrap();
                rest = &rest[1..];
                match kind {
                    'n' => out.push(b'\n'),
                    'r' => out.push(b'\r'),
                    't' => out.push(b'\t'),
                    '0' => out.push(0),
                    '\\' => out.push(b'\\'),
                    '{' => out.push(b'{'),
                    'x' => {
                        out.push(u8::from_str_radix(&rest[..2], 16).unwrap());
                        rest = &rest[2..];
                    }
                    other => panic!("\\{other}"),
                }
            }
            '{' if rest.split_once('*').is_some_and(|(n, _)| n.parse::<usize>().is_ok()) => {
                let (n, tail) = rest.split_once('*').unwrap();
                let (text, tail) = tail.split_once('}').unwrap();
                let piece = unescape(text);
                for _ in 0..n.parse::<usize>().unwrap() {
                    out.extend_from_slice(&piece);
                }
                rest = tail;
            }
            c => out.extend_from_slice(c.to_string().as_bytes()),
        }
    }
    out
}

/// Everything that reading the bytes comes to, as text.
pub fn describe(bytes: &Vec<u8>) -> String {
    use std::fmt::Write;
    let mut out = String::new();
    let sniffed = match sniff(bytes, "data.csv", None) {
        Ok(sniffed) => sniffed,
        Err(failure) => return format!("fails {}: {}", failure.message.code, failure),
    };
    let options = &sniffed.options;
    let mut dialect = format!("{:?} {:?}", options.encoding, options.delimiter);
    if options.quote != Some('"') {
        write!(dialect, " quote {:?}", options.quote).unwrap();
    }
    for (on, word) in [
        (options.backslash_escapes, " backslash".to_owned()),
        (!options.has_header, " no header".to_owned()),
        (options.skip_lines > 0, format!(" skip {}", options.skip_lines)),
        (
            options.comment.is_some(),
            format!(" comment {}", options.comment.unwrap_or(' ')),
        ),
        (options.decimal_comma, " decimal comma".to_owned()),
    ] {
        if on {
            dialect.push_str(&word);
        }
    }
    writeln!(out, "{dialect}").unwrap();
    let codes = |notes: &[spec::Message]| {
        notes
            .iter()
            .map(|note| note.code.strip_prefix("read.").unwrap().to_owned())
            .collect::<Vec<_>>()
            .join(" ")
    };
    if !sniffed.notes.is_empty() {
        writeln!(out, "sniffed: {}", codes(&sniffed.notes)).unwrap();
    }
    let import = match import(bytes, "data.csv", options, &mut Unobserved) {
        Ok(import) => import,
        Err(failure) => {
            writeln!(out, "fails {}: {}", failure.message.code, failure).unwrap();
            return out;
        }
    };
    let (table, summary) = (&import.table, &import.summary);
    assert_eq!(summary.n_kept, table.n_rows() as u64);
    assert_eq!(
        sniffed.header,
        table
            .columns()
            .iter()
            .map(|column| column.name().to_owned())
            .collect::<Vec<_>>()
    );
    let columns: Vec<String> = table
        .columns()
        .iter()
        .map(|column| {
            let original = column.schema.original_name.as_ref().map_or_else(String::new, |name| {
                format!(" ({:?})", name.chars().take(40).collect::<String>())
            });
            format!(
                "{:?}{original} {}",
                column.name().chars().take(40).collect::<String>(),
                column.column_type().name()
            )
        })
        .collect();
    if columns.len() > 20 {
        writeln!(
            out,
            "{} columns: {} ... {}",
            columns.len(),
            columns[0],
            columns[columns.len() - 1]
        )
        .unwrap();
    } else {
        writeln!(out, "{}", columns.join(" | ")).unwrap();
    }
    let n_shown = 8;
    for row in 0..table.n_rows().min(n_shown) {
        let cells: Vec<String> = table
            .columns()
            .iter()
            .take(20)
            .map(|column| {
                column.text_at(row).map_or_else(
                    || "·".to_owned(),
                    |text| {
                        if text.len() > 60 {
                            format!("<{} bytes>", text.len())
                        } else {
                            format!("{:?}", text)[1..].strip_suffix('"').unwrap().to_owned()
                        }
                    },
                )
            })
            .collect();
        writeln!(out, "  {}", cells.join(" | ")).unwrap();
    }
    if table.n_rows() > n_shown {
        writeln!(out, "  ... {} rows", table.n_rows()).unwrap();
    }
    writeln!(out, "kept {} rejected {}", summary.n_kept, summary.n_rejected).unwrap();
    for (reason, count) in &summary.reject_counts {
        writeln!(out, "{reason:?} {count}").unwrap();
    }
    for reject in summary.rejects.iter().take(5) {
        let column = reject.column.as_ref().map_or_else(String::new, |column| format!(" {column}"));
        let text: String = reject.text.chars().take(60).collect();
        writeln!(out, "  line {}{column}: {text:?} {:?}", reject.line, reject.reason).unwrap();
    }
    for note in &summary.notes {
        writeln!(out, "note: {}", note.says()).unwrap();
        assert!(!note.says().contains('{'), "{}", note.says());
    }
    out
}

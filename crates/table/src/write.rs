//! The table as CSV (RFC 4180, UTF-8, LF).

use crate::column::{Column, ColumnData, MISSING_BOOLEAN, Table};
use crate::value::{format_time, write_number};

/// Exact: read back with the same types, every cell is the same to the bit (-0.0 and denormals too). Missing cells are
/// empty. `spreadsheet_safe` puts `'` before text that a spreadsheet would run (it begins with `=`, `+`, `-`, `@`, TAB
/// or CR); numbers stay as they are, so only text columns differ from the exact form.
pub fn csv(table: &Table, spreadsheet_safe: bool) -> Vec<u8> {
    let mut out = String::with_capacity(table.n_bytes() + 64);
    for (index, column) in table.columns().iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write_text(&mut out, column.name(), spreadsheet_safe, table.n_columns() == 1);
    }
    if table.n_columns() > 0 {
        out.push('\n');
    }
    for row in 0..table.n_rows() {
        for (index, column) in table.columns().iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            write_cell(&mut out, column, row, spreadsheet_safe, table.n_columns() == 1);
        }
        if table.n_columns() > 0 {
            out.push('\n');
        }
    }
    out.into_bytes()
}

/// A field of RFC 4180 that every reader takes for exactly this text.
pub fn field(text: &str) -> String {
    let mut out = String::new();
    write_text(&mut out, text, false, false);
    out
}

fn write_cell(out: &mut String, column: &Column, row: usize, spreadsheet_safe: bool, is_alone: bool) {
    let start = out.len();
    match &column.data {
        ColumnData::Number(values) => write_number(out, values[row]),
        ColumnData::Time(values) => out.push_str(&format_time(values[row])),
        ColumnData::Boolean(values) if values[row] < MISSING_BOOLEAN => {
            out.push_str(if values[row] == 1 { "true" } else { "false" })
        }
        ColumnData::Boolean(_) => {}
        ColumnData::Category(category) => write_text(out, category.get(row).unwrap_or(""), spreadsheet_safe, is_alone),
        ColumnData::Text(text) => write_text(out, text.get(row), spreadsheet_safe, is_alone),
    }
    // An empty line would be passed over when it is read.
    if is_alone && out.len() == start {
        out.push_str("\"\"");
    }
}

fn write_text(out: &mut String, text: &str, spreadsheet_safe: bool, is_alone: bool) {
    let guard = spreadsheet_safe && text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    // Blanks at the ends, and what would be a comment or nothing, are quoted so that every reader keeps them.
    let is_plain =
        !text.contains([',', '"', '\n', '\r', '\0']) && !text.starts_with([' ', '#', '\'', '\u{feff}']) && !text.ends_with(' ');
    if is_plain && !guard && !(is_alone && text.trim().is_empty()) {
        out.push_str(text);
        return;
    }
    out.push('"');
    if guard {
        out.push('\'');
    }
    for c in text.chars() {
        if c == '"' {
            out.push('"');
        }
        out.push(c);
    }
    out.push('"');
}

//! A first look: encoding, delimiter, quote, header, lines above it, decimal mark; and what the file will come to.

mod dialect;
mod header;
mod titles;

use spec::read::{Encoding, ReadOptions, SAID_OF_CELLS, Sniff, SniffedColumn};
use spec::{Message, Outcome, Unobserved};

use super::columns::trim;
use super::encoding::{Decoder, byte_order_mark, detect};
use super::split::{Record, Splitter};
use super::{Plan, read_all, refuse_other_kinds};
use crate::intern::Interner;
use crate::{ByteSource, TwoByte, TwoByteDecoder};

const SAMPLE: usize = 512 << 10;
const N_ROWS_SHOWN: usize = 50;
/// Bytes of a cell in the preview.
const N_CHARACTERS_SHOWN: usize = 500;

pub(super) fn sniff(source: &dyn ByteSource, file_name: &str, options: Option<&ReadOptions>) -> Outcome<Sniff> {
    let start = refuse_other_kinds(source, file_name)?;
    let mut notes = Vec::new();
    let encoding = match options {
        Some(options) => options.encoding,
        None => {
            let detected = detect(source, &start)?;
            if !detected.is_certain {
                notes.push(Message::new("read.encoding_guessed").with("encoding", encoding_name(detected.encoding)));
            }
            detected.encoding
        }
    };
    let (sample, is_whole) = decoded_sample(source, encoding)?;
    if is_whole && sample.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0) {
        return Err(Message::new("read.empty").with("file", file_name).into());
    }
    let n_control = sample
        .iter()
        .filter(|&&byte| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 1 | 0x1f))
        .count();
    if n_control >= 8 && n_control * 20 > sample.len() {
        return Err(Message::new("read.is_binary")
            .with("kind", "a binary file")
            .with("file", file_name)
            .into());
    }
    let options = match options {
        Some(options) => options.clone(),
        None => {
            let options = dialect::sniff_dialect(&sample, &mut notes);
            ReadOptions { encoding, ..options }
        }
    };
    preview(source, file_name, options, is_whole, notes)
}

fn encoding_name(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Utf8 => "UTF-8",
        Encoding::Utf16Le => "UTF-16 (little-endian)",
        Encoding::Utf16Be => "UTF-16 (big-endian)",
        Encoding::Windows1252 => "Windows-1252 (Western European)",
        Encoding::ShiftJis => "Shift-JIS (Japanese)",
        Encoding::Gbk => "GBK (Chinese)",
    }
}

/// The beginning of the file as UTF-8, cut behind its last whole line, and whether that is all of it.
fn decoded_sample(source: &dyn ByteSource, encoding: Encoding) -> Outcome<(Vec<u8>, bool)> {
    let bytes = source.read(0, SAMPLE)?;
    let is_whole = bytes.len() as u64 >= source.n_bytes();
    let skipped = byte_order_mark(&bytes)
        .filter(|(marked, _)| *marked == encoding)
        .map_or(0, |(_, length)| length);
    let mut sample = Vec::new();
    Decoder::new(encoding, source).decode(&bytes[skipped..], is_whole, 0, &mut sample);
    if !is_whole && let Some(end) = sample.iter().rposition(|&byte| byte == b'\n' || byte == b'\r') {
        sample.truncate(end + 1);
    }
    Ok((sample, is_whole))
}

/// The beginning of a file, UTF-8 by now.
struct Decoded<'a>(&'a [u8]);

impl ByteSource for Decoded<'_> {
    fn n_bytes(&self) -> u64 {
        self.0.len() as u64
    }

    /// Not asked for: it is read as UTF-8.
    fn two_byte_decoder(&self, _encoding: TwoByte) -> Box<dyn TwoByteDecoder> {
        Box::new(Lossy)
    }

    fn read(&self, offset: u64, n: usize) -> Outcome<Vec<u8>> {
        let rest = usize::try_from(offset).ok().and_then(|offset| self.0.get(offset..));
        Ok(rest.map_or_else(Vec::new, |rest| rest[..n.min(rest.len())].to_vec()))
    }
}

struct Lossy;

impl TwoByteDecoder for Lossy {
    fn decode(&mut self, slice: &[u8], _is_last: bool) -> String {
        String::from_utf8_lossy(slice).into_owned()
    }
}

/// What the options come to: names, first records, size.
fn preview(
    source: &dyn ByteSource,
    file_name: &str,
    options: ReadOptions,
    is_whole: bool,
    mut notes: Vec<Message>,
) -> Outcome<Sniff> {
    let plan = Plan::new(source, &options)?;
    if plan.n_columns() == 0 {
        return Err(Message::new("read.empty").with("file", file_name).into());
    }
    let n_columns = plan.n_columns();
    let mut splitter = Splitter::new(source, &options, SAMPLE)?;
    let mut record = Record::default();
    if plan.has_header {
        splitter.next(&mut record)?;
    }
    let mut rows = Vec::new();
    let mut n_records = 0usize;
    let mut n_bytes_per_row = vec![0usize; n_columns];
    let mut distinct: Vec<Interner> = (0..n_columns.min(2_000)).map(|_| Interner::new()).collect();
    let mut has_words = vec![false; n_columns];
    let mut failure = None;
    while n_records < 20_000 && (is_whole || splitter.n_consumed() < SAMPLE as u64) {
        match splitter.next(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            // What is before the damage is shown; the import will name the place.
            Err(error) => {
                failure = Some(error);
                break;
            }
        }
        n_records += 1;
        if rows.len() < N_ROWS_SHOWN {
            rows.push(
                (0..record.len())
                    .map(|index| {
                        String::from_utf8_lossy(splitter.field(&record, index))
                            .chars()
                            .take(N_CHARACTERS_SHOWN)
                            .collect()
                    })
                    .collect(),
            );
        }
        for index in 0..record.len().min(n_columns) {
            let cell = trim(splitter.field(&record, index));
            n_bytes_per_row[index] += cell.len();
            has_words[index] |= !plan.missing(index).contains(cell) && super::scan_is_text(cell, plan.how[index].begins_with);
            if let Some(distinct) = distinct.get_mut(index) {
                distinct.intern(cell);
            }
        }
    }
    if let Some(error) = failure {
        if n_records == 0 {
            return Err(error);
        }
        notes.push(error.message);
    }
    let n_rows_estimate = if splitter.is_at_end() {
        n_records as u64
    } else {
        // UTF-16 has about two bytes for one of the decoded text.
        let scale = if matches!(options.encoding, Encoding::Utf16Le | Encoding::Utf16Be) {
            0.5
        } else {
            1.0
        };
        (source.n_bytes() as f64 * scale / (splitter.n_consumed().max(1) as f64 / n_records.max(1) as f64)) as u64
    };
    let per_row: f64 = (0..n_columns)
        .map(|index| {
            let is_free = distinct
                .get(index)
                .is_some_and(|distinct| distinct.len() > 100 && distinct.len() * 2 > n_records);
            match (has_words[index], is_free) {
                (false, _) => 8.0,
                (true, false) => 4.0,
                // While it is read, such a text stands in the dictionary and its index too.
                (true, true) => n_bytes_per_row[index] as f64 / n_records.max(1) as f64 * 2.0 + 28.0,
            }
        })
        .sum();
    notes.extend(plan.notes_on_names());
    let columns = first_columns(source, file_name, &options, is_whole, &mut notes)?;
    Ok(Sniff {
        columns,
        header: plan.names.iter().map(|(name, _)| name.clone()).collect(),
        options,
        rows,
        n_rows_estimate,
        n_bytes_estimate: (per_row * n_rows_estimate as f64) as u64,
        notes,
    })
}

/// The beginning of the file, imported: types and readings of its columns, and what is to be said of them.
fn first_columns(
    source: &dyn ByteSource,
    file_name: &str,
    options: &ReadOptions,
    is_whole: bool,
    notes: &mut Vec<Message>,
) -> Outcome<Vec<SniffedColumn>> {
    let (sample, _) = decoded_sample(source, options.encoding)?;
    let utf8 = ReadOptions {
        encoding: Encoding::Utf8,
        ..options.clone()
    };
    let import = read_all(&Decoded(&sample), file_name, &utf8, &mut Unobserved, &mut |_, _, _| Ok(()));
    // What is wrong will be said by the import, which sees all of it.
    let Ok(import) = import else { return Ok(Vec::new()) };
    let summary = import.summary;
    let n_before = notes.len();
    let is_footer = |note: &Message| is_whole && note.code == "read.footer";
    notes.extend(
        summary
            .notes
            .into_iter()
            .filter(|note| SAID_OF_CELLS.contains(&note.code.as_str()) || is_footer(note)),
    );
    if !is_whole && notes.len() > n_before {
        notes.push(Message::new("read.first_rows").with("n", summary.n_kept));
    }
    let columns = summary.schema.iter().map(|column| SniffedColumn {
        column_type: column.column_type,
        reading: summary.readings.get(&column.name).cloned().unwrap_or_default(),
    });
    Ok(columns.collect())
}

//! A first look: encoding, delimiter, quote, header, lines above it, decimal mark; and what the file will come to.

use spec::read::{Encoding, ReadOptions, Sniff};
use spec::step::DateOrder;
use spec::{Message, Order, Outcome};

use super::columns::{MissingTokens, decimal_mark, trim};
use super::encoding::{Decoder, byte_order_mark, detect};
use super::split::{Record, Splitter};
use super::{Plan, refuse_other_kinds};
use crate::intern::Interner;
use crate::value::{BOOLEAN_WORDS, parse_time, scan_number};
use crate::{ByteSource, TwoByte, TwoByteDecoder};

const SAMPLE: usize = 512 << 10;
const N_SAMPLE_RECORDS: usize = 1_000;
const N_ROWS_SHOWN: usize = 50;
/// Bytes of a cell in the preview.
const N_CHARACTERS_SHOWN: usize = 500;
/// Delimiters that are tried; of equal ones the first wins.
const DELIMITERS: [&str; 11] = ["||", "::", ", ", "; ", ",", "\t", ";", "|", "\u{1}", "^A", ":"];
/// Share of the records that must have the same width for a delimiter to count.
const MIN_CONSISTENCY: f64 = 0.5;

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
        .filter(|&&byte| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 1))
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
            let options = sniff_dialect(&sample, &mut notes);
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

/// The first records, each with its line. Stops without an error where the sample ends inside quotes.
fn split_sample(sample: &[u8], options: &ReadOptions, n: usize) -> (Vec<(u64, Vec<String>)>, u64) {
    let mut records = Vec::new();
    let sample = Decoded(sample);
    let utf8 = ReadOptions {
        encoding: Encoding::Utf8,
        ..options.clone()
    };
    let Ok(mut splitter) = Splitter::new(&sample, &utf8, SAMPLE) else {
        return (records, 0);
    };
    let mut record = Record::default();
    while records.len() < n && matches!(splitter.next(&mut record), Ok(true)) {
        let cells = (0..record.len())
            .map(|index| String::from_utf8_lossy(splitter.field(&record, index)).into_owned())
            .collect();
        records.push((record.line, cells));
    }
    (records, splitter.passed.n_stray_quotes)
}

/// How well a delimiter explains the sample.
struct Explained {
    /// The most frequent number of fields, at least 2.
    width: usize,
    score: f64,
}

/// Records before the first one of the common width may be titles; they cost a little.
fn explain(records: &[(u64, Vec<String>)], delimiter: &str) -> Option<Explained> {
    let mut counts = std::collections::BTreeMap::new();
    for (_, cells) in records {
        *counts.entry(cells.len()).or_insert(0usize) += 1;
    }
    let (&width, _) = counts
        .iter()
        .filter(|&(&width, _)| width >= 2)
        .max_by_key(|&(&width, &count)| (count, width))?;
    let n_titles = records.iter().position(|(_, cells)| cells.len() == width)?;
    if n_titles > 20 {
        return None;
    }
    let body = &records[n_titles..];
    let n_same = body.iter().filter(|(_, cells)| cells.len() == width).count();
    let consistency = n_same as f64 / body.len() as f64;
    let covered = n_same as f64 / records.len() as f64;
    if consistency < MIN_CONSISTENCY || covered <= 0.5 {
        return None;
    }
    if delimiter.contains(':') && (covered < 1.0 || records.len() < 2) {
        return None;
    }
    let mut clean = 0.0;
    let mut n_cells = 0.0;
    for (_, cells) in body.iter().filter(|(_, cells)| cells.len() == width) {
        for cell in cells {
            n_cells += 1.0;
            let trimmed = trim(cell.as_bytes());
            let is_value = trimmed.is_empty()
                || scan_number(trimmed, b'.').is_some()
                || scan_number(trimmed, b',').is_some()
                || parse_time(cell, DateOrder::Dmy).is_some();
            clean += if is_value {
                1.0
            } else if cell.contains([',', ';', '\t', '|', '\u{1}']) {
                0.0
            } else {
                0.95
            };
        }
    }
    let titles = if n_titles == 0 { 1.0 } else { 0.8 };
    let unusual = if delimiter == ":" { 0.5 } else { 1.0 };
    Some(Explained {
        width,
        score: consistency * consistency * (0.3 + 0.7 * clean / n_cells) * titles * unusual,
    })
}

fn sniff_dialect(sample: &[u8], notes: &mut Vec<Message>) -> ReadOptions {
    let mut options = ReadOptions::default();
    let text = String::from_utf8_lossy(sample);
    let first_line = text.lines().next().unwrap_or("").trim_end_matches('\r');
    let stated = first_line
        .trim_matches('"')
        .strip_prefix("sep=")
        .filter(|rest| !rest.is_empty() && rest.chars().count() <= 2);
    if stated.is_some() {
        options.skip_lines = 1;
    }
    let has_hash = text.split(['\n', '\r']).any(|line| line.starts_with('#'));
    if has_hash {
        options.comment = Some('#');
    }
    let candidates: Vec<&str> = stated.map_or_else(|| DELIMITERS.to_vec(), |stated| vec![stated]);
    let mut best: Option<(&str, Explained)> = None;
    for delimiter in candidates {
        if !text.contains(delimiter) {
            continue;
        }
        let candidate = ReadOptions {
            delimiter: delimiter.to_owned(),
            ..options.clone()
        };
        let (records, _) = split_sample(sample, &candidate, N_SAMPLE_RECORDS);
        let Some(explained) = explain(&records, delimiter) else {
            continue;
        };
        if best.as_ref().is_none_or(|(_, known)| explained.score > known.score + 1e-9) {
            best = Some((delimiter, explained));
        }
    }
    let width = match (&best, stated) {
        (Some((delimiter, explained)), _) => {
            options.delimiter = (*delimiter).to_owned();
            explained.width
        }
        (None, Some(stated)) => {
            options.delimiter = stated.to_owned();
            1
        }
        // One column: a delimiter that no value contains.
        (None, None) => {
            let free = [",", ";", "\t", "|", "\u{1}"]
                .into_iter()
                .find(|delimiter| !text.contains(delimiter));
            options.delimiter = free.unwrap_or(",").to_owned();
            1
        }
    };
    if has_hash {
        settle_comment(sample, &mut options, width, notes);
    }
    sniff_quotes(sample, &mut options);
    let (records, _) = split_sample(sample, &options, N_SAMPLE_RECORDS);
    let n_titles = titles(&records, width);
    if n_titles > 0 {
        let skip = records[n_titles].0 - 1;
        notes.push(
            Message::new("read.title_lines")
                .with("n", skip)
                .with("text", records[0].1.join(" ").chars().take(80).collect::<String>()),
        );
        options.skip_lines = u32::try_from(skip).unwrap_or(0);
    }
    let records = &records[n_titles..];
    options.decimal_comma = uses_decimal_comma(records);
    options.has_header = has_header(records, &options);
    if options.has_header && second_header(records, &options) {
        notes.push(Message::new("read.second_header").with("line", records[1].0));
    }
    options
}

/// `#` begins a comment when some such line does not split like the others.
fn settle_comment(sample: &[u8], options: &mut ReadOptions, width: usize, notes: &mut Vec<Message>) {
    let plain = ReadOptions {
        comment: None,
        ..options.clone()
    };
    let (records, _) = split_sample(sample, &plain, N_SAMPLE_RECORDS);
    let hashed: Vec<_> = records
        .iter()
        .filter(|(_, cells)| cells.first().is_some_and(|cell| cell.starts_with('#')))
        .collect();
    if !hashed.is_empty()
        && (width == 1 && hashed.len() * 2 > records.len() || width > 1 && hashed.iter().all(|(_, cells)| cells.len() == width))
    {
        options.comment = None;
    } else {
        notes.push(Message::new("read.comments_found").with("n", hashed.len()));
    }
}

fn sniff_quotes(sample: &[u8], options: &mut ReadOptions) {
    let contains = |part: &[u8]| sample.windows(part.len()).any(|window| window == part);
    if contains(b"\\\"") {
        let escaped = ReadOptions {
            backslash_escapes: true,
            ..options.clone()
        };
        let (plain_records, plain_stray) = split_sample(sample, options, N_SAMPLE_RECORDS);
        let (escaped_records, escaped_stray) = split_sample(sample, &escaped, N_SAMPLE_RECORDS);
        if escaped_stray < plain_stray && escaped_records.len() >= plain_records.len().min(2) {
            options.backslash_escapes = true;
        }
    }
    if !sample.contains(&b'"') && contains(b"'") {
        let (records, _) = split_sample(sample, options, N_SAMPLE_RECORDS);
        let cells = || records.iter().flat_map(|(_, cells)| cells);
        let n_opened = cells().filter(|cell| cell.starts_with('\'')).count();
        let n_closed = cells()
            .filter(|cell| cell.len() >= 2 && cell.starts_with('\'') && cell.ends_with('\''))
            .count();
        if n_closed >= 2 && n_closed * 5 >= cells().count() && n_closed * 10 >= n_opened * 8 {
            options.quote = Some('\'');
        }
    }
}

/// Records above the header: narrower than the table, or with a single filled cell where it has three or more.
fn titles(records: &[(u64, Vec<String>)], width: usize) -> usize {
    if width < 2 {
        return 0;
    }
    let filled = |cells: &[String]| cells.iter().filter(|cell| !cell.trim().is_empty()).count();
    // A title stands in the first cell; a header with one name may have it anywhere else.
    let is_title =
        |cells: &[String]| cells.len() == 1 || (width >= 3 && filled(cells) == usize::from(!cells[0].trim().is_empty()));
    let begin = records.iter().position(|(_, cells)| !is_title(cells)).unwrap_or(0);
    // Further narrow lines are titles too once the first is one: an address, a date of the report.
    if begin == 0 || begin > 20 {
        return 0;
    }
    records
        .iter()
        .position(|(_, cells)| cells.len() >= width && !is_title(cells))
        .unwrap_or(begin)
}

/// Numbers with a comma, and none with a point; three digits behind every comma would be thousands.
fn uses_decimal_comma(records: &[(u64, Vec<String>)]) -> bool {
    let (mut n_comma, mut n_point, mut is_fraction) = (0, 0, false);
    for cell in records.iter().flat_map(|(_, cells)| cells) {
        let cell = trim(cell.as_bytes());
        if cell.contains(&b',') && scan_number(cell, b',').is_some() {
            n_comma += 1;
            let fraction = cell.rsplit(|&byte| byte == b',').next().map_or(0, <[u8]>::len);
            is_fraction |= fraction != 3;
        } else if cell.contains(&b'.') && scan_number(cell, b'.').is_some() {
            n_point += 1;
        }
    }
    n_comma > n_point && is_fraction
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Looks {
    Missing,
    Value,
    Words,
}

fn looks(cell: &str, options: &ReadOptions, missing: &MissingTokens) -> Looks {
    let trimmed = trim(cell.as_bytes());
    if missing.contains(trimmed) {
        return Looks::Missing;
    }
    let is_boolean = BOOLEAN_WORDS
        .iter()
        .any(|(no, yes)| trimmed.eq_ignore_ascii_case(no.as_bytes()) || trimmed.eq_ignore_ascii_case(yes.as_bytes()));
    let is_value = scan_number(trimmed, decimal_mark(options)).is_some()
        || parse_time(cell, DateOrder::Dmy).is_some()
        || parse_time(cell, DateOrder::Mdy).is_some();
    if is_value || (is_boolean && trimmed.len() > 1) {
        Looks::Value
    } else {
        Looks::Words
    }
}

/// Words above values are a header; a value above values is not; words above words are one when they are different and
/// none of them comes again below.
fn has_header(records: &[(u64, Vec<String>)], options: &ReadOptions) -> bool {
    let Some(((_, first), body)) = records.split_first() else {
        return true;
    };
    let missing = MissingTokens::new(options);
    let of_first: Vec<Looks> = first.iter().map(|cell| looks(cell, options, &missing)).collect();
    if body.is_empty() {
        return of_first.iter().all(|&look| look != Looks::Value);
    }
    let mut n_values_above_values = 0;
    for (index, &look) in of_first.iter().enumerate() {
        let below: Vec<Looks> = body
            .iter()
            .filter_map(|(_, cells)| cells.get(index))
            .map(|cell| looks(cell, options, &missing))
            .collect();
        let all_values = below.contains(&Looks::Value) && below.iter().all(|&look| look != Looks::Words);
        match look {
            Looks::Words if all_values => return true,
            Looks::Value if all_values => n_values_above_values += 1,
            _ => {}
        }
    }
    let comes_again = |index: usize| {
        let name = &first[index];
        // A record that is the first one again is a repeated header.
        !name.trim().is_empty() && body.iter().any(|(_, cells)| cells.get(index) == Some(name) && cells != first)
    };
    if n_values_above_values > 0 {
        let words_are_new = (0..first.len()).all(|index| of_first[index] == Looks::Value || !comes_again(index));
        return words_are_new && ascending_years(first, &of_first, body);
    }
    let mut names: Vec<String> = first.iter().map(|cell| cell.trim().to_lowercase()).collect();
    names.order_by(Ord::cmp);
    let is_unique = names.windows(2).all(|pair| pair[0] != pair[1]);
    let comes_again = (0..first.len()).any(comes_again);
    is_unique && !comes_again && first.iter().all(|cell| cell.chars().count() <= 100) && of_first.contains(&Looks::Words)
}

/// N46: 2019, 2020, 2021 above other numbers, words in the other places.
fn ascending_years(first: &[String], looks: &[Looks], body: &[(u64, Vec<String>)]) -> bool {
    let year = |cell: &String| cell.trim().parse::<u32>().ok().filter(|year| (1800..=2100).contains(year));
    let places: Vec<usize> = (0..first.len()).filter(|&index| looks[index] == Looks::Value).collect();
    let years: Option<Vec<u32>> = places.iter().map(|&index| year(&first[index])).collect();
    let ascends = |years: &[u32]| {
        years
            .windows(2)
            .all(|pair| pair[1] > pair[0] && pair[1] - pair[0] == years[1] - years[0])
    };
    let differs = |cell: &String| !cell.trim().is_empty() && year(cell).is_none();
    years.is_some_and(|years| years.len() >= 2 && ascends(&years))
        && body
            .iter()
            .any(|(_, cells)| places.iter().filter_map(|&index| cells.get(index)).any(differs))
}

/// N45: a second line of words (units, a lower heading) above columns of numbers.
fn second_header(records: &[(u64, Vec<String>)], options: &ReadOptions) -> bool {
    let [_, (_, second), body @ ..] = records else { return false };
    let missing = MissingTokens::new(options);
    let (mut n_numbers, mut n_words) = (0, 0);
    for (index, cell) in second.iter().enumerate() {
        let mut below = body
            .iter()
            .filter_map(|(_, cells)| cells.get(index))
            .map(|cell| looks(cell, options, &missing))
            .peekable();
        if below.peek().is_some() && below.all(|look| look != Looks::Words) {
            n_numbers += 1;
            n_words += usize::from(looks(cell, options, &missing) == Looks::Words);
        }
    }
    body.len() >= 2 && n_words >= 1 && n_words * 2 > n_numbers
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
    let mark = decimal_mark(&options);
    let missing = MissingTokens::new(&options);
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
            has_words[index] |= !missing.contains(cell) && super::scan_is_text(cell, mark);
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
    Ok(Sniff {
        header: plan.names.iter().map(|(name, _)| name.clone()).collect(),
        options,
        rows,
        n_rows_estimate,
        n_bytes_estimate: (per_row * n_rows_estimate as f64) as u64,
        notes,
    })
}

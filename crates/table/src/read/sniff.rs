//! A first look: encoding, delimiter, quote, header, lines above it, decimal mark; and what the file will come to.

use spec::read::{Encoding, ReadOptions, Sniff, SniffedColumn};
use spec::step::DateOrder;
use spec::{Message, Order, Outcome, Unobserved};

use super::columns::trim;
use super::encoding::{Decoder, byte_order_mark, detect};
use super::missing::MissingTokens;
use super::remarks::is_units;
use super::split::{RUNS_OF_BLANKS, Record, Splitter};
use super::{Look, Plan, read_all, refuse_other_kinds};
use crate::intern::Interner;
use crate::value::{BOOLEAN_WORDS, parse_time, scan_number};
use crate::{ByteSource, TwoByte, TwoByteDecoder};

const SAMPLE: usize = 512 << 10;
const N_SAMPLE_RECORDS: usize = 1_000;
const N_ROWS_SHOWN: usize = 50;
/// Bytes of a cell in the preview.
const N_CHARACTERS_SHOWN: usize = 500;
/// Delimiters that are tried; of equal ones the first wins.
const DELIMITERS: [&str; 12] = ["||", "::", ", ", "; ", ",", "\t", ";", "|", "\u{1}", "\u{1f}", "^A", ":"];
/// Lines above the header that are looked through.
const N_TITLES: usize = 200;
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

/// The first records of a sample.
#[derive(Default)]
struct Sampled {
    /// Each with its line.
    records: Vec<(u64, Vec<String>)>,
    n_stray: u64,
    n_quoted: u64,
}

/// Stops without an error where the sample ends inside quotes.
fn split_sample(sample: &[u8], options: &ReadOptions, n: usize) -> Sampled {
    let mut sampled = Sampled::default();
    let sample = Decoded(sample);
    let utf8 = ReadOptions {
        encoding: Encoding::Utf8,
        ..options.clone()
    };
    let Ok(mut splitter) = Splitter::new(&sample, &utf8, SAMPLE) else {
        return sampled;
    };
    let mut record = Record::default();
    while sampled.records.len() < n && matches!(splitter.next(&mut record), Ok(true)) {
        let cells = (0..record.len())
            .map(|index| String::from_utf8_lossy(splitter.field(&record, index)).into_owned())
            .collect();
        sampled.n_quoted += record.n_quoted();
        sampled.records.push((record.line, cells));
    }
    sampled.n_stray = splitter.passed.n_stray_quotes;
    sampled
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
    if n_titles > N_TITLES || !may_be_titles(records, n_titles, delimiter) {
        return None;
    }
    let body = &records[n_titles..];
    let n_same = body.iter().filter(|(_, cells)| cells.len() == width).count();
    let consistency = n_same as f64 / body.len() as f64;
    let covered = n_same as f64 / records.len() as f64;
    if consistency < MIN_CONSISTENCY || (covered <= 0.5 && n_titles < 2) {
        return None;
    }
    if delimiter.contains(':') && (covered < 1.0 || records.len() < 2) {
        return None;
    }
    if delimiter == RUNS_OF_BLANKS && !(records.len() >= 2 && covered >= 0.9 && has_values(body, width)) {
        return None;
    }
    let (mut clean, mut n_cells) = (0.0, 0.0);
    for (_, cells) in body.iter().filter(|(_, cells)| cells.len() == width) {
        for cell in cells {
            n_cells += 1.0;
            clean += cleanness(cell);
        }
    }
    let titles = if n_titles == 0 { 1.0 } else { 0.8 };
    let unusual = if matches!(delimiter, ":" | RUNS_OF_BLANKS) { 0.5 } else { 1.0 };
    Some(Explained {
        width,
        score: consistency * consistency * (0.3 + 0.7 * clean / n_cells) * titles * unusual,
    })
}

/// How much a cell looks like one.
fn cleanness(cell: &str) -> f64 {
    if is_value(cell) || cell.trim().is_empty() {
        1.0
    } else if cell.contains([',', ';', '\t', '|', '\u{1}', '\u{1f}']) {
        0.0
    } else {
        0.95
    }
}

fn is_value(cell: &str) -> bool {
    let trimmed = trim(cell.as_bytes());
    scan_number(trimmed, b'.').is_some()
        || scan_number(trimmed, b',').is_some()
        || parse_time(cell, DateOrder::Dmy).is_some()
        || parse_time(cell, DateOrder::Mdy).is_some()
}

/// Some column holds values in every record of this width but the first.
fn has_values(records: &[(u64, Vec<String>)], width: usize) -> bool {
    let body = records.get(1..).unwrap_or_default();
    !body.is_empty()
        && (0..width).any(|index| {
            let mut cells = body.iter().filter_map(|(_, cells)| cells.get(index)).peekable();
            cells.peek().is_some() && cells.all(|cell| is_value(cell))
        })
}

/// The records before the first wide one are titles of a table, and not the name of one column whose values hold the
/// delimiter: an address, a list, a decimal comma.
fn may_be_titles(records: &[(u64, Vec<String>)], n_titles: usize, delimiter: &str) -> bool {
    let [(line, first)] = &records[..n_titles] else { return true };
    let body = &records[n_titles..];
    let is_apart = body.first().is_some_and(|(below, _)| *below > line + 1);
    let width = body.first().map_or(0, |(_, cells)| cells.len());
    if is_apart
        || (body
            .first()
            .is_some_and(|(_, cells)| !cells.iter().any(|cell| is_value(cell)))
            && has_values(body, width))
    {
        return true;
    }
    let title = first.first().map_or("", |cell| cell.trim());
    let is_prose = delimiter.starts_with(',')
        && body
            .iter()
            .all(|(_, cells)| delimiter.len() > 1 || cells.iter().skip(1).all(|cell| cell.starts_with(' ')));
    let digits = |cell: &String| {
        !cell.trim().is_empty()
            && cell
                .trim()
                .trim_start_matches(['-', '+'])
                .bytes()
                .all(|byte| byte.is_ascii_digit())
    };
    let is_decimal = delimiter == "," && body.iter().all(|(_, cells)| cells.len() == 2 && cells.iter().all(digits));
    title.contains(char::is_whitespace) && !is_prose && !is_decimal
}

/// A delimiter, the quote that goes with it, and what they come to.
struct Dialect {
    delimiter: String,
    quote: char,
    explained: Explained,
}

fn sniff_dialect(sample: &[u8], notes: &mut Vec<Message>) -> ReadOptions {
    let mut options = ReadOptions::default();
    let text = String::from_utf8_lossy(sample);
    let first_line = text.lines().next().unwrap_or("").trim_end_matches('\r');
    let stated = first_line
        .trim_matches('"')
        .split_at_checked(4)
        .filter(|(word, rest)| word.eq_ignore_ascii_case("sep=") && !rest.is_empty() && rest.chars().count() <= 2)
        .map(|(_, rest)| rest);
    if stated.is_some() {
        options.skip_lines = 1;
    }
    let has_hash = text.split(['\n', '\r']).any(|line| line.starts_with('#'));
    if has_hash {
        options.comment = Some('#');
    }
    let best = best_dialect(sample, &text, stated, &options);
    let width = match (best, stated) {
        (Some(best), _) => {
            options.delimiter = best.delimiter;
            options.quote = Some(best.quote);
            best.explained.width
        }
        (None, Some(stated)) => {
            options.delimiter = stated.to_owned();
            1
        }
        (None, None) => match likeliest(sample, &text, &options) {
            Some((delimiter, width, n_same, n_records)) => {
                notes.push(
                    Message::new("read.delimiter_guessed")
                        .with("delimiter", delimiter.replace('\t', "\\t"))
                        .with("n_fields", width)
                        .with("n", n_same)
                        .with("n_records", n_records),
                );
                options.delimiter = delimiter.to_owned();
                width
            }
            // One column: a delimiter that no value contains.
            None => {
                let free = [",", ";", "\t", "|", "\u{1}"]
                    .into_iter()
                    .find(|delimiter| !text.contains(delimiter));
                options.delimiter = free.unwrap_or(",").to_owned();
                1
            }
        },
    };
    if has_hash {
        settle_comment(sample, &mut options, width, notes);
    }
    sniff_backslash(sample, &mut options);
    if width == 1 {
        sniff_single_quotes(sample, &mut options);
    }
    let records = split_sample(sample, &options, N_SAMPLE_RECORDS).records;
    let n_titles = titles(&records, width);
    let n_titles = n_titles + wide_titles(&records[n_titles..]);
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
    if let Some(n) = records.first().and_then(|(_, first)| counts_up(first)) {
        let code = if options.has_header {
            "read.number_header"
        } else {
            "read.number_row"
        };
        notes.push(Message::new(code).with("line", records[0].0).with("n", n));
    }
    if options.has_header && second_header(records, &options) {
        let is_number = |index: usize| {
            let mut below = records[2..].iter().filter_map(|(_, cells)| cells.get(index));
            below.any(|cell| is_value(cell))
        };
        let code = if is_units(&records[1].1, is_number) {
            "read.units_row"
        } else {
            "read.second_header"
        };
        notes.push(Message::new(code).with("line", records[1].0));
    }
    options
}

/// Delimiter and quote that explain the sample best together.
fn best_dialect(sample: &[u8], text: &str, stated: Option<&str>, options: &ReadOptions) -> Option<Dialect> {
    let mut best: Option<Dialect> = None;
    for delimiter in candidates(text, stated) {
        for quote in quotes(text) {
            let candidate = ReadOptions {
                delimiter: delimiter.to_owned(),
                quote: Some(quote),
                ..options.clone()
            };
            let sampled = split_sample(sample, &candidate, N_SAMPLE_RECORDS);
            // An apostrophe is mostly a letter: as a quote it has to stand around fields.
            if quote == '\'' && (sampled.n_quoted < 2 || sampled.n_stray * 5 > sampled.n_quoted || is_few(&sampled)) {
                continue;
            }
            let Some(explained) = explain(&sampled.records, delimiter) else {
                continue;
            };
            let is_better = |known: &Dialect| {
                explained.score > known.explained.score + 1e-9 || {
                    // Quotes that are quotes leave cleaner cells; of equal widths they win.
                    quote == '\'' && known.delimiter == delimiter && explained.width <= known.explained.width
                }
            };
            if best.as_ref().is_none_or(is_better) {
                best = Some(Dialect {
                    delimiter: delimiter.to_owned(),
                    quote,
                    explained,
                });
            }
        }
    }
    best
}

/// Too few fields are quoted for it to be a habit of the file.
fn is_few(sampled: &Sampled) -> bool {
    let n_records = sampled.records.len() as u64;
    sampled.n_quoted * 5 < n_records
}

fn candidates<'a>(text: &str, stated: Option<&'a str>) -> Vec<&'a str> {
    if let Some(stated) = stated {
        return vec![stated];
    }
    // A mark that only ever comes in pairs is half of a delimiter.
    let is_half = |delimiter: &str| {
        let double = delimiter.repeat(2);
        let n_double = text.matches(double.as_str()).count();
        delimiter.len() == 1
            && DELIMITERS.contains(&double.as_str())
            && n_double > 0
            && text.matches(delimiter).count() == 2 * n_double
    };
    let mut candidates: Vec<&str> = DELIMITERS
        .into_iter()
        .filter(|delimiter| text.contains(delimiter) && !is_half(delimiter))
        .collect();
    if text
        .lines()
        .take(100)
        .any(|line| line.trim().contains("  ") || line.contains(" \t"))
    {
        candidates.push(RUNS_OF_BLANKS);
    }
    candidates
}

/// The quote character is `"`; an apostrophe may be where no field begins with `"`.
fn quotes(text: &str) -> Vec<char> {
    let opens = |quote: char| {
        text.lines().any(|line| {
            let opened = |(at, _): (usize, &str)| line[..at].trim_end().chars().next_back().is_none_or(|c| !c.is_alphanumeric());
            line.match_indices(quote).any(opened)
        })
    };
    if opens('\'') && !opens('"') {
        vec!['"', '\'']
    } else {
        vec!['"']
    }
}

/// Where no delimiter explains most of the records: the one that the first line has and most records too, its number of
/// fields there, and how many of how many records have as many.
fn likeliest<'a>(sample: &[u8], text: &'a str, options: &ReadOptions) -> Option<(&'a str, usize, usize, usize)> {
    let mut best: Option<(f64, &str, usize, usize, usize)> = None;
    for delimiter in [",", "\t", ";", "|", "\u{1}", "\u{1f}"] {
        let at = text.find(delimiter);
        let Some(delimiter) = at.map(|at| &text[at..at + delimiter.len()]) else {
            continue;
        };
        let candidate = ReadOptions {
            delimiter: delimiter.to_owned(),
            ..options.clone()
        };
        let records = split_sample(sample, &candidate, N_SAMPLE_RECORDS).records;
        let width = records.first().map_or(0, |(_, cells)| cells.len());
        let n_parted = records.iter().filter(|(_, cells)| cells.len() >= 2).count();
        let n_same = records.iter().filter(|(_, cells)| cells.len() == width).count();
        // A sentence has commas too, each with a blank behind it.
        let is_prose = delimiter == ","
            && records
                .iter()
                .all(|(_, cells)| cells.iter().skip(1).all(|cell| cell.starts_with(' ')));
        if width < 2 || n_parted * 2 <= records.len() || is_prose {
            continue;
        }
        let score = (n_parted + n_same) as f64 / records.len() as f64;
        if best.is_none_or(|(known, ..)| score > known) {
            best = Some((score, delimiter, width, n_same, records.len()));
        }
    }
    best.map(|(_, delimiter, width, n_same, n)| (delimiter, width, n_same, n))
}

/// `#` begins a comment when most of such lines do not split like the others.
fn settle_comment(sample: &[u8], options: &mut ReadOptions, width: usize, notes: &mut Vec<Message>) {
    let plain = ReadOptions {
        comment: None,
        ..options.clone()
    };
    let records = split_sample(sample, &plain, N_SAMPLE_RECORDS).records;
    let hashed: Vec<_> = records
        .iter()
        .filter(|(_, cells)| cells.first().is_some_and(|cell| cell.starts_with('#')))
        .collect();
    let n_alike = hashed.iter().filter(|(_, cells)| cells.len() == width).count();
    // `#ff0000` is a value, `# by hand` is not.
    let is_word = |cell: &str| cell.len() > 1 && !cell[1..].contains(char::is_whitespace) && !cell[1..].starts_with('#');
    let are_words = hashed.iter().all(|(_, cells)| is_word(cells[0].trim()));
    let is_data = if width == 1 {
        are_words || hashed.len() * 2 > records.len()
    } else {
        n_alike * 2 > hashed.len() || (are_words && n_alike > 0)
    };
    if !hashed.is_empty() && is_data {
        options.comment = None;
    } else {
        notes.push(Message::new("read.comments_found").with("n", hashed.len()));
    }
}

fn sniff_backslash(sample: &[u8], options: &mut ReadOptions) {
    if sample.windows(2).any(|window| window == b"\\\"") {
        let escaped = ReadOptions {
            backslash_escapes: true,
            ..options.clone()
        };
        let plain = split_sample(sample, options, N_SAMPLE_RECORDS);
        let escaped = split_sample(sample, &escaped, N_SAMPLE_RECORDS);
        if escaped.n_stray < plain.n_stray && escaped.records.len() >= plain.records.len().min(2) {
            options.backslash_escapes = true;
        }
    }
}

/// Apostrophes around the values of a single column.
fn sniff_single_quotes(sample: &[u8], options: &mut ReadOptions) {
    let text = String::from_utf8_lossy(sample);
    if !quotes(&text).contains(&'\'') {
        return;
    }
    let quoted = ReadOptions {
        quote: Some('\''),
        ..options.clone()
    };
    let sampled = split_sample(sample, &quoted, N_SAMPLE_RECORDS);
    if sampled.n_quoted >= 2 && sampled.n_stray == 0 && !is_few(&sampled) {
        options.quote = Some('\'');
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
    if begin == 0 || begin > N_TITLES {
        return 0;
    }
    records
        .iter()
        .position(|(_, cells)| cells.len() >= width && !is_title(cells))
        .unwrap_or(begin)
}

/// Lines as wide as the table above the line that names its columns: a report's title and date, padded. Only where some
/// column holds values below the names, and nothing like a value above.
fn wide_titles(records: &[(u64, Vec<String>)]) -> usize {
    let is_names = |cells: &[String]| {
        let mut names: Vec<String> = cells.iter().map(|cell| cell.trim().to_lowercase()).collect();
        names.order_by(Ord::cmp);
        cells.len() >= 2
            && cells.iter().all(|cell| !cell.trim().is_empty() && !is_value(cell))
            && names.windows(2).all(|pair| pair[0] != pair[1])
    };
    if records.first().is_none_or(|(_, first)| is_names(first)) {
        return 0;
    }
    let Some(place) = records.iter().take(N_TITLES).position(|(_, cells)| is_names(cells)) else {
        return 0;
    };
    let (titles, table) = records.split_at(place);
    let (names, body) = (&table[0].1, &table[1..]);
    let is_proof = |index: usize| {
        let mut below = body
            .iter()
            .filter_map(|(_, cells)| cells.get(index))
            .filter(|cell| !cell.trim().is_empty())
            .peekable();
        let above = titles.iter().filter_map(|(_, cells)| cells.get(index));
        below.peek().is_some() && below.all(|cell| is_value(cell)) && above.into_iter().all(|cell| !is_value(cell))
    };
    if body.len() >= 2 && (0..names.len()).any(is_proof) {
        place
    } else {
        0
    }
}

/// Some column has a comma that can only stand before decimals, and none has such a point.
fn uses_decimal_comma(records: &[(u64, Vec<String>)]) -> bool {
    let missing = MissingTokens::new(&ReadOptions::default().missing_tokens);
    let width = records.iter().map(|(_, cells)| cells.len()).max().unwrap_or(0);
    let mut looks = vec![Look::NOTHING; width];
    for (_, cells) in records.get(1..).filter(|body| !body.is_empty()).unwrap_or(records) {
        for (look, cell) in looks.iter_mut().zip(cells) {
            let cell = trim(cell.as_bytes());
            if !missing.contains(cell) {
                look.add(cell);
            }
        }
    }
    let is_point = |look: &Look| look.is_point && !look.is_comma && look.has_clear_point;
    looks.iter().any(|look| look.is_comma_column()) && !looks.iter().any(is_point)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Looks {
    Missing,
    Value,
    Words,
}

fn looks(cell: &str, missing: &MissingTokens) -> Looks {
    let trimmed = trim(cell.as_bytes());
    if missing.contains(trimmed) {
        return Looks::Missing;
    }
    let is_boolean = BOOLEAN_WORDS
        .iter()
        .any(|(no, yes)| trimmed.eq_ignore_ascii_case(no.as_bytes()) || trimmed.eq_ignore_ascii_case(yes.as_bytes()));
    if is_value(cell) || (is_boolean && trimmed.len() > 1) {
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
    if counts_up(first).is_some_and(|n| first.last().is_some_and(|last| last.trim() == (n - 1).to_string())) {
        return true;
    }
    let missing = MissingTokens::new(&options.missing_tokens);
    let of_first: Vec<Looks> = first.iter().map(|cell| looks(cell, &missing)).collect();
    if body.is_empty() {
        return of_first.iter().all(|&look| look != Looks::Value);
    }
    let mut n_values_above_values = 0;
    for (index, &look) in of_first.iter().enumerate() {
        let below: Vec<Looks> = body
            .iter()
            .filter_map(|(_, cells)| cells.get(index))
            .map(|cell| looks(cell, &missing))
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

/// 0, 1, 2 and so on, or 1, 2, 3: names that a program gave, or a row. How many they are, at least three; the first cell may
/// be empty.
fn counts_up(first: &[String]) -> Option<usize> {
    let cells = if first.first().is_some_and(|cell| cell.trim().is_empty()) {
        &first[1..]
    } else {
        first
    };
    let counts_from = |start: usize| {
        cells
            .iter()
            .enumerate()
            .all(|(index, cell)| cell.trim() == (start + index).to_string())
    };
    (cells.len() >= 3 && (counts_from(0) || counts_from(1))).then_some(cells.len())
}

/// 2019, 2020, 2021 above other numbers, words in the other places.
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

/// A second line of words (units, a lower heading) above columns of numbers.
fn second_header(records: &[(u64, Vec<String>)], options: &ReadOptions) -> bool {
    let [_, (_, second), body @ ..] = records else { return false };
    let missing = MissingTokens::new(&options.missing_tokens);
    let (mut n_numbers, mut n_words) = (0, 0);
    for (index, cell) in second.iter().enumerate() {
        let mut below = body
            .iter()
            .filter_map(|(_, cells)| cells.get(index))
            .map(|cell| looks(cell, &missing))
            .peekable();
        if below.peek().is_some() && below.all(|look| look != Looks::Words) {
            n_numbers += 1;
            n_words += usize::from(looks(cell, &missing) == Looks::Words);
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

/// What must be known before the whole file is read: choices that the cells leave, and lines that may be no rows.
const SAID_BEFORE: [&str; 16] = [
    "read.decimal_comma",
    "read.decimal_point",
    "read.mark_unsettled",
    "read.tokens_missing",
    "read.token_missing",
    "read.token_kept",
    "read.na_kept",
    "read.date_order",
    "read.date_assumed",
    "read.date_ambiguous",
    "read.date_mixed",
    "read.date_short_year",
    "read.date_pivot",
    "read.quote_swallows",
    "read.rounded",
    "read.codes_kept",
];

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
            .filter(|note| SAID_BEFORE.contains(&note.code.as_str()) || is_footer(note)),
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

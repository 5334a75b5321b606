//! Delimiter, quote and comment character: what explains the sample best.

use spec::Message;
use spec::read::{Encoding, ReadOptions};

use super::header::{
    Line, counts_up, has_header, has_values, is_loose_number, is_proven, is_value, second_header, uses_decimal_comma,
};
use super::titles::{N_TITLES, above, may_be_titles};
use super::{Decoded, SAMPLE};
use crate::read::remarks::is_units;
use crate::read::split::{RUNS_OF_BLANKS, Record, Splitter};

const N_SAMPLE_RECORDS: usize = 1_000;
/// Delimiters that are tried; of equal ones the first wins.
const DELIMITERS: [&str; 12] = ["||", "::", ", ", "; ", ",", "\t", ";", "|", "\u{1}", "\u{1f}", "^A", ":"];
/// Share of the records that must have the same width for a delimiter to count.
const MIN_CONSISTENCY: f64 = 0.5;

/// The first records of a sample.
#[derive(Default)]
struct Sampled {
    /// Each with its line.
    records: Vec<Line>,
    n_stray: u64,
    n_quoted: u64,
    /// A quote is open where they end.
    is_open: bool,
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
    while sampled.records.len() < n {
        match splitter.next(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(_) => {
                sampled.is_open = true;
                break;
            }
        }
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
fn explain(records: &[Line], delimiter: &str) -> Option<Explained> {
    let mut counts = std::collections::BTreeMap::new();
    for (_, cells) in records {
        *counts.entry(cells.len()).or_insert(0usize) += 1;
    }
    let (&width, _) = counts
        .iter()
        .filter(|&(&width, _)| width >= 2)
        .max_by_key(|&(&width, &count)| (count, width))?;
    let n_titles = records.iter().position(|(_, cells)| cells.len() == width)?;
    // A header may be narrower or wider than its rows: only lines that the delimiter does not part must be titles.
    let n_whole = records.iter().position(|(_, cells)| cells.len() >= 2)?;
    if n_titles > N_TITLES || (n_whole > 0 && !may_be_titles(records, n_titles, width, delimiter)) {
        return None;
    }
    let body = &records[n_titles..];
    let n_same = body.iter().filter(|(_, cells)| cells.len() == width).count();
    let consistency = n_same as f64 / body.len() as f64;
    let covered = n_same as f64 / records.len() as f64;
    if consistency < MIN_CONSISTENCY || (covered <= 0.5 && n_whole == 0 && !has_lines_above(records, n_titles, width)) {
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

/// Parted lines that are no part of the table stand above its header, which must be one.
fn has_lines_above(records: &[Line], n_titles: usize, width: usize) -> bool {
    let same: Vec<&Line> = records[n_titles..].iter().filter(|(_, cells)| cells.len() == width).collect();
    n_titles > 0 && same.len() > 2 && is_proven(&same)
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
/// A delimiter, the quote that goes with it, and what they come to.
struct Dialect {
    delimiter: String,
    quote: char,
    explained: Explained,
}

pub(super) fn sniff_dialect(sample: &[u8], notes: &mut Vec<Message>) -> ReadOptions {
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
    settle_comment(sample, &text, stated, &mut options);
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
                let free = [",", ";", "\t", "|", "\u{1}", "\u{1f}", "\u{1e}"]
                    .into_iter()
                    .find(|delimiter| !text.contains(delimiter));
                options.delimiter = free.unwrap_or(",").to_owned();
                1
            }
        },
    };
    say_comments(sample, &mut options, width, notes);
    sniff_backslash(sample, &mut options);
    if width == 1 {
        sniff_single_quotes(sample, &mut options);
    }
    let records = split_sample(sample, &options, N_SAMPLE_RECORDS).records;
    let above = above(&records, width);
    let n_titles = above.n_titles;
    if n_titles > 0 {
        let skip = records[n_titles].0 - 1;
        notes.push(
            Message::new("read.title_lines")
                .with("n", skip)
                .with("text", start_of(&records[0].1)),
        );
        options.skip_lines = u32::try_from(skip).unwrap_or(0);
    }
    let records = &records[n_titles..];
    options.decimal_comma = uses_decimal_comma(records);
    options.has_header = has_header(records, &options);
    let is_again = |first: &[String]| records[1..].iter().any(|(_, cells)| cells == first);
    if let Some((line, first)) = records.first()
        && let Some(counted) = counts_up(first)
        && !is_again(first)
    {
        let code = if options.has_header {
            "read.number_header"
        } else {
            "read.number_row"
        };
        // Words above numbers made it a header, and not its counting.
        if !options.has_header || counted.start == 0 {
            notes.push(Message::new(code).with("line", *line).with("n", counted.n));
        }
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
    if let Some((line, cells)) = above.lower_header.and_then(|place| records.get(place)) {
        notes.push(
            Message::new("read.lower_header")
                .with("line", *line)
                .with("n", line - 1)
                .with("text", start_of(cells)),
        );
    }
    if width == 1 && stated.is_none() {
        notes.extend(one_column(records));
    }
    options
}

/// What a note shows of a record.
fn start_of(cells: &[String]) -> String {
    cells.join(" ").chars().take(80).collect()
}

/// The file is read as one column: a mark that may part columns nevertheless, when all lines have as many of it.
fn one_column(records: &[Line]) -> Option<Message> {
    let lines: Vec<&str> = records
        .iter()
        .map(|(_, cells)| cells.first().map_or("", |cell| cell.trim()))
        .collect();
    let (first, below) = lines.split_first()?;
    if below.is_empty() || below.iter().all(|line| is_value(line) || is_loose_number(line)) {
        return None;
    }
    let n_of = |line: &str, mark: &str| line.matches(mark).count();
    for (mark, option) in [
        ("\t", "tab"),
        (";", ";"),
        ("|", "|"),
        (",", ","),
        ("~", "~"),
        ("^", "^"),
        (" ", " "),
    ] {
        let n = n_of(below[0], mark);
        if n == 0 || below.iter().any(|line| n_of(line, mark) != n) {
            continue;
        }
        // Words have blanks between them: only values below a name say that columns are parted by them.
        let is_parted = || {
            let parted: Vec<Line> = lines
                .iter()
                .map(|line| (0, line.split(mark).map(str::to_owned).collect()))
                .collect();
            n_of(first, mark) == n && is_proven(&parted.iter().collect::<Vec<_>>())
        };
        if mark != " " || is_parted() {
            return Some(
                Message::new("read.one_column")
                    .with("mark", option)
                    .with("n", n)
                    .with("example", below[0].chars().take(80).collect::<String>()),
            );
        }
    }
    let has_gap = |line: &&&str| line.contains("  ");
    let n_gaps = lines.iter().filter(has_gap).count();
    if n_gaps >= 2 && n_gaps * 10 >= lines.len() * 9 {
        let example = below.iter().find(|line| line.contains("  ")).unwrap_or(first);
        return Some(
            Message::new("read.one_column_gaps")
                .with("n", n_gaps)
                .with("n_lines", lines.len())
                .with("example", example.chars().take(80).collect::<String>()),
        );
    }
    None
}

/// Delimiter and quote that explain the sample best together.
fn best_dialect(sample: &[u8], text: &str, stated: Option<&str>, options: &ReadOptions) -> Option<Dialect> {
    let mut best: Option<Dialect> = None;
    let mut swallowed: Option<Dialect> = None;
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
                // A quote of the header that is never closed: the import names it, in the columns that the lines have.
                if sampled.is_open && sampled.records.len() < 2 {
                    let plain = ReadOptions {
                        quote: None,
                        ..candidate
                    };
                    let plain = split_sample(sample, &plain, N_SAMPLE_RECORDS);
                    if let Some(explained) = explain(&plain.records, delimiter)
                        && swallowed.as_ref().is_none_or(|known| explained.score > known.explained.score)
                    {
                        swallowed = Some(Dialect {
                            delimiter: delimiter.to_owned(),
                            quote,
                            explained,
                        });
                    }
                }
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
    best.or(swallowed)
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

/// `#ff0000` is a value, `# by hand` is not.
fn is_hash_word(cell: &str) -> bool {
    let cell = cell.trim();
    cell.len() > 1 && !cell[1..].contains(char::is_whitespace) && !cell[1..].starts_with('#')
}

/// Whether lines that begin with `#` can be comments at all: words of that kind whose lines split as most others do are
/// data, whatever is left of the file without them.
fn settle_comment(sample: &[u8], text: &str, stated: Option<&str>, options: &mut ReadOptions) {
    if !text.split(['\n', '\r']).any(|line| line.starts_with('#')) {
        return;
    }
    options.comment = Some('#');
    let plain = ReadOptions {
        comment: None,
        ..options.clone()
    };
    let Some(best) = best_dialect(sample, text, stated, &plain) else {
        return;
    };
    let plain = ReadOptions {
        delimiter: best.delimiter,
        quote: Some(best.quote),
        ..plain
    };
    let records = split_sample(sample, &plain, N_SAMPLE_RECORDS).records;
    let hashed: Vec<&Line> = records
        .iter()
        .filter(|(_, cells)| cells.first().is_some_and(|cell| cell.starts_with('#')))
        .collect();
    let n_alike = hashed.iter().filter(|(_, cells)| cells.len() == best.explained.width).count();
    let are_words = hashed.iter().all(|(_, cells)| is_hash_word(&cells[0]));
    if are_words && n_alike * 2 > hashed.len() {
        options.comment = None;
    }
}

/// `#` begins a comment when most of such lines do not split like the others.
fn say_comments(sample: &[u8], options: &mut ReadOptions, width: usize, notes: &mut Vec<Message>) {
    if options.comment.is_none() {
        return;
    }
    let plain = ReadOptions {
        comment: None,
        ..options.clone()
    };
    let records = split_sample(sample, &plain, N_SAMPLE_RECORDS).records;
    let hashed: Vec<&Line> = records
        .iter()
        .filter(|(_, cells)| cells.first().is_some_and(|cell| cell.starts_with('#')))
        .collect();
    let n_alike = hashed.iter().filter(|(_, cells)| cells.len() == width).count();
    let are_words = hashed.iter().all(|(_, cells)| is_hash_word(&cells[0]));
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

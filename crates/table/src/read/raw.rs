//! A file as the text of its cells, for a reader that knows what they mean: nothing is guessed but where the table begins
//! and how its records are split.

use spec::read::{Encoding, ReadOptions, RejectReason};
use spec::{Observer, Outcome};

use super::columns::{Lines, excerpt};
use super::encoding::byte_order_mark;
use super::split::{Record, SLICE, Splitter};
use super::{MAX_COLUMNS, TICK_ROWS, record_text, refuse_other_kinds};
use crate::ByteSource;
use crate::column::{Category, MISSING_CODE};
use crate::intern::Interner;

/// Records among which the header is looked for: titles and remarks may stand above it.
const N_HEADER_RECORDS: usize = 200;
const START_SLICE: usize = 256 << 10;

/// Where a table begins, and how its records are split.
#[derive(Clone, Debug, PartialEq)]
pub struct Start {
    pub options: ReadOptions,
    /// The cells of the header as they stand in the file; `column_1` and so on where it has none.
    pub header: Vec<String>,
    pub has_header: bool,
    /// Records above the header.
    n_above: usize,
}

impl Start {
    /// The same file without a header: its first record is a row.
    pub fn without_header(mut self) -> Self {
        self.header = (1..=self.header.len()).map(|place| format!("column_{place}")).collect();
        self.has_header = false;
        self.n_above = 0;
        self
    }
}

/// The text of cells, each column as a dictionary.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Texts {
    /// In the order that was asked for. Cells are not trimmed; only the empty one is missing.
    pub columns: Vec<Category>,
    pub n_rows: usize,
    /// Records that are not among the rows.
    pub rejected: Vec<Rejected>,
    /// Lines below the header that begin with the comment mark, and the first of them.
    pub n_comments: u64,
    pub first_comment: Option<u64>,
    lines: Lines,
}

/// A record that is no row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// Line in the file, the first is 1.
    pub line: u64,
    pub n_fields: usize,
    pub reason: RejectReason,
    /// At most 200 characters.
    pub text: String,
}

impl Texts {
    /// The line that a row begins on, the first is 1.
    pub fn line_of(&self, row: usize) -> u64 {
        self.lines.line_of(row as u32)
    }

    /// Every column with the same rows only.
    pub fn select(&self, rows: &[u32]) -> Self {
        let pick = |column: &Category| Category {
            levels: column.levels.clone(),
            codes: rows.iter().map(|&row| column.codes[row as usize]).collect(),
        };
        let mut lines = Lines::default();
        for (at, &row) in rows.iter().enumerate() {
            lines.push(at as u32, self.lines.line_of(row));
        }
        Self {
            columns: self.columns.iter().map(pick).collect(),
            n_rows: rows.len(),
            rejected: self.rejected.clone(),
            lines,
            ..*self
        }
    }
}

/// The header is the record in which `n_found` finds most, of the first ones of the file and over all the `ways` to split
/// it; of several the first. When it finds nothing anywhere: the first record, split in the first way.
///
/// Errors: `read.empty`, `read.is_*`, those of the source; when no way leads to a record, the first way's.
pub fn start(
    source: &dyn ByteSource,
    file_name: &str,
    ways: &[ReadOptions],
    n_found: &dyn Fn(&[String]) -> usize,
) -> Outcome<Start> {
    refuse_other_kinds(source, file_name)?;
    let empty = || spec::Message::new("read.empty").with("file", file_name);
    let mut best: Option<(usize, Start)> = None;
    let mut failure = None;
    for options in ways {
        let records = match first_records(source, options) {
            Ok(records) => records,
            Err(refusal) => {
                failure.get_or_insert(refusal);
                continue;
            }
        };
        for (n_above, header) in records.into_iter().enumerate() {
            let n = n_found(&header);
            if best.as_ref().is_none_or(|(most, _)| n > *most) {
                let start = Start {
                    options: options.clone(),
                    header,
                    has_header: true,
                    n_above,
                };
                best = Some((n, start));
            }
        }
    }
    match (best, failure) {
        (Some((_, start)), _) => Ok(start),
        (None, Some(failure)) => Err(failure),
        (None, None) => Err(empty().into()),
    }
}

fn first_records(source: &dyn ByteSource, options: &ReadOptions) -> Outcome<Vec<Vec<String>>> {
    let mut splitter = Splitter::new(source, options, START_SLICE)?;
    let mut record = Record::default();
    let mut records = Vec::new();
    while records.len() < N_HEADER_RECORDS {
        match splitter.next(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            // A quote that is open further down says nothing of the header, and is told when the rows are read.
            Err(failure) if records.is_empty() => return Err(failure),
            Err(_) => break,
        }
        if record.len() > MAX_COLUMNS {
            break;
        }
        let cell = |index| String::from_utf8_lossy(splitter.field(&record, index)).into_owned();
        records.push((0..record.len()).map(cell).collect());
    }
    Ok(records)
}

/// The cells of the columns at these places of the header.
///
/// A record has as many fields as the header. One empty field more is a delimiter at the end of the line, and the last
/// field may be left out where the header ends with an empty cell. Every other record is rejected, as is one with bytes
/// that are not of the encoding.
///
/// Errors: `read.unclosed_quote`, `read.record_too_long`, `read.too_many_rows`, those of the source, and being cancelled.
pub fn texts(source: &dyn ByteSource, start: &Start, columns: &[usize], observer: &mut dyn Observer) -> Outcome<Texts> {
    let mut splitter = Splitter::new(source, &start.options, SLICE)?;
    let mut record = Record::default();
    for _ in 0..start.n_above + usize::from(start.has_header) {
        splitter.next(&mut record)?;
    }
    splitter.passed = super::split::Passed::default();
    let n_columns = start.header.len();
    let may_lack_last = n_columns > 1 && start.has_header && start.header.last().is_some_and(|cell| cell.trim().is_empty());
    let mut interners: Vec<(Interner, Vec<u32>)> = columns.iter().map(|_| (Interner::new(), Vec::new())).collect();
    let mut texts = Texts::default();
    let mut n_records = 0u32;
    while splitter.next(&mut record)? {
        n_records = n_records.wrapping_add(1);
        if n_records.is_multiple_of(TICK_ROWS) {
            observer.tick(splitter.fraction())?;
        }
        let width = record.len();
        let ends_with_delimiter = width == n_columns + 1 && splitter.field(&record, n_columns).is_empty();
        let fits = width == n_columns || ends_with_delimiter || (may_lack_last && width + 1 == n_columns);
        let reason = match record.bad_field {
            _ if !fits && width > n_columns => Some(RejectReason::TooManyFields),
            _ if !fits => Some(RejectReason::TooFewFields),
            Some(_) => Some(RejectReason::BadEncoding),
            None => None,
        };
        if let Some(reason) = reason {
            texts.rejected.push(Rejected {
                line: record.line,
                n_fields: width,
                reason,
                text: excerpt(record_text(&splitter, &record, &start.options.delimiter).as_bytes()),
            });
            continue;
        }
        if texts.n_rows >= u32::MAX as usize - 1 {
            return Err(spec::Message::new("read.too_many_rows").with("limit", texts.n_rows).into());
        }
        texts.lines.push(texts.n_rows as u32, record.line);
        for (&index, (interner, codes)) in columns.iter().zip(&mut interners) {
            let cell = if index < width { splitter.field(&record, index) } else { b"" };
            codes.push(if cell.is_empty() {
                MISSING_CODE
            } else {
                interner.intern(cell)
            });
        }
        texts.n_rows += 1;
    }
    texts.n_comments = splitter.passed.n_comment_lines;
    texts.first_comment = Some(splitter.passed.first_comment_line).filter(|line| *line > 0);
    texts.columns = interners
        .into_iter()
        .map(|(interner, codes)| Category::from_interned(&interner, codes))
        .collect();
    observer.tick(1.0)?;
    Ok(texts)
}

/// The encoding of a later file: what its byte order mark says, else that of the training file. A file that is UTF-8 and not
/// ASCII is read as that, where training was in an older encoding: there its letters would be others.
pub fn encoding(source: &dyn ByteSource, trained: Encoding) -> Outcome<Encoding> {
    if let Some((encoding, _)) = byte_order_mark(&source.read(0, 4)?) {
        return Ok(encoding);
    }
    let is_older = !matches!(trained, Encoding::Utf8);
    Ok(if is_older && is_utf8(source)? {
        Encoding::Utf8
    } else {
        trained
    })
}

/// True when all bytes are UTF-8 and some are not ASCII.
fn is_utf8(source: &dyn ByteSource) -> Outcome<bool> {
    let (mut offset, mut is_ascii) = (0u64, true);
    let mut carry: Vec<u8> = Vec::new();
    while offset < source.n_bytes() {
        let slice = source.read(offset, SLICE)?;
        if slice.is_empty() {
            break;
        }
        offset += slice.len() as u64;
        carry.extend_from_slice(&slice);
        is_ascii &= slice.is_ascii();
        // UTF-16 without a mark is full of zeros, which UTF-8 allows and no table has.
        if slice.contains(&0) {
            return Ok(false);
        }
        match std::str::from_utf8(&carry) {
            Ok(_) => carry.clear(),
            // A letter that the slice cuts in two.
            Err(error) if error.error_len().is_none() => drop(carry.drain(..error.valid_up_to())),
            Err(_) => return Ok(false),
        }
    }
    Ok(carry.is_empty() && !is_ascii)
}

/// The names that an import gives to the columns under these header cells.
pub fn names(header: &[String]) -> Vec<String> {
    super::names::unique(header).into_iter().map(|(name, _)| name).collect()
}

/// A cell as a message shows it.
pub fn shown(cell: &str) -> String {
    excerpt(cell.as_bytes()).chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use spec::Unobserved;

    use super::*;

    fn read(file: &str, columns: &[&str]) -> (Start, Texts) {
        let bytes = file.as_bytes().to_vec();
        let ways: Vec<ReadOptions> = [",", ";"]
            .map(|delimiter| ReadOptions {
                delimiter: delimiter.to_owned(),
                ..ReadOptions::default()
            })
            .to_vec();
        let n_found = |header: &[String]| columns.iter().filter(|name| header.iter().any(|cell| cell == *name)).count();
        let start = start(&bytes, "a.csv", &ways, &n_found).unwrap();
        let places: Vec<usize> = (0..start.header.len()).collect();
        let texts = texts(&bytes, &start, &places, &mut Unobserved).unwrap();
        (start, texts)
    }

    fn cells(texts: &Texts) -> Vec<Vec<&str>> {
        (0..texts.n_rows)
            .map(|row| texts.columns.iter().map(|column| column.get(row).unwrap_or("")).collect())
            .collect()
    }

    #[test]
    fn cells_keep_their_texts_whatever_they_look_like() {
        let (start, texts) = read("Report of 2024\n\nland;v\nNA; 1.10 \n;True\n", &["land", "v"]);
        assert_eq!(start.header, ["land", "v"]);
        assert_eq!(cells(&texts), [["NA", " 1.10 "], ["", "True"]]);
        assert_eq!([texts.line_of(0), texts.line_of(1)], [4, 5]);
    }

    #[test]
    fn records_of_another_width_are_rejected_with_their_lines() {
        let (_, texts) = read("a,b,c\n1,2,3\n1,5,2.0,0.0\n7\n1,2,3,\n\"x\ny\",2\n4,5,6\n", &["a", "b", "c"]);
        assert_eq!(cells(&texts), [["1", "2", "3"], ["1", "2", "3"], ["4", "5", "6"]]);
        let rejected: Vec<(u64, usize, RejectReason)> = texts
            .rejected
            .iter()
            .map(|each| (each.line, each.n_fields, each.reason))
            .collect();
        use RejectReason::{TooFewFields, TooManyFields};
        assert_eq!(rejected, [(3, 4, TooManyFields), (4, 1, TooFewFields), (6, 2, TooFewFields)]);
        assert_eq!(texts.line_of(2), 8);
        let some = texts.select(&[0, 2]);
        assert_eq!(
            (cells(&some), some.line_of(1)),
            (vec![vec!["1", "2", "3"], vec!["4", "5", "6"]], 8)
        );
    }

    #[test]
    fn a_header_that_ends_with_a_delimiter() {
        let (_, texts) = read("a,b,\n1,2\n1,2,\n1\n", &["a", "b"]);
        assert_eq!(cells(&texts), [["1", "2", ""], ["1", "2", ""]]);
        assert_eq!(texts.rejected.len(), 1);
    }

    #[test]
    fn a_file_without_a_header() {
        let (start, _) = read("1,2\n3,4\n", &["a"]);
        assert_eq!(start.header, ["1", "2"]);
        let start = start.without_header();
        assert_eq!(start.header, ["column_1", "column_2"]);
        let texts = texts(&b"1,2\n3,4\n".to_vec(), &start, &[1], &mut Unobserved).unwrap();
        assert_eq!(cells(&texts), [["2"], ["4"]]);
    }
}

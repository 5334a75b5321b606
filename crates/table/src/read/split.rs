//! Delimited text into records and fields, slice by slice, with the lines they stand on.
//!
//! RFC 4180, and what files do beyond it: any of LF, CRLF and CR ends a record; a quote inside an unquoted field is an
//! ordinary character; text after a closing quote belongs to the field; blanks before an opening quote are skipped;
//! delimiters of several characters; backslash escapes; comment lines; blank lines. Checked against csv-core where both
//! say the same.

use sha2::{Digest, Sha256};
use spec::read::ReadOptions;
use spec::{Message, Outcome};

use super::encoding::{Decoder, byte_order_mark};
use crate::ByteSource;

/// As a delimiter: columns stand apart by runs of blanks and tabs.
pub(super) const RUNS_OF_BLANKS: &str = "\\s+";
/// A file is read in slices of this many bytes.
pub(super) const SLICE: usize = 8 << 20;
/// Longer records are refused: mostly a quote that is never closed, or no text at all.
pub(super) const MAX_RECORD: usize = 16 << 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Buffer,
    /// In the buffer, between quotes.
    Quoted,
    /// Put together from parts.
    Scratch,
}

#[derive(Clone, Copy, Debug)]
struct Span {
    start: u32,
    end: u32,
    place: Place,
}

/// One record: its fields, and the line it begins on.
#[derive(Default)]
pub(super) struct Record {
    spans: Vec<Span>,
    scratch: Vec<u8>,
    pub line: u64,
    /// Lines that it stands on.
    pub n_lines: u64,
    /// Some of its bytes were not of the encoding: the index of the first such field.
    pub bad_field: Option<usize>,
    /// Fields with text after their closing quote.
    n_stray: u64,
}

impl Record {
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Fields that stand between quotes.
    pub fn n_quoted(&self) -> u64 {
        self.spans.iter().filter(|span| span.place != Place::Buffer).count() as u64
    }

    /// A record of one field that is not quoted and only blanks.
    fn is_blank(&self, buffer: &[u8]) -> bool {
        match self.spans.as_slice() {
            [] => true,
            [span] => {
                span.place == Place::Buffer
                    && buffer[span.start as usize..span.end as usize]
                        .iter()
                        .all(|byte| matches!(byte, b' ' | b'\t'))
            }
            _ => false,
        }
    }
}

/// How the text is split.
#[derive(Clone, Debug)]
struct Dialect {
    delimiter: Vec<u8>,
    quote: Option<u8>,
    backslash: bool,
    /// Several blanks or tabs are one delimiter.
    has_runs: bool,
    comment: Vec<u8>,
    /// 0 for bytes that go by, 1 where a delimiter may begin, 2 for line ends.
    class: [u8; 256],
}

/// What was passed over.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Passed {
    pub n_blank_lines: u64,
    pub n_comment_lines: u64,
    /// The first is 1; 0 without any.
    pub first_comment_line: u64,
    pub n_stray_quotes: u64,
    pub first_stray_line: u64,
}

pub(super) struct Splitter<'a> {
    source: &'a dyn ByteSource,
    /// Bytes read at a time.
    slice: usize,
    /// Next byte of the file.
    offset: u64,
    decoder: Decoder,
    dialect: Dialect,
    /// Decoded text; `at` is the first byte not split yet, `base` the number of the first byte in all decoded text.
    buffer: Vec<u8>,
    at: usize,
    base: u64,
    is_last: bool,
    /// Line of the next record, the first is 1.
    line: u64,
    lines_to_skip: u32,
    hasher: Option<Sha256>,
    pub passed: Passed,
}

enum Split {
    /// The record ends here; the number of line ends in it.
    Record { next: usize, n_lines: u64 },
    /// More text is needed. The line of the quote that is open, counted from the record's.
    Open { quote_line: Option<u64> },
}

impl<'a> Splitter<'a> {
    /// Errors: `read.delimiter`, `read.quote` when the options make no sense.
    pub fn new(source: &'a dyn ByteSource, options: &ReadOptions, slice: usize) -> Outcome<Self> {
        let has_runs = options.delimiter == RUNS_OF_BLANKS;
        let delimiter = if has_runs {
            b" ".to_vec()
        } else {
            options.delimiter.as_bytes().to_vec()
        };
        let quote = match options.quote {
            None => None,
            Some(quote) if quote.is_ascii() && !quote.is_ascii_control() => Some(quote as u8),
            Some(quote) => return Err(Message::new("read.quote").with("quote", quote.to_string()).into()),
        };
        if delimiter.is_empty()
            || delimiter.iter().any(|byte| matches!(byte, b'\n' | b'\r'))
            || quote.is_some_and(|quote| delimiter.contains(&quote))
        {
            return Err(Message::new("read.delimiter")
                .with("delimiter", options.delimiter.as_str())
                .into());
        }
        let mut class = [0; 256];
        class[usize::from(delimiter[0])] = 1;
        if has_runs {
            class[usize::from(b'\t')] = 1;
        }
        class[usize::from(b'\n')] = 2;
        class[usize::from(b'\r')] = 2;
        let mut comment = Vec::new();
        if let Some(mark) = options.comment {
            comment.extend_from_slice(mark.to_string().as_bytes());
        }
        let start = source.read(0, 4)?;
        let offset = match byte_order_mark(&start) {
            Some((encoding, length)) if encoding == options.encoding => length as u64,
            _ => 0,
        };
        Ok(Self {
            source,
            slice,
            offset,
            decoder: Decoder::new(options.encoding, source),
            dialect: Dialect {
                delimiter,
                quote,
                backslash: options.backslash_escapes,
                has_runs,
                comment,
                class,
            },
            buffer: Vec::new(),
            at: 0,
            base: 0,
            is_last: source.n_bytes() <= offset,
            line: 1,
            lines_to_skip: options.skip_lines,
            hasher: None,
            passed: Passed::default(),
        })
    }

    /// The same, with the SHA-256 of the file's bytes taken on the way, unless somebody else takes it.
    pub fn hashed(source: &'a dyn ByteSource, options: &ReadOptions) -> Outcome<Self> {
        let mut splitter = Self::new(source, options, SLICE)?;
        if source.is_hashed_elsewhere() {
            return Ok(splitter);
        }
        let mut hasher = Sha256::new();
        hasher.update(source.read(0, splitter.offset as usize)?);
        splitter.hasher = Some(hasher);
        Ok(splitter)
    }

    /// The hash, once all records are out.
    pub fn sha256(&mut self) -> Option<String> {
        self.hasher.take().map(|hasher| crate::bytes::hex(&hasher.finalize()))
    }

    /// Share of the file that is split, 0 to 1.
    pub fn fraction(&self) -> f64 {
        let waiting = (self.buffer.len() - self.at) as f64;
        ((self.offset as f64 - waiting) / self.source.n_bytes().max(1) as f64).clamp(0.0, 1.0)
    }

    /// Decoded bytes split so far.
    pub fn n_consumed(&self) -> u64 {
        self.base + self.at as u64
    }

    pub fn is_at_end(&self) -> bool {
        self.is_last && self.at >= self.buffer.len()
    }

    /// The bytes of a field of the record that was read last.
    #[inline]
    pub fn field<'b>(&'b self, record: &'b Record, index: usize) -> &'b [u8] {
        let span = record.spans[index];
        let from = if span.place == Place::Scratch {
            &record.scratch
        } else {
            &self.buffer
        };
        &from[span.start as usize..span.end as usize]
    }

    /// False at the end of the file. Blank lines and comments are passed over and counted.
    /// Errors: `read.unclosed_quote`, `read.record_too_long`, those of the source.
    pub fn next(&mut self, record: &mut Record) -> Outcome<bool> {
        loop {
            if self.lines_to_skip > 0 {
                if !self.skip_line(false)? {
                    return Ok(false);
                }
                self.lines_to_skip -= 1;
                continue;
            }
            if self.at >= self.buffer.len() {
                if self.is_last {
                    return Ok(false);
                }
                self.load()?;
                continue;
            }
            if !self.dialect.comment.is_empty() {
                while self.buffer.len() - self.at < self.dialect.comment.len() && !self.is_last {
                    self.load()?;
                }
                if self.buffer[self.at..].starts_with(&self.dialect.comment) {
                    if self.passed.n_comment_lines == 0 {
                        self.passed.first_comment_line = self.line;
                    }
                    self.skip_line(true)?;
                    self.passed.n_comment_lines += 1;
                    continue;
                }
            }
            record.spans.clear();
            record.scratch.clear();
            record.n_stray = 0;
            match self.split(record)? {
                Split::Record { next, .. } if next - self.at > MAX_RECORD => return Err(self.too_long().into()),
                Split::Record { next, n_lines } => {
                    record.line = self.line;
                    record.n_lines = n_lines;
                    self.line += n_lines;
                    if record.n_stray > 0 {
                        self.passed.n_stray_quotes += record.n_stray;
                        if self.passed.first_stray_line == 0 {
                            self.passed.first_stray_line = record.line;
                        }
                    }
                    self.find_bad(record, next);
                    self.at = next;
                    if record.is_blank(&self.buffer) {
                        self.passed.n_blank_lines += 1;
                        continue;
                    }
                    return Ok(true);
                }
                Split::Open { quote_line } => {
                    let n_open = self.buffer.len() - self.at;
                    if self.is_last || n_open > MAX_RECORD {
                        let failure = match quote_line {
                            Some(line) => Message::new("read.unclosed_quote").with("line", self.line + line),
                            None => self.too_long(),
                        };
                        return Err(failure.into());
                    }
                    self.load()?;
                }
            }
        }
    }

    fn too_long(&self) -> Message {
        Message::new("read.record_too_long")
            .with("line", self.line)
            .with("limit_mb", MAX_RECORD >> 20)
    }

    /// Moves what is left to the front and decodes the next slice behind it, at least as much as is left: a record that is
    /// not complete is split again from its start, and so never more than twice as much as there is.
    fn load(&mut self) -> Outcome<()> {
        self.buffer.drain(..self.at);
        self.base += self.at as u64;
        self.at = 0;
        let wanted = self.slice.max(self.buffer.len());
        let end = self.buffer.len() + wanted;
        while !self.is_last && self.buffer.len() < end {
            self.load_slice(wanted.min(end - self.buffer.len()))?;
        }
        Ok(())
    }

    fn load_slice(&mut self, n_bytes: usize) -> Outcome<()> {
        let slice = self.source.read(self.offset, n_bytes)?;
        if let Some(hasher) = &mut self.hasher {
            hasher.update(&slice);
        }
        self.offset += slice.len() as u64;
        self.is_last = slice.is_empty() || self.offset >= self.source.n_bytes();
        self.decoder.decode(&slice, self.is_last, self.base, &mut self.buffer);
        Ok(())
    }

    /// Passes over one line, however long (`limited` says that it counts as a record). False at the end of the file.
    fn skip_line(&mut self, limited: bool) -> Outcome<bool> {
        let mut n_passed = 0usize;
        loop {
            let rest = &self.buffer[self.at..];
            match rest.iter().position(|&byte| byte == b'\n' || byte == b'\r') {
                Some(end) => {
                    if rest[end] == b'\r' && end + 1 == rest.len() && !self.is_last {
                        self.load()?;
                        continue;
                    }
                    let length = if rest[end] == b'\r' && rest.get(end + 1) == Some(&b'\n') {
                        2
                    } else {
                        1
                    };
                    self.at += end + length;
                    self.line += 1;
                    return Ok(true);
                }
                None => {
                    n_passed += rest.len();
                    let any = !rest.is_empty();
                    if limited && n_passed > MAX_RECORD {
                        return Err(Message::new("read.record_too_long")
                            .with("line", self.line)
                            .with("limit_mb", MAX_RECORD >> 20)
                            .into());
                    }
                    self.at = self.buffer.len();
                    if self.is_last {
                        self.line += u64::from(any);
                        return Ok(any);
                    }
                    self.load()?;
                }
            }
        }
    }

    fn find_bad(&mut self, record: &mut Record, next: usize) {
        record.bad_field = None;
        if self.decoder.bad.is_empty() {
            return;
        }
        let end = self.base + next as u64;
        while let Some(&place) = self.decoder.bad.front().filter(|&&place| place < end) {
            self.decoder.bad.pop_front();
            let place = place.saturating_sub(self.base) as u32;
            // Fields put together from parts have no place of their own: the one before is named.
            let field = record
                .spans
                .iter()
                .rposition(|span| span.place != Place::Scratch && span.start <= place);
            record.bad_field.get_or_insert(field.unwrap_or(0));
        }
    }

    #[inline]
    fn split(&mut self, record: &mut Record) -> Outcome<Split> {
        if self.dialect.delimiter.len() == 1 {
            self.split_by::<true>(record)
        } else {
            self.split_by::<false>(record)
        }
    }

    #[inline]
    fn split_by<const SINGLE: bool>(&mut self, record: &mut Record) -> Outcome<Split> {
        let buffer = self.buffer.as_slice();
        let end = buffer.len();
        let dialect = &self.dialect;
        let class = &dialect.class;
        let mut at = self.at;
        let mut n_lines = 0u64;
        if dialect.has_runs {
            at = run_end(buffer, at);
        }
        loop {
            let start = at;
            if let Some(quote) = dialect.quote {
                let mut opening = at;
                while opening < end && buffer[opening] == b' ' && class[usize::from(b' ')] == 0 {
                    opening += 1;
                }
                if opening < end && buffer[opening] == quote {
                    let quote_line = n_lines;
                    let Some(field) = quoted(buffer, opening + 1, quote, dialect, self.is_last, record, &mut n_lines) else {
                        return Ok(Split::Open {
                            quote_line: Some(quote_line),
                        });
                    };
                    record.spans.push(field.span);
                    at = field.next;
                    record.n_stray += u64::from(field.is_stray);
                } else {
                    at = plain_end::<SINGLE>(buffer, at, dialect);
                    record.spans.push(Span {
                        start: start as u32,
                        end: at as u32,
                        place: Place::Buffer,
                    });
                }
            } else {
                at = plain_end::<SINGLE>(buffer, at, dialect);
                record.spans.push(Span {
                    start: start as u32,
                    end: at as u32,
                    place: Place::Buffer,
                });
            }
            if dialect.has_runs {
                at = run_end(buffer, at);
                if at < end && !matches!(buffer[at], b'\n' | b'\r') {
                    continue;
                }
            }
            // A field ends at a delimiter, at a line end, or where the text does.
            match buffer.get(at) {
                None if self.is_last => {
                    return Ok(Split::Record {
                        next: at,
                        n_lines: n_lines + 1,
                    });
                }
                None => return Ok(Split::Open { quote_line: None }),
                Some(b'\n') => {
                    return Ok(Split::Record {
                        next: at + 1,
                        n_lines: n_lines + 1,
                    });
                }
                Some(b'\r') => {
                    if at + 1 == end && !self.is_last {
                        return Ok(Split::Open { quote_line: None });
                    }
                    let length = if buffer.get(at + 1) == Some(&b'\n') { 2 } else { 1 };
                    return Ok(Split::Record {
                        next: at + length,
                        n_lines: n_lines + 1,
                    });
                }
                Some(_) => at += dialect.delimiter.len(),
            }
        }
    }
}

fn run_end(buffer: &[u8], at: usize) -> usize {
    let n_blanks = buffer[at..].iter().position(|byte| !matches!(byte, b' ' | b'\t'));
    n_blanks.map_or(buffer.len(), |n| at + n)
}

#[inline]
fn plain_end<const SINGLE: bool>(buffer: &[u8], mut at: usize, dialect: &Dialect) -> usize {
    loop {
        while at < buffer.len() && dialect.class[usize::from(buffer[at])] == 0 {
            at += 1;
        }
        if SINGLE
            || at >= buffer.len()
            || dialect.class[usize::from(buffer[at])] == 2
            || buffer[at..].starts_with(&dialect.delimiter)
        {
            return at;
        }
        at += 1;
    }
}

struct QuotedField {
    span: Span,
    /// Where the delimiter or line end behind it stands.
    next: usize,
    is_stray: bool,
}

/// The field whose opening quote stands before `at`. None when the text ends before it is complete.
fn quoted(
    buffer: &[u8],
    mut at: usize,
    quote: u8,
    dialect: &Dialect,
    is_last: bool,
    record: &mut Record,
    n_lines: &mut u64,
) -> Option<QuotedField> {
    let start = at;
    let scratch_start = record.scratch.len();
    // Everything before `copied` is already in the scratch, when there is a scratch at all.
    let mut copied = start;
    let mut in_scratch = false;
    let end_of_content = loop {
        let byte = *buffer.get(at)?;
        if byte == quote {
            match buffer.get(at + 1) {
                Some(&next) if next == quote => {
                    record.scratch.extend_from_slice(&buffer[copied..=at]);
                    in_scratch = true;
                    at += 2;
                    copied = at;
                }
                None if !is_last => return None,
                _ => break at,
            }
        } else if dialect.backslash && byte == b'\\' {
            let next = *buffer.get(at + 1)?;
            if next == quote || next == b'\\' {
                record.scratch.extend_from_slice(&buffer[copied..at]);
                in_scratch = true;
                copied = at + 1;
                at += 2;
            } else {
                at += 1;
            }
        } else {
            if byte == b'\n' || (byte == b'\r' && buffer.get(at + 1) != Some(&b'\n')) {
                *n_lines += 1;
            }
            at += 1;
        }
    };
    let tail_start = end_of_content + 1;
    let next = if dialect.delimiter.len() == 1 {
        plain_end::<true>(buffer, tail_start, dialect)
    } else {
        plain_end::<false>(buffer, tail_start, dialect)
    };
    if next == buffer.len() && !is_last {
        return None;
    }
    let is_stray = !buffer[tail_start..next].iter().all(|byte| matches!(byte, b' ' | b'\t'));
    if in_scratch || is_stray {
        record.scratch.extend_from_slice(&buffer[copied..end_of_content]);
        if is_stray {
            record.scratch.extend_from_slice(&buffer[tail_start..next]);
        }
        let span = Span {
            start: scratch_start as u32,
            end: record.scratch.len() as u32,
            place: Place::Scratch,
        };
        return Some(QuotedField { span, next, is_stray });
    }
    let span = Span {
        start: start as u32,
        end: end_of_content as u32,
        place: Place::Quoted,
    };
    Some(QuotedField { span, next, is_stray })
}

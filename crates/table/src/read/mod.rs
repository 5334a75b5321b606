//! Delimited text into a typed table: streamed, re-readable, nothing lost in silence.
//!
//! Records in the file = rows kept + records rejected. A record with too few fields is kept and padded, one with too
//! many is rejected, both with their lines. Types are decided on all rows (`columns`); what the user decided
//! (`ReadOptions::types`) holds, and what does not fit it is rejected cell by cell.

mod columns;
mod encoding;
mod kind;
mod names;
pub mod raw;
mod row;
mod sniff;
mod split;

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use spec::read::{ImportSummary, ReadOptions, Reject, RejectReason, Sniff};
use spec::{ColumnSchema, ColumnType, Fingerprint, Message, Observer, Order, Outcome};

use crate::ByteSource;
use crate::column::{ColumnData, Table};
use columns::{Cells, Collector, Lines, MissingTokens, N_REJECTS_KEPT, Naming, decimal_mark, excerpt, trim};
use split::{Record, Splitter};

pub use row::Reading;

/// More columns than a page can be of use for.
const MAX_COLUMNS: usize = 20_000;
/// The beginning of a file that is looked at before it is read.
const START: usize = 64 << 10;
/// Records that are looked at before typing begins.
const N_PLAN_RECORDS: usize = 2_000;
const PLAN_SLICE: usize = 256 << 10;
const TICK_ROWS: u32 = 4_096;

#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    pub table: Table,
    pub summary: ImportSummary,
}

/// A first look at a file: how it would be read (or is, with `options`), its first records, its size.
/// Errors: `read.empty`, `read.is_*` for files that are no delimited text, those of [`import`].
pub fn sniff(source: &dyn ByteSource, file_name: &str, options: Option<&ReadOptions>) -> Outcome<Sniff> {
    sniff::sniff(source, file_name, options)
}

/// Reads the whole file.
///
/// Errors: `read.empty`, `read.is_*` (another kind of file), `read.unclosed_quote`, `read.record_too_long`,
/// `read.too_many_columns`, `read.too_many_rows`, `read.no_such_column` (a type for a column that is not there),
/// `read.delimiter`, `read.quote`, `read.memory`, those of the source, and being cancelled.
pub fn import(source: &dyn ByteSource, file_name: &str, options: &ReadOptions, observer: &mut dyn Observer) -> Outcome<Import> {
    refuse_other_kinds(source, file_name)?;
    let plan = Plan::new(source, options)?;
    if plan.n_columns() == 0 {
        return Err(Message::new("read.empty").with("file", file_name).into());
    }
    for name in options.types.keys() {
        if !plan.names.iter().any(|(known, _)| known == name) {
            return Err(Message::new("read.no_such_column").with("column", name).into());
        }
    }
    let missing = MissingTokens::new(options);
    let mut collectors = plan.collectors(options)?;
    let mut tally = Tally::default();
    let mut first = Splitter::hashed(source, options)?;
    let all: Vec<usize> = (0..plan.n_columns()).collect();
    scan(
        &mut first,
        &plan,
        options,
        &missing,
        &mut collectors,
        &all,
        Some(&mut tally),
        &mut |fraction| observer.tick(fraction * 0.7),
    )?;
    let sha256 = first.sha256().unwrap_or_default();
    let passed = first.passed;

    let given_up: Vec<usize> = all
        .iter()
        .copied()
        .filter(|&index| matches!(collectors[index].cells, Cells::Nothing))
        .collect();
    if !given_up.is_empty() {
        for &index in &given_up {
            collectors[index].cells = Collector::texts(tally.n_rows as usize)?.cells;
        }
        let mut second = Splitter::new(source, options, split::SLICE)?;
        scan(
            &mut second,
            &plan,
            options,
            &missing,
            &mut collectors,
            &given_up,
            None,
            &mut |fraction| observer.tick(0.7 + fraction * 0.25),
        )?;
    }

    let mut notes = tally.notes(&plan, passed);
    let mut columns = Vec::with_capacity(plan.n_columns());
    let mut formats = BTreeMap::new();
    let mut schema: Vec<ColumnSchema> = Vec::new();
    for (index, collector) in collectors.into_iter().enumerate() {
        observer.tick(0.95 + 0.05 * index as f64 / plan.n_columns() as f64)?;
        let (name, original_name) = &plan.names[index];
        let naming = Naming {
            name,
            original_name: original_name.as_deref(),
            chosen: options.types.get(name).copied(),
        };
        let finished = columns::finish(collector.cells, &naming, options, &missing, &tally.lines);
        if let Some(format) = finished.format {
            formats.insert(name.clone(), format);
        }
        notes.extend(finished.notes);
        tally.count(RejectReason::NotOfType, finished.n_rejects);
        tally.rejects.extend(finished.rejects);
        schema.push(finished.column.schema.clone());
        columns.push(finished.column);
    }
    let table = Table::from_parts(columns, tally.n_rows as usize)?;
    notes.extend(plan.notes_on_names());
    notes.extend(footer(&table, &tally.lines));
    notes.extend(repeated_header(&table, &plan, &tally.lines));
    tally.rejects.order_by_key(|reject| reject.line);
    tally.rejects.truncate(N_REJECTS_KEPT);
    let fingerprint = Fingerprint {
        sha256,
        n_bytes: source.n_bytes(),
        n_rows: u64::from(tally.n_rows),
        n_columns: table.n_columns() as u32,
        schema_sha256: schema_hash(&schema),
    };
    let summary = ImportSummary {
        file_name: file_name.to_owned(),
        options: options.clone(),
        schema,
        formats,
        readings: BTreeMap::new(),
        fingerprint,
        n_kept: u64::from(tally.n_rows),
        n_rejected: tally.n_rejected,
        rejects: tally.rejects,
        reject_counts: tally.reject_counts.into_iter().collect(),
        notes,
    };
    observer.tick(1.0)?;
    Ok(Import { table, summary })
}

/// SHA-256 over names and types, in order.
pub fn schema_hash(schema: &[ColumnSchema]) -> String {
    let mut hasher = Sha256::new();
    for column in schema {
        hasher.update(column.name.as_bytes());
        hasher.update([0]);
        hasher.update(column.column_type.name().as_bytes());
        hasher.update([0]);
    }
    crate::bytes::hex(&hasher.finalize())
}

fn refuse_other_kinds(source: &dyn ByteSource, file_name: &str) -> Outcome<Vec<u8>> {
    let start = source.read(0, START)?;
    if start.is_empty() {
        return Err(Message::new("read.empty").with("file", file_name).into());
    }
    match kind::other_kind(&start, file_name) {
        Some(failure) => Err(failure),
        None => Ok(start),
    }
}

/// What is fixed before typing begins: the columns, their names, and where each type search starts.
struct Plan {
    /// With the header's own text where it had to be changed.
    names: Vec<(String, Option<String>)>,
    has_header: bool,
    /// Every line ends with a delimiter.
    has_trailing_delimiter: bool,
    /// The header has fewer cells than the records.
    n_header: usize,
    begins_as_text: Vec<bool>,
    n_rows_estimate: usize,
}

impl Plan {
    fn new(source: &dyn ByteSource, options: &ReadOptions) -> Outcome<Self> {
        let mut splitter = Splitter::new(source, options, PLAN_SLICE)?;
        let mut record = Record::default();
        let mut header: Vec<String> = Vec::new();
        if options.has_header {
            if !splitter.next(&mut record)? {
                return Ok(Self::empty());
            }
            if record.len() > MAX_COLUMNS {
                return Err(Message::new("read.too_many_columns")
                    .with("n", record.len())
                    .with("limit", MAX_COLUMNS)
                    .into());
            }
            header = (0..record.len())
                .map(|index| String::from_utf8_lossy(splitter.field(&record, index)).into_owned())
                .collect();
        }
        let mark = decimal_mark(options);
        let missing = MissingTokens::new(options);
        let mut widths: BTreeMap<usize, usize> = BTreeMap::new();
        let mut first_width = 0;
        let mut begins_as_text: Vec<bool> = Vec::new();
        // The last field is empty in every record of this width.
        let mut empty_last: BTreeMap<usize, bool> = BTreeMap::new();
        let mut n_records = 0;
        while n_records < N_PLAN_RECORDS
            && (n_records < 50 || splitter.n_consumed() < PLAN_SLICE as u64)
            && splitter.next(&mut record)?
        {
            n_records += 1;
            let width = record.len();
            if width > MAX_COLUMNS {
                return Err(Message::new("read.too_many_columns")
                    .with("n", width)
                    .with("limit", MAX_COLUMNS)
                    .into());
            }
            if first_width == 0 {
                first_width = width;
            }
            *widths.entry(width).or_insert(0) += 1;
            let is_empty = splitter.field(&record, width - 1).is_empty();
            *empty_last.entry(width).or_insert(true) &= is_empty;
            if begins_as_text.len() < width {
                begins_as_text.resize(width, false);
            }
            for (index, is_text) in begins_as_text.iter_mut().enumerate().take(width) {
                if !*is_text {
                    let cell = trim(splitter.field(&record, index));
                    *is_text = !missing.contains(cell) && scan_is_text(cell, mark);
                }
            }
        }
        let (common, n_common) = widths
            .iter()
            .max_by_key(|&(&width, &count)| (count, width))
            .map_or((first_width, 0), |(&w, &n)| (w, n));
        let is_common = n_common >= 3 && n_common * 10 >= n_records * 9;
        let ends_empty = |width: usize| empty_last.get(&width).copied().unwrap_or(false);
        let mut has_trailing_delimiter = false;
        let n_header = header.len();
        let n_columns = if options.has_header {
            let last_is_empty = header.last().is_some_and(|cell| cell.trim().is_empty());
            if n_header > 1 && last_is_empty && (n_records == 0 || ends_empty(n_header)) {
                has_trailing_delimiter = true;
                n_header - 1
            } else if is_common && common == n_header + 1 && ends_empty(common) {
                has_trailing_delimiter = true;
                n_header
            } else if is_common && common > n_header {
                common
            } else {
                n_header
            }
        } else if common > 1 && n_records > 1 && is_common && ends_empty(common) {
            has_trailing_delimiter = true;
            common - 1
        } else if is_common {
            common
        } else {
            widths
                .iter()
                .max_by_key(|&(&width, &count)| (count, std::cmp::Reverse(width)))
                .map_or(0, |(&width, _)| width)
        };
        header.resize(n_columns, String::new());
        let mut names = names::unique(&header);
        for (_, original) in names.iter_mut().skip(n_header) {
            *original = None;
        }
        begins_as_text.resize(n_columns, false);
        let per_record = splitter.n_consumed().max(1) as f64 / (n_records + usize::from(options.has_header)).max(1) as f64;
        let n_rows_estimate = if splitter.is_at_end() {
            n_records
        } else {
            (source.n_bytes() as f64 / per_record * 1.02) as usize
        };
        Ok(Self {
            names,
            has_header: options.has_header,
            has_trailing_delimiter,
            n_header,
            begins_as_text,
            n_rows_estimate,
        })
    }

    fn empty() -> Self {
        Self {
            names: Vec::new(),
            has_header: false,
            has_trailing_delimiter: false,
            n_header: 0,
            begins_as_text: Vec::new(),
            n_rows_estimate: 0,
        }
    }

    fn n_columns(&self) -> usize {
        self.names.len()
    }

    fn collectors(&self, options: &ReadOptions) -> Outcome<Vec<Collector>> {
        let capacity = self.n_rows_estimate;
        self.names
            .iter()
            .zip(&self.begins_as_text)
            .map(|((name, _), &is_text)| match options.types.get(name) {
                Some(ColumnType::Number) => Collector::forced_number(capacity),
                Some(_) => Collector::texts(capacity),
                None if is_text => Collector::texts(capacity),
                None => Collector::number(capacity),
            })
            .collect()
    }

    fn notes_on_names(&self) -> Vec<Message> {
        let mut notes = Vec::new();
        let changed: Vec<String> = self
            .names
            .iter()
            .take(self.n_header)
            .filter_map(|(name, original)| {
                original
                    .as_ref()
                    .filter(|original| original.trim() != name)
                    .map(|_| name.chars().take(40).collect())
            })
            .collect();
        if self.has_header && !changed.is_empty() {
            let n = changed.len();
            notes.push(
                Message::new("read.names_changed")
                    .with("n", n)
                    .with("columns", changed.into_iter().take(10).collect::<Vec<_>>()),
            );
        }
        if self.has_header && self.n_header < self.n_columns() {
            notes.push(
                Message::new("read.header_short")
                    .with("n_header", self.n_header)
                    .with("n_columns", self.n_columns()),
            );
        }
        notes
    }
}

/// Neither a number nor a text that a number column could take: typing as numbers would be in vain.
fn scan_is_text(cell: &[u8], mark: u8) -> bool {
    crate::value::scan_number(cell, mark).is_none_or(|numeral| numeral.is_code_like)
}

/// What one reading of the file counted.
#[derive(Default)]
struct Tally {
    n_rows: u32,
    n_rejected: u64,
    n_padded: u64,
    first_padded_line: u64,
    first_rejected_line: u64,
    n_trailing: u64,
    lines: Lines,
    rejects: Vec<Reject>,
    reject_counts: BTreeMap<RejectReason, u64>,
}

impl Tally {
    fn count(&mut self, reason: RejectReason, n: u64) {
        if n > 0 {
            *self.reject_counts.entry(reason).or_insert(0) += n;
        }
    }

    /// The text is made only when it is kept.
    fn reject(&mut self, line: u64, column: Option<&str>, reason: RejectReason, text: impl FnOnce() -> String) {
        self.count(reason, 1);
        if self.rejects.len() < N_REJECTS_KEPT {
            self.rejects.push(Reject {
                line,
                column: column.map(str::to_owned),
                text: text(),
                reason,
            });
        }
    }

    fn notes(&self, plan: &Plan, passed: split::Passed) -> Vec<Message> {
        let mut notes = Vec::new();
        if self.n_rows == 0 {
            notes.push(Message::new("read.no_rows"));
        }
        if self.n_rejected > 0 {
            notes.push(
                Message::new("read.rows_rejected")
                    .with("n", self.n_rejected)
                    .with("line", self.first_rejected_line)
                    .with("n_columns", plan.n_columns()),
            );
        }
        if self.n_padded > 0 {
            notes.push(
                Message::new("read.rows_padded")
                    .with("n", self.n_padded)
                    .with("line", self.first_padded_line)
                    .with("n_columns", plan.n_columns()),
            );
        }
        if let Some(&n) = self.reject_counts.get(&RejectReason::BadEncoding) {
            notes.push(Message::new("read.bad_encoding").with("n", n));
        }
        if plan.has_trailing_delimiter || self.n_trailing > 0 {
            notes.push(Message::new("read.trailing_delimiter"));
        }
        if passed.n_blank_lines > 0 {
            notes.push(Message::new("read.blank_lines").with("n", passed.n_blank_lines));
        }
        if passed.n_comment_lines > 0 {
            notes.push(Message::new("read.comment_lines").with("n", passed.n_comment_lines));
        }
        if passed.n_stray_quotes > 0 {
            notes.push(
                Message::new("read.stray_quotes")
                    .with("n", passed.n_stray_quotes)
                    .with("line", passed.first_stray_line),
            );
        }
        notes
    }
}

/// One reading: every record into the collectors of the `active` columns. Both readings keep and reject the same
/// records; only the one with a tally counts them.
fn scan(
    splitter: &mut Splitter,
    plan: &Plan,
    options: &ReadOptions,
    missing: &MissingTokens,
    collectors: &mut [Collector],
    active: &[usize],
    mut tally: Option<&mut Tally>,
    tick: &mut dyn FnMut(f64) -> Outcome<()>,
) -> Outcome<()> {
    let n_columns = plan.n_columns();
    let mark = decimal_mark(options);
    let mut record = Record::default();
    if plan.has_header {
        splitter.next(&mut record)?;
    }
    let mut n_rows = 0u32;
    let mut n_records = 0u32;
    while splitter.next(&mut record)? {
        n_records = n_records.wrapping_add(1);
        if n_records.is_multiple_of(TICK_ROWS) || (n_columns > 1_000 && n_records.is_multiple_of(64)) {
            tick(splitter.fraction())?;
        }
        let width = record.len();
        if width > n_columns {
            let is_trailing = width == n_columns + 1 && splitter.field(&record, n_columns).is_empty();
            if !is_trailing {
                if let Some(tally) = tally.as_deref_mut() {
                    if tally.n_rejected == 0 {
                        tally.first_rejected_line = record.line;
                    }
                    tally.n_rejected += 1;
                    tally.reject(record.line, None, RejectReason::TooManyFields, || {
                        record_text(splitter, &record, &options.delimiter)
                    });
                }
                continue;
            }
            if let Some(tally) = tally.as_deref_mut() {
                tally.n_trailing += 1;
            }
        }
        if n_rows == u32::MAX - 1 {
            return Err(Message::new("read.too_many_rows").with("limit", n_rows).into());
        }
        let line = record.line;
        if let Some(tally) = tally.as_deref_mut() {
            if width < n_columns {
                if tally.n_padded == 0 {
                    tally.first_padded_line = line;
                }
                tally.n_padded += 1;
                tally.reject(line, None, RejectReason::TooFewFields, || {
                    record_text(splitter, &record, &options.delimiter)
                });
            }
            if let Some(field) = record.bad_field {
                let name = plan.names.get(field).map(|(name, _)| name.as_str());
                tally.reject(line, name, RejectReason::BadEncoding, || {
                    excerpt(splitter.field(&record, field.min(width - 1)))
                });
            }
            tally.lines.push(n_rows, line);
        }
        for &index in active {
            let cell = if index < width { splitter.field(&record, index) } else { b"" };
            if !collectors[index].push(cell, mark, missing)
                && let Some(tally) = tally.as_deref_mut()
            {
                tally.reject(line, Some(&plan.names[index].0), RejectReason::NotOfType, || excerpt(cell));
            }
        }
        n_rows += 1;
    }
    if let Some(tally) = tally {
        tally.n_rows = n_rows;
    }
    Ok(())
}

fn record_text(splitter: &Splitter, record: &Record, delimiter: &str) -> String {
    let mut bytes = Vec::new();
    for index in 0..record.len() {
        if index > 0 {
            bytes.extend_from_slice(delimiter.as_bytes());
        }
        bytes.extend_from_slice(splitter.field(record, index));
        if bytes.len() > 1_000 {
            break;
        }
    }
    excerpt(&bytes)
}

/// N11: a last row that begins like a sum or a remark.
fn footer(table: &Table, lines: &Lines) -> Option<Message> {
    let last = table.n_rows().checked_sub(1).filter(|&last| last >= 2)?;
    let text = table.columns().first()?.text_at(last)?.trim().to_lowercase();
    let begins = [
        "total",
        "grand total",
        "sum",
        "summe",
        "gesamt",
        "source:",
        "note:",
        "notes:",
        "quelle:",
        "©",
        "(c) ",
    ];
    let is_footer = begins.iter().any(|word| {
        text.strip_prefix(word)
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()) || word.ends_with([':', ' ', '©']))
    });
    is_footer.then(|| {
        Message::new("read.footer")
            .with("line", lines.line_of(last as u32))
            .with("text", excerpt(text.as_bytes()))
    })
}

/// N11: the header stands again among the rows, as where files were put together.
fn repeated_header(table: &Table, plan: &Plan, lines: &Lines) -> Option<Message> {
    if !plan.has_header || table.n_columns() < 2 {
        return None;
    }
    let is_name = |index: usize, row: usize| {
        let (name, original) = &plan.names[index];
        table.columns()[index]
            .text_at(row)
            .is_some_and(|text| text.trim() == original.as_deref().unwrap_or(name).trim())
    };
    let matches_second = |row: usize| is_name(1, row);
    let rows: Vec<usize> = match &table.columns()[0].data {
        ColumnData::Category(category) => {
            let (name, original) = &plan.names[0];
            let code = category.code_of(original.as_deref().unwrap_or(name))?;
            (0..table.n_rows())
                .filter(|&row| category.codes[row] == code && matches_second(row))
                .collect()
        }
        ColumnData::Text(_) => (0..table.n_rows())
            .filter(|&row| is_name(0, row) && matches_second(row))
            .collect(),
        _ => Vec::new(),
    };
    rows.first().map(|&row| {
        Message::new("read.repeated_header")
            .with("n", rows.len())
            .with("line", lines.line_of(row as u32))
    })
}

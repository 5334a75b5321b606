//! Delimited text into a typed table: streamed, re-readable, nothing lost in silence.
//!
//! Records in the file = rows kept + records rejected. A record with too few fields is kept and padded, one with too
//! many is rejected, both with their lines. Types are decided on all rows (`columns`); what the user decided
//! (`ReadOptions::types`) holds, and what does not fit it is rejected cell by cell.

mod columns;
mod encoding;
mod kind;
mod missing;
mod names;
pub mod raw;
mod remarks;
mod row;
mod said;
mod sniff;
mod split;
mod written;

use std::collections::{BTreeMap, VecDeque};

use sha2::{Digest, Sha256};
use spec::read::{ColumnReading, ImportSummary, ReadOptions, Reject, RejectReason, Sniff};
use spec::{ColumnSchema, ColumnType, Fingerprint, Message, Observer, Order, Outcome};

use crate::ByteSource;
use crate::column::{ColumnData, Table};
use crate::value::{form, scan_number};
use columns::{Cells, Collector, How, Lines, N_REJECTS_KEPT, Naming, excerpt, trim};
use missing::MissingTokens;
use said::Said;
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
    read_all(source, file_name, options, observer, &mut |_, _, _| Ok(()))
}

/// Every record that an import leaves out, whole, in the order of the file: line, reason and text.
///
/// Errors: those of [`import`], and of `each`.
pub fn left_out(
    source: &dyn ByteSource,
    file_name: &str,
    options: &ReadOptions,
    observer: &mut dyn Observer,
    each: &mut dyn FnMut(u64, RejectReason, &str) -> Outcome<()>,
) -> Outcome<()> {
    read_all(source, file_name, options, observer, each).map(|_| ())
}

/// `lost` hears of every record that is left out, whole.
fn read_all(
    source: &dyn ByteSource,
    file_name: &str,
    options: &ReadOptions,
    observer: &mut dyn Observer,
    lost: &mut dyn FnMut(u64, RejectReason, &str) -> Outcome<()>,
) -> Outcome<Import> {
    let mut plan = Plan::new(source, options)?;
    if plan.n_columns() == 0 {
        return Err(Message::new("read.empty").with("file", file_name).into());
    }
    for name in options.types.keys().chain(options.columns.keys()) {
        // What was decided about a column of an earlier file does not ask for that column.
        let is_asked = options.types.contains_key(name) || !options.settled;
        if is_asked && !plan.names.iter().any(|(known, _)| known == name) {
            return Err(Message::new("read.no_such_column").with("column", name).into());
        }
    }
    let mut collectors = plan.collectors(options)?;
    let mut tally = Tally::default();
    let mut first = Splitter::hashed(source, options)?;
    let all: Vec<usize> = (0..plan.n_columns()).collect();
    scan(
        &mut first,
        &plan,
        options,
        &mut collectors,
        &all,
        Some((&mut tally, lost)),
        &mut |fraction| observer.tick(fraction * 0.7),
    )?;
    let sha256 = first.sha256().unwrap_or_default();
    let passed = first.passed;

    plan.hear(&collectors);
    let given_up: Vec<usize> = all
        .iter()
        .copied()
        .filter(|&index| matches!(collectors[index].cells, Cells::Nothing) || collectors[index].is_in_doubt(&plan.how[index]))
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
            &mut collectors,
            &given_up,
            None,
            &mut |fraction| observer.tick(0.7 + fraction * 0.25),
        )?;
    }

    let mut notes = tally.notes(&plan, passed);
    let mut columns = Vec::with_capacity(plan.n_columns());
    let mut formats = BTreeMap::new();
    let mut readings = BTreeMap::new();
    let mut settled = ReadOptions {
        settled: true,
        ..options.clone()
    };
    let mut schema: Vec<ColumnSchema> = Vec::new();
    let mut said = Said::default();
    for (index, collector) in collectors.into_iter().enumerate() {
        observer.tick(0.95 + 0.05 * index as f64 / plan.n_columns() as f64)?;
        let (name, original_name) = &plan.names[index];
        let naming = Naming {
            name,
            original_name: original_name.as_deref(),
            chosen: options.types.get(name).copied(),
        };
        let (how, missing) = (&plan.how[index], plan.missing(index));
        let finished = columns::finish(collector.cells, &naming, how, missing, &tally.lines, &mut said);
        if let Some(format) = finished.format {
            formats.insert(name.clone(), format);
        }
        let own = how.own.clone();
        let decided = finished.reading;
        let reading = ColumnReading {
            header: None,
            missing_tokens: decided.missing_tokens.or(own.missing_tokens),
            decimal_comma: decided.decimal_comma.or(own.decimal_comma),
            date_order: decided.date_order.or(own.date_order),
            newest_year: decided.newest_year.or(own.newest_year),
        };
        if reading != ColumnReading::default() {
            settled.columns.insert(name.clone(), reading.clone());
        }
        let header = original_name.clone().filter(|_| index < plan.n_header);
        let reading = ColumnReading { header, ..reading };
        if reading != ColumnReading::default() {
            readings.insert(name.clone(), reading);
        }
        notes.extend(finished.notes);
        tally.count(RejectReason::NotOfType, finished.n_rejects);
        tally.rejects.extend(finished.rejects);
        schema.push(finished.column.schema.clone());
        columns.push(finished.column);
    }
    let table = Table::from_parts(columns, tally.n_rows as usize)?;
    notes.extend(said.notes());
    notes.extend(plan.notes_on_names());
    if !options.drop_remarks {
        notes.extend(footer(&table, &tally.lines));
    }
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
        options: settled,
        schema,
        formats,
        readings,
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
    /// The record below the header holds units.
    has_units: bool,
    /// A column each: how it is read.
    how: Vec<How>,
    /// The tokens of the file first, then those of single columns.
    missing: Vec<MissingTokens>,
    /// Which of them a column has.
    missing_of: Vec<usize>,
    n_rows_estimate: usize,
}

/// What the first cells of a column are, for each decimal mark.
#[derive(Clone, Copy)]
struct Look {
    /// All of them are numbers so.
    is_point: bool,
    is_comma: bool,
    /// Some comma can only stand before decimals; the same for a point.
    has_clear_comma: bool,
    has_clear_point: bool,
    n_present: u32,
}

impl Look {
    const NOTHING: Self = Self {
        is_point: true,
        is_comma: true,
        has_clear_comma: false,
        has_clear_point: false,
        n_present: 0,
    };

    /// `cell` is trimmed and not missing.
    fn add(&mut self, cell: &[u8]) {
        self.n_present += 1;
        for (mark, is_number, has_clear) in [
            (b'.', &mut self.is_point, &mut self.has_clear_point),
            (b',', &mut self.is_comma, &mut self.has_clear_comma),
        ] {
            match scan_number(cell, mark).filter(|numeral| !numeral.is_code_like) {
                Some(numeral) => *has_clear |= numeral.form & form::CLEAR_MARK != 0,
                None => *is_number = false,
            }
        }
    }

    fn and(self, other: Self) -> Self {
        Self {
            is_point: self.is_point && other.is_point,
            is_comma: self.is_comma && other.is_comma,
            has_clear_comma: self.has_clear_comma || other.has_clear_comma,
            has_clear_point: self.has_clear_point || other.has_clear_point,
            n_present: self.n_present + other.n_present,
        }
    }

    fn is_comma_column(self) -> bool {
        self.n_present > 0 && self.is_comma && !self.is_point && self.has_clear_comma
    }

    /// The mark that the cells have; `usual` where they have none.
    fn mark(self, usual: u8) -> u8 {
        match (self.is_point, self.is_comma) {
            (true, false) => b'.',
            (false, true) => b',',
            // A chosen type reads what it can.
            (false, false) if self.has_clear_comma != self.has_clear_point => {
                if self.has_clear_comma {
                    b','
                } else {
                    b'.'
                }
            }
            _ => usual,
        }
    }
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
        let missing = MissingTokens::new(&options.missing_tokens);
        let mut widths: BTreeMap<usize, usize> = BTreeMap::new();
        let mut first_width = 0;
        // By the width of the record: those that are rejected have no say.
        let mut looks: BTreeMap<usize, Vec<Look>> = BTreeMap::new();
        let mut below_header: Vec<String> = Vec::new();
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
            if n_records == 1 && options.has_header {
                let cell = |index| {
                    String::from_utf8_lossy(splitter.field(&record, index))
                        .chars()
                        .take(40)
                        .collect()
                };
                below_header = (0..width).map(cell).collect();
                let is_number = |cell: &String| scan_number(trim(cell.as_bytes()), b'.').is_some();
                // Units have no say either when they are left out.
                if options.drop_remarks && !below_header.iter().any(is_number) && remarks::is_units(&below_header, |_| true) {
                    continue;
                }
            }
            let of_width = looks.entry(width).or_insert_with(|| vec![Look::NOTHING; width]);
            for (index, look) in of_width.iter_mut().enumerate() {
                if look.is_point || look.is_comma {
                    let cell = trim(splitter.field(&record, index));
                    if !missing.contains(cell) {
                        look.add(cell);
                    }
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
        let looks = together(&looks, n_columns);
        let begins_as_text = looks.iter().map(|look| !look.is_point && !look.is_comma).collect();
        let has_units = options.drop_remarks
            && remarks::is_units(&below_header, |index| {
                looks
                    .get(index)
                    .is_some_and(|look| look.n_present > 0 && (look.is_point || look.is_comma))
            });
        let (how, missing, missing_of) = how(options, &names, &looks, missing);
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
            has_units,
            how,
            missing,
            missing_of,
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
            has_units: false,
            how: Vec::new(),
            missing: Vec::new(),
            missing_of: Vec::new(),
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
            .zip(&self.how)
            .map(|(((name, _), &is_text), how)| match options.types.get(name) {
                Some(ColumnType::Number) => Collector::forced_number(capacity, how.begins_with),
                Some(_) => Collector::texts(capacity),
                None if is_text => Collector::texts(capacity),
                None => Collector::number(capacity, how.begins_with),
            })
            .collect()
    }

    fn missing(&self, index: usize) -> &MissingTokens {
        &self.missing[self.missing_of[index]]
    }

    /// What all the cells say of the file's decimal mark.
    fn hear(&mut self, collectors: &[Collector]) {
        let has_comma = |collector: &Collector| matches!(&collector.cells, Cells::Number { mark: b',', written, .. } if written.has_clear_mark());
        if collectors.iter().any(has_comma) {
            for how in &mut self.how {
                how.is_comma_about = true;
            }
        }
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

/// What the records of all widths say together, but for those that have too many fields.
fn together(looks: &BTreeMap<usize, Vec<Look>>, n_columns: usize) -> Vec<Look> {
    let mut all = vec![Look::NOTHING; n_columns];
    for of_width in looks.range(..=n_columns + 1).map(|(_, of_width)| of_width) {
        let is_rejected = of_width.get(n_columns).is_some_and(|behind| behind.n_present > 0);
        if !is_rejected {
            for (look, more) in all.iter_mut().zip(of_width) {
                *look = look.and(*more);
            }
        }
    }
    all
}

/// How each column is read, with the lists of tokens and which of them it has.
fn how(
    options: &ReadOptions,
    names: &[(String, Option<String>)],
    looks: &[Look],
    of_file: MissingTokens,
) -> (Vec<How>, Vec<MissingTokens>, Vec<usize>) {
    let mark_of = |is_comma: bool| if is_comma { b',' } else { b'.' };
    let usual_mark = mark_of(options.decimal_comma);
    let is_comma_about = looks.iter().any(|look| look.is_comma_column());
    let mut missing = vec![of_file];
    let (how, missing_of) = names
        .iter()
        .zip(looks)
        .map(|((name, _), look)| {
            let own = options.columns.get(name).cloned().unwrap_or_default();
            let of_column = own.missing_tokens.as_ref().map_or(0, |tokens| {
                missing.push(MissingTokens::new(tokens));
                missing.len() - 1
            });
            let fixed_mark = own
                .decimal_comma
                .or((options.settled || options.decimal_stated).then_some(options.decimal_comma))
                .map(mark_of);
            let how = How {
                begins_with: fixed_mark.unwrap_or_else(|| look.mark(usual_mark)),
                fixed_mark,
                usual_mark: fixed_mark.unwrap_or(usual_mark),
                is_comma_about,
                may_part_by_points: is_comma_about || !options.delimiter.starts_with(','),
                are_tokens_open: !options.settled && own.missing_tokens.is_none(),
                own,
            };
            (how, of_column)
        })
        .unzip();
    (how, missing, missing_of)
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
    n_too_many: u64,
    /// Quoted fields with records in them, and the first: its line, and how many lines it has.
    n_swallowing: u64,
    first_swallowing: (u64, u64),
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

    /// A record is left out; `whole` is its text.
    fn lose(&mut self, line: u64, reason: RejectReason, whole: &str, lost: &mut Lost) -> Outcome<()> {
        if reason == RejectReason::TooManyFields {
            if self.n_too_many == 0 {
                self.first_rejected_line = line;
            }
            self.n_too_many += 1;
        }
        self.n_rejected += 1;
        self.reject(line, None, reason, || excerpt(whole.as_bytes()));
        lost(line, reason, whole)
    }

    /// A quoted field whose lines look like records of the table: its quote is probably never closed where it should be.
    fn look_at_quotes(&mut self, splitter: &Splitter, record: &Record, n_columns: usize, delimiter: &str) {
        if n_columns < 2 {
            return;
        }
        for index in 0..record.len() {
            let text = String::from_utf8_lossy(splitter.field(record, index));
            let lines: Vec<&str> = text.lines().collect();
            let [_, inner @ .., _] = lines.as_slice() else { continue };
            let n_like = inner
                .iter()
                .filter(|line| line.matches(delimiter).count() == n_columns - 1)
                .count();
            let needed = if n_columns == 2 { 3 } else { 2 };
            if n_like >= needed && n_like * 4 >= inner.len() * 3 {
                if self.n_swallowing == 0 {
                    self.first_swallowing = (record.line, lines.len() as u64);
                }
                self.n_swallowing += 1;
                return;
            }
        }
    }

    fn notes(&self, plan: &Plan, passed: split::Passed) -> Vec<Message> {
        let mut notes = Vec::new();
        if self.n_swallowing > 0 {
            notes.push(
                Message::new("read.quote_swallows")
                    .with("n", self.n_swallowing)
                    .with("line", self.first_swallowing.0)
                    .with("n_lines", self.first_swallowing.1),
            );
        }
        if let Some(&n) = self.reject_counts.get(&RejectReason::Remark) {
            let first = self.rejects.iter().find(|reject| reject.reason == RejectReason::Remark);
            notes.push(
                Message::new("read.remarks_dropped")
                    .with("n", n)
                    .with("line", first.map_or(0, |reject| reject.line))
                    .with(
                        "text",
                        first
                            .map_or("", |reject| reject.text.as_str())
                            .chars()
                            .take(80)
                            .collect::<String>(),
                    ),
            );
        }
        if self.n_rows == 0 {
            notes.push(Message::new("read.no_rows"));
        }
        if self.n_too_many > 0 {
            notes.push(
                Message::new("read.rows_rejected")
                    .with("n", self.n_too_many)
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

/// Hears of records that are left out: line, why, and the whole record.
type Lost<'a> = &'a mut dyn FnMut(u64, RejectReason, &str) -> Outcome<()>;

/// A record that may be one of the last ones, held back.
struct Held {
    line: u64,
    cells: Vec<Vec<u8>>,
    bad_field: Option<usize>,
}

/// One reading: every record into the collectors of the `active` columns. Both readings keep and reject the same
/// records; only the one with a tally counts them.
fn scan(
    splitter: &mut Splitter,
    plan: &Plan,
    options: &ReadOptions,
    collectors: &mut [Collector],
    active: &[usize],
    mut tally: Option<(&mut Tally, Lost)>,
    tick: &mut dyn FnMut(f64) -> Outcome<()>,
) -> Outcome<()> {
    let n_columns = plan.n_columns();
    let mut record = Record::default();
    if plan.has_header {
        splitter.next(&mut record)?;
    }
    let mut rows = Rows {
        plan,
        collectors,
        active,
        delimiter: &options.delimiter,
        n_rows: 0,
    };
    let mut held: VecDeque<Held> = VecDeque::new();
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
                if let Some((tally, lost)) = &mut tally {
                    let whole = record_text(splitter, &record, &options.delimiter);
                    tally.lose(record.line, RejectReason::TooManyFields, &whole, lost)?;
                }
                continue;
            }
            if let Some((tally, _)) = &mut tally {
                tally.n_trailing += 1;
            }
        }
        if record.n_lines > 3
            && let Some((tally, _)) = &mut tally
        {
            tally.look_at_quotes(splitter, &record, n_columns, &options.delimiter);
        }
        let line = record.line;
        if !options.drop_remarks {
            let field = |index: usize| splitter.field(&record, index);
            rows.push(
                line,
                width,
                record.bad_field,
                &field,
                tally.as_mut().map(|(tally, _)| &mut **tally),
            )?;
            continue;
        }
        if n_records == 1 && plan.has_units {
            if let Some((tally, lost)) = &mut tally {
                let whole = record_text(splitter, &record, &options.delimiter);
                tally.lose(line, RejectReason::Remark, &whole, lost)?;
            }
            continue;
        }
        held.push_back(Held {
            line,
            cells: (0..width).map(|index| splitter.field(&record, index).to_vec()).collect(),
            bad_field: record.bad_field,
        });
        if held.len() > remarks::N_LAST
            && let Some(first) = held.pop_front()
        {
            rows.push_held(&first, tally.as_mut().map(|(tally, _)| &mut **tally))?;
        }
    }
    // A table of remarks alone is no table with remarks.
    let is_remark = |held: &Held| {
        let texts: Vec<&str> = held
            .cells
            .iter()
            .map(|cell| std::str::from_utf8(cell).unwrap_or(""))
            .collect();
        remarks::is_last_line(&texts, n_columns)
    };
    let n_last = held.iter().rev().take_while(|held| is_remark(held)).count();
    let n_kept = held.len() - n_last;
    for (index, held) in held.iter().enumerate() {
        if index < n_kept {
            rows.push_held(held, tally.as_mut().map(|(tally, _)| &mut **tally))?;
        } else if let Some((tally, lost)) = &mut tally {
            let whole = join(held.cells.iter().map(Vec::as_slice), &options.delimiter);
            tally.lose(held.line, RejectReason::Remark, &whole, lost)?;
        }
    }
    if let Some((tally, _)) = tally {
        tally.n_rows = rows.n_rows;
    }
    Ok(())
}

/// Records on their way into columns.
struct Rows<'a> {
    plan: &'a Plan,
    collectors: &'a mut [Collector],
    active: &'a [usize],
    delimiter: &'a str,
    n_rows: u32,
}

impl Rows<'_> {
    fn push_held(&mut self, held: &Held, tally: Option<&mut Tally>) -> Outcome<()> {
        let field = |index: usize| held.cells[index].as_slice();
        self.push(held.line, held.cells.len(), held.bad_field, &field, tally)
    }

    #[inline]
    fn push<'c>(
        &mut self,
        line: u64,
        width: usize,
        bad_field: Option<usize>,
        field: &impl Fn(usize) -> &'c [u8],
        mut tally: Option<&mut Tally>,
    ) -> Outcome<()> {
        let n_columns = self.plan.n_columns();
        if self.n_rows == u32::MAX - 1 {
            return Err(Message::new("read.too_many_rows").with("limit", self.n_rows).into());
        }
        if let Some(tally) = tally.as_deref_mut() {
            if width < n_columns {
                if tally.n_padded == 0 {
                    tally.first_padded_line = line;
                }
                tally.n_padded += 1;
                tally.reject(line, None, RejectReason::TooFewFields, || {
                    excerpt(join((0..width).map(field), self.delimiter).as_bytes())
                });
            }
            if let Some(bad) = bad_field {
                let name = self.plan.names.get(bad).map(|(name, _)| name.as_str());
                tally.reject(line, name, RejectReason::BadEncoding, || excerpt(field(bad.min(width - 1))));
            }
            tally.lines.push(self.n_rows, line);
        }
        for &index in self.active {
            let cell = if index < width { field(index) } else { b"" };
            if !self.collectors[index].push(cell, self.plan.missing(index))
                && let Some(tally) = tally.as_deref_mut()
            {
                tally.reject(line, Some(&self.plan.names[index].0), RejectReason::NotOfType, || {
                    excerpt(cell)
                });
            }
        }
        self.n_rows += 1;
        Ok(())
    }
}

/// The whole record, its fields as they read.
fn record_text(splitter: &Splitter, record: &Record, delimiter: &str) -> String {
    join((0..record.len()).map(|index| splitter.field(record, index)), delimiter)
}

fn join<'a>(cells: impl Iterator<Item = &'a [u8]>, delimiter: &str) -> String {
    let mut text = String::new();
    for (index, cell) in cells.enumerate() {
        if index > 0 {
            text.push_str(delimiter);
        }
        text.push_str(&String::from_utf8_lossy(cell));
    }
    text
}

/// Last rows that are totals or remarks.
fn footer(table: &Table, lines: &Lines) -> Option<Message> {
    let n_rows = table.n_rows();
    let texts = |row: usize| -> Vec<String> {
        let columns = table.columns().iter().take(200);
        columns
            .map(|column| column.text_at(row).unwrap_or_default().into_owned())
            .collect()
    };
    let is_last_line = |row: usize| {
        let cells = texts(row);
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        // Only what is filled is known here: a line of one cell has a cell in front and nothing behind.
        let is_alone = cells.iter().skip(1).all(|cell| cell.is_empty());
        let cells = if is_alone { &cells[..1] } else { &cells[..] };
        remarks::is_last_line(cells, table.n_columns())
    };
    let looked_at = n_rows.saturating_sub(remarks::N_LAST)..n_rows;
    let n = looked_at.rev().take_while(|&row| is_last_line(row)).count();
    if n == 0 || n == n_rows {
        return None;
    }
    let text: String = texts(n_rows - n)
        .into_iter()
        .filter(|cell| !cell.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    Some(
        Message::new("read.footer")
            .with("n", n)
            .with("line", lines.line_of((n_rows - n) as u32))
            .with("text", text.chars().take(80).collect::<String>()),
    )
}

/// The header stands again among the rows, as where files were put together.
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

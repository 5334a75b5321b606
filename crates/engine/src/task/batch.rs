//! A later file: what it is, and its rows, read as those of the training file were.

use std::collections::BTreeMap;

use deploy::CellReading;
use monitor::{Id, Log, LogForm, ModelVersion, OutcomeColumns, OutcomeReader, OutcomeRecord};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use sha2::{Digest, Sha256};
use spec::job::FileKey;
use spec::monitor::{BatchKind, LinesSummary};
use spec::read::{CellFormat, ColumnReading, ImportSummary, ReadOptions, RejectReason, Sniff};
use spec::run::Scores;
use spec::step::{DateOrder, SetType, ShapeKind, Step};
use spec::{ColumnType, Message, Observer, Outcome, Section, Unobserved, wire};
use table::{ByteSource, Column, Table};

use super::Resources;
use super::judge::StoredBatch;
use super::predictor::Predictor;

const SLICE: usize = 8 << 20;
/// What is looked at to tell what a file is.
const START: usize = 64 << 10;
const N_LINES_LOOKED_AT: usize = 20;
/// Columns that a message names.
const N_NAMED: usize = 8;

/// How the training file was read, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Form {
    /// None: as the later file is sniffed.
    pub read: Option<ReadOptions>,
    pub missing_tokens: Vec<String>,
    /// Its decimal mark, where only that is known of how it was read.
    #[serde(default)]
    pub decimal_comma: Option<bool>,
    /// What is known of single columns, where the whole is not.
    #[serde(default)]
    pub readings: BTreeMap<String, ColumnReading>,
    /// Types of its columns.
    pub columns: Vec<(String, ColumnType)>,
    pub formats: BTreeMap<String, CellFormat>,
}

impl Form {
    /// As the training file of these data was read.
    pub fn of(summary: &ImportSummary, read: &ReadOptions) -> Self {
        let columns = summary.schema.iter();
        Self {
            read: Some(read.clone()),
            missing_tokens: summary.options.missing_tokens.clone(),
            decimal_comma: None,
            readings: BTreeMap::new(),
            columns: columns.map(|column| (column.name.clone(), column.column_type)).collect(),
            formats: summary.formats.clone(),
        }
    }

    /// How the cells of a column are read, as far as it is known.
    fn reading(&self, name: &str, column_type: ColumnType) -> CellReading {
        let own = self
            .read
            .as_ref()
            .and_then(|read| read.columns.get(name))
            .or(self.readings.get(name));
        let own = own.cloned().unwrap_or_default();
        let is_comma = self.read.as_ref().map(|read| read.decimal_comma).or(self.decimal_comma);
        let tokens = self.read.as_ref().map_or(&self.missing_tokens, |read| &read.missing_tokens);
        CellReading {
            column_type,
            missing_tokens: own.missing_tokens.unwrap_or_else(|| tokens.clone()),
            decimal_comma: own.decimal_comma.or(is_comma).unwrap_or(false),
            date_order: match self.formats.get(name) {
                Some(CellFormat::Time { order }) => *order,
                _ => own.date_order.unwrap_or(DateOrder::Ymd),
            },
            newest_year: own.newest_year,
        }
    }
}

/// A model that is watched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Subject {
    pub form: Form,
    pub predictor: Predictor,
    pub target: String,
    /// What a service's log calls its version.
    pub version: String,
    /// The column that says when a row was gathered.
    pub time_column: Option<String>,
    /// Figures that later ones are compared with.
    pub scores: Scores,
    /// For `adjusted_r2`.
    pub n_features: Option<u32>,
    pub seed: u64,
    /// `spec::monitor::Reference` in JSON.
    pub reference: ByteBuf,
}

/// What a later file holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum BatchRows {
    /// Bytes of a table of raw rows.
    Table(ByteBuf),
    /// Wire bytes of [`Kept`], and the table of its inputs.
    Log {
        kept: ByteBuf,
        inputs: Option<ByteBuf>,
    },
    Outcomes(Vec<OutcomeRecord>),
    /// Outcomes by a column that earlier rows have too.
    Labels {
        table: ByteBuf,
        outcome: String,
        at: Option<String>,
    },
}

impl BatchRows {
    /// As a batch is stored. Outcomes are none, and come back.
    pub fn stored(self) -> Result<StoredBatch, Self> {
        match self {
            Self::Table(table) => Ok(StoredBatch {
                kind: BatchKind::Table,
                table: Some(table),
                kept: None,
            }),
            Self::Log { kept, inputs } => Ok(StoredBatch {
                kind: BatchKind::Log,
                table: inputs,
                kept: Some(kept),
            }),
            others => Err(others),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BatchFile {
    pub rows: BatchRows,
    /// Empty when the host takes it.
    pub sha256: String,
    /// When the newest row was gathered, in seconds since 1970.
    pub at: Option<f64>,
    /// What could not be read.
    pub notes: Vec<Message>,
}

/// What is kept of a batch beside its rows: predictions that were made elsewhere, and outcomes that came later.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// Without inputs. Of a table: an entry a row, with the value of its id column as the request.
    pub log: Log,
    pub outcomes: Vec<OutcomeRecord>,
    /// Salted hashes of the keys that outcomes name, where the log has hashes: what the service calls them.
    pub salt: String,
}

/// Reads a file for the Monitor page.
///
/// Errors: `monitor.not_a_batch` when it has nothing of what the model reads, `monitor.file_without_rows`, those of an import.
pub(super) fn read(
    resources: &dyn Resources,
    file: FileKey,
    file_name: &str,
    options: Option<&ReadOptions>,
    subject: &Subject,
    salt: Option<&str>,
    observer: &mut dyn Observer,
) -> Outcome<BatchFile> {
    let source = resources.file(file)?;
    let salt = salt.unwrap_or(DEFAULT_SALT).to_owned();
    match lines_of(&*source)? {
        Some(LinesKind::Log) => log(&*source, subject, salt, observer),
        Some(LinesKind::Outcomes) => outcomes(&*source, observer),
        None => delimited(&*source, file_name, options, subject, observer),
    }
}

/// The service's own, when nobody chose another.
pub(super) const DEFAULT_SALT: &str = "v1";

enum LinesKind {
    Log,
    Outcomes,
}

/// What service and workbench call the columns and fields that say which prediction is meant.
pub(super) const IDS: [&str; 3] = ["request_id", "key_hash", "key"];

/// The beginning of a file of JSON lines; None when it is none.
pub(super) fn json_start(source: &dyn ByteSource) -> Outcome<Option<Vec<u8>>> {
    let start = source.read(0, START)?;
    let text = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&start);
    let is_json = text.trim_ascii_start().first() == Some(&b'{');
    Ok(is_json.then(|| text.to_vec()))
}

/// What kind of JSON lines it is; None when it is none.
fn lines_of(source: &dyn ByteSource) -> Outcome<Option<LinesKind>> {
    let Some(text) = json_start(source)? else {
        return Ok(None);
    };
    let lines = text.split(|byte| *byte == b'\n').take(N_LINES_LOOKED_AT);
    for line in lines {
        let Some(object) = std::str::from_utf8(line).ok().and_then(|line| wire::parse_json(line).ok()) else {
            continue;
        };
        let has = |names: &[&str]| names.iter().any(|name| object.get(name).is_some());
        if has(&["probabilities", "prediction", "predictions"]) {
            return Ok(Some(LinesKind::Log));
        }
        if has(&["outcome"]) && has(&IDS) {
            return Ok(Some(LinesKind::Outcomes));
        }
    }
    // A request of many rows is one long line.
    let names = |part: &[u8]| text.windows(part.len()).any(|window| window == part);
    Ok((names(b"\"probabilities\"") || names(b"\"prediction")).then_some(LinesKind::Log))
}

fn log(source: &dyn ByteSource, subject: &Subject, salt: String, observer: &mut dyn Observer) -> Outcome<BatchFile> {
    let reference = monitor::from_json(&subject.reference)?;
    let loaded = subject.predictor.load()?;
    let form = LogForm {
        columns: &reference.columns,
        classes: loaded.classes(),
        // A service logs what it has read: a text is a level, whatever it looks like.
        missing_tokens: &[],
        without_answers: false,
    };
    let read = monitor::read_log(source, form, &mut Section::new(observer, 0.0, 0.9))?;
    let mut notes = notes_on_lines(&read.summary);
    for (column, n) in &read.n_unreadable_cells {
        notes.push(Message::new("monitor.cells_unreadable").with("column", column).with("n", *n));
    }
    let mut log = of_version(read, &subject.version, &mut notes)?;
    if log.entries.is_empty() {
        return Err(Message::new("monitor.log_is_empty").with("n", log.summary.n_lines).into());
    }
    let at = log.entries.iter().map(|entry| entry.at).reduce(f64::max);
    let inputs = log.inputs.take().map(|inputs| inputs.to_bytes().into());
    if inputs.is_none() {
        log.input_rows.clear();
    }
    let kept = Kept {
        log,
        outcomes: Vec::new(),
        salt,
    };
    Ok(BatchFile {
        rows: BatchRows::Log {
            kept: wire::to_bytes(&kept).into(),
            inputs,
        },
        sha256: hash_of(source, &mut Section::new(observer, 0.9, 1.0))?,
        at,
        notes,
    })
}

/// The predictions of the version that is watched. A log that does not name it is taken by its champion, or as a whole,
/// where some line leaves open which version answered.
///
/// Errors: `monitor.log_of_others` when every line names another version.
fn of_version(log: Log, version: &str, notes: &mut Vec<Message>) -> Outcome<Log> {
    let is_of = |is: &dyn Fn(&ModelVersion) -> bool| log.versions.iter().map(is).collect::<Vec<bool>>();
    let is_meant = |one: &ModelVersion| spec::registry::is_version(&one.version, version);
    let is_open = |one: &ModelVersion| one.version.is_empty();
    if !log.versions.is_empty() && !log.versions.iter().any(|one| is_meant(one) || is_open(one)) {
        let mut names: Vec<&str> = log.versions.iter().map(|one| one.version.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        return Err(Message::new("monitor.log_of_others")
            .with("version", version)
            .with("others", names.into_iter().map(str::to_owned).collect::<Vec<String>>())
            .into());
    }
    let choices = [
        is_of(&|one| is_meant(one) && one.variant != "challenger"),
        is_of(&is_meant),
        is_of(&|one| one.variant == "champion" && is_open(one)),
        is_of(&is_open),
    ];
    let chosen = choices.into_iter().find(|chosen| chosen.contains(&true)).unwrap_or_default();
    let of_chosen = |is_kept: bool| log.versions.iter().zip(&chosen).filter(move |(_, is)| **is == is_kept);
    let names = |is_kept: bool| -> Vec<String> {
        of_chosen(is_kept)
            .map(|(one, _)| format!("{} ({})", one.version, one.variant))
            .collect()
    };
    let n_open: u64 = of_chosen(true)
        .filter(|(one, _)| is_open(one))
        .map(|(one, _)| one.n_rows)
        .sum();
    if n_open > 0 {
        notes.push(
            Message::new("monitor.log_version_open")
                .with("n", n_open)
                .with("version", version),
        );
    }
    if !chosen.contains(&false) {
        return Ok(log);
    }
    notes.push(
        Message::new("monitor.log_versions")
            .with("kept", names(true))
            .with("others", names(false)),
    );
    Ok(log.select(&|entry| chosen.get(entry.version as usize) == Some(&true)))
}

fn outcomes(source: &dyn ByteSource, observer: &mut dyn Observer) -> Outcome<BatchFile> {
    let (records, summary) = outcomes_of_lines(source, observer)?;
    Ok(BatchFile {
        notes: notes_on_lines(&summary),
        rows: BatchRows::Outcomes(records),
        sha256: String::new(),
        at: summary.last_at,
    })
}

pub(super) fn outcomes_of_lines(
    source: &dyn ByteSource,
    observer: &mut dyn Observer,
) -> Outcome<(Vec<OutcomeRecord>, LinesSummary)> {
    let mut reader = OutcomeReader::new();
    each_slice(source, observer, &mut |slice| reader.push(slice))?;
    Ok(reader.finish())
}

fn notes_on_lines(summary: &LinesSummary) -> Vec<Message> {
    let mut notes = Vec::new();
    if summary.n_unreadable > 0 {
        let first = summary.unreadable.first();
        notes.push(
            Message::new("monitor.lines_unreadable")
                .with("n", summary.n_unreadable)
                .with("of", summary.n_lines)
                .with("line", first.map_or(0, |(line, _)| *line))
                .with("why", first.map_or_else(String::new, |(_, why)| why.says())),
        );
    }
    if summary.torn_last {
        notes.push(Message::new("monitor.line_torn"));
    }
    if summary.n_shadow > 0 {
        notes.push(Message::new("monitor.lines_shadow").with("n", summary.n_shadow));
    }
    notes
}

fn each_slice(source: &dyn ByteSource, observer: &mut dyn Observer, take: &mut dyn FnMut(&[u8])) -> Outcome<()> {
    let n_bytes = source.n_bytes();
    let mut offset = 0;
    while offset < n_bytes {
        observer.tick(offset as f64 / n_bytes as f64)?;
        let slice = source.read(offset, SLICE)?;
        if slice.is_empty() {
            break;
        }
        offset += slice.len() as u64;
        take(&slice);
    }
    Ok(())
}

fn hash_of(source: &dyn ByteSource, observer: &mut dyn Observer) -> Outcome<String> {
    if source.is_hashed_elsewhere() {
        return Ok(String::new());
    }
    let mut hasher = Sha256::new();
    each_slice(source, observer, &mut |slice| hasher.update(slice))?;
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

fn delimited(
    source: &dyn ByteSource,
    file_name: &str,
    options: Option<&ReadOptions>,
    subject: &Subject,
    observer: &mut dyn Observer,
) -> Outcome<BatchFile> {
    let loaded = subject.predictor.load()?;
    let inputs: Vec<String> = loaded.inputs().into_iter().map(|(name, _)| name).collect();
    let sniff = dialect(source, file_name, options, &subject.form)?;
    let header: Vec<&str> = sniff.header.iter().map(|cell| cell.trim()).collect();
    let n_inputs = inputs.iter().filter(|name| header.contains(&name.as_str())).count();
    let has_id = IDS.iter().any(|name| header.contains(name));
    let outcome = ["outcome", subject.target.as_str()]
        .into_iter()
        .find(|name| header.contains(name));
    let is_labels = outcome.is_some() && header.len() > 1 && (n_inputs == 0 || (has_id && 2 * n_inputs < inputs.len()));
    if n_inputs == 0 && !is_labels {
        let some: Vec<String> = inputs.iter().take(N_NAMED).cloned().collect();
        return Err(Message::new("monitor.not_a_batch")
            .with("file", file_name)
            .with("n", inputs.len())
            .with("columns", some)
            .into());
    }
    let mut types = types(&sniff, options, subject);
    if is_labels && has_id {
        // 007 is another key than 7.
        let ids = sniff.header.iter().filter(|name| IDS.contains(&name.trim()));
        types.extend(ids.map(|name| (name.clone(), ColumnType::Text)));
    }
    let options = ReadOptions { types, ..sniff.options };
    let import = table::read::import(source, file_name, &options, &mut Section::new(observer, 0.0, 0.9))?;
    if import.table.n_rows() == 0 {
        return Err(Message::new("monitor.file_without_rows").with("file", file_name).into());
    }
    let mut notes = Vec::new();
    let rejected: u64 = import.summary.n_rejected;
    if rejected > 0 {
        notes.push(Message::new("monitor.rows_rejected").with("n", rejected));
    }
    for (reason, n) in &import.summary.reject_counts {
        if *reason == RejectReason::TooFewFields {
            notes.push(Message::new("monitor.rows_short").with("n", *n));
        }
    }
    let sha256 = import.summary.fingerprint.sha256;
    if let (true, Some(outcome)) = (is_labels, outcome) {
        return Ok(BatchFile {
            rows: labels(&import.table, outcome, has_id, &mut notes)?,
            sha256,
            at: None,
            notes,
        });
    }
    let table = as_in_training(import.table, &subject.form, &mut notes)?;
    observer.tick(1.0)?;
    let at = subject.time_column.as_ref().and_then(|name| newest(&table, name));
    Ok(BatchFile {
        rows: BatchRows::Table(table.to_bytes().into()),
        sha256,
        at,
        notes,
    })
}

/// By the service's ids, or by a column that a batch may have too.
fn labels(table: &Table, outcome: &str, has_id: bool, notes: &mut Vec<Message>) -> Outcome<BatchRows> {
    let at = table.column("at").map(|column| column.name().to_owned());
    if !has_id {
        return Ok(BatchRows::Labels {
            table: table.to_bytes().into(),
            outcome: outcome.to_owned(),
            at,
        });
    }
    let named = |name: &str| table.column(name).map(|column| column.name().to_owned());
    let id = named("request_id")
        .map(Id::Request)
        .or_else(|| named("key_hash").map(Id::KeyHash))
        .or_else(|| named("key").map(Id::Key));
    let columns = OutcomeColumns {
        id: id.ok_or_else(|| Message::new("table.no_column").with("column", "request_id"))?,
        outcome: outcome.to_owned(),
        at,
    };
    let (records, n_blank) = monitor::outcomes_of_table(table, &columns)?;
    if n_blank > 0 {
        notes.push(Message::new("monitor.outcomes_blank").with("n", n_blank));
    }
    Ok(BatchRows::Outcomes(records))
}

/// How to read it: as the training file, unless it is written in another dialect.
fn dialect(source: &dyn ByteSource, file_name: &str, options: Option<&ReadOptions>, form: &Form) -> Outcome<Sniff> {
    let plain = |options: &ReadOptions| ReadOptions {
        types: BTreeMap::new(),
        ..options.clone()
    };
    if let Some(options) = options {
        return table::read::sniff(source, file_name, Some(&plain(options)));
    }
    let mut sniffed = table::read::sniff(source, file_name, None)?;
    sniffed.options.missing_tokens.clone_from(&form.missing_tokens);
    let Some(own) = &form.read else {
        let options = &mut sniffed.options;
        if let Some(is_comma) = form.decimal_comma {
            (options.decimal_comma, options.decimal_stated) = (is_comma, true);
        }
        let is_there = |name: &&String| sniffed.header.contains(name);
        let known = form.readings.iter().filter(|(name, _)| is_there(name));
        options
            .columns
            .extend(known.map(|(name, reading)| (name.clone(), reading.clone())));
        return Ok(sniffed);
    };
    sniffed.options.missing_tokens.clone_from(&own.missing_tokens);
    let n_known = |sniff: &Sniff| {
        let known = |cell: &&String| form.columns.iter().any(|(name, _)| *name == cell.trim());
        sniff.header.iter().filter(known).count()
    };
    let is_certain = sniffed.notes.iter().all(|note| note.code != "read.encoding_guessed");
    let own = ReadOptions {
        encoding: if is_certain { sniffed.options.encoding } else { own.encoding },
        ..plain(own)
    };
    let as_own = table::read::sniff(source, file_name, Some(&own));
    Ok(as_own
        .ok()
        .filter(|as_own| n_known(as_own) >= n_known(&sniffed))
        .unwrap_or(sniffed))
}

/// Types that hold whatever the cells are: those that the user chose, and words, which every cell is. Others are found and
/// compared afterwards, so that a column of another type can be named.
fn types(sniff: &Sniff, options: Option<&ReadOptions>, subject: &Subject) -> BTreeMap<String, ColumnType> {
    let form = &subject.form;
    let chosen = options.or(form.read.as_ref()).map(|options| &options.types);
    let cleaned = |name: &str| {
        subject
            .predictor
            .cleaning
            .iter()
            .any(|step| prepare::cleaning::is_on(&step.kind, name))
    };
    sniff
        .header
        .iter()
        .filter_map(|name| {
            let known = form.columns.iter().find(|(known, _)| known == name).map(|(_, known)| *known);
            let is_words = |column_type: &ColumnType| matches!(column_type, ColumnType::Category | ColumnType::Text);
            // Without the training file it is known only what the cleaning made of a column.
            let known = known.filter(is_words).filter(|_| form.read.is_some() || !cleaned(name));
            let chosen = chosen.and_then(|types| types.get(name)).copied();
            Some((name.clone(), chosen.or(known)?))
        })
        .collect()
}

/// Columns of another type than in training, read once more as that type: texts cell by cell as scoring reads them. One of
/// which more than half of the cells do not read stays as it is, to be named as a column of another type.
pub(super) fn as_in_training(mut table: Table, form: &Form, notes: &mut Vec<Message>) -> Outcome<Table> {
    for (name, wanted) in &form.columns {
        let Some(column) = table.column(name).filter(|column| column.column_type() != *wanted) else {
            continue;
        };
        let (read, refused) = match column.column_type() {
            ColumnType::Category | ColumnType::Text => form.reading(name, *wanted).column(name, &column.to_category()),
            _ => (converted(column, *wanted)?, Vec::new()),
        };
        let n_lost = read.n_missing().saturating_sub(column.n_missing());
        if 2 * n_lost > table.n_rows() - column.n_missing() || read.column_type() != *wanted {
            continue;
        }
        if let Some(example) = refused.first().and_then(|&row| column.text_at(row)) {
            notes.push(
                Message::new("monitor.cells_refused")
                    .with("column", name)
                    .with("n", refused.len())
                    .with("example", table::read::raw::shown(example.trim())),
            );
        }
        table = table.with_column(read)?;
    }
    Ok(table)
}

/// Values that have been read already, as another type; the column as it is where none has that type.
fn converted(column: &Column, wanted: ColumnType) -> Outcome<Column> {
    let step = Step {
        id: 0,
        enabled: true,
        kind: ShapeKind::SetType(SetType {
            column: column.name().to_owned(),
            column_type: wanted,
        }),
    };
    let alone = Table::new(vec![column.clone()])?;
    match prepare::cleaning::apply(&alone, &[step], &mut Unobserved) {
        Ok(shaped) => Ok(shaped.table.required(column.name())?.clone()),
        Err(_) => Ok(column.clone()),
    }
}

/// The newest time of a column, in seconds since 1970.
fn newest(table: &Table, name: &str) -> Option<f64> {
    let column = table.column(name).filter(|column| column.column_type() == ColumnType::Time)?;
    column.numbers()?.iter().copied().filter(|x| x.is_finite()).reduce(f64::max)
}

/// The hash that the service knows a key by: HMAC-SHA-256 with its salt, the first 16 hexadecimal digits.
pub(super) fn key_hash(key: &str, salt: &str) -> String {
    let mut block = [0_u8; 64];
    let salt = salt.as_bytes();
    if salt.len() > block.len() {
        block[..32].copy_from_slice(&Sha256::digest(salt));
    } else {
        block[..salt.len()].copy_from_slice(salt);
    }
    let inner = Sha256::new()
        .chain_update(block.map(|byte| byte ^ 0x36))
        .chain_update(key.as_bytes())
        .finalize();
    let outer = Sha256::new()
        .chain_update(block.map(|byte| byte ^ 0x5c))
        .chain_update(inner)
        .finalize();
    outer.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_hashed_as_the_service_does() {
        // python -c 'import hmac; print(hmac.new(b"v1", b"42", "sha256").hexdigest()[:16])'
        assert_eq!(key_hash("42", "v1"), "ee9773925c472a42");
        assert_eq!(key_hash("42", &"x".repeat(70)), "01716f7107a28d0c");
    }
}

//! The service's log of predictions: one JSON object a line.
//!
//! `{"request_id", "at" or "ts" (ISO 8601), "model", "version", "sha256", "variant", "key_hash" (or null), "inputs": {column:
//! value or null} (or absent), "hashed": [columns that only a hash is logged of] (or absent), "label" and "probabilities" {class: p}, or "prediction"}` for one row; `"predictions"` and
//! `"inputs"` as lists, and `"first_row"`, for several rows of one request. Lines with `"shadow": true` are answers that
//! nobody saw: they are counted and passed over. So are fields that are not named here.
//!
//! A log is written by a process that may be killed: a last line without an end is torn and no fault; any other line that
//! cannot be read is counted and named by its number, and never ends the reading.

use std::collections::BTreeMap;

use metrics::Predicted;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use spec::monitor::{LinesSummary, ReferenceColumn};
use spec::step::DateOrder;
use spec::{ColumnType, Message, Observer, Outcome};
use table::value::{format_number, parse_boolean, parse_number, parse_time};
use table::{ByteSource, CategoryBuilder, Column, ColumnData, MISSING_BOOLEAN, Table, Text};

use crate::reference::prediction_column;

const SLICE: usize = 8 << 20;
/// A longer line is none of the service's.
const MAX_LINE: usize = 16 << 20;
/// Unreadable lines that are named.
const N_NAMED: usize = 20;

/// What is known of the model before its log is read.
#[derive(Clone, Copy, Debug, Default)]
pub struct LogForm<'a> {
    /// The inputs that are kept, each read as its type; none when only predictions matter.
    pub columns: &'a [ReferenceColumn],
    /// In the order of the contract; empty when numbers are predicted.
    pub classes: &'a [String],
    /// Texts that count as missing; the empty one always does.
    pub missing_tokens: &'a [String],
    /// Only who got which variant matters, not what the model said.
    pub without_answers: bool,
}

/// One of the models that answered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelVersion {
    pub model: String,
    pub version: String,
    pub sha256: String,
    pub variant: String,
    pub n_rows: u64,
}

/// One prediction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogEntry {
    pub request_id: String,
    /// Its place among the rows of the request, from 0.
    pub row: u32,
    pub key_hash: Option<String>,
    /// Seconds since 1970.
    pub at: f64,
    /// Index into [`Log::versions`].
    pub version: u32,
}

/// All predictions of a log, in its order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Log {
    pub entries: Vec<LogEntry>,
    pub versions: Vec<ModelVersion>,
    pub classes: Vec<String>,
    /// Row-major, entries x classes, or one number an entry.
    pub answers: Vec<f64>,
    /// The inputs that some line has, of the lines with inputs; None when no line has any.
    pub inputs: Option<Table>,
    /// The entry of each row of `inputs`.
    pub input_rows: Vec<u32>,
    /// Of columns that not every line has (a share of them is logged): the rows of `inputs` that have it, ascending. In the
    /// others nobody knows the value; a key with null is a value that is missing.
    #[serde(default)]
    pub logged_rows: BTreeMap<String, Vec<u32>>,
    pub summary: LinesSummary,
    /// Input cells that their column's type could not read, by column; they count as missing.
    pub n_unreadable_cells: BTreeMap<String, u64>,
}

impl Log {
    /// The answers as metrics take them.
    pub fn predicted(&self, threshold: Option<f64>) -> Predicted<'_> {
        if self.classes.is_empty() {
            return Predicted::Values(&self.answers);
        }
        Predicted::Probabilities {
            values: &self.answers,
            n_classes: self.classes.len(),
            threshold,
        }
    }

    /// The log of some of its entries; the summary and the counts of cells stay those of the whole file.
    pub fn select(&self, is_kept: &dyn Fn(&LogEntry) -> bool) -> Self {
        let width = self.classes.len().max(1);
        let mut place = vec![None; self.entries.len()];
        let mut out = Self {
            entries: Vec::new(),
            answers: Vec::new(),
            inputs: None,
            input_rows: Vec::new(),
            logged_rows: BTreeMap::new(),
            ..self.clone()
        };
        for (at, entry) in self.entries.iter().enumerate().filter(|(_, entry)| is_kept(entry)) {
            place[at] = Some(out.entries.len() as u32);
            out.entries.push(entry.clone());
            out.answers.extend_from_slice(&self.answers[at * width..(at + 1) * width]);
        }
        let mut rows = Vec::new();
        for (row, entry) in self.input_rows.iter().enumerate() {
            if let Some(entry) = place[*entry as usize] {
                rows.push(row as u32);
                out.input_rows.push(entry);
            }
        }
        // A column of which no row is left was not logged.
        let mut lost = Vec::new();
        for (name, logged) in &self.logged_rows {
            let left: Vec<u32> = (0..rows.len() as u32)
                .filter(|&row| logged.binary_search(&rows[row as usize]).is_ok())
                .collect();
            if left.is_empty() {
                lost.push(name.clone());
            } else if left.len() < rows.len() {
                out.logged_rows.insert(name.clone(), left);
            }
        }
        let left = self.inputs.clone().map(|inputs| inputs.without(&lost));
        out.inputs = left
            .filter(|inputs| !rows.is_empty() && inputs.n_columns() > 0)
            .map(|inputs| inputs.select(&rows));
        if out.inputs.is_none() {
            out.input_rows.clear();
        }
        out
    }

    /// What stands for the predictions in a comparison, in the rows of `inputs`, or of all entries without inputs.
    pub fn prediction(&self, threshold: Option<f64>) -> Column {
        let all = prediction_column(&self.predicted(threshold), &self.classes);
        match self.inputs {
            Some(_) => all.select(&self.input_rows),
            None => all,
        }
    }
}

/// Reads a whole file. Errors: those of the source; the observer's.
pub fn read_log(source: &dyn ByteSource, form: LogForm, observer: &mut dyn Observer) -> Outcome<Log> {
    let mut reader = LogReader::new(form);
    let n_bytes = source.n_bytes();
    let mut offset = 0;
    while offset < n_bytes {
        observer.tick(offset as f64 / n_bytes as f64)?;
        let slice = source.read(offset, SLICE)?;
        if slice.is_empty() {
            break;
        }
        offset += slice.len() as u64;
        reader.push(&slice);
    }
    observer.tick(1.0)?;
    reader.finish()
}

/// Takes a log in slices of any size.
pub struct LogReader<'a> {
    form: LogForm<'a>,
    lines: Lines,
    log: Log,
    places: BTreeMap<&'a str, usize>,
    columns: Vec<Typed>,
    /// By column, the rows whose line had this input.
    logged: Vec<Vec<u32>>,
    n_unreadable: Vec<u64>,
    n_shadow: u64,
}

#[derive(Deserialize)]
struct Line {
    request_id: Option<String>,
    at: Option<String>,
    ts: Option<String>,
    #[serde(default)]
    shadow: bool,
    #[serde(default)]
    first_row: u32,
    #[serde(default)]
    model: String,
    #[serde(default)]
    version: String,
    #[serde(default)]
    sha256: String,
    #[serde(default)]
    variant: String,
    key_hash: Option<String>,
    inputs: Option<Value>,
    /// Inputs of which only a hash is logged, which says nothing of the value.
    #[serde(default)]
    hashed: Vec<String>,
    predictions: Option<Vec<Answer>>,
    probabilities: Option<Value>,
    prediction: Option<f64>,
}

#[derive(Deserialize)]
struct Answer {
    probabilities: Option<Value>,
    prediction: Option<f64>,
}

impl<'a> LogReader<'a> {
    pub fn new(form: LogForm<'a>) -> Self {
        let names = form.columns.iter().enumerate().map(|(at, column)| (column.name.as_str(), at));
        Self {
            lines: Lines::default(),
            log: Log {
                classes: form.classes.to_vec(),
                ..Log::default()
            },
            places: names.collect(),
            columns: form.columns.iter().map(|column| Typed::new(column.column_type)).collect(),
            logged: vec![Vec::new(); form.columns.len()],
            n_unreadable: vec![0; form.columns.len()],
            n_shadow: 0,
            form,
        }
    }

    pub fn push(&mut self, bytes: &[u8]) {
        let mut lines = std::mem::take(&mut self.lines);
        lines.push(bytes, &mut |line| self.line(line));
        self.lines = lines;
    }

    /// Errors: none of the log's; `table.lengths` never.
    pub fn finish(mut self) -> Outcome<Log> {
        let lines = std::mem::take(&mut self.lines);
        let summary = lines.finish(&mut |line| self.line(line));
        let mut log = self.log;
        log.summary = LinesSummary {
            first_at: log.entries.iter().map(|entry| entry.at).reduce(f64::min),
            last_at: log.entries.iter().map(|entry| entry.at).reduce(f64::max),
            n_shadow: self.n_shadow,
            ..summary
        };
        let n_rows = log.input_rows.len();
        let mut columns = Vec::new();
        for ((column, cells), logged) in self.form.columns.iter().zip(self.columns).zip(self.logged) {
            if logged.is_empty() {
                continue;
            }
            columns.push(Column::new(column.name.clone(), cells.finish()));
            if logged.len() < n_rows {
                log.logged_rows.insert(column.name.clone(), logged);
            }
        }
        if !columns.is_empty() {
            log.inputs = Some(Table::new(columns)?);
        } else {
            log.input_rows.clear();
        }
        let cells = self.form.columns.iter().zip(self.n_unreadable).filter(|(_, n)| *n > 0);
        log.n_unreadable_cells = cells.map(|(column, n)| (column.name.clone(), n)).collect();
        Ok(log)
    }

    fn line(&mut self, bytes: &[u8]) -> Result<(), Message> {
        let line: Line = parsed(bytes)?;
        let request_id = line
            .request_id
            .filter(|id| !id.is_empty())
            .ok_or_else(|| no_field("request_id"))?;
        let at = line.at.or(line.ts).ok_or_else(|| no_field("at"))?;
        let at = time(&at)?;
        if line.shadow {
            self.n_shadow += 1;
            return Ok(());
        }
        let of_one_row = Answer {
            probabilities: line.probabilities,
            prediction: line.prediction,
        };
        let answers = line.predictions.unwrap_or_else(|| vec![of_one_row]);
        let mut numbers = Vec::with_capacity(answers.len() * self.form.classes.len().max(1));
        if !self.form.without_answers {
            for answer in &answers {
                self.answer(answer, &mut numbers)?;
            }
        }
        let inputs: Vec<Option<&Map<String, Value>>> = match &line.inputs {
            Some(Value::Object(row)) => vec![Some(row)],
            Some(Value::Array(rows)) => rows.iter().map(Value::as_object).collect(),
            _ => Vec::new(),
        };
        if !inputs.is_empty() && inputs.len() != answers.len() {
            return Err(Message::new("monitor.line_rows")
                .with("n", inputs.len())
                .with("expected", answers.len()));
        }
        let n_rows = answers.len() as u32;
        let end = line.first_row.checked_add(n_rows);
        end.ok_or_else(|| Message::new("monitor.line_first_row").with("row", line.first_row))?;
        // The whole line can be read: nothing of it is taken before that is known.
        self.log.answers.extend(numbers);
        let version = self.version([line.model, line.version, line.sha256, line.variant], u64::from(n_rows));
        for row in 0..n_rows {
            if let Some(cells) = inputs
                .get(row as usize)
                .copied()
                .flatten()
                .filter(|_| !self.columns.is_empty())
            {
                self.log.input_rows.push(self.log.entries.len() as u32);
                self.inputs(cells, &line.hashed);
            }
            self.log.entries.push(LogEntry {
                request_id: request_id.clone(),
                row: line.first_row + row,
                key_hash: line.key_hash.clone().filter(|key| !key.is_empty()),
                at,
                version,
            });
        }
        Ok(())
    }

    fn answer(&self, answer: &Answer, numbers: &mut Vec<f64>) -> Result<(), Message> {
        let classes = self.form.classes;
        if classes.is_empty() {
            numbers.push(answer.prediction.ok_or_else(|| no_field("prediction"))?);
            return Ok(());
        }
        let values: Option<Vec<f64>> = match &answer.probabilities {
            Some(Value::Object(by_class)) => classes.iter().map(|class| by_class.get(class)?.as_f64()).collect(),
            Some(Value::Array(values)) if values.len() == classes.len() => values.iter().map(Value::as_f64).collect(),
            Some(_) => None,
            None => return Err(no_field("probabilities")),
        };
        let values = values.ok_or_else(|| Message::new("monitor.line_classes").with("classes", classes.to_vec()))?;
        numbers.extend(values);
        Ok(())
    }

    fn version(&mut self, [model, version, sha256, variant]: [String; 4], n_rows: u64) -> u32 {
        let is_same = |known: &ModelVersion| {
            known.version == version && known.variant == variant && known.sha256 == sha256 && known.model == model
        };
        let place = self.log.versions.iter().position(is_same).unwrap_or_else(|| {
            self.log.versions.push(ModelVersion {
                model,
                version,
                sha256,
                variant,
                n_rows: 0,
            });
            self.log.versions.len() - 1
        });
        self.log.versions[place].n_rows += n_rows;
        place as u32
    }

    fn inputs(&mut self, inputs: &Map<String, Value>, hashed: &[String]) {
        let row = (self.log.input_rows.len() - 1) as u32;
        let mut cells: Vec<Option<&Value>> = vec![None; self.columns.len()];
        for (name, value) in inputs.iter().filter(|(name, _)| !hashed.contains(name)) {
            if let Some(&at) = self.places.get(name.as_str()) {
                cells[at] = Some(value);
                self.logged[at].push(row);
            }
        }
        for (at, cell) in cells.into_iter().enumerate() {
            if !self.columns[at].push(cell.unwrap_or(&Value::Null), self.form.missing_tokens) {
                self.n_unreadable[at] += 1;
            }
        }
    }
}

/// Cells of one column, as its type reads them.
enum Typed {
    Number(Vec<f64>),
    Time(Vec<f64>),
    Boolean(Vec<u8>),
    Category(CategoryBuilder),
    Text(Text),
}

impl Typed {
    fn new(column_type: ColumnType) -> Self {
        match column_type {
            ColumnType::Number => Self::Number(Vec::new()),
            ColumnType::Time => Self::Time(Vec::new()),
            ColumnType::Boolean => Self::Boolean(Vec::new()),
            ColumnType::Category => Self::Category(CategoryBuilder::default()),
            ColumnType::Text => Self::Text(Text::new()),
        }
    }

    /// False when the cell cannot be read and was stored as missing.
    fn push(&mut self, cell: &Value, missing_tokens: &[String]) -> bool {
        let text = cell.as_str().map(str::trim);
        let is_missing =
            cell.is_null() || text.is_some_and(|text| text.is_empty() || missing_tokens.iter().any(|token| token == text));
        let as_number = || match cell {
            Value::Bool(flag) => Some(f64::from(u8::from(*flag))),
            _ => cell.as_f64().or_else(|| parse_number(text?, false)),
        };
        match self {
            Self::Number(values) => {
                let value = as_number().filter(|_| !is_missing);
                values.push(value.unwrap_or(f64::NAN));
                is_missing || value.is_some()
            }
            Self::Time(values) => {
                let value = cell
                    .as_f64()
                    .or_else(|| parse_time(text?, DateOrder::Ymd))
                    .filter(|_| !is_missing);
                values.push(value.unwrap_or(f64::NAN));
                is_missing || value.is_some()
            }
            Self::Boolean(values) => {
                let value = match cell {
                    Value::Bool(flag) => Some(*flag),
                    _ => text.and_then(parse_boolean).or_else(|| match as_number() {
                        Some(1.0) => Some(true),
                        Some(0.0) => Some(false),
                        _ => None,
                    }),
                };
                let value = value.filter(|_| !is_missing);
                values.push(value.map_or(MISSING_BOOLEAN, u8::from));
                is_missing || value.is_some()
            }
            Self::Category(_) | Self::Text(_) => {
                let level = match cell {
                    _ if is_missing => None,
                    Value::Bool(flag) => Some(if *flag { "true" } else { "false" }.to_owned()),
                    Value::Number(_) => cell.as_f64().map(format_number),
                    _ => text.map(str::to_owned),
                };
                match self {
                    Self::Category(builder) => builder.push(level.as_deref()),
                    Self::Text(texts) => texts.push(level.as_deref().unwrap_or("")),
                    _ => {}
                }
                is_missing || level.is_some()
            }
        }
    }

    fn finish(self) -> ColumnData {
        match self {
            Self::Number(values) => ColumnData::Number(values),
            Self::Time(values) => ColumnData::Time(values),
            Self::Boolean(values) => ColumnData::Boolean(values),
            Self::Category(builder) => ColumnData::Category(builder.finish()),
            Self::Text(texts) => ColumnData::Text(texts),
        }
    }
}

pub(crate) fn parsed<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Message> {
    serde_json::from_slice(bytes).map_err(|error| {
        let text = error.to_string();
        // Its line and column are those within the line.
        let text = text.split(" at line ").next().unwrap_or_default();
        Message::new("monitor.line_unreadable").with("error", text)
    })
}

pub(crate) fn no_field(field: &str) -> Message {
    Message::new("monitor.line_field").with("field", field)
}

/// Seconds since 1970.
pub(crate) fn time(text: &str) -> Result<f64, Message> {
    parse_time(text, DateOrder::Ymd).ok_or_else(|| {
        let shown: String = text.chars().take(60).collect();
        Message::new("monitor.line_time").with("text", shown)
    })
}

type OnLine<'a> = &'a mut dyn FnMut(&[u8]) -> Result<(), Message>;

/// Lines out of slices.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lines {
    /// The beginning of a line whose end has not come yet.
    open: Vec<u8>,
    /// The open line is too long; what follows of it is passed over.
    is_too_long: bool,
    line: u64,
    summary: LinesSummary,
}

impl Lines {
    pub fn push(&mut self, bytes: &[u8], on_line: OnLine) {
        let mut rest = bytes;
        while let Some(end) = rest.iter().position(|&byte| byte == b'\n') {
            let (line, after) = (&rest[..end], &rest[end + 1..]);
            if self.open.is_empty() && !self.is_too_long {
                self.take(line, on_line);
            } else {
                self.extend(line);
                let whole = std::mem::take(&mut self.open);
                self.take(&whole, on_line);
            }
            rest = after;
        }
        self.extend(rest);
    }

    fn extend(&mut self, bytes: &[u8]) {
        if self.is_too_long || self.open.len() + bytes.len() > MAX_LINE {
            self.is_too_long = true;
            self.open.clear();
        } else {
            self.open.extend_from_slice(bytes);
        }
    }

    /// A last line without an end counts when it can be read, and else is torn.
    pub fn finish(mut self, on_line: OnLine) -> LinesSummary {
        let last = std::mem::take(&mut self.open);
        if self.is_too_long {
            self.summary.torn_last = true;
        } else if !trimmed(&last, self.line == 0).is_empty() {
            if on_line(trimmed(&last, self.line == 0)).is_ok() {
                self.summary.n_lines += 1;
                self.summary.n_read += 1;
            } else {
                self.summary.torn_last = true;
            }
        }
        self.summary
    }

    fn take(&mut self, line: &[u8], on_line: OnLine) {
        let line = trimmed(line, self.line == 0);
        self.line += 1;
        if line.is_empty() && !self.is_too_long {
            return;
        }
        self.summary.n_lines += 1;
        let outcome = if std::mem::take(&mut self.is_too_long) || line.len() > MAX_LINE {
            Err(Message::new("monitor.line_too_long").with("limit", MAX_LINE))
        } else {
            on_line(line)
        };
        match outcome {
            Ok(()) => self.summary.n_read += 1,
            Err(message) => {
                self.summary.n_unreadable += 1;
                if self.summary.unreadable.len() < N_NAMED {
                    self.summary.unreadable.push((self.line, message));
                }
            }
        }
    }
}

/// Without blanks around, and without a byte order mark at the beginning of the file.
fn trimmed(line: &[u8], is_first: bool) -> &[u8] {
    let line = if is_first {
        line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line)
    } else {
        line
    };
    line.trim_ascii()
}

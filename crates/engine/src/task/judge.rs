//! A batch against the training rows of the model that is watched: drift, and performance where outcomes are known.

use std::collections::{BTreeMap, BTreeSet};

use monitor::{Batch, Expected, Id, Joined, Labels, LogEntry, OutcomeRecord, compare, join, labelled, prediction_column};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use spec::monitor::{BatchKind, BatchReport, DriftReport, JoinSummary, MonitorRules, Reference};
use spec::{Message, Observer, Outcome, Section, wire};
use table::value::parse_number;
use table::{Category, Column, ColumnData, Table};
use train::Predictions;

use super::batch::{self, Kept, Subject};
use super::fit::for_metrics;
use super::known as rows_of_training;
use super::predictor::Loaded;

/// Outcomes that a message names.
const N_NAMED: usize = 5;
/// A column tells rows apart when this share of its values is unique.
const UNIQUE_SHARE: f64 = 0.95;

/// A batch as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredBatch {
    pub kind: BatchKind,
    /// Bytes of the table.
    pub table: Option<ByteBuf>,
    /// Wire bytes of [`Kept`].
    pub kept: Option<ByteBuf>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JudgedBatch {
    pub report: BatchReport,
    /// Bytes of the table, when outcomes were written into it.
    pub table: Option<ByteBuf>,
    /// Rows with a known outcome.
    pub has_target: bool,
}

/// Outcomes as they are known, row by row.
enum Known {
    Classes(Vec<Option<u32>>),
    Values(Vec<f64>),
}

pub(super) fn judge(
    subject: &Subject,
    stored: &StoredBatch,
    rules: &MonitorRules,
    observer: &mut dyn Observer,
) -> Outcome<JudgedBatch> {
    let reference = monitor::from_json(&subject.reference)?;
    // A bundle and the project that it came from say the same of the same rows.
    let subject = &Subject {
        seed: reference.seed.unwrap_or(subject.seed),
        n_features: reference.n_features.or(subject.n_features),
        ..subject.clone()
    };
    let loaded = subject.predictor.load()?;
    let table = stored.table.as_ref().map(|bytes| Table::from_bytes(bytes)).transpose()?;
    let kept: Option<Kept> = stored.kept.as_ref().map(|bytes| wire::from_bytes(bytes)).transpose()?;
    match (stored.kind, table, kept) {
        (BatchKind::Log, table, Some(kept)) => log(subject, reference, &loaded, table, kept, rules, observer),
        (_, Some(table), kept) => rows(subject, &reference, &loaded, table, kept, rules, observer),
        _ => Err(Message::new("engine.wrong_output").into()),
    }
}

/// Raw rows: cleaned and predicted as the exported model would.
fn rows(
    subject: &Subject,
    reference: &Reference,
    loaded: &Loaded,
    table: Table,
    kept: Option<Kept>,
    rules: &MonitorRules,
    observer: &mut dyn Observer,
) -> Outcome<JudgedBatch> {
    let mut written = None;
    let mut summary = None;
    let mut warnings = Vec::new();
    let table = match kept.filter(|kept| !kept.outcomes.is_empty()) {
        Some(kept) => {
            let joined = join(&kept.log, &kept.outcomes, &str::to_owned, rules);
            let table = with_outcomes(table, subject, loaded.classes(), &kept.outcomes, &joined, &mut warnings)?;
            summary = Some(joined.summary);
            written = Some(table.to_bytes().into());
            table
        }
        None => table,
    };
    let clean = cleaned(subject, reference, &table)?;
    let predicted = loaded.predict(&clean, &mut Section::new(observer, 0.0, 0.4))?;
    let (classes, threshold) = (loaded.classes(), subject.predictor.threshold);
    let prediction = prediction_column(&for_metrics(&predicted, threshold), classes);
    let outcomes = clean
        .column(&subject.target)
        .map(|column| known(column, classes, &mut warnings));
    let learned = reference
        .rows
        .as_ref()
        .and_then(|known| learned_rows(&table, known, clean.n_rows()));
    let n_learned = learned.iter().flatten().filter(|is| **is).count();
    if n_learned > 0 && outcomes.is_some() {
        warnings.push(
            Message::new("monitor.rows_learned")
                .with("n", n_learned)
                .with("of", clean.n_rows()),
        );
    }
    let target = outcomes.as_ref().and_then(|known| known.column(&subject.target, classes));
    let batch = Batch {
        table: Some(&clean),
        known_rows: None,
        prediction: Some(&prediction),
        target: target.as_ref(),
    };
    let drift = compare(reference, &batch, rules, &mut Section::new(observer, 0.4, 0.7))?;
    // How well a model does on rows that it learned from says nothing of how it does.
    let has_target = outcomes.as_ref().is_some_and(Known::has_any);
    let labels = outcomes.map(|known| known.without(learned.as_deref().unwrap_or_default()).labels(&predicted));
    let facts = Facts {
        drift,
        has_target,
        labels,
        join: summary,
        warnings,
        table: written,
    };
    report(subject, facts, rules, &mut Section::new(observer, 0.7, 1.0))
}

/// The service's own predictions, and the inputs that it logged.
fn log(
    subject: &Subject,
    mut reference: Reference,
    loaded: &Loaded,
    inputs: Option<Table>,
    mut kept: Kept,
    rules: &MonitorRules,
    observer: &mut dyn Observer,
) -> Outcome<JudgedBatch> {
    let mut warnings = Vec::new();
    // Outcomes that were written into the table come again from the join.
    let inputs = inputs.map(|inputs| inputs.without(std::slice::from_ref(&subject.target)));
    let not_logged: Vec<String> = reference
        .columns
        .iter()
        .filter(|column| inputs.as_ref().is_none_or(|inputs| inputs.column(&column.name).is_none()))
        .map(|column| column.name.clone())
        .collect();
    if !not_logged.is_empty() {
        reference.columns.retain(|column| !not_logged.contains(&column.name));
        warnings.push(
            Message::new("monitor.not_logged")
                .with("n", not_logged.len())
                .with("columns", not_logged),
        );
    }
    kept.log.inputs = inputs;
    let salt = kept.salt.clone();
    let joined = join(&kept.log, &kept.outcomes, &|key| batch::key_hash(key, &salt), rules);
    let labelled = labelled(&kept.log, &kept.outcomes, &joined, None);
    if labelled.n_unknown > 0 {
        warnings.push(unknown(labelled.n_unknown, &labelled.unknown, loaded.classes()));
    }
    observer.tick(0.3)?;
    let threshold = subject.predictor.threshold;
    let prediction = kept.log.prediction(threshold);
    let outcomes = of_entries(&labelled.labels, &labelled.rows, kept.log.entries.len());
    let target = outcomes
        .column(&subject.target, loaded.classes())
        .map(|all| match &kept.log.inputs {
            Some(_) => all.select(&kept.log.input_rows),
            None => all,
        });
    let batch = Batch {
        table: kept.log.inputs.as_ref(),
        known_rows: Some(&kept.log.logged_rows),
        prediction: Some(&prediction),
        target: target.as_ref(),
    };
    let drift = compare(&reference, &batch, rules, &mut Section::new(observer, 0.3, 0.7))?;
    let written = match (&kept.log.inputs, target) {
        (Some(inputs), Some(target)) => Some(inputs.clone().with_column(target)?.to_bytes().into()),
        _ => None,
    };
    let facts = Facts {
        drift,
        has_target: !labelled.rows.is_empty(),
        labels: Some((labelled.labels, labelled.rows.len())),
        join: Some(joined.summary),
        warnings,
        table: written,
    };
    report(subject, facts, rules, &mut Section::new(observer, 0.7, 1.0))
}

/// What is known of a batch before its performance is.
struct Facts {
    drift: DriftReport,
    /// Some outcome is known, though perhaps of rows that the model learned from.
    has_target: bool,
    /// Truth and predictions of the rows with an outcome, and how many they are.
    labels: Option<(Labels, usize)>,
    join: Option<JoinSummary>,
    warnings: Vec<Message>,
    /// Bytes of the table, when outcomes were written into it.
    table: Option<ByteBuf>,
}

/// Performance, where there is an outcome, and everything put together.
fn report(subject: &Subject, facts: Facts, rules: &MonitorRules, observer: &mut dyn Observer) -> Outcome<JudgedBatch> {
    let performance = match facts.labels.filter(|(_, n_rows)| *n_rows > 0) {
        None => None,
        Some((labels, _)) => {
            let expected = Expected {
                scores: &subject.scores,
                n_features: subject.n_features.map(|n| n as usize),
            };
            let predicted = labels.predicted(subject.predictor.threshold);
            Some(monitor::performance(
                &expected,
                &labels.truth(),
                &predicted,
                rules,
                subject.seed,
                observer,
            )?)
        }
    };
    observer.tick(1.0)?;
    Ok(JudgedBatch {
        has_target: facts.has_target,
        report: BatchReport {
            drift: facts.drift,
            performance,
            join: facts.join,
            warnings: facts.warnings,
        },
        table: facts.table,
    })
}

/// The rows as the model's inputs were in training: cleaned, and of the types that the reference has.
fn cleaned(subject: &Subject, reference: &Reference, table: &Table) -> Outcome<Table> {
    let clean = deploy::clean_what_can_be(table, &subject.predictor.cleaning)?.into_owned();
    let form = batch::Form {
        columns: reference
            .columns
            .iter()
            .map(|column| (column.name.clone(), column.column_type))
            .collect(),
        ..subject.form.clone()
    };
    // What is not read here was named when the file was read.
    batch::as_in_training(clean, &form, &mut Vec::new())
}

/// The rows of a raw table as a model takes them.
pub(super) fn predictions(subject: &Subject, table: &Table, observer: &mut dyn Observer) -> Outcome<(Predictions, Vec<String>)> {
    let loaded = subject.predictor.load()?;
    let clean = deploy::clean_what_can_be(table, &subject.predictor.cleaning)?.into_owned();
    let form = batch::Form {
        columns: loaded.inputs(),
        ..subject.form.clone()
    };
    let clean = batch::as_in_training(clean, &form, &mut Vec::new())?;
    Ok((loaded.predict(&clean, observer)?, loaded.classes().to_vec()))
}

/// The target of a table. What is none of the model's classes counts as unknown.
fn known(column: &Column, classes: &[String], warnings: &mut Vec<Message>) -> Known {
    if classes.is_empty() {
        if let Some(values) = column.numbers() {
            let finite = |x: &f64| if x.is_finite() { *x } else { f64::NAN };
            return Known::Values(values.iter().map(finite).collect());
        }
        let texts: Vec<Option<String>> = (0..column.n_rows())
            .map(|row| column.text_at(row).map(|text| text.into_owned()))
            .collect();
        let mut strange = Vec::new();
        let values = numbers(&texts, &mut strange);
        warnings.extend(match values.iter().all(|x| x.is_nan()) {
            true => Some(Message::new("monitor.target_no_number").with("column", column.name())),
            false if strange.is_empty() => None,
            false => Some(unknown(strange.len() as u64, &strange, classes)),
        });
        return Known::Values(values);
    }
    let category = column.to_category();
    let counts = category.counts();
    let levels: Vec<usize> = (0..counts.len()).filter(|&at| counts[at] > 0).collect();
    let texts: Vec<&str> = levels.iter().map(|&at| category.levels[at].trim()).collect();
    let mut codes = vec![None; counts.len()];
    for (at, code) in levels.into_iter().zip(monitor::class_codes(&texts, classes)) {
        codes[at] = code;
    }
    let strange: Vec<usize> = (0..codes.len()).filter(|&at| codes[at].is_none() && counts[at] > 0).collect();
    if !strange.is_empty() {
        let n = strange.iter().map(|&at| counts[at]).sum();
        let names: Vec<String> = strange.iter().map(|&at| category.levels[at].clone()).collect();
        warnings.push(unknown(n, &names, classes));
    }
    let of_row = |code: &u32| codes.get(*code as usize).copied().flatten();
    Known::Classes(category.codes.iter().map(of_row).collect())
}

/// `classes`: empty where outcomes are numbers.
fn unknown(n: u64, names: &[String], classes: &[String]) -> Message {
    let mut some: Vec<String> = Vec::new();
    for name in names {
        if some.len() < N_NAMED && !some.contains(name) {
            some.push(name.clone());
        }
    }
    let code = if classes.is_empty() {
        "monitor.outcomes_no_number"
    } else {
        "monitor.outcomes_unknown"
    };
    Message::new(code).with("n", n).with("outcomes", some)
}

/// Row by row, as [`labelled`] reads them: what is no number is unknown, and goes to `strange`.
fn numbers(texts: &[Option<String>], strange: &mut Vec<String>) -> Vec<f64> {
    let number = |text: &Option<String>| {
        let Some(text) = text.as_deref().map(str::trim).filter(|text| !text.is_empty()) else {
            return f64::NAN;
        };
        let value = parse_number(text, false).filter(|x| x.is_finite());
        value.unwrap_or_else(|| {
            strange.push(text.to_owned());
            f64::NAN
        })
    };
    texts.iter().map(number).collect()
}

/// As [`rows_of_training::learned`]; None too where cleaning took rows away, which then cannot be told apart.
fn learned_rows(table: &Table, known: &spec::monitor::KnownRows, n_clean: usize) -> Option<Vec<bool>> {
    (table.n_rows() == n_clean)
        .then(|| rows_of_training::learned(table, known))
        .flatten()
}

impl Known {
    fn has_any(&self) -> bool {
        match self {
            Self::Classes(codes) => codes.iter().any(Option::is_some),
            Self::Values(values) => values.iter().any(|x| !x.is_nan()),
        }
    }

    /// Without the outcomes of these rows.
    fn without(self, rows: &[bool]) -> Self {
        let is_out = |row: usize| rows.get(row) == Some(&true);
        match self {
            Self::Classes(codes) => {
                let codes = codes.into_iter().enumerate();
                Self::Classes(codes.map(|(row, code)| code.filter(|_| !is_out(row))).collect())
            }
            Self::Values(values) => {
                let values = values.into_iter().enumerate();
                Self::Values(values.map(|(row, x)| if is_out(row) { f64::NAN } else { x }).collect())
            }
        }
    }

    /// As the reference has its target; None when no outcome is known.
    fn column(&self, name: &str, classes: &[String]) -> Option<Column> {
        match self {
            Self::Values(values) => values
                .iter()
                .any(|x| !x.is_nan())
                .then(|| Column::new(name, ColumnData::Number(values.clone()))),
            Self::Classes(codes) => codes.iter().any(Option::is_some).then(|| {
                let text = |code: &Option<u32>| code.and_then(|code| classes.get(code as usize)).map(String::as_str);
                Column::new(name, ColumnData::Category(Category::from_texts(codes.iter().map(text))))
            }),
        }
    }

    /// Truth and predictions of the rows with an outcome, and how many they are.
    fn labels(self, predicted: &Predictions) -> (Labels, usize) {
        match (self, predicted) {
            (Self::Classes(known), Predictions::Probabilities { n_classes, values }) => {
                let mut codes = Vec::new();
                let mut probabilities = Vec::new();
                for (code, row) in known.iter().zip(values.chunks_exact((*n_classes).max(1))) {
                    if let Some(code) = code {
                        codes.push(*code);
                        probabilities.extend_from_slice(row);
                    }
                }
                let n = codes.len();
                let n_classes = *n_classes;
                (
                    Labels::Classes {
                        codes,
                        probabilities,
                        n_classes,
                    },
                    n,
                )
            }
            (Self::Values(known), Predictions::Values(values)) => {
                let pairs = known.iter().zip(values).filter(|(truth, _)| !truth.is_nan());
                let (truth, predicted): (Vec<f64>, Vec<f64>) = pairs.map(|(a, b)| (*a, *b)).unzip();
                let n = truth.len();
                (Labels::Values { truth, predicted }, n)
            }
            _ => (
                Labels::Values {
                    truth: Vec::new(),
                    predicted: Vec::new(),
                },
                0,
            ),
        }
    }
}

/// Outcomes of labelled entries among all entries of a log.
fn of_entries(labels: &Labels, rows: &[u32], n_entries: usize) -> Known {
    match labels {
        Labels::Classes { codes, .. } => {
            let mut all = vec![None; n_entries];
            rows.iter()
                .zip(codes)
                .for_each(|(row, code)| all[*row as usize] = Some(*code));
            Known::Classes(all)
        }
        Labels::Values { truth, .. } => {
            let mut all = vec![f64::NAN; n_entries];
            rows.iter().zip(truth).for_each(|(row, value)| all[*row as usize] = *value);
            Known::Values(all)
        }
    }
}

/// The table with the outcomes that belong to its rows. Numbers are read one by one: a single odd word must not make words
/// of all of them. Where the cleaning reads the target, it stays as it is written.
fn with_outcomes(
    table: Table,
    subject: &Subject,
    classes: &[String],
    outcomes: &[OutcomeRecord],
    joined: &Joined,
    warnings: &mut Vec<Message>,
) -> Outcome<Table> {
    let target = subject.target.as_str();
    let own = table.column(target);
    let mut texts: Vec<Option<String>> = match own {
        Some(column) => (0..table.n_rows())
            .map(|row| column.text_at(row).map(|text| text.into_owned()))
            .collect(),
        None => vec![None; table.n_rows()],
    };
    for (row, outcome) in &joined.pairs {
        if let (Some(text), Some(record)) = (texts.get_mut(*row as usize), outcomes.get(*outcome as usize)) {
            *text = Some(record.outcome.clone());
        }
    }
    let is_words = own.is_some_and(|column| column.numbers().is_none());
    let is_cleaned = subject
        .predictor
        .cleaning
        .iter()
        .any(|step| prepare::cleaning::is_on(&step.kind, target));
    let data = if classes.is_empty() && !(is_words && is_cleaned) {
        let mut strange = Vec::new();
        let values = numbers(&texts, &mut strange);
        if !strange.is_empty() {
            warnings.push(unknown(strange.len() as u64, &strange, classes));
        }
        ColumnData::Number(values)
    } else {
        in_words(&texts)
    };
    table.with_column(Column::new(target, data))
}

/// Classes that are numbers stay numbers, as they are when a file is read.
fn in_words(texts: &[Option<String>]) -> ColumnData {
    let numbers: Option<Vec<f64>> = texts
        .iter()
        .map(|text| text.as_ref().map_or(Some(f64::NAN), |text| parse_number(text, false)))
        .collect();
    match numbers {
        Some(numbers) => ColumnData::Number(numbers),
        None => ColumnData::Category(Category::from_texts(texts.iter().map(Option::as_deref))),
    }
}

/// The outcomes of an earlier reading of the same file, with the rows as they were read now.
pub(super) fn carry_over(kept: &[u8], batch: &StoredBatch, salt: Option<&str>) -> Outcome<Option<ByteBuf>> {
    let earlier: Kept = wire::from_bytes(kept)?;
    let mut new = match (&batch.kept, &batch.table) {
        (Some(kept), _) => wire::from_bytes(kept)?,
        (None, Some(table)) => Kept {
            log: monitor::Log {
                entries: same_ids(&earlier.log.entries, &Table::from_bytes(table)?),
                ..earlier.log
            },
            ..Kept::default()
        },
        (None, None) => return Ok(None),
    };
    new.outcomes = earlier.outcomes;
    new.salt = salt.map_or(earlier.salt, str::to_owned);
    Ok(Some(wire::to_bytes(&new).into()))
}

/// Entries for the rows of a table, by the column that has the most of the ids that its rows had before.
fn same_ids(earlier: &[LogEntry], table: &Table) -> Vec<LogEntry> {
    let ids: BTreeSet<&str> = earlier.iter().map(|entry| entry.request_id.as_str()).collect();
    let at = earlier.first().map_or(0.0, |entry| entry.at);
    let of_row = |column: &Column, row: usize| column.text_at(row).map(|text| text.trim().to_owned()).unwrap_or_default();
    let n_known = |column: &Column| {
        let known = (0..table.n_rows()).filter(|&row| ids.contains(of_row(column, row).as_str()));
        known.count()
    };
    let column = table
        .columns()
        .iter()
        .map(|column| (n_known(column), column))
        .reduce(|best, other| if other.0 > best.0 { other } else { best });
    let entry = |row: usize| LogEntry {
        request_id: column.map(|(_, column)| of_row(column, row)).unwrap_or_default(),
        row: 0,
        key_hash: None,
        at,
        version: 0,
    };
    (0..table.n_rows()).map(entry).collect()
}

/// Which stored batches new outcomes belong to, and what they then keep: one entry a batch, None where nothing is new.
pub(super) fn assign(
    records: &[OutcomeRecord],
    labels: Option<(&[u8], &str, Option<&str>)>,
    target: &str,
    batches: &[(StoredBatch, f64)],
    observer: &mut dyn Observer,
) -> Outcome<Vec<Option<ByteBuf>>> {
    match labels {
        None => by_id(records, batches, observer),
        Some((bytes, outcome, at)) => by_column(&Table::from_bytes(bytes)?, outcome, at, target, batches, observer),
    }
}

/// To the newest log that has the prediction; what none has, to the newest of all, where it counts as an orphan.
fn by_id(
    records: &[OutcomeRecord],
    batches: &[(StoredBatch, f64)],
    observer: &mut dyn Observer,
) -> Outcome<Vec<Option<ByteBuf>>> {
    let mut logs: Vec<(usize, Kept)> = Vec::new();
    for (at, (stored, _)) in batches.iter().enumerate() {
        if let (BatchKind::Log, Some(kept)) = (stored.kind, &stored.kept) {
            logs.push((at, wire::from_bytes(kept)?));
        }
    }
    let mut found: Vec<Vec<OutcomeRecord>> = vec![Vec::new(); logs.len()];
    let predicted: Vec<KnownTo<'_>> = logs.iter().map(|(_, kept)| KnownTo::of(kept)).collect();
    for (i, record) in records.iter().enumerate() {
        if i % 4096 == 0 {
            observer.tick(i as f64 / records.len() as f64)?;
        }
        let newest_first = || (0..predicted.len()).rev();
        let place = newest_first().find(|&at| predicted[at].has(record));
        if let Some(place) = place.or_else(|| newest_first().next()) {
            found[place].push(record.clone());
        }
    }
    let mut out = vec![None; batches.len()];
    let has_any = |kept: &Kept, new: &[OutcomeRecord]| {
        let salt = &kept.salt;
        let joined = join(&kept.log, new, &|key| batch::key_hash(key, salt), &MonitorRules::default());
        !joined.pairs.is_empty()
    };
    for ((at, mut kept), new) in logs.into_iter().zip(found) {
        if has_any(&kept, &new) {
            extend(&mut kept.outcomes, new);
            out[at] = Some(wire::to_bytes(&kept).into());
        }
    }
    Ok(out)
}

/// What a log has predicted for whom.
struct KnownTo<'a> {
    requests: BTreeSet<&'a str>,
    /// When the first prediction for a key was made, by the key's hash.
    first_by_key: BTreeMap<&'a str, f64>,
    salt: &'a str,
}

impl<'a> KnownTo<'a> {
    fn of(kept: &'a Kept) -> Self {
        let entries = &kept.log.entries;
        let mut first_by_key: BTreeMap<&str, f64> = BTreeMap::new();
        for entry in entries {
            if let Some(hash) = &entry.key_hash {
                let first = first_by_key.entry(hash.as_str()).or_insert(entry.at);
                *first = first.min(entry.at);
            }
        }
        Self {
            requests: entries.iter().map(|entry| entry.request_id.as_str()).collect(),
            first_by_key,
            salt: &kept.salt,
        }
    }

    /// Whether an outcome can be that of one of the predictions: it does not come before the first.
    fn has(&self, record: &OutcomeRecord) -> bool {
        let by_key = |hash: &str| {
            let first = self.first_by_key.get(hash);
            first.is_some_and(|first| record.at.is_none_or(|at| *first <= at))
        };
        match &record.id {
            Id::Request(id) => self.requests.contains(id.as_str()),
            Id::KeyHash(hash) => by_key(hash),
            Id::Key(key) => by_key(&batch::key_hash(key, self.salt)),
        }
    }
}

/// The same outcome loaded twice is one outcome.
fn extend(outcomes: &mut Vec<OutcomeRecord>, new: Vec<OutcomeRecord>) {
    let known: BTreeSet<String> = outcomes.iter().map(wire::to_json).collect();
    outcomes.extend(new.into_iter().filter(|record| !known.contains(&wire::to_json(record))));
}

/// By the first column that tells the rows of both apart.
fn by_column(
    labels: &Table,
    outcome: &str,
    at: Option<&str>,
    target: &str,
    batches: &[(StoredBatch, f64)],
    observer: &mut dyn Observer,
) -> Outcome<Vec<Option<ByteBuf>>> {
    let tells_apart = |column: &Column| {
        let n_distinct = column.to_category().levels.len();
        n_distinct as f64 >= UNIQUE_SHARE * column.n_rows() as f64
    };
    let ids: Vec<&Column> = labels
        .columns()
        .iter()
        .filter(|column| column.name() != outcome && column.name() != target && Some(column.name()) != at)
        .filter(|column| tells_apart(column))
        .collect();
    let mut out = vec![None; batches.len()];
    for (place, (stored, at_secs)) in batches.iter().enumerate() {
        observer.tick(place as f64 / batches.len().max(1) as f64)?;
        let (BatchKind::Table, Some(bytes)) = (stored.kind, &stored.table) else {
            continue;
        };
        let table = Table::from_bytes(bytes)?;
        let Some((id, of_batch)) = ids.iter().find_map(|id| Some((*id, table.column(id.name())?))) else {
            continue;
        };
        let mut kept: Kept = match &stored.kept {
            Some(kept) => wire::from_bytes(kept)?,
            None => Kept::default(),
        };
        kept.log.entries = (0..table.n_rows())
            .map(|row| LogEntry {
                request_id: of_batch.text_at(row).map(|text| text.trim().to_owned()).unwrap_or_default(),
                row: 0,
                key_hash: None,
                at: *at_secs,
                version: 0,
            })
            .collect();
        let columns = monitor::OutcomeColumns {
            id: Id::Request(id.name().to_owned()),
            outcome: outcome.to_owned(),
            at: at.map(str::to_owned),
        };
        let (records, _) = monitor::outcomes_of_table(labels, &columns)?;
        if join(&kept.log, &records, &str::to_owned, &MonitorRules::default())
            .pairs
            .is_empty()
        {
            continue;
        }
        extend(&mut kept.outcomes, records);
        out[place] = Some(wire::to_bytes(&kept).into());
    }
    Ok(out)
}

//! Outcomes: what really happened, known some time after the prediction, and joined to it.

use std::collections::{BTreeMap, BTreeSet};

use math::quantile;
use metrics::{Predicted, Truth};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use spec::monitor::{JoinCounts, JoinSummary, LabelDelay, LinesSummary, MonitorRules};
use spec::step::DateOrder;
use spec::{Message, Outcome};
use table::value::{format_number, parse_boolean, parse_number, parse_time};
use table::{Column, Table};

use crate::log::{self, Lines, Log};

const SECS_PER_DAY: f64 = 86_400.0;
/// Outcomes that are none of the classes and are named.
const N_NAMED: usize = 20;

/// Which prediction an outcome is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Id {
    Request(String),
    /// As its owner knows it; the log has only its hash.
    Key(String),
    KeyHash(String),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutcomeRecord {
    pub id: Id,
    /// The row of the request that is meant, from 0; None where a request has one row.
    pub row: Option<u32>,
    /// As canonical text.
    pub outcome: String,
    /// Seconds since 1970.
    pub at: Option<f64>,
    /// The service had another outcome of the same prediction before, which counts.
    #[serde(default)]
    pub is_duplicate: bool,
    /// The service took it in the place of the one before, whatever their times.
    #[serde(default)]
    pub is_correction: bool,
}

/// Which columns of a labels file say what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutcomeColumns {
    /// The column of the ids, named in the kind of id that it holds.
    pub id: Id,
    pub outcome: String,
    pub at: Option<String>,
}

/// The outcomes of a labels file, and how many rows have no id or no outcome.
///
/// Errors: `table.no_column`.
pub fn outcomes_of_table(table: &Table, columns: &OutcomeColumns) -> Outcome<(Vec<OutcomeRecord>, u64)> {
    let (Id::Request(name) | Id::Key(name) | Id::KeyHash(name)) = &columns.id;
    let ids = table.required(name)?;
    let outcomes = table.required(&columns.outcome)?;
    let times = columns.at.as_ref().map(|name| table.required(name)).transpose()?;
    let mut records = Vec::new();
    let mut n_blank = 0;
    for row in 0..table.n_rows() {
        let (Some(id), Some(outcome)) = (ids.text_at(row), outcomes.text_at(row)) else {
            n_blank += 1;
            continue;
        };
        let id = id.trim().to_owned();
        records.push(OutcomeRecord {
            id: match columns.id {
                Id::Request(_) => Id::Request(id),
                Id::Key(_) => Id::Key(id),
                Id::KeyHash(_) => Id::KeyHash(id),
            },
            row: None,
            outcome: outcome.trim().to_owned(),
            at: times.and_then(|times| time_at(times, row)),
            is_duplicate: false,
            is_correction: false,
        });
    }
    Ok((records, n_blank))
}

/// Numbers are seconds since 1970, texts ISO 8601.
fn time_at(column: &Column, row: usize) -> Option<f64> {
    match column.numbers() {
        Some(numbers) => numbers.get(row).copied().filter(|x| x.is_finite()),
        None => parse_time(&column.text_at(row)?, DateOrder::Ymd),
    }
}

/// Takes the service's log of outcomes in slices: one JSON object a line, `{"request_id" or "key_hash" or "key", "row" (of
/// the request, or absent), "outcome" (text, number, true or false), "at" (ISO 8601 or seconds since 1970, or absent),
/// "status" (`duplicate` for a further outcome of a prediction, `corrected` for one that replaces it, or absent)}`. A key is a text or a whole number. Lines are
/// treated as those of the predictions.
#[derive(Default)]
pub struct OutcomeReader {
    lines: Lines,
    records: Vec<OutcomeRecord>,
}

#[derive(Deserialize)]
struct Line {
    request_id: Option<String>,
    key_hash: Option<String>,
    key: Option<Value>,
    outcome: Option<Value>,
    row: Option<u32>,
    at: Option<Value>,
    status: Option<String>,
}

impl OutcomeReader {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn push(&mut self, bytes: &[u8]) {
        let records = &mut self.records;
        self.lines.push(bytes, &mut |line| {
            records.push(record(line)?);
            Ok(())
        });
    }

    pub fn finish(self) -> (Vec<OutcomeRecord>, LinesSummary) {
        let mut records = self.records;
        let mut summary = self.lines.finish(&mut |line| {
            records.push(record(line)?);
            Ok(())
        });
        let times = || records.iter().filter_map(|record| record.at);
        summary.first_at = times().reduce(f64::min);
        summary.last_at = times().reduce(f64::max);
        (records, summary)
    }
}

fn record(bytes: &[u8]) -> Result<OutcomeRecord, Message> {
    let line: Line = log::parsed(bytes)?;
    let id = line.request_id.map(Id::Request);
    let key = line.key.as_ref().filter(|key| !key.is_null()).map(key_text).transpose()?;
    let id = id.or(line.key_hash.map(Id::KeyHash)).or(key.map(Id::Key));
    let outcome = match line.outcome {
        Some(Value::String(text)) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Some(Value::Bool(flag)) => Some(if flag { "true" } else { "false" }.to_owned()),
        Some(Value::Number(number)) => number.as_f64().map(format_number),
        _ => None,
    };
    Ok(OutcomeRecord {
        id: id.ok_or_else(|| log::no_field("request_id"))?,
        row: line.row,
        outcome: outcome.ok_or_else(|| log::no_field("outcome"))?,
        at: match &line.at {
            None | Some(Value::Null) => None,
            Some(Value::Number(seconds)) => seconds.as_f64(),
            Some(Value::String(text)) => Some(log::time(text)?),
            Some(other) => Some(log::time(&other.to_string())?),
        },
        is_duplicate: line.status.as_deref() == Some("duplicate"),
        is_correction: line.status.as_deref() == Some("corrected"),
    })
}

/// A key as the service hashes it.
fn key_text(key: &Value) -> Result<String, Message> {
    match key {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) if number.is_i64() || number.is_u64() => Ok(number.to_string()),
        _ => Err(Message::new("monitor.line_key")),
    }
}

/// Predictions with their outcomes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Joined {
    /// Index of the log's entry and of the outcome, in the order of the entries.
    pub pairs: Vec<(u32, u32)>,
    pub summary: JoinSummary,
}

/// Joins by request id or by key; `key_of` turns an owner's key into the log's hash (the service's salted hash).
///
/// - A request id belongs to one prediction, or to several that an outcome tells apart by its row. Where it does not, it is
///   ambiguous and joins none.
/// - A key belongs to the latest request at or before the outcome (without a time: to the latest of all), and there to the
///   row that the outcome names, the first if it names none, as in the service.
/// - Of several outcomes of one prediction the service says which repeat the one that holds (duplicates: those join none)
///   and which replace it (corrections: the last one received holds, whatever its time). Where nobody says so, the latest
///   wins, of one time or without times the last in the list: a later one corrects an earlier one.
/// - A late outcome joins all the same.
pub fn join(log: &Log, outcomes: &[OutcomeRecord], key_of: &dyn Fn(&str) -> String, rules: &MonitorRules) -> Joined {
    let late_secs = rules.late_after_days * SECS_PER_DAY;
    let finder = Finder::new(log);
    let mut counts = JoinCounts {
        n_predictions: log.entries.len() as u64,
        n_outcomes: outcomes.len() as u64,
        ..JoinCounts::default()
    };
    let mut chosen: Vec<Option<u32>> = vec![None; log.entries.len()];
    for (at, record) in outcomes.iter().enumerate() {
        if record.is_duplicate {
            counts.n_duplicate += 1;
            continue;
        }
        let found = match &record.id {
            Id::Request(id) => finder.by_request(id, record.row),
            Id::KeyHash(hash) => finder.by_key(hash, record),
            Id::Key(key) => finder.by_key(&key_of(key), record),
        };
        let entry = match found {
            Found::One(entry) => entry,
            Found::Several => {
                counts.n_ambiguous += 1;
                continue;
            }
            Found::OnlyLater => {
                counts.n_orphan += 1;
                counts.n_before += 1;
                continue;
            }
            Found::None => {
                counts.n_orphan += 1;
                continue;
            }
        };
        let slot = &mut chosen[entry as usize];
        let wins = |other: u32| match (outcomes[other as usize].at, record.at) {
            _ if record.is_correction => true,
            (Some(before), Some(now)) => now >= before,
            _ => true,
        };
        match *slot {
            Some(other) => {
                counts.n_duplicate += 1;
                if wins(other) {
                    *slot = Some(at as u32);
                }
            }
            None => *slot = Some(at as u32),
        }
    }
    let newest = outcomes
        .iter()
        .filter_map(|record| record.at)
        .chain(log.entries.iter().map(|entry| entry.at))
        .fold(f64::NEG_INFINITY, f64::max);
    let mut pairs = Vec::new();
    let mut delays = Vec::new();
    for (entry, outcome) in log
        .entries
        .iter()
        .zip(&chosen)
        .enumerate()
        .map(|(i, (e, o))| ((i as u32, e), o))
    {
        match outcome {
            Some(outcome) => {
                pairs.push((entry.0, *outcome));
                if let Some(delay) = outcomes[*outcome as usize].at.map(|at| at - entry.1.at) {
                    counts.n_late += u64::from(delay > late_secs);
                    delays.extend(Some(delay).filter(|delay| *delay >= 0.0));
                }
            }
            None if newest - entry.1.at > late_secs => counts.n_overdue += 1,
            None => counts.n_waiting += 1,
        }
    }
    counts.n_joined = pairs.len() as u64;
    let sorted = quantile::sorted(delays);
    let at = |q: f64| quantile::quantile_sorted(&sorted, q);
    let delay = (!sorted.is_empty()).then(|| LabelDelay {
        n: sorted.len() as u64,
        p10: at(0.1),
        p50: at(0.5),
        p90: at(0.9),
        max: at(1.0),
    });
    Joined {
        pairs,
        summary: JoinSummary {
            counts,
            delay,
            sentences: sentences(&counts, delay.as_ref(), rules),
        },
    }
}

enum Found {
    One(u32),
    Several,
    OnlyLater,
    None,
}

/// The entries by request id and row, and by key and time: looked up, never walked through, for a service answers thousands
/// of rows in one request.
struct Finder<'a> {
    requests: Vec<(&'a str, u32, u32)>,
    keys: Vec<Keyed<'a>>,
}

#[derive(Clone, Copy)]
struct Keyed<'a> {
    hash: &'a str,
    at: f64,
    /// The later its request stands in the log, the greater.
    request: u32,
    row: u32,
    entry: u32,
}

impl<'a> Finder<'a> {
    fn new(log: &'a Log) -> Self {
        let entries = || log.entries.iter().zip(0_u32..);
        let mut requests: Vec<(&str, u32, u32)> = entries()
            .map(|(entry, at)| (entry.request_id.as_str(), entry.row, at))
            .collect();
        requests.sort_unstable();
        let mut ranks: BTreeMap<&str, u32> = BTreeMap::new();
        for (entry, at) in entries() {
            ranks.insert(&entry.request_id, at);
        }
        let keyed = entries().filter_map(|(entry, at)| {
            Some(Keyed {
                hash: entry.key_hash.as_deref()?,
                at: entry.at,
                request: ranks.get(entry.request_id.as_str()).copied()?,
                row: entry.row,
                entry: at,
            })
        });
        let mut keys: Vec<Keyed<'_>> = keyed.collect();
        keys.sort_unstable_by(|a, b| {
            let place = |key: &Keyed<'_>| (key.request, key.row, key.entry);
            let by_time = a.hash.cmp(b.hash).then(a.at.total_cmp(&b.at));
            by_time.then_with(|| place(a).cmp(&place(b)))
        });
        Self { requests, keys }
    }

    /// `row` None: the request's only row.
    fn by_request(&self, id: &str, row: Option<u32>) -> Found {
        let from = self.requests.partition_point(|request| match row {
            Some(row) => (request.0, request.1) < (id, row),
            None => request.0 < id,
        });
        let is_meant = |request: &&(&str, u32, u32)| request.0 == id && row.is_none_or(|row| request.1 == row);
        let mut same = self.requests[from..].iter().take_while(is_meant);
        match (same.next(), same.next()) {
            (Some(one), None) => Found::One(one.2),
            (Some(_), Some(_)) => Found::Several,
            (None, _) => Found::None,
        }
    }

    /// The row of the latest request with this key that came before the outcome.
    fn by_key(&self, hash: &str, record: &OutcomeRecord) -> Found {
        let from = self.keys.partition_point(|key| key.hash < hash);
        let to = from + self.keys[from..].partition_point(|key| key.hash == hash);
        let same = &self.keys[from..to];
        let before = record.at.map_or(same.len(), |at| same.partition_point(|key| key.at <= at));
        let Some(latest) = same[..before].last() else {
            return if same.is_empty() { Found::None } else { Found::OnlyLater };
        };
        // All rows of a request have its time.
        let wanted = (latest.at, latest.request, record.row.unwrap_or(0));
        let is_less = |key: &Keyed<'_>| {
            key.at
                .total_cmp(&wanted.0)
                .then_with(|| (key.request, key.row).cmp(&(wanted.1, wanted.2)))
                .is_lt()
        };
        let at = same[..before].partition_point(is_less);
        let is_wanted = |key: &&Keyed<'_>| (key.request, key.row) == (wanted.1, wanted.2);
        let found = same[at..before].iter().take_while(is_wanted).last();
        found.map_or(Found::None, |key| Found::One(key.entry))
    }
}

fn sentences(counts: &JoinCounts, delay: Option<&LabelDelay>, rules: &MonitorRules) -> Vec<Message> {
    let mut out = vec![
        Message::new("monitor.joined")
            .with("n", counts.n_joined)
            .with("of", counts.n_predictions),
    ];
    let mut tell = |code: &str, n: u64| {
        if n > 0 {
            out.push(Message::new(code).with("n", n).with("days", rules.late_after_days));
        }
    };
    tell("monitor.joined_late", counts.n_late);
    tell("monitor.joined_overdue", counts.n_overdue);
    tell("monitor.joined_duplicate", counts.n_duplicate);
    tell("monitor.joined_orphan", counts.n_orphan);
    tell("monitor.joined_before", counts.n_before);
    tell("monitor.joined_ambiguous", counts.n_ambiguous);
    if let Some(delay) = delay {
        out.push(
            Message::new("monitor.label_delay")
                .with("half", delay.p50 / SECS_PER_DAY)
                .with("most", delay.p90 / SECS_PER_DAY),
        );
    }
    out
}

/// Truth and predictions of the joined rows.
#[derive(Clone, Debug, PartialEq)]
pub enum Labels {
    Classes {
        codes: Vec<u32>,
        /// Row-major, rows x `n_classes`.
        probabilities: Vec<f64>,
        n_classes: usize,
    },
    Values {
        truth: Vec<f64>,
        predicted: Vec<f64>,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub struct Labelled {
    pub labels: Labels,
    /// The log's entry of each row.
    pub rows: Vec<u32>,
    /// Outcomes that are none of the model's classes, or no number; the first 20 different ones.
    pub n_unknown: u64,
    pub unknown: Vec<String>,
}

impl Labels {
    pub fn truth(&self) -> Truth<'_> {
        match self {
            Self::Classes { codes, n_classes, .. } => Truth::Classes {
                codes,
                n_classes: *n_classes,
            },
            Self::Values { truth, .. } => Truth::Values(truth),
        }
    }

    pub fn predicted(&self, threshold: Option<f64>) -> Predicted<'_> {
        match self {
            Self::Classes {
                probabilities,
                n_classes,
                ..
            } => Predicted::Probabilities {
                values: probabilities,
                n_classes: *n_classes,
                threshold,
            },
            Self::Values { predicted, .. } => Predicted::Values(predicted),
        }
    }
}

/// The joined rows of one model version (None: of all), ready to be scored. Which class an outcome is: [`class_codes`].
pub fn labelled(log: &Log, outcomes: &[OutcomeRecord], joined: &Joined, version: Option<u32>) -> Labelled {
    let n_classes = log.classes.len();
    let mut codes = Vec::new();
    let mut truth = Vec::new();
    let mut answers = Vec::new();
    let mut out = Labelled {
        labels: Labels::Values {
            truth: Vec::new(),
            predicted: Vec::new(),
        },
        rows: Vec::new(),
        n_unknown: 0,
        unknown: Vec::new(),
    };
    let width = n_classes.max(1);
    let of_pair = |(_, outcome): &(u32, u32)| outcomes.get(*outcome as usize).map(|record| record.outcome.as_str());
    let distinct: Vec<&str> = joined
        .pairs
        .iter()
        .filter_map(of_pair)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let code_of: BTreeMap<&str, Option<u32>> = distinct.iter().copied().zip(class_codes(&distinct, &log.classes)).collect();
    for &(entry, outcome) in &joined.pairs {
        let at = entry as usize;
        let is_meant = |entry: &log::LogEntry| version.is_none_or(|version| entry.version == version);
        let (Some(_), Some(record), Some(answer)) = (
            log.entries.get(at).filter(|entry| is_meant(entry)),
            outcomes.get(outcome as usize),
            log.answers.get(at * width..(at + 1) * width),
        ) else {
            continue;
        };
        let is_known = if n_classes > 0 {
            let code = code_of.get(record.outcome.as_str()).copied().flatten();
            codes.extend(code);
            code.is_some()
        } else {
            let value = parse_number(&record.outcome, false).filter(|x| x.is_finite());
            truth.extend(value);
            value.is_some()
        };
        if is_known {
            answers.extend_from_slice(answer);
            out.rows.push(entry);
        } else {
            out.n_unknown += 1;
            if out.unknown.len() < N_NAMED && !out.unknown.contains(&record.outcome) {
                out.unknown.push(record.outcome.clone());
            }
        }
    }
    out.labels = if n_classes > 0 {
        Labels::Classes {
            codes,
            probabilities: answers,
            n_classes,
        }
    } else {
        Labels::Values {
            truth,
            predicted: answers,
        }
    };
    out
}

/// The class of each outcome, given as the distinct texts of one source: the class that reads the same, else that is the
/// same number, else the only one that differs in nothing but capitals, else the one that means the same yes or no. A
/// source of 1 and 2 is a code of its own: its 1 is nobody's yes, and none of its numbers is known.
pub fn class_codes(outcomes: &[&str], classes: &[String]) -> Vec<Option<u32>> {
    let place = |is: &dyn Fn(&String) -> bool| classes.iter().position(is).map(|place| place as u32);
    let number = |text: &str| parse_number(text, false);
    let folded = |text: &str| text.chars().flat_map(char::to_lowercase).collect::<String>();
    let as_written = |outcome: &str| {
        let same_number = |class: &String| number(outcome).is_some_and(|x| number(class) == Some(x));
        let mut alike = (0u32..).zip(classes).filter(|(_, class)| folded(class) == folded(outcome));
        let only = alike.next().filter(|_| alike.next().is_none()).map(|(place, _)| place);
        place(&|class| class == outcome).or_else(|| place(&same_number)).or(only)
    };
    let written: Vec<Option<u32>> = outcomes.iter().map(|outcome| as_written(outcome)).collect();
    let is_code = |outcome: &str| number(outcome).is_some();
    let is_foreign =
        |(outcome, code): (&&str, &Option<u32>)| code.is_none() && is_code(outcome) && parse_boolean(outcome).is_none();
    let has_codes_of_its_own = outcomes.iter().zip(&written).any(is_foreign);
    let by_meaning = |outcome: &str| {
        let answer = parse_boolean(outcome).filter(|_| !(has_codes_of_its_own && is_code(outcome)))?;
        place(&|class| parse_boolean(class) == Some(answer))
    };
    let both = outcomes.iter().zip(&written);
    both.map(|(outcome, code)| code.or_else(|| by_meaning(outcome))).collect()
}

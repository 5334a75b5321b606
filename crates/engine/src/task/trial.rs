//! An A/B test from files: who got which variant, and what became of it.

use std::collections::BTreeSet;

use deploy::experiment::{UnitRow, arms, verdict};
use monitor::{Id, LogForm, OutcomeColumns, OutcomeRecord, join, outcomes_of_table, read_log};
use spec::experiment::{ExperimentData, ExperimentVerdict, OutcomeKind, VerdictRequest};
use spec::job::FileKey;
use spec::monitor::{LinesSummary, MonitorRules};
use spec::{Message, Observer, Outcome, Section};
use table::value::{parse_boolean, parse_number};

use super::Resources;
use super::batch::{self, DEFAULT_SALT, key_hash};
use super::data::raw_import;

/// Outcomes that a message names.
const N_NAMED: usize = 8;

pub(super) fn judge(
    resources: &dyn Resources,
    data: &ExperimentData,
    outcome_is: Option<&str>,
    request: &VerdictRequest,
    observer: &mut dyn Observer,
) -> Outcome<ExperimentVerdict> {
    let mut reading = Section::new(observer, 0.0, 0.7);
    let (rows, warnings) = match data {
        ExperimentData::Log { log, outcomes, key_salt } => {
            let salt = key_salt.as_deref().unwrap_or(DEFAULT_SALT);
            of_log(resources, *log, *outcomes, salt, &mut reading)?
        }
        ExperimentData::Table {
            file,
            variant,
            key,
            outcome,
        } => of_table(resources, *file, variant, key.as_deref(), outcome, &mut reading)?,
    };
    let column = match data {
        ExperimentData::Table { outcome, .. } => outcome.as_str(),
        ExperimentData::Log { .. } => "outcome",
    };
    let mut units = Vec::with_capacity(rows.len());
    for row in &rows {
        let outcome = row.outcome.as_deref();
        units.push(UnitRow {
            variant: &row.variant,
            key: row.key.as_deref(),
            outcome: outcome
                .map(|text| number(text, request.kind, outcome_is, column))
                .transpose()?,
        });
    }
    let counted = arms(&units, request, &mut Section::new(observer, 0.7, 1.0))?;
    let mut judged = verdict(request, &counted)?;
    judged.warnings.extend(warnings);
    if let Some(wanted) = outcome_is.filter(|_| request.kind == OutcomeKind::Rate) {
        let known = || rows.iter().filter_map(|row| row.outcome.as_deref().map(str::trim));
        if known().next().is_some() && !known().any(|text| is_wanted(text, wanted)) {
            let distinct: BTreeSet<&str> = known().collect();
            let some: Vec<String> = distinct.into_iter().take(N_NAMED).map(str::to_owned).collect();
            let absent = Message::new("trial.outcome_absent").with("column", column);
            judged
                .warnings
                .push(absent.with("wanted", wanted.trim()).with("outcomes", some));
        }
    }
    Ok(judged)
}

struct Row {
    variant: String,
    key: Option<String>,
    outcome: Option<String>,
}

/// An outcome as a number: for rates 1 where it is the one that counts.
fn number(text: &str, kind: OutcomeKind, outcome_is: Option<&str>, column: &str) -> Outcome<f64> {
    let text = text.trim();
    let counts = |is: bool| f64::from(u8::from(is));
    match (kind, outcome_is) {
        (OutcomeKind::Rate, Some(wanted)) => Ok(counts(is_wanted(text, wanted))),
        (OutcomeKind::Rate, None) => match (parse_boolean(text), parse_number(text, false)) {
            (Some(is), _) => Ok(counts(is)),
            (None, Some(x)) if x == 0.0 || x == 1.0 => Ok(x),
            _ => Err(Message::new("trial.no_answer")
                .with("column", column)
                .with("text", text.chars().take(60).collect::<String>())
                .into()),
        },
        (OutcomeKind::Mean, _) => parse_number(text, false).ok_or_else(|| {
            Message::new("trial.not_a_number")
                .with("column", column)
                .with("text", text.chars().take(60).collect::<String>())
                .into()
        }),
    }
}

/// Whether an outcome is the one that counts: as it is written, as the same number, or but for capitals.
fn is_wanted(text: &str, wanted: &str) -> bool {
    let classes = [wanted.trim().to_owned()];
    text == wanted.trim() || monitor::class_codes(&[text, ""], &classes)[0].is_some()
}

fn of_table(
    resources: &dyn Resources,
    file: FileKey,
    variant: &str,
    key: Option<&str>,
    outcome: &str,
    observer: &mut dyn Observer,
) -> Outcome<(Vec<Row>, Vec<Message>)> {
    let table = raw_import(resources, file, "", key.as_slice(), observer)?.table;
    let (variants, outcomes) = (table.required(variant)?, table.required(outcome)?);
    let keys = key.map(|name| table.required(name)).transpose()?;
    let row = |row: usize| {
        Some(Row {
            variant: variants.text_at(row)?.into_owned(),
            key: keys.and_then(|keys| keys.text_at(row)).map(|key| key.into_owned()),
            outcome: outcomes.text_at(row).map(|outcome| outcome.into_owned()),
        })
    };
    Ok(((0..table.n_rows()).filter_map(row).collect(), Vec::new()))
}

fn of_log(
    resources: &dyn Resources,
    log: FileKey,
    outcomes: FileKey,
    salt: &str,
    observer: &mut dyn Observer,
) -> Outcome<(Vec<Row>, Vec<Message>)> {
    let form = LogForm {
        without_answers: true,
        ..LogForm::default()
    };
    let log = read_log(&*resources.file(log)?, form, &mut Section::new(observer, 0.0, 0.6))?;
    let (records, lines) = read_outcomes(resources, outcomes, &mut Section::new(observer, 0.6, 1.0))?;
    let joined = join(&log, &records, &|key| key_hash(key, salt), &MonitorRules::default());
    let mut of_entry: Vec<Option<&str>> = vec![None; log.entries.len()];
    for (entry, outcome) in &joined.pairs {
        of_entry[*entry as usize] = Some(&records[*outcome as usize].outcome);
    }
    let rows = log.entries.iter().zip(of_entry).map(|(entry, outcome)| Row {
        variant: log.versions[entry.version as usize].variant.clone(),
        key: entry.key_hash.clone(),
        outcome: outcome.map(str::to_owned),
    });
    let mut warnings = Vec::new();
    warnings.extend(unreadable(&log.summary, "the log"));
    warnings.extend(lines.as_ref().and_then(|lines| unreadable(lines, "the outcomes")));
    let counts = &joined.summary.counts;
    let n_lost = counts.n_orphan + counts.n_ambiguous;
    if n_lost > 0 {
        let lost = Message::new("trial.unjoined");
        warnings.push(lost.with("n", n_lost).with("n_all", counts.n_outcomes));
    }
    Ok((rows.collect(), warnings))
}

fn unreadable(lines: &LinesSummary, file: &str) -> Option<Message> {
    let first = lines.unreadable.first()?;
    Some(
        Message::new("trial.unreadable")
            .with("n", lines.n_unreadable)
            .with("file", file)
            .with("line", first.0),
    )
}

/// JSON lines, or a table whose columns are named as the fields of such lines.
fn read_outcomes(
    resources: &dyn Resources,
    file: FileKey,
    observer: &mut dyn Observer,
) -> Outcome<(Vec<OutcomeRecord>, Option<LinesSummary>)> {
    let source = resources.file(file)?;
    if batch::json_start(&*source)?.is_some() {
        let (records, lines) = batch::outcomes_of_lines(&*source, observer)?;
        return Ok((records, Some(lines)));
    }
    let table = raw_import(resources, file, "", &batch::IDS, observer)?.table;
    let has = |name: &str| table.column(name).is_some();
    let name = batch::IDS.into_iter().find(|name| has(name));
    let id = match name.ok_or_else(|| Message::new("trial.no_ids"))? {
        "request_id" => Id::Request("request_id".to_owned()),
        "key_hash" => Id::KeyHash("key_hash".to_owned()),
        name => Id::Key(name.to_owned()),
    };
    let columns = OutcomeColumns {
        id,
        outcome: "outcome".to_owned(),
        at: has("at").then(|| "at".to_owned()),
    };
    Ok((outcomes_of_table(&table, &columns)?.0, None))
}

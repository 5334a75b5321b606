//! `mllc drift`: later data against what a bundle's model learned from. The exit code is the verdict.

use std::path::Path;

use engine::DriftCheck;
use futures_lite::future::block_on;
use serde_json::{Value, json};
use spec::monitor::{Alarm, AlarmSeverity, ColumnDrift, DriftVerdict};
use spec::texts::{cli as words, names, number};

use crate::bundle;
use crate::columns;
use crate::exit::{Exit, WrongUse};
use crate::session::{Session, in_words};
use crate::{args, out};

pub fn run(args: &args::Drift) -> anyhow::Result<Exit> {
    let bundle = bundle::watched(&args.bundle)?;
    let session = Session::new(None)?;
    let file = |path: &Path| {
        if path.is_file() {
            Ok(session.engine.host().add_file(path))
        } else {
            Err(WrongUse(format!("{} is not a file", path.display())))
        }
    };
    let data = file(&args.data)?;
    let labels = args.labels.as_deref().map(file).transpose()?;
    let options = if args.reading.is_given() {
        Some(session.options(data, None, &args.reading)?.0)
    } else {
        None
    };
    let mut rules = engine::rules_of(&bundle, &bundle::rules(&args.bundle)).map_err(in_words)?;
    if let Some(min_rows) = args.min_rows {
        rules.min_rows = min_rows;
    }
    let check = session
        .engine
        .drift_by(0, data, options, labels, bundle, args.key_salt.clone(), &rules);
    let found = block_on(check);
    session.engine.host().bar.clear();
    let found = found.map_err(in_words)?;
    if args.json {
        out::print_json(in_json(&found))?;
    } else {
        print_table(&found)?;
    }
    say(&found);
    Ok(if found.alarms.iter().any(is_serious) {
        Exit::Alarm
    } else {
        Exit::Done
    })
}

/// What somebody has to look at.
fn is_serious(alarm: &Alarm) -> bool {
    alarm.severity > AlarmSeverity::Info
}

fn say(found: &DriftCheck) {
    let report = &found.report;
    for warning in report.warnings.iter().chain(&report.drift.warnings) {
        eprintln!("note: {}", warning.says());
    }
    eprintln!(
        "{}: {}. {}",
        found.summary.name,
        names::drift_verdict(report.drift.dataset.verdict),
        report.drift.dataset.message.says()
    );
    if let Some(figure) = found.summary.metric.and_then(|metric| found.summary.performance.get(&metric)) {
        eprintln!("{}", figure.message.says());
    }
    for sentence in report.join.iter().flat_map(|join| &join.sentences) {
        eprintln!("{}", sentence.says());
    }
    for alarm in &found.alarms {
        let severity = names::alarm_severity(alarm.severity);
        eprintln!("{severity}: {}. {}", alarm.message.says(), alarm.message.hint());
    }
    if found.alarms.is_empty() {
        eprintln!("{}", words::NO_ALARM);
    }
}

/// Predictions, target, then the columns.
fn all(found: &DriftCheck) -> impl Iterator<Item = &ColumnDrift> {
    let drift = &found.report.drift;
    drift.prediction.iter().chain(&drift.target).chain(&drift.columns)
}

fn print_table(found: &DriftCheck) -> anyhow::Result<()> {
    let mut rows = vec![words::DRIFT_COLUMNS.map(str::to_owned).to_vec()];
    for column in all(found) {
        let figure = |x: Option<f64>| x.map_or_else(String::new, |x| number::significant(x, 3));
        let missing = &column.missing;
        rows.push(vec![
            column.name.clone(),
            names::drift_verdict(column.verdict).to_owned(),
            names::drift_method(column.method).to_owned(),
            figure(column.effect),
            number::significant(column.least_effect, 3),
            figure(column.p_adjusted),
            format!(
                "{} -> {}",
                number::percent(missing.share_reference),
                number::percent(missing.share_batch)
            ),
        ]);
    }
    columns::print(&rows)
}

fn in_json(found: &DriftCheck) -> Value {
    let drift = &found.report.drift;
    let alarm = |alarm: &Alarm| {
        json!({
            "rule": alarm.rule, "severity": alarm.severity, "message": alarm.message.says(), "hint": alarm.message.hint(),
        })
    };
    let performance: serde_json::Map<String, Value> = found
        .summary
        .performance
        .iter()
        .map(|(metric, figure)| {
            let figure = json!({
                "reference": figure.reference, "value": figure.value, "low": figure.low, "high": figure.high,
                "tolerated": figure.tolerated, "change": figure.change, "message": figure.message.says(),
            });
            (metric.name().to_owned(), figure)
        })
        .collect();
    json!({
        "format": spec::FORMAT,
        "data": found.summary.name,
        "kind": found.kind,
        "rows": drift.n_rows,
        "verdict": drift.dataset.verdict,
        "drifted": drift.dataset.verdict == DriftVerdict::Drifted,
        "message": drift.dataset.message.says(),
        "columns_judged": drift.dataset.n_judged,
        "columns_drifted": drift.dataset.n_drifted,
        "share_of_columns": drift.dataset.share,
        "share_of_importance": drift.dataset.share_of_importance,
        "alarm": found.alarms.iter().any(is_serious),
        "alarms": found.alarms.iter().map(alarm).collect::<Vec<Value>>(),
        "prediction": drift.prediction.as_ref().map(column),
        "target": drift.target.as_ref().map(column),
        "columns": drift.columns.iter().map(column).collect::<Vec<Value>>(),
        "outcomes": found.summary.n_outcomes,
        "metric": found.summary.metric.map(spec::Metric::name),
        "performance": performance,
        "join": found.report.join.as_ref().map(|join| json!({ "counts": join.counts, "delay": join.delay })),
        "warnings": found.report.warnings.iter().chain(&drift.warnings).map(spec::Message::says).collect::<Vec<String>>(),
    })
}

fn column(column: &ColumnDrift) -> Value {
    json!({
        "name": column.name,
        "verdict": column.verdict,
        "presence": column.presence,
        "importance": column.importance,
        "method": column.method,
        "effect": column.effect,
        "least_effect": column.least_effect,
        "p_value": column.p_value,
        "p_adjusted": column.p_adjusted,
        "psi": column.figures.psi,
        "missing": { "reference": column.missing.share_reference, "batch": column.missing.share_batch, "grew": column.missing.grew },
        "unseen": {
            "levels": column.unseen.n_levels, "rows": column.unseen.n_rows, "by_chance": column.unseen.by_chance,
            "examples": column.unseen.examples.iter().map(|(level, n, _)| json!({ "level": level, "rows": n })).collect::<Vec<Value>>(),
            "respelled": column.unseen.respelled.iter().map(|(level, own)| json!({ "level": level, "of_training": own })).collect::<Vec<Value>>(),
        },
        "out_of_range": {
            "below": column.out_of_range.n_below, "above": column.out_of_range.n_above, "by_chance": column.out_of_range.by_chance,
        },
        "message": column.message.says(),
    })
}

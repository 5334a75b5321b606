//! What the batches so far call for: alarms, and training again.

use spec::monitor::{
    Alarm, BatchSummary, Change, ColumnSummary, Condition, DriftVerdict, MonitorRules, Presence, RetrainAdvice, RetrainRule,
};
use spec::texts::names;
use spec::{Message, Outcome};

const MS_PER_DAY: f64 = 86_400_000.0;
/// Columns whose change an alarm tells, and levels or values that it names.
const N_CAUSES: usize = 3;
const N_LEVELS: usize = 5;

/// As [`MonitorRules::check`].
pub fn check(rules: &MonitorRules) -> Outcome<()> {
    rules.check()
}

/// Whether a condition holds in a batch. None: the batch cannot tell, because it has too few rows or outcomes, or the
/// column, prediction, target or metric was not there to be judged.
pub fn holds(condition: &Condition, batch: &BatchSummary, rules: &MonitorRules) -> Option<bool> {
    let is_small = batch.n_rows < rules.min_rows;
    let drifted = |column: &ColumnSummary| match column.verdict {
        DriftVerdict::Drifted => Some(true),
        DriftVerdict::Stable | DriftVerdict::Watch => Some(false),
        DriftVerdict::CannotTell | DriftVerdict::NotJudged => None,
    };
    // Any that does; else whether any could have.
    let any = |of: &dyn Fn(&ColumnSummary) -> Option<bool>, name: Option<&String>| {
        let named = batch
            .columns
            .iter()
            .filter(|column| name.is_none_or(|name| *name == column.name));
        named.map(of).fold(None, |sum, one| match (sum, one) {
            (Some(a), Some(b)) => Some(a || b),
            (a, b) => a.or(b),
        })
    };
    // Of few rows only what is certain is said: the rest cannot be told.
    let present =
        |column: &ColumnSummary, found: bool| (column.presence == Presence::Present && (found || !is_small)).then_some(found);
    match condition {
        Condition::DataDrift => match batch.verdict {
            DriftVerdict::Drifted => Some(true),
            DriftVerdict::Stable | DriftVerdict::Watch => (!is_small).then_some(false),
            DriftVerdict::CannotTell | DriftVerdict::NotJudged => None,
        },
        Condition::ColumnDrift { column } => any(&drifted, column.as_ref()),
        Condition::PredictionDrift => batch.prediction.as_ref().and_then(drifted),
        Condition::TargetDrift => batch.target.as_ref().and_then(drifted),
        Condition::MissingGrowth { column } => any(&|x| present(x, x.missing_grew), column.as_ref()),
        Condition::UnseenLevels { share } => any(&|x| present(x, has_unseen(x, *share)), None),
        Condition::OutOfRange { share } => any(&|x| present(x, is_outside(x, *share)), None),
        Condition::ColumnsAbsent => {
            let is_absent = |column: &ColumnSummary| column.presence != Presence::Present;
            (batch.n_rows > 0).then(|| batch.columns.iter().any(is_absent))
        }
        Condition::PerformanceWorse { metric } => {
            let figure = batch.performance.get(&metric.or(batch.metric)?)?;
            match figure.change {
                Change::Worse => Some(true),
                Change::Better | Change::Same => Some(false),
                Change::CannotTell => None,
            }
        }
        Condition::MetricBeyond { metric, value } => {
            let figure = batch.performance.get(metric)?.value?;
            (batch.n_outcomes >= rules.min_outcomes).then(|| metric.better(*value, figure))
        }
        Condition::TooFewRows => Some(is_small),
    }
}

fn has_unseen(column: &ColumnSummary, share: f64) -> bool {
    column.unseen > share && !column.unseen_by_chance
}

fn is_outside(column: &ColumnSummary, share: f64) -> bool {
    column.out_of_range > share && !column.out_of_range_by_chance
}

/// What is wrong with a column counts against the data set.
fn is_bad(column: &ColumnSummary) -> bool {
    column.verdict == DriftVerdict::Drifted || column.missing_grew || column.presence != Presence::Present
}

/// Levels are written in another way, and nothing else has changed: no reason to train again.
fn is_only_respelled(batch: &BatchSummary) -> bool {
    let mut bad = batch.columns.iter().filter(|column| is_bad(column)).peekable();
    bad.peek().is_some() && bad.all(|column| column.is_respelled)
}

/// Batches in a row, from the newest back, in which the condition holds. One that cannot tell neither counts nor ends the
/// row; a batch of another version of the model ends it.
fn n_in_a_row(condition: &Condition, batches: &[BatchSummary], rules: &MonitorRules) -> u32 {
    let version = batches.last().map(|batch| &batch.version);
    let of_version = batches.iter().rev().take_while(|batch| Some(&batch.version) == version);
    let mut n = 0;
    for batch in of_version {
        match holds(condition, batch, rules) {
            Some(true) => n += 1,
            Some(false) => break,
            None => {}
        }
    }
    n
}

/// Alarms of the newest batch (the last), the most severe first, then in the order of the rules. A rule raises one when
/// its condition holds in the newest batch and in as many in a row as it asks for.
pub fn alarms(batches: &[BatchSummary], rules: &MonitorRules) -> Vec<Alarm> {
    let Some(newest) = batches.last() else { return Vec::new() };
    let mut out = Vec::new();
    for rule in rules.alerts.iter().filter(|rule| rule.enabled) {
        if holds(&rule.when, newest, rules) != Some(true) {
            continue;
        }
        let n_batches = n_in_a_row(&rule.when, batches, rules);
        if n_batches >= rule.for_batches {
            out.push(Alarm {
                rule: rule.id.clone(),
                severity: rule.severity,
                batch: newest.id,
                at_ms: newest.at_ms,
                n_batches,
                message: sentence(&rule.when, newest, rules)
                    .with("batch", &newest.name)
                    .with("n_batches", n_batches),
            });
        }
    }
    out.sort_by_key(|alarm| std::cmp::Reverse(alarm.severity));
    out
}

/// What the condition found in the batch, with the columns it is about.
fn sentence(condition: &Condition, batch: &BatchSummary, rules: &MonitorRules) -> Message {
    let columns = |is_meant: &dyn Fn(&ColumnSummary) -> bool| -> Vec<String> {
        let meant = batch.columns.iter().filter(|column| is_meant(column));
        meant.map(|column| column.name.clone()).collect()
    };
    let listed = |code: &str, columns: Vec<String>| Message::new(code).with("n", columns.len()).with("columns", columns);
    let is_named = |name: &Option<String>, column: &ColumnSummary| name.as_ref().is_none_or(|name| *name == column.name);
    let causes = |is_meant: &dyn Fn(&ColumnSummary) -> bool| -> Vec<String> {
        let meant = batch.columns.iter().filter(|column| is_meant(column));
        let causes = meant.filter_map(|column| column.cause.as_ref());
        causes.take(N_CAUSES).map(Message::says).collect()
    };
    let of_one = |code: &str, with_cause: &str, column: &Option<ColumnSummary>| {
        let cause = column.as_ref().and_then(|column| column.cause.as_ref());
        match cause {
            Some(cause) => Message::new(with_cause).with("cause", cause.says()),
            None => Message::new(code),
        }
    };
    match condition {
        Condition::DataDrift => {
            let causes = causes(&is_bad);
            let code = match (causes.is_empty(), is_only_respelled(batch)) {
                (true, _) => "monitor.alarm_data_drift",
                (false, true) => "monitor.alarm_data_spelling",
                (false, false) => "monitor.alarm_data_drift_by",
            };
            Message::new(code)
                .with("n", batch.n_drifted)
                .with("of", batch.n_judged)
                .with("causes", causes.join("; "))
        }
        Condition::ColumnDrift { column: name } => {
            let is_meant = |column: &ColumnSummary| is_named(name, column) && column.verdict == DriftVerdict::Drifted;
            let causes = causes(&is_meant);
            let code = if causes.is_empty() {
                "monitor.alarm_column_drift"
            } else {
                "monitor.alarm_column_drift_by"
            };
            listed(code, columns(&is_meant)).with("causes", causes.join("; "))
        }
        Condition::PredictionDrift => of_one(
            "monitor.alarm_prediction_drift",
            "monitor.alarm_prediction_drift_by",
            &batch.prediction,
        ),
        Condition::TargetDrift => of_one("monitor.alarm_target_drift", "monitor.alarm_target_drift_by", &batch.target),
        Condition::MissingGrowth { column: name } => listed(
            "monitor.alarm_missing_growth",
            columns(&|column| is_named(name, column) && column.missing_grew),
        ),
        Condition::UnseenLevels { share } => {
            let is_meant = |column: &ColumnSummary| has_unseen(column, *share);
            let meant: Vec<&ColumnSummary> = batch.columns.iter().filter(|column| is_meant(column)).collect();
            let is_spelling = !meant.is_empty() && meant.iter().all(|column| column.is_respelled && !column.respelled.is_empty());
            let (code, levels): (&str, Vec<String>) = if is_spelling {
                let spellings = meant.iter().flat_map(|column| column.respelled.iter().map(names::respelled));
                ("monitor.alarm_spelling", spellings.take(N_LEVELS).collect())
            } else {
                let levels = meant
                    .iter()
                    .flat_map(|column| column.unseen_levels.iter().map(names::unseen_level));
                ("monitor.alarm_unseen_levels", levels.take(N_LEVELS).collect())
            };
            listed(code, columns(&is_meant)).with("share", *share).with("levels", levels)
        }
        Condition::OutOfRange { share } => {
            let is_meant = |column: &ColumnSummary| is_outside(column, *share);
            let meant = batch.columns.iter().filter(|column| is_meant(column));
            let values: Vec<String> = meant
                .flat_map(|column| column.farthest.iter().cloned())
                .take(N_LEVELS)
                .collect();
            listed("monitor.alarm_out_of_range", columns(&is_meant))
                .with("share", *share)
                .with("values", values)
        }
        Condition::ColumnsAbsent => listed(
            "monitor.alarm_columns_absent",
            columns(&|column| column.presence != Presence::Present),
        ),
        Condition::PerformanceWorse { metric } => metric
            .or(batch.metric)
            .and_then(|metric| batch.performance.get(&metric))
            .map_or_else(|| Message::new("monitor.alarm_performance"), |figure| figure.message.clone()),
        Condition::MetricBeyond { metric, value } => {
            let figure = batch.performance.get(metric).and_then(|figure| figure.value);
            let code = if metric.greater_is_better() {
                "monitor.alarm_metric_below"
            } else {
                "monitor.alarm_metric_above"
            };
            Message::new(code)
                .with("metric", names::metric(*metric))
                .with("value", figure.unwrap_or(f64::NAN))
                .with("limit", *value)
        }
        Condition::TooFewRows => Message::new("monitor.alarm_too_few_rows")
            .with("n", batch.n_rows)
            .with("least", rules.min_rows),
    }
}

/// Whether it is time to train again. `trained_at_ms` is when the model in use was trained; without it the rules of days
/// say nothing.
pub fn retrain_advice(batches: &[BatchSummary], rules: &MonitorRules, trained_at_ms: Option<f64>, now_ms: f64) -> RetrainAdvice {
    let mut advice = RetrainAdvice::default();
    for rule in &rules.retrain {
        match rule {
            RetrainRule::AfterBatches { when, n_batches } => {
                // Another spelling is mended at its source; such batches neither count nor end the row.
                let others: Vec<BatchSummary> = match when {
                    Condition::DataDrift | Condition::ColumnDrift { .. } => {
                        batches.iter().filter(|batch| !is_only_respelled(batch)).cloned().collect()
                    }
                    _ => batches.to_vec(),
                };
                let n = n_in_a_row(when, &others, rules);
                if n >= *n_batches {
                    advice.reasons.push(
                        Message::new("monitor.retrain_batches")
                            .with("what", names::condition(when))
                            .with("n", n)
                            .with("rule", *n_batches),
                    );
                }
            }
            RetrainRule::EveryDays { days } => {
                let Some(trained_at_ms) = trained_at_ms else { continue };
                let due_ms = trained_at_ms + days * MS_PER_DAY;
                advice.next_due_ms = Some(advice.next_due_ms.map_or(due_ms, |other| other.min(due_ms)));
                if now_ms >= due_ms {
                    advice.reasons.push(
                        Message::new("monitor.retrain_days")
                            .with("days", ((now_ms - trained_at_ms) / MS_PER_DAY).floor())
                            .with("rule", *days),
                    );
                }
            }
        }
    }
    advice.due = !advice.reasons.is_empty();
    advice
}

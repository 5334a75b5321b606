//! The batches, and the first row of the one that is shown.

use spec::monitor::{AlarmSeverity, BatchReport, Change, ColumnDrift, DriftVerdict, PerformanceFigure};
use spec::registry::Batch;
use spec::texts::names;
use spec::texts::number::{score, significant};
use spec::texts::ui::monitor as words;
use spec::{Metric, Project};

use super::columns::method_term;
use super::{change_tone, severity_tone, verdict_tone};
use crate::ui::{FigureText, Tone};

/// One line of the list of batches.
#[derive(Clone, Debug, PartialEq)]
pub struct BatchLine {
    pub id: u32,
    pub name: String,
    pub kind: &'static str,
    pub at_ms: f64,
    pub version: u32,
    pub n_rows: u64,
    pub verdict: DriftVerdict,
    pub moved: String,
    /// The primary metric; empty without outcomes.
    pub figure: String,
    pub change: Option<Change>,
    /// Those that somebody has to look at.
    pub n_alarms: usize,
    /// Of the most severe of them.
    pub alarm_tone: Tone,
}

/// The newest first.
pub fn batch_lines(project: &Project) -> Vec<BatchLine> {
    project
        .batches
        .iter()
        .rev()
        .map(|batch| {
            let summary = &batch.summary;
            let figure = summary.metric.and_then(|metric| summary.performance.get(&metric));
            BatchLine {
                id: summary.id,
                name: summary.name.clone(),
                kind: words::kind(batch.kind),
                at_ms: summary.at_ms,
                version: batch.version,
                n_rows: summary.n_rows,
                verdict: summary.verdict,
                moved: words::n_of(summary.n_drifted, summary.n_judged),
                figure: figure.and_then(|figure| figure.value).map(score).unwrap_or_default(),
                change: figure.map(|figure| figure.change),
                alarm_tone: batch
                    .alarms
                    .iter()
                    .map(|alarm| alarm.severity)
                    .max()
                    .map_or(Tone::Neutral, severity_tone),
                n_alarms: batch
                    .alarms
                    .iter()
                    .filter(|alarm| alarm.severity > AlarmSeverity::Info)
                    .count(),
            }
        })
        .collect()
}

/// The figures of the first row: data, predictions, outcomes, the primary metric, the business metric.
pub fn headline(project: &Project, batch: &Batch, report: &BatchReport) -> Vec<FigureText> {
    let rules = &project.monitor_rules;
    let dataset = &report.drift.dataset;
    let shares = [
        dataset.share.map(words::by_columns),
        dataset.share_of_importance.map(words::by_importance),
    ];
    let mut figures = vec![FigureText {
        name: words::DATA.to_owned(),
        term: "drift".to_owned(),
        value: words::n_of(dataset.n_drifted, dataset.n_judged),
        unit: String::new(),
        beside: shares.into_iter().flatten().collect::<Vec<_>>().join(" · "),
        verdict: names::drift_verdict(dataset.verdict).to_owned(),
        tone: verdict_tone(dataset.verdict),
        sentence: words::limits(rules.share_of_columns, rules.share_of_importance),
    }];
    figures.extend(
        report
            .drift
            .prediction
            .as_ref()
            .map(|column| moved(words::PREDICTIONS, column)),
    );
    figures.extend(report.drift.target.as_ref().map(|column| moved(words::OUTCOMES, column)));
    let metric = batch.summary.metric;
    let of_metric = metric.and_then(|metric| Some((metric, report.performance.as_ref()?.figures.get(&metric)?)));
    if let Some((metric, figure)) = of_metric {
        figures.push(performance(metric, figure, batch.summary.n_outcomes));
    }
    figures.extend(business(project));
    figures
}

fn moved(name: &str, column: &ColumnDrift) -> FigureText {
    FigureText {
        name: name.to_owned(),
        term: method_term(column.method).to_owned(),
        value: column.effect.map_or_else(String::new, |effect| significant(effect, 2)),
        unit: String::new(),
        beside: format!(
            "{}, {} {}",
            names::drift_method(column.method),
            words::TOLERATED.to_lowercase(),
            significant(column.least_effect, 2)
        ),
        verdict: names::drift_verdict(column.verdict).to_owned(),
        tone: verdict_tone(column.verdict),
        sentence: String::new(),
    }
}

fn performance(metric: Metric, figure: &PerformanceFigure, n_outcomes: u64) -> FigureText {
    let interval = figure.low.zip(figure.high).map(|(low, high)| words::interval(low, high));
    let expected = figure.reference.map(words::expected);
    FigureText {
        name: names::metric(metric).to_owned(),
        term: metric.name().to_owned(),
        value: figure.value.map_or_else(String::new, score),
        // The unit of the target is not known; that of the business metric is another.
        unit: String::new(),
        beside: [expected, interval].into_iter().flatten().collect::<Vec<_>>().join(" · "),
        verdict: names::change(figure.change).to_owned(),
        tone: change_tone(figure.change),
        sentence: words::on_outcomes(n_outcomes),
    }
}

/// What the model is for, where the framing states it.
fn business(project: &Project) -> Option<FigureText> {
    let goal = &project.pipeline.framing.business;
    let (value, beside) = words::business(goal.value_today, goal.value_target, &goal.unit);
    (!goal.metric.is_empty()).then(|| FigureText {
        name: goal.metric.clone(),
        term: "business_metric".to_owned(),
        value,
        unit: goal.unit.clone(),
        beside,
        ..FigureText::default()
    })
}

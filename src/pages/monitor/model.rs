//! What the Monitor page shows: which version, which batches, how they stand, and what can be done.

use std::cmp::Reverse;

use spec::monitor::{
    AlarmSeverity, BatchReport, Change, ColumnDrift, DriftMethod, DriftVerdict, PerformanceFigure, Presence, Trend, TrendOf,
};
use spec::registry::{Act, Alias, Batch, Version};
use spec::run::Run;
use spec::sample::Sample;
use spec::texts::names;
use spec::texts::number::{percent, score, significant};
use spec::texts::ui::monitor as words;
use spec::{Metric, Order, Project};

use crate::pages::train;
use crate::ui::{FigureText, SelectOption, Tone};

pub fn verdict_tone(verdict: DriftVerdict) -> Tone {
    match verdict {
        DriftVerdict::Stable => Tone::Good,
        DriftVerdict::Watch => Tone::Warn,
        DriftVerdict::Drifted => Tone::Bad,
        DriftVerdict::CannotTell | DriftVerdict::NotJudged => Tone::Neutral,
    }
}

pub fn change_tone(change: Change) -> Tone {
    match change {
        Change::Better | Change::Same => Tone::Good,
        Change::Worse => Tone::Bad,
        Change::CannotTell => Tone::Warn,
    }
}

pub fn severity_tone(severity: AlarmSeverity) -> Tone {
    match severity {
        AlarmSeverity::Info => Tone::Accent,
        AlarmSeverity::Warning => Tone::Warn,
        AlarmSeverity::Critical => Tone::Bad,
    }
}

/// Name of the model of a run.
pub fn model(run: &Run) -> String {
    train::name(run.algorithm, run.trial)
}

/// "Version 2 (champion), Gradient boosting, 3 batches".
pub fn about(project: &Project) -> String {
    let Some(version) = project.registry.in_use() else {
        return words::ABOUT.to_owned();
    };
    let n_batches = project.batches.iter().filter(|batch| batch.version == version.number).count();
    let is_champion = project.registry.champion == Some(version.number);
    words::about(version.number, &model(&version.run), is_champion, n_batches)
}

/// The next month's file of the sample that the project came from, until it was loaded for the version in use.
pub fn next_month(project: &Project, samples: &[Sample]) -> Option<String> {
    let own = project.data.as_ref()?.sample.as_ref()?;
    let path = samples.iter().find(|sample| sample.id == *own)?.next_month.clone()?;
    let version = project.registry.in_use()?.number;
    let is_loaded = |batch: &Batch| batch.version == version && batch.file_name == file_name(&path);
    (!project.batches.iter().any(is_loaded)).then_some(path)
}

pub fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

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

/// What the model is for (F1), where the framing states it.
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

/// One line of the table of columns.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnLine {
    pub name: String,
    pub verdict: String,
    pub tone: Tone,
    pub effect: String,
    pub tolerated: String,
    pub method: &'static str,
    pub p: String,
    pub missing: String,
    pub missing_grew: bool,
    /// Rows with a level that training did not have, or a number outside its range.
    pub new_values: String,
    pub importance: String,
    pub sentence: String,
}

/// What somebody should look at first: columns that are not there, drifted ones, those with more missing values, those
/// that have begun to move; within each by how far beyond what is tolerated.
pub fn worst_first(report: &BatchReport) -> Vec<ColumnLine> {
    let mut columns: Vec<&ColumnDrift> = report.drift.columns.iter().collect();
    let rank = |column: &ColumnDrift| match (column.presence, column.verdict) {
        (Presence::Absent | Presence::OtherType { .. }, _) => 0,
        (_, DriftVerdict::Drifted) => 1,
        _ if column.missing.grew => 2,
        (_, DriftVerdict::Watch) => 3,
        (_, DriftVerdict::Stable) => 4,
        (_, DriftVerdict::CannotTell) => 5,
        (_, DriftVerdict::NotJudged) => 6,
    };
    let beyond = |column: &ColumnDrift| column.effect.unwrap_or(0.0) / column.least_effect.max(1e-9);
    columns.order_by(|a, b| rank(a).cmp(&rank(b)).then(beyond(b).total_cmp(&beyond(a))));
    let n_rows = report.drift.n_rows;
    columns.into_iter().map(|column| column_line(column, n_rows)).collect()
}

fn column_line(column: &ColumnDrift, n_rows: u64) -> ColumnLine {
    let share = |n: u64| if n_rows == 0 { 0.0 } else { n as f64 / n_rows as f64 };
    let n_new = column.out_of_range.n_below + column.out_of_range.n_above + column.unseen.n_rows;
    let figure = |x: Option<f64>| x.map_or_else(String::new, |x| significant(x, 2));
    // Of what is not there, nothing was measured.
    let is_there = column.presence == Presence::Present;
    let measured = |text: String| if is_there { text } else { String::new() };
    let (verdict, tone) = match column.presence {
        Presence::Absent => (words::NOT_THERE.to_owned(), Tone::Bad),
        Presence::OtherType { found } => (words::other_type(found.name()), Tone::Bad),
        Presence::Present => (names::drift_verdict(column.verdict).to_owned(), verdict_tone(column.verdict)),
    };
    ColumnLine {
        name: column.name.clone(),
        verdict,
        tone,
        effect: figure(column.effect),
        tolerated: measured(significant(column.least_effect, 2)),
        method: if is_there { words::method(column.method) } else { "" },
        p: column.p_adjusted.map_or_else(String::new, p_value),
        missing: measured(words::before_now(column.missing.share_reference, column.missing.share_batch)),
        missing_grew: column.missing.grew,
        new_values: measured(words::rows_share(n_new, share(n_new))),
        importance: column.importance.map_or_else(String::new, percent),
        sentence: column.message.says(),
    }
}

/// Beyond four digits a p-value says no more than that.
pub fn p_value(p: f64) -> String {
    if p < 1e-4 { "< 0.0001".to_owned() } else { significant(p, 2) }
}

pub fn method_term(method: DriftMethod) -> &'static str {
    match method {
        DriftMethod::Psi => "psi",
        DriftMethod::KolmogorovSmirnov => "kolmogorov_smirnov_test",
        DriftMethod::Wasserstein => "wasserstein_distance",
        DriftMethod::JensenShannon => "jensen_shannon_distance",
        DriftMethod::ChiSquare => "chi_square_test",
        DriftMethod::TotalVariation => "total_variation_distance",
        DriftMethod::ZTest => "z_test",
    }
}

/// The methods that a column can be compared by, after the automatic choice.
pub fn method_options(column: &ColumnDrift) -> Vec<SelectOption> {
    let is_number = matches!(column.column_type, spec::ColumnType::Number | spec::ColumnType::Time);
    let fits = |method: &DriftMethod| match method {
        DriftMethod::ZTest => column.method == DriftMethod::ZTest,
        method => is_number || !method.is_for_numbers_only(),
    };
    let automatic = SelectOption::new("", words::AUTOMATIC);
    let methods = DriftMethod::ALL.into_iter().filter(fits);
    let named = methods.map(|method| SelectOption::new(method_value(method), names::drift_method(method)));
    std::iter::once(automatic).chain(named).collect()
}

/// What stands for a method in a form.
pub fn method_value(method: DriftMethod) -> String {
    method_term(method).to_owned()
}

pub fn method_of(value: &str) -> Option<DriftMethod> {
    DriftMethod::ALL.into_iter().find(|method| method_term(*method) == value)
}

/// All measures of a column with their values.
pub fn measures(column: &ColumnDrift) -> Vec<(&'static str, String)> {
    let figures = &column.figures;
    let all = [
        (DriftMethod::Psi, figures.psi),
        (DriftMethod::KolmogorovSmirnov, figures.kolmogorov_smirnov),
        (DriftMethod::Wasserstein, figures.wasserstein),
        (DriftMethod::JensenShannon, figures.jensen_shannon),
        (DriftMethod::TotalVariation, figures.total_variation),
        (DriftMethod::ChiSquare, figures.chi_square),
    ];
    all.into_iter()
        .filter_map(|(method, value)| Some((names::drift_method(method), significant(value?, 3))))
        .collect()
}

/// One line of the table of figures.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricLine {
    pub metric: Metric,
    pub expected: String,
    pub value: String,
    pub interval: String,
    pub difference: String,
    pub tolerated: String,
    pub change: Change,
}

/// The primary metric first.
pub fn metric_lines(report: &BatchReport, primary: Option<Metric>) -> Vec<MetricLine> {
    let mut lines: Vec<MetricLine> = report
        .performance
        .iter()
        .flat_map(|performance| &performance.figures)
        .map(|(metric, figure)| {
            let shown = |x: Option<f64>| x.map_or_else(String::new, score);
            let between = |low: Option<f64>, high: Option<f64>| {
                let both = low.zip(high);
                both.map_or_else(String::new, |(low, high)| words::range(low, high))
            };
            MetricLine {
                metric: *metric,
                expected: shown(figure.reference),
                value: shown(figure.value),
                interval: between(figure.low, figure.high),
                difference: between(figure.difference_low, figure.difference_high),
                tolerated: significant(figure.tolerated, 2),
                change: figure.change,
            }
        })
        .collect();
    lines.order_by_key(|line| Reverse(Some(line.metric) == primary));
    lines
}

/// Trends to choose from, each under its place in the list.
pub fn trend_options(trends: &[Trend]) -> Vec<SelectOption> {
    let option = |(i, trend): (usize, &Trend)| {
        let group = match trend.of {
            TrendOf::Column { .. } => words::TREND_COLUMNS,
            _ => words::TREND_FIGURES,
        };
        SelectOption::new(i.to_string(), names::trend_of(&trend.of)).under(group)
    };
    trends.iter().enumerate().map(option).collect()
}

/// What is shown of the trends until something is chosen: the primary metric if it is known, else the drifted columns.
pub fn first_trend(trends: &[Trend], metric: Option<Metric>) -> usize {
    let is_metric = |trend: &Trend| metric.is_some_and(|metric| trend.of == TrendOf::Metric { metric });
    trends.iter().position(is_metric).unwrap_or(0)
}

/// A batch that can be learned from.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    pub id: u32,
    pub label: String,
    /// Its rows are among the data already.
    pub is_known: bool,
}

/// Those with outcomes, the same file once.
pub fn choices(project: &Project) -> Vec<Choice> {
    let files = project.data.as_ref().map(|data| data.files()).unwrap_or_default();
    let mut seen: Vec<&str> = Vec::new();
    let mut out = Vec::new();
    for batch in project.batches.iter().rev().filter(|batch| batch.has_target) {
        if !seen.contains(&batch.sha256.as_str()) {
            seen.push(&batch.sha256);
            out.push(Choice {
                id: batch.summary.id,
                label: words::retrain_batch(&batch.summary.name, batch.summary.n_outcomes),
                is_known: files.iter().any(|file| file.sha256 == batch.sha256),
            });
        }
    }
    out.reverse();
    out
}

/// Where the comparison of champion and challenger stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Contest {
    /// The best new run, while it is no version yet.
    pub run: Option<u32>,
    pub challenger: Option<u32>,
    pub champion: Option<u32>,
    /// The challenger was better.
    pub wins: bool,
}

pub fn contest(project: &Project) -> Contest {
    let registry = &project.registry;
    let best = project
        .retrained
        .as_ref()
        .and_then(|retrained| retrained.runs.first().copied());
    let is_version = |run: u32| registry.versions.iter().any(|version| is_of_run(version, project, run));
    Contest {
        run: best.filter(|run| project.runs.iter().any(|own| own.id == *run) && !is_version(*run)),
        challenger: registry.challenger,
        champion: registry.champion,
        wins: project
            .retrained
            .as_ref()
            .and_then(|retrained| retrained.verdict.as_ref())
            .is_some_and(|verdict| verdict.change == Change::Better),
    }
}

/// A version keeps its run as it was; run numbers are never used twice while the run is there.
fn is_of_run(version: &Version, project: &Project, run: u32) -> bool {
    let own = project.runs.iter().find(|own| own.id == run);
    version.run.id == run && own.is_some_and(|own| own.model_hash == version.run.model_hash)
}

/// Versions that were champion before and can be again, the newest first.
pub fn former_champions(project: &Project) -> Vec<u32> {
    let champion = project.registry.of(Alias::Champion).map(|version| version.number);
    let mut numbers: Vec<u32> = project
        .acts
        .iter()
        .filter_map(|acted| match acted.act {
            Act::Promoted { version, .. } | Act::RolledBack { version, .. } => Some(version),
            _ => None,
        })
        .filter(|version| Some(*version) < champion)
        .collect();
    numbers.order_by_key(|number| Reverse(*number));
    numbers.dedup();
    numbers
}

#[cfg(test)]
mod tests {
    use spec::Algorithm;
    use spec::monitor::{DatasetDrift, DriftReport, MissingChange, PerformanceReport, Retrained, TrendPoint};
    use spec::registry::Acted;

    use super::*;
    use crate::pages::fixture;

    fn report(columns: Vec<ColumnDrift>) -> BatchReport {
        BatchReport {
            drift: DriftReport {
                n_reference: 1000,
                n_rows: 200,
                dataset: DatasetDrift {
                    verdict: DriftVerdict::Watch,
                    n_judged: 10,
                    n_drifted: 2,
                    share: Some(0.2),
                    share_of_importance: Some(0.41),
                    message: spec::Message::new("monitor.dataset_watch"),
                },
                columns,
                prediction: Some(fixture::column_drift("probability_yes")),
                target: None,
                warnings: Vec::new(),
            },
            performance: None,
            join: None,
            warnings: Vec::new(),
        }
    }

    #[test]
    fn the_header_says_which_version_and_how_many_batches() {
        let mut project = fixture::watched();
        assert_eq!(about(&project), "Version 1 (champion), Random forest, no batch yet");
        project.batches.push(fixture::batch(1, DriftVerdict::Stable, 0));
        project.registry.champion = None;
        assert_eq!(about(&project), "Version 1 (newest), Random forest, 1 batch");
        assert_eq!(about(&fixture::with_data()), words::ABOUT);
    }

    #[test]
    fn a_line_counts_what_somebody_has_to_look_at_and_shows_the_worst() {
        let mut project = fixture::watched();
        let mut severe = fixture::batch(2, DriftVerdict::Drifted, 3);
        severe.alarms[0].severity = AlarmSeverity::Info;
        severe.alarms[2].severity = AlarmSeverity::Critical;
        project.batches = vec![fixture::batch(1, DriftVerdict::Watch, 1), severe];
        let lines: Vec<(u32, usize, Tone)> = batch_lines(&project)
            .iter()
            .map(|line| (line.id, line.n_alarms, line.alarm_tone))
            .collect();
        assert_eq!(lines, [(2, 2, Tone::Bad), (1, 1, Tone::Warn)]);
    }

    #[test]
    fn what_to_look_at_first_stands_first() {
        let column = |name: &str, verdict, effect| ColumnDrift {
            verdict,
            effect: Some(effect),
            ..fixture::column_drift(name)
        };
        let mut absent = column("absent", DriftVerdict::CannotTell, 0.0);
        absent.presence = Presence::Absent;
        let mut gaps = column("gaps", DriftVerdict::Stable, 0.0);
        gaps.missing = MissingChange {
            share_reference: 0.01,
            share_batch: 0.5,
            grew: true,
            ..MissingChange::default()
        };
        let lines = worst_first(&report(vec![
            column("time", DriftVerdict::NotJudged, 3.0),
            column("calm", DriftVerdict::Stable, 0.01),
            column("far", DriftVerdict::Drifted, 0.9),
            gaps,
            column("near", DriftVerdict::Drifted, 0.2),
            column("moving", DriftVerdict::Watch, 0.15),
            absent,
        ]));
        let names: Vec<&str> = lines.iter().map(|line| line.name.as_str()).collect();
        assert_eq!(names, ["absent", "far", "near", "gaps", "moving", "calm", "time"]);
        assert_eq!(lines[0].verdict, words::NOT_THERE);
        assert_eq!((lines[0].method, lines[0].missing.as_str()), ("", ""));
        assert_eq!(lines[3].missing, "1% → 50%");
        assert_eq!(p_value(0.0), "< 0.0001");
    }

    #[test]
    fn the_first_row_says_data_predictions_and_the_business() {
        let mut project = fixture::watched();
        project.pipeline.framing.business.metric = "Customers lost".to_owned();
        project.pipeline.framing.business.unit = "per month".to_owned();
        project.pipeline.framing.business.value_today = Some(180.0);
        project.pipeline.framing.business.value_target = Some(120.0);
        let figures = headline(&project, &fixture::batch(1, DriftVerdict::Watch, 0), &report(Vec::new()));
        let names: Vec<&str> = figures.iter().map(|figure| figure.name.as_str()).collect();
        assert_eq!(names, [words::DATA, words::PREDICTIONS, "Customers lost"]);
        assert_eq!((figures[0].value.as_str(), figures[0].tone), ("2 of 10", Tone::Warn));
        assert_eq!(figures[0].beside, "20% of the columns · 41% of the importance");
        assert_eq!(figures[2].beside, "today · wanted 120 per month");
    }

    #[test]
    fn methods_are_those_that_fit_the_column() {
        let mut words_column = fixture::column_drift("city");
        words_column.column_type = spec::ColumnType::Category;
        let values = |column: &ColumnDrift| method_options(column).into_iter().map(|one| one.value).collect::<Vec<_>>();
        assert!(!values(&words_column).contains(&method_value(DriftMethod::Wasserstein)));
        assert!(values(&fixture::column_drift("age")).contains(&method_value(DriftMethod::Wasserstein)));
        for method in DriftMethod::ALL {
            assert_eq!(method_of(&method_value(method)), Some(method));
        }
        assert_eq!(method_of(""), None);
    }

    #[test]
    fn the_primary_metric_leads() {
        let figure = PerformanceFigure {
            reference: Some(0.9),
            value: Some(0.8),
            low: Some(0.75),
            high: Some(0.85),
            difference: Some(-0.1),
            difference_low: Some(-0.15),
            difference_high: Some(-0.05),
            tolerated: 0.045,
            change: Change::Worse,
            message: spec::Message::new("monitor.alarm_performance").with("batch", "b"),
        };
        let mut found = report(Vec::new());
        let figures = [Metric::RocAuc, Metric::Accuracy, Metric::F1].map(|metric| (metric, figure.clone()));
        found.performance = Some(PerformanceReport {
            n_rows: 100,
            figures: figures.into_iter().collect(),
            warnings: Vec::new(),
        });
        let lines = metric_lines(&found, Some(Metric::F1));
        assert_eq!(lines[0].metric, Metric::F1);
        assert_eq!((lines[0].difference.as_str(), lines.len()), ("−0.150 to −0.050", 3));
    }

    #[test]
    fn a_file_is_offered_once_for_learning() {
        let mut project = fixture::watched();
        let mut twice = fixture::batch(2, DriftVerdict::Stable, 0);
        twice.sha256 = "sha 1".to_owned();
        let mut blind = fixture::batch(3, DriftVerdict::Stable, 0);
        blind.has_target = false;
        project.batches = vec![fixture::batch(1, DriftVerdict::Stable, 0), twice, blind];
        let offered = choices(&project);
        assert_eq!(offered.len(), 1);
        assert_eq!((offered[0].id, offered[0].is_known), (2, false));
    }

    #[test]
    fn the_contest_goes_from_run_to_challenger_to_champion() {
        let mut project = fixture::watched();
        assert_eq!((contest(&project).run, contest(&project).champion), (None, Some(1)));
        let mut run = fixture::trained(Algorithm::GradientBoosting, 0.9).runs[0].clone();
        run.id = 2;
        run.model_hash = "second".to_owned();
        project.runs.push(run.clone());
        project.retrained = Some(Retrained {
            runs: vec![2],
            verdict: None,
            champion: Some(1),
            batch: None,
            at_ms: 0.0,
        });
        assert_eq!(contest(&project).run, Some(2));
        let mut version = project.registry.versions[0].clone();
        version.number = 2;
        version.run = run;
        project.registry.versions.push(version);
        project.registry.challenger = Some(2);
        assert_eq!((contest(&project).run, contest(&project).challenger), (None, Some(2)));
        assert!(former_champions(&project).is_empty());
        for (version, from) in [(1, None), (2, Some(1))] {
            project.acts.push(Acted {
                at_ms: 0.0,
                act: Act::Promoted { version, from },
                reason: String::new(),
            });
        }
        project.registry.champion = Some(2);
        assert_eq!(former_champions(&project), [1]);
    }

    #[test]
    fn the_sample_offers_its_next_month_until_it_is_loaded() {
        let samples = spec::sample::samples();
        let mut project = fixture::watched();
        let path = next_month(&project, &samples).unwrap();
        assert_eq!(file_name(&path), "churn_next_month.csv");
        let mut loaded = fixture::batch(1, DriftVerdict::Stable, 0);
        loaded.file_name = "churn_next_month.csv".to_owned();
        project.batches.push(loaded);
        assert_eq!(next_month(&project, &samples), None);
    }

    #[test]
    fn the_metric_is_the_first_trend() {
        let trend = |of| Trend {
            of,
            points: vec![TrendPoint {
                batch: 1,
                at_ms: 0.0,
                value: 0.5,
                low: None,
                high: None,
            }],
            direction: spec::monitor::Direction::CannotTell,
            p_value: None,
            per_30_days: None,
            message: spec::Message::new("monitor.trend_flat"),
        };
        let trends = [TrendOf::DriftedColumns, TrendOf::Metric { metric: Metric::RocAuc }].map(trend);
        assert_eq!(first_trend(&trends, Some(Metric::RocAuc)), 1);
        assert_eq!(first_trend(&trends, None), 0);
        assert_eq!(trend_options(&trends)[1].label, "ROC AUC");
    }
}

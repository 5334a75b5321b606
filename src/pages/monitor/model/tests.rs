use spec::monitor::{
    BatchReport, ColumnDrift, DatasetDrift, DriftMethod, DriftReport, MissingChange, PerformanceFigure, PerformanceReport,
    Presence, Retrained, Trend, TrendOf, TrendPoint,
};
use spec::registry::{Act, Acted};
use spec::{Algorithm, Metric};

use super::columns::p_value;
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
        warnings: Vec::new(),
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
    let mut project = fixture::watched();
    let path = next_month(&project).unwrap();
    assert_eq!(file_name(&path), "churn_next_month.csv");
    let mut loaded = fixture::batch(1, DriftVerdict::Stable, 0);
    loaded.file_name = "churn_next_month.csv".to_owned();
    project.batches.push(loaded);
    assert_eq!(next_month(&project), None);
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

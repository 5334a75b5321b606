//! Later files against what a version learned from.

use std::path::{Path, PathBuf};

use spec::job::{Answer, Job};
use spec::monitor::{AlarmSeverity, BatchKind, BatchReport, ColumnDrift, DriftMethod, DriftVerdict, MonitorRules, Presence};
use spec::registry::{Alias, Batch};
use spec::split::Assignment;
use spec::step::{Exclude, ParseNumber, PipelineKind, ShapeKind};
use spec::{Algorithm, ColumnType, Edit, Metric};

use crate::lab::{Lab, sample_path, scratch};

/// A trained sample whose best run is the champion.
pub fn watched(sample: &str, algorithm: Algorithm) -> Lab {
    let lab = Lab::sample(sample, 2);
    // Whatever the sample's story says: later rows of a machine that wears out are not like those of training.
    let mut split = lab.project().pipeline.split;
    split.assignment = Assignment::Random { stratified: true };
    lab.edit(Edit::SetSplit { split });
    lab.train(&[algorithm]);
    promote(&lab, register(&lab, lab.run_of(algorithm)));
    lab
}

pub fn register(lab: &Lab, run: u32) -> u32 {
    match lab.ask(Job::Register {
        run,
        note: String::new(),
    }) {
        Answer::Registered { version } => version,
        other => panic!("{other:?}"),
    }
}

pub fn promote(lab: &Lab, version: u32) {
    lab.edit(Edit::SetAlias {
        alias: Alias::Champion,
        version: Some(version),
        at_ms: 1.0,
        reason: String::new(),
    });
}

fn check_job(lab: &Lab, path: &Path) -> Job {
    Job::CheckBatch {
        file: lab.session.engine.host().add_file(path),
        options: None,
        version: None,
        key_salt: None,
    }
}

pub fn check(lab: &Lab, path: &Path) -> Batch {
    match lab.ask(check_job(lab, path)) {
        Answer::Batch(batch) => *batch,
        other => panic!("{other:?}"),
    }
}

pub fn report(lab: &Lab, batch: u32) -> BatchReport {
    match lab.ask(Job::OpenBatch { batch }) {
        Answer::BatchReport(report) => *report,
        other => panic!("{other:?}"),
    }
}

/// Cells of a delimited file, quotes taken away.
fn cells(text: &str) -> Vec<Vec<String>> {
    let line = |line: &str| {
        let mut row = vec![String::new()];
        let mut is_quoted = false;
        for c in line.chars() {
            match c {
                '"' => is_quoted = !is_quoted,
                ',' if !is_quoted => row.push(String::new()),
                c => row.last_mut().unwrap().push(c),
            }
        }
        row
    };
    text.lines().map(line).collect()
}

fn text(rows: &[Vec<String>]) -> String {
    let line = |row: &Vec<String>| row.iter().map(|cell| format!("\"{cell}\"")).collect::<Vec<_>>().join(",") + "\n";
    rows.iter().map(line).collect()
}

fn sample_text(name: &str) -> String {
    std::fs::read_to_string(sample_path(name)).unwrap()
}

/// The header and every n-th row.
fn every(name: &str, n: usize) -> String {
    let all = sample_text(name);
    let (header, rows) = all.split_once('\n').unwrap();
    let rows: String = rows.lines().step_by(n).map(|row| format!("{row}\n")).collect();
    format!("{header}\n{rows}")
}

fn written(name: &str, text: &str) -> PathBuf {
    let path = scratch(name);
    std::fs::write(&path, text).unwrap();
    path
}

/// The sample without its leak, trained and promoted.
fn churn() -> Lab {
    let lab = Lab::sample("churn", 2);
    lab.edit(Edit::AddPipelineStep {
        index: Some(0),
        kind: PipelineKind::Exclude(Exclude {
            columns: vec!["retention_call_outcome".into()],
            reason: String::new(),
        }),
    });
    // The amounts are text by a blank or two; here they are read as numbers.
    lab.edit(Edit::AddShapeStep {
        index: None,
        kind: ShapeKind::ParseNumber(ParseNumber {
            column: "total_charges".into(),
            decimal_comma: false,
        }),
    });
    lab.train(&[Algorithm::GradientBoosting]);
    promote(&lab, register(&lab, lab.run_of(Algorithm::GradientBoosting)));
    lab
}

/// Trains on the past, judges on the future.
pub fn by_time(lab: &Lab) {
    let mut split = lab.project().pipeline.split;
    split.assignment = Assignment::Time { column: "time".into() };
    lab.edit(Edit::SetSplit { split });
}

fn of<'a>(report: &'a BatchReport, column: &str) -> &'a ColumnDrift {
    report.drift.columns.iter().find(|one| one.name == column).unwrap()
}

fn raised(batch: &Batch) -> Vec<&str> {
    batch.alarms.iter().map(|alarm| alarm.rule.as_str()).collect()
}

#[test]
fn next_month_is_told_apart_on_every_sample() {
    let lab = churn();
    let batch = check(&lab, &sample_path("churn_next_month"));
    let found = report(&lab, batch.summary.id);
    assert_eq!(
        (batch.kind, batch.has_target, batch.summary.n_rows),
        (BatchKind::Table, true, 2500)
    );
    assert_eq!(of(&found, "payment_method").verdict, DriftVerdict::Drifted);
    assert!(
        of(&found, "payment_method")
            .unseen
            .examples
            .iter()
            .any(|(level, n, _)| level == "Mobile wallet" && *n > 200)
    );
    // The cleaning of the recipe was made: the numbers are compared as numbers.
    let total = of(&found, "total_charges");
    assert_eq!((total.presence, total.column_type), (Presence::Present, ColumnType::Number));
    assert_eq!(of(&found, "gender").verdict, DriftVerdict::Stable);
    // Prices went up by 12%; three charges of 9999 in training do not hide it.
    let charges = of(&found, "monthly_charges");
    assert_eq!(
        (charges.method, charges.verdict),
        (DriftMethod::KolmogorovSmirnov, DriftVerdict::Drifted)
    );
    assert!(raised(&batch).contains(&"unseen_levels"), "{:?}", raised(&batch));
    let performance = found.performance.unwrap();
    assert_eq!(performance.n_rows, 2500);
    assert!(performance.figures[&Metric::RocAuc].reference.is_some());

    let lab = watched("loan", Algorithm::LogisticRegression);
    let batch = check(&lab, &sample_path("loan_next_month"));
    assert_eq!(batch.summary.verdict, DriftVerdict::Drifted);
    let found = report(&lab, batch.summary.id);
    for column in ["age", "employment", "income"] {
        assert_eq!(of(&found, column).verdict, DriftVerdict::Drifted, "{column}");
    }
    assert!(raised(&batch).contains(&"data_drift"));

    let lab = Lab::sample("sensor", 2);
    by_time(&lab);
    lab.train(&[Algorithm::GradientBoosting]);
    register(&lab, lab.run_of(Algorithm::GradientBoosting));
    let batch = check(&lab, &sample_path("sensor_next_month"));
    assert_eq!(batch.summary.verdict, DriftVerdict::Drifted);
    assert_eq!(batch.alarms[0].severity, AlarmSeverity::Critical);
    assert_eq!(batch.alarms[0].rule, "performance_worse");
    assert!(raised(&batch).contains(&"out_of_range"), "{:?}", raised(&batch));
    // The file says when its rows were gathered.
    assert_eq!(batch.summary.at_ms, 1_711_839_600_000.0);
    let Answer::Watched(watched) = lab.ask(Job::Watch) else {
        panic!("not watched")
    };
    assert_eq!((watched.version, watched.trends.is_empty()), (Some(1), false));
}

#[test]
fn rows_like_those_of_training_raise_nothing() {
    for (sample, algorithm, n) in [
        ("churn", Algorithm::LogisticRegression, 3),
        ("loan", Algorithm::DecisionTree, 4),
        ("sensor", Algorithm::Ridge, 3),
    ] {
        let lab = watched(sample, algorithm);
        let path = written(&format!("same-{sample}"), &every(sample, n));
        let batch = check(&lab, &path);
        std::fs::remove_file(&path).unwrap();
        assert_eq!(batch.summary.verdict, DriftVerdict::Stable, "{sample}");
        assert!(batch.alarms.is_empty(), "{sample}: {:?}", batch.alarms);
    }
}

#[test]
fn what_is_absent_or_odd_is_shown_not_refused() {
    let lab = churn();
    let mut rows = cells(&sample_text("churn_next_month"));
    let place = |rows: &[Vec<String>], name: &str| rows[0].iter().position(|cell| cell == name).unwrap();
    let tenure = place(&rows, "tenure");
    let (charges, calls) = (place(&rows, "monthly_charges"), place(&rows, "support_calls"));
    for (i, row) in rows.iter_mut().enumerate().skip(1) {
        row[charges] = ["low", "high"][i % 2].to_owned();
        if i % 50 == 0 {
            row[calls] = "many".to_owned();
        }
    }
    for row in &mut rows {
        row.remove(tenure);
    }
    let path = written("odd", &text(&rows));
    let batch = check(&lab, &path);
    let found = report(&lab, batch.summary.id);
    std::fs::remove_file(&path).unwrap();
    assert_eq!(of(&found, "tenure").presence, Presence::Absent);
    let found_type = ColumnType::Category;
    assert_eq!(
        of(&found, "monthly_charges").presence,
        Presence::OtherType { found: found_type }
    );
    // A few odd cells count as missing, and are counted.
    assert_eq!(of(&found, "support_calls").presence, Presence::Present);
    let note = found
        .warnings
        .iter()
        .find(|note| note.code == "monitor.cells_refused")
        .unwrap();
    assert!(note.says().starts_with("50 cells of support_calls"), "{}", note.says());
    let absent = batch.alarms.iter().find(|alarm| alarm.rule == "columns_absent").unwrap();
    assert_eq!(absent.severity, AlarmSeverity::Critical);
    assert!(
        absent.message.says().contains("tenure, monthly_charges"),
        "{}",
        absent.message.says()
    );
    // The model answers without them, and is judged by what it answers.
    assert_eq!(found.performance.unwrap().n_rows, 2500);

    let refused = |name: &str, text: &str| {
        let path = written(name, text);
        let failure = lab.refuses(check_job(&lab, &path));
        std::fs::remove_file(&path).unwrap();
        assert!(
            !failure.message.hint().contains('{') && !failure.message.hint().is_empty(),
            "{failure:?}"
        );
        failure.message.code
    };
    assert_eq!(refused("other", "a,b\n1,2\n3,4\n"), "monitor.not_a_batch");
    assert_eq!(refused("header", "tenure,contract\n"), "monitor.file_without_rows");
    assert_eq!(refused("lines", "{\"a\": 1}\n{\"a\": 2}\n"), "read.is_json");
    assert_eq!(
        refused("log", "{\"request_id\":\"a\",\"prediction\":\"x\"}\n"),
        "monitor.log_is_empty"
    );
    assert_eq!(refused("lost", "request_id,outcome\na,yes\n"), "monitor.outcomes_orphan");
    assert_eq!(lab.project().batches.len(), 1);
}

#[test]
fn the_same_file_in_another_dialect_is_the_same_batch() {
    let lab = watched("loan", Algorithm::DecisionTree);
    let first = check(&lab, &sample_path("loan_next_month"));
    let text: String = cells(&sample_text("loan_next_month"))
        .iter()
        .map(|row| row.join(";") + "\r\n")
        .collect();
    let path = written("semicolons", &text);
    let other = check(&lab, &path);
    std::fs::remove_file(&path).unwrap();
    assert_eq!(other.report_hash, first.report_hash);
    assert_eq!(lab.project().batches.len(), 2);
    // The same bytes again are the batch that is there.
    let again = check(&lab, &sample_path("loan_next_month"));
    assert_eq!((again.summary.id, lab.project().batches.len()), (first.summary.id, 2));
}

/// A line of the service's log for each row of a file, with what the exported model says of it.
fn log_of(lab: &Lab, name: &str) -> String {
    let host = lab.session.engine.host();
    let files = futures_lite::future::block_on(lab.session.engine.bundle_files(
        0,
        spec::registry::ModelRef::Run(lab.project().runs.last().unwrap().id),
        &spec::registry::Naming::default(),
    ))
    .unwrap();
    let file = |name: &str| files.iter().find(|(path, _)| path == name).unwrap().1.clone();
    let data = host.add_file(&sample_path(name));
    let scoring = lab.session.engine.score(
        0,
        data,
        None,
        (file("model.onnx"), file("contract.json")),
        engine::ScoreOrder::default(),
    );
    let scored = futures_lite::future::block_on(scoring).unwrap();
    let scores = cells(std::str::from_utf8(&scored.csv).unwrap());
    let classes: Vec<&str> = scores[0]
        .iter()
        .filter_map(|name| name.strip_prefix("probability_"))
        .collect();
    let rows = cells(&sample_text(name));
    let is_input = |name: &str| !["application_id", "approved", "repaid", "gender"].contains(&name);
    rows[1..]
        .iter()
        .zip(&scores[1..])
        .enumerate()
        .map(|(i, (row, score))| {
            let inputs: Vec<String> = rows[0]
                .iter()
                .zip(row)
                .filter(|(name, _)| is_input(name))
                .map(|(name, cell)| format!("\"{name}\":\"{cell}\""))
                .collect();
            let of_class = |(class, p): (&&str, &String)| format!("\"{class}\":{p}");
            let probabilities: Vec<String> = classes.iter().zip(&score[1..]).map(of_class).collect();
            format!(
                "{{\"request_id\":\"r{i}\",\"at\":\"2026-02-{:02}T00:00:00Z\",\"version\":\"1\",\"variant\":\"champion\",\
                 \"key_hash\":\"k{i}\",\"inputs\":{{{}}},\"probabilities\":{{{}}}}}\n",
                1 + i % 28,
                inputs.join(","),
                probabilities.join(",")
            )
        })
        .collect()
}

#[test]
fn a_log_and_its_outcomes_come_to_the_figures_of_the_table() {
    let lab = watched("loan", Algorithm::DecisionTree);
    let table = check(&lab, &sample_path("loan_next_month"));
    let path = written("log", &(log_of(&lab, "loan_next_month") + "{\"request_id\":\"torn"));
    let log = check(&lab, &path);
    assert_eq!((log.kind, log.has_target, log.summary.n_rows), (BatchKind::Log, false, 2000));
    let found = report(&lab, log.summary.id);
    // What the service does not log is no fault of the data.
    assert!(found.drift.columns.iter().all(|column| column.name != "gender"));
    let codes: Vec<&str> = found.warnings.iter().map(|note| note.code.as_str()).collect();
    assert_eq!(codes, ["monitor.line_torn", "monitor.not_logged"]);
    assert_eq!(found.performance, None);
    assert_eq!(of(&found, "age").effect, of(&report(&lab, table.summary.id), "age").effect);

    // Outcomes in two files, by request id and by key; one comes twice, one belongs to nobody.
    let rows = cells(&sample_text("loan_next_month"));
    let approved = rows[0].iter().position(|name| name == "approved").unwrap();
    let outcome = |i: usize| rows[i + 1][approved].as_str();
    let by_request: String = (0..1000)
        .map(|i| format!("r{i},{},2026-03-15T00:00:00Z\n", outcome(i)))
        .collect();
    let labels = written(
        "by-request",
        &format!(
            "request_id,outcome,at\n{by_request}r0,{},2026-03-16\nxx,yes,2026-03-15\n",
            outcome(0)
        ),
    );
    let joined = check(&lab, &labels);
    assert_eq!((joined.summary.id, joined.has_target), (log.summary.id, true));
    let counts = report(&lab, log.summary.id).join.unwrap().counts;
    assert_eq!(
        (counts.n_joined, counts.n_duplicate, counts.n_orphan, counts.n_predictions),
        (1000, 1, 1, 2000)
    );
    let lines: String = (1000..2000)
        .map(|i| format!("{{\"key_hash\":\"k{i}\",\"outcome\":\"{}\",\"at\":1775000000}}\n", outcome(i)))
        .collect();
    let outcomes = written("by-key", &lines);
    check(&lab, &outcomes);
    // The same file twice changes nothing.
    let joined = check(&lab, &outcomes);
    for path in [path, labels, outcomes] {
        std::fs::remove_file(&path).unwrap();
    }
    let found = report(&lab, log.summary.id);
    let join = found.join.unwrap();
    assert_eq!((join.counts.n_joined, join.counts.n_duplicate), (2000, 1));
    assert!(join.delay.is_some());
    let of_table = report(&lab, table.summary.id).performance.unwrap();
    let of_log = found.performance.unwrap();
    assert_eq!(of_log.n_rows, of_table.n_rows);
    for (metric, figure) in &of_table.figures {
        let (a, b) = (figure.value.unwrap(), of_log.figures[metric].value.unwrap());
        assert!((a - b).abs() < 1e-6, "{metric:?}: {a} {b}");
    }
    // Rules as they are now: judged again it is the same batch.
    lab.ask(Job::JudgeBatches);
    assert_eq!(
        lab.project().batches.iter().find(|batch| batch.kind == BatchKind::Log),
        Some(&joined)
    );
}

#[test]
fn outcomes_join_a_table_by_a_column_of_both() {
    let lab = watched("loan", Algorithm::DecisionTree);
    let mut rows = cells(&sample_text("loan_next_month"));
    let whole = check(&lab, &sample_path("loan_next_month"));
    let place = rows[0].iter().position(|name| name == "approved").unwrap();
    let labels: String = rows.iter().map(|row| format!("{},{}\n", row[0], row[place])).collect();
    for row in &mut rows {
        row.remove(place);
    }
    let (table, labels) = (written("blind", &text(&rows)), written("labels", &labels));
    let blind = check(&lab, &table);
    assert!(!blind.has_target && blind.summary.target.is_none());
    let joined = check(&lab, &labels);
    std::fs::remove_file(&table).unwrap();
    std::fs::remove_file(&labels).unwrap();
    // Every batch that has these rows: both do.
    let found = lab
        .project()
        .batches
        .into_iter()
        .find(|batch| batch.summary.id == blind.summary.id)
        .unwrap();
    assert!(found.has_target && joined.has_target);
    let figures = |id| report(&lab, id).performance.unwrap().figures;
    assert_eq!(figures(blind.summary.id), figures(whole.summary.id));
}

#[test]
fn one_outcome_that_is_no_number_costs_that_one_only() {
    let lab = watched("sensor", Algorithm::Ridge);
    let mut rows = cells(&sample_text("sensor_next_month"));
    let place = rows[0].iter().position(|name| name == "bearing_temp_c").unwrap();
    for (i, row) in rows.iter_mut().enumerate() {
        row.push(if i == 0 { "id".to_owned() } else { format!("row-{i}") });
    }
    let mut labels: String = rows
        .iter()
        .map(|row| format!("{},{}\n", row.last().unwrap(), row[place]))
        .collect();
    labels = labels.replacen(&format!("row-7,{}", rows[7][place]), "row-7,broken", 1);
    for row in &mut rows {
        row.remove(place);
    }
    let (table, labels) = (written("no-target", &text(&rows)), written("odd-label", &labels));
    let batch = check(&lab, &table);
    let joined = check(&lab, &labels);
    std::fs::remove_file(&table).unwrap();
    std::fs::remove_file(&labels).unwrap();
    assert_eq!((joined.summary.id, joined.has_target), (batch.summary.id, true));
    let found = report(&lab, joined.summary.id);
    assert_eq!(found.performance.unwrap().n_rows, 2879);
    let words: Vec<String> = found.warnings.iter().map(spec::Message::says).collect();
    assert!(
        words
            .iter()
            .any(|words| words.contains("1 outcome is no number") && words.contains("broken")),
        "{words:?}"
    );
    // It can be trained on, without that row.
    lab.edit(Edit::SetModels {
        models: vec![crate::lab::model(Algorithm::Ridge)],
    });
    lab.ask(Job::Retrain {
        batches: vec![joined.summary.id],
    });
    assert_eq!(lab.project().data.unwrap().parts[1].n_rows, 2879);
}

#[test]
fn a_file_that_is_read_again_keeps_its_outcomes() {
    let lab = watched("loan", Algorithm::DecisionTree);
    let mut rows = cells(&sample_text("loan_next_month"));
    let place = rows[0].iter().position(|name| name == "approved").unwrap();
    let labels: String = rows.iter().map(|row| format!("{},{}\n", row[0], row[place])).collect();
    for row in &mut rows {
        row.remove(place);
    }
    let (table, labels) = (written("again", &text(&rows)), written("again-labels", &labels));
    check(&lab, &table);
    let joined = check(&lab, &labels);
    // Read with options of one's own: other rows, if one likes, and the outcomes that are known.
    let Answer::Sniffed(sniff) = lab.ask(Job::Sniff {
        file: lab.session.engine.host().add_file(&table),
        options: None,
    }) else {
        panic!("not sniffed")
    };
    let Job::CheckBatch { file, .. } = check_job(&lab, &table) else {
        panic!("no file")
    };
    let Answer::Batch(anew) = lab.ask(Job::CheckBatch {
        file,
        options: Some(sniff.options),
        version: None,
        key_salt: None,
    }) else {
        panic!("no batch")
    };
    std::fs::remove_file(&table).unwrap();
    std::fs::remove_file(&labels).unwrap();
    assert_eq!(anew.summary.id, joined.summary.id);
    assert_eq!((anew.has_target, anew.summary.n_outcomes), (true, 2000));
    assert_eq!(lab.project().batches.len(), 1);
}

#[test]
fn another_salt_joins_by_key_at_last() {
    let lab = watched("loan", Algorithm::DecisionTree);
    // Keys are hashed by a salt that nobody named at first: hmac.new(b"pepper", b"0", "sha256").hexdigest()[:16] ...
    let hashes = ["38e910427b33e7c9", "13c71d08eed0daa4", "264de398b86f41a7", "76cfc6507d43f67f"];
    let lines: Vec<String> = log_of(&lab, "loan_next_month").lines().map(str::to_owned).collect();
    let log: String = hashes
        .iter()
        .zip(&lines)
        .enumerate()
        .map(|(i, (hash, line))| line.replace(&format!("\"k{i}\""), &format!("\"{hash}\"")) + "\n")
        .collect();
    let outcomes: String = (0..4)
        .map(|i| format!("{{\"key\":{i},\"outcome\":\"yes\",\"at\":1775000000}}\n"))
        .collect();
    let (log, outcomes) = (written("salted", &log), written("salted-outcomes", &outcomes));
    let first = check(&lab, &log);
    assert_eq!(
        lab.refuses(check_job(&lab, &outcomes)).message.code,
        "monitor.outcomes_orphan"
    );
    let with_salt = Job::CheckBatch {
        file: lab.session.engine.host().add_file(&log),
        options: None,
        version: None,
        key_salt: Some("pepper".into()),
    };
    let Answer::Batch(again) = lab.ask(with_salt) else {
        panic!("no batch")
    };
    assert_eq!(again.summary.id, first.summary.id);
    let joined = check(&lab, &outcomes);
    // Without a salt it stays the one that was given.
    let last = check(&lab, &log);
    std::fs::remove_file(&log).unwrap();
    std::fs::remove_file(&outcomes).unwrap();
    assert_eq!((joined.summary.n_outcomes, last.summary.n_outcomes), (4, 4));
}

#[test]
fn a_log_of_another_version_is_not_taken_for_the_one_in_use() {
    let lab = watched("loan", Algorithm::DecisionTree);
    let lines = log_of(&lab, "loan_next_month");
    let other = lines.replace("\"version\":\"1\"", "\"version\":\"7\"");
    let path = written("other-version", &other);
    let refused = lab.refuses(check_job(&lab, &path));
    assert_eq!(refused.message.code, "monitor.log_of_others");
    assert!(refused.message.says().ends_with("its lines name 7"), "{refused}");
    let half = |text: &str, is_first: bool| -> String {
        let lines = text.lines().enumerate().filter(|(i, _)| (*i < 1000) == is_first);
        lines.map(|(_, line)| format!("{line}\n")).collect()
    };
    let codes = |text: &str| {
        std::fs::write(&path, text).unwrap();
        let batch = check(&lab, &path);
        let codes: Vec<String> = batch.notes.iter().map(|note| note.code.clone()).collect();
        (batch.summary.n_rows, codes)
    };
    let mixed = half(&lines, true) + &half(&other, false);
    assert_eq!(codes(&mixed), (1000, vec!["monitor.log_versions".to_owned()]));
    let open = lines.replace("\"version\":\"1\",", "");
    assert_eq!(codes(&open), (2000, vec!["monitor.log_version_open".to_owned()]));
    std::fs::remove_file(&path).unwrap();
}

#[test]
fn ids_that_look_like_numbers_are_words() {
    let lab = watched("loan", Algorithm::DecisionTree);
    let ids = ["007", "12345678901234567", "1e3"];
    let log: String = log_of(&lab, "loan_next_month")
        .lines()
        .zip(ids)
        .enumerate()
        .map(|(i, (line, id))| line.replace(&format!("\"r{i}\""), &format!("\"{id}\"")) + "\n")
        .collect();
    let labels: String = ids.iter().map(|id| format!("{id},yes\n")).collect();
    let (log, labels) = (
        written("number-ids", &log),
        written("number-labels", &format!("request_id,outcome\n{labels}")),
    );
    check(&lab, &log);
    let joined = check(&lab, &labels);
    std::fs::remove_file(&log).unwrap();
    std::fs::remove_file(&labels).unwrap();
    assert_eq!(joined.summary.n_outcomes, 3);
}

#[test]
fn columns_that_are_logged_now_and_then_have_not_lost_values() {
    let lab = watched("loan", Algorithm::DecisionTree);
    // Every tenth line has the income, as LOG_COLUMNS={"income":0.1} writes it.
    let lines: String = log_of(&lab, "loan")
        .lines()
        .enumerate()
        .map(|(i, line)| {
            let Some((start, rest)) = line.split_once("\"income\":") else {
                panic!("{line}")
            };
            let kept = if i % 10 == 0 {
                line.to_owned()
            } else {
                start.to_owned() + rest.split_once(',').unwrap().1
            };
            kept + "\n"
        })
        .collect();
    let path = written("sampled", &lines);
    let batch = check(&lab, &path);
    std::fs::remove_file(&path).unwrap();
    let found = report(&lab, batch.summary.id);
    let income = of(&found, "income");
    assert_eq!((income.verdict, income.missing.grew), (DriftVerdict::Stable, false));
    assert_eq!(income.n_batch + income.missing.n_batch, batch.summary.n_rows / 10);
}

#[test]
fn a_bundle_says_what_its_project_says() {
    let lab = watched("sensor", Algorithm::Ridge);
    let batch = check(&lab, &sample_path("sensor_next_month"));
    let engine = &lab.session.engine;
    let files = futures_lite::future::block_on(engine.bundle_files(
        0,
        spec::registry::ModelRef::Run(lab.run_of(Algorithm::Ridge)),
        &spec::registry::Naming::default(),
    ))
    .unwrap();
    let file = |name: &str| files.iter().find(|(path, _)| path == name).unwrap().1.clone();
    let bundle = engine::WatchedBundle {
        model: file("model.onnx"),
        contract: file("contract.json"),
        baseline: file("monitoring/baseline.json"),
    };
    let data = engine.host().add_file(&sample_path("sensor_next_month"));
    let drift = futures_lite::future::block_on(engine.drift(0, data, None, None, bundle, None)).unwrap();
    let (own, other) = (
        report(&lab, batch.summary.id).performance.unwrap(),
        drift.report.performance.unwrap(),
    );
    assert_eq!(
        own.figures.keys().collect::<Vec<_>>(),
        other.figures.keys().collect::<Vec<_>>()
    );
    for (metric, figure) in &own.figures {
        let other = &other.figures[metric];
        let close = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => (a - b).abs() <= 1e-6 * a.abs().max(1.0),
            (a, b) => a.is_none() && b.is_none(),
        };
        assert!(close(figure.value, other.value), "{metric:?}: {figure:?} {other:?}");
        assert!(
            close(figure.low, other.low) && close(figure.high, other.high),
            "{metric:?}: {figure:?} {other:?}"
        );
    }
}

#[test]
fn rules_and_methods_are_those_of_the_user() {
    let lab = watched("loan", Algorithm::LogisticRegression);
    let batch = check(&lab, &sample_path("loan_next_month"));
    let mut rules = lab.project().monitor_rules;
    rules.methods.insert("age".into(), DriftMethod::Psi);
    rules.not_judged.push("income".into());
    rules.share_of_columns = 0.9;
    rules.share_of_importance = 0.9;
    lab.edit(Edit::SetMonitorRules { rules: rules.clone() });
    lab.ask(Job::JudgeBatches);
    let found = report(&lab, batch.summary.id);
    assert_eq!(of(&found, "age").method, DriftMethod::Psi);
    assert_eq!(of(&found, "income").verdict, DriftVerdict::NotJudged);
    let now = lab.project().batches[0].clone();
    assert_eq!(now.summary.verdict, DriftVerdict::Watch);
    assert!(!raised(&now).contains(&"data_drift"), "{:?}", raised(&now));
    // A rule that means nothing is refused, and the old ones stay.
    let project = lab.project();
    let wrong = MonitorRules {
        significance: 2.0,
        ..rules.clone()
    };
    let job = Job::Edits {
        id: project.id.clone(),
        base_generation: project.generation,
        first_seq: project.journal_seq + 1,
        edits: vec![Edit::SetMonitorRules { rules: wrong }],
    };
    assert_eq!(lab.refuses(job).message.code, "monitor.rule_share");
    assert_eq!(lab.project().monitor_rules, rules);
}

#[test]
fn a_report_is_the_same_bytes_with_any_number_of_workers() {
    let hash = |n_workers| {
        let lab = Lab::sample("loan", n_workers);
        lab.train(&[Algorithm::RandomForest]);
        register(&lab, lab.run_of(Algorithm::RandomForest));
        let batch = check(&lab, &sample_path("loan_next_month"));
        (batch.report_hash, batch.table_hash)
    };
    assert_eq!(hash(1), hash(3));
}

#[test]
fn batches_travel_in_the_project_file() {
    let lab = watched("loan", Algorithm::DecisionTree);
    let batch = check(&lab, &sample_path("loan_next_month"));
    let bytes = lab.session.project_file().unwrap();
    let path = written("watched", "");
    std::fs::write(&path, bytes).unwrap();
    let elsewhere = Lab {
        session: cli::session::Session::new(Some(1)).unwrap(),
    };
    let file = elsewhere.session.engine.host().add_file(&path);
    elsewhere.ask(Job::ImportProject { file });
    std::fs::remove_file(&path).unwrap();
    assert_eq!(report(&elsewhere, batch.summary.id), report(&lab, batch.summary.id));
    elsewhere.ask(Job::JudgeBatches);
    assert_eq!(elsewhere.project().batches, lab.project().batches);
}

#[test]
fn nothing_is_watched_without_a_version() {
    let lab = Lab::sample("iris", 1);
    assert_eq!(
        lab.refuses(check_job(&lab, &sample_path("iris"))).message.code,
        "engine.nothing_to_watch"
    );
    assert_eq!(lab.refuses(Job::OpenBatch { batch: 3 }).message.code, "engine.no_batch");
}

#[test]
fn predictions_for_rows_of_the_same_kind_have_not_drifted() {
    let all = sample_text("churn");
    let (header, rows) = all.split_once('\n').unwrap();
    let rows: Vec<&str> = rows.lines().collect();
    let part = |rows: &[&str]| format!("{header}\n{}\n", rows.join("\n"));
    let old = part(&rows[..1200]);
    let later = written("churn_later.csv", &part(&rows[1200..2200]));
    // Few different scores, and scores of a model that is too sure of its own rows: the folds' lie elsewhere.
    for algorithm in [Algorithm::DecisionTree, Algorithm::GradientBoosting] {
        let lab = Lab::csv("churn_old", &old, "churned", spec::Task::Binary, Metric::RocAuc);
        lab.train(&[algorithm]);
        promote(&lab, register(&lab, lab.run_of(algorithm)));
        let drift = report(&lab, check(&lab, &later).summary.id).drift;
        let prediction = drift.prediction.unwrap();
        assert_eq!(
            prediction.verdict,
            DriftVerdict::Stable,
            "{algorithm:?}: {}",
            prediction.message.says()
        );
    }
}

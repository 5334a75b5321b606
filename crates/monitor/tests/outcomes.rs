//! The service's log and the outcomes that come later.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use math::Rng;
use monitor::{
    Id, Labels, Log, LogForm, LogReader, OutcomeColumns, OutcomeReader, OutcomeRecord, Training, class_codes, join, labelled,
    learn, outcomes_of_table, read_log,
};
use spec::Unobserved;
use spec::monitor::{JoinCounts, MonitorRules, Reference};
use table::{Category, Column, ColumnData, Table};

const T0: f64 = 1_767_225_600.0; // 2026-01-01T00:00:00Z

fn reference() -> Reference {
    let table = Table::new(vec![
        Column::new("age", ColumnData::Number(vec![30.0, 40.0])),
        Column::new("city", ColumnData::Category(Category::from_texts(["Bern", "Ulm"].map(Some)))),
        Column::new("member", ColumnData::Boolean(vec![0, 1])),
        Column::new("since", ColumnData::Time(vec![0.0, 1.0])),
        Column::new("never_sent", ColumnData::Number(vec![1.0, 2.0])),
    ]);
    let training = Training {
        table: &table.unwrap(),
        prediction: None,
        target: None,
        importance: &[],
    };
    learn(&training, &MonitorRules::default(), &mut Unobserved).unwrap()
}

fn classes() -> Vec<String> {
    ["no", "yes"].map(str::to_owned).to_vec()
}

const LOG: &str = concat!(
    "\u{feff}",
    r#"{"request_id":"r1","at":"2026-01-01T00:00:00Z","model":"m","version":"1","sha256":"ab","variant":"champion","key_hash":"k1","inputs":{"age":31,"city":" Bern ","member":true,"since":"2026-01-01","unknown":1},"label":"no","probabilities":{"no":0.75,"yes":0.25}}"#,
    "\n\n",
    r#"{"request_id":"r2","at":"2026-01-01T01:00:00+01:00","model":"m","version":"1","sha256":"ab","variant":"champion","key_hash":null,"inputs":{"age":"n/a","city":7,"member":"yes","since":60},"label":"yes","probabilities":[0.25,0.75]}"#,
    "\r\n",
    "not json\n",
    r#"{"request_id":"r3","at":"yesterday","probabilities":{"no":1,"yes":0}}"#,
    "\n",
    r#"{"request_id":"r4","at":"2026-01-02T00:00:00Z","probabilities":{"no":1}}"#,
    "\n",
    r#"{"at":"2026-01-02T00:00:00Z","probabilities":{"no":1,"yes":0}}"#,
    "\n",
    r#"{"request_id":"r5","at":"2026-01-03T00:00:00Z","version":"2","key_hash":"k1","probabilities":{"no":0.5,"yes":0.5}}"#,
    "\n",
    r#"{"request_id":"r6","at":"2026-01-0"#,
);

fn log_of(text: &str, slice: usize) -> Log {
    let (reference, classes) = (reference(), classes());
    let missing = ["n/a".to_owned()];
    let mut reader = LogReader::new(LogForm {
        columns: &reference.columns,
        classes: &classes,
        missing_tokens: &missing,
        without_answers: false,
    });
    text.as_bytes().chunks(slice).for_each(|bytes| reader.push(bytes));
    reader.finish().unwrap()
}

#[test]
fn a_log_is_read_whatever_is_torn_or_odd() {
    let log = log_of(LOG, LOG.len());
    let ids: Vec<&str> = log.entries.iter().map(|entry| entry.request_id.as_str()).collect();
    assert_eq!(ids, ["r1", "r2", "r5"]);
    assert_eq!(
        log.entries.iter().map(|entry| entry.at - T0).collect::<Vec<_>>(),
        [0.0, 0.0, 172_800.0]
    );
    assert_eq!(log.answers, [0.75, 0.25, 0.25, 0.75, 0.5, 0.5]);
    let summary = &log.summary;
    assert_eq!(
        (summary.n_lines, summary.n_read, summary.n_unreadable, summary.torn_last),
        (7, 3, 4, true)
    );
    let named: Vec<(u64, &str)> = summary.unreadable.iter().map(|(line, m)| (*line, m.code.as_str())).collect();
    let expected = [
        (4, "monitor.line_unreadable"),
        (5, "monitor.line_time"),
        (6, "monitor.line_classes"),
        (7, "monitor.line_field"),
    ];
    assert_eq!(named, expected);
    assert!(summary.unreadable.iter().all(|(_, message)| !message.says().contains('{')));
    assert_eq!((summary.first_at, summary.last_at), (Some(T0), Some(T0 + 172_800.0)));
    let versions: Vec<(&str, u64)> = log.versions.iter().map(|v| (v.version.as_str(), v.n_rows)).collect();
    assert_eq!(versions, [("1", 2), ("2", 1)]);
    // Inputs by their types; a line without inputs is no row of them.
    let inputs = log.inputs.as_ref().unwrap();
    assert_eq!(log.input_rows, [0, 1]);
    let row = |row| -> Vec<Option<String>> {
        inputs
            .columns()
            .iter()
            .map(|column| column.text_at(row).map(|text| text.into_owned()))
            .collect()
    };
    let cells = |texts: [&str; 4]| {
        texts
            .map(|text| Some(text.to_owned()).filter(|text| !text.is_empty()))
            .to_vec()
    };
    assert_eq!(row(0), cells(["31", "Bern", "true", "2026-01-01"]));
    assert_eq!(row(1), cells(["", "7", "true", "1970-01-01T00:01:00Z"]));
    assert!(log.n_unreadable_cells.is_empty());
    assert_eq!(log.prediction(None).data, ColumnData::Number(vec![0.25, 0.75]));
}

#[test]
fn slices_of_any_size_give_the_same_log() {
    // As text: a missing cell is not equal to itself.
    let whole = format!("{:?}", log_of(LOG, LOG.len()));
    for slice in [1, 2, 3, 7, 64, 300] {
        assert_eq!(format!("{:?}", log_of(LOG, slice)), whole, "{slice}");
    }
    let (reference, classes) = (reference(), classes());
    let form = LogForm {
        columns: &reference.columns,
        classes: &classes,
        missing_tokens: &["n/a".to_owned()],
        without_answers: false,
    };
    let read = read_log(&LOG.as_bytes().to_vec(), form, &mut Unobserved).unwrap();
    assert_eq!(format!("{read:?}"), whole);
}

#[test]
fn a_last_line_without_an_end_counts_when_it_is_whole() {
    let line = r#"{"request_id":"r","at":"2026-01-01","prediction":2.5}"#;
    let mut reader = LogReader::new(LogForm::default());
    reader.push(line.as_bytes());
    let log = reader.finish().unwrap();
    assert_eq!(
        (log.answers, log.summary.torn_last, log.summary.n_read),
        (vec![2.5], false, 1)
    );
    assert_eq!(log.inputs, None);
    let empty = LogReader::new(LogForm::default()).finish().unwrap();
    assert_eq!(empty, Log::default());
}

#[test]
fn cells_of_another_kind_are_counted() {
    let text = r#"{"request_id":"r","at":"2026-01-01","inputs":{"age":"old","member":"perhaps","since":"soon","city":[1]},"probabilities":[1,0]}"#;
    let log = log_of(text, 10);
    let counted: Vec<(&str, u64)> = log.n_unreadable_cells.iter().map(|(name, n)| (name.as_str(), *n)).collect();
    assert_eq!(counted, [("age", 1), ("city", 1), ("member", 1), ("since", 1)]);
    assert!(log.inputs.unwrap().columns().iter().all(|column| column.is_missing(0)));
}

#[test]
fn a_line_without_an_end_does_not_fill_the_memory() {
    let mut reader = LogReader::new(LogForm::default());
    let piece = vec![b'x'; 1 << 20];
    (0..20).for_each(|_| reader.push(&piece));
    reader.push(b"\n{\"request_id\":\"r\",\"at\":\"2026-01-01\",\"prediction\":1}\n");
    let log = reader.finish().unwrap();
    assert_eq!((log.entries.len(), log.summary.n_unreadable), (1, 1));
    assert_eq!(log.summary.unreadable[0].1.code, "monitor.line_too_long");
}

/// Entries `(request, key, day)`.
fn small_log(entries: &[(&str, &str, f64)]) -> Log {
    let mut text = String::new();
    for (request, key, day) in entries {
        let at = table::value::format_time(T0 + day * 86_400.0);
        text += &format!(r#"{{"request_id":"{request}","at":"{at}","key_hash":"{key}","probabilities":[0.4,0.6]}}"#);
        text.push('\n');
    }
    log_of(&text, 1000)
}

fn record(id: Id, outcome: &str, day: Option<f64>) -> OutcomeRecord {
    OutcomeRecord {
        id,
        row: None,
        outcome: outcome.to_owned(),
        at: day.map(|day| T0 + day * 86_400.0),
        is_duplicate: false,
        is_correction: false,
    }
}

fn request(id: &str, outcome: &str, day: f64) -> OutcomeRecord {
    record(Id::Request(id.to_owned()), outcome, Some(day))
}

fn same_key(key: &str) -> String {
    key.to_owned()
}

#[test]
fn every_outcome_finds_its_place() {
    let log = small_log(&[
        ("a", "k1", 0.0),
        ("b", "k1", 10.0),
        ("c", "k2", 0.0),
        ("d", "", 0.0),
        ("twice", "", 0.0),
        ("twice", "", 0.0),
        ("e", "", 38.0),
    ]);
    let outcomes = [
        request("a", "no", 1.0),
        request("a", "yes", 3.0),
        request("a", "maybe", 2.0),
        record(Id::KeyHash("k1".to_owned()), "yes", Some(12.0)),
        record(Id::Key("K2".to_owned()), "no", Some(40.0)),
        request("nobody", "no", 1.0),
        record(Id::KeyHash("k2".to_owned()), "no", Some(-1.0)),
        request("twice", "yes", 1.0),
    ];
    let joined = join(&log, &outcomes, &|key| key.to_lowercase(), &MonitorRules::default());
    assert_eq!(joined.pairs, [(0, 1), (1, 3), (2, 4)]);
    let expected = JoinCounts {
        n_predictions: 7,
        n_joined: 3,
        n_late: 1,
        n_waiting: 1,
        n_overdue: 3,
        n_outcomes: 8,
        n_duplicate: 2,
        n_orphan: 2,
        n_before: 1,
        n_ambiguous: 1,
    };
    assert_eq!(joined.summary.counts, expected);
    // 3, 2 and 40 days.
    let delay = joined.summary.delay.unwrap();
    assert_eq!((delay.n, delay.p50 / 86_400.0, delay.max / 86_400.0), (3, 3.0, 40.0));
    let codes: Vec<&str> = joined
        .summary
        .sentences
        .iter()
        .map(|sentence| sentence.code.as_str())
        .collect();
    assert_eq!(codes.len(), 8);
    assert!(joined.summary.sentences.iter().all(|sentence| !sentence.says().contains('{')));
    let labelled = labelled(&log, &outcomes, &joined, None);
    assert_eq!((labelled.rows, labelled.n_unknown), (vec![0, 1, 2], 0));
    let Labels::Classes {
        codes,
        probabilities,
        n_classes,
    } = labelled.labels
    else {
        panic!("classes");
    };
    assert_eq!(
        (codes, probabilities, n_classes),
        (vec![1, 1, 0], vec![0.4, 0.6, 0.4, 0.6, 0.4, 0.6], 2)
    );
}

#[test]
fn without_times_the_last_word_counts() {
    let log = small_log(&[("a", "k", 0.0), ("b", "k", 5.0)]);
    let outcome = |id: Id, outcome: &str| record(id, outcome, None);
    let outcomes = [
        outcome(Id::KeyHash("k".to_owned()), "no"),
        outcome(Id::KeyHash("k".to_owned()), "yes"),
        outcome(Id::Request("a".to_owned()), "no"),
    ];
    let joined = join(&log, &outcomes, &same_key, &MonitorRules::default());
    assert_eq!((joined.pairs, joined.summary.delay), (vec![(0, 2), (1, 1)], None));
    // An outcome of the very moment of a prediction is one of it.
    let at_once = [record(Id::KeyHash("k".to_owned()), "no", Some(5.0))];
    assert_eq!(join(&log, &at_once, &same_key, &MonitorRules::default()).pairs, [(1, 0)]);
    assert_eq!(
        join(&Log::default(), &outcomes, &same_key, &MonitorRules::default())
            .summary
            .counts
            .n_orphan,
        3
    );
}

/// Every prediction and every outcome is in exactly one count, whatever comes in.
#[test]
fn counts_add_up() {
    for seed in 0..200 {
        let mut rng = Rng::stream(seed, "join", 0);
        let ids = ["a", "b", "c", "d", "e", "f", "g", "h"];
        let entries: Vec<(&str, &str, f64)> = (0..rng.below(12))
            .map(|_| (ids[rng.below(8)], ids[rng.below(4)], rng.below(60) as f64))
            .collect();
        let outcomes: Vec<OutcomeRecord> = (0..rng.below(15))
            .map(|_| {
                let id = ids[rng.below(8)].to_owned();
                let id = if rng.below(2) == 0 { Id::Request(id) } else { Id::KeyHash(id) };
                let day = (rng.below(4) > 0).then(|| rng.below(80) as f64 - 5.0);
                record(id, ["yes", "no", "?"][rng.below(3)], day)
            })
            .collect();
        let log = small_log(&entries);
        let joined = join(&log, &outcomes, &same_key, &MonitorRules::default());
        let c = joined.summary.counts;
        assert_eq!(c.n_predictions, c.n_joined + c.n_waiting + c.n_overdue);
        assert_eq!(c.n_outcomes, c.n_joined + c.n_duplicate + c.n_orphan + c.n_ambiguous);
        assert!(c.n_late <= c.n_joined && c.n_before <= c.n_orphan);
        assert!(joined.pairs.windows(2).all(|pair| pair[0].0 < pair[1].0));
        let labelled = labelled(&log, &outcomes, &joined, None);
        assert_eq!(labelled.rows.len() as u64 + labelled.n_unknown, c.n_joined);
    }
}

#[test]
fn outcomes_from_a_table_and_from_lines() {
    let table = Table::new(vec![
        Column::new(
            "id",
            ColumnData::Category(Category::from_texts(["a", "b", "", "c"].map(Some))),
        ),
        Column::new("truth", ColumnData::Boolean(vec![1, 0, 1, 2])),
        Column::new(
            "on",
            ColumnData::Category(Category::from_texts(["2026-01-02", "", "", ""].map(Some))),
        ),
    ])
    .unwrap();
    let columns = OutcomeColumns {
        id: Id::Request("id".to_owned()),
        outcome: "truth".to_owned(),
        at: Some("on".to_owned()),
    };
    let (records, n_blank) = outcomes_of_table(&table, &columns).unwrap();
    let expected = [request("a", "true", 1.0), record(Id::Request("b".to_owned()), "false", None)];
    assert_eq!((records, n_blank), (expected.to_vec(), 2));
    let absent = OutcomeColumns {
        outcome: "label".to_owned(),
        ..columns
    };
    assert_eq!(
        outcomes_of_table(&table, &absent).unwrap_err().message.code,
        "table.no_column"
    );
    let lines = concat!(
        r#"{"request_id":"a","outcome":"yes","at":"2026-01-02T00:00:00Z"}"#,
        "\n",
        r#"{"key_hash":"k","outcome":1.0}"#,
        "\n",
        r#"{"key":"me","outcome":false}"#,
        "\n",
        r#"{"outcome":"yes"}"#,
        "\n",
        r#"{"request_id":"a","outcome":null}"#,
        "\n",
        r#"{"request_id":"a","outc"#,
    );
    for slice in [1, 5, 1000] {
        let mut reader = OutcomeReader::new();
        lines.as_bytes().chunks(slice).for_each(|bytes| reader.push(bytes));
        let (records, summary) = reader.finish();
        let expected = [
            request("a", "yes", 1.0),
            record(Id::KeyHash("k".to_owned()), "1", None),
            record(Id::Key("me".to_owned()), "false", None),
        ];
        assert_eq!(records, expected);
        assert_eq!(
            (summary.n_lines, summary.n_read, summary.n_unreadable, summary.torn_last),
            (5, 3, 2, true)
        );
    }
}

/// Yes is yes in whatever words, and one is one however it is written.
#[test]
fn outcomes_mean_classes() {
    let log_with = |classes: &[&str], n: usize| {
        let classes: Vec<String> = classes.iter().map(|class| (*class).to_owned()).collect();
        let mut reader = LogReader::new(LogForm {
            classes: &classes,
            ..LogForm::default()
        });
        let p = vec!["0.5"; classes.len()].join(",");
        (0..n).for_each(|i| {
            let line = format!(r#"{{"request_id":"{i}","at":"2026-01-01","probabilities":[{p}]}}"#);
            reader.push(format!("{line}\n").as_bytes());
        });
        reader.finish().unwrap()
    };
    let codes = |classes: &[&str], outcomes: &[&str]| -> (Vec<u32>, Vec<String>) {
        let log = log_with(classes, outcomes.len());
        let each = outcomes
            .iter()
            .enumerate()
            .map(|(i, outcome)| request(&i.to_string(), outcome, 1.0));
        let records: Vec<OutcomeRecord> = each.collect();
        let joined = join(&log, &records, &same_key, &MonitorRules::default());
        let labelled = labelled(&log, &records, &joined, None);
        let Labels::Classes { codes, .. } = labelled.labels else {
            panic!("classes");
        };
        (codes, labelled.unknown)
    };
    assert_eq!(
        codes(&["no", "yes"], &["yes", "no", "true", "0", "what"]),
        (vec![1, 0, 1, 0], vec!["what".to_owned()])
    );
    assert_eq!(codes(&["false", "true"], &["yes", "No", "1"]), (vec![1, 0, 1], vec![]));
    assert_eq!(codes(&["0", "1", "2"], &["2.0", "1", "02"]), (vec![2, 1, 2], vec![]));
    assert_eq!(
        codes(&["setosa", "virginica"], &["virginica", "yes"]),
        (vec![1], vec!["yes".to_owned()])
    );
}

#[test]
fn rows_of_one_request_stand_in_one_line() {
    let text = concat!(
        r#"{"format":1,"ts":"2026-01-01T00:00:00Z","request_id":"r1","version":"1","variant":"champion","key_hash":"k","shadow":false,"rows":3,"first_row":1,"predictions":[{"label":"no","probabilities":{"no":0.75,"yes":0.25}},{"label":"yes","probabilities":{"no":0.5,"yes":0.5}}],"inputs":[{"age":31},{"age":40,"city":"Ulm"}]}"#,
        "\n",
        r#"{"ts":"2026-01-01T00:00:00Z","request_id":"r1","version":"2","variant":"challenger","shadow":true,"predictions":[{"probabilities":{"no":1,"yes":0}}]}"#,
        "\n",
        r#"{"ts":"2026-01-01T00:00:00Z","request_id":"r2","predictions":[{"probabilities":{"no":1,"yes":0}}],"inputs":[{},{}]}"#,
        "\n",
        r#"{"ts":"2026-01-01T00:00:00Z","request_id":"r3","predictions":[{"probabilities":{"no":1,"yes":0}},{"label":"no"}],"inputs":null}"#,
        "\n",
    );
    let log = log_of(text, text.len());
    let rows: Vec<(&str, u32)> = log
        .entries
        .iter()
        .map(|entry| (entry.request_id.as_str(), entry.row))
        .collect();
    assert_eq!(rows, [("r1", 1), ("r1", 2)]);
    assert_eq!(log.answers, [0.75, 0.25, 0.5, 0.5]);
    assert_eq!(log.versions[0].n_rows, 2);
    assert_eq!(
        (log.summary.n_read, log.summary.n_shadow, log.summary.n_unreadable),
        (2, 1, 2)
    );
    let codes: Vec<&str> = log.summary.unreadable.iter().map(|(_, why)| why.code.as_str()).collect();
    assert_eq!(codes, ["monitor.line_rows", "monitor.line_field"]);
    let inputs = log.inputs.as_ref().unwrap();
    assert_eq!((inputs.n_rows(), log.input_rows.as_slice()), (2, [0, 1].as_slice()));
    // An outcome names its row; without one it cannot be told.
    let of_row = |row| OutcomeRecord {
        row,
        ..request("r1", "yes", 1.0)
    };
    let join_one = |row| join(&log, &[of_row(row)], &same_key, &MonitorRules::default());
    assert_eq!(join_one(Some(2)).pairs, [(1, 0)]);
    assert_eq!(join_one(Some(0)).summary.counts.n_orphan, 1);
    assert_eq!(join_one(None).summary.counts.n_ambiguous, 1);
    // Some of the entries, with what belongs to them.
    let second = log.select(&|entry| entry.row == 2);
    assert_eq!((second.answers, second.input_rows), (vec![0.5, 0.5], vec![0]));
    assert_eq!(
        second.inputs.unwrap().column("city").unwrap().text_at(0).as_deref(),
        Some("Ulm")
    );
}

#[test]
fn outcomes_say_when_in_words_or_in_seconds() {
    let mut reader = OutcomeReader::new();
    reader.push(
        br#"{"request_id":"a","row":0,"outcome":"yes","at":1767225600.0,"status":"joined"}
{"request_id":"b","outcome":1,"at":"2026-01-01T00:00:00Z"}
{"key_hash":"k","outcome":true,"at":null}
{"request_id":"c","outcome":"no","at":false}
"#,
    );
    let (records, summary) = reader.finish();
    let times: Vec<Option<f64>> = records.iter().map(|record| record.at).collect();
    assert_eq!(times, [Some(T0), Some(T0), None]);
    assert_eq!((records[0].row, records[1].row), (Some(0), None));
    assert_eq!(summary.n_unreadable, 1);
}

#[test]
fn a_column_counts_where_its_key_is_there() {
    let line = |i: usize, inputs: &str| {
        format!(
            "{{\"request_id\":\"r{i}\",\"at\":\"2026-01-01\",\"version\":\"{}\",\"inputs\":{{{inputs}}},\"probabilities\":[1,0]}}\n",
            i % 2
        )
    };
    let text = [
        line(0, r#""age":31,"city":"Ulm""#),
        line(1, r#""age":null"#),
        line(2, r#""city":"Ulm""#),
        line(3, r#""age":40,"city":"Bern""#).replace("\"inputs\"", "\"hashed\":[\"city\"],\"inputs\""),
    ]
    .concat();
    let log = log_of(&text, 1 << 20);
    let rows = |log: &Log, name: &str| log.logged_rows.get(name).cloned();
    assert_eq!(rows(&log, "age"), Some(vec![0, 1, 3]));
    assert_eq!(rows(&log, "city"), Some(vec![0, 2]));
    assert!(log.inputs.as_ref().unwrap().column("member").is_none());
    // Of the odd ones none has a city that says something: that column was not logged.
    let odd = log.select(&|entry| entry.version == 1);
    assert!(odd.inputs.as_ref().unwrap().column("city").is_none());
    assert_eq!((rows(&odd, "age"), odd.inputs.unwrap().n_rows()), (None, 2));
    let even = log.select(&|entry| entry.version == 0);
    assert_eq!((rows(&even, "age"), rows(&even, "city")), (Some(vec![0]), None));
}

#[test]
fn a_key_of_several_rows_is_told_apart_by_the_row() {
    let line =
        r#"{"request_id":"r1","at":"2026-01-01","key_hash":"k","predictions":[{"probabilities":[1,0]},{"probabilities":[0,1]}]}"#;
    let log = log_of(&format!("{line}\n"), 1 << 20);
    let pairs = |row| {
        let one = OutcomeRecord {
            row,
            ..record(Id::KeyHash("k".to_owned()), "yes", Some(1.0))
        };
        join(&log, &[one], &same_key, &MonitorRules::default()).pairs
    };
    assert_eq!(
        (pairs(None), pairs(Some(1)), pairs(Some(2))),
        (vec![(0, 0)], vec![(1, 0)], vec![])
    );
}

/// A service answers ten thousand rows in one request; each outcome must find its row without walking through the others.
#[test]
fn outcomes_of_a_large_request_find_their_rows() {
    const N: usize = 30_000;
    let answers = vec![r#"{"probabilities":[0.4,0.6]}"#; N].join(",");
    let line = format!(r#"{{"request_id":"r1","at":"2026-01-01","key_hash":"k","predictions":[{answers}]}}"#);
    let log = log_of(&format!("{line}\n"), 1 << 20);
    assert_eq!(log.entries.len(), N);
    for id in [Id::Request("r1".to_owned()), Id::KeyHash("k".to_owned())] {
        let outcomes: Vec<OutcomeRecord> = (0..N)
            .map(|at| OutcomeRecord {
                row: Some((N - 1 - at) as u32),
                ..record(id.clone(), "yes", Some(1.0))
            })
            .collect();
        let joined = join(&log, &outcomes, &same_key, &MonitorRules::default());
        let mut pairs = joined.pairs;
        pairs.sort_unstable();
        let expected: Vec<(u32, u32)> = (0..N as u32).map(|row| (row, N as u32 - 1 - row)).collect();
        assert_eq!(pairs, expected);
    }
}

#[test]
fn the_service_says_which_outcome_counts() {
    let mut reader = OutcomeReader::new();
    reader.push(
        br#"{"request_id":"r1","row":0,"outcome":"yes","at":1767225600.0,"status":"joined"}
{"request_id":"r1","row":0,"outcome":"no","at":1767312000.0,"status":"duplicate"}
{"key":42,"outcome":"no"}
{"key":4.5,"outcome":"no"}
"#,
    );
    let (records, lines) = reader.finish();
    assert_eq!((records.len(), lines.n_unreadable), (3, 1));
    assert_eq!(lines.unreadable[0].1.code, "monitor.line_key");
    assert_eq!(records[2].id, Id::Key("42".to_owned()));
    let log = small_log(&[("r1", "k1", 0.0)]);
    let joined = join(&log, &records[..2], &same_key, &MonitorRules::default());
    assert_eq!(joined.pairs, [(0, 0)]);
    assert_eq!(joined.summary.counts.n_duplicate, 1);
}

#[test]
fn the_last_correction_holds_whatever_its_time() {
    let mut reader = OutcomeReader::new();
    reader.push(
        br#"{"request_id":"r1","row":0,"outcome":"yes","at":1767312000.0,"status":"joined"}
{"request_id":"r1","row":0,"outcome":"no","at":1767225600.0,"status":"corrected"}
{"request_id":"r1","row":0,"outcome":"no","at":1767398400.0,"status":"duplicate"}
"#,
    );
    let (records, _) = reader.finish();
    let joined = join(
        &small_log(&[("r1", "k1", 0.0)]),
        &records,
        &same_key,
        &MonitorRules::default(),
    );
    assert_eq!(joined.pairs, [(0, 1)]);
    assert_eq!(joined.summary.counts.n_duplicate, 2);
}

#[test]
fn rows_beyond_what_can_be_counted_are_unreadable() {
    let text = r#"{"request_id":"r1","at":"2026-01-01","first_row":4294967295,"predictions":[{"probabilities":[1,0]},{"probabilities":[0,1]}]}"#;
    let log = log_of(&format!("{text}\n"), 1 << 20);
    assert_eq!((log.entries.len(), log.summary.n_unreadable), (0, 1));
    assert_eq!(log.summary.unreadable[0].1.code, "monitor.line_first_row");
}

#[test]
fn which_class_an_outcome_is() {
    /// Classes, outcomes, and the place of each one's class.
    type Case = (&'static [&'static str], &'static [&'static str], &'static [Option<u32>]);
    let cases: [Case; 9] = [
        (&["no", "yes"], &["yes", "no"], &[Some(1), Some(0)]),
        (&["no", "yes"], &["YES", "No", "maybe"], &[Some(1), Some(0), None]),
        (&["no", "yes"], &["1", "0"], &[Some(1), Some(0)]),
        (&["no", "yes"], &["1", "true", "maybe"], &[Some(1), Some(1), None]),
        // A code of its own: taking its 1 for yes would leave the rows of one class only.
        (&["no", "yes"], &["1", "2"], &[None, None]),
        (&["no", "yes"], &["1", "2", "yes"], &[None, None, Some(1)]),
        (&["1", "2"], &["1.0", "2"], &[Some(0), Some(1)]),
        (&["Alpha", "Beta", "alpha"], &["ALPHA", "beta"], &[None, Some(1)]),
        (&["setosa", "virginica"], &["SETOSA", ""], &[Some(0), None]),
    ];
    for (classes, outcomes, expected) in cases {
        let classes: Vec<String> = classes.iter().map(|class| (*class).to_owned()).collect();
        assert_eq!(class_codes(outcomes, &classes), expected, "{classes:?} {outcomes:?}");
    }
}

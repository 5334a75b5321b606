//! The command itself, as cron and CI call it: its exit code is the verdict, data on stdout, words on stderr.

use std::path::Path;

use serde_json::Value;
use spec::{Algorithm, Pipeline};

use crate::lab::{model, sample_path};
use crate::program::{Folder, mllc, sample};

/// The header and every third row.
fn every_third(name: &str) -> String {
    let text = std::fs::read_to_string(sample_path(name)).unwrap();
    let (header, rows) = text.split_once('\n').unwrap();
    let rows: String = rows.lines().step_by(3).map(|row| format!("{row}\n")).collect();
    format!("{header}\n{rows}")
}

/// A pipeline file with one model.
fn pipeline(folder: &Folder, data: &str, target: &str, algorithm: Algorithm) -> String {
    let path = folder.file("pipeline.json");
    let ran = mllc(&["init", data, "--target", target, "--out", &path]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let mut pipeline = Pipeline::from_json(&std::fs::read_to_string(&path).unwrap()).unwrap();
    pipeline.models = vec![model(algorithm)];
    folder.write("pipeline.json", &pipeline.to_json())
}

#[test]
fn drift_exits_by_what_the_bundle_says() {
    let folder = Folder::new("drift");
    let pipeline = pipeline(&folder, &sample("loan"), "approved", Algorithm::LogisticRegression);
    let out = folder.file("out");
    let ran = mllc(&["run", &pipeline, "--data", &sample("loan"), "--out", &out]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for file in [
        "report.json",
        "report.html",
        "timing.json",
        "predictions.csv",
        "project.mllc",
        "bundle/monitoring/baseline.json",
    ] {
        assert!(Path::new(&out).join(file).exists(), "{file}");
    }
    let bundle = folder.file("out/bundle");

    // Rows like those of training: no alarm.
    let same = folder.write("same.csv", &every_third("loan"));
    let ran = mllc(&["drift", &bundle, "--data", &same, "--json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let found = ran.json();
    assert_eq!(
        (&found["verdict"], &found["alarm"]),
        (&Value::from("stable"), &Value::from(false))
    );
    assert!(ran.stderr.contains("No alarm"), "{}", ran.stderr);

    // The next month: exit 4, the alarms in words on stderr, the columns on stdout.
    let next = sample("loan_next_month");
    let ran = mllc(&["drift", &bundle, "--data", &next]);
    assert_eq!(ran.code, 4, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("Warning: loan_next_month.csv: the data set has drifted"),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stdout
            .lines()
            .any(|line| line.starts_with("age ") && line.contains("Drifted")),
        "{}",
        ran.stdout
    );
    let found = mllc(&["drift", &bundle, "--data", &next, "--json"]).json();
    assert_eq!(
        (&found["verdict"], &found["kind"]),
        (&Value::from("drifted"), &Value::from("table"))
    );
    // Outcomes are in the file, and what to expect is in the bundle.
    assert_eq!(found["outcomes"], Value::from(2000));
    let figure = &found["performance"][found["metric"].as_str().unwrap()];
    assert!(figure["reference"].is_number() && figure["value"].is_number(), "{figure}");

    // Outcomes that come as a file of their own, by a column of both.
    let text = std::fs::read_to_string(sample_path("loan_next_month")).unwrap();
    let blind: String = text
        .lines()
        .map(|line| line.rsplit_once(',').unwrap().0.to_owned() + "\n")
        .collect();
    let labels: String = text
        .lines()
        .map(|line| format!("{},{}\n", line.split_once(',').unwrap().0, line.rsplit_once(',').unwrap().1))
        .collect();
    let (blind, labels) = (folder.write("blind.csv", &blind), folder.write("labels.csv", &labels));
    let without = mllc(&["drift", &bundle, "--data", &blind, "--json"]).json();
    assert_eq!((&without["outcomes"], &without["join"]), (&Value::from(0), &Value::Null));
    let with = mllc(&["drift", &bundle, "--data", &blind, "--labels", &labels, "--json"]).json();
    assert_eq!(with["performance"], found["performance"]);
    assert_eq!(with["join"]["counts"]["n_joined"], Value::from(2000));
}

#[test]
fn wrong_files_are_named_with_what_to_do() {
    let folder = Folder::new("wrong");
    let pipeline = pipeline(&folder, &sample("iris"), "species", Algorithm::DecisionTree);
    let out = folder.file("out");
    assert_eq!(mllc(&["run", &pipeline, "--data", &sample("iris"), "--out", &out]).code, 0);
    let bundle = folder.file("out/bundle");
    let refused = |args: &[&str], code: i32, words: &str| {
        let ran = mllc(args);
        assert_eq!(ran.code, code, "{args:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(words), "{args:?}: {}", ran.stderr);
        assert!(ran.stdout.is_empty(), "{args:?}: {}", ran.stdout);
    };
    refused(&["drift", &bundle, "--data", &folder.file("nowhere.csv")], 2, "is not a file");
    refused(
        &["drift", &folder.file("nowhere"), "--data", &sample("iris")],
        2,
        "model.onnx",
    );
    let other = folder.write("other.csv", "a,b\n1,2\n2,3\n");
    refused(
        &["drift", &bundle, "--data", &other],
        1,
        "none of the 4 columns that the model reads",
    );
    refused(
        &["drift", &bundle, "--data", &sample("iris"), "--labels", &other],
        1,
        "none of the 4 columns",
    );
    let only = folder.write("only.csv", "request_id,outcome\nr1,setosa\n");
    refused(&["drift", &bundle, "--data", &only], 1, "--labels");
    refused(
        &["retrain", &pipeline, "--data", &sample("iris"), "--out", &out],
        2,
        "--data OLD --data NEW",
    );
    refused(
        &["retrain", &sample("iris"), "--data", &other, "--data", &other, "--out", &out],
        1,
        "no JSON",
    );
    refused(&["retrain", &pipeline, "--out", &out], 2, "--data");
    let retrain = |new: &[&str], words: &str| {
        let mut call = vec!["retrain", &pipeline, "--data", "", "--out", &out];
        let old = sample("iris");
        call[3] = &old;
        for file in new {
            call.extend(["--data", file]);
        }
        refused(&call, 1, words);
    };
    retrain(&[&sample("iris")], "iris.csv holds the rows of iris.csv");
    let part = folder.write("part.csv", &every_third("iris"));
    let copy = folder.write("copy.csv", &every_third("iris"));
    retrain(&[&part, &copy], "part.csv holds only rows that are among the data already");
    let log = folder.write(
        "log.jsonl",
        "{\"request_id\":\"a\",\"at\":\"2026-01-01\",\"version\":\"9\",\"prediction\":1}\n",
    );
    retrain(&[&log], "log.jsonl is no table of rows with their outcomes");
    std::fs::remove_file(folder.file("out/bundle/monitoring/baseline.json")).unwrap();
    refused(&["drift", &bundle, "--data", &sample("iris")], 2, "Export the bundle again");
}

#[test]
fn retrain_exits_by_who_wins() {
    let folder = Folder::new("retrain");
    let pipeline = pipeline(&folder, &sample("sensor"), "bearing_temp_c", Algorithm::GradientBoosting);
    let (old, new) = (sample("sensor"), sample("sensor_next_month"));
    let out = folder.file("first");
    let ran = mllc(&["run", &pipeline, "--data", &old, "--out", &out]);
    assert!([0, 3].contains(&ran.code), "{}", ran.stderr);

    // The old model meets a month that it does not know: the new one wins.
    let (bundle, second) = (folder.file("first/bundle"), folder.file("second"));
    let ran = mllc(&[
        "retrain",
        &pipeline,
        "--data",
        &old,
        "--data",
        &new,
        "--champion",
        &bundle,
        "--out",
        &second,
        "--json",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let verdict = ran.json();
    assert_eq!(
        (&verdict["wins"], &verdict["verdict"]["change"]),
        (&Value::from(true), &Value::from("better"))
    );
    assert_eq!(verdict["data"][1]["n_rows"], Value::from(2880));
    assert!(ran.stderr.contains("The challenger is better"), "{}", ran.stderr);
    for file in [
        "report.json",
        "report.html",
        "timing.json",
        "predictions.csv",
        "verdict.json",
        "project.mllc",
        "bundle/model.onnx",
    ] {
        assert!(Path::new(&second).join(file).exists(), "{file}");
    }
    let report: Value = serde_json::from_str(&std::fs::read_to_string(Path::new(&second).join("report.json")).unwrap()).unwrap();
    assert_eq!(report["data"]["rows"], Value::from(8640));

    // From the project file, without a bundle: its own best run is the champion; the same verdict.
    let project = folder.file("first/project.mllc");
    let from_project = folder.file("third");
    // A file that is given twice counts once, and that is said.
    let twice = ["--data", &new, "--data", &new];
    let ran = mllc(&[&["retrain", &project], &twice[..], &["--out", &from_project, "--json"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("are the same file"), "{}", ran.stderr);
    assert_eq!(ran.json()["verdict"], verdict["verdict"]);

    // Against itself, on all of the rows that it has learned from: there are none to compare on.
    let (champion, known) = (folder.file("second/bundle"), folder.file("known"));
    let ran = mllc(&[
        "retrain",
        &pipeline,
        "--data",
        &old,
        "--data",
        &new,
        "--champion",
        &champion,
        "--out",
        &known,
    ]);
    assert_eq!(ran.code, 5, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("The champion has learned from sensor_next_month.csv"),
        "{}",
        ran.stderr
    );

    // Against itself, on a part of the rows that it has seen: the file is another one, its rows are not.
    let few = folder.write(
        "few.csv",
        &(every_third("sensor_next_month") + "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20\n"),
    );
    let (champion, fourth) = (folder.file("second/bundle"), folder.file("fourth"));
    let ran = mllc(&[
        "retrain",
        &pipeline,
        "--data",
        &old,
        "--data",
        &few,
        "--champion",
        &champion,
        "--out",
        &fourth,
    ]);
    assert_eq!(ran.code, 5, "{}", ran.stderr);
    assert!(ran.stderr.contains("rows that the champion learned from"), "{}", ran.stderr);
    // What could not be read of the new file is said.
    assert!(ran.stderr.contains("note: few.csv: 1 row"), "{}", ran.stderr);
    let text = std::fs::read_to_string(Path::new(&fourth).join("verdict.json")).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["wins"], Value::from(false));
}

/// What `drift` says of a file that a person would call the same, another spelling, or too short.
#[test]
fn drift_is_told_by_its_levels() {
    let folder = Folder::new("levels");
    let row = |i: usize| {
        let plan = ["basic", "pro", "team"][i % 3];
        let hours = (i * 7919 % 1013) as f64 / 10.0;
        let left = if (hours > 50.0) ^ (i.is_multiple_of(11)) {
            "yes"
        } else {
            "no"
        };
        (plan, hours, left)
    };
    let file = |rows: std::ops::Range<usize>, plan: &dyn Fn(&str) -> String, hours: &dyn Fn(f64) -> String| -> String {
        let line = |i: usize| {
            let (own, x, left) = row(i);
            format!("{},{},{left}\n", plan(own), hours(x))
        };
        "plan,hours,left\n".to_owned() + &rows.map(line).collect::<String>()
    };
    let plain = |x: f64| format!("{x}");
    let data = folder.write("train.csv", &file(0..900, &|p| p.to_owned(), &plain));
    let pipeline = pipeline(&folder, &data, "left", Algorithm::DecisionTree);
    let out = folder.file("out");
    let ran = mllc(&["run", &pipeline, "--data", &data, "--out", &out]);
    assert!([0, 3].contains(&ran.code), "{}", ran.stderr);
    let bundle = folder.file("out/bundle");
    let drift = |name: &str, text: &str, more: &[&str]| {
        let path = folder.write(name, text);
        let mut call = vec!["drift", &bundle, "--data", &path, "--json"];
        call.extend(more);
        let ran = mllc(&call);
        (ran.code, ran.json(), ran.stderr.clone())
    };
    let (code, found, stderr) = drift("same.csv", &file(900..1400, &|p| p.to_owned(), &plain), &[]);
    assert_eq!((code, &found["verdict"]), (0, &Value::from("stable")), "{stderr}");
    // Case only: named, and no advice to train again.
    let (code, found, stderr) = drift("case.csv", &file(900..1400, &|p| p.to_uppercase(), &plain), &[]);
    assert_eq!((code, &found["verdict"]), (4, &Value::from("drifted")), "{stderr}");
    assert!(stderr.contains("\"BASIC\" for \"basic\""), "{stderr}");
    assert!(
        stderr.contains("training again does not help") && !stderr.contains("if it stays, train again"),
        "{stderr}"
    );
    // New levels: by name, with their rows.
    let (code, found, stderr) = drift("new.csv", &file(900..1400, &|p| p.replace("pro", "gold"), &plain), &[]);
    assert_eq!(code, 4, "{stderr}");
    assert!(stderr.contains("\"gold\" (16"), "{stderr}");
    assert_eq!(found["columns"][0]["unseen"]["examples"][0]["level"], Value::from("gold"));
    // Twenty rows that leave no doubt, and twenty that are like the others.
    let (code, found, stderr) = drift(
        "far.csv",
        &file(900..920, &|p| p.to_owned(), &|x| format!("{}", x + 900.0)),
        &[],
    );
    assert_eq!((code, found["rows"].as_u64()), (4, Some(20)), "{stderr}");
    assert!(stderr.contains("hours"), "{stderr}");
    let (code, found, stderr) = drift("few.csv", &file(900..920, &|p| p.to_owned(), &plain), &[]);
    assert_eq!((code, &found["verdict"]), (0, &Value::from("cannot_tell")), "{stderr}");
    // Whoever wants it judges fewer rows as usual.
    let (_, found, stderr) = drift("few.csv", &file(900..990, &|p| p.to_owned(), &plain), &["--min-rows", "60"]);
    assert_eq!(found["verdict"], Value::from("stable"), "{stderr}");
    // The rules stand in a file of the bundle.
    let rules = Path::new(&bundle).join("monitoring/rules.json");
    let text = std::fs::read_to_string(&rules).unwrap();
    std::fs::write(&rules, text.replace("\"min_rows\": 200", "\"min_rows\": 60")).unwrap();
    let (_, found, stderr) = drift("few.csv", &file(900..990, &|p| p.to_owned(), &plain), &[]);
    assert_eq!(found["verdict"], Value::from("stable"), "{stderr}");
}

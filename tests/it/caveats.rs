//! What stands against a figure follows the goal wherever it is shown: on the command line, in the report, in the card.

use serde_json::{Value, json};
use spec::caveat::{CaveatKind, Standing, Waiver};
use spec::evaluation::{Part, Verdict};
use spec::framing::{Reference, SuccessThreshold};
use spec::job::{Answer, Job};
use spec::registry::ModelRef;
use spec::{Algorithm, Edit, Metric, Severity, Task};

use crate::lab::Lab;
use crate::program::{Folder, Ran, mllc, sample};

/// Two honest columns, and one that is filled in after the fact.
fn leaking(n_rows: u64) -> String {
    let mut text = String::from("age,visits,reason,label\n");
    for i in 0..n_rows {
        let (age, visits) = (20 + i * 7 % 50, i * 11 % 9);
        let is_yes = (age + visits * 3 + i * 13 % 17) % 3 == 0;
        let (reason, label) = if is_yes { ("left", "yes") } else { ("stayed", "no") };
        text += &format!("{age},{visits},{reason},{label}\n");
    }
    text
}

/// A pipeline file as `init` proposes it, with one small model and what `change` does to it.
fn pipeline(folder: &Folder, data: &str, target: &str, change: impl FnOnce(&mut Value)) -> (String, Ran) {
    let path = folder.file("pipeline.json");
    let init = mllc(&["init", data, "--target", target, "--out", &path]);
    assert_eq!(init.code, 0, "{}", init.stderr);
    let mut pipeline: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    pipeline["models"] = json!([{ "algorithm": "decision_tree" }]);
    change(&mut pipeline);
    std::fs::write(&path, serde_json::to_string(&pipeline).unwrap()).unwrap();
    (path, init)
}

fn report(folder: &Folder) -> Value {
    serde_json::from_str(&std::fs::read_to_string(folder.file("out/report.json")).unwrap()).unwrap()
}

fn kinds(report: &Value) -> Vec<String> {
    let caveats = report["caveats"].as_array().unwrap();
    caveats.iter().map(|one| one["kind"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn an_open_leak_is_told_everywhere_and_strict_does_not_pass() {
    let folder = Folder::new("caveat-leak");
    let data = folder.write("leak.csv", &leaking(400));
    let (pipeline_file, init) = pipeline(&folder, &data, "label", |pipeline| {
        pipeline["framing"]["threshold"] = json!({ "value": 0.8 });
    });
    // The proposal is described, not the project before it.
    assert!(!init.stderr.contains("No task is chosen"), "{}", init.stderr);
    assert!(init.stderr.contains("reason"), "{}", init.stderr);
    let out = folder.file("out");
    let call = ["run", &pipeline_file, "--data", &data, "--out", &out];
    let run = mllc(&call);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains("Met, ") && run.stderr.contains("open"), "{}", run.stderr);
    assert!(run.stderr.contains("caveat: Leak: reason says label"), "{}", run.stderr);
    let told = report(&folder);
    assert!(kinds(&told).contains(&"leak".to_owned()));
    assert!(!told["warnings"].as_array().unwrap().is_empty());
    for file in ["out/report.html", "out/bundle/MODEL_CARD.md"] {
        let text = std::fs::read_to_string(folder.file(file)).unwrap();
        assert!(text.contains("Leak: reason says label by itself"), "{file}: {text}");
    }
    let strict = [&call[..], &["--strict"]].concat();
    assert_eq!(mllc(&strict).code, 3);

    // Waived with a reason, each by its own kind and key.
    let open: Vec<Value> = told["caveats"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["severity"] != "info")
        .map(|one| {
            let mut waiver = json!({ "kind": one["kind"], "key": one["key"], "reason": "known beforehand here", "at_ms": 0.0 });
            if let Some(measure) = one.get("measure") {
                waiver["measure"] = measure.clone();
            }
            waiver
        })
        .collect();
    let mut waived: Value = serde_json::from_str(&std::fs::read_to_string(&pipeline_file).unwrap()).unwrap();
    waived["waivers"] = Value::Array(open);
    std::fs::write(&pipeline_file, serde_json::to_string(&waived).unwrap()).unwrap();
    let run = mllc(&strict);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains("known beforehand here"), "{}", run.stderr);
    let card = std::fs::read_to_string(folder.file("out/bundle/MODEL_CARD.md")).unwrap();
    assert!(card.contains("known beforehand here"), "{card}");

    // Mended: the column is left out, and the caveat is gone.
    waived["waivers"] = json!([]);
    waived["framing"]["not_known"] = json!(["reason"]);
    std::fs::write(&pipeline_file, serde_json::to_string(&waived).unwrap()).unwrap();
    let run = mllc(&call);
    assert!(!kinds(&report(&folder)).contains(&"leak".to_owned()), "{}", run.stderr);
}

/// Metrics that have no value for the target at hand.
#[test]
fn an_undefined_metric_crowns_nobody_and_passes_nothing() {
    let folder = Folder::new("caveat-metric");
    let rows: String = (0..200).map(|i| format!("{},{},{}\n", i, i % 40, (i % 40) * 3)).collect();
    let data = folder.write("zeros.csv", &format!("a,b,y\n{rows}"));
    let none = folder.file("none.json");
    let refused = mllc(&["init", &data, "--target", "y", "--metric", "mape", "--out", &none]);
    assert_eq!(refused.code, 2, "{}", refused.stderr);
    assert!(
        refused.stderr.contains("MAPE") && refused.stderr.contains("mae"),
        "{}",
        refused.stderr
    );
    assert!(!std::fs::exists(&none).unwrap());

    let (pipeline_file, _) = pipeline(&folder, &data, "y", |pipeline| {
        pipeline["framing"]["metric"] = json!("mape");
        pipeline["framing"]["threshold"] = json!({ "value": 0.1 });
    });
    let out = folder.file("out");
    let run = mllc(&["run", &pipeline_file, "--data", &data, "--out", &out]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(run.stderr.contains("not judged"), "{}", run.stderr);
    let told = report(&folder);
    assert_eq!(told["threshold"]["verdict"], Value::Null);
    assert_ne!(told["champion"]["algorithm"], "baseline");
    assert_eq!(told["ranked_by"], "rmse");
    assert!(kinds(&told).contains(&"undefined_metric".to_owned()));
}

#[test]
fn the_metric_that_was_chosen_is_the_one_that_is_printed() {
    let folder = Folder::new("caveat-mae");
    let rows: String = (0..200)
        .map(|i| format!("{},{},{}\n", i, i * 7 % 13, 5 + i * 3 + i * 7 % 11))
        .collect();
    let data = folder.write("plain.csv", &format!("a,b,y\n{rows}"));
    for metric in ["mae", "r2", "median_ae"] {
        let (pipeline_file, _) = pipeline(&folder, &data, "y", |pipeline| pipeline["framing"]["metric"] = json!(metric));
        let run = mllc(&["run", &pipeline_file, "--data", &data, "--out", &folder.file("out")]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let name = spec::texts::names::metric(Metric::parse(metric).unwrap());
        assert!(run.stderr.contains(&format!("{name} on validation rows")), "{}", run.stderr);
        assert!(!run.stderr.contains("RMSE on"), "{}", run.stderr);
    }
}

#[test]
fn a_broken_fairness_limit_is_told_and_is_no_success() {
    let folder = Folder::new("caveat-fairness");
    let mut text = String::from("income,group,label\n");
    for i in 0..1_000 {
        let is_a = i % 2 == 0;
        let income = if is_a { 40 + i * 7 % 40 } else { 20 + i * 7 % 40 };
        let label = if income + i % 5 > 48 { "yes" } else { "no" };
        text += &format!("{income},{},{label}\n", if is_a { "a" } else { "b" });
    }
    for i in 0..4 {
        text += &format!("50,z{i},yes\n");
    }
    let data = folder.write("groups.csv", &text);
    let (pipeline_file, _) = pipeline(&folder, &data, "label", |pipeline| {
        pipeline["framing"]["not_known"] = json!(["group"]);
        pipeline["framing"]["sensitive"] = json!([{ "column": "group", "tolerated": [["demographic_parity", 0.05]] }]);
    });
    let call = [
        "run",
        &pipeline_file,
        "--data",
        &data,
        "--out",
        &folder.file("out"),
        "--open-test",
    ];
    let run = mllc(&call);
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(run.stderr.contains("caveat: group"), "{}", run.stderr);
    let html = std::fs::read_to_string(folder.file("out/report.html")).unwrap();
    assert!(html.contains("<h2>Fairness</h2>") && html.contains("past"), "{html}");
    // A group that none of the test rows is of has a name.
    assert!(run.stderr.contains("none of the test rows is of z"), "{}", run.stderr);
}

#[test]
fn too_few_rows_and_seeds_that_are_none_are_refused_in_words() {
    let folder = Folder::new("caveat-few");
    let four = folder.write("four.csv", "x,y\n1,a\n2,b\n3,a\n4,b\n");
    let none = folder.file("none.json");
    let refused = mllc(&["init", &four, "--target", "y", "--out", &none]);
    assert_eq!(refused.code, 1, "{}", refused.stderr);
    assert!(refused.stderr.contains("training needs 10"), "{}", refused.stderr);
    for seed in ["-1", "1.5", "1e20", "x"] {
        let seed = format!("--seed={seed}");
        let refused = mllc(&["init", &sample("iris"), "--target", "species", &seed, "--out", &none]);
        assert_eq!(refused.code, 2, "{seed}: {}", refused.stderr);
    }
    assert!(!std::fs::exists(&none).unwrap());
    let (pipeline_file, _) = pipeline(&folder, &sample("iris"), "species", |_| {});
    let written = std::fs::read_to_string(&pipeline_file).unwrap();
    for seed in ["-1", "1.5", "1e20"] {
        let wrong = written.replacen("\"seed\":42", &format!("\"seed\":{seed}"), 1);
        assert_ne!(wrong, written);
        let path = folder.write("wrong.json", &wrong);
        let run = mllc(&["run", &path, "--data", &sample("iris"), "--out", &folder.file("out")]);
        assert_eq!(run.code, 1, "{seed}: {}", run.stderr);
        assert!(run.stderr.contains("seed"), "{}", run.stderr);
    }
    let lab = Lab::csv("four", "x,y\n1,a\n2,b\n3,a\n4,b\n", "y", Task::Binary, Metric::Accuracy);
    let models = vec![crate::lab::model(Algorithm::DecisionTree)];
    assert_eq!(lab.refuses(Job::Train { models }).message.code, "engine.too_few_rows");
}

fn standing(lab: &Lab, part: Part) -> Standing {
    let project = lab.project();
    let run = project.current_run().unwrap().clone();
    let evaluation = lab.evaluate(run.id, part, "again");
    Standing::of(&lab.project(), &run, Some(&evaluation))
}

fn severity(standing: &Standing, kind: CaveatKind) -> Option<Severity> {
    let found = standing.caveats.iter().find(|caveat| caveat.kind == kind)?;
    Some(if found.waived.is_some() {
        Severity::Info
    } else {
        found.severity
    })
}

#[test]
fn the_list_follows_the_run_its_waivers_and_the_document() {
    let lab = Lab::csv("list", &leaking(300), "label", Task::Binary, Metric::RocAuc);
    let framing = spec::Framing {
        threshold: Some(SuccessThreshold {
            value: 0.6,
            reference: Reference::Absolute,
        }),
        ..lab.project().pipeline.framing
    };
    lab.edit(Edit::SetFraming { framing });
    lab.train(&[Algorithm::DecisionTree]);
    let before = standing(&lab, Part::Validation);
    assert_ne!(before.goal.as_ref().unwrap().verdict, Verdict::NotMet);
    assert_eq!(severity(&before, CaveatKind::Leak), Some(Severity::Error));
    assert_eq!(severity(&before, CaveatKind::Stale), None);
    assert!(before.n_open() > 0);

    let waive = |reason: &str| Edit::WaiveCaveat {
        waiver: Waiver {
            kind: CaveatKind::Leak,
            key: "reason".to_owned(),
            reason: reason.to_owned(),
            at_ms: 1.0,
            measure: None,
        },
    };
    // A waiver needs its reason, can be undone, and is not what a run depends on.
    let refused = lab.project().clone().apply(&waive("  ")).unwrap_err();
    assert_eq!(refused.message.code, "edit.no_reason");
    lab.edit(waive("filled in before the call"));
    let waived = standing(&lab, Part::Validation);
    assert_eq!(severity(&waived, CaveatKind::Leak), Some(Severity::Info));
    assert_eq!(severity(&waived, CaveatKind::Stale), None);
    let Answer::ModelCard { markdown, .. } = lab.ask(Job::ModelCard {
        of: ModelRef::Run(lab.project().current_run().unwrap().id),
    }) else {
        panic!("no card")
    };
    assert!(markdown.contains("filled in before the call"), "{markdown}");
    lab.edit(Edit::Undo);
    assert_eq!(
        severity(&standing(&lab, Part::Validation), CaveatKind::Leak),
        Some(Severity::Error)
    );

    // Another document: the run is of the one before.
    lab.edit(Edit::SetSeed { seed: 9 });
    assert_eq!(
        severity(&standing(&lab, Part::Validation), CaveatKind::Stale),
        Some(Severity::Warning)
    );
    lab.edit(Edit::Undo);

    // A version keeps what stood against it, and a later waiver counts.
    let run = lab.project().current_run().unwrap().id;
    lab.ask(Job::Register {
        run,
        note: String::new(),
    });
    let project = lab.project();
    let kept = spec::caveat::of_version(&project, &project.registry.versions[0]);
    assert!(kept.iter().any(|caveat| caveat.kind == CaveatKind::Leak && caveat.is_open()));
    lab.edit(waive("known"));
    let project = lab.project();
    let kept = spec::caveat::of_version(&project, &project.registry.versions[0]);
    assert!(kept.iter().all(|caveat| caveat.kind != CaveatKind::Leak || !caveat.is_open()));
}

#[test]
fn trials_are_counted_and_rows_that_were_seen_are_told() {
    let lab = Lab::csv("trials", &leaking(300), "label", Task::Binary, Metric::RocAuc);
    let depth = |depth: i64| {
        let mut model = crate::lab::model(Algorithm::DecisionTree);
        model.params.insert("max_depth".to_owned(), spec::ParamValue::Integer(depth));
        model
    };
    lab.ask(Job::Train {
        models: (1..=4).map(depth).collect(),
    });
    let few = standing(&lab, Part::Validation);
    assert_eq!(severity(&few, CaveatKind::Trials), Some(Severity::Info));
    // The same again is nothing new, and a deleted run was looked at all the same.
    lab.ask(Job::Train { models: vec![depth(1)] });
    let n = |lab: &Lab| {
        let project = lab.project();
        project.n_trials(project.current_run().unwrap())
    };
    assert_eq!(n(&lab), 4);
    let newest = lab.project().runs.last().unwrap().id;
    lab.ask(Job::DeleteRun { run: newest });
    lab.ask(Job::Train {
        models: (5..=10).map(depth).collect(),
    });
    assert_eq!(n(&lab), 10);
    assert_eq!(
        severity(&standing(&lab, Part::Validation), CaveatKind::Trials),
        Some(Severity::Warning)
    );

    // The opened test set is the held-out estimate.
    let opened = standing(&lab, Part::Test);
    assert_eq!(severity(&opened, CaveatKind::Trials), None);
    // After a new seed the rows are others, but not all of them are new.
    let mut split = lab.project().pipeline.split;
    split.seed += 1;
    lab.edit(Edit::SetSplit { split });
    let described = lab.describe().split.unwrap();
    assert!((1..described.test.n_rows).contains(&described.n_seen), "{}", described.n_seen);
    lab.train(&[Algorithm::DecisionTree]);
    let seen = standing(&lab, Part::Test);
    let told = seen.caveats.iter().find(|caveat| caveat.kind == CaveatKind::Trials).unwrap();
    assert_eq!(told.message.code, "caveat.test_seen");
    assert_eq!(told.measure, Some(described.n_seen as f64));
}

#[test]
fn the_sensor_sample_is_split_as_its_story_says() {
    let lab = Lab::sample("sensor", 1);
    let by_time = |split: &spec::split::SplitSpec| matches!(&split.assignment, spec::split::Assignment::Time { column } if column == "time");
    assert!(by_time(&lab.project().pipeline.split));
    let Answer::Proposed(again) = lab.ask(Job::Propose) else {
        panic!("no proposal")
    };
    assert!(by_time(&again.split));
}

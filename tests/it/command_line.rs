//! The built program: its words, its files, its exit codes.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::lab::sample_path;

/// A folder of its own for one test, gone at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("mllc-it-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        std::fs::write(self.path(name), text).unwrap();
        self.path(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

fn mllc(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mllc")).args(args).output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn a_run_leaves_a_project_that_unpacks_and_packs_to_the_same_bytes() {
    let folder = Folder::new("project");
    let (pipeline, out) = (folder.path("pipeline.json"), folder.path("out"));
    let data = sample_path("iris");
    let init = mllc(&["init", text(&data), "--target", "species", "--out", text(&pipeline)]);
    assert_eq!(code(&init), 0, "{}", said(&init));
    let run = mllc(&["run", text(&pipeline), "--data", text(&data), "--out", text(&out)]);
    assert_eq!(code(&run), 0, "{}", said(&run));
    for name in [
        "report.json",
        "report.html",
        "timing.json",
        "predictions.csv",
        "bundle/model.onnx",
        "project.mllc",
    ] {
        assert!(out.join(name).is_file(), "{name}");
    }

    let (project, unpacked, packed) = (out.join("project.mllc"), folder.path("unpacked"), folder.path("again.mllc"));
    let export = mllc(&["export", text(&project), "--out", text(&unpacked)]);
    assert_eq!(code(&export), 0, "{}", said(&export));
    let import = mllc(&["import", text(&unpacked), "--out", text(&packed)]);
    assert_eq!(code(&import), 0, "{}", said(&import));
    assert_eq!(std::fs::read(&project).unwrap(), std::fs::read(&packed).unwrap());
    // A folder that holds something is not written into.
    assert_eq!(code(&mllc(&["export", text(&project), "--out", text(&unpacked)])), 2);

    // An edited document becomes the project's.
    let document = unpacked.join("pipeline.json");
    let edited = std::fs::read_to_string(&document)
        .unwrap()
        .replace("\"seed\": 42", "\"seed\": 7");
    std::fs::write(&document, edited).unwrap();
    assert_eq!(code(&mllc(&["import", text(&unpacked), "--out", text(&packed)])), 0);
    let again = folder.path("again");
    assert_eq!(code(&mllc(&["export", text(&packed), "--out", text(&again)])), 0);
    assert!(
        std::fs::read_to_string(again.join("pipeline.json"))
            .unwrap()
            .contains("\"seed\": 7")
    );

    // A chunk that is not what its name says is found.
    let chunk = std::fs::read_dir(unpacked.join("chunks"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    std::fs::write(&chunk, "x").unwrap();
    let import = mllc(&["import", text(&unpacked), "--out", text(&packed)]);
    assert_eq!(code(&import), 1);
    assert!(said(&import).contains("chunks"), "{}", said(&import));
}

#[test]
fn an_ab_test_is_planned_and_judged() {
    let plan = mllc(&[
        "ab",
        "plan",
        "--rate",
        "0.1",
        "--effect",
        "0.02",
        "--units-per-day",
        "500",
        "--json",
    ]);
    assert_eq!(code(&plan), 0, "{}", said(&plan));
    let plan: serde_json::Value = serde_json::from_slice(&plan.stdout).unwrap();
    assert_eq!(plan["once"]["n_a"], 3841, "as statsmodels with the pooled variance gives");
    assert_eq!(code(&mllc(&["ab", "plan", "--rate", "0.1"])), 2, "no effect was given");
    let impossible = mllc(&["ab", "plan", "--rate", "0.95", "--effect", "0.1"]);
    assert_eq!(code(&impossible), 1);
    assert!(!said(&impossible).contains("panicked"), "{}", said(&impossible));

    let folder = Folder::new("ab");
    let (mut log, mut outcomes) = (String::new(), String::new());
    for i in 0..4000 {
        let variant = if i % 2 == 0 { "champion" } else { "challenger" };
        log += &format!(
            "{{\"request_id\":\"r{i}\",\"at\":\"2026-01-01T00:00:00Z\",\"variant\":\"{variant}\",\"key_hash\":\"k{i}\",\
             \"label\":\"yes\",\"probabilities\":{{\"no\":0.4,\"yes\":0.6}}}}\n"
        );
        let bought = if i % 2 == 0 { i % 20 == 0 } else { i % 5 == 1 };
        outcomes += &format!(
            "{{\"request_id\":\"r{i}\",\"outcome\":\"{}\"}}\n",
            if bought { "bought" } else { "left" }
        );
    }
    let (log, outcomes) = (folder.write("log.jsonl", &log), folder.write("outcomes.jsonl", &outcomes));
    let call = [
        "ab",
        "verdict",
        "--log",
        text(&log),
        "--outcomes",
        text(&outcomes),
        "--outcome-is",
        "bought",
        "--json",
    ];
    let judged = mllc(&call);
    assert_eq!(code(&judged), 0, "{}", said(&judged));
    let judged: serde_json::Value = serde_json::from_slice(&judged.stdout).unwrap();
    assert_eq!(judged["conclusion"], "b_better");
    assert_eq!(judged["arms"]["a"]["n_with"], 200);
    assert_eq!(judged["arms"]["b"]["n_with"], 400);

    let rows: String = (0..300)
        .map(|i| format!("{},{i}\n", if i % 2 == 0 { "old" } else { "new" }))
        .collect();
    let table = folder.write("table.csv", &format!("variant,outcome\n{rows}"));
    let judged = mllc(&["ab", "verdict", "--data", text(&table), "--a", "old", "--b", "new", "--mean"]);
    assert_eq!(code(&judged), 0, "{}", said(&judged));
    let wrong = mllc(&[
        "ab",
        "verdict",
        "--data",
        text(&table),
        "--outcome",
        "bought",
        "--a",
        "old",
        "--b",
        "new",
    ]);
    assert_eq!(code(&wrong), 1);
    assert!(said(&wrong).contains("bought"), "{}", said(&wrong));
}

//! Writes what this version stores into tests/golden/compat, once for each format: `cargo run -p cli --example compat_fixture`.
//! tests/it/compat.rs opens it with every later version.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a program of the tests: it writes files and stops at the first surprise"
)]

#[allow(dead_code, reason = "a part of it is for the tests")]
#[path = "../../../tests/it/lab.rs"]
mod lab;

use std::path::Path;

use futures_lite::future::block_on;
use spec::evaluation::Part;
use spec::job::{Answer, Job};
use spec::registry::Alias;
use spec::{Algorithm, Edit, Metric, Task};

use lab::{Lab, model, sample_path};

/// The header and these rows of the churn sample.
fn churn(rows: std::ops::Range<usize>) -> String {
    let all = std::fs::read_to_string(sample_path("churn")).unwrap();
    let (header, lines) = all.split_once('\n').unwrap();
    let rows: Vec<&str> = lines.lines().skip(rows.start).take(rows.len()).collect();
    format!("{header}\n{}\n", rows.join("\n"))
}

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../tests/golden/compat/format-{}", spec::FORMAT));
    assert!(!folder.exists(), "the fixture of format {} is there", spec::FORMAT);
    std::fs::create_dir_all(folder.join("bundle/monitoring")).unwrap();
    let lab = Lab::csv("Churn", &churn(0..600), "churned", Task::Binary, Metric::RocAuc);
    lab.edit(Edit::Rename { name: "Churn".into() });
    lab.ask(Job::Train {
        models: [
            Algorithm::LogisticRegression,
            Algorithm::DecisionTree,
            Algorithm::GradientBoosting,
        ]
        .map(model)
        .to_vec(),
    });
    let run = lab.run_of(Algorithm::GradientBoosting);
    lab.evaluate(run, Part::Test, "chosen on validation");
    let register = Job::Register {
        run,
        note: String::new(),
    };
    let Answer::Registered { version } = lab.ask(register) else {
        panic!("not registered")
    };
    lab.edit(Edit::SetAlias {
        alias: Alias::Champion,
        version: Some(version),
        at_ms: 1.0,
        reason: "the first".into(),
    });
    let later = folder.join("later.csv");
    std::fs::write(&later, churn(600..900)).unwrap();
    lab.ask(Job::CheckBatch {
        file: lab.session.engine.host().add_file(&later),
        options: None,
        version: None,
        key_salt: None,
    });
    for (path, bytes) in block_on(lab.session.engine.bundle_files(
        0,
        spec::registry::ModelRef::Run(run),
        &spec::registry::Naming::default(),
    ))
    .unwrap()
    {
        if ["model.onnx", "contract.json", "monitoring/baseline.json"].contains(&path.as_str()) {
            std::fs::write(folder.join("bundle").join(path), bytes).unwrap();
        }
    }
    let project = lab.session.project_file().unwrap();
    std::fs::write(folder.join("project.mllc"), project).unwrap();
}

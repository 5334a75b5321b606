//! What an older version has stored is opened by this one. The fixture of a format is made once, when the format is new,
//! and never again: `cargo run -p cli --example compat_fixture`.

use std::path::{Path, PathBuf};

use engine::WatchedBundle;
use futures_lite::future::block_on;
use spec::evaluation::Part;
use spec::explain::RowOf;
use spec::job::{Answer, Job};
use spec::monitor::DriftVerdict;
use spec::registry::ModelRef;
use spec::run::Scores;
use spec::{Algorithm, Metric};

use crate::lab::Lab;
use crate::watch::{check, report};

const FORMATS: [u32; 1] = [1];

fn folder(format: u32) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../tests/golden/compat/format-{format}"))
}

fn opened(format: u32) -> Lab {
    let lab = Lab {
        session: cli::session::Session::new(Some(1)).unwrap(),
    };
    let file = lab.session.engine.host().add_file(&folder(format).join("project.mllc"));
    lab.ask(Job::ImportProject { file });
    lab
}

#[test]
fn a_project_of_every_format_opens_and_goes_on() {
    for format in FORMATS {
        let lab = opened(format);
        let project = lab.project();
        assert_eq!(
            (project.name.as_str(), project.runs.len(), project.batches.len()),
            ("Churn", 4, 1)
        );
        assert_eq!(lab.describe().profile.unwrap().n_rows, 600);
        let run = lab.run_of(Algorithm::GradientBoosting);
        let version = project.registry.champion.unwrap();
        assert_eq!(project.registry.version(version).unwrap().run.id, run);
        // What was computed then is what is computed now; intervals and baselines are those of today's rules.
        let test = lab.evaluate(run, Part::Test, "");
        let values = |scores: &Scores| -> Vec<(Metric, Option<f64>)> {
            scores.iter().map(|(metric, scored)| (*metric, scored.value)).collect()
        };
        assert_eq!(
            values(&test.scores),
            values(&project.registry.version(version).unwrap().scores)
        );
        let explained = lab.ask(Job::Explain {
            of: ModelRef::Version(version),
            row: RowOf::Number(3),
            threshold: None,
        });
        assert!(matches!(explained, Answer::Explained(_)), "{explained:?}");
        lab.ask(Job::ExportVersion { version });
        assert_eq!(report(&lab, 1).drift.dataset.verdict, DriftVerdict::Stable);
        // The same file again comes to the same report.
        let again = check(&lab, &folder(format).join("later.csv"));
        assert_eq!(report(&lab, again.summary.id), report(&lab, 1));
        lab.train(&[Algorithm::DecisionTree]);
    }
}

#[test]
fn a_bundle_of_every_format_is_scored_and_watched() {
    for format in FORMATS {
        let read = |path: &str| std::fs::read(folder(format).join("bundle").join(path)).unwrap();
        let session = cli::session::Session::new(Some(1)).unwrap();
        let later = folder(format).join("later.csv");
        let file = session.engine.host().add_file(&later);
        let files = (read("model.onnx"), read("contract.json"));
        let order = engine::ScoreOrder::default();
        let scored = block_on(session.engine.score(0, file, None, files, order)).unwrap();
        assert_eq!(scored.n_rows, 300);
        let bundle = WatchedBundle {
            model: read("model.onnx"),
            contract: read("contract.json"),
            baseline: read("monitoring/baseline.json"),
        };
        let file = session.engine.host().add_file(&later);
        let found = block_on(session.engine.drift(0, file, None, None, bundle, None)).unwrap();
        assert_eq!(found.report.drift.dataset.verdict, DriftVerdict::Stable);
    }
}

//! A version is asked, drawn, described and exported whatever the project holds by then.

use spec::evaluation::{Choice, Decision, Part};
use spec::explain::RowOf;
use spec::graph::{ModelGraph, NodeKind};
use spec::job::{Answer, Download, Job};
use spec::registry::{Alias, ModelRef};
use spec::{Algorithm, Edit};

use crate::explaining::{draw, explain};
use crate::lab::{Lab, sample_path};

fn registered(lab: &Lab, run: u32) -> u32 {
    match lab.ask(Job::Register {
        run,
        note: "for the pilot".to_owned(),
    }) {
        Answer::Registered { version } => version,
        other => panic!("{other:?}"),
    }
}

fn export(lab: &Lab, job: Job) -> (Download, Vec<u8>) {
    match lab.session.ask(job).unwrap() {
        (Answer::Download(download), Some(bytes)) => (download, bytes),
        other => panic!("{:?}", other.0),
    }
}

fn graph(lab: &Lab, of: ModelRef) -> ModelGraph {
    match lab.ask(Job::ModelGraph { of, threshold: None }) {
        Answer::ModelGraph(graph) => *graph,
        other => panic!("{other:?}"),
    }
}

fn card(lab: &Lab, of: ModelRef) -> String {
    match lab.ask(Job::ModelCard { of }) {
        Answer::ModelCard { card, markdown } => {
            assert!(card.sections.iter().all(|section| !section.blocks.is_empty()));
            markdown
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_version_stays_whole_when_the_project_takes_other_data() {
    let lab = Lab::sample("churn", 2);
    lab.train(&[Algorithm::GradientBoosting]);
    let run = lab.run_of(Algorithm::GradientBoosting);
    let version = registered(&lab, run);
    let of = ModelRef::Version(version);
    let before = (
        export(&lab, Job::ExportVersion { version }),
        card(&lab, of),
        graph(&lab, of),
        explain(&lab, of, RowOf::Cells(draw(&lab, of, 3).cells), None),
    );
    let (download, _) = &before.0;
    let name = &download.file_name;
    assert!(name.starts_with("Sample_churn-1-") && name.ends_with("-bundle.zip"), "{name}");
    assert_eq!(download.notes[0].code, "deploy.verified");
    let paths: Vec<&str> = download.files.iter().map(|(path, _)| path.as_str()).collect();
    for path in ["model.onnx", "contract.json", "samples/requests.json", "MODEL_CARD.md"] {
        assert!(paths.contains(&path), "{paths:?}");
    }
    assert!(download.files.iter().all(|(_, n_bytes)| *n_bytes > 0));

    let file = lab.session.engine.host().add_file(&sample_path("iris"));
    let Answer::Sniffed(sniff) = lab.ask(Job::Sniff { file, options: None }) else {
        panic!("not sniffed")
    };
    lab.ask(Job::Import {
        file,
        options: sniff.options,
    });
    assert_eq!(lab.refuses(Job::Export { run }).message.code, "engine.stale_run");
    lab.ask(Job::DeleteRun { run });
    let after = (
        export(&lab, Job::ExportVersion { version }),
        card(&lab, of),
        graph(&lab, of),
        explain(&lab, of, RowOf::Cells(draw(&lab, of, 3).cells), None),
    );
    assert_eq!(before, after);
    // The project's own table is still the one at hand.
    assert_eq!(lab.describe().profile.unwrap().n_rows, 150);
    assert_eq!(
        lab.refuses(Job::ExportVersion { version: 9 }).message.code,
        "engine.no_version"
    );
}

#[test]
fn the_hash_in_a_services_answers_leads_back_to_the_version() {
    let lab = Lab::sample("churn", 2);
    lab.train(&[Algorithm::DecisionTree]);
    let version = registered(&lab, lab.run_of(Algorithm::DecisionTree));
    let exported = |lab: &Lab| lab.project().registry.version(version).unwrap().exported.clone();
    assert!(exported(&lab).is_empty());
    let (_, zip) = export(&lab, Job::ExportVersion { version });
    let (model, contract) = engine::Bundle::model_and_contract(&zip).unwrap();
    let found = exported(&lab);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].sha256, engine::bundle_sha256(&model, &contract));
    let named = engine::Contract::from_json(&contract).unwrap().model;
    assert_eq!((&found[0].name, &found[0].version), (&named.name, &named.version));
    assert!(spec::registry::is_version(&named.version, &version.to_string()) && named.version.len() > 2);
    // The same bundle again is no other one; another name is.
    export(&lab, Job::ExportVersion { version });
    assert_eq!(exported(&lab), found);
    lab.edit(Edit::Rename {
        name: "other".to_owned(),
    });
    export(&lab, Job::ExportVersion { version });
    assert_eq!(exported(&lab).len(), 2);
}

#[test]
fn a_version_keeps_its_own_threshold_and_figures() {
    let lab = Lab::sample("churn", 2);
    lab.train(&[Algorithm::LogisticRegression]);
    let run = lab.run_of(Algorithm::LogisticRegression);
    lab.edit(Edit::SetDecisionThreshold { threshold: Some(0.31) });
    let version = registered(&lab, run);
    lab.edit(Edit::SetDecisionThreshold { threshold: Some(0.9) });
    let of = ModelRef::Version(version);
    let row = RowOf::Cells(draw(&lab, of, 0).cells);
    assert_eq!(explain(&lab, of, row.clone(), Some(0.5)).threshold, Some(0.31));
    assert_eq!(explain(&lab, ModelRef::Run(run), row.clone(), None).threshold, Some(0.9));
    assert_eq!(explain(&lab, ModelRef::Run(run), row, Some(0.5)).threshold, Some(0.5));
    assert!(card(&lab, of).contains("0.31: the label is yes from this probability on"));
    assert!(card(&lab, ModelRef::Run(run)).contains("0.9: the label is yes from this probability on"));
}

#[test]
fn the_card_says_what_is_recorded_and_what_is_not() {
    let lab = Lab::sample("loan", 2);
    lab.train(&[Algorithm::LogisticRegression]);
    let run = lab.run_of(Algorithm::LogisticRegression);
    let text = card(&lab, ModelRef::Run(run));
    let project = lab.project();
    let framing = &project.pipeline.framing;
    let sha256 = &project.data.as_ref().unwrap().summary.fingerprint.sha256;
    for part in [
        "# Model card: Sample loan",
        "none, run 2 is not registered",
        sha256.as_str(),
        framing.target.as_deref().unwrap(),
        "One-hot encode",
        "The test rows have not been opened",
        "No decision is recorded",
        "the test set has not been opened for it",
        "| ROC AUC |",
    ] {
        assert!(text.contains(part), "no {part} in\n{text}");
    }
    assert!(!framing.sensitive.is_empty());
    assert!(text.contains("Groups of "), "{text}");

    let mut framing = framing.clone();
    framing.notes.consent = "Asked for at the counter".to_owned();
    framing.business.affected = String::new();
    lab.edit(Edit::SetFraming { framing });
    lab.evaluate(run, Part::Test, "");
    lab.edit(Edit::RecordDecision {
        decision: Decision {
            run,
            choice: Choice::Go,
            reason: "good enough for a pilot".to_owned(),
            at_ms: 1_772_373_959_000.0,
            goal: None,
            n_open: 0,
        },
    });
    let version = registered(&lab, run);
    lab.edit(Edit::SetAlias {
        alias: Alias::Champion,
        version: Some(version),
        at_ms: 1_772_373_959_000.0,
        reason: "the first to be served".to_owned(),
    });
    let text = card(&lab, ModelRef::Version(version));
    for part in [
        "- **Version**: 1",
        "for the pilot",
        "Asked for at the counter",
        "**Who is affected**: not recorded",
        "On the test set, ",
        "The test rows of this split were opened once",
        "first opening",
        "| 2026-03-01 14:05 | Go | good enough for a pilot |",
        "Version 1 made champion",
        "the first to be served",
    ] {
        assert!(text.contains(part), "no {part} in\n{text}");
    }
}

#[test]
fn the_graph_has_the_columns_in_and_the_answers_out() {
    for (sample, algorithm, outputs) in [
        ("iris", Algorithm::RandomForest, &["label", "probabilities"][..]),
        ("diabetes", Algorithm::Ridge, &["prediction"][..]),
    ] {
        let lab = Lab::sample(sample, 1);
        lab.train(&[algorithm]);
        let graph = graph(&lab, ModelRef::Run(lab.run_of(algorithm)));
        let names = |kind: NodeKind| -> Vec<&str> {
            let of_kind = graph.nodes.iter().filter(|node| node.kind == kind);
            of_kind.map(|node| node.name.as_str()).collect()
        };
        assert_eq!(names(NodeKind::Output), outputs);
        let inputs = names(NodeKind::Input);
        let schema = lab.project().data.unwrap().summary.schema;
        assert!(!inputs.is_empty() && inputs.iter().all(|input| schema.iter().any(|column| column.name == *input)));
        assert!(graph.n_bytes > 0);
    }
}

#[test]
fn a_deleted_runs_number_is_not_given_again() {
    let lab = Lab::sample("iris", 1);
    lab.train(&[Algorithm::DecisionTree]);
    let run = lab.run_of(Algorithm::DecisionTree);
    lab.evaluate(run, Part::Test, "");
    lab.ask(Job::DeleteRun { run });
    lab.train(&[Algorithm::LogisticRegression]);
    // Else the new run would have the test figures of the old one.
    assert_eq!(lab.run_of(Algorithm::LogisticRegression), run + 1);
}

#[test]
fn an_import_that_is_undone_has_its_table_back() {
    let lab = Lab::sample("iris", 1);
    let file = lab.session.engine.host().add_file(&sample_path("wine"));
    let Answer::Sniffed(sniff) = lab.ask(Job::Sniff { file, options: None }) else {
        panic!("not sniffed")
    };
    lab.ask(Job::Import {
        file,
        options: sniff.options,
    });
    // Enough else is done that no worker remembers the first table.
    for seed in 0..12 {
        let split = spec::split::SplitSpec {
            seed,
            ..lab.project().pipeline.split
        };
        lab.edit(Edit::SetSplit { split });
        lab.describe();
    }
    while lab.project().data.unwrap().summary.file_name != "iris.csv" {
        lab.edit(Edit::Undo);
    }
    assert_eq!(lab.describe().profile.unwrap().n_rows, 150);
    lab.edit(Edit::Redo);
    assert_eq!(lab.describe().profile.unwrap().n_rows, 178);
}

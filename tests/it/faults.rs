//! Bad input and wrong order end in a message that says what to do.

use spec::evaluation::Part;
use spec::job::{Job, Start};
use spec::step::Interaction;
use spec::{Algorithm, Edit, Metric, Task};

use crate::lab::{Lab, model, scratch};

/// A project on a blank file system, told to import these bytes.
fn import(name: &str, bytes: &[u8]) -> spec::Failure {
    let lab = Lab {
        session: cli::session::Session::new(Some(1)).unwrap(),
    };
    lab.ask(Job::CreateProject {
        name: name.into(),
        start: Start::Blank,
    });
    let path = scratch(name);
    std::fs::write(&path, bytes).unwrap();
    let file = lab.session.engine.host().add_file(&path);
    let failure = lab.refuses(Job::Sniff { file, options: None });
    std::fs::remove_file(&path).unwrap();
    failure
}

#[test]
fn files_that_cannot_be_read_say_what_to_do() {
    for (name, bytes) in [
        ("empty", b"".as_slice()),
        ("blank", b" \n\n".as_slice()),
        ("xlsx", b"PK\x03\x04rest of a zip".as_slice()),
    ] {
        let failure = import(name, bytes);
        assert!(
            spec::texts::messages::codes().any(|code| code == failure.message.code),
            "{failure:?}"
        );
        assert!(!failure.message.hint().is_empty(), "{failure:?}");
    }
}

#[test]
fn jobs_without_their_ground_are_refused_in_words() {
    let lab = Lab {
        session: cli::session::Session::new(Some(1)).unwrap(),
    };
    assert_eq!(lab.refuses(Job::Describe).message.code, "engine.no_project");
    lab.ask(Job::CreateProject {
        name: "empty".into(),
        start: Start::Blank,
    });
    assert_eq!(
        lab.refuses(Job::Train {
            models: vec![model(Algorithm::Ridge)]
        })
        .message
        .code,
        "engine.no_data"
    );
    assert_eq!(
        lab.refuses(Job::Evaluate {
            run: 1,
            part: Part::Test,
            reason: String::new()
        })
        .message
        .code,
        "engine.no_run"
    );
    assert_eq!(lab.refuses(Job::Export { run: 3 }).message.code, "engine.no_run");
}

#[test]
fn a_constant_target_and_a_wrong_algorithm_are_refused() {
    let text = format!("a,label\n{}", (0..60).map(|i| format!("{i},same\n")).collect::<String>());
    let lab = Lab::csv("constant", &text, "label", Task::Binary, Metric::RocAuc);
    assert!(
        lab.describe()
            .checks
            .iter()
            .any(|check| check.severity == spec::Severity::Error)
    );
    lab.refuses(Job::Train {
        models: vec![model(Algorithm::LogisticRegression)],
    });

    let lab = Lab::sample("iris", 1);
    let refused = lab.refuses(Job::Train {
        models: vec![model(Algorithm::Ridge)],
    });
    assert_eq!(refused.message.code, "engine.wrong_task");
}

#[test]
fn an_edit_that_cannot_be_applied_changes_nothing() {
    let lab = Lab::sample("iris", 1);
    let before = lab.project();
    let edits = vec![Edit::SetSeed { seed: 9 }, Edit::RemoveStep { id: 999 }];
    let job = Job::Edits {
        id: before.id.clone(),
        base_generation: before.generation,
        first_seq: 1,
        edits,
    };
    assert_eq!(lab.refuses(job).message.code, "edit.no_step");
    assert_eq!(lab.project(), before);
}

#[test]
fn a_replayed_journal_applies_each_edit_once() {
    let lab = Lab::sample("iris", 1);
    let project = lab.project();
    let kind = spec::step::PipelineKind::Interaction(Interaction {
        left: "petal_length".into(),
        right: "petal_width".into(),
    });
    let edits = vec![Edit::AddPipelineStep { index: None, kind }];
    let job = Job::Edits {
        id: project.id.clone(),
        base_generation: project.generation,
        first_seq: 1,
        edits,
    };
    lab.ask(job.clone());
    let n_steps = lab.project().pipeline.recipe.pipeline.len();
    lab.ask(job);
    assert_eq!(lab.project().pipeline.recipe.pipeline.len(), n_steps);
}

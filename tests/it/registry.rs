//! Versions stand on their own; every change of champion is in the record.

use spec::job::{Answer, Job};
use spec::registry::{Act, Alias};
use spec::{Algorithm, Edit};

use crate::lab::Lab;

fn register(lab: &Lab, run: u32) -> u32 {
    match lab.ask(Job::Register {
        run,
        note: format!("run {run}"),
    }) {
        Answer::Registered { version } => version,
        other => panic!("{other:?}"),
    }
}

fn promote(lab: &Lab, version: u32, reason: &str) {
    lab.edit(Edit::SetAlias {
        alias: Alias::Champion,
        version: Some(version),
        at_ms: 1.0,
        reason: reason.to_owned(),
    });
}

#[test]
fn a_version_carries_what_its_rows_looked_like() {
    for (sample, algorithm) in [
        ("churn", Algorithm::GradientBoosting),
        ("wine", Algorithm::LogisticRegression),
        ("diabetes", Algorithm::RandomForest),
    ] {
        let lab = Lab::sample(sample, 2);
        lab.train(&[algorithm]);
        let version = register(&lab, lab.run_of(algorithm));
        let project = lab.project();
        let kept = project.registry.version(version).unwrap();
        let bytes = lab.chunk(&kept.reference_hash);
        let reference = monitor::from_json(&bytes).unwrap();
        assert_eq!(
            reference.target.as_ref().map(|target| &target.name),
            project.pipeline.framing.target.as_ref()
        );
        assert!(reference.prediction.is_some());
        assert!(reference.columns.len() > 3);
        let total: f64 = reference.importance.iter().map(|(_, share)| share).sum();
        assert!((total - 1.0).abs() < 1e-9, "{sample}: {total}");
    }
}

#[test]
fn promotions_and_roll_backs_are_recorded_with_their_reasons() {
    let lab = Lab::sample("iris", 1);
    lab.train(&[Algorithm::DecisionTree, Algorithm::LogisticRegression]);
    let (first, second) = (register(&lab, 2), register(&lab, 3));
    promote(&lab, first, "the first");
    lab.edit(Edit::SetAlias {
        alias: Alias::Challenger,
        version: Some(second),
        at_ms: 2.0,
        reason: "to be tried".to_owned(),
    });
    promote(&lab, second, "it won");
    promote(&lab, first, "it failed in service");
    let project = lab.project();
    assert_eq!((project.registry.champion, project.registry.challenger), (Some(first), None));
    let acts: Vec<&Act> = project.acts.iter().map(|entry| &entry.act).collect();
    let expected = [
        Act::Registered { version: 1 },
        Act::Registered { version: 2 },
        Act::Promoted { version: 1, from: None },
        Act::Challenging { version: Some(2) },
        Act::Promoted {
            version: 2,
            from: Some(1),
        },
        Act::RolledBack {
            version: 1,
            from: Some(2),
        },
    ];
    assert_eq!(acts, expected.iter().collect::<Vec<_>>());
    assert_eq!(project.acts.last().unwrap().reason, "it failed in service");
    // A deleted run leaves its version whole.
    lab.ask(Job::DeleteRun { run: 2 });
    assert!(lab.project().registry.version(first).is_some());
    let edit = Edit::SetAlias {
        alias: Alias::Champion,
        version: Some(9),
        at_ms: 3.0,
        reason: String::new(),
    };
    assert_eq!(lab.project().apply(&edit).unwrap_err().message.code, "edit.no_version");
}

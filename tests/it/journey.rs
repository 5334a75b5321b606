//! The main job of a new user, on a binary, a multi-class and a regression file.

use spec::evaluation::{Choice, Decision, Detail, Part, Verdict};
use spec::job::{Answer, Job};
use spec::profile::{AlertKind, Fix};
use spec::{Algorithm, Edit, Metric};

use crate::lab::Lab;

const CLASSIFIERS: [Algorithm; 5] = [
    Algorithm::Baseline,
    Algorithm::LogisticRegression,
    Algorithm::DecisionTree,
    Algorithm::RandomForest,
    Algorithm::GradientBoosting,
];
const REGRESSORS: [Algorithm; 6] = [
    Algorithm::Baseline,
    Algorithm::LinearRegression,
    Algorithm::Ridge,
    Algorithm::DecisionTree,
    Algorithm::RandomForest,
    Algorithm::GradientBoosting,
];

/// Fixes every alert of these kinds by its one click.
fn fix(lab: &Lab, kinds: &[AlertKind]) {
    for &kind in kinds {
        let alerts = lab.describe().profile.unwrap().alerts;
        let alert = alerts
            .iter()
            .find(|alert| alert.kind == kind)
            .unwrap_or_else(|| panic!("no alert {kind:?}: {alerts:#?}"));
        let edit = match alert.fix.clone().unwrap() {
            Fix::Shape { step } => Edit::AddShapeStep { index: None, kind: step },
            Fix::Pipeline { step } => Edit::AddPipelineStep {
                index: Some(0),
                kind: step,
            },
        };
        lab.edit(edit);
    }
}

#[test]
fn churn_from_messy_file_to_verified_model() {
    let lab = Lab::sample("churn", 2);
    let project = lab.project();
    assert_eq!(project.pipeline.framing.target.as_deref(), Some("churned"));
    let summary = &project.data.as_ref().unwrap().summary;
    assert_eq!(summary.n_kept, summary.fingerprint.n_rows);

    fix(
        &lab,
        &[AlertKind::Leakage, AlertKind::NumberLikeText, AlertKind::DirtyCategories],
    );
    let description = lab.describe();
    assert!(
        description.recipe.steps.iter().all(|step| step.failure.is_none()),
        "{:#?}",
        description.recipe.steps
    );
    assert!(description.split_failure.is_none());

    lab.train(&CLASSIFIERS);
    let project = lab.project();
    assert_eq!(project.runs.len(), 5);
    assert!((lab.cv(Algorithm::Baseline, Metric::RocAuc) - 0.5).abs() < 1e-12);
    assert!(lab.cv(Algorithm::GradientBoosting, Metric::RocAuc) > 0.8);
    assert!(lab.cv(Algorithm::RandomForest, Metric::RocAuc) > 0.8);
    // The leaking column was taken out: nothing is too good to be true.
    assert!(lab.cv(Algorithm::GradientBoosting, Metric::RocAuc) < 0.95);

    let run = project.current_run().unwrap().id;
    let validation = lab.evaluate(run, Part::Validation, "");
    let Detail::Classification(detail) = &validation.detail else {
        panic!("not a classification")
    };
    let best = &detail.thresholds[detail.best_threshold.unwrap() as usize];
    assert!(detail.thresholds.iter().all(|point| best.cost <= point.cost));

    let test = lab.evaluate(run, Part::Test, "");
    assert_eq!(lab.project().openings.len(), 1);
    assert_eq!(test.decision_threshold, validation.decision_threshold);
    assert!(matches!(
        test.goal.as_ref().unwrap().verdict,
        Verdict::Met | Verdict::MetNotCertain
    ));
    assert!(!test.fairness.is_empty() && !test.sentences.is_empty());
    // Looking again reveals nothing new.
    lab.evaluate(run, Part::Test, "");
    assert_eq!(lab.project().openings.len(), 1);

    lab.edit(Edit::RecordDecision {
        decision: Decision {
            run,
            choice: Choice::Go,
            reason: "good enough".into(),
            at_ms: 0.0,
            goal: test.goal,
            n_open: 0,
        },
    });
    for run in lab.project().runs {
        let (download, zip) = lab.export(run.id);
        assert_eq!(download.n_bytes as usize, zip.len());
        assert!(zip.starts_with(b"PK"));
    }
}

#[test]
fn another_model_on_opened_rows_needs_a_reason() {
    let lab = Lab::sample("breast_cancer", 2);
    lab.train(&[Algorithm::LogisticRegression, Algorithm::DecisionTree]);
    lab.evaluate(lab.run_of(Algorithm::LogisticRegression), Part::Test, "");
    let second = lab.run_of(Algorithm::DecisionTree);
    let refused = lab.refuses(Job::Evaluate {
        run: second,
        part: Part::Test,
        reason: " ".into(),
    });
    assert_eq!(refused.message.code, "engine.reason_needed");
    lab.evaluate(second, Part::Test, "to compare");
    assert_eq!(lab.project().openings.len(), 2);

    // A re-seeded split that overlaps the opened rows says so.
    let mut split = lab.project().pipeline.split;
    split.seed += 1;
    lab.edit(Edit::SetSplit { split });
    let warnings = lab.describe().split.unwrap().warnings;
    assert!(
        warnings.iter().any(|warning| warning.code == "engine.opened_overlap"),
        "{warnings:#?}"
    );
}

#[test]
fn flowers_in_three_classes() {
    let lab = Lab::sample("iris", 2);
    lab.train(&CLASSIFIERS);
    assert!(lab.cv(Algorithm::LogisticRegression, Metric::Accuracy) > 0.9);
    assert!(lab.cv(Algorithm::RandomForest, Metric::Accuracy) > 0.9);
    let run = lab.project().current_run().unwrap().id;
    let test = lab.evaluate(run, Part::Test, "");
    let Detail::Classification(detail) = &test.detail else {
        panic!("not a classification")
    };
    assert_eq!(detail.classes.len(), 3);
    for run in lab.project().runs {
        lab.export(run.id);
    }
}

#[test]
fn diabetes_progress_as_a_number() {
    let lab = Lab::sample("diabetes", 2);
    lab.train(&REGRESSORS);
    assert!(lab.cv(Algorithm::Ridge, Metric::R2) > 0.4);
    let run = lab.project().current_run().unwrap().id;
    let test = lab.evaluate(run, Part::Test, "");
    assert!(matches!(test.detail, Detail::Regression(_)));
    for run in lab.project().runs {
        lab.export(run.id);
    }
}

#[test]
fn importance_names_what_matters() {
    let lab = Lab::sample("iris", 2);
    lab.train(&[Algorithm::RandomForest]);
    let run = lab.run_of(Algorithm::RandomForest);
    let Answer::Importance(importances) = lab.ask(Job::Importance { run, n_repeats: 3 }) else {
        panic!("no importance")
    };
    assert_eq!(importances.len(), 4);
    assert!(importances[0].column.starts_with("petal"), "{importances:#?}");
}

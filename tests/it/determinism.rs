//! Same job, same bytes, same seed: same bits, whatever the number of workers.

use spec::Algorithm;
use spec::job::Job;

use crate::lab::Lab;

/// Report, model hashes and prediction hashes of a run over several algorithms.
fn trace(n_workers: usize) -> (Vec<u8>, Vec<(String, String)>) {
    let lab = Lab::sample("churn", n_workers);
    lab.train(&[
        Algorithm::LogisticRegression,
        Algorithm::DecisionTree,
        Algorithm::RandomForest,
        Algorithm::GradientBoosting,
    ]);
    let report = lab.session.ask(Job::ExportReport).unwrap().1.unwrap();
    let hashes = lab
        .project()
        .runs
        .into_iter()
        .map(|run| (run.model_hash, run.predictions_hash))
        .collect();
    (report, hashes)
}

#[test]
fn one_worker_and_three_give_the_same_bytes() {
    assert_eq!(trace(1), trace(3));
}

#[test]
fn the_exported_bundle_is_the_same_bytes_each_time() {
    let zip = || {
        let lab = Lab::sample("iris", 2);
        lab.train(&[Algorithm::GradientBoosting]);
        lab.export(lab.run_of(Algorithm::GradientBoosting)).1
    };
    assert!(zip() == zip());
}

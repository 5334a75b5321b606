//! Real fits of every estimator: exported, verified, and equal on rows that the fit never saw.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test helpers: a fault must stop the test")]

mod fixtures;

use deploy::{CONTRACT_FILE, ExportFacts, MODEL_FILE, Rows, Scorer, verify};
use fixtures::fits;
use spec::Algorithm;

#[test]
fn every_estimator_exports_on_every_task() {
    let mut n_exported = 0;
    for task in fits::TASKS {
        let table = fits::table(task, 600, 1, false);
        for algorithm in Algorithm::ALL {
            let Some(pipeline) = fits::fit(algorithm, task, &table) else {
                continue;
            };
            let facts = ExportFacts {
                algorithm,
                ..fixtures::facts("fit")
            };
            let bundle = deploy::export(&pipeline, &facts, &deploy::BundleExtras::default(), &table).unwrap();
            let scorer = Scorer::new(bundle.file(MODEL_FILE).unwrap(), bundle.file(CONTRACT_FILE).unwrap()).unwrap();
            let rows = Rows::of_table(&fits::table(task, 1000, 2, true), scorer.contract()).unwrap();
            let agreement = verify::agrees(&scorer, &pipeline, &rows).unwrap();
            assert_eq!(
                agreement.max_difference, 0.0,
                "{algorithm:?} {task:?}: both sides compute in the same order"
            );
            n_exported += 1;
        }
    }
    assert!(n_exported >= 14, "{n_exported}");
}

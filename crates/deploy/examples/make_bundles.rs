//! Writes bundles for tests/serving into a folder: `cargo run -p deploy --example make_bundles -- FOLDER [ODD]`. Into ODD
//! come those of the same models over data whose cells look like another type.
//!
//! Each bundle is a folder; beside it stands `NAME.random.json`: 1,000 raw rows (missing, unseen, extreme) with the fitted
//! pipeline's own answers.

#![allow(clippy::disallowed_methods, reason = "a program, not the engine: it writes files")]

#[path = "../tests/fixtures/mod.rs"]
mod fixtures;

use std::error::Error;
use std::fs;
use std::path::Path;

use deploy::{Bundle, Contract, ExportFacts, Rows, verify};
use fixtures::fits;
use serde_json::{Value, json};
use spec::{Algorithm, Task};
use table::Table;
use train::{FittedModel, FittedPipeline, Predictions};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: make_bundles FOLDER [ODD]")?;
    let folder = Path::new(&folder);
    for (name, pipeline) in fixtures::pipelines() {
        let bundle = deploy::export(
            &pipeline,
            &fixtures::facts(name),
            &deploy::BundleExtras::default(),
            &fixtures::table(500, 1),
        )?;
        write(folder, &format!("hand_{name}"), &bundle, &pipeline, &fixtures::table(1000, 2))?;
    }
    if let Some(odd) = std::env::args().nth(2) {
        for (name, pipeline) in fixtures::pipelines() {
            let name = format!("odd_{name}");
            let (pipeline, facts, rows) = fixtures::odd(&name, &pipeline);
            let bundle = deploy::export(&pipeline, &facts, &deploy::BundleExtras::default(), &rows)?;
            write(Path::new(&odd), &name, &bundle, &pipeline, &rows)?;
        }
    }
    for task in fits::TASKS {
        let table = fits::table(task, 1500, 1, false);
        for algorithm in Algorithm::ALL {
            let Some(pipeline) = fits::fit(algorithm, task, &table) else {
                continue;
            };
            let name = format!("fit_{}_{}", algorithm.name(), format!("{task:?}").to_lowercase());
            let bundle = deploy::export(
                &pipeline,
                &ExportFacts {
                    algorithm,
                    ..fixtures::facts(&name)
                },
                &deploy::BundleExtras::default(),
                &table,
            )?;
            let is_unbounded = task == Task::Regression && matches!(pipeline.model, FittedModel::Linear(_));
            write(folder, &name, &bundle, &pipeline, &fits::table(task, 1000, 2, !is_unbounded))?;
        }
    }
    Ok(())
}

fn write(folder: &Path, name: &str, bundle: &Bundle, pipeline: &FittedPipeline, random: &Table) -> Result<(), Box<dyn Error>> {
    for (path, bytes) in &bundle.files {
        let path = folder.join(name).join(path);
        fs::create_dir_all(path.parent().ok_or("a file without a folder")?)?;
        fs::write(path, bytes)?;
    }
    let contract = Contract::from_json(bundle.file(deploy::CONTRACT_FILE).ok_or("no contract")?)?;
    let rows = Rows::of_table(random, &contract)?;
    let expected = verify::expected(pipeline, &contract, &rows)?;
    let predictions: Vec<Value> = match &expected {
        Predictions::Values(values) => values.iter().map(|x| json!({ "prediction": x })).collect(),
        Predictions::Probabilities { n_classes, values } => verify::labels(pipeline, &expected)
            .iter()
            .zip(values.chunks(*n_classes))
            .map(|(label, row)| {
                let by_class: serde_json::Map<String, Value> = pipeline
                    .classes
                    .iter()
                    .zip(row)
                    .map(|(class, p)| (class.clone(), json!(p)))
                    .collect();
                json!({ "label": label, "probabilities": by_class })
            })
            .collect(),
    };
    let random = json!({ "records": rows.records(&contract), "predictions": predictions });
    fs::write(folder.join(format!("{name}.random.json")), serde_json::to_vec(&random)?)?;
    Ok(())
}

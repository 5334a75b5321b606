//! Seconds of fit and predict on generated rows: `cargo run --release -p train --example time_trees [ROWS] [FEATURES]`.
#![allow(clippy::disallowed_methods, reason = "an example measures time")]

use std::time::Instant;

use math::{Rng, float};
use prepare::Features;
use spec::param::Checked;
use spec::{Algorithm, Params, Task, Unobserved};
use train::{Predictions, Target, TrainSet};

/// Normal features; a score with curves and a product; a noisy label.
fn generate(n_rows: usize, n_features: usize, seed: u64) -> (Features, Vec<u32>, Vec<f64>) {
    let mut rng = Rng::stream(seed, "time_trees", 0);
    let columns: Vec<Vec<f32>> = (0..n_features)
        .map(|_| (0..n_rows).map(|_| rng.normal() as f32).collect())
        .collect();
    let at = |j: usize, row: usize| f64::from(columns[j % n_features][row]);
    let scores: Vec<f64> = (0..n_rows)
        .map(|row| {
            at(0, row) + 0.7 * float::sin(2.0 * at(1, row)) + 0.5 * at(2, row) * at(3, row) - 0.4 * at(4, row).abs()
                + 0.3 * at(5, row)
        })
        .collect();
    let labels = scores
        .iter()
        .map(|score| u32::from(rng.uniform() < float::sigmoid(1.5 * score)))
        .collect();
    let names = (0..n_features).map(|j| format!("x{j}")).collect();
    (Features { names, columns, n_rows }, labels, scores)
}

fn roc_auc(labels: &[u32], p: &[f64]) -> f64 {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|a, b| p[*a].total_cmp(&p[*b]));
    let (mut ranks, mut n_positive) = (0.0, 0.0);
    for (rank, row) in order.iter().enumerate() {
        if labels[*row] == 1 {
            ranks += rank as f64 + 1.0;
            n_positive += 1.0;
        }
    }
    (ranks - n_positive * (n_positive + 1.0) / 2.0) / (n_positive * (p.len() as f64 - n_positive))
}

fn main() {
    let argument = |i: usize, default: usize| std::env::args().nth(i).and_then(|text| text.parse().ok()).unwrap_or(default);
    let (n_rows, n_features) = (argument(1, 100_000), argument(2, 25));
    let (train_features, labels, scores) = generate(n_rows, n_features, 1);
    let (test_features, test_labels, _) = generate(20_000, n_features, 2);
    println!(
        "{:<22} {:<11} {:>8} {:>10} {:>8} {:>9}",
        "algorithm", "task", "fit s", "predict s", "AUC", "MB"
    );
    for info in train::catalogue() {
        for task in &info.tasks {
            let target = match task {
                Task::Binary => Target::Classes {
                    codes: &labels,
                    n_classes: 2,
                },
                Task::Regression => Target::Values(&scores),
                _ => continue,
            };
            let set = TrainSet {
                features: &train_features,
                target,
                weights: None,
            };
            let params = match Checked::new(&info.params, &Params::new()) {
                Ok(params) => params,
                Err(failure) => return eprintln!("{failure}"),
            };
            if info.algorithm == Algorithm::RandomForest && *task == Task::Regression && n_rows > 20_000 {
                continue;
            }
            let start = Instant::now();
            let model = match train::fit(info.algorithm, &params, *task, &set, 1, &mut Unobserved) {
                Ok(model) => model,
                Err(failure) => return eprintln!("{failure}"),
            };
            let fit_secs = start.elapsed().as_secs_f64();
            let start = Instant::now();
            let predictions = model.predict(&test_features);
            let predict_secs = start.elapsed().as_secs_f64();
            let auc = match &predictions {
                Predictions::Probabilities { values, .. } => {
                    roc_auc(&test_labels, &values.iter().skip(1).step_by(2).copied().collect::<Vec<f64>>())
                }
                Predictions::Values(values) => roc_auc(&test_labels, values),
            };
            let megabytes = model.n_bytes() as f64 / 1e6;
            let name = info.algorithm.name();
            println!(
                "{name:<22} {:<11} {fit_secs:>8.3} {predict_secs:>10.4} {auc:>8.4} {megabytes:>9.2}",
                format!("{task:?}")
            );
        }
    }
}

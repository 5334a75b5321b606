//! Times the SHAP values of 100 trees x 31 leaves on 1,000 rows beside shap's: see `shap_speed.py` for the command.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement reads a file and a clock, and stops at the first surprise"
)]

use std::time::Instant;

use evaluate::contributions::{Grouping, SamplingSettings, contributions};
use prepare::Features;
use serde::Deserialize;
use spec::Unobserved;
use train::{Aggregate, FittedModel, Link, Tree, TreeEnsemble};

#[derive(Deserialize)]
struct Case {
    trees: Vec<Tree>,
    x: Vec<Vec<Option<f64>>>,
    /// Rows x (features, base).
    expected: Vec<Vec<f64>>,
}

fn main() {
    let path = std::env::args().nth(1).unwrap();
    let case: Case = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let n_features = case.x[0].len();
    let features = Features {
        names: (0..n_features).map(|j| format!("x{j}")).collect(),
        columns: (0..n_features)
            .map(|j| case.x.iter().map(|row| Features::round(row[j].unwrap_or(f64::NAN))).collect())
            .collect(),
        n_rows: case.x.len(),
    };
    let model = FittedModel::Trees(TreeEnsemble {
        trees: case.trees,
        n_outputs: 1,
        base: vec![0.0],
        aggregate: Aggregate::Boost(Link::Sigmoid),
        n_features,
    });
    let (mut best, mut worst) = (f64::INFINITY, 0.0f64);
    for _ in 0..5 {
        let start = Instant::now();
        let found = contributions(
            &model,
            Grouping::of_features(&features.names),
            &features,
            &features.select(&[]),
            &SamplingSettings::default(),
            &mut Unobserved,
        )
        .unwrap();
        best = best.min(start.elapsed().as_secs_f64());
        for (row, expected) in case.expected.iter().enumerate() {
            for (column, expected) in expected[..n_features].iter().enumerate() {
                worst = worst.max((found.amount(row, None, column) - expected).abs());
            }
        }
    }
    println!(
        "{best:.3} s for {} rows; differs from LightGBM by {worst:.1e}",
        features.n_rows
    );
}

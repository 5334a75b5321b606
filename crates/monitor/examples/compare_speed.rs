//! How long a comparison takes beside sorting the same columns once.
//!
//!     cargo run --release -p monitor --example compare_speed [rows]
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "it measures time and is no part of the engine"
)]

use std::time::Instant;

use math::Rng;
use monitor::{Batch, Training, compare, learn, to_json};
use spec::Unobserved;
use spec::monitor::MonitorRules;
use table::{Category, Column, ColumnData, Table};

/// Eight number columns of three shapes and two categories.
fn table(seed: u64, n: usize) -> Table {
    let column = |i: u64| {
        let mut rng = Rng::stream(seed, "column", i);
        let name = format!("column {i}");
        let data = match i % 5 {
            0 | 1 => ColumnData::Number((0..n).map(|_| rng.normal()).collect()),
            2 => ColumnData::Number((0..n).map(|_| (100.0 * rng.uniform()).floor()).collect()),
            3 => ColumnData::Number((0..n).map(|_| math::float::exp(rng.normal())).collect()),
            _ => ColumnData::Category(Category {
                levels: (0..50).map(|i| format!("level {i:02}")).collect(),
                codes: (0..n).map(|_| rng.below(50) as u32).collect(),
            }),
        };
        Column::new(name, data)
    };
    Table::new((0..10).map(column).collect()).expect("columns of one length")
}

fn main() {
    let n: usize = std::env::args()
        .nth(1)
        .map_or(1_000_000, |text| text.parse().expect("a number of rows"));
    let (before, now) = (table(1, n), table(2, n));
    let rules = MonitorRules::default();
    let training = Training {
        table: &before,
        prediction: None,
        target: None,
        importance: &[],
    };
    let start = Instant::now();
    let reference = learn(&training, &rules, &mut Unobserved).expect("rows");
    println!("learn    {:6.0} ms", start.elapsed().as_secs_f64() * 1e3);
    println!("json     {:6.1} KB", to_json(&reference).expect("finite").len() as f64 / 1e3);
    let batch = Batch {
        table: Some(&now),
        known_rows: None,
        prediction: None,
        target: None,
    };
    for _ in 0..3 {
        let start = Instant::now();
        let report = compare(&reference, &batch, &rules, &mut Unobserved).expect("rows");
        let secs = start.elapsed().as_secs_f64();
        let start = Instant::now();
        let mut n_sorted = 0;
        for column in now.columns() {
            match &column.data {
                ColumnData::Number(values) => {
                    let mut sorted = values.clone();
                    sorted.sort_unstable_by(f64::total_cmp);
                    n_sorted += sorted.len();
                }
                ColumnData::Category(category) => {
                    let mut sorted = category.codes.clone();
                    sorted.sort_unstable();
                    n_sorted += sorted.len();
                }
                _ => {}
            }
        }
        let sort_secs = start.elapsed().as_secs_f64();
        println!(
            "compare  {:6.0} ms   sort {:6.0} ms   {n_sorted} cells, {} of {} columns drifted",
            secs * 1e3,
            sort_secs * 1e3,
            report.dataset.n_drifted,
            report.dataset.n_judged
        );
    }
}

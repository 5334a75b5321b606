//! Time and throughput of import, profile and hash: `cargo run --release -p table --example import_speed FILE`.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a measuring program reads a clock and a file"
)]

use std::time::Instant;

use spec::Unobserved;

fn main() {
    let path = std::env::args().nth(1).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    let megabytes = bytes.len() as f64 / 1e6;
    let started = Instant::now();
    let sniff = table::read::sniff(&bytes, &path, None).unwrap();
    let sniffed = started.elapsed().as_secs_f64();
    let import = table::read::import(&bytes, &path, &sniff.options, &mut Unobserved).unwrap();
    let imported = started.elapsed().as_secs_f64();
    let profile = table::profile::profile(&import.table, None, &mut Unobserved).unwrap();
    let profiled = started.elapsed().as_secs_f64();
    let hash = import.table.hash();
    let hashed = started.elapsed().as_secs_f64();
    println!(
        "{megabytes:.1} MB, {} rows, {} columns, hash {}",
        profile.n_rows,
        profile.columns.len(),
        &hash[..8]
    );
    println!(
        "sniff   {sniffed:.3} s, estimates {} rows, {:.0} MB",
        sniff.n_rows_estimate,
        sniff.n_bytes_estimate as f64 / 1e6
    );
    println!(
        "import  {:.3} s, {:.0} MB/s",
        imported - sniffed,
        megabytes / (imported - sniffed)
    );
    println!("profile {:.3} s", profiled - imported);
    println!("hash    {:.3} s", hashed - profiled);
    for column in &profile.columns {
        println!(
            "  {} {} missing {} distinct {}",
            column.name,
            column.column_type.name(),
            column.n_missing,
            column.n_distinct
        );
    }
    for alert in &profile.alerts {
        println!("  {:?} {}", alert.severity, alert.message.says());
    }
    for note in &import.summary.notes {
        println!("  note {}", note.says());
    }
}

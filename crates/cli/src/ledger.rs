//! The openings of test sets that a folder has seen, with their rows: counted across the runs into it.

use std::path::Path;

use anyhow::Context;
use engine::OpenedRows;
use serde::{Deserialize, Serialize};
use spec::evaluation::Opening;

const FORMAT: u32 = 2;

#[derive(Serialize, Deserialize)]
struct Ledger {
    format: u32,
    openings: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    opening: Opening,
    rows: OpenedRows,
}

/// Empty when there is none yet. The first form had no rows: such openings are counted, but no split is compared with
/// them. Errors: a ledger that cannot be read is never taken for an empty one.
pub fn read(path: &Path) -> anyhow::Result<Vec<(Opening, OpenedRows)>> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let without_rows = |opening| {
        let rows = OpenedRows {
            data_sha256: String::new(),
            rows: Vec::new(),
        };
        (opening, rows)
    };
    if let Ok(openings) = serde_json::from_str::<Vec<Opening>>(&text) {
        return Ok(openings.into_iter().map(without_rows).collect());
    }
    let ledger: Ledger = serde_json::from_str(&text)
        .with_context(|| format!("{} is damaged; it counts how often test rows were opened", path.display()))?;
    Ok(ledger.openings.into_iter().map(|entry| (entry.opening, entry.rows)).collect())
}

pub fn write(path: &Path, openings: Vec<(Opening, OpenedRows)>) -> anyhow::Result<()> {
    let ledger = Ledger {
        format: FORMAT,
        openings: openings.into_iter().map(|(opening, rows)| Entry { opening, rows }).collect(),
    };
    crate::run::write(path, &serde_json::to_vec(&ledger)?)
}

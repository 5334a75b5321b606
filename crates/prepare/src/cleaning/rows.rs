//! What steps that leave rows out share.

use table::Table;

use super::{Change, rows_left};

pub(super) fn keep(table: &Table, mut stays: impl FnMut(u32) -> bool) -> Change {
    let kept: Vec<u32> = (0..table.n_rows() as u32).filter(|&row| stays(row)).collect();
    Change {
        learned: vec![rows_left(table.n_rows(), kept.len())],
        kept: Some(kept),
        columns: Vec::new(),
    }
}

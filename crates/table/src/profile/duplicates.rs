//! Rows that repeat an earlier one, exactly: found by hash, confirmed cell by cell.

use spec::{Observer, Outcome};

use crate::column::{Column, ColumnData, Table};
use crate::intern::{hash_text, mix};

/// The rows that are equal to an earlier row in the columns of these indices, ascending. Missing equals missing, -0
/// equals 0. No columns: none. Errors: being cancelled.
pub fn repeats(table: &Table, columns: &[usize], observer: &mut dyn Observer) -> Outcome<Vec<u32>> {
    let n_rows = table.n_rows();
    let columns: Vec<&Column> = columns.iter().filter_map(|&index| table.columns().get(index)).collect();
    if columns.is_empty() {
        return Ok(Vec::new());
    }
    let mut hashes = vec![0u64; n_rows];
    for (done, column) in columns.iter().enumerate() {
        observer.tick(0.5 * done as f64 / columns.len() as f64)?;
        add_hashes(column, &mut hashes);
    }
    let n_slots = (n_rows * 2).next_power_of_two().max(16);
    let mask = n_slots - 1;
    // Row + 1; 0 is free.
    let mut slots = vec![0u32; n_slots];
    let mut found = Vec::new();
    for row in 0..n_rows {
        if row % (1 << 16) == 0 {
            observer.tick(0.5 + 0.5 * row as f64 / n_rows as f64)?;
        }
        let mut slot = mix(hashes[row]) as usize & mask;
        loop {
            let Some(earlier) = slots[slot].checked_sub(1).map(|row| row as usize) else {
                slots[slot] = row as u32 + 1;
                break;
            };
            if hashes[earlier] == hashes[row] && columns.iter().all(|column| same(column, earlier, row)) {
                found.push(row as u32);
                break;
            }
            slot = (slot + 1) & mask;
        }
    }
    Ok(found)
}

fn add_hashes(column: &Column, hashes: &mut [u64]) {
    let number = |x: f64| if x.is_nan() { u64::MAX } else { (x + 0.0).to_bits() };
    match &column.data {
        ColumnData::Number(values) | ColumnData::Time(values) => {
            for (hash, &x) in hashes.iter_mut().zip(values) {
                *hash = mix(hash.rotate_left(17) ^ number(x));
            }
        }
        ColumnData::Category(category) => {
            for (hash, &code) in hashes.iter_mut().zip(&category.codes) {
                *hash = mix(hash.rotate_left(17) ^ u64::from(code));
            }
        }
        ColumnData::Text(text) => {
            for (hash, cell) in hashes.iter_mut().zip(text.iter()) {
                *hash = mix(hash.rotate_left(17) ^ hash_text(cell));
            }
        }
        ColumnData::Boolean(values) => {
            for (hash, &x) in hashes.iter_mut().zip(values) {
                *hash = mix(hash.rotate_left(17) ^ u64::from(x));
            }
        }
    }
}

fn same(column: &Column, a: usize, b: usize) -> bool {
    match &column.data {
        ColumnData::Number(values) | ColumnData::Time(values) => {
            values[a] == values[b] || (values[a].is_nan() && values[b].is_nan())
        }
        ColumnData::Category(category) => category.codes[a] == category.codes[b],
        ColumnData::Text(text) => text.get(a) == text.get(b),
        ColumnData::Boolean(values) => values[a] == values[b],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::column::{Category, Text};
    use spec::Unobserved;

    #[test]
    fn later_rows_are_named_and_missing_equals_missing() {
        let table = Table::new(vec![
            Column::new("n", ColumnData::Number(vec![1.0, f64::NAN, 0.0, f64::NAN, -0.0, 1.0])),
            Column::new(
                "c",
                ColumnData::Category(Category::from_texts([Some("a"), None, Some("b"), None, Some("b"), Some("b")])),
            ),
            Column::new(
                "t",
                ColumnData::Text(["x", "", "y", "", "y", "x"].map(Some).into_iter().collect::<Text>()),
            ),
        ])
        .unwrap();
        assert_eq!(repeats(&table, &[0, 1, 2], &mut Unobserved).unwrap(), [3, 4]);
        assert_eq!(repeats(&table, &[0], &mut Unobserved).unwrap(), [3, 4, 5]);
        assert!(repeats(&table, &[], &mut Unobserved).unwrap().is_empty());
    }
}

//! Rows that repeat an earlier one, exactly: found by hash, confirmed cell by cell.

use spec::{Observer, Outcome};

use crate::column::{Column, ColumnData, Table};
use crate::intern::{Key, LONG_SEARCH, hash_text, key_of, mix, sip_hash};

/// The rows that are equal to an earlier row in the columns of these indices, ascending. Missing equals missing, -0
/// equals 0. No columns: none. Errors: being cancelled.
pub fn repeats(table: &Table, columns: &[usize], observer: &mut dyn Observer) -> Outcome<Vec<u32>> {
    let n_rows = table.n_rows();
    let columns: Vec<&Column> = columns.iter().filter_map(|&index| table.columns().get(index)).collect();
    if columns.is_empty() {
        return Ok(Vec::new());
    }
    match by_hash(n_rows, &columns, None, observer)? {
        Some(found) => Ok(found),
        // Rows that were made to have one hash: by a key of their own they have others.
        None => {
            let mut words = columns.iter().flat_map(|column| (0..n_rows).map(|row| column.text_at(row)));
            let key = key_of(&mut |take| words.by_ref().for_each(|text| take(text.as_deref().unwrap_or("").as_bytes())));
            Ok(by_hash(n_rows, &columns, Some(key), observer)?.unwrap_or_default())
        }
    }
}

/// None when a search without a key takes too long.
fn by_hash(n_rows: usize, columns: &[&Column], key: Option<Key>, observer: &mut dyn Observer) -> Outcome<Option<Vec<u32>>> {
    let mut hashes = vec![0u64; n_rows];
    for (done, column) in columns.iter().enumerate() {
        observer.tick(0.5 * done as f64 / columns.len() as f64)?;
        add_hashes(column, &mut hashes, key);
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
        let mut n_passed = 0;
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
            n_passed += 1;
        }
        if n_passed > LONG_SEARCH && key.is_none() {
            return Ok(None);
        }
    }
    Ok(Some(found))
}

fn add_hashes(column: &Column, hashes: &mut [u64], key: Option<Key>) {
    let number = |x: f64| if x.is_nan() { u64::MAX } else { (x + 0.0).to_bits() };
    let with = |hash: u64, word: u64| match key {
        None => mix(hash.rotate_left(17) ^ word),
        Some(key) => sip_hash(key, &(u128::from(hash) << 64 | u128::from(word)).to_le_bytes()),
    };
    match &column.data {
        ColumnData::Number(values) | ColumnData::Time(values) => {
            for (hash, &x) in hashes.iter_mut().zip(values) {
                *hash = with(*hash, number(x));
            }
        }
        ColumnData::Category(category) => {
            for (hash, &code) in hashes.iter_mut().zip(&category.codes) {
                *hash = with(*hash, u64::from(code));
            }
        }
        ColumnData::Text(text) => {
            for (hash, cell) in hashes.iter_mut().zip(text.iter()) {
                let word = key.map_or_else(|| hash_text(cell), |key| sip_hash(key, cell.as_bytes()));
                *hash = with(*hash, word);
            }
        }
        ColumnData::Boolean(values) => {
            for (hash, &x) in hashes.iter_mut().zip(values) {
                *hash = with(*hash, u64::from(x));
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

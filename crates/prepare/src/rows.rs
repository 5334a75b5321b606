//! Hashes of rows, for those that must stay together in a split.

use table::{ColumnData, Table};

/// 64-bit hash of the cells of each row, but for those of the column `but`; equal rows have equal hashes. Two different
/// rows of a million share one by chance in about one table of 40 million.
pub(crate) fn hashes(table: &Table, but: &str) -> Vec<u64> {
    let mut hashes = vec![0u64; table.n_rows()];
    for column in table.columns().iter().filter(|column| column.schema.name != but) {
        match &column.data {
            ColumnData::Number(x) | ColumnData::Time(x) => mix(&mut hashes, |row| number_bits(x[row])),
            ColumnData::Category(category) => mix(&mut hashes, |row| u64::from(category.codes[row])),
            ColumnData::Boolean(x) => mix(&mut hashes, |row| u64::from(x[row])),
            ColumnData::Text(text) => mix(&mut hashes, |row| fnv1a(text.get(row).as_bytes())),
        }
    }
    hashes
}

/// -0 equals 0, and every NaN is the same missing cell.
fn number_bits(x: f64) -> u64 {
    if x.is_nan() { u64::MAX } else { (x + 0.0).to_bits() }
}

fn mix(hashes: &mut [u64], cell: impl Fn(usize) -> u64) {
    for (row, hash) in hashes.iter_mut().enumerate() {
        // The finaliser of splitmix64.
        let mut z = (*hash ^ cell(row)).wrapping_add(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        *hash = z ^ (z >> 31);
    }
}

fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

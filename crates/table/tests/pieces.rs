//! A table in pieces: the bytes of the whole, cut so that what stays the same is the same pieces.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::BTreeSet;

use table::{Column, ColumnData, Table};

const MOST: usize = 16 << 20;

fn numbers(name: &str, n: usize, seed: u64) -> Column {
    let value = |i: u64| (i.wrapping_mul(seed | 1) % 1_000_003) as f64 / 7.0;
    Column::new(name, ColumnData::Number((0..n as u64).map(value).collect()))
}

fn pieces(table: &Table) -> Vec<Vec<u8>> {
    let mut pieces = Vec::new();
    table
        .pieces(&mut |piece| {
            pieces.push(piece.to_vec());
            Ok(())
        })
        .unwrap();
    pieces
}

#[test]
fn pieces_are_the_bytes_of_the_whole() {
    for (n_rows, n_columns) in [(0, 0), (0, 3), (3, 2), (200_000, 3), (2_500_000, 2)] {
        let columns = (0..n_columns).map(|i| numbers(&format!("c{i}"), n_rows, i + 3)).collect();
        let table = Table::new(columns).unwrap();
        let bytes = table.to_bytes();
        let pieces = pieces(&table);
        assert_eq!(pieces.concat(), bytes, "{n_rows} x {n_columns}");
        assert!(pieces.iter().all(|piece| !piece.is_empty() && piece.len() <= MOST));
        assert_eq!(table.n_stored_bytes(), bytes.len() as u64);
    }
}

#[test]
fn a_column_that_stays_is_the_same_pieces_again() {
    let n = 300_000;
    let table = |seed: u64| {
        let columns = (0..6u64).map(|i| numbers(&format!("c{i}"), n, if i == 2 { seed } else { i + 10 }));
        Table::new(columns.collect()).unwrap()
    };
    let before: BTreeSet<Vec<u8>> = pieces(&table(1)).into_iter().collect();
    let after: BTreeSet<Vec<u8>> = pieces(&table(99)).into_iter().collect();
    assert_eq!(before.len(), 6);
    assert_eq!(after.difference(&before).count(), 1);
}

#[test]
fn a_table_is_read_from_slices_of_any_size() {
    let texts: Vec<String> = (0..5_000).map(|i| format!("text {}", i % 700)).collect();
    let mut text = table::Text::new();
    let mut category = table::CategoryBuilder::default();
    for cell in &texts {
        text.push(cell);
        category.push(Some(cell));
    }
    let table = Table::new(vec![
        numbers("a", 5_000, 3),
        Column::new("t", ColumnData::Text(text)),
        Column::new("k", ColumnData::Category(category.finish())),
        Column::new("b", ColumnData::Boolean((0..5_000).map(|i| (i % 3) as u8).collect())),
    ])
    .unwrap();
    let bytes = table.to_bytes();
    // A source may give less than was asked for; it gives nothing only at its end.
    for most in [1, 7, 8, 4_096, bytes.len()] {
        let read = |start: u64, n: usize| {
            let start = start as usize;
            Ok(bytes[start.min(bytes.len())..bytes.len().min(start + n.min(most))].to_vec())
        };
        assert_eq!(
            Table::from_slices(bytes.len() as u64, &read).unwrap().to_bytes(),
            bytes,
            "{most}"
        );
    }
    for end in [0, 6, 7, 20, bytes.len() - 1] {
        assert!(Table::from_bytes(&bytes[..end]).is_err(), "{end}");
    }
}

#[test]
fn a_refusal_of_a_piece_ends_it() {
    let table = Table::new(vec![numbers("a", 400_000, 3), numbers("b", 400_000, 5)]).unwrap();
    let mut n = 0;
    let refused = table.pieces(&mut |_| {
        n += 1;
        Err(spec::Message::new("store.quota").into())
    });
    assert!(refused.is_err());
    assert_eq!(n, 1);
}

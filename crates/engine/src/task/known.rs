//! Rows and ids that recur over files: what a model has learned from is known by its rows, not by the file they came in.
//!
//! A row's fingerprint is a hash over its typed cells, so that another number format, quoting or order of columns changes
//! nothing. Where rows have so few features that many are alike, equal rows need not be the same: there only a file that
//! holds nearly all of the earlier ones counts as one that repeats them.

use spec::monitor::KnownRows;
use table::value::parse_number_loosely;
use table::{Column, ColumnData, MISSING_BOOLEAN, MISSING_CODE, Table};

/// Fingerprints that a reference keeps: of more rows, those of the lowest values, which are a sample of them all.
const MAX_KEPT: usize = 10_000;
/// From so many distinct rows on, equal rows are the same.
const DISTINCT: f64 = 0.95;
/// A file that holds so many of the earlier rows repeats them.
const CUMULATIVE: f64 = 0.9;
/// Below this share of rows with a known id, chance or a counter may have made them.
const RECURRING: f64 = 0.05;
/// With fewer values no column can be told to name rows.
const LEAST_IDS: usize = 20;
/// Of a column called an id, so many values must differ: below, it names a shop or a town rather than who is in a row.
const DISTINCT_NAMED: f64 = 0.5;
/// Values by which words and amounts are told apart.
const N_LOOKED_AT: usize = 1000;
const MISSING: u64 = 0x6d69_7373_696e_6700;

/// Finalizer of splitmix64.
fn mix(mut x: u64) -> u64 {
    x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// FNV-1a.
fn of_bytes(bytes: &[u8]) -> u64 {
    let hash = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    mix(bytes.iter().fold(0xcbf2_9ce4_8422_2325, hash))
}

fn of_text(text: &str) -> u64 {
    let text = text.trim();
    if text.is_empty() { MISSING } else { of_bytes(text.as_bytes()) }
}

/// A hash of each cell; a missing one has [`MISSING`].
fn cells(column: &Column) -> Vec<u64> {
    match &column.data {
        ColumnData::Number(values) | ColumnData::Time(values) => {
            let of = |x: &f64| if x.is_nan() { MISSING } else { mix((x + 0.0).to_bits()) };
            values.iter().map(of).collect()
        }
        ColumnData::Boolean(values) => {
            let of = |x: &u8| if *x < MISSING_BOOLEAN { mix(u64::from(*x)) } else { MISSING };
            values.iter().map(of).collect()
        }
        ColumnData::Category(category) => {
            let levels: Vec<u64> = category.levels.iter().map(|level| of_text(level)).collect();
            let of = |code: &u32| match *code {
                MISSING_CODE => MISSING,
                code => levels.get(code as usize).copied().unwrap_or(MISSING),
            };
            category.codes.iter().map(of).collect()
        }
        ColumnData::Text(text) => text.iter().map(of_text).collect(),
    }
}

/// A fingerprint of each row over these columns, in their order.
fn fingerprints(columns: &[&Column], n_rows: usize, salt: u64) -> Vec<u64> {
    let mut rows = vec![mix(salt); n_rows];
    for (at, column) in columns.iter().enumerate() {
        for (row, cell) in rows.iter_mut().zip(cells(column)) {
            *row = mix(*row ^ cell.wrapping_add(at as u64));
        }
    }
    rows
}

/// All columns but the target, by name.
fn inputs<'a>(table: &'a Table, target: &str) -> Vec<&'a Column> {
    let mut columns: Vec<&Column> = table.columns().iter().filter(|column| column.name() != target).collect();
    columns.sort_unstable_by(|a, b| a.name().cmp(b.name()));
    columns
}

/// In ascending order, each with how often it is there.
fn counted(mut all: Vec<u64>) -> Vec<(u64, u64)> {
    all.sort_unstable();
    all.chunk_by(|a, b| a == b)
        .filter_map(|run| Some((*run.first()?, run.len() as u64)))
        .collect()
}

fn place(counts: &[(u64, u64)], value: u64) -> Option<usize> {
    counts.binary_search_by(|(own, _)| own.cmp(&value)).ok()
}

/// Which of the rows from `start` on stand above it already, by the columns that have a value anywhere among them.
pub(super) fn repeated(table: &Table, start: usize, end: usize) -> Vec<bool> {
    let rows: Vec<u32> = (start as u32..end as u32).collect();
    let has_values = |column: &&Column| rows.iter().any(|&row| !column.is_missing(row as usize));
    let columns: Vec<&Column> = table.columns().iter().filter(has_values).collect();
    let mut before = fingerprints(&columns, table.n_rows(), 0);
    let now: Vec<u64> = before.drain(start..).take(end - start).collect();
    if columns.is_empty() || before.is_empty() {
        return vec![false; now.len()];
    }
    let n_before = before.len() as f64;
    let mut counts = counted(before);
    let are_distinct = counts.len() as f64 >= DISTINCT * n_before;
    if are_distinct {
        return now.iter().map(|&row| place(&counts, row).is_some()).collect();
    }
    // As often as it stands above, a row is the same; what comes on top of that is new.
    let is_repeated: Vec<bool> = now
        .iter()
        .map(|&row| match place(&counts, row).and_then(|at| counts.get_mut(at)) {
            Some((_, left)) if *left > 0 => {
                *left -= 1;
                true
            }
            _ => false,
        })
        .collect();
    let n_repeated = is_repeated.iter().filter(|is| **is).count() as f64;
    if n_repeated >= CUMULATIVE * n_before {
        is_repeated
    } else {
        vec![false; now.len()]
    }
}

/// What a reference keeps of the rows of a training file. None where rows cannot be told apart.
pub(super) fn keep(table: &Table, target: &str, salt: u64) -> Option<KnownRows> {
    let columns = inputs(table, target);
    let counts = counted(fingerprints(&columns, table.n_rows(), salt));
    if columns.is_empty() || (counts.len() as f64) < DISTINCT * table.n_rows() as f64 {
        return None;
    }
    // Half of the bits are as good for so few.
    let mut short: Vec<u32> = counts.iter().map(|(row, _)| (row >> 32) as u32).collect();
    short.dedup();
    let below = short.get(MAX_KEPT).copied();
    short.truncate(MAX_KEPT);
    Some(KnownRows {
        columns: columns.iter().map(|column| column.name().to_owned()).collect(),
        salt: format!("{salt:016x}"),
        below,
        fingerprints: short.iter().map(|row| format!("{row:08x}")).collect(),
    })
}

/// Rows that a model may be judged on: of those asked for, the ones that it has not learned from.
pub(super) struct Fresh {
    /// One a row of the range.
    pub is_fresh: Vec<bool>,
    /// Rows that are among the others, or among what the reference knows.
    pub n_known: u64,
    /// By column: rows whose id other files have too.
    pub recurring: Vec<(String, u64)>,
    /// The reference knows rows by columns that are not there any more.
    pub is_blind: bool,
}

/// Looks at `n_rows` rows from `first_row` on. Known are those that stand among the other rows of the table, those that the
/// reference of the model knows, and those of an id that other rows of the table have.
pub(super) fn fresh(
    table: &Table,
    (first_row, n_rows): (u32, u32),
    target: &str,
    group: Option<&str>,
    known: Option<&KnownRows>,
) -> Fresh {
    let (start, n) = (first_row as usize, n_rows as usize);
    let is_meant = |row: usize| start <= row && row < start + n;
    let mut out = Fresh {
        is_fresh: vec![true; n],
        n_known: 0,
        recurring: Vec::new(),
        is_blind: false,
    };
    let has_values = |column: &&Column| (start..start + n).any(|row| !column.is_missing(row));
    let columns: Vec<&Column> = inputs(table, target).into_iter().filter(has_values).collect();
    let rows = fingerprints(&columns, table.n_rows(), 0);
    let others = counted(
        rows.iter()
            .enumerate()
            .filter(|(row, _)| !is_meant(*row))
            .map(|(_, row)| *row)
            .collect(),
    );
    let n_others = (table.n_rows() - n) as f64;
    if !columns.is_empty() && n_others > 0.0 && others.len() as f64 >= DISTINCT * n_others {
        for (is_fresh, row) in out.is_fresh.iter_mut().zip(&rows[start..]) {
            *is_fresh &= place(&others, *row).is_none();
        }
    }
    if let Some(known) = known {
        out.is_blind = !leave_out_known(table, start, known, &mut out.is_fresh);
    }
    out.n_known = out.is_fresh.iter().filter(|is_fresh| !**is_fresh).count() as u64;
    for column in table.columns().iter().filter(|column| column.name() != target) {
        if let Some(recurs) = recurring(column, start, n, group == Some(column.name())) {
            let mut n_new = 0;
            for (is_fresh, recurs) in out.is_fresh.iter_mut().zip(recurs) {
                n_new += u64::from(*is_fresh && recurs);
                *is_fresh &= !recurs;
            }
            if n_new > 0 {
                out.recurring.push((column.name().to_owned(), n_new));
            }
        }
    }
    out
}

/// False when the table lacks a column that the rows are known by.
fn leave_out_known(table: &Table, start: usize, known: &KnownRows, is_fresh: &mut [bool]) -> bool {
    let columns: Option<Vec<&Column>> = known.columns.iter().map(|name| table.column(name)).collect();
    let (Some(columns), Ok(salt)) = (columns, u64::from_str_radix(&known.salt, 16)) else {
        return false;
    };
    let mut kept: Vec<u32> = known
        .fingerprints
        .iter()
        .filter_map(|row| u32::from_str_radix(row, 16).ok())
        .collect();
    kept.sort_unstable();
    let rows = fingerprints(&columns, table.n_rows(), salt);
    for (is_fresh, row) in is_fresh.iter_mut().zip(&rows[start..]) {
        let short = (row >> 32) as u32;
        // Beyond the sample it is not known whether a row was learned from: the comparison does without it.
        let is_beyond = known.below.is_some_and(|below| short >= below);
        *is_fresh &= !is_beyond && kept.binary_search(&short).is_err();
    }
    true
}

/// Rows of a batch that the reference knows, one a row. None when it cannot be told; all of them when most of a sample is.
pub(super) fn learned(table: &Table, known: &KnownRows) -> Option<Vec<bool>> {
    let columns: Vec<&Column> = known.columns.iter().map(|name| table.column(name)).collect::<Option<_>>()?;
    let salt = u64::from_str_radix(&known.salt, 16).ok()?;
    let mut kept: Vec<u32> = known
        .fingerprints
        .iter()
        .filter_map(|row| u32::from_str_radix(row, 16).ok())
        .collect();
    kept.sort_unstable();
    let rows: Vec<u32> = fingerprints(&columns, table.n_rows(), salt)
        .into_iter()
        .map(|row| (row >> 32) as u32)
        .collect();
    let is_known: Vec<bool> = rows.iter().map(|row| kept.binary_search(row).is_ok()).collect();
    let n_sampled = rows
        .iter()
        .filter(|row| known.below.is_none_or(|below| **row < below))
        .count();
    let n_known = is_known.iter().filter(|is| **is).count();
    if known.below.is_some() && n_known > 0 && 2 * n_known >= n_sampled {
        return Some(vec![true; rows.len()]);
    }
    Some(is_known)
}

/// Which rows of the range have an id that other rows have; None when the column names no one, or hardly any recurs.
fn recurring(column: &Column, start: usize, n: usize, is_group: bool) -> Option<Vec<bool>> {
    let all = cells(column);
    let is_meant = |row: usize| start <= row && row < start + n;
    let others: Vec<u64> = all
        .iter()
        .enumerate()
        .filter(|(row, cell)| !is_meant(*row) && **cell != MISSING)
        .map(|(_, cell)| *cell)
        .collect();
    let n_others = others.len();
    let counts = counted(others);
    if counts.len() < LEAST_IDS || !(is_group || names_rows(column, start, counts.len() as f64 / n_others as f64)) {
        return None;
    }
    let recurs: Vec<bool> = all[start..start + n]
        .iter()
        .map(|&cell| cell != MISSING && place(&counts, cell).is_some())
        .collect();
    let n_recurring = recurs.iter().filter(|recurs| **recurs).count();
    (n_recurring as f64 >= RECURRING * n as f64 && n_recurring > 0).then_some(recurs)
}

/// Names who or what a row is about: words nearly all different, or whole numbers under such a name. A counter of the rows of
/// each file names nobody.
fn names_rows(column: &Column, start: usize, distinct: f64) -> bool {
    let is_named = is_id_name(column.name());
    match &column.data {
        ColumnData::Number(values) => {
            let is_whole = values.iter().all(|x| x.is_nan() || x.trunc() == *x);
            let counts_up = |part: &[f64]| part.len() > 1 && part.windows(2).all(|pair| pair[1] - pair[0] == 1.0);
            let (before, now) = values.split_at(start.min(values.len()));
            let is_counter = counts_up(before) && counts_up(now) && before.first() == now.first();
            is_whole && is_named && distinct >= DISTINCT_NAMED && !is_counter
        }
        ColumnData::Category(_) | ColumnData::Text(_) => {
            (distinct >= DISTINCT && are_words(column)) || (is_named && distinct >= DISTINCT_NAMED)
        }
        ColumnData::Time(_) | ColumnData::Boolean(_) => false,
    }
}

/// Amounts that were not read as numbers name nobody.
fn are_words(column: &Column) -> bool {
    let texts = (0..column.n_rows()).filter_map(|row| column.text_at(row)).take(N_LOOKED_AT);
    let (mut n_numbers, mut n) = (0, 0);
    for text in texts {
        n += 1;
        n_numbers += usize::from(parse_number_loosely(&text, false).is_some() || parse_number_loosely(&text, true).is_some());
    }
    2 * n_numbers < n
}

/// `id`, `customer_id`, `CustomerId`, `user key`, ...
fn is_id_name(name: &str) -> bool {
    let lower = name.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric());
    let is_word = |word: &str| matches!(word, "id" | "ids" | "key" | "uuid" | "guid" | "number" | "no" | "nr");
    words.any(is_word) || name.ends_with("Id") || name.ends_with("ID")
}

#[cfg(test)]
mod tests {
    use super::*;
    use table::Category;

    fn numbers(name: &str, values: impl IntoIterator<Item = f64>) -> Column {
        Column::new(name, ColumnData::Number(values.into_iter().collect()))
    }

    fn table(columns: Vec<Column>) -> Table {
        Table::new(columns).unwrap_or_default()
    }

    fn n(repeated: &[bool]) -> usize {
        repeated.iter().filter(|is| **is).count()
    }

    #[test]
    fn a_cumulative_file_repeats_its_old_rows() {
        let wide = |i: usize| (i * 7919 % 10_007) as f64;
        let old: Vec<f64> = (0..300).map(wide).collect();
        let new: Vec<f64> = (200..500).map(wide).collect();
        let both = table(vec![numbers("x", old.iter().chain(&new).copied())]);
        let found = repeated(&both, 300, 600);
        assert_eq!(n(&found), 100);
        assert!(found[..100].iter().all(|is| *is));
        // A column that the new file lacks does not tell rows apart.
        let note = numbers("note", (0..300).map(|i| i as f64).chain(vec![f64::NAN; 300]));
        let both = table(vec![both.columns()[0].clone(), note]);
        assert_eq!(n(&repeated(&both, 300, 600)), 100);
    }

    /// Four values: rows look alike and are not the same.
    #[test]
    fn rows_that_look_alike_are_not_the_same() {
        let few = |n: usize| (0..n).map(|i| (i * i % 4) as f64).collect::<Vec<f64>>();
        let both = table(vec![numbers("x", few(300).into_iter().chain(few(200)))]);
        assert_eq!(n(&repeated(&both, 300, 500)), 0);
        // All of the old ones and 50 more.
        let both = table(vec![numbers("x", few(300).into_iter().chain(few(350)))]);
        assert_eq!(n(&repeated(&both, 300, 650)), 300);
        assert_eq!(keep(&both, "y", 1), None);
    }

    #[test]
    fn a_reference_knows_its_rows_in_any_file() {
        let training = table(vec![
            numbers("a", (0..500).map(|i| f64::from(i * 37 % 499) + f64::from(i) / 1000.0)),
            Column::new(
                "city",
                ColumnData::Category(Category::from_texts((0..500).map(|i| Some(["Bern", "Ulm"][i % 2])))),
            ),
            numbers("y", vec![1.0; 500]),
        ]);
        let known = keep(&training, "y", 7).unwrap_or_else(|| unreachable!("rows differ"));
        assert_eq!(
            (known.columns.as_slice(), known.fingerprints.len()),
            (["a".to_owned(), "city".to_owned()].as_slice(), 500)
        );
        // 100 of its rows with other outcomes, in another order of columns, above 100 others.
        let rows: Vec<u32> = (0..100).collect();
        let mut part = training.select(&rows);
        part = table(vec![
            part.columns()[1].clone(),
            part.columns()[0].clone(),
            numbers("y", vec![0.0; 100]),
        ]);
        let other = numbers("a", (0..100).map(|i| -1.0 - f64::from(i)));
        let city = Column::new("city", ColumnData::Category(Category::from_texts(vec![Some("Bern"); 100])));
        let of_both = |name: &str, other: &Column| {
            let (a, b) = (part.column(name).cloned(), other);
            let a = a.unwrap_or_else(|| unreachable!("it is there"));
            match (&a.data, &b.data) {
                (ColumnData::Number(x), ColumnData::Number(y)) => numbers(name, x.iter().chain(y).copied()),
                _ => {
                    let texts: Vec<String> = [&a, b]
                        .into_iter()
                        .flat_map(|c| (0..c.n_rows()).map(|row| c.text_at(row).unwrap_or_default().into_owned()))
                        .collect();
                    Column::new(
                        name,
                        ColumnData::Category(Category::from_texts(texts.iter().map(|t| Some(t.as_str())))),
                    )
                }
            }
        };
        let both = table(vec![of_both("city", &city), of_both("a", &other)]);
        let found = fresh(&both, (0, 200), "y", None, Some(&known));
        assert_eq!((found.n_known, n(&found.is_fresh), found.is_blind), (100, 100, false));
        let found = fresh(&table(vec![both.columns()[1].clone()]), (0, 200), "y", None, Some(&known));
        assert!(found.is_blind);
    }

    #[test]
    fn a_sample_of_many_rows_is_enough() {
        let training = table(vec![numbers("a", (0..50_000).map(f64::from))]);
        let known = keep(&training, "y", 3).unwrap_or_else(|| unreachable!("rows differ"));
        assert!(known.fingerprints.len() == MAX_KEPT && known.below.is_some());
        let later = table(vec![numbers("a", (40_000..60_000).map(f64::from))]);
        let found = fresh(&later, (0, 20_000), "y", None, Some(&known));
        assert!(found.is_fresh[..10_000].iter().all(|is| !is));
        let n_fresh = n(&found.is_fresh);
        assert!((1800..2200).contains(&n_fresh), "{n_fresh}");
    }

    #[test]
    fn ids_recur_and_counters_do_not() {
        let ids = |from: i32| (0..200).map(move |i| f64::from((from + i) * 31));
        let tenure = |add: f64| (0..200).map(move |i| f64::from(i * 17 % 60) + add + f64::from(i) / 7.0);
        let both = |name: &str, then: i32| {
            table(vec![
                numbers(name, ids(0).chain(ids(then))),
                numbers("tenure", tenure(0.0).chain(tenure(1.0))),
            ])
        };
        let found = fresh(&both("customer_id", 0), (200, 200), "y", None, None);
        assert_eq!(
            (found.recurring, n(&found.is_fresh)),
            (vec![("customer_id".to_owned(), 200)], 0)
        );
        let found = fresh(&both("customer_id", 150), (200, 200), "y", None, None);
        assert_eq!(
            (found.recurring, n(&found.is_fresh)),
            (vec![("customer_id".to_owned(), 50)], 150)
        );
        assert!(
            fresh(&both("customer_id", 200), (200, 200), "y", None, None)
                .recurring
                .is_empty()
        );
        assert!(fresh(&both("amount", 0), (200, 200), "y", None, None).recurring.is_empty());
        assert_eq!(
            fresh(&both("amount", 0), (200, 200), "y", Some("amount"), None)
                .recurring
                .len(),
            1
        );
        let counter = table(vec![
            numbers("id", (1..201).chain(1..201).map(f64::from)),
            numbers("x", tenure(0.0).chain(tenure(0.5))),
        ]);
        assert!(fresh(&counter, (200, 200), "y", None, None).recurring.is_empty());
    }
}

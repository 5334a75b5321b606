//! A look at every column and the alerts with their fixes.
//!
//! Counts, distinct counts, quantiles and duplicates are exact, over all rows. Correlations and the search for leakage
//! take every k-th row of tables with more than [`MAX_PAIR_ROWS`]; their messages say how many.

mod alerts;
mod duplicates;
mod fold;
mod leakage;

use math::quantile::quantile_sorted;
use math::sum::Sum;
use spec::profile::{ColumnProfile, Distribution, NumberSummary, Profile};
use spec::{ColumnType, Message, Observer, Order, Outcome, Section};

use crate::column::{Category, Column, ColumnData, MISSING_BOOLEAN, MISSING_CODE, Table};
use crate::intern::Interner;

pub use duplicates::repeats;

/// Rows that pairs of columns are compared on, at most.
pub const MAX_PAIR_ROWS: usize = 100_000;
const N_BINS: usize = 20;
const N_LEVELS: usize = 10;

/// What alerts need to know of a column besides its profile.
#[derive(Default)]
struct Facts {
    /// Rows with the most frequent value.
    n_most_frequent: u64,
    /// Finite values outside 1.5 interquartile ranges, and outside 3.
    n_outliers: u64,
    n_far_outliers: u64,
}

/// Errors: `table.no_column` when the target is not there; being cancelled.
pub fn profile(table: &Table, target: Option<&str>, observer: &mut dyn Observer) -> Outcome<Profile> {
    if let Some(target) = target {
        table.required(target)?;
    }
    let n_columns = table.n_columns().max(1) as f64;
    let mut columns = Vec::with_capacity(table.n_columns());
    let mut facts = Vec::with_capacity(table.n_columns());
    for (index, column) in table.columns().iter().enumerate() {
        observer.tick(0.6 * index as f64 / n_columns)?;
        let (summary, fact) = look(column);
        columns.push(summary);
        facts.push(fact);
    }
    observer.tick(0.6)?;
    // Where one column tells all rows apart, no row repeats another.
    let tells_apart = |column: &ColumnProfile| column.n_missing == 0 && column.n_distinct == table.n_rows() as u64;
    let n_duplicate_rows = if columns.iter().any(tells_apart) {
        0
    } else {
        let all: Vec<usize> = (0..table.n_columns()).collect();
        repeats(table, &all, &mut Section::new(observer, 0.6, 0.8))?.len() as u64
    };
    let mut profile = Profile {
        n_rows: table.n_rows() as u64,
        columns,
        n_duplicate_rows,
        alerts: Vec::new(),
    };
    profile.alerts = alerts::all(table, &profile, &facts, target, &mut Section::new(observer, 0.8, 1.0))?;
    observer.tick(1.0)?;
    Ok(profile)
}

fn look(column: &Column) -> (ColumnProfile, Facts) {
    let mut summary = ColumnProfile {
        name: column.name().to_owned(),
        column_type: column.column_type(),
        overridden: column.schema.overridden,
        n_missing: 0,
        n_distinct: 0,
        number: None,
        distribution: Distribution::Empty,
    };
    let mut facts = Facts::default();
    match &column.data {
        ColumnData::Number(values) | ColumnData::Time(values) => look_at_numbers(values, &mut summary, &mut facts),
        ColumnData::Boolean(values) => look_at_booleans(values, &mut summary, &mut facts),
        ColumnData::Category(category) => look_at_category(category, &mut summary, &mut facts),
        ColumnData::Text(text) => {
            let mut levels = Interner::new();
            let mut counts: Vec<u64> = Vec::new();
            for cell in text.iter() {
                if cell.is_empty() {
                    summary.n_missing += 1;
                    continue;
                }
                let level = levels.intern(cell.as_bytes()) as usize;
                if level == counts.len() {
                    counts.push(0);
                }
                counts[level] += 1;
            }
            let name = |level: usize| String::from_utf8_lossy(levels.get(level as u32)).into_owned();
            look_at_counts(&counts, &name, &mut summary, &mut facts);
        }
    }
    (summary, facts)
}

/// Keys in the order of the numbers they stand for.
fn key(x: f64) -> u64 {
    // Both zeros are one value.
    let bits = (x + 0.0).to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

fn number(key: u64) -> f64 {
    f64::from_bits(if key >> 63 == 1 { key & !(1 << 63) } else { !key })
}

/// Values in ascending order, without missing ones: whole keys sort faster than floats do.
fn ascending(values: &[f64]) -> Vec<f64> {
    let mut keys: Vec<u64> = values.iter().filter(|x| !x.is_nan()).map(|&x| key(x)).collect();
    keys.sort_unstable();
    keys.into_iter().map(number).collect()
}

/// A term per value, summed in blocks: fast, and the error stays that of a few additions.
fn blocked(values: &[f64], term: impl Fn(f64) -> f64) -> f64 {
    let mut total = Sum::default();
    for block in values.chunks(512) {
        let mut lanes = [0.0; 8];
        let (eights, rest) = block.as_chunks::<8>();
        for eight in eights {
            for (lane, &x) in lanes.iter_mut().zip(eight) {
                *lane += term(x);
            }
        }
        for lane in lanes {
            total.add(lane);
        }
        for &x in rest {
            total.add(term(x));
        }
    }
    total.value()
}

/// A profile holds no infinity and no NaN: they could not be stored.
fn held(x: f64) -> f64 {
    if x.is_nan() { 0.0 } else { x.clamp(f64::MIN, f64::MAX) }
}

fn look_at_numbers(values: &[f64], summary: &mut ColumnProfile, facts: &mut Facts) {
    let sorted = ascending(values);
    summary.n_missing = (values.len() - sorted.len()) as u64;
    let (mut run, mut longest) = (0u64, 0u64);
    for (at, x) in sorted.iter().enumerate() {
        if at > 0 && *x == sorted[at - 1] {
            run += 1;
        } else {
            run = 1;
            summary.n_distinct += 1;
        }
        longest = longest.max(run);
    }
    facts.n_most_frequent = longest;
    let begin = sorted.partition_point(|x| *x == f64::NEG_INFINITY);
    let end = sorted.partition_point(|x| *x < f64::INFINITY);
    let finite = &sorted[begin..end];
    let n_infinite = (sorted.len() - finite.len()) as u64;
    let (Some(&min), Some(&max)) = (finite.first(), finite.last()) else {
        return;
    };
    let n = finite.len() as f64;
    // Halved and quartered sums keep the largest numbers from becoming infinite.
    let scale = if max.abs().max(min.abs()) > 1e150 { 1e-160 } else { 1.0 };
    let mean = blocked(finite, |x| x * scale) / n;
    // What the rounding of a large mean leaves over counts in the third power.
    let left = blocked(finite, |x| x * scale - mean) / n;
    let apart = |x: f64| (x * scale - mean) - left;
    let squares = blocked(finite, |x| apart(x) * apart(x));
    let cubes = blocked(finite, |x| apart(x) * apart(x) * apart(x));
    let std = if n > 1.0 { (squares / (n - 1.0)).sqrt() / scale } else { 0.0 };
    // The adjusted Fisher-Pearson coefficient, as pandas.
    let skewness = if n > 2.0 && squares > 0.0 {
        n * (n - 1.0).sqrt() / (n - 2.0) * (cubes / (squares * squares.sqrt()))
    } else {
        0.0
    };
    let quantiles = [0.05, 0.25, 0.5, 0.75, 0.95].map(|q| held(quantile_sorted(finite, q)));
    let zeros = finite.partition_point(|&x| x < 0.0)..finite.partition_point(|&x| x <= 0.0);
    let range = quantiles[3] - quantiles[1];
    if range > 0.0 {
        let outside = |width: f64| {
            let (low, high) = (quantiles[1] - width * range, quantiles[3] + width * range);
            (finite.partition_point(|&x| x < low) + finite.len() - finite.partition_point(|&x| x <= high)) as u64
        };
        facts.n_outliers = outside(1.5);
        facts.n_far_outliers = outside(3.0);
    }
    summary.number = Some(NumberSummary {
        mean: held(mean / scale),
        std: held(std),
        min,
        quantiles,
        max,
        skewness: held(skewness),
        n_zero: zeros.len() as u64,
        n_infinite,
        is_integer: finite.iter().all(|x| x.trunc() == *x),
    });
    summary.distribution = histogram(finite, min, max);
}

/// Right-open bins, the last closed, as numpy.
fn histogram(sorted: &[f64], low: f64, high: f64) -> Distribution {
    if low == high {
        return Distribution::Histogram {
            low,
            high,
            counts: vec![sorted.len() as u64],
        };
    }
    // As numpy's edges, to the bit; between the largest numbers the step would be infinite.
    let step = (high - low) / N_BINS as f64;
    let mut counts = Vec::with_capacity(N_BINS);
    let mut from = 0;
    for bin in 1..=N_BINS {
        let share = bin as f64 / N_BINS as f64;
        let edge = if step.is_finite() {
            low + bin as f64 * step
        } else {
            low * (1.0 - share) + high * share
        };
        let to = if bin == N_BINS {
            sorted.len()
        } else {
            sorted.partition_point(|&x| x < edge).max(from)
        };
        counts.push((to - from) as u64);
        from = to;
    }
    Distribution::Histogram { low, high, counts }
}

fn look_at_booleans(values: &[u8], summary: &mut ColumnProfile, facts: &mut Facts) {
    let count = |wanted: u8| values.iter().filter(|&&x| x == wanted).count() as u64;
    let (no, yes) = (count(0), count(1));
    summary.n_missing = values.iter().filter(|&&x| x >= MISSING_BOOLEAN).count() as u64;
    summary.n_distinct = u64::from(no > 0) + u64::from(yes > 0);
    facts.n_most_frequent = no.max(yes);
    if no + yes == 0 {
        return;
    }
    let mut unused = Facts::default();
    let mut numbers = summary.clone();
    let as_numbers: Vec<f64> = values
        .iter()
        .filter(|&&x| x < MISSING_BOOLEAN)
        .map(|&x| f64::from(x))
        .collect();
    look_at_numbers(&as_numbers, &mut numbers, &mut unused);
    summary.number = numbers.number;
    let mut top = vec![("false".to_owned(), no), ("true".to_owned(), yes)];
    top.retain(|(_, count)| *count > 0);
    top.order_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    summary.distribution = Distribution::Levels { top, n_other: 0 };
}

fn look_at_category(category: &Category, summary: &mut ColumnProfile, facts: &mut Facts) {
    summary.n_missing = category.codes.iter().filter(|&&code| code == MISSING_CODE).count() as u64;
    look_at_counts(&category.counts(), &|level| category.levels[level].clone(), summary, facts);
}

fn look_at_counts(counts: &[u64], name: &dyn Fn(usize) -> String, summary: &mut ColumnProfile, facts: &mut Facts) {
    let mut used: Vec<usize> = (0..counts.len()).filter(|&level| counts[level] > 0).collect();
    summary.n_distinct = used.len() as u64;
    if used.is_empty() {
        return;
    }
    let more_frequent = |&a: &usize, &b: &usize| counts[b].cmp(&counts[a]).then_with(|| name(a).cmp(&name(b)));
    let n_top = N_LEVELS.min(used.len());
    if used.len() > n_top {
        used.select_nth_unstable_by(n_top - 1, more_frequent);
    }
    used[..n_top].order_by(more_frequent);
    facts.n_most_frequent = counts[used[0]];
    let top: Vec<(String, u64)> = used[..n_top].iter().map(|&level| (name(level), counts[level])).collect();
    let n_other = used[n_top..].iter().map(|&level| counts[level]).sum();
    summary.distribution = Distribution::Levels { top, n_other };
}

/// Number, category and so on, for what pairs of columns are compared by.
fn is_number(column_type: ColumnType) -> bool {
    matches!(column_type, ColumnType::Number | ColumnType::Time | ColumnType::Boolean)
}

/// Every k-th row, so that at most [`MAX_PAIR_ROWS`] are left.
fn pair_rows(n_rows: usize) -> Vec<u32> {
    let step = n_rows.div_ceil(MAX_PAIR_ROWS).max(1);
    (0..n_rows as u32).step_by(step).collect()
}

fn alert_message(code: &str, column: &str) -> Message {
    Message::new(code).with("column", column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_keep_the_order_of_numbers() {
        let values = [
            f64::NEG_INFINITY,
            -1e308,
            -1.5,
            -5e-324,
            0.0,
            5e-324,
            2.5,
            1e308,
            f64::INFINITY,
        ];
        for pair in values.windows(2) {
            assert!(key(pair[0]) < key(pair[1]));
        }
        for x in values {
            assert_eq!(number(key(x)), x);
        }
        assert_eq!(key(-0.0), key(0.0));
    }

    #[test]
    fn sentences_are_no_ids_and_names_are() {
        use crate::column::Category;
        let alert = |cells: &[String], is_text: bool| {
            let cells = cells.iter().map(|cell| Some(cell.as_str()));
            let data = if is_text {
                ColumnData::Text(cells.collect())
            } else {
                ColumnData::Category(Category::from_texts(cells))
            };
            let table = Table::new(vec![Column::new("x", data)]).unwrap();
            let found = profile(&table, None, &mut spec::Unobserved).unwrap();
            let codes: Vec<String> = found.alerts.into_iter().map(|alert| alert.message.code).collect();
            codes.first().cloned().unwrap_or_default()
        };
        let many = |of: &dyn Fn(usize) -> String| -> Vec<String> { (0..60).map(of).collect() };
        for (of, code) in [
            (
                &(|i: usize| format!("the pump number {i} stopped without a warning")) as &dyn Fn(usize) -> String,
                "alert.free_text",
            ),
            (&|i| format!("これは{i}番目の長い文章でありidではない"), "alert.free_text"),
            (&|i| format!("C-{i:05}"), "alert.id_like"),
            (&|i| format!("Anna Maria Smith{i}"), "alert.id_like"),
            (&|i| format!("Александр Константинович{i}"), "alert.id_like"),
            (&|i| format!("1234 5678 9012 {i:04}"), "alert.id_like"),
        ] {
            for is_text in [true, false] {
                assert_eq!(alert(&many(of), is_text), code, "{}", of(7));
            }
        }
    }

    #[test]
    fn extremes_stay_finite() {
        let column = Column::new(
            "x",
            ColumnData::Number(vec![f64::MAX, f64::MIN, f64::MAX, f64::INFINITY, f64::NAN]),
        );
        let (summary, _) = look(&column);
        let numbers = summary.number.unwrap();
        for x in [numbers.mean, numbers.std, numbers.skewness]
            .into_iter()
            .chain(numbers.quantiles)
        {
            assert!(x.is_finite(), "{numbers:?}");
        }
        assert_eq!((numbers.n_infinite, summary.n_missing, summary.n_distinct), (1, 1, 3));
        assert!(matches!(summary.distribution, Distribution::Histogram { counts, .. } if counts.iter().sum::<u64>() == 3));
    }
}

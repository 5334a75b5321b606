//! What the training rows looked like: learned once, carried by the bundle, small enough to be read at every start.
//!
//! Per number column: decile bins, and the cumulative counts of at most [`MAX_POINTS`] values. Up to that many distinct
//! values every one is listed and all measures are exact. Beyond, values at equal steps of rank are listed, the last step
//! on either side halved down to one row, and both ends of the widest gaps, so that long tails and outliers keep their
//! place. A cumulative share is then off by at most 1/2,000, in columns of many rows by 1/3,100: so much can the
//! Kolmogorov-Smirnov statistic be off, and the Wasserstein distance by at most that times the range of the values (in
//! practice far less: wide gaps are exact, and errors of both signs cancel).
//!
//! With many columns the values are shared out: [`POINTS_IN_ALL`] over all of them, short lists whole and one limit for
//! the others, so that 50 columns stay below 300 KB; the limit is then 320, and a share is off by at most 1/320.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io;

use math::quantile::quantile_sorted;
use metrics::Predicted;
use spec::monitor::{Ecdf, KnownRows, MonitorRules, Reference, ReferenceColumn, ReferenceKind};
use spec::run::Scores;
use spec::{ColumnType, Message, Metric, Observer, Outcome};
use table::{Category, Column, ColumnData, MISSING_CODE, Table};

use crate::numbers::{self, Numbers};
use crate::rules;

/// Values of a number column whose cumulative counts are kept.
pub const MAX_POINTS: usize = 2000;
/// The same over all columns together.
pub const POINTS_IN_ALL: usize = 16_000;
/// Levels of a category that are kept.
pub const MAX_LEVELS: usize = 1000;
const N_BINS: usize = 10;

/// The training rows. All columns have the same rows in the same order.
#[derive(Clone, Copy, Debug)]
pub struct Training<'a> {
    /// The model's input columns and no others.
    pub table: &'a Table,
    /// What the model says for them; see [`prediction_column`].
    pub prediction: Option<&'a Column>,
    pub target: Option<&'a Column>,
    /// By column; empty when it was never measured.
    pub importance: &'a [(String, f64)],
}

/// O(rows x log rows) a number column, O(rows) the others.
///
/// Errors: `monitor.no_rows`; `monitor.rows` when prediction or target have other rows than the table; those of
/// [`rules::check`]; the observer's.
pub fn learn(training: &Training, rules: &MonitorRules, observer: &mut dyn Observer) -> Outcome<Reference> {
    rules::check(rules)?;
    let n_rows = training.table.n_rows();
    if n_rows == 0 {
        return Err(Message::new("monitor.no_rows").into());
    }
    let of_training = training.table.columns().iter();
    let all: Vec<&Column> = of_training.chain(training.prediction).chain(training.target).collect();
    if let Some(column) = all.iter().find(|column| column.n_rows() != n_rows) {
        return Err(Message::new("monitor.rows")
            .with("column", column.name())
            .with("n", column.n_rows())
            .with("expected", n_rows)
            .into());
    }
    let mut learned = Vec::with_capacity(all.len());
    for (at, column) in all.iter().enumerate() {
        observer.tick(at as f64 / all.len() as f64)?;
        learned.push(look(column));
    }
    share_out(&mut learned);
    observer.tick(1.0)?;
    let target = training.target.and_then(|_| learned.pop());
    let prediction = training.prediction.and_then(|_| learned.pop());
    Ok(Reference {
        format: spec::FORMAT,
        n_rows: n_rows as u64,
        columns: learned,
        prediction,
        target,
        importance: training
            .importance
            .iter()
            .filter(|(_, importance)| importance.is_finite())
            .cloned()
            .collect(),
        rules: rules.clone(),
        metric: None,
        scores: Default::default(),
        n_features: None,
        seed: None,
        rows: None,
    })
}

/// The one column whose drift stands for the predictions': the probability of class 1 of two, the label of several, or
/// the number; named as in the service's answer. With two classes a label would say no more than the probability and
/// move with the threshold.
pub fn prediction_column(predicted: &Predicted, classes: &[String]) -> Column {
    match predicted {
        Predicted::Values(values) => Column::new("prediction", ColumnData::Number(values.to_vec())),
        Predicted::Probabilities {
            values, n_classes: 2, ..
        } => {
            let name = format!("probability_{}", classes.get(1).map_or("1", String::as_str));
            let positive = values.iter().skip(1).step_by(2).copied().collect();
            Column::new(name, ColumnData::Number(positive))
        }
        Predicted::Probabilities {
            values,
            n_classes,
            threshold,
        } => {
            let labels = metrics::classification::labels(values, *n_classes, *threshold);
            let name = |code: &u32| classes.get(*code as usize).map(String::as_str);
            Column::new("label", ColumnData::Category(Category::from_texts(labels.iter().map(name))))
        }
    }
}

fn look(column: &Column) -> ReferenceColumn {
    let mut out = ReferenceColumn {
        name: column.name().to_owned(),
        kind: ReferenceKind::Category,
        column_type: column.column_type(),
        n_missing: 0,
        edges: Vec::new(),
        counts: Vec::new(),
        ecdf: None,
        min: None,
        max: None,
        std: None,
        levels: Vec::new(),
        n_other: 0,
    };
    match &column.data {
        ColumnData::Number(values) | ColumnData::Time(values) => look_at_numbers(&Numbers::new(values), &mut out),
        ColumnData::Text(_) => {
            out.n_missing = column.n_missing() as u64;
            out.n_other = column.n_rows() as u64 - out.n_missing;
        }
        ColumnData::Category(category) => {
            let category = trimmed(category);
            let counts = category.counts();
            out.n_missing = category.codes.iter().filter(|&&code| code == MISSING_CODE).count() as u64;
            look_at_levels(category.levels.iter().map(String::as_str).zip(counts), &mut out);
        }
        ColumnData::Boolean(values) => {
            let count = |wanted: u8| values.iter().filter(|&&x| x == wanted).count() as u64;
            out.n_missing = column.n_missing() as u64;
            look_at_levels([("false", count(0)), ("true", count(1))].into_iter(), &mut out);
        }
    }
    out
}

fn look_at_numbers(numbers: &Numbers, out: &mut ReferenceColumn) {
    let sorted = &numbers.sorted;
    out.kind = ReferenceKind::Number;
    out.n_missing = numbers.n_missing;
    (out.min, out.max) = (sorted.first().copied(), sorted.last().copied());
    out.std = numbers::std(sorted);
    if sorted.is_empty() {
        out.counts = vec![0];
        return;
    }
    out.edges = (1..N_BINS)
        .map(|i| quantile_sorted(sorted, i as f64 / N_BINS as f64))
        .collect();
    out.edges.dedup();
    out.counts = bin_counts(numbers, &out.edges);
    let mut all = Ecdf::default();
    let mut total = 0;
    for (value, n) in numbers.runs() {
        total += n;
        all.values.push(value);
        all.cumulative.push(total);
    }
    out.ecdf = Some(thinned(all, MAX_POINTS));
}

/// Rows in the right-open bins between the edges, one more than edges.
pub(crate) fn bin_counts(numbers: &Numbers, edges: &[f64]) -> Vec<u64> {
    let below = edges.iter().map(|&edge| numbers.n_below(edge));
    let mut counts = Vec::with_capacity(edges.len() + 1);
    let mut last = 0;
    for n in below.chain(std::iter::once(numbers.sorted.len() as u64)) {
        counts.push(n - last);
        last = n;
    }
    counts
}

/// Levels without the blanks around them, as every scorer reads them; blanks alone are missing.
pub(crate) fn trimmed(category: &Category) -> Cow<'_, Category> {
    if category.levels.iter().all(|level| level.trim().len() == level.len()) {
        return Cow::Borrowed(category);
    }
    let text = |&code: &u32| {
        category
            .levels
            .get(code as usize)
            .map(|level| level.trim())
            .filter(|text| !text.is_empty())
    };
    Cow::Owned(Category::from_texts(category.codes.iter().map(text)))
}

fn look_at_levels<'a>(levels: impl Iterator<Item = (&'a str, u64)>, out: &mut ReferenceColumn) {
    let mut used: Vec<(&str, u64)> = levels.filter(|(_, n)| *n > 0).collect();
    used.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let (kept, others) = used.split_at(used.len().min(MAX_LEVELS));
    out.levels = kept.iter().map(|(level, n)| ((*level).to_owned(), *n)).collect();
    out.n_other = others.iter().map(|(_, n)| n).sum();
}

/// At most `limit` of the values: at equal steps of rank, the last step on either side halved down to one row, and both
/// ends of the widest gaps, which take a fifth of the list. A value of a single row becomes a shorter number with the
/// same cumulative count.
fn thinned(all: Ecdf, limit: usize) -> Ecdf {
    let n_values = all.values.len();
    if n_values <= limit {
        return all;
    }
    let (values, cumulative) = (&all.values, &all.cumulative);
    let n = u128::from(cumulative.last().copied().unwrap_or(0));
    let n_gaps = limit / 10;
    let mut gaps: Vec<usize> = (1..n_values).collect();
    let width = |at: usize| values[at] - values[at - 1];
    gaps.select_nth_unstable_by(n_gaps.min(n_values - 2), |&a, &b| {
        width(b).total_cmp(&width(a)).then(a.cmp(&b))
    });
    let mut places: BTreeSet<usize> = gaps.iter().take(n_gaps).flat_map(|&at| [at - 1, at]).collect();
    places.insert(0);
    let n_halvings = (u128::BITS - (2 * n / limit as u128).leading_zeros()) as usize;
    let n_steps = limit.saturating_sub(2 * n_gaps + 2 * n_halvings + 1).max(1) as u128;
    let mut ranks: Vec<u128> = (1..=n_steps).map(|step| (step * n).div_ceil(n_steps)).collect();
    let mut tail = n / n_steps;
    while tail > 1 {
        tail /= 2;
        ranks.extend([tail, n - tail]);
    }
    for rank in ranks {
        places.insert(cumulative.partition_point(|&c| u128::from(c) < rank).min(n_values - 1));
    }
    let is_whole = all.between.is_empty();
    let mut out = Ecdf::default();
    let mut last = 0;
    for at in places {
        let exact = values[at];
        let value = match (at.checked_sub(1), values.get(at + 1)) {
            (Some(before), Some(&next)) if is_whole && cumulative[at] - cumulative[before] == 1 => {
                shortest(exact, next.min(exact + (exact - values[before])))
            }
            _ => exact,
        };
        // A row whose value was shortened lies below it.
        let below = match at.checked_sub(1) {
            None => 0,
            Some(_) if value != exact => cumulative[at],
            Some(before) => cumulative[before] + all.between.get(at).copied().unwrap_or(0),
        };
        out.values.push(value);
        out.cumulative.push(cumulative[at]);
        out.between.push(below - last);
        last = cumulative[at];
    }
    out
}

/// A number from `low` on and below `next` with as few digits as possible.
fn shortest(low: f64, next: f64) -> f64 {
    (0..17)
        .filter_map(|digits| format!("{low:.digits$e}").parse::<f64>().ok())
        .find(|&x| low <= x && x < next)
        .unwrap_or(low)
}

/// Cuts the longest lists until all of them together hold [`POINTS_IN_ALL`] values.
fn share_out(columns: &mut [ReferenceColumn]) {
    let mut lengths: Vec<usize> = columns
        .iter()
        .filter_map(|column| Some(column.ecdf.as_ref()?.values.len()))
        .collect();
    lengths.sort_unstable();
    let mut left = POINTS_IN_ALL;
    let mut limit = MAX_POINTS;
    for (at, &length) in lengths.iter().enumerate() {
        let fair = left / (lengths.len() - at);
        if length > fair {
            limit = fair;
            break;
        }
        left -= length;
    }
    for column in columns {
        // Room for the halved tails and both ends, also in a table of a thousand columns.
        column.ecdf = column.ecdf.take().map(|ecdf| thinned(ecdf, limit.max(N_BINS * 10)));
    }
}

/// The bytes of `monitoring/baseline.json`: one line, numbers as short as they can be.
///
/// Errors: `monitor.baseline_json`, when a number is not finite.
pub fn to_json(reference: &Reference) -> Outcome<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, Short);
    serde::Serialize::serialize(reference, &mut serializer).map_err(damaged)?;
    Ok(bytes)
}

/// The same as two files of a bundle: the reference without its rules, and the rules, made to be read and changed.
///
/// Errors: as [`to_json`].
pub fn to_files(reference: &Reference) -> Outcome<(Vec<u8>, Vec<u8>)> {
    #[derive(serde::Serialize)]
    struct WithoutRules<'a> {
        format: u32,
        n_rows: u64,
        columns: &'a [ReferenceColumn],
        prediction: &'a Option<ReferenceColumn>,
        target: &'a Option<ReferenceColumn>,
        importance: &'a [(String, f64)],
        metric: Option<Metric>,
        scores: &'a Scores,
        n_features: Option<u32>,
        seed: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        rows: &'a Option<KnownRows>,
    }
    let bare = WithoutRules {
        format: reference.format,
        n_rows: reference.n_rows,
        columns: &reference.columns,
        prediction: &reference.prediction,
        target: &reference.target,
        importance: &reference.importance,
        metric: reference.metric,
        scores: &reference.scores,
        n_features: reference.n_features,
        seed: reference.seed,
        rows: &reference.rows,
    };
    let mut bytes = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, Short);
    serde::Serialize::serialize(&bare, &mut serializer).map_err(damaged)?;
    let mut rules = serde_json::to_vec_pretty(&reference.rules).map_err(damaged)?;
    rules.push(b'\n');
    Ok((bytes, rules))
}

/// `monitoring/rules.json`. What it does not name is as usual.
///
/// Errors: `monitor.rules_json`; those of [`rules::check`].
pub fn rules_from_json(bytes: &[u8]) -> Outcome<MonitorRules> {
    let wrong = |error: serde_json::Error| Message::new("monitor.rules_json").with("error", error.to_string());
    let found: MonitorRules = serde_json::from_slice(bytes).map_err(wrong)?;
    rules::check(&found)?;
    Ok(found)
}

/// Whole numbers without `.0`.
struct Short;

impl serde_json::ser::Formatter for Short {
    fn write_f64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        if value.trunc() == value && value.abs() < 1e15 {
            write!(writer, "{value}")
        } else {
            serde_json::ser::CompactFormatter.write_f64(writer, value)
        }
    }
}

/// Errors: `monitor.baseline_json`, `monitor.baseline_format` of a newer version, `monitor.baseline_column` when the
/// parts of a column do not fit each other; those of [`rules::check`].
pub fn from_json(bytes: &[u8]) -> Outcome<Reference> {
    #[derive(serde::Deserialize)]
    struct Format {
        format: u32,
    }
    let Format { format } = serde_json::from_slice(bytes).map_err(damaged)?;
    if format > spec::FORMAT {
        return Err(Message::new("monitor.baseline_format")
            .with("format", format)
            .with("known", spec::FORMAT)
            .into());
    }
    let reference: Reference = serde_json::from_slice(bytes).map_err(damaged)?;
    let of_all_rows = reference.columns.iter().chain(&reference.target);
    let mut wrong = of_all_rows.filter(|column| !fits(column, reference.n_rows)).chain(
        // Predictions are those of held-out rows, which may be fewer.
        reference
            .prediction
            .iter()
            .filter(|column| !n_rows_of(column).is_some_and(|n| fits(column, n))),
    );
    if let Some(column) = wrong.next() {
        return Err(Message::new("monitor.baseline_column").with("column", &column.name).into());
    }
    rules::check(&reference.rules)?;
    Ok(reference)
}

fn damaged(error: serde_json::Error) -> spec::Failure {
    Message::new("monitor.baseline_json").with("error", error.to_string()).into()
}

/// All rows that a column counts; None when they are too many to be.
fn n_rows_of(column: &ReferenceColumn) -> Option<u64> {
    let counts = column.counts.iter().chain(column.levels.iter().map(|(_, n)| n));
    counts
        .chain([&column.n_other])
        .try_fold(column.n_missing, |sum, n| sum.checked_add(*n))
}

fn fits(column: &ReferenceColumn, n_rows: u64) -> bool {
    let ascending = |values: &[f64]| values.iter().all(|x| x.is_finite()) && values.windows(2).all(|pair| pair[0] < pair[1]);
    let counts_fit = n_rows_of(column) == Some(n_rows);
    match column.kind {
        ReferenceKind::Category => counts_fit && column.counts.is_empty(),
        ReferenceKind::Number => {
            let n_values = n_rows.checked_sub(column.n_missing);
            let of_ecdf = column.ecdf.as_ref().is_some_and(|ecdf| {
                ecdf.values.len() == ecdf.cumulative.len()
                    && ascending(&ecdf.values)
                    && ecdf.cumulative.windows(2).all(|pair| pair[0] < pair[1])
                    && ecdf.cumulative.last().copied() == n_values
                    && (ecdf.between.is_empty() || between_fits(ecdf))
            });
            matches!(column.column_type, ColumnType::Number | ColumnType::Time)
                && ascending(&column.edges)
                && column.counts.len() == column.edges.len() + 1
                && counts_fit
                && column.levels.is_empty()
                && (of_ecdf || (column.ecdf.is_none() && n_values == Some(0)))
        }
    }
}

/// Rows between two listed values are among those up to the upper one.
fn between_fits(ecdf: &Ecdf) -> bool {
    let before = std::iter::once(&0).chain(&ecdf.cumulative);
    let steps = ecdf.cumulative.iter().zip(before).map(|(c, before)| c - before);
    ecdf.between.len() == ecdf.values.len() && ecdf.between.iter().zip(steps).all(|(between, step)| *between <= step)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numbers::Steps;
    use math::Rng;

    fn column(data: ColumnData) -> ReferenceColumn {
        look(&Column::new("x", data))
    }

    #[test]
    fn deciles_without_repeats_and_right_open_bins() {
        let x = column(ColumnData::Number(
            (0..10).map(f64::from).chain([f64::NAN, f64::INFINITY]).collect(),
        ));
        assert_eq!(
            x.edges.iter().map(|edge| (edge * 10.0).round()).collect::<Vec<_>>(),
            [9.0, 18.0, 27.0, 36.0, 45.0, 54.0, 63.0, 72.0, 81.0]
        );
        assert_eq!((x.counts, x.n_missing, x.min, x.max), (vec![1; 10], 2, Some(0.0), Some(9.0)));
        // Sixty per cent zeros: the value of an edge belongs above it.
        let spiky = [vec![0.0; 61], vec![1.0; 20], vec![5.0; 20]].concat();
        let x = column(ColumnData::Number(spiky));
        assert_eq!((x.edges, x.counts), (vec![0.0, 1.0, 5.0], vec![0, 61, 20, 20]));
        let ecdf = x.ecdf.unwrap();
        assert_eq!(
            (ecdf.values, ecdf.cumulative, ecdf.between),
            (vec![0.0, 1.0, 5.0], vec![61, 81, 101], vec![])
        );
        let nothing = column(ColumnData::Number(vec![f64::NAN; 3]));
        assert_eq!((nothing.n_missing, nothing.counts, nothing.ecdf), (3, vec![0], None));
    }

    #[test]
    fn levels_by_frequency() {
        let x = column(ColumnData::Category(Category::from_texts(["b", "a", "", "c", "c"].map(Some))));
        let expected: Vec<(String, u64)> = [("c", 2), ("a", 1), ("b", 1)].map(|(l, n)| (l.to_owned(), n)).to_vec();
        assert_eq!((x.levels, x.n_missing, x.n_other), (expected, 1, 0));
        let many: Vec<String> = (0..1200).map(|i| format!("level {i}")).collect();
        let x = column(ColumnData::Category(Category::from_texts(
            many.iter().map(|l| Some(l.as_str())),
        )));
        assert_eq!((x.levels.len(), x.n_other), (1000, 200));
        let x = column(ColumnData::Boolean(vec![1, 1, 0, 2]));
        assert_eq!(x.levels, [("true".to_owned(), 2), ("false".to_owned(), 1)]);
    }

    /// Smooth, with a long tail, and with heaps on whole numbers.
    fn drawn(shape: usize, n: usize) -> Vec<f64> {
        let mut rng = Rng::stream(1, "test", shape as u64);
        let mut draw = || match shape % 3 {
            0 => rng.normal(),
            1 => math::float::exp(2.0 * rng.normal()),
            _ if rng.uniform() < 0.5 => (4.0 * rng.uniform()).floor(),
            _ => 4.0 * rng.uniform(),
        };
        (0..n).map(|_| draw()).collect()
    }

    #[test]
    fn a_cut_list_is_as_good_as_the_head_says() {
        for (shape, limit) in [(0, 2000), (1, 2000), (2, 2000), (0, 320), (1, 320), (2, 320)] {
            let values = drawn(shape, 100_000);
            let mut x = column(ColumnData::Number(values.clone()));
            x.ecdf = x.ecdf.map(|ecdf| thinned(ecdf, limit));
            let (steps, std) = (Steps::new(&x).unwrap(), x.std.unwrap());
            assert!(x.ecdf.as_ref().unwrap().values.len() <= limit && !steps.is_exact());
            assert!(steps.error() <= 0.8 / limit as f64, "{shape} {limit}: {}", steps.error());
            let (largest, area) = steps.distances(&Numbers::new(&values).sorted);
            let range = x.max.unwrap() - x.min.unwrap();
            assert!(largest <= steps.error() + 1e-15, "{shape} {limit}: {largest}");
            assert!(area <= steps.error() * range, "{shape} {limit}: {area}");
            // What it comes to where it matters: on values that have moved by 0.1 standard deviations.
            let moved: Vec<f64> = drawn(shape + 3, 50_000).iter().map(|x| x + 0.1 * std).collect();
            let (_, cut) = steps.distances(&Numbers::new(&moved).sorted);
            let off = (cut - crate::wasserstein(&values, &moved)).abs() / std;
            assert!(off <= 1.5 / limit as f64, "{shape} {limit}: {off}");
        }
    }

    /// The worst case: one value more than fits.
    #[test]
    fn a_list_that_is_just_too_long() {
        let x = Ecdf {
            values: (0..321).map(f64::from).collect(),
            cumulative: (1..=321).collect(),
            between: Vec::new(),
        };
        let cut = thinned(x, 320);
        assert!(cut.between.iter().all(|&n| n <= 2) && cut.values.len() <= 320);
    }

    #[test]
    fn cumulative_counts_are_those_of_the_listed_values() {
        let values = drawn(1, 50_000);
        let numbers = Numbers::new(&values);
        let ecdf = column(ColumnData::Number(values)).ecdf.unwrap();
        let mut last = 0;
        for ((&x, &c), &between) in ecdf.values.iter().zip(&ecdf.cumulative).zip(&ecdf.between) {
            assert_eq!(numbers.sorted.len() as u64 - numbers.n_above(x), c);
            assert_eq!(numbers.n_below(x) - last, between, "{x}");
            last = c;
        }
    }

    fn table(columns: Vec<Column>) -> Table {
        Table::new(columns).unwrap()
    }

    fn learned(table: &Table) -> Outcome<Reference> {
        let training = Training {
            table,
            prediction: None,
            target: None,
            importance: &[("x".to_owned(), 0.5), ("y".to_owned(), f64::NAN)],
        };
        learn(&training, &MonitorRules::default(), &mut spec::Unobserved)
    }

    #[test]
    fn fifty_columns_stay_small() {
        let columns = (0..50).map(|i| Column::new(format!("column_{i}"), ColumnData::Number(drawn(i, 20_000))));
        let reference = learned(&table(columns.collect())).unwrap();
        let json = to_json(&reference).unwrap();
        assert!(json.len() < 300_000, "{} bytes", json.len());
        assert_eq!(from_json(&json).unwrap(), reference);
    }

    #[test]
    fn short_columns_leave_room_to_long_ones() {
        let long = |i: usize| Column::new(format!("long {i}"), ColumnData::Number(drawn(3 * i, 10_000)));
        let short = |i| {
            Column::new(
                format!("short {i}"),
                ColumnData::Number((0..300).cycle().take(10_000).map(f64::from).collect()),
            )
        };
        let lengths = |columns: Vec<Column>| -> Vec<usize> {
            let reference = learned(&table(columns)).unwrap();
            reference
                .columns
                .iter()
                .map(|column| column.ecdf.as_ref().unwrap().values.len())
                .collect()
        };
        let few = lengths((0..4).map(long).collect());
        assert!(few.iter().all(|&n| n > 1800 && n <= 2000), "{few:?}");
        let many = lengths((0..10).map(long).chain((0..10).map(short)).collect());
        assert!(
            many[..10].iter().all(|&n| n > 1150 && n <= 1300) && many[10..] == [300; 10],
            "{many:?}"
        );
    }

    #[test]
    fn the_form_that_others_read() {
        let columns = vec![
            Column::new("age", ColumnData::Number(vec![1.0, 2.0, 2.5, f64::NAN])),
            Column::new(
                "city",
                ColumnData::Category(Category::from_texts(["Bern", "", "Bern", "Ulm"].map(Some))),
            ),
        ];
        let json = String::from_utf8(to_json(&learned(&table(columns)).unwrap()).unwrap()).unwrap();
        let start =
            r#"{"format":1,"n_rows":4,"columns":[{"name":"age","kind":"number","type":"number","n_missing":1,"edges":[1.2,"#;
        assert!(json.starts_with(start), "{json}");
        for part in [
            r#""ecdf":{"values":[1,2,2.5],"cumulative":[1,2,3],"between":[]},"min":1,"max":2.5,"std":0.62"#,
            r#"{"name":"city","kind":"category","type":"category","n_missing":1,"#,
            r#""levels":[["Bern",2],["Ulm",1]],"n_other":0}],"prediction":null,"target":null,"importance":[["x",0.5]],"#,
            r#""metric":null,"scores":{},"n_features":null,"seed":null}"#,
            r#""rules":{"psi_warning":0.1,"psi_alarm":0.25,"min_rows":200,"#,
        ] {
            assert!(json.contains(part), "{part} in {json}");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let code = |bytes: &[u8]| from_json(bytes).unwrap_err().message.code;
        assert_eq!(code(b"{"), "monitor.baseline_json");
        assert_eq!(code(br#"{"format":9}"#), "monitor.baseline_format");
        assert_eq!(code(br#"{"format":1}"#), "monitor.baseline_json");
        let good = learned(&table(vec![Column::new("x", ColumnData::Number(vec![1.0, 2.0, 3.0]))])).unwrap();
        let breaks: [fn(&mut ReferenceColumn); 6] = [
            |x| x.n_missing = 1,
            |x| x.counts.push(0),
            |x| x.edges.swap(0, 1),
            |x| x.ecdf = None,
            |x| x.ecdf = Some(Ecdf::default()),
            |x| x.column_type = ColumnType::Category,
        ];
        for (at, change) in breaks.iter().enumerate() {
            let mut reference = good.clone();
            change(&mut reference.columns[0]);
            assert_eq!(code(&to_json(&reference).unwrap()), "monitor.baseline_column", "{at}");
        }
        // Fewer held-out rows than training rows; their own counts must fit all the same.
        let mut held_out = good.clone();
        held_out.prediction = Some(column(ColumnData::Number(vec![0.25, 0.75])));
        assert_eq!(from_json(&to_json(&held_out).unwrap()), Ok(held_out.clone()));
        if let Some(prediction) = &mut held_out.prediction {
            prediction.counts[0] = 9;
        }
        assert_eq!(code(&to_json(&held_out).unwrap()), "monitor.baseline_column");
        let mut reference = good.clone();
        reference.rules.significance = 2.0;
        assert_eq!(code(&to_json(&reference).unwrap()), "monitor.rule_share");
        assert_eq!(learned(&Table::default()).unwrap_err().message.code, "monitor.no_rows");
        let other = Column::new("y", ColumnData::Number(vec![1.0]));
        let table = table(vec![Column::new("x", ColumnData::Number(vec![1.0, 2.0]))]);
        let training = Training {
            table: &table,
            prediction: None,
            target: Some(&other),
            importance: &[],
        };
        let failure = learn(&training, &MonitorRules::default(), &mut spec::Unobserved).unwrap_err();
        assert_eq!(failure.message.code, "monitor.rows");
    }

    #[test]
    fn one_column_stands_for_the_predictions() {
        let classes = ["no".to_owned(), "yes".to_owned(), "maybe".to_owned()];
        let probabilities = |values, n_classes| Predicted::Probabilities {
            values,
            n_classes,
            threshold: None,
        };
        let two = prediction_column(&probabilities(&[0.9, 0.1, 0.2, 0.8], 2), &classes[..2]);
        assert_eq!(
            (two.name(), &two.data),
            ("probability_yes", &ColumnData::Number(vec![0.1, 0.8]))
        );
        let three = prediction_column(&probabilities(&[0.1, 0.2, 0.7, 0.5, 0.3, 0.2], 3), &classes);
        assert_eq!(
            (three.text_at(0).as_deref(), three.text_at(1).as_deref()),
            (Some("maybe"), Some("no"))
        );
        let values = prediction_column(&Predicted::Values(&[1.5]), &[]);
        assert_eq!(values.data, ColumnData::Number(vec![1.5]));
    }
}

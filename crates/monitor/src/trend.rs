//! Figures over many batches: which way they go, and how fast.

use std::collections::{BTreeMap, BTreeSet};

use math::quantile::median;
use math::special;
use spec::monitor::{BatchSummary, ColumnSummary, Direction, Trend, TrendOf, TrendPoint};
use spec::texts::names;
use spec::{Message, Metric};

/// With fewer points not even a straight line is more than chance.
const MIN_POINTS: usize = 5;
const SIGNIFICANCE: f64 = 0.05;
/// Up to here every order of the points is counted, as in scipy's kendalltau.
const MAX_EXACT: usize = 33;
const MS_PER_30_DAYS: f64 = 30.0 * 86_400_000.0;

/// One trend for each figure that some batch has: the share of drifted columns, predictions, target, every metric, every
/// column. Batches are in the order of time.
///
/// A direction is named when the Mann-Kendall test (Kendall's tau of the values against their order, two-sided) gives
/// less than 0.05 with at least five points. The slope is Theil and Sen's: the median over all pairs, so that one odd
/// batch does not turn it.
pub fn trends(batches: &[BatchSummary]) -> Vec<Trend> {
    let plain = |value: Option<f64>| value.map(|value| (value, None, None));
    let psi = |column: Option<&ColumnSummary>| plain(column.and_then(|column| column.psi));
    let metrics: BTreeSet<Metric> = batches.iter().flat_map(|batch| batch.performance.keys().copied()).collect();
    // In the order in which they first came, each with its figure in every batch.
    let mut names: Vec<&str> = Vec::new();
    let mut columns: BTreeMap<&str, BTreeMap<u32, &ColumnSummary>> = BTreeMap::new();
    for batch in batches {
        for column in &batch.columns {
            let of_column = columns.entry(&column.name).or_default();
            if of_column.is_empty() {
                names.push(&column.name);
            }
            of_column.entry(batch.id).or_insert(column);
        }
    }
    let mut out = vec![
        trend(TrendOf::DriftedColumns, batches, |batch| plain(batch.share)),
        trend(TrendOf::Prediction, batches, |batch| psi(batch.prediction.as_ref())),
        trend(TrendOf::Target, batches, |batch| psi(batch.target.as_ref())),
    ];
    out.extend(metrics.into_iter().map(|metric| {
        trend(TrendOf::Metric { metric }, batches, |batch| {
            let figure = batch.performance.get(&metric)?;
            Some((figure.value?, figure.low, figure.high))
        })
    }));
    out.extend(names.into_iter().map(|name| {
        let of = TrendOf::Column { name: name.to_owned() };
        let own = columns.get(name);
        trend(of, batches, |batch| psi(own.and_then(|own| own.get(&batch.id).copied())))
    }));
    out.retain(|trend| !trend.points.is_empty());
    out
}

type Figure = (f64, Option<f64>, Option<f64>);

fn trend(of: TrendOf, batches: &[BatchSummary], figure: impl Fn(&BatchSummary) -> Option<Figure>) -> Trend {
    let points: Vec<TrendPoint> = batches
        .iter()
        .filter_map(|batch| {
            let (value, low, high) = figure(batch)?;
            Some(TrendPoint {
                batch: batch.id,
                at_ms: batch.at_ms,
                value,
                low,
                high,
            })
        })
        .collect();
    let values: Vec<f64> = points.iter().map(|point| point.value).collect();
    let times: Vec<f64> = points.iter().map(|point| point.at_ms).collect();
    let test = mann_kendall(&values);
    let direction = match test {
        _ if points.len() < MIN_POINTS => Direction::CannotTell,
        Some((score, p)) if p < SIGNIFICANCE && score > 0 => Direction::Rising,
        Some((_, p)) if p < SIGNIFICANCE => Direction::Falling,
        _ => Direction::Flat,
    };
    let per_30_days = theil_sen(&times, &values).map(|slope| slope * MS_PER_30_DAYS);
    let code = match direction {
        Direction::Rising => "monitor.trend_rising",
        Direction::Falling => "monitor.trend_falling",
        Direction::Flat => "monitor.trend_flat",
        Direction::CannotTell => "monitor.trend_cannot_tell",
    };
    let message = Message::new(code)
        .with("what", names::trend_of(&of))
        .with("n", points.len())
        .with("least", MIN_POINTS)
        .with("slope", per_30_days.map_or(f64::NAN, f64::abs));
    Trend {
        of,
        points,
        direction,
        p_value: test.map(|(_, p)| p),
        per_30_days,
        message,
    }
}

/// Pairs that rise minus pairs that fall, and the two-sided p-value that chance brings as many. Exact up to
/// [`MAX_EXACT`] values without ties, else by the normal distribution with ties accounted for. None for fewer than two
/// values or when all are the same.
fn mann_kendall(values: &[f64]) -> Option<(i64, f64)> {
    let n = values.len();
    let (mut n_rising, mut n_falling) = (0i64, 0i64);
    for (i, a) in values.iter().enumerate() {
        for b in &values[i + 1..] {
            n_rising += i64::from(b > a);
            n_falling += i64::from(b < a);
        }
    }
    if n_rising + n_falling == 0 {
        return None;
    }
    let score = n_rising - n_falling;
    let n_pairs = (n * (n - 1) / 2) as i64;
    if n <= MAX_EXACT && n_rising + n_falling == n_pairs {
        let fewer = n_rising.min(n_falling);
        let p = if 2 * fewer == n_pairs {
            1.0
        } else {
            (2.0 * share_of_orders(n, fewer as usize)).min(1.0)
        };
        return Some((score, p));
    }
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let term = |t: f64| t * (t - 1.0) * (2.0 * t + 5.0);
    let of_ties: f64 = sorted.chunk_by(|a, b| a == b).map(|run| term(run.len() as f64)).sum();
    let variance = (term(n as f64) - of_ties) / 18.0;
    Some((score, 2.0 * special::normal_sf(score.abs() as f64 / variance.sqrt())))
}

/// The share of all orders of `n` values in which at most `most` pairs fall.
fn share_of_orders(n: usize, most: usize) -> f64 {
    // Shares by number of falling pairs: each further value adds 0 to its place of them, all equally likely.
    let mut shares = vec![0.0; most + 1];
    shares[0] = 1.0;
    for size in 2..=n {
        let before = shares.clone();
        for (pairs, share) in shares.iter_mut().enumerate() {
            *share = (0..size.min(pairs + 1)).map(|added| before[pairs - added]).sum::<f64>() / size as f64;
        }
    }
    shares.iter().sum()
}

/// The median slope over all pairs at different times; None without such a pair.
fn theil_sen(times: &[f64], values: &[f64]) -> Option<f64> {
    let mut slopes = Vec::new();
    for i in 0..times.len() {
        for j in i + 1..times.len() {
            if times[j] != times[i] {
                slopes.push((values[j] - values[i]) / (times[j] - times[i]));
            }
        }
    }
    (!slopes.is_empty()).then(|| median(&slopes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(got: Option<(i64, f64)>, score: i64, p: f64) {
        assert!(
            got.is_some_and(|got| got.0 == score && (got.1 - p).abs() < 1e-12),
            "{got:?}, {score} {p}"
        );
    }

    #[test]
    fn five_in_a_row_are_just_enough() {
        close(mann_kendall(&[1.0, 2.0, 3.0, 4.0, 5.0]), 10, 2.0 / 120.0);
        close(mann_kendall(&[5.0, 4.0, 3.0, 2.0]), -6, 2.0 / 24.0);
        close(mann_kendall(&[1.0, 4.0, 2.0, 3.0]), 2, 2.0 * 9.0 / 24.0);
        close(mann_kendall(&[2.0, 1.0, 4.0, 3.0, 0.0]), -2, 1.0_f64.min(2.0 * 49.0 / 120.0));
        assert_eq!(mann_kendall(&[1.0, 1.0, 1.0]), None);
        assert_eq!((mann_kendall(&[]), mann_kendall(&[1.0])), (None, None));
    }

    #[test]
    fn one_odd_batch_does_not_turn_the_slope() {
        let times = [0.0, 1.0, 2.0, 3.0, 4.0];
        assert_eq!(theil_sen(&times, &[0.0, 2.0, 4.0, 100.0, 8.0]), Some(2.0));
        assert_eq!(theil_sen(&[1.0, 1.0], &[1.0, 2.0]), None);
    }
}

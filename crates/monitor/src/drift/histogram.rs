//! Reference and batch in the same bins, for the charts.

use spec::ColumnType;
use spec::monitor::{PairedHistogram, ReferenceColumn, UnseenLevels};
use table::value::format_number;

use crate::numbers::{Numbers, Steps};

const N_BINS: usize = 20;
/// Numbers with at most so many distinct values in both samples are shown value by value.
const FEW_VALUES: usize = 12;
const N_LEVELS: usize = 12;
const N_UNSEEN: usize = 6;
/// The bins span from this quantile to the one as far from the other end, of both samples together.
const TAIL: f64 = 0.01;

pub(super) fn of_numbers(known: &ReferenceColumn, steps: &Steps, numbers: &Numbers) -> PairedHistogram {
    if known.column_type != ColumnType::Time
        && let Some(histogram) = by_value(steps, numbers)
    {
        return histogram;
    }
    let sorted = &numbers.sorted;
    let at = |q: f64| {
        let place = (q * sorted.len() as f64) as usize;
        sorted.get(place.min(sorted.len().saturating_sub(1))).copied()
    };
    let ends = |q: f64, pick: fn(f64, f64) -> f64| {
        let of_reference = steps.quantile(q);
        at(q).map_or(of_reference, |of_batch| pick(of_reference, of_batch))
    };
    let (low, high) = (ends(TAIL, f64::min), ends(1.0 - TAIL, f64::max));
    let width = (high - low) / N_BINS as f64;
    // The largest value lies in the last bin, so its end is the next number.
    let edges: Vec<f64> = (0..=N_BINS)
        .map(|i| if i == N_BINS { high.next_up() } else { low + width * i as f64 })
        .collect();
    if !(edges.iter().all(|edge| edge.is_finite()) && edges.windows(2).all(|pair| pair[0] < pair[1])) {
        return PairedHistogram::Empty;
    }
    let counts = |n_below: &dyn Fn(f64) -> u64, n: u64| -> (Vec<u64>, (u64, u64)) {
        let below: Vec<u64> = edges.iter().map(|&edge| n_below(edge)).collect();
        let inside = below.windows(2).map(|pair| pair[1] - pair[0]).collect();
        (inside, (below[0], n - below[N_BINS]))
    };
    let (reference, reference_outside) = counts(&|x| steps.n_below(x), steps.n());
    let (batch, batch_outside) = counts(&|x| numbers.n_below(x), sorted.len() as u64);
    PairedHistogram::Numbers {
        edges,
        reference,
        batch,
        reference_outside,
        batch_outside,
    }
}

/// None with many values.
fn by_value(steps: &Steps, numbers: &Numbers) -> Option<PairedHistogram> {
    let before = steps.runs().filter(|runs| runs.len() <= FEW_VALUES)?;
    let now: Vec<(f64, u64)> = numbers.runs().take(FEW_VALUES + 1).collect();
    let mut values: Vec<f64> = before.iter().chain(&now).map(|run| run.0).collect();
    values.sort_unstable_by(f64::total_cmp);
    values.dedup();
    let count = |runs: &[(f64, u64)], value: f64| runs.iter().find(|run| run.0 == value).map_or(0, |run| run.1);
    (values.len() <= FEW_VALUES).then(|| PairedHistogram::Levels {
        levels: values.iter().map(|&value| format_number(value)).collect(),
        reference: values.iter().map(|&value| count(&before, value)).collect(),
        batch: values.iter().map(|&value| count(&now, value)).collect(),
        reference_other: 0,
        batch_other: 0,
    })
}

/// `of_batch` in the order of the known levels.
pub(super) fn of_levels(known: &ReferenceColumn, of_batch: &[u64], unseen: &UnseenLevels, n_batch: u64) -> PairedHistogram {
    let mut levels = Vec::new();
    let (mut reference, mut batch) = (Vec::new(), Vec::new());
    for ((level, n), &m) in known.levels.iter().zip(of_batch).take(N_LEVELS) {
        levels.push(level.clone());
        reference.push(*n);
        batch.push(m);
    }
    for (level, n, _) in unseen.examples.iter().take(N_UNSEEN) {
        levels.push(level.clone());
        reference.push(0);
        batch.push(*n);
    }
    if levels.is_empty() {
        return PairedHistogram::Empty;
    }
    let n_reference = known.levels.iter().map(|level| level.1).sum::<u64>() + known.n_other;
    PairedHistogram::Levels {
        reference_other: n_reference - reference.iter().sum::<u64>(),
        batch_other: n_batch - batch.iter().sum::<u64>(),
        levels,
        reference,
        batch,
    }
}

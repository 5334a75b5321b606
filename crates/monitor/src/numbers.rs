//! Numbers in ascending order, the reference's cumulative counts as a step function, and the distances between the two.

use math::special;
use math::sum::Sum;
use spec::monitor::ReferenceColumn;

/// Finite values in ascending order. Infinite ones count as missing, as they do to the exported model.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Numbers {
    pub sorted: Vec<f64>,
    pub n_missing: u64,
}

impl Numbers {
    /// Whole keys sort faster than floats do. O(n log n).
    pub fn new(values: &[f64]) -> Self {
        let mut keys: Vec<u64> = values.iter().filter(|x| x.is_finite()).map(|&x| key(x)).collect();
        keys.sort_unstable();
        Self {
            n_missing: (values.len() - keys.len()) as u64,
            sorted: keys.into_iter().map(number).collect(),
        }
    }

    /// Rows below `x`.
    pub fn n_below(&self, x: f64) -> u64 {
        self.sorted.partition_point(|&value| value < x) as u64
    }

    /// Rows above `x`.
    pub fn n_above(&self, x: f64) -> u64 {
        (self.sorted.len() - self.sorted.partition_point(|&value| value <= x)) as u64
    }

    /// Distinct values with their rows, ascending.
    pub fn runs(&self) -> impl Iterator<Item = (f64, u64)> {
        self.sorted
            .chunk_by(|a, b| a == b)
            .filter_map(|run| Some((*run.first()?, run.len() as u64)))
    }
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

/// The reference's cumulative count as a step function: from each listed value on, so many rows.
///
/// Where only some values are listed, half of the rows between two of them count from the lower one on: the share is
/// then nowhere off by more than [`Steps::error`], and unbiased where rows are spread evenly.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Steps<'a> {
    values: &'a [f64],
    /// Twice the rows, from each value on.
    twice: Vec<u64>,
    n: u64,
    /// Most rows between two neighbours.
    most_between: u64,
    is_exact: bool,
}

impl<'a> Steps<'a> {
    /// None for a column without values.
    pub fn new(column: &'a ReferenceColumn) -> Option<Self> {
        let ecdf = column.ecdf.as_ref()?;
        let n = *ecdf.cumulative.last()?;
        let after = ecdf.between.iter().skip(1).copied().chain(std::iter::repeat(0));
        let twice: Vec<u64> = ecdf.cumulative.iter().zip(after).map(|(&c, after)| 2 * c + after).collect();
        (n > 0 && twice.len() == ecdf.values.len()).then_some(Self {
            values: &ecdf.values,
            twice,
            n,
            most_between: ecdf.between.iter().copied().max().unwrap_or(0),
            is_exact: ecdf.between.is_empty(),
        })
    }

    fn of_sample(values: &'a [f64], twice: Vec<u64>) -> Self {
        Self {
            n: twice.last().map_or(0, |twice| twice / 2),
            values,
            twice,
            most_between: 0,
            is_exact: true,
        }
    }

    pub fn n(&self) -> u64 {
        self.n
    }

    /// Every distinct value is listed.
    pub fn is_exact(&self) -> bool {
        self.is_exact
    }

    /// The distinct values with their rows; only when exact.
    pub fn runs(&self) -> Option<Vec<(f64, u64)>> {
        let before = std::iter::once(&0).chain(&self.twice);
        let counts = self.twice.iter().zip(before).map(|(twice, before)| (twice - before) / 2);
        self.is_exact().then(|| self.values.iter().copied().zip(counts).collect())
    }

    /// Largest error of a cumulative share.
    pub fn error(&self) -> f64 {
        self.most_between as f64 / (2.0 * self.n as f64)
    }

    /// Rows below `x`, to the nearest.
    pub fn n_below(&self, x: f64) -> u64 {
        let at = self.values.partition_point(|&value| value < x);
        at.checked_sub(1).map_or(0, |last| self.twice[last].div_ceil(2))
    }

    /// The smallest listed value that at least this share of the rows reaches.
    pub fn quantile(&self, q: f64) -> f64 {
        let wanted = 2.0 * q * self.n as f64;
        let at = self.twice.partition_point(|&twice| (twice as f64) < wanted);
        self.values.get(at).or(self.values.last()).copied().unwrap_or(f64::NAN)
    }

    /// The Kolmogorov-Smirnov statistic and the Wasserstein distance to values in ascending order. O(n). NaN when there
    /// are none.
    pub fn distances(&self, sorted: &[f64]) -> (f64, f64) {
        if sorted.is_empty() {
            return (f64::NAN, f64::NAN);
        }
        let (of_all, of_batch) = (2.0 * self.n as f64, sorted.len() as f64);
        let (mut i, mut j) = (0, 0);
        let (mut f, mut g) = (0.0f64, 0.0f64);
        let mut last = None;
        let mut largest = 0.0f64;
        let mut area = Sum::default();
        loop {
            let x = match (self.values.get(i), sorted.get(j)) {
                (Some(&a), Some(&b)) => a.min(b),
                (Some(&x), None) | (None, Some(&x)) => x,
                (None, None) => break,
            };
            if let Some(last) = last {
                area.add((x - last) * (f - g).abs());
            }
            if self.values.get(i) == Some(&x) {
                f = self.twice[i] as f64 / of_all;
                i += 1;
            }
            if sorted.get(j) == Some(&x) {
                while sorted.get(j) == Some(&x) {
                    j += 1;
                }
                g = j as f64 / of_batch;
            }
            largest = largest.max((f - g).abs());
            last = Some(x);
        }
        (largest, area.value())
    }

    /// P-value of the two-sample Kolmogorov-Smirnov test. Where only some values are listed, of the least statistic
    /// that the reference allows, so that its gaps never make a difference look surer than it is.
    pub fn p_value(&self, statistic: f64, n_batch: u64) -> f64 {
        special::ks_two_sample_sf((statistic - self.error()).max(0.0), self.n, n_batch)
    }
}

/// The statistic of the two-sample Kolmogorov-Smirnov test, the largest difference of the two cumulative shares, and its
/// p-value. NaN values do not count; NaN when a sample is empty.
pub fn kolmogorov_smirnov(reference: &[f64], batch: &[f64]) -> (f64, f64) {
    let batch = Numbers::new(batch);
    with_steps(reference, |steps| {
        let (statistic, _) = steps.distances(&batch.sorted);
        (statistic, steps.p_value(statistic, batch.sorted.len() as u64))
    })
}

/// The Wasserstein distance, the area between the two cumulative shares, in the values' own unit. NaN values do not
/// count; NaN when a sample is empty.
pub fn wasserstein(reference: &[f64], batch: &[f64]) -> f64 {
    let batch = Numbers::new(batch);
    with_steps(reference, |steps| steps.distances(&batch.sorted)).1
}

fn with_steps(reference: &[f64], f: impl Fn(&Steps) -> (f64, f64)) -> (f64, f64) {
    let mut values = Vec::new();
    let mut twice = Vec::new();
    let mut total = 0;
    for (value, n) in Numbers::new(reference).runs() {
        total += n;
        values.push(value);
        twice.push(2 * total);
    }
    if values.is_empty() {
        return (f64::NAN, f64::NAN);
    }
    f(&Steps::of_sample(&values, twice))
}

/// Standard deviation over n, as numpy's default; None for no values or beyond the largest numbers.
pub(crate) fn std(sorted: &[f64]) -> Option<f64> {
    let n = sorted.len() as f64;
    let mean = sorted.iter().copied().collect::<Sum>().value() / n;
    let squares = sorted.iter().map(|x| (x - mean) * (x - mean)).collect::<Sum>().value();
    Some((squares / n).sqrt()).filter(|std| std.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorted_without_what_is_missing() {
        let numbers = Numbers::new(&[3.0, f64::NAN, -1.0, f64::INFINITY, -0.0, 0.0, 3.0]);
        assert_eq!(numbers.sorted, [-1.0, 0.0, 0.0, 3.0, 3.0]);
        assert_eq!(numbers.n_missing, 2);
        assert_eq!(numbers.runs().collect::<Vec<_>>(), [(-1.0, 1), (0.0, 2), (3.0, 2)]);
        assert_eq!((numbers.n_below(0.0), numbers.n_above(0.0)), (1, 2));
    }

    #[test]
    fn small_distances_by_hand() {
        assert_eq!(kolmogorov_smirnov(&[1.0, 2.0, 3.0, 4.0], &[3.0, 4.0, 5.0, 6.0]).0, 0.5);
        assert_eq!(wasserstein(&[1.0, 2.0, 3.0, 4.0], &[3.0, 4.0, 5.0, 6.0]), 2.0);
        assert_eq!(wasserstein(&[0.0, 1.0], &[0.0, 1.0, 0.0, 1.0]), 0.0);
        assert_eq!(wasserstein(&[5.0], &[7.5, f64::NAN]), 2.5);
        assert!(kolmogorov_smirnov(&[], &[1.0]).0.is_nan() && wasserstein(&[1.0], &[]).is_nan());
        assert_eq!(kolmogorov_smirnov(&[2.0], &[2.0]), (0.0, 1.0));
    }

    #[test]
    fn a_standard_deviation_that_cannot_be_is_none() {
        assert_eq!(std(&[1.0, 3.0]), Some(1.0));
        assert_eq!(std(&[7.0; 5]), Some(0.0));
        assert_eq!((std(&[]), std(&[f64::MIN, f64::MAX])), (None, None));
    }
}

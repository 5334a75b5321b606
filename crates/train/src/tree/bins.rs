//! Features as small integers: bin 0 holds missing values, the others ascend with the value.

use prepare::Features;
use spec::{Observer, Outcome};

use super::pack::{Pack, packs};

/// Rows that edges are learned from, evenly spaced over the file, so that binning does not grow with it.
const MAX_EDGE_ROWS: usize = 200_000;

/// A bin's number: u8 for histograms, u32 when every distinct value has a bin of its own.
pub trait Code: Copy + Send + Sync {
    /// Codes as bytes; None when they are not.
    fn bytes(codes: &[Self]) -> Option<&[u8]>;
    fn from_bin(bin: usize) -> Self;
    fn bin(self) -> usize;
}

impl Code for u8 {
    fn bytes(codes: &[Self]) -> Option<&[u8]> {
        Some(codes)
    }

    fn from_bin(bin: usize) -> Self {
        bin as Self
    }

    #[inline(always)]
    fn bin(self) -> usize {
        usize::from(self)
    }
}

impl Code for u32 {
    fn bytes(_codes: &[Self]) -> Option<&[u8]> {
        None
    }

    fn from_bin(bin: usize) -> Self {
        bin as Self
    }

    #[inline(always)]
    fn bin(self) -> usize {
        self as usize
    }
}

pub struct BinColumn<B> {
    pub codes: Vec<B>,
    /// Smallest and largest value in bin `i + 1` over the rows that edges were learned from.
    low: Vec<f32>,
    high: Vec<f32>,
}

impl<B> BinColumn<B> {
    /// Bins of values; bin 0 is not counted.
    pub fn n_bins(&self) -> usize {
        self.low.len()
    }

    /// Midway between the values of two bins, `below < above`: exact in f64, and strictly between them. Above every
    /// feature when `above` is 0.
    pub fn threshold(&self, below: usize, above: usize) -> f64 {
        if above == 0 {
            return f64::from(f32::MAX);
        }
        0.5 * (f64::from(self.high[below - 1]) + f64::from(self.low[above - 1]))
    }
}

pub struct Bins<B> {
    pub columns: Vec<BinColumn<B>>,
    /// Columns that histograms count together.
    pub packs: Vec<Pack>,
}

impl Bins<u8> {
    /// At most `max_bins` (2 to 255) bins a feature, of about equally many rows; every distinct value has its own where
    /// they suffice.
    pub fn quantile(features: &Features, max_bins: usize, observer: &mut dyn Observer) -> Outcome<Self> {
        let columns = columns(features, max_bins.clamp(2, 255), observer)?;
        let packs = packs(&columns);
        Ok(Self { columns, packs })
    }
}

impl Bins<u32> {
    /// A bin for every distinct value: splits are exact.
    pub fn exact(features: &Features, observer: &mut dyn Observer) -> Outcome<Self> {
        Ok(Self {
            columns: columns(features, usize::MAX, observer)?,
            packs: Vec::new(),
        })
    }
}

fn columns<B: Code>(features: &Features, max_bins: usize, observer: &mut dyn Observer) -> Outcome<Vec<BinColumn<B>>> {
    let mut columns = Vec::with_capacity(features.n_features());
    for (j, values) in features.columns.iter().enumerate() {
        columns.push(column(values, max_bins));
        observer.tick((j + 1) as f64 / features.n_features() as f64)?;
    }
    Ok(columns)
}

fn column<B: Code>(values: &[f32], max_bins: usize) -> BinColumn<B> {
    let step = if max_bins == usize::MAX {
        1
    } else {
        values.len().div_ceil(MAX_EDGE_ROWS).max(1)
    };
    let mut sorted: Vec<f32> = values.iter().step_by(step).copied().filter(|x| !x.is_nan()).collect();
    sorted.sort_unstable_by(f32::total_cmp);
    let mut distinct: Vec<(f32, usize)> = Vec::new();
    for x in &sorted {
        match distinct.last_mut() {
            Some((last, count)) if last == x => *count += 1,
            _ => distinct.push((*x, 1)),
        }
    }
    let (mut low, mut high): (Vec<f32>, Vec<f32>) = (Vec::new(), Vec::new());
    if distinct.len() <= max_bins {
        low.extend(distinct.iter().map(|(x, _)| *x));
        high.clone_from(&low);
    } else {
        let (mut rows_left, mut bins_left, mut in_bin) = (sorted.len(), max_bins, 0);
        for (i, (x, count)) in distinct.iter().enumerate() {
            if in_bin == 0 {
                low.push(*x);
            }
            in_bin += count;
            let values_left = distinct.len() - i - 1;
            // Close a bin once it has its share of what is left, or when the next value would overfill it by more.
            let share = rows_left as f64 / bins_left as f64;
            let next = distinct.get(i + 1).map_or(0, |(_, count)| *count);
            let full = in_bin as f64 >= share || (in_bin as f64 + 0.5 * next as f64) > share;
            if values_left == 0 || (full && bins_left > 1) {
                high.push(*x);
                rows_left -= in_bin;
                bins_left -= 1;
                in_bin = 0;
            }
        }
    }
    let edges: Vec<f64> = (1..low.len())
        .map(|i| 0.5 * (f64::from(high[i - 1]) + f64::from(low[i])))
        .collect();
    let codes: Vec<B> = values
        .iter()
        .map(|x| {
            if x.is_nan() {
                B::from_bin(0)
            } else {
                let x = f64::from(*x);
                B::from_bin(1 + edges.partition_point(|edge| *edge < x))
            }
        })
        .collect();
    // Rows that were not looked at may lie outside their bin's known values.
    if step > 1 {
        widen(values, &codes, &mut low, &mut high);
    }
    BinColumn { codes, low, high }
}

fn widen<B: Code>(values: &[f32], codes: &[B], low: &mut [f32], high: &mut [f32]) {
    for (x, code) in values.iter().zip(codes) {
        if let Some(bin) = code.bin().checked_sub(1)
            && let (Some(low), Some(high)) = (low.get_mut(bin), high.get_mut(bin))
        {
            *low = low.min(*x);
            *high = high.max(*x);
        }
    }
}

#[cfg(test)]
mod tests {
    use spec::Unobserved;

    use super::*;

    fn features(column: Vec<f32>) -> Features {
        Features {
            names: vec!["x".to_owned()],
            n_rows: column.len(),
            columns: vec![column],
        }
    }

    #[test]
    fn few_values_have_a_bin_each_and_missing_has_bin_0() {
        let bins = Bins::quantile(&features(vec![3.0, f32::NAN, 1.0, 3.0, 2.5]), 255, &mut Unobserved).unwrap();
        let column = &bins.columns[0];
        assert_eq!(column.codes, [3, 0, 1, 3, 2]);
        assert_eq!(column.threshold(1, 3), 2.0);
        let none = Bins::quantile(&features(vec![f32::NAN; 3]), 255, &mut Unobserved).unwrap();
        assert_eq!((none.columns[0].n_bins(), &none.columns[0].codes[..]), (0, &[0, 0, 0][..]));
    }

    #[test]
    fn many_values_share_bins_of_about_equal_size() {
        let values: Vec<f32> = (0..10_000).map(|i| ((i * 7919) % 10_000) as f32).collect();
        let bins = Bins::quantile(&features(values.clone()), 16, &mut Unobserved).unwrap();
        let column = &bins.columns[0];
        assert_eq!(column.n_bins(), 16);
        for bin in 1..=16 {
            assert_eq!(column.codes.iter().filter(|code| code.bin() == bin).count(), 625);
        }
        assert!(
            values
                .iter()
                .zip(&column.codes)
                .all(|(x, code)| column.low[code.bin() - 1] <= *x && *x <= column.high[code.bin() - 1])
        );
        let exact = Bins::exact(&features(values), &mut Unobserved).unwrap();
        assert_eq!(exact.columns[0].n_bins(), 10_000);
    }
}

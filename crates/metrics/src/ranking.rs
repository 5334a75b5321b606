//! Figures of an order: how well a score ranks the rows of a class above the others.
//!
//! Rows of equal score form one group; nothing depends on their order within it. Counts are integers, so ROC AUC is
//! exact up to its last division.

use spec::Metric;

use crate::classification::{Average, mean};

/// Rows by falling score.
#[derive(Clone, Debug)]
pub struct Ranking {
    /// Row numbers, highest score first, equal scores in row order.
    pub order: Vec<u32>,
    /// Where each group of equal scores ends in `order`.
    pub ends: Vec<u32>,
}

/// Counts at the end of one group: all rows with a score of at least `score` are flagged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cut {
    pub score: f64,
    pub n_true_positive: u64,
    pub n_false_positive: u64,
}

impl Ranking {
    /// O(n log n). -0 equals 0; NaN sorts first.
    pub fn new(scores: &[f64]) -> Self {
        let mut order: Vec<u32> = (0..scores.len() as u32).collect();
        let score = |row: u32| scores[row as usize] + 0.0;
        order.sort_by(|&a, &b| score(b).total_cmp(&score(a)));
        let mut ends = Vec::new();
        for i in 1..=order.len() {
            if i == order.len() || score(order[i]) != score(order[i - 1]) {
                ends.push(i as u32);
            }
        }
        Self { order, ends }
    }

    /// The counts after each group, highest score first.
    pub fn cuts(&self, scores: &[f64], positive: &[bool]) -> Vec<Cut> {
        let (mut n_true_positive, mut n_false_positive) = (0, 0);
        let mut start = 0;
        self.ends
            .iter()
            .map(|&end| {
                let group = &self.order[start..end as usize];
                let n = group.iter().filter(|&&row| positive[row as usize]).count() as u64;
                n_true_positive += n;
                n_false_positive += group.len() as u64 - n;
                start = end as usize;
                Cut {
                    score: group.first().map_or(0.0, |&row| scores[row as usize]),
                    n_true_positive,
                    n_false_positive,
                }
            })
            .collect()
    }

    /// The two areas in one pass of O(n), each row counted `counts[row]` times (None: once).
    ///
    /// ROC AUC: the share of pairs of a positive and a negative row in which the positive one scores higher, ties count
    /// half; None without one of the two. Average precision: sum over the groups of (recall step) x precision; None
    /// without positives (scikit-learn: 0 and a warning).
    pub fn areas(&self, positive: &[bool], counts: Option<&[u32]>) -> Areas {
        let (mut tp, mut fp, mut twice_pairs, mut precision_sum) = (0u64, 0u64, 0u128, 0.0);
        let mut start = 0;
        for &end in &self.ends {
            let (mut n_positive, mut n_all) = (0u64, 0u64);
            for &row in &self.order[start..end as usize] {
                let count = counts.map_or(1, |counts| u64::from(counts[row as usize]));
                n_all += count;
                n_positive += if positive[row as usize] { count } else { 0 };
            }
            let n_negative = n_all - n_positive;
            // A negative row stands below all positives seen so far, and level with those of its own group.
            twice_pairs += u128::from(n_negative * (2 * tp + n_positive));
            tp += n_positive;
            fp += n_negative;
            if n_positive > 0 {
                precision_sum += n_positive as f64 * (tp as f64 / (tp + fp) as f64);
            }
            start = end as usize;
        }
        Areas {
            roc_auc: (tp > 0 && fp > 0).then(|| twice_pairs as f64 / 2.0 / (tp as f64 * fp as f64)),
            average_precision: (tp > 0).then(|| precision_sum / tp as f64),
            n_positive: tp,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Areas {
    pub roc_auc: Option<f64>,
    pub average_precision: Option<f64>,
    pub n_positive: u64,
}

/// Of one score column against "is of the class".
pub fn areas(scores: &[f64], positive: &[bool]) -> Areas {
    Ranking::new(scores).areas(positive, None)
}

/// `roc_auc` or `average_precision` (None for others) over the classes, each against the rest; `values` is row-major,
/// rows x `n_classes`. Micro: all cells of the table in one order. Macro and weighted: None when one class has no row
/// (scikit-learn: NaN for the first, 0 for the second).
pub fn average(metric: Metric, truth: &[u32], values: &[f64], n_classes: usize, average: Average) -> Option<f64> {
    let pick = |areas: &Areas| match metric {
        Metric::RocAuc => areas.roc_auc,
        Metric::AveragePrecision => areas.average_precision,
        _ => None,
    };
    if average == Average::Micro {
        let positive: Vec<bool> = truth
            .iter()
            .flat_map(|&code| (0..n_classes).map(move |class| class == code as usize))
            .collect();
        return pick(&areas(values, &positive));
    }
    let each: Option<Vec<(f64, f64)>> = (0..n_classes)
        .map(|class| {
            let scores: Vec<f64> = values.iter().skip(class).step_by(n_classes).copied().collect();
            let positive: Vec<bool> = truth.iter().map(|&code| code as usize == class).collect();
            let areas = areas(&scores, &positive);
            pick(&areas).map(|figure| (figure, areas.n_positive as f64))
        })
        .collect();
    let each = each?;
    match average {
        Average::Weighted => Some(each.iter().map(|(figure, n)| figure * n).sum::<f64>() / truth.len() as f64),
        _ => mean(each.into_iter().map(|(figure, _)| figure)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_count_half_and_order_does_not_matter() {
        let scores = [0.5, 0.5, 0.2, 0.9, -0.0, 0.0];
        let positive = [true, false, false, true, true, false];
        let first = areas(&scores, &positive);
        // Pairs: 9; the positive one wins 2.5 (0.5) + 3 (0.9) + 0.5 (0).
        assert_eq!(first.roc_auc, Some(6.0 / 9.0));
        let back: Vec<f64> = scores.iter().rev().copied().collect();
        let back_positive: Vec<bool> = positive.iter().rev().copied().collect();
        assert_eq!(areas(&back, &back_positive), first);
        assert_eq!(
            areas(&[0.3, 0.4], &[false, false]),
            Areas {
                roc_auc: None,
                average_precision: None,
                n_positive: 0
            }
        );
        assert_eq!(areas(&[], &[]).roc_auc, None);
    }

    #[test]
    fn counts_are_repeats_of_rows() {
        let scores = [0.1, 0.4, 0.35, 0.8, 0.4];
        let positive = [false, false, true, true, true];
        let counts = [2, 0, 1, 3, 1];
        let rows: Vec<usize> = (0..5).flat_map(|row| vec![row; counts[row] as usize]).collect();
        let repeated = areas(
            &rows.iter().map(|&row| scores[row]).collect::<Vec<_>>(),
            &rows.iter().map(|&row| positive[row]).collect::<Vec<_>>(),
        );
        assert_eq!(Ranking::new(&scores).areas(&positive, Some(&counts)), repeated);
    }
}

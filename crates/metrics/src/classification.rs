//! Figures of labels and of probabilities, row by row.

use math::float;

/// The label of each row. Two classes: 1 when the positive probability is at least `threshold` (None: 0.5). More: the
/// class of the highest probability, of several the first. `values` is row-major, rows x `n_classes`.
pub fn labels(values: &[f64], n_classes: usize, threshold: Option<f64>) -> Vec<u32> {
    let rows = values.chunks_exact(n_classes.max(1));
    if n_classes == 2 {
        let threshold = threshold.unwrap_or(0.5);
        return rows.map(|row| u32::from(row[1] >= threshold)).collect();
    }
    rows.map(|row| {
        let mut best = 0;
        for (class, p) in row.iter().enumerate() {
            if *p > row[best] {
                best = class;
            }
        }
        best as u32
    })
    .collect()
}

/// Rows by true and predicted class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confusion {
    /// Row-major: `counts[truth * n_classes + predicted]`.
    pub counts: Vec<u64>,
    pub n_classes: usize,
}

/// An average over classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Average {
    /// Over all decisions: every class's counts are added up first.
    Micro,
    /// Every class weighs the same.
    Macro,
    /// Every class weighs as many rows as it really has.
    Weighted,
}

impl Confusion {
    pub fn new(truth: &[u32], predicted: &[u32], n_classes: usize) -> Self {
        let mut counts = vec![0; n_classes * n_classes];
        for (&t, &p) in truth.iter().zip(predicted) {
            counts[t as usize * n_classes + p as usize] += 1;
        }
        Self { counts, n_classes }
    }

    pub fn n_rows(&self) -> u64 {
        self.counts.iter().sum()
    }

    pub fn at(&self, truth: usize, predicted: usize) -> u64 {
        self.counts[truth * self.n_classes + predicted]
    }

    /// Rows that really are of the class.
    pub fn n_true(&self, class: usize) -> u64 {
        (0..self.n_classes).map(|p| self.at(class, p)).sum()
    }

    /// Rows that are predicted as the class.
    pub fn n_predicted(&self, class: usize) -> u64 {
        (0..self.n_classes).map(|t| self.at(t, class)).sum()
    }

    fn n_right(&self) -> u64 {
        (0..self.n_classes).map(|class| self.at(class, class)).sum()
    }

    /// Classes that occur, truly or predicted: scikit-learn's `labels=None`.
    fn occurring(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.n_classes).filter(|&class| self.n_true(class) + self.n_predicted(class) > 0)
    }

    /// None without rows.
    pub fn accuracy(&self) -> Option<f64> {
        ratio(self.n_right(), self.n_rows())
    }

    /// Mean recall of the classes that truly occur, as scikit-learn. None without rows.
    pub fn balanced_accuracy(&self) -> Option<f64> {
        mean((0..self.n_classes).filter_map(|class| self.recall(class)))
    }

    /// TP / (TP + FP); None when the class is never predicted (scikit-learn: 0 and a warning).
    pub fn precision(&self, class: usize) -> Option<f64> {
        ratio(self.at(class, class), self.n_predicted(class))
    }

    /// TP / (TP + FN); None when no row is of the class (scikit-learn: 0 and a warning).
    pub fn recall(&self, class: usize) -> Option<f64> {
        ratio(self.at(class, class), self.n_true(class))
    }

    /// 2 TP / (2 TP + FP + FN); None when the class occurs neither truly nor predicted. It is 0, and defined, when the
    /// class occurs but is never predicted.
    pub fn f1(&self, class: usize) -> Option<f64> {
        ratio(2 * self.at(class, class), self.n_true(class) + self.n_predicted(class))
    }

    /// Two classes: TN / (TN + FP); None when no row is negative.
    pub fn specificity(&self) -> Option<f64> {
        if self.n_classes == 2 { self.recall(0) } else { None }
    }

    /// Precision over classes. As scikit-learn's default, a class that occurs but is never predicted counts as 0 in
    /// macro and weighted averages (leaving it out would reward a model that never predicts rare classes), and a class
    /// that does not occur at all is left out. None without rows.
    pub fn average_precision_of_labels(&self, average: Average) -> Option<f64> {
        self.average(average, Self::precision)
    }

    /// Recall over classes; a class that is predicted but never true counts as 0 in the macro average, as scikit-learn.
    pub fn average_recall(&self, average: Average) -> Option<f64> {
        self.average(average, Self::recall)
    }

    /// F1 over classes. None without rows.
    pub fn average_f1(&self, average: Average) -> Option<f64> {
        self.average(average, Self::f1)
    }

    fn average(&self, average: Average, of: fn(&Self, usize) -> Option<f64>) -> Option<f64> {
        match average {
            // Every wrong row is one false positive and one false negative: all three micro figures are the accuracy.
            Average::Micro => self.accuracy(),
            Average::Macro => mean(self.occurring().map(|class| of(self, class).unwrap_or(0.0))),
            Average::Weighted => {
                let n = self.n_rows();
                (n > 0).then(|| {
                    self.occurring()
                        .map(|class| of(self, class).unwrap_or(0.0) * self.n_true(class) as f64)
                        .sum::<f64>()
                        / n as f64
                })
            }
        }
    }

    /// Matthews' correlation of truth and prediction, for any number of classes. None when truth or prediction is one
    /// class only (scikit-learn: 0).
    pub fn mcc(&self) -> Option<f64> {
        let n = self.n_rows() as f64;
        let right = self.n_right() as f64;
        let (mut tp, mut tt, mut pp) = (0.0, 0.0, 0.0);
        for class in 0..self.n_classes {
            let (t, p) = (self.n_true(class) as f64, self.n_predicted(class) as f64);
            tp += t * p;
            tt += t * t;
            pp += p * p;
        }
        let (spread_truth, spread_predicted) = (n * n - tt, n * n - pp);
        if spread_truth <= 0.0 || spread_predicted <= 0.0 {
            return None;
        }
        // The root of a square is exact, so full agreement is 1 and not 1 - 1e-16.
        let spread = if spread_truth == spread_predicted {
            spread_truth
        } else {
            spread_truth.sqrt() * spread_predicted.sqrt()
        };
        Some((right * n - tp) / spread)
    }

    /// Cohen's kappa, unweighted. None when truth and prediction are the same single class.
    pub fn kappa(&self) -> Option<f64> {
        let n = self.n_rows() as f64;
        let expected = (0..self.n_classes)
            .map(|class| self.n_true(class) as f64 * self.n_predicted(class) as f64)
            .sum::<f64>();
        let spread = n * n - expected;
        (n > 0.0 && spread > 0.0).then(|| (self.n_right() as f64 * n - expected) / spread)
    }
}

/// -ln of the probability given to the true class, clipped to eps..1 - eps with eps = 2.2e-16 (scikit-learn for f64).
pub fn log_losses(truth: &[u32], values: &[f64], n_classes: usize) -> Vec<f64> {
    truth
        .iter()
        .zip(values.chunks_exact(n_classes.max(1)))
        .map(|(&class, row)| -float::ln(row[class as usize].clamp(f64::EPSILON, 1.0 - f64::EPSILON)))
        .collect()
}

/// Two classes: (p - y)^2 of the positive class, 0 to 1. More: the sum over the classes, 0 to 2 (scikit-learn from 1.7,
/// `scale_by_half="auto"`).
pub fn brier_losses(truth: &[u32], values: &[f64], n_classes: usize) -> Vec<f64> {
    truth
        .iter()
        .zip(values.chunks_exact(n_classes.max(1)))
        .map(|(&truth, row)| {
            let square = |class: usize| {
                let miss = row[class] - if class == truth as usize { 1.0 } else { 0.0 };
                miss * miss
            };
            if n_classes == 2 {
                square(1)
            } else {
                (0..n_classes).map(square).sum()
            }
        })
        .collect()
}

pub(crate) fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

pub(crate) fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut n) = (0.0, 0u32);
    for value in values {
        sum += value;
        n += 1;
    }
    (n > 0).then(|| sum / f64::from(n))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tie_goes_to_the_first_class_and_the_threshold_itself_is_positive() {
        assert_eq!(labels(&[0.4, 0.4, 0.2, 0.1, 0.45, 0.45], 3, None), [0, 1]);
        assert_eq!(labels(&[0.5, 0.5, 0.51, 0.49, 0.7, 0.3], 2, None), [1, 0, 0]);
        assert_eq!(labels(&[0.5, 0.5, 0.51, 0.49, 0.7, 0.3], 2, Some(0.3)), [1, 1, 1]);
    }

    #[test]
    fn undefined_is_none() {
        let none = Confusion::new(&[], &[], 2);
        assert_eq!(
            (none.accuracy(), none.f1(1), none.mcc(), none.kappa()),
            (None, None, None, None)
        );
        let never = Confusion::new(&[0, 1, 1], &[0, 0, 0], 2);
        assert_eq!((never.precision(1), never.f1(1), never.mcc()), (None, Some(0.0), None));
        assert_eq!(never.kappa(), Some(0.0));
        let one_class = Confusion::new(&[1, 1], &[1, 1], 2);
        assert_eq!(
            (one_class.specificity(), one_class.kappa(), one_class.balanced_accuracy()),
            (None, None, Some(1.0))
        );
    }
}

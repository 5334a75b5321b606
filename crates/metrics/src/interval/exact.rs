//! Intervals of shares, and of figures that are made of shares, without resampling.
//!
//! A share that was counted has Clopper and Pearson's interval: it holds the truth at least as often as it says, also near
//! 0 and 1, and has width when all rows are right. F1 is `2 J / (1 + J)` of the Jaccard share J = TP / (TP + FP + FN), so
//! its interval is that of J bent the same way. A mean of independent shares (balanced accuracy, macro recall and
//! precision) has the limits of its parts put together by their squares (MOVER); of dependent parts, the mean of the
//! limits.
//!
//! References: Clopper, C. and Pearson, E. (1934), Biometrika 26; statsmodels `proportion_confint(method="beta")`. Zou, G.
//! and Donner, A. (2008), Construction of confidence limits about effect measures, Statistics in Medicine 27.

use math::special_beta::beta_ppf;
use spec::Metric;

use crate::classification::Confusion;

/// An interval's ends.
pub type Limits = (f64, f64);

/// Of the share `n_hits / n`; 0 to 1 without rows. Both may be real numbers, for shares that count for as many rows.
pub fn share(n_hits: f64, n: f64, level: f64) -> Limits {
    let tail = (1.0 - level) / 2.0;
    if n <= 0.0 {
        return (0.0, 1.0);
    }
    let low = if n_hits <= 0.0 {
        0.0
    } else {
        beta_ppf(tail, n_hits, n - n_hits + 1.0)
    };
    let high = if n_hits >= n {
        1.0
    } else {
        beta_ppf(1.0 - tail, n_hits + 1.0, n - n_hits)
    };
    (low, high)
}

/// Of a metric of labels; None for others, and where the metric is not defined.
pub(super) fn of_labels(metric: Metric, confusion: &Confusion, level: f64) -> Option<Limits> {
    let classes = || 0..confusion.n_classes;
    let counted = |part: u64, of: u64| (of > 0).then(|| share(part as f64, of as f64, level));
    let recall = |class: usize| counted(confusion.at(class, class), confusion.n_true(class));
    let precision = |class: usize| counted(confusion.at(class, class), confusion.n_predicted(class));
    let f1 = |class: usize| {
        let n = confusion.n_true(class) + confusion.n_predicted(class) - confusion.at(class, class);
        let bent = |share: f64| 2.0 * share / (1.0 + share);
        counted(confusion.at(class, class), n).map(|(low, high)| (bent(low), bent(high)))
    };
    let occurs = |class: &usize| confusion.n_true(*class) + confusion.n_predicted(*class) > 0;
    // A class without rows of its own, or that is never said, may have any share.
    let part = |figure: Option<f64>, limits: Option<Limits>| (figure.unwrap_or(0.0), limits.unwrap_or((0.0, 1.0)));
    let binary = confusion.n_classes == 2;
    match metric {
        Metric::Accuracy => {
            let n_right = classes().map(|class| confusion.at(class, class)).sum();
            counted(n_right, confusion.n_rows())
        }
        Metric::Specificity => recall(0).filter(|_| binary),
        Metric::Recall if binary => recall(1),
        Metric::Precision if binary => precision(1),
        Metric::F1 if binary => f1(1),
        Metric::BalancedAccuracy => independent(
            classes()
                .filter(|class| confusion.n_true(*class) > 0)
                .map(|class| part(confusion.recall(class), recall(class))),
        ),
        Metric::Recall => independent(
            classes()
                .filter(occurs)
                .map(|class| part(confusion.recall(class), recall(class))),
        ),
        Metric::Precision => independent(
            classes()
                .filter(occurs)
                .map(|class| part(confusion.precision(class), precision(class))),
        ),
        // Each mistake counts for two classes.
        Metric::F1 => dependent(classes().filter(occurs).filter_map(f1)),
        _ => None,
    }
}

/// Of the mean of independent figures, each with its limits.
fn independent(parts: impl Iterator<Item = (f64, Limits)>) -> Option<Limits> {
    let (mut n, mut sum, mut below, mut above) = (0.0, 0.0, 0.0, 0.0);
    for (figure, (low, high)) in parts {
        n += 1.0;
        sum += figure;
        below += (figure - low) * (figure - low);
        above += (high - figure) * (high - figure);
    }
    (n > 0.0).then(|| (((sum - below.sqrt()) / n).max(0.0), ((sum + above.sqrt()) / n).min(1.0)))
}

/// Of the mean of figures that may depend on each other in any way.
fn dependent(parts: impl Iterator<Item = Limits>) -> Option<Limits> {
    let (mut n, mut low, mut high) = (0.0, 0.0, 0.0);
    for limits in parts {
        n += 1.0;
        low += limits.0;
        high += limits.1;
    }
    (n > 0.0).then_some((low / n, high / n))
}

/// Kappa with the chance of agreement as it was counted.
pub(super) fn kappa(confusion: &Confusion, level: f64) -> Option<Limits> {
    let n = confusion.n_rows() as f64;
    let classes = 0..confusion.n_classes;
    let by_chance = classes
        .clone()
        .map(|class| confusion.n_true(class) as f64 * confusion.n_predicted(class) as f64)
        .sum::<f64>()
        / (n * n);
    let n_right: u64 = classes.map(|class| confusion.at(class, class)).sum();
    let (low, high) = share(n_right as f64, n, level);
    let bent = |share: f64| ((share - by_chance) / (1.0 - by_chance)).max(-1.0);
    (n > 0.0 && by_chance < 1.0).then(|| (bent(low), bent(high)))
}

/// Of a ROC AUC over `n_positive` and `n_negative` rows: the values that lie within `z` of their own standard errors of it,
/// which has width at 1 too.
///
/// Reference: Newcombe, R. (2006), Confidence intervals for an effect size measure based on the Mann-Whitney statistic,
/// Statistics in Medicine 25, method 5.
pub(super) fn area(figure: f64, n_positive: f64, n_negative: f64, level: f64) -> Limits {
    let z = math::special::normal_ppf(1.0 - (1.0 - level) / 2.0);
    let n = f64::midpoint(n_positive, n_negative);
    let reaches = |area: f64| {
        let spread = 1.0 + (n - 1.0) * (1.0 - area) / (2.0 - area) + (n - 1.0) * area / (1.0 + area);
        let variance = area * (1.0 - area) * spread / (n_positive * n_negative);
        (figure - area).abs() <= z * variance.max(0.0).sqrt()
    };
    let end = |outermost: f64| {
        let (mut inside, mut outside) = (figure, outermost);
        for _ in 0..60 {
            let middle = f64::midpoint(inside, outside);
            if reaches(middle) {
                inside = middle;
            } else {
                outside = middle;
            }
        }
        inside
    };
    (end(0.0), end(1.0))
}

/// Places of the order statistics, counted from 0, between which the median of `n` values lies; None with too few.
pub(super) fn median_places(n: u64, level: f64) -> Option<(u64, u64)> {
    let tail = (1.0 - level) / 2.0;
    // P(at most k of n lie below the median).
    let below = |k: u64| math::special_beta::beta_cdf(0.5, (n - k) as f64, k as f64 + 1.0);
    if n < 2 || below(0) > tail {
        return None;
    }
    let (mut low, mut high) = (0, n / 2);
    while high - low > 1 {
        let middle = u64::midpoint(low, high);
        if below(middle) <= tail {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some((low, n - 1 - low))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_right_has_width() {
        let (low, high) = share(30.0, 30.0, 0.95);
        assert!((low - 0.884_296_7).abs() < 1e-6 && high == 1.0, "{low} {high}");
        let (low, high) = area(1.0, 15.0, 15.0, 0.95);
        assert!((0.75..0.95).contains(&low) && (high - 1.0).abs() < 1e-12, "{low} {high}");
        let perfect = Confusion {
            counts: vec![10, 0, 0, 0, 10, 0, 0, 0, 10],
            n_classes: 3,
        };
        for metric in [
            Metric::Accuracy,
            Metric::BalancedAccuracy,
            Metric::F1,
            Metric::Recall,
            Metric::Precision,
        ] {
            let (low, high) = of_labels(metric, &perfect, 0.95).unwrap_or_default();
            assert!(0.5 < low && low < 0.95 && high == 1.0, "{metric:?} {low} {high}");
        }
        let (low, high) = kappa(&perfect, 0.95).unwrap_or_default();
        assert!(0.6 < low && low < 0.95 && high == 1.0);
    }

    #[test]
    fn places_of_the_median() {
        // P(Binomial(10, 1/2) <= 1) = 0.0107, <= 2: 0.0547.
        assert_eq!(median_places(10, 0.95), Some((1, 8)));
        assert_eq!(median_places(6, 0.95), Some((0, 5)));
        assert_eq!(median_places(5, 0.95), None);
    }
}

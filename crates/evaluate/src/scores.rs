//! Figures with their intervals and the baseline beside them.

use metrics::classification::{Average, Confusion, labels};
use metrics::{Predicted, Scorer, Truth, interval};
use spec::framing::{Costs, Reference};
use spec::run::{Scored, Scores};
use spec::{Framing, Metric, Observer, Order, Outcome};

/// What is judged, against what.
#[derive(Clone, Copy, Debug)]
pub struct Judged<'a> {
    pub truth: Truth<'a>,
    pub predicted: Predicted<'a>,
    /// The baseline's predictions for the same rows: class shares or the mean of the training rows.
    pub baseline: Predicted<'a>,
    /// For `adjusted_r2`.
    pub n_features: usize,
    /// The current process's figure on one metric, where the user gave it.
    pub current: Option<(Metric, f64)>,
    pub seed: u64,
}

/// Each metric with its 95% percentile bootstrap interval and the baseline's figure (E7, E11).
///
/// The baseline's figure: for probabilities and values that of the baseline's predictions; for labels the best of always
/// saying one class. Recall and specificity alone cost nothing that way (1 by always saying the class), so there it is
/// the majority class's figure. Where the user gave the current process's figure and it is better, it is that one.
///
/// Errors: only the observer's.
pub fn scores(metrics: &[Metric], judged: &Judged, observer: &mut dyn Observer) -> Outcome<Scores> {
    let scorer = Scorer::new(metrics, &judged.truth, &judged.predicted, Some(judged.n_features));
    let values = scorer.score(None);
    let n_resamples = interval::n_resamples(judged.truth.n_rows());
    let intervals = interval::bootstrap_scorer(&scorer, n_resamples, judged.seed, interval::LEVEL, observer)?;
    let of_model = Scorer::new(metrics, &judged.truth, &judged.baseline, Some(0)).score(None);
    let always = always_one_class(&judged.truth);
    let scored = |(i, metric): (usize, &Metric)| {
        let baseline = match (always.is_empty(), metric.uses_probabilities()) {
            (false, false) => best_label(*metric, &always),
            _ => of_model[i],
        };
        let current = judged.current.filter(|(of, _)| of == metric).map(|(_, figure)| figure);
        let baseline = match (baseline, current) {
            (Some(a), Some(b)) => Some(if metric.better(b, a) { b } else { a }),
            (a, b) => a.or(b),
        };
        // Without the figure itself an interval would be one of other rows.
        let (low, high) = values[i]
            .and(intervals.get(metric))
            .map_or((None, None), |&(low, high)| (Some(low), Some(high)));
        (
            *metric,
            Scored {
                value: values[i],
                low,
                high,
                baseline,
            },
        )
    };
    Ok(metrics.iter().enumerate().map(scored).collect())
}

/// Cost of the mistakes per 1,000 rows, with its interval; the baseline is the cheaper of flagging all rows or none.
/// Undefined without rows or with other than two classes.
///
/// Errors: only the observer's.
pub fn cost_per_1000(judged: &Judged, costs: &Costs, observer: &mut dyn Observer) -> Outcome<Scored> {
    let nothing = Scored {
        value: None,
        low: None,
        high: None,
        baseline: None,
    };
    let (
        Truth::Classes { codes, n_classes: 2 },
        Predicted::Probabilities {
            values,
            n_classes: 2,
            threshold,
        },
    ) = (judged.truth, judged.predicted)
    else {
        return Ok(nothing);
    };
    if codes.is_empty() {
        return Ok(nothing);
    }
    let labels = labels(values, 2, threshold);
    let per_row: Vec<f64> = codes
        .iter()
        .zip(&labels)
        .map(|(truth, label)| match (truth, label) {
            (0, 1) => costs.false_positive,
            (1, 0) => costs.false_negative,
            _ => 0.0,
        })
        .collect();
    let n = codes.len() as f64;
    let n_resamples = interval::n_resamples(codes.len());
    let low_high = interval::resample(
        codes.len(),
        n_resamples,
        judged.seed,
        interval::LEVEL,
        observer,
        &mut |counts| {
            let sum: f64 = counts
                .iter()
                .zip(&per_row)
                .map(|(&count, cost)| f64::from(count) * cost)
                .sum();
            vec![Some(sum / n * 1000.0)]
        },
    )?;
    let (low, high) = low_high.first().copied().flatten().unzip();
    let n_positive = codes.iter().filter(|&&code| code == 1).count() as f64;
    let baseline = (costs.false_positive * (n - n_positive)).min(costs.false_negative * n_positive) / n * 1000.0;
    Ok(Scored {
        value: Some(math::sum::sum(&per_row) / n * 1000.0),
        low,
        high,
        baseline: Some(baseline),
    })
}

/// The figure that the user gave for the current process, on the primary metric (F7).
pub(crate) fn current(framing: &Framing) -> Option<(Metric, f64)> {
    match framing.threshold?.reference {
        Reference::OverCurrent { value } => framing.metric.map(|metric| (metric, value)),
        Reference::Absolute | Reference::OverBaseline => None,
    }
}

/// The confusion matrix of always saying one class, for each class that occurs, most frequent first (of several the
/// first); empty for regression.
fn always_one_class(truth: &Truth) -> Vec<Confusion> {
    let Truth::Classes { codes, n_classes } = truth else {
        return Vec::new();
    };
    let mut n_rows = vec![0u64; *n_classes];
    for &code in *codes {
        n_rows[code as usize] += 1;
    }
    let mut by_count: Vec<usize> = (0..*n_classes).filter(|&class| n_rows[class] > 0).collect();
    by_count.order_by_key(|&class| std::cmp::Reverse(n_rows[class]));
    by_count
        .into_iter()
        .map(|said| {
            let mut counts = vec![0; n_classes * n_classes];
            for (class, &n) in n_rows.iter().enumerate() {
                counts[class * n_classes + said] = n;
            }
            Confusion {
                counts,
                n_classes: *n_classes,
            }
        })
        .collect()
}

fn best_label(metric: Metric, always: &[Confusion]) -> Option<f64> {
    let figure = |confusion: &Confusion| match (metric, confusion.n_classes == 2) {
        (Metric::Accuracy, _) => confusion.accuracy(),
        (Metric::BalancedAccuracy, _) => confusion.balanced_accuracy(),
        (Metric::Precision, true) => confusion.precision(1),
        (Metric::Precision, false) => confusion.average_precision_of_labels(Average::Macro),
        (Metric::Recall, true) => confusion.recall(1),
        (Metric::Recall, false) => confusion.average_recall(Average::Macro),
        (Metric::F1, true) => confusion.f1(1),
        (Metric::F1, false) => confusion.average_f1(Average::Macro),
        (Metric::Specificity, _) => confusion.specificity(),
        (Metric::Mcc, _) => confusion.mcc(),
        (Metric::Kappa, _) => confusion.kappa(),
        _ => None,
    };
    let free = matches!(metric, Metric::Recall | Metric::Specificity);
    let candidates = if free { &always[..always.len().min(1)] } else { always };
    candidates
        .iter()
        .filter_map(figure)
        .reduce(|a, b| if metric.better(b, a) { b } else { a })
}

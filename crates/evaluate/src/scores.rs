//! Figures with their intervals and the baseline beside them.

use metrics::classification::{Average, Confusion, labels};
use metrics::{Predicted, Scorer, Truth, interval};
use serde::{Deserialize, Serialize};
use spec::framing::{Costs, Reference};
use spec::run::{BaselineOf, Scored, Scores};
use spec::{Framing, Metric, Observer, Order, Outcome};

/// What is judged, against what.
#[derive(Clone, Copy, Debug)]
pub struct Judged<'a> {
    pub truth: Truth<'a>,
    pub predicted: Predicted<'a>,
    /// The baseline's predictions for the same rows: class shares or the mean of the training rows.
    pub baseline: Predicted<'a>,
    /// Numbers: learned from the training rows; None: from the judged rows themselves.
    pub constants: Option<Constants>,
    /// For `adjusted_r2`.
    pub n_features: usize,
    /// The current process's figure on one metric, where the user gave it.
    pub current: Option<(Metric, f64)>,
    pub seed: u64,
}

/// Constant answers for numbers, learned from training rows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Constants {
    pub median: f64,
    /// Best for MAPE: the median with weights 1 / |truth|.
    pub relative_median: f64,
    /// Best for the largest error.
    pub midrange: f64,
}

impl Constants {
    /// None without numbers.
    pub fn of(truth: &[f64]) -> Option<Self> {
        let sorted = math::quantile::sorted(truth.iter().copied().filter(|y| y.is_finite()).collect());
        let (first, last) = (sorted.first()?, sorted.last()?);
        let weighted: Vec<f64> = sorted.iter().map(|y| if *y == 0.0 { 0.0 } else { 1.0 / y.abs() }).collect();
        let half = math::sum::sum(&weighted) / 2.0;
        let mut seen = 0.0;
        let place = weighted.iter().position(|weight| {
            seen += weight;
            seen >= half
        });
        Some(Self {
            median: math::quantile::quantile_sorted(&sorted, 0.5),
            relative_median: sorted[place.unwrap_or(0)],
            midrange: f64::midpoint(*first, *last),
        })
    }
}

/// Each metric with its 95% interval and the baseline's figure.
///
/// The baseline's figure is that of one constant answer for all rows, and `baseline_of` says which: of those that could be
/// given it is the best one for the metric. A ROC AUC of a constant is 0.5, a PR AUC the share of positive rows, whatever
/// constants the folds had; log loss and Brier score have the class shares, RMSE and R² the mean, absolute errors the
/// median, MAPE its own median, the largest error the middle of the range; labels the best of always saying one class.
/// Recall and specificity alone cost nothing that way (1 by always saying the class), so there it is the most frequent
/// class. Where the user gave the current process's figure and it is better, it is that one.
///
/// Errors: only the observer's.
pub fn scores(metrics: &[Metric], judged: &Judged, observer: &mut dyn Observer) -> Outcome<Scores> {
    let scorer = Scorer::new(metrics, &judged.truth, &judged.predicted, Some(judged.n_features));
    let values = scorer.score(None);
    let intervals = interval::intervals(&scorer, judged.seed, interval::LEVEL, observer)?;
    let scored = |(i, metric): (usize, &Metric)| {
        let (baseline, baseline_of) = baseline(*metric, judged).unzip();
        let current = judged.current.filter(|(of, _)| of == metric).map(|(_, figure)| figure);
        let (baseline, baseline_of) = match (baseline, current) {
            (None, Some(current)) => (Some(current), Some(BaselineOf::CurrentProcess)),
            (Some(constant), Some(current)) if metric.better(current, constant) => {
                (Some(current), Some(BaselineOf::CurrentProcess))
            }
            _ => (baseline, baseline_of),
        };
        // Without the figure itself an interval would be one of other rows.
        let (low, high) = values[i].and(intervals.get(metric)).copied().unzip();
        (
            *metric,
            Scored {
                value: values[i],
                low,
                high,
                baseline,
                baseline_of,
            },
        )
    };
    Ok(metrics.iter().enumerate().map(scored).collect())
}

/// The figure of the constant answer that belongs to the metric; None where the metric is not defined on these rows.
fn baseline(metric: Metric, judged: &Judged) -> Option<(f64, BaselineOf)> {
    match judged.truth {
        Truth::Classes { codes, n_classes } => of_classes(metric, judged, codes, n_classes),
        Truth::Values(truth) => {
            let Predicted::Values(means) = judged.baseline else {
                return None;
            };
            let own = judged.constants.or_else(|| Constants::of(truth))?;
            let (constant, of) = match metric {
                Metric::Mae | Metric::MedianAe | Metric::Smape | Metric::QuantileLoss => (own.median, BaselineOf::Median),
                Metric::Mape => (own.relative_median, BaselineOf::RelativeMedian),
                Metric::MaxError => (own.midrange, BaselineOf::Midrange),
                _ => (math::sum::mean(means), BaselineOf::Mean),
            };
            let constants = vec![constant; truth.len()];
            let figure = metrics::score_with(metric, &judged.truth, &Predicted::Values(&constants), Some(0))?;
            Some((figure, of))
        }
    }
}

fn of_classes(metric: Metric, judged: &Judged, codes: &[u32], n_classes: usize) -> Option<(f64, BaselineOf)> {
    let always = always_one_class(&judged.truth);
    let n_rows = codes.len() as f64;
    match metric {
        // Every pair of rows is a tie, whatever the constant is; one class alone has no pair.
        Metric::RocAuc => (always.len() == n_classes && n_classes > 1).then_some((0.5, BaselineOf::AnyConstant)),
        Metric::AveragePrecision => {
            let share = |class: usize| codes.iter().filter(|code| **code as usize == class).count() as f64 / n_rows;
            let figure = if n_classes == 2 { share(1) } else { 1.0 / n_classes as f64 };
            let is_defined = n_rows > 0.0
                && if n_classes == 2 {
                    figure > 0.0
                } else {
                    always.len() == n_classes
                };
            is_defined.then_some((figure, BaselineOf::AnyConstant))
        }
        Metric::LogLoss | Metric::Brier => {
            let Predicted::Probabilities { values, .. } = judged.baseline else {
                return None;
            };
            // One constant: the folds' ones put together.
            let mean =
                |class: usize| math::sum::mean(&values.iter().skip(class).step_by(n_classes).copied().collect::<Vec<f64>>());
            let shares: Vec<f64> = (0..n_classes).map(mean).collect();
            let values: Vec<f64> = codes.iter().flat_map(|_| shares.iter().copied()).collect();
            let constant = Predicted::Probabilities {
                values: &values,
                n_classes,
                threshold: None,
            };
            Some((metrics::score(metric, &judged.truth, &constant)?, BaselineOf::ClassShares))
        }
        // A constant agrees by chance alone.
        Metric::Mcc | Metric::Kappa => (always.len() > 1).then_some((0.0, BaselineOf::AnyConstant)),
        Metric::BalancedAccuracy => {
            Some((1.0 / always.len().max(1) as f64, BaselineOf::AnyConstant)).filter(|_| !always.is_empty())
        }
        Metric::Precision | Metric::F1 if n_classes == 2 => {
            let positive = always.iter().find(|confusion| confusion.n_predicted(1) > 0);
            match positive {
                Some(confusion) => Some((
                    best_label(metric, std::slice::from_ref(confusion))?,
                    BaselineOf::AlwaysPositive,
                )),
                None => Some((best_label(metric, &always)?, BaselineOf::MostFrequent)),
            }
        }
        _ => Some((best_label(metric, &always[..always.len().min(1)])?, BaselineOf::MostFrequent)),
    }
}

/// Cost of the mistakes per 1,000 rows, with its interval; the baseline is the cheaper of flagging all rows or none.
/// Undefined without rows or with other than two classes.
///
/// Errors: only the observer's.
pub fn cost_per_1000(judged: &Judged, costs: &Costs, observer: &mut dyn Observer) -> Outcome<Scored> {
    let nothing = Scored::default();
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
    let (low, high) = interval::mean(&per_row, judged.seed, interval::LEVEL, observer)?
        .map(|(low, high)| (low * 1000.0, high * 1000.0))
        .unzip();
    let n_positive = codes.iter().filter(|&&code| code == 1).count() as f64;
    let baseline = (costs.false_positive * (n - n_positive)).min(costs.false_negative * n_positive) / n * 1000.0;
    Ok(Scored {
        value: Some(math::sum::sum(&per_row) / n * 1000.0),
        low,
        high,
        baseline: Some(baseline),
        baseline_of: None,
    })
}

/// The figure that the user gave for the current process, on the primary metric.
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
    always
        .iter()
        .filter_map(figure)
        .reduce(|a, b| if metric.better(b, a) { b } else { a })
}

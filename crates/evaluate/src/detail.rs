//! Matrices, curves and histograms of the Evaluate page.

use math::Rng;
use metrics::classification::{Average, Confusion, labels};
use metrics::{curve, ranking};
use spec::Metric;
use spec::evaluation::{Averages, ClassScores, ClassificationDetail, RegressionDetail, ScoreHistogram};

/// Rows of the plot of truth against prediction at most.
const MAX_PLOTTED: usize = 2000;
const N_RESIDUAL_BINS: usize = 30;

/// Without the threshold table. `values` row-major, rows x classes.
pub(crate) fn classification(truth: &[u32], values: &[f64], classes: &[String], threshold: Option<f64>) -> ClassificationDetail {
    let k = classes.len();
    let confusion = Confusion::new(truth, &labels(values, k, threshold), k);
    let column = |class: usize| -> (Vec<f64>, Vec<bool>) {
        let scores = values.iter().skip(class).step_by(k).copied().collect();
        (scores, truth.iter().map(|&code| code as usize == class).collect())
    };
    let per_class = classes
        .iter()
        .enumerate()
        .map(|(class, name)| {
            let (scores, positive) = column(class);
            ClassScores {
                class: name.clone(),
                n_rows: confusion.n_true(class),
                precision: confusion.precision(class),
                recall: confusion.recall(class),
                f1: confusion.f1(class),
                roc_auc: ranking::areas(&scores, &positive).roc_auc,
            }
        })
        .collect();
    let drawn: Vec<(Vec<f64>, Vec<bool>)> = if k == 2 {
        vec![column(1)]
    } else {
        (0..k).map(column).collect()
    };
    let of_truth = |class: usize, scores: &[f64]| {
        curve::histogram(
            truth
                .iter()
                .zip(scores)
                .filter(|(code, _)| **code as usize == class)
                .map(|(_, p)| *p),
        )
    };
    ClassificationDetail {
        classes: classes.to_vec(),
        confusion: confusion.counts.chunks(k.max(1)).map(<[u64]>::to_vec).collect(),
        per_class,
        averages: averages(&confusion, truth, values, k),
        roc: drawn.iter().map(|(scores, positive)| curve::roc(scores, positive)).collect(),
        precision_recall: drawn
            .iter()
            .map(|(scores, positive)| curve::precision_recall(scores, positive))
            .collect(),
        calibration: drawn
            .iter()
            .map(|(scores, positive)| curve::calibration(scores, positive))
            .collect(),
        // Two classes: both over the positive class's probability. More: each over its own.
        score_histograms: (0..k)
            .map(|class| ScoreHistogram {
                class: classes[class].clone(),
                counts: of_truth(class, &drawn[if k == 2 { 0 } else { class }].0),
            })
            .collect(),
        gain: drawn
            .first()
            .filter(|_| k == 2)
            .map(|(scores, positive)| curve::gain(scores, positive)),
        thresholds: Vec::new(),
        best_threshold: None,
    }
}

fn averages(confusion: &Confusion, truth: &[u32], values: &[f64], k: usize) -> Vec<Averages> {
    let of = |metric: Metric, figure: &dyn Fn(Average) -> Option<f64>| Averages {
        metric,
        micro: figure(Average::Micro),
        macro_: figure(Average::Macro),
        weighted: figure(Average::Weighted),
    };
    let mut out = vec![
        of(Metric::Precision, &|average| confusion.average_precision_of_labels(average)),
        of(Metric::Recall, &|average| confusion.average_recall(average)),
        of(Metric::F1, &|average| confusion.average_f1(average)),
    ];
    if k > 2 {
        for metric in [Metric::RocAuc, Metric::AveragePrecision] {
            out.push(of(metric, &|average| ranking::average(metric, truth, values, k, average)));
        }
    }
    out
}

pub(crate) fn regression(truth: &[f64], predicted: &[f64], row_ids: &[u32], seed: u64) -> RegressionDetail {
    let mut shown: Vec<u32> = (0..truth.len() as u32).collect();
    if shown.len() > MAX_PLOTTED {
        shown = Rng::stream(seed, "evaluate.plotted", 0).permutation(truth.len());
        shown.truncate(MAX_PLOTTED);
        shown.sort_unstable();
    }
    let residuals: Vec<f64> = truth.iter().zip(predicted).map(|(y, p)| y - p).collect();
    let low = residuals.iter().copied().fold(f64::INFINITY, f64::min);
    let high = residuals.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let (low, high) = if low <= high { (low, high) } else { (0.0, 0.0) };
    let width = (high - low) / N_RESIDUAL_BINS as f64;
    let mut residual_counts = vec![0; N_RESIDUAL_BINS];
    for residual in &residuals {
        let bin = if width > 0.0 { ((residual - low) / width) as usize } else { 0 };
        residual_counts[bin.min(N_RESIDUAL_BINS - 1)] += 1;
    }
    RegressionDetail {
        points: shown
            .iter()
            .map(|&i| (predicted[i as usize], truth[i as usize], u64::from(row_ids[i as usize])))
            .collect(),
        residual_low: low,
        residual_high: high,
        residual_counts,
    }
}

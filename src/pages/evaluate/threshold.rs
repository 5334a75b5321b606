//! What the threshold slider looks up: the page computes nothing on rows.

use spec::evaluation::{ClassificationDetail, ThresholdPoint};
use spec::texts::number::score;
use spec::texts::ui::evaluate as words;

use super::figures::shown;

/// Index of the point whose threshold is nearest; `None` without points. Points are sorted by threshold.
pub fn nearest(points: &[ThresholdPoint], threshold: f64) -> Option<usize> {
    let above = points.partition_point(|point| point.threshold < threshold);
    let distance = |i: &usize| {
        points
            .get(*i)
            .map_or(f64::INFINITY, |point| (point.threshold - threshold).abs())
    };
    [above.checked_sub(1), Some(above)]
        .into_iter()
        .flatten()
        .filter(|i| *i < points.len())
        .min_by(|a, b| distance(a).total_cmp(&distance(b)))
}

/// The point in use: the chosen threshold, else the best, else 0.5.
pub fn in_use(detail: &ClassificationDetail, chosen: Option<f64>) -> Option<usize> {
    match (chosen, detail.best_threshold) {
        (Some(threshold), _) => nearest(&detail.thresholds, threshold),
        (None, Some(best)) => Some(best as usize).filter(|i| *i < detail.thresholds.len()),
        (None, None) => nearest(&detail.thresholds, 0.5),
    }
}

/// `[truth][predicted]` with the positive class last, as a binary evaluation has its classes.
pub fn confusion(point: &ThresholdPoint) -> Vec<Vec<u64>> {
    vec![
        vec![point.n_true_negative, point.n_false_positive],
        vec![point.n_false_negative, point.n_true_positive],
    ]
}

/// Place on the ROC curve: false and true positive rate.
pub fn on_roc(point: &ThresholdPoint) -> Option<(f64, f64)> {
    Some((1.0 - point.specificity?, point.recall?))
}

/// Place on the precision-recall curve.
pub fn on_precision_recall(point: &ThresholdPoint) -> Option<(f64, f64)> {
    Some((point.recall?, point.precision?))
}

/// Name and value of every figure at one threshold.
pub fn figures(point: &ThresholdPoint, currency: &str) -> Vec<(&'static str, String)> {
    let n_rows = point.n_true_positive + point.n_false_positive + point.n_true_negative + point.n_false_negative;
    let mut figures = vec![
        (
            words::FLAGGED,
            words::rows_and_share(point.n_true_positive + point.n_false_positive, n_rows),
        ),
        (words::RECALL, shown(point.recall)),
        (words::PRECISION, shown(point.precision)),
        (words::F1, shown(point.f1)),
        (words::ACCURACY, score(point.accuracy)),
        (words::FALSE_ALARMS, spec::texts::number::count(point.n_false_positive as f64)),
        (words::MISSES, spec::texts::number::count(point.n_false_negative as f64)),
    ];
    if let Some(cost) = point.cost {
        figures.push((words::COST, words::money(cost, currency)));
    }
    figures
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(threshold: f64) -> ThresholdPoint {
        ThresholdPoint {
            threshold,
            n_true_positive: 3,
            n_false_positive: 1,
            n_true_negative: 5,
            n_false_negative: 1,
            precision: Some(0.75),
            recall: Some(0.75),
            specificity: Some(0.8),
            f1: None,
            accuracy: 0.8,
            balanced_accuracy: None,
            mcc: None,
            cost: Some(70.0),
        }
    }

    #[test]
    fn the_nearest_threshold_is_found() {
        let points = [point(0.1), point(0.4), point(0.9)];
        for (threshold, at) in [(0.0, 0), (0.2, 0), (0.3, 1), (0.4, 1), (0.7, 2), (1.0, 2)] {
            assert_eq!(nearest(&points, threshold), Some(at), "{threshold}");
        }
        assert_eq!(nearest(&[], 0.5), None);
    }

    #[test]
    fn the_chosen_threshold_comes_before_the_best() {
        let detail = ClassificationDetail {
            thresholds: vec![point(0.1), point(0.4), point(0.9)],
            best_threshold: Some(0),
            ..ClassificationDetail::default()
        };
        assert_eq!(in_use(&detail, None), Some(0));
        assert_eq!(in_use(&detail, Some(0.8)), Some(2));
        assert_eq!(
            in_use(
                &ClassificationDetail {
                    best_threshold: None,
                    ..detail
                },
                None
            ),
            Some(1)
        );
    }

    #[test]
    fn counts_stand_where_they_belong() {
        let point = point(0.5);
        assert_eq!(confusion(&point), [[5, 1], [1, 3]]);
        assert_eq!(
            on_roc(&point).map(|(x, y)| (score(x), score(y))),
            Some(("0.200".to_owned(), "0.750".to_owned()))
        );
        let figures = figures(&point, "€");
        assert_eq!(figures[0].1, "4 (40%)");
        assert!(figures.contains(&(words::F1, "not defined".to_owned())) && figures.contains(&(words::COST, "€70".to_owned())));
    }
}

//! The figures that a run recorded, each beside what belongs to it.

use spec::Metric;
use spec::run::{FoldScore, Run};
use spec::texts::number::score;
use spec::texts::ui::{evaluate, train as words};

#[derive(Clone, Debug, PartialEq)]
pub struct MetricLine {
    pub metric: Metric,
    /// Training: mean of the folds; validation: mean of the folds, the figure of all validated rows together, its interval
    /// and its baseline.
    pub cells: [String; 5],
}

/// One a metric that the run has, in the order of all metrics.
pub fn lines(run: &Run) -> Vec<MetricLine> {
    let of_folds = |score: Option<&FoldScore>| {
        score.map_or_else(
            || words::NOT_DEFINED.to_owned(),
            |score| words::mean_std(score.mean, score.std),
        )
    };
    let known = |metric: &Metric| run.cv.contains_key(metric) || run.validation.contains_key(metric);
    let line = |metric: Metric| {
        let pooled = run.validation.get(&metric);
        // An interval that does not hold its own figure is not of that figure.
        let interval = pooled.and_then(|one| {
            let (value, low, high) = (one.value?, one.low?, one.high?);
            (low <= value && value <= high).then(|| evaluate::range(low, high))
        });
        let value = pooled
            .and_then(|one| one.value)
            .map_or_else(|| words::NOT_DEFINED.to_owned(), score);
        let baseline = pooled.and_then(|one| one.baseline).map_or_else(String::new, score);
        MetricLine {
            metric,
            cells: [
                of_folds(run.train.get(&metric)),
                of_folds(run.cv.get(&metric)),
                value,
                interval.unwrap_or_default(),
                baseline,
            ],
        }
    };
    Metric::ALL.iter().copied().filter(known).map(line).collect()
}

#[cfg(test)]
mod tests {
    use spec::Algorithm;
    use spec::run::Scored;

    use super::*;
    use crate::pages::fixture;

    fn run(cv: f64, pooled: (f64, f64, f64)) -> Run {
        let mut run = fixture::trained(Algorithm::Ridge, 0.5).runs.remove(0);
        let std = Some(8.0);
        run.cv = [(Metric::MaxError, FoldScore { mean: cv, std })].into();
        run.validation = [(
            Metric::MaxError,
            Scored {
                value: Some(pooled.0),
                low: Some(pooled.1),
                high: Some(pooled.2),
                baseline: Some(190.0),
                baseline_of: None,
            },
        )]
        .into();
        run
    }

    #[test]
    fn an_interval_stands_beside_the_figure_that_it_is_of() {
        // The largest error of all rows is not the mean of the folds' largest errors.
        let lines = lines(&run(138.1, (165.3, 140.1, 165.3)));
        assert_eq!(
            lines[0].cells,
            ["not defined", "138.1 ± 8.000", "165.3", "140.1–165.3", "190"]
        );
    }

    #[test]
    fn an_interval_never_contradicts_its_figure() {
        let lines = lines(&run(0.353, (0.353, 0.375, 0.525)));
        assert_eq!(lines[0].cells[3], "");
    }
}

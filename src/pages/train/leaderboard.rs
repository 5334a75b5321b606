//! The leaderboard: runs with their figures, sorted as asked.

use spec::caveat::{Caveat, CaveatKind};
use spec::run::{FitVerdict, Run};
use spec::texts::ui::train as words;
use spec::{Metric, Order, Project, Task};

use super::progress::name;
use crate::ui::Tone;

/// What the leaderboard is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortKey {
    Metric(Metric),
    Run,
    FitTime,
    PredictTime,
    Size,
}

#[derive(Clone, Debug, PartialEq)]
pub struct RunLine {
    pub run: u32,
    pub name: String,
    /// One a metric of [`Leaderboard::metrics`]; the first with its deviation.
    pub scores: Vec<String>,
    pub fit_time: String,
    pub predict_time: String,
    pub size: String,
    pub fit: Option<(FitVerdict, Tone, String)>,
    pub is_exact: bool,
    pub is_stale: bool,
    pub is_baseline: bool,
    /// The run that Evaluate is about.
    pub is_current: bool,
    pub n_warnings: usize,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Leaderboard {
    /// The primary metric first, then at most three others that runs have.
    pub metrics: Vec<Metric>,
    pub lines: Vec<RunLine>,
    pub n_stale: usize,
    pub has_folds: bool,
}

/// `sort` and whether it is reversed; without it the project's own order: best first.
pub fn leaderboard(project: &Project, sort: Option<(SortKey, bool)>) -> Leaderboard {
    let framing = &project.pipeline.framing;
    let metrics = columns(framing.task, framing.metric, &project.runs);
    let current = project.current_run().map(|run| run.id);
    let mut runs = project.leaderboard();
    if let Some((key, reversed)) = sort {
        runs.order_by(|a, b| value(a, key).total_cmp(&value(b, key)).then(a.id.cmp(&b.id)));
        if reversed {
            runs.reverse();
        }
    }
    let lines: Vec<RunLine> = runs
        .into_iter()
        .map(|run| RunLine {
            run: run.id,
            name: name(run.algorithm, run.trial),
            scores: metrics
                .iter()
                .enumerate()
                .map(|(i, metric)| {
                    let std = |cv: &spec::run::FoldScore| cv.std.filter(|_| i == 0);
                    let score = run.cv.get(metric).map(|cv| words::mean_std(cv.mean, std(cv)));
                    score.unwrap_or_else(|| words::NOT_DEFINED.to_owned())
                })
                .collect(),
            fit_time: words::seconds(run.fit_secs),
            predict_time: words::per_row(run.predict_secs_per_row),
            size: words::size(run.n_bytes),
            fit: run
                .diagnosis
                .as_ref()
                .map(|one| (one.verdict, fit_tone(project, run, one.verdict), one.message.says())),
            is_exact: run.exact,
            is_stale: !project.is_fresh(run),
            is_baseline: run.algorithm == spec::Algorithm::Baseline,
            is_current: current == Some(run.id),
            n_warnings: run.warnings.len(),
        })
        .collect();
    Leaderboard {
        metrics,
        n_stale: lines.iter().filter(|line| line.is_stale).count(),
        has_folds: project
            .runs
            .iter()
            .any(|run| run.cv.values().any(|score| score.std.is_some())),
        lines,
    }
}

/// Best first for scores, lowest first for the rest; what is not defined comes last.
fn value(run: &Run, key: SortKey) -> f64 {
    match key {
        SortKey::Metric(metric) => match run.cv.get(&metric).map(|cv| cv.mean).filter(|mean| mean.is_finite()) {
            Some(mean) => {
                if metric.greater_is_better() {
                    -mean
                } else {
                    mean
                }
            }
            None => f64::INFINITY,
        },
        SortKey::Run => f64::from(run.id),
        SortKey::FitTime => run.fit_secs,
        SortKey::PredictTime => run.predict_secs_per_row,
        SortKey::Size => run.n_bytes as f64,
    }
}

fn columns(task: Option<Task>, primary: Option<Metric>, runs: &[Run]) -> Vec<Metric> {
    let usual: &[Metric] = match task {
        Some(Task::Binary) => &[Metric::RocAuc, Metric::AveragePrecision, Metric::F1, Metric::LogLoss],
        Some(Task::Multiclass) => &[Metric::Accuracy, Metric::F1, Metric::LogLoss, Metric::RocAuc],
        _ => &[Metric::Rmse, Metric::Mae, Metric::R2],
    };
    let mut metrics: Vec<Metric> = primary.into_iter().collect();
    for metric in usual {
        if metrics.len() < 3 && !metrics.contains(metric) && runs.iter().any(|run| run.cv.contains_key(metric)) {
            metrics.push(*metric);
        }
    }
    metrics
}

/// No fit is good while a column that the model reads says the target.
pub fn fit_tone(project: &Project, run: &Run, verdict: FitVerdict) -> Tone {
    let is_open_leak = |caveat: &Caveat| caveat.kind == CaveatKind::Leak && caveat.is_open();
    match tone(verdict) {
        Tone::Good if spec::caveat::caveats(project, run, None).iter().any(is_open_leak) => Tone::Neutral,
        tone => tone,
    }
}

pub fn tone(verdict: FitVerdict) -> Tone {
    match verdict {
        FitVerdict::Good => Tone::Good,
        FitVerdict::OverFitting | FitVerdict::UnderFitting => Tone::Warn,
        FitVerdict::CannotTell => Tone::Neutral,
    }
}

/// The run in one plain sentence (T25); `None` while the figures are missing.
pub fn sentence(project: &Project, run: &Run) -> Option<String> {
    // A run from before a change may have predicted something else.
    if !project.is_fresh(run) {
        return None;
    }
    let framing = &project.pipeline.framing;
    let (target, model) = (framing.target.as_deref()?, name(run.algorithm, run.trial));
    let figure = |metric: Metric| run.validation.get(&metric);
    let value = |metric: Metric| figure(metric).and_then(|scored| scored.value);
    let baseline = |metric: Metric| figure(metric).and_then(|scored| scored.baseline);
    match framing.task? {
        Task::Binary => {
            let class = framing.positive_class.as_deref()?;
            Some(words::sentence_binary(
                &model,
                target,
                class,
                value(Metric::Recall)?,
                value(Metric::Precision),
            ))
        }
        Task::Multiclass => Some(words::sentence_classes(
            &model,
            target,
            value(Metric::Accuracy)?,
            baseline(Metric::Accuracy),
        )),
        _ => Some(words::sentence_number(
            &model,
            target,
            value(Metric::Mae)?,
            baseline(Metric::Mae),
        )),
    }
}

#[cfg(test)]
mod tests {
    use spec::Algorithm;
    use spec::run::{FoldScore, Scored};

    use super::*;
    use crate::pages::fixture;

    fn run(id: u32, algorithm: Algorithm, metric: Metric, mean: f64) -> Run {
        let mut run = fixture::trained(algorithm, 0.5).runs.remove(0);
        run.id = id;
        run.fit_secs = 1.0 / f64::from(id);
        run.n_bytes = 1000 * u64::from(id);
        run.cv = [(metric, FoldScore { mean, std: Some(0.01) })].into();
        run.validation = [(
            metric,
            Scored {
                value: Some(mean),
                low: None,
                high: None,
                baseline: Some(0.5),
            },
        )]
        .into();
        run
    }

    fn project(metric: Metric, task: Task) -> Project {
        let mut project = fixture::with_data();
        let framing = &mut project.pipeline.framing;
        (framing.metric, framing.task) = (Some(metric), Some(task));
        (framing.target, framing.positive_class) = (Some("churn".to_owned()), Some("yes".to_owned()));
        project
    }

    #[test]
    fn best_first_and_what_is_not_defined_last() {
        let mut project = project(Metric::RocAuc, Task::Binary);
        project.runs = vec![
            run(1, Algorithm::Baseline, Metric::RocAuc, 0.5),
            run(2, Algorithm::RandomForest, Metric::RocAuc, 0.9),
            run(3, Algorithm::DecisionTree, Metric::RocAuc, f64::NAN),
        ];
        project.runs[2].training_key = "older".to_owned();
        let order = |sort| {
            leaderboard(&project, sort)
                .lines
                .iter()
                .map(|line| line.run)
                .collect::<Vec<_>>()
        };
        assert_eq!(order(None), [2, 1, 3]);
        assert_eq!(order(Some((SortKey::Size, false))), [1, 2, 3]);
        assert_eq!(order(Some((SortKey::Size, true))), [3, 2, 1]);
        assert_eq!(order(Some((SortKey::FitTime, false))), [3, 2, 1]);
        let board = leaderboard(&project, None);
        assert_eq!(board.lines[0].scores[0], "0.900 ± 0.010");
        assert_eq!(board.lines[2].scores[0], "not defined");
        assert!(board.lines[2].is_stale && board.n_stale >= 1);
    }

    #[test]
    fn errors_are_better_when_small() {
        let mut project = project(Metric::Rmse, Task::Regression);
        project.runs = vec![
            run(1, Algorithm::Baseline, Metric::Rmse, 9.0),
            run(2, Algorithm::Ridge, Metric::Rmse, 3.0),
        ];
        assert_eq!(leaderboard(&project, None).lines[0].run, 2);
    }

    #[test]
    fn the_sentence_is_right_at_the_ends() {
        let project = project(Metric::Recall, Task::Binary);
        let fresh = |recall| Run {
            training_key: project.pipeline.training_key(),
            data_sha256: project.data.as_ref().unwrap().summary.fingerprint.sha256.clone(),
            ..run(1, Algorithm::Baseline, Metric::Recall, recall)
        };
        let says = |recall| sentence(&project, &fresh(recall)).unwrap();
        assert_eq!(
            says(0.0),
            "On rows it had not seen, Baseline at a decision threshold of 0.5 finds none of the rows where churn is yes, because it flags no row at all"
        );
        assert!(says(1.0).contains("finds all rows where"));
        assert!(says(0.9999).contains("more than 99 of 100"));
        assert!(says(0.001).contains("fewer than 1 of 100"));
        assert!(says(0.79).contains("79 of 100"));
        let stale = Run {
            training_key: String::new(),
            ..fresh(0.79)
        };
        assert_eq!(sentence(&project, &stale), None, "it may have predicted something else");
    }
}

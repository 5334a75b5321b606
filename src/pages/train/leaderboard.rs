//! The leaderboard: runs with their figures, sorted as asked.

use spec::caveat::{Caveat, CaveatKind};
use spec::job::Catalogue;
use spec::run::{FitVerdict, Run};
use spec::texts::ui::{shell, train as words};
use spec::{Metric, Order, ParamValue, Project, Task};

use super::progress::name;
use crate::pages::stage::what_changed;
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
    /// What tells it from its neighbours: parameters off their defaults or unlike those of other runs of its kind, another
    /// seed, what has changed since.
    pub settings: Vec<String>,
    /// Runs that are the same to the bit, from before such were reused.
    pub copies: Vec<u32>,
    /// One a metric of [`Leaderboard::metrics`]; the first with its deviation.
    pub scores: Vec<String>,
    /// The primary metric on the rows that the model learned from.
    pub train: String,
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

/// `sort` and whether it is reversed; without it the project's own order: best first. Runs from before a change stand below
/// all others in any order.
pub fn leaderboard(project: &Project, catalogue: Option<&Catalogue>, sort: Option<(SortKey, bool)>) -> Leaderboard {
    let framing = &project.pipeline.framing;
    let metrics = columns(framing.task, framing.metric, &project.runs);
    let current = project.current_run().map(|run| run.id);
    let fresh = project.freshness();
    let mut runs = project.leaderboard();
    if let Some((key, reversed)) = sort {
        runs.order_by(|a, b| value(a, key).total_cmp(&value(b, key)).then(a.id.cmp(&b.id)));
        if reversed {
            runs.reverse();
        }
        runs.order_by_key(|run| !fresh.is(run));
    }
    let groups = without_copies(&runs, current);
    let shown: Vec<&Run> = groups.iter().map(|(run, _)| *run).collect();
    let line = |(run, copies): &(&Run, Vec<u32>)| {
        let is_stale = !fresh.is(run);
        let mut settings = settings(run, &shown, catalogue);
        settings.extend(is_stale.then(|| shell::before_change(what_changed(project, run))));
        RunLine {
            run: run.id,
            name: name(run.algorithm, run.trial),
            settings,
            copies: copies.clone(),
            scores: metrics
                .iter()
                .enumerate()
                .map(|(i, metric)| {
                    let std = |cv: &spec::run::FoldScore| cv.std.filter(|_| i == 0);
                    let score = run.cv.get(metric).map(|cv| words::mean_std(cv.mean, std(cv)));
                    score.unwrap_or_else(|| words::NOT_DEFINED.to_owned())
                })
                .collect(),
            train: framing
                .metric
                .and_then(|metric| run.train.get(&metric))
                .map_or_else(|| words::NOT_DEFINED.to_owned(), |score| words::mean_std(score.mean, None)),
            fit_time: words::seconds(run.fit_secs),
            predict_time: words::per_row(run.predict_secs_per_row),
            size: words::size(run.n_bytes),
            fit: project
                .diagnosis(run)
                .map(|one| (one.verdict, fit_tone(project, run, one.verdict), one.message.says())),
            is_exact: run.exact,
            is_stale,
            is_baseline: run.algorithm == spec::Algorithm::Baseline,
            is_current: current == Some(run.id),
            n_warnings: run.warnings.len(),
        }
    };
    let lines: Vec<RunLine> = groups.iter().map(line).collect();
    Leaderboard {
        metrics,
        n_stale: lines.iter().filter(|line| line.is_stale).count(),
        has_folds: project.runs.iter().any(Run::has_folds),
        lines,
    }
}

/// One of each model, with the numbers of those that equal it to the bit; the one in use speaks for its copies.
fn without_copies<'a>(runs: &[&'a Run], current: Option<u32>) -> Vec<(&'a Run, Vec<u32>)> {
    let mut groups: Vec<(&Run, Vec<u32>)> = Vec::new();
    for &run in runs {
        let is_same = |other: &Run| {
            other.is_same_candidate(run) && other.model_hash == run.model_hash && other.predictions_hash == run.predictions_hash
        };
        match groups.iter_mut().find(|(other, _)| is_same(other)) {
            Some((speaks, copies)) if current == Some(run.id) => copies.push(std::mem::replace(speaks, run).id),
            Some((_, copies)) => copies.push(run.id),
            None => groups.push((run, Vec::new())),
        }
    }
    groups
}

/// What tells a run from the others of its algorithm, as words.
fn settings(run: &Run, shown: &[&Run], catalogue: Option<&Catalogue>) -> Vec<String> {
    let info = catalogue.and_then(|one| one.estimators.iter().find(|info| info.algorithm == run.algorithm));
    let peers = || shown.iter().filter(|other| other.algorithm == run.algorithm);
    let differs = |name: &String, value: &ParamValue| {
        let default = info.and_then(|info| info.params.iter().find(|param| param.name == *name));
        default.is_some_and(|param| param.default != *value) || peers().any(|peer| peer.params.get(name) != Some(value))
    };
    let label = |name: &String| {
        let known = info.and_then(|info| info.params.iter().find(|param| param.name == *name));
        known.map_or(name.clone(), |param| param.label.clone())
    };
    let mut settings: Vec<String> = run
        .params
        .iter()
        .filter(|(name, value)| differs(name, value))
        .map(|(name, value)| words::setting(&label(name), &spec::param::show(value)))
        .collect();
    if shown.iter().any(|other| other.seed != run.seed) {
        settings.push(words::seed(run.seed));
    }
    settings
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
        FitVerdict::Memorises | FitVerdict::OverFitting | FitVerdict::UnderFitting => Tone::Warn,
        FitVerdict::CannotTell => Tone::Neutral,
    }
}

/// The run in one plain sentence; `None` while the figures are missing.
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
                baseline: Some(0.5),
                ..Scored::default()
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
            leaderboard(&project, None, sort)
                .lines
                .iter()
                .map(|line| line.run)
                .collect::<Vec<_>>()
        };
        assert_eq!(order(None), [2, 1, 3]);
        assert_eq!(order(Some((SortKey::Size, false))), [1, 2, 3]);
        assert_eq!(order(Some((SortKey::Size, true))), [3, 2, 1]);
        assert_eq!(order(Some((SortKey::FitTime, false))), [3, 2, 1]);
        let board = leaderboard(&project, None, None);
        assert_eq!(board.lines[0].scores[0], "0.900 ± 0.010");
        assert_eq!(board.lines[2].scores[0], "not defined");
        assert!(board.lines[2].is_stale && board.n_stale >= 1);
    }

    fn tree(id: u32, depth: Option<i64>, mean: f64) -> Run {
        let depth = depth.map_or(ParamValue::Unset, ParamValue::Integer);
        Run {
            params: [("max_depth".to_owned(), depth)].into(),
            model_hash: format!("m{id}"),
            ..run(id, Algorithm::DecisionTree, Metric::RocAuc, mean)
        }
    }

    fn fresh(project: &Project, run: Run) -> Run {
        Run {
            training_key: project.pipeline.training_key(),
            data_sha256: project.data.as_ref().unwrap().summary.fingerprint.sha256.clone(),
            ..run
        }
    }

    #[test]
    fn runs_of_one_kind_are_told_apart_by_what_differs() {
        let mut project = project(Metric::RocAuc, Task::Binary);
        let seed = Run {
            seed: 7,
            ..tree(3, None, 0.7)
        };
        let trees = [tree(1, None, 0.8), tree(2, Some(3), 0.9)].map(|run| fresh(&project, run));
        project.runs = vec![trees[0].clone(), trees[1].clone()];
        let settings = |project: &Project| {
            let lines = leaderboard(project, None, None).lines;
            lines.into_iter().map(|line| line.settings.join(", ")).collect::<Vec<_>>()
        };
        assert_eq!(settings(&project), ["max_depth: 3", "max_depth: none"]);
        project.runs.truncate(1);
        assert_eq!(settings(&project), [""], "nothing to tell it from");
        let mut before = project.pipeline.clone();
        before.seed = 7;
        let stale = Run {
            training_key: before.training_key(),
            data_sha256: trees[0].data_sha256.clone(),
            ..seed
        };
        project.runs.push(stale);
        assert_eq!(settings(&project), ["seed 42", "seed 7, before the seed changed"]);
    }

    #[test]
    fn defaults_are_not_worth_a_word_and_have_their_labels() {
        let depth = spec::ParamSpec {
            name: "max_depth".to_owned(),
            label: "Greatest depth".to_owned(),
            help: String::new(),
            domain: spec::Domain::Flag,
            default: ParamValue::Unset,
            search: None,
        };
        let catalogue = Catalogue {
            build: String::new(),
            steps: Vec::new(),
            estimators: vec![spec::EstimatorInfo {
                algorithm: Algorithm::DecisionTree,
                tasks: vec![Task::Binary],
                about: String::new(),
                handles_missing: true,
                exact: true,
                params: vec![depth],
            }],
            terms: vec![],
        };
        let mut project = project(Metric::RocAuc, Task::Binary);
        for (depth, expected) in [(None, ""), (Some(3), "Greatest depth: 3")] {
            project.runs = vec![tree(1, depth, 0.8)];
            let line = leaderboard(&project, Some(&catalogue), None).lines.remove(0);
            assert!(line.settings.join(", ").starts_with(expected), "{:?}", line.settings);
            assert_eq!(line.settings.iter().any(|one| one.contains("depth")), depth.is_some());
        }
    }

    #[test]
    fn stale_runs_stand_below_in_any_order() {
        let mut project = project(Metric::RocAuc, Task::Binary);
        let best = tree(1, Some(9), 0.99);
        project.runs = vec![
            best,
            fresh(&project, tree(2, None, 0.6)),
            fresh(&project, tree(3, Some(3), 0.7)),
        ];
        for sort in [
            None,
            Some((SortKey::Metric(Metric::RocAuc), false)),
            Some((SortKey::Metric(Metric::RocAuc), true)),
            Some((SortKey::Run, false)),
            Some((SortKey::Run, true)),
            Some((SortKey::Size, false)),
        ] {
            let lines = leaderboard(&project, None, sort).lines;
            assert_eq!(
                lines.iter().map(|line| line.is_stale).collect::<Vec<_>>(),
                [false, false, true],
                "{sort:?}"
            );
        }
        assert_eq!(project.current_run().unwrap().id, 3, "a stale figure is not the best one");
    }

    #[test]
    fn identical_copies_are_one_row() {
        let mut project = project(Metric::RocAuc, Task::Binary);
        let one = fresh(&project, tree(1, None, 0.8));
        let copy = |id| Run { id, ..one.clone() };
        project.runs = vec![copy(1), copy(4), fresh(&project, tree(5, Some(3), 0.7)), copy(6)];
        let rows = |project: &Project| {
            let lines = leaderboard(project, None, None).lines;
            lines.into_iter().map(|line| (line.run, line.copies)).collect::<Vec<_>>()
        };
        assert_eq!(rows(&project), [(1, vec![4, 6]), (5, vec![])]);
        project.champion = Some(4);
        assert_eq!(rows(&project)[0], (4, vec![1, 6]), "the one in use is not hidden");
    }

    #[test]
    fn the_training_figure_stands_beside_validation() {
        let mut project = project(Metric::RocAuc, Task::Binary);
        let mut learned = tree(1, None, 0.8);
        learned.train = [(Metric::RocAuc, FoldScore { mean: 1.0, std: None })].into();
        project.runs = vec![learned, tree(2, Some(3), 0.7)];
        let lines = leaderboard(&project, None, None).lines;
        assert_eq!((lines[0].train.as_str(), lines[1].train.as_str()), ("1.000", "not defined"));
    }

    #[test]
    fn errors_are_better_when_small() {
        let mut project = project(Metric::Rmse, Task::Regression);
        project.runs = vec![
            run(1, Algorithm::Baseline, Metric::Rmse, 9.0),
            run(2, Algorithm::Ridge, Metric::Rmse, 3.0),
        ];
        assert_eq!(leaderboard(&project, None, None).lines[0].run, 2);
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

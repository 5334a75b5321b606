//! What training is expected to take: candidate by candidate, from the size of the data and from the runs that there are.

use spec::split::Validation;
use spec::{Algorithm, Message, Order, Outcome, Project, Task};
use train::cost::{self, Size};

use crate::progress::makespan;
use crate::setting::Setting;
use crate::task::{Candidate, FitPart, TrainingFacts};

/// Seconds that a recipe takes for a cell, fitted and applied.
const PREPARE_SECS: f64 = 1.2e-7;
/// Seconds that the figures of a row take: the metrics of one fold, and those of all folds with their intervals.
const FOLD_SCORES_SECS: f64 = 1.5e-6;
const ASSESS_SECS: f64 = 8e-5;
/// Seconds that any task takes: sending it about, above all.
const TASK_SECS: f64 = 0.004;
/// A fit that took less says nothing about the computer.
const TELLING_SECS: f64 = 0.02;

/// The part of the plan in which rows are dealt out to the folds.
pub(crate) const SPLIT: &str = "split";

/// The size of a training job.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Forecast {
    task: Task,
    data_sha256: String,
    n_workers: usize,
    /// Rows that the final model is fitted on.
    n_learned: f64,
    n_validated: f64,
    n_folds: usize,
    n_columns: f64,
    n_classes: f64,
}

/// How a candidate's parts of the plan are called.
pub(crate) fn name(candidate: usize, part: &str) -> String {
    format!("{candidate} {part}")
}

pub(crate) fn is_of(candidate: usize, name: &str) -> bool {
    name.split_once(' ').is_some_and(|(own, _)| own == candidate.to_string())
}

impl Forecast {
    /// What is known before the rows are split.
    pub fn before_split(project: &Project, setting: &Setting, n_workers: usize) -> Outcome<Self> {
        let (task, _) = setting.goal()?;
        let data = project.data.as_ref().ok_or_else(|| Message::new("engine.no_data"))?;
        let n_rows = data.summary.n_kept as f64;
        let n_learned = n_rows * (1.0 - setting.split.test_share);
        let (n_folds, n_validated) = match setting.split.validation {
            Validation::Folds { k } => (k as usize, n_learned),
            Validation::HoldOut { share } => (1, n_rows * share),
        };
        Ok(Self {
            task,
            data_sha256: setting.source.sha256.clone(),
            n_workers,
            n_learned,
            n_validated,
            n_folds,
            n_columns: data.summary.schema.len() as f64,
            n_classes: if task == Task::Regression { 1.0 } else { 2.0 },
        })
    }

    pub fn split_is(&mut self, known: &TrainingFacts) {
        self.n_learned = known.n_learned as f64;
        self.n_validated = known.n_validated as f64;
        self.n_folds = known.n_folds as usize;
        self.n_classes = f64::from(known.n_classes.max(1));
    }

    pub fn split_secs(&self) -> f64 {
        TASK_SECS + PREPARE_SECS * self.n_learned * self.n_columns
    }

    /// Expected seconds of the tasks of one candidate: its folds, then the parts of its final fit.
    pub fn tasks(&self, candidate: &Candidate, parts: &[FitPart], project: &Project) -> Vec<f64> {
        let pace = self.pace(project);
        let n_features = self.n_features(project);
        let pace_of = pace(candidate.algorithm);
        let others = pace(Algorithm::Baseline);
        let size = |n_rows: f64| Size {
            n_rows,
            n_features,
            n_classes: self.n_classes,
        };
        let fit = |n_rows: f64| cost::fit_secs(candidate.algorithm, &candidate.params, self.task, size(n_rows));
        let prepare = |n_rows: f64| PREPARE_SECS * n_rows * self.n_columns;
        let n_folds = self.n_folds.max(1) as f64;
        let n_fold_rows = if self.n_folds > 1 {
            self.n_learned * (n_folds - 1.0) / n_folds
        } else {
            self.n_learned - self.n_validated
        }
        .max(1.0);
        let n_predicted = n_fold_rows + self.n_validated / n_folds;
        let of_fold = TASK_SECS
            + others * (prepare(n_fold_rows + n_predicted) + FOLD_SCORES_SECS * n_predicted)
            + pace_of
                * (fit(n_fold_rows) + cost::predict_secs(candidate.algorithm, &candidate.params, size(n_fold_rows), n_predicted));
        let of_part = |part: &FitPart| {
            let share = match part {
                FitPart::Whole => 1.0,
                FitPart::Trees { start, end } => f64::from(end - start) / n_trees(parts),
            };
            TASK_SECS + others * prepare(self.n_learned) + pace_of * fit(self.n_learned) * share
        };
        let folds = std::iter::repeat_n(of_fold, self.n_folds);
        folds.chain(parts.iter().map(of_part)).collect()
    }

    /// The parts of a candidate in the plan, with expected seconds.
    pub fn parts(&self, index: usize, candidate: &Candidate, parts: &[FitPart], project: &Project) -> Vec<(String, f64)> {
        let others = self.pace(project)(Algorithm::Baseline);
        let tasks = self.tasks(candidate, parts, project);
        let mut planned = vec![(name(index, "fit"), makespan(&tasks, self.n_workers))];
        if parts.len() > 1 {
            planned.push((name(index, "merge"), TASK_SECS));
        }
        let of_rows = ASSESS_SECS * self.n_validated * self.n_classes.max(2.0) / 2.0;
        planned.push((name(index, "assess"), TASK_SECS + others * of_rows));
        planned
    }

    /// As many as the last run on these data had; before there is one, as many as there are columns.
    fn n_features(&self, project: &Project) -> f64 {
        let last = project.runs.iter().rev().find(|run| run.data_sha256 == self.data_sha256);
        last.map_or(self.n_columns, |run| f64::from(run.n_features)).max(1.0)
    }

    /// How slow this computer is beside the usual one with an algorithm: by its last run on these data, else by those of
    /// all others.
    fn pace(&self, project: &Project) -> impl Fn(Algorithm) -> f64 + use<> {
        let mut paces: Vec<(Algorithm, f64)> = Vec::new();
        for run in project.runs.iter().rev() {
            let is_telling = run.data_sha256 == self.data_sha256 && run.fit_secs > TELLING_SECS;
            if is_telling && paces.iter().all(|(algorithm, _)| *algorithm != run.algorithm) {
                let size = Size {
                    n_rows: self.n_learned,
                    n_features: f64::from(run.n_features).max(1.0),
                    n_classes: self.n_classes,
                };
                let expected = cost::fit_secs(run.algorithm, &run.params, self.task, size);
                paces.push((run.algorithm, run.fit_secs / expected.max(1e-9)));
            }
        }
        let mut ratios: Vec<f64> = paces.iter().map(|(_, pace)| *pace).collect();
        ratios.order_by(f64::total_cmp);
        let usual = ratios.get(ratios.len() / 2).copied().unwrap_or(1.0);
        move |algorithm| {
            let own = paces.iter().find(|(other, _)| *other == algorithm);
            own.map_or(usual, |(_, pace)| *pace)
        }
    }
}

fn n_trees(parts: &[FitPart]) -> f64 {
    let trees = parts.iter().map(|part| match part {
        FitPart::Whole => 1,
        FitPart::Trees { start, end } => end - start,
    });
    f64::from(trees.sum::<u32>().max(1))
}

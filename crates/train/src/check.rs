//! What a fit needs to hold of its rows, in one place.

use spec::{Message, Outcome, Task};

use crate::model::{Target, TrainSet};

/// What an estimator can do with features.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// No features at all (the baseline).
    Nothing,
    Complete,
    MayBeMissing,
}

/// Errors: `train.no_rows`, `train.no_features`, `train.shape`, `train.target_task`, `train.class_code`, `train.target_missing`,
/// `train.weights`, `train.one_class`, `train.missing_values`, `train.infinite`.
pub fn check(task: Task, set: &TrainSet<'_>, needs: Needs) -> Outcome<()> {
    let n = set.features.n_rows;
    let shape = |what: &str, got: usize| {
        Err(Message::new("train.shape")
            .with("what", what)
            .with("got", got)
            .with("rows", n)
            .into())
    };
    if n == 0 {
        return Err(Message::new("train.no_rows").into());
    }
    if let Some(weights) = set.weights {
        if weights.len() != n {
            return shape("weights", weights.len());
        }
        if !weights.iter().all(|w| 0.0 <= *w && w.is_finite()) {
            return Err(Message::new("train.weights").into());
        }
        if weights.iter().all(|w| *w == 0.0) {
            return Err(Message::new("train.no_rows").into());
        }
    }
    match set.target {
        Target::Classes { codes, n_classes } => {
            if !task.is_classification() || (task == Task::Binary && n_classes != 2) {
                return Err(Message::new("train.target_task").into());
            }
            if codes.len() != n {
                return shape("targets", codes.len());
            }
            if codes.iter().any(|code| *code as usize >= n_classes) {
                return Err(Message::new("train.class_code").into());
            }
            let mut present = codes
                .iter()
                .enumerate()
                .filter(|(row, _)| set.weight(*row) > 0.0)
                .map(|(_, code)| *code);
            let first = present.next();
            if needs != Needs::Nothing && present.all(|code| Some(code) == first) {
                return Err(Message::new("train.one_class").into());
            }
        }
        Target::Values(values) => {
            if task != Task::Regression {
                return Err(Message::new("train.target_task").into());
            }
            if values.len() != n {
                return shape("targets", values.len());
            }
            if !values.iter().all(|y| y.is_finite()) {
                return Err(Message::new("train.target_missing").into());
            }
        }
    }
    if needs == Needs::Nothing {
        return Ok(());
    }
    if set.features.columns.is_empty() {
        return Err(Message::new("train.no_features").into());
    }
    for (name, column) in set.features.names.iter().zip(&set.features.columns) {
        if column.len() != n {
            return shape(name, column.len());
        }
        if needs == Needs::Complete && column.iter().any(|x| x.is_nan()) {
            return Err(Message::new("train.missing_values").with("column", name).into());
        }
        if column.iter().any(|x| x.is_infinite()) {
            return Err(Message::new("train.infinite").with("column", name).into());
        }
    }
    Ok(())
}

impl TrainSet<'_> {
    /// 1 without weights.
    pub(crate) fn weight(&self, row: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights[row])
    }

    /// Weights per row, those of `balanced` classes included: `n / (n_classes * count)`, counted over rows of positive
    /// weight and classes that occur, as scikit-learn does.
    pub(crate) fn row_weights(&self, balanced: bool) -> Vec<f64> {
        let mut weights: Vec<f64> = (0..self.features.n_rows).map(|row| self.weight(row)).collect();
        if let (true, Target::Classes { codes, n_classes }) = (balanced, self.target) {
            let mut counts = vec![0.0; n_classes];
            for (code, weight) in codes.iter().zip(&weights) {
                counts[*code as usize] += f64::from(u8::from(*weight > 0.0));
            }
            let total: f64 = counts.iter().sum();
            let n_present = counts.iter().filter(|count| **count > 0.0).count() as f64;
            for (code, weight) in codes.iter().zip(&mut weights) {
                if *weight > 0.0 {
                    *weight *= total / (n_present * counts[*code as usize]);
                }
            }
        }
        weights
    }
}

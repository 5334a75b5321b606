//! What one knows without looking at any feature; the floor under every leaderboard.

use math::sum::Sum;
use spec::{Outcome, Task};

use crate::check::{Needs, check};
use crate::model::{FittedModel, Target, TrainSet};

/// The weighted share of each class, or the weighted mean. One class is enough.
///
/// Errors: those of [`check`] for rows and targets.
pub fn fit(task: Task, set: &TrainSet<'_>) -> Outcome<FittedModel> {
    check(task, set, Needs::Nothing)?;
    let total: Sum = (0..set.features.n_rows).map(|row| set.weight(row)).collect();
    Ok(match set.target {
        Target::Classes { codes, n_classes } => {
            let mut sums = vec![Sum::default(); n_classes];
            for (row, code) in codes.iter().enumerate() {
                sums[*code as usize].add(set.weight(row));
            }
            FittedModel::Constant {
                values: sums.iter().map(|sum| sum.value() / total.value()).collect(),
                is_class: true,
            }
        }
        Target::Values(values) => {
            let sum: Sum = values
                .iter()
                .enumerate()
                .map(|(row, y)| y * (set.weight(row) / total.value()))
                .collect();
            FittedModel::Constant {
                values: vec![sum.value()],
                is_class: false,
            }
        }
    })
}

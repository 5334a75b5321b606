//! The exported bytes against the model that they came from, before anybody can have them.

use spec::{Message, Outcome, Task, Unobserved};
use train::{FittedModel, FittedPipeline, Predictions};

use crate::contract::Contract;
use crate::rows::Rows;
use crate::score::{Answers, Scorer};

/// One unit in the last place of an f32 at 1.
const PRODUCT_TOLERANCE: f64 = 1.2e-7;
const VALUE_TOLERANCE: f64 = 1e-9;

/// How far another runtime may be off: nothing for trees and constants; one f32 step for probabilities that came from
/// products; 1e-9 of the largest value for values that did.
pub fn tolerance(model: &FittedModel, expected: &Predictions) -> f64 {
    match (model, expected) {
        (FittedModel::Constant { .. } | FittedModel::Trees(_), _) => 0.0,
        (FittedModel::Linear(_), Predictions::Probabilities { .. }) => PRODUCT_TOLERANCE,
        (FittedModel::Linear(_), Predictions::Values(values)) => {
            VALUE_TOLERANCE
                * values
                    .iter()
                    .fold(1.0, |most: f64, x| if x.abs() > most { x.abs() } else { most })
        }
    }
}

/// The label of each row, as every screen of the workbench decides it.
pub fn labels(pipeline: &FittedPipeline, predictions: &Predictions) -> Vec<String> {
    match predictions {
        Predictions::Values(_) => Vec::new(),
        Predictions::Probabilities { n_classes, values } => {
            metrics::classification::labels(values, *n_classes, threshold(pipeline))
                .into_iter()
                .map(|code| pipeline.classes.get(code as usize).cloned().unwrap_or_default())
                .collect()
        }
    }
}

/// Two classes: the decision threshold, 0.5 unless another was chosen.
pub fn threshold(pipeline: &FittedPipeline) -> Option<f64> {
    (pipeline.task == Task::Binary).then(|| pipeline.decision_threshold.unwrap_or(0.5))
}

/// Predicts rows with the fitted pipeline itself.
pub fn expected(pipeline: &FittedPipeline, contract: &Contract, rows: &Rows) -> Outcome<Predictions> {
    let table = rows.to_table(contract)?;
    let all: Vec<u32> = (0..rows.n_rows as u32).collect();
    pipeline.predict(&table, &all)
}

/// What [`agrees`] found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Agreement {
    pub n_rows: usize,
    pub max_difference: f64,
}

/// Runs the exported bytes on the rows and compares.
///
/// Errors: `deploy.not_equal` with the first row that differs by more than the contract's tolerance, or in its label.
pub fn agrees(scorer: &Scorer, pipeline: &FittedPipeline, rows: &Rows) -> Outcome<Agreement> {
    let contract = scorer.contract();
    let expected = expected(pipeline, contract, rows)?;
    let answers = scorer.score_rows(rows, &mut Unobserved)?;
    let (numbers, values, width) = match (&answers, &expected) {
        (
            Answers::Classes {
                labels: got,
                probabilities,
                ..
            },
            Predictions::Probabilities { n_classes, values },
        ) => {
            if let Some(row) = labels(pipeline, &expected).iter().zip(got).position(|(a, b)| a != b) {
                return Err(not_equal(row, 1.0, 0.0));
            }
            (probabilities, values, *n_classes)
        }
        (Answers::Values(numbers), Predictions::Values(values)) => (numbers, values, 1),
        _ => return Err(Message::new("deploy.mismatch").into()),
    };
    if numbers.len() != values.len() {
        return Err(Message::new("deploy.mismatch").into());
    }
    let mut max_difference = 0.0;
    for (at, (got, expected)) in numbers.iter().zip(values).enumerate() {
        let difference = (got - expected).abs();
        // NaN differs, also from NaN: a model must answer.
        if difference.is_nan() || difference > contract.tolerance {
            return Err(not_equal(at / width.max(1), difference, contract.tolerance));
        }
        if difference > max_difference {
            max_difference = difference;
        }
    }
    Ok(Agreement {
        n_rows: rows.n_rows,
        max_difference,
    })
}

fn not_equal(row: usize, difference: f64, tolerance: f64) -> spec::Failure {
    Message::new("deploy.not_equal")
        .with("row", row + 1)
        .with("difference", difference)
        .with("tolerance", tolerance)
        .into()
}

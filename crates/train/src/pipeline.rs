//! A recipe and a model that have learned from the same rows: from raw columns to predictions.

use prepare::FittedRecipe;
use serde::{Deserialize, Serialize};
use spec::{Outcome, Task};
use table::Table;

use crate::model::{FittedModel, Predictions};

/// Rows of which the features are made at once.
const BLOCK_ROWS: usize = 1 << 17;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FittedPipeline {
    pub task: Task,
    /// Name of the target column.
    pub target: String,
    /// In the order of the probabilities; empty for regression.
    pub classes: Vec<String>,
    pub recipe: FittedRecipe,
    pub model: FittedModel,
    /// Binary: class 1 is predicted where its probability reaches this. None is 0.5.
    pub decision_threshold: Option<f64>,
}

impl FittedPipeline {
    /// Predictions of the rows named, in that order, probabilities rounded to f32. Rows are taken block by block: their
    /// features need not stand in memory all at once.
    ///
    /// Errors: those of [`FittedRecipe::apply`].
    pub fn predict(&self, table: &Table, rows: &[u32]) -> Outcome<Predictions> {
        let block = |rows: &[u32]| -> Outcome<Predictions> { Ok(self.model.predict(&self.recipe.apply(table, rows)?).rounded()) };
        let mut blocks = rows.chunks(BLOCK_ROWS);
        let mut all = block(blocks.next().unwrap_or_default())?;
        for rows in blocks {
            match (&mut all, block(rows)?) {
                (Predictions::Probabilities { values, .. }, Predictions::Probabilities { values: more, .. })
                | (Predictions::Values(values), Predictions::Values(more)) => values.extend(more),
                // One model gives one kind.
                _ => {}
            }
        }
        Ok(all)
    }
}

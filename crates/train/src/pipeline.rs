//! Recipe and model fitted together: what is stored, scored and exported.

use prepare::FittedRecipe;
use serde::{Deserialize, Serialize};
use spec::{Outcome, Task};
use table::Table;

use crate::{FittedModel, Predictions};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FittedPipeline {
    pub task: Task,
    pub target: String,
    /// Binary: the positive class stands second. Regression: empty.
    pub classes: Vec<String>,
    pub recipe: FittedRecipe,
    pub model: FittedModel,
    /// Binary tasks: rows with a rounded probability of at least this are labelled positive; None: 0.5.
    pub decision_threshold: Option<f64>,
}

impl FittedPipeline {
    /// Predictions for rows of a shaped table, as they leave the exported model: probabilities rounded once to f32.
    ///
    /// Errors: those of [`FittedRecipe::apply`].
    pub fn predict(&self, table: &Table, rows: &[u32]) -> Outcome<Predictions> {
        Ok(self.model.predict(&self.recipe.apply(table, rows)?).rounded())
    }
}

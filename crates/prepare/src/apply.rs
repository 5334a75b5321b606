//! Recipes on a table.

use std::collections::BTreeSet;

use spec::{Message, Outcome};
use table::Table;

use crate::fitted::{FittedRecipe, FittedStep, LevelMap};
use crate::frame::{Cells, Frame};
use crate::{Features, steps};

/// Rows that are in f64 at a time; what comes out is f32.
const BLOCK: usize = 32_768;

impl FittedRecipe {
    /// The features of these rows, in this order. Needs the columns of `inputs` only, of whatever type the table has
    /// them. A row's features depend on that row alone.
    ///
    /// Errors: `prepare.input_absent`, `prepare.input_not_number`.
    pub fn apply(&self, table: &Table, rows: &[u32]) -> Outcome<Features> {
        let steps = self.needed_steps();
        let mut columns = vec![Vec::with_capacity(rows.len()); self.features.len()];
        let whole = [rows];
        let blocks: Vec<&[u32]> = if rows.is_empty() {
            whole.to_vec()
        } else {
            rows.chunks(BLOCK).collect()
        };
        for block in blocks {
            let mut frame = Frame {
                columns: Vec::new(),
                n_rows: block.len(),
            };
            for input in &self.inputs {
                let column = table
                    .column(&input.name)
                    .ok_or_else(|| Message::new("prepare.input_absent").with("column", &input.name))?;
                frame.push(&input.name, Cells::of_input(column, block, input)?);
            }
            for step in &steps {
                steps::of_fitted(&step.kind).apply(&mut frame);
            }
            for (name, column) in self.features.iter().zip(&mut columns) {
                let values = frame
                    .values(name)
                    .ok_or_else(|| Message::new("prepare.damaged").with("column", name))?;
                column.extend(values.iter().map(|&x| Features::round(x)));
            }
        }
        Ok(Features {
            names: self.features.clone(),
            columns,
            n_rows: rows.len(),
        })
    }

    /// What the frame holds after a step, for these rows of the table that the recipe was fitted on: every column that
    /// entered and was not replaced or excluded, free text too.
    ///
    /// Errors: `prepare.no_step` when no enabled step has this id.
    pub fn frame_after(&self, table: &Table, rows: &[u32], step_id: u32) -> Outcome<Table> {
        let last = self
            .steps
            .iter()
            .position(|step| step.id == step_id)
            .ok_or_else(|| Message::new("prepare.no_step").with("step", step_id))?;
        let mut frame = Frame {
            columns: Vec::new(),
            n_rows: rows.len(),
        };
        for column in self.entered.iter().filter_map(|name| table.column(name)) {
            frame.push(column.name(), Cells::of_column(column, rows));
        }
        for step in &self.steps[..=last] {
            steps::of_fitted(&step.kind).apply(&mut frame);
        }
        frame.into_table()
    }

    /// The steps without the entries that no feature depends on: every column that they name is an input or made by an
    /// earlier one of them. Steps may be left without any entry.
    pub fn needed_steps(&self) -> Vec<FittedStep> {
        self.live().0
    }

    /// [`Self::needed_steps`], and the raw columns that features depend on.
    pub(crate) fn live(&self) -> (Vec<FittedStep>, BTreeSet<String>) {
        let mut live: BTreeSet<String> = self.features.iter().cloned().collect();
        let mut steps: Vec<FittedStep> = self
            .steps
            .iter()
            .rev()
            .map(|step| FittedStep {
                id: step.id,
                kind: steps::of_fitted(&step.kind).prune(&mut live),
            })
            .collect();
        steps.reverse();
        (steps, live)
    }

    /// What each raw cell of a category column is just before `steps[step_index]` (an index into `steps` or, the same,
    /// `needed_steps()`; `steps.len()` for the end).
    pub fn levels_before(&self, step_index: usize, column: &str) -> LevelMap {
        let mut raw: BTreeSet<&str> = self
            .inputs
            .iter()
            .filter(|input| input.name == column)
            .flat_map(|input| input.levels.iter().map(String::as_str))
            .collect();
        for step in &self.steps {
            raw.extend(steps::of_fitted(&step.kind).levels_named(column));
        }
        let mut map = LevelMap {
            levels: raw.into_iter().map(|level| (level.to_owned(), level.to_owned())).collect(),
            missing: None,
        };
        for step in self.steps.iter().take(step_index) {
            steps::of_fitted(&step.kind).map_levels(column, &mut map);
        }
        map
    }
}

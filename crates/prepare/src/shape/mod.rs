//! Shape steps: they make the data set, before the split.

use spec::step::StepView;
use table::Table;

#[derive(Clone, Debug)]
pub struct Shaped {
    pub table: Table,
    /// For each row of `table` its row in the original.
    pub row_ids: Vec<u32>,
    /// One per enabled step.
    pub views: Vec<StepView>,
}

//! Which rows train, which choose, which judge (P25).

use spec::split::SplitSummary;

/// Rows by index into the table, each list sorted. `train`, `validation` and `test` hold every row that has a target
/// once; with folds `train == validation`: all rows that are not test rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    pub train: Vec<u32>,
    pub validation: Vec<u32>,
    pub test: Vec<u32>,
    /// Hold-out: one, `(train, validation)`. k folds: k; by time fewer rows come before the first fold's.
    pub folds: Vec<Fold>,
    pub summary: SplitSummary,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fold {
    pub fit: Vec<u32>,
    pub validate: Vec<u32>,
}

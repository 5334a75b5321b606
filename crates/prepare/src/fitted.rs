//! A recipe that has learned: plain data, with every number and level that it learned.
//!
//! The frame between steps is a list of named columns, each either numbers (f64; NaN is missing; times are epoch
//! seconds, booleans 0 and 1; infinities count as missing from the start) or categories (text without blanks around
//! it; empty is missing). A level that training did not see is an ordinary level that no encoder knows: all zeros in
//! one-hot, -1 in ordinal.
//!
//! Order of columns: that of the table. A step that replaces a column puts the new ones in its place; a missing
//! indicator stands right after its column; interactions and formulas go to the end.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use spec::step::{StepView, UnusedColumn};

use crate::steps::{
    FittedBin, FittedClip, FittedDateParts, FittedExclude, FittedFill, FittedFormula, FittedInteraction, FittedLog,
    FittedMergeLevels, FittedOneHot, FittedOrdinal, FittedScale,
};

/// Only [`crate::recipe::fit`] makes one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FittedRecipe {
    /// The raw columns that at least one feature depends on, in table order: what a scorer must be given.
    pub inputs: Vec<InputColumn>,
    /// All raw columns that entered the frame, in table order; target and columns not known in time are not among them.
    pub entered: Vec<String>,
    /// The enabled steps in order. Entries on columns that no feature needs are among them, for the table view;
    /// [`FittedRecipe::needed_steps`] leaves them out.
    pub steps: Vec<FittedStep>,
    /// Names of the features in the order that models see them.
    pub features: Vec<String>,
    pub unused: Vec<UnusedColumn>,
    pub views: Vec<StepView>,
    pub n_train_rows: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InputColumn {
    pub name: String,
    pub input_type: InputType,
    /// Categories: the levels seen in training rows, sorted bytewise; else empty.
    pub levels: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InputType {
    Number,
    Category,
    /// 0 and 1.
    Boolean,
    /// Seconds since 1970-01-01T00:00:00Z.
    Time,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FittedStep {
    /// Id of the recipe's step; [`crate::recipe::COMPLETE_ID`] for the fill that a model asked for.
    pub id: u32,
    pub kind: FittedKind,
}

/// What a step does to the frame, in f64 and in exactly this order of operations; NaN in, NaN out unless said otherwise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FittedKind {
    Exclude(FittedExclude),
    MergeLevels(FittedMergeLevels),
    Fill(FittedFill),
    Clip(FittedClip),
    Log(FittedLog),
    /// What all scalers come to.
    Scale(FittedScale),
    Bin(FittedBin),
    DateParts(FittedDateParts),
    Interaction(FittedInteraction),
    Formula(FittedFormula),
    OneHot(FittedOneHot),
    Ordinal(FittedOrdinal),
}

/// What every raw cell of a category column is at one point of the recipe.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LevelMap {
    /// Raw level to current level, for every raw level that the recipe can tell apart: those seen in training, and all
    /// that a step names. Any other raw level stays as it is, and no later step knows it.
    pub levels: BTreeMap<String, String>,
    /// What a missing cell is; None: still missing.
    pub missing: Option<String>,
}

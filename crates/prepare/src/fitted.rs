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
use spec::step::{DatePart, LogKind, StepView, UnusedColumn};

use crate::formula::Expr;

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
    Exclude {
        columns: Vec<String>,
    },
    /// A category column; levels that are no key stay as they are. Applied once.
    MergeLevels {
        column: String,
        map: BTreeMap<String, String>,
    },
    /// Missing cells take the value; cells of unknown level do not.
    Fill {
        numbers: Vec<FillNumber>,
        categories: Vec<FillCategory>,
    },
    /// `min(max(x, low), high)`.
    Clip {
        columns: Vec<ClipColumn>,
    },
    /// Log1p: `ln(max(x, 0) + 1)`. Signed: `sign(x) * ln(abs(x) + 1)`. The logarithm is [`crate::settled`].
    Log {
        columns: Vec<String>,
        kind: LogKind,
    },
    /// `(x - center) / scale`: standard and min-max scaling alike.
    Scale {
        columns: Vec<ScaleColumn>,
        method: ScaleMethod,
    },
    /// The number of edges `<= x`.
    Bin {
        columns: Vec<BinColumn>,
    },
    /// The time column goes; its parts stand in its place, in order. `s = floor(x)`; `day = floor(s / 86400)`;
    /// hour: `floor((s - day * 86400) / 3600)`; the others by civil-from-days integer arithmetic, see
    /// [`crate::date`]. Times before [`crate::date::FIRST`] or not before [`crate::date::END`] count as missing.
    DateParts {
        column: String,
        parts: Vec<(DatePart, String)>,
    },
    /// `left * right`; an infinite product counts as missing.
    Interaction {
        left: String,
        right: String,
        name: String,
    },
    /// See [`Expr`]; an infinite result counts as missing.
    Formula {
        name: String,
        expression: Expr,
    },
    /// Each column goes; a 0/1 column per level stands in its place. Missing and unknown levels are all zeros.
    OneHot {
        columns: Vec<OneHotColumn>,
    },
    /// The category column becomes numbers: the level's position in `levels`; missing and unknown levels are -1.
    Ordinal {
        columns: Vec<OrdinalColumn>,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FillNumber {
    pub column: String,
    pub value: f64,
    /// Name of the 0/1 column that is added first, right after the column: 1 where it was missing. Only columns with
    /// missing cells in the training rows get one, as scikit-learn's `add_indicator`.
    pub indicator: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FillCategory {
    pub column: String,
    pub level: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClipColumn {
    pub column: String,
    pub low: f64,
    pub high: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScaleMethod {
    /// Center: mean; scale: population standard deviation, 1 for a constant column.
    Standard,
    /// Center: min; scale: max - min, 1 for a constant column.
    MinMax,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScaleColumn {
    pub column: String,
    pub center: f64,
    /// Never 0.
    pub scale: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BinColumn {
    pub column: String,
    /// Strictly increasing inner edges: `n` edges make `n + 1` bins, right-open. May be empty.
    pub edges: Vec<f64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OneHotColumn {
    pub column: String,
    /// Sorted bytewise.
    pub levels: Vec<String>,
    /// The new column of each level.
    pub names: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrdinalColumn {
    pub column: String,
    /// Sorted bytewise.
    pub levels: Vec<String>,
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

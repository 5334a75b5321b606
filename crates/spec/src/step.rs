//! Recipe steps. Shape steps make the data set, before the split; pipeline steps are fitted on training rows and go
//! into the exported model.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{ColumnType, Message};

/// A step with its place in the recipe. Ids are unique within a recipe and never reused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step<K> {
    pub id: u32,
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub enabled: bool,
    pub kind: K,
}

fn yes() -> bool {
    true
}

fn is_true(value: &bool) -> bool {
    *value
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    #[serde(default)]
    pub shape: Vec<Step<ShapeKind>>,
    #[serde(default)]
    pub pipeline: Vec<Step<PipelineKind>>,
}

impl Recipe {
    /// An id that no step has.
    pub fn next_id(&self) -> u32 {
        self.shape
            .iter()
            .map(|step| step.id)
            .chain(self.pipeline.iter().map(|step| step.id))
            .max()
            .map_or(1, |id| id + 1)
    }
}

/// Which columns a step works on; resolved when it is fitted, the target and excluded columns never among them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Columns {
    /// All columns that are numbers at this point (times and booleans count as numbers).
    Numbers,
    /// All columns that are categories at this point.
    Categories,
    Named(Vec<String>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Contains,
    IsMissing,
    IsNotMissing,
}

/// One condition of a row filter. Rows whose cell is missing fail every comparison but `IsMissing`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    pub column: String,
    pub comparison: Comparison,
    /// Read as the column's type.
    #[serde(default)]
    pub value: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    Ymd,
    Dmy,
    Mdy,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShapeKind {
    /// Blanks around text cells are removed.
    Trim { columns: Vec<String> },
    /// Text is replaced inside cells, or whole cells when `whole_cell`; `regex` reads `find` as a regular expression.
    Replace {
        columns: Vec<String>,
        find: String,
        replace: String,
        regex: bool,
        whole_cell: bool,
    },
    /// Text is read as numbers: thousands separators, currency and percent signs are understood; what does not read
    /// becomes missing and is counted.
    ParseNumber { column: String, decimal_comma: bool },
    /// Text is read as dates.
    ParseDate {
        column: String,
        order: DateOrder,
        /// Years of two digits are this year or one of the 99 before it; None: 1970 to 2069.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        newest_year: Option<i32>,
    },
    /// Another type for a column; cells that do not read become missing and are counted.
    SetType { column: String, column_type: ColumnType },
    /// Infinite values become missing.
    InfiniteToMissing { columns: Vec<String> },
    /// Values of a number column that stand for "missing" (9999) become missing.
    ValueToMissing { column: String, values: Vec<f64> },
    /// Repeats of a row go; the first stays. Over all columns when `columns` is empty.
    DropDuplicates { columns: Vec<String> },
    /// Rows with a missing value in any of the columns go.
    DropMissing { columns: Vec<String> },
    /// Missing cells take the last value above, or the next below.
    FillForward { columns: Vec<String>, backward: bool },
    /// Rows that meet all (or any) conditions are kept.
    Filter { conditions: Vec<Condition>, any: bool },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FillWith {
    Mean,
    Median,
    /// The most frequent value; of several the smallest (first in order for categories).
    MostFrequent,
    Number {
        value: f64,
    },
    Level {
        value: String,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DatePart {
    Year,
    Month,
    Day,
    /// Monday 0.
    Weekday,
    Hour,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BinStrategy {
    Uniform,
    Quantile,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogKind {
    /// ln(1 + x), x below 0 counts as 0.
    Log1p,
    /// sign(x) ln(1 + |x|).
    Signed,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PipelineKind {
    /// The model does not see these columns.
    Exclude {
        columns: Vec<String>,
        #[serde(default)]
        reason: String,
    },
    /// Levels that mean the same become one: each key is replaced by its value. Other levels stay.
    MergeLevels {
        column: String,
        map: BTreeMap<String, String>,
    },
    /// Missing values are filled; `indicator` first adds `COLUMN_missing` (0, 1) per number column.
    Fill {
        columns: Columns,
        with: FillWith,
        #[serde(default)]
        indicator: bool,
    },
    /// Values outside the training quantiles are set to them (0.01 and 0.99: the outer 1% on each side).
    Clip {
        columns: Columns,
        low_quantile: f64,
        high_quantile: f64,
    },
    Log {
        columns: Columns,
        kind: LogKind,
    },
    /// (x - mean) / standard deviation of the training rows.
    StandardScale {
        columns: Columns,
    },
    /// (x - min) / (max - min) of the training rows.
    MinMaxScale {
        columns: Columns,
    },
    /// A number column becomes its bin's index, 0 first; right-open bins.
    Bin {
        columns: Columns,
        n_bins: u32,
        strategy: BinStrategy,
    },
    /// A time column becomes numbers `COLUMN_PART`.
    DateParts {
        column: String,
        parts: Vec<DatePart>,
    },
    /// New column `left_x_right`, the product of two number columns.
    Interaction {
        left: String,
        right: String,
    },
    /// New number column by an expression over others (see `prepare::formula`).
    Formula {
        name: String,
        expression: String,
    },
    /// 0/1 columns per level seen in training, at most `max_levels` most frequent ones; a level not among them is all
    /// zeros. A missing cell is all zeros too.
    OneHot {
        columns: Columns,
        #[serde(default = "max_levels")]
        max_levels: u32,
    },
    /// The level's position in sorted order; levels not seen in training and missing cells become -1.
    Ordinal {
        columns: Columns,
    },
}

fn max_levels() -> u32 {
    50
}

/// What one step came to, for its card.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepView {
    pub id: u32,
    /// What a shape step changed, or what a pipeline step learned, one line a column.
    pub learned: Vec<Message>,
    /// Rows a pipeline step learned from.
    pub n_rows: u64,
    pub failure: Option<crate::Failure>,
}

/// A column that no step can use, with the step that would make it usable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnusedColumn {
    pub column: String,
    pub reason: Message,
    pub offer: Option<PipelineKind>,
}

/// What the whole recipe comes to on the data at hand.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RecipeView {
    pub steps: Vec<StepView>,
    /// Names of the features a model sees, in order.
    pub features: Vec<String>,
    pub unused: Vec<UnusedColumn>,
    pub n_train_rows: u64,
}

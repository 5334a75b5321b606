//! Recipe steps. Cleaning steps make the data set, before the split; preprocessing steps are fitted on training rows and
//! go into the exported model.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::texts::steps::StepTexts;
use crate::wire::{self, Key, Value};
use crate::{ColumnType, Domain, Message, Outcome, ParamSpec, ParamValue};

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

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    #[default]
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
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
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

/// Declares the steps of one phase: a struct of settings a step, and the closed enum that is stored as
/// `{"key": {settings}}`.
macro_rules! steps {
    (
        $(#[$about:meta])*
        $Kind:ident;
        $(
            $(#[$doc:meta])*
            $key:ident in $phase:ident: $Step:ident { $( $(#[$field_doc:meta])* $field:ident: $type:ty ),* $(,)? }
        )*
    ) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
            pub struct $Step {
                $( $(#[$field_doc])* pub $field: $type, )*
            }

            impl From<$Step> for $Kind {
                fn from(step: $Step) -> Self {
                    Self::$Step(step)
                }
            }
        )*

        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $Kind {
            $( $Step($Step), )*
        }

        impl $Kind {
            /// The key of every step, in the order of the list.
            pub const KEYS: &[&str] = &[$( stringify!($key), )*];

            /// The key it is stored under.
            pub const fn key(&self) -> &'static str {
                match self {
                    $( Self::$Step(_) => stringify!($key), )*
                }
            }

            /// Where in a recipe it does what it is meant to.
            pub const fn phase(&self) -> Phase {
                match self {
                    $( Self::$Step(_) => Phase::$phase, )*
                }
            }

            /// What people read of it.
            pub fn texts(&self) -> &dyn StepTexts {
                match self {
                    $( Self::$Step(step) => step, )*
                }
            }
        }
    };
}

/// Phases of a recipe, in their order: excluding comes first, so that nothing is learned from what is not used; cleaning
/// steps go before those that scale and encode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    Clean,
    Exclude,
    Regroup,
    Fill,
    Clip,
    Derive,
    Scale,
    Encode,
}

steps! {
    /// Cleaning steps make the data set, before the split.
    ShapeKind;

    /// Blanks around text cells are removed.
    trim in Clean: Trim { columns: Vec<String> }
    /// Text is replaced inside cells, or whole cells when `whole_cell`; `regex` reads `find` as a regular expression.
    replace in Clean: Replace { columns: Vec<String>, find: String, replace: String, regex: bool, whole_cell: bool }
    /// Text is read as numbers: thousands separators, currency and percent signs are understood; what does not read
    /// becomes missing and is counted.
    parse_number in Clean: ParseNumber { column: String, decimal_comma: bool }
    /// Text is read as dates.
    parse_date in Clean: ParseDate {
        column: String,
        order: DateOrder,
        /// Years of two digits are this year or one of the 99 before it; None: 1970 to 2069.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        newest_year: Option<i32>,
    }
    /// Another type for a column; cells that do not read become missing and are counted.
    set_type in Clean: SetType { column: String, column_type: ColumnType }
    /// Values of a number column that stand for "missing" (9999) become missing.
    value_to_missing in Clean: ValueToMissing { column: String, values: Vec<f64> }
    /// Infinite values become missing.
    infinite_to_missing in Clean: InfiniteToMissing { columns: Vec<String> }
    /// Rows with a missing value in any of the columns go.
    drop_missing in Clean: DropMissing { columns: Vec<String> }
    /// Repeats of a row go; the first stays. Over all columns when `columns` is empty.
    drop_duplicates in Clean: DropDuplicates { columns: Vec<String> }
    /// Missing cells take the last value above, or the next below.
    fill_forward in Clean: FillForward { columns: Vec<String>, backward: bool }
    /// Rows that meet all (or any) conditions are kept.
    filter in Clean: Filter { conditions: Vec<Condition>, any: bool }
}

steps! {
    /// Preprocessing steps are fitted on training rows and go into the exported model.
    PipelineKind;

    /// The model does not see these columns.
    exclude in Exclude: Exclude {
        columns: Vec<String>,
        #[serde(default)]
        reason: String,
    }
    /// Levels that mean the same become one: each key is replaced by its value. Other levels stay.
    merge_levels in Regroup: MergeLevels { column: String, map: BTreeMap<String, String> }
    /// Missing values are filled; `indicator` first adds `COLUMN_missing` (0, 1) per number column.
    fill in Fill: Fill {
        columns: Columns,
        with: FillWith,
        #[serde(default)]
        indicator: bool,
    }
    /// Values outside the training quantiles are set to them (0.01 and 0.99: the outer 1% on each side).
    clip in Clip: Clip { columns: Columns, low_quantile: f64, high_quantile: f64 }
    /// The logarithm of each number.
    log in Derive: Log { columns: Columns, kind: LogKind }
    /// (x - mean) / standard deviation of the training rows.
    standard_scale in Scale: StandardScale { columns: Columns }
    /// (x - min) / (max - min) of the training rows.
    min_max_scale in Scale: MinMaxScale { columns: Columns }
    /// A number column becomes its bin's index, 0 first; right-open bins.
    bin in Derive: Bin { columns: Columns, n_bins: u32, strategy: BinStrategy }
    /// A time column becomes numbers `COLUMN_PART`.
    date_parts in Regroup: DateParts { column: String, parts: Vec<DatePart> }
    /// New column `left_x_right`, the product of two number columns.
    interaction in Derive: Interaction { left: String, right: String }
    /// New number column by an expression over others (see `prepare::formula`).
    formula in Derive: Formula { name: String, expression: String }
    /// 0/1 columns per level seen in training, at most `max_levels` most frequent ones; a level not among them is all
    /// zeros. A missing cell is all zeros too.
    one_hot in Encode: OneHot {
        columns: Columns,
        #[serde(default = "max_levels")]
        max_levels: u32,
    }
    /// The level's position in sorted order; levels not seen in training and missing cells become -1.
    ordinal in Encode: Ordinal { columns: Columns }
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

impl DatePart {
    /// As names of columns have it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Month => "month",
            Self::Day => "day",
            Self::Weekday => "weekday",
            Self::Hour => "hour",
        }
    }
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

fn max_levels() -> u32 {
    50
}

/// A step of either phase.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnyStep {
    Cleaning(ShapeKind),
    Preprocessing(PipelineKind),
}

impl AnyStep {
    pub fn is_cleaning(&self) -> bool {
        matches!(self, Self::Cleaning(_))
    }

    pub fn key(&self) -> &'static str {
        match self {
            Self::Cleaning(kind) => kind.key(),
            Self::Preprocessing(kind) => kind.key(),
        }
    }

    pub fn texts(&self) -> &dyn StepTexts {
        match self {
            Self::Cleaning(kind) => kind.texts(),
            Self::Preprocessing(kind) => kind.texts(),
        }
    }

    /// Its settings by name.
    pub fn settings(&self) -> Value {
        let mut stored = match self {
            Self::Cleaning(kind) => wire::to_value(kind),
            Self::Preprocessing(kind) => wire::to_value(kind),
        };
        stored.take(self.key()).unwrap_or(Value::Null)
    }

    /// The same step with other settings.
    ///
    /// Errors: `wire.type` with the path to what does not fit.
    pub fn with_settings(&self, settings: Value) -> Outcome<Self> {
        let stored = Value::Map(vec![(Key::Field(self.key()), settings)]);
        Ok(match self {
            Self::Cleaning(_) => Self::Cleaning(wire::from_value(stored)?),
            Self::Preprocessing(_) => Self::Preprocessing(wire::from_value(stored)?),
        })
    }
}

impl From<ShapeKind> for AnyStep {
    fn from(kind: ShapeKind) -> Self {
        Self::Cleaning(kind)
    }
}

impl From<PipelineKind> for AnyStep {
    fn from(kind: PipelineKind) -> Self {
        Self::Preprocessing(kind)
    }
}

/// A step as forms and help know it; sent in `Event::Catalogue`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepInfo {
    /// With the settings that a new one begins with.
    pub begin: AnyStep,
    /// One sentence: what it does.
    pub about: String,
    /// The form, top to bottom. Their defaults stand in `begin`.
    pub settings: Vec<ParamSpec>,
    /// Settings of which each is above the one before.
    pub ascending: Vec<String>,
}

impl StepInfo {
    pub fn new(begin: impl Into<AnyStep>) -> Self {
        let begin = begin.into();
        Self {
            about: begin.texts().about().to_owned(),
            begin,
            settings: Vec::new(),
            ascending: Vec::new(),
        }
    }

    /// With one more setting, named in the texts of the step.
    #[must_use]
    pub fn setting(mut self, name: &str, domain: Domain) -> Self {
        self.settings.push(ParamSpec {
            name: name.to_owned(),
            label: self.begin.texts().label(name).to_owned(),
            help: String::new(),
            domain,
            default: ParamValue::Unset,
            search: None,
        });
        self
    }

    #[must_use]
    pub fn ascending(mut self, names: &[&str]) -> Self {
        self.ascending = names.iter().map(|name| (*name).to_owned()).collect();
        self
    }
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

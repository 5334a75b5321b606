//! The kinds of steps a person can add, each with a sentence and its settings.

use spec::step::{PipelineKind, ShapeKind};
use spec::texts::names;
use spec::texts::ui::prepare::step as words;

use super::setting::{Input, Setting, Which};

/// A finished step of either face.
#[derive(Clone, Debug, PartialEq)]
pub enum NewStep {
    Shape(ShapeKind),
    Pipeline(PipelineKind),
}

impl NewStep {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Shape(kind) => names::shape_step(kind),
            Self::Pipeline(kind) => names::pipeline_step(kind),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Trim,
    Replace,
    ParseNumber,
    ParseDate,
    SetType,
    InfiniteToMissing,
    ValueToMissing,
    DropDuplicates,
    DropMissing,
    FillForward,
    Filter,
    Exclude,
    MergeLevels,
    Fill,
    Clip,
    Log,
    StandardScale,
    MinMaxScale,
    Bin,
    DateParts,
    Interaction,
    Formula,
    OneHot,
    Ordinal,
}

impl Kind {
    pub const SHAPE: [Self; 11] = [
        Self::Trim,
        Self::Replace,
        Self::ParseNumber,
        Self::ParseDate,
        Self::SetType,
        Self::ValueToMissing,
        Self::InfiniteToMissing,
        Self::DropMissing,
        Self::DropDuplicates,
        Self::FillForward,
        Self::Filter,
    ];
    pub const PIPELINE: [Self; 13] = [
        Self::Exclude,
        Self::MergeLevels,
        Self::Fill,
        Self::Clip,
        Self::Log,
        Self::StandardScale,
        Self::MinMaxScale,
        Self::Bin,
        Self::DateParts,
        Self::Interaction,
        Self::Formula,
        Self::OneHot,
        Self::Ordinal,
    ];

    pub fn is_shape(self) -> bool {
        Self::SHAPE.contains(&self)
    }

    /// One sentence for the list of steps.
    pub fn about(self) -> &'static str {
        match self {
            Self::Trim => words::TRIM,
            Self::Replace => words::REPLACE,
            Self::ParseNumber => words::PARSE_NUMBER,
            Self::ParseDate => words::PARSE_DATE,
            Self::SetType => words::SET_TYPE,
            Self::InfiniteToMissing => words::INFINITE,
            Self::ValueToMissing => words::VALUE_TO_MISSING,
            Self::DropDuplicates => words::DROP_DUPLICATES,
            Self::DropMissing => words::DROP_MISSING,
            Self::FillForward => words::FILL_FORWARD,
            Self::Filter => words::FILTER,
            Self::Exclude => words::EXCLUDE,
            Self::MergeLevels => words::MERGE_LEVELS,
            Self::Fill => words::FILL,
            Self::Clip => words::CLIP,
            Self::Log => words::LOG,
            Self::StandardScale => words::STANDARD_SCALE,
            Self::MinMaxScale => words::MIN_MAX,
            Self::Bin => words::BIN,
            Self::DateParts => words::DATE_PARTS,
            Self::Interaction => words::INTERACTION,
            Self::Formula => words::FORMULA,
            Self::OneHot => words::ONE_HOT,
            Self::Ordinal => words::ORDINAL,
        }
    }

    /// The form, top to bottom.
    pub fn settings(self) -> Vec<Setting> {
        use Input::{Choice, Column, ColumnOr, Columns, Conditions, Expression, Flag, Levels, Number, Parts, Text};
        let columns = |which| Setting::new("columns", words::COLUMNS, Columns(which));
        let columns_or_all = |which| Setting::new("columns", words::COLUMNS_OR_ALL, Columns(which));
        let column = |which| Setting::new("column", words::COLUMN, Column(which));
        let set = |which| Setting::new("columns", words::COLUMNS, ColumnOr(which));
        match self {
            Self::Trim => vec![columns(Which::Texts)],
            Self::Replace => vec![
                columns(Which::Texts),
                Setting::new("find", words::FIND, Text),
                Setting::new("replace", words::REPLACE_BY, Text),
                Setting::new("regex", words::REGEX, Flag),
                Setting::new("whole_cell", words::WHOLE_CELL, Flag),
            ],
            Self::ParseNumber => {
                vec![
                    column(Which::Texts),
                    Setting::new("decimal_comma", words::DECIMAL_COMMA, Flag),
                ]
            }
            Self::ParseDate => vec![
                column(Which::Texts),
                Setting::new(
                    "order",
                    words::DATE_ORDER,
                    Choice(&[("ymd", words::YMD), ("dmy", words::DMY), ("mdy", words::MDY)]),
                ),
                Setting::new("newest_year", words::NEWEST_YEAR, Text),
            ],
            Self::SetType => vec![column(Which::Any), Setting::new("type", words::TYPE, Input::Type)],
            Self::InfiniteToMissing => vec![columns(Which::Numbers)],
            Self::ValueToMissing => vec![column(Which::Numbers), Setting::new("values", words::VALUES, Text)],
            Self::DropDuplicates => vec![columns_or_all(Which::Any)],
            Self::DropMissing => vec![columns(Which::Any)],
            Self::FillForward => vec![
                columns(Which::Any),
                Setting::new(
                    "direction",
                    words::DIRECTION,
                    Choice(&[("above", words::ABOVE), ("below", words::BELOW)]),
                ),
            ],
            Self::Filter => vec![
                Setting::new(
                    "any",
                    words::MATCH,
                    Choice(&[("all", words::ALL_CONDITIONS), ("any", words::ANY_CONDITION)]),
                ),
                Setting::new("conditions", words::CONDITIONS, Conditions),
            ],
            Self::Exclude => vec![columns(Which::Any), Setting::new("reason", words::REASON, Text)],
            Self::MergeLevels => vec![column(Which::Categories), Setting::new("levels", words::COLUMN, Levels)],
            Self::Fill => vec![
                set(Which::Any),
                Setting::new(
                    "with",
                    words::FILL_WITH,
                    Choice(&[
                        ("median", words::MEDIAN),
                        ("mean", words::MEAN),
                        ("most_frequent", words::MOST_FREQUENT),
                        ("number", words::A_NUMBER),
                        ("level", words::A_LEVEL),
                    ]),
                ),
                Setting::new("value", words::FILL_VALUE, Text).when("with", &["number", "level"]),
                Setting::new("indicator", words::INDICATOR, Flag),
            ],
            Self::Clip => vec![
                set(Which::Numbers),
                Setting::new("low", words::LOW, Number),
                Setting::new("high", words::HIGH, Number),
            ],
            Self::Log => vec![
                set(Which::Numbers),
                Setting::new(
                    "kind",
                    words::LOG_KIND,
                    Choice(&[("log1p", words::LOG1P), ("signed", words::SIGNED_LOG)]),
                ),
            ],
            Self::StandardScale | Self::MinMaxScale => vec![set(Which::Numbers)],
            Self::Bin => vec![
                set(Which::Numbers),
                Setting::new("n_bins", words::N_BINS, Number),
                Setting::new(
                    "strategy",
                    words::STRATEGY,
                    Choice(&[("quantile", words::QUANTILE), ("uniform", words::UNIFORM)]),
                ),
            ],
            Self::DateParts => vec![column(Which::Times), Setting::new("parts", words::PARTS, Parts)],
            Self::Interaction => vec![
                Setting::new("left", words::LEFT, Column(Which::Numbers)),
                Setting::new("right", words::RIGHT, Column(Which::Numbers)),
            ],
            Self::Formula => vec![
                Setting::new("name", words::NAME, Text),
                Setting::new("expression", words::EXPRESSION, Expression),
            ],
            Self::OneHot => vec![set(Which::Categories), Setting::new("max_levels", words::MAX_LEVELS, Number)],
            Self::Ordinal => vec![set(Which::Categories)],
        }
    }

    pub fn of(step: &NewStep) -> Self {
        match step {
            NewStep::Shape(kind) => match kind {
                ShapeKind::Trim { .. } => Self::Trim,
                ShapeKind::Replace { .. } => Self::Replace,
                ShapeKind::ParseNumber { .. } => Self::ParseNumber,
                ShapeKind::ParseDate { .. } => Self::ParseDate,
                ShapeKind::SetType { .. } => Self::SetType,
                ShapeKind::InfiniteToMissing { .. } => Self::InfiniteToMissing,
                ShapeKind::ValueToMissing { .. } => Self::ValueToMissing,
                ShapeKind::DropDuplicates { .. } => Self::DropDuplicates,
                ShapeKind::DropMissing { .. } => Self::DropMissing,
                ShapeKind::FillForward { .. } => Self::FillForward,
                ShapeKind::Filter { .. } => Self::Filter,
            },
            NewStep::Pipeline(kind) => match kind {
                PipelineKind::Exclude { .. } => Self::Exclude,
                PipelineKind::MergeLevels { .. } => Self::MergeLevels,
                PipelineKind::Fill { .. } => Self::Fill,
                PipelineKind::Clip { .. } => Self::Clip,
                PipelineKind::Log { .. } => Self::Log,
                PipelineKind::StandardScale { .. } => Self::StandardScale,
                PipelineKind::MinMaxScale { .. } => Self::MinMaxScale,
                PipelineKind::Bin { .. } => Self::Bin,
                PipelineKind::DateParts { .. } => Self::DateParts,
                PipelineKind::Interaction { .. } => Self::Interaction,
                PipelineKind::Formula { .. } => Self::Formula,
                PipelineKind::OneHot { .. } => Self::OneHot,
                PipelineKind::Ordinal { .. } => Self::Ordinal,
            },
        }
    }
}

//! What people read of each recipe step: its name, a sentence, the names of its settings, and the line on its card.

use super::number::{percent, significant};
use super::ui::prepare as words;
use super::ui::prepare::step as labels;
use crate::step::{
    Bin, Clip, Columns, DateParts, DropDuplicates, DropMissing, Exclude, Fill, FillForward, Filter, Formula, InfiniteToMissing,
    Interaction, Log, MergeLevels, MinMaxScale, OneHot, Ordinal, ParseDate, ParseNumber, PipelineKind, Replace, SetType,
    ShapeKind, StandardScale, Trim, ValueToMissing,
};

pub trait StepTexts {
    fn name(&self) -> &'static str;
    /// One sentence for the list of steps.
    fn about(&self) -> &'static str;
    /// The name of a setting.
    fn label(&self, setting: &str) -> &'static str;
    /// The settings in a line.
    fn line(&self) -> String;
}

/// "Trim text: city, plan +1".
pub fn shape_line(kind: &ShapeKind) -> String {
    line(kind.texts())
}

/// "Fill missing: all number columns".
pub fn pipeline_line(kind: &PipelineKind) -> String {
    line(kind.texts())
}

fn line(texts: &dyn StepTexts) -> String {
    let settings = texts.line();
    if settings.is_empty() {
        texts.name().to_owned()
    } else {
        format!("{}: {settings}", texts.name())
    }
}

/// One step after the other: name (of the step, or of one with such settings), sentence, names of settings, line.
macro_rules! texts {
    ($(
        $Step:ident($step:ident): $name:expr, $about:literal;
        $( $setting:literal: $label:expr, )*
        => $line:expr;
    )*) => {
        $(
            impl StepTexts for $Step {
                fn name(&self) -> &'static str {
                    let $step = self;
                    let _ = $step;
                    $name
                }

                fn about(&self) -> &'static str {
                    $about
                }

                fn label(&self, setting: &str) -> &'static str {
                    match setting {
                        $( $setting => $label, )*
                        _ => "",
                    }
                }

                fn line(&self) -> String {
                    let $step = self;
                    $line
                }
            }
        )*
    };
}

texts! {
    Trim(step): "Trim text", "Removes blanks around text";
    "columns": labels::COLUMNS,
    => listed(&step.columns);

    Replace(step): "Find and replace", "Replaces text inside cells, or whole cells, also by regular expression";
    "columns": labels::COLUMNS,
    "find": "Find",
    "replace": "Replace by",
    "regex": "Find is a regular expression",
    "whole_cell": "Only whole cells",
    => words::replaces(&listed(&step.columns), &step.find, &step.replace);

    ParseNumber(step): "Parse as number",
        "Reads text as numbers; understands thousands separators, currency and percent signs";
    "column": labels::COLUMN,
    "decimal_comma": "Decimal comma (3,14)",
    => step.column.clone();

    ParseDate(step): "Parse as date", "Reads text as dates";
    "column": labels::COLUMN,
    "order": "Order of the parts",
    "newest_year": "Newest year that two digits mean; 2069 when empty",
    => step.newest_year.map_or_else(|| step.column.clone(), |newest| words::two_digit_years(&step.column, newest));

    SetType(step): "Change type", "Gives a column another type";
    "column": labels::COLUMN,
    "column_type": "Type",
    => words::becomes(&step.column, words::column_type(step.column_type));

    ValueToMissing(step): "Value to missing", "Treats values that stand for missing, such as 9999, as missing";
    "column": labels::COLUMN,
    "values": "Values, separated by semicolons",
    => {
        let values: Vec<String> = step.values.iter().map(|x| significant(*x, 6)).collect();
        words::becomes(&format!("{} {}", step.column, values.join(", ")), words::MISSING)
    };

    InfiniteToMissing(step): "Infinite to missing", "Treats infinite values as missing";
    "columns": labels::COLUMNS,
    => listed(&step.columns);

    DropMissing(step): "Drop rows with missing values", "Removes rows with a missing value";
    "columns": labels::COLUMNS,
    => listed(&step.columns);

    DropDuplicates(step): "Drop duplicate rows", "Removes repeats of a row; the first stays";
    "columns": "Columns; none chosen means all",
    => if step.columns.is_empty() { words::ALL_COLUMNS.to_owned() } else { listed(&step.columns) };

    FillForward(step): if step.backward { "Fill from the row below" } else { "Fill from the row above" },
        "Fills a gap from the row above or below; for sorted data";
    "columns": labels::COLUMNS,
    "backward": "Take the value from",
    => listed(&step.columns);

    Filter(step): "Filter rows", "Keeps the rows that meet conditions";
    "any": "Keep rows that meet",
    "conditions": "Conditions",
    => {
        let conditions = step.conditions.iter();
        let lines: Vec<String> = conditions.map(|one| words::condition(&one.column, one.comparison, &one.value)).collect();
        lines.join("; ")
    };

    Exclude(step): "Exclude columns", "Hides columns from the model";
    "columns": labels::COLUMNS,
    "reason": "Reason, for the model card",
    => if step.reason.is_empty() { listed(&step.columns) } else { format!("{}: {}", listed(&step.columns), step.reason) };

    MergeLevels(step): "Merge levels", "Makes levels that mean the same one level";
    "column": labels::COLUMN,
    "map": "Levels",
    => words::merges(&step.column, step.map.len());

    Fill(step): "Fill missing", "Fills missing values with what is typical in training rows";
    "columns": labels::COLUMNS,
    "with": "Fill with",
    "indicator": "Add a column that says where a value was missing",
    => scope(&step.columns);

    Clip(step): "Clip outliers", "Pulls extreme values in to a range learned from training rows";
    "columns": labels::COLUMNS,
    "low_quantile": "Lower share of training rows",
    "high_quantile": "Upper share of training rows",
    => words::clips(&scope(&step.columns), &percent(step.low_quantile), &percent(step.high_quantile));

    Log(step): "Log transform", "Takes the logarithm, which pulls long tails in";
    "columns": labels::COLUMNS,
    "kind": "Kind",
    => scope(&step.columns);

    StandardScale(step): "Standard scale", "Centres numbers and gives them one spread; linear models need it";
    "columns": labels::COLUMNS,
    => scope(&step.columns);

    MinMaxScale(step): "Min-max scale", "Maps numbers to 0 to 1";
    "columns": labels::COLUMNS,
    => scope(&step.columns);

    Bin(step): "Bin", "Cuts numbers into bins";
    "columns": labels::COLUMNS,
    "n_bins": "Bins",
    "strategy": "Edges",
    => words::bins(&scope(&step.columns), step.n_bins);

    DateParts(step): "Date parts", "Makes year, month, weekday and so on of a time";
    "column": labels::COLUMN,
    "parts": "Parts",
    => step.column.clone();

    Interaction(step): "Interaction", "Multiplies two number columns into a new one";
    "left": "First column",
    "right": "Second column",
    => format!("{} × {}", step.left, step.right);

    Formula(step): "Formula", "Makes a new column by a formula";
    "name": "Name of the new column",
    "expression": "Formula",
    => format!("{} = {}", step.name, step.expression);

    OneHot(step): "One-hot encode", "Makes a 0/1 column of each level";
    "columns": labels::COLUMNS,
    "max_levels": "Levels at most",
    => scope(&step.columns);

    Ordinal(step): "Ordinal encode", "Numbers the levels in sorted order";
    "columns": labels::COLUMNS,
    => scope(&step.columns);
}

fn scope(columns: &Columns) -> String {
    match columns {
        Columns::Numbers => words::ALL_NUMBERS.to_lowercase(),
        Columns::Categories => words::ALL_CATEGORIES.to_lowercase(),
        Columns::Named(names) => listed(names),
    }
}

fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [a] => a.clone(),
        [a, b] => format!("{a}, {b}"),
        [a, b, rest @ ..] => format!("{a}, {b} +{}", rest.len()),
    }
}

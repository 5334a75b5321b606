//! Words of the Prepare page.

use crate::ColumnType;
use crate::read::{Encoding, RejectReason};
use crate::step::Comparison;
use crate::texts::number::{bytes, count, percent};

pub const TITLE: &str = "Prepare";
pub const NEXT: &str = "Next: Train";
pub const ADD_STEP: &str = "Add step…";
pub const REPLACE_DATA: &str = "Replace data…";
pub const EXPORT_DATA: &str = "Export data…";
pub const NO_DATA: &str = "No data yet";
pub const PRIVATE: &str = "The file stays in this browser: nothing is sent anywhere";

// Empty state and import
pub const DROP_TITLE: &str = "Start with a table";
pub const DROP_TEXT: &str = "Drop a CSV or TSV file here, or choose one. You see how it is read before anything is imported.";
pub const DROP_NOW: &str = "Drop the file to look at it";
pub const CHOOSE_FILE: &str = "Choose file…";
pub const OR_SAMPLE: &str = "Or start from a sample";
pub const OPEN_SAMPLE: &str = "Use this sample";
pub const SNIFFING: &str = "Reading the beginning of the file";
pub const IMPORT_TITLE: &str = "Import a file";
pub const IMPORT: &str = "Import";
pub const CANCEL: &str = "Cancel";
pub const CLOSE: &str = "Close";
pub const DELIMITER: &str = "Delimiter";
pub const DELIMITER_HELP: &str = "What stands between two cells; write \\t for a tab";
pub const ENCODING: &str = "Encoding";
pub const QUOTE: &str = "Quote";
pub const QUOTE_HELP: &str = "One character, or empty for none";
pub const HEADER: &str = "The first row holds the column names";
pub const DECIMAL_COMMA: &str = "Decimal comma (3,14)";
pub const BACKSLASH: &str = "A backslash escapes a quote";
pub const SKIP_LINES: &str = "Lines to skip at the top";
pub const COMMENT: &str = "Comment mark";
pub const COMMENT_HELP: &str = "Lines that begin with it are skipped; empty for none";
pub const DROP_REMARKS: &str = "Leave out a row of units, and totals and remarks at the end";
pub const READ_COLUMNS: &str = "Single columns: type, decimal mark, missing cells";
pub const READ_COLUMNS_HELP: &str = "What is not chosen is decided by the cells of the column";
pub const AUTOMATIC: &str = "Automatic";
pub const DECIMAL_MARK: &str = "Decimal mark";
pub const POINT: &str = "Point (3.14)";
pub const COMMA: &str = "Comma (3,14)";
pub const OWN_TOKENS: &str = "Counts as missing";
pub const READ_MORE: &str = "Missing cells, comments, escapes";
pub const MISSING_TOKENS: &str = "Cells that count as missing";
pub const MISSING_HELP: &str = "One a line; an empty cell always counts as missing";
pub const PREVIEW: &str = "The first rows";
pub const PREVIEW_NOTE: &str = "Types are decided later, on all rows";
pub const NEEDS_DELIMITER: &str = "Enter a delimiter";
pub const ONE_CHARACTER: &str = "Enter one character";
pub const WHOLE_NUMBER: &str = "Enter a whole number, 0 or more";

pub fn estimate(n_rows: u64, n_columns: usize, n_bytes: u64) -> String {
    format!(
        "About {} rows × {} columns, {} of memory",
        count(n_rows as f64),
        count(n_columns as f64),
        bytes(n_bytes as f64)
    )
}

pub fn encoding(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Utf8 => "UTF-8",
        Encoding::Utf16Le => "UTF-16 little-endian",
        Encoding::Utf16Be => "UTF-16 big-endian",
        Encoding::Windows1252 => "Windows-1252 (Western European)",
        Encoding::ShiftJis => "Shift-JIS (Japanese)",
        Encoding::Gbk => "GBK (Chinese)",
    }
}

// Summary
pub const DATA: &str = "Data";
pub const FINGERPRINT: &str = "Fingerprint (SHA-256)";
pub const SIZE: &str = "Size";
pub const READ_AS: &str = "Read as";
pub const KEPT: &str = "Rows kept";
pub const REJECTED: &str = "Rows left out";
pub const REJECTS: &str = "What was not taken as it stands";
pub const LINE: &str = "Line";
pub const COLUMN: &str = "Column";
pub const TEXT: &str = "Text";
pub const WHY: &str = "Why";
pub const WHOLE_ROW: &str = "whole row";

pub fn header(file: &str, n_rows: u64, n_columns: usize, n_rejected: u64) -> String {
    let rest = if n_rejected == 0 {
        "every row kept".to_owned()
    } else {
        format!("{} left out", rows(n_rejected))
    };
    format!(
        "{file}, {} rows × {} columns, {rest}",
        count(n_rows as f64),
        count(n_columns as f64)
    )
}

pub fn rows(n: u64) -> String {
    if n == 1 {
        "1 row".to_owned()
    } else {
        format!("{} rows", count(n as f64))
    }
}

pub fn cells(n: u64) -> String {
    if n == 1 {
        "1 cell".to_owned()
    } else {
        format!("{} cells", count(n as f64))
    }
}

/// What a choice is left to the cells as.
pub fn automatic(what: &str) -> String {
    format!("Automatic: {what}")
}

pub fn more_columns(shown: usize, all: usize) -> String {
    format!("The first {} of {} columns", count(shown as f64), count(all as f64))
}

pub fn more_rejects(shown: usize, all: u64) -> String {
    format!("The first {} of {}", count(shown as f64), count(all as f64))
}

pub fn read_as(encoding: &str, delimiter: &str) -> String {
    format!("{encoding}, delimiter {delimiter}")
}

pub fn reject_reason(reason: RejectReason) -> &'static str {
    match reason {
        RejectReason::NotOfType => "Does not read as the column's type; counts as missing",
        RejectReason::TooManyFields => "More cells than the header; the row was left out",
        RejectReason::TooFewFields => "Fewer cells than the header; the rest counts as missing",
        RejectReason::BadEncoding => "Bytes that are not of the encoding; the cell is flagged",
        RejectReason::Remark => "Units, a total or a remark; the line was left out",
    }
}

pub fn reject_count(reason: RejectReason, n: u64) -> String {
    let what = match reason {
        RejectReason::NotOfType => "not of their column's type",
        RejectReason::TooManyFields => "with too many cells, left out",
        RejectReason::TooFewFields => "with too few cells",
        RejectReason::BadEncoding => "with bytes outside the encoding",
        RejectReason::Remark => "with units, totals or remarks, left out",
    };
    let n = if reason == RejectReason::NotOfType {
        cells(n)
    } else {
        rows(n)
    };
    format!("{n} {what}")
}

// Table
pub const TABLE: &str = "Data table";
pub const SHOWING: &str = "Showing";
pub const ORIGINAL: &str = "Original";
pub const SHAPED: &str = "After shaping";
pub const FEATURES: &str = "What the model sees";
pub const MISSING: &str = "missing";
pub const ROW_NUMBER: &str = "Row";
pub const TARGET: &str = "target";
pub const ALL_ROWS: &str = "Show all rows";
pub const TABLE_KEYS: &str = "Arrow keys move between cells, Page Up and Page Down by a screen";
pub const LOADING: &str = "…";
pub const TYPE_BY_YOU: &str = "set by you";
pub const CHANGED_LEGEND: &str = "changed by this step";

pub const COLUMNS_BEFORE: &str = "Columns before";
pub const COLUMNS_AFTER: &str = "Columns after";

pub fn columns(first: usize, last: usize, all: usize) -> String {
    format!(
        "columns {}–{} of {}",
        count(first as f64),
        count(last as f64),
        count(all as f64)
    )
}

pub fn after_step(step: &str) -> String {
    format!("After: {step}")
}

pub fn range(first: u64, last: u64, all: u64) -> String {
    if all == 0 {
        return "no rows".to_owned();
    }
    format!("rows {}–{} of {}", count(first as f64), count(last as f64), count(all as f64))
}

pub fn column_type(column_type: ColumnType) -> &'static str {
    match column_type {
        ColumnType::Number => "number",
        ColumnType::Category => "category",
        ColumnType::Text => "text",
        ColumnType::Time => "time",
        ColumnType::Boolean => "yes/no",
    }
}

pub fn missing_share(share: f64) -> String {
    format!("{} missing", percent(share))
}

pub fn distinct(n: u64) -> String {
    if n == 1 {
        "1 distinct".to_owned()
    } else {
        format!("{} distinct", count(n as f64))
    }
}

pub fn sort_by(column: &str) -> String {
    format!("Sort by {column}")
}

pub fn type_of(column: &str) -> String {
    format!("Type of {column}")
}

pub fn span(low: &str, high: &str) -> String {
    format!("{low}–{high}")
}

// Alerts
pub const ALERTS: &str = "Alerts";
pub const ALERTS_RANKED: &str = "ranked by effect on the model";
pub const NO_ALERTS: &str = "Nothing stands out: no alert on this data";
pub const ALL_FIXED: &str = "Every alert with a fix has been dealt with";
pub const SHOW_ROWS: &str = "Show rows";
pub const FIXED: &str = "Fixed";
pub const REVIEW: &str = "Review…";
pub const SHOW_FIXED: &str = "Show fixed";

pub fn open_alerts(n: usize) -> String {
    format!("{n} open")
}

// Recipe
pub const RECIPE: &str = "Recipe";
pub const SHAPE: &str = "Shape the data set";
pub const SHAPE_HELP: &str = "These steps make the data set, before the split. They run once, on all rows.";
pub const NO_SHAPE: &str = "No shape step: the data are used as imported";
pub const PIPELINE_HELP: &str = "These steps learn from training rows only and travel inside the exported model.";
pub const NO_PIPELINE: &str = "No pipeline step yet";
pub const RUN_ON_FILE: &str = "Run on new file…";
pub const PROPOSE: &str = "Propose a recipe";
pub const STEP_ON: &str = "Step on";
pub const EDIT: &str = "Edit…";
pub const DELETE: &str = "Delete";
pub const MOVE_UP: &str = "Move up";
pub const MOVE_DOWN: &str = "Move down";
pub const SHOW_AFTER: &str = "Show the table after it";
pub const UNUSED: &str = "Columns the model cannot use";

pub fn pipeline_from(n_rows: u64) -> String {
    if n_rows == 0 {
        "Pipeline".to_owned()
    } else {
        format!("Pipeline, learned from {} training rows", count(n_rows as f64))
    }
}

pub fn n_features(n: usize) -> String {
    if n == 1 {
        "The model sees 1 feature".to_owned()
    } else {
        format!("The model sees {} features", count(n as f64))
    }
}

pub fn step_menu(step: &str) -> String {
    format!("Actions of {step}")
}

pub fn more_lines(n: usize) -> String {
    format!("and {n} more")
}

// Step dialog
pub const CHOOSE_STEP: &str = "Choose a step";
pub const SHAPE_STEPS: &str = "Shape steps, before the split";
pub const PIPELINE_STEPS: &str = "Pipeline steps, learned from training rows";
pub const ADD: &str = "Add step";
pub const SAVE: &str = "Save step";
pub const BACK: &str = "Back";
pub const ALL_NUMBERS: &str = "All number columns";
pub const ALL_CATEGORIES: &str = "All category columns";
pub const NAMED_COLUMNS: &str = "Only these";
pub const CHOOSE_COLUMN: &str = "Choose a column";
pub const NEEDS_COLUMN: &str = "Choose a column";
pub const NEEDS_COLUMNS: &str = "Choose at least one column";
pub const NEEDS_NUMBER: &str = "Enter a number";
pub const NEEDS_YEAR: &str = "Enter a year of four digits, or nothing";
pub const NEEDS_TEXT: &str = "Enter a text";
pub const NEEDS_LEVELS: &str = "Merge at least one level";
pub const NEEDS_CONDITION: &str = "Add a condition";
pub const NEEDS_PARTS: &str = "Choose at least one part";
pub const BETWEEN: &str = "Enter two shares between 0 and 1, the lower one first";
pub const ADD_CONDITION: &str = "Add condition";
pub const REMOVE_CONDITION: &str = "Remove condition";
pub const CONDITION_COLUMN: &str = "Column";
pub const CONDITION_IS: &str = "Comparison";
pub const CONDITION_VALUE: &str = "Value";
pub const LEVEL: &str = "Level";
pub const BECOMES: &str = "Becomes";
pub const SUGGESTED: &str = "Suggested: these differ only in case, blanks, punctuation or word order";
pub const NO_SUGGESTION: &str = "No two levels look alike; write what each should become";
pub const NO_LEVELS: &str = "Choose a column to see its levels";
pub const FORMULA_PREVIEW: &str = "First rows";
pub const FORMULA_COLUMNS: &str = "Columns:";
pub const CHECKING: &str = "Checking the formula";

pub fn formula_error_at(position: u64) -> String {
    format!("At character {}", count(position as f64))
}

// Split
pub const SPLIT: &str = "Split";
pub const SPLIT_EDIT: &str = "Change split…";
pub const SPLIT_TITLE: &str = "Split the rows";
pub const ASSIGNMENT: &str = "How rows are assigned";
pub const STRATIFIED: &str = "At random, keeping the share of each class";
pub const RANDOM: &str = "At random";
pub const GROUPED: &str = "By group: all rows of a group on one side";
pub const TIME: &str = "By time: train on the past, judge on the future";
pub const GROUP_COLUMN: &str = "Group column";
pub const TIME_COLUMN: &str = "Time column";
pub const TEST_SHARE: &str = "Test set, % of rows";
pub const VALIDATION: &str = "Validation";
pub const FOLDS: &str = "k-fold cross-validation";
pub const HOLD_OUT: &str = "One hold-out part";
pub const K: &str = "Folds";
pub const VALIDATION_SHARE: &str = "Validation part, % of rows";
pub const SEED: &str = "Seed";
pub const SEED_HELP: &str = "The same seed gives the same split, always";
pub const APPLY: &str = "Apply";
pub const PART: &str = "Part";
pub const ROWS: &str = "Rows";
pub const TRAINING: &str = "Training";
pub const VALIDATION_PART: &str = "Validation";
pub const TEST: &str = "Test (locked)";
pub const MEAN: &str = "Target mean";
pub const SPLIT_OK: &str = "No leak between the parts was found";
pub const PERCENT_RANGE: &str = "Enter a share from 5 to 50";
pub const FOLDS_RANGE: &str = "Enter 2 to 20 folds";

pub fn train_validate(k: u32) -> String {
    format!("Training and validation, {k} folds")
}

pub fn without_target(n: u64) -> String {
    format!("{} without a target value, used nowhere", rows(n))
}

// Export
pub const EXPORT_TITLE: &str = "Export the data as CSV";
pub const EXPORT_STATE: &str = "Which state";
pub const EXPORT_EXACT: &str = "Exact";
pub const EXPORT_EXACT_HELP: &str = "Every cell as it is; for programs";
pub const EXPORT_SAFE: &str = "Spreadsheet-safe";
pub const EXPORT_SAFE_HELP: &str = "Text that begins with = + - @ gets an apostrophe, so that a spreadsheet does not run it";
pub const EXPORT: &str = "Export";

// Step settings
pub mod step {
    pub const TRIM: &str = "Removes blanks around text";
    pub const REPLACE: &str = "Replaces text inside cells, or whole cells, also by regular expression";
    pub const PARSE_NUMBER: &str = "Reads text as numbers; understands thousands separators, currency and percent signs";
    pub const PARSE_DATE: &str = "Reads text as dates";
    pub const SET_TYPE: &str = "Gives a column another type";
    pub const INFINITE: &str = "Treats infinite values as missing";
    pub const VALUE_TO_MISSING: &str = "Treats values that stand for missing, such as 9999, as missing";
    pub const DROP_DUPLICATES: &str = "Removes repeats of a row; the first stays";
    pub const DROP_MISSING: &str = "Removes rows with a missing value";
    pub const FILL_FORWARD: &str = "Fills a gap from the row above or below; for sorted data";
    pub const FILTER: &str = "Keeps the rows that meet conditions";
    pub const EXCLUDE: &str = "Hides columns from the model";
    pub const MERGE_LEVELS: &str = "Makes levels that mean the same one level";
    pub const FILL: &str = "Fills missing values with what is typical in training rows";
    pub const CLIP: &str = "Pulls extreme values in to a range learned from training rows";
    pub const LOG: &str = "Draws long tails in";
    pub const STANDARD_SCALE: &str = "Centres numbers and gives them one spread; linear models need it";
    pub const MIN_MAX: &str = "Maps numbers to 0 to 1";
    pub const BIN: &str = "Cuts numbers into bins";
    pub const DATE_PARTS: &str = "Makes year, month, weekday and so on of a time";
    pub const INTERACTION: &str = "Multiplies two number columns into a new one";
    pub const FORMULA: &str = "Makes a new column by a formula";
    pub const ONE_HOT: &str = "Makes a 0/1 column of each level";
    pub const ORDINAL: &str = "Numbers the levels in sorted order";

    pub const COLUMNS: &str = "Columns";
    pub const COLUMNS_OR_ALL: &str = "Columns; none chosen means all";
    pub const COLUMN: &str = "Column";
    pub const FIND: &str = "Find";
    pub const REPLACE_BY: &str = "Replace by";
    pub const REGEX: &str = "Find is a regular expression";
    pub const WHOLE_CELL: &str = "Only whole cells";
    pub const DECIMAL_COMMA: &str = "Decimal comma (3,14)";
    pub const DATE_ORDER: &str = "Order of the parts";
    pub const NEWEST_YEAR: &str = "Newest year that two digits mean; 2069 when empty";
    pub const YMD: &str = "Year, month, day";
    pub const DMY: &str = "Day, month, year";
    pub const MDY: &str = "Month, day, year";
    pub const TYPE: &str = "Type";
    pub const VALUES: &str = "Values, separated by semicolons";
    pub const DIRECTION: &str = "Take the value from";
    pub const ABOVE: &str = "The row above";
    pub const BELOW: &str = "The row below";
    pub const CONDITIONS: &str = "Conditions";
    pub const MATCH: &str = "Keep rows that meet";
    pub const ALL_CONDITIONS: &str = "All conditions";
    pub const ANY_CONDITION: &str = "Any condition";
    pub const REASON: &str = "Reason, for the model card";
    pub const FILL_WITH: &str = "Fill with";
    pub const MEAN: &str = "Mean";
    pub const MEDIAN: &str = "Median";
    pub const MOST_FREQUENT: &str = "Most frequent value";
    pub const A_NUMBER: &str = "A number";
    pub const A_LEVEL: &str = "A level";
    pub const FILL_VALUE: &str = "Value";
    pub const INDICATOR: &str = "Add a column that says where a value was missing";
    pub const LOW: &str = "Lower share of training rows";
    pub const HIGH: &str = "Upper share of training rows";
    pub const LOG_KIND: &str = "Kind";
    pub const LOG1P: &str = "ln(1 + x), below 0 counts as 0";
    pub const SIGNED_LOG: &str = "Signed: works below 0 too";
    pub const N_BINS: &str = "Bins";
    pub const STRATEGY: &str = "Edges";
    pub const UNIFORM: &str = "Equal widths";
    pub const QUANTILE: &str = "Equal numbers of rows";
    pub const PARTS: &str = "Parts";
    pub const YEAR: &str = "Year";
    pub const MONTH: &str = "Month";
    pub const DAY: &str = "Day of the month";
    pub const WEEKDAY: &str = "Weekday";
    pub const HOUR: &str = "Hour";
    pub const LEFT: &str = "First column";
    pub const RIGHT: &str = "Second column";
    pub const NAME: &str = "Name of the new column";
    pub const EXPRESSION: &str = "Formula";
    pub const EXPRESSION_HELP: &str = "For example: charges / (tenure + 1), or if(age >= 65, 1, 0). Names with blanks go in square brackets: [monthly charges].";
    pub const MAX_LEVELS: &str = "Levels at most";
    pub const EQUAL: &str = "is";
    pub const NOT_EQUAL: &str = "is not";
    pub const LESS: &str = "is less than";
    pub const LESS_OR_EQUAL: &str = "is at most";
    pub const GREATER: &str = "is greater than";
    pub const GREATER_OR_EQUAL: &str = "is at least";
    pub const CONTAINS: &str = "contains";
    pub const IS_MISSING: &str = "is missing";
    pub const IS_NOT_MISSING: &str = "is not missing";
}

// One line of settings on a step's card
pub const ALL_COLUMNS: &str = "over all columns";

pub fn replaces(columns: &str, find: &str, replace: &str) -> String {
    format!("{columns}: “{find}” by “{replace}”")
}

pub fn two_digit_years(column: &str, newest: i32) -> String {
    format!("{column}, years of two digits as {} to {newest}", newest.saturating_sub(99))
}

pub fn becomes(column: &str, what: &str) -> String {
    format!("{column} becomes {what}")
}

pub fn condition(column: &str, comparison: Comparison, value: &str) -> String {
    let is = comparison_name(comparison);
    if value.is_empty() || matches!(comparison, Comparison::IsMissing | Comparison::IsNotMissing) {
        format!("{column} {is}")
    } else {
        format!("{column} {is} {value}")
    }
}

pub fn comparison_name(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => step::EQUAL,
        Comparison::NotEqual => step::NOT_EQUAL,
        Comparison::Less => step::LESS,
        Comparison::LessOrEqual => step::LESS_OR_EQUAL,
        Comparison::Greater => step::GREATER,
        Comparison::GreaterOrEqual => step::GREATER_OR_EQUAL,
        Comparison::Contains => step::CONTAINS,
        Comparison::IsMissing => step::IS_MISSING,
        Comparison::IsNotMissing => step::IS_NOT_MISSING,
    }
}

pub fn merges(column: &str, n_levels: usize) -> String {
    if n_levels == 1 {
        format!("{column}: 1 level")
    } else {
        format!("{column}: {n_levels} levels")
    }
}

pub fn clips(columns: &str, low: &str, high: &str) -> String {
    format!("{columns} to {low}–{high}")
}

pub fn bins(columns: &str, n_bins: u32) -> String {
    format!("{columns}, {n_bins} bins")
}

pub fn cell_read(row: u64, column: &str, text: &str) -> String {
    format!("Row {}, {column}: {text}", count(row as f64 + 1.0))
}

pub const MORE: &str = "More";
pub const RECIPE_ACTIONS: &str = "More actions of the recipe";

/// Rows and columns of a sample.
pub fn size(n_rows: u64, n_columns: u32) -> String {
    format!("{} × {} columns", rows(n_rows), count(f64::from(n_columns)))
}

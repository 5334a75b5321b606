use super::Row;

pub(crate) const ROWS: &[Row] = &[
    ("job.cancelled", "Cancelled", ""),
    ("param.type", "{param}: {value} is not {expected}", "Enter {expected}"),
    ("param.range", "{param}: {value} is outside {low} to {high}", "Enter a value from {low} to {high}"),
    ("param.choice", "{param}: {value} is not one of the options", "Choose one of: {options}"),
    ("param.unknown", "There is no parameter {param}", "The parameters are: {known}"),
    ("pipeline.json", "The pipeline file cannot be read: line {line}, column {column}: {error}", "Correct the file at that place"),
    ("pipeline.format", "The file has format {format}, newer than format {known} of this version", "Open it with a newer version of the workbench"),
    ("edit.no_step", "The recipe has no step {id}", "Reload the project: another tab may have removed the step"),
    ("edit.nothing_to_undo", "There is nothing to undo", ""),
    ("edit.nothing_to_redo", "There is nothing to redo", ""),
];

use super::Row;

pub(crate) const ROWS: &[Row] = &[
    (
        "explain.no_background",
        "There are no training rows to compare this row with",
        "Train again on data with training rows",
    ),
    (
        "explain.not_finite",
        "The model's score of a row is not a finite number, so it cannot be divided among the columns",
        "Train the model again, with more regularisation or scaled columns",
    ),
    (
        "explain.no_class",
        "An explanation is for one of the model's {n_classes:count} {n_classes:plural|class|classes}; a regression has none",
        "Choose a class that the model knows",
    ),
    (
        "explain.no_row",
        "There is no row {row:count}: the data has {n_rows:count} {n_rows:plural|row|rows}",
        "Choose a row of the data",
    ),
    // Sentences
    ("explain.up", "For {what}, this row's score is raised most by {up}", ""),
    ("explain.down", "For {what}, this row's score is lowered most by {down}", ""),
    (
        "explain.up_and_down",
        "For {what}, this row's score is raised most by {up}, and lowered most by {down}",
        "",
    ),
    ("explain.nothing", "For {what}, no column moves this row's score", ""),
];

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
    // Remarks on a row
    (
        "explain.out_of_range",
        "{column} is {text}: training rows lie between {low} and {high}",
        "The model has seen nothing like it; take its answer with care",
    ),
    (
        "explain.unseen",
        "{column} is {text}, a level that no training row has",
        "The model treats it as unknown",
    ),
    (
        "explain.held_out",
        "This row was held out: it is explained by the model of the fold that had not seen it",
        "",
    ),
    (
        "explain.learned",
        "The model has learned from this row: what it says of it flatters",
        "Rows that were held out, and new ones, tell more",
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

use super::Row;

pub(crate) const ROWS: &[Row] = &[
    ("table.lengths", "Column {column} has {n_rows:count} rows, the table has {expected:count}", "Give every column the same number of rows"),
    ("table.duplicate_name", "Two columns are named {column}", "Rename one of them"),
    ("table.no_column", "There is no column {column}", "Choose a column that the table has"),
    ("table.bytes", "The stored table is damaged at byte {place:count} ({what})", "Import the file again"),
];

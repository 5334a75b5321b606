use super::Row;

pub(crate) const ROWS: &[Row] = &[
    (
        "deploy.no_inputs",
        "The model uses no column of the data",
        "Add a step that turns columns into features, then train again",
    ),
    (
        "deploy.no_column",
        "The column {column} is missing",
        "Add the column {column} to the data",
    ),
    (
        "deploy.no_columns",
        "Columns that the model needs are not in the data: {columns}",
        "Score a file with the columns that contract.json lists",
    ),
    (
        "deploy.no_columns_similar",
        "Columns that the model needs are not in the data: {columns}. Did you mean {similar}?",
        "Name the columns as contract.json does",
    ),
    (
        "deploy.cell_no_number",
        "Line {line}, column {column}: \"{text}\" is not a number as the training data write it",
        "Correct the cell, or leave it empty: an empty cell counts as missing",
    ),
    (
        "deploy.other_encoding",
        "The file is read as {found}, as its bytes say; the training file was {trained}",
        "",
    ),
    (
        "deploy.comment_lines",
        "{n:count} {n:plural|line begins|lines begin} with {mark} and {n:plural|is no row|are no rows}, as in the training file; the first is line {line}",
        "Put quotes around a value that begins so",
    ),
    (
        "deploy.cell_no_time",
        "Line {line}, column {column}: \"{text}\" is not a date as the training data write it",
        "Write it like 2024-01-31 or in the order of the training data, or leave it empty: an empty cell counts as missing",
    ),
    (
        "deploy.cell_no_boolean",
        "Line {line}, column {column}: \"{text}\" is neither true nor false",
        "Write true or false, 0 or 1, or leave the cell empty: an empty cell counts as missing",
    ),
    (
        "deploy.cell_no_text",
        "Line {line}, column {column}: \"{text}\" is not a text or value of this column",
        "Correct the cell, or leave it empty: an empty cell counts as missing",
    ),
    (
        "deploy.cell_lost",
        "Line {line}, column {column}: \"{text}\" does not read as a value of this column and counts as missing",
        "Correct the cell, or ask for a refusal with --strict",
    ),
    (
        "deploy.record_long",
        "Line {line}: {n_fields} fields under a header of {n_columns}",
        "Put quotes around fields that hold the delimiter",
    ),
    (
        "deploy.record_short",
        "Line {line}: {n_fields} fields under a header of {n_columns}",
        "Write every field of the record, empty where there is no value",
    ),
    (
        "deploy.record_encoding",
        "Line {line}: bytes that are not of the file's encoding",
        "Save the file as UTF-8",
    ),
    (
        "deploy.records_refused",
        "{n:count} of {of:count} records cannot be scored: {what}",
        "Correct them, or leave them out of the output with --skip-rejected",
    ),
    (
        "deploy.columns_absent",
        "Columns that are not in the data count as missing in every row: {columns}",
        "Add them where they are known",
    ),
    (
        "deploy.columns_ignored",
        "Columns that the model does not use: {columns}",
        "Nothing is to be done if that is meant",
    ),
    (
        "deploy.keep",
        "The column {column} that is to be kept is not in the data",
        "Name a column of the file's header",
    ),
    (
        "deploy.not_a_number",
        "Column {column}, row {row:count}: \"{text}\" is not a number",
        "Correct the cell, or leave it empty: an empty cell counts as missing",
    ),
    (
        "deploy.formula",
        "A formula of the recipe refers to something that it does not have",
        "Enter the formula again, then train again",
    ),
    (
        "deploy.model_shape",
        "The model has {n_outputs} outputs, which does not fit {n_classes} classes",
        "Train the model again",
    ),
    (
        "deploy.input_name",
        "The column name \"{column}\" cannot be the name of an input",
        "Give every column a name of its own in the data file",
    ),
    (
        "deploy.no_rows",
        "There are no rows to take examples from",
        "Export from data with at least one row",
    ),
    (
        "deploy.damaged",
        "The model file cannot be run: {what}",
        "Export the model again; only files that the workbench wrote can be scored",
    ),
    (
        "deploy.operator",
        "The model file uses the operator {operator}, which the workbench does not write",
        "Score it with onnxruntime, or export the model again from the workbench",
    ),
    (
        "deploy.contract",
        "contract.json cannot be read: {error}",
        "Export the bundle again",
    ),
    (
        "deploy.contract_format",
        "contract.json has format {format}, newer than format {known} of this version",
        "Use a newer version of the workbench",
    ),
    (
        "deploy.mismatch",
        "model.onnx and contract.json are not of the same bundle",
        "Use both files of one export",
    ),
    (
        "deploy.not_equal",
        "The exported file does not give the model's own answers (row {row:count} differs by {difference:3}, allowed is {tolerance:3})",
        "This is a fault of the workbench: nothing was exported. Train the model again, or choose another one",
    ),
    ("deploy.zip", "The bundle cannot be read: {error}", "Export the bundle again"),
    (
        "deploy.verified",
        "Verified: the exported file gives the model's own answers on {n_rows:count} {n_rows:plural|row|rows} (largest difference {difference:3})",
        "",
    ),
    (
        "deploy.goal_not_met",
        "The goal is not met: {metric} is {value:3}, {required:3} is needed",
        "Do not put this model to work before the goal is met or changed",
    ),
    (
        "deploy.goal_not_certain",
        "The goal is met, but not with certainty: {metric} is {value:3}, {required:3} is needed, and its interval crosses that",
        "Evaluate on more rows before you rely on it",
    ),
    (
        "deploy.stale",
        "Data or recipe were changed after this model was trained",
        "Train again if the change matters to the model",
    ),
    (
        "deploy.cleaning_outside",
        "{n_steps:count} cleaning {n_steps:plural|step is|steps are} not inside model.onnx: it takes cleaned columns",
        "Use the services and scorers of the bundle, which make the same steps themselves, or send cleaned values",
    ),
    (
        "deploy.pattern_outside",
        "Only mllc score makes replacements by these expressions, which Python and JavaScript do not read alike: {patterns}",
        "Send cleaned values to the services, or write the expressions without flags, named groups and repeated choices",
    ),
    (
        "deploy.output_renamed",
        "Outputs were renamed, because columns have their names: {outputs}",
        "Read the names from contract.json",
    ),
    (
        "deploy.no_json",
        "model.json was left out: the model has {n_nodes:count} tree nodes",
        "Use model.onnx, which holds the same model",
    ),
];

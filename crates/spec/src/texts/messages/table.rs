use super::Row;

pub(crate) const ROWS: &[Row] = &[
    (
        "table.lengths",
        "Column {column} has {n_rows:count} rows, the table has {expected:count}",
        "Give every column the same number of rows",
    ),
    ("table.duplicate_name", "Two columns are named {column}", "Rename one of them"),
    (
        "table.no_column",
        "There is no column {column}",
        "Choose a column that the table has",
    ),
    (
        "table.bytes",
        "The stored table is damaged at byte {place:count} ({what})",
        "Import the file again",
    ),
    // The file cannot be read.
    (
        "read.io",
        "The file could not be read: {error}",
        "Choose the file again: it may have been moved, changed or locked by another program",
    ),
    (
        "read.empty",
        "{file}: the file is empty",
        "Choose a file with a header line and at least one row",
    ),
    (
        "read.is_spreadsheet",
        "{file} is {kind}, not delimited text",
        "Open it in a spreadsheet program and save the sheet as CSV (UTF-8), then open that file",
    ),
    (
        "read.is_compressed",
        "{file} is {kind}",
        "Unpack it and open the data file inside",
    ),
    (
        "read.is_json",
        "{file} is {kind}, not delimited text",
        "Convert it to CSV first, for example with pandas: pd.read_json(...).to_csv(...)",
    ),
    (
        "read.is_html",
        "{file} is {kind}, not delimited text",
        "The download may have failed or needs a login: open the link in the browser and save the data file itself",
    ),
    (
        "read.is_columnar",
        "{file} is {kind}, not delimited text",
        "Convert it to CSV first, for example with DuckDB: COPY (FROM 'file') TO 'file.csv'",
    ),
    (
        "read.is_database",
        "{file} is {kind}, not delimited text",
        "Export the table you need as CSV, for example with: sqlite3 -header -csv FILE \"SELECT * FROM table\"",
    ),
    (
        "read.is_document",
        "{file} is {kind}, not delimited text",
        "Copy its table into a spreadsheet program and save that as CSV",
    ),
    (
        "read.is_binary",
        "{file} is {kind}, not delimited text",
        "Choose a text file with one record a line (CSV or TSV); if it is text, choose its encoding by hand",
    ),
    (
        "read.unclosed_quote",
        "A quote that opens on line {line:count} is never closed",
        "Close the quote on that line, or choose \"no quote character\" if quotes are ordinary characters in this file",
    ),
    (
        "read.record_too_long",
        "The record on line {line:count} is longer than {limit_mb:count} MB",
        "Check that line and the line ends: a record must end with a line break. Or choose another quote character",
    ),
    (
        "read.too_many_columns",
        "The file has {n:count} columns; up to {limit:count} can be used",
        "Check the delimiter; if it is right, keep fewer columns",
    ),
    (
        "read.too_many_rows",
        "The file has more than {limit:count} rows",
        "Split the file, or take a sample of its rows",
    ),
    (
        "read.too_large",
        "About {n_rows:count} rows of {n_columns:count} {n_columns:plural|column|columns} would take {need:bytes} of memory, \
         and {limit:bytes} may be used",
        "Take a sample of about {n_rows_fit:count} rows, keep about {n_columns_fit:count} columns, or use the command-line \
         tool mllc on a machine with more memory",
    ),
    (
        "read.memory",
        "There is not enough memory for {n_rows:count} rows",
        "Keep fewer columns, take a sample of the rows, or use the command-line tool on a larger machine",
    ),
    (
        "read.delimiter",
        "\"{delimiter}\" cannot be the delimiter",
        "Enter one or more characters that are neither a line break nor the quote character",
    ),
    (
        "read.quote",
        "\"{quote}\" cannot be the quote character",
        "Enter one printable ASCII character, for example \" or '",
    ),
    (
        "read.no_such_column",
        "Something is set for column {column}, which the file does not have",
        "Remove that setting, or check the header and the delimiter",
    ),
    // What was found out about the file.
    (
        "read.encoding_guessed",
        "Read as {encoding}, judged by the bytes: the file does not say",
        "If letters look wrong, choose another encoding",
    ),
    (
        "read.title_lines",
        "{n:count} {n:plural|line|lines} above the header {n:plural|is|are} skipped: {text}",
        "Set the lines to skip to 0 if they belong to the table",
    ),
    (
        "read.delimiter_guessed",
        "No delimiter explains most of the records; they are parted by \"{delimiter}\", as the first line is ({n_fields:count} fields, as in {n:count} of {n_records:count} records)",
        "Look at the preview; choose another delimiter or quote character if the columns are wrong",
    ),
    (
        "read.number_header",
        "Line {line:count} counts from 0 and is taken as the header of {n:count} columns",
        "Say that the file has no header if that line is a row",
    ),
    (
        "read.number_row",
        "Line {line:count} counts {n:count} columns and is taken as a row",
        "Say that the file has a header if these are the names of the columns",
    ),
    (
        "read.units_row",
        "Line {line:count} holds units of measurement; as a row it makes columns of numbers text",
        "Leave out units, totals and remarks in the reading options (--drop-remarks), or remove that line",
    ),
    (
        "read.first_rows",
        "What is said of cells above counts the first {n:count} rows; the whole file is counted when it is imported",
        "",
    ),
    (
        "read.comments_found",
        "{n:count} {n:plural|line|lines} beginning with # {n:plural|is|are} taken as comments",
        "Clear the comment character if they are data",
    ),
    (
        "read.second_header",
        "Line {line:count} looks like a second header: words above columns of numbers",
        "Remove that line from the file, or those columns become text",
    ),
    (
        "read.lower_header",
        "Line {line:count} may be the header as well, with words above columns of values ({text}); the {n:count} lines above it were kept",
        "Pass over the lines above it (--skip {n}) if it names the columns",
    ),
    (
        "read.one_column",
        "Read as one column, though each line below the first holds \"{mark}\" {n:count} {n:plural|time|times}: {example}",
        "Choose the delimiter (--delimiter \"{mark}\") if it parts columns",
    ),
    (
        "read.one_column_gaps",
        "Read as one column, though {n:count} of {n_lines:count} lines have gaps of several blanks: {example}",
        "If the gaps part columns whose words hold single blanks, save the file with another delimiter",
    ),
    (
        "read.no_rows",
        "The file has a header and no rows",
        "Choose a file with rows; without them nothing can be trained",
    ),
    (
        "read.rows_rejected",
        "{n:count} {n:plural|record has|records have} more than {n_columns:count} fields and {n:plural|was|were} left out, the first on line {line:count}",
        "Look at the rejected records: a delimiter inside a value needs quotes around the value",
    ),
    (
        "read.rows_padded",
        "{n:count} {n:plural|record has|records have} fewer than {n_columns:count} fields, the first on line {line:count}; the rest counts as missing",
        "Check these lines for a line break inside a value or a cut-off file",
    ),
    (
        "read.bad_encoding",
        "{n:count} {n:plural|row holds|rows hold} bytes that are not of the encoding; the rows were kept and the cells listed",
        "Look at the listed cells; if there are many, choose another encoding",
    ),
    (
        "read.trailing_delimiter",
        "Lines end with a delimiter; the empty column behind it was left out",
        "",
    ),
    (
        "read.blank_lines",
        "{n:count} blank {n:plural|line was|lines were} skipped",
        "",
    ),
    (
        "read.comment_lines",
        "{n:count} comment {n:plural|line was|lines were} skipped",
        "",
    ),
    (
        "read.stray_quotes",
        "{n:count} {n:plural|field has|fields have} text after the closing quote, the first on line {line:count}; it was kept",
        "Check that line: a quote inside a quoted value is written twice",
    ),
    (
        "read.footer",
        "The table ends with {n:count} {n:plural|line that looks|lines that look} like a total or a remark, from line {line:count}: {text}",
        "Leave out units, totals and remarks in the reading options (--drop-remarks), unless they are data",
    ),
    (
        "read.remarks_dropped",
        "{n:count} {n:plural|line|lines} with units, totals or remarks {n:plural|was|were} left out, the first on line {line:count}: {text}",
        "Keep them in the reading options if they are data",
    ),
    (
        "read.quote_swallows",
        "The record on line {line:count} has a quoted value of {n_lines:count} lines that look like records themselves ({n:count} such {n:plural|record|records})",
        "Check whether the quote that opens there is closed where it should be",
    ),
    (
        "read.repeated_header",
        "The header stands again among the rows {n:count} {n:plural|time|times}, first on line {line:count}",
        "Filter these rows out; several files may have been put together",
    ),
    (
        "read.names_changed",
        "{n:count} column {n:plural|name was|names were} empty, too long or not unique and {n:plural|was|were} changed: {columns}",
        "The file's own names are kept with the columns",
    ),
    (
        "read.header_short",
        "The header has {n_header:count} names for {n_columns:count} columns; the others were numbered",
        "Check the header line",
    ),
    (
        "read.overflow",
        "{column}: {n:count} {n:plural|number is|numbers are} too large and became infinite",
        "Turn infinite values into missing ones, or choose the type text",
    ),
    ("read.all_missing", "{column} has no values", "Leave the column out"),
    (
        "read.na_kept",
        "{column}: NA is kept as a value {n:count} {n:plural|time|times}, because the others are two-letter codes too",
        "Take NA as missing by a replace step if it is not a code",
    ),
    (
        "read.token_kept",
        "{column}: {token} is kept as a value {n:count} {n:plural|time|times}, because the other values are of its kind",
        "Name it among the missing tokens of that column if it means that nothing is known",
    ),
    (
        "read.token_missing",
        "{column}: {token} counts as missing {n:count} {n:plural|time|times}, beside values such as {others}",
        "If it is an answer, take it out of the missing tokens of that column (--missing {column}=...): it is then a level",
    ),
    (
        "read.tokens_missing",
        "{n:count} {n:plural|cell counts|cells count} as missing by {n:plural|its|their} text, such as {example} in {column}; columns: {columns}",
        "Change the missing tokens of the file or of a column if they are values",
    ),
    (
        "read.decimal_comma",
        "A comma stands before the decimals in {columns} ({n:count} {n:plural|value|values}): {example} in {column} is read as {value}",
        "Choose the decimal mark of a column if that is not meant",
    ),
    (
        "read.decimal_point",
        "In {columns} three digits follow every point, which is read as the decimal point: {example} in {column} is {value}",
        "If the point parts thousands, choose a decimal comma for that column and read it with a step that parses numbers",
    ),
    (
        "read.mark_unsettled",
        "{column} stays text: {example} may be {whole} or {decimal}, and no value of the column says which",
        "Choose the decimal mark of that column, or read it with a step that parses numbers",
    ),
    (
        "read.number_format",
        "{n:count} {n:plural|number is|numbers are} kept as a value and not as written: {example} in {column} becomes {value}; columns: {columns}",
        "Choose the type text for a column of versions or codes, where 1.1 and 1.10 differ",
    ),
    (
        "read.rounded",
        "{n:count} {n:plural|number has|numbers have} more digits than a number holds: {example} in {column} becomes {value}; columns: {columns}",
        "Choose the type text if every digit counts",
    ),
    (
        "read.time_format",
        "{n:count} {n:plural|date or time is|dates and times are} kept as a moment and not as written: {example} in {column} becomes {value}; columns: {columns}",
        "",
    ),
    (
        "read.times_rounded",
        "{n:count} {n:plural|time is|times are} finer than what is kept, about a microsecond: {example} in {column} becomes {value}; columns: {columns}",
        "Choose the type text if the nanoseconds count",
    ),
    (
        "read.boolean_format",
        "{n:count} {n:plural|cell is|cells are} kept as true or false and not as written: {example} in {column} becomes {value}; columns: {columns}",
        "",
    ),
    (
        "read.date_pivot",
        "{column}: {n:count} {n:plural|date has a year|dates have years} of two digits, read as {first} to {last}",
        "Read the column as text and parse the dates in a step to choose other years",
    ),
    (
        "read.date_order",
        "{column}: dates were read as {order}, because {n:count} of them can only be meant so",
        "Choose the type text to keep them as they are",
    ),
    (
        "read.date_assumed",
        "{column}: dates were read as {order}; the values do not settle the order",
        "Read the column as text and parse the dates in a step to choose the order",
    ),
    (
        "read.date_ambiguous",
        "{column}: day/month and month/day are both possible for every date, so it stays text",
        "Choose the order with a step that parses dates",
    ),
    (
        "read.date_mixed",
        "{column}: {n_day_first:count} dates can only be day/month and {n_month_first:count} only month/day, so it stays text",
        "Correct the dates at their source, or parse them with one order: the others become missing",
    ),
    (
        "read.date_short_year",
        "{column}: the dates have years of two digits, so it stays text",
        "Choose the order and the newest year with a step that parses dates",
    ),
    (
        "read.mixed_zones",
        "{column}: some times name a zone and some do not; those without count as UTC",
        "Correct the times at their source if they are local",
    ),
    ("read.zones", "{column}: times were turned into UTC", ""),
    (
        "read.cell_column",
        "The data have no column {column}",
        "Name a column of the file that the model was trained on",
    ),
    (
        "read.cell_number",
        "{column}: \"{text}\" is not a number",
        "Enter a number such as {example}, or nothing: an empty cell counts as missing",
    ),
    (
        "read.cell_time",
        "{column}: \"{text}\" is not a date or a time",
        "Enter it such as 2024-03-01 or 2024-03-01 14:05, or nothing: an empty cell counts as missing",
    ),
    (
        "read.cell_boolean",
        "{column}: \"{text}\" is neither {no} nor {yes}",
        "Enter {no} or {yes}, or nothing: an empty cell counts as missing",
    ),
    (
        "read.codes_kept",
        "{column} stays text: as numbers, values such as {example} would lose digits ({n:count} {n:plural|row|rows})",
        "Choose the type number if they are quantities",
    ),
    (
        "read.codes_likely",
        "{column} stays text: values such as {example} may be codes and no numbers ({n:count} {n:plural|row|rows})",
        "Choose the type number if they are quantities",
    ),
    (
        "read.mixed_marks",
        "{column} stays text: some of its numbers have a comma before the decimals, such as {comma}, and some a point, such as {point}",
        "Read it with a step that parses numbers, or correct it at its source",
    ),
    (
        "read.mixed_numbers",
        "{column} stays text: {n:count} of {n_present:count} values are not numbers, the first on line {line:count}: {example}",
        "Choose the type number to count these as missing, or correct them with a replace step",
    ),
    (
        "read.hidden_characters",
        "{column}: {n:count} {n:plural|value holds|values hold} characters that cannot be seen",
        "Remove them with a replace step if they are not meant",
    ),
    // Alerts about the data, each with what to do.
    (
        "alert.constant",
        "{column} is always {value}",
        "Leave it out: it tells a model nothing",
    ),
    (
        "alert.constant_target",
        "The target {column} is always {value}",
        "Choose another target: there is nothing to learn from one value",
    ),
    (
        "alert.near_constant",
        "{column} has one value in {share:percent} of the rows; {n:count} {n:plural|row differs|rows differ}",
        "Leave it out, unless the few rows are what matters",
    ),
    (
        "alert.id_like",
        "{column} has {n:count} different values in {n_present:count} rows: it names rows rather than describes them",
        "Leave it out: a model would learn rows by heart",
    ),
    (
        "alert.missing",
        "{column} is missing in {n:count} {n:plural|row|rows} ({share:percent})",
        "Fill the missing values from the training rows",
    ),
    (
        "alert.mostly_missing",
        "{column} is missing in {share:percent} of the rows",
        "Leave it out, or fill it if being missing means something",
    ),
    (
        "alert.missing_target",
        "The target {column} is missing in {n:count} {n:plural|row|rows} ({share:percent})",
        "Drop these rows: nothing can be learned from them",
    ),
    (
        "alert.infinite",
        "{column} has {n:count} infinite {n:plural|value|values}",
        "Turn them into missing values, then fill those",
    ),
    (
        "alert.number_like_text",
        "{column} is text, but {n:count} of {n_present:count} values read as numbers",
        "Read the column as numbers; what does not read becomes missing and is counted",
    ),
    (
        "alert.date_like_text",
        "{column} is text, but {n:count} values read as dates ({order})",
        "Read the column as dates; what does not read becomes missing and is counted",
    ),
    (
        "alert.date_like_text_unsure",
        "{column} is text with {n:count} dates whose order is not settled, such as {example}",
        "Read the column as {order}, and change the order in the step if it is the other one",
    ),
    (
        "alert.date_like_text_short",
        "{column} is text with {n:count} dates whose years have two digits, such as {example}",
        "Read the column as {order}, the years as {first} to {last}; both can be changed in the step",
    ),
    (
        "alert.number_like_text_unsure",
        "{column} is text; {n:count} of {n_present:count} values read as numbers, but {example} may be {whole} or have decimals",
        "Read {example} as {whole}, or choose the decimal comma in the step",
    ),
    (
        "alert.dirty_categories",
        "{column} has {n_groups:count} {n_groups:plural|level|levels} written in several ways: {examples}",
        "Merge the spellings ({n:count} {n:plural|row changes|rows change})",
    ),
    (
        "alert.high_cardinality",
        "{column} has {n:count} levels",
        "Encode the 20 most frequent levels; the rest count as none of them",
    ),
    (
        "alert.free_text",
        "{column} is free text with {n:count} different values. It may say much about the target, but no step reads words yet: nothing of it reaches a model",
        "Leave it out, or make columns from it before the import: lengths, words that matter",
    ),
    (
        "alert.duplicates",
        "{n:count} {n:plural|row repeats|rows repeat} an earlier one ({share:percent})",
        "Drop the repeats: on both sides of the split they make a model look better than it is",
    ),
    (
        "alert.outliers",
        "{column} has {n:count} {n:plural|value|values} outside 1.5 interquartile ranges (from {min} to {max})",
        "Clip the outer 1% on each side to the training quantiles",
    ),
    (
        "alert.skew",
        "{column} is skewed ({skewness:3}): a long tail on one side",
        "Take the logarithm; trees do not need it",
    ),
    (
        "alert.class_imbalance",
        "Class {class} of {column} has {n:count} {n:plural|row|rows} ({share:percent})",
        "Judge by average precision or balanced accuracy, and set the decision threshold from your costs",
    ),
    (
        "alert.high_correlation",
        "{column} moves with {other} (r = {r:3}, {n_rows:count} rows compared)",
        "Leave one of the two out; linear models become easier to read",
    ),
    (
        "alert.leakage",
        "{column} alone gives {target} almost surely ({strength:3} of 1, {n_rows:count} rows compared): it may hold the answer",
        "Leave it out unless it is known when the prediction is made",
    ),
];

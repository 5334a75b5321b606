use super::Row;

pub(crate) const ROWS: &[Row] = &[
    // Input
    (
        "monitor.no_rows",
        "There are no training rows to compare later data with",
        "Train on data with at least one row, then export again",
    ),
    (
        "monitor.rows",
        "{column} has {n:count} {n:plural|row|rows} where the table has {expected:count}",
        "Score the same rows that are compared",
    ),
    (
        "monitor.shape",
        "Outcomes and predictions are not of the same rows",
        "Join the outcomes to their predictions again",
    ),
    (
        "monitor.cells_refused",
        "{n:count} {n:plural|cell|cells} of {column} {n:plural|does|do} not read as in training, such as {example}; {n:plural|it counts|they count} as missing here, and scoring refuses {n:plural|it|them}",
        "Write them as in training, or leave them empty",
    ),
    (
        "monitor.rows_learned",
        "{n:count} of {of:count} rows are rows that the model learned from; performance is judged without them",
        "Load rows that have come since",
    ),
    (
        "monitor.rules_json",
        "monitoring/rules.json cannot be read: {error}",
        "Correct it, or take the one of a new export",
    ),
    (
        "monitor.baseline_json",
        "monitoring/baseline.json cannot be read: {error}",
        "Export the bundle again",
    ),
    (
        "monitor.baseline_format",
        "monitoring/baseline.json has format {format}, newer than format {known} of this version",
        "Use a newer version of the workbench",
    ),
    (
        "monitor.baseline_column",
        "monitoring/baseline.json: the counts of {column} do not fit each other",
        "Export the bundle again; the file is not meant to be edited, apart from its rules",
    ),
    // Rules
    (
        "monitor.rule_share",
        "The rule {rule} is {value}; it is a share",
        "Enter a number from 0 to 1, such as 0.3 for 30%",
    ),
    (
        "monitor.rule_positive",
        "The rule {rule} is {value}",
        "Enter a number above 0",
    ),
    (
        "monitor.rule_not_negative",
        "The rule {rule} is {value}",
        "Enter 0 or a number above it",
    ),
    (
        "monitor.rule_order",
        "The rule {rule} is {value}, which is below the limit of the warning",
        "Make psi_alarm at least as large as psi_warning",
    ),
    (
        "monitor.rule_id",
        "An alert rule has the id \"{id}\"",
        "Use small letters, digits and underscores only, at least one of them",
    ),
    (
        "monitor.rule_repeated",
        "Two alert rules have the id {id}",
        "Give each rule an id of its own",
    ),
    (
        "monitor.method_not_for_levels",
        "The method chosen for {column} does not fit its values; the usual one was used",
        "Kolmogorov-Smirnov and Wasserstein need numbers, the z-test needs two values",
    ),
    (
        "monitor.no_reference_prediction",
        "The reference says nothing about the predictions, so their drift cannot be told",
        "Export the bundle again from this version of the workbench",
    ),
    (
        "monitor.no_reference_target",
        "The reference says nothing about the target, so its drift cannot be told",
        "Export the bundle again from this version of the workbench",
    ),
    // Methods
    ("monitor.method_chosen", "Chosen by hand", ""),
    (
        "monitor.method_z",
        "At most two different values, and up to {limit:count} rows of training: the shares are compared by a z-test",
        "",
    ),
    (
        "monitor.method_chi_square",
        "Levels or few different numbers, and up to {limit:count} rows of training: the shares are compared by a chi-square test",
        "",
    ),
    (
        "monitor.method_kolmogorov_smirnov",
        "Numbers, and up to {limit:count} rows of training: compared by a Kolmogorov-Smirnov test",
        "",
    ),
    (
        "monitor.method_far_values",
        "Numbers with a few values far from the others, and over {limit:count} rows of training: compared by the Kolmogorov-Smirnov distance, because such values stretch the standard deviation until every shift looks small",
        "",
    ),
    (
        "monitor.method_jensen_shannon",
        "Levels or few different numbers, and over {limit:count} rows of training: compared by the Jensen-Shannon distance, because a test alone would call every small change significant",
        "",
    ),
    (
        "monitor.method_wasserstein",
        "Numbers, and over {limit:count} rows of training: compared by the Wasserstein distance, because a test alone would call every small change significant",
        "",
    ),
    // A column
    ("monitor.stable", "{column} looks as it did in training", ""),
    (
        "monitor.stable_small",
        "{column} has changed by more than chance, but by too little to matter: the {method} is {effect:2} and counts from {from:2} on",
        "",
    ),
    (
        "monitor.stable_chance",
        "{column} looks different from training (the {method} is {effect:2}), but chance alone could do that with so few values",
        "More rows would tell",
    ),
    (
        "monitor.watch",
        "{column} has begun to move: PSI is {effect:2}, from {least:2} on it counts as drift",
        "Look at it again in the next batch",
    ),
    (
        "monitor.drifted_psi",
        "{column} has drifted: PSI is {effect:2}, and {least:2} is tolerated{most}",
        "Find out what changed at its source; if it stays, train again",
    ),
    (
        "monitor.drifted_kolmogorov_smirnov",
        "{column} has drifted: where it differs most, the share of rows up to a value has changed by {effect:percent}, and {least:percent} is tolerated",
        "Find out what changed at its source; if it stays, train again",
    ),
    (
        "monitor.drifted_wasserstein",
        "{column} has drifted: on average its values have moved by {effect:2} standard deviations, and {least:2} is tolerated",
        "Find out what changed at its source; if it stays, train again",
    ),
    (
        "monitor.drifted_jensen_shannon",
        "{column} has drifted: {share:percent} of the rows would have to change to look like training (Jensen-Shannon distance {effect:2}, and {least:2} is tolerated){most}",
        "Find out what changed at its source; if it stays, train again",
    ),
    (
        "monitor.drifted_shares",
        "{column} has drifted: {effect:percent} of the rows would have to change to look like training, and {least:percent} is tolerated{most}",
        "Find out what changed at its source; if it stays, train again",
    ),
    (
        "monitor.drifted_spelling",
        "{column} has drifted, but only its spelling or case differs from training: {spellings}",
        "Write the levels as in training, at their source; training again does not help",
    ),
    (
        "monitor.drifted_and_missing",
        "{column} has drifted, and {now:percent} of its values are missing, {before:percent} in training",
        "Find out what changed at its source; if it stays, train again",
    ),
    (
        "monitor.missing_grew",
        "{now:percent} of the values of {column} are missing, {before:percent} in training",
        "Find out why the values no longer arrive: the model guesses without them",
    ),
    (
        "monitor.absent",
        "{column} is not in the batch",
        "Add the column, or give it the name that it had in training",
    ),
    (
        "monitor.other_type",
        "{column} is a {expected} in training and a {found} in the batch",
        "Look at its values in the file, or read the file with the types of training",
    ),
    ("monitor.not_judged", "The rules exempt {column}", ""),
    (
        "monitor.not_judged_time",
        "Times move on by themselves: {column} is shown, but not judged",
        "",
    ),
    (
        "monitor.not_judged_text",
        "{column} is free text, of which only the missing values are compared",
        "",
    ),
    (
        "monitor.few_rows",
        "Cannot tell for {column}: the batch has {n:count} {n:plural|row|rows}, and {least:count} is the least",
        "Gather more rows into one batch",
    ),
    (
        "monitor.few_values",
        "Cannot tell for {column}: it has {n:count} {n:plural|value|values} in the batch, and {least:count} is the least",
        "Gather more rows into one batch",
    ),
    (
        "monitor.few_values_in_training",
        "Cannot tell for {column}: it had {n:count} {n:plural|value|values} in training, and {least:count} is the least",
        "Train on more rows",
    ),
    (
        "monitor.no_values",
        "Cannot tell for {column}: every value is missing in the batch",
        "Find out why the values no longer arrive",
    ),
    (
        "monitor.no_values_in_training",
        "Cannot tell for {column}: it has {n:count} {n:plural|value|values} now, and had none in training",
        "Train again, if the model should use it",
    ),
    (
        "monitor.no_values_at_all",
        "Cannot tell for {column}: it has no value, neither in training nor in the batch",
        "",
    ),
    (
        "monitor.undefined",
        "Cannot tell for {column}: the {method} is not defined on these values",
        "Choose another method for it",
    ),
    // The data set
    (
        "monitor.dataset_stable",
        "{of:count} judged {of:plural|column looks|columns look} as in training",
        "",
    ),
    (
        "monitor.dataset_watch",
        "{n:count} of {of:count} judged {of:plural|column is|columns are} not as in training (drifted, or with more missing values, or absent); the data set counts as drifted from {least_share:percent} of the columns on",
        "Look at these columns, and at the next batch",
    ),
    (
        "monitor.dataset_begins",
        "None of {of:count} judged {of:plural|column|columns} has drifted, but some have begun to move",
        "Look at them again in the next batch",
    ),
    (
        "monitor.dataset_drifted",
        "The data set has drifted: {n:count} of {of:count} judged {of:plural|column is|columns are} not as in training ({share:percent}), and {least_share:percent} is the limit",
        "Find out what changed; if it stays, train again",
    ),
    (
        "monitor.dataset_drifted_importance",
        "The data set has drifted: {n:count} of {of:count} judged {of:plural|column is|columns are} not as in training, but with {importance:percent} of all importance, and {least_importance:percent} is the limit",
        "Find out what changed; if it stays, train again",
    ),
    (
        "monitor.batch_is_empty",
        "Cannot tell: the batch has no rows",
        "Load a batch with rows",
    ),
    (
        "monitor.batch_is_small",
        "Cannot tell: the batch has {n:count} {n:plural|row|rows}, and {least:count} is the least",
        "Gather more rows into one batch",
    ),
    (
        "monitor.nothing_judged",
        "Cannot tell: no column of the batch could be judged",
        "Look at the reason beside each column",
    ),
    // Performance
    (
        "monitor.performance_worse",
        "Worse: {metric} is {value:3} on {n:count} rows with a known outcome, and {reference:3} was expected. The difference lies between {low:2} and {high:2}, beyond the {tolerated:2} that is tolerated",
        "Train again on newer rows",
    ),
    (
        "monitor.performance_better",
        "Better: {metric} is {value:3} on {n:count} rows with a known outcome, and {reference:3} was expected; the difference lies between {low:2} and {high:2}",
        "",
    ),
    (
        "monitor.performance_same",
        "As expected: {metric} is {value:3} on {n:count} rows with a known outcome, and {reference:3} was expected; a loss of more than the tolerated {tolerated:2} is ruled out",
        "",
    ),
    (
        "monitor.performance_cannot_tell",
        "Cannot tell: {metric} is {value:3} on {n:count} rows with a known outcome, and {reference:3} was expected. The difference may be anything from {low:2} to {high:2}; a loss of {tolerated:2} is tolerated",
        "More outcomes would tell",
    ),
    (
        "monitor.performance_few_rows",
        "Cannot tell: {n:count} {n:plural|outcome is|outcomes are} known, and {least:count} is the least",
        "Wait for more outcomes",
    ),
    (
        "monitor.performance_undefined",
        "Cannot tell: {metric} is not defined, here or in the reference",
        "Judge by another metric",
    ),
    (
        "monitor.challenger_better",
        "The challenger is better: {metric} {challenger:3} against {champion:3} on the same {n:count} rows; the difference lies between {low:2} and {high:2}. Neither was fitted on them, but the challenger was picked and its threshold chosen by them, which flatters it a little",
        "It may take over; the next month tells whether it keeps what it promises",
    ),
    (
        "monitor.challenger_worse",
        "The champion stays: {metric} {champion:3} against {challenger:3} of the challenger on the same {n:count} rows; the difference lies between {low:2} and {high:2}",
        "",
    ),
    (
        "monitor.challenger_same",
        "The champion stays, the two are as good: {metric} {champion:3} against {challenger:3} of the challenger on the same {n:count} rows; a difference below {tolerated:2} counts as none",
        "",
    ),
    (
        "monitor.challenger_cannot_tell",
        "The champion stays, it cannot be told which is better: {metric} {champion:3} against {challenger:3} of the challenger on the same {n:count} rows; the difference may be anything from {low:2} to {high:2}",
        "More rows with a known outcome would tell",
    ),
    (
        "monitor.challenger_few_rows",
        "The champion stays: {n:count} {n:plural|outcome is|outcomes are} known, and {least:count} is the least to compare on",
        "Wait for more outcomes",
    ),
    (
        "monitor.challenger_undefined",
        "The champion stays: {metric} is not defined on these rows",
        "Compare on rows of every class",
    ),
    (
        "monitor.challenger_class_absent",
        "The champion stays: none of the {n:count} rows that the two can be compared on is {class}, so it cannot be told which is better",
        "Compare on rows of every class",
    ),
    // Trends
    (
        "monitor.trend_rising",
        "{what} rises over {n:count} batches, by about {slope:2} in 30 days",
        "",
    ),
    (
        "monitor.trend_falling",
        "{what} falls over {n:count} batches, by about {slope:2} in 30 days",
        "",
    ),
    (
        "monitor.trend_flat",
        "{what} goes neither up nor down by more than chance over {n:count} batches",
        "",
    ),
    (
        "monitor.trend_cannot_tell",
        "{what}: {n:count} {n:plural|batch is|batches are} too few for a trend, {least} is the least",
        "",
    ),
    // Alarms
    (
        "monitor.alarm_data_drift",
        "{batch}: the data set has drifted, {n:count} of {of:count} judged {of:plural|column|columns} ({n_batches:count} {n_batches:plural|batch|batches in a row})",
        "Find out what changed; if it stays, train again",
    ),
    (
        "monitor.alarm_data_drift_by",
        "{batch}: the data set has drifted, {n:count} of {of:count} judged {of:plural|column|columns} ({n_batches:count} {n_batches:plural|batch|batches in a row}). {causes}",
        "Find out what changed; if it stays, train again",
    ),
    (
        "monitor.alarm_data_spelling",
        "{batch}: the data set has drifted, {n:count} of {of:count} judged {of:plural|column|columns}, but only by how levels are written ({n_batches:count} {n_batches:plural|batch|batches in a row}). {causes}",
        "Write the levels as in training, at their source; training again does not help",
    ),
    (
        "monitor.alarm_column_drift_by",
        "{batch}: {columns} {n:plural|has|have} drifted ({n_batches:count} {n_batches:plural|batch|batches in a row}). {causes}",
        "Find out what changed at the source; if it stays, train again",
    ),
    (
        "monitor.alarm_prediction_drift_by",
        "{batch}: the predictions have drifted ({n_batches:count} {n_batches:plural|batch|batches in a row}). {cause}",
        "Look at which inputs have; whether the model is worse, only outcomes tell",
    ),
    (
        "monitor.alarm_target_drift_by",
        "{batch}: the outcomes have drifted ({n_batches:count} {n_batches:plural|batch|batches in a row}). {cause}",
        "Train again on newer rows",
    ),
    (
        "monitor.alarm_spelling",
        "{batch}: over {share:percent} of the rows have a level of {columns} that differs from training only by its spelling or case: {levels}",
        "Write the levels as in training, at their source; training again does not help",
    ),
    (
        "monitor.alarm_column_drift",
        "{batch}: {columns} {n:plural|has|have} drifted ({n_batches:count} {n_batches:plural|batch|batches in a row})",
        "Find out what changed at the source; if it stays, train again",
    ),
    (
        "monitor.alarm_prediction_drift",
        "{batch}: the predictions have drifted ({n_batches:count} {n_batches:plural|batch|batches in a row})",
        "Look at which inputs have; whether the model is worse, only outcomes tell",
    ),
    (
        "monitor.alarm_target_drift",
        "{batch}: the outcomes have drifted ({n_batches:count} {n_batches:plural|batch|batches in a row})",
        "Train again on newer rows",
    ),
    (
        "monitor.alarm_missing_growth",
        "{batch}: more values of {columns} are missing than in training ({n_batches:count} {n_batches:plural|batch|batches in a row})",
        "Find out why the values no longer arrive",
    ),
    (
        "monitor.alarm_unseen_levels",
        "{batch}: over {share:percent} of the rows have a level of {columns} that training did not have: {levels}",
        "Look at the levels; if they are new, train again with them",
    ),
    (
        "monitor.alarm_out_of_range",
        "{batch}: over {share:percent} of the rows have a value of {columns} outside the range of training, as far as {values}",
        "Look at the values: another unit, or something new; if they are right, train again with them",
    ),
    (
        "monitor.alarm_columns_absent",
        "{batch}: {columns} {n:plural|is|are} absent or of another type",
        "Mend the source: the model works without what it learned from",
    ),
    (
        "monitor.alarm_performance",
        "{batch}: performance is worse than expected",
        "Train again on newer rows",
    ),
    (
        "monitor.alarm_metric_below",
        "{batch}: {metric} is {value:3}, below the limit of {limit:3}",
        "Train again on newer rows",
    ),
    (
        "monitor.alarm_metric_above",
        "{batch}: {metric} is {value:3}, above the limit of {limit:3}",
        "Train again on newer rows",
    ),
    (
        "monitor.alarm_too_few_rows",
        "{batch} has {n:count} {n:plural|row|rows}, and {least:count} is the least to judge by",
        "Gather more rows into one batch",
    ),
    (
        "monitor.retrain_batches",
        "Train again: {what}, in {n:count} {n:plural|batch|batches in a row}; the rule says {rule:count}",
        "",
    ),
    (
        "monitor.retrain_days",
        "Train again: the model is {days:count} {days:plural|day|days} old; the rule says {rule}",
        "",
    ),
    // Reading a batch
    (
        "monitor.file_without_rows",
        "{file} has a header and no rows",
        "Choose a file with at least one row",
    ),
    (
        "monitor.not_a_batch",
        "{file} has none of the {n:count} columns that the model reads",
        "Choose a file with columns such as {columns}, the service's log, or outcomes with request_id and outcome",
    ),
    (
        "monitor.rows_rejected",
        "{n:count} {n:plural|row|rows} of the file could not be read and {n:plural|is|are} left out",
        "Look at the lines with more fields than the header has",
    ),
    (
        "monitor.rows_short",
        "{n:count} {n:plural|row has|rows have} fewer fields than the header; what is not there counts as missing",
        "",
    ),
    (
        "monitor.cells_unreadable",
        "{n:count} {n:plural|cell|cells} of {column} could not be read as in training; {n:plural|it counts|they count} as missing",
        "Look at its values in the file",
    ),
    (
        "monitor.target_no_number",
        "{column} holds no numbers in the batch, so the outcomes are not known",
        "Load the outcomes as numbers",
    ),
    (
        "monitor.outcomes_unknown",
        "{n:count} {n:plural|outcome is|outcomes are} none of the model's classes: {outcomes}",
        "Train again, if there are new classes",
    ),
    (
        "monitor.outcomes_no_number",
        "{n:count} {n:plural|outcome is|outcomes are} no {n:plural|number|numbers}, and {n:plural|counts|count} as unknown: {outcomes}",
        "Load {n:plural|it|them} again as numbers",
    ),
    (
        "monitor.outcomes_blank",
        "{n:count} {n:plural|row has|rows have} no id or no outcome",
        "",
    ),
    (
        "monitor.outcomes_orphan",
        "None of the outcomes in {file} belongs to a prediction or a row of a batch",
        "Load the log or the batch first; the ids must be the same, and keys hashed with the same salt",
    ),
    (
        "monitor.only_outcomes",
        "{file} holds outcomes only, and no rows or predictions that they belong to",
        "Give the log or the table as --data, and this file as --labels",
    ),
    (
        "monitor.labels_wrong",
        "{file} holds no outcomes that could be joined",
        "Give a file with request_id (or key_hash, or a column of the data) and outcome",
    ),
    (
        "monitor.log_is_empty",
        "The log has no prediction that can be read, in {n:count} {n:plural|line|lines}",
        "Choose the log of this model's service; its lines are JSON objects",
    ),
    (
        "monitor.log_versions",
        "The log has answers of several models; those of {kept} are looked at, those of {others} are not",
        "",
    ),
    (
        "monitor.log_of_others",
        "The log has no answer of version {version}, which is watched: its lines name {others}",
        "Load the log of the service that runs version {version}, or make the version that answered the champion first",
    ),
    (
        "monitor.log_version_open",
        "{n:count} {n:plural|answer does|answers do} not say which version gave {n:plural|it|them}; {n:plural|it is|they are} taken for version {version}",
        "Look at whether the log is that of this version's service",
    ),
    (
        "monitor.not_logged",
        "The log does not have {n:count} {n:plural|column|columns}, which cannot be compared: {columns}",
        "The service leaves sensitive columns out; its setting LOG_COLUMNS says which",
    ),
    (
        "monitor.lines_unreadable",
        "{n:count} of {of:count} lines could not be read; the first is line {line:count}: {why}",
        "",
    ),
    (
        "monitor.line_torn",
        "The last line has no end: the file was still being written",
        "",
    ),
    (
        "monitor.lines_shadow",
        "{n:count} {n:plural|line holds|lines hold} answers that nobody saw (shadow traffic), and {n:plural|is|are} passed over",
        "",
    ),
    (
        "monitor.line_rows",
        "It has {n:count} rows of inputs and {expected:count} predictions",
        "",
    ),
    // The log
    ("monitor.line_unreadable", "It is no JSON of a known form: {error}", ""),
    ("monitor.line_field", "It has no {field}", ""),
    (
        "monitor.line_time",
        "\"{text}\" is no time; ISO 8601 is expected, such as 2026-01-31T13:05:00Z",
        "",
    ),
    (
        "monitor.line_classes",
        "Its probabilities are not those of the classes {classes}",
        "Read the log with the contract of the model that wrote it",
    ),
    (
        "monitor.line_first_row",
        "Its first row, {row:count}, is beyond what can be counted",
        "",
    ),
    ("monitor.line_key", "Its key is neither a text nor a whole number", ""),
    ("monitor.line_too_long", "It is longer than {limit:count} bytes", ""),
    // Outcomes
    (
        "monitor.joined",
        "{n:count} of {of:count} {of:plural|prediction has|predictions have} a known outcome",
        "",
    ),
    (
        "monitor.joined_late",
        "{n:count} {n:plural|outcome|outcomes} came later than {days} days after the prediction; they count all the same",
        "",
    ),
    (
        "monitor.joined_overdue",
        "{n:count} {n:plural|prediction is|predictions are} older than {days} days and still without an outcome",
        "Look at whether outcomes get lost: figures of the rest may be too good",
    ),
    (
        "monitor.joined_duplicate",
        "{n:count} {n:plural|outcome does|outcomes do} not count, because another one of the same prediction does",
        "",
    ),
    (
        "monitor.joined_orphan",
        "{n:count} {n:plural|outcome belongs|outcomes belong} to no prediction in the log",
        "Look at whether the log is complete, and the ids are those of the service",
    ),
    (
        "monitor.joined_before",
        "{n:count} of these {n:plural|has|have} a key that was predicted later only",
        "",
    ),
    (
        "monitor.joined_ambiguous",
        "{n:count} {n:plural|outcome names|outcomes name} a request of several rows, so it cannot be told which row is meant",
        "Ask for one row a request, or send outcomes by key",
    ),
    (
        "monitor.label_delay",
        "Half of the outcomes come within {half:2} days of the prediction, nine of ten within {most:2} days",
        "",
    ),
];

use super::Row;

pub(crate) const ROWS: &[Row] = &[
    // Fitting and applying a recipe.
    (
        "prepare.no_rows",
        "There are no training rows to learn from",
        "Import rows with a target, or loosen the row filters",
    ),
    (
        "prepare.input_absent",
        "Column {column} is not in the data",
        "Give the data a column {column}; it may be empty",
    ),
    (
        "prepare.input_not_number",
        "Column {column}, row {row:count}: \"{text}\" is not a number",
        "Correct the cell, or empty it",
    ),
    (
        "prepare.damaged",
        "The fitted recipe does not make its feature {column}",
        "Fit the recipe again",
    ),
    (
        "prepare.no_step",
        "No step {step} was applied",
        "Switch the step on, or choose another",
    ),
    // Columns that a step cannot have.
    (
        "prepare.column_is_target",
        "{column} is the target: the step leaves it alone",
        "Take {column} out of this step",
    ),
    (
        "prepare.column_not_known",
        "{column} is marked as not known when the prediction is made: the step leaves it alone",
        "Take {column} out of this step, or take the mark away in Frame",
    ),
    (
        "prepare.column_excluded",
        "{by}: column {column} was excluded by step {step}",
        "Move this step before step {step}, or take {column} out of one of the two",
    ),
    (
        "prepare.column_replaced",
        "{by}: column {column} was replaced by step {step} ({earlier})",
        "Move this step before step {step}, or choose the columns that step {step} made",
    ),
    (
        "prepare.column_later",
        "{by}: column {column} is made by step {step} ({later}), which comes later",
        "Move this step behind step {step}",
    ),
    (
        "prepare.no_column",
        "{by}: there is no column {column}",
        "Choose another column",
    ),
    (
        "prepare.no_column_similar",
        "{by}: there is no column {column}",
        "Did you mean {similar}?",
    ),
    (
        "prepare.needs_numbers",
        "{by}: column {column} is a category, and this step works on numbers",
        "Encode {column} before this step, or take it out",
    ),
    (
        "prepare.needs_categories",
        "{by}: column {column} is a number, and this step works on categories",
        "Change the type of {column} to category in a shape step, or take it out",
    ),
    (
        "prepare.already_encoded",
        "{by}: column {column} was turned into numbers by step {step} ({earlier})",
        "Take {column} out of one of the two steps",
    ),
    (
        "prepare.free_text",
        "{by}: column {column} is free text, which no step can use",
        "Change the type of {column} to category in a shape step, or exclude it",
    ),
    (
        "prepare.no_numbers_selected",
        "{by} works on numbers, and all categories were selected",
        "Select number columns",
    ),
    (
        "prepare.no_categories_selected",
        "{by} works on categories, and all numbers were selected",
        "Select category columns",
    ),
    (
        "prepare.not_time",
        "Column {column} is not a time",
        "Parse {column} as a date in a shape step first",
    ),
    (
        "prepare.nothing_selected",
        "There is no column for this step: it does nothing",
        "Select columns, or remove the step",
    ),
    // Settings of a step.
    (
        "prepare.level_empty",
        "{column}: the new level is empty",
        "Enter a level; use find and replace in a shape step to make cells missing",
    ),
    (
        "prepare.fill_value",
        "{column}: the fill value is not a finite number",
        "Enter a number",
    ),
    (
        "prepare.quantiles",
        "{low} and {high} are no pair of quantiles",
        "Enter two shares from 0 to 1, the lower one first",
    ),
    (
        "prepare.n_bins",
        "{n_bins:count} bins are not possible",
        "Enter a number of bins from 2 to {high:count}",
    ),
    (
        "prepare.max_levels",
        "With 0 levels nothing would be encoded",
        "Allow at least 1 level",
    ),
    (
        "prepare.no_parts",
        "No part of the date {column} is selected",
        "Select at least one part",
    ),
    ("prepare.name_empty", "The new column has no name", "Enter a name"),
    (
        "prepare.name_taken",
        "There is a column {column} already",
        "Enter another name",
    ),
    (
        "prepare.too_large",
        "{column}: the values are too large to compute with",
        "Clip or log-transform {column} before this step",
    ),
    // What a step learned.
    ("prepare.learned_exclude", "Kept out of the model: {columns}", ""),
    (
        "prepare.learned_merge",
        "{column}: {n_before:count} levels become {n_after:count}; {n_changed:count} training {n_changed:plural|row|rows} changed",
        "",
    ),
    (
        "prepare.learned_fill",
        "{column}: {n_missing:count} of {n_rows:count} missing, filled with {value}",
        "",
    ),
    (
        "prepare.learned_fill_none",
        "{column}: nothing missing in the training rows; later gaps take {value}",
        "",
    ),
    (
        "prepare.learned_fill_zero",
        "{column}: missing in every training row, so it is filled with 0",
        "Exclude {column}: it carries no information",
    ),
    (
        "prepare.learned_indicator",
        "{column}: column {name} says where it was missing",
        "",
    ),
    (
        "prepare.learned_nothing",
        "{column}: missing in every training row, nothing learned",
        "Exclude {column}: it carries no information",
    ),
    (
        "prepare.learned_clip",
        "{column}: limited to {low:5} to {high:5}; {n_outside:count} of {n_rows:count} training rows lie outside",
        "",
    ),
    ("prepare.learned_log", "{column}: ln(1 + x)", ""),
    (
        "prepare.learned_log_negative",
        "{column}: ln(1 + x); {n_negative:count} negative {n_negative:plural|value counts|values count} as 0",
        "Choose the signed logarithm to keep negative values apart",
    ),
    ("prepare.learned_log_signed", "{column}: sign(x) ln(1 + |x|)", ""),
    (
        "prepare.learned_standard",
        "{column}: mean {mean:5}, standard deviation {std:5}",
        "",
    ),
    ("prepare.learned_min_max", "{column}: from {min:5} to {max:5}", ""),
    (
        "prepare.learned_scale_constant",
        "{column}: always {value:5} in the training rows, so it becomes 0",
        "Exclude {column}: it carries no information",
    ),
    (
        "prepare.learned_bin",
        "{column}: {n_bins:count} {n_bins:plural|bin|bins}, cut at {edges}",
        "",
    ),
    ("prepare.learned_dates", "{column} becomes {columns}", ""),
    ("prepare.learned_interaction", "New column {name}", ""),
    (
        "prepare.learned_formula",
        "New column {name}; missing in {n_missing:count} of {n_rows:count} training rows",
        "",
    ),
    (
        "prepare.learned_one_hot",
        "{column}: {n_levels:count} {n_levels:plural|column|columns}, one a level: {levels}",
        "",
    ),
    (
        "prepare.learned_one_hot_cut",
        "{column}: the {n_kept:count} most frequent of {n_levels:count} levels; {n_other:count} training {n_other:plural|row has|rows have} another: {levels}",
        "Allow more levels, or merge rare ones",
    ),
    (
        "prepare.learned_one_hot_nothing",
        "{column}: missing in every training row, so it makes no column",
        "Exclude {column}: it carries no information",
    ),
    (
        "prepare.learned_ordinal",
        "{column}: {n_levels:count} {n_levels:plural|level|levels}, numbered from 0: {levels}",
        "",
    ),
    (
        "prepare.unused_category",
        "{column} is a category that is not encoded, so the model does not see it",
        "Encode it one-hot, or exclude it",
    ),
    (
        "prepare.unused_text",
        "{column} is free text, so the model does not see it",
        "Change its type to category when its values repeat, or exclude it",
    ),
    // Formulas.
    (
        "formula.empty",
        "The formula is empty",
        "Enter an expression, for example total / tenure",
    ),
    (
        "formula.too_long",
        "The formula is longer than {limit:count} characters",
        "Split it into several columns",
    ),
    (
        "formula.too_deep",
        "Character {position:count}: brackets are nested more than {limit:count} deep",
        "Split the formula into several columns",
    ),
    (
        "formula.character",
        "Character {position:count}: {character} has no meaning here",
        "Put column names with blanks or signs in backticks: `my column`",
    ),
    (
        "formula.number",
        "Character {position:count}: {text} does not read as a number",
        "Write numbers like 12.5 or 1e-3; put column names that begin with a digit in backticks",
    ),
    (
        "formula.unclosed",
        "Character {position:count}: the mark {mark} is never closed",
        "Add a closing {mark}",
    ),
    (
        "formula.expected",
        "Character {position:count}: found {found}, expected {expected}",
        "Complete or correct the formula there",
    ),
    (
        "formula.equals",
        "Character {position:count}: = has no meaning",
        "Use == to compare",
    ),
    (
        "formula.power",
        "Character {position:count}: there is no power operator",
        "Multiply: x * x; or use sqrt(x)",
    ),
    (
        "formula.function",
        "Character {position:count}: there is no function {function}",
        "Did you mean {similar}? Functions: {functions}. A column of that name goes into backticks",
    ),
    (
        "formula.arguments",
        "Character {position:count}: {function} takes {wanted}, not {given:count}",
        "Correct the number of arguments",
    ),
    (
        "formula.chained",
        "Character {position:count}: comparisons cannot be chained",
        "Write a < b and b < c",
    ),
    (
        "formula.text",
        "Character {position:count}: the text \"{text}\" cannot be used as a number",
        "A text can only be compared with a category column: contract == \"One year\"",
    ),
    (
        "formula.column",
        "Character {position:count}: there is no column {column} at this step",
        "Columns: {known}. A text to compare with goes into quotes",
    ),
    (
        "formula.category",
        "Character {position:count}: {column} is a category, not a number",
        "Compare it with a text: {column} == \"{example}\"",
    ),
    (
        "formula.not_category",
        "Character {position:count}: {column} is a number, and \"{text}\" is a text",
        "Compare {column} with a number; yes and no are 1 and 0",
    ),
    (
        "formula.free_text",
        "Character {position:count}: {column} is free text, which formulas cannot use",
        "Change the type of {column} to category in a shape step",
    ),
    // The target.
    ("target.none", "No target is chosen", "Choose the column to predict in Frame"),
    ("target.no_task", "No task is chosen", "Choose the task in Frame"),
    (
        "target.not_trainable",
        "This version cannot train: {task}",
        "Choose a classification or regression task",
    ),
    (
        "target.no_column",
        "The target {column} is not in the data",
        "Choose another target, or undo the step that took it away",
    ),
    (
        "target.all_missing",
        "The target {column} is missing in every row",
        "Choose another target, or check how {column} was read",
    ),
    (
        "target.constant",
        "The target {column} is always {value}: there is nothing to learn",
        "Choose another target, or add rows with other values",
    ),
    (
        "target.too_large",
        "The target {column} has the value {value}: models answer in 32-bit numbers, which end before it",
        "Divide the target in a step, or correct the value at its source",
    ),
    (
        "target.not_binary",
        "The target {column} has {n_classes:count} classes ({classes}), and a yes-or-no task needs two",
        "Choose the multi-class task, or merge or filter classes in a shape step",
    ),
    (
        "target.positive_unknown",
        "The positive class {positive} is not in {column}",
        "Choose one of: {classes}",
    ),
    (
        "target.not_number",
        "The target {column} is a {type}, and a regression needs numbers",
        "Choose a classification task, or parse {column} as a number in a shape step",
    ),
    // Proposals.
    (
        "propose.binary_name",
        "{column} has two values ({classes}), and its name reads like an outcome",
        "",
    ),
    (
        "propose.binary_last",
        "{column} is the last column and has two values: {classes}",
        "",
    ),
    ("propose.binary_values", "{column} has two values: {classes}", ""),
    (
        "propose.multiclass_name",
        "{column} has {n_distinct:count} classes ({classes}), and its name reads like an outcome",
        "",
    ),
    (
        "propose.multiclass_last",
        "{column} is the last column and has {n_distinct:count} classes: {classes}",
        "",
    ),
    (
        "propose.multiclass_values",
        "{column} has {n_distinct:count} classes: {classes}",
        "",
    ),
    (
        "propose.regression_name",
        "{column} is a number with {n_distinct:count} values, and its name reads like an outcome",
        "",
    ),
    (
        "propose.regression_last",
        "{column} is the last column, a number with {n_distinct:count} values",
        "",
    ),
    (
        "propose.regression_values",
        "{column} is a number with {n_distinct:count} values",
        "",
    ),
    // Checks before training.
    (
        "check.fine",
        "Nothing stands in the way of training on {n_rows:count} rows",
        "",
    ),
    (
        "check.no_features",
        "No column is left for a model to learn from",
        "In Prepare, parse a text of numbers or dates, or take a column back out of Exclude columns",
    ),
    (
        "check.target_missing",
        "{n_rows:count} {n_rows:plural|row has|rows have} no target ({share:percent}) and {n_rows:plural|is|are} left out",
        "Fill them in the file if you know the outcome",
    ),
    (
        "check.few_rows",
        "Only {n_rows:count} {n_rows:plural|row has|rows have} a target: every figure will be mostly chance",
        "Collect at least {wanted:count} rows, better several hundred",
    ),
    (
        "check.more_columns",
        "There are more columns ({n_columns:count}) than rows with a target ({n_rows:count}): a model can learn the rows by heart",
        "Exclude columns, collect rows, or rely on ridge regression and the validation figures",
    ),
    (
        "check.metric_zero",
        "{metric} is not defined where the target is 0, and some validation rows are: it can rank no model and meet no goal",
        "Choose another metric: {others}",
    ),
    (
        "check.metric_class",
        "{metric} needs rows of every class, and the validation rows lack one: it can rank no model and meet no goal",
        "Choose a split whose parts have every class, or another metric: {others}",
    ),
    (
        "check.metric_undefined",
        "{metric} is not defined on these validation rows, not even for perfect predictions: it can rank no model and meet no goal",
        "Choose another metric: {others}",
    ),
    (
        "check.many_classes",
        "The target has {n_classes:count} classes",
        "Merge classes in a shape step, or choose regression if they are amounts",
    ),
    (
        "check.class_too_few",
        "{n_classes:count} {n_classes:plural|class has|classes have} fewer rows than the {needed:count} parts of the split: {classes}",
        "Merge or filter rare classes in a shape step, or use fewer folds",
    ),
    (
        "check.class_few",
        "{n_classes:count} {n_classes:plural|class has|classes have} fewer than {limit:count} rows: {classes}",
        "Expect uncertain figures there; collect rows or merge classes",
    ),
    (
        "check.imbalance",
        "Only {share:percent} of the rows are {class}",
        "Look at PR AUC and recall as well, and set the decision threshold by costs",
    ),
    (
        "check.imbalance_accuracy",
        "Only {share:percent} of the rows are {class}: accuracy is high for a model that never finds one",
        "Choose ROC AUC, PR AUC or F1 as the metric",
    ),
    (
        "check.positive_assumed",
        "The positive class is taken to be {class}",
        "Choose the positive class in Frame if that is wrong",
    ),
    (
        "check.few_values",
        "{column} has only {n_distinct:count} whole values",
        "Choose the multi-class task if they name classes",
    ),
    (
        "check.sensitive_is_target",
        "{column} is both the target and a sensitive column",
        "Take it out of the sensitive columns",
    ),
    (
        "check.sensitive_unknown",
        "The sensitive column {column} is not in the data",
        "Choose another column, or undo the step that took it away",
    ),
    (
        "check.not_known_unknown",
        "{column} is marked as not known when the prediction is made, and is not in the data",
        "Take the mark away if the column has another name now",
    ),
    (
        "check.no_columns",
        "There is no column to predict from",
        "Import more columns, change free text to category, or take marks away in Frame",
    ),
    (
        "check.metric",
        "{metric} does not fit the task: {task}",
        "Choose another metric in Frame",
    ),
    (
        "check.time_split",
        "The data has a time column, {column}, and the split is at random",
        "Split by {column} if the model will predict what comes later",
    ),
    // The split.
    (
        "split.test_share",
        "A test share of {share} is not possible",
        "Enter a share between 0 and 1, for example 0.2",
    ),
    (
        "split.shares",
        "Validation {validation} and test {test} leave nothing to train on",
        "Enter shares whose sum is below 1, for example 0.2 and 0.2",
    ),
    (
        "split.n_folds",
        "{k:count} folds are not possible",
        "Enter a number of folds from 2 to 50",
    ),
    (
        "split.too_few_rows",
        "{n_rows:count} {n_rows:plural|row|rows} with a target cannot be split into {needed:count} parts",
        "Add rows, or use fewer folds",
    ),
    (
        "split.no_column",
        "The split's column {column} is not in the data",
        "Choose another column for the split",
    ),
    (
        "split.not_time",
        "{column} is a {type}: rows cannot be ordered by it",
        "Choose a time or number column, or parse {column} as a date",
    ),
    (
        "split.too_few_groups",
        "{column} has {n_groups:count} {n_groups:plural|group|groups}, and the split needs at least {needed:count}",
        "Use fewer folds, a hold-out, or another column",
    ),
    (
        "split.too_few_times",
        "{column} has {n_times:count} different {n_times:plural|time|times}, and the split needs at least {needed:count}",
        "Use fewer folds, a hold-out, or another column",
    ),
    (
        "split.few_rows",
        "Only {n_rows:count} {n_rows:plural|row has|rows have} a target: every figure will be mostly chance",
        "Collect more rows before you decide on anything",
    ),
    (
        "split.group_large",
        "The group {group} of {column} is {share:percent} of the rows, larger than a part of the split",
        "Expect parts that differ from the shares asked for, or choose a finer column",
    ),
    (
        "split.group_missing",
        "{n_rows:count} {n_rows:plural|row has|rows have} no {column} and {n_rows:plural|counts as a group of its own|count as groups of their own}",
        "",
    ),
    (
        "split.time_missing",
        "{n_rows:count} {n_rows:plural|row has|rows have} no {column} and {n_rows:plural|counts|count} as the oldest",
        "Drop rows without {column} if that is wrong",
    ),
    (
        "split.too_many_copies",
        "Most of the {n_rows:count} rows with a target are copies of each other: kept together they do not fill {needed:count} parts",
        "Drop duplicate rows and look at what is left, or add columns that tell the rows apart",
    ),
    (
        "split.alike",
        "{n_rows:count} rows ({share:percent}) have the same features as another row, many with another target: they look alike \
         and are no copies, so they were split like any other rows",
        "If they are copies of one case, drop duplicate rows",
    ),
    (
        "split.copies",
        "{n_rows:count} test {n_rows:plural|row is|rows are} an exact copy of a row outside the test set ({share:percent})",
        "Drop duplicate rows, or split at random, which keeps copies together",
    ),
    (
        "split.class_not_in_test",
        "Not in the test set: {classes}",
        "Stratify, enlarge the test set, or merge rare classes",
    ),
    (
        "split.class_not_in_train",
        "Class {class} is not among the training rows in {n_folds:count} of {of:count} {of:plural|fold|folds}",
        "Stratify, use fewer folds, or merge rare classes",
    ),
    (
        "split.class_not_in_validation",
        "Class {class} is not validated in {n_folds:count} of {of:count} {of:plural|fold|folds}: some figures are undefined there",
        "Stratify, use fewer folds, or merge rare classes",
    ),
    (
        "split.share_differs",
        "The test set holds {share:percent} of the rows instead of {wanted:percent}, because rows that belong together stay together",
        "Choose a finer column if that matters",
    ),
    // Shape steps.
    ("shape.no_column", "There is no column {column}", "Choose another column"),
    (
        "shape.no_column_similar",
        "There is no column {column}",
        "Did you mean {similar}?",
    ),
    (
        "shape.needs_text",
        "{column} is a {type}, and this step works on text and categories",
        "Take {column} out, or change its type to text first",
    ),
    (
        "shape.needs_numbers",
        "{column} is a {type}, and this step works on numbers",
        "Take {column} out, or parse it as a number first",
    ),
    ("shape.find_empty", "There is nothing to find", "Enter the text to find"),
    (
        "shape.regex",
        "The regular expression {find} cannot be read: {error}",
        "Correct the expression, or search for plain text",
    ),
    (
        "shape.value",
        "\"{value}\" does not read as a {type}, which {column} is",
        "Enter a {type}",
    ),
    (
        "shape.comparison",
        "{column} is a {type}: it has no order",
        "Compare with equal, not equal or contains, or parse {column} as a number or date",
    ),
    (
        "shape.no_conditions",
        "The filter has no condition",
        "Add a condition, or remove the step",
    ),
    (
        "shape.nothing_left",
        "None of the {n_rows:count} rows meets the filter",
        "Loosen the conditions",
    ),
    (
        "shape.trimmed",
        "{column}: blanks removed from {n_cells:count} {n_cells:plural|cell|cells}",
        "",
    ),
    (
        "shape.replaced",
        "{column}: {n_cells:count} {n_cells:plural|cell|cells} changed",
        "",
    ),
    ("shape.already", "{column} is a {type} already", ""),
    (
        "shape.read",
        "{column} is a {type} now: {n_read:count} {n_read:plural|cell|cells} read",
        "",
    ),
    (
        "shape.read_partly",
        "{column} is a {type} now: {n_read:count} {n_read:plural|cell|cells} read, {n_unread:count} did not and {n_unread:plural|is|are} missing: {examples}",
        "Replace those texts before this step if they have a meaning",
    ),
    (
        "shape.infinite",
        "{column}: {n_cells:count} infinite {n_cells:plural|value is|values are} missing now",
        "",
    ),
    (
        "shape.value_to_missing",
        "{column}: {n_cells:count} {n_cells:plural|cell|cells} with {values} {n_cells:plural|is|are} missing now",
        "",
    ),
    (
        "shape.filled",
        "{column}: {n_cells:count} {n_cells:plural|cell|cells} filled, {n_left:count} left without a neighbour",
        "",
    ),
    ("shape.nothing_missing", "Nothing is missing in these columns", ""),
    ("shape.kept_all", "All {n_rows:count} rows stay", ""),
    (
        "shape.dropped",
        "{n_dropped:count} {n_dropped:plural|row|rows} left out, {n_rows:count} stay",
        "",
    ),
];

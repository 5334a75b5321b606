use super::Row;

pub(crate) const ROWS: &[Row] = &[
    (
        "train.no_rows",
        "There are no rows to train on",
        "Check the filters, the split and the weights",
    ),
    (
        "train.no_features",
        "There are no features to train on",
        "Keep at least one column that a step can use",
    ),
    (
        "train.shape",
        "{what} has {got:count} values for {rows:count} rows",
        "Prepare the data again",
    ),
    (
        "train.target_task",
        "The target does not fit the task",
        "Choose the task again on the Frame page",
    ),
    (
        "train.class_code",
        "A row has a class that the target does not have",
        "Prepare the data again",
    ),
    (
        "train.target_missing",
        "Some rows have no target value, or an infinite one",
        "Remove the rows without a target",
    ),
    (
        "train.weights",
        "Some weights are negative, missing or infinite",
        "Use weights that are 0 or more",
    ),
    (
        "train.one_class",
        "All training rows have the same class: there is nothing to tell apart",
        "Use data with rows of at least two classes, or a stratified split",
    ),
    (
        "train.missing_values",
        "{column} has missing values, which this model cannot use",
        "Add a step that fills them",
    ),
    (
        "train.infinite",
        "{column} has infinite values",
        "Add a step that makes them missing",
    ),
    (
        "train.memory",
        "{algorithm} would take about {need:bytes} of memory ({n_trees:count} {n_trees:plural|tree|trees} of about \
         {n_nodes:count} nodes, {n_classes:count} {n_classes:plural|value|values} in each; {n_rows:count} rows), and \
         {limit:bytes} may be used",
        "{ways}Merge rare classes, take a model that needs less (linear or logistic regression), or train on a machine with \
         more memory (mllc run; its --memory says how much may be used)",
    ),
    (
        "train.too_many_rows",
        "{rows:count} rows are more than the {most:count} that trees can take",
        "Take a sample of the rows",
    ),
    (
        "train.not_finite",
        "The model's weights are too large to compute",
        "Scale the features, or raise the penalty",
    ),
    ("train.nothing_to_merge", "No part of the forest was grown", "Train again"),
    (
        "train.no_trials",
        "A search needs at least one trial",
        "Enter the number of trials",
    ),
];

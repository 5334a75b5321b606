//! One plain sentence a figure, in the file's own numbers. `_all` stands where the figure is perfect, `_none` where it
//! is 0, `_undefined` where it is not defined on these rows.

use super::messages::Row;

pub(crate) const ROWS: &[Row] = &[
    ("sentence.undefined", "{metric} is not defined on these rows", ""),
    (
        "sentence.one_class",
        "All rows have the same {target} here, so there is nothing to rank {class} against",
        "",
    ),
    (
        "sentence.one_class_or_label",
        "The true or the predicted {target} is the same for all rows, so their agreement is not defined",
        "",
    ),
    (
        "sentence.class_absent",
        "A class of {target} has no row here, so the average over the classes is not defined",
        "",
    ),
    // Yes or no
    (
        "sentence.recall",
        "Of the {n:count} rows where {target} really is {class}, the model found {k:count}",
        "",
    ),
    (
        "sentence.recall_all",
        "Of the {n:count} {n:plural|row|rows} where {target} really is {class}, the model found every one",
        "",
    ),
    (
        "sentence.recall_none",
        "Of the {n:count} {n:plural|row|rows} where {target} really is {class}, the model found not one",
        "",
    ),
    (
        "sentence.recall_undefined",
        "In no row is {target} really {class}, so recall is not defined",
        "",
    ),
    (
        "sentence.precision",
        "Of the {n:count} rows that the model flags as {class}, {target} really is {class} in {k:count}",
        "",
    ),
    (
        "sentence.precision_all",
        "Of the {n:count} {n:plural|row|rows} that the model flags as {class}, {target} really is {class} in every one",
        "",
    ),
    (
        "sentence.precision_none",
        "Of the {n:count} {n:plural|row|rows} that the model flags as {class}, {target} really is {class} in not one",
        "",
    ),
    (
        "sentence.precision_undefined",
        "The model flags no row as {class}, so precision is not defined",
        "",
    ),
    (
        "sentence.specificity",
        "Of the {n:count} rows where {target} really is not {class}, the model rightly left {k:count} alone",
        "",
    ),
    (
        "sentence.specificity_all",
        "Of the {n:count} {n:plural|row|rows} where {target} really is not {class}, the model flagged not one",
        "",
    ),
    (
        "sentence.specificity_none",
        "Of the {n:count} {n:plural|row|rows} where {target} really is not {class}, the model flagged every one",
        "",
    ),
    (
        "sentence.specificity_undefined",
        "In every row {target} really is {class}, so specificity is not defined",
        "",
    ),
    (
        "sentence.f1",
        "{target} really is {class} in {n_true:count} {n_true:plural|row|rows}, the model flags {n_flagged:count}, and {n_both:count} {n_both:plural|is|are} both: twice that over the sum of the two gives {value:percent}",
        "",
    ),
    (
        "sentence.f1_all",
        "The rows that the model flags are exactly the {n_true:count} where {target} really is {class}",
        "",
    ),
    (
        "sentence.f1_none",
        "{target} really is {class} in {n_true:count} {n_true:plural|row|rows}, the model flags {n_flagged:count}, and not one is both",
        "",
    ),
    (
        "sentence.f1_undefined",
        "In no row is {target} {class}, neither really nor by the model, so F1 is not defined",
        "",
    ),
    (
        "sentence.roc_auc",
        "Take one row where {target} is {class} and one where it is not: in {value:percent} of such pairs the first has the higher score (50% is guessing)",
        "",
    ),
    (
        "sentence.roc_auc_all",
        "Every row where {target} is {class} has a higher score than every row where it is not",
        "",
    ),
    (
        "sentence.roc_auc_none",
        "Every row where {target} is {class} has a lower score than every row where it is not: the order is exactly the wrong way round",
        "",
    ),
    (
        "sentence.average_precision",
        "Going down the rows by score, {target} really is {class} in {value:percent} of those so far, on average over the ones found; in any order it would be {share:percent}",
        "",
    ),
    (
        "sentence.average_precision_all",
        "Going down the rows by score, all rows where {target} is {class} come first",
        "",
    ),
    (
        "sentence.average_precision_none",
        "Going down the rows by score, no row where {target} is {class} comes up",
        "",
    ),
    // Any number of classes
    (
        "sentence.accuracy",
        "The model names the right {target} in {k:count} of {n:count} rows; the best single answer for all rows is right in {baseline:percent}",
        "",
    ),
    (
        "sentence.accuracy_all",
        "The model names the right {target} in every one of {n:count} {n:plural|row|rows}",
        "",
    ),
    (
        "sentence.accuracy_none",
        "The model names the right {target} in not one of {n:count} {n:plural|row|rows}",
        "",
    ),
    (
        "sentence.balanced_accuracy",
        "Every class of {target} counting the same, the model gets {value:percent} of a class right on average; one answer for all rows would get {guess:percent}",
        "",
    ),
    (
        "sentence.balanced_accuracy_all",
        "The model gets every row of every class of {target} right",
        "",
    ),
    (
        "sentence.balanced_accuracy_none",
        "The model gets no row of any class of {target} right",
        "",
    ),
    (
        "sentence.log_loss",
        "The model gives what really happened a typical probability of {probability:percent}; always saying the usual shares gives {baseline:percent}",
        "",
    ),
    (
        "sentence.log_loss_alone",
        "The model gives what really happened a typical probability of {probability:percent}",
        "",
    ),
    (
        "sentence.log_loss_all",
        "The model gives what really happened a probability of 100% in every row",
        "",
    ),
    (
        "sentence.brier",
        "The squared distance between the probabilities and what really happened is {value:3} on average; always saying the usual shares comes to {baseline:3}",
        "",
    ),
    (
        "sentence.brier_alone",
        "The squared distance between the probabilities and what really happened is {value:3} on average",
        "",
    ),
    (
        "sentence.brier_all",
        "The model gives what really happened a probability of 100% in every row",
        "",
    ),
    (
        "sentence.mcc",
        "From −1 (always wrong) over 0 (no relation) to 1 (always right), the predicted and the true {target} agree at {value:2}",
        "",
    ),
    (
        "sentence.mcc_all",
        "The predicted and the true {target} agree in every row",
        "",
    ),
    (
        "sentence.mcc_opposite",
        "The predicted and the true {target} disagree in every row",
        "",
    ),
    (
        "sentence.kappa",
        "{k:count} of {n:count} rows are right, where chance with the same shares gets {chance:count}: {value:percent} of the way from chance to perfect",
        "",
    ),
    (
        "sentence.kappa_all",
        "All {n:count} rows are right, where chance with the same shares gets {chance:count}",
        "",
    ),
    (
        "sentence.kappa_none",
        "{k:count} of {n:count} rows are right: no more than chance with the same shares gets ({chance:count})",
        "",
    ),
    // Several classes
    (
        "sentence.macro_recall",
        "Of the rows of one class of {target} the model finds {value:percent} on average: most of {best_class} ({best:percent}), least of {worst_class} ({worst:percent})",
        "",
    ),
    (
        "sentence.macro_recall_all",
        "The model finds every row of all {n_classes} classes of {target}",
        "",
    ),
    (
        "sentence.macro_recall_none",
        "The model finds no row of any of the {n_classes} classes of {target}",
        "",
    ),
    (
        "sentence.macro_precision",
        "When the model names a class of {target}, it is right {value:percent} of the time on average: most for {best_class} ({best:percent}), least for {worst_class} ({worst:percent})",
        "",
    ),
    (
        "sentence.macro_precision_all",
        "Whichever of the {n_classes} classes of {target} the model names, it is always right",
        "",
    ),
    (
        "sentence.macro_precision_none",
        "Whichever of the {n_classes} classes of {target} the model names, it is never right",
        "",
    ),
    (
        "sentence.macro_f1",
        "Found and rightly named taken together, the classes of {target} come to {value:percent} on average: best {best_class} ({best:percent}), worst {worst_class} ({worst:percent})",
        "",
    ),
    (
        "sentence.macro_f1_all",
        "All {n_classes} classes of {target} are found and named without a mistake",
        "",
    ),
    (
        "sentence.macro_f1_none",
        "None of the {n_classes} classes of {target} is ever named rightly",
        "",
    ),
    (
        "sentence.macro_roc_auc",
        "Take one row of a class of {target} and one of another class: in {value:percent} of such pairs the first has the higher score for the class, averaged over the classes (50% is guessing)",
        "",
    ),
    (
        "sentence.macro_roc_auc_all",
        "For every class of {target}, each of its rows has a higher score for it than all other rows",
        "",
    ),
    (
        "sentence.macro_roc_auc_none",
        "For every class of {target}, each of its rows has a lower score for it than all other rows",
        "",
    ),
    (
        "sentence.macro_average_precision",
        "Going down the rows by the score for a class of {target}, {value:percent} of those so far really are of it, averaged over the ones found and over the classes",
        "",
    ),
    (
        "sentence.macro_average_precision_all",
        "Going down the rows by the score for a class of {target}, all of its rows come first, for every class",
        "",
    ),
    (
        "sentence.macro_average_precision_none",
        "Going down the rows by the score for a class of {target}, none of its rows comes up",
        "",
    ),
    // Numbers
    ("sentence.exact", "Every prediction of {target} is exact", ""),
    (
        "sentence.rmse",
        "A typical prediction of {target} is off by {value:3}, large misses weighing more; always saying the mean would be off by {baseline:3}",
        "",
    ),
    (
        "sentence.rmse_alone",
        "A typical prediction of {target} is off by {value:3}, large misses weighing more",
        "",
    ),
    (
        "sentence.mae",
        "A prediction of {target} is off by {value:3} on average; always saying the median would be off by {baseline:3}",
        "",
    ),
    (
        "sentence.mae_alone",
        "A prediction of {target} is off by {value:3} on average",
        "",
    ),
    (
        "sentence.median_ae",
        "Half of the predictions of {target} are off by at most {value:3}; always saying the median, by at most {baseline:3}",
        "",
    ),
    (
        "sentence.median_ae_alone",
        "Half of the predictions of {target} are off by at most {value:3}",
        "",
    ),
    (
        "sentence.max_error",
        "The worst prediction of {target} is off by {value:3}; always saying the middle of the range would at worst be off by {baseline:3}",
        "",
    ),
    (
        "sentence.max_error_alone",
        "The worst prediction of {target} is off by {value:3}",
        "",
    ),
    (
        "sentence.quantile_loss",
        "Too high and too low counting the same, the quantile loss of {target} is {value:3}, half of the mean miss; always saying the median comes to {baseline:3}",
        "",
    ),
    (
        "sentence.quantile_loss_alone",
        "Too high and too low counting the same, the quantile loss of {target} is {value:3}, half of the mean miss",
        "",
    ),
    (
        "sentence.mape",
        "A prediction is off by {value:percent} of the true {target} on average; always saying the best constant, by {baseline:percent}",
        "",
    ),
    (
        "sentence.mape_alone",
        "A prediction is off by {value:percent} of the true {target} on average",
        "",
    ),
    (
        "sentence.mape_undefined",
        "{target} is 0 in some row, and no miss is a percentage of 0",
        "",
    ),
    (
        "sentence.smape",
        "A prediction of {target} is off by {value:percent} of the middle between it and the truth, on average; always saying the median, by {baseline:percent}",
        "",
    ),
    (
        "sentence.smape_alone",
        "A prediction of {target} is off by {value:percent} of the middle between it and the truth, on average",
        "",
    ),
    (
        "sentence.r2",
        "The model accounts for {value:percent} of how {target} varies around its mean",
        "",
    ),
    (
        "sentence.r2_none",
        "The model does no better than always saying the mean of {target}",
        "",
    ),
    (
        "sentence.r2_undefined",
        "{target} is the same in all rows, so there is no variation to account for",
        "",
    ),
    (
        "sentence.adjusted_r2",
        "After a deduction for its {n_features:count} {n_features:plural|feature|features}, the model accounts for {value:percent} of how {target} varies around its mean",
        "",
    ),
    (
        "sentence.adjusted_r2_none",
        "After a deduction for its {n_features:count} {n_features:plural|feature|features}, the model does no better than always saying the mean of {target}",
        "",
    ),
];

/// How a forest would fit into the memory, as sentences that others follow.
pub fn ways_to_fit(n_trees: u64, depth: Option<u32>) -> String {
    let mut ways = Vec::new();
    match n_trees {
        0 => {}
        1 => ways.push("one tree".to_owned()),
        n => ways.push(format!("up to {} trees", super::number::count(n as f64))),
    }
    ways.extend(depth.map(|depth| format!("a greatest depth of up to {depth}")));
    if ways.is_empty() {
        return String::new();
    }
    format!("It would fit with {}. ", ways.join(" or "))
}

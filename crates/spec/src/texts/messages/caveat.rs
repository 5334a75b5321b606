//! What stands against a run's figure, and what to do about it.

use super::Row;

pub(crate) const ROWS: &[Row] = &[
    (
        "caveat.leak",
        "Leak: {column} says {target} by itself, and the model reads it",
        "Find out when {column} is filled in; if it is not known when the prediction is made, leave it out and train again",
    ),
    (
        "caveat.undefined_metric",
        "{metric} is not defined on the {part} rows, so the goal cannot be judged",
        "Choose another metric in Frame, or a split whose {part} rows have every class, or outcomes that differ",
    ),
    (
        "caveat.undefined_metric_instead",
        "{metric} is not defined on the {part} rows, so the goal cannot be judged; candidates are ranked by {instead}",
        "Choose another metric in Frame, or a split whose {part} rows have every class, or outcomes that differ",
    ),
    (
        "caveat.fairness_not_yet",
        "{criterion} over {column} has a tolerance and is not judged yet",
        "Open Evaluate: groups are compared there",
    ),
    (
        "caveat.fairness_not_judged",
        "{criterion} over {column} has a tolerance and cannot be judged on these figures",
        "Groups are compared for a class that is predicted or not; evaluate again, or take the tolerance out in Frame",
    ),
    (
        "caveat.stale",
        "Run {run} was trained before a change of: {what}",
        "Train again",
    ),
    (
        "caveat.is_baseline",
        "Run {run} is the baseline: it says the same whatever the row",
        "Choose a run that has learned something, or train other candidates",
    ),
    (
        "caveat.no_gain",
        "No better than the baseline: {metric} {value:3} on {part} rows, the baseline has {baseline:3}",
        "Look for columns that say more about the target, or question whether it can be predicted",
    ),
    (
        "caveat.gain_not_certain",
        "Chance alone could make the difference to the baseline: {metric} {value:3} on {part} rows, the baseline has {baseline:3}",
        "More rows make it certain, one way or the other",
    ),
    (
        "caveat.few_rows",
        "Only {n:count} {part} {n:plural|row|rows}: the figure is mostly chance below {least:count}",
        "Collect more rows",
    ),
    (
        "caveat.few_of_class",
        "Only {n:count} {part} {n:plural|row|rows} of the rarest class: figures of a class are mostly chance below {least:count}",
        "Collect more rows of it, or merge rare classes",
    ),
    (
        "caveat.trials_measured",
        "Chosen from {n:count} candidates on the same validation rows, where {metric} is {chosen:3}. On rows that had no say in it, a choice like this comes to {held_out:3} ({low:3} to {high:3})",
        "Go by the held-out figure, or open the locked test set: its rows chose nothing",
    ),
    (
        "caveat.trials",
        "Chosen from {n:count} candidates on the same validation rows: the figure may be too good by about {optimism:2}",
        "Open the locked test set: rows that chose nothing give the held-out estimate",
    ),
    (
        "caveat.trials_unknown",
        "Chosen from {n:count} candidates on the same validation rows: the figure is too good by a little",
        "Open the locked test set: rows that chose nothing give the held-out estimate",
    ),
    (
        "caveat.test_opened_again",
        "These test rows were opened {n:count} times: what was learned from one look chose the next model",
        "Judge on rows that nobody has looked at: new data, or a new seed for the split",
    ),
    (
        "caveat.test_seen",
        "{n:count} of the test rows {n:plural|was|were} opened before, in another split",
        "Judge on rows that nobody has looked at",
    ),
    (
        "caveat.threshold",
        "Labels turn at the decision threshold {threshold:3}",
        "Accuracy, precision, recall and the like are of this threshold; ROC AUC and log loss of none",
    ),
    (
        "caveat.threshold_figure",
        "The figure is of labels at {threshold:3}, and the decision threshold in use is {in_use:3}",
        "Open Evaluate: its figures are of the threshold in use",
    ),
    (
        "caveat.threshold_moved",
        "The test set was opened at the decision threshold {threshold:3}; now {in_use:3} is in use",
        "Go back to that threshold, or open the test set again with a reason",
    ),
];

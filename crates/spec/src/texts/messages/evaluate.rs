use super::Row;

pub(crate) const ROWS: &[Row] = &[
    (
        "evaluate.shape",
        "Truth, predictions and columns of the judged rows do not fit each other",
        "Train and evaluate again",
    ),
    (
        "evaluate.importance_undefined",
        "{metric} is not defined on these rows, so no column's importance can be measured by it",
        "Choose another metric, or judge more rows",
    ),
    // Warnings
    (
        "evaluate.few_rows",
        "Only {n:count} {n:plural|row was|rows were} judged: every figure may be far off",
        "Keep more rows for judging, or use cross-validation",
    ),
    (
        "evaluate.class_absent",
        "No judged row is {class}: nothing can be said about it",
        "Use a stratified split, or gather more rows of it",
    ),
    (
        "evaluate.class_rare",
        "Only {n:count} judged {n:plural|row is|rows are} {class}: its figures may be far off",
        "Gather more rows of it",
    ),
    (
        "evaluate.never_predicted",
        "The model never says {class}, though {n:count} {n:plural|row is|rows are}; its precision counts as 0 in the averages",
        "Try another model, or more rows of it",
    ),
    (
        "evaluate.never_predicted_binary",
        "The model never says {class}, though {n:count} {n:plural|row is|rows are}",
        "Move the decision threshold",
    ),
    (
        "evaluate.fewer_resamples",
        "With so many rows the intervals come from {n:count} resamples instead of {usual:count}",
        "",
    ),
    (
        "evaluate.not_better_than_baseline",
        "{metric} {value:3} is no better than the baseline's {baseline:3}",
        "The columns may say nothing about the target; look at other columns before other models",
    ),
    (
        "evaluate.not_surely_better_than_baseline",
        "{metric} {value:3} is better than the baseline's {baseline:3}, but its interval reaches it",
        "More rows would tell",
    ),
    (
        "evaluate.no_interval",
        "{metric} has no interval on {n:count} judged {n:plural|row|rows}: none would hold. It takes {least} rows at least, losses that differ, and more than a few rows that carry them",
        "Keep more rows for judging, or use cross-validation",
    ),
    (
        "evaluate.undefined",
        "{metric} is not defined on these rows{reason}: nothing is judged by it",
        "Choose another metric on the Frame page",
    ),
    // Fairness
    (
        "evaluate.sensitive_absent",
        "{column} is declared as sensitive and is not among the columns: it cannot be compared",
        "Choose the column anew on the Frame page, or take it off the list",
    ),
    (
        "evaluate.fairness_regression",
        "The sensitive columns are compared for classes only, not for predicted numbers",
        "",
    ),
    (
        "evaluate.fairness_multiclass",
        "With several classes, groups are compared on one class against the others, and none is named",
        "Name the class that matters as the positive class on the Frame page",
    ),
    (
        "evaluate.gap",
        "{column}: {low_group} {low_rate:percent} {rate}, {high_group} {high_rate:percent}",
        "Declare on the Frame page which gap is tolerated",
    ),
    (
        "evaluate.gap_within",
        "{column}: {low_group} {low_rate:percent} {rate}, {high_group} {high_rate:percent}: within the tolerated gap of {tolerated:percent}",
        "",
    ),
    (
        "evaluate.gap_within_not_certain",
        "{column}: {low_group} {low_rate:percent} {rate}, {high_group} {high_rate:percent}: within the tolerated gap of {tolerated:percent}, but not certain, its interval goes beyond",
        "More rows of the smaller group would tell",
    ),
    (
        "evaluate.gap_past",
        "{column}: {low_group} {low_rate:percent} {rate}, {high_group} {high_rate:percent}: past the tolerated gap of {tolerated:percent}",
        "Look at what differs between the groups before anyone is affected",
    ),
    (
        "evaluate.gap_past_not_certain",
        "{column}: {low_group} {low_rate:percent} {rate}, {high_group} {high_rate:percent}: past the tolerated gap of {tolerated:percent}, but chance alone could do that: with groups that are treated alike it happens {chance:percent} of the time",
        "More rows of the smaller group would tell",
    ),
    (
        "evaluate.gap_past_not_far",
        "{column}: {low_group} {low_rate:percent} {rate}, {high_group} {high_rate:percent}: past the tolerated gap of {tolerated:percent}. The groups do differ, but whether by more than that is not certain",
        "More rows of the smaller group would tell",
    ),
    (
        "evaluate.gap_cannot_tell",
        "{column}: {criterion} cannot be told, fewer than two groups are large enough to compare",
        "Gather more rows of the smaller groups",
    ),
    (
        "evaluate.groups_too_small",
        "{column}: {groups} {n:plural|is|are} too small to judge (under {least} rows, or under {least_of_class} of either class) and left out of the gaps",
        "Gather more rows of them",
    ),
    (
        "evaluate.group_absent",
        "{column}: none of the {part} rows is of {groups}, so nothing is known of {n:plural|it|them}",
        "Gather rows of {n:plural|it|them}, or choose a split whose parts have every group",
    ),
    (
        "evaluate.too_few_groups",
        "{column}: fewer than two groups are large enough to compare",
        "Gather more rows of the smaller groups",
    ),
    (
        "evaluate.four_fifths",
        "{column}: {low_group} is flagged {ratio:percent} as often as {high_group}, under four fifths. That is a rule of thumb from hiring law in the United States: passing it proves nothing, failing it calls for a reason",
        "",
    ),
    // Over- and under-fitting
    (
        "evaluate.fit_few_rows",
        "Cannot tell over- from under-fitting: {n:count} validated {n:plural|row is|rows are} too few, {least} is the least",
        "Use cross-validation, so that every row is validated once",
    ),
    (
        "evaluate.fit_undefined",
        "Cannot tell over- from under-fitting: {metric} or its interval is not defined here",
        "Judge by another metric",
    ),
    (
        "evaluate.fit_perfect_baseline",
        "Cannot tell over- from under-fitting: the baseline is perfect in {metric} already",
        "Judge by another metric",
    ),
    (
        "evaluate.fit_wide_interval",
        "Cannot tell over- from under-fitting: {metric} on validation is {validation:3}, but anything from {low:3} to {high:3} is possible, {width:percent} of the way from the baseline ({baseline:3}) to perfect; at most {most:percent} would do",
        "More rows would tell",
    ),
    (
        "evaluate.fit_memorises",
        "Learned by heart: {loss} is {loss_train:3} on the rows it learned from, as good as perfect (at most {perfect:percent} of the baseline's), and {loss_validation:3} ({loss_low:3} to {loss_high:3}) on others, where the baseline has {loss_baseline:3}. {metric}: {train:3} and {validation:3}",
        "Hold the model back (less depth, larger leaves, more regularisation); the training figure says nothing of it",
    ),
    (
        "evaluate.fit_memorises_beside",
        "Learned by heart: {loss} is {loss_train:3} on the rows it learned from, as good as perfect (at most {perfect:percent} of the baseline's), and {loss_validation:3} ({loss_low:3} to {loss_high:3}) on others, where run {other_run}, {other}, has {other_loss:3} and the baseline {loss_baseline:3}. {metric}: {train:3} and {validation:3}",
        "Hold the model back (less depth, larger leaves, more regularisation), or take the other one",
    ),
    (
        "evaluate.fit_over",
        "Over-fitting: {metric} is {train:3} on the rows it learned from and {validation:3} ({low:3} to {high:3}) on others. Of what it gains over the baseline ({baseline:3}), {lost:percent} is lost; more than {most:percent} counts as over-fitting",
        "Make the model simpler (less depth, larger leaves, more regularisation), or give it more rows",
    ),
    (
        "evaluate.fit_over_loss",
        "Over-fitting: {loss} is {loss_train:3} on the rows it learned from and {loss_validation:3} ({loss_low:3} to {loss_high:3}) on others: it is too sure of itself. Of what it gains over the baseline ({loss_baseline:3}), {lost:percent} is lost; more than {most:percent} counts as over-fitting. {metric}: {train:3} and {validation:3}",
        "Make the model simpler (less depth, larger leaves, more regularisation), or give it more rows",
    ),
    (
        "evaluate.fit_over_beside",
        "Over-fitting: {loss} is {loss_train:3} on the rows it learned from and {loss_validation:3} ({loss_low:3} to {loss_high:3}) on others, where run {other_run}, {other}, has {other_loss:3}. {metric}: {train:3} and {validation:3}; the other one {other_value:3}",
        "Make the model simpler (less depth, larger leaves, more regularisation), or take the other one",
    ),
    (
        "evaluate.fit_over_sibling",
        "Over-fitting: {loss} is {loss_train:3} on the rows it learned from and {loss_validation:3} ({loss_low:3} to {loss_high:3}) on others; run {other_run}, {other}, learns less from its training rows and has {other_loss:3} on others. {metric}: {train:3} and {validation:3}; the other one {other_value:3}",
        "Take the parameters of the other one, or hold this one back further",
    ),
    (
        "evaluate.fit_over_noise",
        "Over-fitting: {metric} is {train:3} on the rows it learned from, and on others {validation:3} ({low:3} to {high:3}), not surely better than the baseline's {baseline:3}: what it learned is chance. {loss}: {loss_train:3} and {loss_validation:3}, the baseline's {loss_baseline:3}",
        "The columns may say nothing about the target; look at other columns before other models",
    ),
    (
        "evaluate.fit_under",
        "Under-fitting: even on the rows it learned from, {metric} is {train:3}, {train_gain:percent} of the way from the baseline ({baseline:3}) to perfect, where {least:percent} is expected; on others {validation:3} ({low:3} to {high:3})",
        "Try a more flexible model or better columns; if nothing helps, the columns say no more about the target",
    ),
    (
        "evaluate.fit_under_beside",
        "Under-fitting: even on the rows it learned from, {loss} is {loss_train:3} and {metric} {train:3}; run {other_run}, {other}, has {other_loss:3} and {other_value:3} on rows it has not seen. On such rows this one has {loss_validation:3} and {validation:3}",
        "Let the model be more flexible (more depth, smaller leaves, less regularisation), or take the other one",
    ),
    (
        "evaluate.fit_under_class",
        "Under-fitting: even on the rows it learned from, the mean recall over the classes is {recall:3}, no more than with one class missed altogether; {metric} is {train:3}, on others {validation:3} ({low:3} to {high:3})",
        "Let the model be more flexible (more depth, smaller leaves, less regularisation)",
    ),
    (
        "evaluate.fit_no_better",
        "Under-fitting: on rows it has not seen, {metric} is {validation:3} ({low:3} to {high:3}), not surely better than the baseline's {baseline:3}; on the rows it learned from {train:3}",
        "Try another model or better columns; more rows would tell",
    ),
    (
        "evaluate.fit_good",
        "Fits: {metric} is {train:3} on the rows it learned from and {validation:3} ({low:3} to {high:3}) on others; of what it gains over the baseline ({baseline:3}), {lost:percent} is lost. {loss}: {loss_train:3} and {loss_validation:3}, the baseline's {loss_baseline:3}",
        "",
    ),
    (
        "evaluate.fit_good_beside",
        "Fits: {metric} is {train:3} on the rows it learned from and {validation:3} ({low:3} to {high:3}) on others; of what it gains over the baseline ({baseline:3}), {lost:percent} is lost. {loss}: {loss_train:3} and {loss_validation:3}, the baseline's {loss_baseline:3}; the best other one, run {other_run}, {other}, has {other_loss:3} on rows it has not seen",
        "",
    ),
    (
        "evaluate.fit_good_forest",
        "Fits: {metric} is {validation:3} ({low:3} to {high:3}) on rows it has not seen, the baseline's {baseline:3}, and no other run is surely better. On the rows it learned from it is {train:3}: a forest is near perfect there by its making, which says nothing. {loss}: {loss_train:3} and {loss_validation:3}, the baseline's {loss_baseline:3}",
        "",
    ),
];

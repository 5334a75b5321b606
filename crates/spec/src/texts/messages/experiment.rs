use super::Row;

pub(crate) const ROWS: &[Row] = &[
    // Input
    (
        "experiment.alpha_range",
        "Alpha is {alpha}: the chance to call a difference that is none lies above 0 and at most at 0.5",
        "Take 0.05, or 0.01 where a false alarm is costly",
    ),
    (
        "experiment.power_range",
        "Power is {power}: the chance to find the difference lies between 0.5 and 1, and above alpha",
        "Take 0.8, or 0.9 where missing it is costly",
    ),
    (
        "experiment.ratio_range",
        "The ratio of B to A is {ratio}: it lies between 1 to {most:count} and {most:count} to 1",
        "Take 1 for equal halves",
    ),
    (
        "experiment.traffic_range",
        "Units per day are {value}: that must be a number above 0",
        "Enter how many new customers or requests come each day, or leave it empty",
    ),
    (
        "experiment.rate_range",
        "Today's rate is {value}: it must lie between 0 and 1, both excluded",
        "Enter 0.12 for 12%",
    ),
    (
        "experiment.std_dev_range",
        "The standard deviation is {value}: it must be a number above 0",
        "Take it from past data, over the units that will be counted",
    ),
    (
        "experiment.mean_range",
        "Today's mean is {value}: it must be a number",
        "Take it from past data, over the units that will be counted",
    ),
    (
        "experiment.relative_to_zero",
        "A difference in percent of a mean of 0 is always 0",
        "Enter the difference itself",
    ),
    (
        "experiment.no_effect",
        "A difference of 0 cannot be found by any number of units",
        "Enter the smallest difference that would change what you do",
    ),
    (
        "experiment.target_range",
        "A rate of {from:3}% cannot become {target:3}%",
        "Enter a smaller difference; 0.02 is two percentage points",
    ),
    (
        "experiment.too_large",
        "To find a difference of {effect:3}, more than {most:count} units would be needed",
        "Enter a larger difference",
    ),
    (
        "experiment.share_range",
        "B's share of the units is {value}: it must lie between 0 and 1, both excluded",
        "Enter the share that the service was set to, 0.5 for half",
    ),
    (
        "experiment.margin_range",
        "The margin is {value}: it must be a number above 0",
        "Enter the largest difference that would not matter, or leave it empty",
    ),
    (
        "experiment.same_variant",
        "Both variants are {variant}",
        "Choose two different variants",
    ),
    (
        "experiment.no_variant",
        "The log has no rows of the variant {variant}",
        "Check the names of the variants, and that the log covers the experiment",
    ),
    (
        "experiment.no_variant_others",
        "The log has no rows of the variant {variant}; it has {found}",
        "Choose variants that the log has",
    ),
    (
        "experiment.not_binary",
        "Row {row:count}: the outcome is {value}, where a rate needs 0 or 1",
        "Compare means, or give the outcome as 0 and 1",
    ),
    (
        "experiment.not_finite",
        "Row {row:count}: the outcome is no finite number",
        "Correct the outcome, or leave it empty until it is known",
    ),
    // Plan
    (
        "experiment.plan_rate",
        "To tell {target:3}% from {from:3}%, with a chance of {power:percent} to find it and of {alpha:percent} for a false alarm, {n_a:count} units of A and {n_b:count} of B are needed",
        "",
    ),
    (
        "experiment.plan_rate_days",
        "To tell {target:3}% from {from:3}%, with a chance of {power:percent} to find it and of {alpha:percent} for a false alarm, {n_a:count} units of A and {n_b:count} of B are needed: {days:count} {days:plural|day|days}",
        "",
    ),
    (
        "experiment.plan_mean",
        "To tell a mean of {target:3} from {from:3}, with a chance of {power:percent} to find it and of {alpha:percent} for a false alarm, {n_a:count} units of A and {n_b:count} of B are needed",
        "",
    ),
    (
        "experiment.plan_mean_days",
        "To tell a mean of {target:3} from {from:3}, with a chance of {power:percent} to find it and of {alpha:percent} for a false alarm, {n_a:count} units of A and {n_b:count} of B are needed: {days:count} {days:plural|day|days}",
        "",
    ),
    (
        "experiment.plan_few_events",
        "Only some {n:count} units of a variant would have (or lack) the outcome: the figures are rough",
        "Look for a smaller difference, or judge by an outcome that is more frequent",
    ),
    (
        "experiment.plan_short",
        "{days:count} {days:plural|day is|days are} less than a week, and weekdays differ",
        "Run it for whole weeks",
    ),
    (
        "experiment.plan_long",
        "{days:count} days is long: the world changes meanwhile, and keys are lost",
        "Look for a larger difference, take more traffic, or an outcome that is known sooner",
    ),
    // Verdict
    (
        "experiment.mismatch",
        "No verdict: {b} got {share_b:percent} of the units where {expected_share_b:percent} was meant, which chance does not do (p = {p_value:2}). Something sorts the units, so no difference can be trusted",
        "Look for lost log lines, retries, robots or a salt or percentage that was changed; then start again",
    ),
    (
        "experiment.too_early_rate",
        "Too early: of {n_known:count} units {n_with:count} had the outcome; at least {least:count} with it and {least:count} without it are needed before anything can be said",
        "Wait for more units",
    ),
    (
        "experiment.too_early_mean",
        "Too early: the outcome of {n_known:count} units is known; at least {least:count} of each variant are needed before anything can be said",
        "Wait for more units",
    ),
    (
        "experiment.too_early_planned",
        "Too early: the outcome of {n_known:count} units is known, {n_planned:count} were planned",
        "Wait until the planned number of each variant is reached",
    ),
    (
        "experiment.no_spread",
        "Cannot tell: every unit has the same outcome",
        "Compare by an outcome that varies",
    ),
    (
        "experiment.cannot_tell_rate",
        "Cannot tell: {b} has {value_b:3}%, {a} {value_a:3}%; the true difference may be anything from {low:3} to {high:3} percentage points ({level:percent} interval)",
        "Plan for more units, or take the one that is simpler to run",
    ),
    (
        "experiment.cannot_tell_mean",
        "Cannot tell: {b} has a mean of {value_b:4}, {a} of {value_a:4}; the true difference may be anything from {low:3} to {high:3} ({level:percent} interval)",
        "Plan for more units, or take the one that is simpler to run",
    ),
    (
        "experiment.b_better_rate",
        "{b} is better: {value_b:3}% against {value_a:3}% of {a}, a difference of {low:3} to {high:3} percentage points ({level:percent} interval)",
        "Promote it",
    ),
    (
        "experiment.b_better_mean",
        "{b} is better: a mean of {value_b:4} against {value_a:4} of {a}, a difference of {low:3} to {high:3} ({level:percent} interval)",
        "Promote it",
    ),
    (
        "experiment.a_better_rate",
        "{a} is better: {value_a:3}% against {value_b:3}% of {b}, which differs by {low:3} to {high:3} percentage points ({level:percent} interval)",
        "Keep it",
    ),
    (
        "experiment.a_better_mean",
        "{a} is better: a mean of {value_a:4} against {value_b:4} of {b}, which differs by {low:3} to {high:3} ({level:percent} interval)",
        "Keep it",
    ),
    (
        "experiment.equivalent_rate",
        "{b} and {a} are equivalent: {value_b:3}% and {value_a:3}%; the difference lies between {low:3} and {high:3} percentage points ({level:percent} interval), within the margin of {margin:3}",
        "Take the one that is simpler to run",
    ),
    (
        "experiment.equivalent_mean",
        "{b} and {a} are equivalent: means of {value_b:4} and {value_a:4}; the difference lies between {low:3} and {high:3} ({level:percent} interval), within the margin of {margin:3}",
        "Take the one that is simpler to run",
    ),
    // Warnings
    (
        "experiment.rate_of_keys",
        "Keys are counted, not rows: a key has the outcome when any of its rows has ({rows:count} rows of {keys:count} keys), so the rate is higher than that of the rows",
        "For the rate of the rows, with errors by key, give --of-rows",
    ),
    (
        "experiment.in_both",
        "{n:count} {n:plural|key|keys} met both variants and {n:plural|is|are} left out",
        "Keep salt and percentage as they are while an experiment runs",
    ),
    (
        "experiment.without_key",
        "{n:count} {n:plural|row|rows} without a key {n:plural|is|are} left out: the service gives them the champion, not chance",
        "Send a key with every request that is part of the experiment",
    ),
    (
        "experiment.other_variants",
        "{n:count} {n:plural|row|rows} of variants other than {a} and {b} {n:plural|is|are} left out",
        "",
    ),
    (
        "experiment.outcomes_differ",
        "The outcome is known for {share_a:percent} of {a} and {share_b:percent} of {b}: what is not known yet may differ",
        "Wait until the outcomes of both are in, or find out why one reports less",
    ),
    (
        "experiment.few_events",
        "Fewer than {least:count} units of a variant are expected to have (or lack) the outcome: the p value is rough",
        "Wait for more units",
    ),
    (
        "experiment.peeking",
        "Looked at before the planned number: this p value is not to be acted on, each look adds to the false alarms",
        "Wait, or judge by the interval that holds at any time",
    ),
];

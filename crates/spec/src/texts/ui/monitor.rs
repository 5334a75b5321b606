//! Words of the Monitor page.

use crate::monitor::{BatchKind, Change, DriftMethod};
use crate::texts::number::{count, percent, score, significant};

pub const ABOUT: &str = "What happens after deployment";

// Nothing to watch yet
pub const NO_VERSION: &str = "No model is watched yet";
pub const NO_VERSION_ABOUT: &str = "A registered version remembers what its training rows looked like. Register a run, then compare each later file with it here.";
pub const TO_DEPLOY: &str = "Go to Deploy";
pub const TO_TRAIN: &str = "Go to Train";
pub const FIRST_REASON: &str = "First model in use";
pub const FIRST_BATCH: &str = "Drop next month’s file here";
pub const FIRST_BATCH_ABOUT: &str = "A table with the model’s columns (with outcomes, if they are known), the log of the exported service, or outcomes that join an earlier log by request id or key.";
pub const CHOOSE: &str = "Choose a file…";
pub const ACCEPT: &str = ".csv,.tsv,.txt,.jsonl,.json,.log,.ndjson";
pub const LOAD: &str = "Load a batch…";
pub const BY_KEY: &str = "Outcomes by key";
pub const KEY_SALT: &str = "Salt of the keys";
pub const KEY_SALT_HELP: &str = "The service’s SPLIT_SALT, if it was changed; it is not stored. A log that is here already is joined anew when it is loaded again";
pub const READ_ONLY: &str = "Another tab writes this project";
pub const BUSY: &str = "Another batch is being read";
pub const FAILED_REGISTER: &str = "The run could not be registered";
pub const FAILED: &str = "The file could not be compared";
pub const FAILED_RETRAIN: &str = "Training again did not work";

pub fn register(run: u32) -> String {
    format!("Watch run {run}")
}

pub fn register_about(run: u32, name: &str) -> String {
    format!("Watching run {run}, {name}, registers it as a version and makes it the champion.")
}

pub fn sample_next(file: &str) -> String {
    format!("Load the sample’s {file}")
}

pub fn about(version: u32, name: &str, is_champion: bool, n_batches: usize) -> String {
    let role = if is_champion { "champion" } else { "newest" };
    let batches = match n_batches {
        0 => "no batch yet".to_owned(),
        1 => "1 batch".to_owned(),
        n => format!("{n} batches"),
    };
    format!("Version {version} ({role}), {name}, {batches}")
}

// The rail
pub const RAIL_NONE: &str = "Needs a registered version";

pub fn rail_no_batch(version: u32) -> String {
    format!("Version {version}: no batch yet")
}

pub fn rail_alarms(n: usize, batch: &str) -> String {
    if n == 1 {
        format!("1 alarm: {batch}")
    } else {
        format!("{n} alarms: {batch}")
    }
}

/// The newest batch is quiet; `n_alarmed` of the earlier ones were not.
pub fn rail_quiet(n_batches: usize, n_alarmed: usize) -> String {
    if n_alarmed > 0 {
        format!("Newest of {n_batches} batches: no alarm ({n_alarmed} before)")
    } else if n_batches == 1 {
        "1 batch, no alarm".to_owned()
    } else {
        format!("{n_batches} batches, no alarm")
    }
}

pub fn in_your_data(n_batches: usize, newest: &str, n_rows: u64) -> String {
    let rows = count(n_rows as f64);
    if n_batches == 1 {
        format!("One batch has come since training: {newest}, {rows} rows.")
    } else {
        format!("{n_batches} batches have come since training; the newest is {newest}, {rows} rows.")
    }
}

// Alarms
pub const ALARMS: &str = "Alarms";
pub const NO_ALARMS: &str = "No rule was broken by this batch";
pub const RULES: &str = "Rules…";
pub const RETRAIN_DUE: &str = "By the rules";
pub const RETRAIN_GO: &str = "Go to training again";

pub fn of_batch(name: &str) -> String {
    format!("in {name}")
}

pub fn next_due(days: f64) -> String {
    if days < 1.0 {
        "By the rules, training again is due within a day".to_owned()
    } else {
        format!("By the rules, training again is due in {} days at the latest", count(days))
    }
}

// Batches
pub const BATCHES: &str = "Batches";
pub const DROP_MORE: &str = "The next file can be dropped here";
pub const BATCH: &str = "Batch";
pub const WHEN: &str = "When";
pub const VERSION: &str = "Version";
pub const ROWS: &str = "Rows";
pub const VERDICT: &str = "Verdict";
pub const DRIFTED: &str = "Moved";
pub const METRIC_NONE: &str = "Metric";
pub const ACTIONS: &str = "Actions";
pub const DELETE: &str = "Delete…";
pub const DELETE_TITLE: &str = "Delete this batch?";
pub const DELETE_NOW: &str = "Delete";
pub const SHOWN: &str = "Shown";

pub fn delete_says(name: &str) -> String {
    format!("{name}, its rows and its report are removed from this project. This cannot be undone.")
}

pub fn actions_of(name: &str) -> String {
    format!("Actions of {name}")
}

pub fn show_batch(name: &str) -> String {
    format!("Show {name}")
}

pub fn kind(kind: BatchKind) -> &'static str {
    match kind {
        BatchKind::Table => "table",
        BatchKind::Log => "log of the service",
        BatchKind::Outcomes => "outcomes",
    }
}

/// A dash where nothing could be judged.
pub fn n_of(n: u64, of: u64) -> String {
    if of == 0 {
        return "–".to_owned();
    }
    format!("{} of {}", count(n as f64), count(of as f64))
}

pub fn n_alarms(n: usize) -> String {
    if n == 1 { "1 alarm".to_owned() } else { format!("{n} alarms") }
}

// Trend
pub const TREND: &str = "Over the batches";
pub const TREND_OF: &str = "Figure";
pub const TREND_FIGURES: &str = "Figures";
pub const TREND_COLUMNS: &str = "PSI of columns";

// One batch
pub const COLUMNS: &str = "Columns";
pub const PERFORMANCE: &str = "Performance";
pub const JOINED: &str = "Outcomes";
pub const PARTS: &str = "Parts of the report";
pub const DATA: &str = "Data";
pub const PREDICTIONS: &str = "Predictions";
pub const OUTCOMES: &str = "Outcomes";
pub const NO_OUTCOMES: &str = "Outcomes are not known yet";
pub const NO_OUTCOMES_ABOUT: &str = "Whether the model is still good, only outcomes tell. Load the batch with its target column, or drop a file of outcomes: request_id, key_hash or a column of the batch, and outcome.";
pub const OPENING: &str = "Opening the report";
pub const BUSINESS: &str = "Business metric";
pub const TODAY: &str = "today";
pub const WANTED: &str = "wanted";
pub const NOTES: &str = "What was noticed while reading";
pub const METHOD_STATED: &str = "Beside each column stands how it was compared. A column counts as drifted when the difference is more than chance and its effect reaches what is tolerated. New values: levels that training did not have, or numbers outside its range.";

/// The data set in one sentence for a novice.
pub fn moved(n_judged: u64, n_moved: u64, share_of_importance: Option<f64>) -> String {
    if n_judged == 0 {
        return "No column could be judged".to_owned();
    }
    let judged = count(n_judged as f64);
    if n_moved == 0 {
        return format!("Of {judged} columns, none has moved");
    }
    let moved = if n_moved == 1 {
        format!("Of {judged} columns, 1 has moved")
    } else {
        format!("Of {judged} columns, {} have moved", count(n_moved as f64))
    };
    match share_of_importance {
        Some(share) if n_moved == 1 => format!("{moved}; it carries {} of what the model leans on", percent(share)),
        Some(share) => format!("{moved}; together they carry {} of what the model leans on", percent(share)),
        None => moved,
    }
}

/// The limits of the data set's verdict.
pub fn limits(share_of_columns: f64, share_of_importance: f64) -> String {
    format!(
        "drift from {} of the columns, or {} of their importance",
        percent(share_of_columns),
        percent(share_of_importance)
    )
}

pub fn by_columns(share: f64) -> String {
    format!("{} of the columns", percent(share))
}

pub fn by_importance(share: f64) -> String {
    format!("{} of the importance", percent(share))
}

pub fn expected(reference: f64) -> String {
    format!("expected {}", score(reference))
}

pub fn interval(low: f64, high: f64) -> String {
    format!("95% {}–{}", score(low), score(high))
}

pub fn on_outcomes(n: u64) -> String {
    format!("{} outcomes", count(n as f64))
}

/// Business metric: what it is today and what it should be.
pub fn business(today: Option<f64>, target: Option<f64>, unit: &str) -> (String, String) {
    let shown = |x: f64| significant(x, 4);
    let value = today.map_or_else(|| "not stated".to_owned(), shown);
    let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
    let beside = target.map_or_else(String::new, |target| format!("{TODAY} · {WANTED} {}{unit}", shown(target)));
    (value, beside)
}

// Columns of a batch
pub const COLUMN: &str = "Column";
pub const EFFECT: &str = "Effect";
pub const TOLERATED: &str = "Tolerated";
pub const METHOD: &str = "Method";
pub const P_ADJUSTED: &str = "p, corrected";
pub const MISSING: &str = "Missing";
pub const NEW_VALUES: &str = "New values";
pub const IMPORTANCE: &str = "Importance";
pub const NOT_THERE: &str = "Absent";

/// What a method is called below a heading that says that it is one.
pub fn method(method: DriftMethod) -> &'static str {
    match method {
        DriftMethod::Psi => "PSI",
        DriftMethod::KolmogorovSmirnov => "Kolmogorov-Smirnov",
        DriftMethod::Wasserstein => "Wasserstein",
        DriftMethod::JensenShannon => "Jensen-Shannon",
        DriftMethod::ChiSquare => "Chi-square",
        DriftMethod::TotalVariation => "Total variation",
        DriftMethod::ZTest => "z-test",
    }
}

pub fn other_type(found: &str) -> String {
    format!("Is {found}")
}

pub fn before_now(before: f64, now: f64) -> String {
    if before == now {
        percent(now)
    } else {
        format!("{} → {}", percent(before), percent(now))
    }
}

pub fn rows_share(n: u64, share: f64) -> String {
    if n == 0 {
        "0".to_owned()
    } else {
        format!("{} ({})", count(n as f64), percent(share))
    }
}

pub fn details_of(column: &str) -> String {
    format!("{column}: training and batch")
}

// Details of a column
pub const CLOSE: &str = "Close";
pub const METHOD_HELP: &str = "How training and batch are compared. Changing it judges all batches again";
pub const AUTOMATIC: &str = "Automatic, by type and number of rows";
pub const JUDGE: &str = "Judge this column";
pub const JUDGE_HELP: &str = "Off: it is shown, but raises no alarm and counts in no share";
pub const VALUE: &str = "Value";
pub const UNSEEN_TITLE: &str = "Levels that training did not have";
pub const LEVEL: &str = "Level";
pub const FIRST_ROW: &str = "First row";
pub const RANGE_TITLE: &str = "Values outside the range of training";
pub const SIDE: &str = "Side";
pub const BELOW: &str = "Below";
pub const ABOVE: &str = "Above";
pub const ROW: &str = "Row";

// Performance
pub const METRIC: &str = "Metric";
pub const REFERENCE: &str = "Expected";
pub const IN_BATCH: &str = "In the batch";
pub const INTERVAL: &str = "95% interval";
pub const DIFFERENCE: &str = "Difference";
pub const CHANGE: &str = "Change";

pub fn performance_about(n: u64) -> String {
    format!(
        "On {} rows with a known outcome, beside the figures that the version had when it was registered. Worse: the whole interval of the difference is beyond what is tolerated.",
        count(n as f64)
    )
}

pub fn range(low: f64, high: f64) -> String {
    let shown = |x: f64| score(x).replace('-', "−");
    format!("{} to {}", shown(low), shown(high))
}

// Outcomes that were joined
pub const PREDICTED: &str = "Predictions";
pub const WITH_OUTCOME: &str = "With an outcome";
pub const LATE: &str = "Of these late";
pub const WAITING: &str = "Still waiting";
pub const OVERDUE: &str = "Overdue";
pub const N_OUTCOMES: &str = "Outcomes";
pub const DUPLICATE: &str = "Replaced by a later one";
pub const ORPHAN: &str = "Without a prediction";
pub const AMBIGUOUS: &str = "Ambiguous";
pub const DELAY: &str = "From prediction to outcome";

pub fn delay(half_days: f64, most_days: f64) -> String {
    format!(
        "{} days for half of them, {} days for nine of ten",
        significant(half_days, 2),
        significant(most_days, 2)
    )
}

// Training again
pub const RETRAIN: &str = "Train again";
pub const RETRAIN_ABOUT: &str = "The same recipe, split rule, search and seeds, on the data and the batches chosen here. The new data become the project’s data; undo brings the old ones back.";
pub const RETRAIN_NOW: &str = "Train again on old and new rows";
pub const RETRAIN_NONE: &str = "No batch with known outcomes yet";
pub const RETRAIN_CHOOSE: &str = "Choose at least one batch";
pub const RETRAIN_KNOWN: &str = "already among the data";
pub const USE_BATCH: &str = "Learn from";

pub fn retrain_batch(name: &str, n_outcomes: u64) -> String {
    format!("{name}, {} rows with a known outcome", count(n_outcomes as f64))
}

// Champion against challenger
pub const CONTEST: &str = "Champion against challenger";
pub const CHAMPION: &str = "Champion";
pub const CHALLENGER: &str = "Challenger";
pub const REASON: &str = "Reason";
pub const REASON_HELP: &str = "Kept in the journal and printed in the model card";
pub const NEEDS_REASON: &str = "Give a reason";
pub const NO_CONTEST: &str = "The new runs were not compared: the champion has learned from all of these rows";
pub const ROLL_BACK: &str = "Roll back…";
pub const ROLL_BACK_TITLE: &str = "Roll back";
pub const ROLL_BACK_TO: &str = "Version to bring back";
pub const CANCEL: &str = "Cancel";
pub const BATCH_GONE: &str = "a batch that was deleted";
pub const DIFFERENCE_OF: &str = "Difference";

/// Which rows, when, and what follows.
pub fn contest_about(n_rows: u64, batch: &str, when: &str) -> String {
    format!(
        "Compared {when} on the same {} rows of {batch}, which neither was fitted on. The challenger was picked and its threshold chosen by these rows, which flatters it a little: only a surely better one should take over.",
        count(n_rows as f64)
    )
}

pub fn contest_change(change: Change) -> &'static str {
    match change {
        Change::Better => "The challenger is better",
        Change::Worse => "The challenger is worse",
        Change::Same => "As good as each other",
        Change::CannotTell => "Cannot tell",
    }
}

pub fn make_challenger(run: u32) -> String {
    format!("Make run {run} the challenger")
}

pub fn promote(version: u32) -> String {
    format!("Promote version {version}")
}

pub fn keep(version: u32) -> String {
    format!("Keep version {version}")
}

pub fn roll_back(version: u32) -> String {
    format!("Roll back to version {version}")
}

pub fn run_of(run: u32, name: &str) -> String {
    format!("Run {run}, {name}")
}

pub fn version_of(version: u32, name: &str) -> String {
    format!("Version {version}, {name}")
}

pub fn difference(difference: f64, low: Option<f64>, high: Option<f64>) -> String {
    let interval = match (low, high) {
        (Some(low), Some(high)) => format!(", 95% {} to {}", significant(low, 2), significant(high, 2)),
        _ => String::new(),
    };
    format!("{}{interval}", significant(difference, 2))
}

pub fn retrained_note(batch: &str) -> String {
    format!("Trained again on {batch}")
}

// Rules
pub const RULES_TITLE: &str = "When a batch is judged, and how";
pub const SAVE_RULES: &str = "Save and judge again";
pub const RESET_RULES: &str = "Reset to defaults";
pub const RULES_DRIFT: &str = "Drift of a column";
pub const RULES_DATASET: &str = "Drift of the data set";
pub const RULES_PERFORMANCE: &str = "Performance";
pub const RULES_ALARMS: &str = "Alarms";
pub const RULES_RETRAIN: &str = "Training again";
pub const PSI_WARNING: &str = "PSI: watch from";
pub const PSI_ALARM: &str = "PSI: drift from";
pub const LEAST_KS: &str = "Kolmogorov-Smirnov: drift from";
pub const LEAST_WASSERSTEIN: &str = "Wasserstein: drift from";
pub const LEAST_JS: &str = "Jensen-Shannon: drift from";
pub const LEAST_TV: &str = "Share of rows: drift from";
pub const LEAST_TV_HELP: &str = "Also of the chi-square and the z-test";
pub const STANDARD_DEVIATIONS: &str = "standard deviations";
pub const SIGNIFICANCE: &str = "Largest p that is no chance";
pub const CORRECTION: &str = "Correction for many columns";
pub const CORRECTION_BH: &str = "Benjamini-Hochberg";
pub const CORRECTION_BONFERRONI: &str = "Bonferroni";
pub const CORRECTION_NONE: &str = "None";
pub const MISSING_GROWTH: &str = "More missing values from";
pub const MISSING_GROWTH_HELP: &str = "Growth of the share of rows, such as 0.05 for 5 of 100";
pub const SHARE_COLUMNS: &str = "Share of the columns";
pub const SHARE_IMPORTANCE: &str = "Share of their importance";
pub const MIN_ROWS: &str = "Rows needed to judge a batch";
pub const MIN_VALUES: &str = "Values needed to judge a column";
pub const TOLERATED_LOSS: &str = "Tolerated loss";
pub const TOLERATED_LOSS_HELP: &str = "As a share of the expected figure, such as 0.05 for 5%";
pub const MIN_OUTCOMES: &str = "Outcomes needed to judge";
pub const LATE_AFTER: &str = "An outcome is late after";
pub const DAYS: &str = "days";
pub const RULE_ON: &str = "On";
pub const RULE_WHEN: &str = "When";
pub const RULE_BATCHES: &str = "Batches in a row";
pub const RULE_SEVERITY: &str = "Severity";
pub const RULE_SHARE: &str = "Share of rows";
pub const RETRAIN_AFTER: &str = "After batches in a row";
pub const RETRAIN_DAYS: &str = "Every";
pub const RETRAIN_DAYS_ROW: &str = "whatever the batches show";

pub fn rule_switch(what: &str) -> String {
    format!("Alarm when {what}")
}

pub fn rule_field(field: &str, what: &str) -> String {
    format!("{field}: {what}")
}

// Charts
pub const TRAINING: &str = "Training";
pub const THIS_BATCH: &str = "Batch";
pub const SHARE_OF_ROWS: &str = "Share of rows";
pub const BATCH_NUMBER: &str = "Batch, in the order of time";

pub fn paired_summary(name: &str) -> String {
    format!("{name}: training and batch in the same bins, as shares of their rows")
}

pub fn paired_empty(name: &str) -> String {
    format!("{name}: no values to draw")
}

pub fn paired_read(what: &str, training: f64, batch: f64) -> String {
    format!("{what}: {} in training, {} in the batch", percent(training), percent(batch))
}

/// A level with blanks around it shows that it has them.
pub fn quoted_if_padded(level: &str) -> String {
    if level.trim() == level {
        level.to_owned()
    } else {
        format!("“{level}”")
    }
}

pub fn bin(low: &str, high: &str) -> String {
    format!("{low} to {high}")
}

pub fn below(low: &str) -> String {
    format!("below {low}")
}

pub fn from_on(high: &str) -> String {
    format!("{high} and above")
}

pub fn trend_read(batch: &str, value: f64, interval: Option<(f64, f64)>) -> String {
    match interval {
        Some((low, high)) => format!("{batch}: {} ({} to {})", score(value), score(low), score(high)),
        None => format!("{batch}: {}", score(value)),
    }
}

pub const TREND_EMPTY: &str = "No batch has this figure";

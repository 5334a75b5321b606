//! Words of the A/B panel.

use crate::experiment::{Conclusion, Planned};
use crate::texts::number::{count, percent, significant};

pub const TITLE: &str = "A/B test";
pub const ABOUT: &str =
    "The challenger against the champion in service: how many units it takes, and what the service's log says";
pub const PARTS: &str = "Plan or judge an A/B test";
pub const PLAN: &str = "Plan";
pub const JUDGE: &str = "Judge";

pub const COMPARE: &str = "What is compared";
pub const RATE: &str = "Share of units with an outcome";
pub const RATE_ABOUT: &str = "Customers who stay, requests that end in a sale";
pub const MEAN: &str = "Mean of a number per unit";
pub const MEAN_ABOUT: &str = "Revenue per customer, minutes per request";
pub const TODAY_RATE: &str = "Share today";
pub const TODAY_RATE_HELP: &str = "0 to 1: 0.12 for 12%";
pub const TODAY_MEAN: &str = "Mean today";
pub const STD_DEV: &str = "Standard deviation";
pub const STD_DEV_HELP: &str = "Over units, from past data";
pub const EFFECT: &str = "Effect to find";
pub const EFFECT_HELP: &str = "With its sign: 0.02 of a share is 2 percentage points up";
pub const ALPHA: &str = "Alpha";
pub const ALPHA_HELP: &str = "Chance to call a difference that is none";
pub const POWER: &str = "Power";
pub const POWER_HELP: &str = "Chance to find a difference of that size";
pub const PER_DAY: &str = "New units per day";
pub const PER_DAY_HELP: &str = "Both variants together; empty if not known";
pub const SIZES: &str = "Units needed";
pub const LOOKS: &str = "Looked at";
pub const ONCE: &str = "once, at the end";
pub const ANY_TIME: &str = "at any time, at most";
pub const OF_A: &str = "Of A";
pub const OF_B: &str = "Of B";
pub const DAYS: &str = "Days";
pub const POWER_CURVE: &str = "Power over size";
pub const UNITS: &str = "Units of each variant";

pub const SOURCE: &str = "Where the outcomes are";
pub const SOURCE_LOG: &str = "The service's log and its outcomes";
pub const SOURCE_LOG_ABOUT: &str =
    "Predictions and outcomes as JSON lines, or outcomes as a table with request_id, key or key_hash";
pub const SOURCE_TABLE: &str = "A table";
pub const SOURCE_TABLE_ABOUT: &str = "One row a unit, with a column for variant and outcome";
pub const LOG: &str = "Log of predictions";
pub const OUTCOMES: &str = "Outcomes";
pub const KEY_SALT: &str = "Salt of the keys";
pub const KEY_SALT_HELP: &str = "The service’s SPLIT_SALT, if it was changed";
pub const TABLE: &str = "Table";
pub const CHOOSE: &str = "Choose a file…";
pub const NONE: &str = "no file yet";
pub const ACCEPT: &str = ".jsonl,.ndjson,.json,.log,.csv,.tsv,.txt";
pub const VARIANT: &str = "Column of the variant";
pub const OUTCOME: &str = "Column of the outcome";
pub const KEY: &str = "Column of the key";
pub const KEY_HELP: &str = "Empty: every row is a unit";
pub const NAME_A: &str = "Variant in use";
pub const NAME_B: &str = "Variant that is tried";
pub const OUTCOME_IS: &str = "Outcome that counts";
pub const OUTCOME_IS_HELP: &str = "Empty: 1, true and yes count, 0, false and no do not";
pub const BETTER: &str = "Better is";
pub const HIGHER: &str = "more of it";
pub const LOWER: &str = "less of it";
pub const MARGIN: &str = "Makes no difference up to";
pub const MARGIN_HELP: &str = "Empty: every difference counts";
pub const SHARE: &str = "Share meant for B";
pub const JUDGE_NOW: &str = "Judge";
pub const NEEDS_FILES: &str = "Choose the files first";
pub const NEEDS_COLUMNS: &str = "Name the columns first";

pub const ARM: &str = "Variant";
pub const KNOWN: &str = "Outcome known";
pub const UNITS_SHORT: &str = "Units";
pub const VALUE: &str = "Value";
pub const DIFFERENCE: &str = "B minus A";
pub const WHENEVER: &str = "95% whenever one looks";
pub const LOOKED_ONCE: &str = "95% if looked at once";
pub const PROBABILITY: &str = "Probability that B is better";
pub const LOSS: &str = "Expected loss if B is taken";
pub const SPLIT: &str = "Share of B, meant and found";
pub const WARNINGS: &str = "Note";

pub fn conclusion(conclusion: Conclusion) -> &'static str {
    match conclusion {
        Conclusion::SampleRatioMismatch => "Split not kept",
        Conclusion::TooEarly => "Too early",
        Conclusion::CannotTell => "Cannot tell yet",
        Conclusion::BBetter => "B is better",
        Conclusion::ABetter => "A is better",
        Conclusion::Equivalent => "No difference that matters",
    }
}

pub fn by_plan(planned: &Planned) -> String {
    format!(
        "By the plan: too early below {} units of A and {} of B",
        count(planned.n_a as f64),
        count(planned.n_b as f64)
    )
}

pub fn days(days: Option<u64>) -> String {
    days.map_or_else(String::new, |days| count(days as f64))
}

pub fn interval(low: f64, high: f64) -> String {
    format!("{} to {}", significant(low, 3), significant(high, 3))
}

pub fn split(meant: f64, found: f64) -> String {
    format!("{}, {}", percent(meant), percent(found))
}

pub fn power_summary(power: f64, n: u64) -> String {
    format!("Power reaches {} at {} units of A", percent(power), count(n as f64))
}

//! Words of the charts: axis titles, one-sentence summaries, read-outs and the headers of their table twins.

use crate::texts::number::{count, percent, score, significant};

pub const SHOW_AS_TABLE: &str = "Show as table";
pub const KEYS: &str = "Use the arrow keys to read the values";
pub const ROWS: &str = "Rows";
pub const SHARE: &str = "Share";
pub const VALUE: &str = "Value";
pub const FROM: &str = "From";
pub const TO: &str = "To";
pub const LEVEL: &str = "Level";
pub const OTHER: &str = "All others";
pub const CLASS: &str = "Class";
pub const THRESHOLD: &str = "Threshold";
pub const CHOSEN: &str = "chosen";
pub const FALSE_POSITIVE_RATE: &str = "False positive rate";
pub const TRUE_POSITIVE_RATE: &str = "True positive rate";
pub const RECALL: &str = "Recall";
pub const PRECISION: &str = "Precision";
pub const PREDICTED_PROBABILITY: &str = "Predicted probability";
pub const OBSERVED_SHARE: &str = "Observed share";
pub const MEAN_PREDICTED: &str = "Mean predicted";
pub const SHARE_OF_ROWS: &str = "Share of rows, highest scores first";
pub const SHARE_OF_POSITIVES: &str = "Share of positives reached";
pub const LIFT: &str = "Lift";
pub const ROUND: &str = "Round";
pub const LOSS: &str = "Loss";
pub const TRAINING_LOSS: &str = "Training rows";
pub const STOPPING_LOSS: &str = "Early-stopping rows";
pub const CHANCE: &str = "Chance";
pub const PERFECT: &str = "Perfect";
pub const TRUTH: &str = "Truth";
pub const PREDICTION: &str = "Prediction";
pub const ROW: &str = "Row";
pub const RESIDUAL: &str = "Residual (truth − prediction)";
pub const COST: &str = "Cost";
pub const IMPORTANCE: &str = "Loss in the metric when shuffled";
pub const COLUMN: &str = "Column";
pub const DEVIATION: &str = "Standard deviation";
pub const CONFUSION: &str = "Confusion matrix: truth in rows, prediction in columns";
pub const CONFUSION_SIDES: &str = "Truth in rows, prediction in columns";

/// A tick at a whole or decimal number; thousands above 10,000 as `12k`, millions as `1.2M`.
pub fn tick(x: f64, n_decimals: usize) -> String {
    let size = x.abs();
    if size >= 1e15 || (size > 0.0 && size < 1e-5) {
        return significant(x, 3);
    }
    if size >= 1e9 {
        return format!("{}B", significant(x / 1e9, 4));
    }
    if size >= 1e6 {
        return format!("{}M", significant(x / 1e6, 4));
    }
    if size >= 10_000.0 {
        return format!("{}k", significant(x / 1e3, 4));
    }
    let text = format!("{:.*}", n_decimals, size);
    if x < 0.0 && text.bytes().any(|byte| (b'1'..=b'9').contains(&byte)) {
        format!("−{text}")
    } else {
        text
    }
}

/// Month and year of an axis of time, or the day.
pub fn date(year: i64, month: u32, day: u32) -> String {
    format!("{year:04}-{month:02}-{day:02}")
}

pub fn rows(n: u64) -> String {
    if n == 1 {
        "1 row".to_owned()
    } else {
        format!("{} rows", count(n as f64))
    }
}

pub fn class_title(class: &str) -> String {
    format!("Class {class}")
}

pub fn bin_read(low: &str, high: &str, n: u64, share: f64) -> String {
    format!("{low} to {high}: {} ({})", rows(n), percent(share))
}

pub fn level_read(level: &str, n: u64, share: f64) -> String {
    format!("{level}: {} ({})", rows(n), percent(share))
}

pub fn histogram_summary(what: &str, low: &str, high: &str, top_low: &str, top_high: &str) -> String {
    format!("Histogram of {what} from {low} to {high}; most rows lie between {top_low} and {top_high}")
}

pub fn levels_summary(what: &str, n_levels: usize, top: &str, share: f64) -> String {
    format!(
        "Bars of {what}: {n_levels} shown, the most frequent is {top} with {}",
        percent(share)
    )
}

pub fn empty_summary(what: &str) -> String {
    format!("{what}: no values to draw")
}

pub fn line_summary(what: &str, x: &str, n: usize) -> String {
    format!("{what} against {x}, {n} points")
}

pub fn series_read(series: &str, x: &str, y: f64) -> String {
    format!("{series}, {x}: {}", significant(y, 4))
}

pub fn roc_summary(area: Option<f64>) -> String {
    match area {
        Some(area) => format!("ROC curve with area {}; the diagonal is chance", score(area)),
        None => "ROC curve; the diagonal is chance".to_owned(),
    }
}

pub fn roc_read(fpr: f64, tpr: f64, threshold: Option<f64>) -> String {
    let at = threshold.map_or_else(String::new, |x| format!("Threshold {}: ", score(x)));
    format!(
        "{at}{} of the positives found, {} of the negatives flagged",
        percent(tpr),
        percent(fpr)
    )
}

pub fn pr_summary(area: Option<f64>, base: f64) -> String {
    match area {
        Some(area) => format!(
            "Precision against recall, average precision {}; chance is {}",
            score(area),
            score(base)
        ),
        None => format!("Precision against recall; chance is {}", score(base)),
    }
}

pub fn pr_read(recall: f64, precision: f64, threshold: Option<f64>) -> String {
    let at = threshold.map_or_else(String::new, |x| format!("Threshold {}: ", score(x)));
    format!(
        "{at}{} of the positives found, {} of the flagged are right",
        percent(recall),
        percent(precision)
    )
}

pub fn calibration_summary(class: &str, worst: f64) -> String {
    format!(
        "Calibration of {class}: predicted against observed share, at most {} apart",
        percent(worst)
    )
}

pub fn calibration_read(predicted: f64, observed: f64, n: u64) -> String {
    format!(
        "Predicted {}, observed {} ({})",
        percent(predicted),
        percent(observed),
        rows(n)
    )
}

pub fn scores_summary(n_classes: usize) -> String {
    format!(
        "Predicted probabilities by true class, {n_classes} classes: the less they overlap, the better the model separates them"
    )
}

pub fn scores_read(class: &str, low: f64, high: f64, n: u64) -> String {
    format!("{class}, {} to {}: {}", percent(low), percent(high), rows(n))
}

pub fn gain_summary(share_of_rows: f64, share_of_positives: f64) -> String {
    format!(
        "Gain curve: the {} of rows with the highest scores hold {} of the positives",
        percent(share_of_rows),
        percent(share_of_positives)
    )
}

pub fn gain_read(share_of_rows: f64, share_of_positives: f64, lift: Option<f64>) -> String {
    let lift = lift.map_or_else(String::new, |lift| format!(", lift {}", significant(lift, 3)));
    format!(
        "Top {} of rows: {} of the positives{lift}",
        percent(share_of_rows),
        percent(share_of_positives)
    )
}

pub fn loss_summary(rounds: u32, last: f64) -> String {
    format!(
        "Loss over {} rounds, on the training rows now {}",
        count(f64::from(rounds)),
        significant(last, 4)
    )
}

pub fn scatter_summary(n: usize) -> String {
    format!(
        "Prediction against truth of {} rows; on the diagonal they agree",
        count(n as f64)
    )
}

pub fn scatter_read(row: u64, truth: f64, prediction: f64) -> String {
    format!(
        "Row {}: truth {}, prediction {}",
        count(row as f64 + 1.0),
        significant(truth, 5),
        significant(prediction, 5)
    )
}

pub fn cost_summary(best: f64, cost: &str) -> String {
    format!("Cost against the decision threshold, lowest {cost} at {}", score(best))
}

pub fn cost_read(threshold: f64, cost: &str) -> String {
    format!("Threshold {}: {cost}", score(threshold))
}

pub fn importance_summary(top: &str) -> String {
    format!("Permutation importance: the model leans most on {top}")
}

pub fn importance_read(column: &str, mean: f64, std: f64) -> String {
    format!("{column}: {} ± {}", significant(mean, 3), significant(std, 2))
}

pub fn confusion_cell(truth: &str, predicted: &str, n: u64, share: f64) -> String {
    format!(
        "Truth {truth}, predicted {predicted}: {}, {}. Show these rows",
        rows(n),
        percent(share)
    )
}

pub fn said(class: &str) -> String {
    format!("said {class}")
}

pub fn is(class: &str) -> String {
    format!("is {class}")
}

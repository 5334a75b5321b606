//! Words of the command line and of `report.html`.

pub const PROFILE_COLUMNS: [&str; 8] = ["column", "type", "missing", "distinct", "mean", "min", "median", "max"];
pub const REPORT_TARGET: &str = "Target";
pub const REPORT_TRAIN: &str = "Training rows";
pub const REPORT_VALIDATION: &str = "Validation rows";
pub const REPORT_TEST: &str = "Test rows";
pub const REPORT_OPENED: &str = "times opened:";
pub const REPORT_NOTES: &str = "Notes";
pub const REPORT_LEADERBOARD: &str = "Leaderboard";
pub const REPORT_CANDIDATE: &str = "Candidate";
pub const REPORT_SCORE_COLUMNS: [&str; 4] = ["Metric", "Value", "95% interval", "Baseline"];
pub const REPORT_UNDEFINED: &str = "not defined";
pub const DRIFT_COLUMNS: [&str; 7] = ["column", "verdict", "method", "effect", "tolerated", "p", "missing"];
pub const NO_ALARM: &str = "No alarm";
pub const RETRAIN_NEEDS_BOTH: &str = "a pipeline file needs old and new data: --data OLD --data NEW";
pub const NO_CANDIDATE: &str = "no candidate could be trained";
pub const TRAINING_CHAMPION: &str = "Training the champion on the old data";
pub const NOTHING_NEW_TO_COMPARE: &str =
    "The champion stays: it has learned from all of these rows, so there are none to compare the two on";

pub fn version(number: u32) -> String {
    format!("version {number}")
}

pub fn run_on_old_data(run: u32) -> String {
    format!("run {run}, trained on the old data")
}

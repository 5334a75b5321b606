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

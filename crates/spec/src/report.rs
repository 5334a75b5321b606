//! `report.json`: the same bytes in the browser and on the command line when every candidate is exact.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::evaluation::{Fairness, Verdict};
use crate::run::{FoldScore, Scores};
use crate::{Algorithm, Message, Metric, Params, Task, wire};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    pub format: u32,
    pub task: Task,
    pub target: String,
    pub seed: u64,
    pub data: ReportData,
    pub rows: ReportRows,
    pub champion: ReportChampion,
    pub leaderboard: Vec<ReportCandidate>,
    pub validation: Scores,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test: Option<Scores>,
    pub test_openings: u32,
    pub threshold: Option<ReportThreshold>,
    pub decision_threshold: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fairness: Option<Vec<Fairness>>,
    pub warnings: Vec<Message>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReportData {
    pub sha256: String,
    pub rows: u64,
    pub columns: u32,
    pub rejected: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReportRows {
    pub train: u64,
    pub validation: u64,
    pub test: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReportChampion {
    pub algorithm: Algorithm,
    pub hyperparameters: Params,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReportCandidate {
    pub algorithm: Algorithm,
    pub hyperparameters: Params,
    pub exact: bool,
    pub cv: BTreeMap<Metric, FoldScore>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReportThreshold {
    pub metric: Metric,
    pub value: f64,
    pub verdict: Verdict,
}

impl Report {
    pub fn to_json(&self) -> String {
        let mut text = wire::to_json_pretty(self);
        text.push('\n');
        text
    }
}

//! `report.json`: the same bytes in the browser and on the command line when every candidate is exact.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::caveat::{Caveat, n_open};
use crate::evaluation::{Fairness, Verdict};
use crate::run::{FoldScore, Scores};
use crate::{Algorithm, Message, Metric, Params, Severity, Task, wire};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    pub format: u32,
    pub task: Task,
    pub target: String,
    /// The primary metric; None in reports of earlier versions.
    #[serde(default)]
    pub metric: Option<Metric>,
    /// What the leaderboard is ranked by: another metric where the primary one is not defined.
    #[serde(default)]
    pub ranked_by: Option<Metric>,
    /// Folds that the leaderboard's figures are the mean of; 1 for a hold-out, 0 in reports of earlier versions.
    #[serde(default)]
    pub n_folds: u32,
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
    /// What stands against the figure, waived or not.
    #[serde(default)]
    pub caveats: Vec<Caveat>,
    /// Every caveat that is not waived, and what training and evaluation remarked.
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
    /// None: the metric is not defined on the judged rows. A threshold that nobody judged is not met.
    pub verdict: Option<Verdict>,
}

impl Report {
    /// The success threshold is met, or there is none.
    pub fn is_goal_met(&self) -> bool {
        let met = |threshold: &ReportThreshold| threshold.verdict.is_some_and(|verdict| verdict != Verdict::NotMet);
        self.threshold.as_ref().is_none_or(met)
    }

    /// A gap between groups lies past its limit for certain, and nobody has waived it.
    pub fn breaks_fairness(&self) -> bool {
        let is_broken = |caveat: &&Caveat| caveat.kind == crate::caveat::CaveatKind::Fairness && caveat.is_open();
        let mut broken = self.caveats.iter().filter(is_broken);
        broken.any(|caveat| caveat.severity == Severity::Error)
    }

    /// Caveats that are neither mended nor waived.
    pub fn n_open(&self) -> usize {
        n_open(&self.caveats)
    }

    pub fn to_json(&self) -> String {
        let mut text = wire::to_json_pretty(self);
        text.push('\n');
        text
    }
}

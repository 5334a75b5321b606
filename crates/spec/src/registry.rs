//! The registry of models (D21) and the journal of what was decided about them (O5).

use serde::{Deserialize, Serialize};

use crate::caveat::Caveat;
use crate::evaluation::{GoalStatus, Part};
use crate::monitor::{Alarm, BatchKind, BatchSummary};
use crate::project::DataRef;
use crate::run::{Run, Scores};
use crate::{Message, Pipeline};

/// A model that was registered. It carries the document and the data that it was trained on, so that it can be exported,
/// watched and rolled back to after the project has moved on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Version {
    /// Counted within the project, the first is 1; never reused.
    pub number: u32,
    pub created_at_ms: f64,
    #[serde(default)]
    pub note: String,
    /// The run as it was; the run itself may be deleted.
    pub run: Run,
    pub pipeline: Pipeline,
    pub data: DataRef,
    pub decision_threshold: Option<f64>,
    /// What the figures below were computed on: the test set if it was open.
    pub part: Part,
    pub scores: Scores,
    pub goal: Option<GoalStatus>,
    /// What stood against it when it was registered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub caveats: Vec<Caveat>,
    /// How often the test rows had been opened then.
    pub n_test_openings: u32,
    /// Content hash of the stored `monitor::Reference`, as JSON.
    pub reference_hash: String,
}

/// A model that something is asked of: a run of the project as it is, or a version, whatever the project holds now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelRef {
    Run(u32),
    Version(u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alias {
    /// The version that is served.
    Champion,
    /// The version that is tried against it.
    Challenger,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Registry {
    /// Ascending by number.
    pub versions: Vec<Version>,
    pub champion: Option<u32>,
    pub challenger: Option<u32>,
}

impl Registry {
    pub fn version(&self, number: u32) -> Option<&Version> {
        self.versions.iter().find(|version| version.number == number)
    }

    pub fn of(&self, alias: Alias) -> Option<&Version> {
        let number = match alias {
            Alias::Champion => self.champion,
            Alias::Challenger => self.challenger,
        };
        self.version(number?)
    }

    /// The version that is watched: the champion, else the newest.
    pub fn in_use(&self) -> Option<&Version> {
        self.of(Alias::Champion).or_else(|| self.versions.last())
    }

    pub fn next_number(&self) -> u32 {
        self.versions.iter().map(|version| version.number).max().unwrap_or(0) + 1
    }
}

/// What was done about a model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    Registered {
        version: u32,
    },
    /// Became the champion.
    Promoted {
        version: u32,
        from: Option<u32>,
    },
    /// An earlier version became the champion again.
    RolledBack {
        version: u32,
        from: Option<u32>,
    },
    /// Became the challenger, or nothing is tried any more.
    Challenging {
        version: Option<u32>,
    },
    /// The champion stays; the challenger is let go.
    Kept {
        version: u32,
        against: Option<u32>,
    },
    /// Trained again, on the data and these batches.
    Retrained {
        runs: Vec<u32>,
        batches: Vec<u32>,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Acted {
    pub at_ms: f64,
    pub act: Act,
    #[serde(default)]
    pub reason: String,
}

/// A batch that was compared with the training rows of a version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Batch {
    pub summary: BatchSummary,
    pub file_name: String,
    /// SHA-256 of the file.
    pub sha256: String,
    /// Number of the version that it was compared for.
    pub version: u32,
    /// Content hash of the stored table; None when the file had none (a log without inputs).
    pub table_hash: Option<String>,
    /// Content hash of the stored `monitor::BatchReport`, bytes of `wire`.
    pub report_hash: String,
    /// Outcomes are known: it can be trained on.
    #[serde(default)]
    pub has_target: bool,
    #[serde(default = "table")]
    pub kind: BatchKind,
    /// Content hash of the predictions and outcomes of a service's log, bytes of `wire`.
    #[serde(default)]
    pub log_hash: Option<String>,
    /// What the rules raised when it was the newest batch, the most severe first.
    #[serde(default)]
    pub alarms: Vec<Alarm>,
    /// What could not be read of the file.
    #[serde(default)]
    pub notes: Vec<Message>,
    /// Names the rules that the report was made by; empty in older records.
    #[serde(default)]
    pub judged_by: String,
}

fn table() -> BatchKind {
    BatchKind::Table
}

//! The registry of models and the journal of what was decided about them.

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
    /// Bundles that it was exported as, the newest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exported: Vec<Exported>,
}

/// A bundle that went out, as its service names it in every answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exported {
    pub at_ms: f64,
    /// Name and version of the model in the contract.
    pub name: String,
    pub version: String,
    /// SHA-256 of model and contract together.
    pub sha256: String,
}

/// What is asked of the name and the version of an exported model, where the project's own are not meant.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Naming {
    pub name: Option<String>,
    pub version: Option<VersionName>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VersionName {
    /// Made unique by the content of the bundle: `3-1f0a77c2`.
    Number(u32),
    /// As it stands here.
    Exact(String),
}

/// Characters of the hash behind a version's number.
pub const CONTENT_CHARACTERS: usize = 8;

/// True when a service that calls its model so serves this version: the number is the same, whatever content it was exported
/// with.
pub fn is_version(said: &str, version: &str) -> bool {
    let is_content = |rest: &str| rest.len() == CONTENT_CHARACTERS && rest.bytes().all(|byte| byte.is_ascii_hexdigit());
    let rest = said.strip_prefix(version);
    rest.is_some_and(|rest| rest.is_empty() || rest.strip_prefix('-').is_some_and(is_content))
}

/// The number that comes after a version's: `7-1f0a77c2` and `7` are followed by 8, one without a number by 2.
pub fn number_after(version: &str) -> u32 {
    let digits: String = version
        .trim_start_matches(['v', 'V'])
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse::<u32>().map_or(2, |number| number.saturating_add(1))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_versions_number_is_found_in_what_a_service_says() {
        for (said, version, is) in [
            ("3", "3", true),
            ("3-1f0a77c2", "3", true),
            ("3-1f0a77c2", "3-1f0a77c2", true),
            ("3-1f0a77c2", "3-00000000", false),
            ("31", "3", false),
            ("3-1f0a77c", "3", false),
            ("3-1f0a77cg", "3", false),
            ("13-1f0a77c2", "3", false),
            ("run-3", "3", false),
            ("run-3-1f0a77c2", "3", false),
            ("", "3", false),
        ] {
            assert_eq!(is_version(said, version), is, "{said} {version}");
        }
    }

    #[test]
    fn versions_go_up() {
        for (before, next) in [
            ("1", 2),
            ("7-1f0a77c2", 8),
            ("v12", 13),
            ("2.1", 3),
            ("run-5", 2),
            ("", 2),
            ("99999999999999", 2),
            ("4294967295", u32::MAX),
        ] {
            assert_eq!(number_after(before), next, "{before}");
        }
    }
}

//! Training again, and champion against challenger.

use std::cmp::Reverse;

use spec::monitor::Change;
use spec::registry::{Act, Alias, Version};
use spec::texts::ui::monitor as words;
use spec::{Order, Project};

/// A batch that can be learned from.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    pub id: u32,
    pub label: String,
    /// Its rows are among the data already.
    pub is_known: bool,
}

/// Those with outcomes, the same file once.
pub fn choices(project: &Project) -> Vec<Choice> {
    let files = project.data.as_ref().map(|data| data.files()).unwrap_or_default();
    let mut seen: Vec<&str> = Vec::new();
    let mut out = Vec::new();
    for batch in project.batches.iter().rev().filter(|batch| batch.has_target) {
        if !seen.contains(&batch.sha256.as_str()) {
            seen.push(&batch.sha256);
            out.push(Choice {
                id: batch.summary.id,
                label: words::retrain_batch(&batch.summary.name, batch.summary.n_outcomes),
                is_known: files.iter().any(|file| file.sha256 == batch.sha256),
            });
        }
    }
    out.reverse();
    out
}

/// Where the comparison of champion and challenger stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Contest {
    /// The best new run, while it is no version yet.
    pub run: Option<u32>,
    pub challenger: Option<u32>,
    pub champion: Option<u32>,
    /// The challenger was better.
    pub wins: bool,
}

pub fn contest(project: &Project) -> Contest {
    let registry = &project.registry;
    let best = project
        .retrained
        .as_ref()
        .and_then(|retrained| retrained.runs.first().copied());
    let is_version = |run: u32| registry.versions.iter().any(|version| is_of_run(version, project, run));
    Contest {
        run: best.filter(|run| project.runs.iter().any(|own| own.id == *run) && !is_version(*run)),
        challenger: registry.challenger,
        champion: registry.champion,
        wins: project
            .retrained
            .as_ref()
            .and_then(|retrained| retrained.verdict.as_ref())
            .is_some_and(|verdict| verdict.change == Change::Better),
    }
}

/// A version keeps its run as it was; run numbers are never used twice while the run is there.
fn is_of_run(version: &Version, project: &Project, run: u32) -> bool {
    let own = project.runs.iter().find(|own| own.id == run);
    version.run.id == run && own.is_some_and(|own| own.model_hash == version.run.model_hash)
}

/// Versions that were champion before and can be again, the newest first.
pub fn former_champions(project: &Project) -> Vec<u32> {
    let champion = project.registry.of(Alias::Champion).map(|version| version.number);
    let mut numbers: Vec<u32> = project
        .acts
        .iter()
        .filter_map(|acted| match acted.act {
            Act::Promoted { version, .. } | Act::RolledBack { version, .. } => Some(version),
            _ => None,
        })
        .filter(|version| Some(*version) < champion)
        .collect();
    numbers.order_by_key(|number| Reverse(*number));
    numbers.dedup();
    numbers
}

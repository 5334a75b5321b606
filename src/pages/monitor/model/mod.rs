//! What the Monitor page shows: which version, which batches, how they stand, and what can be done.

mod batches;
mod columns;
mod contest;
mod performance;

#[cfg(test)]
mod tests;

use spec::Project;
use spec::monitor::{AlarmSeverity, Change, DriftVerdict};
use spec::registry::Batch;
use spec::run::Run;
use spec::texts::ui::monitor as words;

use crate::pages::train;
use crate::ui::Tone;

pub use batches::{BatchLine, batch_lines, headline};
pub use columns::{ColumnLine, measures, method_of, method_options, method_term, method_value, worst_first};
pub use contest::{Choice, Contest, choices, contest, former_champions};
pub use performance::{MetricLine, first_trend, metric_lines, trend_options};

pub fn verdict_tone(verdict: DriftVerdict) -> Tone {
    match verdict {
        DriftVerdict::Stable => Tone::Good,
        DriftVerdict::Watch => Tone::Warn,
        DriftVerdict::Drifted => Tone::Bad,
        DriftVerdict::CannotTell | DriftVerdict::NotJudged => Tone::Neutral,
    }
}

pub fn change_tone(change: Change) -> Tone {
    match change {
        Change::Better | Change::Same => Tone::Good,
        Change::Worse => Tone::Bad,
        Change::CannotTell => Tone::Warn,
    }
}

pub fn severity_tone(severity: AlarmSeverity) -> Tone {
    match severity {
        AlarmSeverity::Info => Tone::Accent,
        AlarmSeverity::Warning => Tone::Warn,
        AlarmSeverity::Critical => Tone::Bad,
    }
}

/// Name of the model of a run.
pub fn model(run: &Run) -> String {
    train::name(run.algorithm, run.trial)
}

/// "Version 2 (champion), Gradient boosting, 3 batches".
pub fn about(project: &Project) -> String {
    let Some(version) = project.registry.in_use() else {
        return words::ABOUT.to_owned();
    };
    let n_batches = project.batches.iter().filter(|batch| batch.version == version.number).count();
    let is_champion = project.registry.champion == Some(version.number);
    words::about(version.number, &model(&version.run), is_champion, n_batches)
}

/// The next month's file of the sample that the project came from, until it was loaded for the version in use.
pub fn next_month(project: &Project) -> Option<String> {
    let own = project.data.as_ref()?.sample.as_ref()?;
    let path = spec::sample::sample(own)?.next_month()?;
    let version = project.registry.in_use()?.number;
    let is_loaded = |batch: &Batch| batch.version == version && batch.file_name == file_name(&path);
    (!project.batches.iter().any(is_loaded)).then_some(path)
}

pub fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

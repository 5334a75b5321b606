//! Words of the registry: versions, aliases, lineage, journal.

use crate::evaluation::Part;
use crate::registry::Alias;
use crate::texts::number::{count, score};

pub const VERSIONS: &str = "Versions";
pub const REGISTRY: &str = "Registry";
pub const NONE: &str = "No version yet";
pub const NONE_ABOUT: &str = "A registered version keeps model, recipe, data and figures together: it can be exported, watched and gone back to after the project has moved on";
pub const REGISTER: &str = "Register…";
pub const REGISTER_NOW: &str = "Register version";
pub const REGISTERING: &str = "Registering the model";
pub const NOTE: &str = "Note";
pub const NOTE_HELP: &str = "What it is for, who asked for it; printed in the model card";
pub const VERSION: &str = "Version";
pub const MODEL: &str = "Model";
pub const REGISTERED: &str = "Registered";
pub const THRESHOLD: &str = "Threshold";
pub const FIGURE: &str = "Figure";
pub const GOAL: &str = "Goal";
pub const ADD_NOTE: &str = "Add a note";
pub const DATA: &str = "Data";
pub const ACTIONS: &str = "Actions";
pub const CHAMPION: &str = "champion";
pub const CHALLENGER: &str = "challenger";
pub const MAKE_CHAMPION: &str = "Make champion…";
pub const ROLL_BACK: &str = "Roll back to this…";
pub const MAKE_CHALLENGER: &str = "Make challenger…";
pub const LET_GO: &str = "Let the challenger go…";
pub const KEEP: &str = "Keep as champion…";
pub const LINEAGE: &str = "Lineage…";
pub const SHOW: &str = "Work with this version";
pub const REASON: &str = "Reason";
pub const REASON_HELP: &str = "Kept in the journal and printed in the model card";
pub const NEEDS_REASON: &str = "Enter a reason";
pub const NO_GOAL: &str = "none set";
pub const NO_FIGURE: &str = "not defined";
pub const READ_ONLY: &str = "Another tab edits this project";

pub const TERMS: &str = "What these words mean:";
/// Glossary entry and word.
pub const TERMS_OF: &[(&str, &str)] = &[
    ("champion", "champion"),
    ("challenger", "challenger"),
    ("roll_back", "roll back"),
    ("lineage", "lineage"),
];

pub fn number(version: u32) -> String {
    format!("Version {version}")
}

pub fn n_versions(n: usize) -> String {
    match n {
        0 => "empty".to_owned(),
        1 => "1 version".to_owned(),
        n => format!("{n} versions"),
    }
}

pub fn alias(alias: Alias) -> &'static str {
    match alias {
        Alias::Champion => CHAMPION,
        Alias::Challenger => CHALLENGER,
    }
}

pub fn of_run(run: u32) -> String {
    format!("run {run}")
}

pub fn register_title(run: u32) -> String {
    format!("Register run {run}")
}

pub fn register_says(run: u32, algorithm: &str, part: Part, is_fresh: bool) -> String {
    let figures = match part {
        Part::Validation => "its validation figures; the test set has not been opened for it",
        Part::Test => "its figures on the test set",
    };
    let stale = if is_fresh {
        ""
    } else {
        " It was trained before the last change of the document, and is registered as it was trained."
    };
    format!("Run {run}, {algorithm}, becomes a version with its recipe, its data and {figures}.{stale}")
}

pub fn actions_of(version: u32) -> String {
    format!("Actions of version {version}")
}

pub fn note_of(version: u32) -> String {
    format!("Note of version {version}")
}

pub fn choose(version: u32) -> String {
    format!("Work with version {version}")
}

pub fn figure(metric: &str, value: &str) -> String {
    format!("{metric} {value}").trim_start().to_owned()
}

pub fn on(part: Part) -> &'static str {
    match part {
        Part::Validation => "validation",
        Part::Test => "test set",
    }
}

pub fn interval(low: f64, high: f64, part: Part) -> String {
    format!("{}–{}, {}", score(low), score(high), on(part))
}

/// What happens when a version takes or loses a name.
pub fn promote_title(version: u32) -> String {
    format!("Make version {version} the champion")
}

pub fn promote_says(version: u32, from: Option<u32>) -> String {
    match from {
        Some(from) => format!("Version {version} takes the place of version {from}, which stays registered."),
        None => format!("Version {version} becomes the model that is served."),
    }
}

pub fn roll_back_title(version: u32) -> String {
    format!("Roll back to version {version}")
}

pub fn roll_back_says(version: u32, from: u32) -> String {
    format!("The earlier version {version} is the champion again; version {from} stays registered.")
}

pub fn challenge_title(version: u32) -> String {
    format!("Make version {version} the challenger")
}

pub fn challenge_says(version: u32, champion: Option<u32>) -> String {
    match champion {
        Some(champion) => format!("Version {version} is tried against version {champion}. Nothing is served by it yet."),
        None => format!("Version {version} is tried once there is a champion."),
    }
}

pub const LET_GO_TITLE: &str = "Let the challenger go";

pub fn let_go_says(version: u32) -> String {
    format!("Version {version} is not tried any more; it stays registered.")
}

pub fn keep_title(version: u32) -> String {
    format!("Keep version {version} as champion")
}

pub fn keep_says(version: u32, against: Option<u32>) -> String {
    match against {
        Some(against) => format!("Version {version} stays, and the challenger, version {against}, is let go."),
        None => format!("Version {version} stays; that it was looked at is kept in the journal."),
    }
}

pub const PROMOTE: &str = "Make champion";
pub const ROLL_BACK_NOW: &str = "Roll back";
pub const CHALLENGE: &str = "Make challenger";
pub const LET_GO_NOW: &str = "Let go";
pub const KEEP_NOW: &str = "Keep champion";
pub const NOT_MET: &str = "The goal is not met by this version";

// Lineage
pub const PREDICTION: &str = "An answer";
pub const PREDICTION_SAYS: &str = "of a service names version and sha256 of its bundle, which covers model and contract";
pub const NOT_EXPORTED: &str = "no bundle was exported yet; its hash will stand here";
pub const MODEL_HASH: &str = "Model as trained (SHA-256)";
pub const RUN: &str = "Run";
pub const RECIPE: &str = "Recipe";
pub const SPLIT: &str = "Split";
pub const FILE: &str = "File";
pub const FILE_HASH: &str = "File (SHA-256)";
pub const SCHEMA_HASH: &str = "Schema (SHA-256)";
pub const OPENINGS: &str = "Test set";
pub const NO_STEPS: &str = "no step";
pub const RUN_GONE: &str = "deleted since";

pub fn exported_as(at: &str, name: &str, version: &str, sha256: &str) -> String {
    format!("exported {at} as {name} {version}, sha256 {sha256}")
}

pub fn lineage_of(version: u32) -> String {
    format!("Lineage of version {version}")
}

pub fn run_of(run: u32, algorithm: &str, seed: u64, code: &str) -> String {
    format!("Run {run}, {algorithm}, seed {seed}, workbench {code}")
}

pub fn opened_then(n: u32) -> String {
    match n {
        0 => "not opened when it was registered".to_owned(),
        1 => "opened once when it was registered".to_owned(),
        n => format!("opened {n} times when it was registered"),
    }
}

pub fn file_of(name: &str, n_rows: u64, n_columns: u32) -> String {
    format!(
        "{name}, {} rows × {} columns",
        count(n_rows as f64),
        count(f64::from(n_columns))
    )
}

// Journal
pub const JOURNAL: &str = "Journal";
pub const JOURNAL_ABOUT: &str = "what was done and decided about models, the newest first";
pub const JOURNAL_EMPTY: &str = "Nothing has been registered, promoted or decided yet";
pub const WHEN: &str = "When";
pub const WHAT: &str = "What";
pub const WHY: &str = "Reason";

pub fn decided(go: bool, run: u32) -> String {
    format!("{} on run {run}", if go { "Go" } else { "No-go" })
}

pub fn opened(run: u32) -> String {
    format!("Test set opened for run {run}")
}

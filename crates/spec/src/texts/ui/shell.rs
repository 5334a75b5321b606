//! Words of the shell: top bar, lifecycle rail, goal card, explain drawer, states of the whole page.

use super::super::number::count;

pub const BRAND: &str = "MLLC Workbench";
pub const HOME: &str = "MLLC Workbench: all projects";
pub const SKIP: &str = "Skip to the page";
pub const LIFECYCLE: &str = "Lifecycle";
pub const PROJECT_NAME: &str = "Project name";
pub const SAVED: &str = "Saved";
pub const SAVING: &str = "Saving…";
pub const NOT_SAVED: &str = "Not saved";
pub const READ_ONLY: &str = "Read-only";
pub const TAKE_OVER: &str = "Take over";
pub const READ_ONLY_ABOUT: &str = "Another tab edits this project. What it changes appears here";
pub const UNDO: &str = "Undo";
pub const REDO: &str = "Redo";
pub const HISTORY: &str = "History";
pub const VIEW: &str = "View";
pub const THEME_SYSTEM: &str = "Theme: as the system";
pub const THEME_LIGHT: &str = "Theme: light";
pub const THEME_DARK: &str = "Theme: dark";
pub const PROJECTOR: &str = "Projector size";
pub const SHORTCUTS: &str = "Keyboard shortcuts";
pub const EXPLAIN: &str = "Explain";
pub const CLOSE_TERM: &str = "Close this entry";
pub const GLOSSARY: &str = "Glossary";

/// Keys and what they do.
pub const KEYS: &[(&str, &str)] = &[
    ("Ctrl + Z", "Undo the last change"),
    ("Ctrl + Shift + Z", "Redo what was undone"),
    ("Alt + 1 … 6", "Go to a stage"),
    ("E", "Open or close the explain drawer"),
    ("?", "Show these shortcuts"),
    ("Tab, Shift + Tab", "Next, previous control"),
    ("Esc", "Close a dialog or a menu"),
];

pub const NOTHING_SENT: &str = "Nothing sent";
pub const LEDGER: &str = "Requests made by this page";
pub const LEDGER_ABOUT: &str = "Your data stay in this browser. The content policy of this page forbids it and its workers to contact any other \
     address. Below is every request that was made: the workbench's own files, and samples that you opened.";
pub const LEDGER_ADDRESS: &str = "Address";
pub const LEDGER_SIZE: &str = "Received";
pub const LEDGER_KIND: &str = "Kind";
pub const LEDGER_EMPTY: &str = "No request has been recorded in this tab";
pub const LEDGER_CACHED: &str = "from the cache";
pub const LEDGER_OWN: &str = "own file";
pub const LEDGER_FOREIGN: &str = "another address";

/// Accessible name of the undo button.
pub fn undo_name(label: Option<&str>) -> String {
    label.map_or_else(|| "Undo: nothing to undo".to_owned(), |label| format!("Undo: {label}"))
}

pub fn redo_name(label: Option<&str>) -> String {
    label.map_or_else(|| "Redo: nothing to redo".to_owned(), |label| format!("Redo: {label}"))
}

pub fn sent_elsewhere(n: usize) -> String {
    format!("{} to other addresses", count(n as f64))
}

pub const STAGES: [&str; 6] = ["Frame", "Prepare", "Train", "Evaluate", "Deploy", "Monitor"];
pub const DONE: &str = "done";
pub const TO_DO: &str = "to do";
pub const STALE: &str = "stale";
pub const ALARM: &str = "alarm";

pub fn next(stage: &str) -> String {
    format!("Next: {stage}")
}

pub fn page_title(page: &str, project: &str) -> String {
    if project.is_empty() {
        format!("{page} · {BRAND}")
    } else {
        format!("{page} · {project} · {BRAND}")
    }
}

// The small line under each stage.
pub const FRAME_NO_TARGET: &str = "Choose a target";
pub const FRAME_NO_DATA: &str = "State the goal";
pub const FRAME_NO_TASK: &str = "Choose the task";
pub const FRAME_NO_METRIC: &str = "Choose the metric";
pub const FRAME_NO_THRESHOLD: &str = "Set a success threshold";
pub const PREPARE_NO_DATA: &str = "Add data";
pub const PREPARE_NO_SPLIT: &str = "The split cannot be made";
pub const TRAIN_BLOCKED: &str = "Frame and prepare first";
pub const TRAIN_NONE: &str = "No run yet";
pub const EVALUATE_NONE: &str = "Needs a run";
pub const EVALUATE_LOCKED: &str = "Test set locked";
pub const DEPLOY_NONE: &str = "Needs a run";

pub fn n_steps(n: usize) -> String {
    match n {
        0 => "No steps".to_owned(),
        1 => "1 step".to_owned(),
        n => format!("{n} steps"),
    }
}

pub fn n_alerts(n: usize) -> String {
    match n {
        0 => "no alerts".to_owned(),
        1 => "1 alert open".to_owned(),
        n => format!("{n} alerts open"),
    }
}

pub fn steps_failed(n: usize) -> String {
    if n == 1 {
        "1 step cannot be applied".to_owned()
    } else {
        format!("{n} steps cannot be applied")
    }
}

pub fn n_runs(n: usize) -> String {
    if n == 1 { "1 run".to_owned() } else { format!("{n} runs") }
}

pub fn best_run(n_runs: usize, best: u32) -> String {
    if n_runs == 1 {
        format!("Run {best}")
    } else {
        format!("{n_runs} runs, best is run {best}")
    }
}

/// `what` is one of the `CHANGED_*` words.
pub fn changed_since(what: &str, run: u32) -> String {
    format!("{what} changed since run {run}")
}

pub fn before_change(what: &str) -> String {
    format!("before the {} changed", what.to_lowercase())
}

pub const CHANGED_DATA: &str = "Data";
pub const CHANGED_FRAMING: &str = "Framing";
pub const CHANGED_RECIPE: &str = "Recipe";
pub const CHANGED_SPLIT: &str = "Split";
pub const CHANGED_SEED: &str = "Seed";

pub fn stale_run(run: u32) -> String {
    format!("Run {run}, before the change")
}

pub fn tested(run: u32) -> String {
    format!("Run {run}, test set opened")
}

pub fn decided(run: u32, go: bool) -> String {
    format!("Run {run}: {}", if go { "go" } else { "no-go" })
}

pub fn is_champion(version: u32) -> String {
    format!("Version {version} is champion")
}

pub fn no_champion(n_versions: usize) -> String {
    if n_versions == 1 {
        "1 version, no champion".to_owned()
    } else {
        format!("{n_versions} versions, no champion")
    }
}

pub fn ready_to_export(run: u32) -> String {
    format!("Run {run} can be exported")
}

// The goal card.
pub const GOAL: &str = "Goal";
pub const NO_GOAL: &str = "No goal yet";
pub const NO_GOAL_ABOUT: &str = "Set a success threshold on the Frame page before you train";
pub const NO_FIGURE: &str = "No run yet";
pub const NOT_DEFINED: &str = "Not defined on these rows";
pub const OVER_BASELINE: &str = "baseline";
pub const OVER_CURRENT: &str = "today’s";

pub const ON_TEST: &str = "the test set";
pub const ON_VALIDATION: &str = "validation";
pub const ON_POOLED: &str = "validation, folds pooled";

/// `threshold`: where labels turn, for figures that depend on it.
pub fn figure_of(value: &str, threshold: Option<f64>, rows: &str, run: u32) -> String {
    let at = threshold.map_or_else(String::new, |threshold| {
        format!(" at threshold {}", crate::texts::number::significant(threshold, 3))
    });
    format!("{value} on {rows}{at}, run {run}")
}

// The state of the whole page.
pub const STARTING: &str = "Starting the workbench";
pub const STARTING_ABOUT: &str = "The engine is being loaded into this browser. Nothing is installed, and no data leave it";
pub const OPENING: &str = "Opening the project";
pub const STAGE_LOADING: &str = "Loading this page";
pub const STAGE_FAILED: &str = "This page could not be loaded";
pub const TO_HOME: &str = "All projects";
pub const UPDATE_LEAD: &str = "New version";
pub const UPDATE_READY: &str = "A new version of the workbench is ready. Your project stays as it is";
pub const UPDATE_NOW: &str = "Update now";
pub const ENGINE_FAILED: &str = "The engine could not start";
pub const CANNOT_OPEN: &str = "The project could not be opened";

pub fn time_ago(secs: f64) -> String {
    if secs < 60.0 {
        "just now".to_owned()
    } else if secs < 3600.0 {
        format!("{:.0} min ago", (secs / 60.0).floor())
    } else if secs < 86_400.0 {
        format!("{:.0} h ago", (secs / 3600.0).floor())
    } else {
        let days = (secs / 86_400.0).floor();
        if days < 2.0 {
            "yesterday".to_owned()
        } else {
            format!("{days:.0} days ago")
        }
    }
}

// The explain drawer: why this stage is there, and a question to check oneself.
pub const WHY: &str = "Why this stage";
pub const IN_YOUR_DATA: &str = "In your data";
pub const CHECK_YOURSELF: &str = "Check yourself";
pub const HOME_WHY: &str = "The six stages are the life of a model: frame the question, prepare the data, train, evaluate, deploy, monitor. \
     A sample shows all of them in a few minutes.";

pub const STAGE_WHY: [&str; 6] = [
    "A model answers the question that it is asked. What is to be predicted, how success is measured and what a mistake costs are decided \
     here, before any figure can tempt you to move the goal.",
    "Most of a model’s quality is decided here. A step in the pipeline learns only from training rows, so the test set stays honest.",
    "Several kinds of model compete on the same rows under the same measure. The baseline shows what no learning at all would reach.",
    "The test set answers once: how good is this model on rows it has never seen? Each look is counted, because each look makes the answer a \
     little less honest.",
    "A model is useful where decisions are made. The export holds the preparation too, so that raw rows go in and the same answers come out.",
    "The world moves on after training. Watching the inputs and the results shows when the model no longer fits.",
];

pub const STAGE_QUESTION: [&str; 6] = [
    "If one class is 5% of the rows, how accurate is a model that never predicts it?",
    "Why would filling gaps with the mean of ALL rows make the test score look too good?",
    "If the baseline reaches 0.90 accuracy, is 0.91 a success?",
    "If a miss costs ten times a false alarm, should the decision threshold go up or down?",
    "What would go wrong if the service scaled its inputs with another mean than training did?",
    "If the inputs drift but the errors stay the same, should you retrain?",
];

pub fn data_frame(n_rows: u64, file: &str) -> String {
    format!(
        "{file} has {} rows. One row is one case that the model will have to decide.",
        count(n_rows as f64)
    )
}

pub fn data_frame_class(share: &str, target: &str, class: &str) -> String {
    format!("{share} of the rows have {target} = {class}. Always answering with the most frequent class is the baseline to beat.")
}

pub fn data_prepare(n_columns: usize, n_with_missing: usize, n_train: u64) -> String {
    let missing = match n_with_missing {
        0 => "none has missing values".to_owned(),
        1 => "1 has missing values".to_owned(),
        n => format!("{n} have missing values"),
    };
    format!(
        "Of {} columns {missing}. The pipeline learns from {} training rows.",
        count(n_columns as f64),
        count(n_train as f64)
    )
}

pub fn data_train(n_train: u64, n_folds: u32, n_features: usize) -> String {
    if n_folds > 1 {
        format!(
            "Each model is fitted {n_folds} times on {n_folds} folds of {} rows and judged on the fold that it did not see; {} features.",
            count(n_train as f64),
            count(n_features as f64)
        )
    } else {
        format!(
            "Each model is fitted on {} rows and judged on others; {} features.",
            count(n_train as f64),
            count(n_features as f64)
        )
    }
}

pub fn data_evaluate(n_test: u64, n_openings: u32) -> String {
    let opened = match n_openings {
        0 => "they are still locked".to_owned(),
        1 => "they were opened once".to_owned(),
        n => format!("they were opened {n} times"),
    };
    format!("{} rows were set aside as the test set; {opened}.", count(n_test as f64))
}

pub fn data_deploy(n_columns: usize) -> String {
    format!("The exported model takes the {n_columns} raw columns that it uses, as they stand in the file.")
}

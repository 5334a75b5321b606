//! Words of the home page.

use super::super::number::count;

pub const TITLE: &str = "Projects";
pub const ABOUT: &str = "From a file to a model that others can run, in this browser: nothing to install, no account, no server";
pub const FIRST_STEP: &str = "Start with a sample";
pub const FIRST_STEP_ABOUT: &str = "Pick one below and walk through all six stages in a few minutes, or drop your own file here.";
pub const DROP: &str = "Drop a CSV or a project file here to start with it";
pub const CHOOSE: &str = "Choose a file…";
pub const ACCEPT: &str = ".csv,.tsv,.txt,.tab,.mllc,text/csv,text/tab-separated-values,text/plain";
/// How the name of a project file ends.
pub const PROJECT_FILE_END: &str = ".mllc";
pub const ACCEPT_SHEET: &str = ".md,.txt,text/markdown,text/plain";
pub const SAMPLES: &str = "Samples";
pub const SAMPLES_ABOUT: &str = "real and made-up data sets, each with a story";
pub const START_SAMPLE: &str = "Start";
pub const LISTING: &str = "The projects of this browser could not be listed";
pub const RECENT: &str = "Recent projects";
pub const OTHER_WAYS: &str = "Other ways to start";
pub const BLANK: &str = "Blank project";
pub const BLANK_ABOUT: &str = "State the goal first, add data later";
pub const IMPORT_PROJECT: &str = "Open a project file…";
pub const IMPORT_PROJECT_ABOUT: &str = "A whole project that was saved as one file, from this browser or another";
pub const SAVE_PROJECT: &str = "Save project file";
pub const IMPORT_SHEET: &str = "Import a framing sheet…";
pub const IMPORT_SHEET_ABOUT: &str = "A Markdown file that was exported from a Frame page";
pub const EXAMPLES: &str = "Example framings";
pub const EXAMPLES_ABOUT: &str = "A worked goal to start from; add your own data to it";
pub const NAME: &str = "Project";
pub const DATA: &str = "Data";
pub const RUNS: &str = "Runs";
pub const CHANGED: &str = "Changed";
pub const ACTIONS: &str = "Actions";
pub const OPEN: &str = "Open";
pub const RENAME: &str = "Rename…";
pub const RENAME_TITLE: &str = "Rename the project";
pub const RENAME_ACTION: &str = "Rename";
pub const DUPLICATE: &str = "Duplicate";
pub const DELETE: &str = "Delete…";
pub const DELETE_ACTION: &str = "Delete";
pub const COPY_LINK: &str = "Copy lesson link";
pub const DAMAGED: &str = "Damaged";
pub const DAMAGED_ABOUT: &str = "The record cannot be read. It is kept as it is; other projects are not affected";
pub const NO_DATA: &str = "No data yet";
pub const ERASE: &str = "Erase all local data…";
pub const ERASE_TITLE: &str = "Erase everything that this page keeps in this browser?";
pub const ERASE_ABOUT: &str = "All projects, their data and models, and the settings of this page are deleted from this browser. It cannot be undone, and \
     there is no other copy.";
pub const ERASE_ACTION: &str = "Erase everything";
pub const YOUR_DATA: &str = "Your data";
pub const YOUR_DATA_ABOUT: &str =
    "Everything stays in this browser on this computer. Projects are saved as you work; export what you need elsewhere.";
pub const LESSON: &str = "Starting the lesson";
pub const UNTITLED: &str = "Untitled project";
pub const NEXT_MONTH: &str = "With a second file, the month after";
pub const CREATING: &str = "Creating the project";

pub fn delete_title(name: &str) -> String {
    format!("Delete “{name}”?")
}

pub fn delete_about(n_runs: u32) -> String {
    if n_runs == 0 {
        "The project and its data are deleted from this browser. It cannot be undone.".to_owned()
    } else {
        format!(
            "The project, its data and {} are deleted from this browser. It cannot be undone.",
            super::shell::n_runs(n_runs as usize)
        )
    }
}

pub fn size(n_rows: u64, n_columns: u32) -> String {
    format!("{} rows × {} columns", count(n_rows as f64), count(f64::from(n_columns)))
}

pub fn source(source: &str, has_next_month: bool) -> String {
    if has_next_month {
        format!("{NEXT_MONTH}. {source}")
    } else {
        source.to_owned()
    }
}

pub fn data(file: &str, n_rows: u64) -> String {
    format!("{file}, {} rows", count(n_rows as f64))
}

pub fn show_all(n: usize) -> String {
    format!("Show all {n} projects")
}

pub fn actions_of(name: &str) -> String {
    format!("Actions for {name}")
}

pub fn start_with(title: &str) -> String {
    format!("Start with {title}")
}

pub fn copy_of(name: &str) -> String {
    format!("{name} (copy)")
}

/// Name of a project that came from a file while another of the same origin is here.
pub fn imported(name: &str) -> String {
    format!("{name} (imported)")
}

//! The arguments.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::reading::Reading;

#[derive(Parser, Debug)]
#[command(
    name = "mllc",
    version,
    about = "The machine-learning lifecycle, headless: the engine of the MLLC Workbench"
)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand, Debug)]
pub enum Command {
    /// Columns, types, missing values and alerts of a data file
    Profile(Profile),
    /// Propose framing, recipe, split and models for a data file
    Init(Init),
    /// Run a pipeline: import, prepare, train, evaluate, export
    Run(Run),
    /// Score a data file with an exported bundle
    Score(Score),
    /// Plan an A/B test, or judge one
    #[command(subcommand)]
    Ab(Ab),
    /// Unpack a project file into a folder that diffs in git
    Export(Export),
    /// Pack such a folder into a project file
    Import(Import),
    /// Compare later data with what a bundle's model learned from; exit 4 on alarm
    Drift(Drift),
    /// Make a run of a project file a version, with its bundle
    Register(Register),
    /// Train again on old and new data, champion against challenger; exit 5 when the challenger does not win
    Retrain(Retrain),
}

#[derive(Subcommand, Debug)]
pub enum Ab {
    /// How many units an A/B test needs, and how many days
    Plan(AbPlan),
    /// What an A/B test says
    Verdict(AbVerdict),
}

#[derive(clap::Args, Debug)]
pub struct AbPlan {
    /// Share of units with the outcome today, 0 to 1
    #[arg(long, conflicts_with_all = ["mean", "std_dev"], required_unless_present = "mean")]
    pub rate: Option<f64>,
    /// Mean per unit today, where a number is compared
    #[arg(long, requires = "std_dev")]
    pub mean: Option<f64>,
    /// Standard deviation over units
    #[arg(long)]
    pub std_dev: Option<f64>,
    /// The smallest difference worth finding, in the outcome's unit: 0.01 is one percentage point of a rate
    #[arg(
        long,
        conflicts_with = "relative",
        required_unless_present = "relative",
        allow_hyphen_values = true
    )]
    pub effect: Option<f64>,
    /// The same as a share of today's value: 0.1 is ten percent more
    #[arg(long, allow_hyphen_values = true)]
    pub relative: Option<f64>,
    /// Chance to call a difference that is none
    #[arg(long, default_value_t = 0.05)]
    pub alpha: f64,
    /// Chance to find a difference of that size
    #[arg(long, default_value_t = 0.8)]
    pub power: f64,
    /// Units of B per unit of A
    #[arg(long, default_value_t = 1.0)]
    pub ratio: f64,
    /// Only a difference in the direction of the effect counts
    #[arg(long)]
    pub one_sided: bool,
    /// New units a day, both variants together
    #[arg(long)]
    pub units_per_day: Option<f64>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(clap::Args, Debug)]
pub struct AbVerdict {
    /// The service's log of predictions, one JSON object a line
    #[arg(long, requires = "outcomes", required_unless_present = "data")]
    pub log: Option<PathBuf>,
    /// Outcomes that join it: JSON lines, or a table with request_id, key_hash or key, and outcome
    #[arg(long)]
    pub outcomes: Option<PathBuf>,
    /// What the service hashes keys with (its SPLIT_SALT), when outcomes come by key
    #[arg(long, requires = "log")]
    pub key_salt: Option<String>,
    /// Or: a table with a column for variant and outcome
    #[arg(long, conflicts_with = "log")]
    pub data: Option<PathBuf>,
    /// Column of the variant that a unit got
    #[arg(long, default_value = "variant")]
    pub variant: String,
    /// Column of the key that the split went by; without it every row is a unit
    #[arg(long)]
    pub key: Option<String>,
    /// Column of what became of it
    #[arg(long, default_value = "outcome")]
    pub outcome: String,
    /// The variant in use
    #[arg(long, default_value = "champion")]
    pub a: String,
    /// The variant that is tried
    #[arg(long, default_value = "challenger")]
    pub b: String,
    /// Compare means of a number, not shares of an outcome
    #[arg(long)]
    pub mean: bool,
    /// The outcome that is counted; 1, true and yes when absent
    #[arg(long, conflicts_with = "mean")]
    pub outcome_is: Option<String>,
    /// A lower value is the better one
    #[arg(long)]
    pub lower: bool,
    /// Every request is a unit, also where a key has several
    #[arg(long)]
    pub by_request: bool,
    /// Rates and means over all rows of the keys, with errors by key (delta method); else a key counts once, and has the
    /// outcome when any of its rows has
    #[arg(long, conflicts_with = "by_request")]
    pub of_rows: bool,
    /// Share of units that B was meant to get
    #[arg(long, default_value_t = 0.5)]
    pub share: f64,
    /// Differences up to this make no difference in practice
    #[arg(long)]
    pub margin: Option<f64>,
    /// The data are looked at this one time only, at the planned number of units
    #[arg(long)]
    pub once: bool,
    /// Chance of calling a difference where there is none
    #[arg(long, default_value_t = 0.05)]
    pub alpha: f64,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(clap::Args, Debug)]
pub struct Export {
    /// Project file
    pub project: PathBuf,
    /// Folder; must be empty or not there
    #[arg(long)]
    pub out: PathBuf,
}

#[derive(clap::Args, Debug)]
pub struct Import {
    /// Folder that `mllc export` wrote; its pipeline.json may have been edited
    pub folder: PathBuf,
    /// Project file
    #[arg(long)]
    pub out: PathBuf,
}

#[derive(clap::Args, Debug)]
pub struct Profile {
    /// Delimited text file
    pub data: PathBuf,
    /// The column to be predicted: alerts then name leaks
    #[arg(long)]
    pub target: Option<String>,
    /// CSV for every record that is left out, whole, with its line and the reason
    #[arg(long, value_name = "FILE")]
    pub rejected: Option<PathBuf>,
    #[command(flatten)]
    pub reading: Reading,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(clap::Args, Debug)]
pub struct Init {
    /// Delimited text file
    pub data: PathBuf,
    /// The column to be predicted
    #[arg(long)]
    pub target: String,
    /// Where the pipeline file goes
    #[arg(long, default_value = "pipeline.json")]
    pub out: PathBuf,
    /// binary, multiclass or regression; proposed from the target when absent
    #[arg(long)]
    pub task: Option<String>,
    /// scikit-learn's name of the metric, for example roc_auc
    #[arg(long)]
    pub metric: Option<String>,
    /// The figure that counts as success
    #[arg(long)]
    pub threshold: Option<f64>,
    /// The class whose probability is predicted
    #[arg(long)]
    pub positive_class: Option<String>,
    /// Where everything that is drawn starts from: the split, the folds, the search
    #[arg(long, default_value_t = 42)]
    pub seed: u64,
    #[command(flatten)]
    pub reading: Reading,
    /// Print the pipeline as JSON on stdout too
    #[arg(long)]
    pub json: bool,
}

#[derive(clap::Args, Debug)]
pub struct Run {
    /// Pipeline file
    pub pipeline: PathBuf,
    /// Delimited text file
    #[arg(long)]
    pub data: PathBuf,
    /// Folder for everything that the run leaves
    #[arg(long)]
    pub out: PathBuf,
    /// Open the locked test set; the opening is counted in the folder's ledger
    #[arg(long)]
    pub open_test: bool,
    /// Why test rows that were opened before are opened again
    #[arg(long, default_value = "")]
    pub reason: String,
    /// Exit 3 while a caveat is open: a leak, a gap past its limit, too few rows, a figure chosen among many
    #[arg(long)]
    pub strict: bool,
    /// Name of the project and of the model; that of the data file when absent
    #[arg(long)]
    pub name: Option<String>,
    /// Version of the model; 1 with a hash of its content when absent
    #[arg(long = "version", value_name = "VERSION", value_parser = version)]
    pub model_version: Option<String>,
    /// File that counts the openings of test sets; ledger.json of the folder when absent
    #[arg(long)]
    pub ledger: Option<PathBuf>,
    /// Worker threads; all cores when absent. Results do not depend on it
    #[arg(long, value_parser = n_workers)]
    pub workers: Option<usize>,
    /// Memory that models may take, for example 8GB; a model that would take more is refused before it is begun. Seven
    /// tenths of the machine's when absent
    #[arg(long, value_parser = n_bytes)]
    pub memory: Option<u64>,
    #[command(flatten)]
    pub reading: Reading,
    /// Print report.json on stdout
    #[arg(long)]
    pub json: bool,
}

#[derive(clap::Args, Debug)]
pub struct Register {
    /// Project file (.mllc); the version is added to it
    pub project: PathBuf,
    /// Number of the run; the current one when absent
    #[arg(long)]
    pub run: Option<u32>,
    /// What should be remembered of the version
    #[arg(long, default_value = "")]
    pub note: String,
    /// The version becomes the champion, which retraining has to beat
    #[arg(long)]
    pub champion: bool,
    /// Why it becomes the champion
    #[arg(long, default_value = "", requires = "champion")]
    pub reason: String,
    /// Folder for the version's bundle; must be empty or not there
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Name of the model in the bundle; the project's when absent
    #[arg(long)]
    pub name: Option<String>,
    /// Version in the bundle; the number with a hash of its content when absent
    #[arg(long = "version", value_name = "VERSION", value_parser = version)]
    pub model_version: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(clap::Args, Debug)]
pub struct Score {
    /// Folder of a bundle, or its zip
    pub bundle: PathBuf,
    /// Delimited text file with the bundle's columns
    #[arg(long)]
    pub data: PathBuf,
    /// CSV with label and probabilities, or prediction, per row
    #[arg(long)]
    pub out: PathBuf,
    /// Columns of the data that stand before the answers, as they are written; with commas, or given several times
    #[arg(long, value_name = "COLUMNS")]
    pub keep: Vec<String>,
    /// Leave out records that cannot be scored, and say which; without this they are an error
    #[arg(long)]
    pub skip_rejected: bool,
    /// Refuse cells that would count as missing because they do not read
    #[arg(long)]
    pub strict: bool,
    #[command(flatten)]
    pub reading: Reading,
    /// Print a summary as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(clap::Args, Debug)]
pub struct Drift {
    /// Folder of a bundle, or its zip
    pub bundle: PathBuf,
    /// Delimited text file with the model's columns, or the log of its service
    #[arg(long)]
    pub data: PathBuf,
    /// Outcomes by request id, key or a column of the data: a delimited text file, or the service's log of outcomes
    #[arg(long)]
    pub labels: Option<PathBuf>,
    /// What the service hashes keys with (its SPLIT_SALT), when outcomes come by key
    #[arg(long)]
    pub key_salt: Option<String>,
    /// With fewer rows only what is certain is called; else as monitoring/rules.json of the bundle says
    #[arg(long)]
    pub min_rows: Option<u64>,
    #[command(flatten)]
    pub reading: Reading,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(clap::Args, Debug)]
pub struct Retrain {
    /// Project file (.mllc), or a pipeline file
    pub source: PathBuf,
    /// New data with known outcomes; with a pipeline file the old data come first. May be given several times
    #[arg(long, required = true)]
    pub data: Vec<PathBuf>,
    /// Bundle of the model in use; else the project's champion, or the same pipeline trained on the old data
    #[arg(long)]
    pub champion: Option<PathBuf>,
    /// Folder for everything that the run leaves, and verdict.json
    #[arg(long)]
    pub out: PathBuf,
    /// Name of the new model; the champion's when absent
    #[arg(long)]
    pub name: Option<String>,
    /// Version of the new model; the number after the champion's with a hash of its content when absent
    #[arg(long = "version", value_name = "VERSION", value_parser = version)]
    pub model_version: Option<String>,
    /// File that counts the openings of test sets; ledger.json of the folder when absent
    #[arg(long)]
    pub ledger: Option<PathBuf>,
    /// Worker threads; all cores when absent. Results do not depend on it
    #[arg(long, value_parser = n_workers)]
    pub workers: Option<usize>,
    /// Memory that models may take, for example 8GB; a model that would take more is refused before it is begun. Seven
    /// tenths of the machine's when absent
    #[arg(long, value_parser = n_bytes)]
    pub memory: Option<u64>,
    #[command(flatten)]
    pub reading: Reading,
    /// Print verdict.json on stdout
    #[arg(long)]
    pub json: bool,
}

/// What stands in a label and in an image's tag.
fn version(text: &str) -> Result<String, String> {
    let is_safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    let ends = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    if text.len() <= 30 && text.chars().all(is_safe) && ends(text.chars().next()) && ends(text.chars().last()) {
        Ok(text.to_owned())
    } else {
        Err("give 1 to 30 letters, digits, dots and dashes, a letter or digit first and last".to_owned())
    }
}

/// `800MB`, `8GB`, `1.5 GB`, `2GiB`; a plain number is bytes.
fn n_bytes(text: &str) -> Result<u64, String> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let factor = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1.0,
        "k" | "kb" => 1e3,
        "m" | "mb" => 1e6,
        "g" | "gb" => 1e9,
        "t" | "tb" => 1e12,
        "kib" => 1024.0,
        "mib" => 1_048_576.0,
        "gib" => 1_073_741_824.0,
        _ => f64::NAN,
    };
    match number.parse::<f64>().map(|number| number * factor) {
        Ok(n) if (1e6..1e18).contains(&n) => Ok(n as u64),
        _ => Err("give a size of at least 1MB, for example 800MB or 8GB".to_owned()),
    }
}

fn n_workers(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(n @ 1..=256) => Ok(n),
        _ => Err("give a number from 1 to 256".to_owned()),
    }
}

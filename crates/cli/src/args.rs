//! The arguments.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

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
    /// Compare later data with what a bundle's model learned from; exit 4 on alarm
    Drift(Drift),
    /// Train again on old and new data, champion against challenger; exit 5 when the challenger does not win
    Retrain(Retrain),
}

#[derive(clap::Args, Debug)]
pub struct Profile {
    /// Delimited text file
    pub data: PathBuf,
    /// The column to be predicted: alerts then name leaks
    #[arg(long)]
    pub target: Option<String>,
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
    #[arg(long, default_value_t = 42)]
    pub seed: u64,
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
    /// Name of the project and of the model
    #[arg(long)]
    pub name: Option<String>,
    /// Worker threads; all cores when absent. Results do not depend on it
    #[arg(long)]
    pub workers: Option<usize>,
    /// Print report.json on stdout
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
    /// Worker threads; all cores when absent. Results do not depend on it
    #[arg(long)]
    pub workers: Option<usize>,
    /// Print verdict.json on stdout
    #[arg(long)]
    pub json: bool,
}

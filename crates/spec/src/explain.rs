//! Why a row has its score: what each raw column adds to it or takes from it.

use serde::{Deserialize, Serialize};

use crate::read::CellFormat;
use crate::{Cell, ColumnType, Message};

/// What scores, bases and amounts are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScoreUnit {
    /// `ln(p / (1 - p))` of the class.
    LogOdds,
    /// The class's score before softmax: only differences between classes mean something.
    ClassScore,
    Probability,
    /// The target's own unit.
    Value,
}

/// Where the amounts come from, and what "not knowing a column" means in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExplainMethod {
    /// Exact. A column not known goes down both sides of a split, in the share of the training rows that did.
    Trees,
    /// Exact. A column not known has its mean over the background rows.
    Linear,
    /// Estimated. A column not known has the cells of background rows; `n_orders` orders of the columns were tried with
    /// each of them.
    Sampling { n_background: u32, n_orders: u32 },
}

/// What one raw column adds to a row's score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contribution {
    /// A raw column; a feature's own name when it comes from no column.
    pub column: String,
    /// What the row has there.
    pub cell: Cell,
    pub amount: f64,
    /// Standard error of the amount; None when it is exact.
    #[serde(default)]
    pub std_error: Option<f64>,
    /// Features made of several columns, of whose contributions this column has its equal share.
    #[serde(default)]
    pub shared: Vec<String>,
}

/// One row and class: `base` plus all amounts is `score`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// Row of the table that was asked about.
    pub row: u64,
    /// None for regression.
    pub class: Option<String>,
    pub unit: ScoreUnit,
    pub method: ExplainMethod,
    /// The expected score of a row of which nothing is known.
    pub base: f64,
    /// The model's score of this row, before it is rounded to f32.
    pub score: f64,
    /// What the model answers: the class's probability, or the value.
    pub prediction: f64,
    /// Largest amount first, signs aside; equal ones in table order.
    pub contributions: Vec<Contribution>,
    /// The largest contributions in one sentence.
    pub sentence: Message,
}

impl Explanation {
    /// What is left between the score and the sum: rounding only.
    pub fn gap(&self) -> f64 {
        let sum: f64 = self.contributions.iter().map(|contribution| contribution.amount).sum();
        self.score - self.base - sum
    }
}

/// One raw column over many rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnContribution {
    pub column: String,
    /// Mean of the amounts without their signs.
    pub mean_absolute: f64,
    /// Mean of the amounts with their signs.
    pub mean: f64,
    #[serde(default)]
    pub shared: Vec<String>,
}

/// How much each column moves the scores of many rows, largest mean absolute amount first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContributionSummary {
    pub class: Option<String>,
    pub unit: ScoreUnit,
    pub method: ExplainMethod,
    pub base: f64,
    pub n_rows: u64,
    pub columns: Vec<ColumnContribution>,
}

/// The row that is asked about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowOf {
    /// Raw cells by column, as the file writes them. An empty cell and a column that is not named are missing.
    Cells(Vec<(String, String)>),
    /// A row of the model's own data, by its number in the file (the first is 0).
    Number(u64),
}

/// What the model says of a row, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Explained {
    /// Classification: what the row is said to be.
    pub label: Option<String>,
    /// Regression: the prediction.
    pub value: Option<f64>,
    /// Per class, in the order of the classes; empty for regression.
    pub probabilities: Vec<(String, f64)>,
    /// Two classes: the second is the label from this probability on.
    pub threshold: Option<f64>,
    /// One per class in their order, or one of the value.
    pub explanations: Vec<Explanation>,
    /// Cells that training did not see the like of.
    pub remarks: Vec<Message>,
    /// What the file says the answer is, for a row of the data.
    pub truth: Option<String>,
}

/// A raw column that a model takes, as its training rows had it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelInput {
    pub column: String,
    /// As it was imported: what a cell must read as.
    pub column_type: ColumnType,
    /// What cleaning makes of it: what `range` is of.
    pub cleaned_type: ColumnType,
    pub format: Option<CellFormat>,
    /// Categories: the levels seen, in order.
    pub levels: Vec<String>,
    /// Numbers, times (epoch seconds) and booleans (0, 1): smallest and largest.
    pub range: Option<(f64, f64)>,
    pub missing_share: f64,
}

/// What a model must be given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelInputs {
    pub columns: Vec<ModelInput>,
    pub target: String,
    /// Empty for regression.
    pub classes: Vec<String>,
    pub decimal_comma: bool,
    /// Rows that the model learned from.
    pub n_train_rows: u64,
}

/// A row to begin with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DrawnRow {
    /// In the file, the first is 0.
    pub number: u64,
    /// What the model takes, as the file writes it; empty is missing.
    pub cells: Vec<(String, String)>,
    /// What the file says the answer is.
    pub truth: Option<String>,
}

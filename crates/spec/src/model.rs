//! Estimators: which there are, what they can do, how one is asked for.

use serde::{Deserialize, Serialize};

use crate::{ParamSpec, Params, Task};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Algorithm {
    /// Always the most frequent class, or the mean.
    Baseline,
    LogisticRegression,
    LinearRegression,
    Ridge,
    DecisionTree,
    RandomForest,
    GradientBoosting,
}

impl Algorithm {
    pub const ALL: [Self; 7] = [
        Self::Baseline,
        Self::LogisticRegression,
        Self::LinearRegression,
        Self::Ridge,
        Self::DecisionTree,
        Self::RandomForest,
        Self::GradientBoosting,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            Self::LogisticRegression => "logistic_regression",
            Self::LinearRegression => "linear_regression",
            Self::Ridge => "ridge",
            Self::DecisionTree => "decision_tree",
            Self::RandomForest => "random_forest",
            Self::GradientBoosting => "gradient_boosting",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }
}

/// What the page's forms and the command line need to know of an estimator; sent in `Event::Catalogue`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EstimatorInfo {
    pub algorithm: Algorithm,
    pub tasks: Vec<Task>,
    /// One sentence: what it is good for.
    pub about: String,
    /// False: features with missing values are filled with the training median first, and the run says so.
    pub handles_missing: bool,
    /// False: results agree across targets at rtol 1e-9, not to the bit.
    pub exact: bool,
    pub params: Vec<ParamSpec>,
}

/// One candidate of the leaderboard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelSpec {
    pub algorithm: Algorithm,
    #[serde(default, skip_serializing_if = "Params::is_empty")]
    pub params: Params,
    /// Random search over the estimator's search space; None trains these parameters only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<RandomSearch>,
}

impl ModelSpec {
    /// What to begin with: a baseline, what is easy to read, and what is usually best; with their default parameters.
    pub fn proposed(task: Task) -> Vec<Self> {
        let linear: &[Algorithm] = match task {
            Task::Binary | Task::Multiclass => &[Algorithm::LogisticRegression],
            Task::Regression => &[Algorithm::LinearRegression, Algorithm::Ridge],
            Task::Clustering | Task::Anomaly | Task::Forecasting => return Vec::new(),
        };
        let trees = [Algorithm::DecisionTree, Algorithm::RandomForest, Algorithm::GradientBoosting];
        let all = [Algorithm::Baseline].iter().chain(linear).chain(&trees);
        all.map(|&algorithm| Self {
            algorithm,
            params: Params::new(),
            search: None,
        })
        .collect()
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RandomSearch {
    pub n_trials: u32,
    /// Parameters that keep their given value; the others are drawn.
    #[serde(default)]
    pub fixed: Vec<String>,
}

//! SHAP values: what each raw column adds to a row's score. Base plus amounts is the score.
//!
//! Trees ([`Method::Trees`](spec::explain::ExplainMethod)) and linear models are explained exactly, everything else by
//! sampling, with a standard error. Boosted trees and logistic models are explained in log-odds (more than two classes: in
//! the score before softmax), decision trees and forests in probabilities, regression in the target's unit. Amounts of
//! features are put together by raw column, see [`Grouping`].
//!
//! Local accuracy: `|score - base - sum of amounts| <= 1e-9 max(1, |score|, |base|)`, in f64; the score that is exported
//! is that one rounded to f32. Amounts speak of the model, not of causes; of columns that say the same, trees credit the
//! one that they split on.

mod grouping;
mod linear;
mod sampling;
mod trees;

use math::Rng;
use prepare::Features;
use spec::explain::{ColumnContribution, Contribution, ContributionSummary, ExplainMethod, Explanation, ScoreUnit};
use spec::{Cell, Message, Observer, Outcome};
use table::{Column, Table};
use train::{Aggregate, FittedModel, FittedPipeline, Link, Predictions};

pub use grouping::Grouping;
pub use sampling::{Sampled, SamplingSettings, sample};

/// Training rows that stand for all of them; see [`background_rows`].
pub const MAX_BACKGROUND: usize = 10_000;

/// At most [`MAX_BACKGROUND`] of the training rows, drawn by seed, in their order. Their features are the background of
/// [`contributions`]: linear models take their means, sampling draws a few of them.
pub fn background_rows(train_rows: &[u32], seed: u64) -> Vec<u32> {
    if train_rows.len() <= MAX_BACKGROUND {
        return train_rows.to_vec();
    }
    let mut places = Rng::stream(seed, "contributions.rows", 0).permutation(train_rows.len());
    places.truncate(MAX_BACKGROUND);
    places.sort_unstable();
    places.into_iter().map(|place| train_rows[place as usize]).collect()
}

/// Amounts of many rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Contributions {
    pub unit: ScoreUnit,
    pub method: ExplainMethod,
    pub grouping: Grouping,
    pub n_rows: usize,
    /// Per score: one for regression and for two-class log-odds (class 1's), else one per class.
    pub base: Vec<f64>,
    /// Rows x scores.
    pub scores: Vec<f64>,
    /// Rows x scores x columns.
    pub amounts: Vec<f64>,
    /// Of the amounts, in their shape; None when they are exact.
    pub std_errors: Option<Vec<f64>>,
}

/// `features` are the rows to explain, `background` training rows ([`background_rows`]; trees do not need them), both
/// with the columns that the model was fitted on.
///
/// Errors: `explain.no_background` when it is needed and has no rows, `explain.not_finite`; the observer's.
pub fn contributions(
    model: &FittedModel,
    grouping: Grouping,
    features: &Features,
    background: &Features,
    settings: &SamplingSettings,
    observer: &mut dyn Observer,
) -> Outcome<Contributions> {
    let n_rows = features.n_rows;
    let slots = &grouping.part_of_feature;
    let n_slots = grouping.parts.len();
    let found = match model {
        FittedModel::Trees(ensemble) => {
            let shares = trees::shares(ensemble, features, slots, n_slots, observer)?;
            let unit = match ensemble.aggregate {
                Aggregate::Mean if ensemble.n_outputs > 1 => ScoreUnit::Probability,
                Aggregate::Mean => ScoreUnit::Value,
                Aggregate::Boost(link) => unit_of(link),
            };
            Contributions {
                unit,
                method: ExplainMethod::Trees,
                amounts: by_column(&grouping, &shares.amounts),
                grouping,
                n_rows,
                base: shares.base,
                scores: shares.scores,
                std_errors: None,
            }
        }
        FittedModel::Linear(linear) => {
            if background.n_rows == 0 {
                return Err(Message::new("explain.no_background").into());
            }
            let shares = linear::shares(linear, features, &linear::means(background), slots, n_slots, observer)?;
            Contributions {
                unit: unit_of(linear.link),
                method: ExplainMethod::Linear,
                amounts: by_column(&grouping, &shares.amounts),
                grouping,
                n_rows,
                base: shares.base,
                scores: shares.scores,
                std_errors: None,
            }
        }
        other => {
            let mut predict = |features: &Features| other.predict(features);
            let sampled = sample(&mut predict, features, background, &grouping, settings, observer)?;
            let is_class = matches!(other.predict(&features.select(&[])), Predictions::Probabilities { .. });
            Contributions {
                unit: if is_class { ScoreUnit::Probability } else { ScoreUnit::Value },
                method: ExplainMethod::Sampling {
                    n_background: sampled.n_background as u32,
                    n_orders: settings.n_orders.max(2) as u32,
                },
                grouping,
                n_rows,
                base: sampled.base,
                scores: sampled.scores,
                amounts: sampled.amounts,
                std_errors: Some(sampled.std_errors),
            }
        }
    };
    let is_finite = |numbers: &[f64]| numbers.iter().all(|x| x.is_finite());
    if !(is_finite(&found.base) && is_finite(&found.scores) && is_finite(&found.amounts)) {
        return Err(Message::new("explain.not_finite").into());
    }
    Ok(found)
}

/// Explanations of rows of a table, of one class each (`class` indexes `pipeline.classes`; None for regression).
///
/// Errors: `explain.no_class`, `explain.no_row`; those of [`FittedRecipe::apply`](prepare::FittedRecipe::apply) and of
/// [`contributions`].
pub fn explain(
    pipeline: &FittedPipeline,
    table: &Table,
    rows: &[u32],
    class: Option<usize>,
    background: &Features,
    settings: &SamplingSettings,
    observer: &mut dyn Observer,
) -> Outcome<Vec<Explanation>> {
    let name = class_name(pipeline, class)?;
    if let Some(row) = rows.iter().find(|row| **row as usize >= table.n_rows()) {
        return Err(Message::new("explain.no_row")
            .with("row", *row as usize + 1)
            .with("n_rows", table.n_rows())
            .into());
    }
    let features = pipeline.recipe.apply(table, rows)?;
    let grouping = Grouping::of_recipe(&pipeline.recipe);
    let found = contributions(&pipeline.model, grouping, &features, background, settings, observer)?;
    let predictions = pipeline.model.predict(&features).rounded();
    let cells: Vec<Option<&Column>> = found.grouping.columns.iter().map(|column| table.column(column)).collect();
    Ok(rows
        .iter()
        .enumerate()
        .map(|(slot, &row)| {
            let cell = |place: usize| cells[place].map_or_else(missing, |column| cell(column, row as usize));
            let contributions = found.of_row(slot, class, &cell);
            let (base, score) = found.base_and_score(slot, class);
            Explanation {
                row: u64::from(row),
                class: name.clone(),
                unit: found.unit,
                method: found.method,
                base,
                score,
                prediction: prediction(&predictions, slot, class),
                sentence: sentence(&pipeline.target, name.as_deref(), &contributions),
                contributions,
            }
        })
        .collect())
}

/// The columns over all explained rows.
///
/// Errors: `explain.no_class`.
pub fn summary(found: &Contributions, pipeline: &FittedPipeline, class: Option<usize>) -> Outcome<ContributionSummary> {
    let name = class_name(pipeline, class)?;
    let n = found.n_rows.max(1) as f64;
    let mut columns: Vec<ColumnContribution> = found
        .grouping
        .columns
        .iter()
        .zip(&found.grouping.shared)
        .enumerate()
        .map(|(place, (column, shared))| {
            let amounts = (0..found.n_rows).map(|row| found.amount(row, class, place));
            ColumnContribution {
                column: column.clone(),
                mean_absolute: amounts.clone().map(f64::abs).collect::<math::sum::Sum>().value() / n,
                mean: amounts.collect::<math::sum::Sum>().value() / n,
                shared: shared.clone(),
            }
        })
        .collect();
    columns.sort_by(|a, b| b.mean_absolute.total_cmp(&a.mean_absolute));
    Ok(ContributionSummary {
        class: name,
        unit: found.unit,
        method: found.method,
        base: found.base_and_score(0, class).0,
        n_rows: found.n_rows as u64,
        columns,
    })
}

impl Contributions {
    pub fn n_scores(&self) -> usize {
        self.base.len()
    }

    /// The class's score among the model's, and its sign: two-class log-odds are kept once, and turn over for class 0.
    fn score_of(&self, class: Option<usize>) -> (usize, f64) {
        match class {
            Some(0) if self.n_scores() == 1 => (0, -1.0),
            Some(k) if self.n_scores() > 1 => (k.min(self.n_scores() - 1), 1.0),
            _ => (0, 1.0),
        }
    }

    /// What a column (by its place in `grouping.columns`) adds to the class's score.
    pub fn amount(&self, row: usize, class: Option<usize>, column: usize) -> f64 {
        let (k, sign) = self.score_of(class);
        sign * self.amounts[(row * self.n_scores() + k) * self.grouping.columns.len() + column]
    }

    fn std_error(&self, row: usize, class: Option<usize>, column: usize) -> Option<f64> {
        let (k, _) = self.score_of(class);
        let at = (row * self.n_scores() + k) * self.grouping.columns.len() + column;
        self.std_errors.as_ref().map(|errors| errors[at])
    }

    /// Of the class; the score is NaN where there is no such row.
    pub fn base_and_score(&self, row: usize, class: Option<usize>) -> (f64, f64) {
        let (k, sign) = self.score_of(class);
        let score = self.scores.get(row * self.n_scores() + k).copied().unwrap_or(f64::NAN);
        (sign * self.base[k], sign * score)
    }

    /// Largest first, signs aside; equal ones in table order.
    fn of_row(&self, row: usize, class: Option<usize>, cell: &dyn Fn(usize) -> Cell) -> Vec<Contribution> {
        let mut all: Vec<Contribution> = (0..self.grouping.columns.len())
            .map(|column| Contribution {
                column: self.grouping.columns[column].clone(),
                cell: cell(column),
                amount: self.amount(row, class, column),
                std_error: self.std_error(row, class, column),
                shared: self.grouping.shared[column].clone(),
            })
            .collect();
        all.sort_by(|a, b| b.amount.abs().total_cmp(&a.amount.abs()));
        all
    }
}

fn unit_of(link: Link) -> ScoreUnit {
    match link {
        Link::Identity => ScoreUnit::Value,
        Link::Sigmoid => ScoreUnit::LogOdds,
        Link::Softmax => ScoreUnit::ClassScore,
    }
}

fn by_column(grouping: &Grouping, of_parts: &[f64]) -> Vec<f64> {
    let n_columns = grouping.columns.len();
    let n_series = of_parts.len() / grouping.parts.len().max(1);
    let mut out = vec![0.0; n_series * n_columns];
    for (parts, columns) in of_parts
        .chunks_exact(grouping.parts.len().max(1))
        .zip(out.chunks_exact_mut(n_columns.max(1)))
    {
        grouping.add_parts(parts, columns);
    }
    out
}

fn class_name(pipeline: &FittedPipeline, class: Option<usize>) -> Outcome<Option<String>> {
    match class {
        None if pipeline.classes.is_empty() => Ok(None),
        Some(k) if k < pipeline.classes.len() => Ok(Some(pipeline.classes[k].clone())),
        _ => Err(Message::new("explain.no_class")
            .with("n_classes", pipeline.classes.len())
            .into()),
    }
}

fn prediction(predictions: &Predictions, row: usize, class: Option<usize>) -> f64 {
    match predictions {
        Predictions::Probabilities { n_classes, values } => values[row * n_classes + class.unwrap_or(0)],
        Predictions::Values(values) => values[row],
    }
}

fn cell(column: &Column, row: usize) -> Cell {
    column.text_at(row).map_or_else(missing, |text| Cell {
        text: text.into_owned(),
        missing: false,
        changed: false,
    })
}

fn missing() -> Cell {
    Cell {
        text: String::new(),
        missing: true,
        changed: false,
    }
}

/// Columns named per direction.
const NAMED: usize = 2;
/// Of the largest amount: what is smaller is not named.
const LEAST_NAMED: f64 = 0.1;

/// `contributions` are sorted.
fn sentence(target: &str, class: Option<&str>, contributions: &[Contribution]) -> Message {
    let largest = contributions.first().map_or(0.0, |first| first.amount.abs());
    let named = |sign: f64| -> Vec<String> {
        contributions
            .iter()
            .filter(|one| one.amount * sign > LEAST_NAMED * largest)
            .take(NAMED)
            .map(|one| match (&one.cell.text, one.cell.missing) {
                (_, true) => format!("{} (missing)", one.column),
                (text, false) => format!("{} ({})", one.column, shortened(text)),
            })
            .collect()
    };
    let (up, down) = (named(1.0), named(-1.0));
    let code = match (up.is_empty(), down.is_empty()) {
        (true, true) => "explain.nothing",
        (false, true) => "explain.up",
        (true, false) => "explain.down",
        (false, false) => "explain.up_and_down",
    };
    Message::new(code)
        .with(
            "what",
            class.map_or_else(|| target.to_owned(), |class| format!("{target} = {class}")),
        )
        .with("up", up)
        .with("down", down)
}

fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

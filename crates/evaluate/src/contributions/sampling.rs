//! SHAP values of any model, estimated: the parts of a background row are replaced by those of the row, one after the
//! other in a drawn order, and each replacement's step in the prediction counts for its part.
//!
//! Every order is walked forwards and backwards (antithetic: it halves the error or better), and every background row is
//! walked from equally often, so that the amounts add up exactly to the prediction minus the mean prediction of the
//! background. The standard error is that of the drawn orders, pooled over the background rows; these are taken as given.
//! With one or two parts both directions are all orders there are, and nothing is left to chance. A row costs
//! `2 (parts - 1)` predictions per background row and order.
//!
//! References: Strumbelj, Kononenko (2014), Explaining prediction models and individual predictions with feature
//! contributions, Knowledge and Information Systems 41; Mitchell et al. (2022), Sampling permutations for Shapley value
//! estimation, JMLR 23.

use math::Rng;
use math::sum::{mean, variance};
use prepare::Features;
use spec::{Message, Observer, Outcome};
use train::Predictions;

use super::grouping::Grouping;

/// Mixed rows that are predicted together.
const BATCH_ROWS: usize = 4096;

/// How much to draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SamplingSettings {
    /// Background rows at most, drawn by seed where there are more.
    pub n_background: usize,
    /// Orders drawn for each background row, at least 2 (the standard error needs them).
    pub n_orders: usize,
    pub seed: u64,
}

impl Default for SamplingSettings {
    fn default() -> Self {
        Self {
            n_background: 50,
            n_orders: 4,
            seed: 0,
        }
    }
}

/// Amounts by sampling, per column of the grouping.
#[derive(Clone, Debug, PartialEq)]
pub struct Sampled {
    /// Background rows used.
    pub n_background: usize,
    /// Per class, or one of the value: the mean prediction of the background.
    pub base: Vec<f64>,
    /// Rows x classes.
    pub scores: Vec<f64>,
    /// Rows x classes x columns.
    pub amounts: Vec<f64>,
    /// Of the amounts, in their shape.
    pub std_errors: Vec<f64>,
}

/// `predict` answers for each row alone, with as many numbers a row each time. A row's amounts do not depend on the other
/// rows.
///
/// Errors: `explain.no_background` without background rows; the observer's.
pub fn sample(
    predict: &mut dyn FnMut(&Features) -> Predictions,
    features: &Features,
    background: &Features,
    grouping: &Grouping,
    settings: &SamplingSettings,
    observer: &mut dyn Observer,
) -> Outcome<Sampled> {
    if background.n_rows == 0 {
        return Err(Message::new("explain.no_background").into());
    }
    let background = &background.select(&drawn(background.n_rows, settings));
    let (of_rows, n_outputs) = numbers(predict(features));
    let (of_background, _) = numbers(predict(background));
    let walks = Walks {
        grouping,
        background,
        n_outputs,
        orders: orders(grouping.parts.len(), background.n_rows, settings),
        n_orders: settings.n_orders.max(2),
    };
    let mut out = Sampled {
        n_background: background.n_rows,
        base: (0..n_outputs).map(|k| mean(&strided(&of_background, k, n_outputs))).collect(),
        scores: of_rows,
        amounts: Vec::new(),
        std_errors: Vec::new(),
    };
    for row in 0..features.n_rows {
        let x: Vec<f32> = features.columns.iter().map(|column| column[row]).collect();
        let score = &out.scores[row * n_outputs..(row + 1) * n_outputs];
        let mut section = spec::Section::new(
            observer,
            row as f64 / features.n_rows as f64,
            (row + 1) as f64 / features.n_rows as f64,
        );
        let amounts = walks.amounts(&x, score, &of_background, predict, &mut section)?;
        for series in &amounts {
            out.amounts.push(mean(series));
            out.std_errors.push(walks.std_error(series));
        }
    }
    observer.tick(1.0)?;
    Ok(out)
}

/// Background rows by seed, ascending.
fn drawn(n_rows: usize, settings: &SamplingSettings) -> Vec<u32> {
    let most = settings.n_background.max(1);
    if n_rows <= most {
        return (0..n_rows as u32).collect();
    }
    let mut rows = Rng::stream(settings.seed, "contributions.background", 0).permutation(n_rows);
    rows.truncate(most);
    rows.sort_unstable();
    rows
}

/// One order of the parts per walk; walk `w` starts at background row `w / n_orders`.
fn orders(n_parts: usize, n_background: usize, settings: &SamplingSettings) -> Vec<Vec<u32>> {
    (0..n_background * settings.n_orders.max(2))
        .map(|walk| Rng::stream(settings.seed, "contributions.order", walk as u64).permutation(n_parts))
        .collect()
}

struct Walks<'a> {
    grouping: &'a Grouping,
    background: &'a Features,
    n_outputs: usize,
    orders: Vec<Vec<u32>>,
    /// Per background row.
    n_orders: usize,
}

impl Walks<'_> {
    /// Per output and column one amount a walk, both directions averaged.
    fn amounts(
        &self,
        x: &[f32],
        score: &[f64],
        of_background: &[f64],
        predict: &mut dyn FnMut(&Features) -> Predictions,
        observer: &mut dyn Observer,
    ) -> Outcome<Vec<Vec<f64>>> {
        let n_parts = self.grouping.parts.len();
        let n_between = n_parts.saturating_sub(1);
        let n_columns = self.grouping.columns.len();
        let k_of = self.n_outputs;
        let mut out = vec![Vec::with_capacity(self.orders.len()); k_of * n_columns];
        let n_together = (BATCH_ROWS / (2 * n_between).max(1)).max(1);
        for (batch, orders) in self.orders.chunks(n_together).enumerate() {
            let first = batch * n_together;
            observer.tick(first as f64 / self.orders.len() as f64)?;
            let mixed = if n_between > 0 {
                numbers(predict(&self.mix(x, first, orders))).0
            } else {
                Vec::new()
            };
            for (place, order) in orders.iter().enumerate() {
                let start = &of_background[(first + place) / self.n_orders * k_of..];
                for k in 0..k_of {
                    let mut of_parts = vec![0.0; n_parts];
                    for backwards in [false, true] {
                        let path = (2 * place + usize::from(backwards)) * n_between;
                        let mut before = start[k];
                        for step in 0..n_parts {
                            let after = if step < n_between {
                                mixed[(path + step) * k_of + k]
                            } else {
                                score[k]
                            };
                            of_parts[part_at(order, step, backwards)] += 0.5 * (after - before);
                            before = after;
                        }
                    }
                    let mut of_columns = vec![0.0; n_columns];
                    self.grouping.add_parts(&of_parts, &mut of_columns);
                    for (series, amount) in out[k * n_columns..].iter_mut().zip(of_columns) {
                        series.push(amount);
                    }
                }
            }
        }
        Ok(out)
    }

    /// Per walk and direction the rows between the background row and `x`.
    fn mix(&self, x: &[f32], first: usize, orders: &[Vec<u32>]) -> Features {
        let n_parts = self.grouping.parts.len();
        let mut columns = vec![Vec::with_capacity(2 * orders.len() * (n_parts - 1)); x.len()];
        let mut replaced_at = vec![0; n_parts];
        for (place, order) in orders.iter().enumerate() {
            let row = (first + place) / self.n_orders;
            for backwards in [false, true] {
                for step in 0..n_parts {
                    replaced_at[part_at(order, step, backwards)] = step;
                }
                for (j, column) in columns.iter_mut().enumerate() {
                    let at = replaced_at[self.grouping.part_of_feature[j]];
                    let from = self.background.columns[j][row];
                    column.extend((0..n_parts - 1).map(|step| if at <= step { x[j] } else { from }));
                }
            }
        }
        Features {
            names: self.background.names.clone(),
            n_rows: 2 * orders.len() * (n_parts - 1),
            columns,
        }
    }

    /// `sqrt(sum over background rows of variance / n_orders) / n_background`.
    fn std_error(&self, series: &[f64]) -> f64 {
        let n_orders = self.n_orders as f64;
        let within: f64 = series
            .chunks_exact(self.n_orders)
            .map(|orders| variance(orders, 1) / n_orders)
            .sum();
        within.sqrt() / self.background.n_rows as f64
    }
}

fn part_at(order: &[u32], step: usize, backwards: bool) -> usize {
    order[if backwards { order.len() - 1 - step } else { step }] as usize
}

/// Row-major, and how many a row.
fn numbers(predictions: Predictions) -> (Vec<f64>, usize) {
    match predictions {
        Predictions::Probabilities { n_classes, values } => (values, n_classes),
        Predictions::Values(values) => (values, 1),
    }
}

fn strided(values: &[f64], start: usize, step: usize) -> Vec<f64> {
    values.iter().skip(start).step_by(step.max(1)).copied().collect()
}

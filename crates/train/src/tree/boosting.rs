//! Gradient boosting: each tree is a Newton step on the loss of the sum so far, grown leaf by leaf.
//!
//! Losses: logistic (binary), softmax (one tree per class and round), squared error. Leaf value
//! `-learning_rate * g / (h + l2_regularization)`. Missing values have a bin of their own and go where the gain is larger.
//! Friedman (2001); Chen, Guestrin: XGBoost (2016); Ke et al.: LightGBM (2017).

use math::{Rng, float};
use prepare::Features;
use spec::param::Checked;
use spec::run::LossPoint;
use spec::{Message, Observer, Outcome, Section, Task};

use super::bins::Bins;
use super::forest::centred;
use super::grow::{Grower, Leaf, Limits, MAX_ROWS, Row, Scale};
use crate::check::{Needs, check};
use crate::model::{Aggregate, Link, Target, TrainSet, Tree, TreeEnsemble};

/// Score of a class that no training row has: its probability is 0.
const ABSENT_SCORE: f64 = -1e4;
/// A validation loss must fall by this much to count as better.
const TOLERANCE: f64 = 1e-7;
const BIN_SHARE: f64 = 0.05;

/// Errors: those of [`check`], `train.too_many_rows`, cancelled.
pub fn fit(params: &Checked, task: Task, set: &TrainSet<'_>, seed: u64, observer: &mut dyn Observer) -> Outcome<TreeEnsemble> {
    check(task, set, Needs::MayBeMissing)?;
    let n = set.features.n_rows;
    if n > MAX_ROWS {
        return Err(Message::new("train.too_many_rows")
            .with("rows", n)
            .with("most", MAX_ROWS)
            .into());
    }
    let mut loss = Loss::new(set, set.row_weights(params.choice("class_weight") == "balanced"));
    let held_out = if params.flag("early_stopping") {
        hold_out(&loss, params.real("validation_fraction"), seed)
    } else {
        Vec::new()
    };
    let fit_weights = {
        let mut weights = loss.weights.clone();
        for row in &held_out {
            weights[*row as usize] = 0.0;
        }
        weights
    };
    let rows: Vec<u32> = (0..n as u32).filter(|row| fit_weights[*row as usize] > 0.0).collect();
    loss.set_base(&fit_weights);
    let bins = Bins::quantile(
        set.features,
        params.count("max_bins"),
        &mut Section::new(observer, 0.0, BIN_SHARE),
    )?;
    let mut observer = Section::new(observer, BIN_SHARE, 1.0);
    let limits = Limits {
        max_leaves: params.integer("max_leaf_nodes").and_then(|n| usize::try_from(n).ok()),
        max_depth: params
            .integer("max_depth")
            .and_then(|n| usize::try_from(n).ok())
            .unwrap_or(usize::MAX),
        min_split: 2,
        min_leaf: params.count("min_samples_leaf").max(1),
        min_hessian: params.real("min_child_weight"),
        lambda: params.real("l2_regularization"),
        max_features: usize::MAX,
        until_pure: false,
    };
    let (learning_rate, n_rounds, patience) = (
        params.real("learning_rate"),
        params.count("max_iter"),
        params.count("n_iter_no_change"),
    );
    let mut grower = Grower::new(&bins, 1);
    let n_outputs = loss.base.len();
    let mut trees: Vec<Tree> = Vec::new();
    let mut scores: Vec<Vec<f64>> = loss.base.iter().map(|base| vec![*base; n]).collect();
    let (mut best_loss, mut best_round) = (f64::INFINITY, 0);
    let mut gradients = Gradients {
        g: vec![vec![0.0; rows.len()]; n_outputs],
        h: vec![vec![0.0; rows.len()]; n_outputs],
    };
    for round in 0..n_rounds {
        let fraction = round as f64 / n_rounds as f64;
        // The loss before this round's trees: it is free with the gradients.
        let train_loss = loss.gradients(&rows, &scores, &mut gradients);
        if round > 0 {
            let validation = (!held_out.is_empty()).then(|| loss.value(&held_out, &scores));
            observer.loss(LossPoint {
                round: round as u32,
                train: train_loss,
                validation,
            });
            if stops(validation, round, patience, &mut best_loss, &mut best_round) {
                break;
            }
        }
        for k in 0..n_outputs {
            if loss.base[k] == ABSENT_SCORE {
                continue;
            }
            let (g, h) = (&gradients.g[k], &gradients.h[k]);
            let scale = Scale::new(g.iter().map(|g| g.abs()).sum(), h.iter().sum());
            let cells = rows
                .iter()
                .enumerate()
                .map(|(slot, row)| Row::new(*row, 0, g[slot], h[slot], 1, &scale));
            let class_scores = &mut scores[k];
            let mut leaf = |leaf: &Leaf<'_>, out: &mut [f64]| {
                // A leaf without curvature has nothing to gain.
                let step = -learning_rate * leaf.g / (leaf.h + limits.lambda);
                let value = if step.is_finite() { step / loss.factor } else { 0.0 };
                out[k] = value;
                for row in leaf.rows {
                    class_scores[row.row as usize] += value;
                }
            };
            let mut rng = Rng::stream(seed, "boosting.tree", trees.len() as u64);
            let tree = grower.grow(
                cells,
                &scale,
                &limits,
                n_outputs,
                &mut rng,
                &mut leaf,
                &mut observer,
                fraction,
            )?;
            add_scores(&tree, k, n_outputs, set.features, &held_out, &mut scores[k]);
            trees.push(tree);
        }
        observer.tick((round + 1) as f64 / n_rounds as f64)?;
    }
    let n_grown = n_grown(trees.len(), &loss);
    if n_grown == n_rounds && n_rounds > 0 {
        let validation = (!held_out.is_empty()).then(|| loss.value(&held_out, &scores));
        let train_loss = loss.gradients(&rows, &scores, &mut gradients);
        observer.loss(LossPoint {
            round: n_rounds as u32,
            train: train_loss,
            validation,
        });
        stops(validation, n_rounds, patience, &mut best_loss, &mut best_round);
    }
    if !held_out.is_empty() {
        // What came after the best round made it worse.
        trees.truncate(best_round * loss.trees_per_round());
    }
    let (base, link) = (loss.base, loss.link);
    Ok(TreeEnsemble {
        trees,
        n_outputs,
        base,
        aggregate: Aggregate::Boost(link),
        n_features: set.features.n_features(),
    })
}

fn n_grown(n_trees: usize, loss: &Loss<'_>) -> usize {
    n_trees / loss.trees_per_round().max(1)
}

fn stops(validation: Option<f64>, round: usize, patience: usize, best_loss: &mut f64, best_round: &mut usize) -> bool {
    let Some(validation) = validation else { return false };
    if validation < *best_loss - TOLERANCE || *best_round == 0 {
        *best_loss = validation;
        *best_round = round;
    }
    round - *best_round >= patience
}

fn add_scores(tree: &Tree, k: usize, n_outputs: usize, features: &Features, rows: &[u32], scores: &mut [f64]) {
    for row in rows {
        let row = *row as usize;
        let leaf = tree.leaf(|feature| features.columns[feature][row]);
        scores[row] += tree.value[leaf * n_outputs + k];
    }
}

/// Rows that early stopping is judged on, ascending: a share of each class (of all rows for numbers), never all of it.
fn hold_out(loss: &Loss<'_>, share: f64, seed: u64) -> Vec<u32> {
    let groups: Vec<Vec<u32>> = {
        let rows = (0..loss.weights.len() as u32).filter(|row| loss.weights[*row as usize] > 0.0);
        match loss.target {
            Target::Classes { codes, n_classes } => {
                let mut groups = vec![Vec::new(); n_classes];
                for row in rows {
                    groups[codes[row as usize] as usize].push(row);
                }
                groups
            }
            Target::Values(_) => vec![rows.collect()],
        }
    };
    let mut held_out = Vec::new();
    for (index, mut group) in groups.into_iter().enumerate() {
        let n = ((share * group.len() as f64).round() as usize).min(group.len().saturating_sub(1));
        Rng::stream(seed, "boosting.hold_out", index as u64).shuffle(&mut group);
        held_out.extend_from_slice(&group[..n]);
    }
    held_out.sort_unstable();
    held_out
}

/// Per output, per fitted row.
struct Gradients {
    g: Vec<Vec<f64>>,
    h: Vec<Vec<f64>>,
}

struct Loss<'a> {
    target: Target<'a>,
    weights: Vec<f64>,
    link: Link,
    base: Vec<f64>,
    /// Squared error: gradients are computed on targets times this power of two, so that squares do not overflow.
    factor: f64,
}

impl<'a> Loss<'a> {
    fn new(set: &TrainSet<'a>, weights: Vec<f64>) -> Self {
        let (link, factor) = match set.target {
            Target::Classes { n_classes: 2, .. } => (Link::Sigmoid, 1.0),
            Target::Classes { .. } => (Link::Softmax, 1.0),
            Target::Values(values) => (Link::Identity, centred(values, &weights).1),
        };
        Self {
            target: set.target,
            weights,
            link,
            base: Vec::new(),
            factor,
        }
    }

    /// The best constant scores of the rows that are fitted.
    fn set_base(&mut self, fit_weights: &[f64]) {
        self.base = match self.target {
            Target::Values(values) => vec![centred(values, fit_weights).0],
            Target::Classes { codes, n_classes } => {
                let mut sums = vec![0.0; n_classes];
                for (code, weight) in codes.iter().zip(fit_weights) {
                    sums[*code as usize] += weight;
                }
                let total: f64 = sums.iter().sum();
                let log = |sum: f64| if sum > 0.0 { float::ln(sum / total) } else { ABSENT_SCORE };
                if n_classes == 2 {
                    vec![log(sums[1]) - log(sums[0])]
                } else {
                    sums.iter().map(|sum| log(*sum)).collect()
                }
            }
        };
    }

    fn trees_per_round(&self) -> usize {
        self.base.iter().filter(|base| **base != ABSENT_SCORE).count()
    }

    /// Weighted mean loss; gradients and hessians are left in `out`, which has a place per row of `rows`.
    fn gradients(&self, rows: &[u32], scores: &[Vec<f64>], out: &mut Gradients) -> f64 {
        let mut mean = MeanLoss::default();
        match self.target {
            Target::Values(values) => {
                let (g, h) = (&mut out.g[0], &mut out.h[0]);
                for ((row, g), h) in rows.iter().zip(g).zip(h) {
                    let row = *row as usize;
                    let weight = self.weights[row];
                    let error = scores[0][row] - values[row];
                    *g = error * self.factor * weight;
                    *h = weight;
                    mean.add(error * error, weight);
                }
            }
            Target::Classes { codes, n_classes: 2 } => {
                let (g, h) = (&mut out.g[0], &mut out.h[0]);
                for ((row, g), h) in rows.iter().zip(g).zip(h) {
                    let row = *row as usize;
                    let weight = self.weights[row];
                    let p = 1.0 / (1.0 + float::exp_quick(-scores[0][row]));
                    let y = f64::from(codes[row]);
                    *g = (p - y) * weight;
                    *h = p * (1.0 - p) * weight;
                    mean.add_probability(if codes[row] == 1 { p } else { 1.0 - p }, weight);
                }
            }
            Target::Classes { codes, n_classes } => {
                let mut p = vec![0.0; n_classes];
                for (slot, row) in rows.iter().enumerate() {
                    let row = *row as usize;
                    let weight = self.weights[row];
                    softmax_quick(scores, row, &mut p);
                    for (k, p) in p.iter().enumerate() {
                        let y = f64::from(u8::from(codes[row] as usize == k));
                        out.g[k][slot] = (p - y) * weight;
                        out.h[k][slot] = p * (1.0 - p) * weight;
                    }
                    mean.add_probability(p[codes[row] as usize], weight);
                }
            }
        }
        mean.value()
    }

    fn value(&self, rows: &[u32], scores: &[Vec<f64>]) -> f64 {
        let mut mean = MeanLoss::default();
        let mut p = vec![0.0; scores.len()];
        for row in rows {
            let row = *row as usize;
            match self.target {
                Target::Values(values) => mean.add(
                    (scores[0][row] - values[row]) * (scores[0][row] - values[row]),
                    self.weights[row],
                ),
                Target::Classes { codes, n_classes: 2 } => {
                    let sign = if codes[row] == 1 { -1.0 } else { 1.0 };
                    mean.add_probability(1.0 / (1.0 + float::exp_quick(sign * scores[0][row])), self.weights[row]);
                }
                Target::Classes { codes, .. } => {
                    softmax_quick(scores, row, &mut p);
                    mean.add_probability(p[codes[row] as usize], self.weights[row]);
                }
            }
        }
        mean.value()
    }
}

fn softmax_quick(scores: &[Vec<f64>], row: usize, p: &mut [f64]) {
    let largest = scores.iter().map(|scores| scores[row]).fold(f64::NEG_INFINITY, f64::max);
    let mut total = 0.0;
    for (p, scores) in p.iter_mut().zip(scores) {
        *p = float::exp_quick(scores[row] - largest);
        total += *p;
    }
    for p in p {
        *p /= total;
    }
}

/// A weighted mean of losses. Log losses of equal weight are multiplied up and logged together: one logarithm for many rows.
#[derive(Default)]
struct MeanLoss {
    sum: f64,
    weight: f64,
    product: Option<(f64, f64)>,
}

/// Smallest probability that a log loss is taken of.
const LEAST_PROBABILITY: f64 = 1e-15;

impl MeanLoss {
    fn add(&mut self, loss: f64, weight: f64) {
        self.sum += loss * weight;
        self.weight += weight;
    }

    fn add_probability(&mut self, p: f64, weight: f64) {
        let p = p.max(LEAST_PROBABILITY);
        self.weight += weight;
        match &mut self.product {
            Some((product, same)) if *same == weight && *product > 1e-280 => *product *= p,
            _ => {
                self.flush();
                self.product = Some((p, weight));
            }
        }
    }

    fn flush(&mut self) {
        if let Some((product, weight)) = self.product.take() {
            self.sum -= weight * float::ln(product);
        }
    }

    fn value(mut self) -> f64 {
        self.flush();
        self.sum / self.weight
    }
}

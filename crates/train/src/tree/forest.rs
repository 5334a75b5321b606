//! Trees to the end: one exact decision tree, or a forest of binned ones.
//!
//! A forest's tree sees a bootstrap sample and tries some features per split; the forest says the mean of its leaves'
//! class fractions (or means). Tree `i` depends on the seed and on `i` alone, so that a forest can be grown in ranges
//! that merge to the same bytes.

use std::ops::Range;

use math::Rng;
use spec::param::Checked;
use spec::{Message, Observer, Outcome, Section, Task};

use super::bins::{Bins, Code};
use super::grow::{Grower, Limits, MAX_ROWS, Row, Scale};
use crate::check::{Needs, check};
use crate::model::{Aggregate, Target, TrainSet, TreeEnsemble};

/// Bins of a forest's features.
const FOREST_BINS: usize = 255;
/// Share of the progress that binning takes.
const BIN_SHARE: f64 = 0.05;

/// A CART tree with exact splits.
///
/// Errors: those of [`check`], `train.too_many_rows`, cancelled.
pub fn tree(params: &Checked, task: Task, set: &TrainSet<'_>, seed: u64, observer: &mut dyn Observer) -> Outcome<TreeEnsemble> {
    check(task, set, Needs::MayBeMissing)?;
    let rows = TreeRows::new(params, set)?;
    let bins = Bins::exact(set.features, &mut Section::new(observer, 0.0, 0.3))?;
    let mut observer = Section::new(observer, 0.3, 1.0);
    let rng = |_| Rng::stream(seed, "tree", 0);
    rows.grow(&bins, 0..1, 1, &limits(params, task, set), false, rng, &mut observer)
}

/// The trees of `range` of a forest of `n_estimators`; leaf values are divided by `n_estimators` already.
///
/// Errors: those of [`check`], `train.too_many_rows`, cancelled.
pub fn grow(
    range: Range<usize>,
    params: &Checked,
    task: Task,
    set: &TrainSet<'_>,
    seed: u64,
    observer: &mut dyn Observer,
) -> Outcome<TreeEnsemble> {
    check(task, set, Needs::MayBeMissing)?;
    let rows = TreeRows::new(params, set)?;
    let bins = Bins::quantile(set.features, FOREST_BINS, &mut Section::new(observer, 0.0, BIN_SHARE))?;
    let mut observer = Section::new(observer, BIN_SHARE, 1.0);
    let rng = |tree| Rng::stream(seed, "forest.tree", tree as u64);
    let limits = limits(params, task, set);
    rows.grow(
        &bins,
        range,
        params.count("n_estimators"),
        &limits,
        params.flag("bootstrap"),
        rng,
        &mut observer,
    )
}

/// Puts ranges together, in order.
///
/// Errors: `train.nothing_to_merge`.
pub fn merge(parts: Vec<TreeEnsemble>) -> Outcome<TreeEnsemble> {
    let mut parts = parts.into_iter();
    let mut all = parts.next().ok_or_else(|| Message::new("train.nothing_to_merge"))?;
    for part in parts {
        all.trees.extend(part.trees);
    }
    Ok(all)
}

fn limits(params: &Checked, task: Task, set: &TrainSet<'_>) -> Limits {
    let n_features = set.features.n_features();
    Limits {
        max_leaves: params.integer("max_leaf_nodes").and_then(|n| usize::try_from(n).ok()),
        max_depth: params
            .integer("max_depth")
            .and_then(|n| usize::try_from(n).ok())
            .unwrap_or(usize::MAX),
        min_split: params.count("min_samples_split"),
        min_leaf: params.count("min_samples_leaf").max(1),
        min_hessian: 0.0,
        lambda: 0.0,
        max_features: max_features(params.choice("max_features"), task, n_features),
        until_pure: true,
    }
}

/// scikit-learn's rules; `auto` is `sqrt` for classes and all for numbers. Else a share of the features.
pub(crate) fn max_features(rule: &str, task: Task, n_features: usize) -> usize {
    let n = n_features as f64;
    let count = match rule {
        "sqrt" => n.sqrt(),
        "log2" => math::float::log2(n),
        "auto" if task.is_classification() => n.sqrt(),
        share => share.parse::<f64>().map_or(n, |share| share * n),
    };
    (count.floor() as usize).clamp(1, n_features.max(1))
}

/// Training rows as the grower takes them.
struct TreeRows<'a> {
    target: Target<'a>,
    weights: Vec<f64>,
    n_channels: usize,
    n_outputs: usize,
    n_features: usize,
    /// Mean and power-of-two factor that bring regression targets near 1.
    center: f64,
    factor: f64,
    scale: Scale,
}

impl<'a> TreeRows<'a> {
    fn new(params: &Checked, set: &TrainSet<'a>) -> Outcome<Self> {
        let n = set.features.n_rows;
        if n > MAX_ROWS {
            return Err(Message::new("train.too_many_rows")
                .with("rows", n)
                .with("most", MAX_ROWS)
                .into());
        }
        let weights = set.row_weights(params.choice("class_weight") == "balanced");
        let heaviest = weights.iter().copied().fold(0.0, f64::max);
        let (center, factor) = match set.target {
            Target::Classes { .. } => (0.0, 1.0),
            Target::Values(values) => centred(values, &weights),
        };
        let (n_channels, n_outputs) = match set.target {
            Target::Classes { n_classes: 2, .. } => (1, 2),
            Target::Classes { n_classes, .. } => (n_classes, n_classes),
            Target::Values(_) => (1, 1),
        };
        // A bootstrap draws n rows, none heavier than the heaviest.
        let bound = n as f64 * heaviest;
        let scale = Scale::new(bound, bound);
        Ok(Self {
            target: set.target,
            weights,
            n_channels,
            n_outputs,
            n_features: set.features.n_features(),
            center,
            factor,
            scale,
        })
    }

    fn row(&self, row: usize, times: u32) -> Row {
        let weight = self.weights[row];
        let (channel, g) = match self.target {
            Target::Classes { codes, n_classes: 2 } => (0, if codes[row] == 1 { weight } else { 0.0 }),
            Target::Classes { codes, .. } => (codes[row], weight),
            Target::Values(values) => (0, (values[row] - self.center) * self.factor * weight),
        };
        Row::new(row as u32, channel, g, weight, times, &self.scale)
    }

    fn grow<B: Code>(
        &self,
        bins: &Bins<B>,
        range: Range<usize>,
        n_trees: usize,
        limits: &Limits,
        bootstrap: bool,
        rng: impl Fn(usize) -> Rng,
        observer: &mut dyn Observer,
    ) -> Outcome<TreeEnsemble> {
        let n = self.weights.len();
        let mut grower = Grower::new(bins, self.n_channels);
        let mut times = vec![1u32; n];
        let mut trees = Vec::with_capacity(range.len());
        for tree in range.clone() {
            let mut rng = rng(tree);
            if bootstrap {
                times.fill(0);
                for _ in 0..n {
                    times[rng.below(n)] += 1;
                }
            }
            let in_bag = (0..n).filter(|row| times[*row] > 0 && self.weights[*row] > 0.0);
            let rows = in_bag.map(|row| self.row(row, times[row]));
            let mut leaf = |leaf: &super::grow::Leaf<'_>, out: &mut [f64]| self.leaf(leaf.rows, &times, n_trees as f64, out);
            let fraction = (tree - range.start) as f64 / range.len() as f64;
            trees.push(grower.grow(
                rows,
                &self.scale,
                limits,
                self.n_outputs,
                &mut rng,
                &mut leaf,
                observer,
                fraction,
            )?);
            observer.tick((tree + 1 - range.start) as f64 / range.len() as f64)?;
        }
        Ok(TreeEnsemble {
            trees,
            n_outputs: self.n_outputs,
            base: vec![0.0; self.n_outputs],
            aggregate: Aggregate::Mean,
            n_features: self.n_features,
        })
    }

    /// Class fractions or the mean over the leaf's rows, divided by the number of trees.
    fn leaf(&self, rows: &[Row], times: &[u32], n_trees: f64, out: &mut [f64]) {
        let mut total = 0.0;
        for row in rows {
            let row = row.row as usize;
            let weight = self.weights[row] * f64::from(times[row]);
            total += weight;
            match self.target {
                Target::Classes { codes, .. } => out[codes[row] as usize] += weight,
                Target::Values(values) => out[0] += weight * (values[row] - self.center) * self.factor,
            }
        }
        for out in out.iter_mut() {
            *out = match self.target {
                Target::Classes { .. } => *out / total / n_trees,
                Target::Values(_) => (*out / total / self.factor + self.center) / n_trees,
            };
        }
    }
}

/// The weighted mean, and the power of two that brings the largest deviation to 1/2..1.
pub(super) fn centred(values: &[f64], weights: &[f64]) -> (f64, f64) {
    let total: math::sum::Sum = weights.iter().copied().collect();
    let sum: math::sum::Sum = values.iter().zip(weights).map(|(y, w)| y * (w / total.value())).collect();
    let center = sum.value();
    let largest = values
        .iter()
        .zip(weights)
        .filter(|(_, w)| **w > 0.0)
        .map(|(y, _)| (y - center).abs())
        .fold(0.0, f64::max);
    (center, super::grow::unit_factor(largest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_for_features() {
        for (rule, task, expected) in [
            ("sqrt", Task::Binary, 5),
            ("log2", Task::Binary, 4),
            ("auto", Task::Multiclass, 5),
            ("auto", Task::Regression, 25),
            ("0.3", Task::Regression, 7),
            ("1.0", Task::Binary, 25),
        ] {
            assert_eq!(max_features(rule, task, 25), expected, "{rule}");
        }
        assert_eq!(max_features("0.1", Task::Binary, 3), 1);
    }
}

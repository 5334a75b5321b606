//! SHAP values of tree models, exactly.
//!
//! What a tree says when only some features are known: a split on a known feature sends the row its way, one on an
//! unknown feature both ways, in the share of the training rows that went there (the path-dependent reading: nodes count
//! rows, not weights). For one leaf of value v that is `v ∏ e_j` over the features on its path, with `e_j = o_j` when j is
//! known (1 when the row passes the leaf's splits on j, else 0) and `e_j = z_j`, the product of those shares, when it is
//! not. The Shapley value of such a product is an integral (Owen 1972):
//!
//! `phi_j = v (o_j - z_j) ∫ ∏_(i != j) (t o_i + (1 - t) z_i) dt` over 0..1.
//!
//! The integrand is a polynomial of lower degree than the path has features, so Gauss-Legendre with half as many points
//! gives it exactly; factors are never negative, so nothing cancels, however deep the tree (the usual recursion divides
//! polynomials, and loses digits with depth). Leaves below an edge are summed before its factor is taken out: a row costs
//! nodes x points x outputs. Missing values go their learned way.
//!
//! References: Lundberg et al. (2020), From local explanations to global understanding with explainable AI for trees,
//! Nature Machine Intelligence 2; Yu et al. (2022), Linear TreeShap, NeurIPS 35; Owen (1972), Multilinear extensions of
//! games, Management Science 18.

use std::collections::BTreeMap;

use math::quadrature::gauss_legendre;
use prepare::Features;
use spec::{Observer, Outcome};
use train::{Tree, TreeEnsemble};

/// Points of the integral that are worked on together.
const LANES: usize = 4;
type Block = [f64; LANES];
/// Nodes times blocks times rows between two ticks: some 50 ms.
const TICK_WORK: usize = 1 << 21;
/// Depth of no edge.
const NONE: usize = 0;

/// Before the link: what the ensemble sums up.
pub(super) struct TreeShares {
    /// Per output.
    pub base: Vec<f64>,
    /// Rows x outputs, in f64.
    pub scores: Vec<f64>,
    /// Rows x outputs x slots.
    pub amounts: Vec<f64>,
}

/// `slots[feature]` is where a feature's amounts go, below `n_slots`.
///
/// Errors: only the observer's.
pub(super) fn shares(
    ensemble: &TreeEnsemble,
    features: &Features,
    slots: &[usize],
    n_slots: usize,
    observer: &mut dyn Observer,
) -> Outcome<TreeShares> {
    let (n_rows, n_outputs) = (features.n_rows, ensemble.n_outputs);
    let mut out = TreeShares {
        base: ensemble.base.clone(),
        scores: ensemble.base.repeat(n_rows),
        amounts: vec![0.0; n_rows * n_outputs * n_slots],
    };
    let mut points: BTreeMap<usize, Points> = BTreeMap::new();
    let mut work = 0;
    for (at, tree) in ensemble.trees.iter().enumerate() {
        let plan = Plan::new(tree, n_outputs, slots);
        for (base, expected) in out.base.iter_mut().zip(&plan.expected) {
            *base += expected;
        }
        let points = points
            .entry(plan.n_blocks)
            .or_insert_with_key(|n_blocks| Points::new(*n_blocks));
        let mut walk = Walk::new(&plan, points);
        for row in 0..n_rows {
            work += plan.nodes.len() * plan.n_blocks;
            if work >= TICK_WORK {
                work = 0;
                let done = at as f64 + row as f64 / n_rows as f64;
                observer.tick(done / ensemble.trees.len() as f64)?;
            }
            let value = |feature: usize| features.columns[feature][row];
            let leaf = tree.leaf(value);
            let scores = &mut out.scores[row * n_outputs..(row + 1) * n_outputs];
            for (score, value) in scores.iter_mut().zip(&tree.value[leaf * n_outputs..]) {
                *score += value;
            }
            let amounts = &mut out.amounts[row * n_outputs * n_slots..(row + 1) * n_outputs * n_slots];
            walk.row(tree, value, amounts, n_slots);
        }
    }
    observer.tick(1.0)?;
    Ok(out)
}

/// Abscissas of the integral and what depends on them alone.
struct Points {
    t: Vec<Block>,
    weight: Vec<Block>,
    /// `-weight / (1 - t)`: (o - z) / factor where o is 0, whatever z.
    cold: Vec<Block>,
}

impl Points {
    fn new(n_blocks: usize) -> Self {
        let points = gauss_legendre(n_blocks * LANES);
        let blocks = |of: &dyn Fn((f64, f64)) -> f64| {
            let numbers: Vec<f64> = points.iter().map(|point| of(*point)).collect();
            numbers.as_chunks::<LANES>().0.to_vec()
        };
        Self {
            t: blocks(&|(t, _)| t),
            weight: blocks(&|(_, w)| w),
            cold: blocks(&|(t, w)| -w / (1.0 - t)),
        }
    }
}

/// A tree's node with the edge that leads to it.
struct Node {
    index: usize,
    depth: usize,
    /// Where the parent's feature belongs.
    slot: usize,
    is_left: bool,
    /// Of the parent's training rows.
    share: f64,
    /// The product of the shares of all edges so far on the parent's feature.
    z: f64,
    /// Depth of the edge above on the same feature, or [`NONE`].
    above: usize,
}

struct Plan {
    /// Root first, each followed by its left and then its right subtree.
    nodes: Vec<Node>,
    max_depth: usize,
    n_blocks: usize,
    /// Outputs that some leaf has a value for: of boosted classes, one a tree.
    outputs: Vec<usize>,
    n_outputs: usize,
    /// The tree's answer when nothing is known.
    expected: Vec<f64>,
}

impl Plan {
    fn new(tree: &Tree, n_outputs: usize, slots: &[usize]) -> Self {
        let is_used = |k: &usize| tree.value.iter().skip(*k).step_by(n_outputs).any(|value| *value != 0.0);
        let mut plan = Self {
            nodes: Vec::with_capacity(tree.feature.len()),
            max_depth: 0,
            n_blocks: 1,
            outputs: (0..n_outputs).filter(is_used).collect(),
            n_outputs,
            expected: vec![0.0; n_outputs],
        };
        // By depth, of the path to the node at hand: the edge's feature, its z, distinct features so far, share of all rows.
        let mut path: Vec<(u32, f64, usize, f64)> = vec![(Tree::LEAF, 1.0, 0, 1.0)];
        // Node, depth, parent, and whether it is on the left.
        let mut open = vec![(0, 0, 0, true)];
        let mut most_features = 0;
        while let Some((index, depth, parent, is_left)) = open.pop() {
            path.truncate(depth.max(1));
            let mut node = Node {
                index,
                depth,
                slot: 0,
                is_left,
                share: 1.0,
                z: 1.0,
                above: NONE,
            };
            if depth > 0 {
                let feature = tree.feature[parent];
                node.slot = slots[feature as usize];
                node.share = share(tree, parent, is_left);
                node.above = path.iter().rposition(|edge| edge.0 == feature).unwrap_or(NONE);
                node.z = path[node.above].1 * node.share;
                let (_, _, n_features, reached) = path[depth - 1];
                let n_features = n_features + usize::from(node.above == NONE);
                most_features = most_features.max(n_features);
                path.push((feature, node.z, n_features, reached * node.share));
            }
            if tree.feature[index] == Tree::LEAF {
                let reached = path[depth].3;
                for (expected, value) in plan.expected.iter_mut().zip(&tree.value[index * n_outputs..]) {
                    *expected += reached * value;
                }
            } else {
                open.push((tree.right[index] as usize, depth + 1, index, false));
                open.push((tree.left[index] as usize, depth + 1, index, true));
            }
            plan.max_depth = plan.max_depth.max(depth);
            plan.nodes.push(node);
        }
        // q points are exact up to degree 2 q - 1; the integrand's is one less than the features.
        plan.n_blocks = most_features.div_ceil(2 * LANES).max(1);
        plan
    }
}

/// Of the parent's rows; halves where it has none.
fn share(tree: &Tree, parent: usize, is_left: bool) -> f64 {
    let left = tree.cover[tree.left[parent] as usize];
    let right = tree.cover[tree.right[parent] as usize];
    let own = if is_left { left } else { right };
    let share = own / (left + right);
    if share.is_finite() { share } else { 0.5 }
}

/// One row on its way through all nodes; everything is kept by depth.
struct Walk<'a> {
    plan: &'a Plan,
    points: &'a Points,
    /// Depths x blocks: the product of the factors of the features on the path.
    product: Vec<Block>,
    /// Depths x blocks: what the edge's feature takes out of the sum of the leaves below.
    taken: Vec<Block>,
    /// Depths x outputs x blocks: the leaves below, so far.
    sum: Vec<Block>,
    /// The row passes this edge and all above on its feature.
    passes: Vec<bool>,
    goes_left: Vec<bool>,
    z: Vec<f64>,
}

impl<'a> Walk<'a> {
    fn new(plan: &'a Plan, points: &'a Points) -> Self {
        let n_depths = plan.max_depth + 1;
        Self {
            plan,
            points,
            product: vec![[1.0; LANES]; n_depths * plan.n_blocks],
            taken: vec![[0.0; LANES]; n_depths * plan.n_blocks],
            sum: vec![[0.0; LANES]; n_depths * plan.n_blocks * plan.outputs.len()],
            passes: vec![true; n_depths],
            goes_left: vec![true; n_depths],
            z: vec![1.0; n_depths],
        }
    }

    /// Adds the row's amounts, outputs x slots.
    fn row(&mut self, tree: &Tree, value: impl Fn(usize) -> f32, amounts: &mut [f64], n_slots: usize) {
        let plan = self.plan;
        let n_sums = plan.outputs.len() * plan.n_blocks;
        // Slots of the open edges, by depth.
        let mut slots = vec![0; plan.max_depth + 1];
        let mut open = 0;
        for node in &plan.nodes {
            let depth = node.depth;
            while open > 0 && open >= depth {
                self.close(open, slots[open], amounts, n_slots);
                open -= 1;
            }
            if depth > 0 {
                self.enter(node);
                slots[depth] = node.slot;
            }
            let sums = &mut self.sum[depth * n_sums..(depth + 1) * n_sums];
            let feature = tree.feature[node.index];
            if feature == Tree::LEAF {
                let product = &self.product[depth * plan.n_blocks..(depth + 1) * plan.n_blocks];
                for (sums, k) in sums.chunks_exact_mut(plan.n_blocks).zip(&plan.outputs) {
                    let value = tree.value[node.index * plan.n_outputs + k];
                    for (sum, product) in sums.iter_mut().zip(product) {
                        *sum = product.map(|p| p * value);
                    }
                }
            } else {
                sums.fill([0.0; LANES]);
                let x = value(feature as usize);
                self.goes_left[depth] = if x.is_nan() {
                    tree.missing_left[node.index]
                } else {
                    f64::from(x) <= tree.threshold[node.index]
                };
            }
            open = depth;
        }
        while open > 0 {
            self.close(open, slots[open], amounts, n_slots);
            open -= 1;
        }
    }

    /// Multiplies the edge's factor in. A feature met before has its factor replaced, and gives up what the edge above
    /// will take of these leaves, because only the lowest edge counts.
    #[inline]
    fn enter(&mut self, node: &Node) {
        let (depth, n_blocks) = (node.depth, self.plan.n_blocks);
        let is_met = node.above != NONE;
        let (passed, z_above) = (self.passes[node.above], self.z[node.above]);
        let passes = passed && node.is_left == self.goes_left[depth - 1];
        self.passes[depth] = passes;
        self.z[depth] = node.z;
        let (before, after) = self.product.split_at_mut(depth * n_blocks);
        let before = &before[(depth - 1) * n_blocks..];
        let after = &mut after[..n_blocks];
        let taken = &mut self.taken[depth * n_blocks..(depth + 1) * n_blocks];
        let Points { t, weight, cold } = self.points;
        for b in 0..n_blocks {
            for l in 0..LANES {
                let (t, weight, cold) = (t[b][l], weight[b][l], cold[b][l]);
                let (factor, out) = if passes {
                    let factor = t + (1.0 - t) * node.z;
                    (factor, weight * (1.0 - node.z) / factor)
                } else {
                    ((1.0 - t) * node.z, cold)
                };
                (after[b][l], taken[b][l]) = if !is_met {
                    (before[b][l] * factor, out)
                } else if passed {
                    let factor_above = t + (1.0 - t) * z_above;
                    let out_above = weight * (1.0 - z_above) / factor_above;
                    (before[b][l] * (factor / factor_above), out - out_above)
                } else {
                    // Both factors are (1 - t) z: the edge above takes out what this one would.
                    (before[b][l] * node.share, 0.0)
                };
            }
        }
    }

    /// All leaves below the edge are summed: its feature gets its amounts, the edge above the sum.
    #[inline]
    fn close(&mut self, depth: usize, slot: usize, amounts: &mut [f64], n_slots: usize) {
        let n_blocks = self.plan.n_blocks;
        let n_sums = self.plan.outputs.len() * n_blocks;
        let (above, own) = self.sum.split_at_mut(depth * n_sums);
        let above = &mut above[(depth - 1) * n_sums..];
        let taken = &self.taken[depth * n_blocks..(depth + 1) * n_blocks];
        let sums = own[..n_sums].chunks_exact(n_blocks).zip(above.chunks_exact_mut(n_blocks));
        for ((own, above), k) in sums.zip(&self.plan.outputs) {
            let mut lanes = [0.0; LANES];
            for b in 0..n_blocks {
                for l in 0..LANES {
                    lanes[l] += taken[b][l] * own[b][l];
                    above[b][l] += own[b][l];
                }
            }
            amounts[k * n_slots + slot] += (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
        }
    }
}

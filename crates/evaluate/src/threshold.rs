//! Decision thresholds: what each would come to, and which costs least. A row is flagged when `p >= threshold`.
//!
//! Between two neighbouring scores every threshold gives the same counts, so one stands for all: the decimal with the
//! fewest digits near the middle of the gap. It reads well (0.29), and it stays clear of the scores, so that rounding it
//! to f32 flags the same rows.

use metrics::ranking::{Cut, Ranking};
use spec::Order;
use spec::evaluation::ThresholdPoint;
use spec::framing::Costs;

/// Points of a table at most.
pub const MAX_POINTS: usize = 401;
/// Left of [`MAX_POINTS`] beside 0, 0.5, 1, the cheapest and the chosen.
const MAX_GAPS: usize = MAX_POINTS - 5;

/// All thresholds that differ, thinned by quantiles of the scores when they are more than [`MAX_POINTS`]; ascending.
/// Always there: 0 (all rows flagged), 0.5, 1, the `chosen` one and, with costs, the cheapest of all. Empty without rows.
/// `truth` has code 1 for positive rows; `scores` are the positive probabilities. O(n log n).
pub fn table(truth: &[u32], scores: &[f64], costs: Option<&Costs>, chosen: Option<f64>) -> Vec<ThresholdPoint> {
    if truth.is_empty() || truth.len() != scores.len() {
        return Vec::new();
    }
    let positive: Vec<bool> = truth.iter().map(|&code| code == 1).collect();
    let n_positive = positive.iter().filter(|&&is| is).count() as u64;
    let whole = Whole {
        n_positive,
        n_negative: truth.len() as u64 - n_positive,
        costs,
    };
    let gaps = gaps(&Ranking::new(scores).cuts(scores, &positive));
    let mut thresholds = vec![0.0, 0.5, 1.0];
    thresholds.extend(chosen);
    if costs.is_some() {
        thresholds.extend(cheapest(&gaps, &whole).map(Gap::threshold));
    }
    let n_rows = truth.len() as u64;
    let mut last = None;
    for i in 0..MAX_GAPS.min(gaps.len()) {
        let at = if gaps.len() <= MAX_GAPS {
            i
        } else {
            let wanted = n_rows * i as u64 / (MAX_GAPS as u64 - 1);
            gaps.partition_point(|gap| gap.n_flagged() < wanted).min(gaps.len() - 1)
        };
        if last != Some(at) {
            thresholds.push(gaps[at].threshold());
            last = Some(at);
        }
    }
    thresholds.order_by(f64::total_cmp);
    thresholds.dedup();
    thresholds
        .into_iter()
        .map(|threshold| whole.point(threshold, find(&gaps, threshold)))
        .collect()
}

/// The cheapest point, of several the one nearest to 0.5, of these the lower; without costs the point at 0.5.
pub fn best(table: &[ThresholdPoint]) -> Option<u32> {
    let away = |point: &ThresholdPoint| (point.threshold - 0.5).abs();
    let cost = |point: &ThresholdPoint| point.cost.unwrap_or(0.0);
    (0..table.len())
        .min_by(|&a, &b| {
            cost(&table[a])
                .total_cmp(&cost(&table[b]))
                .then(away(&table[a]).total_cmp(&away(&table[b])))
        })
        .map(|i| i as u32)
}

/// The thresholds `low < t <= high` that flag the same rows.
#[derive(Clone, Copy, Debug)]
struct Gap {
    low: f64,
    high: f64,
    n_true_positive: u64,
    n_false_positive: u64,
}

impl Gap {
    fn n_flagged(&self) -> u64 {
        self.n_true_positive + self.n_false_positive
    }

    fn away_from_half(&self) -> f64 {
        if self.low < 0.5 && 0.5 <= self.high {
            0.0
        } else {
            (self.low - 0.5).max(0.5 - self.high)
        }
    }

    fn threshold(self) -> f64 {
        if self.away_from_half() == 0.0 {
            return 0.5;
        }
        if self.low < 0.0 {
            return 0.0;
        }
        let inside = |t: f64| self.low < t && t <= self.high;
        let middle = (self.low + self.high) / 2.0;
        let mut scale = 1.0;
        for _ in 0..8 {
            scale *= 10.0;
            let t = (middle * scale).round() / scale;
            if inside(t) && inside(f64::from(t as f32)) {
                return t;
            }
        }
        self.high
    }
}

/// By rising number of flagged rows, from none flagged (when a threshold up to 1 can do that) to all.
fn gaps(cuts: &[Cut]) -> Vec<Gap> {
    let mut gaps = Vec::with_capacity(cuts.len() + 1);
    if let Some(first) = cuts.first().filter(|cut| cut.score < 1.0) {
        gaps.push(Gap {
            low: first.score,
            high: 1.0,
            n_true_positive: 0,
            n_false_positive: 0,
        });
    }
    for (i, cut) in cuts.iter().enumerate() {
        let low = cuts.get(i + 1).map_or(-1.0, |next| next.score);
        gaps.push(Gap {
            low,
            high: cut.score,
            n_true_positive: cut.n_true_positive,
            n_false_positive: cut.n_false_positive,
        });
    }
    gaps
}

/// The gap that a threshold lies in; the first (fewest flagged) when it is above all.
fn find(gaps: &[Gap], threshold: f64) -> &Gap {
    &gaps[gaps.partition_point(|gap| gap.low >= threshold).min(gaps.len() - 1)]
}

fn cheapest(gaps: &[Gap], whole: &Whole) -> Option<Gap> {
    let cost = |gap: &Gap| whole.cost(gap).unwrap_or(0.0);
    gaps.iter()
        .min_by(|a, b| {
            cost(a)
                .total_cmp(&cost(b))
                .then(a.away_from_half().total_cmp(&b.away_from_half()))
        })
        .copied()
}

struct Whole<'a> {
    n_positive: u64,
    n_negative: u64,
    costs: Option<&'a Costs>,
}

impl Whole<'_> {
    fn cost(&self, gap: &Gap) -> Option<f64> {
        let n_missed = (self.n_positive - gap.n_true_positive) as f64;
        self.costs
            .map(|costs| gap.n_false_positive as f64 * costs.false_positive + n_missed * costs.false_negative)
    }

    fn point(&self, threshold: f64, gap: &Gap) -> ThresholdPoint {
        let confusion = metrics::classification::Confusion {
            counts: vec![
                self.n_negative - gap.n_false_positive,
                gap.n_false_positive,
                self.n_positive - gap.n_true_positive,
                gap.n_true_positive,
            ],
            n_classes: 2,
        };
        ThresholdPoint {
            threshold,
            n_true_positive: gap.n_true_positive,
            n_false_positive: gap.n_false_positive,
            n_true_negative: self.n_negative - gap.n_false_positive,
            n_false_negative: self.n_positive - gap.n_true_positive,
            precision: confusion.precision(1),
            recall: confusion.recall(1),
            specificity: confusion.specificity(),
            f1: confusion.f1(1),
            accuracy: confusion.accuracy().unwrap_or(0.0),
            balanced_accuracy: confusion.balanced_accuracy(),
            mcc: confusion.mcc(),
            cost: self.cost(gap),
        }
    }
}

//! How sure a gap between groups is.
//!
//! The largest minus the smallest of several rates is never negative, and chance alone makes it large: with ten groups a
//! bootstrap of it never reaches 0. So every two groups are compared, and every group with all the others together, each
//! difference with its own standard error, and what the largest of so many comparisons does by chance is drawn: groups of
//! the same sizes, all treated alike. A gap is past a limit for certain when a difference is further past it than that.
//!
//! Two groups are one comparison, of a signed difference. Rates are drawn towards one half by one success and one failure
//! a group before their standard errors are taken (Agresti and Caffo), which holds near 0 and 1 and for small groups.
//!
//! References: Agresti, A. and Caffo, B. (2000), The American Statistician 54; Westfall, P. and Young, S. (1993),
//! Resampling-based multiple testing, for the largest of several comparisons.

use math::Rng;
use math::special::normal_ppf;
use math::special_beta::t_sf;

/// Draws of groups that are treated alike.
const N_DRAWS: usize = 2000;

/// Distances below this share of the farthest one have a larger chance, whatever their degrees of freedom.
const NEARLY_FARTHEST: f64 = 0.8;

/// Hits among rows, one a group that is large enough.
pub(super) type Counts = (u64, u64);

/// All comparisons of one or two rates.
pub(super) struct Comparisons {
    each: Vec<Difference>,
    /// The two groups of a single comparison: signed difference.
    pub signed: Option<f64>,
    /// The smallest chance of each draw when all groups are treated alike, ascending.
    by_chance: Vec<f64>,
}

impl Comparisons {
    /// `rates`: for each compared rate, the counts of all groups in the same order. None where a group has no rows to take
    /// a rate of.
    pub fn of(rates: &[Vec<Counts>], seed: u64) -> Option<Self> {
        let n_groups = rates.first().map_or(0, Vec::len);
        if n_groups < 2 || rates.iter().flatten().any(|(_, n)| *n == 0) {
            return None;
        }
        let mut each = Vec::new();
        for counts in rates {
            each.extend(differences_of(counts));
        }
        let signed = (n_groups == 2 && rates.len() == 1).then(|| {
            let rate = |(hits, n): Counts| hits as f64 / n as f64;
            rate(rates[0][0]) - rate(rates[0][1])
        });
        let by_chance = if each.len() > 1 { drawn(rates, seed) } else { Vec::new() };
        Some(Self { each, signed, by_chance })
    }

    /// How often chance alone makes differences this far past `limit`, when all true ones are within it.
    pub fn chance(&self, limit: f64) -> f64 {
        let least = self.each.iter().map(|one| one.chance(limit)).fold(1.0, f64::min);
        if self.by_chance.is_empty() {
            return least;
        }
        let n_below = self.by_chance.partition_point(|chance| *chance <= least);
        // Draws cannot tell chances below their own number apart; all comparisons together cannot be less likely than one,
        // nor more likely than their sum.
        let of_draws = (n_below as f64 + 1.0) / (self.by_chance.len() as f64 + 1.0);
        of_draws.min(least * self.each.len() as f64).clamp(least, 1.0)
    }

    /// Ends of the true gap: the largest limit that it is past for certain, and what no difference may exceed.
    pub fn limits(&self, alpha: f64) -> (f64, f64) {
        let z = self.critical(alpha);
        let high = self.each.iter().map(|one| one.size + z * one.error).fold(0.0, f64::max);
        let (mut low, mut above) = (0.0, 1.0);
        if self.chance(low) <= alpha {
            for _ in 0..50 {
                let middle = f64::midpoint(low, above);
                if self.chance(middle) <= alpha {
                    low = middle;
                } else {
                    above = middle;
                }
            }
        }
        (low, high.min(1.0))
    }

    /// Standard errors that one of the comparisons exceeds by chance with probability `alpha`.
    pub fn critical(&self, alpha: f64) -> f64 {
        let n = self.each.len() as f64;
        let of_all = normal_ppf(1.0 - alpha / n / 2.0);
        if self.by_chance.is_empty() {
            return of_all;
        }
        let place = ((self.by_chance.len() as f64 + 1.0) * alpha) as usize;
        match place.checked_sub(1).and_then(|place| self.by_chance.get(place)) {
            Some(chance) => normal_ppf(1.0 - chance / 2.0).min(of_all),
            None => of_all,
        }
    }

    /// The signed difference of two groups.
    pub fn error(&self) -> f64 {
        self.each.first().map_or(f64::NAN, |one| one.error)
    }
}

/// Of two groups, or of one and all the others.
struct Difference {
    /// Not below 0.
    size: f64,
    error: f64,
    /// Degrees of freedom of the error (Welch and Satterthwaite).
    freedom: f64,
}

impl Difference {
    /// `a` and `b`: variances of the rates with the rows behind them.
    fn new(size: f64, a: (f64, f64), b: (f64, f64)) -> Self {
        let variance = a.0 + b.0;
        let spread = a.0 * a.0 / (a.1 + 1.0) + b.0 * b.0 / (b.1 + 1.0);
        Self {
            size,
            error: variance.sqrt(),
            freedom: variance * variance / spread,
        }
    }

    /// In standard errors.
    fn distance(&self) -> f64 {
        self.size / self.error
    }

    /// The chance of a difference at least this far from 0 when the true one is at most `limit`, on either side.
    fn chance(&self, limit: f64) -> f64 {
        t_sf((self.size - limit) / self.error, self.freedom) + t_sf((self.size + limit) / self.error, self.freedom)
    }
}

/// Rate and variance after one success and one failure more.
fn towards_half((hits, n): Counts) -> (f64, f64) {
    let n = n as f64 + 2.0;
    let rate = (hits as f64 + 1.0) / n;
    (rate, rate * (1.0 - rate) / n)
}

fn differences_of(counts: &[Counts]) -> Vec<Difference> {
    let (estimates, variances): (Vec<f64>, Vec<f64>) = counts.iter().map(|count| towards_half(*count)).unzip();
    let weights: Vec<f64> = counts.iter().map(|(_, n)| *n as f64).collect();
    differences(&estimates, &variances, &weights)
}

/// Every two groups, and every group against all others together where there are more than two.
fn differences(rates: &[f64], variances: &[f64], weights: &[f64]) -> Vec<Difference> {
    let k = rates.len();
    let mut out = Vec::with_capacity(k * (k + 1) / 2);
    for a in 0..k {
        for b in a + 1..k {
            out.push(Difference::new(
                (rates[a] - rates[b]).abs(),
                (variances[a], weights[a]),
                (variances[b], weights[b]),
            ));
        }
    }
    if k > 2 {
        let (mut total, mut sum, mut spread) = (0.0, 0.0, 0.0);
        for group in 0..k {
            total += weights[group];
            sum += weights[group] * rates[group];
            spread += weights[group] * weights[group] * variances[group];
        }
        for group in 0..k {
            let left = total - weights[group];
            let rest = (sum - weights[group] * rates[group]) / left;
            let of_rest = (spread - weights[group] * weights[group] * variances[group]) / (left * left);
            out.push(Difference::new(
                (rates[group] - rest).abs(),
                (variances[group], weights[group]),
                (of_rest, left),
            ));
        }
    }
    out
}

/// The smallest chance among all comparisons, for groups of these sizes that all have the rate of all rows. Hits are drawn,
/// not rates of a normal distribution: few hits are lopsided, and ten groups have one at their far end.
fn drawn(rates: &[Vec<Counts>], seed: u64) -> Vec<f64> {
    let pooled: Vec<f64> = rates
        .iter()
        .map(|counts| {
            let all = counts.iter().fold((0, 0), |sum, count| (sum.0 + count.0, sum.1 + count.1));
            towards_half(all).0
        })
        .collect();
    let mut out = Vec::with_capacity(N_DRAWS);
    for draw in 0..N_DRAWS {
        let mut rng = Rng::stream(seed, "fairness", draw as u64);
        let mut each = Vec::new();
        for (counts, rate) in rates.iter().zip(&pooled) {
            let alike: Vec<Counts> = counts.iter().map(|(_, n)| (rng.binomial(*n, *rate), *n)).collect();
            each.extend(differences_of(&alike));
        }
        // A chance takes a series; only what lies far out can have the smallest one.
        let farthest = each.iter().map(Difference::distance).fold(0.0, f64::max);
        let far = each.iter().filter(|one| one.distance() >= NEARLY_FARTHEST * farthest);
        out.push(far.map(|one| one.chance(0.0)).fold(1.0, f64::min));
    }
    math::quantile::sorted(out)
}

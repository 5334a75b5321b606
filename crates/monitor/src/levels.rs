//! Differences between two samples that fall into the same bins: one count a bin and sample.

use math::float;
use math::special;
use math::sum::Sum;

/// Shares below this count as this in PSI, as in the exported service.
const LEAST_SHARE: f64 = 1e-4;
/// A bin with a smaller expected count in either sample goes into the bin of the rare ones (Cochran's rule).
const LEAST_EXPECTED: f64 = 5.0;

/// The test that two samples have the same shares.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChiSquare {
    pub statistic: f64,
    pub dof: u64,
    pub p_value: f64,
}

fn total(counts: &[u64]) -> u64 {
    counts.iter().sum()
}

/// Both shares of each bin; None when a sample is empty.
fn shares(reference: &[u64], batch: &[u64]) -> Option<impl Iterator<Item = (f64, f64)>> {
    let (n, m) = (total(reference) as f64, total(batch) as f64);
    let pairs = reference.iter().zip(batch);
    (n > 0.0 && m > 0.0).then(|| pairs.map(move |(&a, &b)| (a as f64 / n, b as f64 / m)))
}

/// Population stability index: the sum of `(q - p) ln(q / p)` over the bins. None when a sample is empty.
pub fn psi(reference: &[u64], batch: &[u64]) -> Option<f64> {
    let terms = shares(reference, batch)?.map(|(p, q)| {
        let (p, q) = (p.max(LEAST_SHARE), q.max(LEAST_SHARE));
        (q - p) * float::ln(q / p)
    });
    Some(terms.collect::<Sum>().value())
}

/// The Jensen-Shannon distance in natural units, 0 to 0.833: the root of the mean divergence of both samples from their
/// middle. Bins that only one sample has may be taken together without changing it. None when a sample is empty.
pub fn jensen_shannon(reference: &[u64], batch: &[u64]) -> Option<f64> {
    let part = |p: f64, middle: f64| if p > 0.0 { p * float::ln(p / middle) } else { 0.0 };
    let terms = shares(reference, batch)?.map(|(p, q)| part(p, 0.5 * (p + q)) + part(q, 0.5 * (p + q)));
    Some((0.5 * terms.collect::<Sum>().value()).max(0.0).sqrt())
}

/// The share of rows that would have to change their bin: half of the sum of all differences of shares. None when a
/// sample is empty.
pub fn total_variation(reference: &[u64], batch: &[u64]) -> Option<f64> {
    let terms = shares(reference, batch)?.map(|(p, q)| (p - q).abs());
    Some(0.5 * terms.collect::<Sum>().value())
}

/// The chi-square test of homogeneity: both samples are drawn, the reference too. Bins that would be expected fewer than
/// five times in either sample are taken together first. With a single bin left there is nothing to differ: p is 1.
/// None when a sample is empty.
///
/// Evidently's chi-square takes the reference's shares as exact, which calls too much significant: with two samples of
/// one size its statistic is twice too large.
pub fn chi_square(reference: &[u64], batch: &[u64]) -> Option<ChiSquare> {
    let (n, m) = (total(reference) as f64, total(batch) as f64);
    if n == 0.0 || m == 0.0 {
        return None;
    }
    let smaller = n.min(m) / (n + m);
    let mut rare = (0, 0);
    let mut bins = Vec::with_capacity(reference.len());
    for (&a, &b) in reference.iter().zip(batch) {
        if (a + b) as f64 * smaller < LEAST_EXPECTED {
            rare = (rare.0 + a, rare.1 + b);
        } else {
            bins.push((a, b));
        }
    }
    if rare.0 + rare.1 > 0 {
        bins.push(rare);
    }
    let mut statistic = Sum::default();
    for &(a, b) in &bins {
        let both = (a + b) as f64;
        for (observed, size) in [(a, n), (b, m)] {
            let expected = both * (size / (n + m));
            let away = observed as f64 - expected;
            statistic.add(away * away / expected);
        }
    }
    let dof = bins.len().saturating_sub(1) as u64;
    let statistic = if dof == 0 { 0.0 } else { statistic.value() };
    Some(ChiSquare {
        statistic,
        dof,
        p_value: if dof == 0 {
            1.0
        } else {
            special::chi_square_sf(statistic, dof as f64)
        },
    })
}

/// The z statistic and two-sided p-value of the test that two shares are the same: `k` of `n` before, `l` of `m` now;
/// positive when the share is larger now. None when a sample is empty, or when it is none or all of the rows in both.
pub fn two_proportions(k: u64, n: u64, l: u64, m: u64) -> Option<(f64, f64)> {
    let (size, other) = (n as f64, m as f64);
    let pooled = (k + l) as f64 / (size + other);
    if n == 0 || m == 0 || pooled <= 0.0 || pooled >= 1.0 {
        return None;
    }
    let error = (pooled * (1.0 - pooled) * (1.0 / size + 1.0 / other)).sqrt();
    let z = (l as f64 / other - k as f64 / size) / error;
    Some((z, 2.0 * special::normal_sf(z.abs())))
}

/// More rows than this have the normal distribution for [`share_grew`].
const MAX_EXACT_ROWS: u64 = 5000;

/// P-value of the one-sided test that a share is no larger than it was: `k` of `n` before, `l` or more of `m` now. Exact
/// (Fisher's) up to [`MAX_EXACT_ROWS`] rows now, else by the normal distribution. 1 when a sample is empty.
pub fn share_grew(k: u64, n: u64, l: u64, m: u64) -> f64 {
    if n == 0 || m == 0 || l == 0 {
        return 1.0;
    }
    if m > MAX_EXACT_ROWS {
        return two_proportions(k, n, l, m).map_or(1.0, |(z, _)| special::normal_sf(z));
    }
    // The chance to draw l or more of the k + l among m of n + m rows.
    let (with, all) = (k + l, n + m);
    let most = m.min(with);
    let choose =
        |a: u64, b: u64| float::lgamma(a as f64 + 1.0) - float::lgamma(b as f64 + 1.0) - float::lgamma((a - b) as f64 + 1.0);
    if all - with < m - l {
        return 1.0;
    }
    let mut term = float::exp(choose(with, l) + choose(all - with, m - l) - choose(all, m));
    let mut tail = Sum::default();
    for x in l..=most {
        tail.add(term);
        let (up, down) = (
            (with - x) as f64 * (m - x) as f64,
            (x + 1) as f64 * (all - with + x + 1 - m) as f64,
        );
        term *= up / down;
    }
    tail.value().min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_that_grew_is_told_exactly() {
        let close = |got: f64, expected: f64| assert!((got - expected).abs() <= 1e-9 * expected, "{got} {expected}");
        // In fractions: sum(comb(k + l, x) * comb(n + m - k - l, m - x) for x >= l) / comb(n + m, m), as
        // scipy.stats.fisher_exact([[l, m - l], [k, n - k]], alternative="greater").
        close(share_grew(1, 1000, 1, 5), 0.009930427543557115);
        close(share_grew(30, 1000, 20, 100), 1.1828021768772946e-09);
        close(share_grew(0, 150, 5, 5), 1.4315840827468428e-09);
        close(share_grew(500, 1000, 90, 200), 0.9145382184810676);
        assert_eq!(share_grew(10, 10, 5, 5), 1.0);
        assert_eq!((share_grew(0, 0, 5, 5), share_grew(0, 10, 0, 5)), (1.0, 1.0));
        // The two ways meet.
        let (exact, normal) = (share_grew(3000, 100_000, 190, 5000), share_grew(3000, 100_000, 190, 5001));
        assert!(math::float::ln(exact / normal).abs() < 0.6, "{exact} {normal}");
    }

    #[test]
    fn ends_of_every_measure() {
        let (same, apart) = (([30, 70], [300, 700]), ([10, 0], [0, 10]));
        assert_eq!(psi(&same.0, &same.1), Some(0.0));
        assert_eq!(total_variation(&same.0, &same.1), Some(0.0));
        assert!(jensen_shannon(&same.0, &same.1).is_some_and(|x| x < 1e-8));
        assert_eq!(total_variation(&apart.0, &apart.1), Some(1.0));
        let largest = std::f64::consts::LN_2.sqrt();
        assert!(jensen_shannon(&apart.0, &apart.1).is_some_and(|x| (x - largest).abs() < 1e-15));
        for f in [psi, jensen_shannon, total_variation] {
            assert_eq!((f(&[0], &[5]), f(&[5], &[0]), f(&[], &[])), (None, None, None));
        }
        assert_eq!(chi_square(&[0], &[5]), None);
        let one = chi_square(&[5], &[7]).unwrap();
        assert_eq!((one.statistic, one.dof, one.p_value), (0.0, 0, 1.0));
    }

    #[test]
    fn bins_of_one_sample_may_be_taken_together() {
        let apart = jensen_shannon(&[50, 50, 0, 0, 0], &[40, 40, 5, 10, 5]);
        let together = jensen_shannon(&[50, 50, 0], &[40, 40, 20]);
        assert!((apart.unwrap() - together.unwrap()).abs() < 1e-15);
        assert_eq!(
            total_variation(&[50, 50, 0, 0, 0], &[40, 40, 5, 10, 5]),
            total_variation(&[50, 50, 0], &[40, 40, 20])
        );
    }

    #[test]
    fn two_shares_and_a_table_of_two_bins_are_one_test() {
        let (z, p) = two_proportions(30, 100, 90, 200).unwrap();
        let table = chi_square(&[30, 70], &[90, 110]).unwrap();
        assert!((z * z - table.statistic).abs() < 1e-12 && (p - table.p_value).abs() < 1e-14 && z > 0.0);
        assert_eq!(two_proportions(0, 10, 0, 20), None);
        assert_eq!(two_proportions(10, 10, 20, 20), None);
        assert_eq!(two_proportions(0, 0, 1, 20), None);
    }
}

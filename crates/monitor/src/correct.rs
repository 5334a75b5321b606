//! Testing many columns at once: with twenty columns and nothing changed, one would be called significant at 5%.

use spec::monitor::Correction;

/// The p-values, corrected, in their order. An undefined one (None, NaN) stays None and counts for nothing.
///
/// Benjamini-Hochberg: from the largest down, the least of `p n / rank` so far. Bonferroni: `p n`. Both at most 1.
/// Reference: Benjamini, Hochberg: Controlling the false discovery rate, 1995.
pub fn adjusted(p_values: &[Option<f64>], correction: Correction) -> Vec<Option<f64>> {
    let mut order: Vec<(f64, usize)> = p_values
        .iter()
        .enumerate()
        .filter_map(|(at, p)| p.filter(|p| !p.is_nan()).map(|p| (p, at)))
        .collect();
    let n = order.len() as f64;
    let mut out = vec![None; p_values.len()];
    match correction {
        Correction::None => order.iter().for_each(|&(p, at)| out[at] = Some(p)),
        Correction::Bonferroni => order.iter().for_each(|&(p, at)| out[at] = Some((p * n).min(1.0))),
        Correction::BenjaminiHochberg => {
            order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            let mut least = 1.0f64;
            for (rank, &(p, at)) in order.iter().enumerate().rev() {
                least = least.min(p * n / (rank + 1) as f64);
                out[at] = Some(least);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undefined_ones_count_for_nothing() {
        let p = [Some(0.04), None, Some(f64::NAN), Some(0.01)];
        assert_eq!(adjusted(&p, Correction::Bonferroni), [Some(0.08), None, None, Some(0.02)]);
        assert_eq!(
            adjusted(&p, Correction::BenjaminiHochberg),
            [Some(0.04), None, None, Some(0.02)]
        );
        assert_eq!(adjusted(&p, Correction::None), [Some(0.04), None, None, Some(0.01)]);
        assert_eq!(adjusted(&[], Correction::BenjaminiHochberg), []);
        assert_eq!(
            adjusted(&[Some(0.9), Some(0.8)], Correction::Bonferroni),
            [Some(1.0), Some(1.0)]
        );
    }
}

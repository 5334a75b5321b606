//! What choosing the best of many candidates flatters.
//!
//! Every candidate was judged by the rows that chose it, so the best of many looks better than it is: of noise alone, some
//! candidate is good by chance. Here rows are drawn with replacement, the candidate that is best on the drawn ones is
//! taken, and judged on those that were not drawn: the mean over many draws is what a choice like this comes to on rows
//! that had no say in it. It takes the stored predictions of validation, no fit.
//!
//! Reference: Tsamardinos, I., Greasidou, E. and Borboudakis, G. (2018), Bootstrapping the out-of-sample predictions for
//! efficient and accurate cross-validation, Machine Learning 107.

use math::{Rng, quantile};
use metrics::{Scorer, Truth};
use spec::run::ChoiceEstimate;
use spec::{Metric, Observer, Outcome};
use train::Predictions;

use crate::as_predicted;

const N_DRAWS: usize = 200;

/// `candidates` predict the same rows; `chosen` is the place of the one that was taken. None where the metric is not
/// defined, or in too few draws, or with fewer than two candidates.
///
/// Errors: only the observer's.
pub fn estimate(
    metric: Metric,
    truth: &Truth,
    candidates: &[&Predictions],
    chosen: usize,
    seed: u64,
    observer: &mut dyn Observer,
) -> Outcome<Option<ChoiceEstimate>> {
    let scorers: Vec<Scorer> = candidates
        .iter()
        .map(|predictions| Scorer::new(&[metric], truth, &as_predicted(predictions, None), None))
        .collect();
    let figure = |scorer: &Scorer, counts: Option<&[u32]>| scorer.score(counts).first().copied().flatten();
    let n = truth.n_rows();
    let on_all = scorers.get(chosen).and_then(|scorer| figure(scorer, None));
    let Some(on_all) = on_all.filter(|_| n > 1 && scorers.len() > 1) else {
        return Ok(None);
    };
    let mut held_out = Vec::with_capacity(N_DRAWS);
    for draw in 0..N_DRAWS {
        observer.tick(draw as f64 / N_DRAWS as f64)?;
        let mut rng = Rng::stream(seed, "choice", draw as u64);
        let mut counts = vec![0u32; n];
        for _ in 0..n {
            counts[rng.below(n)] += 1;
        }
        let left: Vec<u32> = counts.iter().map(|count| u32::from(*count == 0)).collect();
        let best = scorers
            .iter()
            .filter_map(|scorer| Some((scorer, figure(scorer, Some(&counts))?)))
            .reduce(|a, b| if metric.better(b.1, a.1) { b } else { a });
        held_out.extend(best.and_then(|(scorer, _)| figure(scorer, Some(&left))));
    }
    observer.tick(1.0)?;
    if held_out.len() * 2 < N_DRAWS {
        return Ok(None);
    }
    let sorted = quantile::sorted(held_out.clone());
    Ok(Some(ChoiceEstimate {
        metric,
        n_candidates: candidates.len() as u32,
        chosen: on_all,
        held_out: math::sum::mean(&held_out),
        low: Some(quantile::quantile_sorted(&sorted, 0.025)),
        high: Some(quantile::quantile_sorted(&sorted, 0.975)),
    }))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that has no estimate must fail")]
mod tests {
    use super::*;
    use spec::Unobserved;

    #[test]
    fn of_noise_the_best_is_no_better_than_chance() {
        let mut rng = Rng::stream(2, "noise", 0);
        let codes: Vec<u32> = (0..150).map(|_| u32::from(rng.uniform() < 0.5)).collect();
        let candidates: Vec<Predictions> = (0..165)
            .map(|_| Predictions::Probabilities {
                n_classes: 2,
                values: (0..150)
                    .flat_map(|_| {
                        let p = rng.uniform();
                        [1.0 - p, p]
                    })
                    .collect(),
            })
            .collect();
        let truth = Truth::Classes {
            codes: &codes,
            n_classes: 2,
        };
        let auc = |predictions: &Predictions| metrics::score(Metric::RocAuc, &truth, &as_predicted(predictions, None)).unwrap();
        let best = (0..candidates.len())
            .max_by(|&a, &b| auc(&candidates[a]).total_cmp(&auc(&candidates[b])))
            .unwrap();
        let all: Vec<&Predictions> = candidates.iter().collect();
        let found = estimate(Metric::RocAuc, &truth, &all, best, 1, &mut Unobserved)
            .unwrap()
            .unwrap();
        assert!(found.chosen > 0.6, "the best of 165 looks good: {found:?}");
        assert!((found.held_out - 0.5).abs() < 0.06, "{found:?}");
        assert!(found.low.unwrap() < 0.5 && 0.5 < found.high.unwrap());
        assert!(found.optimism() > 0.05);
        let one = estimate(Metric::RocAuc, &truth, &all[..1], 0, 1, &mut Unobserved).unwrap();
        assert_eq!(one, None);
    }
}

//! Random search: candidates drawn from the search space that stands in the parameters' specs.
//! Bergstra, Bengio: Random search for hyper-parameter optimization (2012).

use math::{Rng, float};
use spec::param::{Checked, Search};
use spec::{EstimatorInfo, Message, ModelSpec, Outcome, ParamValue, Params};

/// Draws in a row that only repeat what is there before the space counts as used up.
const MAX_REPEATS: usize = 50;

/// The candidates of one model, each with all parameters: the given ones alone without a search; else the given ones
/// first, and then draws that differ from all before, `n_trials` in all or fewer when the space has no more. Trial `i`
/// does not depend on how many follow. Fixed parameters keep their given or default values.
///
/// Errors: `param.*` for the given values, `param.unknown` for a fixed name that is none, `train.no_trials`.
pub fn draw(info: &EstimatorInfo, model: &ModelSpec, seed: u64) -> Outcome<Vec<Params>> {
    let given = Checked::new(&info.params, &model.params)?.into_params();
    let mut trials = vec![given.clone()];
    let Some(search) = &model.search else { return Ok(trials) };
    if search.n_trials == 0 {
        return Err(Message::new("train.no_trials").into());
    }
    for name in &search.fixed {
        if !given.contains_key(name) {
            let known: Vec<String> = given.keys().cloned().collect();
            return Err(Message::new("param.unknown").with("param", name).with("known", known).into());
        }
    }
    let purpose = format!("search.{}", info.algorithm.name());
    let (mut stream, mut repeats) = (0, 0);
    while trials.len() < search.n_trials as usize && repeats < MAX_REPEATS {
        let mut rng = Rng::stream(seed, &purpose, stream);
        stream += 1;
        let mut trial = given.clone();
        for spec in &info.params {
            if let Some(space) = spec.search.as_ref().filter(|_| !search.fixed.contains(&spec.name)) {
                trial.insert(spec.name.clone(), draw_one(space, &mut rng));
            }
        }
        if trials.contains(&trial) {
            repeats += 1;
        } else {
            repeats = 0;
            trials.push(Checked::new(&info.params, &trial)?.into_params());
        }
    }
    Ok(trials)
}

fn draw_one(space: &Search, rng: &mut Rng) -> ParamValue {
    match space {
        Search::Integer { low, high, log: false } => {
            ParamValue::Integer(low + rng.below((high - low + 1).max(1) as usize) as i64)
        }
        Search::Integer { low, high, log: true } => {
            // Each whole number has the share of its interval.
            let x = log_uniform(*low as f64, (high + 1) as f64, rng);
            ParamValue::Integer((x.floor() as i64).clamp(*low, *high))
        }
        Search::Real { low, high, log } => {
            let x = if *log {
                log_uniform(*low, *high, rng)
            } else {
                low + (high - low) * rng.uniform()
            };
            // Three digits are all that anyone reads, and enough.
            ParamValue::Real(format!("{x:.2e}").parse().unwrap_or(x).clamp(*low, *high))
        }
        Search::Choice { options } => options.get(rng.below(options.len())).cloned().unwrap_or(ParamValue::Unset),
    }
}

fn log_uniform(low: f64, high: f64, rng: &mut Rng) -> f64 {
    let (a, b) = (float::ln(low), float::ln(high));
    float::exp(a + (b - a) * rng.uniform())
}

#[cfg(test)]
mod tests {
    use spec::Algorithm;
    use spec::model::RandomSearch;

    use super::*;
    use crate::catalogue;

    fn drawn(algorithm: Algorithm, n_trials: u32, fixed: &[&str]) -> Vec<Params> {
        let info = catalogue().into_iter().find(|info| info.algorithm == algorithm).unwrap();
        let fixed = fixed.iter().map(|name| (*name).to_owned()).collect();
        let model = ModelSpec {
            algorithm,
            params: Params::new(),
            search: Some(RandomSearch { n_trials, fixed }),
        };
        draw(&info, &model, 1).unwrap()
    }

    #[test]
    fn trials_differ_stay_in_their_domains_and_do_not_depend_on_their_number() {
        for algorithm in Algorithm::ALL {
            let ten = drawn(algorithm, 10, &[]);
            assert_eq!(drawn(algorithm, 5, &[])[..], ten[..ten.len().min(5)]);
            for (i, trial) in ten.iter().enumerate() {
                assert!(!ten[..i].contains(trial));
            }
        }
        assert_eq!(drawn(Algorithm::Baseline, 10, &[]).len(), 1);
        assert_eq!(drawn(Algorithm::GradientBoosting, 10, &[]).len(), 10);
        let fixed = drawn(Algorithm::GradientBoosting, 5, &["max_iter"]);
        assert!(fixed.iter().all(|trial| trial["max_iter"] == ParamValue::Integer(100)));
    }

    #[test]
    fn wrong_requests() {
        let info = catalogue()
            .into_iter()
            .find(|info| info.algorithm == Algorithm::Ridge)
            .unwrap();
        let model = |n_trials, fixed: &[&str]| ModelSpec {
            algorithm: Algorithm::Ridge,
            params: Params::new(),
            search: Some(RandomSearch {
                n_trials,
                fixed: fixed.iter().map(|name| (*name).to_owned()).collect(),
            }),
        };
        assert_eq!(draw(&info, &model(0, &[]), 1).unwrap_err().message.code, "train.no_trials");
        assert_eq!(draw(&info, &model(1, &["x"]), 1).unwrap_err().message.code, "param.unknown");
    }
}

//! A/B tests against statsmodels, scipy and numerical integration (tests/golden/experiment, with the script that made the
//! numbers), against simulated experiments, and in words.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot read its numbers must fail"
)]

use deploy::experiment::{
    AnyTime, UnitRow, arms, check_split, compare_means, compare_rates, of_means, of_rates, plan, two_proportions, verdict, welch,
};
use math::Rng;
use serde_json::Value;
use spec::experiment::{
    AnalysisUnit, Arm, Arms, Baseline, Better, Conclusion, Effect, ExperimentVerdict, Looks, OutcomeKind, Plan, PlanRequest,
    Planned, Sides, VerdictRequest,
};
use spec::{Failure, Observer, Outcome, Unobserved};

fn golden() -> Value {
    serde_json::from_str(include_str!("../../../tests/golden/experiment/experiment.json")).unwrap()
}

fn cases<'a>(golden: &'a Value, name: &str) -> &'a [Value] {
    golden[name].as_array().unwrap()
}

fn number(case: &Value, name: &str) -> f64 {
    case[name].as_f64().unwrap()
}

fn list(case: &Value, name: &str) -> Vec<f64> {
    case[name].as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
}

fn sides(case: &Value) -> Sides {
    if case["sides"] == "one" { Sides::One } else { Sides::Two }
}

#[track_caller]
fn near(got: f64, expected: f64, tolerance: f64, case: &Value) {
    assert!(
        (got - expected).abs() <= tolerance * expected.abs().max(1e-9),
        "{got:e}, reference {expected:e}: {case}"
    );
}

// Plan -----------------------------------------------------------------------------------------------------------------

fn request(baseline: Baseline, effect: Effect) -> PlanRequest {
    PlanRequest {
        baseline,
        effect,
        alpha: 0.05,
        power: 0.8,
        ratio: 1.0,
        sides: Sides::Two,
        units_per_day: None,
    }
}

#[test]
fn power_as_statsmodels() {
    let golden = golden();
    for case in cases(&golden, "rate_powers") {
        let got = of_rates(
            number(case, "rate_a"),
            number(case, "rate_b"),
            number(case, "n_a"),
            number(case, "n_b"),
            number(case, "alpha"),
            sides(case),
        );
        near(got, number(case, "power"), 1e-11, case);
    }
    for case in cases(&golden, "mean_powers") {
        let got = of_means(
            number(case, "effect"),
            number(case, "n_a"),
            number(case, "n_b"),
            number(case, "alpha"),
            sides(case),
        );
        // statsmodels inverts its own noncentral t to about 1e-10.
        near(got, number(case, "power"), 1e-9, case);
    }
}

#[test]
fn sizes_as_statsmodels() {
    let golden = golden();
    for case in cases(&golden, "rate_sizes").iter().chain(cases(&golden, "mean_sizes")) {
        let is_rate = case["rate"].is_number();
        let baseline = if is_rate {
            Baseline::Rate {
                rate: number(case, "rate"),
            }
        } else {
            Baseline::Mean {
                mean: number(case, "mean"),
                std_dev: number(case, "std_dev"),
            }
        };
        let asked = PlanRequest {
            alpha: number(case, "alpha"),
            power: number(case, "power"),
            ratio: number(case, "ratio"),
            sides: sides(case),
            ..request(baseline, Effect::Absolute(number(case, "effect")))
        };
        let plan = plan(&asked).unwrap();
        let expected = number(case, "n_a").ceil();
        // Rounding B up to a whole unit may save one of A.
        assert!(
            expected - plan.once.n_a as f64 == 0.0 || expected - plan.once.n_a as f64 == 1.0,
            "{} units, statsmodels {expected}: {case}",
            plan.once.n_a
        );
        assert_eq!(plan.once.n_b, (plan.once.n_a as f64 * asked.ratio).ceil() as u64);
        assert!(plan.power >= asked.power, "{}", plan.power);
        let power = |n_a: u64| {
            let n_b = (n_a as f64 * asked.ratio).ceil();
            match baseline {
                Baseline::Rate { rate } => of_rates(rate, plan.target, n_a as f64, n_b, asked.alpha, asked.sides),
                Baseline::Mean { std_dev, .. } => of_means(plan.effect / std_dev, n_a as f64, n_b, asked.alpha, asked.sides),
            }
        };
        assert!(power(plan.once.n_a - 1) < asked.power, "one fewer would do: {case}");
        let days = PlanRequest {
            units_per_day: Some(1000.0),
            ..asked
        };
        for text in [plan.sentence.says(), deploy::experiment::plan(&days).unwrap().sentence.says()] {
            assert!(text.starts_with("To tell ") && !text.contains('{'), "{text}");
        }
        if is_rate {
            // The arcsine approximation of NormalIndPower is another one: near, not equal.
            near(plan.once.n_a as f64, number(case, "arcsine_n_a"), 0.03, case);
        }
        assert!(
            plan.any_time.n_a > plan.once.n_a && plan.any_time.n_a < 4 * plan.once.n_a,
            "{plan:?}"
        );
        assert!(plan.power_curve.windows(2).all(|pair| pair[0].power < pair[1].power));
        assert!(plan.effect_curve.windows(2).all(|pair| pair[0].n_a >= pair[1].n_a));
        assert!(
            plan.effect_curve
                .iter()
                .any(|point| point.effect == plan.effect && point.n_a == plan.once.n_a)
        );
    }
}

#[test]
fn a_plan_is_told_in_words() {
    let churn = PlanRequest {
        units_per_day: Some(400.0),
        ..request(Baseline::Rate { rate: 0.12 }, Effect::Relative(-0.1))
    };
    let found = plan(&churn).unwrap();
    assert_eq!(found.once.days, Some((found.once.total() as f64 / 400.0).ceil() as u64));
    assert!((found.effect + 0.012).abs() < 1e-15 && (found.target - 0.108).abs() < 1e-15);
    let text = found.sentence.says();
    assert!(text.starts_with("To tell 10.8% from 12%, with a chance of 80%"), "{text}");
    assert!(text.ends_with("are needed: 56 days") && found.warnings.is_empty(), "{text}");
    let codes = |plan: &Plan| plan.warnings.iter().map(|w| w.code.clone()).collect::<Vec<_>>();
    let quick = plan(&PlanRequest {
        units_per_day: Some(1e6),
        ..churn
    })
    .unwrap();
    assert_eq!(
        (quick.once.days, codes(&quick)),
        (Some(1), vec!["experiment.plan_short".to_owned()])
    );
    let slow = plan(&PlanRequest {
        units_per_day: Some(10.0),
        ..churn
    })
    .unwrap();
    assert_eq!(codes(&slow), ["experiment.plan_long"]);
    let few = plan(&request(Baseline::Rate { rate: 0.001 }, Effect::Absolute(0.05))).unwrap();
    assert_eq!(codes(&few), ["experiment.plan_few_events"]);
    let text = serde_json::to_string(&found).unwrap();
    assert_eq!(serde_json::from_str::<Plan>(&text).unwrap(), found);
    for message in [&found, &quick, &slow, &few].iter().flat_map(|plan| &plan.warnings) {
        assert!(!message.says().contains('{') && !message.hint().is_empty());
    }
}

#[test]
fn foolish_plans_are_told() {
    let rate = Baseline::Rate { rate: 0.1 };
    let mean = Baseline::Mean { mean: 0.0, std_dev: 2.0 };
    let good = request(rate, Effect::Absolute(0.02));
    let all = [
        (PlanRequest { alpha: 0.0, ..good }, "experiment.alpha_range"),
        (PlanRequest { alpha: f64::NAN, ..good }, "experiment.alpha_range"),
        (PlanRequest { power: 1.0, ..good }, "experiment.power_range"),
        (PlanRequest { power: 0.3, ..good }, "experiment.power_range"),
        (PlanRequest { ratio: 0.0, ..good }, "experiment.ratio_range"),
        (
            PlanRequest {
                units_per_day: Some(0.0),
                ..good
            },
            "experiment.traffic_range",
        ),
        (
            request(Baseline::Rate { rate: 12.0 }, Effect::Absolute(0.1)),
            "experiment.rate_range",
        ),
        (request(rate, Effect::Absolute(0.0)), "experiment.no_effect"),
        (request(rate, Effect::Absolute(f64::INFINITY)), "experiment.no_effect"),
        (request(rate, Effect::Absolute(-0.1)), "experiment.target_range"),
        (request(rate, Effect::Relative(20.0)), "experiment.target_range"),
        (request(mean, Effect::Relative(0.1)), "experiment.relative_to_zero"),
        (request(rate, Effect::Absolute(1e-9)), "experiment.too_large"),
        (
            request(Baseline::Mean { mean: 1.0, std_dev: 0.0 }, Effect::Absolute(1.0)),
            "experiment.std_dev_range",
        ),
        (
            request(
                Baseline::Mean {
                    mean: f64::NAN,
                    std_dev: 1.0,
                },
                Effect::Absolute(1.0),
            ),
            "experiment.mean_range",
        ),
    ];
    for (request, code) in all {
        let message = plan(&request).unwrap_err().message;
        assert_eq!(message.code, code, "{request:?}");
        assert!(
            !message.says().contains('{') && !message.hint().is_empty(),
            "{}",
            message.says()
        );
    }
}

// Figures --------------------------------------------------------------------------------------------------------------

#[test]
fn proportions_as_statsmodels() {
    let golden = golden();
    for case in cases(&golden, "proportions") {
        let counts: Vec<u64> = list(case, "counts").iter().map(|x| *x as u64).collect();
        let [with_a, n_a, with_b, n_b] = counts[..] else {
            panic!("four counts")
        };
        let test = |alpha, sides, better| two_proportions(with_a, n_a, with_b, n_b, alpha, sides, better);
        let two = test(0.05, Sides::Two, Better::Higher);
        near(two.statistic, number(case, "z"), 1e-12, case);
        near(two.p_value, number(case, "p_value"), 1e-11, case);
        // statsmodels' limits come from a difference of rates near each other.
        near(two.low, number(case, "low"), 1e-11, case);
        near(two.high, number(case, "high"), 1e-11, case);
        let one = test(0.05, Sides::One, Better::Higher);
        near(one.p_value, number(case, "p_larger"), 1e-11, case);
        near(one.low, number(case, "low_90"), 1e-11, case);
        near(one.high, number(case, "high_90"), 1e-11, case);
        let lower = test(0.05, Sides::One, Better::Lower);
        near(lower.p_value, 1.0 - number(case, "p_larger"), 1e-9, case);

        let bayes = compare_rates(with_a, n_a, with_b, n_b, Better::Higher);
        let absolute = |got: f64, name: &str| {
            let expected = number(case, name);
            assert!((got - expected).abs() < 1e-10, "{name}: {got}, integral {expected}: {case}");
        };
        absolute(bayes.probability_b_better, "b_higher");
        absolute(bayes.loss_if_a, "b_over_a");
        absolute(bayes.loss_if_b, "a_over_b");
        let mirrored = compare_rates(with_a, n_a, with_b, n_b, Better::Lower);
        assert_eq!(mirrored.probability_b_better, 1.0 - bayes.probability_b_better);
        assert_eq!((mirrored.loss_if_a, mirrored.loss_if_b), (bayes.loss_if_b, bayes.loss_if_a));
    }
}

fn verdict_request(kind: OutcomeKind) -> VerdictRequest {
    VerdictRequest {
        a: "champion".to_owned(),
        b: "challenger".to_owned(),
        kind,
        better: Better::Higher,
        unit: AnalysisUnit::Request,
        alpha: 0.05,
        sides: Sides::Two,
        share_b: 0.5,
        margin: None,
        looks: Looks::AnyTime,
        planned: None,
    }
}

#[test]
fn means_as_scipy() {
    let golden = golden();
    for case in cases(&golden, "means") {
        let (a, b) = (list(case, "a"), list(case, "b"));
        let row = |variant, outcome: &f64| UnitRow {
            variant,
            key: None,
            outcome: Some(*outcome),
        };
        let rows: Vec<UnitRow> = a
            .iter()
            .map(|x| row("champion", x))
            .chain(b.iter().map(|x| row("challenger", x)))
            .collect();
        let found = arms(&rows, &verdict_request(OutcomeKind::Mean), &mut Unobserved).unwrap();
        let of = |arm: &Arm| (arm.value.unwrap(), arm.std_dev.unwrap() * arm.std_dev.unwrap(), arm.n_known);
        let test = welch(of(&found.a), of(&found.b), 0.05, Sides::Two, Better::Higher).unwrap();
        // Means near 1e9 leave 7 digits of a difference of 1.
        let tolerance = if case["name"] == "far from zero" { 3e-7 } else { 1e-11 };
        near(test.statistic, number(case, "t"), tolerance, case);
        near(test.degrees_of_freedom.unwrap(), number(case, "df"), tolerance, case);
        near(test.p_value, number(case, "p_value"), 20.0 * tolerance, case);
        near(test.low, number(case, "low"), 20.0 * tolerance, case);
        near(test.high, number(case, "high"), 20.0 * tolerance, case);
        let one = welch(of(&found.a), of(&found.b), 0.05, Sides::One, Better::Higher).unwrap();
        near(one.p_value, number(case, "p_larger"), 20.0 * tolerance, case);
        let bayes = compare_means(of(&found.a), of(&found.b), Better::Higher).unwrap();
        near(bayes.probability_b_better, number(case, "b_higher"), tolerance, case);
        // scipy integrates to 1e-8.
        near(bayes.loss_if_a, number(case, "b_over_a"), 1e-6, case);
        near(bayes.loss_if_b, number(case, "a_over_b"), 1e-6, case);
    }
    assert!(welch((1.0, 0.0, 9), (1.0, 0.0, 9), 0.05, Sides::Two, Better::Higher).is_none());
    assert!(compare_means((1.0, 1.0, 1), (1.0, 1.0, 9), Better::Higher).is_none());
}

#[test]
fn splits_as_scipy() {
    let golden = golden();
    for case in cases(&golden, "splits") {
        let (n_a, n_b) = (number(case, "n_a") as u64, number(case, "n_b") as u64);
        let check = check_split(n_a, n_b, number(case, "share_b")).unwrap();
        near(check.chi_square, number(case, "chi_square"), 1e-12, case);
        near(check.p_value, number(case, "p_value"), 1e-11, case);
        assert_eq!(check.mismatch, check.p_value < 0.001);
    }
    assert!(check_split(0, 0, 0.5).is_none());
    // Two of three units say nothing about a share of one in ten thousand.
    assert!(!check_split(1, 2, 0.0001).unwrap().mismatch);
}

#[test]
fn sequences_as_the_integral() {
    let golden = golden();
    for case in cases(&golden, "sequences") {
        let test = AnyTime {
            difference: number(case, "difference"),
            variance: number(case, "variance"),
            mixture: number(case, "mixture"),
        };
        let (low, high) = test.interval(number(case, "alpha"));
        near(low, number(case, "low"), 1e-9, case);
        near(high, number(case, "high"), 1e-9, case);
        near(test.p_value(), number(case, "p_value"), 1e-9, case);
        // The interval leaves 0 out exactly when the p value is below alpha.
        assert_eq!(low > 0.0 || high < 0.0, test.p_value() < number(case, "alpha"));
    }
}

// Simulated experiments --------------------------------------------------------------------------------------------------

struct Peeks {
    /// Share of the experiments that ever called a difference.
    any_time: f64,
    once: f64,
    /// Units of a variant when the first called it, on average over those that did.
    mean_n: f64,
}

/// Experiments of up to `n` units a variant, looked at every `every`.
fn simulate(rate_a: f64, rate_b: f64, effect: Option<f64>, n: u64, every: u64, n_experiments: u64, seed: u64) -> Peeks {
    let (mut n_any_time, mut n_once, mut at) = (0, 0, 0);
    for experiment in 0..n_experiments {
        let mut rng = Rng::stream(seed, "peeks", experiment);
        let (mut with_a, mut with_b) = (0, 0);
        let (mut any_time, mut once) = (None, false);
        for i in 1..=n {
            with_a += u64::from(rng.uniform() < rate_a);
            with_b += u64::from(rng.uniform() < rate_b);
            if i % every > 0 {
                continue;
            }
            let arm = |name: &str, with: u64| Arm {
                name: name.to_owned(),
                n_rows: i,
                n_units: i,
                n_known: i,
                n_with: Some(with),
                value: Some(with as f64 / i as f64),
                std_dev: Some(0.0),
            };
            let arms = Arms {
                a: arm("champion", with_a),
                b: arm("challenger", with_b),
                n_other_variants: 0,
                n_without_key: 0,
                n_in_both: 0,
            };
            let with = with_a + with_b;
            if any_time.is_none() && with >= 20 && 2 * i - with >= 20 {
                let test = AnyTime::of_rates(with_a, i, with_b, i, effect);
                let (low, high) = test.interval(0.05);
                // The verdict itself is asked where the interval alone says that it has changed.
                if low > 0.0 || high < 0.0 {
                    let request = VerdictRequest {
                        planned: effect.map(|effect| Planned { n_a: n, n_b: n, effect }),
                        ..verdict_request(OutcomeKind::Rate)
                    };
                    let found = verdict(&request, &arms).unwrap();
                    assert!(matches!(found.conclusion, Conclusion::ABetter | Conclusion::BBetter));
                    any_time = Some(i);
                }
            }
            once |= two_proportions(with_a, i, with_b, i, 0.05, Sides::Two, Better::Higher).p_value < 0.05;
        }
        n_any_time += u64::from(any_time.is_some());
        n_once += u64::from(once);
        at += any_time.unwrap_or(0);
    }
    Peeks {
        any_time: n_any_time as f64 / n_experiments as f64,
        once: n_once as f64 / n_experiments as f64,
        mean_n: at as f64 / n_any_time.max(1) as f64,
    }
}

/// Whoever looks every 50 units calls a difference that is none in at most 5 of 100 experiments, at rare and frequent
/// outcomes, planned or not. The fixed-size test looked at as often does so in far more.
#[test]
fn peeking_keeps_its_promise() {
    for (rate, effect, every) in [
        (0.01, Some(0.004), 50),
        (0.01, None, 50),
        (0.05, Some(0.02), 50),
        (0.3, Some(0.05), 20),
        (0.3, None, 20),
        (0.5, Some(0.3), 5),
        (0.95, Some(0.01), 50),
    ] {
        let n_experiments = 400;
        let found = simulate(rate, rate, effect, 8000, every, n_experiments, 77);
        // 0.05 and three standard errors of its own count.
        let most = 0.05 + 3.0 * (0.05f64 * 0.95 / n_experiments as f64).sqrt();
        assert!(found.any_time <= most, "rate {rate}, effect {effect:?}: {}", found.any_time);
        assert!(found.once > 0.2, "rate {rate}: {}", found.once);
        println!(
            "rate {rate}, effect {effect:?}: any time {}, once {}",
            found.any_time, found.once
        );
    }
}

/// The size that the plan gives for looking at any time has the power that it says, and ends sooner on average.
#[test]
fn the_planned_size_finds_the_difference() {
    let asked = request(Baseline::Rate { rate: 0.1 }, Effect::Absolute(0.03));
    let size = plan(&asked).unwrap();
    let found = simulate(0.1, 0.13, Some(0.03), size.any_time.n_a, 25, 300, 5);
    println!(
        "{} planned, power {}, ends at {} on average; once {}",
        size.any_time.n_a, found.any_time, found.mean_n, size.once.n_a
    );
    assert!(
        found.any_time >= 0.8 - 3.0 * (0.8f64 * 0.2 / 300.0).sqrt(),
        "{}",
        found.any_time
    );
    assert!(found.mean_n < 0.75 * size.any_time.n_a as f64, "{}", found.mean_n);
}

#[test]
fn peeking_at_skewed_means_keeps_its_promise() {
    let (n_experiments, mut n_called) = (300, 0);
    for experiment in 0..n_experiments {
        let mut rng = Rng::stream(3, "means", experiment);
        // Running moments of exponential waiting times.
        let mut moments = [(0.0, 0.0); 2];
        let mut called = false;
        for i in 1..=4000u64 {
            for moment in &mut moments {
                let x = -math::float::ln(1.0 - rng.uniform());
                moment.0 += x;
                moment.1 += x * x;
            }
            if i < 50 || i % 20 > 0 {
                continue;
            }
            let n = i as f64;
            let variance = |(sum, squares): (f64, f64)| (squares - sum * sum / n) / (n - 1.0);
            let difference = (moments[1].0 - moments[0].0) / n;
            let test = AnyTime::of_means(difference, variance(moments[0]), i, variance(moments[1]), i, Some(0.15)).unwrap();
            called |= test.p_value() < 0.05;
        }
        n_called += u64::from(called);
    }
    let share = n_called as f64 / n_experiments as f64;
    assert!(
        share <= 0.05 + 3.0 * (0.05f64 * 0.95 / n_experiments as f64).sqrt(),
        "{share}"
    );
}

// From the log to a verdict ------------------------------------------------------------------------------------------------

fn row<'a>(variant: &'a str, key: &'a str, outcome: Option<f64>) -> UnitRow<'a> {
    UnitRow {
        variant,
        key: (!key.is_empty()).then_some(key),
        outcome,
    }
}

#[test]
fn a_key_counts_once() {
    let rows = [
        row("champion", "ann", Some(0.0)),
        row("champion", "ann", Some(1.0)),
        row("champion", "bob", Some(0.0)),
        row("champion", "", Some(1.0)),
        row("champion", "eve", None),
        row("challenger", "joe", None),
        row("challenger", "joe", Some(0.0)),
        row("challenger", "kim", Some(1.0)),
        row("challenger", "bob", Some(1.0)),
        row("shadow", "bob", Some(1.0)),
    ];
    let by_key = VerdictRequest {
        unit: AnalysisUnit::Key,
        ..verdict_request(OutcomeKind::Rate)
    };
    let found = arms(&rows, &by_key, &mut Unobserved).unwrap();
    assert_eq!((found.n_other_variants, found.n_without_key, found.n_in_both), (1, 1, 1));
    assert_eq!(
        (found.a.n_rows, found.a.n_units, found.a.n_known, found.a.n_with),
        (5, 2, 1, Some(1))
    );
    assert_eq!(
        (found.b.n_rows, found.b.n_units, found.b.n_known, found.b.n_with),
        (4, 2, 2, Some(1))
    );
    assert_eq!((found.a.value, found.a.std_dev), (Some(1.0), None));
    let by_row = arms(&rows, &verdict_request(OutcomeKind::Rate), &mut Unobserved).unwrap();
    assert_eq!((by_row.a.n_units, by_row.a.n_known, by_row.a.n_with), (5, 4, Some(2)));
    let means = VerdictRequest {
        unit: AnalysisUnit::Key,
        ..verdict_request(OutcomeKind::Mean)
    };
    let found = arms(&rows, &means, &mut Unobserved).unwrap();
    assert_eq!((found.a.value, found.b.value, found.a.n_with), (Some(0.5), Some(0.5), None));
    // The order of the rows does not matter.
    let mut turned = rows;
    turned.reverse();
    assert_eq!(
        arms(&turned, &by_key, &mut Unobserved).unwrap(),
        arms(&rows, &by_key, &mut Unobserved).unwrap()
    );
}

struct Stops;

impl Observer for Stops {
    fn tick(&mut self, _fraction: f64) -> Outcome<()> {
        Err(Failure::cancelled())
    }
}

#[test]
fn bad_logs_are_told() {
    let rates = verdict_request(OutcomeKind::Rate);
    let code = |rows: &[UnitRow], request: &VerdictRequest| {
        let message = arms(rows, request, &mut Unobserved).unwrap_err().message;
        assert!(!message.says().contains('{'), "{}", message.says());
        message.code
    };
    let good = [row("champion", "a", Some(0.0)), row("challenger", "b", Some(1.0))];
    assert_eq!(code(&good[..1], &rates), "experiment.no_variant");
    assert_eq!(code(&[good[0], row("B", "b", None)], &rates), "experiment.no_variant_others");
    assert_eq!(
        code(&[good[0], row("challenger", "b", Some(0.5))], &rates),
        "experiment.not_binary"
    );
    let infinite = [good[0], row("challenger", "b", Some(f64::INFINITY))];
    assert_eq!(code(&infinite, &verdict_request(OutcomeKind::Mean)), "experiment.not_finite");
    let same = VerdictRequest {
        b: "champion".to_owned(),
        ..rates.clone()
    };
    assert_eq!(code(&good, &same), "experiment.same_variant");
    assert!(arms(&good, &rates, &mut Stops).unwrap_err().cancelled);
    let found = arms(&good, &rates, &mut Unobserved).unwrap();
    for (request, code) in [
        (
            VerdictRequest {
                alpha: 0.7,
                ..rates.clone()
            },
            "experiment.alpha_range",
        ),
        (
            VerdictRequest {
                share_b: 1.0,
                ..rates.clone()
            },
            "experiment.share_range",
        ),
        (
            VerdictRequest {
                margin: Some(-0.1),
                ..rates.clone()
            },
            "experiment.margin_range",
        ),
    ] {
        assert_eq!(verdict(&request, &found).unwrap_err().message.code, code);
    }
}

fn rates(counts: [u64; 4]) -> Arms {
    let arm = |name: &str, with: u64, n: u64| Arm {
        name: name.to_owned(),
        n_rows: n,
        n_units: n,
        n_known: n,
        n_with: Some(with),
        value: (n > 0).then(|| with as f64 / n as f64),
        std_dev: None,
    };
    Arms {
        a: arm("champion", counts[0], counts[1]),
        b: arm("challenger", counts[2], counts[3]),
        n_other_variants: 0,
        n_without_key: 0,
        n_in_both: 0,
    }
}

fn means((mean_a, mean_b, std_dev): (f64, f64, f64), n: u64) -> Arms {
    let arm = |name: &str, mean: f64| Arm {
        name: name.to_owned(),
        n_rows: n,
        n_units: n,
        n_known: n,
        n_with: None,
        value: Some(mean),
        std_dev: (n > 1).then_some(std_dev),
    };
    Arms {
        a: arm("champion", mean_a),
        b: arm("challenger", mean_b),
        n_other_variants: 0,
        n_without_key: 0,
        n_in_both: 0,
    }
}

#[track_caller]
fn concludes(request: &VerdictRequest, arms: &Arms, conclusion: Conclusion, starts: &str) -> ExperimentVerdict {
    let found = verdict(request, arms).unwrap();
    let text = found.sentence.says();
    assert_eq!(found.conclusion, conclusion, "{text}");
    assert!(text.starts_with(starts) && !text.contains('{'), "{text}");
    for message in &found.warnings {
        assert!(!message.says().contains('{'), "{}", message.says());
    }
    // JSON has no NaN: whatever is stored must come back.
    let json = serde_json::to_string(&found).unwrap();
    assert_eq!(serde_json::from_str::<ExperimentVerdict>(&json).unwrap(), found);
    found
}

#[test]
fn conclusions_of_rates() {
    let any_time = verdict_request(OutcomeKind::Rate);
    let lower = VerdictRequest {
        better: Better::Lower,
        ..any_time.clone()
    };
    let clear = rates([1000, 10_000, 1300, 10_000]);
    let found = concludes(
        &any_time,
        &clear,
        Conclusion::BBetter,
        "challenger is better: 13% against 10% of champion",
    );
    let (once, any) = (found.once.unwrap(), found.any_time.unwrap());
    assert!(
        any.low < once.low && once.high < any.high && any.low > 0.0,
        "the interval of all times is wider"
    );
    assert!(found.bayes.unwrap().probability_b_better > 0.999 && (found.relative.unwrap() - 0.3).abs() < 1e-12);
    concludes(
        &lower,
        &clear,
        Conclusion::ABetter,
        "champion is better: 10% against 13% of challenger",
    );
    let unsure = rates([1000, 10_000, 1060, 10_000]);
    concludes(
        &any_time,
        &unsure,
        Conclusion::CannotTell,
        "Cannot tell: challenger has 10.6%",
    );
    // Looked at once it would be called at 1,085 of 10,000, at any time not yet.
    let near = rates([1000, 10_000, 1087, 10_000]);
    concludes(&any_time, &near, Conclusion::CannotTell, "Cannot tell");
    let once = VerdictRequest {
        looks: Looks::Once,
        ..any_time.clone()
    };
    concludes(&once, &near, Conclusion::BBetter, "challenger is better");
    let planned = |n| VerdictRequest {
        planned: Some(Planned {
            n_a: n,
            n_b: n,
            effect: 0.02,
        }),
        ..any_time.clone()
    };
    concludes(
        &planned(20_000),
        &unsure,
        Conclusion::TooEarly,
        "Too early: the outcome of 20,000 units is known, 40,000 were planned",
    );
    concludes(&planned(20_000), &clear, Conclusion::BBetter, "challenger is better");
    concludes(&planned(10_000), &unsure, Conclusion::CannotTell, "Cannot tell");
    let once_early = VerdictRequest {
        looks: Looks::Once,
        ..planned(20_000)
    };
    let found = concludes(&once_early, &clear, Conclusion::TooEarly, "Too early");
    assert_eq!(found.warnings[0].code, "experiment.peeking");
    let equal = VerdictRequest {
        margin: Some(0.02),
        ..any_time.clone()
    };
    concludes(
        &equal,
        &rates([1000, 10_000, 1010, 10_000]),
        Conclusion::Equivalent,
        "challenger and champion are equivalent: 10.1% and 10%",
    );
    concludes(&equal, &clear, Conclusion::BBetter, "challenger is better");
    // A difference surely there and surely negligible is negligible.
    let tiny = rates([100_000, 1_000_000, 103_000, 1_000_000]);
    concludes(
        &equal,
        &tiny,
        Conclusion::Equivalent,
        "challenger and champion are equivalent",
    );
    concludes(&any_time, &tiny, Conclusion::BBetter, "challenger is better");
    for few in [[3, 50, 9, 50], [0, 0, 3, 10], [0, 4000, 12, 4000], [4000, 4000, 3990, 4000]] {
        let request = VerdictRequest {
            share_b: if few[1] == 0 { 0.9 } else { 0.5 },
            ..any_time.clone()
        };
        concludes(&request, &rates(few), Conclusion::TooEarly, "Too early: of ");
    }
}

#[test]
fn a_split_that_was_not_kept_overrules() {
    let request = verdict_request(OutcomeKind::Rate);
    let lost = rates([1000, 10_000, 1300, 9000]);
    let found = concludes(
        &request,
        &lost,
        Conclusion::SampleRatioMismatch,
        "No verdict: challenger got 47.4% of the units where 50% was meant",
    );
    assert!(found.split.unwrap().mismatch && found.once.is_some());
    let meant = VerdictRequest {
        share_b: 9.0 / 19.0,
        ..request
    };
    concludes(&meant, &lost, Conclusion::BBetter, "challenger is better");
}

#[test]
fn conclusions_of_means() {
    let request = VerdictRequest {
        margin: Some(0.5),
        ..verdict_request(OutcomeKind::Mean)
    };
    let better = means((100.0, 102.0, 10.0), 5000);
    let found = concludes(
        &request,
        &better,
        Conclusion::BBetter,
        "challenger is better: a mean of 102 against 100",
    );
    assert!(found.bayes.unwrap().loss_if_a > 1.9);
    concludes(
        &request,
        &means((100.0, 98.0, 10.0), 5000),
        Conclusion::ABetter,
        "champion is better: a mean of 100",
    );
    concludes(
        &request,
        &means((100.0, 100.1, 10.0), 500),
        Conclusion::CannotTell,
        "Cannot tell: challenger has a mean of 100.1",
    );
    concludes(
        &request,
        &means((100.0, 100.1, 10.0), 50_000),
        Conclusion::Equivalent,
        "challenger and champion are equivalent: means of 100.1 and 100",
    );
    concludes(
        &request,
        &means((100.0, 140.0, 10.0), 49),
        Conclusion::TooEarly,
        "Too early: the outcome of 98 units",
    );
    concludes(&request, &means((100.0, 140.0, 10.0), 1), Conclusion::TooEarly, "Too early");
    concludes(
        &request,
        &means((100.0, 100.0, 0.0), 500),
        Conclusion::CannotTell,
        "Cannot tell: every unit has the same outcome",
    );
}

#[test]
fn doubts_are_told() {
    let request = verdict_request(OutcomeKind::Rate);
    let mut arms = rates([900, 8000, 1100, 8000]);
    arms.n_in_both = 1;
    arms.n_without_key = 30;
    arms.n_other_variants = 2;
    arms.b.n_units = 8200;
    arms.a.n_units = 8100;
    arms.b.n_known = 7800;
    let found = concludes(&request, &arms, Conclusion::BBetter, "challenger is better");
    let codes: Vec<&str> = found.warnings.iter().map(|message| message.code.as_str()).collect();
    assert_eq!(
        codes,
        [
            "experiment.in_both",
            "experiment.without_key",
            "experiment.other_variants",
            "experiment.outcomes_differ"
        ]
    );
    assert!(
        found.warnings[0]
            .says()
            .starts_with("1 key met both variants and is left out")
    );
    let lopsided = VerdictRequest {
        share_b: 0.01,
        ..request
    };
    let found = concludes(
        &lopsided,
        &rates([100, 10_000, 1, 100]),
        Conclusion::CannotTell,
        "Cannot tell",
    );
    assert_eq!(found.warnings[0].code, "experiment.few_events");
}

/// Ten rows a key, of which a tenth has the outcome: six or seven of ten keys have it at some time.
#[test]
fn rates_of_rows_have_errors_by_key() {
    let mut rng = math::Rng::stream(5, "rows of keys", 0);
    let names: Vec<(String, &str)> = (0..2000)
        .map(|k| (format!("k{k}"), if k % 2 == 0 { "champion" } else { "challenger" }))
        .collect();
    // Keys differ: some have the outcome far more often.
    let mut rows = Vec::new();
    for (key, variant) in &names {
        let own = 0.2 * rng.uniform();
        let n = 2 + rng.below(16);
        for _ in 0..n {
            let outcome = Some(f64::from(u8::from(rng.uniform() < own)));
            rows.push(UnitRow {
                variant,
                key: Some(key),
                outcome,
            });
        }
    }
    let request = |unit| VerdictRequest {
        a: "champion".into(),
        b: "challenger".into(),
        unit,
        ..verdict_request(OutcomeKind::Rate)
    };
    let judged = |unit| {
        let request = request(unit);
        verdict(&request, &arms(&rows, &request, &mut Unobserved).unwrap()).unwrap()
    };
    let ever = judged(AnalysisUnit::Key);
    assert!(ever.arms.a.value.unwrap() > 0.4);
    assert_eq!(
        ever.warnings
            .iter()
            .filter(|note| note.code == "experiment.rate_of_keys")
            .count(),
        1
    );
    let ratio = judged(AnalysisUnit::RowsOfKeys);
    let rate = ratio.arms.a.value.unwrap();
    let by_hand = rows.iter().filter(|row| row.variant == "champion");
    let n = by_hand.clone().count() as f64;
    assert!((rate - by_hand.filter_map(|row| row.outcome).sum::<f64>() / n).abs() < 1e-12);
    assert!(ratio.warnings.is_empty(), "{:?}", ratio.warnings);
    assert_eq!((ratio.arms.a.n_known, ratio.arms.a.n_with), (1000, None));
    // The error by key is wider than that of rows taken as if each came by itself.
    let error = ratio.arms.a.std_dev.unwrap() / 1000f64.sqrt();
    let alone = (rate * (1.0 - rate) / n).sqrt();
    assert!(error > 1.05 * alone && error < 2.0 * alone, "{error} {alone}");
    assert_eq!(ratio.conclusion, Conclusion::CannotTell, "{}", ratio.sentence.says());
}

//! What the data of an experiment say.
//!
//! The rule, in this order: a split that was not kept overrules everything; with too few units nothing is said; then one
//! interval of the difference decides, the one that holds at all times (or, looked at once, the fixed-size test's, after
//! the planned size). All of it within the margin: equivalent. All of it on one side of 0: that variant is better. Else
//! one cannot tell, or, before the planned size, it is too early.

use spec::experiment::{
    AnalysisUnit, AnyTimeTest, Arms, Better, Conclusion, ExperimentVerdict, FixedTest, Looks, OutcomeKind, Planned, Sides,
    SplitCheck, VerdictRequest,
};
use spec::{Message, Outcome};

use super::sequential::AnyTime;
use super::{bayes, checks, fixed, split};

/// Units with the outcome, and units without it, both variants together, before anything is concluded of rates.
const LEAST_OF_EITHER: u64 = 20;
/// Known units per variant before anything is concluded of means.
const LEAST_UNITS: u64 = 50;
/// Expected units below which the z test's p value is rough.
const LEAST_EXPECTED: f64 = 5.0;
/// Difference in the share of known outcomes that chance makes once in a thousand experiments.
const OUTCOMES_DIFFER_P: f64 = 0.001;

/// Every figure, the conclusion and its sentence. `arms` comes from [`super::arms`].
///
/// Errors: `experiment.alpha_range`, `experiment.share_range`, `experiment.margin_range`.
pub fn verdict(request: &VerdictRequest, arms: &Arms) -> Outcome<ExperimentVerdict> {
    checks::alpha(request.alpha)?;
    checks::share(request.share_b, "experiment.share_range")?;
    if let Some(margin) = request.margin {
        checks::positive(margin, "experiment.margin_range")?;
    }
    let figures = Figures::new(request, arms);
    let split = split::check(arms.a.n_units, arms.b.n_units, request.share_b);
    let conclusion = conclude(request, arms, &figures, split.as_ref());
    let sentence = sentence(request, arms, &figures, split.as_ref(), conclusion);
    let difference = arms.a.value.zip(arms.b.value).map(|(a, b)| b - a);
    Ok(ExperimentVerdict {
        request: request.clone(),
        arms: arms.clone(),
        difference,
        relative: difference
            .zip(arms.a.value)
            .map(|(difference, a)| difference / a)
            .filter(|relative| relative.is_finite()),
        once: figures.once,
        any_time: figures.any_time,
        bayes: figures.bayes,
        split,
        conclusion,
        sentence,
        warnings: warnings(request, arms),
    })
}

/// What an interval of B minus A says; None: neither.
pub fn decide(low: f64, high: f64, margin: Option<f64>, better: Better) -> Option<Conclusion> {
    let (higher, lower) = match better {
        Better::Higher => (Conclusion::BBetter, Conclusion::ABetter),
        Better::Lower => (Conclusion::ABetter, Conclusion::BBetter),
    };
    if margin.is_some_and(|margin| -margin < low && high < margin) {
        Some(Conclusion::Equivalent)
    } else if low > 0.0 {
        Some(higher)
    } else if high < 0.0 {
        Some(lower)
    } else {
        None
    }
}

struct Figures {
    once: Option<FixedTest>,
    any_time: Option<AnyTimeTest>,
    bayes: Option<spec::experiment::Bayes>,
}

impl Figures {
    fn new(request: &VerdictRequest, arms: &Arms) -> Self {
        let none = Self {
            once: None,
            any_time: None,
            bayes: None,
        };
        let effect = request.planned.map(|planned| planned.effect);
        let (alpha, sides, better) = (request.alpha, request.sides, request.better);
        let (Some(value_a), Some(value_b)) = (arms.a.value, arms.b.value) else {
            return none;
        };
        let (n_a, n_b) = (arms.a.n_known, arms.b.n_known);
        let any_time = |test: AnyTime| {
            // Looked at from both sides: one-sided questions take both tails of twice the alpha.
            let (low, high) = test.interval(two_sided(alpha, sides));
            AnyTimeTest {
                p_value: test.p_value(),
                low,
                high,
            }
        };
        match request.kind {
            OutcomeKind::Rate if is_share_of_units(request) => {
                let (with_a, with_b) = (arms.a.n_with.unwrap_or(0), arms.b.n_with.unwrap_or(0));
                Self {
                    once: Some(fixed::two_proportions(with_a, n_a, with_b, n_b, alpha, sides, better)),
                    any_time: Some(any_time(AnyTime::of_rates(with_a, n_a, with_b, n_b, effect))),
                    bayes: Some(bayes::compare_rates(with_a, n_a, with_b, n_b, better)),
                }
            }
            OutcomeKind::Rate | OutcomeKind::Mean => {
                let (Some(std_a), Some(std_b)) = (arms.a.std_dev, arms.b.std_dev) else {
                    return none;
                };
                let (a, b) = ((value_a, std_a * std_a, n_a), (value_b, std_b * std_b, n_b));
                let test = AnyTime::of_means(value_b - value_a, a.1, n_a, b.1, n_b, effect);
                Self {
                    once: fixed::welch(a, b, alpha, sides, better),
                    any_time: test.map(any_time),
                    bayes: bayes::compare_means(a, b, better),
                }
            }
        }
    }

    fn interval(&self, looks: Looks) -> Option<(f64, f64)> {
        match looks {
            Looks::AnyTime => self.any_time.map(|test| (test.low, test.high)),
            Looks::Once => self.once.map(|test| (test.low, test.high)),
        }
    }
}

/// The alpha of a two-sided interval.
fn two_sided(alpha: f64, sides: Sides) -> f64 {
    match sides {
        Sides::One => (2.0 * alpha).min(1.0),
        Sides::Two => alpha,
    }
}

fn conclude(request: &VerdictRequest, arms: &Arms, figures: &Figures, split: Option<&SplitCheck>) -> Conclusion {
    if split.is_some_and(|split| split.mismatch) {
        return Conclusion::SampleRatioMismatch;
    }
    let short_of = request.planned.is_some_and(|planned| !is_reached(&planned, arms));
    if !is_enough(request, arms) || (request.looks == Looks::Once && short_of) {
        return Conclusion::TooEarly;
    }
    let decided = figures
        .interval(request.looks)
        .and_then(|(low, high)| decide(low, high, request.margin, request.better));
    decided.unwrap_or(if short_of {
        Conclusion::TooEarly
    } else {
        Conclusion::CannotTell
    })
}

fn is_reached(planned: &Planned, arms: &Arms) -> bool {
    arms.a.n_known >= planned.n_a && arms.b.n_known >= planned.n_b
}

/// Enough units for the normal approximation to hold.
fn is_enough(request: &VerdictRequest, arms: &Arms) -> bool {
    match request.kind {
        OutcomeKind::Rate if is_share_of_units(request) => {
            let with = n_with(arms);
            let without = arms.a.n_known + arms.b.n_known - with;
            arms.a.n_known > 0 && arms.b.n_known > 0 && with >= LEAST_OF_EITHER && without >= LEAST_OF_EITHER
        }
        OutcomeKind::Rate | OutcomeKind::Mean => arms.a.n_known.min(arms.b.n_known) >= LEAST_UNITS,
    }
}

/// Units have the outcome or do not; else a figure of theirs is averaged.
fn is_share_of_units(request: &VerdictRequest) -> bool {
    request.kind == OutcomeKind::Rate && request.unit != AnalysisUnit::RowsOfKeys
}

fn n_with(arms: &Arms) -> u64 {
    arms.a.n_with.unwrap_or(0) + arms.b.n_with.unwrap_or(0)
}

fn sentence(
    request: &VerdictRequest,
    arms: &Arms,
    figures: &Figures,
    split: Option<&SplitCheck>,
    conclusion: Conclusion,
) -> Message {
    let is_rate = request.kind == OutcomeKind::Rate;
    // Rates are told in percent, their differences in percentage points.
    let factor = if is_rate { 100.0 } else { 1.0 };
    let (low, high) = figures.interval(request.looks).unwrap_or((f64::NAN, f64::NAN));
    let n_known = arms.a.n_known + arms.b.n_known;
    let code = match (conclusion, is_rate) {
        (Conclusion::SampleRatioMismatch, _) => "experiment.mismatch",
        (Conclusion::TooEarly, true) if is_share_of_units(request) && !is_enough(request, arms) => "experiment.too_early_rate",
        (Conclusion::TooEarly, _) if !is_enough(request, arms) => "experiment.too_early_mean",
        (Conclusion::TooEarly, _) => "experiment.too_early_planned",
        (Conclusion::CannotTell, _) if low.is_nan() => "experiment.no_spread",
        (Conclusion::CannotTell, true) => "experiment.cannot_tell_rate",
        (Conclusion::CannotTell, false) => "experiment.cannot_tell_mean",
        (Conclusion::BBetter, true) => "experiment.b_better_rate",
        (Conclusion::BBetter, false) => "experiment.b_better_mean",
        (Conclusion::ABetter, true) => "experiment.a_better_rate",
        (Conclusion::ABetter, false) => "experiment.a_better_mean",
        (Conclusion::Equivalent, true) => "experiment.equivalent_rate",
        (Conclusion::Equivalent, false) => "experiment.equivalent_mean",
    };
    let message = Message::new(code)
        .with("a", &arms.a.name)
        .with("b", &arms.b.name)
        .with("value_a", factor * arms.a.value.unwrap_or(f64::NAN))
        .with("value_b", factor * arms.b.value.unwrap_or(f64::NAN))
        .with("low", factor * low)
        .with("high", factor * high)
        .with("level", 1.0 - two_sided(request.alpha, request.sides))
        .with("margin", factor * request.margin.unwrap_or(f64::NAN))
        .with("n_known", n_known)
        .with("n_with", n_with(arms))
        .with(
            "least",
            if is_share_of_units(request) {
                LEAST_OF_EITHER
            } else {
                LEAST_UNITS
            },
        )
        .with("n_planned", request.planned.map_or(0, |planned| planned.n_a + planned.n_b));
    let message = without_nan(message);
    match split {
        Some(split) => message
            .with("share_b", split.share_b)
            .with("expected_share_b", split.expected_share_b)
            .with("p_value", split.p_value),
        None => message,
    }
}

/// JSON has no NaN; a place without a number stays out of the sentence.
fn without_nan(mut message: Message) -> Message {
    message
        .values
        .retain(|_, value| !matches!(value, spec::Value::Number(x) if !x.is_finite()));
    message
}

fn warnings(request: &VerdictRequest, arms: &Arms) -> Vec<Message> {
    let mut out = Vec::new();
    if arms.n_in_both > 0 {
        out.push(Message::new("experiment.in_both").with("n", arms.n_in_both));
    }
    if arms.n_without_key > 0 {
        out.push(Message::new("experiment.without_key").with("n", arms.n_without_key));
    }
    if arms.n_other_variants > 0 {
        out.push(
            Message::new("experiment.other_variants")
                .with("n", arms.n_other_variants)
                .with("a", &arms.a.name)
                .with("b", &arms.b.name),
        );
    }
    let (n_rows, n_units) = (arms.a.n_rows + arms.b.n_rows, arms.a.n_units + arms.b.n_units);
    if request.kind == OutcomeKind::Rate
        && request.unit == AnalysisUnit::Key
        && n_rows > n_units + arms.n_without_key + 2 * arms.n_in_both
    {
        out.push(
            Message::new("experiment.rate_of_keys")
                .with("rows", n_rows)
                .with("keys", n_units),
        );
    }
    let known = |known: u64, units: u64| known as f64 / units.max(1) as f64;
    let share = (known(arms.a.n_known, arms.a.n_units), known(arms.b.n_known, arms.b.n_units));
    if arms.a.n_units > 0 && arms.b.n_units > 0 {
        let test = fixed::two_proportions(
            arms.a.n_known,
            arms.a.n_units,
            arms.b.n_known,
            arms.b.n_units,
            0.05,
            Sides::Two,
            Better::Higher,
        );
        if test.p_value < OUTCOMES_DIFFER_P {
            out.push(
                Message::new("experiment.outcomes_differ")
                    .with("a", &arms.a.name)
                    .with("b", &arms.b.name)
                    .with("share_a", share.0)
                    .with("share_b", share.1),
            );
        }
    }
    if is_share_of_units(request) && is_enough(request, arms) {
        let (with, total) = (n_with(arms) as f64, (arms.a.n_known + arms.b.n_known) as f64);
        let least = arms.a.n_known.min(arms.b.n_known) as f64 * (with / total).min(1.0 - with / total);
        if least < LEAST_EXPECTED {
            out.push(Message::new("experiment.few_events").with("least", LEAST_EXPECTED));
        }
    }
    if request.looks == Looks::Once && request.planned.is_some_and(|planned| !is_reached(&planned, arms)) {
        out.push(Message::new("experiment.peeking"));
    }
    out
}

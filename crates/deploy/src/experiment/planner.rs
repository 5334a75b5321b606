//! How many units an experiment needs, and for how long it runs.

use math::special::normal_ppf;
use spec::experiment::{Baseline, Effect, EffectPoint, Plan, PlanRequest, PowerPoint, SampleSize, Sides};
use spec::{Message, Outcome};

use super::sequential::AnyTime;
use super::{checks, power};

/// Units of A beyond which nobody will wait.
const MOST_UNITS: u64 = 1_000_000_000_000;
/// Points of the power curve, up to twice the planned size.
const CURVE_POINTS: u32 = 40;
/// Differences of the effect curve, as shares of the planned one.
const EFFECT_SHARES: [f64; 11] = [0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2, 1.4, 1.6, 1.8, 2.0];
/// Expected units with (or without) the outcome below which the normal approximation is rough.
const FEW_EVENTS: f64 = 10.0;
const SHORT_DAYS: u64 = 7;
const LONG_DAYS: u64 = 90;

/// The least sizes whose power reaches what is asked for, by the tests that [`super::verdict`] makes.
///
/// Errors: `experiment.*` for input outside of its range, `experiment.too_large`.
pub fn plan(request: &PlanRequest) -> Outcome<Plan> {
    let case = Case::new(request)?;
    let once = case.size(&|n_a| case.power(case.effect, n_a) >= request.power, case.effect)?;
    let any_time = case.size(&|n_a| case.any_time_holds(n_a), case.effect)?;
    let n_once = once.n_a;
    let mut power_curve: Vec<PowerPoint> = Vec::new();
    for i in 1..=CURVE_POINTS {
        let share = 2.0 * f64::from(i) / f64::from(CURVE_POINTS);
        let n_a = ((n_once as f64 * share).round() as u64).max(2);
        if power_curve.last().is_none_or(|last| last.n_a < n_a) {
            let n_b = case.n_b(n_a);
            power_curve.push(PowerPoint {
                n_a,
                n_b,
                days: request.units_per_day.map(|per_day| (n_a + n_b) as f64 / per_day),
                power: case.power(case.effect, n_a),
            });
        }
    }
    let mut effect_curve = Vec::new();
    for share in EFFECT_SHARES {
        let effect = case.effect * share;
        // Targets outside of 0..1, and sizes beyond all bounds, are left out.
        if case.reaches(effect)
            && let Ok(size) = case.size(&|n_a| case.power(effect, n_a) >= request.power, effect)
        {
            effect_curve.push(EffectPoint {
                effect,
                n_a: size.n_a,
                n_b: size.n_b,
            });
        }
    }
    Ok(Plan {
        request: *request,
        effect: case.effect,
        target: case.from + case.effect,
        power: case.power(case.effect, n_once),
        sentence: case.sentence(&once),
        warnings: case.warnings(&once),
        once,
        any_time,
        power_curve,
        effect_curve,
    })
}

/// A request that has been checked.
struct Case<'a> {
    request: &'a PlanRequest,
    /// A's rate or mean.
    from: f64,
    /// B minus A, not 0.
    effect: f64,
}

impl<'a> Case<'a> {
    fn new(request: &'a PlanRequest) -> Outcome<Self> {
        checks::alpha(request.alpha)?;
        checks::power(request.power, request.alpha)?;
        checks::ratio(request.ratio)?;
        if let Some(per_day) = request.units_per_day {
            checks::positive(per_day, "experiment.traffic_range")?;
        }
        let from = match request.baseline {
            Baseline::Rate { rate } => {
                checks::share(rate, "experiment.rate_range")?;
                rate
            }
            Baseline::Mean { mean, std_dev } => {
                checks::positive(std_dev, "experiment.std_dev_range")?;
                if !mean.is_finite() {
                    return Err(Message::new("experiment.mean_range").with("value", mean).into());
                }
                mean
            }
        };
        let effect = match request.effect {
            Effect::Absolute(effect) => effect,
            Effect::Relative(_) if from == 0.0 => return Err(Message::new("experiment.relative_to_zero").into()),
            Effect::Relative(share) => share * from,
        };
        if effect == 0.0 || !effect.is_finite() {
            return Err(Message::new("experiment.no_effect").into());
        }
        let case = Self { request, from, effect };
        if case.reaches(effect) {
            Ok(case)
        } else {
            Err(Message::new("experiment.target_range")
                .with("from", 100.0 * from)
                .with("target", 100.0 * (from + effect))
                .into())
        }
    }

    /// A rate stays strictly between 0 and 1.
    fn reaches(&self, effect: f64) -> bool {
        let target = self.from + effect;
        match self.request.baseline {
            Baseline::Rate { .. } => target > 0.0 && target < 1.0,
            Baseline::Mean { .. } => target.is_finite(),
        }
    }

    fn n_b(&self, n_a: u64) -> u64 {
        ((n_a as f64 * self.request.ratio).ceil() as u64).max(2)
    }

    fn power(&self, effect: f64, n_a: u64) -> f64 {
        let (alpha, sides) = (self.request.alpha, self.request.sides);
        let (a, b) = (n_a as f64, self.n_b(n_a) as f64);
        match self.request.baseline {
            Baseline::Rate { rate } => power::of_rates(rate, rate + effect, a, b, alpha, sides),
            Baseline::Mean { std_dev, .. } => power::of_means(effect / std_dev, a, b, alpha, sides),
        }
    }

    /// With the power asked for, the interval of all times rules out 0 at this size.
    fn any_time_holds(&self, n_a: u64) -> bool {
        let (a, b) = (n_a as f64, self.n_b(n_a) as f64);
        let variance = match self.request.baseline {
            Baseline::Rate { rate } => {
                let target = rate + self.effect;
                rate * (1.0 - rate) / a + target * (1.0 - target) / b
            }
            Baseline::Mean { std_dev, .. } => std_dev * std_dev * (1.0 / a + 1.0 / b),
        };
        let test = AnyTime {
            difference: self.effect.abs(),
            variance,
            mixture: self.effect * self.effect,
        };
        let alpha = match self.request.sides {
            Sides::One => (2.0 * self.request.alpha).min(1.0),
            Sides::Two => self.request.alpha,
        };
        test.difference - test.half_width(alpha) >= normal_ppf(self.request.power) * variance.sqrt()
    }

    /// The least `n_a` of at least 2 that is enough; what is enough stays enough.
    fn size(&self, is_enough: &dyn Fn(u64) -> bool, effect: f64) -> Outcome<SampleSize> {
        let mut high = 2;
        while !is_enough(high) {
            if high >= MOST_UNITS {
                return Err(Message::new("experiment.too_large")
                    .with("effect", effect)
                    .with("most", MOST_UNITS)
                    .into());
            }
            high *= 2;
        }
        let mut low = high / 2;
        while low + 1 < high {
            let middle = low + (high - low) / 2;
            if is_enough(middle) {
                high = middle;
            } else {
                low = middle;
            }
        }
        let n_b = self.n_b(high);
        Ok(SampleSize {
            n_a: high,
            n_b,
            days: self
                .request
                .units_per_day
                .map(|per_day| ((high + n_b) as f64 / per_day).ceil().max(1.0) as u64),
        })
    }

    fn sentence(&self, size: &SampleSize) -> Message {
        let (is_rate, factor) = match self.request.baseline {
            Baseline::Rate { .. } => (true, 100.0),
            Baseline::Mean { .. } => (false, 1.0),
        };
        let code = match (is_rate, size.days.is_some()) {
            (true, false) => "experiment.plan_rate",
            (true, true) => "experiment.plan_rate_days",
            (false, false) => "experiment.plan_mean",
            (false, true) => "experiment.plan_mean_days",
        };
        Message::new(code)
            .with("from", factor * self.from)
            .with("target", factor * (self.from + self.effect))
            .with("power", self.request.power)
            .with("alpha", self.request.alpha)
            .with("n_a", size.n_a)
            .with("n_b", size.n_b)
            .with("days", size.days.unwrap_or(0))
    }

    fn warnings(&self, size: &SampleSize) -> Vec<Message> {
        let mut out = Vec::new();
        if let Baseline::Rate { rate } = self.request.baseline {
            let events = |rate: f64, n: u64| n as f64 * rate.min(1.0 - rate);
            let least = events(rate, size.n_a).min(events(rate + self.effect, size.n_b));
            if least < FEW_EVENTS {
                out.push(Message::new("experiment.plan_few_events").with("n", least.round()));
            }
        }
        match size.days {
            Some(days) if days < SHORT_DAYS => {
                out.push(Message::new("experiment.plan_short").with("days", days));
            }
            Some(days) if days > LONG_DAYS => out.push(Message::new("experiment.plan_long").with("days", days)),
            _ => {}
        }
        out
    }
}

//! Linear scales from values to percent of the drawing area, and round numbers for their ticks.

use spec::texts::ui::chart as words;

use super::plot::Tick;

/// Maps `low..high` to 0..100.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    pub low: f64,
    pub high: f64,
}

impl Scale {
    /// Not finite or empty ranges are widened, so that every scale can be drawn.
    pub fn new(low: f64, high: f64) -> Self {
        let (low, high) = if low.is_finite() && high.is_finite() {
            (low.min(high), low.max(high))
        } else {
            (0.0, 1.0)
        };
        if high > low {
            return Self { low, high };
        }
        let half = if low == 0.0 { 0.5 } else { low.abs() * 0.5 };
        Self {
            low: low - half,
            high: high + half,
        }
    }

    /// The scale from 0 to 1 of rates and probabilities.
    pub fn unit() -> Self {
        Self { low: 0.0, high: 1.0 }
    }

    /// Covers all finite values.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let (low, high) = values
            .into_iter()
            .filter(|x| x.is_finite())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
        Self::new(low, high)
    }

    /// Widened to the round numbers around it.
    pub fn nice(self, n_ticks: usize) -> Self {
        let step = step(self.high - self.low, n_ticks).value;
        Self {
            low: (self.low / step).floor() * step,
            high: (self.high / step).ceil() * step,
        }
    }

    /// From the left or from below, 0 to 100 inside the range.
    pub fn percent(self, x: f64) -> f64 {
        (x - self.low) / (self.high - self.low) * 100.0
    }

    /// From above: SVG counts downwards.
    pub fn percent_down(self, y: f64) -> f64 {
        100.0 - self.percent(y)
    }

    /// Round numbers inside the range, about `n` of them.
    pub fn ticks(self, n: usize) -> Vec<Tick> {
        let step = step(self.high - self.low, n);
        let slack = step.value * 1e-9;
        let first = ((self.low - slack) / step.value).ceil();
        let mut ticks = Vec::new();
        for i in 0..=2 * n.max(1) {
            let x = (first + i as f64) * step.value;
            if x > self.high + slack {
                break;
            }
            ticks.push(Tick {
                at: self.percent(x),
                label: words::tick(x, step.n_decimals),
            });
        }
        ticks
    }
}

struct Step {
    value: f64,
    n_decimals: usize,
}

/// 1, 2, 2.5 or 5 times a power of ten, so that `span` holds about `n` of them. Powers of ten are read from their decimal
/// form, which is exact and needs no logarithm.
fn step(span: f64, n: usize) -> Step {
    let rough = span / n.max(1) as f64;
    if !(rough.is_finite() && rough > 0.0) {
        return Step {
            value: 1.0,
            n_decimals: 0,
        };
    }
    let exponent = format!("{rough:e}")
        .split_once('e')
        .and_then(|(_, e)| e.parse::<i32>().ok())
        .unwrap_or(0);
    for (digits, more_decimals) in [("1", 0), ("2", 0), ("2.5", 1), ("5", 0), ("10", 0)] {
        let value: f64 = format!("{digits}e{exponent}").parse().unwrap_or(rough);
        if value >= rough * 0.999 {
            let n_decimals = (more_decimals - exponent).max(0) as usize;
            return Step {
                value,
                n_decimals: if digits == "10" {
                    n_decimals.saturating_sub(1)
                } else {
                    n_decimals
                },
            };
        }
    }
    Step {
        value: rough,
        n_decimals: 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(scale: Scale, n: usize) -> String {
        scale
            .ticks(n)
            .into_iter()
            .map(|tick| tick.label)
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn ticks_are_round_numbers() {
        assert_eq!(labels(Scale::unit(), 4), "0.00 0.25 0.50 0.75 1.00");
        assert_eq!(labels(Scale::unit(), 5), "0.0 0.2 0.4 0.6 0.8 1.0");
        assert_eq!(labels(Scale::new(0.0, 72.0), 5), "0 20 40 60");
        assert_eq!(labels(Scale::new(-3.2, 3.1), 5), "−2 0 2");
        assert_eq!(labels(Scale::new(0.0, 48_000.0), 5), "0 10k 20k 30k 40k");
        assert_eq!(labels(Scale::new(0.0, 0.004), 4), "0.000 0.001 0.002 0.003 0.004");
    }

    #[test]
    fn every_range_can_be_drawn() {
        for (low, high) in [
            (f64::NAN, 1.0),
            (3.0, 3.0),
            (0.0, 0.0),
            (f64::NEG_INFINITY, f64::INFINITY),
            (-1e308, 1e308),
            (5.0, 1.0),
        ] {
            let scale = Scale::new(low, high);
            assert!(scale.low < scale.high, "{low} {high}");
            assert!(scale.ticks(5).len() <= 11);
        }
        assert!(!Scale::of([]).ticks(5).is_empty());
    }

    #[test]
    fn percent_runs_from_left_to_right_and_from_top_to_bottom() {
        let scale = Scale::new(10.0, 30.0);
        assert_eq!(
            (scale.percent(10.0), scale.percent(20.0), scale.percent_down(30.0)),
            (0.0, 50.0, 0.0)
        );
    }

    #[test]
    fn nice_widens_to_round_numbers() {
        assert_eq!(Scale::new(0.3, 9.7).nice(5), Scale { low: 0.0, high: 10.0 });
    }
}

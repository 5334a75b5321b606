//! Bootstrap of the studentised figure: resamples tell how far a figure lies from the truth in its own standard errors,
//! which holds for skewed losses where the percentile bootstrap is too narrow.
//!
//! RMSE and R² are looked at as logarithms, ln(mean squared error) and ln(1 - R²), so that their ends stay where the
//! figures can lie; adjusted R² is R² with the same degrees of freedom, so its interval is that of R² bent alike.
//!
//! Reference: Efron, B. and Tibshirani, R. (1993), An Introduction to the Bootstrap, section 12.5.

use math::float;
use spec::{Metric, Observer, Outcome};

use super::Limits;
use crate::Scorer;
use crate::scorer::{Counts, Kind};

/// Log losses are clipped, see `classification::log_losses`.
const LARGEST_LOG_LOSS: f64 = 36.05;

/// Where fewer rows than this carry the loss, the next large one, not seen yet, decides: no interval holds.
const LEAST_CARRYING: f64 = 5.0;

/// A mean of losses, or a logarithm of means, as it is on all rows.
pub(super) struct Figure<'a> {
    kind: Of<'a>,
    /// On the rows as they are,
    value: f64,
    /// and its standard error.
    error: f64,
    back: Back,
}

enum Of<'a> {
    /// Mean of these, or of their absolute values.
    Mean(&'a [f64]),
    Absolute(&'a [f64]),
    /// ln of the mean of their squares.
    LogSquares(&'a [f64]),
    /// Errors and truth: ln of mean squared error over variance.
    LogShare(&'a [f64], &'a [f64]),
}

/// From what is studentised to the metric.
enum Back {
    Within(f64, f64),
    Rmse,
    /// `1 - factor * exp(x)`.
    R2(f64),
}

impl<'a> Figure<'a> {
    /// None for metrics of another kind, where the figure is not defined, and where all losses are alike.
    pub(super) fn of(scorer: &'a Scorer, metric: Metric) -> Option<Self> {
        let any = f64::INFINITY;
        let (kind, back) = match (&scorer.kind, metric) {
            (Kind::Classes { log_losses, .. }, Metric::LogLoss) => {
                (Of::Mean(log_losses.as_ref()?), Back::Within(0.0, LARGEST_LOG_LOSS))
            }
            (
                Kind::Classes {
                    brier_losses, n_classes, ..
                },
                Metric::Brier,
            ) => {
                let largest = if *n_classes == 2 { 1.0 } else { 2.0 };
                (Of::Mean(brier_losses.as_ref()?), Back::Within(0.0, largest))
            }
            (Kind::Values(errors), Metric::Mae) => (Of::Absolute(&errors.error), Back::Within(0.0, any)),
            (Kind::Values(errors), Metric::Mape) => (Of::Mean(&errors.percentage), Back::Within(0.0, any)),
            (Kind::Values(errors), Metric::Smape) => (Of::Mean(&errors.symmetric), Back::Within(0.0, 2.0)),
            (Kind::Values(errors), Metric::QuantileLoss) => (Of::Mean(&errors.pinball), Back::Within(0.0, any)),
            (Kind::Values(errors), Metric::Rmse) => (Of::LogSquares(&errors.error), Back::Rmse),
            (Kind::Values(errors), Metric::R2) => (Of::LogShare(&errors.error, &errors.truth), Back::R2(1.0)),
            (Kind::Values(errors), Metric::AdjustedR2) => {
                let (n, k) = (scorer.n_rows() as f64, scorer.n_features? as f64);
                let factor = (n - 1.0) / (n - k - 1.0);
                (Of::LogShare(&errors.error, &errors.truth), Back::R2(factor))
            }
            _ => return None,
        };
        let (value, error) = kind.estimate(Counts::Once).filter(|_| kind.n_carrying() >= LEAST_CARRYING)?;
        Some(Self {
            kind,
            value,
            error,
            back,
        })
    }

    /// How far a resample's figure lies from the one of all rows, in the resample's standard errors.
    pub(super) fn distance(&self, counts: Counts) -> Option<f64> {
        let (value, error) = self.kind.estimate(counts)?;
        Some((value - self.value) / error)
    }

    /// From the ends of the distances to those of the metric.
    pub(super) fn limits(&self, (low, high): Limits) -> Option<Limits> {
        // The figure is within its own interval, also when hardly any resample lies on one side of it.
        let (below, above) = (high.max(0.0) * self.error, -low.min(0.0) * self.error);
        let (low, high) = (self.value - below, self.value + above);
        let limits = match self.back {
            Back::Within(least, largest) => (low.max(least), high.min(largest)),
            Back::Rmse => (float::exp(low / 2.0), float::exp(high / 2.0)),
            Back::R2(factor) => (1.0 - factor * float::exp(high), 1.0 - factor * float::exp(low)),
        };
        (limits.0.is_finite() && limits.1.is_finite()).then_some(limits)
    }
}

impl Of<'_> {
    /// As how many rows of equal loss the losses count: (sum)² / sum of squares.
    fn n_carrying(&self) -> f64 {
        let (mut sum, mut squares) = (0.0, 0.0);
        let mut add = |loss: f64| {
            sum += loss;
            squares += loss * loss;
        };
        match self {
            Self::Mean(losses) | Self::Absolute(losses) => losses.iter().for_each(|loss| add(loss.abs())),
            Self::LogSquares(errors) | Self::LogShare(errors, _) => errors.iter().for_each(|error| add(error * error)),
        }
        sum * sum / squares
    }

    /// The figure and its standard error; None when one of them says nothing.
    fn estimate(&self, counts: Counts) -> Option<(f64, f64)> {
        let (value, error) = match self {
            Self::Mean(losses) => moments(losses.len(), counts, &|row| losses[row])?,
            Self::Absolute(losses) => moments(losses.len(), counts, &|row| losses[row].abs())?,
            Self::LogSquares(errors) => {
                let (mean, error) = moments(errors.len(), counts, &|row| errors[row] * errors[row])?;
                (float::ln(mean), error / mean)
            }
            Self::LogShare(errors, truth) => {
                let n = errors.len();
                let (squares, _) = moments(n, counts, &|row| errors[row] * errors[row])?;
                let (mean, _) = moments(n, counts, &|row| truth[row])?;
                let away = |row: usize| (truth[row] - mean) * (truth[row] - mean);
                let (variance, _) = moments(n, counts, &away)?;
                let influence = |row: usize| errors[row] * errors[row] / squares - away(row) / variance;
                let (_, error) = moments(n, counts, &influence)?;
                (float::ln(squares / variance), error)
            }
        };
        let says = value.is_finite() && error.is_finite() && error > 1e-12 * value.abs();
        says.then_some((value, error))
    }
}

/// Mean and its standard error over the rows as often as they count; None below two rows.
fn moments(n_rows: usize, counts: Counts, value: &dyn Fn(usize) -> f64) -> Option<(f64, f64)> {
    let n = counts.total(n_rows) as f64;
    if n < 2.0 {
        return None;
    }
    let mut sum = 0.0;
    for row in 0..n_rows {
        let count = counts.of(row);
        if count > 0 {
            sum += f64::from(count) * value(row);
        }
    }
    let mean = sum / n;
    let mut squares = 0.0;
    for row in 0..n_rows {
        let count = counts.of(row);
        if count > 0 {
            let away = value(row) - mean;
            squares += f64::from(count) * away * away;
        }
    }
    Some((mean, (squares / (n - 1.0) / n).sqrt()))
}

/// The interval of the mean of these figures, which are not below 0; None below
/// [`LEAST_STUDENTISED`](spec::metric::LEAST_STUDENTISED) of them, or when all are alike.
///
/// Errors: only the observer's.
pub fn mean(losses: &[f64], seed: u64, level: f64, observer: &mut dyn Observer) -> Outcome<Option<Limits>> {
    let kind = Of::Mean(losses);
    let Some((value, error)) = kind
        .estimate(Counts::Once)
        .filter(|_| losses.len() as u64 >= spec::metric::LEAST_STUDENTISED && kind.n_carrying() >= LEAST_CARRYING)
    else {
        return Ok(None);
    };
    let figure = Figure {
        kind,
        value,
        error,
        back: Back::Within(0.0, f64::INFINITY),
    };
    let n = losses.len();
    let drawn = super::resample(n, super::n_resamples(n), seed, level, observer, &mut |counts| {
        vec![figure.distance(Counts::Times(counts))]
    })?;
    Ok(drawn.first().copied().flatten().and_then(|ends| figure.limits(ends)))
}

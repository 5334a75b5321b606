//! A figure over the batches, with its interval as a band.

use spec::monitor::{Trend, TrendOf};
use spec::texts::names;
use spec::texts::number::{percent, score};
use spec::texts::ui::monitor as words;

use super::plot::{Axis, Layer, Mark, NearestBy, Plot, Role, Tick, Twin, dots_path, line_path};
use super::scale::Scale;

/// Labels that fit beside each other.
const MAX_TICKS: usize = 12;

/// One place a batch, in the order of time; `name` says what a batch is called.
pub fn over_batches(trend: &Trend, name: &dyn Fn(u32) -> String) -> Plot {
    let points = &trend.points;
    if points.is_empty() {
        return Plot {
            summary: words::TREND_EMPTY.to_owned(),
            ..Plot::default()
        };
    }
    let n = points.len();
    let at = |i: usize| {
        if n == 1 {
            50.0
        } else {
            4.0 + 92.0 * i as f64 / (n - 1) as f64
        }
    };
    let ends = points
        .iter()
        .flat_map(|point| [Some(point.value), point.low, point.high])
        .flatten();
    let is_share = trend.of == TrendOf::DriftedColumns;
    let y = match trend.of {
        TrendOf::Metric { .. } => Scale::of(ends).nice(4),
        // From nothing on: the height of a drift is what counts.
        _ => Scale::of(ends.chain([0.0])).nice(4),
    };
    let place = |i: usize, value: f64| (at(i), y.percent_down(value));
    let upper = || points.iter().enumerate().filter_map(|(i, point)| Some(place(i, point.high?)));
    let lower = points
        .iter()
        .enumerate()
        .rev()
        .filter_map(|(i, point)| Some(place(i, point.low?)));
    let band: Vec<(f64, f64)> = upper().chain(lower).collect();
    let values = || points.iter().enumerate().map(|(i, point)| place(i, point.value));
    let mut layers = Vec::new();
    if band.len() > 2 {
        layers.push(Layer::Area {
            path: line_path(band) + "Z",
            role: Role::Series(0),
        });
    }
    let whiskers = points
        .iter()
        .enumerate()
        .filter_map(|(i, point)| Some((i, point.low?, point.high?)));
    let whiskers: Vec<(f64, f64)> = whiskers
        .flat_map(|(i, low, high)| [place(i, low), place(i, high), (f64::NAN, f64::NAN)])
        .collect();
    if !whiskers.is_empty() {
        layers.push(Layer::Line {
            path: line_path(whiskers),
            role: Role::Reference,
        });
    }
    layers.push(Layer::Line {
        path: line_path(values()),
        role: Role::Series(0),
    });
    layers.push(Layer::Dots {
        path: dots_path(values()),
        role: Role::Series(0),
    });
    let shown = |x: f64| if is_share { percent(x) } else { score(x) };
    let step = n.div_ceil(MAX_TICKS);
    let mut y_axis = Axis::new(&names::trend_of(&trend.of), y, 4);
    if is_share {
        for tick in &mut y_axis.ticks {
            tick.label = percent(y.low + (y.high - y.low) * tick.at / 100.0);
        }
    }
    Plot {
        summary: trend.message.says(),
        x: Axis {
            title: words::BATCH_NUMBER.to_owned(),
            ticks: points
                .iter()
                .enumerate()
                .step_by(step)
                .map(|(i, _)| Tick {
                    at: at(i),
                    label: (i + 1).to_string(),
                })
                .collect(),
        },
        y: y_axis,
        layers,
        legend: Vec::new(),
        marks: points
            .iter()
            .enumerate()
            .map(|(i, point)| {
                let (x, y) = place(i, point.value);
                let text = if is_share {
                    format!("{}: {}", name(point.batch), percent(point.value))
                } else {
                    words::trend_read(&name(point.batch), point.value, point.low.zip(point.high))
                };
                Mark { x, y, text }
            })
            .collect(),
        nearest_by: NearestBy::X,
        twin: Twin {
            headers: [words::BATCH, words::VALUE, words::INTERVAL].map(str::to_owned).to_vec(),
            rows: points
                .iter()
                .map(|point| {
                    let interval = point.low.zip(point.high);
                    let interval = interval.map_or_else(String::new, |(low, high)| words::range(low, high));
                    vec![name(point.batch), shown(point.value), interval]
                })
                .collect(),
        },
    }
}

#[cfg(test)]
mod tests {
    use spec::monitor::{Direction, TrendPoint};
    use spec::{Message, Metric};

    use super::*;

    fn trend(of: TrendOf, values: &[(f64, Option<(f64, f64)>)]) -> Trend {
        let points = values.iter().enumerate().map(|(i, (value, interval))| TrendPoint {
            batch: i as u32 + 1,
            at_ms: i as f64,
            value: *value,
            low: interval.map(|interval| interval.0),
            high: interval.map(|interval| interval.1),
        });
        Trend {
            of,
            points: points.collect(),
            direction: Direction::CannotTell,
            p_value: None,
            per_30_days: None,
            message: Message::new("monitor.trend_flat").with("what", "ROC AUC").with("n", 2_u32),
        }
    }

    #[test]
    fn a_metric_has_a_band() {
        let plot = over_batches(
            &trend(
                TrendOf::Metric { metric: Metric::RocAuc },
                &[(0.8, Some((0.75, 0.85))), (0.7, Some((0.65, 0.75)))],
            ),
            &|batch| format!("batch {batch}"),
        );
        assert!(matches!(&plot.layers[0], Layer::Area { path, .. } if path.ends_with('Z')));
        assert_eq!(plot.marks[1].text, "batch 2: 0.700 (0.650 to 0.750)");
        assert_eq!(plot.twin.rows[0], ["batch 1", "0.800", "0.750 to 0.850"]);
        assert_eq!(plot.x.ticks.len(), 2);
    }

    #[test]
    fn a_share_counts_from_nothing() {
        let plot = over_batches(&trend(TrendOf::DriftedColumns, &[(0.5, None)]), &|_| "b".to_owned());
        assert_eq!(plot.marks[0].text, "b: 50%");
        assert_eq!((plot.y.ticks[0].at, plot.y.ticks[0].label.as_str()), (0.0, "0%"));
        assert_eq!(plot.marks[0].x, 50.0);
        assert!(
            over_batches(&trend(TrendOf::Target, &[]), &|_| String::new())
                .layers
                .is_empty()
        );
    }
}

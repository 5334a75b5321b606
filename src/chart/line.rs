//! Lines over a common x: the loss while training, the cost over thresholds.

use spec::Order;
use spec::evaluation::ThresholdPoint;
use spec::run::LossPoint;
use spec::texts::number::{score, significant};
use spec::texts::ui::chart as words;

use super::plot::{Axis, Layer, Mark, NearestBy, Plot, Role, Twin, dots_path, line_path};
use super::scale::Scale;

pub struct Series {
    pub name: String,
    /// Finite or NaN for a gap; sorted by x.
    pub points: Vec<(f64, f64)>,
}

/// Several series on one pair of axes.
pub fn lines(summary: String, x_title: &str, y_title: &str, series: &[Series]) -> Plot {
    let points = || series.iter().flat_map(|one| one.points.iter().copied());
    let x = Scale::of(points().map(|point| point.0));
    let y = Scale::of(points().map(|point| point.1)).nice(4);
    let mut marks: Vec<Mark> = series
        .iter()
        .flat_map(|one| one.points.iter().map(move |point| (&one.name, point)))
        .filter(|(_, point)| point.1.is_finite())
        .map(|(name, point)| Mark {
            x: x.percent(point.0),
            y: y.percent_down(point.1),
            text: words::series_read(
                name,
                &format!("{} {}", x_title.to_lowercase(), significant(point.0, 4)),
                point.1,
            ),
        })
        .collect();
    marks.order_by(|a, b| a.x.total_cmp(&b.x));
    let mut headers = vec![x_title.to_owned()];
    headers.extend(series.iter().map(|one| one.name.clone()));
    let n_rows = series.iter().map(|one| one.points.len()).max().unwrap_or(0);
    let rows = (0..n_rows)
        .map(|i| {
            let first = series
                .iter()
                .find_map(|one| one.points.get(i))
                .map_or(f64::NAN, |point| point.0);
            let mut row = vec![significant(first, 4)];
            row.extend(
                series
                    .iter()
                    .map(|one| one.points.get(i).map_or_else(String::new, |point| significant(point.1, 4))),
            );
            row
        })
        .collect();
    Plot {
        summary,
        x: Axis::new(x_title, x, 5),
        y: Axis::new(y_title, y, 4),
        layers: series
            .iter()
            .enumerate()
            .map(|(i, one)| Layer::Line {
                path: line_path(one.points.iter().map(|point| (x.percent(point.0), y.percent_down(point.1)))),
                role: Role::Series(i as u8),
            })
            .collect(),
        legend: series
            .iter()
            .enumerate()
            .map(|(i, one)| (Role::Series(i as u8), one.name.clone()))
            .collect(),
        marks,
        nearest_by: NearestBy::default(),
        twin: Twin { headers, rows },
    }
}

/// Loss per boosting round.
pub fn loss(points: &[LossPoint]) -> Plot {
    let Some(last) = points.last() else {
        return Plot {
            summary: words::empty_summary(words::LOSS),
            ..Plot::default()
        };
    };
    let mut series = vec![Series {
        name: words::TRAINING_LOSS.to_owned(),
        points: points.iter().map(|point| (f64::from(point.round), point.train)).collect(),
    }];
    if points.iter().any(|point| point.validation.is_some()) {
        series.push(Series {
            name: words::STOPPING_LOSS.to_owned(),
            points: points
                .iter()
                .map(|point| (f64::from(point.round), point.validation.unwrap_or(f64::NAN)))
                .collect(),
        });
    }
    lines(
        words::loss_summary(last.round, last.train),
        words::ROUND,
        words::LOSS,
        &series,
    )
}

/// Cost over decision thresholds, the chosen one marked; `None` without costs. `show` writes a cost with its currency.
pub fn cost(thresholds: &[ThresholdPoint], chosen: usize, show: &dyn Fn(f64) -> String) -> Option<Plot> {
    let points: Vec<(f64, f64)> = thresholds
        .iter()
        .filter_map(|point| Some((point.threshold, point.cost?)))
        .collect();
    let best = points.iter().copied().min_by(|a, b| a.1.total_cmp(&b.1))?;
    let x = Scale::unit();
    let y = Scale::of(points.iter().map(|point| point.1).chain([0.0])).nice(4);
    let place = |point: (f64, f64)| (x.percent(point.0), y.percent_down(point.1));
    let here = thresholds.get(chosen).and_then(|point| Some((point.threshold, point.cost?)));
    Some(Plot {
        summary: words::cost_summary(best.0, &show(best.1)),
        x: Axis::new(words::THRESHOLD, x, 5),
        y: Axis::new(words::COST, y, 4),
        layers: vec![
            Layer::Line {
                path: line_path(points.iter().copied().map(place)),
                role: Role::Series(0),
            },
            Layer::Dots {
                path: dots_path(here.map(place)),
                role: Role::Chosen,
            },
        ],
        legend: Vec::new(),
        nearest_by: NearestBy::X,
        marks: points
            .iter()
            .map(|&point| {
                let (x, y) = place(point);
                Mark {
                    x,
                    y,
                    text: words::cost_read(point.0, &show(point.1)),
                }
            })
            .collect(),
        twin: Twin {
            headers: [words::THRESHOLD, words::COST].map(str::to_owned).to_vec(),
            rows: points.iter().map(|point| vec![score(point.0), show(point.1)]).collect(),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loss_has_a_line_for_each_set_of_rows() {
        let point = |round, train, validation| LossPoint {
            round,
            train,
            validation,
        };
        let plot = loss(&[point(1, 0.6, Some(0.65)), point(2, 0.4, Some(0.5))]);
        assert_eq!(plot.layers.len(), 2);
        assert_eq!(plot.summary, "Loss over 2 rounds, on the training rows now 0.4");
        assert_eq!(plot.twin.rows[1], ["2", "0.4", "0.5"]);
        assert_eq!(loss(&[point(1, 0.6, None)]).legend.len(), 1);
        assert!(loss(&[]).layers.is_empty());
    }
}

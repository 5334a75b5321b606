//! Prediction against truth.

use spec::Order;
use spec::evaluation::RegressionDetail;
use spec::texts::number::{count, significant};
use spec::texts::ui::chart as words;

use super::histogram::histogram;
use super::plot::{Axis, Layer, Mark, NearestBy, Plot, Role, Twin, dots_path, line_path};
use super::scale::Scale;

/// Rows of the table twin.
const TWIN_ROWS: usize = 200;

/// One dot a row, the same scale on both axes, the diagonal for a perfect model.
pub fn predicted_against_true(detail: &RegressionDetail) -> Plot {
    if detail.points.is_empty() {
        return Plot {
            summary: words::empty_summary(words::PREDICTION),
            ..Plot::default()
        };
    }
    let scale = Scale::of(detail.points.iter().flat_map(|point| [point.0, point.1])).nice(5);
    let points = sorted(detail);
    let place = |point: &(f64, f64, u64)| (scale.percent(point.1), scale.percent_down(point.0));
    Plot {
        summary: words::scatter_summary(points.len()),
        x: Axis::new(words::TRUTH, scale, 5),
        y: Axis::new(words::PREDICTION, scale, 5),
        layers: vec![
            Layer::Line {
                path: line_path([(0.0, 100.0), (100.0, 0.0)]),
                role: Role::Reference,
            },
            Layer::Dots {
                path: dots_path(points.iter().map(place)),
                role: Role::Series(0),
            },
        ],
        legend: vec![(Role::Reference, words::PERFECT.to_owned())],
        marks: points
            .iter()
            .map(|point| {
                let (x, y) = place(point);
                Mark {
                    x,
                    y,
                    text: words::scatter_read(point.2, point.1, point.0),
                }
            })
            .collect(),
        nearest_by: NearestBy::Point,
        twin: Twin {
            headers: [words::ROW, words::TRUTH, words::PREDICTION].map(str::to_owned).to_vec(),
            rows: points
                .iter()
                .take(TWIN_ROWS)
                .map(|point| vec![count(point.2 as f64 + 1.0), significant(point.1, 5), significant(point.0, 5)])
                .collect(),
        },
    }
}

/// The row (by its number in the file) that a mark of [`predicted_against_true`] stands for.
pub fn row_at(detail: &RegressionDetail, mark: usize) -> Option<u64> {
    sorted(detail).get(mark).map(|point| point.2)
}

fn sorted(detail: &RegressionDetail) -> Vec<(f64, f64, u64)> {
    let mut points = detail.points.clone();
    points.order_by(|a, b| a.1.total_cmp(&b.1).then(a.2.cmp(&b.2)));
    points
}

/// How far predictions are off.
pub fn residuals(detail: &RegressionDetail) -> Plot {
    let show = |x| significant(x, 4);
    histogram(
        words::RESIDUAL,
        detail.residual_low,
        detail.residual_high,
        &detail.residual_counts,
        &show,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_axes_have_one_scale() {
        let detail = RegressionDetail {
            points: vec![(3.0, 1.0, 7), (0.5, 9.0, 2)],
            ..RegressionDetail::default()
        };
        let plot = predicted_against_true(&detail);
        assert_eq!(plot.x.ticks, plot.y.ticks);
        assert_eq!(plot.marks[0].text, "Row 8: truth 1, prediction 3");
        assert!(plot.marks[0].x < plot.marks[1].x);
        assert_eq!(
            (row_at(&detail, 0), row_at(&detail, 1), row_at(&detail, 2)),
            (Some(7), Some(2), None)
        );
    }
}

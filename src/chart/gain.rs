//! How many of the positives the highest scores hold.

use spec::evaluation::GainCurve;
use spec::texts::number::{percent, significant};
use spec::texts::ui::chart as words;

use super::curve::unit_plot;
use super::plot::{Layer, Mark, Plot, Role, Twin, line_path};
use super::scale::Scale;

/// Share of rows by score against the share of positives reached, with the lift in the read-out; chance on the diagonal.
pub fn gain(curve: &GainCurve) -> Plot {
    let scale = Scale::unit();
    let n = curve.share_of_rows.len().min(curve.share_of_positives.len());
    if n == 0 {
        return Plot {
            summary: words::empty_summary(words::SHARE_OF_POSITIVES),
            ..Plot::default()
        };
    }
    let point = |i: usize| {
        (
            scale.percent(curve.share_of_rows[i]),
            scale.percent_down(curve.share_of_positives[i]),
        )
    };
    let fifth = (0..n).min_by(|&a, &b| {
        (curve.share_of_rows[a] - 0.2)
            .abs()
            .total_cmp(&(curve.share_of_rows[b] - 0.2).abs())
    });
    let at = fifth.unwrap_or(0);
    let summary = words::gain_summary(curve.share_of_rows[at], curve.share_of_positives[at]);
    let mut plot = unit_plot(summary, words::SHARE_OF_ROWS, words::SHARE_OF_POSITIVES);
    plot.layers = vec![
        Layer::Line {
            path: line_path([(0.0, 100.0), (100.0, 0.0)]),
            role: Role::Reference,
        },
        Layer::Line {
            path: line_path((0..n).map(point)),
            role: Role::Series(0),
        },
    ];
    plot.legend = vec![(Role::Reference, words::CHANCE.to_owned())];
    let lift = |i: usize| curve.lift.get(i).copied().filter(|lift| lift.is_finite());
    plot.marks = (0..n)
        .map(|i| {
            let (x, y) = point(i);
            Mark {
                x,
                y,
                text: words::gain_read(curve.share_of_rows[i], curve.share_of_positives[i], lift(i)),
            }
        })
        .collect();
    plot.twin = Twin {
        headers: [words::SHARE_OF_ROWS, words::SHARE_OF_POSITIVES, words::LIFT]
            .map(str::to_owned)
            .to_vec(),
        rows: (0..n)
            .map(|i| {
                let lift = lift(i).map_or_else(String::new, |lift| significant(lift, 3));
                vec![percent(curve.share_of_rows[i]), percent(curve.share_of_positives[i]), lift]
            })
            .collect(),
    };
    plot
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_fifth_is_told() {
        let plot = gain(&GainCurve {
            share_of_rows: vec![0.0, 0.2, 1.0],
            share_of_positives: vec![0.0, 0.61, 1.0],
            lift: vec![f64::NAN, 3.05, 1.0],
        });
        assert_eq!(
            plot.summary,
            "Gain curve: the 20% of rows with the highest scores hold 61% of the positives"
        );
        assert_eq!(plot.twin.rows[0][2], "");
        assert!(gain(&GainCurve::default()).layers.is_empty());
    }
}

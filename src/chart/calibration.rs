//! Do probabilities mean what they say?

use spec::evaluation::CalibrationBin;
use spec::texts::number::{count, score};
use spec::texts::ui::chart as words;

use super::curve::unit_plot;
use super::plot::{Layer, Mark, Plot, Role, Twin, dots_path, line_path};
use super::scale::Scale;

/// Mean predicted probability against the observed share, one point a bin, the diagonal for perfect calibration.
pub fn calibration(class: &str, bins: &[CalibrationBin]) -> Plot {
    let bins: Vec<&CalibrationBin> = bins.iter().filter(|bin| bin.n_rows > 0).collect();
    if bins.is_empty() {
        return Plot {
            summary: words::empty_summary(class),
            ..Plot::default()
        };
    }
    let worst = bins
        .iter()
        .map(|bin| (bin.mean_predicted - bin.observed).abs())
        .fold(0.0, f64::max);
    let scale = Scale::unit();
    let points: Vec<(f64, f64)> = bins
        .iter()
        .map(|bin| (scale.percent(bin.mean_predicted), scale.percent_down(bin.observed)))
        .collect();
    let mut plot = unit_plot(
        words::calibration_summary(class, worst),
        words::PREDICTED_PROBABILITY,
        words::OBSERVED_SHARE,
    );
    plot.layers = vec![
        Layer::Line {
            path: line_path([(0.0, 100.0), (100.0, 0.0)]),
            role: Role::Reference,
        },
        Layer::Line {
            path: line_path(points.iter().copied()),
            role: Role::Series(0),
        },
        Layer::Dots {
            path: dots_path(points.iter().copied()),
            role: Role::Series(0),
        },
    ];
    plot.legend = vec![(Role::Reference, words::PERFECT.to_owned())];
    plot.marks = bins
        .iter()
        .zip(&points)
        .map(|(bin, &(x, y))| Mark {
            x,
            y,
            text: words::calibration_read(bin.mean_predicted, bin.observed, bin.n_rows),
        })
        .collect();
    plot.twin = Twin {
        headers: [words::MEAN_PREDICTED, words::OBSERVED_SHARE, words::ROWS]
            .map(str::to_owned)
            .to_vec(),
        rows: bins
            .iter()
            .map(|bin| vec![score(bin.mean_predicted), score(bin.observed), count(bin.n_rows as f64)])
            .collect(),
    };
    plot
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_bins_are_left_out_and_the_worst_gap_is_told() {
        let bin = |mean_predicted, observed, n_rows| CalibrationBin {
            mean_predicted,
            observed,
            n_rows,
        };
        let plot = calibration("yes", &[bin(0.1, 0.2, 40), bin(0.5, 0.0, 0), bin(0.9, 0.85, 10)]);
        assert_eq!(plot.marks.len(), 2);
        assert_eq!(
            plot.summary,
            "Calibration of yes: predicted against observed share, at most 10% apart"
        );
        assert_eq!(plot.marks[0].text, "Predicted 10%, observed 20% (40 rows)");
    }
}

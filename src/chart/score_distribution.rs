//! Which probabilities each true class gets.

use spec::Order;
use spec::evaluation::ScoreHistogram;
use spec::texts::number::{count, percent};
use spec::texts::ui::chart as words;

use super::plot::{Axis, Layer, Mark, Plot, Role, Twin, line_path, step_path};
use super::scale::Scale;

/// Share of each class's rows per bin of the predicted probability, as staircases; `threshold` as an upright line.
pub fn score_distribution(histograms: &[ScoreHistogram], threshold: Option<f64>) -> Plot {
    let totals: Vec<u64> = histograms.iter().map(|one| one.counts.iter().sum()).collect();
    let share = |i: usize, n: u64| if totals[i] == 0 { 0.0 } else { n as f64 / totals[i] as f64 };
    let highest = histograms
        .iter()
        .enumerate()
        .flat_map(|(i, one)| one.counts.iter().map(move |&n| (i, n)))
        .map(|(i, n)| share(i, n))
        .fold(0.0, f64::max);
    if highest == 0.0 {
        return Plot {
            summary: words::empty_summary(words::PREDICTED_PROBABILITY),
            ..Plot::default()
        };
    }
    let (x, y) = (Scale::unit(), Scale::new(0.0, highest).nice(4));
    let mut plot = Plot {
        summary: words::scores_summary(histograms.len()),
        x: Axis::new(words::PREDICTED_PROBABILITY, x, 5),
        y: Axis::new(words::SHARE, y, 4),
        twin: Twin {
            headers: [words::CLASS, words::FROM, words::TO, words::ROWS]
                .map(str::to_owned)
                .to_vec(),
            rows: Vec::new(),
        },
        ..Plot::default()
    };
    for (i, one) in histograms.iter().enumerate() {
        let n_bins = one.counts.len().max(1) as f64;
        let mut stairs: Vec<(f64, f64)> = one
            .counts
            .iter()
            .enumerate()
            .map(|(k, &n)| (x.percent(k as f64 / n_bins), y.percent_down(share(i, n))))
            .collect();
        if let Some(last) = stairs.last().copied() {
            stairs.push((100.0, last.1));
        }
        plot.layers.push(Layer::Line {
            path: step_path(&stairs),
            role: Role::Series(i as u8),
        });
        plot.legend.push((Role::Series(i as u8), one.class.clone()));
        for (k, &n) in one.counts.iter().enumerate() {
            let (low, high) = (k as f64 / n_bins, (k as f64 + 1.0) / n_bins);
            plot.marks.push(Mark {
                x: x.percent((low + high) / 2.0),
                y: y.percent_down(share(i, n)),
                text: words::scores_read(&one.class, low, high, n),
            });
            plot.twin
                .rows
                .push(vec![one.class.clone(), percent(low), percent(high), count(n as f64)]);
        }
    }
    plot.marks.order_by(|a, b| a.x.total_cmp(&b.x));
    if let Some(threshold) = threshold {
        let at = x.percent(threshold);
        plot.layers.push(Layer::Line {
            path: line_path([(at, 0.0), (at, 100.0)]),
            role: Role::Chosen,
        });
        plot.legend.push((Role::Chosen, words::THRESHOLD.to_owned()));
    }
    plot
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_of_each_class_so_that_a_rare_one_can_be_seen() {
        let one = |class: &str, counts: &[u64]| ScoreHistogram {
            class: class.to_owned(),
            counts: counts.to_vec(),
        };
        let plot = score_distribution(&[one("no", &[900, 100]), one("yes", &[1, 9])], Some(0.5));
        assert_eq!(plot.layers.len(), 3);
        assert_eq!(
            plot.layers[0],
            Layer::Line {
                path: "M0.00 10.00L50.00 10.00L50.00 90.00L100.00 90.00L100.00 90.00".to_owned(),
                role: Role::Series(0)
            }
        );
        assert!(plot.marks[0].x <= plot.marks[3].x);
    }
}

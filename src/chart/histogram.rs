//! How often which values occur.

use spec::ColumnType;
use spec::profile::Distribution;
use spec::texts::number::{count, percent, significant};
use spec::texts::ui::chart as words;

use super::bar::{self, BarItem};
use super::date;
use super::plot::{Axis, Bar, Layer, Mark, NearestBy, Plot, Role, Twin};
use super::scale::Scale;

/// Gap between two bars, percent of a bar.
const GAP: f64 = 6.0;

/// Equal-width bins from `low` to `high`. `show` writes a value of the x axis.
pub fn histogram(title: &str, low: f64, high: f64, counts: &[u64], show: &dyn Fn(f64) -> String) -> Plot {
    let n_rows: u64 = counts.iter().sum();
    if n_rows == 0 {
        return Plot {
            summary: words::empty_summary(title),
            ..Plot::default()
        };
    }
    let x = Scale::new(low, high);
    let most = counts.iter().copied().max().unwrap_or(1);
    let y = Scale::new(0.0, most as f64).nice(4);
    let edge = |i: usize| low + (high - low) * i as f64 / counts.len() as f64;
    let mut marks = Vec::with_capacity(counts.len());
    let mut twin = Twin {
        headers: [words::FROM, words::TO, words::ROWS, words::SHARE]
            .map(str::to_owned)
            .to_vec(),
        rows: Vec::with_capacity(counts.len()),
    };
    for (i, &n) in counts.iter().enumerate() {
        let (from, to, share) = (show(edge(i)), show(edge(i + 1)), n as f64 / n_rows as f64);
        marks.push(Mark {
            x: (i as f64 + 0.5) / counts.len() as f64 * 100.0,
            y: y.percent_down(n as f64),
            text: words::bin_read(&from, &to, n, share),
        });
        twin.rows.push(vec![from, to, count(n as f64), percent(share)]);
    }
    let top = (0..counts.len()).find(|&i| counts[i] == most).unwrap_or(0);
    Plot {
        summary: words::histogram_summary(title, &show(low), &show(high), &show(edge(top)), &show(edge(top + 1))),
        x: Axis {
            title: title.to_owned(),
            ticks: x.ticks(5),
        },
        y: Axis::new(words::ROWS, y, 4),
        layers: vec![Layer::Bars {
            bars: bars(counts, y),
            role: Role::Series(0),
        }],
        legend: Vec::new(),
        marks,
        nearest_by: NearestBy::X,
        twin,
    }
}

/// Bars side by side over the whole width.
pub fn bars(counts: &[u64], y: Scale) -> Vec<Bar> {
    let width = 100.0 / counts.len().max(1) as f64;
    let gap = if counts.len() > 60 { 0.0 } else { width * GAP / 100.0 };
    counts
        .iter()
        .enumerate()
        .map(|(i, &n)| {
            let top = y.percent_down(n as f64);
            Bar {
                x: i as f64 * width + gap / 2.0,
                y: top,
                width: width - gap,
                height: 100.0 - top,
            }
        })
        .collect()
}

/// The distribution of a column, as its profile has it.
pub fn of_column(name: &str, column_type: ColumnType, distribution: &Distribution) -> Plot {
    match distribution {
        Distribution::Histogram { low, high, counts } if column_type == ColumnType::Time => {
            let mut plot = histogram(name, *low, *high, counts, &date::label);
            let scale = Scale::new(*low, *high);
            for (i, tick) in plot.x.ticks.iter_mut().enumerate() {
                tick.at = i as f64 * 25.0;
                tick.label = date::label(scale.low + (scale.high - scale.low) * tick.at / 100.0);
            }
            plot.x.ticks.retain(|tick| tick.at <= 100.0);
            plot
        }
        Distribution::Histogram { low, high, counts } => histogram(name, *low, *high, counts, &|x| significant(x, 4)),
        Distribution::Levels { top, n_other } => {
            let mut items: Vec<BarItem> = top.iter().map(|(level, n)| BarItem::new(level, *n as f64)).collect();
            if *n_other > 0 {
                items.push(BarItem::new(words::OTHER, *n_other as f64));
            }
            bar::levels(name, &items)
        }
        Distribution::Empty => Plot {
            summary: words::empty_summary(name),
            ..Plot::default()
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_touch_the_ground_and_the_highest_bin_is_named() {
        let plot = histogram("tenure", 0.0, 72.0, &[9, 4, 2, 5], &|x| significant(x, 4));
        assert_eq!(
            plot.summary,
            "Histogram of tenure from 0 to 72; most rows lie between 0 and 18"
        );
        let Layer::Bars { bars, .. } = &plot.layers[0] else {
            panic!("bars")
        };
        assert!(bars.iter().all(|bar| (bar.y + bar.height - 100.0).abs() < 1e-9));
        assert!(bars[0].y < bars[1].y);
        assert_eq!(plot.marks[3].text, "54 to 72: 5 rows (25%)");
        assert_eq!(plot.twin.rows[0], ["0", "18", "9", "45%"]);
    }

    #[test]
    fn no_rows_is_said_and_drawn_as_nothing() {
        let plot = histogram("tenure", 0.0, 1.0, &[0, 0], &|x| x.to_string());
        assert_eq!(plot.summary, "tenure: no values to draw");
        assert!(plot.layers.is_empty());
    }

    #[test]
    fn an_axis_of_time_has_dates() {
        let distribution = Distribution::Histogram {
            low: 0.0,
            high: 86_400.0 * 400.0,
            counts: vec![1, 2, 3],
        };
        let plot = of_column("signup", ColumnType::Time, &distribution);
        assert_eq!(plot.x.ticks[0].label, "1970-01-01");
        assert!(plot.x.ticks.len() <= 5);
    }
}

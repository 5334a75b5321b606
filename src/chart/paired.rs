//! Training beside a later batch, in the same bins, as shares of their rows.

use spec::ColumnType;
use spec::monitor::{ColumnDrift, PairedHistogram};
use spec::texts::number::{percent, significant};
use spec::texts::ui::chart as chart_words;
use spec::texts::ui::monitor as words;

use super::date;
use super::plot::{Axis, Bar, Layer, Mark, NearestBy, Plot, Role, Tick, Twin};
use super::scale::Scale;

/// Room between two bins, percent of a bin.
const GAP: f64 = 12.0;

/// A bin or a level: its name, and its share in training and in the batch.
struct Pair {
    name: String,
    reference: f64,
    batch: f64,
}

pub fn of_column(drift: &ColumnDrift) -> Plot {
    let name = &drift.name;
    match &drift.histogram {
        PairedHistogram::Empty => Plot {
            summary: words::paired_empty(name),
            ..Plot::default()
        },
        PairedHistogram::Levels {
            levels,
            reference,
            batch,
            reference_other,
            batch_other,
        } => {
            let mut counts: Vec<(String, u64, u64)> = levels
                .iter()
                .zip(reference.iter().zip(batch))
                .map(|(level, (a, b))| (level.clone(), *a, *b))
                .collect();
            if reference_other + batch_other > 0 {
                counts.push((chart_words::OTHER.to_owned(), *reference_other, *batch_other));
            }
            lying(name, &pairs(counts))
        }
        PairedHistogram::Numbers {
            edges,
            reference,
            batch,
            reference_outside,
            batch_outside,
        } => {
            let show = |x: f64| {
                if drift.column_type == ColumnType::Time {
                    date::label(x)
                } else {
                    significant(x, 4)
                }
            };
            let (Some(first), Some(last)) = (edges.first().copied(), edges.last().copied()) else {
                return Plot::default();
            };
            let mut counts = vec![(words::below(&show(first)), reference_outside.0, batch_outside.0)];
            let inner = edges.windows(2).zip(reference.iter().zip(batch));
            counts.extend(inner.map(|(pair, (a, b))| (words::bin(&show(pair[0]), &show(pair[1])), *a, *b)));
            counts.push((words::from_on(&show(last)), reference_outside.1, batch_outside.1));
            standing(name, &pairs(counts), (first, last), &show)
        }
    }
}

fn pairs(counts: Vec<(String, u64, u64)>) -> Vec<Pair> {
    let n: u64 = counts.iter().map(|one| one.1).sum();
    let m: u64 = counts.iter().map(|one| one.2).sum();
    let share = |n: u64, of: u64| if of == 0 { 0.0 } else { n as f64 / of as f64 };
    counts
        .into_iter()
        .map(|(name, a, b)| Pair {
            name,
            reference: share(a, n),
            batch: share(b, m),
        })
        .collect()
}

fn most(pairs: &[Pair]) -> f64 {
    pairs.iter().fold(0.0, |most, pair| pair.reference.max(pair.batch).max(most))
}

/// Two bars a bin; what lies outside of the bins is in the table and the read-out only.
fn standing(name: &str, pairs: &[Pair], (low, high): (f64, f64), show: &dyn Fn(f64) -> String) -> Plot {
    let y = Scale::new(0.0, most(pairs)).nice(4);
    let inner = &pairs[1..pairs.len() - 1];
    let width = 100.0 / inner.len().max(1) as f64;
    let half = width * (100.0 - GAP) / 200.0;
    let bars = |share: fn(&Pair) -> f64, offset: f64| -> Vec<Bar> {
        inner
            .iter()
            .enumerate()
            .map(|(i, pair)| {
                let top = y.percent_down(share(pair));
                Bar {
                    x: i as f64 * width + width * GAP / 200.0 + offset,
                    y: top,
                    width: half,
                    height: 100.0 - top,
                }
            })
            .collect()
    };
    let x = Scale::new(low, high);
    let ticks: Vec<Tick> = (0..=4)
        .map(|i| Tick {
            at: 25.0 * f64::from(i),
            label: show(x.low + (x.high - x.low) * f64::from(i) / 4.0),
        })
        .collect();
    Plot {
        summary: words::paired_summary(name),
        x: Axis {
            title: name.to_owned(),
            ticks,
        },
        y: shares(y),
        layers: vec![
            Layer::Bars {
                bars: bars(|pair| pair.reference, 0.0),
                role: Role::Series(0),
            },
            Layer::Bars {
                bars: bars(|pair| pair.batch, half),
                role: Role::Series(1),
            },
        ],
        marks: inner
            .iter()
            .enumerate()
            .map(|(i, pair)| Mark {
                x: (i as f64 + 0.5) * width,
                y: y.percent_down(pair.reference.max(pair.batch)),
                text: words::paired_read(&pair.name, pair.reference, pair.batch),
            })
            .collect(),
        nearest_by: NearestBy::X,
        legend: legend(),
        twin: twin(pairs),
    }
}

/// Two bars a level, on their side so that long names can be read.
fn lying(name: &str, pairs: &[Pair]) -> Plot {
    let x = Scale::new(0.0, most(pairs)).nice(4);
    let height = 100.0 / pairs.len().max(1) as f64;
    let half = height * (100.0 - 2.0 * GAP) / 200.0;
    let bars = |share: fn(&Pair) -> f64, offset: f64| -> Vec<Bar> {
        pairs
            .iter()
            .enumerate()
            .map(|(i, pair)| Bar {
                x: 0.0,
                y: i as f64 * height + height * GAP / 100.0 + offset,
                width: x.percent(share(pair)),
                height: half,
            })
            .collect()
    };
    Plot {
        summary: words::paired_summary(name),
        x: Axis {
            title: words::SHARE_OF_ROWS.to_owned(),
            ..shares(x)
        },
        y: Axis {
            title: String::new(),
            ticks: pairs
                .iter()
                .enumerate()
                .map(|(i, pair)| Tick {
                    at: 100.0 - (i as f64 + 0.5) * height,
                    label: words::quoted_if_padded(&pair.name),
                })
                .collect(),
        },
        layers: vec![
            Layer::Bars {
                bars: bars(|pair| pair.reference, 0.0),
                role: Role::Series(0),
            },
            Layer::Bars {
                bars: bars(|pair| pair.batch, half),
                role: Role::Series(1),
            },
        ],
        marks: pairs
            .iter()
            .enumerate()
            .map(|(i, pair)| Mark {
                x: x.percent(pair.reference.max(pair.batch)),
                y: (i as f64 + 0.5) * height,
                text: words::paired_read(&pair.name, pair.reference, pair.batch),
            })
            .collect(),
        nearest_by: NearestBy::Y,
        legend: legend(),
        twin: twin(pairs),
    }
}

/// An axis of shares, in percent.
fn shares(scale: Scale) -> Axis {
    let mut axis = Axis::new(words::SHARE_OF_ROWS, scale, 4);
    for tick in &mut axis.ticks {
        tick.label = percent(scale.low + (scale.high - scale.low) * tick.at / 100.0);
    }
    axis
}

fn legend() -> Vec<(Role, String)> {
    vec![
        (Role::Series(0), words::TRAINING.to_owned()),
        (Role::Series(1), words::THIS_BATCH.to_owned()),
    ]
}

fn twin(pairs: &[Pair]) -> Twin {
    Twin {
        headers: [words::VALUE, words::TRAINING, words::THIS_BATCH].map(str::to_owned).to_vec(),
        rows: pairs
            .iter()
            .map(|pair| vec![pair.name.clone(), percent(pair.reference), percent(pair.batch)])
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::fixture;

    fn plot(histogram: PairedHistogram) -> Plot {
        of_column(&ColumnDrift {
            histogram,
            ..fixture::column_drift("tenure")
        })
    }

    #[test]
    fn both_samples_are_drawn_as_shares_of_their_own() {
        let plot = plot(PairedHistogram::Numbers {
            edges: vec![0.0, 10.0, 20.0],
            reference: vec![6, 2],
            batch: vec![10, 30],
            reference_outside: (1, 1),
            batch_outside: (0, 0),
        });
        assert_eq!(plot.marks[0].text, "0 to 10: 60% in training, 25% in the batch");
        assert_eq!(plot.twin.rows.len(), 4);
        assert_eq!(plot.twin.rows[0], ["below 0", "10%", "0%"]);
        let heights = |i: usize| match &plot.layers[i] {
            Layer::Bars { bars, .. } => bars.iter().map(|bar| bar.height).collect::<Vec<_>>(),
            _ => Vec::new(),
        };
        assert!(heights(0)[0] > heights(0)[1] && heights(1)[0] < heights(1)[1]);
        assert_eq!(plot.y.ticks[0].label, "0%");
    }

    #[test]
    fn levels_stand_one_below_the_other_with_the_rest_last() {
        let plot = plot(PairedHistogram::Levels {
            levels: vec!["a".to_owned(), "new".to_owned()],
            reference: vec![9, 0],
            batch: vec![1, 2],
            reference_other: 1,
            batch_other: 1,
        });
        let names: Vec<&str> = plot.y.ticks.iter().map(|tick| tick.label.as_str()).collect();
        assert_eq!(names, ["a", "new", chart_words::OTHER]);
        assert_eq!(plot.marks[1].text, "new: 0% in training, 50% in the batch");
        assert!(of_column(&fixture::column_drift("x")).layers.is_empty());
    }
}

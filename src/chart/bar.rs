//! One bar per level or column, lying on its side so that long names can be read.

use spec::Order;
use spec::evaluation::Importance;
use spec::texts::number::{count, percent, significant};
use spec::texts::ui::chart as words;

use super::plot::{Axis, Bar, Layer, Mark, NearestBy, Plot, Role, Tick, Twin, line_path};
use super::scale::Scale;

#[derive(Clone, Debug, PartialEq)]
pub struct BarItem {
    pub name: String,
    pub value: f64,
}

impl BarItem {
    pub fn new(name: &str, value: f64) -> Self {
        Self {
            name: name.to_owned(),
            value,
        }
    }
}

/// Row counts per level.
pub fn levels(title: &str, items: &[BarItem]) -> Plot {
    let total: f64 = items.iter().map(|item| item.value).sum();
    let Some(top) = items.first() else {
        return Plot {
            summary: words::empty_summary(title),
            ..Plot::default()
        };
    };
    let share = |item: &BarItem| if total > 0.0 { item.value / total } else { 0.0 };
    let x = Scale::new(0.0, items.iter().fold(0.0, |most, item| item.value.max(most))).nice(4);
    let (bars, names) = lying(items, x);
    Plot {
        summary: words::levels_summary(title, items.len(), &top.name, share(top)),
        x: Axis::new(words::ROWS, x, 4),
        y: Axis {
            title: String::new(),
            ticks: names,
        },
        marks: items
            .iter()
            .zip(&bars)
            .map(|(item, bar)| Mark {
                x: bar.x + bar.width,
                y: bar.y + bar.height / 2.0,
                text: words::level_read(&item.name, item.value as u64, share(item)),
            })
            .collect(),
        layers: vec![Layer::Bars {
            bars,
            role: Role::Series(0),
        }],
        legend: Vec::new(),
        nearest_by: NearestBy::Y,
        twin: Twin {
            headers: [words::LEVEL, words::ROWS, words::SHARE].map(str::to_owned).to_vec(),
            rows: items
                .iter()
                .map(|item| vec![item.name.clone(), count(item.value), percent(share(item))])
                .collect(),
        },
    }
}

/// Permutation importance, the largest first, with one standard deviation to either side.
pub fn importance(items: &[Importance]) -> Plot {
    let mut items: Vec<&Importance> = items.iter().collect();
    items.order_by(|a, b| b.mean.total_cmp(&a.mean));
    let Some(top) = items.first() else {
        return Plot {
            summary: words::empty_summary(words::IMPORTANCE),
            ..Plot::default()
        };
    };
    let summary = words::importance_summary(&top.column);
    let x = Scale::of(
        items
            .iter()
            .flat_map(|item| [item.mean - item.std, item.mean + item.std])
            .chain([0.0]),
    )
    .nice(4);
    let bar_items: Vec<BarItem> = items.iter().map(|item| BarItem::new(&item.column, item.mean)).collect();
    let (bars, names) = lying(&bar_items, x);
    let whiskers = bars.iter().zip(&items).flat_map(|(bar, item)| {
        let y = bar.y + bar.height / 2.0;
        [
            (x.percent(item.mean - item.std), y),
            (x.percent(item.mean + item.std), y),
            (f64::NAN, 0.0),
        ]
    });
    Plot {
        summary,
        x: Axis::new(words::IMPORTANCE, x, 4),
        y: Axis {
            title: String::new(),
            ticks: names,
        },
        marks: items
            .iter()
            .zip(&bars)
            .map(|(item, bar)| Mark {
                x: x.percent(item.mean),
                y: bar.y + bar.height / 2.0,
                text: words::importance_read(&item.column, item.mean, item.std),
            })
            .collect(),
        layers: vec![
            Layer::Line {
                path: line_path(whiskers),
                role: Role::Reference,
            },
            Layer::Bars {
                bars,
                role: Role::Series(0),
            },
        ],
        legend: Vec::new(),
        nearest_by: NearestBy::Y,
        twin: Twin {
            headers: [words::COLUMN, words::IMPORTANCE, words::DEVIATION]
                .map(str::to_owned)
                .to_vec(),
            rows: items
                .iter()
                .map(|item| vec![item.column.clone(), significant(item.mean, 3), significant(item.std, 2)])
                .collect(),
        },
    }
}

/// Bars from zero, the first on top, and the names beside them.
pub(super) fn lying(items: &[BarItem], x: Scale) -> (Vec<Bar>, Vec<Tick>) {
    let height = 100.0 / items.len().max(1) as f64;
    let zero = x.percent(0.0);
    let bars = items
        .iter()
        .enumerate()
        .map(|(i, item)| {
            let end = x.percent(item.value);
            Bar {
                x: zero.min(end),
                y: (i as f64 + 0.14) * height,
                width: (end - zero).abs(),
                height: height * 0.72,
            }
        })
        .collect();
    let names = items
        .iter()
        .enumerate()
        .map(|(i, item)| Tick {
            at: 100.0 - (i as f64 + 0.5) * height,
            label: item.name.clone(),
        })
        .collect();
    (bars, names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_level_is_on_top() {
        let plot = levels("contract", &[BarItem::new("monthly", 55.0), BarItem::new("yearly", 45.0)]);
        assert_eq!(plot.y.ticks[0].label, "monthly");
        assert!(plot.y.ticks[0].at > plot.y.ticks[1].at, "ticks count from below");
        assert!(plot.marks[0].y < plot.marks[1].y, "marks count from above");
        assert_eq!(plot.marks[0].text, "monthly: 55 rows (55%)");
    }

    #[test]
    fn importance_is_sorted_and_may_be_below_zero() {
        let item = |column: &str, mean| Importance {
            column: column.to_owned(),
            mean,
            std: 0.01,
        };
        let plot = importance(&[item("noise", -0.02), item("tenure", 0.2)]);
        assert_eq!(plot.twin.rows[0][0], "tenure");
        let Some(Layer::Bars { bars, .. }) = plot.layers.last() else {
            panic!("bars")
        };
        assert!(bars[1].x + bars[1].width <= bars[0].x + 1e-9, "left of zero");
        assert!(importance(&[]).layers.is_empty());
    }
}

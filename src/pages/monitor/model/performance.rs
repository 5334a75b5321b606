//! Figures of a batch with outcomes, and trends over batches.

use std::cmp::Reverse;

use spec::monitor::{BatchReport, Change, Trend, TrendOf};
use spec::texts::names;
use spec::texts::number::{score, significant};
use spec::texts::ui::monitor as words;
use spec::{Metric, Order};

use crate::ui::SelectOption;

/// One line of the table of figures.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricLine {
    pub metric: Metric,
    pub expected: String,
    pub value: String,
    pub interval: String,
    pub difference: String,
    pub tolerated: String,
    pub change: Change,
}

/// The primary metric first.
pub fn metric_lines(report: &BatchReport, primary: Option<Metric>) -> Vec<MetricLine> {
    let mut lines: Vec<MetricLine> = report
        .performance
        .iter()
        .flat_map(|performance| &performance.figures)
        .map(|(metric, figure)| {
            let shown = |x: Option<f64>| x.map_or_else(String::new, score);
            let between = |low: Option<f64>, high: Option<f64>| {
                let both = low.zip(high);
                both.map_or_else(String::new, |(low, high)| words::range(low, high))
            };
            MetricLine {
                metric: *metric,
                expected: shown(figure.reference),
                value: shown(figure.value),
                interval: between(figure.low, figure.high),
                difference: between(figure.difference_low, figure.difference_high),
                tolerated: significant(figure.tolerated, 2),
                change: figure.change,
            }
        })
        .collect();
    lines.order_by_key(|line| Reverse(Some(line.metric) == primary));
    lines
}

/// Trends to choose from, each under its place in the list.
pub fn trend_options(trends: &[Trend]) -> Vec<SelectOption> {
    let option = |(i, trend): (usize, &Trend)| {
        let group = match trend.of {
            TrendOf::Column { .. } => words::TREND_COLUMNS,
            _ => words::TREND_FIGURES,
        };
        SelectOption::new(i.to_string(), names::trend_of(&trend.of)).under(group)
    };
    trends.iter().enumerate().map(option).collect()
}

/// What is shown of the trends until something is chosen: the primary metric if it is known, else the drifted columns.
pub fn first_trend(trends: &[Trend], metric: Option<Metric>) -> usize {
    let is_metric = |trend: &Trend| metric.is_some_and(|metric| trend.of == TrendOf::Metric { metric });
    trends.iter().position(is_metric).unwrap_or(0)
}

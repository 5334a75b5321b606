//! Why a row has its score: bars that lead from the base value to it, one a column, the largest on top.

use spec::explain::{Contribution, ContributionSummary, Explanation};
use spec::texts::number::significant;
use spec::texts::ui::chart as chart_words;
use spec::texts::ui::explain as words;

use super::bar::{BarItem, lying};
use super::plot::{Axis, Bar, Layer, Mark, NearestBy, Plot, Role, Tick, Twin, dots_path, line_path};
use super::scale::Scale;

/// Columns that have a bar of their own; the rest is one bar.
const SHOWN: usize = 10;
/// Room right of the last bar, for its amount.
const ROOM: f64 = 0.22;
/// Characters of a cell beside its column's name.
const CELL_CHARACTERS: usize = 16;

/// One line of the drawing.
struct Step {
    name: String,
    amount: f64,
    from: f64,
}

/// `target` names what is predicted.
pub fn waterfall(explanation: &Explanation, target: &str) -> Plot {
    let what = words::what(target, explanation.class.as_deref());
    let steps = steps(explanation);
    let reached = steps.iter().map(|step| step.from + step.amount);
    let scale = roomy(Scale::of(reached.chain([explanation.base, explanation.score])));
    // The base value above the bars, the score below them.
    let n_lines = steps.len() + 2;
    let height = 100.0 / n_lines as f64;
    let middle = |line: usize| (line as f64 + 0.5) * height;
    let bar = |(i, step): (usize, &Step)| {
        let (from, to) = (scale.percent(step.from), scale.percent(step.from + step.amount));
        Bar {
            x: from.min(to),
            y: middle(i + 1) - 0.36 * height,
            width: (to - from).abs(),
            height: 0.72 * height,
        }
    };
    let bars = |is_wanted: fn(f64) -> bool| {
        steps
            .iter()
            .enumerate()
            .filter(|(_, step)| is_wanted(step.amount))
            .map(bar)
            .collect()
    };
    let end = |value: f64, line: usize, name: &str| Mark {
        x: scale.percent(value),
        y: middle(line),
        text: words::end_read(name, value),
    };
    let connectors = steps.iter().enumerate().flat_map(|(i, step)| {
        let at = scale.percent(step.from);
        [(at, middle(i)), (at, middle(i + 1)), (f64::NAN, 0.0)]
    });
    let last = scale.percent(explanation.score);
    let connectors = connectors.chain([(last, middle(n_lines - 2)), (last, middle(n_lines - 1))]);
    let mut marks = vec![end(explanation.base, 0, words::BASE)];
    marks.extend(steps.iter().enumerate().map(|(i, step)| Mark {
        x: scale.percent(step.from + step.amount),
        y: middle(i + 1),
        text: words::step_read(&step.name, step.amount, step.from, step.from + step.amount),
    }));
    marks.push(end(explanation.score, n_lines - 1, words::SCORE));
    let text = |line: usize, x: f64, text: String| Mark {
        x,
        y: middle(line),
        text,
    };
    let mut amounts = vec![text(0, scale.percent(explanation.base), significant(explanation.base, 3))];
    amounts.extend(steps.iter().enumerate().map(|(i, step)| {
        let right = scale.percent(step.from.max(step.from + step.amount));
        text(i + 1, right, words::signed(step.amount))
    }));
    amounts.push(text(n_lines - 1, last, significant(explanation.score, 3)));
    let names = [words::BASE.to_owned()]
        .into_iter()
        .chain(steps.iter().map(|step| step.name.clone()))
        .chain([words::SCORE.to_owned()]);
    Plot {
        summary: words::waterfall_summary(&what, explanation.base, explanation.score, &explanation.sentence.says()),
        x: Axis::new(&words::unit(explanation.unit, &what), scale, 4),
        y: Axis {
            title: String::new(),
            ticks: names
                .enumerate()
                .map(|(line, label)| Tick {
                    at: 100.0 - middle(line),
                    label,
                })
                .collect(),
        },
        layers: vec![
            Layer::Line {
                path: line_path(connectors),
                role: Role::Reference,
            },
            Layer::Bars {
                bars: bars(|amount| amount > 0.0),
                role: Role::Series(0),
            },
            Layer::Bars {
                bars: bars(|amount| amount <= 0.0),
                role: Role::Series(1),
            },
            Layer::Dots {
                path: dots_path([(scale.percent(explanation.base), middle(0)), (last, middle(n_lines - 1))]),
                role: Role::Reference,
            },
            Layer::Texts { texts: amounts },
        ],
        legend: vec![
            (Role::Series(0), words::RAISES.to_owned()),
            (Role::Series(1), words::LOWERS.to_owned()),
        ],
        marks,
        nearest_by: NearestBy::Y,
        twin: twin(explanation),
    }
}

/// Lines of a drawing of this explanation, for its height.
pub fn n_lines(explanation: &Explanation) -> usize {
    steps(explanation).len() + 2
}

fn steps(explanation: &Explanation) -> Vec<Step> {
    let all = &explanation.contributions;
    // One more is drawn rather than called "1 other column".
    let n_shown = if all.len() <= SHOWN + 1 { all.len() } else { SHOWN };
    let mut from = explanation.base;
    let mut steps: Vec<Step> = all[..n_shown]
        .iter()
        .map(|one| {
            let step = Step {
                name: words::column_is(&one.column, (!one.cell.missing).then_some(&shortened(&one.cell.text))),
                amount: one.amount,
                from,
            };
            from += one.amount;
            step
        })
        .collect();
    if n_shown < all.len() {
        steps.push(Step {
            name: words::others(all.len() - n_shown),
            amount: explanation.score - from,
            from,
        });
    }
    steps
}

fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(CELL_CHARACTERS).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

fn roomy(scale: Scale) -> Scale {
    let span = scale.high - scale.low;
    Scale {
        low: scale.low - 0.02 * span,
        high: scale.high + ROOM * span,
    }
}

fn twin(explanation: &Explanation) -> Twin {
    let all = &explanation.contributions;
    let has_errors = all.iter().any(|one| one.std_error.is_some());
    let mut headers = vec![words::COLUMN, words::CELL, words::AMOUNT];
    headers.extend(has_errors.then_some(words::STD_ERROR));
    let row = |one: &Contribution| {
        let cell = if one.cell.missing { words::MISSING } else { &one.cell.text };
        let mut row = vec![one.column.clone(), cell.to_owned(), words::signed(one.amount)];
        if has_errors {
            row.push(one.std_error.map_or_else(String::new, |error| significant(error, 2)));
        }
        row
    };
    let end = |name: &str, value: f64| {
        let mut row = vec![name.to_owned(), String::new(), significant(value, 4)];
        row.resize(headers.len(), String::new());
        row
    };
    let mut rows = vec![end(words::BASE, explanation.base)];
    rows.extend(all.iter().map(row));
    rows.push(end(words::SCORE, explanation.score));
    Twin {
        headers: headers.into_iter().map(str::to_owned).collect(),
        rows,
    }
}

/// How far each column moves the scores, the largest on top.
pub fn contributions(summary: &ContributionSummary, target: &str) -> Plot {
    let what = words::what(target, summary.class.as_deref());
    let Some(top) = summary.columns.first() else {
        return Plot {
            summary: chart_words::empty_summary(words::CONTRIBUTIONS),
            ..Plot::default()
        };
    };
    let items: Vec<BarItem> = summary
        .columns
        .iter()
        .map(|one| BarItem::new(&one.column, one.mean_absolute))
        .collect();
    let x = Scale::new(0.0, top.mean_absolute).nice(4);
    let (bars, names) = lying(&items, x);
    Plot {
        summary: words::contributions_summary(&what, &top.column),
        x: Axis::new(&words::unit(summary.unit, &what), x, 4),
        y: Axis {
            title: String::new(),
            ticks: names,
        },
        marks: summary
            .columns
            .iter()
            .zip(&bars)
            .map(|(one, bar)| Mark {
                x: bar.x + bar.width,
                y: bar.y + bar.height / 2.0,
                text: words::contribution_read(&one.column, one.mean_absolute, one.mean),
            })
            .collect(),
        layers: vec![Layer::Bars {
            bars,
            role: Role::Series(0),
        }],
        legend: Vec::new(),
        nearest_by: NearestBy::Y,
        twin: Twin {
            headers: [words::COLUMN, words::MEAN_ABSOLUTE, words::MEAN].map(str::to_owned).to_vec(),
            rows: summary
                .columns
                .iter()
                .map(|one| vec![one.column.clone(), significant(one.mean_absolute, 3), words::signed(one.mean)])
                .collect(),
        },
    }
}

#[cfg(test)]
mod tests {
    use spec::explain::{ColumnContribution, ExplainMethod, ScoreUnit};
    use spec::{Cell, Message};

    use super::*;

    fn explanation(amounts: &[f64]) -> Explanation {
        let contributions = amounts.iter().enumerate().map(|(i, amount)| Contribution {
            column: format!("c{i}"),
            cell: Cell {
                text: if i == 1 {
                    String::new()
                } else {
                    "a long text in a cell".to_owned()
                },
                missing: i == 1,
                changed: false,
            },
            amount: *amount,
            std_error: None,
            shared: Vec::new(),
        });
        Explanation {
            row: 0,
            class: Some("yes".to_owned()),
            unit: ScoreUnit::LogOdds,
            method: ExplainMethod::Trees,
            base: -1.0,
            score: -1.0 + amounts.iter().sum::<f64>(),
            prediction: 0.5,
            contributions: contributions.collect(),
            sentence: Message::new("explain.nothing"),
        }
    }

    fn bars(plot: &Plot, layer: usize) -> &[Bar] {
        match &plot.layers[layer] {
            Layer::Bars { bars, .. } => bars,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn each_bar_begins_where_the_one_above_ended() {
        let plot = waterfall(&explanation(&[2.0, -1.5, 0.25]), "churned");
        let (up, down) = (bars(&plot, 1), bars(&plot, 2));
        assert_eq!((up.len(), down.len()), (2, 1));
        assert!((up[0].x + up[0].width - (down[0].x + down[0].width)).abs() < 1e-9);
        assert!((down[0].x - up[1].x).abs() < 1e-9);
        assert!(plot.marks.windows(2).all(|pair| pair[0].y < pair[1].y));
        let names: Vec<&str> = plot.y.ticks.iter().map(|tick| tick.label.as_str()).collect();
        assert_eq!(
            names,
            [
                "Base value",
                "c0 = a long text in a…",
                "c1 = missing",
                "c2 = a long text in a…",
                "Score"
            ]
        );
        assert_eq!(plot.marks[1].text, "c0 = a long text in a…: +2, from −1 to 1");
        assert_eq!(plot.x.title, "Log-odds of churned = yes");
        let ends = plot.marks.iter().all(|mark| (0.0..=100.0).contains(&mark.x));
        assert!(ends, "{:?}", plot.marks);
    }

    #[test]
    fn many_columns_end_in_one_bar_that_leads_to_the_score() {
        let amounts: Vec<f64> = (0..30).map(|i| 1.0 / f64::from(i + 1)).collect();
        let explanation = explanation(&amounts);
        let plot = waterfall(&explanation, "churned");
        assert_eq!(plot.y.ticks.len(), n_lines(&explanation));
        assert_eq!(plot.y.ticks[11].label, "20 other columns");
        let last = bars(&plot, 1).last().unwrap();
        assert!((last.x + last.width - plot.marks.last().unwrap().x).abs() < 1e-9);
        // The table has them all.
        assert_eq!(plot.twin.rows.len(), 32);
        assert_eq!(steps(&self::explanation(&[1.0; 11])).len(), 11, "one more is drawn");
    }

    #[test]
    fn nothing_to_explain_can_be_drawn() {
        let plot = waterfall(&explanation(&[]), "churned");
        assert_eq!(plot.y.ticks.len(), 2);
        assert!(contributions(&summary(&[]), "y").layers.is_empty());
    }

    fn summary(columns: &[(&str, f64, f64)]) -> ContributionSummary {
        ContributionSummary {
            class: None,
            unit: ScoreUnit::Value,
            method: ExplainMethod::Linear,
            base: 0.0,
            n_rows: 10,
            columns: columns
                .iter()
                .map(|(column, mean_absolute, mean)| ColumnContribution {
                    column: (*column).to_owned(),
                    mean_absolute: *mean_absolute,
                    mean: *mean,
                    shared: Vec::new(),
                })
                .collect(),
        }
    }

    #[test]
    fn the_column_that_moves_most_is_on_top() {
        let plot = contributions(&summary(&[("bmi", 12.0, -3.0), ("age", 1.5, 0.5)]), "progression");
        assert_eq!(plot.marks[0].text, "bmi: 12 either way, −3 on the average");
        assert!(plot.marks[0].y < plot.marks[1].y);
        assert_eq!(plot.x.title, "progression");
    }
}

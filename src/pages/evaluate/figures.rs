//! The figures of an evaluation in words.

use spec::evaluation::Evaluation;
use spec::framing::Framing;
use spec::run::Scored;
use spec::texts::names;
use spec::texts::number::score;
use spec::texts::ui::evaluate as words;
use spec::{Metric, Task};

use crate::pages::goal;
use crate::ui::{FigureText, Tone};

/// The figures of the first row: the primary metric, two or three usual ones, the cost.
pub fn headline(evaluation: &Evaluation, framing: &Framing, n_open: usize) -> Vec<FigureText> {
    let usual: &[Metric] = match evaluation.task {
        Task::Binary => &[Metric::RocAuc, Metric::Recall, Metric::Precision, Metric::F1],
        Task::Multiclass => &[Metric::Accuracy, Metric::F1, Metric::BalancedAccuracy, Metric::LogLoss],
        _ => &[Metric::Rmse, Metric::Mae, Metric::R2, Metric::MaxError],
    };
    let mut metrics: Vec<Metric> = framing.metric.into_iter().collect();
    metrics.extend(usual.iter().copied().filter(|metric| Some(*metric) != framing.metric));
    let has_cost = evaluation.cost_per_1000.is_some();
    let mut figures: Vec<FigureText> = metrics
        .into_iter()
        .filter_map(|metric| Some(figure(evaluation, metric, evaluation.scores.get(&metric)?, n_open)))
        .take(if has_cost { 3 } else { 4 })
        .collect();
    if let Some(cost) = &evaluation.cost_per_1000 {
        figures.push(cost_figure(cost, framing, n_open));
    }
    figures
}

fn figure(evaluation: &Evaluation, metric: Metric, scored: &Scored, n_open: usize) -> FigureText {
    let sentence = evaluation
        .sentences
        .iter()
        .find(|(about, _)| *about == metric)
        .map(|(_, message)| message.says());
    let judged = evaluation.goal.as_ref().filter(|status| status.metric == metric);
    FigureText {
        name: names::metric(metric).to_owned(),
        term: metric.name().to_owned(),
        value: shown(scored.value),
        // The unit of the business metric is not that of an error in the target.
        unit: String::new(),
        beside: beside(evaluation, metric, scored),
        verdict: judged.map_or_else(String::new, |status| {
            let sign = if metric.greater_is_better() { "≥" } else { "≤" };
            words::goal_verdict(
                &format!("{sign} {}", score(status.required)),
                &goal::verdict_words(status.verdict, n_open),
            )
        }),
        tone: judged.map_or(Tone::Neutral, |status| goal::tone(status.verdict, n_open)),
        sentence: sentence.unwrap_or_default(),
    }
}

/// Interval, baseline, and where labels turned for a figure that depends on it.
fn beside(evaluation: &Evaluation, metric: Metric, scored: &Scored) -> String {
    let beside = words::beside(scored.low.zip(scored.high), scored.baseline, scored.baseline_of);
    let turns = evaluation.task == Task::Binary && !metric.uses_probabilities();
    match evaluation.decision_threshold.filter(|_| turns) {
        Some(threshold) if beside.is_empty() => words::at_threshold(threshold),
        Some(threshold) => format!("{beside} · {}", words::at_threshold(threshold)),
        None => beside,
    }
}

fn cost_figure(cost: &Scored, framing: &Framing, n_open: usize) -> FigureText {
    let currency = framing.costs.as_ref().map_or("", |costs| costs.currency.as_str());
    let money = |amount: f64| words::money(amount, currency);
    let saved = cost
        .value
        .zip(cost.baseline)
        .map(|(value, baseline)| baseline - value)
        .filter(|saved| *saved > 0.0);
    let interval = cost
        .low
        .zip(cost.high)
        .map(|(low, high)| format!("95% {}–{}", money(low), money(high)));
    let baseline = cost
        .baseline
        .map(|baseline| format!("{} {}", words::BASELINE.to_lowercase(), money(baseline)));
    FigureText {
        name: words::COST_PER_1000.to_owned(),
        term: "cost".to_owned(),
        value: cost.value.map_or_else(|| words::NOT_DEFINED.to_owned(), money),
        unit: String::new(),
        beside: [interval, baseline].into_iter().flatten().collect::<Vec<_>>().join(" · "),
        verdict: saved.map_or_else(String::new, |saved| words::saved(&money(saved))),
        tone: match saved {
            Some(_) if n_open == 0 => Tone::Good,
            _ => Tone::Neutral,
        },
        sentence: String::new(),
    }
}

pub fn shown(value: Option<f64>) -> String {
    value.map_or_else(|| words::NOT_DEFINED.to_owned(), score)
}

/// Every figure: metric, value, interval, baseline, sentence.
pub fn all(evaluation: &Evaluation) -> Vec<(Metric, [String; 4])> {
    Metric::of_task(evaluation.task)
        .into_iter()
        .filter_map(|metric| {
            let scored = evaluation.scores.get(&metric)?;
            let interval = scored
                .low
                .zip(scored.high)
                .map_or_else(String::new, |(low, high)| words::range(low, high));
            let baseline = scored
                .baseline
                .map_or_else(String::new, |baseline| words::baseline(baseline, scored.baseline_of));
            let sentence = evaluation
                .sentences
                .iter()
                .find(|(about, _)| *about == metric)
                .map_or_else(String::new, |(_, one)| one.says());
            Some((metric, [shown(scored.value), interval, baseline, sentence]))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::fixture;

    #[test]
    fn the_primary_metric_leads_and_what_is_not_defined_is_never_zero() {
        let mut evaluation = fixture::test_evaluation(1, 0.86);
        evaluation.scores.insert(
            Metric::F1,
            Scored {
                baseline: Some(0.0),
                ..Scored::default()
            },
        );
        let framing = Framing {
            metric: Some(Metric::F1),
            ..Framing::default()
        };
        let figures = headline(&evaluation, &framing, 0);
        assert_eq!((figures[0].name.as_str(), figures[0].value.as_str()), ("F1", "not defined"));
        assert_eq!(figures[0].beside, "baseline 0.000 · at threshold 0.5");
        assert_eq!(figures[1].value, "0.860");
        assert_eq!(all(&evaluation).len(), 2);
    }
}

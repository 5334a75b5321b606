//! The bundle's README: a fixed template, filled with encoded facts. Its code holds none of them.

use spec::Task;
use spec::texts::number;

use super::{Source, fill};
use crate::encode::markdown;

const TEMPLATE: &str = include_str!("../../templates/README.md");

pub fn write(source: &Source<'_>) -> String {
    let contract = source.contract;
    let model = &contract.model;
    let task = match model.task {
        Task::Binary => "binary classification",
        Task::Multiclass => "multi-class classification",
        Task::Regression => "regression",
        Task::Clustering => "clustering",
        Task::Anomaly => "anomaly detection",
        Task::Forecasting => "forecasting",
    };
    let answers = if contract.classes.is_some() {
        "label and probabilities"
    } else {
        "prediction"
    };
    let mut lines: Vec<String> = source
        .facts
        .scores
        .iter()
        .filter_map(|(metric, scored)| {
            Some(format!(
                "- Validation {}: {}",
                metric.name(),
                number::significant(scored.value?, 4)
            ))
        })
        .collect();
    lines.extend(
        contract
            .decision_threshold
            .zip(contract.positive_class.as_ref())
            .map(|(threshold, class)| {
                format!(
                    "- The label is {} when its probability is at least {threshold}",
                    markdown(class)
                )
            }),
    );
    lines.extend(source.notes.iter().map(|note| format!("- {}", markdown(&note.says()))));
    let places = [
        ("{{name}}", markdown(&model.title)),
        ("{{version}}", markdown(&model.version)),
        ("{{slug}}", model.slug.clone()),
        ("{{target}}", markdown(&model.target)),
        ("{{task}}", task.to_owned()),
        ("{{algorithm}}", model.algorithm.name().replace('_', " ")),
        ("{{n_rows}}", number::count(contract.training.n_rows as f64)),
        ("{{app_version}}", markdown(&model.app_version)),
        ("{{answers}}", answers.to_owned()),
        ("{{notes}}", lines.iter().map(|line| format!("{line}\n")).collect()),
    ];
    fill(TEMPLATE, &places)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_is_not_filled_again() {
        assert_eq!(
            fill(
                "{{name}}/{{version}}",
                &[("{{name}}", "{{version}}".into()), ("{{version}}", "1".into())]
            ),
            "{{version}}/1"
        );
    }
}

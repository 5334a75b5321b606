//! The bundle's README: a fixed template, filled with encoded facts. Its code holds none of them.

use spec::texts::number;
use spec::{Message, Task};

use crate::contract::Contract;
use crate::export::ExportFacts;

const TEMPLATE: &str = include_str!("../templates/README.md");

pub fn write(contract: &Contract, facts: &ExportFacts, notes: &[Message]) -> String {
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
    let mut lines: Vec<String> = facts
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
                    inline(class)
                )
            }),
    );
    lines.extend(notes.iter().map(|note| format!("- {}", inline(&note.says()))));
    let places = [
        ("{{name}}", inline(&model.name)),
        ("{{version}}", inline(&model.version)),
        ("{{target}}", inline(&model.target)),
        ("{{task}}", task.to_owned()),
        ("{{algorithm}}", model.algorithm.name().replace('_', " ")),
        ("{{n_rows}}", number::count(contract.training.n_rows as f64)),
        ("{{app_version}}", inline(&model.app_version)),
        ("{{answers}}", answers.to_owned()),
        ("{{notes}}", lines.iter().map(|line| format!("{line}\n")).collect()),
    ];
    fill(TEMPLATE, &places)
}

/// One pass over the template: what is filled in is never looked at again.
fn fill(template: &str, places: &[(&str, String)]) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(at) = rest.find("{{") {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        match places.iter().find(|(place, _)| rest.starts_with(place)) {
            Some((place, value)) => {
                out.push_str(value);
                rest = &rest[place.len()..];
            }
            None => {
                out.push_str("{{");
                rest = &rest[2..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// Text inside a line of Markdown: no markup, no HTML, no line break, at most 200 characters.
fn inline(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().take(200) {
        match c {
            c if c.is_control() => out.push(' '),
            // Marks that turn the direction of the text around.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '#' | '+' | '!' | '|' | '~' | '$' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_names_stays_text() {
        assert_eq!(inline("a<script>`b`|c\n# d"), "a&lt;script&gt;\\`b\\`\\|c \\# d");
        assert_eq!(
            fill(
                "{{name}}/{{version}}",
                &[("{{name}}", "{{version}}".into()), ("{{version}}", "1".into())]
            ),
            "{{version}}/1"
        );
    }
}

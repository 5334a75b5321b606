//! The framing sheet as Markdown: readable by people, and read back from the block at its end.

use spec::framing::Reference;
use spec::texts::{names, sheet as words};
use spec::{Framing, Message, Outcome, wire};

const FENCE: &str = "```json framing";

/// Everything that is filled in, as headings and lists; then the same as JSON, from which [`read`] takes it.
pub fn write(title: &str, framing: &Framing) -> String {
    let mut out = format!("# {}: {}\n", words::TITLE, one_line(title));
    let business = &framing.business;
    let number = |x: Option<f64>| {
        x.map_or_else(String::new, |x| {
            format!("{} {}", spec::texts::number::significant(x, 6), business.unit)
        })
    };
    section(
        &mut out,
        words::BUSINESS,
        &[
            (words::GOAL, business.goal.clone()),
            (words::BUSINESS_METRIC, business.metric.clone()),
            (words::TODAY, number(business.value_today)),
            (words::WANTED, number(business.value_target)),
            (words::DECISION, business.decision.clone()),
            (words::AFFECTED, business.affected.clone()),
        ],
    );
    let threshold = framing.threshold.map_or_else(String::new, |threshold| {
        let value = spec::texts::number::significant(threshold.value, 6);
        let against = match threshold.reference {
            Reference::Absolute => String::new(),
            Reference::OverBaseline => format!(" {}", words::OVER_BASELINE),
            Reference::OverCurrent { value } => {
                format!(" {} ({})", words::OVER_CURRENT, spec::texts::number::significant(value, 6))
            }
        };
        value + &against
    });
    section(
        &mut out,
        words::LEARNING,
        &[
            (words::TASK, framing.task.map(names::task).unwrap_or_default().to_owned()),
            (words::TARGET, framing.target.clone().unwrap_or_default()),
            (words::POSITIVE, framing.positive_class.clone().unwrap_or_default()),
            (
                words::METRIC,
                framing.metric.map(names::metric).unwrap_or_default().to_owned(),
            ),
            (words::THRESHOLD, threshold),
            (words::NOT_KNOWN, framing.not_known.join(", ")),
        ],
    );
    let costs = framing.costs.as_ref();
    let cost = |x: f64, currency: &str| format!("{} {currency}", spec::texts::number::significant(x, 6));
    section(
        &mut out,
        words::COSTS,
        &[
            (
                words::FALSE_POSITIVE,
                costs
                    .map(|costs| cost(costs.false_positive, &costs.currency))
                    .unwrap_or_default(),
            ),
            (
                words::FALSE_NEGATIVE,
                costs
                    .map(|costs| cost(costs.false_negative, &costs.currency))
                    .unwrap_or_default(),
            ),
        ],
    );
    let sensitive: Vec<(&str, String)> = framing
        .sensitive
        .iter()
        .map(|sensitive| {
            let gaps: Vec<String> = sensitive
                .tolerated
                .iter()
                .map(|(criterion, gap)| format!("{} {gap}", names::criterion(*criterion)))
                .collect();
            (sensitive.column.as_str(), gaps.join(", "))
        })
        .collect();
    section(&mut out, words::SENSITIVE, &sensitive);
    let notes = &framing.notes;
    section(
        &mut out,
        words::NOTES,
        &[
            (words::ASSUMPTIONS, notes.assumptions.clone()),
            (words::DATA_SOURCE, notes.data_source.clone()),
            (words::CONSENT, notes.consent.clone()),
            (words::ETHICS, notes.ethics.clone()),
        ],
    );
    let json = wire::to_json_pretty(framing);
    out.push_str(&format!("\n{FENCE}\n{json}\n```\n"));
    out
}

/// The framing of a sheet. Errors: `engine.sheet`.
pub fn read(text: &str) -> Outcome<Framing> {
    let wrong = |what: String| Message::new("engine.sheet").with("what", what);
    let start = text.rfind(FENCE).ok_or_else(|| wrong(words::NO_BLOCK.to_owned()))? + FENCE.len();
    let end = text[start..].rfind("```").ok_or_else(|| wrong(words::NO_BLOCK.to_owned()))?;
    wire::from_json(&text[start..start + end]).map_err(|failure| wrong(failure.message.says()).into())
}

fn section(out: &mut String, title: &str, rows: &[(&str, String)]) {
    let filled: Vec<&(&str, String)> = rows.iter().filter(|(_, text)| !text.trim().is_empty()).collect();
    if filled.is_empty() {
        return;
    }
    out.push_str(&format!("\n## {title}\n\n"));
    for (name, text) in filled {
        out.push_str(&format!("- **{}**: {}\n", one_line(name), one_line(text)));
    }
}

/// Names and notes stand on one line and start no Markdown of their own.
fn one_line(text: &str) -> String {
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace('*', "\\*")
        .replace('`', "\\`")
        .replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_reads_back_as_it_was_written() {
        for example in spec::sample::EXAMPLES {
            let mut framing = spec::sample::framing(example.id).unwrap();
            framing.business.goal = "A goal with ``` and\n# two lines".to_owned();
            assert_eq!(read(&write("Any *title*", &framing)), Ok(framing));
        }
    }

    #[test]
    fn other_files_are_refused() {
        assert!(read("# Shopping list").is_err());
        assert!(read("```json framing\n{\"task\": 7}\n```").is_err());
    }
}

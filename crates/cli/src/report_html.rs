//! `report.html`: the report as one self-contained page without a script.

use spec::Message;
use spec::report::Report;
use spec::run::{Scored, Scores};
use spec::texts::{cli as words, names, number};

const STYLE: &str = "body{font:14px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color-scheme:light dark}\
table{border-collapse:collapse;margin:.5rem 0 1.5rem}th,td{padding:.25rem .75rem;border-bottom:1px solid #8884;text-align:left}\
td.n{text-align:right;font-variant-numeric:tabular-nums}";

pub fn render(title: &str, report: &Report) -> String {
    let mut out = String::from("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">");
    out += &format!(
        "<title>{}</title><style>{STYLE}</style></head><body><h1>{}</h1>",
        escape(title),
        escape(title)
    );
    out += &format!(
        "<p>{} {}. {} {}, {} {}, {} {}.</p>",
        escape(words::REPORT_TARGET),
        escape(&report.target),
        words::REPORT_TRAIN,
        number::count(report.rows.train as f64),
        words::REPORT_VALIDATION,
        number::count(report.rows.validation as f64),
        words::REPORT_TEST,
        number::count(report.rows.test as f64)
    );
    if let Some(threshold) = &report.threshold {
        out += &format!(
            "<p><strong>{} {}: {}</strong></p>",
            escape(names::metric(threshold.metric)),
            number::score(threshold.value),
            escape(&words::verdict(threshold, report.n_open()))
        );
    }
    out += &caveats(report);
    out += &leaderboard(report);
    out += &scores(words::REPORT_VALIDATION, &report.validation);
    if let Some(test) = &report.test {
        let heading = format!("{} ({} {})", words::REPORT_TEST, words::REPORT_OPENED, report.test_openings);
        out += &scores(&heading, test);
    }
    out += &fairness(report);
    let is_caveat = |warning: &&Message| report.caveats.iter().any(|caveat| caveat.message == **warning);
    let notes: Vec<&Message> = report.warnings.iter().filter(|warning| !is_caveat(warning)).collect();
    if !notes.is_empty() {
        out += &format!("<h2>{}</h2><ul>", words::REPORT_NOTES);
        for warning in notes {
            out += &format!("<li>{}. {}</li>", escape(&warning.says()), escape(&warning.hint()));
        }
        out += "</ul>";
    }
    out + &format!("<p>SHA-256 {}</p></body></html>\n", escape(&report.data.sha256))
}

/// What stands against the figures, before the figures.
fn caveats(report: &Report) -> String {
    let heading = format!("<h2>{}</h2>", words::REPORT_CAVEATS);
    if report.caveats.is_empty() {
        return format!("{heading}<p>{}</p>", words::REPORT_NO_CAVEAT);
    }
    let rows = report.caveats.iter().map(|caveat| {
        let (says, hint) = (caveat.message.says(), caveat.message.hint());
        vec![names::caveat(caveat.kind).to_owned(), says, words::state(caveat), hint]
    });
    heading + &texts_table(&words::REPORT_CAVEAT_COLUMNS, rows)
}

/// Every criterion of every sensitive column, and what could not be judged.
fn fairness(report: &Report) -> String {
    let columns = report.fairness.as_deref().unwrap_or_default();
    if columns.is_empty() {
        return String::new();
    }
    let number = |x: Option<f64>| x.map_or_else(String::new, number::score);
    let rows = columns.iter().flat_map(|fairness| {
        fairness.criteria.iter().map(|one| {
            let verdict = match (one.tolerated, one.within) {
                (None, _) => words::REPORT_NOT_DECLARED,
                (_, Some(true)) => words::REPORT_WITHIN,
                (_, Some(false)) => words::REPORT_PAST,
                (_, None) => words::REPORT_CANNOT_TELL,
            };
            vec![
                fairness.column.clone(),
                names::criterion(one.criterion).to_owned(),
                number(one.difference),
                number(one.tolerated),
                verdict.to_owned(),
                one.message.says(),
            ]
        })
    });
    let mut out = format!("<h2>{}</h2>", words::REPORT_FAIRNESS) + &texts_table(&words::REPORT_FAIRNESS_COLUMNS, rows);
    let warnings: Vec<String> = columns.iter().flat_map(|one| &one.warnings).map(Message::says).collect();
    if !warnings.is_empty() {
        out += "<ul>";
        for warning in warnings {
            out += &format!("<li>{}</li>", escape(&warning));
        }
        out += "</ul>";
    }
    out
}

fn texts_table(headers: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let cells = |tag: &str, texts: &[String]| -> String {
        let cell = |text: &String| format!("<{tag}>{}</{tag}>", escape(text));
        texts.iter().map(cell).collect()
    };
    let headers: Vec<String> = headers.iter().map(|header| (*header).to_owned()).collect();
    let mut out = format!("<table><tr>{}</tr>", cells("th", &headers));
    for row in rows {
        out += &format!("<tr>{}</tr>", cells("td", &row));
    }
    out + "</table>"
}

fn leaderboard(report: &Report) -> String {
    let metrics: Vec<_> = report
        .leaderboard
        .iter()
        .flat_map(|candidate| candidate.cv.keys())
        .copied()
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .collect();
    let mut out = format!(
        "<h2>{}</h2><table><tr><th>{}</th>",
        words::REPORT_LEADERBOARD,
        words::REPORT_CANDIDATE
    );
    for metric in &metrics {
        out += &format!("<th>{}</th>", escape(names::metric(*metric)));
    }
    out += "</tr>";
    for candidate in &report.leaderboard {
        out += &format!("<tr><td>{}</td>", escape(names::algorithm(candidate.algorithm)));
        for metric in &metrics {
            let cell = candidate.cv.get(metric).map_or_else(String::new, |score| match score.std {
                Some(std) => format!("{} ± {}", number::score(score.mean), number::score(std)),
                None => number::score(score.mean),
            });
            out += &format!("<td class=\"n\">{cell}</td>");
        }
        out += "</tr>";
    }
    out + "</table>"
}

fn scores(heading: &str, scores: &Scores) -> String {
    let mut out = format!("<h2>{}</h2><table><tr>", escape(heading));
    for column in words::REPORT_SCORE_COLUMNS {
        out += &format!("<th>{}</th>", escape(column));
    }
    out += "</tr>";
    let figure = |x: Option<f64>| x.map_or_else(|| words::REPORT_UNDEFINED.to_owned(), number::score);
    for (
        metric,
        Scored {
            value,
            low,
            high,
            baseline,
            ..
        },
    ) in scores
    {
        let interval = match (low, high) {
            (Some(low), Some(high)) => format!("{} to {}", number::score(*low), number::score(*high)),
            _ => String::new(),
        };
        out += &format!(
            "<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{interval}</td><td class=\"n\">{}</td></tr>",
            escape(names::metric(*metric)),
            figure(*value),
            figure(*baseline)
        );
    }
    out + "</table>"
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

use leptos::prelude::*;
use spec::read::{ImportSummary, Reject};
use spec::texts::number::{bytes, count};
use spec::texts::ui::prepare as words;

use super::import::delimiter_shown;
use crate::session::Session;
use crate::ui::{Banner, Card, Tone};

/// What the import did: rows kept and left out with their lines, how the file was read, its fingerprint.
#[component]
pub fn SummaryPanel() -> impl IntoView {
    let session = Session::get();
    let summary = Memo::new(move |_| {
        session.project.with(|project| {
            project
                .as_ref()
                .and_then(|project| project.data.as_ref())
                .map(|data| data.summary.clone())
        })
    });
    view! { <Card title=words::DATA>{move || summary.get().map(|summary| facts(&summary))}</Card> }
}

fn facts(summary: &ImportSummary) -> impl IntoView + use<> {
    let print = &summary.fingerprint;
    let read_as = words::read_as(
        words::encoding(summary.options.encoding),
        &delimiter_shown(&summary.options.delimiter),
    );
    let notes: Vec<String> = summary.notes.iter().map(spec::Message::says).collect();
    let counts: Vec<String> = summary
        .reject_counts
        .iter()
        .map(|(reason, n)| words::reject_count(*reason, *n))
        .collect();
    let n_all: u64 = summary.reject_counts.iter().map(|one| one.1).sum();
    let rejects = summary.rejects.clone();
    view! {
        <div class="stack">
            <dl class="facts">
                <dt>{words::KEPT}</dt>
                <dd>{count(summary.n_kept as f64)}</dd>
                <dt>{words::REJECTED}</dt>
                <dd>{count(summary.n_rejected as f64)}</dd>
                <dt>{words::SIZE}</dt>
                <dd>{bytes(print.n_bytes as f64)}</dd>
                <dt>{words::READ_AS}</dt>
                <dd>{read_as}</dd>
                <dt>{words::FINGERPRINT}</dt>
                <dd class="mono hash" title=print.sha256.clone()>{print.sha256.clone()}</dd>
            </dl>
            {notes.into_iter().map(|note| view! { <Banner tone=Tone::Neutral message=note/> }).collect_view()}
            {(!rejects.is_empty()).then(|| reject_list(rejects, counts, n_all))}
        </div>
    }
}

fn reject_list(rejects: Vec<Reject>, counts: Vec<String>, n_all: u64) -> impl IntoView {
    let n_shown = rejects.len();
    let line = |reject: Reject| {
        view! {
            <tr>
                <td class="num">{count(reject.line as f64)}</td>
                <td><bdi>{reject.column.unwrap_or_else(|| words::WHOLE_ROW.to_owned())}</bdi></td>
                <td><bdi>{reject.text}</bdi></td>
                <td>{words::reject_reason(reject.reason)}</td>
            </tr>
        }
    };
    view! {
        <details>
            <summary>{words::REJECTS} ": " {counts.join(", ")}</summary>
            <div class="scroll rejects" tabindex="0">
                <table>
                    {(n_all > n_shown as u64).then(|| view! { <caption>{words::more_rejects(n_shown, n_all)}</caption> })}
                    <thead>
                        <tr>
                            <th scope="col" class="num">{words::LINE}</th>
                            <th scope="col">{words::COLUMN}</th>
                            <th scope="col">{words::TEXT}</th>
                            <th scope="col">{words::WHY}</th>
                        </tr>
                    </thead>
                    <tbody>{rejects.into_iter().map(line).collect_view()}</tbody>
                </table>
            </div>
        </details>
    }
}

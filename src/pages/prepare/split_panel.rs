use leptos::prelude::*;
use spec::texts::ui::prepare as words;

use super::split::{self, PartLine};
use super::split_dialog::SplitDialog;
use crate::session::Session;
use crate::ui::{Banner, Button, ButtonKind, Card, ErrorState, Tone};

/// Which rows train, choose and judge, with the share of each class, and the leakage guard.
#[component]
pub fn SplitPanel() -> impl IntoView {
    let session = Session::get();
    let open = RwSignal::new(false);
    let summary = Memo::new(move |_| session.description.with(|one| one.as_ref().and_then(|one| one.split.clone())));
    let failure = Memo::new(move |_| {
        session
            .description
            .with(|one| one.as_ref().and_then(|one| one.split_failure.clone()))
    });
    let parts = move || {
        summary.get().map(|summary| {
            let (headers, lines) = split::parts(&summary);
            let bar = lines.clone();
            view! {
                <div class="split-bar" aria-hidden="true">
                    {bar
                        .into_iter()
                        .map(|part| view! { <i class:locked=part.is_locked style:flex-grow=format!("{:.4}", part.share)></i> })
                        .collect_view()}
                </div>
                <div class="scroll">
                    <table>
                        <thead>
                            <tr>
                                <th scope="col">{words::PART}</th>
                                <th scope="col" class="num">{words::ROWS}</th>
                                {headers.into_iter().take(6).map(|one| view! { <th scope="col" class="num"><bdi>{one}</bdi></th> }).collect_view()}
                            </tr>
                        </thead>
                        <tbody>{lines.into_iter().map(part).collect_view()}</tbody>
                    </table>
                </div>
                {(summary.n_without_target > 0)
                    .then(|| view! { <p class="muted">{words::without_target(summary.n_without_target)}</p> })}
                {if summary.warnings.is_empty() {
                    view! { <p class="muted">"✓ "{words::SPLIT_OK}</p> }.into_any()
                } else {
                    summary
                        .warnings
                        .iter()
                        .map(|warning| view! { <Banner tone=Tone::Warn message=format!("{} {}", warning.says(), warning.hint())/> })
                        .collect_view()
                        .into_any()
                }}
            }
        })
    };
    let failed = move || failure.get().map(|failure| view! { <ErrorState failure=failure/> });
    let actions = move || view! { <Button label=words::SPLIT_EDIT kind=ButtonKind::Small on_press=move |()| open.set(true)/> };
    view! {
        <Card title=words::SPLIT actions=actions>
            <div class="stack">{failed} {parts}</div>
            <SplitDialog open/>
        </Card>
    }
}

fn part(part: PartLine) -> impl IntoView {
    view! {
        <tr>
            <th scope="row">{part.name}</th>
            <td class="num">{part.rows}</td>
            {part.shares.into_iter().take(6).map(|share| view! { <td class="num">{share}</td> }).collect_view()}
        </tr>
    }
}

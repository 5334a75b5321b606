use leptos::prelude::*;
use spec::texts::names;
use spec::texts::ui::shell as words;

use crate::pages::goal;
use crate::session::Session;
use crate::ui::{Meter, Pill, Term};

/// The goal on every page (F6): threshold, best so far, met or not.
#[component]
pub fn GoalCard() -> impl IntoView {
    let session = Session::get();
    let card = Memo::new(move |_| {
        session
            .project
            .with(|project| project.as_ref().map(goal::card).unwrap_or_default())
    });
    view! {
        <section class="goal" aria-label=words::GOAL>
            <span>{words::GOAL}</span>
            <b>
                {move || {
                    let goal::GoalCard { title, term, .. } = card.get();
                    if term.is_empty() { title.into_any() } else { view! { <Term id=term text=title /> }.into_any() }
                }}
            </b>
            <span>{move || card.get().line}</span>
            {move || {
                let goal::GoalCard { title, verdict, before, scale, .. } = card.get();
                let scale = scale
                    .map(|scale| {
                        view! {
                            <Meter
                                label=title
                                value=scale.value
                                min=scale.min
                                max=scale.max
                                threshold=scale.threshold
                                less_is_better=scale.less_is_better
                            />
                        }
                    });
                let verdict = verdict.map(|verdict| view! { <Pill text=names::verdict(verdict) tone=goal::tone(verdict) /> });
                view! {
                    {scale}
                    {verdict}
                    {(!before.is_empty()).then(|| view! { <span class="muted">{before}</span> })}
                }
            }}
        </section>
    }
}

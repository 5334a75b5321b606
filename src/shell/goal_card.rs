use leptos::prelude::*;
use spec::texts::names;
use spec::texts::ui::shell as words;

use crate::pages::goal;
use crate::session::Session;
use crate::ui::{Meter, Pill, Term, Tone};

/// The goal on every page: threshold, best so far, met or not.
#[component]
pub fn GoalCard() -> impl IntoView {
    let session = Session::get();
    let card = Memo::new(move |_| {
        let run = session
            .project
            .with(|project| project.as_ref()?.current_run().map(|run| run.id));
        let shown = run.and_then(|run| goal::shown(session, run));
        session.project.with(|project| {
            project
                .as_ref()
                .map(|project| goal::card(project, shown.as_ref()))
                .unwrap_or_default()
        })
    });
    // What stands against the figure, in one word each; the pages have the whole list.
    let against = Memo::new(move |_| {
        let mut kinds: Vec<&'static str> = Vec::new();
        let mut says: Vec<String> = Vec::new();
        for caveat in goal::caveats(session).iter().filter(|caveat| caveat.is_open()) {
            let name = names::caveat(caveat.kind);
            if !kinds.contains(&name) {
                kinds.push(name);
            }
            says.push(caveat.message.says());
        }
        (kinds.join(", "), says.join(". "))
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
                let goal::GoalCard { title, verdict, n_open, before, scale, .. } = card.get();
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
                                doubted=verdict.is_some_and(|verdict| goal::tone(verdict, n_open) != Tone::Good)
                            />
                        }
                    });
                let verdict = verdict
                    .map(|verdict| view! { <Pill text=goal::verdict_words(verdict, n_open) tone=goal::tone(verdict, n_open) /> });
                view! {
                    {scale}
                    {verdict}
                    {(!before.is_empty()).then(|| view! { <span class="muted">{before}</span> })}
                }
            }}
            {move || {
                let (kinds, says) = against.get();
                (!kinds.is_empty()).then(|| view! { <span class="against" title=says>{kinds}</span> })
            }}
        </section>
    }
}

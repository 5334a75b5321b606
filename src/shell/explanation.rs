use leptos::prelude::*;
use spec::Order;
use spec::glossary::Term;
use spec::texts::ui::shell as words;

use crate::pages::stage::in_your_data;
use crate::route::Stage;
use crate::session::Session;
use crate::ui::{Button, ButtonKind, Explain};

/// Why this stage, what it means in the learner's own data, a question to check oneself, and the term that was asked for.
#[component]
pub fn Explanation(current: Signal<Option<Stage>>) -> impl IntoView {
    let session = Session::get();
    let why = move || {
        current
            .get()
            .map_or(words::HOME_WHY, |stage| words::STAGE_WHY[stage.number() - 1])
    };
    let question = move || current.get().map(|stage| words::STAGE_QUESTION[stage.number() - 1]);
    let in_data = Memo::new(move |_| {
        let stage = current.get()?;
        let description = session.description.get();
        let text = session
            .project
            .with(|project| project.as_ref().map(|p| in_your_data(stage, p, description.as_deref())))?;
        (!text.is_empty()).then_some(text)
    });
    view! {
        <TermEntry />
        <section>
            <h2>{words::WHY}</h2>
            <p>{why}</p>
        </section>
        {move || in_data.get().map(|text| view! { <section><h2>{words::IN_YOUR_DATA}</h2><p>{text}</p></section> })}
        {move || question().map(|text| view! { <section><h2>{words::CHECK_YOURSELF}</h2><p>{text}</p></section> })}
        <Glossary />
    }
}

/// The term that was asked for: one or two sentences and the formula.
#[component]
fn TermEntry() -> impl IntoView {
    let session = Session::get();
    let explain = Explain::of_page();
    let term = Memo::new(move |_| {
        let id = explain.term.get()?;
        session.catalogue.get()?.terms.iter().find(|term| term.id == id).cloned()
    });
    view! {
        <div aria-live="polite">
            {move || {
                term.get()
                    .map(|Term { title, text, formula, .. }| {
                        view! {
                            <section>
                                <h2>{title}</h2>
                                <p>{text}</p>
                                {(!formula.is_empty()).then(|| view! { <p class="formula">{formula}</p> })}
                                <Button
                                    label=words::CLOSE_TERM
                                    kind=ButtonKind::Quiet
                                    on_press=move || explain.term.set(None)
                                />
                            </section>
                        }
                    })
            }}
        </div>
    }
}

/// Every term, to look one up.
#[component]
fn Glossary() -> impl IntoView {
    let session = Session::get();
    let explain = Explain::of_page();
    let terms = move || {
        session
            .catalogue
            .get()
            .map_or_else(Vec::new, |catalogue| catalogue.terms.clone())
    };
    view! {
        <details>
            <summary>{words::GLOSSARY}</summary>
            <ul class="plain stack">
                {move || {
                    let mut terms = terms();
                    terms.order_by_key(|term| term.title.to_lowercase());
                    terms
                        .into_iter()
                        .map(|term| {
                            view! {
                                <li>
                                    <button type="button" class="term" on:click=move |_| explain.show(&term.id)>
                                        {term.title.clone()}
                                    </button>
                                </li>
                            }
                        })
                        .collect_view()
                }}
            </ul>
        </details>
    }
}

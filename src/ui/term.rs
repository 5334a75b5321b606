use leptos::prelude::*;
use spec::texts::ui::common;

use super::Explain;

/// A word with a glossary entry: opens the explain drawer on it.
#[component]
pub fn Term(
    /// The entry: a metric's scikit-learn name, or a slug such as `cross_validation`.
    #[prop(into)]
    id: Signal<String>,
    /// The word as it stands in the sentence.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    let explain = Explain::of_page();
    view! {
        <button
            type="button"
            class="term"
            aria-label=move || common::explain(&text.get())
            on:click=move |_| explain.show(&id.get_untracked())
        >
            {move || text.get()}
        </button>
    }
}

/// The same as a small mark beside a label that is not itself a button.
#[component]
pub fn TermMark(
    /// The glossary entry.
    #[prop(into)]
    id: String,
    /// What is explained, read out.
    #[prop(into)]
    of: Signal<String>,
) -> impl IntoView {
    let explain = Explain::of_page();
    view! { <button type="button" class="mark" aria-label=move || common::explain(&of.get()) on:click=move |_| explain.show(&id)></button> }
}

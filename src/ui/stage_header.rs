use leptos::prelude::*;

use super::{ButtonKind, LinkButton};

/// Head of a page: what it is about (which file, which run, how many rows), and its one main action at the right.
#[component]
pub fn StageHeader(
    #[prop(into)] title: Signal<String>,
    #[prop(into)] about: Signal<String>,
    /// Actions of this page.
    #[prop(into, optional)]
    actions: ViewFn,
    /// "Next: Train"; empty leaves it out.
    #[prop(into, optional)]
    next: Signal<String>,
    #[prop(into, optional)] next_href: Signal<String>,
    /// True when going on is the main action of the page.
    #[prop(into, optional)]
    next_is_main: Signal<bool>,
) -> impl IntoView {
    view! {
        <div class="head">
            <div>
                <h1 id="page-title" tabindex="-1">
                    {move || title.get()}
                </h1>
                <p>{move || about.get()}</p>
            </div>
            <div class="row">
                {actions.run()}
                {move || {
                    let kind = if next_is_main.get() { ButtonKind::Primary } else { ButtonKind::Plain };
                    (!next.read().is_empty()).then(|| view! { <LinkButton label=next href=next_href kind=kind /> })
                }}
            </div>
        </div>
    }
}

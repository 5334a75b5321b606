use leptos::prelude::*;

/// A titled section of a page.
#[component]
pub fn Card(
    /// Heading of the section; empty leaves the header out.
    #[prop(into, optional)]
    title: Signal<String>,
    /// Right of the title: pills, a remark, small buttons.
    #[prop(into, optional)]
    actions: ViewFn,
    /// No padding: for a table that fills the card.
    #[prop(optional)]
    flush: bool,
    children: Children,
) -> impl IntoView {
    let id = super::unique_id("card");
    let labelled_by = id.clone();
    let has_title = Memo::new(move |_| !title.read().is_empty());
    view! {
        <section class="card" class:flush=flush aria-labelledby=move || has_title.get().then(|| labelled_by.clone())>
            <Show when=move || has_title.get()>
                <header>
                    <h2 id=id.clone()>{move || title.get()}</h2>
                    <span class="spacer"></span>
                    {actions.run()}
                </header>
            </Show>
            {children()}
        </section>
    }
}

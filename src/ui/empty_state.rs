use leptos::prelude::*;

/// A place with nothing in it yet: what to do first.
#[component]
pub fn EmptyState(
    #[prop(into)] title: Signal<String>,
    #[prop(into)] message: Signal<String>,
    /// The buttons that change it.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <h2>{move || title.get()}</h2>
            <p>{move || message.get()}</p>
            {children.map(|children| view! { <div class="row">{children()}</div> })}
        </div>
    }
}

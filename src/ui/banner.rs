use leptos::prelude::*;

use super::Tone;

/// A line across the page: something the user should know before the figures below it.
#[component]
pub fn Banner(
    #[prop(into, optional)] tone: Signal<Tone>,
    /// One word in front: "Stale".
    #[prop(into, optional)]
    lead: Signal<String>,
    #[prop(into)] message: Signal<String>,
    /// Buttons at the right.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class=move || format!("banner {}", tone.get().class()) role="status">
            {move || {
                let mark = tone.get().mark();
                let lead = lead.get();
                (!lead.is_empty() || !mark.is_empty()).then(|| view! { <b>{mark}" "{lead}</b> })
            }}
            <p>{move || message.get()}</p>
            {children.map(|children| children())}
        </div>
    }
}

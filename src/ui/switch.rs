use leptos::prelude::*;

/// On or off, at once.
#[component]
pub fn Switch(
    /// Read out; drawn only when `shown`.
    #[prop(into)]
    label: Signal<String>,
    #[prop(into)] on: Signal<bool>,
    #[prop(into, optional)] disabled: Signal<bool>,
    /// Draws the label beside the switch.
    #[prop(optional)]
    shown: bool,
    #[prop(into)] on_change: Callback<bool>,
) -> impl IntoView {
    let id = super::unique_id("switch");
    view! {
        <span class="row">
            <input
                type="checkbox"
                role="switch"
                id=id.clone()
                disabled=move || disabled.get()
                aria-label=move || (!shown).then(|| label.get())
                prop:checked=move || on.get()
                on:change:target=move |ev| on_change.run(ev.target().checked())
            />
            {shown.then(|| view! { <label for=id>{move || label.get()}</label> })}
        </span>
    }
}

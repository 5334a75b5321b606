use leptos::prelude::*;

use super::unique_id;

/// Yes or no, with a line of help.
#[component]
pub fn Checkbox(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] checked: Signal<bool>,
    #[prop(into, optional)] help: Signal<String>,
    #[prop(into, optional)] disabled: Signal<bool>,
    /// The label is read out but not drawn.
    #[prop(optional)]
    bare: bool,
    #[prop(into)] on_change: Callback<bool>,
) -> impl IntoView {
    let id = unique_id("check");
    let help_id = format!("{id}-help");
    let described = help_id.clone();
    let input = view! {
        <input
            type="checkbox"
            id=id.clone()
            disabled=move || disabled.get()
            aria-label=move || bare.then(|| label.get())
            aria-describedby=move || (!help.read().is_empty()).then(|| described.clone())
            prop:checked=move || checked.get()
            on:change:target=move |ev| on_change.run(ev.target().checked())
        />
    };
    if bare {
        return input.into_any();
    }
    view! {
        <div class="check">
            {input} <label for=id>{move || label.get()}</label>
            <Show when=move || !help.read().is_empty()>
                <small id=help_id.clone()>{move || help.get()}</small>
            </Show>
        </div>
    }
    .into_any()
}

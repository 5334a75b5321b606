use leptos::prelude::*;

use super::field::described_by;
use super::{Field, unique_id};

/// Several lines of text. Reports when the user leaves the field; `live`, at every character.
#[component]
pub fn TextArea(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] value: Signal<String>,
    #[prop(into, optional)] help: Signal<String>,
    #[prop(into, optional)] error: Signal<Option<String>>,
    #[prop(into, optional)] placeholder: Signal<String>,
    #[prop(into, optional)] disabled: Signal<bool>,
    #[prop(optional)] optional: bool,
    /// For a button that waits for the text.
    #[prop(optional)]
    live: bool,
    #[prop(into)] on_change: Callback<String>,
) -> impl IntoView {
    let id = unique_id("area");
    view! {
        <Field id=id.clone() label=label help=help error=error optional=optional>
            <textarea
                id=id.clone()
                placeholder=move || placeholder.get()
                disabled=move || disabled.get()
                aria-describedby=described_by(&id)
                aria-invalid=move || error.read().is_some().then_some("true")
                prop:value=move || value.get()
                on:change:target=move |ev| on_change.run(ev.target().value())
                on:input:target=move |ev| {
                    if live {
                        on_change.run(ev.target().value());
                    }
                }
            ></textarea>
        </Field>
    }
}

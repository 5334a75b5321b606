use leptos::prelude::*;

use super::field::described_by;
use super::{Field, unique_id};

/// One line of text. Reports at change: when the user leaves the field or presses Enter; `live`, at every character.
#[component]
pub fn TextField(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] value: Signal<String>,
    #[prop(into, optional)] help: Signal<String>,
    #[prop(into, optional)] error: Signal<Option<String>>,
    #[prop(into, optional)] placeholder: Signal<String>,
    /// Right of the field.
    #[prop(into, optional)]
    unit: Signal<String>,
    #[prop(into, optional)] term: String,
    #[prop(optional)] optional: bool,
    #[prop(into, optional)] disabled: Signal<bool>,
    /// Suggestions, offered by the platform while typing.
    #[prop(into, optional)]
    suggestions: Signal<Vec<String>>,
    /// For what follows the text while it is typed.
    #[prop(optional)]
    live: bool,
    /// Numbers: which keys a touch screen offers.
    #[prop(optional)]
    is_number: bool,
    #[prop(into)] on_change: Callback<String>,
) -> impl IntoView {
    let id = unique_id("text");
    let list_id = format!("{id}-list");
    let list = list_id.clone();
    view! {
        <Field id=id.clone() label=label help=help error=error term=term optional=optional>
            <div class="with-unit">
                <input
                    type="text"
                    id=id.clone()
                    inputmode=is_number.then_some("decimal")
                    autocomplete="off"
                    spellcheck="false"
                    list=move || (!suggestions.read().is_empty()).then(|| list.clone())
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
                />
                {move || Some(unit.get()).filter(|unit| !unit.is_empty()).map(|unit| view! { <span class="unit">{unit}</span> })}
            </div>
            <Show when=move || !suggestions.read().is_empty()>
                <datalist id=list_id.clone()>
                    {move || suggestions.get().into_iter().map(|text| view! { <option value=text></option> }).collect_view()}
                </datalist>
            </Show>
        </Field>
    }
}

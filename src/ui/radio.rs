use leptos::prelude::*;

use super::unique_id;

/// One line of a [`RadioGroup`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RadioOption {
    pub value: String,
    pub label: String,
    /// One sentence under the label.
    pub about: String,
    /// Why it cannot be chosen; None when it can.
    pub why_not: Option<String>,
}

/// One of a few, each explained.
#[component]
pub fn RadioGroup(
    #[prop(into)] legend: Signal<String>,
    #[prop(into)] options: Signal<Vec<RadioOption>>,
    #[prop(into)] value: Signal<String>,
    #[prop(into, optional)] disabled: Signal<bool>,
    /// The legend is read out but not drawn: under a card's own title.
    #[prop(optional)]
    bare: bool,
    /// Side by side instead of one under another.
    #[prop(optional)]
    columns: bool,
    #[prop(into)] on_change: Callback<String>,
) -> impl IntoView {
    let name = StoredValue::new(unique_id("radio"));
    view! {
        <fieldset disabled=move || disabled.get()>
            <legend class:hidden-text=bare>{move || legend.get()}</legend>
            <div class=if columns { "choices" } else { "stack" }>
                {move || {
                    options
                        .get()
                        .into_iter()
                        .map(|option| view! { <Choice option name=name.get_value() value on_change /> })
                        .collect_view()
                }}
            </div>
        </fieldset>
    }
}

/// One radio button with its sentence.
#[component]
fn Choice(option: RadioOption, name: String, value: Signal<String>, on_change: Callback<String>) -> impl IntoView {
    let id = unique_id("choice");
    let about_id = format!("{id}-about");
    let is_disabled = option.why_not.is_some();
    let about = [option.about, option.why_not.unwrap_or_default()]
        .into_iter()
        .filter(|s| !s.is_empty())
        .collect::<Vec<_>>();
    let this = option.value.clone();
    let chosen = option.value.clone();
    view! {
        <div class="check choice">
            <input
                type="radio"
                id=id.clone()
                name=name
                value=option.value
                disabled=is_disabled
                aria-describedby=about_id.clone()
                prop:checked=move || *value.read() == this
                on:change=move |_| on_change.run(chosen.clone())
            />
            <label for=id>{option.label}</label>
            <small id=about_id>{about.join(". ")}</small>
        </div>
    }
}

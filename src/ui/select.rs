use leptos::prelude::*;

use super::field::described_by;
use super::{Field, unique_id};

/// One line of a [`Select`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SelectOption {
    pub value: String,
    pub label: String,
    /// Heading it stands under; empty for none.
    pub group: String,
    pub disabled: bool,
}

impl SelectOption {
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
            ..Self::default()
        }
    }

    pub fn under(mut self, group: impl Into<String>) -> Self {
        self.group = group.into();
        self
    }
}

/// One of several, on the platform's own `<select>`.
#[component]
pub fn Select(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] options: Signal<Vec<SelectOption>>,
    /// The chosen value; one that is no option shows the placeholder.
    #[prop(into)]
    value: Signal<String>,
    /// First line while nothing is chosen; empty: the options only.
    #[prop(into, optional)]
    placeholder: Signal<String>,
    #[prop(into, optional)] help: Signal<String>,
    #[prop(into, optional)] error: Signal<Option<String>>,
    #[prop(into, optional)] term: String,
    #[prop(optional)] optional: bool,
    #[prop(into, optional)] disabled: Signal<bool>,
    /// The label is read out but not drawn: inside tables and toolbars.
    #[prop(optional)]
    bare: bool,
    #[prop(into)] on_change: Callback<String>,
) -> impl IntoView {
    let id = unique_id("select");
    let select = {
        let id = id.clone();
        view! {
            <select
                id=id.clone()
                disabled=move || disabled.get()
                aria-label=move || bare.then(|| label.get())
                aria-describedby=(!bare).then(|| described_by(&id))
                aria-invalid=move || error.read().is_some().then_some("true")
                on:change:target=move |ev| on_change.run(ev.target().value())
            >
                {move || lines(&options.read(), &value.read(), placeholder.get())}
            </select>
        }
    };
    if bare {
        select.into_any()
    } else {
        view! {
            <Field id=id label=label help=help error=error term=term optional=optional>
                {select}
            </Field>
        }
        .into_any()
    }
}

fn lines(options: &[SelectOption], value: &str, placeholder: String) -> impl IntoView + use<> {
    let chosen = options.iter().any(|option| option.value == value);
    let first = (!placeholder.is_empty()).then(|| view! { <option value="" selected=!chosen>{placeholder}</option> });
    let mut groups: Vec<(String, Vec<AnyView>)> = Vec::new();
    for option in options {
        let line = view! {
            <option value=option.value.clone() selected=option.value == value disabled=option.disabled>
                {option.label.clone()}
            </option>
        }
        .into_any();
        match groups.last_mut() {
            Some((group, lines)) if *group == option.group => lines.push(line),
            _ => groups.push((option.group.clone(), vec![line])),
        }
    }
    let groups = groups
        .into_iter()
        .map(|(group, lines)| {
            if group.is_empty() {
                lines.collect_view().into_any()
            } else {
                view! { <optgroup label=group>{lines.collect_view()}</optgroup> }.into_any()
            }
        })
        .collect_view();
    view! {
        {first}
        {groups}
    }
}

use leptos::prelude::*;
use spec::texts::ui::prepare::step as words;

use super::FormValue;
use crate::ui::{Select, SelectOption, TextField};

const CHOICES: [(&str, &str); 5] = [
    ("median", words::MEDIAN),
    ("mean", words::MEAN),
    ("most_frequent", words::MOST_FREQUENT),
    ("number", words::A_NUMBER),
    ("level", words::A_LEVEL),
];

/// What missing values are filled with; a value of one's own is asked for where the choice needs one.
#[component]
pub(super) fn FillingField(
    label: String,
    value: Signal<FormValue>,
    error: Signal<Option<String>>,
    on_change: Callback<FormValue>,
) -> impl IntoView {
    let parts = Memo::new(move |_| match value.get() {
        FormValue::Filling(kind, typed) => (kind, typed),
        _ => Default::default(),
    });
    let options: Vec<SelectOption> = CHOICES.map(|(value, name)| SelectOption::new(value, name)).to_vec();
    let asks = move || matches!(parts.read().0.as_str(), "number" | "level");
    view! {
        <Select
            label=label
            options=options
            value=Signal::derive(move || parts.get().0)
            on_change=move |kind: String| on_change.run(FormValue::Filling(kind, parts.get_untracked().1))
        />
        <Show when=asks>
            <TextField
                label=words::FILL_VALUE
                value=Signal::derive(move || parts.get().1)
                error=error
                on_change=move |typed: String| on_change.run(FormValue::Filling(parts.get_untracked().0, typed))
            />
        </Show>
    }
}

use leptos::prelude::*;
use spec::Order;
use spec::step::DatePart;
use spec::texts::ui::prepare::step as words;

use super::FormValue;
use crate::ui::Checkbox;

const PARTS: [(DatePart, &str); 5] = [
    (DatePart::Year, words::YEAR),
    (DatePart::Month, words::MONTH),
    (DatePart::Day, words::DAY),
    (DatePart::Weekday, words::WEEKDAY),
    (DatePart::Hour, words::HOUR),
];

/// Which parts of a time become columns.
#[component]
pub(super) fn DatePartsField(
    label: String,
    value: Signal<FormValue>,
    error: Signal<Option<String>>,
    on_change: Callback<FormValue>,
) -> impl IntoView {
    let one = move |(part, name): (DatePart, &'static str)| {
        let checked = Signal::derive(move || value.with(|value| chosen(value).contains(&part)));
        let change = move |on: bool| {
            let mut parts = value.with_untracked(chosen);
            parts.retain(|other| *other != part);
            if on {
                parts.push(part);
            }
            parts.order_by(Ord::cmp);
            on_change.run(FormValue::Parts(parts));
        };
        view! { <Checkbox label=name checked=checked on_change=change/> }
    };
    view! {
        <fieldset class="field">
            <legend>{label}</legend>
            <div class="column-boxes">{PARTS.map(one).collect_view()}</div>
            <Show when=move || error.get().is_some()>
                <p class="error" role="alert">{move || error.get()}</p>
            </Show>
        </fieldset>
    }
}

fn chosen(value: &FormValue) -> Vec<DatePart> {
    match value {
        FormValue::Parts(parts) => parts.clone(),
        _ => Vec::new(),
    }
}

use leptos::prelude::*;
use spec::Order;
use spec::step::DatePart;
use spec::texts::ui::prepare::step as words;

use super::draft::Draft;
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
pub fn PartsField(label: &'static str, draft: RwSignal<Option<Draft>>, error: Signal<Option<String>>) -> impl IntoView {
    let one = move |(part, name): (DatePart, &'static str)| {
        let checked = Signal::derive(move || draft.with(|draft| draft.as_ref().is_some_and(|draft| draft.parts.contains(&part))));
        let change = move |on: bool| {
            draft.update(|draft| {
                if let Some(draft) = draft {
                    draft.parts.retain(|other| *other != part);
                    if on {
                        draft.parts.push(part);
                    }
                    draft.parts.order_by(Ord::cmp);
                }
            });
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

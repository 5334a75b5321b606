use leptos::prelude::*;
use spec::ColumnType;
use spec::texts::ui::prepare as words;

use super::draft::{Draft, Scope};
use super::setting::Which;
use crate::ui::{Checkbox, RadioGroup, RadioOption};

/// All columns of a kind, or the ticked ones.
#[component]
pub fn ColumnsField(
    label: &'static str,
    draft: RwSignal<Option<Draft>>,
    columns: Signal<Vec<(String, ColumnType)>>,
    which: Which,
    error: Signal<Option<String>>,
    /// Offers "all number columns" and "all category columns" too.
    offers_all: bool,
) -> impl IntoView {
    let scope = Memo::new(move |_| draft.with(|draft| draft.as_ref().map_or(Scope::Chosen, |draft| draft.scope)));
    let change = move |change: &dyn Fn(&mut Draft)| {
        draft.update(|draft| {
            if let Some(draft) = draft {
                change(draft);
            }
        });
    };
    let options: Vec<RadioOption> = [
        ("numbers", words::ALL_NUMBERS),
        ("categories", words::ALL_CATEGORIES),
        ("chosen", words::NAMED_COLUMNS),
    ]
    .into_iter()
    .filter(|(value, _)| match which {
        Which::Numbers => *value != "categories",
        Which::Categories => *value != "numbers",
        _ => true,
    })
    .map(|(value, label)| RadioOption {
        value: value.to_owned(),
        label: label.to_owned(),
        ..RadioOption::default()
    })
    .collect();
    let scope_value = Signal::derive(move || {
        match scope.get() {
            Scope::Numbers => "numbers",
            Scope::Categories => "categories",
            Scope::Chosen => "chosen",
        }
        .to_owned()
    });
    let set_scope = move |value: String| {
        let scope = match value.as_str() {
            "numbers" => Scope::Numbers,
            "categories" => Scope::Categories,
            _ => Scope::Chosen,
        };
        change(&move |draft: &mut Draft| draft.scope = scope);
    };
    let tick = move |name: String, on: bool| {
        change(&move |draft: &mut Draft| {
            draft.columns.retain(|column| *column != name);
            if on {
                draft.columns.push(name.clone());
            }
        });
    };
    let boxes = move || {
        let columns = columns.get().into_iter().filter(|column| which.takes(column.1));
        let one = move |(name, _): (String, ColumnType)| {
            let (this, changed) = (name.clone(), name.clone());
            let checked =
                Signal::derive(move || draft.with(|draft| draft.as_ref().is_some_and(|draft| draft.columns.contains(&this))));
            view! { <Checkbox label=name checked=checked on_change=move |on: bool| tick(changed.clone(), on)/> }
        };
        view! { <div class="column-boxes">{columns.map(one).collect_view()}</div> }
    };
    view! {
        <fieldset class="field">
            <legend>{label}</legend>
            {offers_all.then(|| view! { <RadioGroup legend=label bare=true columns=true options=options value=scope_value on_change=set_scope/> })}
            <Show when=move || !offers_all || scope.get() == Scope::Chosen>{boxes()}</Show>
            <Show when=move || error.get().is_some()>
                <p class="error" role="alert">{move || error.get()}</p>
            </Show>
        </fieldset>
    }
}

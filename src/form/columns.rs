use leptos::prelude::*;
use spec::ColumnType;
use spec::param::ColumnSet;
use spec::step::Columns;
use spec::texts::ui::prepare as words;

use super::FormValue;
use crate::ui::{Checkbox, RadioGroup, RadioOption};

/// All columns of a kind, or the ticked ones.
#[component]
pub(super) fn ColumnsField(
    label: String,
    which: ColumnSet,
    value: Signal<FormValue>,
    error: Signal<Option<String>>,
    columns: Signal<Vec<(String, ColumnType)>>,
    /// Offers "all number columns" and "all category columns" too.
    offers_all: bool,
    on_change: Callback<FormValue>,
) -> impl IntoView {
    let scope = Memo::new(move |_| value.with(scope));
    let options: Vec<RadioOption> = [
        ("numbers", words::ALL_NUMBERS),
        ("categories", words::ALL_CATEGORIES),
        ("chosen", words::NAMED_COLUMNS),
    ]
    .into_iter()
    .filter(|(value, _)| match which {
        ColumnSet::Numbers => *value != "categories",
        ColumnSet::Categories => *value != "numbers",
        _ => true,
    })
    .map(|(value, label)| RadioOption {
        value: value.to_owned(),
        label: label.to_owned(),
        ..RadioOption::default()
    })
    .collect();
    let set_scope = move |scope: String| {
        let columns = match scope.as_str() {
            "numbers" => Columns::Numbers,
            "categories" => Columns::Categories,
            _ => Columns::Named(value.with_untracked(names)),
        };
        on_change.run(FormValue::Scope(columns));
    };
    let tick = move |name: String, on: bool| {
        let mut chosen = value.with_untracked(names);
        chosen.retain(|column| *column != name);
        if on {
            chosen.push(name);
        }
        on_change.run(if offers_all {
            FormValue::Scope(Columns::Named(chosen))
        } else {
            FormValue::Names(chosen)
        });
    };
    let boxes = move || {
        let columns = columns.get().into_iter().filter(|column| which.has(column.1));
        let one = move |(name, _): (String, ColumnType)| {
            let (this, changed) = (name.clone(), name.clone());
            let checked = Signal::derive(move || value.with(|value| names(value).contains(&this)));
            view! { <Checkbox label=name checked=checked on_change=move |on: bool| tick(changed.clone(), on)/> }
        };
        view! { <div class="column-boxes">{columns.map(one).collect_view()}</div> }
    };
    let legend = label.clone();
    view! {
        <fieldset class="field">
            <legend>{label}</legend>
            {offers_all
                .then(|| view! { <RadioGroup legend=legend bare=true columns=true options=options value=scope on_change=set_scope/> })}
            <Show when=move || !offers_all || scope.read().as_str() == "chosen">{boxes()}</Show>
            <Show when=move || error.get().is_some()>
                <p class="error" role="alert">{move || error.get()}</p>
            </Show>
        </fieldset>
    }
}

fn names(value: &FormValue) -> Vec<String> {
    match value {
        FormValue::Names(names) | FormValue::Scope(Columns::Named(names)) => names.clone(),
        _ => Vec::new(),
    }
}

fn scope(value: &FormValue) -> String {
    match value {
        FormValue::Scope(Columns::Numbers) => "numbers",
        FormValue::Scope(Columns::Categories) => "categories",
        _ => "chosen",
    }
    .to_owned()
}

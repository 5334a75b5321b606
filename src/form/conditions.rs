use leptos::prelude::*;
use spec::ColumnType;
use spec::step::{Comparison, Condition};
use spec::texts::ui::prepare as words;

use super::FormValue;
use crate::ui::{Button, ButtonKind, Select, SelectOption, TextField};

const COMPARISONS: [(&str, Comparison); 9] = [
    ("equal", Comparison::Equal),
    ("not_equal", Comparison::NotEqual),
    ("less", Comparison::Less),
    ("less_or_equal", Comparison::LessOrEqual),
    ("greater", Comparison::Greater),
    ("greater_or_equal", Comparison::GreaterOrEqual),
    ("contains", Comparison::Contains),
    ("is_missing", Comparison::IsMissing),
    ("is_not_missing", Comparison::IsNotMissing),
];

/// The conditions of a row filter.
#[component]
pub(super) fn ConditionsField(
    label: String,
    value: Signal<FormValue>,
    error: Signal<Option<String>>,
    columns: Signal<Vec<(String, ColumnType)>>,
    on_change: Callback<FormValue>,
) -> impl IntoView {
    let n = Memo::new(move |_| value.with(conditions).len());
    let change = move |act: &dyn Fn(&mut Vec<Condition>)| {
        let mut all = value.with_untracked(conditions);
        act(&mut all);
        on_change.run(FormValue::Conditions(all));
    };
    let get = move |i: usize| value.with(conditions).get(i).cloned().unwrap_or_default();
    let set = move |i: usize, act: &dyn Fn(&mut Condition)| {
        change(&|all: &mut Vec<Condition>| {
            if let Some(one) = all.get_mut(i) {
                act(one);
            }
        });
    };
    let row = move |i: usize| {
        let names = Signal::derive(move || {
            let names = columns
                .get()
                .into_iter()
                .map(|(name, _)| SelectOption::new(name.clone(), name));
            names.collect::<Vec<_>>()
        });
        let kinds: Vec<SelectOption> = COMPARISONS
            .map(|(value, kind)| SelectOption::new(value, words::comparison_name(kind)))
            .to_vec();
        let kind = Signal::derive(move || {
            let here = get(i).comparison;
            let found = COMPARISONS.into_iter().find(|one| one.1 == here);
            found.map_or("", |one| one.0).to_owned()
        });
        let needs_value = move || !matches!(get(i).comparison, Comparison::IsMissing | Comparison::IsNotMissing);
        view! {
            <div class="condition">
                <Select
                    label=words::CONDITION_COLUMN
                    options=names
                    value=Signal::derive(move || get(i).column)
                    placeholder=words::CHOOSE_COLUMN
                    on_change=move |column: String| set(i, &|one: &mut Condition| one.column = column.clone())
                />
                <Select
                    label=words::CONDITION_IS
                    options=kinds
                    value=kind
                    on_change=move |chosen: String| {
                        if let Some(found) = COMPARISONS.into_iter().find(|one| one.0 == chosen) {
                            set(i, &|one: &mut Condition| one.comparison = found.1);
                        }
                    }
                />
                <Show when=needs_value>
                    <TextField
                        label=words::CONDITION_VALUE
                        value=Signal::derive(move || get(i).value)
                        on_change=move |value: String| set(i, &|one: &mut Condition| one.value = value.clone())
                    />
                </Show>
                <Button
                    label=words::REMOVE_CONDITION
                    kind=ButtonKind::Small
                    on_press=move |()| {
                        change(&|all: &mut Vec<Condition>| {
                            all.remove(i);
                        });
                    }
                />
            </div>
        }
    };
    view! {
        <fieldset class="field">
            <legend>{label}</legend>
            {move || (0..n.get()).map(row).collect_view()}
            <div>
                <Button
                    label=words::ADD_CONDITION
                    kind=ButtonKind::Small
                    on_press=move |()| change(&|all: &mut Vec<Condition>| all.push(Condition::default()))
                />
            </div>
            <Show when=move || error.get().is_some()>
                <p class="error" role="alert">{move || error.get()}</p>
            </Show>
        </fieldset>
    }
}

fn conditions(value: &FormValue) -> Vec<Condition> {
    match value {
        FormValue::Conditions(conditions) => conditions.clone(),
        _ => Vec::new(),
    }
}

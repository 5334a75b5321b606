use leptos::prelude::*;
use spec::ColumnType;
use spec::texts::ui::prepare as words;

use super::columns_field::ColumnsField;
use super::conditions_field::ConditionsField;
use super::draft::{Draft, Problems};
use super::formula_field::FormulaField;
use super::levels_field::LevelsField;
use super::parts_field::PartsField;
use super::setting::{Input, Setting, Which};
use crate::ui::{Checkbox, Select, SelectOption, TextField};

/// The control for one setting.
#[component]
pub fn SettingField(
    setting: Setting,
    draft: RwSignal<Option<Draft>>,
    /// Columns of the shaped data.
    columns: Signal<Vec<(String, ColumnType)>>,
    problems: Signal<Problems>,
) -> impl IntoView {
    let Setting { name, label, input, .. } = setting;
    let shown = Memo::new(move |_| draft.with(|draft| draft.as_ref().is_some_and(|draft| draft.shows(&setting))));
    let value =
        Memo::new(move |_| draft.with(|draft| draft.as_ref().map_or_else(String::new, |draft| draft.text(name).to_owned())));
    let error = Signal::derive(move || problems.with(|problems| problems.get(name).map(|problem| (*problem).to_owned())));
    let set = Callback::new(move |text: String| {
        draft.update(|draft| {
            if let Some(draft) = draft {
                draft.set(name, text);
            }
        });
    });
    let control = move || {
        match input {
        Input::Text | Input::Number => view! { <TextField label=label value=value error=error on_change=set/> }.into_any(),
        Input::Flag => {
            view! {
                <Checkbox label=label checked=Signal::derive(move || value.get() == "true") on_change=move |on: bool| set.run(on.to_string())/>
            }
            .into_any()
        }
        Input::Choice(choices) => {
            let options: Vec<SelectOption> = choices.iter().map(|(value, label)| SelectOption::new(*value, *label)).collect();
            view! { <Select label=label options=options value=value error=error on_change=set/> }.into_any()
        }
        Input::Type => {
            let options: Vec<SelectOption> =
                ColumnType::ALL.into_iter().map(|one| SelectOption::new(one.name(), words::column_type(one))).collect();
            view! { <Select label=label options=options value=value error=error on_change=set/> }.into_any()
        }
        Input::Column(which) => {
            let options = Signal::derive(move || {
                columns.get().into_iter().filter(|one| which.takes(one.1)).map(|(name, _)| SelectOption::new(name.clone(), name)).collect::<Vec<_>>()
            });
            view! { <Select label=label options=options value=value placeholder=words::CHOOSE_COLUMN error=error on_change=set/> }.into_any()
        }
        Input::Columns(which) => view! { <ColumnsField label draft columns which error offers_all=false/> }.into_any(),
        Input::ColumnOr(which) => view! { <ColumnsField label draft columns which error offers_all=true/> }.into_any(),
        Input::Parts => view! { <PartsField label draft error/> }.into_any(),
        Input::Conditions => view! { <ConditionsField label draft columns error/> }.into_any(),
        Input::Levels => view! { <LevelsField draft error/> }.into_any(),
        Input::Expression => {
            let names = Signal::derive(move || {
                columns.get().into_iter().filter(|one| Which::Numbers.takes(one.1)).map(|one| one.0).collect::<Vec<_>>()
            });
            view! { <FormulaField label value=value.into() columns=names error on_change=set/> }.into_any()
        }
    }
    };
    view! { <Show when=move || shown.get()>{control()}</Show> }
}

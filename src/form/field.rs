use std::collections::BTreeMap;

use leptos::prelude::*;
use spec::texts::ui::{common, prepare as words};
use spec::{ColumnType, Domain, ParamSpec};

use super::FormValue;
use super::columns::ColumnsField;
use super::conditions::ConditionsField;
use super::date_parts::DatePartsField;
use super::filling::FillingField;
use crate::ui::{Checkbox, Select, SelectOption, TextField};

/// What the controls of a form need to know besides their own value.
#[derive(Clone, Copy, Default)]
pub struct FormContext {
    /// Columns that may be chosen.
    pub columns: Signal<Vec<(String, ColumnType)>>,
    /// All values of the form.
    pub values: Signal<BTreeMap<String, FormValue>>,
    /// Draws the controls that look at the data: levels and formulas.
    pub special: Option<fn(SpecialField) -> AnyView>,
}

/// A control that looks at the data.
pub struct SpecialField {
    pub spec: ParamSpec,
    pub value: Signal<FormValue>,
    pub error: Signal<Option<String>>,
    pub context: FormContext,
    pub on_change: Callback<FormValue>,
}

/// The control that fits a setting's domain.
#[component]
pub fn Field(
    spec: ParamSpec,
    #[prop(into)] value: Signal<FormValue>,
    #[prop(into, optional)] error: Signal<Option<String>>,
    #[prop(into, optional)] disabled: Signal<bool>,
    #[prop(optional)] context: FormContext,
    on_change: Callback<FormValue>,
) -> impl IntoView {
    let (label, help) = (spec.label.clone(), spec.help.clone());
    let text = Memo::new(move |_| value.with(|value| value.text().to_owned()));
    let typed = Callback::new(move |text: String| on_change.run(FormValue::Typed(text)));
    let select = move |options: Vec<SelectOption>| {
        let (label, help) = (label.clone(), help.clone());
        view! { <Select label=label help=help options=options value=text disabled=disabled error=error on_change=typed/> }
            .into_any()
    };
    let (label, help) = (spec.label.clone(), spec.help.clone());
    let line = move |placeholder: &'static str| {
        let (label, help) = (label.clone(), help.clone());
        view! {
            <TextField label=label help=help value=text placeholder=placeholder disabled=disabled error=error on_change=typed/>
        }
        .into_any()
    };
    let (label, help) = (spec.label.clone(), spec.help.clone());
    match spec.domain.clone() {
        Domain::Flag => view! {
            <Checkbox
                label=label
                help=help
                disabled=disabled
                checked=move || text.get() == "true"
                on_change=move |on: bool| typed.run(on.to_string())
            />
        }
        .into_any(),
        Domain::Switch { off, on } => select(vec![SelectOption::new("false", off), SelectOption::new("true", on)]),
        Domain::Choice { options } => select(
            options
                .into_iter()
                .map(|value| SelectOption::new(value.clone(), value))
                .collect(),
        ),
        Domain::Named { options } => select(
            options
                .into_iter()
                .map(|(value, name)| SelectOption::new(value, name))
                .collect(),
        ),
        Domain::Integer { optional: true, .. } => line(common::NO_LIMIT),
        Domain::Integer { .. } | Domain::Real { .. } | Domain::Text { .. } | Domain::Numbers | Domain::Year => line(""),
        Domain::Column { which } => {
            let options = Signal::derive(move || {
                let columns = context.columns.get().into_iter().filter(|column| which.has(column.1));
                columns
                    .map(|(name, _)| SelectOption::new(name.clone(), name))
                    .collect::<Vec<_>>()
            });
            view! {
                <Select label=label options=options value=text placeholder=words::CHOOSE_COLUMN error=error on_change=typed/>
            }
            .into_any()
        }
        Domain::Columns { which, .. } => {
            view! { <ColumnsField label which value error columns=context.columns offers_all=false on_change/> }.into_any()
        }
        Domain::Scope { which } => {
            view! { <ColumnsField label which value error columns=context.columns offers_all=true on_change/> }.into_any()
        }
        Domain::Conditions => view! { <ConditionsField label value error columns=context.columns on_change/> }.into_any(),
        Domain::DateParts => view! { <DatePartsField label value error on_change/> }.into_any(),
        Domain::Filling => view! { <FillingField label value error on_change/> }.into_any(),
        Domain::Levels | Domain::Expression => match context.special {
            Some(special) => special(SpecialField {
                spec,
                value,
                error,
                context,
                on_change,
            }),
            None => ().into_any(),
        },
    }
}

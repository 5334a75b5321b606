use leptos::prelude::*;
use spec::texts::ui::common;
use spec::{Domain, ParamSpec, ParamValue, Params};

use super::model::{read, shown, with_value};
use crate::ui::{Checkbox, Select, SelectOption, TextField};

/// The control that fits one parameter's domain.
#[component]
pub(super) fn ParamField(
    spec: ParamSpec,
    params: Signal<Params>,
    disabled: Signal<bool>,
    on_change: Callback<Params>,
) -> impl IntoView {
    let label = spec.label.clone();
    let help = spec.help.clone();
    let domain = spec.domain.clone();
    let spec = StoredValue::new(spec);
    let error = RwSignal::new(None::<String>);
    let text = Memo::new(move |_| spec.with_value(|spec| params.with(|params| shown(spec, params))));
    let take = move |typed: String| {
        spec.with_value(|spec| match read(spec, &typed) {
            Ok(value) => {
                error.set(None);
                on_change.run(with_value(spec, &params.get_untracked(), value));
            }
            Err(wrong) => error.set(Some(wrong.0)),
        });
    };
    match domain {
        Domain::Flag => view! {
            <Checkbox
                label=label
                help=help
                disabled=disabled
                checked=move || text.get() == "true"
                on_change=move |on: bool| {
                    on_change.run(spec.with_value(|spec| with_value(spec, &params.get_untracked(), ParamValue::Flag(on))));
                }
            />
        }
        .into_any(),
        Domain::Choice { options } => {
            let options: Vec<SelectOption> = options
                .into_iter()
                .map(|value| SelectOption::new(value.clone(), value))
                .collect();
            view! { <Select label=label help=help options=options value=text disabled=disabled error=error on_change=take /> }
                .into_any()
        }
        Domain::Integer { optional, .. } => {
            let placeholder = if optional { common::NO_LIMIT } else { "" };
            view! { <TextField label=label help=help value=text placeholder=placeholder disabled=disabled error=error on_change=take /> }
                .into_any()
        }
        Domain::Real { .. } => {
            view! { <TextField label=label help=help value=text disabled=disabled error=error on_change=take /> }.into_any()
        }
    }
}

use leptos::prelude::*;
use spec::texts::ui::common;
use spec::{ParamSpec, Params};

use super::model::{read, shown, with_value};
use super::{Field, FormValue};
use crate::ui::{Button, ButtonKind};

/// One field a parameter, each with its help and its own error; reports the whole set at every valid change.
#[component]
pub fn ParamForm(
    /// The parameters, in the order of the form.
    #[prop(into)]
    specs: Signal<Vec<ParamSpec>>,
    /// What differs from the defaults.
    #[prop(into)]
    params: Signal<Params>,
    #[prop(into, optional)] disabled: Signal<bool>,
    #[prop(into)] on_change: Callback<Params>,
) -> impl IntoView {
    view! {
        <div class="stack">
            <div class="form-grid">
                <For each=move || specs.get() key=|spec| spec.name.clone() let:spec>
                    <ParamField spec params disabled on_change />
                </For>
            </div>
            <Show when=move || !params.read().is_empty() && !disabled.get()>
                <div>
                    <Button
                        label=common::RESET_TO_DEFAULTS
                        kind=ButtonKind::Small
                        on_press=move || on_change.run(Params::new())
                    />
                </div>
            </Show>
        </div>
    }
}

/// A parameter's field, and what is wrong with what was typed.
#[component]
fn ParamField(spec: ParamSpec, params: Signal<Params>, disabled: Signal<bool>, on_change: Callback<Params>) -> impl IntoView {
    let error = RwSignal::new(None::<String>);
    let known = StoredValue::new(spec.clone());
    let value = Signal::derive(move || FormValue::Typed(known.with_value(|spec| params.with(|params| shown(spec, params)))));
    let take = Callback::new(move |typed: FormValue| {
        known.with_value(|spec| match read(spec, typed.text()) {
            Ok(value) => {
                error.set(None);
                on_change.run(with_value(spec, &params.get_untracked(), value));
            }
            Err(wrong) => error.set(Some(wrong.0)),
        });
    });
    view! { <Field spec value error disabled on_change=take/> }
}

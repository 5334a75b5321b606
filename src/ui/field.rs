use leptos::prelude::*;
use spec::texts::ui::common;

use super::term::TermMark;

/// Label, help and error around one control. The control carries `id`, `aria-describedby="{id}-help {id}-error"`.
#[component]
pub fn Field(
    /// Id of the control.
    #[prop(into)]
    id: String,
    #[prop(into)] label: Signal<String>,
    #[prop(into, optional)] help: Signal<String>,
    #[prop(into, optional)] error: Signal<Option<String>>,
    /// Glossary entry offered beside the label.
    #[prop(into, optional)]
    term: String,
    /// Says that it may stay empty.
    #[prop(optional)]
    optional: bool,
    children: Children,
) -> impl IntoView {
    let help_id = format!("{id}-help");
    let error_id = format!("{id}-error");
    view! {
        <div class="field">
            <div class="row">
                <label for=id>{move || label.get()}</label>
                {optional.then(|| view! { <span class="optional">{common::OPTIONAL}</span> })}
                {(!term.is_empty()).then(|| view! { <TermMark id=term of=label /> })}
            </div>
            {children()}
            <Show when=move || !help.read().is_empty()>
                <p class="help" id=help_id.clone()>
                    {move || help.get()}
                </p>
            </Show>
            <Show when=move || error.read().is_some()>
                <p class="error" id=error_id.clone() role="alert">
                    {move || error.get()}
                </p>
            </Show>
        </div>
    }
}

/// What ties a control to its help and error.
pub(super) fn described_by(id: &str) -> String {
    format!("{id}-help {id}-error")
}

use leptos::prelude::*;

use super::ButtonKind;

/// A link that looks like a button: goes to another place of the workbench.
#[component]
pub fn LinkButton(
    #[prop(into)] label: Signal<String>,
    /// A hash route such as `#/project/x/train`.
    #[prop(into)]
    href: Signal<String>,
    #[prop(optional)] kind: ButtonKind,
) -> impl IntoView {
    view! { <a class=kind.class() href=move || href.get()>{move || label.get()}</a> }
}

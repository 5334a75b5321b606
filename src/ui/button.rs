use leptos::prelude::*;

use super::unique_id;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The one main action of a page or dialog.
    Primary,
    #[default]
    Plain,
    /// Inside cards and rows.
    Small,
    /// Small and without a frame: for rows of icons and secondary actions.
    Quiet,
    /// Destroys something.
    Danger,
}

impl ButtonKind {
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Primary => "btn primary",
            Self::Plain => "btn",
            Self::Small => "btn small",
            Self::Quiet => "btn small quiet",
            Self::Danger => "btn danger",
        }
    }
}

/// A button. When it cannot be pressed it stays focusable and says why beside itself.
#[component]
pub fn Button(
    /// What it does, a verb; an ellipsis when it asks for more.
    #[prop(into)]
    label: Signal<String>,
    #[prop(optional)] kind: ButtonKind,
    /// Why it cannot be pressed now; None when it can. An empty reason disables without words.
    #[prop(into, optional)]
    why_not: Signal<Option<String>>,
    /// For a toggle: its state.
    #[prop(optional, into)]
    pressed: Option<Signal<bool>>,
    /// The accessible name where the label alone does not tell ("Delete" of which row).
    #[prop(into, optional)]
    name: Signal<String>,
    /// Called when pressed and not disabled.
    #[prop(into)]
    on_press: Callback<()>,
) -> impl IntoView {
    let reason_id = StoredValue::new(unique_id("why"));
    let reason = Memo::new(move |_| why_not.get().filter(|why| !why.is_empty()));
    view! {
        <span class:with-reason=move || reason.get().is_some()>
            <button
                type="button"
                class=kind.class()
                aria-label=move || Some(name.get()).filter(|name| !name.is_empty())
                aria-pressed=move || pressed.map(|pressed| pressed.get().to_string())
                aria-disabled=move || why_not.get().is_some().then_some("true")
                aria-describedby=move || reason.get().map(|_| reason_id.get_value())
                on:click=move |_| {
                    if why_not.get_untracked().is_none() {
                        on_press.run(());
                    }
                }
            >
                {move || label.get()}
            </button>
            {move || reason.get().map(|why| view! { <span class="why-not" id=reason_id.get_value()>{why}</span> })}
        </span>
    }
}

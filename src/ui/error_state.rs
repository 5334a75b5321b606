use leptos::prelude::*;
use spec::Failure;
use spec::texts::ui::common;

use crate::says::{hint, says};

/// A failure at its place: what happened, and what to do about it.
#[component]
pub fn ErrorState(
    #[prop(into)] failure: Signal<Failure>,
    /// What was being done: "Importing churn.csv".
    #[prop(into, optional)]
    place: Signal<String>,
    /// Buttons: try again, choose another file.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="fault" role="alert">
            <p>
                <b>"✕ " {move || Some(place.get()).filter(|place| !place.is_empty()).unwrap_or(common::FAILED.to_owned())}</b>
            </p>
            <p>{move || says(&failure.read().message)}</p>
            <p class="muted">{move || hint(&failure.read().message)}</p>
            {children.map(|children| view! { <div class="row">{children()}</div> })}
        </div>
    }
}

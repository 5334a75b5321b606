use leptos::prelude::*;
use spec::Failure;
use spec::texts::ui::common;

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
            <p>{move || failure.read().message.says()}</p>
            <p class="muted">{move || failure.read().message.hint()}</p>
            {children.map(|children| view! { <div class="row">{children()}</div> })}
        </div>
    }
}

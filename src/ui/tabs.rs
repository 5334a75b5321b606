use leptos::prelude::*;

use super::unique_id;
use crate::platform;

/// A row of tabs; the caller draws the panel of the chosen one as children.
#[component]
pub fn Tabs(
    /// What the tabs choose between, read out.
    #[prop(into)]
    label: Signal<String>,
    /// Value and label of each tab.
    #[prop(into)]
    tabs: Signal<Vec<(String, String)>>,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_change: Callback<String>,
    children: Children,
) -> impl IntoView {
    let id = StoredValue::new(unique_id("tabs"));
    let step = move |by: isize| {
        let tabs = tabs.get_untracked();
        let at = tabs.iter().position(|tab| tab.0 == value.get_untracked()).unwrap_or(0);
        let next = (at as isize + by).rem_euclid(tabs.len().max(1) as isize) as usize;
        if let Some((next_value, _)) = tabs.get(next) {
            on_change.run(next_value.clone());
            platform::focus::to(&tab_id(&id.get_value(), next_value));
        }
    };
    view! {
        <div class="stack">
            <div
                class="tabs"
                role="tablist"
                aria-label=move || label.get()
                on:keydown=move |ev| match ev.key().as_str() {
                    "ArrowRight" => step(1),
                    "ArrowLeft" => step(-1),
                    _ => (),
                }
            >
                {move || tabs.get().into_iter().map(|(this, text)| tab(id.get_value(), this, text, value, on_change)).collect_view()}
            </div>
            <div role="tabpanel" id=format!("{}-panel", id.get_value()) aria-labelledby=move || tab_id(&id.get_value(), &value.read())>
                {children()}
            </div>
        </div>
    }
}

fn tab(id: String, this: String, text: String, value: Signal<String>, on_change: Callback<String>) -> impl IntoView {
    let chosen = {
        let this = this.clone();
        Memo::new(move |_| *value.read() == this)
    };
    view! {
        <button
            type="button"
            role="tab"
            id=tab_id(&id, &this)
            aria-controls=format!("{id}-panel")
            aria-selected=move || chosen.get().to_string()
            tabindex=move || if chosen.get() { "0" } else { "-1" }
            on:click=move |_| on_change.run(this.clone())
        >
            {text}
        </button>
    }
}

fn tab_id(id: &str, value: &str) -> String {
    format!("{id}-{value}")
}

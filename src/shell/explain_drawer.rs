use leptos::prelude::*;
use spec::texts::ui::shell as words;

use super::modules::Modules;
use crate::platform::local;
use crate::route::Stage;
use crate::ui::Explain;

const KEY: &str = "explain";

/// Opens as it was left.
pub fn was_open() -> bool {
    local::get(KEY).as_deref() == Some("open")
}

/// The drawer at the right, for as much as it is open. Until the session is here the home page can say why it is there.
#[component]
pub fn ExplainDrawer(#[prop(into)] current: Signal<Option<Stage>>) -> impl IntoView {
    let modules = Modules::get();
    let explain = Explain::of_page();
    Effect::new(move |_| {
        local::set(KEY, if explain.open.get() { "open" } else { "closed" });
    });
    let content = move || match modules.session() {
        Some(module) => (module.explanation)(current),
        None if current.get().is_none() => view! {
            <section>
                <h2>{words::WHY}</h2>
                <p>{words::HOME_WHY}</p>
            </section>
        }
        .into_any(),
        None => ().into_any(),
    };
    view! {
        <aside class="drawer" aria-label=words::EXPLAIN>
            <button
                type="button"
                class="btn small"
                aria-expanded=move || explain.open.get().to_string()
                on:click=move |_| explain.open.update(|open| *open = !*open)
            >
                {words::EXPLAIN}
            </button>
            <Show when=move || explain.open.get()>{content}</Show>
        </aside>
    }
}

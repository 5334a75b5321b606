use leptos::{html, prelude::*};

use super::unique_id;
use crate::platform;

/// A modal dialog on the platform's own `<dialog>`: focus stays inside, Escape closes.
#[component]
pub fn Dialog(
    #[prop(into)] title: Signal<String>,
    /// Shown while true.
    #[prop(into)]
    open: Signal<bool>,
    /// Called when the user closes it by Escape or a closing button.
    #[prop(into)]
    on_close: Callback<()>,
    /// For tables and previews.
    #[prop(optional)]
    wide: bool,
    /// Drawn anew each time the dialog opens.
    children: ChildrenFn,
) -> impl IntoView {
    let id = unique_id("dialog");
    let labelled_by = id.clone();
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = node.get() {
            if open.get() {
                platform::dialog::open(&dialog)
            } else {
                platform::dialog::close(&dialog)
            }
        }
    });
    view! {
        <dialog class:wide=wide aria-labelledby=labelled_by node_ref=node on:close=move |_| on_close.run(())>
            <Show when=move || open.get()>
                <div class="body">
                    <h2 id=id.clone()>{move || title.get()}</h2>
                    {children()}
                </div>
            </Show>
        </dialog>
    }
}

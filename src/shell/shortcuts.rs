use leptos::prelude::*;
use spec::texts::ui::{common, shell as words};

use crate::ui::{Button, Dialog};

/// The keys and what they do.
#[component]
pub fn Shortcuts(open: RwSignal<bool>) -> impl IntoView {
    view! {
        <Dialog title=words::SHORTCUTS open=open on_close=move || open.set(false)>
            <dl class="facts">
                {words::KEYS.iter().map(|(keys, what)| view! { <dt><kbd>{*keys}</kbd></dt><dd>{*what}</dd> }).collect_view()}
            </dl>
            <div class="foot">
                <Button label=common::CLOSE on_press=move || open.set(false) />
            </div>
        </Dialog>
    }
}

use leptos::prelude::*;
use spec::Edit;
use spec::texts::ui::shell as words;

use super::save_state::SaveState;
use crate::session::Session;
use crate::ui::{Button, ButtonKind, Pill, Tone};

/// Name of the open project, whether it is saved, and whether another tab writes it.
#[component]
pub fn ProjectBar() -> impl IntoView {
    let session = Session::get();
    let name = Memo::new(move |_| {
        session
            .project
            .with(|project| project.as_ref().map(|project| project.name.clone()).unwrap_or_default())
    });
    let rename = move |text: String| {
        let text = text.trim().to_owned();
        if !text.is_empty() && text != name.get_untracked() {
            session.edit_or_report(Edit::Rename { name: text });
        }
    };
    view! {
        <span class="crumb" aria-hidden="true">
            "/"
        </span>
        <input
            type="text"
            class="project-name"
            aria-label=words::PROJECT_NAME
            autocomplete="off"
            spellcheck="false"
            disabled=move || session.read_only.get()
            prop:value=move || name.get()
            on:change:target=move |ev| {
                rename(ev.target().value());
                // An empty name is not taken: the field shows the old one again.
                ev.target().set_value(&name.get_untracked());
            }
        />
        <Show when=move || session.read_only.get() fallback=|| view! { <SaveState /> }>
            <Pill text=words::READ_ONLY tone=Tone::Warn />
            <Button label=words::TAKE_OVER kind=ButtonKind::Small on_press=move || session.take_over() />
        </Show>
    }
}

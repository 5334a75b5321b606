use leptos::prelude::*;
use spec::texts::ui::{common, shell as words};

use crate::session::{SaveState as State, Session};
use crate::ui::{Button, ButtonKind, Pill, Tone};

/// "Saved" only after the transaction has completed; a failure stays until it worked.
#[component]
pub fn SaveState() -> impl IntoView {
    let session = Session::get();
    let shown = Memo::new(move |_| match session.save.get() {
        State::Saved => (words::SAVED, Tone::Good, String::new()),
        State::Saving => (words::SAVING, Tone::Neutral, String::new()),
        State::Failed(failure) => (words::NOT_SAVED, Tone::Bad, failure.message.says()),
    });
    view! {
        <span class="row save" role="status">
            <Pill text=move || shown.get().0.to_owned() tone=move || shown.get().1 />
            <Show when=move || !shown.read().2.is_empty()>
                <span class="muted">{move || shown.get().2}</span>
                <Button label=common::TRY_AGAIN kind=ButtonKind::Small on_press=move || session.retry_save() />
            </Show>
        </span>
    }
}

use leptos::prelude::*;
use spec::Severity;
use spec::texts::ui::common;

use super::Tone;
use crate::hall::{Hall, Notice};
use crate::platform::time;
use crate::says::{hint, says};

/// How long a remark stays; an error stays until it is closed.
const REMARK_MS: u32 = 6_000;
const WARNING_MS: u32 = 15_000;

/// The notices, in a corner of the page.
#[component]
pub fn Toasts() -> impl IntoView {
    let hall = Hall::get();
    view! {
        <div class="toasts" role="log" aria-live="polite" aria-label=common::NOTICES>
            <For each=move || hall.notices.get() key=|notice| notice.id let:notice>
                <Toast notice />
            </For>
        </div>
    }
}

#[component]
fn Toast(notice: Notice) -> impl IntoView {
    let hall = Hall::get();
    let id = notice.id;
    let tone = match notice.severity {
        Severity::Info => Tone::Good,
        Severity::Warning => Tone::Warn,
        Severity::Error => Tone::Bad,
    };
    match notice.severity {
        Severity::Info => time::after(REMARK_MS, move || hall.dismiss(id)),
        Severity::Warning => time::after(WARNING_MS, move || hall.dismiss(id)),
        Severity::Error => {}
    }
    view! {
        <div class="toast">
            <span class=format!("pill {}", tone.class()) aria-hidden="true">
                {tone.mark()}
            </span>
            <div>
                <p>{says(&notice.message)}</p>
                <p class="muted">{hint(&notice.message)}</p>
            </div>
            <button type="button" class="btn small quiet" aria-label=common::CLOSE_NOTICE on:click=move |_| hall.dismiss(id)>
                "×"
            </button>
        </div>
    }
}

use leptos::prelude::*;

use crate::session::{RunningJob, Session};
use crate::ui::ProgressBar;

/// How far the job is that one waits for, with a way to stop it; nothing while there is none. The same bar from the job's
/// beginning to its end, so that the keyboard stays on Cancel.
#[component]
pub fn JobProgress(#[prop(into)] running: Signal<Option<RunningJob>>) -> impl IntoView {
    let session = Session::get();
    let id = Memo::new(move |_| running.with(|job| job.as_ref().map(|job| job.id)));
    let progress = Signal::derive(move || running.with(|job| job.as_ref().and_then(|job| job.progress.clone())));
    move || {
        id.get().map(|id| {
            let cancel = Callback::new(move |()| session.cancel(id));
            view! { <ProgressBar progress on_cancel=cancel/> }
        })
    }
}

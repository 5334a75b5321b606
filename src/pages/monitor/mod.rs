//! Stage 6: what happens after deployment.

use leptos::prelude::*;
use spec::texts::ui::{monitor as words, shell};

use crate::route::{Route, Stage};
use crate::session::Session;
use crate::ui::{Card, StageHeader};

/// One sentence, and the way back to the first stage: the cycle closes there.
#[component]
pub fn MonitorPage() -> impl IntoView {
    let session = Session::get();
    let back = Memo::new(move |_| {
        session.project.with(|project| {
            project
                .as_ref()
                .map_or_else(String::new, |p| Route::stage(&p.id, Stage::Frame).to_string())
        })
    });
    view! {
        <div class="page">
            <StageHeader title=shell::STAGES[5] about=words::ABOUT next=shell::next(shell::STAGES[0]) next_href=back next_is_main=true />
            <Card>
                <p>{words::SENTENCE}</p>
            </Card>
        </div>
    }
}

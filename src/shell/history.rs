use leptos::prelude::*;
use spec::texts::ui::shell as words;

use super::keyboard::{redo, undo};
use crate::session::Session;
use crate::ui::{Button, ButtonKind};

/// Undo and redo (P19), named by what they take back.
#[component]
pub fn History() -> impl IntoView {
    let session = Session::get();
    let last = move |of: fn(&spec::project::History) -> &Vec<spec::project::Snapshot>| {
        Memo::new(move |_| {
            session.project.with(|project| {
                project
                    .as_ref()
                    .and_then(|p| of(&p.history).last().map(|snapshot| snapshot.label.clone()))
            })
        })
    };
    let (back, ahead) = (last(|history| &history.undo), last(|history| &history.redo));
    let is_locked = move |label: &Option<String>| (label.is_none() || session.read_only.get()).then(String::new);
    view! {
        <div class="history" role="group" aria-label=words::HISTORY>
            <Button
                label=words::UNDO
                name=move || words::undo_name(back.get().as_deref())
                kind=ButtonKind::Small
                why_not=move || is_locked(&back.read())
                on_press=move || undo(session)
            />
            <Button
                label=words::REDO
                name=move || words::redo_name(ahead.get().as_deref())
                kind=ButtonKind::Small
                why_not=move || is_locked(&ahead.read())
                on_press=move || redo(session)
            />
        </div>
    }
}

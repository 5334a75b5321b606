use leptos::prelude::*;
use spec::project::{History as Past, Snapshot};
use spec::texts::ui::shell as words;
use spec::{Edit, Message, Severity};

use crate::session::Session;
use crate::ui::{Button, ButtonKind};

/// Undo and redo, named by what they take back.
#[component]
pub fn History() -> impl IntoView {
    let session = Session::get();
    let last = move |of: fn(&Past) -> &Vec<Snapshot>| {
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

/// Goes one step back and says which.
pub fn undo(session: Session) {
    step(session, Edit::Undo, "page.undone", |history| &history.undo);
}

pub fn redo(session: Session) {
    step(session, Edit::Redo, "page.redone", |history| &history.redo);
}

fn step(session: Session, edit: Edit, code: &str, of: fn(&Past) -> &Vec<Snapshot>) {
    let label = session.project.with_untracked(|project| {
        project
            .as_ref()
            .and_then(|project| of(&project.history).last().map(|snapshot| snapshot.label.clone()))
    });
    let Some(label) = label else { return };
    match session.edit(edit) {
        Ok(()) => session.notify(Severity::Info, Message::new(code).with("what", label)),
        Err(failure) => session.report(failure),
    }
}

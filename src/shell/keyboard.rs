//! The keys of the page.

use leptos::prelude::*;
use spec::{Edit, Message, Severity};

use crate::platform::keys::{self, KeyPress};
use crate::platform::location;
use crate::route::{Route, Stage};
use crate::session::Session;
use crate::ui::Explain;

/// Hears the shortcuts for as long as the page lives.
pub fn listen(session: Session, explain: Explain, shortcuts_open: RwSignal<bool>) {
    keys::on_key(move |press| act(session, explain, shortcuts_open, &press));
}

/// True when the key was used.
fn act(session: Session, explain: Explain, shortcuts_open: RwSignal<bool>, press: &KeyPress) -> bool {
    let letter = press.key.to_lowercase();
    match (letter.as_str(), press.ctrl, press.shift) {
        // Inside a text field the browser's own undo is meant.
        ("z", true, false) if !press.typing => undo(session),
        ("z", true, true) | ("y", true, false) if !press.typing => redo(session),
        (digit @ ("1" | "2" | "3" | "4" | "5" | "6"), false, _) if press.alt => return go(session, digit),
        ("?", false, _) if !press.typing => shortcuts_open.set(true),
        ("e", false, false) if !press.typing && !press.alt => explain.open.update(|open| *open = !*open),
        _ => return false,
    }
    true
}

fn go(session: Session, digit: &str) -> bool {
    let stage = digit
        .parse::<usize>()
        .ok()
        .and_then(|number| Stage::ALL.get(number.wrapping_sub(1)).copied());
    let id = session
        .project
        .with_untracked(|project| project.as_ref().map(|project| project.id.clone()));
    let Some((stage, id)) = stage.zip(id) else { return false };
    location::go(&Route::stage(&id, stage));
    true
}

/// Goes one step back and says which.
pub fn undo(session: Session) {
    step(session, Edit::Undo, "page.undone", |history| &history.undo);
}

pub fn redo(session: Session) {
    step(session, Edit::Redo, "page.redone", |history| &history.redo);
}

fn step(session: Session, edit: Edit, code: &str, of: fn(&spec::project::History) -> &Vec<spec::project::Snapshot>) {
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

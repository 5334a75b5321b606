//! The keys of the page.

use leptos::prelude::*;

use super::modules::Modules;
use super::session_module::SessionModule;
use crate::hall::Hall;
use crate::platform::keys::{self, KeyPress};
use crate::platform::location;
use crate::route::{Route, Stage};
use crate::ui::Explain;

/// Hears the shortcuts for as long as the page lives.
pub fn listen(hall: Hall, modules: Modules, explain: Explain, shortcuts_open: RwSignal<bool>) {
    keys::on_key(move |press| act(hall, modules, explain, shortcuts_open, &press));
}

/// True when the key was used.
fn act(hall: Hall, modules: Modules, explain: Explain, shortcuts_open: RwSignal<bool>, press: &KeyPress) -> bool {
    let step = |back: fn(SessionModule)| modules.session_now().into_iter().for_each(back);
    let letter = press.key.to_lowercase();
    match (letter.as_str(), press.ctrl, press.shift) {
        // Inside a text field the browser's own undo is meant.
        ("z", true, false) if !press.typing => step(SessionModule::undo),
        ("z", true, true) | ("y", true, false) if !press.typing => step(SessionModule::redo),
        (digit @ ("1" | "2" | "3" | "4" | "5" | "6"), false, _) if press.alt => return go(hall, digit),
        ("?", false, _) if !press.typing => shortcuts_open.set(true),
        ("e", false, false) if !press.typing && !press.alt => explain.open.update(|open| *open = !*open),
        _ => return false,
    }
    true
}

fn go(hall: Hall, digit: &str) -> bool {
    let stage = digit
        .parse::<usize>()
        .ok()
        .and_then(|number| Stage::ALL.get(number.wrapping_sub(1)).copied());
    let id = hall.open.with_untracked(|open| open.as_ref().map(|open| open.id.clone()));
    let Some((stage, id)) = stage.zip(id) else { return false };
    location::go(&Route::stage(&id, stage));
    true
}

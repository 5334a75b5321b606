use web_sys::KeyboardEvent;

use super::{document, focus, listen};

#[derive(Clone, Debug, PartialEq)]
pub struct KeyPress {
    /// As in `KeyboardEvent.key`: `"z"`, `"Escape"`, `"F1"`.
    pub key: String,
    /// Ctrl, or Command on a Mac.
    pub ctrl: bool,
    pub shift: bool,
    pub alt: bool,
    /// The keyboard is in a text field.
    pub typing: bool,
}

/// Hears every key press; `act` gives true when it used the key, and the browser then does nothing of its own.
pub fn on_key(act: impl Fn(KeyPress) -> bool + 'static) {
    let Some(document) = document() else { return };
    listen(&document, "keydown", move |event: KeyboardEvent| {
        let press = KeyPress {
            key: event.key(),
            ctrl: event.ctrl_key() || event.meta_key(),
            shift: event.shift_key(),
            alt: event.alt_key(),
            typing: focus::is_typing(),
        };
        if !event.default_prevented() && act(press) {
            event.prevent_default();
        }
    });
}

use web_sys::{Event, VisibilityState};

use super::{document, listen, window};

/// Calls `act` whenever the page may go away: hidden, or left.
pub fn on_hidden(act: impl Fn() + Clone + 'static) {
    if let (Some(window), Some(document)) = (window(), document()) {
        let leave = act.clone();
        listen(&window, "pagehide", move |_: Event| leave());
        let seen = document.clone();
        listen(&document, "visibilitychange", move |_: Event| {
            if seen.visibility_state() == VisibilityState::Hidden {
                act();
            }
        });
    }
}

pub fn is_visible() -> bool {
    document().is_none_or(|document| document.visibility_state() == VisibilityState::Visible)
}

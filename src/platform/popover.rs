//! Popovers lie in the top layer, outside the flow: they are put where they belong when they open.

use web_sys::HtmlElement;

use super::window;

const GAP: f64 = 4.0;

/// Puts the list under the button, or above it where there is no room below, and inside the window.
pub fn place_below(list: &HtmlElement, button: &HtmlElement) {
    let Some(window) = window() else { return };
    let inner = |size: Result<wasm_bindgen::JsValue, _>| size.ok().and_then(|size| size.as_f64()).unwrap_or(0.0);
    let (width, height) = (inner(window.inner_width()), inner(window.inner_height()));
    let (anchor, own) = (button.get_bounding_client_rect(), list.get_bounding_client_rect());
    let left = anchor.left().min(width - own.width() - GAP).max(GAP);
    let below = anchor.bottom() + GAP;
    let top = if below + own.height() > height - GAP {
        (anchor.top() - own.height() - GAP).max(GAP)
    } else {
        below
    };
    let style = list.style();
    style.set_property("left", &format!("{left}px")).ok();
    style.set_property("top", &format!("{top}px")).ok();
}

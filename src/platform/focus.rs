//! Where the keyboard is.

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::document;

/// Moves the keyboard to the element with this id. False when there is none.
pub fn to(id: &str) -> bool {
    let element = document().and_then(|document| document.get_element_by_id(id));
    element
        .and_then(|element| element.dyn_into::<HtmlElement>().ok())
        .is_some_and(|element| element.focus().is_ok())
}

pub fn to_node(element: &HtmlElement) {
    element.focus().ok();
}

/// Moves the keyboard to the first field of the open dialog that shows an error. False when none does.
pub fn to_wrong_field() -> bool {
    let found = document().and_then(|document| document.query_selector("dialog[open] [aria-invalid=true]").ok().flatten());
    found
        .and_then(|element| element.dyn_into::<HtmlElement>().ok())
        .is_some_and(|element| element.focus().is_ok())
}

/// Scrolls the element with this id into view.
pub fn into_view(id: &str) {
    if let Some(element) = document().and_then(|document| document.get_element_by_id(id)) {
        element.scroll_into_view();
    }
}

/// Moves the keyboard to the page's heading after the stage has changed (it needs `tabindex="-1"`).
pub fn main_heading() {
    if let Some(heading) = document().and_then(|document| document.query_selector("main h1").ok().flatten())
        && let Ok(heading) = heading.dyn_into::<HtmlElement>()
    {
        heading.focus().ok();
    }
}

/// The keyboard is on the page's heading: one has just gone there.
pub fn is_on_main_heading() -> bool {
    let active = document().and_then(|document| document.active_element());
    active.is_some_and(|element| element.matches("main h1").unwrap_or(false))
}

/// The keyboard is in a field that takes text: single-letter shortcuts must rest.
pub fn is_typing() -> bool {
    let active = document().and_then(|document| document.active_element());
    active.is_some_and(|element| {
        let tag = element.tag_name();
        let takes_keys = matches!(tag.as_str(), "TEXTAREA" | "SELECT")
            || (tag == "INPUT"
                && !matches!(
                    element.get_attribute("type").as_deref(),
                    Some("checkbox" | "radio" | "range" | "button")
                ));
        takes_keys || element.get_attribute("contenteditable").is_some()
    })
}

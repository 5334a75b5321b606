//! Everything that the page asks of the browser, besides talking to the worker. web-sys stands here and in
//! `bridge/`, nowhere else.
//!
//! | module | what it gives |
//! |---|---|
//! | [`page`] | `meta(name)`, `base_url()`, `title(text)`, `query(name)`, `reload()`, `remove_shell()`, `report_panics()` |
//! | [`location`] | `hash()`, `go(&Route)`, `replace(&Route)`, `route_signal() -> ReadSignal<Route>` |
//! | [`files`] | `UserFile { key, name, n_bytes }`; `pick(accept).await`, `dropped(&ev)`, `chosen(&input)`, `pasted(&ev)`, `from_text(name, text)`, `fetch(path).await`, `read_text(&file).await`, `forget(key)`; `Bytes` |
//! | [`drops`] | `guard(tell)`, `take(taker) -> id`, `release(id)`, `first(&ev)`: files dropped anywhere |
//! | [`download`] | `save(file_name, mime, &Bytes)`, `save_text(file_name, mime, text)` |
//! | [`clipboard`] | `copy(text).await -> bool` |
//! | [`local`] | small texts kept in this browser: `get(key)`, `set(key, text) -> bool`, `remove(key)`, `clear()` |
//! | [`journal`] | edits not yet acknowledged, by project |
//! | [`ledger`] | which projects this browser should have |
//! | [`theme`] | `Theme`, `Size`; `theme()`, `set_theme(t)`, `size()`, `set_size(s)`, `apply_stored()` |
//! | [`visibility`] | `on_hidden(f)`: the page may go away now |
//! | [`offline`] | `register() -> ReadSignal<bool>` (an update waits), `take_update()` |
//! | [`network`] | `requests() -> Vec<Request>`, `n_foreign()`: the requests that the page made |
//! | [`space`] | `ask_to_persist().await -> Option<bool>`, `used().await -> Option<Used>` |
//! | [`focus`] | `to(id)`, `to_node(el)`, `into_view(id)`, `main_heading()`, `is_on_main_heading()`, `is_typing()` |
//! | [`dialog`] | `open(&el)`, `close(&el)` for `<dialog>` by `NodeRef` |
//! | [`pointer`] | `within(&ev) -> (x, y)` as fractions of the element that listens |
//! | [`popover`] | `place_below(&list, &button)` for menus |
//! | [`element`] | `scroll_top(&el)`, `scroll_to(&el, y)`, `scroll_by(&el, x, y)`, `reveal_across(&el, id, px)`, `size(&el)`, `on_resize(el, f)` |
//! | [`keys`] | `on_key(f)`: every key press of the page as `KeyPress` |
//! | [`time`] | `now_ms()`, `sleep(ms).await`, `after(ms, f)`, `next_frame(f)`, `local_date_time(ms)` |

pub mod clipboard;
pub mod dialog;
pub mod download;
pub mod drops;
pub mod element;
pub mod files;
pub mod focus;
pub mod journal;
pub mod keys;
pub mod ledger;
pub mod local;
pub mod location;
pub mod network;
pub mod offline;
pub mod page;
pub mod pointer;
pub mod popover;
pub mod space;
pub mod theme;
pub mod time;
pub mod visibility;

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::EventTarget;

/// The window. On any other host than a browser there is none, and nothing here can be used.
pub(crate) fn window() -> Option<web_sys::Window> {
    web_sys::window()
}

pub(crate) fn document() -> Option<web_sys::Document> {
    window()?.document()
}

/// Listens for as long as the page lives.
pub(crate) fn listen<E: JsCast + 'static>(target: &EventTarget, name: &str, mut heard: impl FnMut(E) + 'static) {
    let closure = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
        if let Ok(event) = event.dyn_into::<E>() {
            heard(event);
        }
    });
    target
        .add_event_listener_with_callback(name, closure.as_ref().unchecked_ref())
        .ok();
    closure.forget();
}

/// What a JavaScript error says.
pub(crate) fn words(error: &wasm_bindgen::JsValue) -> String {
    match error.dyn_ref::<js_sys::Error>() {
        Some(error) => format!("{}: {}", String::from(error.name()), String::from(error.message())),
        None => error.as_string().unwrap_or_else(|| format!("{error:?}")),
    }
}

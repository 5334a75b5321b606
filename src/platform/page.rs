//! The document itself.

use wasm_bindgen::JsCast;
use web_sys::HtmlMetaElement;

use super::{document, window};
use crate::says;

/// The content of a `<meta name=...>` of `index.html`; empty when there is none.
pub fn meta(name: &str) -> String {
    let found = document().and_then(|document| document.query_selector(&format!("meta[name=\"{name}\"]")).ok().flatten());
    found
        .and_then(|element| element.dyn_into::<HtmlMetaElement>().ok())
        .map_or_else(String::new, |meta| meta.content())
}

/// Address of the folder that the page came from, without query and hash, with a final `/`.
pub fn base_url() -> String {
    let Some(location) = window().map(|window| window.location()) else {
        return String::new();
    };
    let (origin, path) = (location.origin().unwrap_or_default(), location.pathname().unwrap_or_default());
    let folder = path.rfind('/').map_or("/", |end| &path[..=end]);
    format!("{origin}{folder}")
}

/// The folder that the page came from, as a path: keeps apart what two copies of the workbench on one host store.
pub fn scope() -> String {
    let path = window()
        .and_then(|window| window.location().pathname().ok())
        .unwrap_or_default();
    path.rfind('/').map_or_else(|| "/".to_owned(), |end| path[..=end].to_owned())
}

/// Version, address and SHA-256 of the command-line tool that this build came with; empty when it came with none.
pub fn tool() -> [String; 3] {
    let lock = meta("mllc");
    let mut words = lock.split(' ').map(str::to_owned);
    match (words.next(), words.next(), words.next()) {
        (Some(version), Some(file), Some(hash)) => [version, format!("{}{file}", base_url()), hash],
        _ => Default::default(),
    }
}

/// A value of the address's query (before the `#`).
pub fn query(name: &str) -> Option<String> {
    let search = window()?.location().search().ok()?;
    let mut pairs = search
        .trim_start_matches('?')
        .split('&')
        .filter_map(|pair| pair.split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
}

pub fn title(text: &str) {
    if let Some(document) = document() {
        document.set_title(text);
    }
}

pub fn reload() {
    if let Some(window) = window() {
        window.location().reload().ok();
    }
}

/// Takes away what `index.html` painted before the page was there.
pub fn remove_shell() {
    if let Some(shell) = document().and_then(|document| document.get_element_by_id("shell")) {
        shell.remove();
    }
}

/// Shows a panic of the page as a banner: after it, the page's module must not be used again.
pub fn report_panics() {
    std::panic::set_hook(Box::new(|info| {
        let text = info.to_string();
        web_sys::console::error_1(&text.clone().into());
        let Some(document) = document() else { return };
        let (Some(body), Ok(banner)) = (document.body(), document.create_element("p")) else {
            return;
        };
        banner.set_attribute("role", "alert").ok();
        banner.set_class_name("banner bad");
        banner.set_text_content(Some(&says::says(&spec::Message::new("page.panicked").with("what", text))));
        body.prepend_with_node_1(&banner).ok();
    }));
}

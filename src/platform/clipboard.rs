use wasm_bindgen_futures::JsFuture;

use super::window;

/// Puts a text on the clipboard. False when the browser does not allow it.
pub async fn copy(text: &str) -> bool {
    let Some(window) = window() else { return false };
    JsFuture::from(window.navigator().clipboard().write_text(text)).await.is_ok()
}

//! Whether the browser promises to keep what is stored, and how much that is.

use js_sys::Reflect;
use wasm_bindgen_futures::JsFuture;

use super::window;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Used {
    pub n_bytes: f64,
}

/// Asks the browser not to evict the projects; its answer. None when it cannot be asked.
pub async fn ask_to_persist() -> Option<bool> {
    let storage = storage()?;
    JsFuture::from(storage.persist().ok()?).await.ok()?.as_bool()
}

pub async fn is_persisted() -> Option<bool> {
    let storage = storage()?;
    JsFuture::from(storage.persisted().ok()?).await.ok()?.as_bool()
}

/// What is stored now. The browser's quota is not free space, so it is not told.
pub async fn used() -> Option<Used> {
    let estimate = JsFuture::from(storage()?.estimate().ok()?).await.ok()?;
    Some(Used {
        n_bytes: Reflect::get(&estimate, &"usage".into()).ok()?.as_f64()?,
    })
}

fn storage() -> Option<web_sys::StorageManager> {
    let navigator = window()?.navigator();
    // Missing where the page does not come over a secure connection.
    Reflect::get(&navigator, &"storage".into())
        .ok()
        .filter(|storage| storage.is_object())?;
    Some(navigator.storage())
}

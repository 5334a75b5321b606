//! Small texts that this browser keeps, written synchronously: what must survive the closing of the tab. Keys carry the
//! page's folder, so that two copies of the workbench on one host do not mix.

use web_sys::Storage;

use super::{page, window};

pub fn get(key: &str) -> Option<String> {
    storage()?.get_item(&full(key)).ok().flatten()
}

/// False when the browser has no room or forbids it.
pub fn set(key: &str, text: &str) -> bool {
    storage().is_some_and(|storage| storage.set_item(&full(key), text).is_ok())
}

pub fn remove(key: &str) {
    if let Some(storage) = storage() {
        storage.remove_item(&full(key)).ok();
    }
}

/// Every key of this page, without its prefix.
pub fn keys() -> Vec<String> {
    let Some(storage) = storage() else { return Vec::new() };
    let prefix = full("");
    let names = (0..storage.length().unwrap_or(0)).filter_map(|i| storage.key(i).ok().flatten());
    names
        .filter_map(|name| name.strip_prefix(&prefix).map(str::to_owned))
        .collect()
}

/// Removes all of it.
pub fn clear() {
    for key in keys() {
        remove(&key);
    }
}

fn full(key: &str) -> String {
    format!("mllc {} {key}", page::scope())
}

fn storage() -> Option<Storage> {
    window()?.local_storage().ok().flatten()
}

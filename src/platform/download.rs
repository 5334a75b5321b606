//! Files for the user.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, HtmlAnchorElement, Url};

use super::files::{Bytes, blob};
use super::{document, time};

/// Offers the bytes as a file. False when the browser refused.
pub fn save(file_name: &str, mime: &str, bytes: &Bytes) -> bool {
    blob(&bytes.0, mime).is_some_and(|blob| offer(file_name, &blob).is_some())
}

pub fn save_text(file_name: &str, mime: &str, text: &str) -> bool {
    let bytes = js_sys::Uint8Array::from(text.as_bytes());
    blob(&JsValue::from(bytes), mime).is_some_and(|blob| offer(file_name, &blob).is_some())
}

fn offer(file_name: &str, blob: &Blob) -> Option<()> {
    let url = Url::create_object_url_with_blob(blob).ok()?;
    let link: HtmlAnchorElement = document()?.create_element("a").ok()?.dyn_into().ok()?;
    link.set_href(&url);
    link.set_download(file_name);
    link.click();
    // The browser reads the address after this turn; a minute is ample, and then the memory goes back.
    time::after(60_000, move || {
        Url::revoke_object_url(&url).ok();
    });
    Some(())
}

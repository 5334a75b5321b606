//! SHA-256 by the browser, whose own digest runs beside the worker and uses the processor's instructions for it: in wasm
//! it would take as long as reading the file. Without a secure connection the browser has none; then the module hashes.

use js_sys::{Function, Promise, Reflect, Uint8Array};
use sha2::{Digest, Sha256};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::scope;

/// Larger files are hashed slice by slice where they are read: the browser's digest wants them whole.
const MAX_BYTES: u64 = 256 << 20;

/// Does the lead hash a file of this size? Members ask the same, to know whether they have to.
pub fn takes(n_bytes: u64) -> bool {
    n_bytes <= MAX_BYTES && subtle().is_some()
}

/// Hexadecimal.
pub async fn sha256(bytes: &[u8]) -> String {
    match of_buffer(&Uint8Array::from(bytes)).await {
        Some(hash) => hash,
        None => hexadecimal(&Sha256::digest(bytes)),
    }
}

/// [`sha256`] of bytes outside this module's memory.
pub async fn hash_of(bytes: &Uint8Array) -> String {
    match of_buffer(bytes).await {
        Some(hash) => hash,
        None => hexadecimal(&Sha256::digest(bytes.to_vec())),
    }
}

/// Of an ArrayBuffer or a view of one; None when the browser does not do it.
pub async fn of_buffer(buffer: &JsValue) -> Option<String> {
    let subtle = subtle()?;
    let digest: Function = Reflect::get(&subtle, &"digest".into()).ok()?.dyn_into().ok()?;
    let promise: Promise = digest.call2(&subtle, &"SHA-256".into(), buffer).ok()?.dyn_into().ok()?;
    let hash = JsFuture::from(promise).await.ok()?;
    Some(hexadecimal(&Uint8Array::new(&hash).to_vec()))
}

fn subtle() -> Option<JsValue> {
    let crypto = Reflect::get(&scope::global(), &"crypto".into()).ok()?;
    Reflect::get(&crypto, &"subtle".into()).ok().filter(JsValue::is_object)
}

pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

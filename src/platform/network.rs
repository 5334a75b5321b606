//! The ledger of requests: what the browser itself says it fetched.

use wasm_bindgen::JsCast;
use web_sys::PerformanceResourceTiming;

use super::window;

#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    pub address: String,
    /// Milliseconds after the page began to load.
    pub at_ms: f64,
    pub n_bytes: f64,
    /// To another host than the one that the page came from.
    pub is_foreign: bool,
}

/// Every request of the page so far, in order, the page itself first. Workers fetch only their own script, which is the
/// page's.
pub fn requests() -> Vec<Request> {
    let Some(window) = window() else { return Vec::new() };
    let origin = window.location().origin().unwrap_or_default();
    let Some(performance) = window.performance() else {
        return Vec::new();
    };
    let entries = performance.get_entries();
    let entries = entries
        .iter()
        .filter_map(|entry| entry.dyn_into::<PerformanceResourceTiming>().ok());
    entries
        .map(|entry| Request {
            address: entry.name(),
            at_ms: entry.start_time(),
            n_bytes: entry.transfer_size(),
            is_foreign: !entry.name().starts_with(&format!("{origin}/")) && !entry.name().starts_with("blob:"),
        })
        .collect()
}

/// Requests to other hosts: 0, unless the user typed an address.
pub fn n_foreign() -> usize {
    requests().iter().filter(|request| request.is_foreign).count()
}

//! The address.

use leptos::prelude::{ReadSignal, Set, signal};
use web_sys::Event;

use super::{listen, window};
use crate::route::Route;

pub fn hash() -> String {
    window().and_then(|window| window.location().hash().ok()).unwrap_or_default()
}

/// Where one is.
pub fn route() -> Route {
    Route::parse(&hash())
}

/// Goes there; the way back remembers where one was.
pub fn go(route: &Route) {
    if let Some(window) = window() {
        window.location().set_hash(&route.to_string()).ok();
    }
}

/// Goes there in the place of where one is: for redirects.
pub fn replace(route: &Route) {
    if let Some(window) = window() {
        window.location().replace(&route.to_string()).ok();
    }
}

/// The address as a link that works elsewhere too.
pub fn absolute(route: &Route) -> String {
    format!("{}{route}", super::page::base_url())
}

/// Follows the address. To be made once, at the root.
pub fn route_signal() -> ReadSignal<Route> {
    let (route, set_route) = signal(Route::parse(&hash()));
    if let Some(window) = window() {
        listen(&window, "hashchange", move |_: Event| set_route.set(Route::parse(&hash())));
    }
    route
}

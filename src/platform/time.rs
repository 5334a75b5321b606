use gloo::timers::callback::Timeout;
use gloo::timers::future::TimeoutFuture;
use js_sys::Date;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use super::window;

/// Milliseconds since 1970.
pub fn now_ms() -> f64 {
    Date::now()
}

pub async fn sleep(ms: u32) {
    TimeoutFuture::new(ms).await;
}

pub fn after(ms: u32, act: impl FnOnce() + 'static) {
    Timeout::new(ms, act).forget();
}

/// Calls `act` before the next paint, when what was just changed has its place.
pub fn next_frame(act: impl FnOnce() + 'static) {
    if let Some(window) = window() {
        window
            .request_animation_frame(Closure::once_into_js(act).unchecked_ref())
            .ok();
    }
}

/// `2026-03-01 14:05` in the time zone of this computer.
pub fn local_date_time(ms: f64) -> String {
    let date = Date::new(&ms.into());
    let (year, month, day) = (date.get_full_year(), date.get_month() + 1, date.get_date());
    format!(
        "{year:04}-{month:02}-{day:02} {:02}:{:02}",
        date.get_hours(),
        date.get_minutes()
    )
}

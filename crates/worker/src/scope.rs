//! The worker's own global scope.

use js_sys::{Array, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

pub fn global() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// The message that started this worker; the starting script keeps it.
pub fn first_message() -> Array {
    Reflect::get(&js_sys::global(), &"firstMessage".into()).map_or_else(|_| Array::new(), |first| Array::from(&first))
}

/// Hands every message to `act`, for as long as the worker lives.
pub fn on_message(mut act: impl FnMut(Array) + 'static) {
    let closure = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| act(Array::from(&event.data())));
    global().set_onmessage(Some(closure.as_ref().unchecked_ref()));
    closure.forget();
}

/// Posts to the one who started this worker. Buffers among `moved` change owner.
pub fn post(message: &Array, moved: &Array) {
    global().post_message_with_transfer(message, moved).ok();
}

/// A panic says its words before the module traps.
pub fn report_panics() {
    std::panic::set_hook(Box::new(|info| {
        post(&Array::of2(&"trapped".into(), &info.to_string().into()), &Array::new())
    }));
}

/// Milliseconds since the worker began, by a clock that only moves forward.
pub fn clock_ms() -> f64 {
    global()
        .performance()
        .map_or_else(js_sys::Date::now, |performance| performance.now())
}

/// What a JavaScript error says.
pub fn words(error: &JsValue) -> String {
    if let Some(error) = error.dyn_ref::<web_sys::DomException>() {
        return format!("{}: {}", error.name(), error.message());
    }
    match error.dyn_ref::<js_sys::Error>() {
        Some(error) => format!("{}: {}", String::from(error.name()), String::from(error.message())),
        None => error.as_string().unwrap_or_else(|| format!("{error:?}")),
    }
}

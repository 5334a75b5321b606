//! Sizes and scrolling, in CSS pixels.

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

pub fn scroll_top(element: &Element) -> f64 {
    f64::from(element.scroll_top())
}

pub fn scroll_left(element: &Element) -> f64 {
    f64::from(element.scroll_left())
}

pub fn scroll_to(element: &Element, top: f64) {
    element.set_scroll_top(top as i32);
}

/// Width and height of what is visible of the content.
pub fn size(element: &Element) -> (f64, f64) {
    (f64::from(element.client_width()), f64::from(element.client_height()))
}

/// Calls `act` with width and height now and after every change, for as long as the element lives.
pub fn on_resize(element: &Element, act: impl Fn(f64, f64) + 'static) {
    let (watched, target) = (element.clone(), element.clone());
    let changed = Closure::<dyn Fn(JsValue)>::new(move |_| {
        let (width, height) = size(&watched);
        act(width, height);
    });
    let observer = Reflect::get(&js_sys::global(), &"ResizeObserver".into())
        .and_then(|class| class.dyn_into::<Function>())
        .and_then(|class| Reflect::construct(&class, &Array::of1(changed.as_ref())));
    if let Ok(observer) = observer
        && let Ok(observe) = Reflect::get(&observer, &"observe".into()).and_then(|observe| observe.dyn_into::<Function>())
    {
        observe.call1(&observer, &target).ok();
        changed.forget();
    }
}

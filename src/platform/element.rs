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

pub fn scroll_by(element: &Element, x: f64, y: f64) {
    element.set_scroll_left(element.scroll_left() + x.round() as i32);
    element.set_scroll_top(element.scroll_top() + y.round() as i32);
}

/// Width of the content, seen or not.
pub fn scroll_width(element: &Element) -> f64 {
    f64::from(element.scroll_width())
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

/// Scrolls sideways, as little as needed, so that the element with this id is seen inside `scroller`. `covered` pixels at
/// the left are under something that stays.
pub fn reveal_across(scroller: &Element, id: &str, covered: f64) {
    let Some(element) = super::document().and_then(|document| document.get_element_by_id(id)) else {
        return;
    };
    let (view, cell) = (scroller.get_bounding_client_rect(), element.get_bounding_client_rect());
    let before = view.left() + covered - cell.left();
    let after = cell.right() - view.right();
    let by = if before > 0.0 { -before } else { after.max(0.0) };
    scroller.set_scroll_left(scroller.scroll_left() + by.round() as i32);
}

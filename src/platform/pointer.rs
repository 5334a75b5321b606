use leptos::ev::MouseEvent;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// Where the pointer is in the element that listens, as fractions of its width and height (0 to 1 inside). Takes pointer
/// events too, which are mouse events.
pub fn within(event: &MouseEvent) -> Option<(f64, f64)> {
    let element: Element = event.current_target()?.dyn_into().ok()?;
    let at = element.get_bounding_client_rect();
    if at.width() <= 0.0 || at.height() <= 0.0 {
        return None;
    }
    let (x, y) = (
        f64::from(event.client_x()) - at.left(),
        f64::from(event.client_y()) - at.top(),
    );
    Some((x / at.width(), y / at.height()))
}

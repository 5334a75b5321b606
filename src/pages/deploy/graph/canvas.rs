use leptos::{ev, html, prelude::*};
use spec::graph::NodeKind;
use spec::texts::ui::graph as words;

use super::collapse::{GraphBox, Picture};
use super::layout::{self, BOX_HEIGHT, BOX_WIDTH, Layout};
use crate::platform::element;

/// Each press makes the drawing this much larger or smaller.
const STEP: f64 = 1.25;
const SMALLEST: f64 = 0.4;
const LARGEST: f64 = 2.0;
/// Pixels that an arrow key pans.
const PAN_PX: f64 = 80.0;

/// Another zoom after a press; within bounds, and exactly 1 on the way.
pub fn zoomed(zoom: f64, is_in: bool) -> f64 {
    let next = if is_in { zoom * STEP } else { zoom / STEP };
    let next = if (next - 1.0).abs() < 0.05 { 1.0 } else { next };
    next.clamp(SMALLEST, LARGEST)
}

/// The zoom at which a drawing of this width at `zoom` fits a window; never larger than the actual size.
pub fn fitted(zoom: f64, window_px: f64, drawing_px: f64) -> f64 {
    if drawing_px > 0.0 {
        (zoom * window_px / drawing_px).clamp(SMALLEST, 1.0)
    } else {
        1.0
    }
}

/// The boxes and their edges in a window that scrolls. All lengths are in `em`: zooming is another size of type.
#[component]
pub fn Canvas(
    #[prop(into)] picture: Signal<Picture>,
    zoom: RwSignal<f64>,
    /// The window.
    scroller: NodeRef<html::Div>,
    /// The chosen box, by its place in the picture.
    chosen: RwSignal<Option<usize>>,
) -> impl IntoView {
    let layout = Memo::new(move |_| picture.with(|picture| layout::layout(picture.boxes.len(), &picture.edges)));
    let size = move |of: fn(&Layout) -> f64| move || format!("{:.2}em", layout.with(of));
    let key = move |event: ev::KeyboardEvent| {
        let pan = |x: f64, y: f64| {
            if let Some(node) = scroller.get_untracked() {
                element::scroll_by(&node, x, y);
            }
        };
        match event.key().as_str() {
            "+" | "=" => zoom.update(|zoom| *zoom = zoomed(*zoom, true)),
            "-" | "−" => zoom.update(|zoom| *zoom = zoomed(*zoom, false)),
            "0" => zoom.set(1.0),
            "ArrowLeft" => pan(-PAN_PX, 0.0),
            "ArrowRight" => pan(PAN_PX, 0.0),
            "ArrowUp" => pan(0.0, -PAN_PX),
            "ArrowDown" => pan(0.0, PAN_PX),
            _ => return,
        }
        event.prevent_default();
    };
    let edges = move || {
        layout.with(|layout| {
            layout
                .paths
                .iter()
                .map(|path| view! { <path d=path.clone()/> })
                .collect_view()
        })
    };
    let boxes = move || {
        let places = layout.with(|layout| layout.places.clone());
        let boxes = picture.with(|picture| picture.boxes.clone());
        boxes
            .into_iter()
            .zip(places)
            .enumerate()
            .map(|(at, (one, place))| draw(at, one, place, chosen))
            .collect_view()
    };
    view! {
        <div
            class="graph-scroll"
            node_ref=scroller
            tabindex="0"
            role="group"
            aria-label=words::KEYS
            style:font-size=move || format!("calc(var(--t-s) * {:.3})", zoom.get())
            on:keydown=key
        >
            <div class="graph-drawing" style:width=size(|layout| layout.width) style:height=size(|layout| layout.height)>
                <svg
                    aria-hidden="true"
                    viewBox=move || layout.with(|layout| format!("0 0 {:.2} {:.2}", layout.width.max(1.0), layout.height.max(1.0)))
                >
                    {edges}
                </svg>
                {boxes}
            </div>
        </div>
    }
}

fn draw(at: usize, one: GraphBox, (x, y): (f64, f64), chosen: RwSignal<Option<usize>>) -> impl IntoView {
    let class = match one.kind {
        NodeKind::Input => "graph-box input",
        NodeKind::Operator => "graph-box",
        NodeKind::Output => "graph-box output",
    };
    let name = words::box_name(&one.label, &one.sub);
    let place = format!("left:{x:.2}em;top:{y:.2}em;width:{BOX_WIDTH}em;height:{BOX_HEIGHT}em");
    view! {
        <button
            type="button"
            class=class
            style=place
            title=name.clone()
            aria-label=name
            aria-pressed=move || (chosen.get() == Some(at)).to_string()
            on:click=move |_| chosen.set(Some(at))
        >
            <b>{one.label}</b>
            <small>{one.sub}</small>
        </button>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zoom_goes_both_ways_and_has_ends() {
        assert_eq!(zoomed(zoomed(1.0, true), false), 1.0);
        let mut zoom = 1.0;
        for _ in 0..20 {
            zoom = zoomed(zoom, true);
        }
        assert_eq!(zoom, LARGEST);
        for _ in 0..30 {
            zoom = zoomed(zoom, false);
        }
        assert_eq!(zoom, SMALLEST);
        let back: Vec<f64> = (0..8)
            .map(|_| {
                zoom = zoomed(zoom, true);
                zoom
            })
            .collect();
        assert!(back.contains(&1.0), "{back:?}");
        assert_eq!((fitted(1.0, 500.0, 1000.0), fitted(0.5, 500.0, 500.0)), (0.5, 0.5));
        assert_eq!((fitted(1.0, 500.0, 200.0), fitted(1.0, 500.0, 0.0)), (1.0, 1.0));
    }
}

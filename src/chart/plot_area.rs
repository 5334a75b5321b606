use leptos::ev;
use leptos::prelude::*;
use spec::texts::ui::chart as words;

use super::plot::{Axis, Bar, Layer, Mark, Plot};
use crate::platform::pointer;

/// The drawing area: gridlines, shapes, and the read-out under the pointer or the arrow keys.
#[component]
pub fn PlotArea(
    /// What is drawn.
    #[prop(into)]
    plot: Signal<Plot>,
    /// Called with the mark's index on a click or Enter.
    on_select: Option<Callback<usize>>,
) -> impl IntoView {
    let at = RwSignal::new(None::<usize>);
    let mark: Memo<Option<Mark>> = Memo::new(move |_| at.get().and_then(|i| plot.with(|plot| plot.marks.get(i).cloned())));
    let layers = Memo::new(move |_| plot.with(|plot| plot.layers.clone()));
    let axes = Memo::new(move |_| plot.with(|plot| (plot.x.clone(), plot.y.clone())));
    let summary = Memo::new(move |_| plot.with(|plot| plot.summary.clone()));

    let point = move |event: ev::PointerEvent| {
        if let Some((x, y)) = pointer::within(&event) {
            at.set(plot.with_untracked(|plot| plot.nearest(x * 100.0, y * 100.0)));
        }
    };
    let select = move || {
        if let (Some(on_select), Some(i)) = (on_select, at.get_untracked()) {
            on_select.run(i);
        }
    };
    let key = move |event: ev::KeyboardEvent| {
        if event.key() == "Enter" {
            // What opens takes the keyboard: the same press must not go on to a button in it.
            event.prevent_default();
            select();
        } else if event.key() == "Escape" {
            at.set(None);
        } else if let Some(i) = plot.with_untracked(|plot| plot.step_mark(at.get_untracked(), &event.key())) {
            event.prevent_default();
            at.set(Some(i));
        }
    };
    view! {
        <div
            class="chart-area"
            class:selectable=on_select.is_some()
            tabindex="0"
            role="group"
            aria-label=words::KEYS
            on:pointermove=point
            on:pointerleave=move |_| at.set(None)
            on:blur=move |_| at.set(None)
            on:click=move |_| select()
            on:keydown=key
        >
            <svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label=summary>
                {move || axes.with(gridlines)}
                {move || layers.get().into_iter().map(draw).collect_view()}
            </svg>
            {move || layers.get().into_iter().map(written).collect_view()}
            {move || mark.get().map(read_out)}
            <output class="hidden-text">{move || mark.get().map(|mark| mark.text)}</output>
        </div>
    }
}

fn read_out(mark: Mark) -> impl IntoView {
    let side = if mark.x > 55.0 { "left" } else { "right" };
    let (x, y) = (
        format!("{:.2}%", mark.x.clamp(0.0, 100.0)),
        format!("{:.2}%", mark.y.clamp(0.0, 100.0)),
    );
    view! {
        <i class="chart-cursor" style:left=x.clone() style:top=y.clone()></i>
        <span class=format!("chart-read {side}") style:left=x style:top=y aria-hidden="true">{mark.text}</span>
    }
}

fn gridlines((x, y): &(Axis, Axis)) -> impl IntoView + use<> {
    let upright = x
        .ticks
        .iter()
        .map(|tick| format!("M{0:.2} 0V100", tick.at))
        .collect::<String>();
    let level = y
        .ticks
        .iter()
        .map(|tick| format!("M0 {0:.2}H100", 100.0 - tick.at))
        .collect::<String>();
    view! { <path class="grid" d=upright + &level/> }
}

/// What stands beside the shapes, as HTML at the size of the tokens; read out by the marks.
fn written(layer: Layer) -> Option<impl IntoView> {
    let Layer::Texts { texts } = layer else { return None };
    let one = |text: Mark| {
        view! {
            <span class="chart-text" style:left=format!("{:.2}%", text.x) style:top=format!("{:.2}%", text.y) aria-hidden="true">
                {text.text}
            </span>
        }
    };
    Some(texts.into_iter().map(one).collect_view())
}

fn draw(layer: Layer) -> AnyView {
    match layer {
        Layer::Texts { .. } => ().into_any(),
        Layer::Line { path, role } => view! { <path class=format!("line {}", role.class()) d=path/> }.into_any(),
        Layer::Area { path, role } => view! { <path class=format!("area {}", role.class()) d=path/> }.into_any(),
        Layer::Dots { path, role } => view! { <path class=format!("dots {}", role.class()) d=path/> }.into_any(),
        Layer::Bars { bars, role } => {
            let one = |bar: Bar| {
                view! {
                    <rect
                        x=format!("{:.2}", bar.x)
                        y=format!("{:.2}", bar.y)
                        width=format!("{:.2}", bar.width.max(0.0))
                        height=format!("{:.2}", bar.height.max(0.0))
                    />
                }
            };
            view! { <g class=format!("bars {}", role.class())>{bars.into_iter().map(one).collect_view()}</g> }.into_any()
        }
    }
}

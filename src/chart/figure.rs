use leptos::prelude::*;

use super::frame::{Legend, XAxis, YAxis};
use super::plot::Plot;
use super::plot_area::PlotArea;
use super::table_twin::TableTwin;

/// A chart with axes, legend, read-out and its twin as a table.
#[component]
pub fn Chart(
    /// What is drawn; see the functions of this module's siblings.
    #[prop(into)]
    plot: Signal<Plot>,
    /// Called with the index of the mark that was clicked, to show the rows behind it.
    #[prop(optional, into)]
    on_select: Option<Callback<usize>>,
    /// As wide as high, for curves over rates.
    #[prop(optional)]
    square: bool,
) -> impl IntoView {
    let x = Memo::new(move |_| plot.with(|plot| plot.x.clone()));
    let y = Memo::new(move |_| plot.with(|plot| plot.y.clone()));
    let legend = Memo::new(move |_| plot.with(|plot| plot.legend.clone()));
    let twin = Memo::new(move |_| plot.with(|plot| plot.twin.clone()));
    let is_empty = Memo::new(move |_| plot.with(|plot| plot.layers.is_empty()));
    let drawing = move || {
        view! {
            <Legend entries=legend/>
            <div class="chart-grid">
                <YAxis axis=y/>
                <PlotArea plot=plot on_select=on_select/>
                <XAxis axis=x/>
            </div>
            <TableTwin twin=twin/>
        }
    };
    view! {
        <figure class="chart" class:square=square>
            <Show when=move || !is_empty.get() fallback=move || view! { <p class="muted">{plot.get().summary}</p> }>
                {drawing}
            </Show>
        </figure>
    }
}

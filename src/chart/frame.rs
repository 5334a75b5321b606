use leptos::prelude::*;

use super::plot::{Axis, Role};

/// Labels of the y axis, at percent from below.
#[component]
pub fn YAxis(
    /// Title and ticks.
    #[prop(into)]
    axis: Signal<Axis>,
) -> impl IntoView {
    let ticks = move || {
        axis.get()
            .ticks
            .into_iter()
            .map(
                |tick| view! { <bdi style:bottom=format!("{:.2}%", tick.at) title=tick.label.clone()>{tick.label.clone()}</bdi> },
            )
            .collect_view()
    };
    let room = move || format!("{}ch", axis.with(Axis::n_characters).clamp(2, 27) + 1);
    view! {
        <div class="chart-y-title"><span>{move || axis.get().title}</span></div>
        <div class="chart-y" style:width=room>{ticks}</div>
    }
}

/// Labels of the x axis, at percent from the left.
#[component]
pub fn XAxis(
    /// Title and ticks.
    #[prop(into)]
    axis: Signal<Axis>,
) -> impl IntoView {
    let ticks = move || {
        axis.get()
            .ticks
            .into_iter()
            .map(|tick| view! { <span style:left=format!("{:.2}%", tick.at)>{tick.label}</span> })
            .collect_view()
    };
    view! {
        <div class="chart-x">{ticks}</div>
        <div class="chart-x-title"><bdi>{move || axis.get().title}</bdi></div>
    }
}

/// What each line or mark means, with a sample of its dash.
#[component]
pub fn Legend(
    /// In drawing order.
    #[prop(into)]
    entries: Signal<Vec<(Role, String)>>,
) -> impl IntoView {
    let entry = |(role, name): (Role, String)| {
        view! {
            <li>
                <svg class="chart-key" viewBox="0 0 22 8" aria-hidden="true">
                    {if role == Role::Chosen {
                        view! { <path class=format!("dots {}", role.class()) d="M11 4h0"/> }.into_any()
                    } else {
                        view! { <path class=format!("line {}", role.class()) d="M0 4H22"/> }.into_any()
                    }}
                </svg>
                <bdi>{name}</bdi>
            </li>
        }
    };
    view! {
        <Show when=move || entries.with(|entries| !entries.is_empty())>
            <ul class="chart-legend">{move || entries.get().into_iter().map(entry).collect_view()}</ul>
        </Show>
    }
}

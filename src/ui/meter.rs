use leptos::prelude::*;

/// A figure on a scale, with the threshold that it has to reach.
#[component]
pub fn Meter(
    /// What it measures, read out.
    #[prop(into)]
    label: Signal<String>,
    #[prop(into)] value: Signal<f64>,
    #[prop(into)] min: Signal<f64>,
    #[prop(into)] max: Signal<f64>,
    /// Good begins (or, where less is better, ends) here.
    #[prop(into)]
    threshold: Signal<f64>,
    #[prop(into, optional)] less_is_better: Signal<bool>,
    /// The threshold is reached, but something stands against the figure.
    #[prop(into, optional)]
    doubted: Signal<bool>,
) -> impl IntoView {
    view! {
        <meter
            class:doubted=move || doubted.get()
            aria-label=move || label.get()
            min=move || min.get().to_string()
            max=move || max.get().to_string()
            low=move || threshold.get().to_string()
            high=move || threshold.get().to_string()
            optimum=move || if less_is_better.get() { min.get() } else { max.get() }.to_string()
            value=move || value.get().to_string()
        ></meter>
    }
}

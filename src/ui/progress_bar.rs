use leptos::prelude::*;
use spec::job::Progress;
use spec::texts::{number, ui::common};

use super::{Button, ButtonKind};
use crate::says::says;

/// A running job: what is being done, how far, the time left, and a way to stop it.
#[component]
pub fn ProgressBar(
    #[prop(into)] progress: Signal<Option<Progress>>,
    /// Cancels the job; None shows no button.
    #[prop(into, optional)]
    on_cancel: Option<Callback<()>>,
) -> impl IntoView {
    let doing = Memo::new(move |_| progress.with(|p| p.as_ref().map_or(common::STARTING.to_owned(), |p| says(&p.doing))));
    let fraction = Memo::new(move |_| progress.with(|p| p.as_ref().and_then(|p| p.fraction)));
    let left = Memo::new(move |_| progress.with(|p| p.as_ref().and_then(|p| p.seconds_left)));
    view! {
        <div class="progress">
            <div class="row">
                <span>{move || doing.get()}</span>
                <span class="number">{move || how_far(fraction.get(), left.get())}</span>
                {on_cancel
                    .map(|on_cancel| view! { <Button label=common::CANCEL kind=ButtonKind::Small on_press=on_cancel /> })}
            </div>
            <progress max="1" value=move || fraction.get().map(|f| f.to_string()) aria-label=move || doing.get()></progress>
        </div>
    }
}

fn how_far(fraction: Option<f64>, seconds_left: Option<f64>) -> String {
    let percent = fraction.map(|f| format!("{:.0}%", (f * 100.0).floor()));
    let left = seconds_left.map(|secs| common::time_left(&number::duration(secs.max(1.0).round())));
    [percent, left].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

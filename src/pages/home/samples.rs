use leptos::prelude::*;
use spec::sample::{SAMPLES, Sample};
use spec::texts::names;
use spec::texts::ui::home as words;

use super::Starter;
use super::actions::Action;
use crate::ui::{Button, ButtonKind, Pill};

/// The built-in data sets as cards, each with its story.
#[component]
pub fn Samples(starter: Starter) -> impl IntoView {
    view! {
        <section class="stack" aria-labelledby="samples">
            <div class="row">
                <h2 id="samples">{words::SAMPLES}</h2>
                <span class="muted">{words::SAMPLES_ABOUT}</span>
            </div>
            <div class="cols cards">
                <For each=|| SAMPLES key=|sample| sample.id let:sample>
                    <SampleCard sample starter />
                </For>
            </div>
        </section>
    }
}

#[component]
fn SampleCard(sample: &'static Sample, starter: Starter) -> impl IntoView {
    view! {
        <article class="card sample">
            <header>
                <h3>{sample.title}</h3>
                <Button
                    label=words::START_SAMPLE
                    kind=ButtonKind::Small
                    name=words::start_with(sample.title)
                    why_not=move || starter.is_busy().then(String::new)
                    on_press=move || starter.act(Action::StartSample(sample))
                />
            </header>
            <p class="row">
                <Pill text=names::task_short(sample.task) />
                <span class="muted">{words::size(sample.n_rows, sample.n_columns)}</span>
            </p>
            <p>{sample.story}</p>
            <p class="muted">{words::source(sample.source, sample.has_next_month)}</p>
        </article>
    }
}

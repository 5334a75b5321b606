use leptos::prelude::*;
use spec::sample::{self, Sample};
use spec::texts::names;
use spec::texts::ui::home as words;

use super::Starter;
use super::actions;
use crate::route::Stage;
use crate::session::Session;
use crate::ui::{Button, ButtonKind, Pill};

/// The built-in data sets as cards, each with its story (A13).
#[component]
pub fn Samples(starter: Starter) -> impl IntoView {
    view! {
        <section class="stack" aria-labelledby="samples">
            <div class="row">
                <h2 id="samples">{words::SAMPLES}</h2>
                <span class="muted">{words::SAMPLES_ABOUT}</span>
            </div>
            <div class="cols cards">
                <For each=sample::samples key=|sample| sample.id.clone() let:sample>
                    <SampleCard sample starter />
                </For>
            </div>
        </section>
    }
}

#[component]
fn SampleCard(sample: Sample, starter: Starter) -> impl IntoView {
    let session = Session::get();
    let kept = StoredValue::new(sample.clone());
    let start = move || {
        let sample = kept.get_value();
        starter.run(async move {
            let id = actions::start_sample(session, &sample, None, None).await?;
            actions::go(&id, Stage::Frame);
            Ok(())
        });
    };
    let task = sample.framing.task.map(names::task_short);
    view! {
        <article class="card sample">
            <header>
                <h3>{sample.title.clone()}</h3>
                <Button
                    label=words::START_SAMPLE
                    kind=ButtonKind::Small
                    name=words::start_with(&sample.title)
                    why_not=move || starter.is_busy().then(String::new)
                    on_press=start
                />
            </header>
            <p class="row">
                {task.map(|task| view! { <Pill text=task /> })}
                <span class="muted">{words::size(sample.n_rows, sample.n_columns)}</span>
            </p>
            <p>{sample.story}</p>
            <p class="muted">{words::source(&sample.source, sample.next_month.is_some())}</p>
        </article>
    }
}

use leptos::prelude::*;
use leptos::task::spawn_local;
use spec::sample::{SAMPLES, Sample};
use spec::texts::ui::prepare as words;

use super::import_flow::ImportFlow;
use crate::pages::home::actions;
use crate::platform::drops;
use crate::route::Stage;
use crate::session::Session;
use crate::ui::{Button, ButtonKind, Card};

/// Nothing to prepare yet: drop a file or take a sample.
#[component]
pub fn EmptyPrepare(flow: ImportFlow) -> impl IntoView {
    let session = Session::get();
    let over = RwSignal::new(false);
    let drop = move |event: leptos::ev::DragEvent| {
        event.prevent_default();
        over.set(false);
        if let Some(file) = drops::first(&event) {
            flow.look(file);
        }
    };
    view! {
        <Card>
            <div
                class="drop"
                class:over=move || over.get()
                on:dragover=move |event| {
                    event.prevent_default();
                    over.set(true);
                }
                on:dragleave=move |_| over.set(false)
                on:drop=drop
            >
                <h2>{words::DROP_TITLE}</h2>
                <p>{move || if over.get() { words::DROP_NOW } else { words::DROP_TEXT }}</p>
                <Button label=words::CHOOSE_FILE kind=ButtonKind::Primary on_press=move |()| flow.pick()/>
                <p class="muted">{words::PRIVATE}</p>
            </div>
        </Card>
        <h2>{words::OR_SAMPLE}</h2>
        <div class="cols cards">{SAMPLES.iter().map(|sample| view! { <SampleCard session sample/> }).collect_view()}</div>
    }
}

#[component]
fn SampleCard(session: Session, sample: &'static Sample) -> impl IntoView {
    let open = move || {
        spawn_local(async move {
            match actions::start_sample(session, sample, None, None).await {
                Ok(project) => actions::go(&project, Stage::Prepare),
                Err(failure) => session.report(failure),
            }
        });
    };
    view! {
        <Card title=sample.title>
            <div class="stack">
                <p>{sample.story}</p>
                <p class="muted">{words::size(sample.n_rows, sample.n_columns)}</p>
                <div><Button label=words::OPEN_SAMPLE kind=ButtonKind::Small on_press=move |()| open()/></div>
            </div>
        </Card>
    }
}

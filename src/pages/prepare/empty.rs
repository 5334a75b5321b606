use leptos::prelude::*;
use leptos::task::spawn_local;
use spec::job::Start;
use spec::sample::Sample;
use spec::texts::ui::prepare as words;

use super::import_flow::ImportFlow;
use crate::platform::{files, location};
use crate::route::{Route, Stage};
use crate::session::Session;
use crate::ui::{Button, ButtonKind, Card};

/// Nothing to prepare yet: drop a file or take a sample.
#[component]
pub fn EmptyPrepare(flow: ImportFlow) -> impl IntoView {
    let session = Session::get();
    let over = RwSignal::new(false);
    let samples = spec::sample::samples;
    let drop = move |event: leptos::ev::DragEvent| {
        event.prevent_default();
        over.set(false);
        if let Some(file) = files::dropped(&event).into_iter().next() {
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
        <div class="cols cards">{move || samples().into_iter().map(|sample| view! { <SampleCard session sample/> }).collect_view()}</div>
    }
}

#[component]
fn SampleCard(session: Session, sample: Sample) -> impl IntoView {
    let Sample {
        id,
        title,
        story,
        file,
        n_rows,
        n_columns,
        ..
    } = sample;
    let name = title.clone();
    let open = move || {
        let (id, file, name) = (id.clone(), file.clone(), name.clone());
        spawn_local(async move {
            let outcome = match files::fetch(&file).await {
                Ok(found) => {
                    session
                        .create(
                            name,
                            Start::Sample {
                                id,
                                file: found.key,
                                framing: None,
                                seed: None,
                            },
                        )
                        .await
                }
                Err(failure) => Err(failure),
            };
            match outcome {
                Ok(project) => location::go(&Route::stage(&project, Stage::Prepare)),
                Err(failure) => session.report(failure),
            }
        });
    };
    view! {
        <Card title=title>
            <div class="stack">
                <p>{story}</p>
                <p class="muted">{words::size(n_rows, n_columns)}</p>
                <div><Button label=words::OPEN_SAMPLE kind=ButtonKind::Small on_press=move |()| open()/></div>
            </div>
        </Card>
    }
}

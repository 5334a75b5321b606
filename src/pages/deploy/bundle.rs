use leptos::prelude::*;
use leptos::task::spawn_local;
use spec::Failure;
use spec::job::{Download, Job};
use spec::texts::ui::deploy as words;

use super::model;
use crate::pages::export;
use crate::session::Session;
use crate::ui::{Banner, Button, ButtonKind, Card, ErrorState, Pill, ProgressBar, Tone};

/// Choice of the run is above; here is what the bundle contains, what was verified, and the download (D1-D5).
#[component]
pub fn Bundle(#[prop(into)] run: Signal<Option<u32>>) -> impl IntoView {
    let session = Session::get();
    let made = RwSignal::new(None::<Download>);
    let failure = RwSignal::new(None::<Failure>);
    let running = Memo::new(move |_| session.running(|job| matches!(job, Job::Export { .. })));
    let start = move || {
        let Some(run) = run.get_untracked() else { return };
        made.set(None);
        failure.set(None);
        spawn_local(async move {
            match export::download(session, Job::Export { run }).await {
                Ok(download) => made.set(Some(download)),
                Err(wrong) if wrong.cancelled => {}
                Err(wrong) => failure.set(Some(wrong)),
            }
        });
    };
    let threshold = Memo::new(move |_| {
        let run = run.get()?;
        session.project.with(|project| {
            let project = project.as_ref()?;
            project
                .runs
                .iter()
                .find(|other| other.id == run)
                .map(|run| model::threshold(project, run))
                .filter(|text| !text.is_empty())
        })
    });
    let cancel = move || {
        if let Some(job) = running.get_untracked() {
            session.cancel(job.id);
        }
    };
    view! {
        <Card title=words::CONTENT>
            <div class="stack">
                <dl class="facts">
                    {words::CONTENTS
                        .iter()
                        .map(|(file, about)| view! { <dt class="mono">{*file}</dt><dd>{*about}</dd> })
                        .collect_view()}
                    {move || threshold.get().map(|text| view! { <dt>{words::THRESHOLD}</dt><dd>{text}</dd> })}
                </dl>
                <Show
                    when=move || running.read().is_some()
                    fallback=move || {
                        view! {
                            <div>
                                <Button label=words::DOWNLOAD kind=ButtonKind::Primary on_press=start />
                            </div>
                        }
                    }
                >
                    <ProgressBar progress=move || running.read().as_ref().and_then(|job| job.progress.clone()) on_cancel=cancel />
                </Show>
                {move || failure.get().map(|failure| view! { <ErrorState failure=failure place=words::EXPORTING /> })}
                {move || made.get().map(|download| view! { <Verified download /> })}
            </div>
        </Card>
    }
}

/// What the export's own interpreter verified, and what should be known.
#[component]
fn Verified(download: Download) -> impl IntoView {
    view! {
        <Banner tone=Tone::Good lead=words::DOWNLOADED message=words::downloaded(&download.file_name, download.n_bytes) />
        <ul class="plain lines" aria-label=words::VERIFIED>
            {download
                .notes
                .into_iter()
                .map(|note| {
                    view! {
                        <li>
                            <Pill text=words::VERIFIED tone=Tone::Good />
                            <span>{note.says()} <small>{note.hint()}</small></span>
                        </li>
                    }
                })
                .collect_view()}
        </ul>
    }
}

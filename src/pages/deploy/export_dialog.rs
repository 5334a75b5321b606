use leptos::prelude::*;
use leptos::task::spawn_local;
use spec::job::{Answer, Download, Job};
use spec::registry::ModelRef;
use spec::texts::ui::{common, deploy as words};
use spec::{Failure, Message};

use super::goal_banner::GoalBanner;
use super::model;
use crate::pages::export;
use crate::pages::job_progress::JobProgress;
use crate::platform::{self, files::Bytes};
use crate::session::Session;
use crate::ui::{Banner, Button, ButtonKind, Dialog, ErrorState, Pill, Tone};

/// Makes the bundle, verifies it, shows what is in it, and hands it over.
#[component]
pub fn ExportDialog(
    /// The model; the dialog is open while there is one.
    of: RwSignal<Option<ModelRef>>,
    /// Where the label turns, in words; empty while that is not known.
    #[prop(into)]
    threshold: Signal<String>,
) -> impl IntoView {
    let session = Session::get();
    let made = RwSignal::new(None::<(Download, Bytes)>);
    let is_saved = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let running = Memo::new(move |_| session.running(|job| matches!(job, Job::Export { .. } | Job::ExportVersion { .. })));
    let title = Signal::derive(move || {
        session.project.with(|project| {
            let about = project.as_ref().zip(of.get()).map(|(project, of)| model::about(project, of));
            about.map_or_else(String::new, |about| words::export_title(&about))
        })
    });
    let make = move || {
        let Some(asked) = of.get_untracked() else { return };
        made.set(None);
        is_saved.set(false);
        failure.set(None);
        spawn_local(async move {
            let reply = session.export(asked).await.map(|reply| (reply.answer, reply.bytes));
            // The dialog may be closed by now, or be about another model.
            if of.try_get_untracked().flatten() != Some(asked) {
                return;
            }
            match reply {
                Ok((Answer::Download(download), Some(bytes))) => made.set(Some((download, bytes))),
                Ok(_) => failure.set(Some(Message::new("engine.wrong_output").into())),
                Err(wrong) => failure.set(Some(wrong).filter(|wrong| !wrong.cancelled)),
            }
        });
    };
    // Made when the dialog opens.
    Effect::new(move |_| {
        if of.get().is_some() {
            make();
        }
    });
    let cancel = move || {
        if let Some(job) = running.get_untracked() {
            session.cancel(job.id);
        }
    };
    let close = move |()| {
        cancel();
        of.set(None);
        made.set(None);
    };
    let save = move |()| {
        let Some((download, bytes)) = made.get_untracked() else {
            return;
        };
        if platform::download::save(&download.file_name, &download.mime, &bytes) {
            is_saved.set(true);
        } else {
            failure.set(Some(
                Message::new("page.no_download").with("file", &download.file_name).into(),
            ));
        }
    };
    let not_yet = Signal::derive(move || made.with(Option::is_none).then(String::new));
    let saved = move || {
        let text = made.with(|made| {
            made.as_ref()
                .map(|(download, _)| words::downloaded(&download.file_name, download.n_bytes))
        });
        text.filter(|_| is_saved.get())
            .map(|text| view! { <Banner tone=Tone::Good lead=words::DOWNLOADED message=text/> })
    };
    view! {
        <Dialog title=title open=Signal::derive(move || of.get().is_some()) on_close=close wide=true>
            <GoalBanner of/>
            {move || {
                let text = threshold.get();
                (!text.is_empty()).then(|| view! { <dl class="facts"><dt>{words::THRESHOLD}</dt> <dd>{text}</dd></dl> })
            }}
            <JobProgress running=running/>
            {move || failure.get().map(|failure| view! {
                <ErrorState failure=failure place=words::EXPORTING>
                    <Button label=common::TRY_AGAIN on_press=move |()| make()/>
                </ErrorState>
            })}
            {move || made.with(|made| made.as_ref().map(|(download, _)| contents(download)))}
            <Others/>
            {saved}
            <footer>
                <Button label=common::CLOSE on_press=close/>
                <Button label=words::DOWNLOAD kind=ButtonKind::Primary why_not=not_yet on_press=save/>
            </footer>
        </Dialog>
    }
}

/// What was verified, what should be known, and the files by what they are for.
fn contents(download: &Download) -> impl IntoView + use<> {
    let note = |note: &Message| {
        // The words say which it is; the mark is beside them.
        let tone = if note.code == "deploy.verified" {
            Tone::Good
        } else {
            Tone::Warn
        };
        view! { <li><Pill text="" tone=tone/> <span>{note.says()} <small>{note.hint()}</small></span></li> }
    };
    let file = |(path, n_bytes): (String, u64)| {
        view! { <tr><td><code>{path}</code></td> <td class="num">{words::size(n_bytes)}</td></tr> }
    };
    let group = |group: model::FileGroup| {
        view! {
            <tbody>
                <tr class="group"><th scope="rowgroup" colspan="2">{group.title} <small class="under">{group.about}</small></th></tr>
                {group.files.into_iter().map(file).collect_view()}
            </tbody>
        }
    };
    view! {
        <ul class="plain lines" aria-label=words::CHECKS>{download.notes.iter().map(note).collect_view()}</ul>
        <section class="bundle" aria-label=words::CONTENT>
            <div class="row"><h3>{words::CONTENT}</h3> <span class="muted">{words::n_files(download.files.len(), download.n_bytes)}</span></div>
            <div class="scroll" tabindex="0" role="group" aria-label=words::CONTENT>
                <table>{model::grouped(&download.files).into_iter().map(group).collect_view()}</table>
            </div>
        </section>
    }
}

/// The text forms: the pipeline and the report.
#[component]
fn Others() -> impl IntoView {
    let session = Session::get();
    let save = move |job: Job| {
        spawn_local(async move {
            if let Err(failure) = export::download(session, job).await {
                session.report(failure);
            }
        });
    };
    view! {
        <details>
            <summary>{words::ALSO}</summary>
            <div class="stack">
                <p class="muted">{words::ALSO_ABOUT}</p>
                <div class="row">
                    <Button label=words::DOWNLOAD_PIPELINE kind=ButtonKind::Small on_press=move || save(Job::ExportPipeline)/>
                    <Button label=words::DOWNLOAD_REPORT kind=ButtonKind::Small on_press=move || save(Job::ExportReport)/>
                </div>
            </div>
        </details>
    }
}

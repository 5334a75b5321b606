use leptos::prelude::*;
use leptos::task::spawn_local;
use spec::Failure;
use spec::job::Job;
use spec::registry::ModelRef;
use spec::texts::names;
use spec::texts::ui::{common, registry as words};

use crate::pages::goal;
use crate::pages::job_progress::JobProgress;
use crate::session::Session;
use crate::ui::{Button, ButtonKind, Dialog, ErrorState, TextArea};

/// Makes a version of a run, with a note.
#[component]
pub fn RegisterDialog(
    /// The run; the dialog is open while there is one.
    run: RwSignal<Option<u32>>,
    /// Called with the new version.
    #[prop(into)]
    on_done: Callback<ModelRef>,
) -> impl IntoView {
    let session = Session::get();
    let note = RwSignal::new(String::new());
    let failure = RwSignal::new(None::<Failure>);
    let running = Memo::new(move |_| session.running(|job| matches!(job, Job::Register { .. })));
    let title = Signal::derive(move || run.get().map_or_else(String::new, words::register_title));
    let says = move || {
        session.project.with(|project| {
            let (project, id) = (project.as_ref()?, run.get()?);
            let run = project.runs.iter().find(|run| run.id == id)?;
            let part = goal::part(project, run);
            Some(words::register_says(
                id,
                names::algorithm(run.algorithm),
                part,
                project.is_fresh(run),
            ))
        })
    };
    let close = move |()| {
        run.set(None);
        note.set(String::new());
        failure.set(None);
    };
    let register = move |()| {
        let Some(id) = run.get_untracked() else { return };
        failure.set(None);
        spawn_local(async move {
            match session.register(id, note.get_untracked().trim().to_owned()).await {
                Ok(version) => {
                    close(());
                    on_done.run(ModelRef::Version(version));
                }
                Err(wrong) if wrong.cancelled => {}
                Err(wrong) => failure.set(Some(wrong)),
            }
        });
    };
    let busy = Signal::derive(move || running.with(Option::is_some).then(String::new));
    view! {
        <Dialog title=title open=Signal::derive(move || run.get().is_some()) on_close=close>
            <p>{says}</p>
            <TextArea label=words::NOTE help=words::NOTE_HELP optional=true value=note on_change=move |text: String| note.set(text)/>
            <JobProgress running=running/>
            {move || failure.get().map(|failure| view! { <ErrorState failure=failure place=words::REGISTERING/> })}
            <footer>
                <Button label=common::CANCEL on_press=close/>
                <Button label=words::REGISTER_NOW kind=ButtonKind::Primary why_not=busy on_press=register/>
            </footer>
        </Dialog>
    }
}

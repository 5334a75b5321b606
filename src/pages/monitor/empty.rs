use leptos::prelude::*;
use spec::registry::Alias;
use spec::texts::ui::monitor as words;

use super::model;
use super::watch::Watch;
use crate::pages::train;
use crate::platform::files::UserFile;
use crate::route::{Route, Stage};
use crate::ui::{Button, ButtonKind, Card, EmptyState, ErrorState, FileDrop, LinkButton, TextField};

/// No model is registered: one click registers the current run, or one goes to Deploy.
#[component]
pub fn NoVersion(watch: Watch) -> impl IntoView {
    let session = watch.session;
    let run = Memo::new(move |_| {
        session.project.with(|project| {
            let project = project.as_ref()?;
            let run = project.current_run().filter(|run| project.is_fresh(run))?;
            Some((run.id, train::name(run.algorithm, run.trial)))
        })
    });
    let href = move |stage| {
        Memo::new(move |_| {
            session.project.with(|project| {
                project
                    .as_ref()
                    .map_or_else(String::new, |one| Route::stage(&one.id, stage).to_string())
            })
        })
    };
    let (to_deploy, to_train) = (href(Stage::Deploy), href(Stage::Train));
    let is_busy = Memo::new(move |_| {
        session
            .running(|job| matches!(job, spec::job::Job::Register { .. }))
            .is_some()
    });
    let why_not = Signal::derive(move || watch.why_not().or_else(|| is_busy.get().then(String::new)));
    let message = Signal::derive(move || {
        let of_run = run.get().map(|(run, name)| words::register_about(run, &name));
        let parts = std::iter::once(words::NO_VERSION_ABOUT.to_owned()).chain(of_run);
        parts.collect::<Vec<String>>().join(" ")
    });
    let buttons = move || match run.get() {
        None => view! { <LinkButton label=words::TO_TRAIN href=to_train kind=ButtonKind::Primary/> }.into_any(),
        Some((run, _)) => view! {
            <Button
                label=words::register(run)
                kind=ButtonKind::Primary
                why_not=why_not
                on_press=move |()| watch.register(run, Alias::Champion, String::new(), words::FIRST_REASON.to_owned())
            />
            <LinkButton label=words::TO_DEPLOY href=to_deploy/>
        }
        .into_any(),
    };
    view! {
        <Card>
            <EmptyState title=words::NO_VERSION message=message>
                {buttons}
            </EmptyState>
            {move || watch.register_failure.get().map(|failure| view! { <ErrorState place=words::FAILED_REGISTER failure=failure/> })}
        </Card>
    }
}

/// The place for the first file.
#[component]
pub fn FirstBatch(watch: Watch) -> impl IntoView {
    view! {
        <Card>
            <div class="stack first-batch">
                <FileDrop
                    invitation=words::FIRST_BATCH
                    label=words::CHOOSE
                    accept=words::ACCEPT
                    on_file=move |file: UserFile| watch.load(file)
                />
                <p class="muted">{words::FIRST_BATCH_ABOUT}</p>
                <OfSample watch/>
                <KeySalt watch/>
            </div>
        </Card>
    }
}

/// What outcomes that come by key are found by.
#[component]
pub fn KeySalt(watch: Watch) -> impl IntoView {
    view! {
        <details>
            <summary>{words::BY_KEY}</summary>
            <TextField
                label=words::KEY_SALT
                help=words::KEY_SALT_HELP
                value=watch.key_salt
                on_change=move |salt: String| watch.key_salt.set(salt)
            />
        </details>
    }
}

/// The next month of the sample that the project came from, while it was not loaded.
#[component]
pub fn OfSample(watch: Watch) -> impl IntoView {
    let session = watch.session;
    let next_month = Memo::new(move |_| session.project.with(|project| project.as_ref().and_then(model::next_month)));
    let why_not = Signal::derive(move || watch.cannot_load());
    move || {
        next_month.get().map(|path| {
            let label = words::sample_next(model::file_name(&path));
            view! { <Button label=label kind=ButtonKind::Plain why_not=why_not on_press=move |()| watch.fetch(path.clone())/> }
        })
    }
}

//! The list of projects and the ways to start one.

pub mod actions;
mod lesson;
pub mod model;
mod project_menu;
mod recent;
mod samples;
mod start;
mod starter;

use leptos::prelude::*;
use leptos::task::spawn_local;
use spec::texts::ui::{common, home as words};
use spec::{Message, Severity};

use self::actions::Action;
pub use self::lesson::LessonPage;
use self::recent::Recent;
use self::samples::Samples;
use self::start::{OtherWays, StartWithFile};
use self::starter::{Place, Starter};
use crate::hall::{Hall, Readiness};
use crate::platform::{drops, files};
use crate::ui::{Button, ButtonKind, Card, Confirm, EmptyState, ErrorState, ProgressBar, StageHeader};

/// All projects of this browser.
#[component]
pub fn HomePage() -> impl IntoView {
    let hall = Hall::get();
    let starter = Starter::new();
    let has_projects = Memo::new(move |_| {
        hall.projects
            .with(|cards| cards.as_ref().is_some_and(|cards| !cards.is_empty()))
    });
    let is_listed = Memo::new(move |_| hall.projects.read().is_some());
    let is_usable = Memo::new(move |_| !matches!(hall.readiness.get(), Readiness::Unusable(_)));
    let over = RwSignal::new(false);
    // The whole page is a place to drop a file on.
    let taker = drops::take(move |file| {
        over.set(false);
        if starter.is_busy_untracked() {
            files::forget(file.key);
            hall.notify(Severity::Warning, Message::new("page.file_waits").with("file", &file.name));
        } else {
            starter.act(Action::StartFile(file.clone()));
        }
        true
    });
    on_cleanup(move || drops::release(taker));
    view! {
        <div
            class="page home-page"
            class:over=move || over.get()
            on:dragover=move |_| over.set(true)
            on:dragleave=move |_| over.set(false)
            on:drop=move |_| over.set(false)
        >
            <StageHeader title=words::TITLE about=words::ABOUT />
            <Show when=move || starter.is_busy()>
                <div class="card sticky">
                    <ProgressBar progress=hall.progress />
                </div>
            </Show>
            {move || {
                let failure = hall.list_failure.get();
                let again = move || spawn_local(async move { hall.list_projects(true).await });
                failure
                    .map(|failure| {
                        view! {
                            <ErrorState failure=failure place=words::LISTING>
                                <Button label=common::TRY_AGAIN on_press=again />
                            </ErrorState>
                        }
                    })
            }}
            <Show when=move || !is_listed.get() && is_usable.get() && !starter.is_busy() && hall.list_failure.read().is_none()>
                <ProgressBar progress=None />
            </Show>
            <Show when=move || has_projects.get()>
                <Failed starter place=Place::Projects />
                <Recent starter />
            </Show>
            <Show when=move || is_listed.get() && !has_projects.get()>
                <EmptyState title=words::FIRST_STEP message=words::FIRST_STEP_ABOUT />
            </Show>
            <Failed starter place=Place::Samples />
            <div class="cols home">
                <Samples starter />
                <div class="stack wide">
                    <Failed starter place=Place::File />
                    <StartWithFile starter />
                    <Failed starter place=Place::OtherWays />
                    <OtherWays starter />
                    <Failed starter place=Place::YourData />
                    <YourData starter />
                </div>
            </div>
        </div>
    }
}

/// What failed, at the place where it was asked for.
#[component]
fn Failed(starter: Starter, place: Place) -> impl IntoView {
    let title = match place {
        Place::Projects => words::RECENT,
        Place::YourData => words::YOUR_DATA,
        Place::Samples | Place::File | Place::OtherWays => words::CREATING,
    };
    move || {
        let failure = starter.failure(place);
        failure.map(|failure| view! { <ErrorState failure=failure place=title /> })
    }
}

/// Where the data are, and how to erase them.
#[component]
fn YourData(starter: Starter) -> impl IntoView {
    let asking = RwSignal::new(false);
    view! {
        <Card title=words::YOUR_DATA>
            <div class="stack">
                <p class="muted">{words::YOUR_DATA_ABOUT}</p>
                <div>
                    <Button label=words::ERASE kind=ButtonKind::Danger on_press=move || asking.set(true) />
                </div>
            </div>
            <Confirm
                title=words::ERASE_TITLE
                message=words::ERASE_ABOUT
                action=words::ERASE_ACTION
                open=asking
                on_close=move || asking.set(false)
                on_confirm=move || starter.act(Action::EraseAll)
            />
        </Card>
    }
}

use leptos::prelude::*;
use spec::texts::ui::{common, shell as words};

use super::modules::{Module, Modules, State};
use super::stage_page::StagePage;
use crate::hall::{Hall, Readiness};
use crate::pages::home::{HomePage, LessonPage};
use crate::route::{Route, Stage};
use crate::ui::{Button, EmptyState, ErrorState, LinkButton, ProgressBar};

/// What stands in the middle.
#[derive(Clone, PartialEq)]
enum Shown {
    Home,
    Lesson(spec::lesson::Lesson),
    /// The project is drawn anew when another one is opened.
    Stage {
        project: String,
        stage: Stage,
    },
    Opening,
    NoSession,
    CannotOpen(spec::Failure),
    Unusable(spec::Message),
}

/// The page that the address names, or why it is not there yet.
#[component]
pub fn Place(#[prop(into)] route: Signal<Route>) -> impl IntoView {
    let (hall, modules) = (Hall::get(), Modules::get());
    let open_id = Memo::new(move |_| hall.open.with(|open| open.as_ref().map(|open| open.id.clone())));
    let shown = Memo::new(move |_| {
        if let Readiness::Unusable(reason) = hall.readiness.get() {
            return Shown::Unusable(reason);
        }
        match route.get() {
            Route::Home => Shown::Home,
            Route::Lesson(lesson) => Shown::Lesson(lesson),
            Route::Stage { project, stage } => {
                if open_id.get().as_ref() == Some(&project) {
                    Shown::Stage { project, stage }
                } else if let Some(failure) = hall.open_failure.get() {
                    Shown::CannotOpen(failure)
                } else if modules.state(Module::Session) == State::Failed {
                    Shown::NoSession
                } else {
                    Shown::Opening
                }
            }
        }
    });
    let open_again = move || {
        if let (Some(session), Route::Stage { project, .. }) = (modules.session_now(), route.get_untracked()) {
            session.open(&project);
        }
    };
    move || match shown.get() {
        Shown::Home => view! { <HomePage /> }.into_any(),
        Shown::Lesson(lesson) => view! { <LessonPage lesson /> }.into_any(),
        Shown::Stage { stage, .. } => view! { <StagePage stage /> }.into_any(),
        Shown::Opening => view! { <Opening /> }.into_any(),
        Shown::NoSession => view! {
            <div class="page">
                <h1 tabindex="-1">{words::CANNOT_OPEN}</h1>
                <ErrorState failure=spec::Failure::new(spec::Message::new("page.session")) place=words::CANNOT_OPEN>
                    <Button label=common::TRY_AGAIN on_press=move || modules.want(Module::Session) />
                    <LinkButton label=words::TO_HOME href=Route::Home.to_string() />
                </ErrorState>
            </div>
        }
        .into_any(),
        Shown::CannotOpen(failure) => view! {
            <div class="page">
                <h1 tabindex="-1">{words::CANNOT_OPEN}</h1>
                <ErrorState failure=failure place=words::CANNOT_OPEN>
                    <Button label=common::TRY_AGAIN on_press=open_again />
                    <LinkButton label=words::TO_HOME href=Route::Home.to_string() />
                </ErrorState>
            </div>
        }
        .into_any(),
        Shown::Unusable(reason) => view! {
            <div class="page">
                <h1 tabindex="-1">{words::ENGINE_FAILED}</h1>
                <ErrorState failure=spec::Failure::new(reason) place=words::ENGINE_FAILED />
            </div>
        }
        .into_any(),
    }
}

#[component]
fn Opening() -> impl IntoView {
    let hall = Hall::get();
    let is_starting = move || hall.readiness.get() == Readiness::Starting;
    view! {
        <div class="page">
            <h1 tabindex="-1">{move || if is_starting() { words::STARTING } else { words::OPENING }}</h1>
            <EmptyState title="" message=move || if is_starting() { words::STARTING_ABOUT } else { "" }.to_owned() />
            <ProgressBar progress=None />
        </div>
    }
}

use leptos::prelude::*;
use spec::texts::ui::shell as words;

use crate::pages::home::{HomePage, LessonPage};
use crate::route::{Route, Stage};
use crate::session::{Readiness, Session};
use crate::shell::stage_page::{StageModules, StagePage};
use crate::ui::{EmptyState, ErrorState, LinkButton, ProgressBar};

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
    CannotOpen(spec::Failure),
    Unusable(spec::Message),
}

/// The page that the address names, or why it is not there yet.
#[component]
pub fn Place(#[prop(into)] route: Signal<Route>) -> impl IntoView {
    let session = Session::get();
    let modules = StageModules::new(session);
    let open_id = Memo::new(move |_| {
        session
            .project
            .with(|project| project.as_ref().map(|project| project.id.clone()))
    });
    let shown = Memo::new(move |_| {
        if let Readiness::Unusable(reason) = session.readiness.get() {
            return Shown::Unusable(reason);
        }
        match route.get() {
            Route::Home => Shown::Home,
            Route::Lesson(lesson) => Shown::Lesson(lesson),
            Route::Stage { project, stage } => {
                if open_id.get().as_ref() == Some(&project) {
                    Shown::Stage { project, stage }
                } else if let Some(failure) = session.open_failure.get() {
                    Shown::CannotOpen(failure)
                } else {
                    Shown::Opening
                }
            }
        }
    });
    move || match shown.get() {
        Shown::Home => view! { <HomePage /> }.into_any(),
        Shown::Lesson(lesson) => view! { <LessonPage lesson /> }.into_any(),
        Shown::Stage { stage, .. } => view! { <StagePage stage modules /> }.into_any(),
        Shown::Opening => view! { <Opening /> }.into_any(),
        Shown::CannotOpen(failure) => view! {
            <div class="page">
                <h1 tabindex="-1">{words::CANNOT_OPEN}</h1>
                <ErrorState failure=failure place=words::CANNOT_OPEN>
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
    let session = Session::get();
    let is_starting = move || session.readiness.get() == Readiness::Starting;
    view! {
        <div class="page">
            <h1 tabindex="-1">{move || if is_starting() { words::STARTING } else { words::OPENING }}</h1>
            <EmptyState title="" message=move || if is_starting() { words::STARTING_ABOUT } else { "" }.to_owned() />
            <ProgressBar progress=None />
        </div>
    }
}

use leptos::prelude::*;
use leptos::task::spawn_local;
use spec::Failure;
use spec::lesson::Lesson;
use spec::texts::ui::{home as words, shell};

use super::actions::Action;
use crate::platform::location;
use crate::route::Route;
use crate::shell::Modules;
use crate::ui::{EmptyState, ErrorState, LinkButton};

/// A lesson link was opened: its sample becomes a new project, framed and seeded as the link says.
#[component]
pub fn LessonPage(lesson: Lesson) -> impl IntoView {
    let modules = Modules::get();
    let failure = RwSignal::new(None::<Failure>);
    spawn_local(async move {
        let outcome = match modules.fetch_session().await {
            // Whoever left meanwhile wants no project of it.
            Ok(_) if !matches!(location::route(), Route::Lesson(_)) => return,
            Ok(session) => session.act(Action::StartLesson(lesson)).await,
            Err(wrong) => Err(wrong),
        };
        // When it worked the page is gone by now.
        failure.try_set(outcome.err());
    });
    view! {
        <div class="page">
            <h1 tabindex="-1">{words::LESSON}</h1>
            {move || match failure.get() {
                Some(failure) => {
                    view! {
                        <ErrorState failure=failure place=words::LESSON>
                            <LinkButton label=shell::TO_HOME href=Route::Home.to_string() />
                        </ErrorState>
                    }
                        .into_any()
                }
                None => view! { <EmptyState title=words::CREATING message="" /> }.into_any(),
            }}
        </div>
    }
}

use leptos::prelude::*;
use leptos::task::spawn_local;
use spec::lesson::Lesson;
use spec::texts::ui::{home as words, shell};
use spec::{Failure, Message, Outcome};

use super::{actions, model};
use crate::platform::location;
use crate::route::{Route, Stage};
use crate::session::Session;
use crate::ui::{EmptyState, ErrorState, LinkButton};

/// A lesson link was opened: its sample becomes a new project, framed and seeded as the link says (C1).
#[component]
pub fn LessonPage(lesson: Lesson) -> impl IntoView {
    let session = Session::get();
    let failure = RwSignal::new(None::<Failure>);
    spawn_local(async move {
        match start(session, &lesson).await {
            Ok(id) => location::replace(&Route::stage(&id, Stage::Frame)),
            Err(wrong) => failure.set(Some(wrong)),
        }
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

async fn start(session: Session, lesson: &Lesson) -> Outcome<String> {
    let sample = spec::sample::samples()
        .into_iter()
        .find(|sample| sample.id == lesson.sample)
        .ok_or_else(|| Message::new("page.no_lesson").with("sample", &lesson.sample))?;
    actions::start_sample(session, &sample, Some(model::framing_of(lesson)), lesson.seed).await
}

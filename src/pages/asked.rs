//! An answer that follows its question: what a panel shows of one job.

use leptos::prelude::*;
use leptos::task::spawn_local;
use spec::Failure;
use spec::job::{Answer, Job};

use crate::pages::job_progress::JobProgress;
use crate::session::{RunningJob, Session};
use crate::ui::ErrorState;

/// A job, and a number that changes when its answer may have changed.
pub type Question = (Job, u64);

/// Asked when the question comes up and again whenever it changes; an answer to an older question is not shown.
#[derive(Clone, Copy)]
pub struct Asked {
    session: Session,
    question: Memo<Option<Question>>,
    pub answer: RwSignal<Option<Answer>>,
    pub failure: RwSignal<Option<Failure>>,
}

impl Asked {
    pub fn new(session: Session, question: Memo<Option<Question>>) -> Self {
        let asked = Self {
            session,
            question,
            answer: RwSignal::new(None),
            failure: RwSignal::new(None),
        };
        Effect::new(move |before: Option<Option<Question>>| {
            let question = question.get();
            // What was said of another model must not stand under this one's name.
            if before.flatten().map(|(job, _)| job) != question.as_ref().map(|(job, _)| job.clone()) {
                asked.answer.set(None);
                asked.failure.set(None);
            }
            if let Some(question) = question.clone() {
                spawn_local(asked.ask(question));
            }
            question
        });
        asked
    }

    async fn ask(self, question: Question) {
        self.failure.set(None);
        let outcome = self.session.run(question.0.clone()).await;
        // The panel may be gone, or have another question.
        if self.question.try_get_untracked().flatten() != Some(question) {
            return;
        }
        match outcome {
            Ok(reply) => self.answer.set(Some(reply.answer)),
            Err(failure) => self.failure.set(Some(failure)),
        }
    }

    /// Asks again: after a failure or a cancel.
    pub fn again(self) {
        if let Some(question) = self.question.get_untracked() {
            spawn_local(self.ask(question));
        }
    }

    /// The job while it runs; reactive.
    pub fn running(self) -> Option<RunningJob> {
        let job = self.question.get()?.0;
        self.session.running(|running| *running == job)
    }
}

/// How far the job is, or why it failed.
#[component]
pub fn AskedState(
    asked: Asked,
    /// What is being done, above a failure.
    #[prop(into)]
    place: String,
) -> impl IntoView {
    let running = Memo::new(move |_| asked.running());
    let place = StoredValue::new(place);
    view! {
        <Show when=move || running.with(Option::is_some)>
            <div class="late"><JobProgress running/></div>
        </Show>
        {move || {
            asked
                .failure
                .get()
                .filter(|_| running.with(Option::is_none))
                .map(|failure| {
                    view! {
                        <ErrorState failure=failure place=place.get_value()>
                            <crate::ui::Button label=spec::texts::ui::common::TRY_AGAIN on_press=move |()| asked.again()/>
                        </ErrorState>
                    }
                })
        }}
    }
}

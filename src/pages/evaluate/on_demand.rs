use leptos::prelude::*;
use leptos::task::spawn_local;
use spec::Failure;
use spec::job::{Answer, Job};

use crate::pages::job_progress::JobProgress;
use crate::session::{RunningJob, Session};
use crate::ui::ErrorState;

/// A job that is done when a button is pressed, and its answer for as long as it is the job that is meant.
#[derive(Clone, Copy)]
pub struct OnDemand {
    session: Session,
    job: Memo<Option<Job>>,
    found: RwSignal<Option<(Job, Answer)>>,
    failure: RwSignal<Option<Failure>>,
}

impl OnDemand {
    pub fn new(session: Session, job: impl Fn() -> Option<Job> + Send + Sync + 'static) -> Self {
        Self {
            session,
            job: Memo::new(move |_| job()),
            found: RwSignal::new(None),
            failure: RwSignal::new(None),
        }
    }

    pub fn compute(self) {
        let Some(job) = self.job.get_untracked() else { return };
        self.failure.set(None);
        spawn_local(async move {
            match self.session.run(job.clone()).await {
                Ok(reply) => self.found.set(Some((job, reply.answer))),
                Err(wrong) if wrong.cancelled => {}
                Err(wrong) => self.failure.set(Some(wrong)),
            }
        });
    }

    /// Reactive, as all that follows.
    pub fn answer(self) -> Option<Answer> {
        let job = self.job.get();
        self.found.with(|found| {
            let (of, answer) = found.as_ref()?;
            (Some(of) == job.as_ref()).then(|| answer.clone())
        })
    }

    pub fn running(self) -> Option<RunningJob> {
        let job = self.job.get()?;
        self.session.running(|running| *running == job)
    }

    /// How far it is, or why it failed.
    pub fn state(self) -> impl IntoView {
        view! {
            <JobProgress running=Signal::derive(move || self.running())/>
            {move || self.failure.get().map(|failure| view! { <ErrorState failure=failure/> })}
        }
    }
}

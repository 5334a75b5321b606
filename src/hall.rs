//! What the page knows before a project is open: whether the engine is there, which projects there are, what there is to
//! tell. The code of the session, which knows a project from inside, is fetched after the page stands; of the open project
//! the hall has only what is shown around every page.

use std::cell::Cell;

use leptos::prelude::*;
use leptos::task::spawn_local;
use spec::job::{FirstJob, Progress, ProjectCard};
use spec::lesson::Lesson;
use spec::wire;
use spec::{Failure, Message, Severity};

use crate::bridge::{self, Heard};
use crate::pages::stage::StageLine;
use crate::platform::ledger;

/// Whether the worker can be asked yet.
#[derive(Clone, Debug, PartialEq)]
pub enum Readiness {
    Starting,
    Ready,
    Unusable(Message),
}

/// Something to tell that has no other place.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    pub id: u32,
    pub severity: Severity,
    pub message: Message,
}

/// The open project, as much as is shown around every page.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenProject {
    pub id: String,
    pub name: String,
    /// Another tab writes it.
    pub read_only: bool,
    /// Of the lifecycle rail, in its order.
    pub stages: Vec<StageLine>,
    /// The lesson that starts like it; None when its data came from no sample.
    pub lesson: Option<Lesson>,
}

/// The hall. Copies are handles to the same signals; get it by [`Hall::get`].
#[derive(Clone, Copy)]
pub struct Hall {
    pub readiness: RwSignal<Readiness>,
    /// None until they were listed.
    pub projects: RwSignal<Option<Vec<ProjectCard>>>,
    /// Why they could not be listed.
    pub list_failure: RwSignal<Option<Failure>>,
    /// The session keeps it up to date.
    pub open: RwSignal<Option<OpenProject>>,
    /// Why the project that the address names is not open.
    pub open_failure: RwSignal<Option<Failure>>,
    /// Jobs that one can watch.
    pub n_jobs: RwSignal<usize>,
    /// What was last heard of any job.
    pub progress: RwSignal<Option<Progress>>,
    pub notices: RwSignal<Vec<Notice>>,
}

impl Hall {
    /// Makes the hall, starts the workers and provides it as context. To be called once, in the root component.
    pub fn provide() -> Self {
        let hall = Self {
            readiness: RwSignal::new(Readiness::Starting),
            projects: RwSignal::new(None),
            list_failure: RwSignal::new(None),
            open: RwSignal::new(None),
            open_failure: RwSignal::new(None),
            n_jobs: RwSignal::new(0),
            progress: RwSignal::new(None),
            notices: RwSignal::new(Vec::new()),
        };
        provide_context(hall);
        bridge::listen(move |heard| hall.hear(heard));
        bridge::start();
        spawn_local(async move { hall.list_projects(true).await });
        hall
    }

    /// The hall of the page; to be called in a component.
    pub fn get() -> Self {
        expect_context()
    }

    fn hear(self, heard: &Heard) {
        match heard {
            Heard::Ready => {
                self.readiness.set(Readiness::Ready);
                if self.list_failure.with_untracked(Option::is_some) {
                    spawn_local(async move { self.list_projects(true).await });
                }
            }
            Heard::Progress { progress, .. } => self.progress.set(Some(progress.clone())),
            Heard::Changed { .. } => spawn_local(async move { self.list_projects(false).await }),
            Heard::WorkerReplaced { reason } => self.notify(Severity::Warning, reason.clone()),
            Heard::Restarted { reason } => {
                self.readiness.set(Readiness::Starting);
                self.notify(Severity::Warning, reason.clone());
            }
            Heard::Unusable { reason } => self.readiness.set(Readiness::Unusable(reason.clone())),
            Heard::Partial { .. } => {}
        }
    }

    /// Lists the projects again; at start (`compare`) also against the ledger, and tells what is missing.
    pub async fn list_projects(self, compare: bool) {
        let mut reply = match bridge::submit(&FirstJob::ListProjects, &[]).await {
            Ok(reply) => reply,
            Err(failure) => return self.cannot_list(failure),
        };
        let Some(cards) = reply.answer.take("projects") else {
            return self.cannot_list(Message::new("engine.wrong_output").into());
        };
        self.list_failure.set(None);
        let cards: Vec<ProjectCard> = wire::from_own_value(cards);
        if compare {
            for message in ledger::read().compare(&cards) {
                self.notify(Severity::Error, message);
            }
            ledger::accept(&cards);
        }
        self.projects.set(Some(cards));
    }

    /// The home page says it as long as there is no list at all.
    fn cannot_list(self, failure: Failure) {
        if self.projects.with_untracked(Option::is_some) {
            self.report(failure);
        } else {
            self.list_failure.set(Some(failure));
        }
    }

    /// A failure becomes a notice; a cancelled job is none.
    pub fn report(self, failure: Failure) {
        if !failure.cancelled {
            self.notify(Severity::Error, failure.message);
        }
    }

    pub fn notify(self, severity: Severity, message: Message) {
        thread_local!(static LAST: Cell<u32> = const { Cell::new(0) });
        LAST.set(LAST.get() + 1);
        let notice = Notice {
            id: LAST.get(),
            severity,
            message,
        };
        self.notices.update(|notices| notices.push(notice));
    }

    /// As [`Hall::notify`], unless the same is being told.
    pub fn notify_once(self, severity: Severity, message: Message) {
        if self
            .notices
            .with_untracked(|notices| notices.iter().all(|notice| notice.message.code != message.code))
        {
            self.notify(severity, message);
        }
    }

    pub fn dismiss(self, notice: u32) {
        self.notices.update(|notices| notices.retain(|other| other.id != notice));
    }
}

//! What the worker has told us, as signals, and the few things that change it. Components read the fields; they act by
//! the methods. Nothing here looks at data.

mod asking;
mod edits;
mod hearing;
mod projects;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use spec::evaluation::{Evaluation, Part};
use spec::job::{CandidateState, Catalogue, Description, Job, JobId, Progress, ProjectCard};
use spec::journal::Journal;
use spec::run::LossPoint;
use spec::{Algorithm, Failure, Framing, Message, Project, Severity};

use crate::bridge;

/// Whether the worker can be asked yet.
#[derive(Clone, Debug, PartialEq)]
pub enum Readiness {
    Starting,
    Ready,
    Unusable(Message),
}

/// Whether what one sees is stored.
#[derive(Clone, Debug, PartialEq)]
pub enum SaveState {
    /// The last transaction has completed.
    Saved,
    Saving,
    /// Not stored, but in the journal: [`Session::retry_save`] tries again.
    Failed(Failure),
}

/// A candidate of a training job.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    pub algorithm: Algorithm,
    pub trial: Option<u32>,
    pub fraction: Option<f64>,
    pub state: CandidateState,
    /// The points of its learning curve so far.
    pub loss: Vec<LossPoint>,
}

/// A job that one can watch and cancel.
#[derive(Clone, Debug, PartialEq)]
pub struct RunningJob {
    pub id: JobId,
    pub job: Job,
    pub started_ms: f64,
    pub progress: Option<Progress>,
    /// By the index of the training job's partial results.
    pub candidates: BTreeMap<u32, Candidate>,
}

/// What the figures of a run rest on besides its predictions: when it changes they are computed anew.
#[derive(Clone, Debug, PartialEq)]
pub struct Basis {
    run: u32,
    part: Part,
    framing: Framing,
    threshold: Option<f64>,
}

impl Basis {
    pub fn of(project: &Project, run: u32, part: Part) -> Self {
        let framing = Framing {
            business: Default::default(),
            notes: Default::default(),
            ..project.pipeline.framing.clone()
        };
        Self {
            run,
            part,
            framing,
            threshold: project.pipeline.decision_threshold,
        }
    }
}

/// Something to tell that has no other place.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    pub id: u32,
    pub severity: Severity,
    pub message: Message,
}

/// The session. Copies are handles to the same signals; get it by [`Session::get`].
#[derive(Clone, Copy)]
pub struct Session {
    pub readiness: RwSignal<Readiness>,
    pub catalogue: RwSignal<Option<Arc<Catalogue>>>,
    /// None until they were listed.
    pub projects: RwSignal<Option<Vec<ProjectCard>>>,
    /// The open project with every edit applied, saved or not.
    pub project: RwSignal<Option<Project>>,
    /// Why the project that the address names is not open.
    pub open_failure: RwSignal<Option<Failure>>,
    /// The id that is being opened.
    pub opening: RwSignal<Option<String>>,
    /// Another tab writes this project: show "take over" ([`Session::take_over`]).
    pub read_only: RwSignal<bool>,
    /// Of the newest state that was acknowledged; None while there is none yet.
    pub description: RwSignal<Option<Arc<Description>>>,
    pub description_failure: RwSignal<Option<Failure>>,
    /// A newer description is being made.
    pub describing: RwSignal<bool>,
    /// Figures that were computed for the open project, the newest of each run and part.
    pub evaluations: RwSignal<Vec<(Basis, Evaluation)>>,
    pub save: RwSignal<SaveState>,
    pub jobs: RwSignal<Vec<RunningJob>>,
    pub notices: RwSignal<Vec<Notice>>,
    /// The browser's answer to "keep my projects"; None until it was asked.
    pub persisted: RwSignal<Option<bool>>,
}

thread_local! {
    static JOURNAL: RefCell<Journal> = RefCell::default();
    static SENDING: Cell<bool> = const { Cell::new(false) };
    static DESCRIBE_JOB: Cell<Option<JobId>> = const { Cell::new(None) };
    static LAST_NOTICE: Cell<u32> = const { Cell::new(0) };
    static OPENED: Cell<u32> = const { Cell::new(0) };
}

impl Session {
    /// Makes the session, starts the workers and provides it as context. To be called once, in the root component.
    pub fn provide() -> Self {
        let session = Self {
            readiness: RwSignal::new(Readiness::Starting),
            catalogue: RwSignal::new(None),
            projects: RwSignal::new(None),
            project: RwSignal::new(None),
            open_failure: RwSignal::new(None),
            opening: RwSignal::new(None),
            read_only: RwSignal::new(false),
            description: RwSignal::new(None),
            description_failure: RwSignal::new(None),
            describing: RwSignal::new(false),
            evaluations: RwSignal::new(Vec::new()),
            save: RwSignal::new(SaveState::Saved),
            jobs: RwSignal::new(Vec::new()),
            notices: RwSignal::new(Vec::new()),
            persisted: RwSignal::new(None),
        };
        provide_context(session);
        bridge::start(move |heard| session.hear(heard));
        spawn_local(async move { session.list_projects(true).await });
        session
    }

    /// The session of the page; to be called in a component.
    pub fn get() -> Self {
        expect_context()
    }

    pub fn report(self, failure: Failure) {
        if !failure.cancelled {
            self.notify(Severity::Error, failure.message);
        }
    }

    pub fn notify(self, severity: Severity, message: Message) {
        LAST_NOTICE.set(LAST_NOTICE.get() + 1);
        let notice = Notice {
            id: LAST_NOTICE.get(),
            severity,
            message,
        };
        self.notices.update(|notices| notices.push(notice));
    }

    pub fn dismiss(self, notice: u32) {
        self.notices.update(|notices| notices.retain(|other| other.id != notice));
    }

    pub(super) fn notify_once(self, severity: Severity, message: Message) {
        if self
            .notices
            .with_untracked(|notices| notices.iter().all(|notice| notice.message.code != message.code))
        {
            self.notify(severity, message);
        }
    }
}

fn wrong_answer() -> Failure {
    Message::new("engine.wrong_output").into()
}

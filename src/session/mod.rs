//! What the worker has told us of projects, as signals, and the few things that change it. Components read the fields;
//! they act by the methods. Nothing here looks at data. Its code comes after the page stands ([`crate::shell::Modules`]);
//! what is known before is the hall's.

mod asking;
mod edits;
mod hearing;
mod projects;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;
use spec::evaluation::{Evaluation, Part};
use spec::job::{Answer, CandidateState, Catalogue, Description, Job, JobId, Progress};
use spec::journal::Journal;
use spec::run::LossPoint;
use spec::{Algorithm, Failure, Framing, Message, Project, Severity, wire};

use crate::bridge;
use crate::hall::{Hall, OpenProject};
use crate::pages::home::model::lesson_of;
use crate::pages::stage::stages;
use crate::platform::files::{Bytes, UserFile};

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

/// The answer of a job, and the bytes of a download.
#[derive(Clone, Debug)]
pub struct Reply {
    pub answer: Answer,
    pub bytes: Option<Bytes>,
}

/// The session. Copies are handles to the same signals; get it by [`Session::get`].
#[derive(Clone, Copy)]
pub struct Session {
    pub hall: Hall,
    pub catalogue: RwSignal<Option<Arc<Catalogue>>>,
    /// The open project with every edit applied, saved or not.
    pub project: RwSignal<Option<Project>>,
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
    /// A file that was dropped on the home page and waits for the Prepare page of its new project, which asks how to read
    /// it.
    pub incoming: RwSignal<Option<UserFile>>,
    /// The browser's answer to "keep my projects"; None until it was asked.
    pub persisted: RwSignal<Option<bool>>,
}

thread_local! {
    static JOURNAL: RefCell<Journal> = RefCell::default();
    static SENDING: Cell<bool> = const { Cell::new(false) };
    static DESCRIBE_JOB: Cell<Option<JobId>> = const { Cell::new(None) };
    static OPENED: Cell<u32> = const { Cell::new(0) };
}

impl Session {
    /// Makes the session and provides it as context. To be called once, when its code has come.
    pub fn provide(hall: Hall) -> Self {
        let session = Self {
            hall,
            catalogue: RwSignal::new(None),
            project: RwSignal::new(None),
            opening: RwSignal::new(None),
            read_only: RwSignal::new(false),
            description: RwSignal::new(None),
            description_failure: RwSignal::new(None),
            describing: RwSignal::new(false),
            evaluations: RwSignal::new(Vec::new()),
            save: RwSignal::new(SaveState::Saved),
            jobs: RwSignal::new(Vec::new()),
            incoming: RwSignal::new(None),
            persisted: RwSignal::new(None),
        };
        provide_context(session);
        session.read_catalogue();
        bridge::listen(move |heard| session.hear(heard));
        Effect::new(move |_| hall.n_jobs.set(session.jobs.with(Vec::len)));
        Effect::new(move |_| {
            let description = session.description.get();
            let read_only = session.read_only.get();
            let open = session.project.with(|project| {
                project.as_ref().map(|project| OpenProject {
                    id: project.id.clone(),
                    name: project.name.clone(),
                    read_only,
                    stages: stages(project, description.as_deref()),
                    lesson: lesson_of(project),
                })
            });
            hall.open.set(open);
        });
        session
    }

    /// The session of the page; to be called in a component that is drawn after its code has come.
    pub fn get() -> Self {
        expect_context()
    }

    /// A failure becomes a notice; a cancelled job is none.
    pub fn report(self, failure: Failure) {
        self.hall.report(failure);
    }

    pub fn notify(self, severity: Severity, message: Message) {
        self.hall.notify(severity, message);
    }

    fn read_catalogue(self) {
        if let Some(catalogue) = bridge::catalogue() {
            self.catalogue.set(Some(Arc::new(wire::from_own_value(catalogue))));
        }
    }
}

fn wrong_answer() -> Failure {
    Message::new("engine.wrong_output").into()
}

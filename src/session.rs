//! What the worker has told us, as signals, and the few things that change it. Components read the fields; they act by
//! the methods. Nothing here looks at data.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use spec::evaluation::{Evaluation, Part};
use spec::job::{Answer, CandidateState, Catalogue, Description, Event, Job, JobId, Partial, Progress, ProjectCard, Start};
use spec::read::ReadOptions;
use spec::run::LossPoint;
use spec::{Algorithm, Edit, Failure, Framing, Message, ModelSpec, Outcome, Project, Severity};

use crate::bridge::{self, Heard, Reply};
use crate::platform::files::UserFile;
use crate::platform::journal::{self, Journal};
use crate::platform::{ledger, local, space, time};

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

    // Projects.

    /// Opens a project and its journal. Follows the address: pages need not call it. Does nothing when it is open.
    pub fn open(self, id: &str) {
        let is_open = self
            .project
            .with_untracked(|project| project.as_ref().is_some_and(|project| project.id == id));
        let is_opening = self.opening.with_untracked(|opening| opening.as_deref() == Some(id));
        if !is_open && !is_opening {
            let id = id.to_owned();
            spawn_local(async move { self.open_now(&id, false).await });
        }
    }

    /// Makes this tab the writer of the open project.
    pub fn take_over(self) {
        if let Some(id) = self.project_id() {
            spawn_local(async move { self.open_now(&id, true).await });
        }
    }

    /// Leaves the project; what was edited stays in the journal until it is saved.
    pub fn close(self) {
        if self.project.with_untracked(Option::is_some) {
            self.forget_project();
            spawn_local(async move {
                bridge::ask(Job::CloseProject).await.ok();
                self.list_projects(false).await;
            });
        }
    }

    /// Makes a project and opens it; its id, for the address.
    pub async fn create(self, name: String, start: Start) -> Outcome<String> {
        self.settle_edits().await;
        let reply = self.run(Job::CreateProject { name, start }).await?;
        let Answer::Project { project, read_only } = reply.answer else {
            return Err(wrong_answer());
        };
        let id = project.id.clone();
        self.show(*project, read_only);
        self.ask_to_persist();
        self.list_projects(false).await;
        Ok(id)
    }

    /// A project from a project file, opened; its id, for the address.
    pub async fn import_project(self, file: &UserFile) -> Outcome<String> {
        self.settle_edits().await;
        let reply = self.run(Job::ImportProject { file: file.key }).await?;
        let Answer::Project { project, read_only } = reply.answer else {
            return Err(wrong_answer());
        };
        let id = project.id.clone();
        self.show(*project, read_only);
        self.ask_to_persist();
        self.list_projects(false).await;
        Ok(id)
    }

    pub async fn delete(self, id: String) -> Outcome<()> {
        if self.project_id().as_deref() == Some(&id) {
            self.forget_project();
        }
        bridge::ask(Job::DeleteProject { id: id.clone() }).await?;
        journal::write(&id, &Journal::default());
        ledger::forget(&id);
        self.list_projects(false).await;
        Ok(())
    }

    /// Everything in this browser (A16): projects, journal, ledger, settings.
    pub async fn erase_all(self) -> Outcome<()> {
        self.forget_project();
        bridge::ask(Job::EraseAll).await?;
        local::clear();
        self.list_projects(false).await;
        Ok(())
    }

    /// Lists the projects again; at start (`compare`) also against the ledger, and tells what is missing.
    pub async fn list_projects(self, compare: bool) {
        match bridge::ask(Job::ListProjects).await {
            Ok(Reply {
                answer: Answer::Projects(cards),
                ..
            }) => {
                if compare {
                    for message in ledger::read().compare(&cards) {
                        self.notify(Severity::Error, message);
                    }
                    ledger::accept(&cards);
                }
                self.projects.set(Some(cards));
            }
            Ok(_) => self.report(wrong_answer()),
            Err(failure) => self.report(failure),
        }
    }

    // The document.

    /// Changes the document: shown at once, written to the journal at once, then saved in order. Errors as of
    /// [`Project::apply`]; nothing has then changed.
    pub fn edit(self, edit: Edit) -> Outcome<()> {
        if self.read_only.get_untracked() {
            return Err(Message::new("store.read_only").into());
        }
        let mut project = self
            .project
            .get_untracked()
            .ok_or_else(|| Message::new("engine.no_project"))?;
        project.apply(&edit)?;
        let (id, seq, generation) = (project.id.clone(), project.journal_seq, project.generation);
        self.project.set(Some(project));
        let is_written = JOURNAL.with_borrow_mut(|journal| {
            journal.push(edit, seq, generation);
            journal::write(&id, journal)
        });
        if !is_written {
            self.notify_once(Severity::Warning, Message::new("page.no_journal"));
        }
        self.send_edits();
        Ok(())
    }

    /// As [`Session::edit`]; a failure becomes a notice.
    pub fn edit_or_report(self, edit: Edit) {
        if let Err(failure) = self.edit(edit) {
            self.report(failure);
        }
    }

    /// Tries again after [`SaveState::Failed`].
    pub fn retry_save(self) {
        self.send_edits();
    }

    /// Waits until every edit is saved, or has failed.
    pub async fn settle_edits(self) {
        while SENDING.get() {
            time::sleep(20).await;
        }
    }

    // Work.

    /// Runs a job that shows up in `jobs` while it runs. Edits made before it are saved first. On an answer that
    /// changed the stored project the page's copy follows.
    pub async fn run(self, job: Job) -> Outcome<Reply> {
        self.settle_edits().await;
        let handle = bridge::submit(job.clone());
        let id = handle.id();
        let started = RunningJob {
            id,
            job,
            started_ms: time::now_ms(),
            progress: None,
            candidates: BTreeMap::new(),
        };
        self.jobs.update(|jobs| jobs.push(started));
        let outcome = handle.await;
        self.jobs.update(|jobs| jobs.retain(|job| job.id != id));
        outcome
    }

    /// Asks without showing up in `jobs`: rows, previews, anything quick.
    pub async fn ask(self, job: Job) -> Outcome<Reply> {
        bridge::ask(job).await
    }

    /// Imports a file into the open project.
    pub async fn import(self, file: &UserFile, options: ReadOptions) -> Outcome<()> {
        let outcome = self.run(Job::Import { file: file.key, options }).await;
        self.follow(outcome).await
    }

    /// The same recipe on another file (P21).
    pub async fn import_same_recipe(self, file: &UserFile) -> Outcome<()> {
        let outcome = self.run(Job::ImportSameRecipe { file: file.key }).await;
        self.follow(outcome).await
    }

    /// Trains; each candidate that finishes is a run of the project at once.
    pub async fn train(self, models: Vec<ModelSpec>) -> Outcome<()> {
        let outcome = self.run(Job::Train { models }).await;
        self.follow(outcome).await
    }

    pub async fn delete_run(self, run: u32) -> Outcome<()> {
        let outcome = self.run(Job::DeleteRun { run }).await;
        self.follow(outcome).await
    }

    /// Registers a run as a version; its number.
    pub async fn register(self, run: u32, note: String) -> Outcome<u32> {
        let outcome = self.run(Job::Register { run, note }).await;
        let answer = outcome.as_ref().ok().map(|reply| reply.answer.clone());
        self.follow(outcome).await?;
        match answer {
            Some(Answer::Registered { version }) => Ok(version),
            _ => Err(wrong_answer()),
        }
    }

    /// Computes the figures of a run on a part; they are then in `evaluations`. The test set is opened by this, and
    /// counted, when it was not.
    pub async fn evaluate(self, run: u32, part: Part, reason: String) -> Outcome<()> {
        self.settle_edits().await;
        let basis = self
            .project
            .with_untracked(|project| project.as_ref().map(|project| Basis::of(project, run, part)))
            .ok_or_else(|| Message::new("engine.no_project"))?;
        let id = self.project_id();
        let reply = self.run(Job::Evaluate { run, part, reason }).await;
        if part == Part::Test {
            self.follow(reply.clone()).await?;
        }
        match reply?.answer {
            Answer::Evaluated(evaluation) if self.project_id() == id => {
                self.evaluations.update(|shown| {
                    shown.retain(|(other, _)| (other.run, other.part) != (run, part));
                    shown.push((basis, *evaluation));
                });
                Ok(())
            }
            Answer::Evaluated(_) => Ok(()),
            _ => Err(wrong_answer()),
        }
    }

    /// Runs a job that changes the stored project: the page's copy follows.
    pub async fn change(self, job: Job) -> Outcome<Answer> {
        let outcome = self.run(job).await;
        self.follow(outcome.clone()).await?;
        Ok(outcome?.answer)
    }

    pub fn cancel(self, id: JobId) {
        bridge::cancel(id);
    }

    /// The running job that `is` accepts; reactive.
    pub fn running(self, is: impl Fn(&Job) -> bool) -> Option<RunningJob> {
        self.jobs.with(|jobs| jobs.iter().find(|running| is(&running.job)).cloned())
    }

    // Notices.

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

    // Inside.

    fn notify_once(self, severity: Severity, message: Message) {
        if self
            .notices
            .with_untracked(|notices| notices.iter().all(|notice| notice.message.code != message.code))
        {
            self.notify(severity, message);
        }
    }

    fn project_id(self) -> Option<String> {
        self.project
            .with_untracked(|project| project.as_ref().map(|project| project.id.clone()))
    }

    fn is_current(self, id: &str) -> bool {
        self.project
            .with_untracked(|project| project.as_ref().is_some_and(|project| project.id == id))
    }

    fn forget_project(self) {
        OPENED.set(OPENED.get() + 1);
        self.project.set(None);
        self.opening.set(None);
        self.open_failure.set(None);
        self.read_only.set(false);
        self.description.set(None);
        self.description_failure.set(None);
        self.evaluations.set(Vec::new());
        self.save.set(SaveState::Saved);
        JOURNAL.with_borrow_mut(|journal| *journal = Journal::default());
    }

    async fn open_now(self, id: &str, take_over: bool) {
        self.settle_edits().await;
        if !self.is_current(id) {
            self.forget_project();
        }
        OPENED.set(OPENED.get() + 1);
        let turn = OPENED.get();
        self.opening.set(Some(id.to_owned()));
        self.open_failure.set(None);
        let outcome = bridge::ask(Job::OpenProject {
            id: id.to_owned(),
            take_over,
        })
        .await;
        if OPENED.get() != turn {
            return;
        }
        self.opening.set(None);
        match outcome {
            Ok(Reply {
                answer: Answer::Project { project, read_only },
                ..
            }) => self.show(*project, read_only),
            Ok(_) => self.open_failure.set(Some(wrong_answer())),
            Err(failure) => self.open_failure.set(Some(failure)),
        }
    }

    /// Shows what the store has, with the journal's edits on top of it.
    fn show(self, mut project: Project, read_only: bool) {
        ledger::note(&project.id, &project.name, project.generation);
        let mut journal = journal::read(&project.id);
        if read_only {
            // The edits belong to the tab that writes; they are that tab's to send.
            journal = Journal::default();
        } else {
            journal.acknowledge(project.journal_seq, project.generation);
            if let Some(failure) = journal.edits.iter().find_map(|edit| project.apply(edit).err()) {
                self.notify(
                    Severity::Error,
                    Message::new("page.journal_refused").with("why", failure.message.says()),
                );
                journal = Journal::default();
            }
            journal::write(&project.id, &journal);
        }
        let has_edits = !journal.edits.is_empty();
        JOURNAL.with_borrow_mut(|own| *own = journal);
        self.project.set(Some(project));
        self.read_only.set(read_only);
        self.save.set(SaveState::Saved);
        if has_edits { self.send_edits() } else { self.describe() }
    }

    /// One save at a time, each with everything edited meanwhile.
    fn send_edits(self) {
        if SENDING.replace(true) {
            return;
        }
        spawn_local(async move {
            while let Some((id, journal)) = self.unsent() {
                self.save.set(SaveState::Saving);
                let Journal {
                    first_seq,
                    base_generation,
                    edits,
                } = journal;
                let last_seq = first_seq + edits.len() as u64 - 1;
                let outcome = bridge::ask(Job::Edits {
                    id: id.clone(),
                    base_generation,
                    first_seq,
                    edits,
                })
                .await;
                match outcome {
                    Ok(Reply {
                        answer: Answer::Saved { id, generation },
                        ..
                    }) => self.saved(&id, last_seq, generation),
                    Ok(_) => {
                        self.save.set(SaveState::Failed(wrong_answer()));
                        break;
                    }
                    Err(failure) => {
                        if self.is_current(&id) {
                            self.save.set(SaveState::Failed(failure));
                        }
                        break;
                    }
                }
            }
            SENDING.set(false);
        });
    }

    fn unsent(self) -> Option<(String, Journal)> {
        let id = self.project_id()?;
        let journal = JOURNAL.with_borrow(Clone::clone);
        (!journal.edits.is_empty()).then_some((id, journal))
    }

    fn saved(self, id: &str, last_seq: u64, generation: u64) {
        if !self.is_current(id) {
            let mut journal = journal::read(id);
            journal.acknowledge(last_seq, generation);
            journal::write(id, &journal);
            return;
        }
        let is_all = JOURNAL.with_borrow_mut(|journal| {
            journal.acknowledge(last_seq, generation);
            journal::write(id, journal);
            journal.edits.is_empty()
        });
        self.stored(generation, Some(last_seq));
        if is_all {
            self.save.set(SaveState::Saved);
            self.describe();
        }
        self.ask_to_persist();
    }

    /// The store has this generation of the open project.
    fn stored(self, generation: u64, last_seq: Option<u64>) {
        self.project.update(|project| {
            if let Some(project) = project {
                project.generation = project.generation.max(generation);
                project.journal_seq = project.journal_seq.max(last_seq.unwrap_or(0));
                ledger::note(&project.id, &project.name, project.generation);
            }
        });
        JOURNAL.with_borrow_mut(|journal| journal.base_generation = journal.base_generation.max(generation));
    }

    /// Takes over what a job left in the stored project: from its answer, else by reading it again. After a failure too,
    /// because what was saved before it stays.
    async fn follow(self, outcome: Outcome<Reply>) -> Outcome<()> {
        match outcome {
            Ok(Reply {
                answer: Answer::Project { project, read_only },
                ..
            }) => {
                self.show(*project, read_only);
                Ok(())
            }
            other => {
                if let Some(id) = self.project_id() {
                    self.reread(&id).await;
                }
                other.map(|_| ())
            }
        }
    }

    async fn reread(self, id: &str) {
        self.settle_edits().await;
        let reply = bridge::ask(Job::OpenProject {
            id: id.to_owned(),
            take_over: false,
        })
        .await;
        if let Ok(Reply {
            answer: Answer::Project { project, read_only },
            ..
        }) = reply
            && self.is_current(id)
        {
            self.show(*project, read_only);
        }
    }

    /// Asks for what Frame and Prepare show. The newest wins: an older one still running is cancelled.
    fn describe(self) {
        if let Some(older) = DESCRIBE_JOB.take() {
            bridge::cancel(older);
        }
        let Some(id) = self.project_id() else { return };
        let handle = bridge::submit(Job::Describe);
        let job = handle.id();
        DESCRIBE_JOB.set(Some(job));
        self.describing.set(true);
        spawn_local(async move {
            let outcome = handle.await;
            if DESCRIBE_JOB.get() != Some(job) {
                return;
            }
            DESCRIBE_JOB.set(None);
            self.describing.set(false);
            if !self.is_current(&id) {
                return;
            }
            match outcome {
                Ok(Reply {
                    answer: Answer::Described(description),
                    ..
                }) => {
                    self.description.set(Some(Arc::new(*description)));
                    self.description_failure.set(None);
                }
                Ok(_) => self.description_failure.set(Some(wrong_answer())),
                Err(failure) if failure.cancelled => {}
                Err(failure) => self.description_failure.set(Some(failure)),
            }
        });
    }

    /// After the first real save the browser is asked to keep the projects, once a visit.
    fn ask_to_persist(self) {
        thread_local!(static ASKED: Cell<bool> = const { Cell::new(false) });
        if !ASKED.replace(true) {
            spawn_local(async move { self.persisted.set(space::ask_to_persist().await) });
        }
    }

    fn hear(self, heard: Heard) {
        match heard {
            Heard::Event(event) => self.hear_event(event),
            Heard::Restarted { reason } => {
                self.readiness.set(Readiness::Starting);
                self.notify(Severity::Warning, reason);
                if let Some(id) = self.project_id() {
                    // The dead worker may hold the project's lock for a moment longer; this tab was its writer.
                    let was_writer = !self.read_only.get_untracked();
                    spawn_local(async move { self.open_now(&id, was_writer).await });
                }
            }
            Heard::Unusable { reason } => self.readiness.set(Readiness::Unusable(reason)),
        }
    }

    fn hear_event(self, event: Event) {
        match event {
            Event::Catalogue(catalogue) => {
                self.catalogue.set(Some(Arc::new(*catalogue)));
                self.readiness.set(Readiness::Ready);
            }
            Event::Progress { id, progress } => self.on_job(id, |job| job.progress = Some(progress)),
            Event::Partial { id, partial } => self.hear_partial(id, partial),
            Event::Changed { id, read_only, .. } => {
                if self.is_current(&id) {
                    if read_only && !self.read_only.get_untracked() {
                        self.notify(Severity::Warning, Message::new("page.taken_over"));
                        self.read_only.set(true);
                    }
                    spawn_local(async move { self.reread(&id).await });
                }
                spawn_local(async move { self.list_projects(false).await });
            }
            Event::WorkerReplaced { reason } => self.notify(Severity::Warning, reason),
            // The bridge ends jobs.
            Event::Finished { .. } | Event::Failed { .. } => {}
        }
    }

    fn hear_partial(self, id: JobId, partial: Partial) {
        match partial {
            Partial::Candidate {
                index,
                algorithm,
                trial,
                fraction,
                state,
            } => self.on_job(id, |job| {
                let loss = job
                    .candidates
                    .remove(&index)
                    .map_or_else(Vec::new, |candidate| candidate.loss);
                job.candidates.insert(
                    index,
                    Candidate {
                        algorithm,
                        trial,
                        fraction,
                        state,
                        loss,
                    },
                );
            }),
            Partial::Loss { index, points } => self.on_job(id, |job| {
                if let Some(candidate) = job.candidates.get_mut(&index) {
                    candidate.loss.extend(points);
                }
            }),
            Partial::Run { run, generation } => {
                self.project.update(|project| {
                    if let Some(project) = project {
                        project.runs.retain(|other| other.id != run.id);
                        project.runs.push(*run);
                    }
                });
                self.stored(generation, None);
            }
        }
    }

    fn on_job(self, id: JobId, change: impl FnOnce(&mut RunningJob)) {
        self.jobs.update(|jobs| {
            if let Some(job) = jobs.iter_mut().find(|job| job.id == id) {
                change(job);
            }
        });
    }
}

fn wrong_answer() -> Failure {
    Message::new("engine.wrong_output").into()
}

//! What the Monitor page has asked for, and what it was answered.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use spec::job::{Answer, Job};
use spec::monitor::{BatchReport, MonitorRules, Watched};
use spec::registry::{Alias, Batch};
use spec::{Edit, Failure, Project};

use crate::pages::stage;
use crate::platform::files::{self, UserFile};
use crate::platform::time;
use crate::session::Session;

/// The state of the page. Copies are handles to the same signals.
#[derive(Clone, Copy)]
pub struct Watch {
    pub session: Session,
    /// The batch that was chosen; None: the newest of the version in use, else the newest of all.
    chosen: RwSignal<Option<u32>>,
    /// What the service hashes keys with; empty for its default. A secret, so it is not stored.
    pub key_salt: RwSignal<String>,
    pub batch: Memo<Option<Batch>>,
    /// With the batch that it is of. While that is judged again, its old report stays: what is open stays open.
    report: RwSignal<Option<(u32, Arc<BatchReport>)>>,
    pub watched: RwSignal<Option<Arc<Watched>>>,
    pub load_failure: RwSignal<Option<Failure>>,
    pub retrain_failure: RwSignal<Option<Failure>>,
    pub register_failure: RwSignal<Option<Failure>>,
}

impl Watch {
    /// To be called in a component.
    pub fn new(session: Session) -> Self {
        let chosen = RwSignal::new(None::<u32>);
        let batch = Memo::new(move |_| {
            session
                .project
                .with(|project| shown(project.as_ref()?, chosen.get()).cloned())
        });
        let watch = Self {
            session,
            chosen,
            key_salt: RwSignal::default(),
            batch,
            report: RwSignal::new(None),
            watched: RwSignal::new(None),
            load_failure: RwSignal::new(None),
            retrain_failure: RwSignal::new(None),
            register_failure: RwSignal::new(None),
        };
        let wanted = Memo::new(move |_| batch.with(|batch| batch.as_ref().map(|one| (one.summary.id, one.report_hash.clone()))));
        Effect::new(move |_| watch.open(wanted.get()));
        // Trends and advice rest on all batches, the rules and the version in use.
        let basis = Memo::new(move |_| {
            session.project.with(|project| {
                let project = project.as_ref()?;
                let hashes: Vec<String> = project.batches.iter().map(|batch| batch.report_hash.clone()).collect();
                let version = project.registry.in_use()?.number;
                Some((version, hashes, project.monitor_rules.clone()))
            })
        });
        Effect::new(move |_| {
            if basis.with(Option::is_some) {
                watch.look();
            }
        });
        watch
    }

    /// The report of the batch that is shown; None while it is on its way.
    pub fn report(self) -> Option<Arc<BatchReport>> {
        let shown = self.batch.with(|batch| batch.as_ref().map(|batch| batch.summary.id))?;
        self.report.with(|report| {
            report
                .as_ref()
                .filter(|(own, _)| *own == shown)
                .map(|(_, report)| Arc::clone(report))
        })
    }

    pub fn show(self, batch: u32) {
        self.chosen.set(Some(batch));
    }

    fn open(self, wanted: Option<(u32, String)>) {
        let Some((batch, _)) = wanted else { return };
        spawn_local(async move {
            match self.session.ask(Job::OpenBatch { batch }).await.map(|reply| reply.answer) {
                // An older answer must not stand in the way of a newer one.
                Ok(Answer::BatchReport(report)) if self.is_shown(batch) => self.report.set(Some((batch, Arc::new(*report)))),
                Ok(_) => {}
                Err(failure) => self.load_failure.set(Some(failure).filter(|failure| !failure.cancelled)),
            }
        });
    }

    fn is_shown(self, batch: u32) -> bool {
        let shown = self
            .batch
            .try_with_untracked(|shown| shown.as_ref().map(|one| one.summary.id));
        shown.flatten() == Some(batch)
    }

    fn look(self) {
        spawn_local(async move {
            // Rules and aliases are edits: what is looked at must hold them.
            self.session.settle_edits().await;
            match self.session.ask(Job::Watch).await.map(|reply| reply.answer) {
                Ok(Answer::Watched(watched)) => self.watched.set(Some(Arc::new(*watched))),
                Ok(_) => {}
                Err(failure) if failure.cancelled => {}
                Err(failure) => self.session.report(failure),
            }
        });
    }

    /// Compares a file with the version in use; the batch is then the one that is shown.
    pub fn load(self, file: UserFile) {
        if self.cannot_load().is_some() {
            files::forget(file.key);
            return;
        }
        self.load_failure.set(None);
        let salt = self.key_salt.with_untracked(|salt| salt.trim().to_owned());
        spawn_local(async move {
            let job = Job::CheckBatch {
                file: file.key,
                options: None,
                version: None,
                key_salt: (!salt.is_empty()).then_some(salt),
            };
            match self.session.change(job).await {
                Ok(Answer::Batch(batch)) => self.chosen.set(Some(batch.summary.id)),
                Ok(_) => {}
                Err(failure) => self.load_failure.set(Some(failure).filter(|failure| !failure.cancelled)),
            }
            files::forget(file.key);
        });
    }

    pub fn pick(self) {
        spawn_local(async move {
            if let Some(file) = files::pick(spec::texts::ui::monitor::ACCEPT).await {
                self.load(file);
            }
        });
    }

    /// A file of the page's own folder.
    pub fn fetch(self, path: String) {
        spawn_local(async move {
            match files::fetch(&path).await {
                Ok(file) => self.load(file),
                Err(failure) => self.load_failure.set(Some(failure)),
            }
        });
    }

    /// Takes the rules and judges every batch by them.
    pub fn set_rules(self, rules: MonitorRules) {
        self.session.edit_or_report(Edit::SetMonitorRules { rules });
        self.judge_again();
    }

    pub fn delete(self, batch: u32) {
        self.session.edit_or_report(Edit::DeleteBatch { batch });
        if self.chosen.get_untracked() == Some(batch) {
            self.chosen.set(None);
        }
        self.judge_again();
    }

    fn judge_again(self) {
        let has_batches = self
            .session
            .project
            .with_untracked(|project| project.as_ref().is_some_and(|project| !project.batches.is_empty()));
        if has_batches {
            self.run_or_report(Job::JudgeBatches);
        }
    }

    pub fn retrain(self, batches: Vec<u32>) {
        self.retrain_failure.set(None);
        spawn_local(async move {
            if let Err(failure) = self.session.change(Job::Retrain { batches }).await
                && !failure.cancelled
            {
                self.retrain_failure.set(Some(failure));
            }
        });
    }

    /// Registers a run and gives the version a name.
    pub fn register(self, run: u32, alias: Alias, note: String, reason: String) {
        self.register_failure.set(None);
        spawn_local(async move {
            match self.session.change(Job::Register { run, note }).await {
                Ok(Answer::Registered { version }) => self.name(alias, version, reason),
                Ok(_) => {}
                Err(failure) => self.register_failure.set(Some(failure).filter(|failure| !failure.cancelled)),
            }
        });
    }

    /// Makes a version champion or challenger.
    pub fn name(self, alias: Alias, version: u32, reason: String) {
        self.session.edit_or_report(Edit::SetAlias {
            alias,
            version: Some(version),
            at_ms: time::now_ms(),
            reason,
        });
    }

    pub fn keep_champion(self, reason: String) {
        let at_ms = time::now_ms();
        self.session.edit_or_report(Edit::KeepChampion { at_ms, reason });
    }

    fn run_or_report(self, job: Job) {
        spawn_local(async move {
            if let Err(failure) = self.session.change(job).await {
                self.session.report(failure);
            }
        });
    }

    /// Why no file can be loaded now.
    pub fn cannot_load(self) -> Option<String> {
        let is_busy = || self.session.running(|job| matches!(job, Job::CheckBatch { .. })).is_some();
        self.why_not().or_else(|| is_busy().then(String::new))
    }

    /// Why nothing can be changed now.
    pub fn why_not(self) -> Option<String> {
        let words = spec::texts::ui::monitor::READ_ONLY;
        self.session.read_only.get().then(|| words.to_owned())
    }
}

fn shown(project: &Project, chosen: Option<u32>) -> Option<&Batch> {
    let of_choice = project.batches.iter().find(|batch| Some(batch.summary.id) == chosen);
    of_choice
        .or_else(|| stage::newest_batch(project))
        .or_else(|| project.batches.last())
}

//! Projects: made, opened, edited, saved. Every save is one transaction with a generation check.

use std::collections::BTreeSet;

use spec::evaluation::{Opening, Part};
use spec::job::{Answer, Download, FileKey, JobId, ProjectCard, Start};
use spec::project::Snapshot;
use spec::{Edit, Message, Outcome, Project, wire};

use crate::data::file_name;
use crate::engine::{Engine, Open, Reply, expect_output};
use crate::task::{Task, TaskOutput};
use crate::{Host, Store, Write};

impl<H: Host> Engine<H> {
    pub(crate) async fn create_project(&self, job: JobId, name: String, start: Start) -> Outcome<Answer> {
        let now = self.host.now_ms();
        let mut project = Project::new(self.host.new_id(), name, now);
        match start {
            Start::Blank => {}
            Start::Framing { framing } => project.pipeline.framing = framing,
            Start::Sample { id, file, framing, seed } => {
                let own = spec::sample::framing(&id).ok_or_else(|| Message::new("engine.no_sample").with("sample", &id))?;
                project.pipeline.framing = merged(own, framing);
                if let Some(seed) = seed {
                    project.pipeline.seed = seed;
                    project.pipeline.split.seed = seed;
                }
                let edit = self.read_file(job, file, None, &project, Some(id)).await?;
                project.apply(&edit)?;
                // A new project starts with its sample; there is nothing before it to go back to.
                project.history = spec::project::History::default();
            }
            Start::Copy { id } => {
                let original = self.load_project(&id).await?;
                let name = project.name;
                project = Project {
                    id: project.id,
                    name,
                    generation: 0,
                    journal_seq: 0,
                    created_at_ms: now,
                    changed_at_ms: now,
                    ..original
                };
            }
        }
        let _turn = self.opening.take_turn(&self.host).await;
        self.host.lock_project(&project.id, false).await;
        let saved = self.save_new(&mut project).await;
        let ready = match saved {
            Ok(()) => self.provide(&project).await,
            failed => failed,
        };
        if let Err(failure) = ready {
            // What is open stays open.
            self.host.unlock_project(&project.id);
            return Err(failure);
        }
        let old = self.open.borrow_mut().replace(Open {
            project: project.clone(),
            read_only: false,
        });
        if let Some(old) = old {
            self.host.unlock_project(&old.project.id);
        }
        Ok(Answer::Project {
            project: Box::new(project),
            read_only: false,
        })
    }

    pub(crate) async fn open_project(&self, id: &str, take_over: bool) -> Outcome<Answer> {
        // In the order in which they were asked for: the last one stays open.
        let _turn = self.opening.take_turn(&self.host).await;
        let is_writer = self.host.lock_project(id, take_over).await;
        let opened = self.open_as(id, is_writer).await;
        if opened.is_err() && !self.is_open(id) {
            self.host.unlock_project(id);
        }
        opened
    }

    async fn open_as(&self, id: &str, is_writer: bool) -> Outcome<Answer> {
        let mut project = self.load_project(id).await?;
        self.provide(&project).await?;
        // From here on nothing waits: a job that was asked for meanwhile finds the project open, and what it saved stays.
        match self.open.borrow_mut().take() {
            Some(old) if old.project.id != id => self.host.unlock_project(&old.project.id),
            Some(old) if old.project.generation > project.generation => project = old.project,
            _ => {}
        }
        let read_only = !is_writer;
        *self.open.borrow_mut() = Some(Open {
            project: project.clone(),
            read_only,
        });
        Ok(Answer::Project {
            project: Box::new(project),
            read_only,
        })
    }

    fn is_open(&self, id: &str) -> bool {
        self.open.borrow().as_ref().is_some_and(|open| open.project.id == id)
    }

    /// Of a project that need not be open.
    pub(crate) async fn export_project(&self, job: JobId, id: &str) -> Outcome<Reply> {
        let (download, content) = self.project_file(job, id).await?;
        let bytes = self.host.bytes_of(&content).await?;
        Ok((Answer::Download(download), Some(bytes)))
    }

    /// A project as one file, which was opened again after it was written.
    ///
    /// Errors: those of [`project_file::unpack`](crate::project_file::unpack) besides those of the store.
    pub async fn project_file(&self, job: JobId, id: &str) -> Outcome<(Download, H::Content)> {
        let project = self.load_project(id).await?;
        let record = self.record(&project.id).await?;
        let mut contents = Vec::new();
        for name in chunk_names(&project) {
            let content = self.content(&name).await?;
            contents.push((name, content));
        }
        let task = Task::PackProject {
            record: record.into(),
            chunks: contents.iter().map(|(name, _)| name.clone()).collect(),
        };
        self.host.provide_contents(contents);
        let output = self.task(job, task, Message::new("doing.writing")).await;
        self.host.provide_contents(Vec::new());
        let made = expect_output!(output?, TaskOutput::Packed(made) => made);
        let content = self.host.made(&made)?;
        let download = Download {
            file_name: file_name(&project.name, "mllc"),
            mime: "application/zip".to_owned(),
            n_bytes: made.n_bytes,
            notes: Vec::new(),
            files: Vec::new(),
        };
        Ok((download, content))
    }

    pub(crate) async fn import_project(&self, job: JobId, file: FileKey) -> Outcome<Answer> {
        let output = self
            .task(job, Task::UnpackProject { file }, Message::new("doing.reading"))
            .await?;
        let (record, chunks) = expect_output!(output, TaskOutput::Unpacked { record, chunks } => (record.into_vec(), chunks));
        let mut project = read_record(&record)?;
        let mut contents = Vec::new();
        for (hash, made) in &chunks {
            contents.push((hash, self.host.made(made)?));
        }
        let known: BTreeSet<&String> = chunks.iter().map(|(hash, _)| hash).collect();
        if let Some(lost) = chunk_names(&project).iter().find(|name| !known.contains(name)) {
            let name = format!("chunks/{lost}");
            return Err(Message::new("project_file.damaged").with("name", name).into());
        }
        let ids: Vec<String> = self.host.store().list().await?.into_iter().map(|card| card.id).collect();
        let is_known = ids.contains(&project.id) || !is_id(&project.id);
        if is_known {
            project.id = self.host.new_id();
            project.name = spec::texts::ui::home::imported(&project.name);
        }
        for (hash, content) in &contents {
            self.host.store().put_content(hash, content).await?;
        }
        let mut write = write(&project, None, Vec::new());
        if !is_known {
            // The record as it was, so that the file that one saves again is the same.
            write.record = record;
        }
        self.host.store().save(write).await?;
        self.open_project(&project.id, false).await
    }

    pub(crate) async fn close_project(&self) -> Answer {
        let _turn = self.opening.take_turn(&self.host).await;
        if let Some(open) = self.open.borrow_mut().take() {
            self.host.unlock_project(&open.project.id);
        }
        Answer::Done
    }

    pub(crate) async fn delete_project(&self, id: &str) -> Outcome<Answer> {
        let _turn = self.opening.take_turn(&self.host).await;
        if !self.host.lock_project(id, false).await {
            return Err(Message::new("store.open_elsewhere").into());
        }
        if self.is_open(id) {
            *self.open.borrow_mut() = None;
        }
        let own = self
            .load_project(id)
            .await
            .map_or_else(|_| BTreeSet::new(), |project| chunk_names(&project));
        let own: Vec<String> = own.into_iter().collect();
        // Copies share chunks: what any other project names stays.
        let mut keep = Vec::new();
        for card in self.host.store().list().await?.into_iter().filter(|card| card.id != id) {
            match self.load_project(&card.id).await {
                Ok(project) => keep.extend(chunk_names(&project)),
                // A record that cannot be read may name any chunk: better to keep too much than to lose data.
                Err(_) => {
                    self.host.store().delete(id, &own, None).await?;
                    self.host.unlock_project(id);
                    return Ok(Answer::Done);
                }
            }
        }
        self.host.store().delete(id, &own, Some(&keep)).await?;
        self.host.unlock_project(id);
        Ok(Answer::Done)
    }

    pub(crate) async fn erase_all(&self) -> Outcome<Answer> {
        let _turn = self.opening.take_turn(&self.host).await;
        *self.open.borrow_mut() = None;
        self.host.store().erase_all().await?;
        Ok(Answer::Done)
    }

    pub(crate) async fn apply_edits(&self, id: &str, base_generation: u64, first_seq: u64, edits: &[Edit]) -> Outcome<Answer> {
        let now_ms = self.host.now_ms();
        let table_of = |project: &Project| project.data.as_ref().map(|data| data.table_hash.clone());
        let at_hand = || {
            self.open
                .borrow()
                .as_ref()
                .filter(|open| open.project.id == id)
                .map(|open| table_of(&open.project))
        };
        let before = at_hand();
        let generation = self
            .change(id, Vec::new(), |project| {
                if base_generation > project.generation {
                    return Err(Message::new("store.conflict").into());
                }
                for (edit, seq) in edits.iter().zip(first_seq..) {
                    if seq <= project.journal_seq {
                        continue;
                    }
                    project.apply(edit)?;
                    project.journal_seq = seq;
                }
                project.changed_at_ms = now_ms;
                Ok(())
            })
            .await?;
        // An import can be undone: tasks then need the table that was there before.
        if let Some(Some(hash)) = at_hand().filter(|table| Some(table) != before.as_ref()) {
            self.provide_chunk(&hash).await?;
        }
        Ok(Answer::Saved {
            id: id.to_owned(),
            generation,
        })
    }

    pub(crate) async fn rename_project(&self, id: &str, name: String) -> Outcome<Answer> {
        let now_ms = self.host.now_ms();
        let generation = self
            .change(id, Vec::new(), |project| {
                project.apply(&Edit::Rename { name })?;
                project.changed_at_ms = now_ms;
                Ok(())
            })
            .await?;
        Ok(Answer::Saved {
            id: id.to_owned(),
            generation,
        })
    }

    /// Changes a project and saves it in one transaction; on an error memory and store are as before. The change is
    /// applied to the newest state at once, so that overlapping jobs cannot lose each other's changes. A project that was
    /// left meanwhile is changed where it is stored: what a long job found is not lost.
    pub(crate) async fn change(
        &self,
        id: &str,
        chunks: Vec<(String, Vec<u8>)>,
        change: impl FnOnce(&mut Project) -> Outcome<()>,
    ) -> Outcome<u64> {
        // One save at a time: the generation in the store must be the one that this save is based on.
        let _turn = self.saving.take_turn(&self.host).await;
        if let Some(project) = self.writable(id)? {
            return self.save_changed(project, chunks, change).await;
        }
        // It was left: nobody opens or deletes it meanwhile, but somebody may have opened it before it was our turn.
        let _turn = self.opening.take_turn(&self.host).await;
        if let Some(project) = self.writable(id)? {
            return self.save_changed(project, chunks, change).await;
        }
        if !self.host.lock_project(id, false).await {
            return Err(Message::new("store.open_elsewhere").into());
        }
        let saved = match self.load_project(id).await {
            Ok(project) => self.save_changed(project, chunks, change).await,
            Err(failure) => Err(failure),
        };
        self.host.unlock_project(id);
        saved
    }

    /// True when another tab writes the open project.
    pub(crate) fn is_read_only(&self) -> bool {
        self.open.borrow().as_ref().is_some_and(|open| open.read_only)
    }

    /// A copy of the open project, when it is this one. Errors: `store.read_only` when another tab writes it.
    fn writable(&self, id: &str) -> Outcome<Option<Project>> {
        let open = self.open.borrow();
        match open.as_ref().filter(|open| open.project.id == id) {
            Some(open) if open.read_only => Err(Message::new("store.read_only").into()),
            open => Ok(open.map(|open| open.project.clone())),
        }
    }

    async fn save_changed(
        &self,
        mut project: Project,
        chunks: Vec<(String, Vec<u8>)>,
        change: impl FnOnce(&mut Project) -> Outcome<()>,
    ) -> Outcome<u64> {
        let before = project.generation;
        change(&mut project)?;
        project.generation += 1;
        self.host.store().save(write(&project, Some(before), chunks)).await?;
        let generation = project.generation;
        if let Some(open) = self.open.borrow_mut().as_mut().filter(|open| open.project.id == project.id) {
            open.project = project;
        }
        Ok(generation)
    }

    async fn save_new(&self, project: &mut Project) -> Outcome<()> {
        project.generation = 1;
        self.host.store().save(write(project, None, Vec::new())).await
    }

    /// Errors: `store.no_project`, `store.damaged`, `store.newer` when a newer version wrote it.
    async fn load_project(&self, id: &str) -> Outcome<Project> {
        read_record(&self.record(id).await?)
    }

    async fn record(&self, id: &str) -> Outcome<Vec<u8>> {
        let record = self.host.store().load(id).await?;
        Ok(record.ok_or_else(|| Message::new("store.no_project"))?)
    }

    /// Gives the host the project's table.
    pub(crate) async fn provide(&self, project: &Project) -> Outcome<()> {
        if let Some(data) = &project.data {
            self.provide_chunk(&data.table_hash).await?;
        }
        Ok(())
    }

    pub(crate) async fn provide_chunk(&self, hash: &str) -> Outcome<()> {
        let content = self.content(hash).await?;
        self.host.provide_table(hash, content);
        Ok(())
    }

    /// Errors: `store.lost` when the store does not have it.
    pub(crate) async fn content(&self, hash: &str) -> Outcome<H::Content> {
        let content = self.host.store().content(hash).await?;
        Ok(content.ok_or_else(|| Message::new("store.lost").with("hash", hash))?)
    }

    /// Errors: `store.lost` when the store does not have it.
    pub(crate) async fn chunk(&self, hash: &str) -> Outcome<Vec<u8>> {
        Ok(self
            .host
            .store()
            .chunk(hash)
            .await?
            .ok_or_else(|| Message::new("store.lost").with("hash", hash))?)
    }
}

fn write(project: &Project, base_generation: Option<u64>, chunks: Vec<(String, Vec<u8>)>) -> Write {
    Write {
        card: card(project),
        base_generation,
        record: wire::to_json(project).into_bytes(),
        chunks,
    }
}

fn card(project: &Project) -> ProjectCard {
    let summary = project.data.as_ref().map(|data| &data.summary);
    ProjectCard {
        id: project.id.clone(),
        name: project.name.clone(),
        changed_at_ms: project.changed_at_ms,
        created_at_ms: project.created_at_ms,
        generation: project.generation,
        file_name: summary.map(|summary| summary.file_name.clone()).unwrap_or_default(),
        n_rows: summary.map_or(0, |summary| summary.n_kept),
        n_runs: project.runs.len() as u32,
        task: project.pipeline.framing.task,
        damaged: false,
    }
}

/// A project from its stored record.
///
/// Errors: `store.damaged`; `store.newer` when a later version has written it: what this one does not know would be lost.
pub fn read_record(record: &[u8]) -> Outcome<Project> {
    let damaged = |what: String| Message::new("store.damaged").with("what", what);
    let text = std::str::from_utf8(record).map_err(|error| damaged(error.to_string()))?;
    let record = wire::parse_json(text).map_err(|failure| damaged(failure.message.says()))?;
    let format = record.get("format").and_then(wire::Value::as_u64).unwrap_or(0);
    if format > u64::from(spec::FORMAT) {
        return Err(Message::new("store.newer")
            .with("format", format)
            .with("known", spec::FORMAT)
            .into());
    }
    Ok(wire::from_value(record).map_err(|failure| damaged(failure.message.says()))?)
}

/// Identifiers become keys and addresses.
fn is_id(id: &str) -> bool {
    !id.is_empty() && id.len() <= 64 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Every chunk that a project names, history and versions included.
pub fn chunk_names(project: &Project) -> BTreeSet<String> {
    let table = |snapshot: &Snapshot| snapshot.data.as_ref().map(|data| data.table_hash.clone());
    let mut names: Vec<String> = project.data.iter().map(|data| data.table_hash.clone()).collect();
    names.extend(project.history.undo.iter().filter_map(table));
    names.extend(project.history.redo.iter().filter_map(table));
    names.extend(
        project
            .runs
            .iter()
            .flat_map(|run| [run.predictions_hash.clone(), run.model_hash.clone()]),
    );
    names.extend(
        project
            .evaluations
            .iter()
            .map(|evaluation| evaluation.predictions_hash.clone()),
    );
    for version in &project.registry.versions {
        let (run, data) = (&version.run, &version.data);
        names.extend(
            [
                &run.model_hash,
                &run.predictions_hash,
                &data.table_hash,
                &version.reference_hash,
            ]
            .map(String::clone),
        );
    }
    for batch in &project.batches {
        names.extend(batch.table_hash.clone());
        names.extend(batch.log_hash.clone());
        names.push(batch.report_hash.clone());
    }
    names.extend(project.openings.iter().map(|opening: &Opening| opening.rows_hash.clone()));
    names.into_iter().filter(|name| !name.is_empty()).collect()
}

/// A sample's framing with what a lesson or the user said instead.
fn merged(sample: spec::Framing, given: Option<spec::Framing>) -> spec::Framing {
    let Some(given) = given else { return sample };
    spec::Framing {
        task: given.task.or(sample.task),
        target: given.target.or(sample.target),
        positive_class: given.positive_class.or(sample.positive_class),
        metric: given.metric.or(sample.metric),
        threshold: given.threshold.or(sample.threshold),
        ..sample
    }
}

/// The evaluation of a run on a part, if it was made on what the run is now.
pub(crate) fn evaluation_of(project: &Project, run: u32, part: Part) -> Option<&spec::evaluation::Evaluation> {
    project
        .evaluations
        .iter()
        .find(|evaluation| evaluation.run == run && evaluation.part == part)
}

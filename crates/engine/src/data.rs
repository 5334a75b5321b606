//! Data: sniffed, imported, described, shown and written, all by tasks.

use spec::job::{Answer, Download, FileKey, JobId, RowSelection, RowState, SortBy};
use spec::project::DataRef;
use spec::read::ReadOptions;
use spec::{Edit, Message, Outcome, Pipeline, Project, wire};

use crate::engine::{Engine, Reply, expect_output};
use crate::evaluating::Scoreboard;
use crate::setting::{Setting, Source};
use crate::task::{Imported, Made, Task, TaskOutput};
use crate::{Host, Store};

impl<H: Host> Engine<H> {
    pub(crate) async fn sniff(&self, job: JobId, file: FileKey, options: Option<ReadOptions>) -> Outcome<Answer> {
        let task = Task::Sniff {
            file,
            file_name: self.host.file_name(file),
            options,
        };
        let output = self.task(job, task, Message::new("doing.reading")).await?;
        Ok(Answer::Sniffed(expect_output!(output, TaskOutput::Sniffed(sniff) => sniff)))
    }

    pub(crate) async fn import(&self, job: JobId, file: FileKey, options: ReadOptions) -> Outcome<Answer> {
        let project = self.project()?;
        let edit = self.read_file(job, file, Some(options), &project, None).await?;
        self.take_data(&project.id, edit).await
    }

    /// The same document on another file: types and names must allow it, which Describe then says.
    pub(crate) async fn import_same_recipe(&self, job: JobId, file: FileKey) -> Outcome<Answer> {
        let project = self.project()?;
        let (data, table) = self.read_table(job, file, project.pipeline.read.clone()).await?;
        self.host.store().put_content(&data.table_hash, &table).await?;
        let pipeline = project.pipeline.clone();
        self.take_data(&project.id, Edit::SetData { data, pipeline }).await
    }

    async fn take_data(&self, id: &str, edit: Edit) -> Outcome<Answer> {
        let now_ms = self.host.now_ms();
        self.change(id, Vec::new(), |project| {
            project.apply(&edit)?;
            project.changed_at_ms = now_ms;
            Ok(())
        })
        .await?;
        Ok(Answer::Project {
            project: Box::new(self.project()?),
            read_only: false,
        })
    }

    /// Imports a file, stores its table and proposes recipe, split and models for it; the edit that says so.
    pub(crate) async fn read_file(
        &self,
        job: JobId,
        file: FileKey,
        options: Option<ReadOptions>,
        project: &Project,
        sample: Option<String>,
    ) -> Outcome<Edit> {
        let (mut data, table) = self.read_table(job, file, options).await?;
        data.sample = sample;
        let mut pipeline = Pipeline {
            read: Some(data.summary.options.clone()),
            ..project.pipeline.clone()
        };
        if project.data.is_some() {
            // Another file: steps that name the old columns would only fail.
            pipeline.recipe = spec::step::Recipe::default();
            pipeline.decision_threshold = None;
            pipeline.waivers.clear();
        }
        let names: Vec<&str> = data.summary.schema.iter().map(|column| column.name.as_str()).collect();
        let framing = &mut pipeline.framing;
        if framing.target.as_deref().is_some_and(|target| !names.contains(&target)) {
            framing.target = None;
            framing.positive_class = None;
        }
        framing.not_known.retain(|column| names.contains(&column.as_str()));
        framing
            .sensitive
            .retain(|sensitive| names.contains(&sensitive.column.as_str()));
        let source = Source {
            table: data.table_hash.clone(),
            sha256: data.summary.fingerprint.sha256.clone(),
            shape: Vec::new(),
        };
        // A disk takes its time for a large table; meanwhile a worker looks at it.
        let storing = self.host.store().put_content(&data.table_hash, &table);
        let (stored, proposed) = futures_lite::future::zip(storing, self.proposed(job, source, pipeline)).await;
        stored?;
        let mut pipeline = proposed?;
        split_as_told(&data, &mut pipeline);
        Ok(Edit::SetData { data, pipeline })
    }

    /// Reads a file into a table that tasks then know; the table as the store takes it.
    async fn read_table(&self, job: JobId, file: FileKey, options: Option<ReadOptions>) -> Outcome<(DataRef, H::Content)> {
        let file_name = self.host.file_name(file);
        let doing = Message::new("doing.importing").with("file", &file_name);
        let task = Task::Import {
            file,
            file_name,
            options,
        };
        let (output, file_hash) = futures_lite::future::zip(self.task(job, task, doing), self.host.file_sha256(file)).await;
        let Imported { mut summary, table } = expect_output!(output?, TaskOutput::Imported(imported) => *imported);
        if let Some(hash) = file_hash {
            summary.fingerprint.sha256 = hash;
        }
        let (table_hash, table) = self.take(&table).await?;
        self.host.provide_table(&table_hash, table.clone());
        let data = DataRef {
            summary,
            table_hash,
            sample: None,
            parts: Vec::new(),
        };
        Ok((data, table))
    }

    /// Content that a task has handed over, and its hash.
    pub(crate) async fn take(&self, made: &Made) -> Outcome<(String, H::Content)> {
        let content = self.host.made(made)?;
        let hash = match &made.sha256 {
            Some(hash) => hash.clone(),
            None => self.host.sha256_of(&content).await?,
        };
        Ok((hash, content))
    }

    async fn proposed(&self, job: JobId, source: Source, pipeline: Pipeline) -> Outcome<Pipeline> {
        let task = Task::Propose {
            source,
            pipeline: Box::new(pipeline),
        };
        let output = self.task(job, task, Message::new("doing.proposing")).await?;
        Ok(*expect_output!(output, TaskOutput::Proposed(pipeline) => pipeline))
    }

    /// Recipe, split and models for the framing as it is now.
    pub(crate) async fn propose(&self, job: JobId) -> Outcome<Answer> {
        let project = self.project()?;
        let setting = Setting::of_project(&project)?;
        let mut pipeline = self.proposed(job, setting.source, project.pipeline).await?;
        if let Some(data) = &project.data {
            split_as_told(data, &mut pipeline);
        }
        Ok(Answer::Proposed(Box::new(pipeline)))
    }

    pub(crate) async fn describe(&self, job: JobId) -> Outcome<Answer> {
        let project = self.project()?;
        let Ok(setting) = Setting::of_project(&project) else {
            let description = spec::job::Description {
                generation: project.generation,
                ..Default::default()
            };
            return Ok(Answer::Described(Box::new(description)));
        };
        let output = self
            .task(job, Task::Describe { setting }, Message::new("doing.describing"))
            .await?;
        let (mut description, test_rows) =
            expect_output!(output, TaskOutput::Described { description, test_rows } => (description, test_rows));
        description.generation = project.generation;
        if let Some(split) = &mut description.split {
            self.warn_of_overlap(&project, split, &test_rows).await?;
        }
        Ok(Answer::Described(description))
    }

    /// A new split whose test rows were opened in another one says so.
    async fn warn_of_overlap(&self, project: &Project, split: &mut spec::split::SplitSummary, test_rows: &[u32]) -> Outcome<()> {
        split.n_seen = self.n_seen(project, &split.test_id, test_rows).await?;
        if split.n_seen > 0 {
            split
                .warnings
                .push(Message::new("engine.opened_overlap").with("n", split.n_seen));
        }
        Ok(())
    }

    /// How many of these test rows (by their numbers in the file, ascending) were opened in another split.
    pub(crate) async fn n_seen(&self, project: &Project, test_id: &str, test_rows: &[u32]) -> Outcome<u64> {
        let mut overlap = std::collections::BTreeSet::new();
        let same_rows = project.data.as_ref().map(crate::retraining::prefixes).unwrap_or_default();
        for opening in project.openings.iter().filter(|opening| opening.test_id != test_id) {
            if let Some(bytes) = self.host.store().chunk(&opening.rows_hash).await? {
                let opened: crate::evaluating::OpenedRows = wire::from_bytes(&bytes)?;
                if same_rows.contains(&opened.data_sha256) {
                    overlap.extend(opened.rows.into_iter().filter(|row| test_rows.binary_search(row).is_ok()));
                }
            }
        }
        Ok(overlap.len() as u64)
    }

    pub(crate) async fn rows(
        &self,
        job: JobId,
        state: RowState,
        selection: Option<RowSelection>,
        start: u64,
        count: u32,
        sort: Option<SortBy>,
    ) -> Outcome<Answer> {
        let project = self.project()?;
        let mut setting = Setting::of_project(&project)?;
        let mut picked = None;
        if let Some(RowSelection::ConfusionCell {
            run,
            part,
            truth,
            predicted,
            threshold,
        }) = &selection
        {
            let found = project
                .runs
                .iter()
                .find(|other| other.id == *run)
                .ok_or_else(|| Message::new("engine.no_run").with("run", *run))?;
            setting = Setting::of_run(&project, found)?;
            let scoreboard: Scoreboard = self.scoreboard(&project, found, *part).await?;
            let threshold = threshold.or(project.pipeline.decision_threshold);
            picked = Some(scoreboard.rows_where(truth, predicted, threshold));
        }
        let task = Task::Rows {
            setting,
            state,
            selection,
            picked,
            start,
            count,
            sort,
        };
        let output = self.task(job, task, Message::new("doing.rows")).await?;
        Ok(Answer::Rows(expect_output!(output, TaskOutput::Rows(page) => page)))
    }

    pub(crate) async fn preview_formula(&self, job: JobId, expression: String) -> Outcome<Answer> {
        let setting = Setting::of_project(&self.project()?)?;
        let output = self
            .task(job, Task::Formula { setting, expression }, Message::new("doing.rows"))
            .await?;
        Ok(Answer::Formula(
            expect_output!(output, TaskOutput::Formula(preview) => preview),
        ))
    }

    pub(crate) async fn export_data(&self, job: JobId, state: RowState, spreadsheet_safe: bool) -> Outcome<Reply> {
        let project = self.project()?;
        let setting = Setting::of_project(&project)?;
        let task = Task::WriteCsv {
            setting,
            state,
            spreadsheet_safe,
        };
        let output = self.task(job, task, Message::new("doing.writing")).await?;
        let bytes = expect_output!(output, TaskOutput::Bytes(bytes) => bytes.into_vec());
        Ok(download(file_name(&project.name, "csv"), "text/csv;charset=utf-8", bytes))
    }
}

/// A sample is split as its story says.
fn split_as_told(data: &DataRef, pipeline: &mut Pipeline) {
    if let Some(assignment) = data.sample.as_deref().and_then(spec::sample::assignment) {
        pipeline.split.assignment = assignment;
    }
}

pub(crate) fn download(file_name: String, mime: &str, bytes: Vec<u8>) -> Reply {
    let download = Download {
        file_name,
        mime: mime.to_owned(),
        n_bytes: bytes.len() as u64,
        notes: Vec::new(),
        files: Vec::new(),
    };
    (Answer::Download(download), Some(bytes))
}

/// A name for a download that every system can store: letters, digits, `.`, `_` and `-`, at most 64.
pub(crate) fn file_name(title: &str, extension: &str) -> String {
    let mut stem = String::new();
    for c in title.chars() {
        let c = if c.is_ascii_alphanumeric() {
            c.to_ascii_lowercase()
        } else {
            '-'
        };
        if c != '-' || !stem.ends_with('-') {
            stem.push(c);
        }
    }
    let stem: String = stem.trim_matches('-').chars().take(48).collect();
    format!("{}.{extension}", if stem.is_empty() { "project" } else { &stem })
}

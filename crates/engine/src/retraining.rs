//! Training again (M14): the same recipe, split rule, search and seeds on old rows and later ones, and the best of it
//! against the champion on rows that neither had learned from (M15).

use std::rc::Rc;

use serde_bytes::ByteBuf;
use spec::evaluation::Part;
use spec::job::{Answer, FileKey, JobId};
use spec::monitor::{ChallengerVerdict, Retrained};
use spec::project::{DataPart, DataRef};
use spec::registry::{Act, Batch};
use spec::{Edit, Message, Order, Outcome, Project};

use crate::engine::{Engine, expect_output};
use crate::evaluating::{Scoreboard, find_run};
use crate::memory::sha256;
use crate::setting::Setting;
use crate::task::{Appended, BatchRows, Subject, Task, TaskOutput};
use crate::watching::{WatchedBundle, find, subject_of_bundle};
use crate::{Host, Store};

/// The model that a new one must beat.
pub enum Champion {
    Version(u32),
    Bundle(WatchedBundle),
}

/// Rows to be added to the data.
struct NewRows {
    part: DataPart,
    /// Bytes of the table.
    table: Vec<u8>,
    /// The batch that they were loaded as.
    batch: Option<u32>,
}

/// The champion, ready to be asked, with the files that it learned from.
struct Defender {
    version: Option<u32>,
    subject: Subject,
    files: Vec<String>,
}

impl<H: Host> Engine<H> {
    pub(crate) async fn retrain(&self, job: JobId, batches: &[u32]) -> Outcome<Answer> {
        let project = self.project()?;
        let mut chosen: Vec<&Batch> = Vec::new();
        for id in batches {
            let batch = find(&project, *id)?;
            if !batch.has_target {
                return Err(Message::new("engine.batch_without_outcomes")
                    .with("file", &batch.file_name)
                    .into());
            }
            chosen.push(batch);
        }
        // Rows that are among the data already are taken as they are now: outcomes may have come since.
        let files = project.data.as_ref().map(DataRef::files).unwrap_or_default();
        let is_part = |batch: &Batch| files.iter().skip(1).any(|file| file.sha256 == batch.sha256);
        let is_meant = |batch: &&Batch| batches.contains(&batch.summary.id) || (batch.has_target && is_part(batch));
        let mut rows: Vec<NewRows> = Vec::new();
        for batch in project.batches.iter().filter(is_meant) {
            let known = rows.iter().any(|rows| rows.part.sha256 == batch.sha256);
            if let Some(hash) = batch.table_hash.as_ref().filter(|_| !known) {
                rows.push(NewRows {
                    part: DataPart {
                        file_name: batch.file_name.clone(),
                        sha256: batch.sha256.clone(),
                        n_rows: 0,
                    },
                    table: self.chunk(hash).await?,
                    batch: Some(batch.summary.id),
                });
            }
        }
        let champion = match project.registry.in_use() {
            Some(version) => Some(self.defender(&project, version.number).await?),
            None => None,
        };
        let retrained = self.train_on(job, rows, champion, batches).await?;
        Ok(Answer::Retrained(Box::new(retrained)))
    }

    /// Trains again on the project's data and these files, which have outcomes; what [`Job::Retrain`] does for batches.
    ///
    /// [`Job::Retrain`]: spec::job::Job::Retrain
    pub async fn retrain_files(&self, job: JobId, files: &[FileKey], champion: Champion) -> Outcome<Retrained> {
        let project = self.project()?;
        let data = project.data.as_ref().ok_or_else(|| Message::new("engine.no_data"))?;
        let champion = match champion {
            Champion::Version(number) => self.defender(&project, number).await?,
            Champion::Bundle(bundle) => Defender {
                version: None,
                subject: subject_of_bundle(bundle)?,
                files: Vec::new(),
            },
        };
        let mut reader = champion.subject.clone();
        reader.form = crate::task::Form {
            read: Some(data.summary.options.clone()),
            missing_tokens: data.summary.options.missing_tokens.clone(),
            columns: data
                .summary
                .schema
                .iter()
                .map(|column| (column.name.clone(), column.column_type))
                .collect(),
            formats: data.summary.formats.clone(),
        };
        let mut rows = Vec::new();
        for file in files {
            let file_name = self.host.file_name(*file);
            let (found, sha256) = self.read_batch(job, *file, None, reader.clone(), None).await?;
            let BatchRows::Table(table) = found.rows else {
                return Err(Message::new("engine.batch_without_outcomes").with("file", file_name).into());
            };
            rows.push(NewRows {
                part: DataPart {
                    file_name,
                    sha256,
                    n_rows: 0,
                },
                table: table.into_vec(),
                batch: None,
            });
        }
        self.train_on(job, rows, Some(champion), &[]).await
    }

    async fn defender(&self, project: &Project, version: u32) -> Outcome<Defender> {
        let found = project.registry.version(version);
        let version = found.ok_or_else(|| Message::new("engine.no_version").with("version", version))?;
        Ok(Defender {
            version: Some(version.number),
            subject: self.subject(version).await?,
            files: version.data.files().into_iter().map(|file| file.sha256).collect(),
        })
    }

    async fn train_on(&self, job: JobId, rows: Vec<NewRows>, champion: Option<Defender>, batches: &[u32]) -> Outcome<Retrained> {
        let project = self.project()?;
        let before = project.data.clone().ok_or_else(|| Message::new("engine.no_data"))?;
        if rows.is_empty() {
            return Err(Message::new("engine.nothing_to_add").into());
        }
        let from: Vec<Option<u32>> = rows.iter().map(|rows| rows.batch).collect();
        let (data, bytes) = self.append(job, &project, &before, rows).await?;
        self.host.store().put_chunk(&data.table_hash, &bytes).await?;
        self.host.provide_table(&data.table_hash, Rc::new(bytes));
        let edit = Edit::SetData {
            data: data.clone(),
            pipeline: project.pipeline.clone(),
        };
        let now_ms = self.host.now_ms();
        self.change(&project.id, Vec::new(), |project| {
            project.apply(&edit)?;
            project.changed_at_ms = now_ms;
            Ok(())
        })
        .await?;

        let mut runs = Vec::new();
        let trained = self.train_all(job, project.pipeline.models.clone(), &mut runs).await;
        if runs.is_empty() {
            // Nothing came of it: the data are what they were.
            self.take_back(&data).await?;
        }
        trained?;
        let retrained = self.contest(job, &data, &from, champion, runs).await?;
        let saved = retrained.clone();
        self.change(&project.id, Vec::new(), |project| {
            let act = Act::Retrained {
                runs: saved.runs.clone(),
                batches: batches.to_vec(),
            };
            project.note(saved.at_ms, act, String::new());
            project.changed_at_ms = saved.at_ms;
            project.retrained = Some(saved);
            Ok(())
        })
        .await?;
        Ok(retrained)
    }

    /// The data with the rows below them, as one data set of several files.
    async fn append(&self, job: JobId, project: &Project, before: &DataRef, rows: Vec<NewRows>) -> Outcome<(DataRef, Vec<u8>)> {
        let setting = Setting::of_project(project)?;
        let mut ranges = Vec::new();
        let mut parts = Vec::new();
        let mut start = 0;
        for (i, file) in before.files().into_iter().enumerate() {
            let end = start + file.n_rows as u32;
            // The first file stays whatever it is; of the others the newest reading counts.
            if i == 0 || rows.iter().all(|rows| rows.part.sha256 != file.sha256) {
                ranges.push((start, end));
                parts.push(file);
            }
            start = end;
        }
        let new: Vec<DataPart> = rows.iter().map(|rows| rows.part.clone()).collect();
        let task = Task::AppendRows {
            setting,
            ranges,
            batches: rows
                .into_iter()
                .map(|rows| (rows.part.file_name, ByteBuf::from(rows.table)))
                .collect(),
        };
        let output = self.task(job, task, Message::new("doing.appending")).await?;
        let Appended { bytes, n_rows, notes } = expect_output!(output, TaskOutput::Appended(appended) => *appended);
        for (part, n_rows) in new.into_iter().zip(n_rows) {
            if n_rows == 0 {
                return Err(Message::new("engine.batch_without_outcomes")
                    .with("file", part.file_name)
                    .into());
            }
            parts.push(DataPart { n_rows, ..part });
        }
        let mut summary = before.summary.clone();
        summary.file_name = spec::texts::names::files(&parts);
        summary.n_kept = parts.iter().map(|part| part.n_rows).sum();
        summary.fingerprint.sha256 = combined(&parts);
        summary.fingerprint.n_rows = summary.n_kept;
        summary.fingerprint.n_bytes = bytes.len() as u64;
        summary.notes.extend(notes);
        let data = DataRef {
            summary,
            table_hash: self.host.sha256(&bytes).await,
            sample: before.sample.clone(),
            parts,
        };
        Ok((data, bytes))
    }

    /// Undoes the change of data, unless somebody has changed them since.
    async fn take_back(&self, data: &DataRef) -> Outcome<()> {
        let project = self.project()?;
        if project.data.as_ref() != Some(data) {
            return Ok(());
        }
        self.change(&project.id, Vec::new(), |project| {
            project.apply(&Edit::Undo)?;
            project.history.redo.pop();
            Ok(())
        })
        .await?;
        self.provide(&self.project()?).await
    }

    /// The best of the new runs against the champion, on the newest rows that the champion has not learned from.
    async fn contest(
        &self,
        job: JobId,
        data: &DataRef,
        from: &[Option<u32>],
        champion: Option<Defender>,
        mut runs: Vec<u32>,
    ) -> Outcome<Retrained> {
        let project = self.project()?;
        let order: Vec<u32> = project.leaderboard().iter().map(|run| run.id).collect();
        runs.order_by_key(|run| order.iter().position(|id| id == run));
        let mut retrained = Retrained {
            verdict: None,
            champion: champion.as_ref().and_then(|champion| champion.version),
            batch: None,
            at_ms: self.host.now_ms(),
            runs,
        };
        let (Some(best), Some(champion)) = (retrained.runs.first(), champion) else {
            return Ok(retrained);
        };
        let files = data.files();
        let ends = files.iter().scan(0, |end, file| {
            *end += file.n_rows as u32;
            Some(*end)
        });
        // The new rows stand last.
        let n_old = files.len().saturating_sub(from.len());
        let newest = files
            .iter()
            .zip(ends)
            .enumerate()
            .skip(n_old)
            .filter(|(_, (file, _))| !champion.files.contains(&file.sha256))
            .last();
        let Some((at, (file, end))) = newest else {
            return Ok(retrained);
        };
        retrained.batch = from.get(at - n_old).copied().flatten();
        let rows = (end - file.n_rows as u32, file.n_rows as u32);
        retrained.verdict = Some(
            self.compare(job, &project, *best, &data.table_hash, rows, champion.subject)
                .await?,
        );
        Ok(retrained)
    }

    async fn compare(
        &self,
        job: JobId,
        project: &Project,
        best: u32,
        table: &str,
        (first_row, n_rows): (u32, u32),
        champion: Subject,
    ) -> Outcome<ChallengerVerdict> {
        let run = find_run(project, best)?;
        let setting = Setting::of_run(project, run)?;
        let (_, metric) = setting.goal()?;
        let challenger: Scoreboard = self.scoreboard(project, run, Part::Validation).await?;
        let threshold = self.evaluate_validation(job, project, run).await?.decision_threshold;
        let task = Task::Contest {
            table: table.to_owned(),
            first_row,
            n_rows,
            challenger: Box::new(challenger),
            champion: Box::new(champion),
            metric,
            rules: project.monitor_rules.clone(),
            threshold,
            seed: setting.seed,
        };
        let output = self.task(job, task, Message::new("doing.contest")).await?;
        Ok(expect_output!(output, TaskOutput::Contest(verdict) => *verdict))
    }
}

/// Names a data set of several files by what they are and how many rows each gives.
pub(crate) fn combined(parts: &[DataPart]) -> String {
    match parts {
        [only] => only.sha256.clone(),
        _ => {
            let lines: String = parts
                .iter()
                .map(|part| format!("{} {}\n", part.sha256, part.n_rows))
                .collect();
            sha256(lines.as_bytes())
        }
    }
}

/// What the data were called when they had their first files only: rows that were opened then have the same numbers now.
pub(crate) fn prefixes(data: &DataRef) -> Vec<String> {
    let files = data.files();
    (1..=files.len()).map(|n| combined(&files[..n])).collect()
}

//! Later files: read as the training file was, compared with what a version learned from, kept with their reports.

use monitor::Stamp;
use spec::job::{Answer, FileKey, JobId};
use spec::monitor::{Alarm, BatchKind, BatchReport, BatchSummary, MonitorRules, Watched};
use spec::read::ReadOptions;
use spec::registry::{Batch, Version};
use spec::split::Assignment;
use spec::{Message, Order, Outcome, Project, wire};

use crate::Host;
use crate::engine::{Engine, expect_output};
use crate::memory::sha256;
use crate::task::{
    BatchFile, BatchRows, Form, JudgedBatch, Model, Predictor, StoredBatch, Subject, Task, TaskOutput, is_cleaned,
};

/// The files of a bundle that say what its model is and what it learned from.
pub struct WatchedBundle {
    pub model: Vec<u8>,
    pub contract: Vec<u8>,
    /// `monitoring/baseline.json`; empty when only its predictions are asked for.
    pub baseline: Vec<u8>,
}

/// What a bundle says of a later file.
pub struct DriftCheck {
    pub kind: BatchKind,
    pub summary: BatchSummary,
    pub report: BatchReport,
    pub alarms: Vec<Alarm>,
}

/// A batch that is about to be kept.
struct Draft {
    file_name: String,
    sha256: String,
    at_ms: f64,
    notes: Vec<Message>,
    stored: StoredBatch,
}

impl<H: Host> Engine<H> {
    pub(crate) async fn check_batch(
        &self,
        job: JobId,
        file: FileKey,
        options: Option<ReadOptions>,
        version: Option<u32>,
        key_salt: Option<String>,
    ) -> Outcome<Answer> {
        let project = self.project()?;
        let version = match version {
            Some(number) => project
                .registry
                .version(number)
                .ok_or_else(|| Message::new("engine.no_version").with("version", number))?,
            None => project
                .registry
                .in_use()
                .ok_or_else(|| Message::new("engine.nothing_to_watch"))?,
        };
        let subject = self.subject(version).await?;
        let is_read_anew = options.is_some();
        let (found, sha256) = self.read_batch(job, file, options, subject.clone(), key_salt).await?;
        let file_name = self.host.file_name(file);
        let now_ms = self.host.now_ms();
        let stored = match found.rows {
            BatchRows::Outcomes(records) => return self.take_outcomes(job, &project, records, None, &file_name).await,
            BatchRows::Labels { table, outcome, at } => {
                let labels = Some((table, outcome, at));
                return self.take_outcomes(job, &project, Vec::new(), labels, &file_name).await;
            }
            BatchRows::Table(table) => StoredBatch {
                kind: BatchKind::Table,
                table: Some(table),
                kept: None,
            },
            BatchRows::Log { kept, inputs } => StoredBatch {
                kind: BatchKind::Log,
                table: inputs,
                kept: Some(kept),
            },
        };
        let known = project
            .batches
            .iter()
            .find(|batch| batch.sha256 == sha256 && batch.version == version.number);
        let (id, draft) = match known {
            // The same file again: its outcomes stay, whatever was joined to it since.
            Some(known) if !is_read_anew => (Some(known.summary.id), self.draft(known).await?),
            known => {
                let at_ms = found.at.map_or(now_ms, |secs| secs * 1000.0);
                let draft = Draft {
                    file_name,
                    sha256,
                    at_ms,
                    notes: found.notes,
                    stored,
                };
                (known.map(|known| known.summary.id), draft)
            }
        };
        let judged = self
            .judge(job, vec![(subject, draft.stored.clone())], &project.monitor_rules)
            .await?;
        let judged = judged.into_iter().next().ok_or_else(|| Message::new("engine.wrong_output"))?;
        let (number, metric) = (version.number, version.pipeline.framing.metric);
        let (batch, chunks) = kept(draft, judged, number, metric);
        let mut saved = None;
        self.change(&project.id, chunks, |project| {
            let mut batch = batch;
            batch.summary.id = id.unwrap_or_else(|| next_id(project));
            let id = batch.summary.id;
            put(project, batch);
            project.changed_at_ms = now_ms;
            saved = project.batches.iter().find(|batch| batch.summary.id == id).cloned();
            Ok(())
        })
        .await?;
        let saved = saved.ok_or_else(|| Message::new("engine.wrong_output"))?;
        Ok(Answer::Batch(Box::new(saved)))
    }

    /// Outcomes that came later, joined to the batches that have their predictions or rows.
    async fn take_outcomes(
        &self,
        job: JobId,
        project: &Project,
        records: Vec<monitor::OutcomeRecord>,
        labels: Option<(serde_bytes::ByteBuf, String, Option<String>)>,
        file_name: &str,
    ) -> Outcome<Answer> {
        let n = records.len();
        let mut drafts = Vec::new();
        for batch in &project.batches {
            drafts.push(self.draft(batch).await?);
        }
        let task = Task::AssignOutcomes {
            records,
            labels,
            target: project.pipeline.framing.target.clone().unwrap_or_default(),
            batches: drafts
                .iter()
                .map(|draft| (draft.stored.clone(), draft.at_ms / 1000.0))
                .collect(),
        };
        let output = self.task(job, task, Message::new("doing.joining")).await?;
        let assigned = expect_output!(output, TaskOutput::Assigned(assigned) => assigned);
        let mut order = Vec::new();
        let mut chosen = Vec::new();
        for ((batch, mut draft), kept) in project.batches.iter().zip(drafts).zip(assigned) {
            let Some(kept) = kept else { continue };
            draft.stored.kept = Some(kept);
            let version = self.version_of(project, batch)?;
            order.push((self.subject(version).await?, draft.stored.clone()));
            chosen.push((batch, version, draft));
        }
        if chosen.is_empty() {
            return Err(Message::new("monitor.outcomes_orphan")
                .with("file", file_name)
                .with("n", n)
                .into());
        }
        let judged = self.judge(job, order, &project.monitor_rules).await?;
        let batches = chosen.into_iter().zip(judged).map(|((batch, version, draft), judged)| {
            let metric = version.pipeline.framing.metric;
            let (mut new, chunks) = kept(draft, judged, version.number, metric);
            new.summary.id = batch.summary.id;
            (new, chunks)
        });
        self.keep_all(project, batches.collect()).await
    }

    pub(crate) async fn open_batch(&self, batch: u32) -> Outcome<Answer> {
        let project = self.project()?;
        let batch = find(&project, batch)?;
        let report: BatchReport = wire::from_bytes(&self.chunk(&batch.report_hash).await?)?;
        Ok(Answer::BatchReport(Box::new(report)))
    }

    pub(crate) async fn judge_batches(&self, job: JobId) -> Outcome<Answer> {
        let project = self.project()?;
        let mut order = Vec::new();
        let mut drafts = Vec::new();
        for batch in &project.batches {
            let draft = self.draft(batch).await?;
            order.push((self.subject(self.version_of(&project, batch)?).await?, draft.stored.clone()));
            drafts.push(draft);
        }
        let judged = self.judge(job, order, &project.monitor_rules).await?;
        let mut batches = Vec::new();
        for ((batch, draft), judged) in project.batches.iter().zip(drafts).zip(judged) {
            let version = self.version_of(&project, batch)?;
            let (mut new, chunks) = kept(draft, judged, version.number, version.pipeline.framing.metric);
            new.summary.id = batch.summary.id;
            batches.push((new, chunks));
        }
        self.keep_all(&project, batches).await
    }

    /// Saves batches that were judged again; answers with the newest of them.
    async fn keep_all(&self, project: &Project, batches: Vec<(Batch, Chunks)>) -> Outcome<Answer> {
        let now_ms = self.host.now_ms();
        let mut chunks = Vec::new();
        let mut ids = Vec::new();
        let mut new = Vec::new();
        for (batch, own) in batches {
            chunks.extend(own);
            ids.push(batch.summary.id);
            new.push(batch);
        }
        let mut newest = None;
        self.change(&project.id, chunks, |project| {
            for batch in new {
                // One that was deleted meanwhile stays deleted.
                if project.batches.iter().any(|known| known.summary.id == batch.summary.id) {
                    put(project, batch);
                }
            }
            raise(project);
            project.changed_at_ms = now_ms;
            newest = project
                .batches
                .iter()
                .rev()
                .find(|batch| ids.contains(&batch.summary.id))
                .cloned();
            Ok(())
        })
        .await?;
        Ok(newest.map_or(Answer::Done, |batch| Answer::Batch(Box::new(batch))))
    }

    pub(crate) fn watch(&self) -> Outcome<Answer> {
        let project = self.project()?;
        let all: Vec<BatchSummary> = project.batches.iter().map(|batch| batch.summary.clone()).collect();
        let mut watched = Watched {
            version: None,
            trends: monitor::trends(&all),
            advice: Default::default(),
        };
        if let Some(version) = project.registry.in_use() {
            let own = version.number.to_string();
            let of_version: Vec<BatchSummary> = all.into_iter().filter(|batch| batch.version == own).collect();
            let (rules, trained_at_ms) = (&project.monitor_rules, Some(version.run.started_at_ms));
            watched.version = Some(version.number);
            watched.advice = monitor::retrain_advice(&of_version, rules, trained_at_ms, self.host.now_ms());
        }
        Ok(Answer::Watched(Box::new(watched)))
    }

    /// Compares a file with what a bundle says its model learned from; `labels` are outcomes that join it.
    ///
    /// Errors: those of reading both, `monitor.labels_wrong` when `labels` are none, `monitor.outcomes_orphan`.
    pub async fn drift(
        &self,
        job: JobId,
        file: FileKey,
        labels: Option<FileKey>,
        bundle: WatchedBundle,
        key_salt: Option<String>,
    ) -> Outcome<DriftCheck> {
        let reference = monitor::from_json(&bundle.baseline)?;
        let subject = subject_of_bundle(bundle)?;
        let (found, _) = self.read_batch(job, file, None, subject.clone(), key_salt.clone()).await?;
        let file_name = self.host.file_name(file);
        let at_ms = found.at.map_or(self.host.now_ms(), |secs| secs * 1000.0);
        let mut stored = match found.rows {
            BatchRows::Table(table) => StoredBatch {
                kind: BatchKind::Table,
                table: Some(table),
                kept: None,
            },
            BatchRows::Log { kept, inputs } => StoredBatch {
                kind: BatchKind::Log,
                table: inputs,
                kept: Some(kept),
            },
            BatchRows::Outcomes(_) | BatchRows::Labels { .. } => {
                return Err(Message::new("monitor.only_outcomes").with("file", file_name).into());
            }
        };
        if let Some(labels) = labels {
            let (outcomes, _) = self.read_batch(job, labels, None, subject.clone(), key_salt).await?;
            let labels_name = self.host.file_name(labels);
            let (records, labels) = match outcomes.rows {
                BatchRows::Outcomes(records) => (records, None),
                BatchRows::Labels { table, outcome, at } => (Vec::new(), Some((table, outcome, at))),
                BatchRows::Table(_) | BatchRows::Log { .. } => {
                    return Err(Message::new("monitor.labels_wrong").with("file", labels_name).into());
                }
            };
            let n = records.len();
            let task = Task::AssignOutcomes {
                records,
                labels,
                target: subject.target.clone(),
                batches: vec![(stored.clone(), at_ms / 1000.0)],
            };
            let output = self.task(job, task, Message::new("doing.joining")).await?;
            let assigned = expect_output!(output, TaskOutput::Assigned(assigned) => assigned);
            let Some(kept) = assigned.into_iter().next().flatten() else {
                return Err(Message::new("monitor.outcomes_orphan")
                    .with("file", labels_name)
                    .with("n", n)
                    .into());
            };
            stored.kept = Some(kept);
        }
        let kind = stored.kind;
        let judged = self.judge(job, vec![(subject.clone(), stored)], &reference.rules).await?;
        let JudgedBatch { mut report, .. } = judged.into_iter().next().ok_or_else(|| Message::new("engine.wrong_output"))?;
        report.warnings.splice(0..0, found.notes);
        let stamp = Stamp {
            id: 1,
            name: file_name,
            at_ms,
            version: subject.version,
        };
        let summary = monitor::summarize(stamp, &report.drift, report.performance.as_ref(), reference.metric);
        Ok(DriftCheck {
            kind,
            alarms: monitor::alarms(std::slice::from_ref(&summary), &reference.rules),
            summary,
            report,
        })
    }

    /// What the file holds, and the SHA-256 of its bytes.
    pub(crate) async fn read_batch(
        &self,
        job: JobId,
        file: FileKey,
        options: Option<ReadOptions>,
        subject: Subject,
        key_salt: Option<String>,
    ) -> Outcome<(BatchFile, String)> {
        let file_name = self.host.file_name(file);
        let doing = Message::new("doing.importing").with("file", &file_name);
        let task = Task::ReadBatch {
            file,
            file_name,
            options,
            subject: Box::new(subject),
            key_salt,
        };
        let (output, hash) = futures_lite::future::zip(self.task(job, task, doing), self.host.file_sha256(file)).await;
        let found = expect_output!(output?, TaskOutput::BatchFile(found) => *found);
        let hash = hash.unwrap_or_else(|| found.sha256.clone());
        Ok((found, hash))
    }

    async fn judge(&self, job: JobId, batches: Vec<(Subject, StoredBatch)>, rules: &MonitorRules) -> Outcome<Vec<JudgedBatch>> {
        let tasks: Vec<Task> = batches
            .into_iter()
            .map(|(subject, batch)| Task::JudgeBatch {
                subject: Box::new(subject),
                batch,
                rules: rules.clone(),
            })
            .collect();
        let mut all = Vec::new();
        for output in self.tasks(job, tasks, Message::new("doing.comparing")).await? {
            all.push(expect_output!(output, TaskOutput::JudgedBatch(judged) => *judged));
        }
        Ok(all)
    }

    /// A version, as later rows are judged for it.
    pub(crate) async fn subject(&self, version: &Version) -> Outcome<Subject> {
        let (pipeline, summary) = (&version.pipeline, &version.data.summary);
        let columns = summary
            .schema
            .iter()
            .map(|column| (column.name.clone(), column.column_type))
            .collect();
        Ok(Subject {
            form: Form {
                read: Some(pipeline.read.clone().unwrap_or_else(|| summary.options.clone())),
                missing_tokens: summary.options.missing_tokens.clone(),
                columns,
                formats: summary.formats.clone(),
            },
            predictor: Predictor {
                model: Model::Fitted(self.chunk(&version.run.model_hash).await?.into()),
                cleaning: pipeline.recipe.shape.clone(),
                threshold: version.decision_threshold,
            },
            target: pipeline.framing.target.clone().unwrap_or_default(),
            version: version.number.to_string(),
            time_column: match &pipeline.split.assignment {
                Assignment::Time { column } => Some(column.clone()),
                Assignment::Random { .. } | Assignment::Grouped { .. } => None,
            },
            scores: version.scores.clone(),
            n_features: Some(version.run.n_features),
            seed: version.run.seed,
            reference: self.chunk(&version.reference_hash).await?.into(),
        })
    }

    fn version_of<'a>(&self, project: &'a Project, batch: &Batch) -> Outcome<&'a Version> {
        let found = project.registry.version(batch.version);
        Ok(found.ok_or_else(|| Message::new("engine.no_version").with("version", batch.version))?)
    }

    /// What is stored of a batch.
    async fn draft(&self, batch: &Batch) -> Outcome<Draft> {
        let mut stored = StoredBatch {
            kind: batch.kind,
            table: None,
            kept: None,
        };
        if let Some(hash) = &batch.table_hash {
            stored.table = Some(self.chunk(hash).await?.into());
        }
        if let Some(hash) = &batch.log_hash {
            stored.kept = Some(self.chunk(hash).await?.into());
        }
        Ok(Draft {
            file_name: batch.file_name.clone(),
            sha256: batch.sha256.clone(),
            at_ms: batch.summary.at_ms,
            notes: batch.notes.clone(),
            stored,
        })
    }
}

/// A bundle, as later rows are judged for it.
///
/// Errors: those of the contract and of the baseline.
pub(crate) fn subject_of_bundle(bundle: WatchedBundle) -> Outcome<Subject> {
    let contract = deploy::Contract::from_json(&bundle.contract)?;
    let mut form = Form {
        missing_tokens: contract.missing_tokens.clone(),
        ..Form::default()
    };
    let mut scores = spec::run::Scores::default();
    if !bundle.baseline.is_empty() {
        let reference = monitor::from_json(&bundle.baseline)?;
        // What the cleaning makes of a column says nothing of the column in the file.
        let is_raw = |name: &str| !contract.cleaning.iter().any(|step| is_cleaned(&step.kind, name));
        let known = reference.columns.iter().chain(&reference.target);
        form.columns = known
            .filter(|column| is_raw(&column.name))
            .map(|column| (column.name.clone(), column.column_type))
            .collect();
        scores = reference.scores;
    }
    Ok(Subject {
        form,
        target: contract.model.target.clone(),
        version: contract.model.version.clone(),
        predictor: Predictor {
            cleaning: contract.cleaning,
            threshold: contract.decision_threshold,
            model: Model::Exported {
                model: bundle.model.into(),
                contract: bundle.contract.into(),
            },
        },
        time_column: None,
        scores,
        n_features: None,
        seed: u64::from(contract.model.run),
        reference: bundle.baseline.into(),
    })
}

type Chunks = Vec<(String, Vec<u8>)>;

/// The record of a batch, its number still open, and its chunks.
fn kept(draft: Draft, judged: JudgedBatch, version: u32, metric: Option<spec::Metric>) -> (Batch, Chunks) {
    let mut report = judged.report;
    report.warnings.splice(0..0, draft.notes.clone());
    let stamp = Stamp {
        id: 0,
        name: draft.file_name.clone(),
        at_ms: draft.at_ms,
        version: version.to_string(),
    };
    let summary = monitor::summarize(stamp, &report.drift, report.performance.as_ref(), metric);
    let mut chunks = Vec::new();
    let mut keep = |bytes: Vec<u8>| {
        let hash = sha256(&bytes);
        chunks.push((hash.clone(), bytes));
        hash
    };
    let report_hash = keep(wire::to_bytes(&report));
    let table = judged.table.or(draft.stored.table);
    let batch = Batch {
        summary,
        file_name: draft.file_name,
        sha256: draft.sha256,
        version,
        table_hash: table.map(|bytes| keep(bytes.into_vec())),
        report_hash,
        has_target: judged.has_target,
        kind: draft.stored.kind,
        log_hash: draft.stored.kept.map(|bytes| keep(bytes.into_vec())),
        alarms: Vec::new(),
        notes: draft.notes,
    };
    (batch, chunks)
}

pub(crate) fn find(project: &Project, batch: u32) -> Outcome<&Batch> {
    let mut all = project.batches.iter();
    let found = all.find(|one| one.summary.id == batch);
    Ok(found.ok_or_else(|| Message::new("engine.no_batch").with("batch", batch))?)
}

fn next_id(project: &Project) -> u32 {
    project.batches.iter().map(|batch| batch.summary.id).max().unwrap_or(0) + 1
}

/// In the place of the batch of the same number, in the order of time.
fn put(project: &mut Project, batch: Batch) {
    project.batches.retain(|known| known.summary.id != batch.summary.id);
    project.batches.push(batch);
    project.batches.order_by(|a, b| {
        let (a, b) = (&a.summary, &b.summary);
        a.at_ms.total_cmp(&b.at_ms).then(a.id.cmp(&b.id))
    });
    raise(project);
}

/// What the rules raise at each batch, as if it were the newest.
fn raise(project: &mut Project) {
    let mut seen: Vec<BatchSummary> = Vec::new();
    for batch in &mut project.batches {
        seen.push(batch.summary.clone());
        batch.alarms = monitor::alarms(&seen, &project.monitor_rules);
    }
}

//! Later files: read as the training file was, compared with what a version learned from, kept with their reports.

use std::collections::BTreeMap;

use monitor::Stamp;
use serde_bytes::ByteBuf;
use spec::job::{Answer, FileKey, JobId};
use spec::monitor::{Alarm, BatchKind, BatchReport, BatchSummary, MonitorRules, Watched};
use spec::read::{ColumnReading, ReadOptions};
use spec::registry::{Batch, Version};
use spec::split::Assignment;
use spec::{Failure, Message, Order, Outcome, Project, wire};

use crate::engine::{Engine, expect_output};
use crate::memory::sha256;
use crate::task::{BatchFile, BatchRows, Form, JudgedBatch, Model, Predictor, StoredBatch, Subject, Task, TaskOutput, Tick};
use crate::turn::Turn;
use crate::{Host, Store};

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

/// A batch that is about to be kept: what is known of it before it is judged.
struct Draft {
    file_name: String,
    sha256: String,
    at_ms: f64,
    notes: Vec<Message>,
    kind: BatchKind,
    table_hash: Option<String>,
    log_hash: Option<String>,
}

/// Outcomes by the service's ids, or a table with the column of the outcomes and that of their times.
enum Outcomes {
    ById(Vec<monitor::OutcomeRecord>),
    ByColumn(ByteBuf, String, Option<String>),
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
        let _turn = self.turn(job).await?;
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
        let (found, sha256) = self.read_batch(job, file, options, subject.clone(), key_salt.clone()).await?;
        let file_name = self.host.file_name(file);
        let now_ms = self.host.now_ms();
        let mut stored = match found.rows.stored() {
            Ok(stored) => stored,
            Err(BatchRows::Outcomes(records)) => {
                return self.take_outcomes(job, Outcomes::ById(records), &file_name).await;
            }
            Err(BatchRows::Labels { table, outcome, at }) => {
                let outcomes = Outcomes::ByColumn(table, outcome, at);
                return self.take_outcomes(job, outcomes, &file_name).await;
            }
            Err(_) => return Err(Message::new("engine.wrong_output").into()),
        };
        let project = self.project()?;
        let is_same = |batch: &&Batch| batch.sha256 == sha256 && batch.version == version.number;
        let known = project.batches.iter().find(is_same);
        let mut draft = match known {
            // The same file again: its outcomes stay, whatever was joined to it since.
            Some(known) if !is_read_anew => {
                stored = self.stored(known).await?;
                Draft::of(known)
            }
            _ => Draft {
                file_name,
                sha256: sha256.clone(),
                at_ms: found.at.map_or(now_ms, |secs| secs * 1000.0),
                notes: found.notes,
                kind: stored.kind,
                table_hash: None,
                log_hash: None,
            },
        };
        let earlier = known.and_then(|known| known.log_hash.as_ref());
        if let Some(hash) = earlier.filter(|_| is_read_anew || key_salt.is_some()) {
            let task = Task::CarryOver {
                kept: self.chunk(hash).await?.into(),
                batch: stored.clone(),
                salt: key_salt,
            };
            let output = self.task(job, task, Message::new("doing.joining")).await?;
            stored.kept = expect_output!(output, TaskOutput::CarriedOver(kept) => kept);
        }
        let mut own = Vec::new();
        draft.table_hash = stored.table.as_ref().map(|bytes| keep(bytes.to_vec(), &mut own));
        draft.log_hash = stored.kept.as_ref().map(|bytes| keep(bytes.to_vec(), &mut own));

        let id = known.map(|known| known.summary.id);
        let metric = version.pipeline.framing.metric;
        let mut rules = project.monitor_rules.clone();
        loop {
            let judged = self.judge(job, vec![(subject.clone(), stored.clone())], &rules).await?;
            let judged = judged.into_iter().next().ok_or_else(|| Message::new("engine.wrong_output"))?;
            let (batch, new) = kept(&draft, judged, version.number, metric, &rules);
            let chunks = own.iter().cloned().chain(new).collect();
            let mut newer = None;
            let mut saved = None;
            let done = self
                .change(&project.id, chunks, |project| {
                    if !judges_alike(&project.monitor_rules, &rules) {
                        newer = Some(project.monitor_rules.clone());
                        return Err(Message::new("engine.rules_changed").into());
                    }
                    // One that was deleted meanwhile stays deleted.
                    if let Some(id) = id {
                        find(project, id)?;
                    }
                    let mut batch = batch;
                    batch.summary.id = id.unwrap_or_else(|| next_id(project));
                    saved = Some(batch.summary.id);
                    put(project, batch);
                    project.changed_at_ms = now_ms;
                    Ok(())
                })
                .await;
            match (newer, saved) {
                (Some(newer), _) => rules = newer,
                (None, Some(id)) => {
                    done?;
                    return Ok(Answer::Batch(Box::new(find(&self.project()?, id)?.clone())));
                }
                (None, None) => {
                    done?;
                    return Err(Message::new("engine.wrong_output").into());
                }
            }
        }
    }

    /// One batch job at a time: each sees what the one before has kept.
    async fn turn(&self, job: JobId) -> Outcome<Turn<'_>> {
        let turn = self.watching.take_turn(&self.host).await;
        if self.host.is_cancelled(job) {
            return Err(Failure::cancelled());
        }
        Ok(turn)
    }

    /// Outcomes that came later, joined to the batches that have their predictions or rows.
    async fn take_outcomes(&self, job: JobId, outcomes: Outcomes, file_name: &str) -> Outcome<Answer> {
        let project = self.project()?;
        let n = match &outcomes {
            Outcomes::ById(records) => records.len(),
            Outcomes::ByColumn(..) => 0,
        };
        let assigned = match outcomes {
            Outcomes::ById(records) => self.assigned_by_id(job, &project, records).await?,
            Outcomes::ByColumn(table, outcome, at) => self.assigned_by_column(job, &project, (table, outcome, at)).await?,
        };
        if assigned.is_empty() {
            return Err(Message::new("monitor.outcomes_orphan")
                .with("file", file_name)
                .with("n", n)
                .into());
        }
        loop {
            let rules = self.project()?.monitor_rules;
            let batches = self.judge_stored(job, &project, &assigned, &rules).await?;
            if let Some(answer) = self.keep_all(&project.id, batches, &rules).await? {
                return Ok(answer);
            }
        }
    }

    /// What logs keep from now on, by number of the batch. All logs together say which of them an outcome belongs to;
    /// their inputs are not looked at.
    async fn assigned_by_id(
        &self,
        job: JobId,
        project: &Project,
        records: Vec<monitor::OutcomeRecord>,
    ) -> Outcome<Vec<(u32, Option<ByteBuf>)>> {
        let logs: Vec<&Batch> = project.batches.iter().filter(|batch| batch.kind == BatchKind::Log).collect();
        let mut batches = Vec::new();
        for batch in &logs {
            let mut stored = StoredBatch {
                kind: batch.kind,
                table: None,
                kept: None,
            };
            if let Some(hash) = &batch.log_hash {
                stored.kept = Some(self.chunk(hash).await?.into());
            }
            batches.push((stored, batch.summary.at_ms / 1000.0));
        }
        let task = Task::AssignOutcomes {
            records,
            labels: None,
            target: String::new(),
            batches,
        };
        let output = self.task(job, task, Message::new("doing.joining")).await?;
        let assigned = expect_output!(output, TaskOutput::Assigned(assigned) => assigned);
        let with_id = logs.iter().zip(assigned).filter(|(_, kept)| kept.is_some());
        Ok(with_id.map(|(batch, kept)| (batch.summary.id, kept)).collect())
    }

    /// What tables keep from now on, by number of the batch; as many are looked at together as there are workers.
    async fn assigned_by_column(
        &self,
        job: JobId,
        project: &Project,
        labels: (ByteBuf, String, Option<String>),
    ) -> Outcome<Vec<(u32, Option<ByteBuf>)>> {
        let tables: Vec<&Batch> = project
            .batches
            .iter()
            .filter(|batch| batch.kind == BatchKind::Table)
            .collect();
        let mut found = Vec::new();
        for group in tables.chunks(self.host.n_workers().max(1)) {
            let mut tasks = Vec::new();
            for batch in group {
                tasks.push(Task::AssignOutcomes {
                    records: Vec::new(),
                    labels: Some(labels.clone()),
                    target: project.pipeline.framing.target.clone().unwrap_or_default(),
                    batches: vec![(self.stored(batch).await?, batch.summary.at_ms / 1000.0)],
                });
            }
            let outputs = self.tasks(job, tasks, Message::new("doing.joining")).await?;
            for (batch, output) in group.iter().zip(outputs) {
                let kept = expect_output!(output, TaskOutput::Assigned(assigned) => assigned.into_iter().next().flatten());
                if kept.is_some() {
                    found.push((batch.summary.id, kept));
                }
            }
        }
        Ok(found)
    }

    pub(crate) async fn open_batch(&self, batch: u32) -> Outcome<Answer> {
        let project = self.project()?;
        let batch = find(&project, batch)?;
        let report: BatchReport = wire::from_bytes(&self.chunk(&batch.report_hash).await?)?;
        Ok(Answer::BatchReport(Box::new(report)))
    }

    /// Judges by the rules as they are now. What was judged by them already (a batch was deleted, or only alerts have
    /// changed) is not judged again: what the rules raise is found out from what is kept of each batch.
    pub(crate) async fn judge_batches(&self, job: JobId) -> Outcome<Answer> {
        let _turn = self.turn(job).await?;
        loop {
            let project = self.project()?;
            let rules = &project.monitor_rules;
            let by = judged_by(rules);
            let other = project.batches.iter().filter(|batch| batch.judged_by != by);
            let chosen: Vec<(u32, Option<ByteBuf>)> = other.map(|batch| (batch.summary.id, None)).collect();
            let batches = self.judge_stored(job, &project, &chosen, rules).await?;
            if let Some(answer) = self.keep_all(&project.id, batches, rules).await? {
                return Ok(answer);
            }
        }
    }

    /// Batches by their numbers, judged as they are stored, or with what they keep from now on. As many are in memory as
    /// there are workers; what is new of them is stored before the next are loaded, ahead of the record that names it.
    async fn judge_stored(
        &self,
        job: JobId,
        project: &Project,
        chosen: &[(u32, Option<ByteBuf>)],
        rules: &MonitorRules,
    ) -> Outcome<Vec<Batch>> {
        let doing = Message::new("doing.comparing");
        let mut meter = self.begin(job, &doing.code, vec![1.0; chosen.len()]);
        let mut all = Vec::new();
        for group in chosen.chunks(self.host.n_workers().max(1)) {
            let mut drafts = Vec::new();
            let mut tasks = Vec::new();
            let mut chunks = Vec::new();
            for (id, kept) in group {
                let batch = find(project, *id)?;
                let version = self.version_of(project, batch)?;
                let mut draft = Draft::of(batch);
                let mut stored = self.stored(batch).await?;
                if let Some(bytes) = kept {
                    draft.log_hash = Some(keep(bytes.to_vec(), &mut chunks));
                    stored.kept = Some(bytes.clone());
                }
                tasks.push(Task::JudgeBatch {
                    subject: Box::new(self.subject(version).await?),
                    batch: stored,
                    rules: rules.clone(),
                });
                drafts.push((*id, draft, version));
            }
            let n_before = all.len();
            let outputs = self
                .host
                .run_tasks(job, tasks, &mut |index, tick| {
                    if let Tick::Fraction(fraction) = tick {
                        self.advance(job, &mut meter, n_before + index, fraction, &doing);
                    }
                })
                .await;
            for ((id, draft, version), output) in drafts.into_iter().zip(outputs) {
                let judged = expect_output!(output?, TaskOutput::JudgedBatch(judged) => *judged);
                let metric = version.pipeline.framing.metric;
                let (mut batch, new) = kept(&draft, judged, version.number, metric, rules);
                batch.summary.id = id;
                all.push(batch);
                chunks.extend(new);
            }
            for (hash, bytes) in &chunks {
                self.host.store().put_chunk(hash, bytes).await?;
            }
        }
        Ok(all)
    }

    /// Saves batches that were judged again; answers with the newest of them, or of all. None, and nothing is saved, when
    /// the rules that they were judged by are not those of the project any more.
    async fn keep_all(&self, id: &str, batches: Vec<Batch>, rules: &MonitorRules) -> Outcome<Option<Answer>> {
        let now_ms = self.host.now_ms();
        let ids: Vec<u32> = batches.iter().map(|batch| batch.summary.id).collect();
        let mut newest = None;
        let mut is_late = false;
        let done = self
            .change(id, Vec::new(), |project| {
                if !judges_alike(&project.monitor_rules, rules) {
                    is_late = true;
                    return Err(Message::new("engine.rules_changed").into());
                }
                for batch in batches {
                    // One that was deleted meanwhile stays deleted.
                    if find(project, batch.summary.id).is_ok() {
                        put(project, batch);
                    }
                }
                raise(project);
                project.changed_at_ms = now_ms;
                let is_meant = |batch: &&Batch| ids.is_empty() || ids.contains(&batch.summary.id);
                newest = project.batches.iter().rev().find(is_meant).cloned();
                Ok(())
            })
            .await;
        if is_late {
            return Ok(None);
        }
        done?;
        Ok(Some(newest.map_or(Answer::Done, |batch| Answer::Batch(Box::new(batch)))))
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
        options: Option<ReadOptions>,
        labels: Option<FileKey>,
        bundle: WatchedBundle,
        key_salt: Option<String>,
    ) -> Outcome<DriftCheck> {
        let rules = monitor::from_json(&bundle.baseline)?.rules;
        self.drift_by(job, file, options, labels, bundle, key_salt, &rules).await
    }

    /// The same by other rules than those of the baseline.
    pub async fn drift_by(
        &self,
        job: JobId,
        file: FileKey,
        options: Option<ReadOptions>,
        labels: Option<FileKey>,
        bundle: WatchedBundle,
        key_salt: Option<String>,
        rules: &MonitorRules,
    ) -> Outcome<DriftCheck> {
        let reference = monitor::from_json(&bundle.baseline)?;
        let subject = subject_of_bundle(bundle)?;
        let (found, _) = self.read_batch(job, file, options, subject.clone(), key_salt.clone()).await?;
        let file_name = self.host.file_name(file);
        let at_ms = found.at.map_or(self.host.now_ms(), |secs| secs * 1000.0);
        let mut stored = match found.rows.stored() {
            Ok(stored) => stored,
            Err(_) => return Err(Message::new("monitor.only_outcomes").with("file", file_name).into()),
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
        let judged = self.judge(job, vec![(subject.clone(), stored)], rules).await?;
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
            alarms: monitor::alarms(std::slice::from_ref(&summary), rules),
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
        Ok(Subject {
            form: Form::of(summary, pipeline.read.as_ref().unwrap_or(&summary.options)),
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

    async fn stored(&self, batch: &Batch) -> Outcome<StoredBatch> {
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
        Ok(stored)
    }
}

/// The rules of a bundle: those of `monitoring/rules.json`, which may be empty in older ones, or of the baseline.
///
/// Errors: those of reading either.
pub fn rules_of(bundle: &WatchedBundle, rules: &[u8]) -> Outcome<MonitorRules> {
    if rules.is_empty() {
        Ok(monitor::from_json(&bundle.baseline)?.rules)
    } else {
        monitor::rules_from_json(rules)
    }
}

impl Draft {
    fn of(batch: &Batch) -> Self {
        Self {
            file_name: batch.file_name.clone(),
            sha256: batch.sha256.clone(),
            at_ms: batch.summary.at_ms,
            notes: batch.notes.clone(),
            kind: batch.kind,
            table_hash: batch.table_hash.clone(),
            log_hash: batch.log_hash.clone(),
        }
    }
}

/// A bundle, as later rows are judged for it.
///
/// Errors: those of the contract and of the baseline.
pub(crate) fn subject_of_bundle(bundle: WatchedBundle) -> Outcome<Subject> {
    let contract = deploy::Contract::from_json(&bundle.contract)?;
    let mut form = Form {
        missing_tokens: contract.missing_tokens.clone(),
        decimal_comma: Some(contract.decimal_comma),
        readings: readings(&contract),
        ..Form::default()
    };
    let mut scores = spec::run::Scores::default();
    if !bundle.baseline.is_empty() {
        let reference = monitor::from_json(&bundle.baseline)?;
        // What the cleaning makes of a column says nothing of the column in the file.
        let is_raw = |name: &str| {
            !contract
                .cleaning
                .iter()
                .any(|step| prepare::cleaning::is_on(&step.kind, name))
        };
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

/// How the columns of a bundle's training file were read, as far as its contract says.
fn readings(contract: &deploy::Contract) -> BTreeMap<String, ColumnReading> {
    let of_input = |input: &deploy::contract::Input| {
        let reading = ColumnReading {
            missing_tokens: input.missing_tokens.clone(),
            decimal_comma: input.decimal_comma,
            date_order: input.date_order.filter(|_| input.source == Some(spec::ColumnType::Time)),
            newest_year: contract.newest_year_of(input),
            ..ColumnReading::default()
        };
        (reading != ColumnReading::default()).then(|| (input.name.clone(), reading))
    };
    contract.inputs.iter().filter_map(of_input).collect()
}

type Chunks = Vec<(String, Vec<u8>)>;

/// Adds a chunk; its hash.
fn keep(bytes: Vec<u8>, chunks: &mut Chunks) -> String {
    let hash = sha256(&bytes);
    chunks.push((hash.clone(), bytes));
    hash
}

/// The record of a batch, its number still open, and the chunks that judging it has made.
fn kept(draft: &Draft, judged: JudgedBatch, version: u32, metric: Option<spec::Metric>, rules: &MonitorRules) -> (Batch, Chunks) {
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
    let report_hash = keep(wire::to_bytes(&report), &mut chunks);
    let written = judged.table.map(|bytes| keep(bytes.into_vec(), &mut chunks));
    let batch = Batch {
        summary,
        file_name: draft.file_name.clone(),
        sha256: draft.sha256.clone(),
        version,
        table_hash: written.or_else(|| draft.table_hash.clone()),
        report_hash,
        has_target: judged.has_target,
        kind: draft.kind,
        log_hash: draft.log_hash.clone(),
        alarms: Vec::new(),
        notes: draft.notes.clone(),
        judged_by: judged_by(rules),
    };
    (batch, chunks)
}

/// The rules that a report depends on: alerts and rules of training again come after it.
fn for_reports(rules: &MonitorRules) -> MonitorRules {
    MonitorRules {
        alerts: Vec::new(),
        retrain: Vec::new(),
        ..rules.clone()
    }
}

fn judges_alike(a: &MonitorRules, b: &MonitorRules) -> bool {
    for_reports(a) == for_reports(b)
}

/// What a report says that it was judged by.
fn judged_by(rules: &MonitorRules) -> String {
    sha256(wire::to_json(&for_reports(rules)).as_bytes())
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

//! Training again: the same recipe, split rule, search and seeds on old rows and later ones, and the best of it
//! against the champion on rows that neither was fitted on.

use serde_bytes::ByteBuf;
use spec::evaluation::Part;
use spec::job::{Answer, FileKey, Job, JobId};
use spec::monitor::{ChallengerVerdict, KnownRows, Retrained};
use spec::project::{DataPart, DataRef, Snapshot};
use spec::registry::{Act, Batch};
use spec::split::Assignment;
use spec::{Edit, Message, Order, Outcome, Project};

use crate::engine::{Engine, expect_output};
use crate::evaluating::{Scoreboard, find_run};
use crate::memory::sha256;
use crate::progress::stages;
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
    /// What its reference says of them.
    rows: Option<KnownRows>,
}

/// Rows of the data that the two are compared on.
struct Contested<'a> {
    table: &'a str,
    /// The first one and how many.
    rows: (u32, u32),
    file_name: &'a str,
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
            // A log without its inputs has nothing to learn from.
            if batch.table_hash.is_none() {
                return Err(Message::new("engine.batch_without_inputs")
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
        let stages = stages(&Job::Retrain { batches: Vec::new() });
        self.planned(job, &stages, self.retrain_on(job, files, champion)).await
    }

    async fn retrain_on(&self, job: JobId, files: &[FileKey], champion: Champion) -> Outcome<Retrained> {
        let project = self.project()?;
        let data = project.data.as_ref().ok_or_else(|| Message::new("engine.no_data"))?;
        let champion = match champion {
            Champion::Version(number) => self.defender(&project, number).await?,
            Champion::Bundle(bundle) => {
                let trained_on = deploy::Contract::from_json(&bundle.contract)?.training.data;
                let baseline = (!bundle.baseline.is_empty()).then(|| monitor::from_json(&bundle.baseline));
                Defender {
                    rows: baseline.transpose()?.and_then(|reference| reference.rows),
                    version: None,
                    subject: subject_of_bundle(bundle)?,
                    files: trained_on.into_iter().map(|data| data.sha256).collect(),
                }
            }
        };
        let mut reader = champion.subject.clone();
        reader.form = crate::task::Form::of(&data.summary, &data.summary.options);
        let mut rows = Vec::new();
        let mut warnings = Vec::new();
        for file in files {
            let file_name = self.host.file_name(*file);
            let needs_table = || Message::new("engine.retrain_needs_table").with("file", &file_name);
            let sniff = Task::Sniff {
                file: *file,
                file_name: file_name.clone(),
                options: None,
            };
            // A log may be long: what it is, its beginning says.
            if let Err(failure) = self.task(job, sniff, Message::new("doing.reading")).await {
                let is_json = failure.message.code == "read.is_json";
                return Err(if is_json { needs_table().into() } else { failure });
            }
            let (found, sha256) = self.read_batch(job, *file, None, reader.clone(), None).await?;
            let BatchRows::Table(table) = found.rows else {
                return Err(needs_table().into());
            };
            let of_file = |note: Message| {
                let about = Message::new("engine.about_file").with("file", &file_name);
                about.with("what", note.says())
            };
            warnings.extend(found.notes.into_iter().map(of_file));
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
        let mut retrained = self.train_on(job, rows, Some(champion), &[]).await?;
        retrained.warnings.splice(0..0, warnings);
        Ok(retrained)
    }

    async fn defender(&self, project: &Project, version: u32) -> Outcome<Defender> {
        let found = project.registry.version(version);
        let version = found.ok_or_else(|| Message::new("engine.no_version").with("version", version))?;
        let subject = self.subject(version).await?;
        Ok(Defender {
            version: Some(version.number),
            rows: monitor::from_json(&subject.reference)?.rows,
            subject,
            files: version.data.files().into_iter().map(|file| file.sha256).collect(),
        })
    }

    async fn train_on(&self, job: JobId, rows: Vec<NewRows>, champion: Option<Defender>, batches: &[u32]) -> Outcome<Retrained> {
        let project = self.project()?;
        let before = project.data.clone().ok_or_else(|| Message::new("engine.no_data"))?;
        if rows.is_empty() {
            return Err(Message::new("engine.nothing_to_add").into());
        }
        let (rows, mut left_out) = only_new(&before, rows)?;
        let mut from: Vec<Option<u32>> = rows.iter().map(|rows| rows.batch).collect();
        let appended = self.append(job, &project, &before, rows).await;
        if self.project()?.data.as_ref() != Some(&before) {
            return Err(Message::new("engine.data_changed").into());
        }
        let (data, table, notes, is_known) = appended?;
        let of_known = from.iter().zip(&is_known).filter(|(_, is_known)| **is_known);
        left_out.batches.extend(of_known.filter_map(|(batch, _)| *batch));
        from = from
            .into_iter()
            .zip(is_known)
            .filter(|(_, is_known)| !is_known)
            .map(|(batch, _)| batch)
            .collect();
        self.host.store().put_content(&data.table_hash, &table).await?;
        let now_ms = self.host.now_ms();
        let mut redo = Vec::new();
        let mut models = Vec::new();
        self.change(&project.id, Vec::new(), |project| {
            // What was edited while rows were added stays; other data have nothing to do with these rows.
            if project.data.as_ref() != Some(&before) {
                return Err(Message::new("engine.data_changed").into());
            }
            redo.clone_from(&project.history.redo);
            models.clone_from(&project.pipeline.models);
            project.apply(&Edit::SetData {
                data: data.clone(),
                pipeline: project.pipeline.clone(),
            })?;
            project.changed_at_ms = now_ms;
            Ok(())
        })
        .await?;
        self.host.provide_table(&data.table_hash, table);

        let mut runs = Vec::new();
        let trained = self.train_all(job, models, &mut runs).await;
        if runs.is_empty() {
            // Nothing came of it: the data are what they were.
            self.take_back(&project.id, &data, &before, redo).await?;
        }
        trained?;
        let mut retrained = self.contest(job, &data, &from, champion, runs).await?;
        retrained.warnings.splice(0..0, left_out.notes.into_iter().chain(notes));
        let learned: Vec<u32> = batches.iter().copied().filter(|id| !left_out.batches.contains(id)).collect();
        let saved = retrained.clone();
        self.change(&project.id, Vec::new(), |project| {
            let act = Act::Retrained {
                runs: saved.runs.clone(),
                batches: learned,
            };
            project.note(saved.at_ms, act, String::new());
            project.changed_at_ms = saved.at_ms;
            project.retrained = Some(saved);
            Ok(())
        })
        .await?;
        Ok(retrained)
    }

    /// The data with the rows below them, as one data set of several files; what did not fit; and which of the files hold
    /// nothing that is new, and are no part of it.
    ///
    /// Errors: `engine.rows_all_known` when that is all of them, `engine.batch_without_outcomes`.
    async fn append(
        &self,
        job: JobId,
        project: &Project,
        before: &DataRef,
        rows: Vec<NewRows>,
    ) -> Outcome<(DataRef, H::Content, Vec<Message>, Vec<bool>)> {
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
        let Appended {
            table,
            n_rows,
            n_repeated,
            notes,
        } = expect_output!(output, TaskOutput::Appended(appended) => *appended);
        let is_known: Vec<bool> = n_rows.iter().map(|n| *n == 0).collect();
        // Files that are among the data are taken anew, whatever they hold; of the others one at least brings rows.
        let files = before.files();
        let is_other = |part: &DataPart| files.iter().all(|file| file.sha256 != part.sha256);
        let mut others = new.iter().zip(&is_known).filter(|(part, _)| is_other(part)).peekable();
        let is_nothing_new = others.peek().is_some() && others.all(|(_, is_known)| *is_known);
        for (part, (n_rows, n_repeated)) in new.into_iter().zip(n_rows.into_iter().zip(n_repeated)) {
            let about = |code: &str| Message::new(code).with("file", &part.file_name).with("n", n_repeated);
            match (n_rows, n_repeated) {
                (0, 0) => return Err(about("engine.batch_without_outcomes").into()),
                (0, _) if is_nothing_new => return Err(about("engine.rows_all_known").into()),
                // It is said in `notes` that all of its rows are repeated.
                (0, _) => {}
                _ => parts.push(DataPart { n_rows, ..part }),
            }
        }
        let mut summary = before.summary.clone();
        summary.file_name = spec::texts::names::files(&parts);
        summary.n_kept = parts.iter().map(|part| part.n_rows).sum();
        summary.fingerprint.sha256 = combined(&parts);
        summary.fingerprint.n_rows = summary.n_kept;
        summary.fingerprint.n_bytes = table.n_bytes;
        summary.notes.extend(notes.iter().cloned());
        let (table_hash, table) = self.take(&table).await?;
        let data = DataRef {
            summary,
            table_hash,
            sample: before.sample.clone(),
            parts,
        };
        Ok((data, table, notes, is_known))
    }

    /// Takes the change of data out again, and only that: edits that were made since stay. Other data that somebody has
    /// loaded since stay too.
    async fn take_back(&self, id: &str, data: &DataRef, before: &DataRef, redo: Vec<Snapshot>) -> Outcome<()> {
        let mut is_back = false;
        self.change(id, Vec::new(), |project| {
            if project.data.as_ref() == Some(data) {
                take_out(project, data, before, redo);
                is_back = true;
            }
            Ok(())
        })
        .await?;
        if is_back {
            self.provide(&self.project()?).await?;
        }
        Ok(())
    }

    /// The best of the new runs against the champion, on the newest rows that the champion has not learned from. The
    /// challenger was not fitted on them either, but it was ranked and its threshold was chosen by them: the verdict says so.
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
            warnings: Vec::new(),
        };
        let (Some(&best), Some(champion)) = (retrained.runs.first(), champion) else {
            return Ok(retrained);
        };
        let files = data.files();
        let ends = files.iter().scan(0, |end, file| {
            *end += file.n_rows as u32;
            Some(*end)
        });
        // A bundle names what it learned from as a whole: that may be the first files taken together.
        let is_here = |hash: &String| files.iter().any(|file| file.sha256 == *hash) || prefixes(data).contains(hash);
        let are_all_here = !champion.files.is_empty() && champion.files.iter().all(is_here);
        let mut known = champion.files;
        if let Some(n) = prefixes(data).iter().rposition(|hash| known.contains(hash)) {
            known.extend(files[..=n].iter().map(|file| file.sha256.clone()));
        }
        // The new rows stand last.
        let n_old = files.len().saturating_sub(from.len());
        let left_out = files[n_old..].iter().filter(|file| known.contains(&file.sha256));
        retrained
            .warnings
            .extend(left_out.map(|file| Message::new("engine.champion_knows").with("file", &file.file_name)));
        let newest = files
            .iter()
            .zip(ends)
            .enumerate()
            .skip(n_old)
            .filter(|(_, (file, _))| !known.contains(&file.sha256))
            .last();
        let Some((at, (file, end))) = newest else {
            return Ok(retrained);
        };
        retrained.batch = from.get(at - n_old).copied().flatten();
        if champion.rows.is_none() && !are_all_here {
            retrained
                .warnings
                .push(Message::new("engine.champion_rows_unknown").with("file", &file.file_name));
        }
        let contested = Contested {
            table: &data.table_hash,
            rows: (end - file.n_rows as u32, file.n_rows as u32),
            file_name: &file.file_name,
        };
        let (verdict, notes) = self
            // What the champion learned from stands in the data themselves, where they are all there.
            .compare(
                job,
                &project,
                best,
                contested,
                champion.subject,
                champion.rows.filter(|_| !are_all_here),
            )
            .await?;
        retrained.verdict = verdict;
        retrained.warnings.extend(notes);
        Ok(retrained)
    }

    async fn compare(
        &self,
        job: JobId,
        project: &Project,
        best: u32,
        contested: Contested<'_>,
        champion: Subject,
        known: Option<KnownRows>,
    ) -> Outcome<(Option<ChallengerVerdict>, Vec<Message>)> {
        let run = find_run(project, best)?;
        let setting = Setting::of_run(project, run)?;
        let (_, metric) = setting.goal()?;
        let challenger: Scoreboard = self.scoreboard(project, run, Part::Validation).await?;
        let threshold = self.evaluate_validation(job, project, run).await?.decision_threshold;
        let task = Task::Contest {
            table: contested.table.to_owned(),
            first_row: contested.rows.0,
            n_rows: contested.rows.1,
            file_name: contested.file_name.to_owned(),
            group: match &project.pipeline.split.assignment {
                Assignment::Grouped { column } => Some(column.clone()),
                Assignment::Random { .. } | Assignment::Time { .. } => None,
            },
            known: known.map(Box::new),
            challenger: Box::new(challenger),
            champion: Box::new(champion),
            metric,
            rules: project.monitor_rules.clone(),
            threshold,
            seed: setting.seed,
        };
        let output = self.task(job, task, Message::new("doing.contest")).await?;
        match output {
            TaskOutput::Contest(verdict, notes) => Ok((verdict.map(|verdict| *verdict), notes)),
            _ => Err(Message::new("engine.wrong_output").into()),
        }
    }
}

/// Files that are not learned from, and why.
#[derive(Default)]
struct LeftOut {
    batches: Vec<u32>,
    notes: Vec<Message>,
}

/// Rows of a file are learned from once: twice they would stand on both sides of the split. (A later file that is among
/// the data already takes its own place, see [`Engine::append`].)
///
/// Errors: `engine.rows_known` when nothing is left.
fn only_new(before: &DataRef, rows: Vec<NewRows>) -> Outcome<(Vec<NewRows>, LeftOut)> {
    let first = before.files().into_iter().next();
    let mut new: Vec<NewRows> = Vec::new();
    let mut left_out = LeftOut::default();
    for rows in rows {
        let is_same = |other: &&DataPart| other.sha256 == rows.part.sha256;
        let known = first.as_ref().filter(is_same).map(|first| ("engine.rows_known", first));
        let twin = || {
            new.iter()
                .map(|new| &new.part)
                .find(is_same)
                .map(|twin| ("engine.rows_twice", twin))
        };
        match known.or_else(twin) {
            Some((code, other)) => {
                left_out.batches.extend(rows.batch);
                let about = Message::new(code).with("file", &rows.part.file_name);
                left_out.notes.push(about.with("other", &other.file_name));
            }
            None => new.push(rows),
        }
    }
    match left_out.notes.first() {
        Some(note) if new.is_empty() => Err(note.clone().into()),
        _ => Ok((new, left_out)),
    }
}

/// The document as if `data` had never been set instead of `before`; `redo` is what could be redone then.
fn take_out(project: &mut Project, data: &DataRef, before: &DataRef, redo: Vec<Snapshot>) {
    let history = &mut project.history;
    let is = |snapshot: &Snapshot, wanted: &DataRef| snapshot.data.as_ref() == Some(wanted);
    let follows = |i: usize| {
        history
            .undo
            .get(i + 1)
            .map_or(project.data.as_ref(), |next| next.data.as_ref())
            == Some(data)
    };
    let own = (0..history.undo.len())
        .rev()
        .find(|&i| is(&history.undo[i], before) && follows(i));
    if let Some(own) = own {
        let is_newest = own + 1 == history.undo.len();
        history.undo.remove(own);
        if is_newest && history.redo.is_empty() {
            history.redo = redo;
        }
    }
    for snapshot in history.undo.iter_mut().chain(&mut history.redo) {
        if is(snapshot, data) {
            snapshot.data = Some(before.clone());
        }
    }
    project.data = Some(before.clone());
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

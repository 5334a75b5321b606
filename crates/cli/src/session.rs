//! One engine, asked job by job.

use std::path::Path;

use anyhow::Context;
use engine::{Engine, Reply};
use futures_lite::future::block_on;
use spec::job::{Answer, FileKey, Job, Start, Submission};
use spec::read::{ImportSummary, ReadOptions, Sniff};
use spec::texts::number;
use spec::texts::ui::prepare;
use spec::{Edit, Failure, Message, Pipeline, Project};

use crate::exit::WrongUse;
use crate::host::NativeHost;
use crate::reading::Reading;

pub struct Session {
    pub engine: Engine<NativeHost>,
}

impl Session {
    pub fn new(n_workers: Option<usize>) -> anyhow::Result<Self> {
        Ok(Self {
            engine: Engine::new(NativeHost::new(n_workers)?),
        })
    }

    /// How much memory models may take.
    pub fn limit_memory(&self, n_bytes: Option<u64>) {
        if let Some(n_bytes) = n_bytes {
            self.engine.host().set_memory(n_bytes);
        }
    }

    pub fn ask(&self, job: Job) -> anyhow::Result<Reply> {
        let reply = block_on(self.engine.handle(&Submission { id: 0, job }));
        self.engine.host().bar.clear();
        reply.map_err(in_words)
    }

    /// The open project as a project file.
    pub fn project_file(&self) -> anyhow::Result<Vec<u8>> {
        let id = self.engine.open_copy().map_err(in_words)?.id;
        let (_, bytes) = self.ask(Job::ExportProject { id })?;
        bytes.context("the project file has no bytes")
    }

    /// A project with this file, read by `options` where there are some, and by what `reading` says in their place. What was
    /// found out about the file and its cells is told on stderr, and stands in the summary.
    pub fn import(&self, name: &str, data: &Path, options: Option<ReadOptions>, reading: &Reading) -> anyhow::Result<Project> {
        if !data.is_file() {
            return Err(WrongUse(format!("{} is not a file", data.display())).into());
        }
        self.ask(Job::CreateProject {
            name: name.to_owned(),
            start: Start::Blank,
        })?;
        let file = self.engine.host().add_file(data);
        let (options, first_look) = self
            .options(file, options, reading)
            .with_context(|| data.display().to_string())?;
        let mut project = match self
            .ask(Job::Import { file, options })
            .with_context(|| data.display().to_string())?
            .0
        {
            Answer::Project { project, .. } => *project,
            _ => anyhow::bail!("the engine gave another answer than asked for"),
        };
        if let Some(data) = &mut project.data {
            let summary = &mut data.summary;
            let whole = std::mem::take(&mut summary.notes);
            // The import has seen all of the file: where both speak of the same, it counts.
            let is_said = |note: &&Message| {
                whole
                    .iter()
                    .any(|said| said.code == note.code && said.values.get("column") == note.values.get("column"))
            };
            // What the first rows say of cells, the import has counted over all of them.
            let is_counted = |note: &&Message| spec::read::SAID_OF_CELLS.contains(&note.code.as_str());
            let first: Vec<Message> = first_look
                .iter()
                .filter(|note| !is_said(note) && note.code != "read.first_rows" && !is_counted(note))
                .cloned()
                .collect();
            summary.notes = first.into_iter().chain(whole).collect();
            say_summary(summary);
        }
        Ok(project)
    }

    /// How a file is read: as the options say, or as it looks, but for what `reading` says; and what was found out.
    pub fn options(
        &self,
        file: FileKey,
        options: Option<ReadOptions>,
        reading: &Reading,
    ) -> anyhow::Result<(ReadOptions, Vec<Message>)> {
        let given = match options {
            Some(options) => Some(reading.apply(options)?),
            None => None,
        };
        let is_stored = given.is_some();
        let sniffed = self.sniff(file, given)?;
        if is_stored || !reading.is_given() {
            return Ok((sniffed.options, sniffed.notes));
        }
        let options = reading.apply(sniffed.options.clone())?;
        // With another dialect the first rows say something else.
        let again = self.sniff(file, Some(options))?;
        let is_stated = |code: &str| match code {
            "read.encoding_guessed" => reading.encoding.is_some(),
            "read.comments_found" => false,
            _ => reading.changes_splitting(),
        };
        let of_file = sniffed.notes.into_iter().filter(|note| {
            let is_of_column = note.values.contains_key("column") || note.values.contains_key("columns");
            !is_of_column && !is_stated(&note.code) && !again.notes.contains(note)
        });
        let notes = of_file.chain(again.notes.clone()).collect();
        Ok((again.options, notes))
    }

    fn sniff(&self, file: FileKey, options: Option<ReadOptions>) -> anyhow::Result<Sniff> {
        match self.ask(Job::Sniff { file, options })?.0 {
            Answer::Sniffed(sniff) => Ok(*sniff),
            _ => anyhow::bail!("the engine gave another answer than asked for"),
        }
    }

    /// Replaces the document, all but how the file was read.
    pub fn set_document(&self, project: &Project, pipeline: &Pipeline) -> anyhow::Result<()> {
        let mut edits = vec![
            Edit::SetFraming {
                framing: pipeline.framing.clone(),
            },
            Edit::SetRecipe {
                recipe: pipeline.recipe.clone(),
            },
            Edit::SetSplit {
                split: pipeline.split.clone(),
            },
            Edit::SetModels {
                models: pipeline.models.clone(),
            },
            Edit::SetDecisionThreshold {
                threshold: pipeline.decision_threshold,
            },
            Edit::SetSeed { seed: pipeline.seed },
        ];
        edits.extend(pipeline.waivers.iter().cloned().map(|waiver| Edit::WaiveCaveat { waiver }));
        let job = Job::Edits {
            id: project.id.clone(),
            base_generation: 0,
            // Of the project as it is: edits with numbers that it has already would be passed over.
            first_seq: self.engine.open_copy().map_err(in_words)?.journal_seq + 1,
            edits,
        };
        self.ask(job)?;
        Ok(())
    }
}

/// Rows, rejected cells and records, and every reading that was a choice.
fn say_summary(summary: &ImportSummary) {
    eprintln!(
        "{}: {} rows kept, {} rejected, {} columns",
        summary.file_name,
        number::count(summary.n_kept as f64),
        number::count(summary.n_rejected as f64),
        summary.fingerprint.n_columns
    );
    for (reason, n) in &summary.reject_counts {
        eprintln!("  {}", prepare::reject_count(*reason, *n));
    }
    for note in &summary.notes {
        let hint = note.hint();
        let hint = if hint.is_empty() { hint } else { format!(" ({hint})") };
        eprintln!("  note: {}{hint}", note.says());
    }
}

/// What, and what to do, as one sentence each.
pub fn in_words(failure: Failure) -> anyhow::Error {
    let hint = failure.message.hint();
    let what = match failure.step {
        Some(step) => format!("{failure} (step {step})"),
        None => failure.to_string(),
    };
    if hint.is_empty() {
        anyhow::anyhow!("{what}")
    } else {
        anyhow::anyhow!("{what}. {hint}.")
    }
}

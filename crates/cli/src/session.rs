//! One engine, asked job by job.

use std::path::Path;

use anyhow::Context;
use engine::{Engine, Reply};
use futures_lite::future::block_on;
use spec::job::{Answer, Job, Start, Submission};
use spec::read::ReadOptions;
use spec::{Edit, Failure, Pipeline, Project};

use crate::exit::WrongUse;
use crate::host::NativeHost;

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

    /// A project with this file; what `pipeline` says replaces what was proposed.
    pub fn import(&self, name: &str, data: &Path, options: Option<ReadOptions>) -> anyhow::Result<Project> {
        if !data.is_file() {
            return Err(WrongUse(format!("{} is not a file", data.display())).into());
        }
        self.ask(Job::CreateProject {
            name: name.to_owned(),
            start: Start::Blank,
        })?;
        let file = self.engine.host().add_file(data);
        let options = match options {
            Some(options) => options,
            None => match self.ask(Job::Sniff { file, options: None })?.0 {
                Answer::Sniffed(sniff) => sniff.options,
                _ => anyhow::bail!("the engine gave another answer than asked for"),
            },
        };
        match self
            .ask(Job::Import { file, options })
            .with_context(|| data.display().to_string())?
            .0
        {
            Answer::Project { project, .. } => Ok(*project),
            _ => anyhow::bail!("the engine gave another answer than asked for"),
        }
    }

    /// Replaces the document, all but how the file was read.
    pub fn set_document(&self, project: &Project, pipeline: &Pipeline) -> anyhow::Result<()> {
        let edits = vec![
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

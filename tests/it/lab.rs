//! A session with a data set in it, asked the way the page asks.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use cli::session::Session;
use engine::{Host, Store};
use spec::evaluation::{Evaluation, Part};
use spec::job::{Answer, Description, Download, Job, Start};
use spec::{Algorithm, Edit, Failure, Framing, Metric, ModelSpec, Params, Project, Task};

pub struct Lab {
    pub session: Session,
}

impl Lab {
    /// A project from a built-in sample, as one click on the home page makes it.
    pub fn sample(id: &str, n_workers: usize) -> Self {
        let session = Session::new(Some(n_workers)).unwrap();
        let file = session.engine.host().add_file(&sample_path(id));
        let start = Start::Sample {
            id: id.to_owned(),
            file,
            framing: None,
            seed: None,
        };
        session
            .ask(Job::CreateProject {
                name: format!("Sample {id}"),
                start,
            })
            .unwrap();
        Self { session }
    }

    /// A project from text, with a target.
    pub fn csv(name: &str, text: &str, target: &str, task: Task, metric: Metric) -> Self {
        let lab = Self {
            session: Session::new(Some(2)).unwrap(),
        };
        let path = scratch(name);
        std::fs::write(&path, text).unwrap();
        lab.session.import(name, &path, None, &Default::default()).unwrap();
        std::fs::remove_file(&path).unwrap();
        let framing = Framing {
            task: Some(task),
            target: Some(target.to_owned()),
            metric: Some(metric),
            ..lab.project().pipeline.framing
        };
        lab.edit(Edit::SetFraming { framing });
        let Answer::Proposed(pipeline) = lab.ask(Job::Propose) else {
            panic!("no proposal")
        };
        lab.edit(Edit::SetFraming {
            framing: pipeline.framing.clone(),
        });
        lab.edit(Edit::SetRecipe {
            recipe: pipeline.recipe.clone(),
        });
        lab.edit(Edit::SetSplit {
            split: pipeline.split.clone(),
        });
        lab.edit(Edit::SetModels {
            models: pipeline.models.clone(),
        });
        lab
    }

    pub fn ask(&self, job: Job) -> Answer {
        self.session.ask(job).unwrap().0
    }

    /// A stored chunk.
    pub fn chunk(&self, hash: &str) -> Vec<u8> {
        let store = self.session.engine.host().store();
        futures_lite::future::block_on(store.chunk(hash)).unwrap().unwrap()
    }

    /// The failure that a job must end in.
    pub fn refuses(&self, job: Job) -> Failure {
        let submission = spec::job::Submission { id: 0, job };
        futures_lite::future::block_on(self.session.engine.handle(&submission)).unwrap_err()
    }

    pub fn project(&self) -> Project {
        self.session.engine.open_copy().unwrap()
    }

    pub fn edit(&self, edit: Edit) {
        let project = self.project();
        let first_seq = project.journal_seq + 1;
        self.ask(Job::Edits {
            id: project.id,
            base_generation: project.generation,
            first_seq,
            edits: vec![edit],
        });
    }

    pub fn describe(&self) -> Description {
        match self.ask(Job::Describe) {
            Answer::Described(description) => *description,
            other => panic!("{other:?}"),
        }
    }

    pub fn train(&self, algorithms: &[Algorithm]) {
        let models = algorithms.iter().map(|&algorithm| model(algorithm)).collect();
        self.ask(Job::Train { models });
    }

    pub fn evaluate(&self, run: u32, part: Part, reason: &str) -> Evaluation {
        match self.ask(Job::Evaluate {
            run,
            part,
            reason: reason.to_owned(),
        }) {
            Answer::Evaluated(evaluation) => *evaluation,
            other => panic!("{other:?}"),
        }
    }

    pub fn export(&self, run: u32) -> (Download, Vec<u8>) {
        match self.session.ask(Job::Export { run }).unwrap() {
            (Answer::Download(download), Some(bytes)) => (download, bytes),
            other => panic!("{:?}", other.0),
        }
    }

    /// Mean over the folds of the newest run of an algorithm.
    pub fn cv(&self, algorithm: Algorithm, metric: Metric) -> f64 {
        let project = self.project();
        let run = project.runs.iter().rev().find(|run| run.algorithm == algorithm).unwrap();
        run.cv[&metric].mean
    }

    pub fn run_of(&self, algorithm: Algorithm) -> u32 {
        self.project()
            .runs
            .iter()
            .rev()
            .find(|run| run.algorithm == algorithm)
            .unwrap()
            .id
    }
}

pub fn model(algorithm: Algorithm) -> ModelSpec {
    ModelSpec {
        algorithm,
        params: Params::new(),
        search: None,
    }
}

pub fn sample_path(id: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../public/samples")
        .join(format!("{id}.csv"))
}

/// A file name of this process in the system's folder for such things.
pub fn scratch(name: &str) -> PathBuf {
    static N: AtomicU32 = AtomicU32::new(0);
    let n = N.fetch_add(1, Ordering::Relaxed);
    std::env::temp_dir().join(format!("mllc-{}-{n}-{name}.csv", std::process::id()))
}

//! The bar of a job goes one way, whatever the job does; what is trained already is not trained again.

use std::cell::RefCell;

use cli::host::NativeHost;
use engine::{Content, Engine, Host, Made, MemoryStore, Task, TaskOutput, Tick, ToolLock};
use futures_lite::future::block_on;
use spec::evaluation::Part;
use spec::job::{Answer, CandidateState, Event, FileKey, Job, JobId, Partial, Start, Submission};
use spec::model::RandomSearch;
use spec::{Algorithm, Edit, ModelSpec, Outcome, ParamValue, Project};

use crate::lab::{model, sample_path};

/// The native host, with what it was told and when.
struct Heard {
    native: NativeHost,
    events: RefCell<Vec<(f64, Event)>>,
}

impl Host for Heard {
    type Content = Content;
    type Store = MemoryStore;

    fn store(&self) -> &MemoryStore {
        self.native.store()
    }

    fn now_ms(&self) -> f64 {
        self.native.now_ms()
    }

    fn emit(&self, event: Event) {
        self.events.borrow_mut().push((self.now_ms(), event));
    }

    fn is_cancelled(&self, job: JobId) -> bool {
        self.native.is_cancelled(job)
    }

    fn new_id(&self) -> String {
        self.native.new_id()
    }

    fn tool(&self) -> ToolLock {
        self.native.tool()
    }

    fn n_workers(&self) -> usize {
        self.native.n_workers()
    }

    async fn pause(&self) {
        self.native.pause().await;
    }

    fn file_name(&self, file: FileKey) -> String {
        self.native.file_name(file)
    }

    async fn file_sha256(&self, file: FileKey) -> Option<String> {
        self.native.file_sha256(file).await
    }

    async fn sha256(&self, bytes: &[u8]) -> String {
        self.native.sha256(bytes).await
    }

    fn made(&self, made: &Made) -> Outcome<Content> {
        self.native.made(made)
    }

    async fn sha256_of(&self, content: &Content) -> Outcome<String> {
        self.native.sha256_of(content).await
    }

    async fn bytes_of(&self, content: &Content) -> Outcome<Vec<u8>> {
        self.native.bytes_of(content).await
    }

    fn provide_table(&self, hash: &str, content: Content) {
        self.native.provide_table(hash, content);
    }

    fn provide_contents(&self, contents: Vec<(String, Content)>) {
        self.native.provide_contents(contents);
    }

    async fn run_tasks(&self, job: JobId, tasks: Vec<Task>, on_tick: &mut dyn FnMut(usize, Tick)) -> Vec<Outcome<TaskOutput>> {
        self.native.run_tasks(job, tasks, on_tick).await
    }

    async fn lock_project(&self, id: &str, take_over: bool) -> bool {
        self.native.lock_project(id, take_over).await
    }

    fn unlock_project(&self, id: &str) {
        self.native.unlock_project(id);
    }
}

struct Listener {
    engine: Engine<Heard>,
}

impl Listener {
    fn sample(id: &str) -> Self {
        let host = Heard {
            native: NativeHost::new(Some(2)).unwrap(),
            events: RefCell::default(),
        };
        let listener = Self {
            engine: Engine::new(host),
        };
        let file = listener.engine.host().native.add_file(&sample_path(id));
        let start = Start::Sample {
            id: id.to_owned(),
            file,
            framing: None,
            seed: None,
        };
        listener.does(Job::CreateProject {
            name: id.to_owned(),
            start,
        });
        listener
    }

    fn project(&self) -> Project {
        self.engine.open_copy().unwrap()
    }

    fn edit(&self, edit: Edit) {
        let project = self.project();
        self.does(Job::Edits {
            id: project.id,
            base_generation: project.generation,
            first_seq: project.journal_seq + 1,
            edits: vec![edit],
        });
    }

    /// Does a job and sees that its bar goes one way, in all and for each candidate; what it told of candidates.
    fn does(&self, job: Job) -> (Answer, Vec<CandidateState>) {
        let host = self.engine.host();
        host.events.borrow_mut().clear();
        let name = format!("{job:?}").chars().take(40).collect::<String>();
        let begun_ms = host.now_ms();
        let (answer, _) = block_on(self.engine.handle(&Submission { id: 7, job })).unwrap();
        let ended_ms = host.now_ms();
        let mut shown = 0.0;
        let mut candidates: Vec<f64> = vec![0.0; 300];
        let mut states = Vec::new();
        for (at_ms, event) in host.events.borrow().iter() {
            match event {
                Event::Progress { id, progress } => {
                    assert_eq!(*id, 7);
                    let fraction = progress.fraction.unwrap();
                    assert!((shown..=1.0).contains(&fraction), "{name}: {shown} then {fraction}");
                    assert!(progress.seconds_left.is_none_or(|left| left.is_finite() && left >= 0.0));
                    shown = fraction;
                    if std::env::var_os("SHOW_PROGRESS").is_some() {
                        println!(
                            "{name} {:6.2} s: {:3.0}% {}, told {:?}, truly {:.2}",
                            (at_ms - begun_ms) / 1000.0,
                            fraction * 100.0,
                            progress.doing.says(),
                            progress.seconds_left.map(|left| (left * 100.0).round() / 100.0),
                            (ended_ms - at_ms) / 1000.0
                        );
                    }
                }
                Event::Partial {
                    partial:
                        Partial::Candidate {
                            index,
                            trial,
                            fraction,
                            state,
                            ..
                        },
                    ..
                } => {
                    let own = &mut candidates[(index * 30 + trial.unwrap_or(0)) as usize];
                    let fraction = fraction.unwrap_or(*own);
                    assert!(
                        (*own..=1.0).contains(&fraction),
                        "{name}, candidate {index}: {own} then {fraction}"
                    );
                    *own = fraction;
                    states.push(state.clone());
                }
                _ => {}
            }
        }
        (answer, states)
    }
}

fn is_done(state: &&CandidateState) -> bool {
    matches!(state, CandidateState::Done { .. })
}

#[test]
fn the_bar_goes_one_way_in_every_job_of_a_project() {
    let listener = Listener::sample("churn");
    listener.does(Job::Describe);
    let models = listener.project().pipeline.models;
    let n_models = models.len() as u32;
    listener.does(Job::Train { models });
    let best = listener.project().current_run().unwrap().id;
    for part in [Part::Validation, Part::Test] {
        listener.does(Job::Evaluate {
            run: best,
            part,
            reason: String::new(),
        });
    }
    listener.does(Job::Importance { run: best, n_repeats: 2 });
    listener.does(Job::Register {
        run: best,
        note: String::new(),
    });
    listener.does(Job::Export { run: best });
    let next = listener.engine.host().native.add_file(&sample_path("churn_next_month"));
    let checked = listener.does(Job::CheckBatch {
        file: next,
        options: None,
        version: None,
        key_salt: None,
    });
    let Answer::Batch(batch) = checked.0 else {
        panic!("{:?}", checked.0)
    };
    listener.does(Job::JudgeBatches);
    let (retrained, states) = listener.does(Job::Retrain {
        batches: vec![batch.summary.id],
    });
    assert!(matches!(retrained, Answer::Retrained(_)));
    assert!(states.iter().filter(is_done).count() as u32 >= n_models);
}

#[test]
fn what_is_trained_on_just_this_is_not_trained_again() {
    let listener = Listener::sample("iris");
    let tree = model(Algorithm::DecisionTree);
    let train = |models: &[ModelSpec]| {
        let (_, states) = listener.does(Job::Train { models: models.to_vec() });
        let done: Vec<u32> = states
            .iter()
            .filter_map(|state| match state {
                CandidateState::Done { run } => Some(*run),
                _ => None,
            })
            .collect();
        (listener.project().runs.len(), done)
    };
    // The baseline comes along.
    assert_eq!(train(std::slice::from_ref(&tree)), (2, vec![1, 2]));
    assert_eq!(train(std::slice::from_ref(&tree)), (2, vec![2]), "the same again");
    assert_eq!(
        train(&[tree.clone(), tree.clone()]),
        (2, vec![2, 2]),
        "twice among the candidates"
    );
    let named = |depth| ModelSpec {
        params: [("max_depth".to_owned(), depth)].into(),
        ..tree.clone()
    };
    assert_eq!(train(&[named(ParamValue::Unset)]).0, 2, "the default by its name");
    assert_eq!(
        train(&[named(ParamValue::Integer(2)), tree.clone()]),
        (3, vec![3, 2]),
        "only what is new"
    );
    // A search begins with what is there, and a longer one goes on where a shorter one ended.
    let search = |n_trials| ModelSpec {
        search: Some(RandomSearch { n_trials, fixed: vec![] }),
        ..tree.clone()
    };
    assert_eq!(train(&[search(3)]).0, 5);
    assert_eq!(train(&[search(3)]).0, 5);
    assert_eq!(train(&[search(5)]).0, 7);
    // Another seed is another training, and going back to the first finds what was trained on it.
    let seed = listener.project().pipeline.seed;
    listener.edit(Edit::SetSeed { seed: seed + 1 });
    assert_eq!(train(std::slice::from_ref(&tree)).0, 9, "with a baseline of its own");
    listener.edit(Edit::SetSeed { seed });
    assert_eq!(train(std::slice::from_ref(&tree)), (9, vec![2]));
    let hashes: std::collections::BTreeSet<_> = listener
        .project()
        .runs
        .iter()
        .map(|run| (run.training_key.clone(), run.algorithm, format!("{:?}", run.params)))
        .collect();
    assert_eq!(hashes.len(), 9, "no two runs are the same");
}

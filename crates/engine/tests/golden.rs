//! The golden hash: one lifecycle on a sample, natively and in wasm, against the same committed hashes. Every estimator
//! in it is exact, so not a bit may differ.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test stops at the first surprise"
)]

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use engine::{Cache, Content, Engine, Host, Made, MemoryStore, Resources, Sink, Task, TaskOutput, Tick, run_task, sha256};
use spec::job::{Event, FileKey, Job, JobId, Start, Submission};
use spec::{Algorithm, ModelSpec, Observer, Outcome, Params, wire};
use table::{ByteSource, Table};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test;

const CHURN: &[u8] = include_bytes!("../../../public/samples/churn.csv");
const EXPECTED: &str = include_str!("../../../tests/golden/determinism/churn.json");

/// Everything in one place and one after the other.
#[derive(Default)]
struct OneThread {
    store: MemoryStore,
    at_hand: AtHand,
    n_ids: Cell<u32>,
}

#[derive(Default)]
struct AtHand {
    table: RefCell<Option<(String, Arc<Table>)>>,
    made: Rc<RefCell<Vec<Content>>>,
    cache: Cache,
}

/// Pieces put together again, as a store would read them.
struct Gathered {
    bytes: Vec<u8>,
    made: Rc<RefCell<Vec<Content>>>,
}

impl Sink for Gathered {
    fn put(&mut self, piece: &[u8]) -> Outcome<()> {
        self.bytes.extend_from_slice(piece);
        Ok(())
    }

    fn finish(self: Box<Self>) -> Outcome<Made> {
        let made = Made {
            key: self.made.borrow().len() as u64,
            n_bytes: self.bytes.len() as u64,
            sha256: None,
        };
        self.made.borrow_mut().push(Content::Bytes(Arc::new(self.bytes)));
        Ok(made)
    }
}

impl Resources for AtHand {
    fn table(&self, hash: &str) -> Outcome<Arc<Table>> {
        let table = self.table.borrow();
        let found = table.as_ref().filter(|(name, _)| name == hash);
        Ok(found
            .map(|(_, table)| Arc::clone(table))
            .ok_or_else(|| spec::Message::new("engine.no_table"))?)
    }

    fn file(&self, _key: FileKey) -> Outcome<Box<dyn ByteSource>> {
        Ok(Box::new(CHURN.to_vec()))
    }

    fn now_secs(&self) -> f64 {
        0.0
    }

    fn cache(&self) -> &Cache {
        &self.cache
    }

    fn sink(&self) -> Box<dyn Sink> {
        Box::new(Gathered {
            bytes: Vec::new(),
            made: Rc::clone(&self.made),
        })
    }

    fn made(&self, made: &Made) -> Outcome<Box<dyn ByteSource>> {
        Ok(self.made.borrow()[made.key as usize].source())
    }

    fn content(&self, _hash: &str) -> Outcome<Box<dyn ByteSource>> {
        Err(spec::Message::new("engine.no_content").into())
    }
}

struct Ticks<'a>(usize, &'a mut dyn FnMut(usize, Tick));

impl Observer for Ticks<'_> {
    fn tick(&mut self, fraction: f64) -> Outcome<()> {
        (self.1)(self.0, Tick::Fraction(fraction));
        Ok(())
    }
}

impl Host for OneThread {
    type Content = Content;
    type Store = MemoryStore;

    fn store(&self) -> &MemoryStore {
        &self.store
    }

    fn now_ms(&self) -> f64 {
        0.0
    }

    fn emit(&self, _event: Event) {}

    fn is_cancelled(&self, _job: JobId) -> bool {
        false
    }

    fn new_id(&self) -> String {
        self.n_ids.set(self.n_ids.get() + 1);
        format!("project-{}", self.n_ids.get())
    }

    fn n_workers(&self) -> usize {
        1
    }

    async fn pause(&self) {}

    fn file_name(&self, _file: FileKey) -> String {
        "churn.csv".to_owned()
    }

    async fn file_sha256(&self, _file: FileKey) -> Option<String> {
        None
    }

    async fn sha256(&self, bytes: &[u8]) -> String {
        sha256(bytes)
    }

    fn made(&self, made: &Made) -> Outcome<Content> {
        Ok(self.at_hand.made.borrow()[made.key as usize].clone())
    }

    async fn sha256_of(&self, content: &Content) -> Outcome<String> {
        Ok(content.sha256())
    }

    async fn bytes_of(&self, content: &Content) -> Outcome<Vec<u8>> {
        Ok(content.bytes().to_vec())
    }

    fn provide_table(&self, hash: &str, content: Content) {
        *self.at_hand.table.borrow_mut() = Some((hash.to_owned(), content.table().unwrap()));
    }

    fn provide_contents(&self, _contents: Vec<(String, Content)>) {}

    async fn run_tasks(&self, _job: JobId, tasks: Vec<Task>, on_tick: &mut dyn FnMut(usize, Tick)) -> Vec<Outcome<TaskOutput>> {
        let run = |(index, task): (usize, Task)| {
            // Through bytes, as between workers.
            let task: Task = wire::from_bytes(&wire::to_bytes(&task))?;
            let output = run_task(&task, &self.at_hand, &mut Ticks(index, on_tick))?;
            wire::from_bytes(&wire::to_bytes(&output))
        };
        tasks.into_iter().enumerate().map(run).collect()
    }

    async fn lock_project(&self, _id: &str, _take_over: bool) -> bool {
        true
    }

    fn unlock_project(&self, _id: &str) {}
}

/// Hashes of the report and of every model, by name.
fn hashes() -> serde_json::Value {
    let engine = Engine::new(OneThread::default());
    let ask = |job: Job| futures_lite::future::block_on(engine.handle(&Submission { id: 1, job })).unwrap();
    let start = Start::Sample {
        id: "churn".to_owned(),
        file: 1,
        framing: None,
        seed: Some(7),
    };
    ask(Job::CreateProject {
        name: "golden".to_owned(),
        start,
    });
    let algorithms = [
        Algorithm::Baseline,
        Algorithm::LogisticRegression,
        Algorithm::DecisionTree,
        Algorithm::RandomForest,
        Algorithm::GradientBoosting,
    ];
    let models = algorithms.map(|algorithm| ModelSpec {
        algorithm,
        params: Params::new(),
        search: None,
    });
    ask(Job::Train { models: models.into() });
    let report = ask(Job::ExportReport).1.unwrap();
    let project = engine.open_copy().unwrap();
    let mut hashes = serde_json::Map::new();
    hashes.insert("report.json".to_owned(), sha256(&report).into());
    for run in &project.runs {
        hashes.insert(
            format!("{:?}", run.algorithm),
            format!("{} {}", run.model_hash, run.predictions_hash).into(),
        );
    }
    hashes.into()
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
fn the_lifecycle_gives_the_committed_bits() {
    let expected: serde_json::Value = serde_json::from_str(EXPECTED).unwrap();
    let found = hashes();
    assert_eq!(found, expected, "\n{}", serde_json::to_string_pretty(&found).unwrap());
}

//! The two doors of the engine: what a browser, a command line or a test must be able to do for it.

use deploy::ToolLock;
use spec::Outcome;
use spec::job::{Event, JobId, ProjectCard};

use crate::task::{Made, Task, TaskOutput, Tick};

/// A host runs tasks, tells the time and carries events. Futures are plain: no runtime is assumed.
#[allow(
    async_fn_in_trait,
    reason = "the futures never cross threads: the lead is single-threaded in every host"
)]
pub trait Host {
    /// Large content in the form in which this host keeps it and moves it about, so that it is never copied whole: a
    /// table in a browser lies in the memory of the worker that made it, and in blobs outside.
    type Content: Clone;
    type Store: Store<Content = Self::Content>;

    fn store(&self) -> &Self::Store;

    /// Milliseconds since 1970.
    fn now_ms(&self) -> f64;

    fn emit(&self, event: Event);

    fn is_cancelled(&self, job: JobId) -> bool;

    /// A new identifier that no other project has (browser: 16 bytes of `crypto.getRandomValues`).
    fn new_id(&self) -> String;

    /// The command-line tool that generated jobs are to run.
    fn tool(&self) -> ToolLock {
        ToolLock::default()
    }

    fn n_workers(&self) -> usize;

    /// Lets waiting messages in (a cancel, above all).
    async fn pause(&self);

    /// The name of a file that came with a job.
    fn file_name(&self, file: spec::job::FileKey) -> String;

    /// SHA-256 of a file, hexadecimal, taken beside the task that reads it. None when that task takes it
    /// (`ByteSource::is_hashed_elsewhere` says which).
    async fn file_sha256(&self, file: spec::job::FileKey) -> Option<String>;

    /// SHA-256, hexadecimal.
    async fn sha256(&self, bytes: &[u8]) -> String;

    /// What a task has handed over ([`Resources::put_table`], [`Resources::sink`]); it is there once.
    ///
    /// [`Resources::put_table`]: crate::Resources::put_table
    /// [`Resources::sink`]: crate::Resources::sink
    fn made(&self, made: &Made) -> Outcome<Self::Content>;

    /// SHA-256 of content, hexadecimal.
    async fn sha256_of(&self, content: &Self::Content) -> Outcome<String>;

    /// The bytes of content that is known to be small, or that must be had whole.
    async fn bytes_of(&self, content: &Self::Content) -> Outcome<Vec<u8>>;

    /// Makes a table (content of `Table::to_bytes`) known to tasks under its content hash, until the next call. Hosts
    /// with worker memory send it over lazily, once to each worker, which decodes it.
    fn provide_table(&self, hash: &str, content: Self::Content);

    /// Makes content known to tasks by [`Resources::content`], until the next call.
    ///
    /// [`Resources::content`]: crate::Resources::content
    fn provide_contents(&self, contents: Vec<(String, Self::Content)>);

    /// Runs all tasks (they and their outputs travel as bytes of [`spec::wire`]), in any order and on any number of workers; results stand in the order of the tasks. `on_tick`
    /// is called on the lead with the task's index. A cancel of `job` ends the workers that run its tasks and gives
    /// `Failure::cancelled` for every task that had not finished. A worker that trapped gives `engine.task_trapped`,
    /// one that fell silent `engine.task_silent`; both are replaced, and the task is tried once more before it fails.
    async fn run_tasks(&self, job: JobId, tasks: Vec<Task>, on_tick: &mut dyn FnMut(usize, Tick)) -> Vec<Outcome<TaskOutput>>;

    /// Tries to become the only writer of a project; `take_over` takes the right from another tab. False: read only.
    async fn lock_project(&self, id: &str, take_over: bool) -> bool;

    fn unlock_project(&self, id: &str);
}

/// One save: one strict transaction.
#[derive(Clone, Debug)]
pub struct Write {
    pub card: ProjectCard,
    /// The generation that the stored record must have; None for a new project (it must not exist).
    pub base_generation: Option<u64>,
    /// JSON of `spec::Project`.
    pub record: Vec<u8>,
    /// New content-addressed chunks, by SHA-256.
    pub chunks: Vec<(String, Vec<u8>)>,
}

/// Project records and content-addressed chunks.
#[allow(
    async_fn_in_trait,
    reason = "the futures never cross threads: the lead is single-threaded in every host"
)]
pub trait Store {
    /// See [`Host::Content`].
    type Content: Clone;

    /// All cards, newest change first. A record that cannot be read has a card with `damaged`.
    async fn list(&self) -> Outcome<Vec<ProjectCard>>;

    /// The record; None when there is none. Errors: `store.damaged` when its hash does not fit.
    async fn load(&self, id: &str) -> Outcome<Option<Vec<u8>>>;

    /// Errors: `store.conflict` when the stored generation is another one, `store.quota` when there is no room; then
    /// nothing has changed.
    async fn save(&self, write: Write) -> Outcome<()>;

    /// Stores a large chunk ahead of the record that will name it, which saves the user the wait.
    ///
    /// Errors: `store.quota`.
    async fn put_chunk(&self, hash: &str, bytes: &[u8]) -> Outcome<()>;

    /// Errors: `store.damaged_data` when the bytes do not have this hash.
    async fn chunk(&self, hash: &str) -> Outcome<Option<Vec<u8>>>;

    /// [`Store::put_chunk`] for content that need not be in memory as a whole.
    async fn put_content(&self, hash: &str, content: &Self::Content) -> Outcome<()>;

    /// Errors: `store.damaged_data` when the content does not have this hash.
    async fn content(&self, hash: &str) -> Outcome<Option<Self::Content>>;

    /// Deletes the record and every chunk that `keep` does not name; None keeps all chunks. A chunk that the record does
    /// not name (`own`) and that was stored a moment ago stays: another tab may be about to save a record with it.
    async fn delete(&self, id: &str, own: &[String], keep: Option<&[String]>) -> Outcome<()>;

    /// Everything, at once.
    async fn erase_all(&self) -> Outcome<()>;
}

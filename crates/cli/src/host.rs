//! The native host: tasks on rayon threads, files by path, everything else in memory.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use engine::{
    ByteSource, Cache, Content, Host, Made, MemoryStore, Resources, Sink, Table, Task, TaskOutput, Tick, ToolLock, TwoByte,
    TwoByteDecoder, encodings, run_task,
};
use spec::job::{Event, FileKey, JobId};
use spec::{Failure, Message, Observer, Outcome};

use crate::progress::Bar;

pub struct NativeHost {
    store: MemoryStore,
    pool: rayon::ThreadPool,
    shared: Arc<Shared>,
    files: RefCell<Vec<PathBuf>>,
    next_id: Cell<u64>,
    tool: RefCell<Option<ToolLock>>,
    pub bar: Bar,
}

/// What worker threads see.
struct Shared {
    table: Mutex<Option<(String, Arc<Table>)>>,
    contents: Mutex<BTreeMap<String, Content>>,
    made: Arc<Handed>,
    files: Mutex<Vec<PathBuf>>,
    cache: Cache,
    is_cancelled: AtomicBool,
    /// For the models of all threads together.
    memory_bytes: AtomicU64,
    n_threads: u64,
    start: Instant,
}

/// What tasks have handed over and nobody has taken yet.
#[derive(Default)]
struct Handed {
    last: AtomicU64,
    contents: Mutex<BTreeMap<u64, Content>>,
}

impl Handed {
    fn put(&self, content: Content, n_bytes: u64, sha256: String) -> Made {
        let key = self.last.fetch_add(1, Ordering::Relaxed);
        lock(&self.contents).insert(key, content);
        Made {
            key,
            n_bytes,
            sha256: Some(sha256),
        }
    }
}

/// Pieces in one memory.
struct Gathered {
    bytes: Vec<u8>,
    handed: Arc<Handed>,
}

impl Sink for Gathered {
    fn put(&mut self, piece: &[u8]) -> Outcome<()> {
        self.bytes
            .try_reserve(piece.len())
            .map_err(|_| Message::new("store.memory").with("n_bytes", self.bytes.len() + piece.len()))?;
        self.bytes.extend_from_slice(piece);
        Ok(())
    }

    fn finish(self: Box<Self>) -> Outcome<Made> {
        let (n_bytes, sha256) = (self.bytes.len() as u64, engine::sha256(&self.bytes));
        Ok(self.handed.put(Content::Bytes(Arc::new(self.bytes)), n_bytes, sha256))
    }
}

impl NativeHost {
    /// `n_workers` None: all cores.
    pub fn new(n_workers: Option<usize>) -> anyhow::Result<Self> {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(n_workers.unwrap_or(0))
            .stack_size(8 << 20)
            .build()?;
        let shared = Shared {
            table: Mutex::new(None),
            contents: Mutex::default(),
            made: Arc::default(),
            files: Mutex::new(Vec::new()),
            cache: Cache::default(),
            is_cancelled: AtomicBool::new(false),
            memory_bytes: AtomicU64::new(machine_bytes()),
            n_threads: pool.current_num_threads() as u64,
            start: Instant::now(),
        };
        Ok(Self {
            store: MemoryStore::default(),
            pool,
            shared: Arc::new(shared),
            files: RefCell::default(),
            next_id: Cell::new(1),
            tool: RefCell::default(),
            bar: Bar::default(),
        })
    }

    /// The tool that a bundle was made by, of which this one may be a successor.
    pub fn knows_tool(&self, lock: Option<ToolLock>) {
        *self.tool.borrow_mut() = lock;
    }

    /// Makes a file known to jobs.
    pub fn add_file(&self, path: &Path) -> FileKey {
        let mut files = self.files.borrow_mut();
        files.push(path.to_owned());
        lock(&self.shared.files).clone_from(&files);
        (files.len() - 1) as FileKey
    }

    /// How much memory training may take; else a share of what the machine has.
    pub fn set_memory(&self, n_bytes: u64) {
        self.shared.memory_bytes.store(n_bytes, Ordering::Relaxed);
    }

    /// Ends every running task at its next tick.
    pub fn cancel(&self) {
        self.shared.is_cancelled.store(true, Ordering::Relaxed);
    }
}

impl Host for NativeHost {
    type Content = Content;
    type Store = MemoryStore;

    fn store(&self) -> &MemoryStore {
        &self.store
    }

    fn now_ms(&self) -> f64 {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0.0, |since| since.as_secs_f64() * 1000.0)
    }

    fn emit(&self, event: Event) {
        self.bar.show(&event);
    }

    fn is_cancelled(&self, _job: JobId) -> bool {
        self.shared.is_cancelled.load(Ordering::Relaxed)
    }

    fn new_id(&self) -> String {
        let id = self.next_id.get();
        self.next_id.set(id + 1);
        format!("project-{id}")
    }

    /// Itself, when it is the static program that runs anywhere; where it can be fetched from is for its users to say.
    fn tool(&self) -> ToolLock {
        let known = self.tool.borrow().clone();
        let mut tool = ToolLock {
            url: ToolLock::reachable(&std::env::var("MLLC_URL").unwrap_or_default()),
            ..ToolLock::default()
        };
        // What runs here is what a job runs there, if it can.
        if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
            let own = std::env::current_exe().and_then(std::fs::read);
            tool.sha256 = own.map(|bytes| engine::sha256(&bytes)).unwrap_or_default();
        }
        match known {
            // The same program: its address is known from the bundle before.
            Some(known) if tool.url.is_empty() && known.sha256 == tool.sha256 => ToolLock {
                url: ToolLock::reachable(&known.url),
                ..tool
            },
            _ => tool,
        }
    }

    fn n_workers(&self) -> usize {
        self.pool.current_num_threads()
    }

    async fn pause(&self) {
        std::thread::yield_now();
    }

    fn file_name(&self, file: FileKey) -> String {
        let files = self.files.borrow();
        let name = files.get(file as usize).and_then(|path| path.file_name());
        name.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }

    async fn file_sha256(&self, _file: FileKey) -> Option<String> {
        None
    }

    async fn sha256(&self, bytes: &[u8]) -> String {
        engine::sha256(bytes)
    }

    fn made(&self, made: &Made) -> Outcome<Content> {
        let found = lock(&self.shared.made.contents).remove(&made.key);
        Ok(found.ok_or_else(|| Message::new("engine.no_content"))?)
    }

    async fn sha256_of(&self, content: &Content) -> Outcome<String> {
        Ok(content.sha256())
    }

    async fn bytes_of(&self, content: &Content) -> Outcome<Vec<u8>> {
        Ok(content.bytes().to_vec())
    }

    fn provide_table(&self, hash: &str, content: Content) {
        if let Ok(table) = content.table() {
            *lock(&self.shared.table) = Some((hash.to_owned(), table));
        }
    }

    fn provide_contents(&self, contents: Vec<(String, Content)>) {
        *lock(&self.shared.contents) = contents.into_iter().collect();
    }

    /// Blocks: nothing else wants this thread. Tasks start in order, as many at once as there are threads.
    async fn run_tasks(&self, _job: JobId, tasks: Vec<Task>, on_tick: &mut dyn FnMut(usize, Tick)) -> Vec<Outcome<TaskOutput>> {
        let mut results: Vec<Outcome<TaskOutput>> = tasks.iter().map(|_| Err(trapped("no answer"))).collect();
        let (sender, receiver) = channel();
        for (index, task) in tasks.into_iter().enumerate() {
            let (sender, shared) = (sender.clone(), Arc::clone(&self.shared));
            self.pool.spawn_fifo(move || {
                let mut observer = Ticks {
                    index,
                    sender: sender.clone(),
                    shared: Arc::clone(&shared),
                };
                let run = std::panic::AssertUnwindSafe(|| run_task(&task, &*shared, &mut observer));
                let result = std::panic::catch_unwind(run).unwrap_or_else(|panic| Err(trapped(&panic_text(&*panic))));
                // Nobody listens only when the whole job was given up.
                let _ = sender.send((index, Said::Done(Box::new(result))));
            });
        }
        drop(sender);
        for (index, said) in receiver {
            match said {
                Said::Tick(tick) => on_tick(index, tick),
                Said::Done(result) => results[index] = *result,
            }
        }
        results
    }

    async fn lock_project(&self, _id: &str, _take_over: bool) -> bool {
        true
    }

    fn unlock_project(&self, _id: &str) {}
}

enum Said {
    Tick(Tick),
    Done(Box<Outcome<TaskOutput>>),
}

struct Ticks {
    index: usize,
    sender: Sender<(usize, Said)>,
    shared: Arc<Shared>,
}

impl Observer for Ticks {
    fn tick(&mut self, fraction: f64) -> Outcome<()> {
        if self.shared.is_cancelled.load(Ordering::Relaxed) {
            return Err(Failure::cancelled());
        }
        let _ = self.sender.send((self.index, Said::Tick(Tick::Fraction(fraction))));
        Ok(())
    }

    fn loss(&mut self, point: spec::run::LossPoint) {
        let _ = self.sender.send((self.index, Said::Tick(Tick::Loss(point))));
    }
}

impl Resources for Shared {
    fn table(&self, hash: &str) -> Outcome<Arc<Table>> {
        match &*lock(&self.table) {
            Some((known, table)) if known == hash => Ok(Arc::clone(table)),
            _ => Err(Message::new("engine.no_table").into()),
        }
    }

    fn file(&self, key: FileKey) -> Outcome<Box<dyn ByteSource>> {
        let path = lock(&self.files)
            .get(key as usize)
            .cloned()
            .ok_or_else(|| Message::new("engine.no_file"))?;
        Ok(Box::new(FileSource::open(&path)?))
    }

    fn now_secs(&self) -> f64 {
        self.start.elapsed().as_secs_f64()
    }

    fn cache(&self) -> &Cache {
        &self.cache
    }

    /// Folds are fitted side by side, each with a model of its own; the last one has as many copies as four threads.
    fn memory_bytes(&self) -> u64 {
        self.memory_bytes.load(Ordering::Relaxed) / self.n_threads.div_ceil(4).max(1)
    }

    /// The table stays as it is: its bytes would be as large again.
    fn put_table(&self, table: Table, _observer: &mut dyn Observer) -> Outcome<Made> {
        let (n_bytes, sha256) = (table.n_stored_bytes(), table.hash());
        Ok(self.made.put(Content::Table(Arc::new(table)), n_bytes, sha256))
    }

    fn sink(&self) -> Box<dyn Sink> {
        Box::new(Gathered {
            bytes: Vec::new(),
            handed: Arc::clone(&self.made),
        })
    }

    fn made(&self, made: &Made) -> Outcome<Box<dyn ByteSource>> {
        let contents = lock(&self.made.contents);
        let content = contents.get(&made.key).ok_or_else(|| Message::new("engine.no_content"))?;
        Ok(content.source())
    }

    fn content(&self, hash: &str) -> Outcome<Box<dyn ByteSource>> {
        let contents = lock(&self.contents);
        let content = contents.get(hash).ok_or_else(|| Message::new("engine.no_content"))?;
        Ok(content.source())
    }
}

/// The share of the machine's memory that is used without being told to: the system and the data need the rest.
const MEMORY_SHARE: f64 = 0.7;
/// When the machine does not say what it has.
const USUAL_BYTES: u64 = 8 << 30;

fn machine_bytes() -> u64 {
    let told = std::fs::read_to_string("/proc/meminfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("MemTotal:"))?;
        line.split_ascii_whitespace().nth(1)?.parse::<u64>().ok()
    });
    told.map_or(USUAL_BYTES, |n| (n as f64 * 1024.0 * MEMORY_SHARE) as u64)
}

struct FileSource {
    file: Mutex<File>,
    n_bytes: u64,
}

impl FileSource {
    fn open(path: &Path) -> Outcome<Self> {
        let io = |error: std::io::Error| read_failure(path, &error);
        let file = File::open(path).map_err(io)?;
        let n_bytes = file.metadata().map_err(io)?.len();
        Ok(Self {
            file: Mutex::new(file),
            n_bytes,
        })
    }
}

impl ByteSource for FileSource {
    fn two_byte_decoder(&self, encoding: TwoByte) -> Box<dyn TwoByteDecoder> {
        encodings::decoder(encoding)
    }

    fn n_bytes(&self) -> u64 {
        self.n_bytes
    }

    fn read(&self, offset: u64, n: usize) -> Outcome<Vec<u8>> {
        let mut file = lock(&self.file);
        let mut bytes = Vec::new();
        let read = file
            .seek(SeekFrom::Start(offset))
            .and_then(|_| (&mut *file).take(n as u64).read_to_end(&mut bytes));
        read.map_err(|error| Message::new("read.io").with("error", error.to_string()))?;
        Ok(bytes)
    }
}

pub fn read_failure(path: &Path, error: &std::io::Error) -> Failure {
    let file = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    Message::new("read.io").with("error", format!("{file}: {error}")).into()
}

fn trapped(what: &str) -> Failure {
    Message::new("engine.task_trapped").with("what", what).into()
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_default()
}

/// A poisoned lock only means that a task panicked while it held it; what it guards is a cache.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

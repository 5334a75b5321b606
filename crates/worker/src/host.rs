//! What the browser gives the engine.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use engine::{Host, Made, Store, Task, TaskOutput, Tick, ToolLock, Write};
use gloo::timers::future::TimeoutFuture;
use js_sys::Array;
use spec::job::{Event, FileKey, JobId, ProjectCard};
use spec::{Message, Outcome};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use crate::content::Content;
use crate::digest;
use crate::lock::Locks;
use crate::member::buffer;
use crate::pool::Pool;
use crate::scope;
use crate::store::Projects;

/// How often it is looked whether a file has been read, in ms.
const READING_MS: u32 = 5;

pub struct Browser {
    pub pool: Pool,
    pub cancelled: Rc<RefCell<BTreeSet<JobId>>>,
    locks: Rc<Locks>,
    store: Announced,
    tool: ToolLock,
}

impl Browser {
    pub fn new(pool: Pool, store: Projects, locks: Locks, tool: ToolLock) -> Self {
        let locks = Rc::new(locks);
        Self {
            pool,
            cancelled: Rc::default(),
            store: Announced {
                store,
                locks: Rc::clone(&locks),
            },
            locks,
            tool,
        }
    }
}

/// Sends an event to the page, with the bytes of a download beside it.
pub fn emit(event: &Event, bytes: Option<Vec<u8>>) {
    let event = buffer(&spec::wire::to_bytes(event));
    let moved = Array::of1(&event);
    let beside = bytes.map_or(JsValue::UNDEFINED, |bytes| buffer(&bytes).into());
    if beside.is_object() {
        moved.push(&beside);
    }
    scope::post(&Array::of3(&"event".into(), &event, &beside), &moved);
}

/// Sends an event to the page, with a download that lies outside this worker's memory.
pub fn emit_with(event: &Event, blob: &JsValue) {
    let event = buffer(&spec::wire::to_bytes(event));
    scope::post(&Array::of3(&"event".into(), &event, blob), &Array::of1(&event));
}

impl Host for Browser {
    type Content = Content;
    type Store = Announced;

    fn store(&self) -> &Announced {
        &self.store
    }

    fn now_ms(&self) -> f64 {
        js_sys::Date::now()
    }

    fn emit(&self, event: Event) {
        emit(&event, None);
    }

    fn is_cancelled(&self, job: JobId) -> bool {
        self.cancelled.borrow().contains(&job)
    }

    fn new_id(&self) -> String {
        let mut bytes = [0; 16];
        let is_filled = scope::global()
            .crypto()
            .is_ok_and(|crypto| crypto.get_random_values_with_u8_array(&mut bytes).is_ok());
        if !is_filled {
            bytes[..8].copy_from_slice(&js_sys::Math::random().to_bits().to_le_bytes());
            bytes[8..].copy_from_slice(&js_sys::Date::now().to_bits().to_le_bytes());
        }
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn tool(&self) -> ToolLock {
        self.tool.clone()
    }

    fn n_workers(&self) -> usize {
        self.pool.size()
    }

    async fn pause(&self) {
        TimeoutFuture::new(0).await;
    }

    fn file_name(&self, file: FileKey) -> String {
        self.pool.file_name(file)
    }

    async fn file_sha256(&self, file: FileKey) -> Option<String> {
        let blob = self.pool.file(file)?;
        if !digest::takes(blob.size() as u64) {
            return None;
        }
        // The task that reads the file comes first; it is waited for.
        while self.pool.is_reading(file) {
            TimeoutFuture::new(READING_MS).await;
        }
        let bytes = JsFuture::from(blob.array_buffer()).await.ok()?;
        digest::of_buffer(&bytes).await
    }

    async fn sha256(&self, bytes: &[u8]) -> String {
        digest::sha256(bytes).await
    }

    fn made(&self, made: &Made) -> Outcome<Content> {
        let found = self.pool.take_handed(made.key);
        Ok(found.ok_or_else(|| Message::new("engine.no_content"))?)
    }

    async fn sha256_of(&self, content: &Content) -> Outcome<String> {
        Ok(digest::hash_of(&content.bytes().await?).await)
    }

    async fn bytes_of(&self, content: &Content) -> Outcome<Vec<u8>> {
        Ok(content.bytes().await?.to_vec())
    }

    fn provide_table(&self, hash: &str, content: Content) {
        self.pool.provide_table(hash, content);
    }

    fn provide_contents(&self, contents: Vec<(String, Content)>) {
        self.pool.provide_contents(contents);
    }

    async fn run_tasks(&self, job: JobId, tasks: Vec<Task>, on_tick: &mut dyn FnMut(usize, Tick)) -> Vec<Outcome<TaskOutput>> {
        self.pool.run(job, &tasks, on_tick).await
    }

    async fn lock_project(&self, id: &str, take_over: bool) -> bool {
        self.locks.lock(id, take_over).await
    }

    fn unlock_project(&self, id: &str) {
        self.locks.unlock(id);
    }
}

/// The store, telling other tabs what changed.
pub struct Announced {
    store: Projects,
    locks: Rc<Locks>,
}

impl Store for Announced {
    type Content = Content;

    async fn list(&self) -> Outcome<Vec<ProjectCard>> {
        self.store.list().await
    }

    async fn load(&self, id: &str) -> Outcome<Option<Vec<u8>>> {
        self.store.load(id).await
    }

    async fn save(&self, write: Write) -> Outcome<()> {
        let (id, generation) = (write.card.id.clone(), write.card.generation);
        self.store.save(write).await?;
        self.locks.announce(&id, generation);
        Ok(())
    }

    async fn put_chunk(&self, hash: &str, bytes: &[u8]) -> Outcome<()> {
        self.store.put_chunk(hash, bytes).await
    }

    async fn chunk(&self, hash: &str) -> Outcome<Option<Vec<u8>>> {
        self.store.chunk(hash).await
    }

    async fn put_content(&self, hash: &str, content: &Content) -> Outcome<()> {
        self.store.put_content(hash, content).await
    }

    async fn content(&self, hash: &str) -> Outcome<Option<Content>> {
        self.store.content(hash).await
    }

    async fn delete(&self, id: &str, own: &[String], keep: Option<&[String]>) -> Outcome<()> {
        self.store.delete(id, own, keep).await?;
        self.locks.announce(id, 0);
        Ok(())
    }

    async fn erase_all(&self) -> Outcome<()> {
        self.store.erase_all().await?;
        self.locks.announce("", 0);
        Ok(())
    }
}

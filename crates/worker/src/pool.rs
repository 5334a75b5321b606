//! The pool: which worker runs which task. Members are started when there is work, ended by a cancel, replaced when
//! they trapped or fell silent.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::{Rc, Weak};

use engine::{Task, TaskOutput, Tick};
use futures_channel::mpsc::{UnboundedSender, unbounded};
use futures_lite::StreamExt;
use gloo::timers::callback::Interval;
use js_sys::{Array, Promise, Uint8Array};
use spec::job::{FileKey, JobId};
use spec::{Algorithm, Failure, Message, Outcome, wire};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, BlobPropertyBag, ErrorEvent, File, MessageEvent, Url, Worker};

use crate::content::{Content, from_message};
use crate::member::{AHEAD_BYTES, buffer};
use crate::scope;

/// Silence is counted in checks, not in seconds: a computer that slept must not find all its workers dead.
const CHECK_MS: u32 = 1_000;
/// Tasks that speak from inside their loops.
const SILENT_CHECKS: u32 = 20;
/// Tasks of a few long steps.
const SILENT_CHECKS_COARSE: u32 = 90;
/// Fits inside smartcore, which cannot speak.
const SILENT_CHECKS_MUTE: u32 = 900;
/// A larger table is held by one member only: all of them share the memory of one process.
const MAX_SHARED_BYTES: u64 = 192 << 20;
/// A task whose worker died is tried once more.
const MAX_ATTEMPTS: u32 = 2;
/// Larger files are read by the task, slice by slice.
const MAX_AHEAD_BYTES: f64 = (256 << 20) as f64;

/// What the pool is started from.
pub struct Source {
    pub module: JsValue,
    /// Address of the starting script.
    pub script: String,
    /// Members that one job may use. One more stands by for what the user does meanwhile.
    pub size: usize,
}

#[derive(Clone)]
pub struct Pool(Rc<RefCell<State>>);

struct State {
    source: Source,
    members: Vec<Member>,
    queue: VecDeque<Order>,
    table: Option<Provided>,
    /// What tasks have handed over and the engine has not taken yet, by key.
    handed: BTreeMap<u64, Content>,
    /// What the tasks that come next may read.
    contents: Vec<(String, Content)>,
    files: Vec<(FileKey, File)>,
    last_member: u32,
    last_serial: u32,
    last_order: u32,
    on_replaced: Rc<dyn Fn(Message)>,
}

struct Member {
    id: u32,
    worker: Worker,
    order: Option<Order>,
    serial: u32,
    n_silent: u32,
    table: Option<String>,
    /// The key of the table that its last import made and that it holds.
    made: Option<u64>,
    files: BTreeSet<FileKey>,
    /// Kept as long as the worker may call them.
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(ErrorEvent)>,
}

/// The table that tasks may name.
struct Provided {
    hash: String,
    content: Content,
}

/// A task on its way.
struct Order {
    id: u32,
    job: JobId,
    index: usize,
    bytes: Vec<u8>,
    may_be_silent: u32,
    n_attempts: u32,
    /// The file that is being read for it.
    reading: Option<FileKey>,
    /// What was read of its file, to be moved to the member.
    ahead: Option<Array>,
    makes_table: bool,
    reads_contents: bool,
    news: UnboundedSender<News>,
}

enum News {
    Tick(usize, Tick),
    Done(usize, Outcome<TaskOutput>),
}

impl Pool {
    pub fn new(source: Source, on_replaced: impl Fn(Message) + 'static) -> Self {
        let pool = Self(Rc::new(RefCell::new(State {
            source,
            members: Vec::new(),
            queue: VecDeque::new(),
            table: None,
            handed: BTreeMap::new(),
            contents: Vec::new(),
            files: Vec::new(),
            last_member: 0,
            last_serial: 0,
            last_order: 0,
            on_replaced: Rc::new(on_replaced),
        })));
        let state = Rc::downgrade(&pool.0);
        Interval::new(CHECK_MS, move || {
            if let Some(pool) = Self::upgrade(&state) {
                pool.check();
            }
        })
        .forget();
        pool.warm_up();
        pool
    }

    pub fn size(&self) -> usize {
        self.0.borrow().source.size
    }

    /// The table that tasks may name from now on. The member whose import made it keeps it; others read it when they first
    /// need it.
    pub fn provide_table(&self, hash: &str, content: Content) {
        let mut state = self.0.borrow_mut();
        if state.table.as_ref().is_some_and(|table| table.hash == hash) {
            return;
        }
        let holds = |member: &Member| member.made.is_some_and(|key| content.maker == Some((member.id, key)));
        if let Some(member) = state.members.iter_mut().find(|member| holds(member)) {
            member.worker.post_message(&Array::of2(&"made".into(), &hash.into())).ok();
            member.table = Some(hash.to_owned());
            member.made = None;
        }
        state.table = Some(Provided {
            hash: hash.to_owned(),
            content,
        });
        if state.is_large() {
            // Their memory would never shrink again.
            let is_idle = |member: &&Member| member.order.is_none() && member.table.as_deref() != Some(hash);
            let idle: Vec<u32> = state.members.iter().filter(is_idle).map(|member| member.id).collect();
            for id in idle {
                state.end(id);
            }
        }
    }

    /// Content that a task has handed over.
    pub fn take_handed(&self, key: u64) -> Option<Content> {
        self.0.borrow_mut().handed.remove(&key)
    }

    /// What the tasks that come next may read besides the table.
    pub fn provide_contents(&self, contents: Vec<(String, Content)>) {
        self.0.borrow_mut().contents = contents;
    }

    pub fn provide_file(&self, key: FileKey, file: File) {
        let mut state = self.0.borrow_mut();
        state.files.retain(|(other, _)| *other != key);
        state.files.push((key, file));
    }

    pub fn file(&self, key: FileKey) -> Option<File> {
        let state = self.0.borrow();
        let found = state.files.iter().find(|(other, _)| *other == key);
        found.map(|(_, file)| file.clone())
    }

    pub fn file_name(&self, key: FileKey) -> String {
        self.file(key).map_or_else(String::new, |file| file.name())
    }

    /// Runs tasks; results in their order.
    pub async fn run(&self, job: JobId, tasks: &[Task], on_tick: &mut dyn FnMut(usize, Tick)) -> Vec<Outcome<TaskOutput>> {
        let (news, mut heard) = unbounded();
        let mut results: Vec<Option<Outcome<TaskOutput>>> = Vec::new();
        for (index, task) in tasks.iter().enumerate() {
            let file = task.file().and_then(|key| Some((key, self.file(key)?)));
            let file = file.filter(|(_, file)| file.size() <= MAX_AHEAD_BYTES);
            let id = {
                let mut state = self.0.borrow_mut();
                state.last_order += 1;
                let order = Order {
                    id: state.last_order,
                    job,
                    index,
                    bytes: wire::to_bytes(task),
                    may_be_silent: silent_checks(task),
                    n_attempts: 0,
                    reading: file.as_ref().map(|(key, _)| *key),
                    ahead: None,
                    makes_table: matches!(task, Task::Import { .. } | Task::AppendRows { .. }),
                    reads_contents: matches!(task, Task::PackProject { .. }),
                    news: news.clone(),
                };
                state.queue.push_back(order);
                state.last_order
            };
            if let Some((_, file)) = file {
                let pool = Rc::downgrade(&self.0);
                spawn_local(async move {
                    let ahead = read_ahead(&file).await;
                    if let Some(pool) = Self::upgrade(&pool) {
                        pool.has_read(id, ahead);
                    }
                });
            }
            results.push(None);
        }
        drop(news);
        self.give_out();
        while results.iter().any(Option::is_none) {
            match heard.next().await {
                Some(News::Tick(index, tick)) => on_tick(index, tick),
                Some(News::Done(index, outcome)) => results[index] = Some(outcome),
                None => break,
            }
        }
        results
            .into_iter()
            .map(|result| result.unwrap_or_else(|| Err(Failure::cancelled())))
            .collect()
    }

    /// Ends the workers that run tasks of this job and forgets its waiting tasks.
    pub fn cancel(&self, job: JobId) {
        let (orders, n_ended) = {
            let mut state = self.0.borrow_mut();
            let (mine, others): (VecDeque<Order>, VecDeque<Order>) = std::mem::take(&mut state.queue)
                .into_iter()
                .partition(|order| order.job == job);
            state.queue = others;
            let mut orders: Vec<Order> = mine.into();
            let ids: Vec<u32> = state
                .members
                .iter()
                .filter(|member| member.runs(job))
                .map(|member| member.id)
                .collect();
            orders.extend(ids.iter().filter_map(|id| state.end(*id)));
            (orders, ids.len())
        };
        for order in orders {
            order.done(Err(Failure::cancelled()));
        }
        if n_ended > 0 {
            self.warm_up();
        }
        self.give_out();
    }

    /// Is a file being read for a task that has not begun?
    pub fn is_reading(&self, file: FileKey) -> bool {
        self.0.borrow().queue.iter().any(|order| order.reading == Some(file))
    }

    /// An order's file was read, or could not be: then the task tries it itself, and says why not.
    fn has_read(&self, order: u32, ahead: Option<Array>) {
        // It is not in the queue when it was cancelled.
        if let Some(order) = self.0.borrow_mut().queue.iter_mut().find(|waiting| waiting.id == order) {
            order.reading = None;
            order.ahead = ahead;
        }
        self.give_out();
    }

    fn upgrade(state: &Weak<RefCell<State>>) -> Option<Self> {
        state.upgrade().map(Self)
    }

    /// One idle member, so that the next task need not wait for a start.
    fn warm_up(&self) {
        let has_idle = self.0.borrow().members.iter().any(|member| member.order.is_none());
        if !has_idle && let Ok(member) = self.start() {
            self.0.borrow_mut().members.push(member);
        }
    }

    /// Gives waiting tasks to idle members, starting some while there are too few.
    fn give_out(&self) {
        loop {
            let (at, idle) = {
                let state = self.0.borrow();
                let size = state.size();
                let n_running = |job: JobId| state.members.iter().filter(|member| member.runs(job)).count();
                let may_begin = |order: &Order| order.reading.is_none() && n_running(order.job) < size;
                let Some(at) = state.queue.iter().position(may_begin) else {
                    return;
                };
                // A member that has the table is worth waiting for less than a start, so it goes first.
                let table = state.table.as_ref().map(|table| &table.hash);
                let idle = state.members.iter().filter(|member| member.order.is_none());
                let idle = idle
                    .max_by_key(|member| member.table.as_ref() == table)
                    .map(|member| member.id);
                if idle.is_none() && state.members.len() >= state.n_members_most() {
                    return;
                }
                (at, idle)
            };
            let id = match idle {
                Some(id) => id,
                None => match self.start() {
                    Ok(member) => {
                        let id = member.id;
                        self.0.borrow_mut().members.push(member);
                        id
                    }
                    Err(error) => {
                        let order = self.0.borrow_mut().queue.remove(at);
                        if let Some(order) = order {
                            order.done(Err(trapped(&scope::words(&error)).into()));
                        }
                        continue;
                    }
                },
            };
            let mut state = self.0.borrow_mut();
            if let Some(order) = state.queue.remove(at) {
                state.send(id, order);
            }
        }
    }

    fn start(&self) -> Result<Member, JsValue> {
        let mut state = self.0.borrow_mut();
        state.last_member += 1;
        let id = state.last_member;
        let worker = Worker::new(&state.source.script)?;
        let pool = Rc::downgrade(&self.0);
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(pool) = Self::upgrade(&pool) {
                pool.hear(id, &Array::from(&event.data()));
            }
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        let pool = Rc::downgrade(&self.0);
        let on_error = Closure::<dyn FnMut(ErrorEvent)>::new(move |event: ErrorEvent| {
            event.prevent_default();
            if let Some(pool) = Self::upgrade(&pool) {
                pool.died(id, trapped(&event.message()));
            }
        });
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        worker.post_message(&Array::of2(&"member".into(), &state.source.module))?;
        Ok(Member {
            id,
            worker,
            order: None,
            serial: 0,
            n_silent: 0,
            table: None,
            made: None,
            files: BTreeSet::new(),
            _on_message: on_message,
            _on_error: on_error,
        })
    }

    fn hear(&self, id: u32, message: &Array) {
        let word = message.get(0).as_string().unwrap_or_default();
        if word == "trapped" {
            return self.died(id, trapped(&message.get(1).as_string().unwrap_or_default()));
        }
        let serial = message.get(1).as_f64().unwrap_or_default() as u32;
        let mut state = self.0.borrow_mut();
        let Some(member) = state
            .members
            .iter_mut()
            .find(|member| member.id == id && member.serial == serial)
        else {
            return;
        };
        member.n_silent = 0;
        match word.as_str() {
            "ticks" => {
                let ticks: Vec<Tick> = wire::from_bytes(&Uint8Array::new(&message.get(2)).to_vec()).unwrap_or_default();
                if let Some(order) = &member.order {
                    ticks.into_iter().for_each(|tick| order.tell(News::Tick(order.index, tick)));
                }
            }
            "handed" => state.handed.extend(from_message(&message.get(2), id)),
            "done" | "failed" => {
                let bytes = Uint8Array::new(&message.get(2)).to_vec();
                let outcome = match word.as_str() {
                    "done" => wire::from_bytes(&bytes),
                    _ => Err(wire::from_bytes(&bytes).unwrap_or_else(|unreadable| unreadable)),
                };
                let order = member.order.take();
                member.made = match &outcome {
                    Ok(TaskOutput::Imported(imported)) => Some(imported.table.key),
                    Ok(TaskOutput::Appended(appended)) => Some(appended.table.key),
                    _ => member.made,
                };
                drop(state);
                if let Some(order) = order {
                    order.done(outcome);
                }
                self.give_out();
            }
            _ => {}
        }
    }

    /// A member that trapped or fell silent is thrown away; its task is tried once more elsewhere.
    fn died(&self, id: u32, reason: Message) {
        let on_replaced = {
            let mut state = self.0.borrow_mut();
            if let Some(mut order) = state.end(id) {
                order.n_attempts += 1;
                if order.n_attempts < MAX_ATTEMPTS {
                    state.queue.push_front(order);
                } else {
                    order.done(Err(reason.clone().into()));
                }
            }
            Rc::clone(&state.on_replaced)
        };
        on_replaced(reason);
        self.give_out();
    }

    fn check(&self) {
        let silent: Vec<(u32, u32)> = {
            let mut state = self.0.borrow_mut();
            let mut silent = Vec::new();
            for member in &mut state.members {
                let Some(order) = &member.order else { continue };
                member.n_silent += 1;
                if member.n_silent > order.may_be_silent {
                    silent.push((member.id, member.n_silent));
                }
            }
            silent
        };
        for (id, n_silent) in silent {
            let seconds = u64::from(n_silent) * u64::from(CHECK_MS) / 1000;
            self.died(id, Message::new("engine.task_silent").with("seconds", seconds));
        }
    }
}

impl State {
    /// Each member would hold a large table of its own.
    fn is_large(&self) -> bool {
        self.table
            .as_ref()
            .is_some_and(|table| table.content.n_bytes > MAX_SHARED_BYTES)
    }

    /// Members that one job may use.
    fn size(&self) -> usize {
        if self.is_large() { 1 } else { self.source.size }
    }

    /// One stands by for what the user does meanwhile, unless the table is large.
    fn n_members_most(&self) -> usize {
        if self.is_large() { 1 } else { self.source.size + 1 }
    }

    /// Ends a worker at once; the task that it ran.
    fn end(&mut self, id: u32) -> Option<Order> {
        let at = self.members.iter().position(|member| member.id == id)?;
        let mut member = self.members.remove(at);
        member.worker.set_onmessage(None);
        member.worker.set_onerror(None);
        member.worker.terminate();
        let order = member.order.take();
        // This may be called from one of its own closures: they are let go after this turn.
        spawn_local(async move { drop(member) });
        order
    }

    fn send(&mut self, id: u32, mut order: Order) {
        let Some(member) = self.members.iter_mut().find(|member| member.id == id) else {
            return self.queue.push_front(order);
        };
        let post = |message: &Array| member.worker.post_message(message).ok();
        if let Some(table) = self.table.as_ref().filter(|table| member.table.as_ref() != Some(&table.hash))
            && let Ok(blob) = table.content.blob()
        {
            post(&Array::of3(&"table".into(), &table.hash.as_str().into(), &blob));
            member.table = Some(table.hash.clone());
        }
        // What it makes now takes the place of what it made before.
        if order.makes_table {
            member.made = None;
        }
        if order.reads_contents {
            let pairs: Array = self
                .contents
                .iter()
                .filter_map(|(hash, content)| {
                    let blob = content.blob().ok()?;
                    Some(Array::of2(&hash.as_str().into(), &blob))
                })
                .collect();
            post(&Array::of2(&"contents".into(), &pairs));
        }
        for (key, file) in &self.files {
            if member.files.insert(*key) {
                post(&Array::of3(&"file".into(), &(*key).into(), file));
            }
        }
        self.last_serial += 1;
        member.serial = self.last_serial;
        member.n_silent = 0;
        let bytes = buffer(&order.bytes);
        let message = Array::of3(&"task".into(), &member.serial.into(), &bytes);
        let mut moved = Array::of1(&bytes);
        if let Some(ahead) = order.ahead.take() {
            message.push(&ahead);
            moved = moved.concat(&ahead);
        }
        member.worker.post_message_with_transfer(&message, &moved).ok();
        member.order = Some(order);
    }
}

impl Member {
    fn runs(&self, job: JobId) -> bool {
        self.order.as_ref().is_some_and(|order| order.job == job)
    }
}

impl Order {
    fn tell(&self, news: News) {
        // Nobody listens any more: then nobody needs to be told.
        self.news.unbounded_send(news).ok();
    }

    fn done(&self, outcome: Outcome<TaskOutput>) {
        self.tell(News::Done(self.index, outcome));
    }
}

/// A file in buffers of [`AHEAD_BYTES`], all read at once; None when one of them could not be read.
async fn read_ahead(file: &File) -> Option<Array> {
    let n_bytes = file.size();
    let parts = Array::new();
    let mut start = 0.0;
    while start < n_bytes {
        let end = (start + f64::from(AHEAD_BYTES)).min(n_bytes);
        parts.push(&file.slice_with_f64_and_f64(start, end).ok()?.array_buffer());
        start = end;
    }
    JsFuture::from(Promise::all(&parts)).await.ok()?.dyn_into().ok()
}

/// The address of a starting script, for as long as this worker lives.
pub fn script_address(script: &str) -> Result<String, JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type("text/javascript");
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&script.into()), &options)?;
    Url::create_object_url_with_blob(&blob)
}

fn trapped(what: &str) -> Message {
    Message::new("engine.task_trapped").with("what", what)
}

fn silent_checks(task: &Task) -> u32 {
    match task {
        Task::Fold { candidate, .. } | Task::Fit { candidate, .. } => match candidate.algorithm {
            Algorithm::Ridge => SILENT_CHECKS_MUTE,
            _ => SILENT_CHECKS,
        },
        Task::Sniff { .. } | Task::Import { .. } => SILENT_CHECKS,
        _ => SILENT_CHECKS_COARSE,
    }
}

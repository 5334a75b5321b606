//! The one door to the workers: jobs go in, events come out. A lead worker that failed is replaced; the jobs that it was
//! doing fail with a reason, and the session opens the project again from the store.

mod said;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use futures_channel::oneshot;
use gloo::timers::callback::Interval;
use js_sys::{Array, Promise, Reflect, Uint8Array, WebAssembly};
use serde::Serialize;
use spec::job::{FileKey, JobId, Progress, Submission, ToWorker};
use spec::wire::{self, Value};
use spec::{Failure, Message, Outcome};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, BlobPropertyBag, ErrorEvent, MessageEvent, Response, Url, Worker};

use self::said::Said;
use crate::platform::files::Bytes;
use crate::platform::{files, page, visibility, window, words};
use crate::says::says;

/// How often the lead is asked whether it lives, and how many answers may be missing before it is replaced.
const PING_MS: u32 = 3_000;
const PINGS_MISSED: u32 = 5;
/// Leads that may die before they ever answered.
const FAILED_STARTS: u32 = 2;

/// What every worker's script ends with, after wasm-bindgen's glue. A worker from a Blob takes the page's content policy,
/// one from an address would not; and a Blob that holds the glue needs no network when a worker is replaced. It says what
/// goes wrong outside the engine's own handlers, which the browser would otherwise keep to itself.
const WORKER_SCRIPT: &str = r#"
self.addEventListener("unhandledrejection", (event) => self.postMessage(["trapped", String(event.reason)]));
self.onmessage = (event) => {
  const early = [];
  self.firstMessage = event.data;
  self.onmessage = (event) => early.push(event);
  wasm_bindgen({ module_or_path: event.data[1] }).then(
    () => early.forEach((event) => self.onmessage(event)),
    (error) => self.postMessage(["trapped", String(error)]),
  );
};
"#;

/// The answer of a job as it came, a [`spec::job::Answer`], and the bytes of a download.
#[derive(Clone, Debug)]
pub struct Reply {
    pub answer: Value,
    pub bytes: Option<Bytes>,
}

/// A submitted job. Await it for its end; dropping it does not cancel it.
pub struct JobHandle {
    id: JobId,
    end: oneshot::Receiver<Outcome<Reply>>,
}

impl JobHandle {
    pub fn id(&self) -> JobId {
        self.id
    }

    /// Ends the job's work within 250 ms; its outcome is then `Failure::cancelled`.
    pub fn cancel(&self) {
        cancel(self.id);
    }
}

impl Future for JobHandle {
    type Output = Outcome<Reply>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.end)
            .poll(context)
            .map(|end| end.unwrap_or_else(|_| Err(Failure::cancelled())))
    }
}

/// What the bridge tells besides the ends of jobs.
#[derive(Clone, Debug)]
pub enum Heard {
    /// The engine is there; what it can do says the [`catalogue`].
    Ready,
    Progress {
        id: JobId,
        progress: Progress,
    },
    /// A [`spec::job::Partial`] as it came.
    Partial {
        id: JobId,
        partial: Value,
    },
    /// Another tab wrote the project, or took it over.
    Changed {
        id: String,
        read_only: bool,
    },
    /// A pool worker was thrown away and replaced.
    WorkerReplaced {
        reason: Message,
    },
    /// The lead worker was replaced: nothing is open in it.
    Restarted {
        reason: Message,
    },
    /// The workers cannot be started at all.
    Unusable {
        reason: Message,
    },
}

/// Starts the workers. To be called once.
pub fn start() {
    launch();
    Interval::new(PING_MS, ping).forget();
}

/// Tells `hears` everything from now on, after those that listened before.
pub fn listen(hears: impl Fn(&Heard) + 'static) {
    BRIDGE.with_borrow_mut(|bridge| bridge.listeners.push(Rc::new(hears)));
}

/// What the engine can do, a [`spec::job::Catalogue`] as it came; None before it is there.
pub fn catalogue() -> Option<Value> {
    BRIDGE.with_borrow(|bridge| bridge.catalogue.clone())
}

/// Sends a job (a [`spec::job::Job`]) with the files that it names.
pub fn submit(job: &impl Serialize, files: &[FileKey]) -> JobHandle {
    let (sender, end) = oneshot::channel();
    let id = BRIDGE.with_borrow_mut(|bridge| {
        bridge.last_id += 1;
        bridge.waiting.insert(bridge.last_id, sender);
        bridge.last_id
    });
    let submission = Posted {
        id,
        bytes: wire::to_bytes(&ToWorker::Submit(Submission { id, job })),
        files: files.to_vec(),
    };
    let is_ready = BRIDGE.with_borrow(|bridge| bridge.catalogue.is_some());
    if is_ready {
        post(&submission);
    } else {
        BRIDGE.with_borrow_mut(|bridge| bridge.queued.push(submission));
    }
    JobHandle { id, end }
}

pub fn cancel(id: JobId) {
    let was_queued = BRIDGE.with_borrow_mut(|bridge| {
        let before = bridge.queued.len();
        bridge.queued.retain(|submission| submission.id != id);
        before != bridge.queued.len()
    });
    if was_queued {
        finish(id, Err(Failure::cancelled()));
    } else {
        post(&Posted {
            id,
            bytes: wire::to_bytes(&ToWorker::<()>::Cancel { id }),
            files: Vec::new(),
        });
    }
}

type Listener = Rc<dyn Fn(&Heard)>;

#[derive(Default)]
struct Bridge {
    listeners: Vec<Listener>,
    /// The worker's module, compiled once, and its script.
    code: Option<(WebAssembly::Module, String)>,
    lead: Option<Lead>,
    /// What the lead has sent at its start; None until it is ready.
    catalogue: Option<Value>,
    n_failed_starts: u32,
    n_pings_missed: u32,
    last_id: JobId,
    /// Submitted before the lead was ready.
    queued: Vec<Posted>,
    waiting: BTreeMap<JobId, oneshot::Sender<Outcome<Reply>>>,
}

/// A message to the lead, as it goes.
struct Posted {
    id: JobId,
    bytes: Vec<u8>,
    files: Vec<FileKey>,
}

struct Lead {
    worker: Worker,
    /// Kept as long as the worker may call them.
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(ErrorEvent)>,
}

thread_local! {
    static BRIDGE: RefCell<Bridge> = RefCell::default();
}

fn launch() {
    spawn_local(async {
        if let Err(error) = try_launch().await {
            unusable(Message::new("page.no_worker").with("what", words(&error)));
        }
    });
}

async fn try_launch() -> Result<(), JsValue> {
    let base = page::base_url();
    let address = |name: &str| format!("{base}{}", page::meta(name));
    let (module, script) = match BRIDGE.with_borrow(|bridge| bridge.code.clone()) {
        Some(code) => code,
        None => match early().await {
            Some(code) => code,
            None => {
                let module = compile(&address("worker-wasm")).await?;
                let glue = JsFuture::from(fetch(&address("worker-js")).await?.text()?).await?;
                (module, glue.as_string().unwrap_or_default())
            }
        },
    };
    BRIDGE.with_borrow_mut(|bridge| bridge.code = Some((module.clone(), script.clone())));
    let script = format!("{script}\n{WORKER_SCRIPT}");

    let options = BlobPropertyBag::new();
    options.set_type("text/javascript");
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&script.as_str().into()), &options)?;
    let url = Url::create_object_url_with_blob(&blob)?;
    let worker = Worker::new(&url)?;

    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(|event: MessageEvent| hear(&event.data()));
    worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    let on_error = Closure::<dyn FnMut(ErrorEvent)>::new(|event: ErrorEvent| {
        event.prevent_default();
        lead_failed(&event.message());
    });
    worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));

    // The lead starts the pool from the same script and module, and keeps apart what two copies of the page store.
    let n_workers = page::query("workers").and_then(|n| n.parse::<f64>().ok()).unwrap_or(0.0);
    let first = Array::of5(
        &"lead".into(),
        &module,
        &script.as_str().into(),
        &page::scope().into(),
        &n_workers.into(),
    );
    for word in page::tool() {
        first.push(&word.into());
    }
    worker.post_message(&first)?;
    let lead = Lead {
        worker,
        _on_message: on_message,
        _on_error: on_error,
    };
    BRIDGE.with_borrow_mut(|bridge| {
        bridge.lead = Some(lead);
        bridge.n_pings_missed = 0;
    });
    Ok(())
}

/// What `boot.js` has asked for while the page's own module came; None if any of it failed.
async fn early() -> Option<(WebAssembly::Module, String)> {
    let early = Reflect::get(&js_sys::global(), &"earlyEngine".into()).ok()?;
    let part = |name: &str| Reflect::get(&early, &name.into()).ok()?.dyn_into::<Promise>().ok();
    let (module, script) = (part("module")?, part("script")?);
    let module = JsFuture::from(module).await.ok()?.dyn_into().ok()?;
    Some((module, JsFuture::from(script).await.ok()?.as_string()?))
}

async fn compile(address: &str) -> Result<WebAssembly::Module, JsValue> {
    let streamed = WebAssembly::compile_streaming(&promised(address)?);
    let module = match JsFuture::from(streamed).await {
        Ok(module) => module,
        // A host that serves wasm under another type: take the bytes.
        Err(_) => {
            let bytes = JsFuture::from(fetch(address).await?.array_buffer()?).await?;
            JsFuture::from(WebAssembly::compile(&bytes)).await?
        }
    };
    module.dyn_into()
}

fn promised(address: &str) -> Result<Promise, JsValue> {
    Ok(window().ok_or(JsValue::NULL)?.fetch_with_str(address))
}

/// A file of the page's own build.
async fn fetch(address: &str) -> Result<Response, JsValue> {
    let response: Response = JsFuture::from(promised(address)?).await?.dyn_into()?;
    if response.ok() {
        Ok(response)
    } else {
        Err(format!("{address}: {}", response.status()).into())
    }
}

fn hear(data: &JsValue) {
    let parts = Array::from(data);
    BRIDGE.with_borrow_mut(|bridge| bridge.n_pings_missed = 0);
    match parts.get(0).as_string().as_deref() {
        Some("event") => hear_event(&Uint8Array::new(&parts.get(1)).to_vec(), parts.get(2)),
        Some("trapped") => lead_failed(&parts.get(1).as_string().unwrap_or_default()),
        _ => {}
    }
}

fn hear_event(event: &[u8], bytes: JsValue) {
    let Some(said) = Said::read(event) else { return };
    match said {
        Said::Catalogue(catalogue) => {
            // The first event says of which build the worker is; types are only read from one of the page's own.
            let build = catalogue.get("build").and_then(Value::as_text).unwrap_or_default();
            if build != page::meta("build") {
                return unusable(
                    Message::new("page.builds_differ")
                        .with("page", page::meta("build"))
                        .with("worker", build),
                );
            }
            let queued = BRIDGE.with_borrow_mut(|bridge| {
                bridge.catalogue = Some(catalogue);
                bridge.n_failed_starts = 0;
                std::mem::take(&mut bridge.queued)
            });
            tell(&Heard::Ready);
            queued.iter().for_each(post);
        }
        Said::Finished { id, answer } => {
            let bytes = match bytes.dyn_ref::<js_sys::ArrayBuffer>() {
                Some(buffer) => Some(Bytes(Uint8Array::new(buffer).into())),
                None => bytes.is_instance_of::<Blob>().then_some(Bytes(bytes)),
            };
            finish(id, Ok(Reply { answer, bytes }));
        }
        Said::Failed { id, failure } => finish(id, Err(failure)),
        Said::Progress { id, progress } => tell(&Heard::Progress { id, progress }),
        Said::Partial { id, partial } => tell(&Heard::Partial { id, partial }),
        Said::Changed { id, read_only } => tell(&Heard::Changed { id, read_only }),
        Said::WorkerReplaced { reason } => tell(&Heard::WorkerReplaced { reason }),
    }
}

fn finish(id: JobId, outcome: Outcome<Reply>) {
    if let Some(sender) = BRIDGE.with_borrow_mut(|bridge| bridge.waiting.remove(&id)) {
        sender.send(outcome).ok();
    }
}

fn tell(heard: &Heard) {
    let listeners = BRIDGE.with_borrow(|bridge| bridge.listeners.clone());
    listeners.iter().for_each(|hears| hears(heard));
}

fn unusable(reason: Message) {
    let waiting = BRIDGE.with_borrow_mut(|bridge| {
        if let Some(lead) = bridge.lead.take() {
            lead.worker.terminate();
        }
        bridge.queued.clear();
        bridge.catalogue = None;
        std::mem::take(&mut bridge.waiting)
    });
    for sender in waiting.into_values() {
        sender.send(Err(reason.clone().into())).ok();
    }
    tell(&Heard::Unusable { reason });
}

/// A module that has trapped goes on answering, wrongly: the worker ends at once and another takes its place.
fn lead_failed(what: &str) {
    let reason = Message::new("page.lead_failed").with("what", what);
    let (was_ready, waiting) = BRIDGE.with_borrow_mut(|bridge| {
        let Some(lead) = bridge.lead.take() else {
            return (false, BTreeMap::new());
        };
        lead.worker.set_onmessage(None);
        lead.worker.set_onerror(None);
        lead.worker.terminate();
        // Its closures may be running now: they are let go after this turn.
        spawn_local(async move { drop(lead) });
        let was_ready = bridge.catalogue.take().is_some();
        bridge.n_failed_starts += u32::from(!was_ready);
        let queued: Vec<JobId> = bridge.queued.iter().map(|submission| submission.id).collect();
        let (kept, lost) = std::mem::take(&mut bridge.waiting)
            .into_iter()
            .partition(|(id, _)| queued.contains(id));
        bridge.waiting = kept;
        (was_ready, lost)
    });
    for sender in waiting.into_values() {
        sender.send(Err(reason.clone().into())).ok();
    }
    if BRIDGE.with_borrow(|bridge| bridge.n_failed_starts) > FAILED_STARTS {
        return unusable(Message::new("page.no_worker").with("what", what));
    }
    launch();
    if was_ready {
        tell(&Heard::Restarted { reason });
    }
}

fn post(posted: &Posted) {
    let bytes = Uint8Array::from(posted.bytes.as_slice()).buffer();
    let handles = Array::new();
    for key in &posted.files {
        if let Some(file) = files::handle(*key) {
            handles.push(&Array::of2(&(*key).into(), &file));
        }
    }
    BRIDGE.with_borrow(|bridge| {
        if let Some(lead) = &bridge.lead {
            lead.worker
                .post_message_with_transfer(&Array::of3(&"do".into(), &bytes, &handles), &Array::of1(&bytes))
                .ok();
        }
    });
}

/// A worker that ended itself says nothing. A hidden page is slowed down by the browser, so it does not judge.
fn ping() {
    if !visibility::is_visible() {
        return BRIDGE.with_borrow_mut(|bridge| bridge.n_pings_missed = 0);
    }
    let is_silent = BRIDGE.with_borrow_mut(|bridge| {
        let Some(lead) = bridge.lead.as_ref().filter(|_| bridge.catalogue.is_some()) else {
            return false;
        };
        lead.worker.post_message(&Array::of1(&"ping".into())).ok();
        bridge.n_pings_missed += 1;
        bridge.n_pings_missed > PINGS_MISSED
    });
    if is_silent {
        lead_failed(&says(&Message::new("page.lead_silent")));
    }
}

//! IndexedDB as futures: requests, transactions that end when they are told to, and an `open` that cannot hang.

use std::cell::RefCell;
use std::rc::Rc;

use futures_channel::oneshot;
use gloo::timers::future::TimeoutFuture;
use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, IdbDatabase, IdbFactory, IdbObjectStore, IdbOpenDbRequest, IdbRequest, IdbTransaction};

use crate::scope;

/// An old tab without a handler makes `open` wait for ever; after this long the user is told.
const OPEN_MS: u32 = 3_000;

/// Why the database did not open.
pub enum OpenError {
    /// Another tab keeps an older version open.
    Blocked,
    Failed(JsValue),
}

/// Opens a database with these object stores (out-of-line keys). `on_gone` is called when the connection is of no use
/// any more: another tab wants to upgrade, or the browser closed it.
pub async fn open(
    name: &str,
    version: u32,
    stores: &'static [&'static str],
    on_gone: Rc<dyn Fn()>,
) -> Result<IdbDatabase, OpenError> {
    let factory: IdbFactory = Reflect::get(&scope::global(), &"indexedDB".into())
        .and_then(|factory| factory.dyn_into())
        .map_err(OpenError::Failed)?;
    let request: IdbOpenDbRequest = factory.open_with_u32(name, version).map_err(OpenError::Failed)?;
    let upgrading = request.clone();
    let on_upgrade = Closure::<dyn FnMut(Event)>::new(move |_| {
        let Ok(database) = upgrading.result().and_then(|result| result.dyn_into::<IdbDatabase>()) else {
            return;
        };
        let names = database.object_store_names();
        for store in stores.iter().filter(|store| !names.contains(store)) {
            database.create_object_store(store).ok();
        }
    });
    request.set_onupgradeneeded(Some(on_upgrade.as_ref().unchecked_ref()));
    let opened = async { answer(&request).await.map_err(OpenError::Failed) };
    let late = async {
        TimeoutFuture::new(OPEN_MS).await;
        Err(OpenError::Blocked)
    };
    let opened = futures_lite::future::or(opened, late).await;
    request.set_onupgradeneeded(None);
    if let Err(OpenError::Blocked) = opened {
        close_when_opened(&request);
    }
    let database: IdbDatabase = opened?.unchecked_into();

    let closing = database.clone();
    let gone = Rc::clone(&on_gone);
    let on_versionchange = Closure::<dyn FnMut(Event)>::new(move |_| {
        closing.close();
        gone();
    });
    database.set_onversionchange(Some(on_versionchange.as_ref().unchecked_ref()));
    on_versionchange.forget();
    let on_close = Closure::<dyn FnMut(Event)>::new(move |_| on_gone());
    database.set_onclose(Some(on_close.as_ref().unchecked_ref()));
    on_close.forget();
    Ok(database)
}

/// What opens after it was given up must not stand in the way of the next.
fn close_when_opened(request: &IdbOpenDbRequest) {
    let late = request.clone();
    let close = Closure::once_into_js(move || {
        if let Ok(database) = late.result() {
            database.unchecked_into::<IdbDatabase>().close();
        }
    });
    request.set_onsuccess(Some(close.unchecked_ref()));
}

/// Waits for a request.
pub async fn answer(request: &IdbRequest) -> Result<JsValue, JsValue> {
    let (sender, receiver) = oneshot::channel();
    let mut sender = Some(sender);
    let end = Closure::<dyn FnMut(Event)>::new(move |_| {
        if let Some(sender) = sender.take() {
            sender.send(()).ok();
        }
    });
    request.set_onsuccess(Some(end.as_ref().unchecked_ref()));
    request.set_onerror(Some(end.as_ref().unchecked_ref()));
    let _listening = Listening { request, _end: end };
    receiver.await.map_err(|_| JsValue::NULL)?;
    match request.error() {
        Ok(Some(error)) => Err(error.into()),
        _ => request.result(),
    }
}

/// A request must not call a closure that is gone, even when nobody waited for its end.
struct Listening<'a> {
    request: &'a IdbRequest,
    _end: Closure<dyn FnMut(Event)>,
}

impl Drop for Listening<'_> {
    fn drop(&mut self) {
        self.request.set_onsuccess(None);
        self.request.set_onerror(None);
    }
}

/// A transaction over some stores. Its end is listened for from the beginning.
pub struct Transaction {
    inner: IdbTransaction,
    ended: oneshot::Receiver<bool>,
    _on_end: [Closure<dyn FnMut(Event)>; 2],
}

impl Transaction {
    pub fn read(database: &IdbDatabase, stores: &[&str]) -> Result<Self, JsValue> {
        Self::begin(database, stores, "readonly")
    }

    /// For writing, on disk before it counts as done (strict durability).
    pub fn write(database: &IdbDatabase, stores: &[&str]) -> Result<Self, JsValue> {
        Self::begin(database, stores, "readwrite")
    }

    fn begin(database: &IdbDatabase, stores: &[&str], mode: &str) -> Result<Self, JsValue> {
        // web-sys has no form of `transaction` that takes the durability.
        let begin: Function = Reflect::get(database, &"transaction".into())?.dyn_into()?;
        let names: Array = stores.iter().map(|name| JsValue::from_str(name)).collect();
        let options = Object::new();
        Reflect::set(&options, &"durability".into(), &"strict".into())?;
        let inner: IdbTransaction = begin.call3(database, &names, &mode.into(), &options)?.dyn_into()?;

        let (sender, ended) = oneshot::channel();
        let sender = Rc::new(RefCell::new(Some(sender)));
        let on_end = [true, false].map(|is_complete| {
            let sender = Rc::clone(&sender);
            Closure::<dyn FnMut(Event)>::new(move |_| {
                if let Some(sender) = sender.borrow_mut().take() {
                    sender.send(is_complete).ok();
                }
            })
        });
        inner.set_oncomplete(Some(on_end[0].as_ref().unchecked_ref()));
        inner.set_onabort(Some(on_end[1].as_ref().unchecked_ref()));
        Ok(Self {
            inner,
            ended,
            _on_end: on_end,
        })
    }

    pub fn store(&self, name: &str) -> Result<IdbObjectStore, JsValue> {
        self.inner.object_store(name)
    }

    /// Nothing of it happened.
    pub fn abort(self) {
        self.inner.abort().ok();
    }

    /// Commits at once, without waiting for the worker to be idle, and waits until it is done. A full disk shows only
    /// here: as an abort, with the reason in the transaction.
    pub async fn commit(mut self) -> Result<(), JsValue> {
        if let Ok(commit) = Reflect::get(&self.inner, &"commit".into()).and_then(|commit| commit.dyn_into::<Function>()) {
            // It throws when an earlier request has already ended the transaction; the end is told below all the same.
            commit.call0(&self.inner).ok();
        }
        let is_complete = (&mut self.ended).await.unwrap_or(false);
        if is_complete {
            Ok(())
        } else {
            Err(self.inner.error().map_or(JsValue::NULL, JsValue::from))
        }
    }
}

/// A transaction must not call a closure that is gone, even when nobody waited for its end.
impl Drop for Transaction {
    fn drop(&mut self) {
        self.inner.set_oncomplete(None);
        self.inner.set_onabort(None);
    }
}

//! The service worker keeps the page working without a network. A new version waits until the user asks for it.

use std::cell::RefCell;

use leptos::prelude::{ReadSignal, Set, WriteSignal, signal};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Event, ServiceWorker, ServiceWorkerContainer, ServiceWorkerRegistration, ServiceWorkerState};

use super::{listen, page, window};

thread_local! {
    static WAITING: RefCell<Option<ServiceWorker>> = const { RefCell::new(None) };
}

/// Registers the service worker, and tells when a newer version of the page is ready to be taken. A browser without
/// service workers (or a page from a file) works without.
pub fn register() -> ReadSignal<bool> {
    let (waiting, set_waiting) = signal(false);
    spawn_local(async move {
        let Some(container) = container() else { return };
        let Ok(promise) = js_sys::Reflect::get(&container, &"register".into())
            .and_then(|register| register.dyn_into::<js_sys::Function>())
            .and_then(|register| register.call1(&container, &format!("{}sw.js", page::base_url()).into()))
        else {
            return;
        };
        let Ok(registration) = JsFuture::from(js_sys::Promise::resolve(&promise)).await else {
            return;
        };
        let Ok(registration) = registration.dyn_into::<ServiceWorkerRegistration>() else {
            return;
        };
        if let Some(worker) = registration.waiting() {
            offer(worker, set_waiting);
        }
        let found = registration.clone();
        listen(&registration, "updatefound", move |_: Event| {
            let Some(worker) = found.installing() else { return };
            let installed = worker.clone();
            listen(&worker, "statechange", move |_: Event| {
                // Without a controller this is the first visit: nothing older runs, and there is nothing to take.
                let is_update = self::container().is_some_and(|container| container.controller().is_some());
                if installed.state() == ServiceWorkerState::Installed && is_update {
                    offer(installed.clone(), set_waiting);
                }
            });
        });
    });
    waiting
}

/// Lets the waiting version take over and loads it.
pub fn take_update() {
    let (Some(container), Some(worker)) = (container(), WAITING.with_borrow_mut(Option::take)) else {
        return page::reload();
    };
    listen(&container, "controllerchange", |_: Event| page::reload());
    worker.post_message(&"take-over".into()).ok();
}

fn offer(worker: ServiceWorker, set_waiting: WriteSignal<bool>) {
    WAITING.with_borrow_mut(|waiting| *waiting = Some(worker));
    set_waiting.set(true);
}

fn container() -> Option<ServiceWorkerContainer> {
    let navigator = window()?.navigator();
    let container = js_sys::Reflect::get(&navigator, &"serviceWorker".into()).ok()?;
    container.dyn_into().ok()
}

//! One writer a project: a Web Lock, held for as long as the project is open here, and a channel on which tabs tell each
//! other what they saved. Without Web Locks (a page from a file) the generation check alone keeps saves apart.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use futures_channel::oneshot;
use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{BroadcastChannel, MessageEvent};

use crate::scope;

/// What another tab did.
pub enum News {
    /// It took the lock.
    TakenOver { id: String },
    /// It saved or deleted.
    Changed { id: String, generation: u64 },
}

pub struct Locks {
    prefix: String,
    /// By project: what ends the hold.
    held: Rc<RefCell<BTreeMap<String, Function>>>,
    channel: Option<BroadcastChannel>,
    tell: Rc<dyn Fn(News)>,
}

impl Locks {
    /// `prefix` keeps apart copies of the workbench on one host.
    pub fn new(prefix: &str, tell: impl Fn(News) + 'static) -> Self {
        let tell: Rc<dyn Fn(News)> = Rc::new(tell);
        let channel = BroadcastChannel::new(prefix).ok();
        if let Some(channel) = &channel {
            let tell = Rc::clone(&tell);
            let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
                let message = Array::from(&event.data());
                if let (Some(id), Some(generation)) = (message.get(0).as_string(), message.get(1).as_f64()) {
                    tell(News::Changed {
                        id,
                        generation: generation as u64,
                    });
                }
            });
            channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
            heard.forget();
        }
        Self {
            prefix: prefix.to_owned(),
            held: Rc::default(),
            channel,
            tell,
        }
    }

    pub fn holds(&self, id: &str) -> bool {
        self.held.borrow().contains_key(id) || manager().is_none()
    }

    /// Tells the other tabs.
    pub fn announce(&self, id: &str, generation: u64) {
        if let Some(channel) = &self.channel {
            channel
                .post_message(&Array::of2(&id.into(), &(generation as f64).into()))
                .ok();
        }
    }

    /// Becomes the only writer; with `take_over` also against another tab. False when another tab is.
    pub async fn lock(&self, id: &str, take_over: bool) -> bool {
        if self.holds(id) {
            return true;
        }
        self.request(id, take_over).await.unwrap_or(false)
    }

    pub fn unlock(&self, id: &str) {
        if let Some(release) = self.held.borrow_mut().remove(id) {
            release.call0(&JsValue::NULL).ok();
        }
    }

    async fn request(&self, id: &str, take_over: bool) -> Option<bool> {
        let manager = manager()?;
        let request: Function = Reflect::get(&manager, &"request".into()).ok()?.dyn_into().ok()?;
        let options = Object::new();
        Reflect::set(
            &options,
            &(if take_over { "steal" } else { "ifAvailable" }).into(),
            &true.into(),
        )
        .ok()?;

        let (sender, granted) = oneshot::channel();
        let (held, project) = (Rc::clone(&self.held), id.to_owned());
        let mut sender = Some(sender);
        let on_grant = Closure::<dyn FnMut(JsValue) -> JsValue>::new(move |lock: JsValue| {
            let is_granted = !lock.is_null() && !lock.is_undefined();
            if let Some(sender) = sender.take() {
                sender.send(is_granted).ok();
            }
            if !is_granted {
                return JsValue::UNDEFINED;
            }
            // The lock is held until this promise is kept.
            let hold = Promise::new(&mut |release, _| {
                held.borrow_mut().insert(project.clone(), release);
            });
            hold.into()
        });
        let name = format!("{} {id}", self.prefix);
        let ended = request.call3(&manager, &name.into(), &options, on_grant.as_ref()).ok()?;

        let (held, project, tell) = (Rc::clone(&self.held), id.to_owned(), Rc::clone(&self.tell));
        spawn_local(async move {
            let end = JsFuture::from(Promise::resolve(&ended)).await;
            drop(on_grant);
            if end.is_err() && held.borrow_mut().remove(&project).is_some() {
                tell(News::TakenOver { id: project });
            }
        });
        granted.await.ok()
    }
}

fn manager() -> Option<JsValue> {
    let navigator = scope::global().navigator();
    Reflect::get(&navigator, &"locks".into()).ok().filter(JsValue::is_object)
}

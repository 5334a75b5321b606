//! Files that the user gave: chosen, dropped, pasted. The page never reads a data file; it hands it to the worker.

use std::cell::RefCell;
use std::collections::BTreeMap;

use js_sys::{Array, Uint8Array};
use leptos::ev::DragEvent;
use spec::job::FileKey;
use spec::{Message, Outcome};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, ClipboardEvent, Event, File, FilePropertyBag, HtmlInputElement, Response};

use super::{document, listen, window};

/// A file at hand, named by a key that a [`spec::job::Job`] can carry. Plain data: fits into any signal.
#[derive(Clone, Debug, PartialEq)]
pub struct UserFile {
    pub key: FileKey,
    pub name: String,
    pub n_bytes: f64,
}

/// Bytes that came from the worker, outside the page's own memory: an array, or a blob when they are many.
#[derive(Clone, Debug)]
pub struct Bytes(pub(crate) JsValue);

impl Bytes {
    pub fn len(&self) -> usize {
        match self.0.dyn_ref::<Blob>() {
            Some(blob) => blob.size() as usize,
            None => self.array().length() as usize,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Empty for a blob.
    fn array(&self) -> Uint8Array {
        match self.0.dyn_ref::<Uint8Array>() {
            Some(array) => array.clone(),
            None => Uint8Array::new_with_length(0),
        }
    }

    /// Of an array: what the page reads itself is small.
    pub fn to_vec(&self) -> Vec<u8> {
        self.array().to_vec()
    }

    /// The bytes as text; what is not UTF-8 is replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.to_vec()).into_owned()
    }
}

thread_local! {
    static AT_HAND: RefCell<(FileKey, BTreeMap<FileKey, File>)> = const { RefCell::new((0, BTreeMap::new())) };
}

/// Asks for one file. None when nothing was chosen. `accept` as in `<input accept>`; empty takes all.
pub async fn pick(accept: &str) -> Option<UserFile> {
    let input: HtmlInputElement = document()?.create_element("input").ok()?.dyn_into().ok()?;
    input.set_type("file");
    input.set_accept(accept);
    let (sender, receiver) = futures_channel::oneshot::channel();
    let sender = std::rc::Rc::new(RefCell::new(Some(sender)));
    for name in ["change", "cancel"] {
        let sender = std::rc::Rc::clone(&sender);
        listen(&input, name, move |_: Event| {
            if let Some(sender) = sender.borrow_mut().take() {
                sender.send(()).ok();
            }
        });
    }
    input.click();
    receiver.await.ok()?;
    input.files()?.get(0).map(keep)
}

/// The files of a drop; call `ev.prevent_default()` too.
pub fn dropped(event: &DragEvent) -> Vec<UserFile> {
    let files = event.data_transfer().and_then(|transfer| transfer.files());
    files.map_or_else(Vec::new, |files| {
        (0..files.length()).filter_map(|i| files.get(i)).map(keep).collect()
    })
}

/// The files of an `<input type=file>`; the input forgets them, so that the same file can be chosen again.
pub fn chosen(input: &HtmlInputElement) -> Vec<UserFile> {
    let files = input.files().map_or_else(Vec::new, |files| {
        (0..files.length()).filter_map(|i| files.get(i)).map(keep).collect()
    });
    input.set_value("");
    files
}

/// What a paste carries: its file, or its text as a file named `pasted.csv`.
pub fn pasted(event: &Event) -> Option<UserFile> {
    let transfer = event.dyn_ref::<ClipboardEvent>()?.clipboard_data()?;
    if let Some(file) = transfer.files().and_then(|files| files.get(0)) {
        return Some(keep(file));
    }
    let text = transfer.get_data("text/plain").ok().filter(|text| !text.trim().is_empty())?;
    from_text("pasted.csv", &text)
}

pub fn from_text(name: &str, text: &str) -> Option<UserFile> {
    let parts = Array::of1(&JsValue::from_str(text));
    File::new_with_str_sequence(&parts, name).ok().map(keep)
}

/// A file of the page's own folder (a sample). Errors: `page.fetch`.
pub async fn fetch(path: &str) -> Outcome<UserFile> {
    let failed = |why: String| Message::new("page.fetch").with("path", path).with("why", why);
    let window = window().ok_or_else(|| failed(String::new()))?;
    let words = |error: JsValue| failed(super::words(&error));
    let response = JsFuture::from(window.fetch_with_str(&format!("{}{path}", super::page::base_url())))
        .await
        .map_err(words)?;
    let response: Response = response.dyn_into().map_err(words)?;
    if !response.ok() {
        return Err(failed(response.status().to_string()).into());
    }
    let blob: Blob = JsFuture::from(response.blob().map_err(words)?)
        .await
        .map_err(words)?
        .dyn_into()
        .map_err(words)?;
    let name = path.rsplit('/').next().unwrap_or(path);
    let options = FilePropertyBag::new();
    options.set_type("text/csv");
    let file = File::new_with_blob_sequence_and_options(&Array::of1(&blob), name, &options).map_err(words)?;
    Ok(keep(file))
}

/// A small text file (a framing sheet, a pipeline). Errors: `page.read`.
pub async fn read_text(file: &UserFile) -> Outcome<String> {
    let failed = || Message::new("page.read").with("file", &file.name);
    let blob = handle(file.key).ok_or_else(failed)?;
    let text = JsFuture::from(blob.text()).await.map_err(|_| failed())?;
    Ok(text.as_string().unwrap_or_default())
}

/// Lets a file go.
pub fn forget(key: FileKey) {
    AT_HAND.with_borrow_mut(|(_, files)| files.remove(&key));
}

pub(crate) fn handle(key: FileKey) -> Option<File> {
    AT_HAND.with_borrow(|(_, files)| files.get(&key).cloned())
}

fn keep(file: File) -> UserFile {
    AT_HAND.with_borrow_mut(|(last, files)| {
        *last += 1;
        let kept = UserFile {
            key: *last,
            name: file.name(),
            n_bytes: file.size(),
        };
        files.insert(*last, file);
        kept
    })
}

pub(crate) fn blob(bytes: &JsValue, mime: &str) -> Option<Blob> {
    let options = BlobPropertyBag::new();
    options.set_type(mime);
    Blob::new_with_u8_array_sequence_and_options(&Array::of1(bytes), &options).ok()
}

//! Files that are dropped anywhere on the page. The browser would open them in the place of the page: it never does. A zone
//! takes what falls on it, the page that is shown may take the rest, and what nobody takes is answered with words.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::ev::DragEvent;

use super::files::{self, UserFile};
use super::{listen, window};

/// Files that were dropped and not opened.
#[derive(Clone, Debug, PartialEq)]
pub enum NotOpened {
    /// Nothing here takes a file.
    NoPlace { file: String },
    /// One file is taken at a time.
    Others { opened: String, n: usize },
}

type Taker = Rc<dyn Fn(&UserFile) -> bool>;
type Teller = Rc<dyn Fn(NotOpened)>;

thread_local! {
    static TAKERS: RefCell<Vec<(u32, Taker)>> = const { RefCell::new(Vec::new()) };
    static LAST: Cell<u32> = const { Cell::new(0) };
    static TELL: RefCell<Option<Teller>> = const { RefCell::new(None) };
}

/// Listens for as long as the page lives; `tell` says what was not opened.
pub fn guard(tell: impl Fn(NotOpened) + 'static) {
    TELL.with_borrow_mut(|told| *told = Some(Rc::new(tell)));
    let Some(window) = window() else { return };
    listen(&window, "dragover", |event: DragEvent| event.prevent_default());
    listen(&window, "drop", |event: DragEvent| {
        // Whose zone it fell on has taken it.
        if event.default_prevented() {
            return;
        }
        event.prevent_default();
        let Some(file) = first(&event) else { return };
        let taker = TAKERS.with_borrow(|takers| takers.last().map(|(_, taker)| Rc::clone(taker)));
        if !taker.is_some_and(|taker| taker(&file)) {
            files::forget(file.key);
            say(NotOpened::NoPlace { file: file.name });
        }
    });
}

/// The page that is shown takes what falls beside its zones, until [`release`]; `taker` gives false for what it does not
/// want.
pub fn take(taker: impl Fn(&UserFile) -> bool + 'static) -> u32 {
    LAST.set(LAST.get() + 1);
    TAKERS.with_borrow_mut(|takers| takers.push((LAST.get(), Rc::new(taker))));
    LAST.get()
}

pub fn release(taker: u32) {
    TAKERS.with_borrow_mut(|takers| takers.retain(|(other, _)| *other != taker));
}

/// The first file of a drop on a zone; call `ev.prevent_default()` too. What else fell with it is answered with words.
pub fn first(event: &DragEvent) -> Option<UserFile> {
    first_of(files::dropped(event))
}

/// The first of several files; the others are answered with words.
pub fn first_of(files: Vec<UserFile>) -> Option<UserFile> {
    let mut files = files.into_iter();
    let first = files.next()?;
    let others: Vec<UserFile> = files.collect();
    others.iter().for_each(|file| files::forget(file.key));
    if !others.is_empty() {
        say(NotOpened::Others {
            opened: first.name.clone(),
            n: others.len(),
        });
    }
    Some(first)
}

fn say(what: NotOpened) {
    let tell = TELL.with_borrow(Clone::clone);
    if let Some(tell) = tell {
        tell(what);
    }
}

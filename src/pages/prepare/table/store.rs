//! Blocks of rows, asked for when they come on screen.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use spec::job::{Answer, Job, RowSelection, RowState, RowsPage, SortBy};
use spec::{Cell, ColumnType, Failure};

use super::window::BLOCK;
use crate::session::Session;

/// What the rows depend on.
#[derive(Clone, Debug, PartialEq)]
struct Key {
    generation: u64,
    state: RowState,
    selection: Option<RowSelection>,
    sort: Option<SortBy>,
}

#[derive(Clone, Copy)]
pub struct RowStore {
    session: Session,
    key: Memo<Key>,
    /// Blocks of `shown`; those of an older key stay until the first new one is here.
    blocks: RwSignal<BTreeMap<u64, Arc<RowsPage>>>,
    shown: StoredValue<Option<Key>>,
    asked: StoredValue<(Option<Key>, BTreeSet<u64>)>,
    pub n_rows: RwSignal<u64>,
    pub columns: RwSignal<Vec<(String, ColumnType)>>,
    pub failure: RwSignal<Option<Failure>>,
    pub is_loading: RwSignal<bool>,
}

impl RowStore {
    pub fn new(
        session: Session,
        state: Signal<RowState>,
        selection: Signal<Option<RowSelection>>,
        sort: RwSignal<Option<SortBy>>,
    ) -> Self {
        let key = Memo::new(move |_| Key {
            generation: session
                .description
                .with(|description| description.as_ref().map_or(0, |one| one.generation)),
            state: state.get(),
            selection: selection.get(),
            sort: sort.get(),
        });
        Self {
            session,
            key,
            blocks: RwSignal::new(BTreeMap::new()),
            shown: StoredValue::new(None),
            asked: StoredValue::new((None, BTreeSet::new())),
            n_rows: RwSignal::new(0),
            columns: RwSignal::new(Vec::new()),
            failure: RwSignal::new(None),
            is_loading: RwSignal::new(true),
        }
    }

    /// Asks for the blocks that are not here yet; reactive on what the rows depend on.
    pub fn want(self, blocks: RangeInclusive<u64>) {
        let key = self.key.get();
        let is_new = self.asked.with_value(|(asked, _)| asked.as_ref() != Some(&key));
        if is_new {
            self.asked.set_value((Some(key.clone()), BTreeSet::new()));
            self.is_loading.set(true);
        }
        for block in blocks {
            let is_asked = self.asked.try_update_value(|(_, asked)| !asked.insert(block)).unwrap_or(true);
            if !is_asked {
                let key = key.clone();
                spawn_local(async move { self.fetch(key, block).await });
            }
        }
    }

    async fn fetch(self, key: Key, block: u64) {
        let job = Job::Rows {
            state: key.state.clone(),
            selection: key.selection.clone(),
            start: block * BLOCK,
            count: BLOCK as u32,
            sort: key.sort.clone(),
        };
        let outcome = self.session.ask(job).await;
        let is_wanted = self
            .asked
            .try_with_value(|(asked, _)| asked.as_ref() == Some(&key))
            .unwrap_or(false);
        if !is_wanted {
            return;
        }
        self.is_loading.set(false);
        match outcome.map(|reply| reply.answer) {
            Ok(Answer::Rows(page)) => self.take(key, block, page),
            Ok(_) => {}
            Err(failure) => {
                self.asked.update_value(|(_, asked)| {
                    asked.remove(&block);
                });
                if !failure.cancelled {
                    self.failure.set(Some(failure));
                }
            }
        }
    }

    fn take(self, key: Key, block: u64, page: RowsPage) {
        self.failure.set(None);
        self.n_rows.set(page.n_rows);
        if self.columns.with_untracked(|columns| *columns != page.columns) {
            self.columns.set(page.columns.clone());
        }
        let is_same = self.shown.with_value(|shown| shown.as_ref() == Some(&key));
        self.shown.set_value(Some(key));
        self.blocks.update(|blocks| {
            if !is_same {
                blocks.clear();
            }
            blocks.insert(block, Arc::new(page));
        });
    }

    /// One row: its number in the file (the first is 0) and its cells; `None` while it is on its way. Reactive.
    pub fn row(self, row: u64) -> Option<(u64, Vec<Cell>)> {
        self.blocks.with(|blocks| {
            let page = blocks.get(&(row / BLOCK))?;
            let at = (row % BLOCK) as usize;
            Some((*page.row_ids.get(at)?, page.cells.get(at)?.clone()))
        })
    }
}

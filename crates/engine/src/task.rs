//! Tasks: the synchronous pieces that pool workers run. A task is self-contained: it names data by hash and has no
//! other state, so that it can run anywhere and again. Tasks and outputs travel as bytes of [`crate::wire`].

use std::any::Any;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use spec::job::FileKey;
use spec::read::ReadOptions;
use spec::run::LossPoint;
use spec::{Observer, Outcome};
use table::Table;

/// What a running task says.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Tick {
    Fraction(f64),
    Loss(LossPoint),
}

/// What tasks can reach.
pub trait Resources {
    /// Errors: `engine.no_table` when the host was not given this table.
    fn table(&self, hash: &str) -> Outcome<Arc<Table>>;

    /// Errors: `engine.no_file`.
    fn file(&self, key: FileKey) -> Outcome<Box<dyn table::ByteSource>>;

    /// Derived things that later tasks of the same worker may want again; one [`Cache`] a worker, or one for all.
    fn cache(&self) -> &Cache;
}

/// The last few derived values, by key. Holds no truth: anything in it can be computed again.
#[derive(Default)]
pub struct Cache {
    kept: Mutex<VecDeque<(String, Arc<dyn Any + Send + Sync>)>>,
}

/// Shaped tables, splits and fitted recipes of the document at hand, and of the one before it.
const CACHE_ENTRIES: usize = 8;

impl Cache {
    /// The kept value, or a new one that is then kept.
    pub fn get_or<T: Any + Send + Sync>(&self, key: &str, make: impl FnOnce() -> Outcome<T>) -> Outcome<Arc<T>> {
        let found = {
            let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.iter().find(|(name, _)| name == key).map(|(_, value)| Arc::clone(value))
        };
        if let Some(value) = found.and_then(|value| value.downcast::<T>().ok()) {
            return Ok(value);
        }
        let value = Arc::new(make()?);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(name, _)| name != key);
        kept.push_back((key.to_owned(), Arc::clone(&value) as Arc<dyn Any + Send + Sync>));
        if kept.len() > CACHE_ENTRIES {
            kept.pop_front();
        }
        Ok(value)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Task {
    Sniff { file: FileKey, file_name: String, options: Option<ReadOptions> },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum TaskOutput {
    Sniffed(Box<spec::read::Sniff>),
}

/// Runs one task to its end.
pub fn run_task(_task: &Task, _resources: &dyn Resources, _observer: &mut dyn Observer) -> Outcome<TaskOutput> {
    Err(spec::Message::new("engine.no_table").into())
}

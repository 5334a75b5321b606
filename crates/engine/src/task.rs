//! Tasks: the synchronous pieces that pool workers run. A task is self-contained: it names data by hash and has no
//! other state, so that it can run anywhere and again.

use std::sync::Arc;

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

    /// Keeps a derived table for later tasks on the same worker (a cache: it may be dropped at any time).
    fn keep(&mut self, hash: &str, table: Arc<Table>);

    /// Errors: `engine.no_file`.
    fn file(&self, key: FileKey) -> Outcome<Box<dyn table::ByteSource>>;
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
pub fn run_task(_task: &Task, _resources: &mut dyn Resources, _observer: &mut dyn Observer) -> Outcome<TaskOutput> {
    Err(spec::Message::new("engine.no_table").into())
}

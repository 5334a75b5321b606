//! The engine: jobs in, events out, over one small door to the world ([`Host`]).
//!
//! Jobs are `async` and never block; everything that takes longer than 20 ms is a [`Task`], which is synchronous and
//! runs wherever the host likes. Same job, same bytes, same seed: same bits out, with any number of workers.

mod card;
mod data;
mod engine;
mod evaluating;
mod explaining;
mod exporting;
mod forecast;
mod host;
mod left_out;
mod memory;
mod predictions;
mod progress;
pub mod project_file;
mod projects;
mod registering;
mod retraining;
mod setting;
mod sheet;
mod subject;
mod task;
mod training;
mod turn;
mod watching;

pub use deploy::{Bundle, Contract, ToolLock, bundle_sha256};
pub use engine::{Engine, Reply};
pub use evaluating::{OpenedRows, Scoreboard, Truth};
pub use host::{Host, Store, Write};
pub use left_out::left_out_csv;
pub use memory::{Content, MemoryStore, sha256};
pub use projects::{chunk_names, read_record};
pub use retraining::Champion;
pub use setting::{Setting, Source};
#[cfg(feature = "encodings")]
pub use table::encodings;
pub use table::{ByteSource, Table, TwoByte, TwoByteDecoder};
pub use task::explain::ImportReading;
pub use task::{
    Cache, Candidate, ExportOrder, FitPart, Made, Resources, ScoreOrder, ScoredFile, Sink, Task, TaskOutput, Tick, run_task,
};
pub use watching::{DriftCheck, WatchedBundle, rules_of};

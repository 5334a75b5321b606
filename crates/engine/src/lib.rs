//! The engine: jobs in, events out, over one small door to the world ([`Host`]).
//!
//! Jobs are `async` and never block; everything that takes longer than 20 ms is a [`Task`], which is synchronous and
//! runs wherever the host likes. Same job, same bytes, same seed: same bits out, with any number of workers.

mod host;
mod task;
pub mod wire;

pub use host::{Host, Store, Write};
pub use task::{Cache, Resources, Task, TaskOutput, Tick, run_task};

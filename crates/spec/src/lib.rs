//! The vocabulary of the workbench: what the page, the engine and the command line say to each other, and what is stored.
//!
//! Everything here is plain data with serde. Nothing here computes on rows.

pub mod card;
pub mod caveat;
pub mod column;
pub mod diagnosis;
pub mod evaluation;
pub mod experiment;
pub mod explain;
pub mod framing;
pub mod glossary;
pub mod graph;
pub mod job;
pub mod journal;
pub mod lesson;
pub mod message;
pub mod metric;
pub mod model;
pub mod monitor;
pub mod observer;
pub mod order;
pub mod param;
pub mod pipeline;
pub mod profile;
pub mod project;
pub mod read;
pub mod registry;
pub mod report;
pub mod run;
pub mod sample;
pub mod split;
pub mod step;
pub mod texts;
pub mod wire;

pub use column::{Cell, ColumnSchema, ColumnType, Fingerprint};
pub use framing::{Framing, Task};
pub use message::{Failure, Message, Outcome, Severity, Value};
pub use metric::Metric;
pub use model::{Algorithm, EstimatorInfo, ModelSpec};
pub use observer::{Observer, Section, Unobserved};
pub use order::Order;
pub use param::{ColumnSet, Domain, ParamSpec, ParamValue, Params};
pub use pipeline::Pipeline;
pub use project::{Edit, Project};

/// Version of everything this build writes.
pub const FORMAT: u32 = 1;
/// Version of the code, recorded in runs and reports.
pub const CODE_VERSION: &str = env!("CARGO_PKG_VERSION");

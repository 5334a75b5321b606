//! Stage 5: what leaves. An ONNX model with the preparation inside, and a bundle that proves itself.
//!
//! [`export`] writes the model ([`onnx`]), reads its bytes back with an interpreter of its own ([`interpret`]) and compares
//! every answer with the fitted pipeline's before anybody can have the file. [`Scorer`] answers for a bundle without
//! onnxruntime.

mod bundle;
mod cells;
mod clean;
pub mod columns;
pub mod contract;
mod encode;
pub mod experiment;
mod export;
pub mod graph;
pub mod interpret;
pub mod onnx;
mod package;
mod pattern;
mod proto;
mod rows;
mod samples;
mod score;
pub mod verify;

pub use bundle::{
    BASELINE_FILE, Bundle, CELLS_FILE, CONTRACT_FILE, EXPECTED_FILE, JSON_FILE, MODEL_FILE, README_FILE, REQUESTS_FILE,
    bundle_sha256,
};
pub use cells::{CellReading, Problem, Read};
pub use clean::{clean, clean_what_can_be};
pub use contract::Contract;
pub use export::{ExportFacts, export, export_rows};
pub use package::{BundleExtras, ToolLock};
pub use rows::{Cells, Rows};
pub use score::{Answers, Scorer, score};

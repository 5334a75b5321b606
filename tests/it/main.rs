//! The whole engine, natively: one binary, one folder.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test stops at the first surprise"
)]

mod caveats;
mod command_line;
mod compat;
mod determinism;
mod explaining;
mod faults;
mod honesty;
mod journey;
mod lab;
mod naming;
mod overlap;
mod program;
mod progress;
mod project_file;
mod reading_command;
mod registry;
mod retrain;
mod versions;
mod watch;
mod watch_command;

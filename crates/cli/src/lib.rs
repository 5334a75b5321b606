//! A native host for the engine, and the commands of `mllc` on top of it.
#![allow(
    clippy::disallowed_methods,
    reason = "the command line is the host: it reads files, clock and environment"
)]

/// The standard macro, but for what a terminal would obey: names of files and columns may hold control characters.
macro_rules! eprintln {
    ($($argument:tt)*) => {
        $crate::out::say(&format!($($argument)*))
    };
}

pub mod ab;
pub mod args;
pub mod bundle;
mod columns;
pub mod drift;
pub mod exit;
mod files;
pub mod host;
mod ledger;
pub mod out;
pub mod profile;
pub mod progress;
pub mod propose;
pub mod reading;
pub mod register;
pub mod report_html;
pub mod retrain;
pub mod run;
pub mod score;
pub mod session;
pub mod unpack;

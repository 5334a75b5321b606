//! The whole engine, natively: one binary, one folder.

mod determinism;
mod faults;
mod honesty;
mod journey;
mod lab;

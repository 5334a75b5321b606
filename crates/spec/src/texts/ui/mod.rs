//! Every word of the page, one module a page or part of it.

pub mod caveats;
pub mod chart;
pub mod common;
pub mod deploy;
pub mod evaluate;
pub mod experiment;
pub mod explain;
pub mod frame;
pub mod graph;
pub mod home;
pub mod monitor;
pub mod prepare;
pub mod registry;
pub mod shell;
pub mod train;

//! One folder a page; what the pages and the shell decide together stands beside them.

pub mod asked;
pub mod caveats;
pub mod deploy;
pub mod evaluate;
pub mod explanation;
pub mod export;
#[cfg(test)]
pub(crate) mod fixture;
pub mod frame;
pub mod goal;
pub mod home;
pub mod job_progress;
pub mod monitor;
pub mod prepare;
pub mod stage;
pub mod train;

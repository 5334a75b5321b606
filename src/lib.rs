//! The page: what the workbench looks like. No arithmetic on data happens here; the workers do that.
//!
//! Where a failure is shown: a job that failed, beside the control that asked for it; a step that failed, on the step's
//! card with its hint; a save that failed, in the top bar until it worked; what has no place, as a notice
//! ([`hall::Hall::report`]); a page that cannot start, in the shell of `index.html`.

pub mod app;
pub mod bridge;
pub mod chart;
pub mod form;
pub mod hall;
pub mod pages;
pub mod platform;
pub mod route;
pub mod says;
pub mod session;
pub mod shell;
pub mod ui;

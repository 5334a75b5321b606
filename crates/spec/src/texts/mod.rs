//! The one catalogue of texts: page, command line and reports take every word from here.
//!
//! Words: sentence case, no full stop on a one-sentence label, an ellipsis on a button that needs more input, a number
//! always with its unit.

pub mod card;
pub mod cli;
pub mod glossary;
pub mod history;
pub mod messages;
pub mod names;
pub mod number;
pub(crate) mod samples;
pub mod sentences;
pub mod sheet;
pub mod steps;
pub mod ui;

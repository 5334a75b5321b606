//! A/B tests: how many units one needs ([`plan`]), and what the log says ([`arms`], [`verdict`]).
//!
//! Every figure comes three ways, because teams argue in all three: a fixed-size test (right when looked at once), an
//! interval that holds at all times at once (right when people peek, which they do), and Bayesian probabilities. The
//! conclusion is read from one of the two intervals, as asked; a split that was not kept overrules all of them.

mod arms;
mod bayes;
mod checks;
mod fixed;
mod planner;
mod power;
mod sequential;
mod split;
mod verdict;

pub use arms::{UnitRow, arms};
pub use bayes::{compare_means, compare_rates};
pub use fixed::{two_proportions, welch};
pub use planner::plan;
pub use power::{of_means, of_rates};
pub use sequential::AnyTime;
pub use split::check as check_split;
pub use verdict::{decide, verdict};

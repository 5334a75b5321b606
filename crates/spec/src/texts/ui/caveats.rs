//! Words of the list of caveats.

use crate::caveat::CaveatKind;

pub const TITLE: &str = "Caveats";
pub const ABOUT: &str = "What stands against this figure. The goal counts as met when each is mended, or waived for a reason.";
pub const NONE_OPEN: &str = "No caveat is open";
pub const WAIVE: &str = "Waive…";
pub const WAIVE_TITLE: &str = "Waive this caveat?";
pub const WAIVE_ABOUT: &str = "It stays in the list and in the model card with your reason. Undo takes it back.";
pub const REASON: &str = "Reason";
pub const REASON_HELP: &str = "Why the figure can be trusted all the same";
pub const NEEDS_REASON: &str = "Say why first";
pub const WAIVE_DO: &str = "Waive";
pub const OPEN_AGAIN: &str = "Open again";
pub const CANCEL: &str = "Cancel";

pub fn n_open(n: usize) -> String {
    match n {
        0 => NONE_OPEN.to_owned(),
        1 => "1 caveat open".to_owned(),
        n => format!("{n} caveats open"),
    }
}

pub fn waived(reason: &str) -> String {
    format!("Waived: {reason}")
}

pub fn waive_which(what: &str) -> String {
    format!("Waive: {what}")
}

/// The label of the link to where it is mended.
pub fn go(kind: CaveatKind) -> &'static str {
    match kind {
        CaveatKind::Leak | CaveatKind::FewRows => "To Prepare",
        CaveatKind::UndefinedMetric => "To Frame",
        CaveatKind::Fairness | CaveatKind::Trials | CaveatKind::Threshold => "To Evaluate",
        CaveatKind::Stale | CaveatKind::NoGain => "To Train",
    }
}

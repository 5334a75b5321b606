//! Which method decides on a column.

use spec::Message;
use spec::monitor::{DriftMethod, LeastEffect, MonitorRules};

/// Up to so many values of training a test decides, beyond that a distance, as in Evidently.
pub const MAX_TEST_ROWS: u64 = 1000;

/// What the choice depends on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    /// Numbers and times; else levels.
    pub is_number: bool,
    /// Values of training.
    pub n_reference: u64,
    /// Distinct values of both samples together.
    pub n_distinct: u64,
    /// A few far values make the standard deviation of training much wider than most of its rows.
    pub is_stretched: bool,
}

/// The method chosen for the column, else the one that Evidently 0.7 picks, unless far values would hide a drift from it;
/// the reason; true when the chosen one cannot be used for levels and was passed over.
pub(super) fn pick(name: &str, facts: Facts, rules: &MonitorRules) -> (DriftMethod, Message, bool) {
    let chosen = rules.methods.get(name).copied();
    // The z-test is for two values.
    let fits = |method: DriftMethod| match method {
        DriftMethod::ZTest => facts.n_distinct <= 2,
        method => facts.is_number || !method.is_for_numbers_only(),
    };
    match chosen {
        Some(method) if fits(method) => (method, Message::new("monitor.method_chosen"), false),
        _ => {
            let (method, reason) = by_facts(facts);
            (method, reason, chosen.is_some())
        }
    }
}

fn by_facts(facts: Facts) -> (DriftMethod, Message) {
    let (method, code) = match (facts.n_reference <= MAX_TEST_ROWS, facts.is_number, facts.n_distinct) {
        (true, _, 0..=2) => (DriftMethod::ZTest, "monitor.method_z"),
        (true, false, _) | (true, true, 3..=5) => (DriftMethod::ChiSquare, "monitor.method_chi_square"),
        (true, true, _) => (DriftMethod::KolmogorovSmirnov, "monitor.method_kolmogorov_smirnov"),
        (false, false, _) | (false, true, 0..=5) => (DriftMethod::JensenShannon, "monitor.method_jensen_shannon"),
        // Divided by such a deviation every distance is small.
        (false, true, _) if facts.is_stretched => (DriftMethod::KolmogorovSmirnov, "monitor.method_far_values"),
        (false, true, _) => (DriftMethod::Wasserstein, "monitor.method_wasserstein"),
    };
    let reason = Message::new(code)
        .with("n", facts.n_reference)
        .with("limit", MAX_TEST_ROWS)
        .with("n_distinct", facts.n_distinct);
    (method, reason)
}

pub(super) fn least_effect(method: DriftMethod, rules: &MonitorRules) -> f64 {
    let LeastEffect {
        kolmogorov_smirnov,
        wasserstein,
        jensen_shannon,
        total_variation,
    } = rules.least_effect;
    match method {
        DriftMethod::Psi => rules.psi_alarm,
        DriftMethod::KolmogorovSmirnov => kolmogorov_smirnov,
        DriftMethod::Wasserstein => wasserstein,
        DriftMethod::JensenShannon => jensen_shannon,
        DriftMethod::ChiSquare | DriftMethod::TotalVariation | DriftMethod::ZTest => total_variation,
    }
}

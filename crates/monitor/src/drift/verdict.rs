//! From measures to verdicts, each with its sentence.

use spec::monitor::{
    ColumnDrift, DatasetDrift, DriftMethod, DriftVerdict, MissingChange, MonitorRules, OutOfRange, Presence, UnseenLevels,
};
use spec::texts::names;
use spec::{ColumnType, Message};

use super::column::Measured;
use super::{is_open, method};

/// Why a column is not judged as usual.
pub(super) struct Open {
    pub verdict: DriftVerdict,
    pub message: Message,
    /// It has too few rows or values; what is certain is found all the same.
    pub is_few: bool,
}

/// None: the column can be judged.
pub(super) fn reason_not_to_judge(column: &Measured, rules: &MonitorRules) -> Option<Open> {
    let named = |code: &str| Message::new(code).with("column", &column.name);
    let open = |verdict, message, is_few| {
        Some(Open {
            verdict,
            message,
            is_few,
        })
    };
    let cannot_tell = |message| open(DriftVerdict::CannotTell, message, false);
    let not_judged = |message| open(DriftVerdict::NotJudged, message, false);
    let too_few = |message| open(DriftVerdict::CannotTell, message, true);
    match column.presence {
        Presence::Absent => return cannot_tell(named("monitor.absent")),
        Presence::OtherType { found } => {
            return cannot_tell(
                named("monitor.other_type")
                    .with("expected", column.column_type.name())
                    .with("found", found.name()),
            );
        }
        Presence::Present => {}
    }
    if rules.not_judged.contains(&column.name) {
        return not_judged(named("monitor.not_judged"));
    }
    match column.column_type {
        ColumnType::Time => return not_judged(named("monitor.not_judged_time")),
        ColumnType::Text => return not_judged(named("monitor.not_judged_text")),
        _ => {}
    }
    let n_rows = column.n_rows();
    if n_rows < rules.min_rows {
        return too_few(named("monitor.few_rows").with("n", n_rows).with("least", rules.min_rows));
    }
    if column.n_reference == 0 {
        let code = if column.n_batch == 0 {
            "monitor.no_values_at_all"
        } else {
            "monitor.no_values_in_training"
        };
        return cannot_tell(named(code).with("n", column.n_batch));
    }
    if column.n_batch == 0 {
        return cannot_tell(named("monitor.no_values"));
    }
    let (n, code) = if column.n_reference <= column.n_batch {
        (column.n_reference, "monitor.few_values_in_training")
    } else {
        (column.n_batch, "monitor.few_values")
    };
    if n < rules.min_values && column.n_reference < rules.min_values {
        // What training was like is not known well enough.
        return cannot_tell(named(code).with("n", n).with("least", rules.min_values));
    }
    if n < rules.min_values {
        return too_few(named(code).with("n", n).with("least", rules.min_values));
    }
    if column.effect.is_none() || column.p_value.is_none() {
        return cannot_tell(named("monitor.undefined").with("method", names::drift_method(column.method)));
    }
    None
}

fn differs_much(column: &Measured, rules: &MonitorRules) -> bool {
    let figures = &column.figures;
    let share = figures.kolmogorov_smirnov.or(figures.total_variation);
    column.n_reference >= rules.min_values && share.is_some_and(|share| share >= rules.certain_effect)
}

/// How likely chance alone makes the differences of a column.
pub(super) struct Chances {
    /// Corrected.
    pub values: Option<f64>,
    /// Corrected.
    pub missing: Option<f64>,
    /// Tests of the batch.
    pub n_tests: usize,
}

impl Chances {
    /// That an exact test of few rows leaves no doubt, however many tests there are.
    fn is_certain(&self, p: Option<f64>, rules: &MonitorRules) -> bool {
        p.is_some_and(|p| p * self.n_tests as f64 <= rules.certain)
    }
}

pub(super) fn column(column: Measured, chances: &Chances, importance: Option<f64>, rules: &MonitorRules) -> ColumnDrift {
    let least_effect = method::least_effect(column.method, rules);
    let mut p_adjusted = chances.values;
    let (verdict, message) = match reason_not_to_judge(&column, rules) {
        Some(open) if open.is_few && chances.is_certain(column.few.values, rules) && differs_much(&column, rules) => {
            p_adjusted = column.few.values.map(|p| (p * chances.n_tests as f64).min(1.0));
            match judge(&column, p_adjusted, least_effect, rules) {
                drifted @ (DriftVerdict::Drifted, _) => drifted,
                _ => (open.verdict, open.message),
            }
        }
        Some(open) => (open.verdict, open.message),
        None => judge(&column, p_adjusted, least_effect, rules),
    };
    // Times and text may still have lost their values; exempt columns may do what they like.
    let missing_is_judged = column.presence == Presence::Present && !rules.not_judged.contains(&column.name);
    let is_few = column.n_rows() < rules.min_rows;
    let grown = column.missing.share_batch - column.missing.share_reference;
    let is_more_than_chance = if is_few {
        chances.is_certain(column.few.missing, rules)
    } else {
        chances.missing.is_some_and(|p| p <= rules.significance)
    };
    let missing = MissingChange {
        p_adjusted: chances.missing,
        grew: missing_is_judged && is_more_than_chance && grown >= rules.missing_growth,
        ..column.missing
    };
    // One alarm is raised for all columns together, so each has its part of a tenth of what a verdict may err.
    let least_of_few = rules.certain_effect * column.n_batch as f64;
    let by_chance = |p: Option<f64>, n: u64| match p {
        Some(_) if is_few => !chances.is_certain(p, rules) || (n as f64) < least_of_few,
        Some(p) => p * chances.n_tests as f64 > 0.1 * rules.significance,
        None => false,
    };
    let unseen = UnseenLevels {
        by_chance: column.unseen.n_rows > 0 && by_chance(column.few.unseen, column.unseen.n_rows),
        ..column.unseen
    };
    let n_outside = column.out_of_range.n_below + column.out_of_range.n_above;
    let out_of_range = OutOfRange {
        by_chance: n_outside > 0 && by_chance(column.few.out_of_range, n_outside),
        ..column.out_of_range
    };
    let message = if missing.grew {
        let code = match verdict {
            DriftVerdict::Drifted => "monitor.drifted_and_missing",
            _ => "monitor.missing_grew",
        };
        Message::new(code)
            .with("column", &column.name)
            .with("before", missing.share_reference)
            .with("now", missing.share_batch)
    } else {
        message
    };
    ColumnDrift {
        name: column.name,
        column_type: column.column_type,
        presence: column.presence,
        importance,
        n_reference: column.n_reference,
        n_batch: column.n_batch,
        method: column.method,
        method_reason: column.method_reason,
        figures: column.figures,
        p_value: column.p_value,
        p_adjusted,
        effect: column.effect,
        least_effect,
        verdict,
        message,
        missing,
        unseen,
        out_of_range,
        moved: column.moved,
        is_respelled: column.is_respelled,
        histogram: column.histogram,
    }
}

/// Both the effect and the p-value are defined here.
fn judge(column: &Measured, p_adjusted: Option<f64>, least_effect: f64, rules: &MonitorRules) -> (DriftVerdict, Message) {
    let (effect, p) = (column.effect.unwrap_or(0.0), p_adjusted.unwrap_or(1.0));
    let is_psi = column.method == DriftMethod::Psi;
    let is_significant = p <= rules.significance;
    let from = if is_psi { rules.psi_warning } else { least_effect };
    let is_large = effect >= from;
    let (verdict, code) = match (is_significant, is_large) {
        (true, true) if is_psi && effect < least_effect => (DriftVerdict::Watch, "monitor.watch"),
        (true, true) if column.is_respelled => (DriftVerdict::Drifted, "monitor.drifted_spelling"),
        (true, true) => (DriftVerdict::Drifted, drifted_code(column.method)),
        (true, false) => (DriftVerdict::Stable, "monitor.stable_small"),
        (false, true) => (DriftVerdict::Stable, "monitor.stable_chance"),
        (false, false) => (DriftVerdict::Stable, "monitor.stable"),
    };
    let spellings = column.unseen.respelled.iter().take(N_SPELLINGS);
    let message = Message::new(code)
        .with("column", &column.name)
        .with("method", names::drift_effect(column.method))
        .with("effect", effect)
        .with("least", least_effect)
        .with("from", from)
        .with("share", column.figures.total_variation.unwrap_or(effect))
        .with("p", p)
        .with("most", names::most_moved(&column.moved))
        .with("spellings", spellings.map(names::respelled).collect::<Vec<String>>());
    (verdict, message)
}

fn drifted_code(method: DriftMethod) -> &'static str {
    match method {
        DriftMethod::Psi => "monitor.drifted_psi",
        DriftMethod::KolmogorovSmirnov => "monitor.drifted_kolmogorov_smirnov",
        DriftMethod::Wasserstein => "monitor.drifted_wasserstein",
        DriftMethod::JensenShannon => "monitor.drifted_jensen_shannon",
        DriftMethod::ChiSquare | DriftMethod::TotalVariation | DriftMethod::ZTest => "monitor.drifted_shares",
    }
}

/// Spellings that a message names.
const N_SPELLINGS: usize = 3;

/// Drift, when the drifted columns are as large a share of the judged ones, or of their importance, as the rules say.
/// Columns without an importance weigh nothing there, and neither do those whose importance is negative.
pub(super) fn dataset(columns: &[ColumnDrift], n_rows: u64, rules: &MonitorRules) -> DatasetDrift {
    // Of few rows only what is certain is called; the other columns are as they were, as far as one can tell.
    let is_few = n_rows < rules.min_rows;
    let counts = |column: &&ColumnDrift| column.is_judged() || (is_few && column.verdict == DriftVerdict::CannotTell);
    let judged: Vec<&ColumnDrift> = columns.iter().filter(counts).collect();
    let bad = || judged.iter().filter(|column| column.is_bad());
    let (n_judged, n_drifted) = (judged.len() as u64, bad().count() as u64);
    let weight = |column: &&ColumnDrift| column.importance.unwrap_or(0.0).max(0.0);
    let of_all: f64 = judged.iter().map(weight).sum();
    let share = (n_judged > 0).then(|| n_drifted as f64 / n_judged as f64);
    let share_of_importance = (of_all > 0.0).then(|| bad().map(weight).sum::<f64>() / of_all);
    let filled = |code: &str| {
        Message::new(code)
            .with("n", n_drifted)
            .with("of", n_judged)
            .with("share", share.unwrap_or(0.0))
            .with("importance", share_of_importance.unwrap_or(0.0))
            .with("least_share", rules.share_of_columns)
            .with("least_importance", rules.share_of_importance)
    };
    let (verdict, message) = if n_rows == 0 {
        (DriftVerdict::CannotTell, Message::new("monitor.batch_is_empty"))
    } else if is_few && n_drifted == 0 {
        let message = Message::new("monitor.batch_is_small")
            .with("n", n_rows)
            .with("least", rules.min_rows);
        (DriftVerdict::CannotTell, message)
    } else if columns.iter().all(|column| is_open(column.verdict) && !column.is_bad()) {
        (DriftVerdict::CannotTell, Message::new("monitor.nothing_judged"))
    } else if share.is_some_and(|share| n_drifted > 0 && share >= rules.share_of_columns) {
        (DriftVerdict::Drifted, filled("monitor.dataset_drifted"))
    } else if share_of_importance.is_some_and(|share| n_drifted > 0 && share >= rules.share_of_importance) {
        (DriftVerdict::Drifted, filled("monitor.dataset_drifted_importance"))
    } else if n_drifted > 0 {
        (DriftVerdict::Watch, filled("monitor.dataset_watch"))
    } else if judged.iter().any(|column| column.verdict == DriftVerdict::Watch) {
        (DriftVerdict::Watch, filled("monitor.dataset_begins"))
    } else {
        (DriftVerdict::Stable, filled("monitor.dataset_stable"))
    };
    DatasetDrift {
        verdict,
        n_judged,
        n_drifted,
        share,
        share_of_importance,
        message,
    }
}

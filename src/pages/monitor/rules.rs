//! The rules as the dialog shows them: fields by name, each with its words and its bounds.

use spec::monitor::{AlarmSeverity, Condition, Correction, MonitorRules, RetrainRule};
use spec::texts::names;
use spec::texts::ui::monitor as words;

use crate::ui::SelectOption;

/// One number of the rules.
#[derive(Clone, Copy)]
pub struct NumberRule {
    pub label: &'static str,
    pub help: &'static str,
    pub unit: &'static str,
    pub term: &'static str,
    pub max: Option<f64>,
    pub get: fn(&MonitorRules) -> f64,
    pub set: fn(&mut MonitorRules, f64),
}

const fn number(label: &'static str, get: fn(&MonitorRules) -> f64, set: fn(&mut MonitorRules, f64)) -> NumberRule {
    NumberRule {
        label,
        help: "",
        unit: "",
        term: "",
        max: None,
        get,
        set,
    }
}

const fn share(label: &'static str, get: fn(&MonitorRules) -> f64, set: fn(&mut MonitorRules, f64)) -> NumberRule {
    NumberRule {
        max: Some(1.0),
        ..number(label, get, set)
    }
}

pub const COLUMN: [NumberRule; 9] = [
    NumberRule {
        term: "psi",
        ..number(
            words::PSI_WARNING,
            |rules| rules.psi_warning,
            |rules, x| rules.psi_warning = x,
        )
    },
    number(words::PSI_ALARM, |rules| rules.psi_alarm, |rules, x| rules.psi_alarm = x),
    NumberRule {
        term: "kolmogorov_smirnov_test",
        ..share(
            words::LEAST_KS,
            |rules| rules.least_effect.kolmogorov_smirnov,
            |rules, x| rules.least_effect.kolmogorov_smirnov = x,
        )
    },
    NumberRule {
        term: "wasserstein_distance",
        unit: words::STANDARD_DEVIATIONS,
        ..number(
            words::LEAST_WASSERSTEIN,
            |rules| rules.least_effect.wasserstein,
            |rules, x| rules.least_effect.wasserstein = x,
        )
    },
    NumberRule {
        term: "jensen_shannon_distance",
        ..share(
            words::LEAST_JS,
            |rules| rules.least_effect.jensen_shannon,
            |rules, x| rules.least_effect.jensen_shannon = x,
        )
    },
    NumberRule {
        help: words::LEAST_TV_HELP,
        term: "total_variation_distance",
        ..share(
            words::LEAST_TV,
            |rules| rules.least_effect.total_variation,
            |rules, x| rules.least_effect.total_variation = x,
        )
    },
    NumberRule {
        term: "p_value",
        ..share(
            words::SIGNIFICANCE,
            |rules| rules.significance,
            |rules, x| rules.significance = x,
        )
    },
    NumberRule {
        help: words::MISSING_GROWTH_HELP,
        term: "missing_growth",
        ..share(
            words::MISSING_GROWTH,
            |rules| rules.missing_growth,
            |rules, x| rules.missing_growth = x,
        )
    },
    number(
        words::MIN_VALUES,
        |rules| rules.min_values as f64,
        |rules, x| rules.min_values = x.round() as u64,
    ),
];

pub const DATASET: [NumberRule; 3] = [
    share(
        words::SHARE_COLUMNS,
        |rules| rules.share_of_columns,
        |rules, x| rules.share_of_columns = x,
    ),
    share(
        words::SHARE_IMPORTANCE,
        |rules| rules.share_of_importance,
        |rules, x| rules.share_of_importance = x,
    ),
    number(
        words::MIN_ROWS,
        |rules| rules.min_rows as f64,
        |rules, x| rules.min_rows = x.round() as u64,
    ),
];

pub const PERFORMANCE: [NumberRule; 3] = [
    NumberRule {
        help: words::TOLERATED_LOSS_HELP,
        ..number(
            words::TOLERATED_LOSS,
            |rules| rules.tolerated_loss,
            |rules, x| rules.tolerated_loss = x,
        )
    },
    number(
        words::MIN_OUTCOMES,
        |rules| rules.min_outcomes as f64,
        |rules, x| rules.min_outcomes = x.round() as u64,
    ),
    NumberRule {
        unit: words::DAYS,
        ..number(
            words::LATE_AFTER,
            |rules| rules.late_after_days,
            |rules, x| rules.late_after_days = x,
        )
    },
];

const CORRECTIONS: [(Correction, &str, &str); 3] = [
    (Correction::BenjaminiHochberg, "benjamini_hochberg", words::CORRECTION_BH),
    (Correction::Bonferroni, "bonferroni", words::CORRECTION_BONFERRONI),
    (Correction::None, "none", words::CORRECTION_NONE),
];

pub fn correction_options() -> Vec<SelectOption> {
    CORRECTIONS
        .iter()
        .map(|(_, value, label)| SelectOption::new(*value, *label))
        .collect()
}

pub fn correction_value(correction: Correction) -> &'static str {
    CORRECTIONS.iter().find(|one| one.0 == correction).map_or("", |one| one.1)
}

pub fn correction_of(value: &str) -> Correction {
    CORRECTIONS
        .iter()
        .find(|one| one.1 == value)
        .map(|one| one.0)
        .unwrap_or_default()
}

const SEVERITIES: [(AlarmSeverity, &str); 3] = [
    (AlarmSeverity::Info, "info"),
    (AlarmSeverity::Warning, "warning"),
    (AlarmSeverity::Critical, "critical"),
];

pub fn severity_options() -> Vec<SelectOption> {
    SEVERITIES
        .iter()
        .map(|(severity, value)| SelectOption::new(*value, names::alarm_severity(*severity)))
        .collect()
}

pub fn severity_value(severity: AlarmSeverity) -> &'static str {
    SEVERITIES.iter().find(|one| one.0 == severity).map_or("", |one| one.1)
}

pub fn severity_of(value: &str) -> AlarmSeverity {
    SEVERITIES
        .iter()
        .find(|one| one.1 == value)
        .map_or(AlarmSeverity::Warning, |one| one.0)
}

/// The share of rows that a condition asks for, if it does.
pub fn share_of(condition: &Condition) -> Option<f64> {
    match condition {
        Condition::UnseenLevels { share } | Condition::OutOfRange { share } => Some(*share),
        _ => None,
    }
}

pub fn set_share(condition: &mut Condition, x: f64) {
    if let Condition::UnseenLevels { share } | Condition::OutOfRange { share } = condition {
        *share = x;
    }
}

/// What a rule of training again waits for: words, and its one number.
pub fn retrain_line(rule: &RetrainRule) -> (String, f64, bool) {
    match rule {
        RetrainRule::AfterBatches { when, n_batches } => (names::condition(when), f64::from(*n_batches), false),
        RetrainRule::EveryDays { days } => (words::RETRAIN_DAYS_ROW.to_owned(), *days, true),
    }
}

pub fn set_retrain(rule: &mut RetrainRule, x: f64) {
    match rule {
        RetrainRule::AfterBatches { n_batches, .. } => *n_batches = x.round() as u32,
        RetrainRule::EveryDays { days } => *days = x,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_changes_its_own_rule_and_no_other() {
        let defaults = MonitorRules::default();
        for (i, rule) in COLUMN.iter().chain(&DATASET).chain(&PERFORMANCE).enumerate() {
            let mut rules = defaults.clone();
            let new = (rule.get)(&rules) + 1.0;
            (rule.set)(&mut rules, new);
            assert_eq!((rule.get)(&rules), new, "{}", rule.label);
            (rule.set)(&mut rules, (rule.get)(&defaults));
            assert_eq!(rules, defaults, "{i} {}", rule.label);
        }
    }

    #[test]
    fn choices_read_back() {
        for (correction, value, _) in CORRECTIONS {
            assert_eq!(correction_of(correction_value(correction)), correction);
            assert_eq!(correction_value(correction), value);
        }
        for (severity, _) in SEVERITIES {
            assert_eq!(severity_of(severity_value(severity)), severity);
        }
        let mut condition = Condition::OutOfRange { share: 0.05 };
        set_share(&mut condition, 0.2);
        assert_eq!(share_of(&condition), Some(0.2));
        assert_eq!(share_of(&Condition::DataDrift), None);
        let mut rule = RetrainRule::EveryDays { days: 90.0 };
        set_retrain(&mut rule, 30.0);
        assert_eq!(retrain_line(&rule).1, 30.0);
    }
}

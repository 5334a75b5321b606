//! What the forms of the A/B panel ask for, as requests.

use spec::experiment::{
    AnalysisUnit, Baseline, Better, Conclusion, Effect, ExperimentData, Looks, OutcomeKind, Plan, PlanRequest, Planned, Sides,
    VerdictRequest,
};
use spec::texts::ui::experiment as words;

use crate::chart::Plot;
use crate::chart::line::{self, Series};
use crate::platform::files::UserFile;
use crate::ui::{RadioOption, Tone};

/// The plan's form.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanDraft {
    pub kind: OutcomeKind,
    /// Share or mean.
    pub today: f64,
    pub std_dev: f64,
    pub effect: f64,
    pub alpha: f64,
    pub power: f64,
    pub units_per_day: Option<f64>,
}

impl Default for PlanDraft {
    fn default() -> Self {
        Self {
            kind: OutcomeKind::Rate,
            today: 0.1,
            std_dev: 1.0,
            effect: 0.02,
            alpha: 0.05,
            power: 0.8,
            units_per_day: None,
        }
    }
}

impl PlanDraft {
    pub fn request(&self) -> PlanRequest {
        PlanRequest {
            baseline: match self.kind {
                OutcomeKind::Rate => Baseline::Rate { rate: self.today },
                OutcomeKind::Mean => Baseline::Mean {
                    mean: self.today,
                    std_dev: self.std_dev,
                },
            },
            effect: Effect::Absolute(self.effect),
            alpha: self.alpha,
            power: self.power,
            ratio: 1.0,
            sides: Sides::Two,
            units_per_day: self.units_per_day,
        }
    }
}

/// Power against the units of A.
pub fn power_plot(plan: &Plan) -> Plot {
    let points = plan.power_curve.iter().map(|point| (point.n_a as f64, point.power));
    let series = [Series {
        name: words::POWER.to_owned(),
        points: points.collect(),
    }];
    line::lines(
        words::power_summary(plan.power, plan.once.n_a),
        words::UNITS,
        words::POWER,
        &series,
    )
}

/// The judge's form.
#[derive(Clone, Debug, PartialEq)]
pub struct JudgeDraft {
    pub of_log: bool,
    pub log: Option<UserFile>,
    pub outcomes: Option<UserFile>,
    pub table: Option<UserFile>,
    pub variant: String,
    pub outcome: String,
    pub key: String,
    /// What the service hashed its keys with; empty for its default.
    pub key_salt: String,
    pub a: String,
    pub b: String,
    pub kind: OutcomeKind,
    pub outcome_is: String,
    pub better: Better,
    pub margin: Option<f64>,
    pub share_b: f64,
    /// The plan of the other tab says how many units are enough.
    pub by_plan: bool,
}

impl Default for JudgeDraft {
    fn default() -> Self {
        Self {
            of_log: true,
            log: None,
            outcomes: None,
            table: None,
            variant: "variant".to_owned(),
            outcome: "outcome".to_owned(),
            key: String::new(),
            key_salt: String::new(),
            a: "champion".to_owned(),
            b: "challenger".to_owned(),
            kind: OutcomeKind::Rate,
            outcome_is: String::new(),
            better: Better::Higher,
            margin: None,
            share_b: 0.5,
            by_plan: false,
        }
    }
}

impl JudgeDraft {
    /// Why it cannot be judged yet.
    pub fn obstacle(&self) -> Option<&'static str> {
        let has_files = if self.of_log {
            self.log.is_some() && self.outcomes.is_some()
        } else {
            self.table.is_some()
        };
        if !has_files {
            return Some(words::NEEDS_FILES);
        }
        let is_blank = |text: &String| text.trim().is_empty();
        (!self.of_log && (is_blank(&self.variant) || is_blank(&self.outcome))).then_some(words::NEEDS_COLUMNS)
    }

    /// None while there is an obstacle.
    pub fn data(&self) -> Option<ExperimentData> {
        if self.of_log {
            return Some(ExperimentData::Log {
                log: self.log.as_ref()?.key,
                outcomes: self.outcomes.as_ref()?.key,
                key_salt: given(&self.key_salt),
            });
        }
        Some(ExperimentData::Table {
            file: self.table.as_ref()?.key,
            variant: self.variant.trim().to_owned(),
            key: given(&self.key),
            outcome: self.outcome.trim().to_owned(),
        })
    }

    pub fn outcome_is(&self) -> Option<String> {
        given(&self.outcome_is).filter(|_| self.kind == OutcomeKind::Rate)
    }

    /// `planned`: what was planned in the other tab, if that compares the same.
    pub fn request(&self, planned: Option<Planned>) -> VerdictRequest {
        let has_keys = self.of_log || given(&self.key).is_some();
        VerdictRequest {
            a: self.a.trim().to_owned(),
            b: self.b.trim().to_owned(),
            kind: self.kind,
            better: self.better,
            unit: if has_keys { AnalysisUnit::Key } else { AnalysisUnit::Request },
            alpha: 0.05,
            sides: Sides::Two,
            share_b: self.share_b,
            margin: self.margin,
            looks: Looks::AnyTime,
            planned: planned.filter(|_| self.by_plan),
        }
    }
}

/// The sizes that hold however often one looks; None for a plan of another kind.
pub fn planned(plan: &Plan, kind: OutcomeKind) -> Option<Planned> {
    let is_of_kind = matches!(plan.request.baseline, Baseline::Rate { .. }) == (kind == OutcomeKind::Rate);
    is_of_kind.then_some(Planned {
        n_a: plan.any_time.n_a,
        n_b: plan.any_time.n_b,
        effect: plan.effect,
    })
}

fn given(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

pub fn tone(conclusion: Conclusion) -> Tone {
    match conclusion {
        Conclusion::BBetter => Tone::Good,
        Conclusion::ABetter | Conclusion::SampleRatioMismatch => Tone::Bad,
        Conclusion::TooEarly | Conclusion::CannotTell => Tone::Warn,
        Conclusion::Equivalent => Tone::Accent,
    }
}

/// Radio buttons; their values are looked up by [`kind_of`].
pub fn kinds() -> Vec<RadioOption> {
    [
        ("rate", words::RATE, words::RATE_ABOUT),
        ("mean", words::MEAN, words::MEAN_ABOUT),
    ]
    .map(option)
    .into()
}

pub fn kind_of(value: &str) -> OutcomeKind {
    if value == "mean" {
        OutcomeKind::Mean
    } else {
        OutcomeKind::Rate
    }
}

pub fn kind_value(kind: OutcomeKind) -> &'static str {
    match kind {
        OutcomeKind::Rate => "rate",
        OutcomeKind::Mean => "mean",
    }
}

pub fn sources() -> Vec<RadioOption> {
    [
        ("log", words::SOURCE_LOG, words::SOURCE_LOG_ABOUT),
        ("table", words::SOURCE_TABLE, words::SOURCE_TABLE_ABOUT),
    ]
    .map(option)
    .into()
}

fn option((value, label, about): (&str, &str, &str)) -> RadioOption {
    RadioOption {
        value: value.to_owned(),
        label: label.to_owned(),
        about: about.to_owned(),
        why_not: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(key: u32) -> UserFile {
        UserFile {
            key,
            name: "log.jsonl".to_owned(),
            n_bytes: 10.0,
        }
    }

    #[test]
    fn nothing_is_judged_without_its_files_and_columns() {
        let mut draft = JudgeDraft::default();
        assert_eq!((draft.obstacle(), draft.data()), (Some(words::NEEDS_FILES), None));
        draft.log = Some(file(1));
        assert_eq!(draft.obstacle(), Some(words::NEEDS_FILES));
        draft.outcomes = Some(file(2));
        assert_eq!(draft.obstacle(), None);
        draft.key_salt = " v2 ".to_owned();
        let of_log = ExperimentData::Log {
            log: 1,
            outcomes: 2,
            key_salt: Some("v2".to_owned()),
        };
        assert_eq!(draft.data(), Some(of_log));
        draft.of_log = false;
        draft.table = Some(file(3));
        draft.variant = " ".to_owned();
        assert_eq!(draft.obstacle(), Some(words::NEEDS_COLUMNS));
    }

    #[test]
    fn rows_are_units_only_where_no_key_is_named() {
        let mut draft = JudgeDraft {
            of_log: false,
            ..JudgeDraft::default()
        };
        assert_eq!(draft.request(None).unit, AnalysisUnit::Request);
        draft.key = "customer".to_owned();
        assert_eq!(draft.request(None).unit, AnalysisUnit::Key);
        let planned = Planned {
            n_a: 5,
            n_b: 5,
            effect: 0.1,
        };
        assert_eq!(draft.request(Some(planned)).planned, None);
        draft.by_plan = true;
        assert_eq!(draft.request(Some(planned)).planned, Some(planned));
        draft.outcome_is = "bought".to_owned();
        assert_eq!(draft.outcome_is().as_deref(), Some("bought"));
        draft.kind = OutcomeKind::Mean;
        assert_eq!(draft.outcome_is(), None);
    }

    #[test]
    fn a_mean_is_planned_with_its_deviation() {
        let draft = PlanDraft {
            kind: OutcomeKind::Mean,
            today: 20.0,
            std_dev: 5.0,
            ..PlanDraft::default()
        };
        let expected = Baseline::Mean {
            mean: 20.0,
            std_dev: 5.0,
        };
        assert_eq!(draft.request().baseline, expected);
    }
}

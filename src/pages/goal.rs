//! The goal card: what has to be reached, the best figure so far, and whether it is met.

use leptos::prelude::With;
use spec::caveat::{Caveat, Standing};
use spec::evaluation::{Evaluation, GoalStatus, Part, Verdict};
use spec::framing::{Framing, Reference};
use spec::run::Run;
use spec::texts::ui::shell as words;
use spec::texts::{names, number};
use spec::{Metric, Project};

use super::stage::what_changed;
use crate::session::{Basis, Session};
use crate::ui::Tone;

/// The scale of the card's meter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    pub min: f64,
    pub max: f64,
    pub value: f64,
    pub threshold: f64,
    pub less_is_better: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct GoalCard {
    /// "ROC AUC ≥ 0.85".
    pub title: String,
    /// Glossary entry of the metric; empty without a goal.
    pub term: String,
    /// "0.862 on the test set, run 12".
    pub line: String,
    pub verdict: Option<Verdict>,
    /// Caveats that are neither mended nor waived.
    pub n_open: usize,
    /// "before the recipe changed".
    pub before: String,
    pub scale: Option<Scale>,
}

/// The goal in a few signs; None without a metric or a threshold.
pub fn title(framing: &Framing) -> Option<String> {
    let (metric, threshold) = (framing.metric?, framing.threshold?);
    let sign = if metric.greater_is_better() { "≥" } else { "≤" };
    let apart = if metric.greater_is_better() { "+" } else { "−" };
    let value = number::significant(threshold.value, 4);
    let required = match threshold.reference {
        Reference::Absolute => value,
        Reference::OverBaseline => format!("{} {apart} {value}", words::OVER_BASELINE),
        Reference::OverCurrent { value: current } => {
            format!("{} {} {apart} {value}", words::OVER_CURRENT, number::significant(current, 4))
        }
    };
    Some(format!("{} {sign} {required}", names::metric(metric)))
}

/// Green is only a goal that is met while nothing stands against its figure.
pub fn tone(verdict: Verdict, n_open: usize) -> Tone {
    match verdict {
        Verdict::Met if n_open == 0 => Tone::Good,
        Verdict::Met | Verdict::MetNotCertain => Tone::Warn,
        Verdict::NotMet => Tone::Bad,
    }
}

/// "Met, 2 caveats open".
pub fn verdict_words(verdict: Verdict, n_open: usize) -> String {
    format!("{}{}", names::verdict(verdict), names::open_caveats(verdict, n_open))
}

/// What is known of a run on this page: the figures that were computed last, on the part that counts; reactive.
pub fn shown(session: Session, run: u32) -> Option<Evaluation> {
    session.evaluations.with(|all| {
        session.project.with(|project| {
            let project = project.as_ref()?;
            let of = |part: Part| {
                let basis = Basis::of(project, run, part);
                let newest = all.iter().rev().find(|(own, one)| one.run == run && *own == basis);
                newest.map(|(_, one)| one.clone())
            };
            of(Part::Test).or_else(|| of(Part::Validation))
        })
    })
}

/// The current run against the goal; reactive.
pub fn standing(session: Session) -> Option<Standing> {
    let run = session
        .project
        .with(|project| project.as_ref()?.current_run().map(|run| run.id))?;
    standing_of(session, run)
}

/// A run against the goal; reactive.
pub fn standing_of(session: Session, run: u32) -> Option<Standing> {
    let shown = shown(session, run);
    session.project.with(|project| {
        let project = project.as_ref()?;
        let run = project.runs.iter().find(|one| one.id == run)?;
        Some(Standing::of(project, run, shown.as_ref()))
    })
}

/// The caveats of the current run; reactive.
pub fn caveats(session: Session) -> Vec<Caveat> {
    standing(session).map_or_else(Vec::new, |standing| standing.caveats)
}

/// The goal against the current run: on the test rows once they are open for it, else on validation rows. `shown`: figures
/// that were computed and are not stored.
pub fn card(project: &Project, shown: Option<&Evaluation>) -> GoalCard {
    let Some(title) = title(&project.pipeline.framing) else {
        return GoalCard {
            title: words::NO_GOAL.to_owned(),
            line: words::NO_GOAL_ABOUT.to_owned(),
            ..GoalCard::default()
        };
    };
    let term = project
        .pipeline
        .framing
        .metric
        .map(|metric| metric.name().to_owned())
        .unwrap_or_default();
    let Some(run) = project.current_run() else {
        return GoalCard {
            title,
            term,
            line: words::NO_FIGURE.to_owned(),
            ..GoalCard::default()
        };
    };
    let before = if project.is_fresh(run) {
        String::new()
    } else {
        words::before_change(what_changed(project, run))
    };
    let standing = Standing::of(project, run, shown);
    let n_open = standing.n_open();
    match standing.goal {
        None => GoalCard {
            title,
            term,
            line: words::NOT_DEFINED.to_owned(),
            n_open,
            before,
            ..GoalCard::default()
        },
        Some(status) => GoalCard {
            title,
            term,
            line: words::figure_of(
                &number::score(status.value),
                standing.threshold,
                rows(run, status.part),
                run.id,
            ),
            verdict: Some(status.verdict),
            n_open,
            before,
            scale: Some(scale(&status)),
        },
    }
}

/// What rows a figure is of, in words: pooled validation rows are not the mean of the folds that ranks models.
fn rows(run: &Run, part: Part) -> &'static str {
    match part {
        Part::Test => words::ON_TEST,
        Part::Validation if run.has_folds() => words::ON_POOLED,
        Part::Validation => words::ON_VALIDATION,
    }
}

/// The rows that a run's figures are of: those of the test set once it was opened for it.
pub fn part(project: &Project, run: &Run) -> Part {
    let is_open = project
        .evaluations
        .iter()
        .any(|one| one.run == run.id && one.part == Part::Test);
    if is_open { Part::Test } else { Part::Validation }
}

fn scale(status: &GoalStatus) -> Scale {
    let (value, threshold) = (status.value, status.required);
    let less_is_better = !status.metric.greater_is_better();
    let (min, max): (f64, f64) = match status.metric {
        Metric::RocAuc => (0.5, 1.0),
        metric if metric.has_target_unit() || less_is_better => (0.0, 1.25 * value.max(threshold)),
        _ => (0.0, 1.0),
    };
    Scale {
        min: min.min(threshold),
        max: max.max(threshold),
        value: value.clamp(min, max.max(min)),
        threshold,
        less_is_better,
    }
}

#[cfg(test)]
mod tests {
    use spec::framing::SuccessThreshold;
    use spec::project::Edit;
    use spec::{Algorithm, Framing};

    use super::*;
    use crate::pages::fixture;

    fn framing(metric: Metric, value: f64, reference: Reference) -> Framing {
        Framing {
            metric: Some(metric),
            threshold: Some(SuccessThreshold { value, reference }),
            ..Framing::default()
        }
    }

    #[test]
    fn the_title_says_direction_and_reference() {
        assert_eq!(
            title(&framing(Metric::RocAuc, 0.85, Reference::Absolute)).unwrap(),
            "ROC AUC ≥ 0.85"
        );
        assert_eq!(
            title(&framing(Metric::Rmse, 12.5, Reference::Absolute)).unwrap(),
            "RMSE ≤ 12.5"
        );
        assert_eq!(
            title(&framing(Metric::Accuracy, 0.05, Reference::OverBaseline)).unwrap(),
            "Accuracy ≥ baseline + 0.05"
        );
        assert_eq!(
            title(&framing(Metric::Mae, 2.0, Reference::OverCurrent { value: 9.0 })).unwrap(),
            "MAE ≤ today’s 9 − 2"
        );
        assert_eq!(title(&Framing::default()), None);
    }

    #[test]
    fn the_card_follows_the_project() {
        let project = Project::new("p".to_owned(), "P".to_owned(), 0.0);
        assert_eq!(card(&project, None).title, words::NO_GOAL);
        let mut project = fixture::trained(Algorithm::RandomForest, 0.86);
        assert_eq!(card(&project, None).title, words::NO_GOAL);
        project.pipeline.framing.threshold = Some(SuccessThreshold {
            value: 0.8,
            reference: Reference::Absolute,
        });
        let met = card(&project, None);
        assert_eq!(
            (met.line.as_str(), met.verdict),
            ("0.860 on validation, folds pooled, run 1", Some(Verdict::Met))
        );
        assert_eq!(met.before, "");
        project.pipeline.framing.threshold = Some(SuccessThreshold {
            value: 0.85,
            reference: Reference::Absolute,
        });
        assert_eq!(card(&project, None).verdict, Some(Verdict::MetNotCertain));
        project.pipeline.framing.threshold = Some(SuccessThreshold {
            value: 0.9,
            reference: Reference::Absolute,
        });
        assert_eq!(card(&project, None).verdict, Some(Verdict::NotMet));
        project.apply(&Edit::SetSeed { seed: 3 }).unwrap();
        assert_eq!(card(&project, None).before, "before the seed changed");
    }

    #[test]
    fn the_test_figure_replaces_the_validation_figure() {
        let mut project = fixture::trained(Algorithm::RandomForest, 0.86);
        project.pipeline.framing.threshold = Some(SuccessThreshold {
            value: 0.8,
            reference: Reference::Absolute,
        });
        project.evaluations.push(fixture::test_evaluation(1, 0.79));
        let card = card(&project, None);
        assert_eq!(
            (card.line.as_str(), card.verdict),
            ("0.790 on the test set, run 1", Some(Verdict::NotMet))
        );
    }
}

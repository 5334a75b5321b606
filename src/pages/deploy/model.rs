//! What the Deploy page shows of a run: its goal, its columns, its threshold.

use spec::evaluation::{GoalStatus, Part, Verdict};
use spec::job::Description;
use spec::profile::{ColumnProfile, Distribution};
use spec::run::Run;
use spec::step::PipelineKind;
use spec::texts::ui::deploy as words;
use spec::texts::{names, number};
use spec::{ColumnType, Project, Task};

use crate::pages::goal;
use crate::ui::{SelectOption, Tone};

/// The runs, best first, with the primary metric's figure.
pub fn run_options(project: &Project) -> Vec<SelectOption> {
    let metric = project.pipeline.framing.metric;
    project
        .leaderboard()
        .into_iter()
        .map(|run| {
            let scored = metric.and_then(|metric| run.cv.get(&metric).map(|score| (metric, score.mean)));
            let figure = scored.map(|(metric, mean)| format!("{} {}", names::metric(metric), number::score(mean)));
            let mut label = words::run_option(run.id, names::algorithm(run.algorithm), figure);
            if !project.is_fresh(run) {
                label = format!("{label} ({})", words::STALE);
            }
            SelectOption::new(run.id.to_string(), label)
        })
        .collect()
}

/// What stands about the goal: tone, lead word and sentence.
pub fn goal_line(project: &Project, run: &Run) -> (Tone, String, String) {
    let Some(status) = goal::status(project, run) else {
        return (Tone::Warn, String::new(), words::NO_GOAL.to_owned());
    };
    let GoalStatus {
        metric,
        value,
        required,
        part,
        verdict,
        ..
    } = status;
    let part_name = if part == Part::Test {
        words::ON_TEST
    } else {
        words::ON_VALIDATION
    };
    let (lead, text) = match verdict {
        Verdict::NotMet => (
            words::NOT_MET,
            words::not_met(names::metric(metric), value, required, part_name),
        ),
        Verdict::Met => (words::MET, words::met(names::metric(metric), value, required, part_name)),
        Verdict::MetNotCertain => (
            names::verdict(verdict),
            words::met(names::metric(metric), value, required, part_name),
        ),
    };
    let caveat = if part == Part::Test {
        String::new()
    } else {
        format!(". {}", words::ONLY_VALIDATION)
    };
    (goal::tone(verdict), lead.to_owned(), format!("{text}{caveat}"))
}

/// The decision threshold that the export carries, in words; empty for other tasks than binary ones.
pub fn threshold(project: &Project, run: &Run) -> String {
    let framing = &project.pipeline.framing;
    if framing.task != Some(Task::Binary) {
        return String::new();
    }
    let positive = framing.positive_class.clone().unwrap_or_default();
    let evaluated = project.evaluations.iter().rev().find(|evaluation| evaluation.run == run.id);
    match project
        .pipeline
        .decision_threshold
        .or(evaluated.and_then(|evaluation| evaluation.decision_threshold))
    {
        Some(value) => words::threshold(value, &positive),
        None => words::THRESHOLD_DEFAULT.to_owned(),
    }
}

/// One input of the exported model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputRow {
    pub name: String,
    pub column_type: &'static str,
    pub values: String,
    pub missing: String,
}

/// The raw columns that the model takes: all but the target, those not known at prediction time, those excluded and
/// those that no step can use.
pub fn inputs(project: &Project, description: &Description) -> Vec<InputRow> {
    let Some(profile) = &description.profile else {
        return Vec::new();
    };
    let framing = &project.pipeline.framing;
    let excluded = project
        .pipeline
        .recipe
        .pipeline
        .iter()
        .filter(|step| step.enabled)
        .filter_map(|step| match &step.kind {
            PipelineKind::Exclude { columns, .. } => Some(columns),
            _ => None,
        });
    let excluded: Vec<&String> = excluded
        .flatten()
        .chain(description.recipe.unused.iter().map(|unused| &unused.column))
        .collect();
    profile
        .columns
        .iter()
        .filter(|column| Some(&column.name) != framing.target.as_ref())
        .filter(|column| !framing.not_known.contains(&column.name) && !excluded.contains(&&column.name))
        .map(|column| InputRow {
            name: column.name.clone(),
            column_type: column.column_type.name(),
            values: values(column),
            missing: number::percent(column.n_missing as f64 / profile.n_rows.max(1) as f64),
        })
        .collect()
}

const LEVELS_SHOWN: usize = 5;

fn values(column: &ColumnProfile) -> String {
    match (&column.number, &column.distribution) {
        (_, Distribution::Levels { top, .. }) => {
            let shown: Vec<&str> = top.iter().take(LEVELS_SHOWN).map(|level| level.0.as_str()).collect();
            words::levels(&shown.join(", "), column.n_distinct.saturating_sub(shown.len() as u64))
        }
        (Some(number), _) if column.column_type == ColumnType::Number => {
            words::range(&number::significant(number.min, 6), &number::significant(number.max, 6))
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use spec::Algorithm;
    use spec::framing::{Reference, SuccessThreshold};
    use spec::profile::Profile;
    use spec::step::Step;

    use super::*;
    use crate::pages::fixture;

    #[test]
    fn runs_are_offered_best_first() {
        let mut project = fixture::trained(Algorithm::RandomForest, 0.86);
        assert_eq!(run_options(&project)[0].label, "Run 1, Random forest: ROC AUC 0.860");
        project.pipeline.seed = 3;
        assert!(run_options(&project)[0].label.ends_with("(before the last change)"));
    }

    #[test]
    fn a_goal_that_is_not_met_is_a_clear_warning() {
        let mut project = fixture::trained(Algorithm::RandomForest, 0.86);
        let line = |project: &Project| goal_line(project, &project.runs[0]);
        assert_eq!(line(&project).0, Tone::Warn);
        project.pipeline.framing.threshold = Some(SuccessThreshold {
            value: 0.9,
            reference: Reference::Absolute,
        });
        let (tone, lead, text) = line(&project);
        assert_eq!((tone, lead.as_str()), (Tone::Bad, words::NOT_MET));
        assert!(
            text.contains("0.860") && text.contains("0.900") && text.contains("has not been opened"),
            "{text}"
        );
        project.pipeline.framing.threshold = Some(SuccessThreshold {
            value: 0.8,
            reference: Reference::Absolute,
        });
        project.evaluations.push(fixture::test_evaluation(1, 0.87));
        let (tone, _, text) = line(&project);
        assert_eq!(tone, Tone::Good);
        assert!(
            text.contains("the test set") && !text.contains("has not been opened"),
            "{text}"
        );
    }

    #[test]
    fn the_schema_leaves_out_what_the_model_does_not_see() {
        let mut project = fixture::with_data();
        project.pipeline.framing.target = Some("churned".to_owned());
        let kind = PipelineKind::Exclude {
            columns: vec!["id".to_owned()],
            reason: String::new(),
        };
        project.pipeline.recipe.pipeline.push(Step {
            id: 1,
            enabled: true,
            kind,
        });
        let columns = ["id", "tenure", "churned"]
            .map(|name| ColumnProfile {
                name: name.to_owned(),
                column_type: ColumnType::Category,
                overridden: false,
                n_missing: 1,
                n_distinct: 8,
                number: None,
                distribution: Distribution::Levels {
                    top: vec![("a".to_owned(), 3), ("b".to_owned(), 2)],
                    n_other: 4,
                },
            })
            .to_vec();
        let profile = Profile {
            n_rows: 10,
            columns,
            n_duplicate_rows: 0,
            alerts: Vec::new(),
        };
        let rows = inputs(
            &project,
            &Description {
                profile: Some(profile),
                ..Description::default()
            },
        );
        assert_eq!(rows.len(), 1);
        assert_eq!(
            (rows[0].name.as_str(), rows[0].values.as_str(), rows[0].missing.as_str()),
            ("tenure", "a, b and 6 more", "10%")
        );
    }
}

//! What the Frame page decides: which targets, tasks, metrics and classes can be chosen, and what follows from a choice.

use spec::framing::{Framing, Reference, TargetProposal};
use spec::job::Description;
use spec::profile::{ColumnProfile, Distribution, Profile};
use spec::texts::names;
use spec::texts::ui::frame as words;
use spec::{ColumnType, Metric, Project, Task};

use crate::ui::{RadioOption, SelectOption};

/// Whole numbers with at most this many distinct values may be classes.
const MANY_CLASSES: u64 = 20;

/// Names of the columns, from the described data or, before that, from the import.
pub fn columns(project: &Project, description: Option<&Description>) -> Vec<String> {
    match description.and_then(|description| description.profile.as_ref()) {
        Some(profile) => profile.columns.iter().map(|column| column.name.clone()).collect(),
        None => project.data.as_ref().map_or_else(Vec::new, |data| {
            data.summary.schema.iter().map(|column| column.name.clone()).collect()
        }),
    }
}

/// Proposed targets first, then every other column.
pub fn target_options(columns: &[String], proposals: &[TargetProposal]) -> Vec<SelectOption> {
    let proposed = proposals
        .iter()
        .map(|proposal| SelectOption::new(&proposal.column, &proposal.column).under(words::PROPOSED));
    let is_proposed = |column: &String| proposals.iter().any(|proposal| &proposal.column == column);
    let others = columns
        .iter()
        .filter(|column| !is_proposed(column))
        .map(|column| SelectOption::new(column, column).under(words::OTHER_COLUMNS));
    proposed.chain(others).collect()
}

/// Why the chosen column is a target of its task; for a column that was not proposed, what it holds.
pub fn target_reason(framing: &Framing, description: Option<&Description>) -> String {
    let Some((target, description)) = framing.target.as_ref().zip(description) else {
        return String::new();
    };
    if let Some(proposal) = description.proposals.iter().find(|proposal| &proposal.column == target) {
        return proposal.reason.says();
    }
    let column = description
        .profile
        .as_ref()
        .and_then(|profile| profile.columns.iter().find(|column| &column.name == target));
    column.map_or_else(String::new, |column| words::not_a_target(target, column.n_distinct))
}

/// The target's classes with their rows, most frequent first; empty for numbers.
pub fn classes(framing: &Framing, description: Option<&Description>) -> Vec<(String, u64)> {
    let Some((target, description)) = framing.target.as_ref().zip(description) else {
        return Vec::new();
    };
    let proposal = description
        .proposals
        .iter()
        .find(|proposal| &proposal.column == target && !proposal.classes.is_empty());
    match (proposal, description.profile.as_ref()) {
        (Some(proposal), _) => proposal.classes.clone(),
        (None, Some(profile)) => profile
            .columns
            .iter()
            .find(|column| &column.name == target)
            .map_or_else(Vec::new, levels),
        (None, None) => Vec::new(),
    }
}

fn levels(column: &ColumnProfile) -> Vec<(String, u64)> {
    match (&column.distribution, column.column_type) {
        (Distribution::Levels { top, .. }, _) => top.clone(),
        (_, ColumnType::Boolean) => vec![("false".to_owned(), 0), ("true".to_owned(), 0)],
        _ => Vec::new(),
    }
}

/// Every task; those that cannot be trained say so and cannot be chosen.
pub fn task_options() -> Vec<RadioOption> {
    Task::ALL
        .into_iter()
        .map(|task| RadioOption {
            value: task_word(task),
            label: names::task(task).to_owned(),
            about: names::task_about(task).to_owned(),
            why_not: (!task.is_trainable()).then(|| words::NOT_TRAINABLE.to_owned()),
        })
        .collect()
}

/// The task's stored name.
pub fn task_word(task: Task) -> String {
    let word = spec::wire::to_value(&task);
    word.as_text().unwrap_or_default().to_owned()
}

pub fn task_of_word(word: &str) -> Option<Task> {
    Task::ALL.into_iter().find(|task| task_word(*task) == word)
}

pub fn metric_options(task: Task) -> Vec<SelectOption> {
    Metric::of_task(task)
        .into_iter()
        .map(|metric| SelectOption::new(metric.name(), names::metric(metric)))
        .collect()
}

/// Another target: task, positive class and metric follow as proposed; what does not fit any more goes.
pub fn with_target(framing: &Framing, target: Option<String>, description: Option<&Description>) -> Framing {
    let mut framing = Framing {
        target,
        positive_class: None,
        ..framing.clone()
    };
    let Some(target) = framing.target.clone() else {
        return framing;
    };
    framing.not_known.retain(|column| column != &target);
    framing.sensitive.retain(|sensitive| sensitive.column != target);
    let Some(description) = description else { return framing };
    if let Some(proposal) = description.proposals.iter().find(|proposal| proposal.column == target) {
        framing = with_task(&framing, proposal.task, Some(description));
        framing.positive_class = proposal.positive_class.clone();
        if framing.metric.is_none() {
            framing.metric = Some(proposal.metric);
        }
    } else if let Some(column) = description.profile.as_ref().and_then(|profile| find(profile, &target)) {
        framing = with_task(&framing, likely_task(column), Some(description));
    }
    framing
}

fn find<'a>(profile: &'a Profile, name: &str) -> Option<&'a ColumnProfile> {
    profile.columns.iter().find(|column| column.name == name)
}

/// A guess for a column that was not proposed.
fn likely_task(column: &ColumnProfile) -> Task {
    let is_count = column.number.as_ref().is_none_or(|number| number.is_integer);
    match (column.column_type, column.n_distinct) {
        (_, 0..=2) | (ColumnType::Boolean, _) => Task::Binary,
        (ColumnType::Number, n) if n <= MANY_CLASSES && is_count => Task::Multiclass,
        (ColumnType::Number | ColumnType::Time, _) => Task::Regression,
        _ => Task::Multiclass,
    }
}

/// Another task: a metric that it does not have is replaced by its usual one and the threshold goes with it; the positive
/// class and the costs belong to binary tasks.
pub fn with_task(framing: &Framing, task: Task, description: Option<&Description>) -> Framing {
    let mut framing = Framing {
        task: Some(task),
        ..framing.clone()
    };
    let metrics = Metric::of_task(task);
    if framing.metric.is_none_or(|metric| !metrics.contains(&metric)) {
        framing.metric = metrics.first().copied();
        framing.threshold = None;
    }
    if task == Task::Binary {
        let classes = classes(&framing, description);
        if framing.positive_class.is_none() && classes.len() == 2 {
            // The rarer outcome is the one that people want to catch.
            framing.positive_class = classes.last().map(|class| class.0.clone());
        }
    } else {
        framing.positive_class = None;
        framing.costs = None;
    }
    framing
}

/// Another metric: the threshold of the old one says nothing about it.
pub fn with_metric(framing: &Framing, metric: Metric) -> Framing {
    let threshold = framing.threshold.filter(|_| framing.metric == Some(metric));
    Framing {
        metric: Some(metric),
        threshold,
        ..framing.clone()
    }
}

/// Lowest and highest value of a metric.
pub fn bounds(metric: Metric) -> (Option<f64>, Option<f64>) {
    match metric {
        Metric::Mcc | Metric::Kappa => (Some(-1.0), Some(1.0)),
        Metric::R2 | Metric::AdjustedR2 => (None, Some(1.0)),
        metric if metric.has_target_unit() => (Some(0.0), None),
        Metric::LogLoss | Metric::Mape | Metric::Smape => (Some(0.0), None),
        _ => (Some(0.0), Some(1.0)),
    }
}

/// Bounds of the success threshold: those of the metric, or of a difference between two of its figures.
pub fn threshold_bounds(metric: Metric, reference: Reference) -> (Option<f64>, Option<f64>) {
    match reference {
        Reference::Absolute => bounds(metric),
        Reference::OverBaseline | Reference::OverCurrent { .. } => {
            let (low, high) = bounds(metric);
            (Some(0.0), low.zip(high).map(|(low, high)| high - low))
        }
    }
}

/// "churn.csv, 7,043 rows × 21 columns", or what to do without data.
pub fn about(project: &Project) -> String {
    project.data.as_ref().map_or_else(
        || words::ABOUT_NO_DATA.to_owned(),
        |data| words::about(&data.summary.file_name, data.summary.n_kept, data.summary.schema.len()),
    )
}

/// What "churned" means in rows: "no 73.5%, yes 26.5%".
pub fn class_line(classes: &[(String, u64)]) -> String {
    if classes.iter().all(|class| class.1 == 0) {
        String::new()
    } else {
        words::classes(classes)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use spec::Message;
    use spec::framing::{Costs, Sensitive, SuccessThreshold};
    use spec::profile::NumberSummary;

    use super::*;

    fn column(name: &str, column_type: ColumnType, n_distinct: u64, top: &[(&str, u64)]) -> ColumnProfile {
        let number = (column_type == ColumnType::Number).then_some(NumberSummary {
            mean: 0.0,
            std: 1.0,
            min: 0.0,
            quantiles: [0.0; 5],
            max: 1.0,
            skewness: 0.0,
            n_zero: 0,
            n_infinite: 0,
            is_integer: true,
        });
        let distribution = if top.is_empty() {
            Distribution::Empty
        } else {
            Distribution::Levels {
                top: top.iter().map(|(level, n)| ((*level).to_owned(), *n)).collect(),
                n_other: 0,
            }
        };
        ColumnProfile {
            name: name.to_owned(),
            column_type,
            overridden: false,
            n_missing: 0,
            n_distinct,
            number,
            distribution,
        }
    }

    fn description() -> Description {
        let columns = vec![
            column("churned", ColumnType::Category, 2, &[("no", 70), ("yes", 30)]),
            column("plan", ColumnType::Category, 3, &[("a", 50), ("b", 30), ("c", 20)]),
            column("charges", ColumnType::Number, 90, &[]),
            column("senior", ColumnType::Category, 2, &[("0", 80), ("1", 20)]),
        ];
        let proposal = TargetProposal {
            column: "churned".to_owned(),
            column_type: ColumnType::Category,
            task: Task::Binary,
            metric: Metric::RocAuc,
            reason: Message {
                code: "x".to_owned(),
                values: BTreeMap::new(),
            },
            classes: vec![("no".to_owned(), 70), ("yes".to_owned(), 30)],
            positive_class: Some("yes".to_owned()),
            likelihood: 1.0,
        };
        let profile = Profile {
            n_rows: 100,
            columns,
            n_duplicate_rows: 0,
            alerts: Vec::new(),
        };
        Description {
            profile: Some(profile),
            proposals: vec![proposal],
            ..Description::default()
        }
    }

    #[test]
    fn a_proposed_target_brings_task_class_and_metric() {
        let description = description();
        let framing = with_target(&Framing::default(), Some("churned".to_owned()), Some(&description));
        assert_eq!((framing.task, framing.metric), (Some(Task::Binary), Some(Metric::RocAuc)));
        assert_eq!(framing.positive_class.as_deref(), Some("yes"));
    }

    #[test]
    fn another_target_gets_a_likely_task() {
        let description = description();
        let task = |name: &str| with_target(&Framing::default(), Some(name.to_owned()), Some(&description));
        assert_eq!(task("plan").task, Some(Task::Multiclass));
        assert_eq!(task("charges").task, Some(Task::Regression));
        assert_eq!(task("charges").metric, Some(Metric::Rmse));
        assert_eq!(task("senior").positive_class.as_deref(), Some("1"));
    }

    #[test]
    fn what_does_not_fit_the_new_task_goes() {
        let framing = Framing {
            target: Some("churned".to_owned()),
            task: Some(Task::Binary),
            positive_class: Some("yes".to_owned()),
            metric: Some(Metric::RocAuc),
            threshold: Some(SuccessThreshold {
                value: 0.8,
                reference: Reference::Absolute,
            }),
            costs: Some(Costs {
                false_positive: 1.0,
                false_negative: 2.0,
                currency: "€".to_owned(),
            }),
            sensitive: vec![Sensitive {
                column: "charges".to_owned(),
                tolerated: Vec::new(),
            }],
            not_known: vec!["charges".to_owned(), "plan".to_owned()],
            ..Framing::default()
        };
        let next = with_target(&framing, Some("charges".to_owned()), Some(&description()));
        assert_eq!((next.task, next.metric), (Some(Task::Regression), Some(Metric::Rmse)));
        assert!(next.threshold.is_none() && next.costs.is_none() && next.positive_class.is_none());
        assert!(next.sensitive.is_empty());
        assert_eq!(next.not_known, ["plan"]);
        let same_metric = with_task(&framing, Task::Multiclass, None);
        assert!(same_metric.threshold.is_some(), "ROC AUC serves both kinds of classification");
        assert!(with_metric(&framing, Metric::F1).threshold.is_none());
        assert!(with_metric(&framing, Metric::RocAuc).threshold.is_some());
    }

    #[test]
    fn every_metric_has_its_bounds() {
        assert_eq!(bounds(Metric::RocAuc), (Some(0.0), Some(1.0)));
        assert_eq!(bounds(Metric::Mcc), (Some(-1.0), Some(1.0)));
        assert_eq!(bounds(Metric::Rmse), (Some(0.0), None));
        assert_eq!(bounds(Metric::R2), (None, Some(1.0)));
        assert_eq!(threshold_bounds(Metric::Mcc, Reference::OverBaseline), (Some(0.0), Some(2.0)));
        assert_eq!(threshold_bounds(Metric::Rmse, Reference::OverBaseline), (Some(0.0), None));
    }

    #[test]
    fn tasks_keep_their_words() {
        for task in Task::ALL {
            assert_eq!(task_of_word(&task_word(task)), Some(task));
        }
        assert_eq!(task_options().iter().filter(|option| option.why_not.is_some()).count(), 3);
    }

    #[test]
    fn proposals_come_first() {
        let columns: Vec<String> = ["plan", "churned"].map(str::to_owned).to_vec();
        let options = target_options(&columns, &description().proposals);
        assert_eq!(
            options.iter().map(|option| option.value.as_str()).collect::<Vec<_>>(),
            ["churned", "plan"]
        );
        assert_eq!(
            class_line(&[("no".to_owned(), 70), ("yes".to_owned(), 30)]),
            "no 70%, yes 30%"
        );
    }
}

//! What the lifecycle rail says of each stage: to do, done or stale, and one small line.

use spec::evaluation::{Choice, Part};
use spec::job::Description;
use spec::monitor::AlarmSeverity;
use spec::pipeline::KeyPart;
use spec::profile::AlertSeverity;
use spec::registry::Batch;
use spec::run::Run;
use spec::texts::ui::monitor as monitor_words;
use spec::texts::ui::shell as words;
use spec::texts::{names, number};
use spec::{Project, Severity, Task};

use crate::pages::prepare::alerts;
use crate::route::Stage;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StageState {
    Todo,
    Done,
    /// Something before it changed: its figures are from before.
    Stale,
    /// Somebody has to look at it.
    Alarm,
}

/// One entry of the rail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageLine {
    pub stage: Stage,
    pub state: StageState,
    /// At most a few words.
    pub small: String,
}

/// All six stages. Without a description (none asked for yet, or one is on its way) Prepare tells what the document says.
pub fn stages(project: &Project, description: Option<&Description>) -> Vec<StageLine> {
    Stage::ALL
        .into_iter()
        .map(|stage| {
            let (state, small) = match stage {
                Stage::Frame => frame(project),
                Stage::Prepare => prepare(project, description),
                Stage::Train => train(project, description),
                Stage::Evaluate => evaluate(project),
                Stage::Deploy => deploy(project),
                Stage::Monitor => monitor(project),
            };
            StageLine { stage, state, small }
        })
        .collect()
}

fn frame(project: &Project) -> (StageState, String) {
    let framing = &project.pipeline.framing;
    let todo = |text: &str| (StageState::Todo, text.to_owned());
    let Some(target) = &framing.target else {
        return todo(if project.data.is_some() {
            words::FRAME_NO_TARGET
        } else {
            words::FRAME_NO_DATA
        });
    };
    let Some(task) = framing.task else {
        return todo(words::FRAME_NO_TASK);
    };
    let Some(metric) = framing.metric else {
        return todo(words::FRAME_NO_METRIC);
    };
    if framing.threshold.is_none() {
        return todo(words::FRAME_NO_THRESHOLD);
    }
    let what = match (task, &framing.positive_class) {
        (Task::Binary, Some(class)) => format!("{target} = {class}"),
        _ => target.clone(),
    };
    let goal = super::goal::title(framing).unwrap_or_else(|| names::metric(metric).to_owned());
    (StageState::Done, format!("{what}, {goal}"))
}

fn prepare(project: &Project, description: Option<&Description>) -> (StageState, String) {
    if project.data.is_none() {
        return (StageState::Todo, words::PREPARE_NO_DATA.to_owned());
    }
    let recipe = &project.pipeline.recipe;
    let n_steps =
        recipe.shape.iter().filter(|step| step.enabled).count() + recipe.pipeline.iter().filter(|step| step.enabled).count();
    let Some(description) = description else {
        return (StageState::Todo, words::n_steps(n_steps));
    };
    let n_failed = description.recipe.steps.iter().filter(|step| step.failure.is_some()).count();
    if n_failed > 0 {
        return (StageState::Todo, words::steps_failed(n_failed));
    }
    if description.split_failure.is_some() && project.pipeline.framing.target.is_some() {
        return (StageState::Todo, words::PREPARE_NO_SPLIT.to_owned());
    }
    let alerts = description.profile.as_ref().map_or(&[][..], |profile| &profile.alerts);
    let framing = &project.pipeline.framing;
    let open: Vec<_> = alerts
        .iter()
        .filter(|alert| !alerts::is_fixed(alert, recipe, framing))
        .collect();
    let small = format!("{}, {}", words::n_steps(n_steps), words::n_alerts(open.len()));
    let is_serious = open
        .iter()
        .any(|alert| alert.severity == AlertSeverity::High && alert.fix.is_some());
    let done = description.split.is_some() && !is_serious;
    (if done { StageState::Done } else { StageState::Todo }, small)
}

fn train(project: &Project, description: Option<&Description>) -> (StageState, String) {
    let fresh = project.freshness();
    if let Some(best) = project.leaderboard().into_iter().find(|run| fresh.is(run)) {
        let n_fresh = project.runs.iter().filter(|run| fresh.is(run)).count();
        return (StageState::Done, words::best_run(n_fresh, best.id));
    }
    if let Some(last) = project.runs.last() {
        return (StageState::Stale, words::changed_since(what_changed(project, last), last.id));
    }
    let is_blocked = project.data.is_none()
        || project.pipeline.framing.target.is_none()
        || description.is_some_and(|description| description.checks.iter().any(|check| check.severity == Severity::Error));
    (
        StageState::Todo,
        if is_blocked { words::TRAIN_BLOCKED } else { words::TRAIN_NONE }.to_owned(),
    )
}

fn evaluate(project: &Project) -> (StageState, String) {
    let Some(run) = project.current_run() else {
        return (StageState::Todo, words::EVALUATE_NONE.to_owned());
    };
    if !project.is_fresh(run) {
        return (StageState::Stale, words::stale_run(run.id));
    }
    if let Some(decision) = decision_on(project, run) {
        return (StageState::Done, words::decided(run.id, decision == Choice::Go));
    }
    if project
        .evaluations
        .iter()
        .any(|evaluation| evaluation.run == run.id && evaluation.part == Part::Test)
    {
        return (StageState::Todo, words::tested(run.id));
    }
    (StageState::Todo, words::EVALUATE_LOCKED.to_owned())
}

fn deploy(project: &Project) -> (StageState, String) {
    let registry = &project.registry;
    if let Some(champion) = registry.champion {
        return (StageState::Done, words::is_champion(champion));
    }
    if !registry.versions.is_empty() {
        return (StageState::Todo, words::no_champion(registry.versions.len()));
    }
    let Some(run) = project.current_run() else {
        return (StageState::Todo, words::DEPLOY_NONE.to_owned());
    };
    let state = if project.is_fresh(run) {
        StageState::Todo
    } else {
        StageState::Stale
    };
    (state, words::ready_to_export(run.id))
}

/// The newest batch of the version in use.
pub fn newest_batch(project: &Project) -> Option<&Batch> {
    let version = project.registry.in_use()?.number;
    project.batches.iter().rev().find(|batch| batch.version == version)
}

fn monitor(project: &Project) -> (StageState, String) {
    let Some(version) = project.registry.in_use() else {
        return (StageState::Todo, monitor_words::RAIL_NONE.to_owned());
    };
    let Some(newest) = newest_batch(project) else {
        return (StageState::Todo, monitor_words::rail_no_batch(version.number));
    };
    let serious = newest.alarms.iter().filter(|alarm| alarm.severity > AlarmSeverity::Info);
    match serious.count() {
        0 => {
            let of_version = || project.batches.iter().filter(move |batch| batch.version == version.number);
            let is_serious = |batch: &&Batch| batch.alarms.iter().any(|alarm| alarm.severity > AlarmSeverity::Info);
            let n_alarmed = of_version().filter(is_serious).count();
            (StageState::Done, monitor_words::rail_quiet(of_version().count(), n_alarmed))
        }
        n => (StageState::Alarm, monitor_words::rail_alarms(n, &newest.summary.name)),
    }
}

/// The last go or no-go on a run.
pub fn decision_on(project: &Project, run: &Run) -> Option<Choice> {
    project
        .decisions
        .iter()
        .rev()
        .find(|decision| decision.run == run.id)
        .map(|decision| decision.choice)
}

/// Which part of the document is not what the run was trained on; the first in the order of the lifecycle.
pub fn what_changed(project: &Project, run: &Run) -> &'static str {
    if project
        .data
        .as_ref()
        .is_none_or(|data| data.summary.fingerprint.sha256 != run.data_sha256)
    {
        return words::CHANGED_DATA;
    }
    let changed = project.pipeline.changed_since(&run.training_key);
    let words_of = [
        (KeyPart::Framing, words::CHANGED_FRAMING),
        (KeyPart::Read, words::CHANGED_DATA),
        (KeyPart::Split, words::CHANGED_SPLIT),
        (KeyPart::Recipe, words::CHANGED_RECIPE),
    ];
    let first = words_of.into_iter().find(|(part, _)| changed.contains(part));
    first.map_or(words::CHANGED_SEED, |(_, words)| words)
}

/// "In your data": one sentence of the learner's own file for the stage; empty while there is nothing to say.
pub fn in_your_data(stage: Stage, project: &Project, description: Option<&Description>) -> String {
    let Some(data) = &project.data else { return String::new() };
    let split = description.and_then(|description| description.split.as_ref());
    let n_train = split.map_or(0, |split| split.train.n_rows);
    match stage {
        Stage::Frame => {
            let framing = &project.pipeline.framing;
            let class = framing.positive_class.as_ref().zip(framing.target.as_ref());
            let share = class.zip(split).and_then(|((class, _), split)| {
                let at = split.classes.iter().position(|name| name == class)?;
                split.train.class_shares.get(at).copied()
            });
            match (class, share) {
                (Some((class, target)), Some(share)) => words::data_frame_class(&number::percent(share), target, class),
                _ => words::data_frame(data.summary.n_kept, &data.summary.file_name),
            }
        }
        Stage::Prepare => description
            .and_then(|description| description.profile.as_ref())
            .map_or_else(String::new, |profile| {
                let n_with_missing = profile.columns.iter().filter(|column| column.n_missing > 0).count();
                words::data_prepare(profile.columns.len(), n_with_missing, n_train)
            }),
        Stage::Train => split.map_or_else(String::new, |split| {
            let n_features = description.map_or(0, |description| description.recipe.features.len());
            words::data_train(n_train, split.n_folds, n_features)
        }),
        Stage::Evaluate => split.map_or_else(String::new, |split| {
            words::data_evaluate(split.test.n_rows, project.n_openings(&split.test_id))
        }),
        Stage::Deploy => description.map_or_else(String::new, |description| {
            let unused = description.recipe.unused.len() + project.pipeline.framing.not_known.len() + 1;
            let n_columns = description.profile.as_ref().map_or(0, |profile| profile.columns.len());
            words::data_deploy(n_columns.saturating_sub(unused))
        }),
        Stage::Monitor => project.batches.last().map_or_else(String::new, |newest| {
            monitor_words::in_your_data(project.batches.len(), &newest.summary.name, newest.summary.n_rows)
        }),
    }
}

#[cfg(test)]
mod tests {
    use spec::evaluation::Decision;
    use spec::framing::{Reference, SuccessThreshold};
    use spec::monitor::DriftVerdict;
    use spec::project::Edit;
    use spec::step::{Exclude, PipelineKind};
    use spec::{Algorithm, Metric};

    use super::*;
    use crate::pages::fixture;

    fn line(project: &Project, stage: Stage) -> (StageState, String) {
        let line = stages(project, None).remove(stage.number() - 1);
        (line.state, line.small)
    }

    #[test]
    fn a_new_project_has_all_to_do() {
        let project = Project::new("p".to_owned(), "P".to_owned(), 0.0);
        let lines = stages(&project, None);
        assert!(
            lines
                .iter()
                .all(|line| line.state == StageState::Todo && !line.small.is_empty())
        );
        assert_eq!(line(&project, Stage::Frame).1, words::FRAME_NO_DATA);
        assert_eq!(line(&project, Stage::Train).1, words::TRAIN_BLOCKED);
    }

    #[test]
    fn frame_is_done_with_target_task_metric_and_threshold() {
        let mut project = fixture::with_data();
        assert_eq!(
            line(&project, Stage::Frame),
            (StageState::Todo, words::FRAME_NO_TARGET.to_owned())
        );
        let framing = &mut project.pipeline.framing;
        framing.target = Some("churned".to_owned());
        framing.task = Some(Task::Binary);
        framing.positive_class = Some("yes".to_owned());
        framing.metric = Some(Metric::RocAuc);
        assert_eq!(line(&project, Stage::Frame).1, words::FRAME_NO_THRESHOLD);
        project.pipeline.framing.threshold = Some(SuccessThreshold {
            value: 0.8,
            reference: Reference::Absolute,
        });
        assert_eq!(
            line(&project, Stage::Frame),
            (StageState::Done, "churned = yes, ROC AUC ≥ 0.8".to_owned())
        );
    }

    #[test]
    fn a_change_makes_training_and_evaluation_stale_and_names_it() {
        let mut project = fixture::trained(Algorithm::RandomForest, 0.86);
        assert_eq!(line(&project, Stage::Train), (StageState::Done, "Run 1".to_owned()));
        assert_eq!(
            line(&project, Stage::Evaluate),
            (StageState::Todo, words::EVALUATE_LOCKED.to_owned())
        );
        let kind = PipelineKind::Exclude(Exclude {
            columns: vec!["id".to_owned()],
            reason: String::new(),
        });
        project.apply(&Edit::AddPipelineStep { index: None, kind }).unwrap();
        assert_eq!(
            line(&project, Stage::Train),
            (StageState::Stale, "Recipe changed since run 1".to_owned())
        );
        assert_eq!(
            line(&project, Stage::Evaluate),
            (StageState::Stale, "Run 1, before the change".to_owned())
        );
        project.apply(&Edit::Undo).unwrap();
        assert_eq!(line(&project, Stage::Train).0, StageState::Done);
        project.apply(&Edit::SetSeed { seed: 7 }).unwrap();
        assert_eq!(line(&project, Stage::Train).1, "Seed changed since run 1");
    }

    #[test]
    fn a_champion_finishes_deployment() {
        let mut project = fixture::trained(Algorithm::RandomForest, 0.86);
        assert_eq!(
            line(&project, Stage::Deploy),
            (StageState::Todo, "Run 1 can be exported".to_owned())
        );
        fixture::register(&mut project, 1);
        assert_eq!(
            line(&project, Stage::Deploy),
            (StageState::Todo, "1 version, no champion".to_owned())
        );
        project.registry.champion = Some(1);
        assert_eq!(
            line(&project, Stage::Deploy),
            (StageState::Done, "Version 1 is champion".to_owned())
        );
    }

    #[test]
    fn an_alarm_shows_on_the_rail_until_a_quiet_batch_comes() {
        let mut project = fixture::trained(Algorithm::RandomForest, 0.86);
        assert_eq!(
            line(&project, Stage::Monitor),
            (StageState::Todo, monitor_words::RAIL_NONE.to_owned())
        );
        project = fixture::watched();
        assert_eq!(
            line(&project, Stage::Monitor),
            (StageState::Todo, "Version 1: no batch yet".to_owned())
        );
        project.batches.push(fixture::batch(1, DriftVerdict::Drifted, 2));
        assert_eq!(
            line(&project, Stage::Monitor),
            (StageState::Alarm, "2 alarms: batch 1".to_owned())
        );
        project.batches.push(fixture::batch(2, DriftVerdict::Stable, 0));
        assert_eq!(
            line(&project, Stage::Monitor),
            (StageState::Done, "Newest of 2 batches: no alarm (1 before)".to_owned())
        );
        // Another version in use: what was found for the old one says nothing of it.
        let mut second = project.registry.versions[0].clone();
        second.number = 2;
        project.registry.versions.push(second);
        project.registry.champion = Some(2);
        assert_eq!(line(&project, Stage::Monitor).0, StageState::Todo);
    }

    #[test]
    fn a_decision_finishes_evaluation() {
        let mut project = fixture::trained(Algorithm::RandomForest, 0.86);
        let decision = Decision {
            run: 1,
            choice: Choice::Go,
            reason: "good".to_owned(),
            at_ms: 0.0,
            goal: None,
            n_open: 0,
        };
        project.apply(&Edit::RecordDecision { decision }).unwrap();
        assert_eq!(line(&project, Stage::Evaluate), (StageState::Done, "Run 1: go".to_owned()));
    }
}

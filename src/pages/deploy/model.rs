//! What the Deploy page is about: a run, or a version that stands on its own.

use spec::caveat::{Caveat, Standing};
use spec::evaluation::{Evaluation, GoalStatus, Part, Verdict};
use spec::pipeline::KeyPart;
use spec::registry::{ModelRef, Version};
use spec::run::Run;
use spec::texts::ui::{deploy as words, registry};
use spec::texts::{names, number};
use spec::{Order, Project, Task};

use crate::pages::{goal, train};
use crate::ui::{SelectOption, Tone};

/// The chosen model while it is there. Else the current run, as its newest version where it is registered; without runs
/// the champion, or the newest version.
pub fn subject(project: &Project, chosen: Option<ModelRef>) -> Option<ModelRef> {
    if let Some(chosen) = chosen.filter(|chosen| run_of(project, *chosen).is_some()) {
        return Some(chosen);
    }
    let versions = &project.registry.versions;
    match project.current_run() {
        Some(run) => {
            let version = versions.iter().rfind(|version| is_of(version, run));
            Some(version.map_or(ModelRef::Run(run.id), |version| ModelRef::Version(version.number)))
        }
        None => {
            let number = project
                .registry
                .champion
                .or_else(|| versions.last().map(|version| version.number));
            number.map(ModelRef::Version)
        }
    }
}

/// A version was made of this very run.
pub fn is_of(version: &Version, run: &Run) -> bool {
    version.run.id == run.id && version.run.model_hash == run.model_hash
}

pub fn run_of(project: &Project, of: ModelRef) -> Option<&Run> {
    match of {
        ModelRef::Run(id) => project.runs.iter().find(|run| run.id == id),
        ModelRef::Version(number) => project.registry.version(number).map(|version| &version.run),
    }
}

pub fn version_of(project: &Project, of: ModelRef) -> Option<&Version> {
    match of {
        ModelRef::Run(_) => None,
        ModelRef::Version(number) => project.registry.version(number),
    }
}

/// A run on data that the project does not hold any more: nothing can be asked of it. A version has its own.
pub fn is_out_of_reach(project: &Project, of: ModelRef) -> bool {
    let ModelRef::Run(_) = of else { return false };
    let Some(run) = run_of(project, of) else { return true };
    let has_data = project
        .data
        .as_ref()
        .is_some_and(|data| data.summary.fingerprint.sha256 == run.data_sha256);
    let is_read_alike = !project.pipeline.changed_since(&run.training_key).contains(&KeyPart::Read);
    !(has_data && is_read_alike)
}

/// As the value of an option: `r3`, `v1`.
pub fn key(of: ModelRef) -> String {
    match of {
        ModelRef::Run(id) => format!("r{id}"),
        ModelRef::Version(number) => format!("v{number}"),
    }
}

pub fn parse(key: &str) -> Option<ModelRef> {
    let number = key.get(1..)?.parse().ok()?;
    match key.get(..1)? {
        "r" => Some(ModelRef::Run(number)),
        "v" => Some(ModelRef::Version(number)),
        _ => None,
    }
}

/// Versions, the newest first, then runs, the best first.
pub fn options(project: &Project) -> Vec<SelectOption> {
    let registry = &project.registry;
    let version = |version: &Version| {
        let name = registry::number(version.number);
        let mut label = format!("{name}, {}", names::algorithm(version.run.algorithm));
        for (number, alias) in [
            (registry.champion, registry::CHAMPION),
            (registry.challenger, registry::CHALLENGER),
        ] {
            if number == Some(version.number) {
                label = format!("{label} ({alias})");
            }
        }
        SelectOption::new(key(ModelRef::Version(version.number)), label).under(registry::VERSIONS)
    };
    let metric = project.pipeline.framing.metric;
    let run = |run: &Run| {
        let scored = metric.and_then(|metric| run.cv.get(&metric).map(|score| (metric, score.mean)));
        let figure = scored.map(|(metric, mean)| format!("{} {}", names::metric(metric), number::score(mean)));
        let mut label = words::run_option(run.id, &train::name(run.algorithm, run.trial), figure);
        if !project.is_fresh(run) {
            label = format!("{label} ({})", words::STALE);
        }
        SelectOption::new(key(ModelRef::Run(run.id)), label).under(words::RUNS)
    };
    let versions = registry.versions.iter().rev().map(version);
    versions.chain(project.leaderboard().into_iter().map(run)).collect()
}

/// "Version 2, champion: run 5, Gradient boosting".
pub fn about(project: &Project, of: ModelRef) -> String {
    let Some(run) = run_of(project, of) else {
        return String::new();
    };
    let run = words::about(run.id, &train::name(run.algorithm, run.trial));
    match of {
        ModelRef::Run(_) => format!("{run}, {}", words::NOT_REGISTERED),
        ModelRef::Version(number) => {
            let registry = &project.registry;
            let name = registry::number(number);
            let alias = if registry.champion == Some(number) {
                format!(", {}", registry::CHAMPION)
            } else if registry.challenger == Some(number) {
                format!(", {}", registry::CHALLENGER)
            } else {
                String::new()
            };
            format!("{name}{alias}: {}", words::lower_first(&run))
        }
    }
}

/// What stands against a model's figures: of a version what did when it was registered, less what was waived since.
pub fn caveats(project: &Project, of: ModelRef, shown: Option<&Evaluation>) -> Vec<Caveat> {
    match (version_of(project, of), run_of(project, of)) {
        (Some(version), _) => spec::caveat::of_version(project, version),
        (None, Some(run)) => Standing::of(project, run, shown).caveats,
        (None, None) => Vec::new(),
    }
}

/// What stands about the goal: tone, lead word and sentence. `shown`: a run's figures that were computed and are not stored.
pub fn goal_line(project: &Project, of: ModelRef, shown: Option<&Evaluation>) -> (Tone, String, String) {
    let status = match version_of(project, of) {
        Some(version) => version.goal.clone(),
        None => run_of(project, of).and_then(|run| Standing::of(project, run, shown).goal),
    };
    let Some(status) = status else {
        let has_threshold = project.pipeline.framing.threshold.is_some();
        let text = if has_threshold { words::NOT_JUDGED } else { words::NO_GOAL };
        return (Tone::Warn, String::new(), text.to_owned());
    };
    let n_open = spec::caveat::n_open(&caveats(project, of, shown));
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
            words::NOT_MET.to_owned(),
            words::not_met(names::metric(metric), value, required, part_name),
        ),
        Verdict::Met => (
            words::MET.to_owned() + &names::open_caveats(verdict, n_open),
            words::met(names::metric(metric), value, required, part_name),
        ),
        Verdict::MetNotCertain => (
            goal::verdict_words(verdict, n_open),
            words::met(names::metric(metric), value, required, part_name),
        ),
    };
    let caveat = if part == Part::Test {
        String::new()
    } else {
        format!(". {}", words::ONLY_VALIDATION)
    };
    (goal::tone(verdict, n_open), lead, format!("{text}{caveat}"))
}

/// Where the label of a two-class model turns, as the export has it: a version has its own; of a run it is that of its
/// opened test set, which is what was judged, else the document's, or what its validation figures say is best. None for
/// other tasks, and until that was computed.
pub fn threshold(project: &Project, of: ModelRef, computed: Option<&Evaluation>) -> Option<f64> {
    match of {
        ModelRef::Version(number) => project.registry.version(number)?.decision_threshold,
        ModelRef::Run(id) => {
            if project.pipeline.framing.task != Some(Task::Binary) {
                return None;
            }
            let stored = project
                .evaluations
                .iter()
                .rev()
                .find(|one| one.run == id && one.part == Part::Test);
            stored
                .and_then(|one| one.decision_threshold)
                .or(project.pipeline.decision_threshold)
                .or_else(|| computed.filter(|one| one.run == id)?.decision_threshold)
        }
    }
}

/// The threshold in words; empty without one.
pub fn threshold_words(project: &Project, of: ModelRef, computed: Option<&Evaluation>) -> String {
    let framing = match version_of(project, of) {
        Some(version) => &version.pipeline.framing,
        None => &project.pipeline.framing,
    };
    let positive = framing.positive_class.clone().unwrap_or_default();
    threshold(project, of, computed).map_or_else(String::new, |value| words::threshold(value, &positive))
}

/// Files of a bundle that are for the same thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileGroup {
    pub title: &'static str,
    pub about: &'static str,
    /// Path and size.
    pub files: Vec<(String, u64)>,
}

/// The files of a bundle by what they are for, in the order of [`words::FILE_GROUPS`]; what is known of none comes last.
pub fn grouped(files: &[(String, u64)]) -> Vec<FileGroup> {
    let is_of = |path: &str, prefix: &str| path == prefix || (prefix.ends_with('/') && path.starts_with(prefix));
    let place = |path: &str| {
        let mut groups = words::FILE_GROUPS.iter();
        groups.position(|(_, _, prefixes)| prefixes.iter().any(|prefix| is_of(path, prefix)))
    };
    let mut groups: Vec<FileGroup> = words::FILE_GROUPS
        .iter()
        .map(|(title, about, _)| (*title, *about))
        .chain([(words::OTHER_FILES, "")])
        .map(|(title, about)| FileGroup {
            title,
            about,
            files: Vec::new(),
        })
        .collect();
    let last = groups.len() - 1;
    for (path, n_bytes) in files {
        groups[place(path).unwrap_or(last)].files.push((path.clone(), *n_bytes));
    }
    for group in &mut groups {
        group.files.order_by(|a, b| a.0.cmp(&b.0));
    }
    groups.retain(|group| !group.files.is_empty());
    groups
}

#[cfg(test)]
mod tests {
    use spec::framing::{Reference, SuccessThreshold};
    use spec::registry::Alias;
    use spec::{Algorithm, Edit};

    use super::*;
    use crate::pages::fixture;

    #[test]
    fn the_page_is_about_the_current_run_until_it_is_registered() {
        let mut project = fixture::trained(Algorithm::RandomForest, 0.86);
        assert_eq!(subject(&project, None), Some(ModelRef::Run(1)));
        assert_eq!(about(&project, ModelRef::Run(1)), "Run 1, Random forest, not registered");
        fixture::register(&mut project, 1);
        assert_eq!(subject(&project, None), Some(ModelRef::Version(1)));
        assert_eq!(subject(&project, Some(ModelRef::Run(1))), Some(ModelRef::Run(1)));
        assert_eq!(subject(&project, Some(ModelRef::Version(7))), Some(ModelRef::Version(1)));
        let champion = Edit::SetAlias {
            alias: Alias::Champion,
            version: Some(1),
            at_ms: 0.0,
            reason: String::new(),
        };
        project.apply(&champion).unwrap();
        assert_eq!(
            about(&project, ModelRef::Version(1)),
            "Version 1, champion: run 1, Random forest"
        );
        // The version stands when its run is gone.
        project.runs.clear();
        assert_eq!(subject(&project, None), Some(ModelRef::Version(1)));
        project.registry = Default::default();
        assert_eq!(subject(&project, None), None);
    }

    #[test]
    fn a_run_on_other_data_is_out_of_reach_and_its_version_is_not() {
        let mut project = fixture::trained(Algorithm::RandomForest, 0.86);
        fixture::register(&mut project, 1);
        let (run, version) = (ModelRef::Run(1), ModelRef::Version(1));
        assert!(!is_out_of_reach(&project, run));
        // Another recipe leaves the data as they are.
        project.pipeline.seed = 3;
        assert!(!is_out_of_reach(&project, run));
        project.pipeline.read = Some(Default::default());
        assert!(is_out_of_reach(&project, run));
        project.pipeline.read = None;
        project.data = None;
        assert!(is_out_of_reach(&project, run) && !is_out_of_reach(&project, version));
    }

    #[test]
    fn versions_are_offered_before_runs_and_read_back() {
        let mut project = fixture::trained(Algorithm::RandomForest, 0.86);
        assert_eq!(options(&project)[0].label, "Run 1, Random forest: ROC AUC 0.860");
        fixture::register(&mut project, 1);
        project.pipeline.seed = 3;
        let all = options(&project);
        assert_eq!(all[0].label, "Version 1, Random forest");
        assert!(all[1].label.ends_with("(before the last change)"));
        for option in all {
            assert_eq!(parse(&option.value).map(key), Some(option.value));
        }
        assert_eq!((parse(""), parse("x1"), parse("r")), (None, None, None));
    }

    #[test]
    fn a_goal_that_is_not_met_is_a_clear_warning() {
        let mut project = fixture::trained(Algorithm::RandomForest, 0.86);
        let line = |project: &Project| goal_line(project, ModelRef::Run(1), None);
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
        fixture::register(&mut project, 1);
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
        // A version keeps the goal that it was judged by.
        assert_eq!(goal_line(&project, ModelRef::Version(1), None).0, Tone::Bad);
    }

    #[test]
    fn the_threshold_is_the_one_that_the_export_has() {
        let mut project = fixture::trained(Algorithm::RandomForest, 0.86);
        let of = ModelRef::Run(1);
        assert_eq!(threshold(&project, of, None), None);
        let mut computed = fixture::test_evaluation(1, 0.86);
        computed.part = Part::Validation;
        computed.decision_threshold = Some(0.41);
        assert_eq!(threshold(&project, of, Some(&computed)), Some(0.41));
        assert!(threshold_words(&project, of, Some(&computed)).starts_with("0.410: the label is yes"));
        project.pipeline.decision_threshold = Some(0.3);
        assert_eq!(threshold(&project, of, Some(&computed)), Some(0.3));
        // It stood when the test set was opened, and the export has it.
        project.evaluations.push(fixture::test_evaluation(1, 0.86));
        assert_eq!(threshold(&project, of, Some(&computed)), Some(0.5));
        fixture::register(&mut project, 1);
        project.registry.versions[0].decision_threshold = Some(0.25);
        assert_eq!(threshold(&project, ModelRef::Version(1), None), Some(0.25));
        project.pipeline.framing.task = Some(Task::Regression);
        assert_eq!(threshold_words(&project, of, None), "");
    }

    #[test]
    fn files_stand_with_what_they_are_for() {
        let file = |path: &str| (path.to_owned(), 1);
        let all = [
            "serving/app.py",
            "model.onnx",
            "odd.txt",
            "k8s/deployment.yaml",
            "contract.json",
            "samples/a.json",
        ]
        .map(file);
        let groups = grouped(&all);
        assert_eq!(groups[0].files, [file("contract.json"), file("model.onnx")]);
        assert_eq!(groups.last().unwrap().title, words::OTHER_FILES);
        assert_eq!(groups.iter().map(|group| group.files.len()).sum::<usize>(), all.len());
        // No path belongs to two groups.
        let all_prefixes: Vec<&&str> = words::FILE_GROUPS.iter().flat_map(|group| group.2).collect();
        for (i, a) in all_prefixes.iter().enumerate() {
            assert!(all_prefixes[i + 1..].iter().all(|b| a != b), "{a}");
        }
    }
}

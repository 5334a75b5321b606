//! Which models are tried, and why training may have to wait.

use spec::job::{Catalogue, Description};
use spec::model::RandomSearch;
use spec::param::Checked;
use spec::texts::names;
use spec::texts::ui::train as words;
use spec::{Algorithm, EstimatorInfo, ModelSpec, Order, Project, Severity, Task};

/// One candidate of the document.
#[derive(Clone, Debug, PartialEq)]
pub struct CandidateLine {
    /// Its place in `Pipeline::models`; `None` for the baseline that stands there without being named.
    pub index: Option<usize>,
    pub algorithm: Algorithm,
    pub name: &'static str,
    pub about: String,
    /// What differs from the defaults, and the search.
    pub settings: String,
    pub is_baseline: bool,
}

/// The estimators of a task, without the baseline.
pub fn offered(catalogue: &Catalogue, task: Task) -> Vec<&EstimatorInfo> {
    catalogue
        .estimators
        .iter()
        .filter(|info| info.tasks.contains(&task) && info.algorithm != Algorithm::Baseline)
        .collect()
}

/// The document's candidates in order; the baseline first, named or not.
pub fn lines(project: &Project, catalogue: &Catalogue) -> Vec<CandidateLine> {
    let line = |index: Option<usize>, spec: &ModelSpec| {
        let info = catalogue.estimators.iter().find(|info| info.algorithm == spec.algorithm);
        CandidateLine {
            index,
            algorithm: spec.algorithm,
            name: names::algorithm(spec.algorithm),
            about: info.map_or_else(String::new, |info| info.about.clone()),
            settings: settings(spec, info),
            is_baseline: spec.algorithm == Algorithm::Baseline,
        }
    };
    let models = &project.pipeline.models;
    let mut lines = Vec::new();
    if !models.iter().any(|spec| spec.algorithm == Algorithm::Baseline) {
        lines.push(line(None, &new(Algorithm::Baseline)));
    }
    lines.extend(models.iter().enumerate().map(|(i, spec)| line(Some(i), spec)));
    lines.order_by_key(|line| !line.is_baseline);
    lines
}

fn settings(spec: &ModelSpec, info: Option<&EstimatorInfo>) -> String {
    let label = |name: &str| {
        let found = info.and_then(|info| info.params.iter().find(|param| param.name == name));
        found.map_or_else(|| name.to_owned(), |param| param.label.clone())
    };
    let mut parts: Vec<String> = spec
        .params
        .iter()
        .map(|(name, value)| format!("{}: {}", label(name), spec::param::show(value)))
        .collect();
    if let Some(search) = &spec.search {
        parts.push(words::trials(search.n_trials));
    }
    if parts.is_empty() && spec.algorithm != Algorithm::Baseline {
        words::DEFAULTS.to_owned()
    } else {
        parts.join(", ")
    }
}

pub fn new(algorithm: Algorithm) -> ModelSpec {
    ModelSpec {
        algorithm,
        params: spec::Params::new(),
        search: None,
    }
}

/// What another training would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Nothing has been trained yet, or nothing on what the document says now.
    All,
    /// Some candidates have a run on just this already; the others are trained.
    New,
    /// Each has one: the same would come out.
    Nothing,
}

pub fn next(project: &Project, catalogue: &Catalogue) -> Next {
    let is_fresh = project.freshness();
    let fresh: Vec<_> = project
        .runs
        .iter()
        .filter(|run| is_fresh.is(run) && run.code_version == spec::CODE_VERSION)
        .collect();
    let is_known = |spec: &ModelSpec| {
        let info = catalogue.estimators.iter().find(|info| info.algorithm == spec.algorithm);
        let params = info.and_then(|info| Checked::new(&info.params, &spec.params).ok());
        let Some(params) = params.map(Checked::into_params) else {
            return false;
        };
        let same = || fresh.iter().filter(|run| run.algorithm == spec.algorithm);
        let given = same().any(|run| run.params == params);
        // Which trials a search draws, the engine knows; they are all there when there are as many.
        let n_others = same().filter(|run| run.params != params && run.trial.is_some()).count();
        given
            && spec
                .search
                .as_ref()
                .is_none_or(|search| n_others + 1 >= search.n_trials as usize)
    };
    let models = &project.pipeline.models;
    if fresh.is_empty() {
        Next::All
    } else if models.iter().all(is_known) && fresh.iter().any(|run| run.algorithm == Algorithm::Baseline) {
        Next::Nothing
    } else {
        Next::New
    }
}

/// A search to start from.
pub fn search() -> RandomSearch {
    RandomSearch {
        n_trials: 20,
        fixed: Vec::new(),
    }
}

/// Where a person has to go before training.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GoTo {
    Prepare,
    Frame,
}

/// What stands in the way of training.
#[derive(Clone, Debug, PartialEq)]
pub struct Obstacle {
    pub says: String,
    pub hint: String,
    pub go_to: Option<GoTo>,
}

/// `None` when training can begin.
pub fn obstacle(project: &Project, description: &Description, is_read_only: bool) -> Option<Obstacle> {
    let framing = &project.pipeline.framing;
    let missing = |says: &str, go_to| {
        Some(Obstacle {
            says: says.to_owned(),
            hint: String::new(),
            go_to,
        })
    };
    if is_read_only {
        return missing(words::READ_ONLY, None);
    }
    if project.data.is_none() {
        return missing(words::NO_DATA, Some(GoTo::Prepare));
    }
    if framing.target.is_none() || framing.task.is_none() {
        return missing(words::NO_TARGET, Some(GoTo::Frame));
    }
    if framing.metric.is_none() {
        return missing(words::NO_METRIC, Some(GoTo::Frame));
    }
    let of = |message: &spec::Message, go_to| {
        Some(Obstacle {
            says: message.says(),
            hint: message.hint(),
            go_to,
        })
    };
    if let Some(check) = description.checks.iter().find(|check| check.severity == Severity::Error) {
        return of(&check.message, None);
    }
    if let Some(failure) = &description.split_failure {
        return of(&failure.message, Some(GoTo::Prepare));
    }
    if let Some(failure) = description.recipe.steps.iter().find_map(|step| step.failure.as_ref()) {
        return of(&failure.message, Some(GoTo::Prepare));
    }
    if project.pipeline.models.is_empty() {
        return missing(words::NO_CANDIDATES, None);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use spec::framing::Check;
    use spec::{Message, Metric};

    #[test]
    fn the_baseline_stands_first_and_always() {
        let catalogue = Catalogue {
            build: String::new(),
            steps: Vec::new(),
            estimators: vec![],
            terms: vec![],
        };
        let mut project = Project::new("p".to_owned(), "P".to_owned(), 0.0);
        project.pipeline.models = vec![new(Algorithm::DecisionTree), new(Algorithm::Baseline)];
        let lines = lines(&project, &catalogue);
        assert_eq!((lines.len(), lines[0].is_baseline, lines[0].index), (2, true, Some(1)));
        project.pipeline.models.clear();
        assert_eq!(super::lines(&project, &catalogue)[0].index, None);
    }

    #[test]
    fn what_has_a_run_on_just_this_is_not_trained_again() {
        let info = |algorithm| EstimatorInfo {
            algorithm,
            tasks: vec![Task::Binary],
            about: String::new(),
            handles_missing: true,
            exact: true,
            params: vec![],
        };
        let catalogue = Catalogue {
            build: String::new(),
            steps: Vec::new(),
            estimators: vec![
                info(Algorithm::Baseline),
                info(Algorithm::DecisionTree),
                info(Algorithm::RandomForest),
            ],
            terms: vec![],
        };
        let mut project = crate::pages::fixture::trained(Algorithm::DecisionTree, 0.8);
        project.runs[0].code_version = spec::CODE_VERSION.to_owned();
        let mut baseline = project.runs[0].clone();
        (baseline.id, baseline.algorithm) = (2, Algorithm::Baseline);
        project.pipeline.models = vec![new(Algorithm::DecisionTree)];
        assert_eq!(next(&project, &catalogue), Next::New, "the baseline is missing");
        project.runs.push(baseline);
        assert_eq!(next(&project, &catalogue), Next::Nothing);
        project.pipeline.models.push(new(Algorithm::RandomForest));
        assert_eq!(next(&project, &catalogue), Next::New);
        project.pipeline.models = vec![ModelSpec {
            search: Some(search()),
            ..new(Algorithm::DecisionTree)
        }];
        assert_eq!(next(&project, &catalogue), Next::New, "its trials are not there");
        project.pipeline.models = vec![new(Algorithm::DecisionTree)];
        project.pipeline.seed += 1;
        assert_eq!(next(&project, &catalogue), Next::All, "another seed is another training");
    }

    #[test]
    fn the_first_obstacle_is_named_with_the_place_to_go() {
        let mut project = Project::new("p".to_owned(), "P".to_owned(), 0.0);
        let description = Description::default();
        assert_eq!(obstacle(&project, &description, false).unwrap().go_to, Some(GoTo::Prepare));
        project.data = crate::pages::fixture::with_data().data;
        assert_eq!(obstacle(&project, &description, false).unwrap().says, words::NO_TARGET);
        project.pipeline.framing.target = Some("churn".to_owned());
        project.pipeline.framing.task = Some(Task::Binary);
        assert_eq!(obstacle(&project, &description, false).unwrap().says, words::NO_METRIC);
        project.pipeline.framing.metric = Some(Metric::RocAuc);
        assert_eq!(obstacle(&project, &description, false).unwrap().says, words::NO_CANDIDATES);
        project.pipeline.models = vec![new(Algorithm::Baseline)];
        assert_eq!(obstacle(&project, &description, false), None);
        assert_eq!(obstacle(&project, &description, true).unwrap().says, words::READ_ONLY);
        let checks = vec![Check {
            severity: Severity::Error,
            message: Message::new("job.cancelled"),
        }];
        assert_eq!(
            obstacle(&project, &Description { checks, ..description }, false)
                .unwrap()
                .says,
            "Cancelled"
        );
    }
}

//! What stands against a figure: one list for a run that follows the goal everywhere it is shown.
//!
//! The list is computed from the project, the run and, where there is one, the evaluation that is shown. What the document
//! does not say was recorded in the run when it was trained ([`RunFacts`]).

use serde::{Deserialize, Serialize};

use crate::evaluation::{CriterionResult, Evaluation, GoalStatus, Opening, Part};
use crate::framing::FairnessCriterion;
use crate::pipeline::KeyPart;
use crate::registry::Version;
use crate::run::{Run, Scored, Scores};
use crate::{Algorithm, Message, Metric, Project, Severity, Task, wire};

/// Fewer judged rows than this are few.
pub const FEW_ROWS: u64 = 30;
/// So are fewer judged rows of a class.
pub const FEW_OF_CLASS: u64 = 10;
/// From this many candidates on, the best figure of all on the same rows needs a look at rows that chose nothing.
pub const MANY_TRIALS: u32 = 10;

/// In the order in which they are listed: what makes the figure worthless comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaveatKind {
    /// A column that the model reads says the target by itself.
    Leak,
    /// The metric has no value on the judged rows.
    UndefinedMetric,
    /// A gap between groups past what is tolerated, or one that was not judged.
    Fairness,
    /// Trained before data, framing, recipe, split or seed changed.
    Stale,
    /// Not better than the baseline.
    NoGain,
    FewRows,
    /// The best of many on the same rows, or test rows that were seen before.
    Trials,
    /// Where labels turn, and figures of another threshold than the one in use.
    Threshold,
}

/// One thing that stands against a run's figure. Info is told; a warning or an error is open until it is waived.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Caveat {
    pub kind: CaveatKind,
    /// Tells caveats of a kind apart: the column of a leak, column and criterion of a gap.
    pub key: String,
    pub message: Message,
    pub severity: Severity,
    /// How bad it is, more is worse; what a waiver covers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measure: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waived: Option<Waiver>,
}

impl Caveat {
    /// It must be mended or waived before the goal counts as met.
    pub fn is_open(&self) -> bool {
        self.severity > Severity::Info && self.waived.is_none()
    }
}

/// A caveat that somebody has accepted, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Waiver {
    pub kind: CaveatKind,
    pub key: String,
    pub reason: String,
    pub at_ms: f64,
    /// As it was then: what has got worse since is open again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measure: Option<f64>,
}

impl Waiver {
    pub fn is_of(&self, kind: CaveatKind, key: &str) -> bool {
        self.kind == kind && self.key == key
    }

    fn covers(&self, caveat: &Caveat) -> bool {
        const ROUNDING: f64 = 1e-9;
        let is_worse = self
            .measure
            .zip(caveat.measure)
            .is_some_and(|(then, now)| now > then + ROUNDING);
        self.is_of(caveat.kind, &caveat.key) && !is_worse
    }
}

/// What was known of data and split when a run was trained.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RunFacts {
    /// Columns that the model reads and that say the target by themselves, with the alert's sentence.
    pub leaks: Vec<Leak>,
    pub train: Option<PartFacts>,
    pub validation: Option<PartFacts>,
    pub test: Option<PartFacts>,
    /// `SplitSummary::test_id`: candidates with the same one were chosen on the same rows.
    pub test_id: String,
}

impl RunFacts {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Leak {
    pub column: String,
    pub message: Message,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartFacts {
    pub n_rows: u64,
    /// Rows of the rarest class; None for regression.
    pub n_of_rarest: Option<u64>,
}

/// A run against the goal: the figure that counts, and what stands against it.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// The primary metric's figure: of the opened test rows, else of validation rows.
    pub figure: Option<(Scored, Part)>,
    /// None without a threshold, and where the figure is not defined.
    pub goal: Option<GoalStatus>,
    /// Where labels turned for the figure; None where the metric does not depend on it.
    pub threshold: Option<f64>,
    pub caveats: Vec<Caveat>,
}

impl Standing {
    /// Of a run. `shown`: figures that were computed and are not stored (validation rows, or test rows with the framing
    /// as it is now); the stored ones of the opened test set go before those of validation rows.
    pub fn of(project: &Project, run: &Run, shown: Option<&Evaluation>) -> Self {
        let judged = judged(project, run, shown);
        let framing = &project.pipeline.framing;
        let figure = framing.metric.and_then(|metric| match judged {
            Some(judged) => judged.scores.get(&metric).map(|scored| (*scored, judged.part)),
            None => run.validation.get(&metric).map(|scored| (*scored, Part::Validation)),
        });
        let goal = framing.metric.zip(framing.threshold).and_then(|(metric, threshold)| {
            let (scored, part) = figure?;
            GoalStatus::judge(&threshold, metric, &scored, part, run.id)
        });
        let turns = framing.task == Some(Task::Binary) && framing.metric.is_some_and(|metric| !metric.uses_probabilities());
        Self {
            figure,
            goal,
            threshold: turns.then(|| figure_threshold(judged)),
            caveats: caveats(project, run, judged),
        }
    }

    pub fn n_open(&self) -> usize {
        n_open(&self.caveats)
    }
}

/// Caveats that are neither mended nor waived.
pub fn n_open(caveats: &[Caveat]) -> usize {
    caveats.iter().filter(|caveat| caveat.is_open()).count()
}

/// The figures that count: test rows before validation rows, those that are shown before stored ones.
fn judged<'a>(project: &'a Project, run: &Run, shown: Option<&'a Evaluation>) -> Option<&'a Evaluation> {
    let stored = || {
        let mut of_run = project.evaluations.iter().rev();
        of_run.find(|one| one.run == run.id && one.part == Part::Test)
    };
    let shown = shown.filter(|one| one.run == run.id);
    shown.filter(|one| one.part == Part::Test).or_else(stored).or(shown)
}

/// A run's own figures are of labels at one half.
fn figure_threshold(judged: Option<&Evaluation>) -> f64 {
    judged.and_then(|judged| judged.decision_threshold).unwrap_or(0.5)
}

/// All caveats of a run, open ones and others, in the order of their kinds. `judged`: the figures that the goal is judged on;
/// None for those that the run itself carries (validation rows).
pub fn caveats(project: &Project, run: &Run, judged: Option<&Evaluation>) -> Vec<Caveat> {
    let mut found = Vec::new();
    leaks(run, &mut found);
    metric(project, run, judged, &mut found);
    fairness(project, judged, &mut found);
    stale(project, run, &mut found);
    gain(project, run, judged, &mut found);
    few_rows(run, judged, &mut found);
    trials(project, run, judged, &mut found);
    threshold(project, run, judged, &mut found);
    with_waivers(found, project)
}

/// What stood against a version when it was registered, less what was waived since.
pub fn of_version(project: &Project, version: &Version) -> Vec<Caveat> {
    let found = version.caveats.iter().map(|caveat| Caveat {
        waived: None,
        ..caveat.clone()
    });
    let then = version.caveats.iter().map(|caveat| caveat.waived.clone());
    let now = with_waivers(found.collect(), project);
    let both = |(now, then): (Caveat, Option<Waiver>)| Caveat {
        waived: now.waived.clone().or(then),
        ..now
    };
    now.into_iter().zip(then).map(both).collect()
}

fn with_waivers(mut found: Vec<Caveat>, project: &Project) -> Vec<Caveat> {
    for caveat in &mut found {
        let mut waivers = project.pipeline.waivers.iter();
        caveat.waived = waivers.find(|waiver| waiver.covers(caveat)).cloned();
    }
    found
}

fn caveat(kind: CaveatKind, key: &str, severity: Severity, message: Message) -> Caveat {
    Caveat {
        kind,
        key: key.to_owned(),
        message,
        severity,
        measure: None,
        waived: None,
    }
}

fn leaks(run: &Run, found: &mut Vec<Caveat>) {
    // A constant reads no column.
    if run.algorithm == Algorithm::Baseline {
        return;
    }
    for leak in &run.facts.leaks {
        let target = leak.message.values.get("target").cloned();
        let mut message = Message::new("caveat.leak").with("column", &leak.column);
        message.values.extend(target.map(|target| ("target".to_owned(), target)));
        found.push(caveat(CaveatKind::Leak, &leak.column, Severity::Error, message));
    }
}

fn metric(project: &Project, run: &Run, judged: Option<&Evaluation>, found: &mut Vec<Caveat>) {
    let Some(metric) = project.pipeline.framing.metric else {
        return;
    };
    let is_undefined = |scores: &Scores| scores.get(&metric).is_none_or(|scored| scored.value.is_none());
    // Undefined on validation, it chose nothing, whatever it is on the rows that are judged by now.
    let part = match judged {
        Some(judged) if is_undefined(&judged.scores) => Some(judged.part),
        _ if is_undefined(&run.validation) => Some(Part::Validation),
        _ => None,
    };
    if let Some(part) = part {
        let instead = project.ranking_metric().filter(|instead| *instead != metric);
        let code = match instead {
            Some(_) => "caveat.undefined_metric_instead",
            None => "caveat.undefined_metric",
        };
        let mut message = Message::new(code)
            .with("metric", crate::texts::names::metric(metric))
            .with("part", crate::texts::names::part(part));
        if let Some(instead) = instead {
            message = message.with("instead", crate::texts::names::metric(instead));
        }
        found.push(caveat(CaveatKind::UndefinedMetric, metric.name(), Severity::Error, message));
    }
}

fn part_name(judged: Option<&Evaluation>) -> &'static str {
    crate::texts::names::part(judged.map_or(Part::Validation, |judged| judged.part))
}

/// `column/criterion`.
pub fn fairness_key(column: &str, criterion: FairnessCriterion) -> String {
    let name = wire::to_value(&criterion);
    format!("{column}/{}", name.as_text().unwrap_or_default())
}

fn fairness(project: &Project, judged: Option<&Evaluation>, found: &mut Vec<Caveat>) {
    for sensitive in &project.pipeline.framing.sensitive {
        let of_column = judged.and_then(|judged| judged.fairness.iter().find(|one| one.column == sensitive.column));
        for &(criterion, tolerated) in &sensitive.tolerated {
            let key = fairness_key(&sensitive.column, criterion);
            let result = of_column.and_then(|of_column| {
                let mut criteria = of_column.criteria.iter();
                criteria.find(|one| one.criterion == criterion && one.tolerated == Some(tolerated))
            });
            let (severity, message) = match result {
                Some(result) => match fault(result, tolerated) {
                    Some(severity) => (severity, result.message.clone()),
                    None => continue,
                },
                None => {
                    let code = if judged.is_none() {
                        "caveat.fairness_not_yet"
                    } else {
                        "caveat.fairness_not_judged"
                    };
                    let name = crate::texts::names::criterion(criterion);
                    let message = Message::new(code).with("column", &sensitive.column);
                    (Severity::Warning, message.with("criterion", name))
                }
            };
            found.push(Caveat {
                measure: result.and_then(|result| result.difference),
                ..caveat(CaveatKind::Fairness, &key, severity, message)
            });
        }
        if let Some(of_column) = of_column.filter(|_| !sensitive.tolerated.is_empty()) {
            // Where fewer than two groups are left, the criteria say so themselves.
            let is_compared = of_column
                .warnings
                .iter()
                .all(|warning| warning.code != "evaluate.too_few_groups");
            for warning in &of_column.warnings {
                let unseen = match warning.code.as_str() {
                    "evaluate.group_absent" => "absent",
                    "evaluate.groups_too_small" if is_compared => "too_small",
                    _ => continue,
                };
                let key = format!("{}/{unseen}", sensitive.column);
                found.push(caveat(CaveatKind::Fairness, &key, Severity::Warning, warning.clone()));
            }
        }
    }
}

/// How much a judged gap stands against the run: past for certain, past, cannot tell; None when it is within.
fn fault(result: &CriterionResult, tolerated: f64) -> Option<Severity> {
    match result.within {
        Some(true) => None,
        Some(false) if result.certain || result.low.is_some_and(|low| low > tolerated) => Some(Severity::Error),
        Some(false) | None => Some(Severity::Warning),
    }
}

fn stale(project: &Project, run: &Run, found: &mut Vec<Caveat>) {
    if project.is_fresh(run) {
        return;
    }
    let has_data = project
        .data
        .as_ref()
        .is_some_and(|data| data.summary.fingerprint.sha256 == run.data_sha256);
    let mut changed: Vec<&str> = if has_data { Vec::new() } else { vec!["data"] };
    let words_of = [
        (KeyPart::Read, "reading of the file"),
        (KeyPart::Framing, "framing"),
        (KeyPart::Recipe, "recipe"),
        (KeyPart::Split, "split"),
        (KeyPart::Seed, "seed"),
    ];
    let parts = project.pipeline.changed_since(&run.training_key);
    changed.extend(
        words_of
            .iter()
            .filter(|(part, _)| parts.contains(part))
            .map(|(_, words)| *words),
    );
    let message = Message::new("caveat.stale")
        .with("run", run.id)
        .with("n", changed.len())
        .with("what", changed.iter().map(|words| (*words).to_owned()).collect::<Vec<_>>());
    found.push(caveat(CaveatKind::Stale, &changed.join(", "), Severity::Warning, message));
}

fn gain(project: &Project, run: &Run, judged: Option<&Evaluation>, found: &mut Vec<Caveat>) {
    let Some(metric) = project.pipeline.framing.metric else {
        return;
    };
    if run.algorithm == Algorithm::Baseline {
        let message = Message::new("caveat.is_baseline").with("run", run.id);
        found.push(caveat(CaveatKind::NoGain, metric.name(), Severity::Warning, message));
        return;
    }
    let scored = judged.map_or(&run.validation, |judged| &judged.scores).get(&metric);
    let Some((scored, value, baseline)) = scored.and_then(|scored| Some((scored, scored.value?, scored.baseline?))) else {
        return;
    };
    let worse_end = if metric.greater_is_better() { scored.low } else { scored.high };
    let code = if !metric.better(value, baseline) {
        "caveat.no_gain"
    } else if worse_end.is_some_and(|end| !metric.better(end, baseline)) {
        "caveat.gain_not_certain"
    } else {
        return;
    };
    let message = Message::new(code)
        .with("metric", crate::texts::names::metric(metric))
        .with("part", part_name(judged))
        .with("value", value)
        .with("baseline", baseline);
    found.push(caveat(CaveatKind::NoGain, metric.name(), Severity::Warning, message));
}

fn few_rows(run: &Run, judged: Option<&Evaluation>, found: &mut Vec<Caveat>) {
    let facts = match judged.map(|judged| judged.part) {
        Some(Part::Test) => run.facts.test,
        _ => run.facts.validation,
    };
    let n_rows = judged.map(|judged| judged.n_rows).or(facts.map(|facts| facts.n_rows));
    let n_of_rarest = facts.and_then(|facts| facts.n_of_rarest);
    let part = part_name(judged);
    let about = |code: &str, n: u64, least: u64| {
        let message = Message::new(code).with("n", n).with("part", part).with("least", least);
        Caveat {
            measure: Some(-(n as f64)),
            ..caveat(CaveatKind::FewRows, part, Severity::Warning, message)
        }
    };
    match (n_rows, n_of_rarest) {
        (Some(n), _) if n < FEW_ROWS => found.push(about("caveat.few_rows", n, FEW_ROWS)),
        (_, Some(n)) if n < FEW_OF_CLASS => found.push(about("caveat.few_of_class", n, FEW_OF_CLASS)),
        _ => {}
    }
}

fn trials(project: &Project, run: &Run, judged: Option<&Evaluation>, found: &mut Vec<Caveat>) {
    if judged.is_some_and(|judged| judged.part == Part::Test) {
        seen_test_rows(project, run, found);
        return;
    }
    let n = project.n_trials(run);
    if n < 2 || run.algorithm == Algorithm::Baseline {
        return;
    }
    let severity = if n >= MANY_TRIALS { Severity::Warning } else { Severity::Info };
    let metric = project.pipeline.framing.metric;
    let scored = metric.and_then(|metric| judged.map_or(&run.validation, |judged| &judged.scores).get(&metric));
    let interval = scored.and_then(|scored| Some((scored.low?, scored.high?)));
    let message = match (run.choice, interval) {
        (Some(choice), _) if Some(choice.metric) == metric => choice.message(),
        (_, Some((low, high))) => Message::new("caveat.trials").with("optimism", optimism(n, low, high)),
        (_, None) => Message::new("caveat.trials_unknown"),
    };
    found.push(Caveat {
        measure: Some(f64::from(n)),
        ..caveat(CaveatKind::Trials, "validation", severity, message.with("n", n))
    });
}

/// By how much the best of `n` equally good candidates is expected to lie above what each is worth: the expected largest of
/// `n` standard normal numbers times the standard error. Candidates that resemble each other gain less.
fn optimism(n: u32, low: f64, high: f64) -> f64 {
    /// By numerical integration (scipy 1.14): n times x times the density times the distribution to the power of n - 1.
    const EXPECTED: [(f64, f64); 11] = [
        (1.0, 0.0),
        (2.0, 0.5642),
        (3.0, 0.8463),
        (5.0, 1.1630),
        (10.0, 1.5388),
        (20.0, 1.8675),
        (50.0, 2.2491),
        (100.0, 2.5076),
        (200.0, 2.7460),
        (500.0, 3.0367),
        (1000.0, 3.2414),
    ];
    let n = f64::from(n);
    let after = EXPECTED
        .iter()
        .position(|(at, _)| *at >= n)
        .unwrap_or(EXPECTED.len() - 1)
        .max(1);
    let ((n_low, low_end), (n_high, high_end)) = (EXPECTED[after - 1], EXPECTED[after]);
    let share = ((n - n_low) / (n_high - n_low)).clamp(0.0, 1.0);
    let expected = low_end + share * (high_end - low_end);
    expected * (high - low) / (2.0 * 1.96)
}

/// Test rows judge once: a model that was chosen after looking at them was chosen on them.
fn seen_test_rows(project: &Project, run: &Run, found: &mut Vec<Caveat>) {
    let of_run = project.openings.iter().rev().find(|opening| opening.run == run.id);
    let Some(opening) = of_run else { return };
    let is_same_rows = |other: &&Opening| other.test_id == opening.test_id;
    let n = project.openings.iter().filter(is_same_rows).count() as u32;
    let (message, measure) = if n > 1 {
        (Message::new("caveat.test_opened_again").with("n", n), f64::from(n))
    } else if opening.n_seen > 0 {
        let n_seen = opening.n_seen;
        let message = Message::new("caveat.test_seen").with("n", n_seen);
        (message, n_seen as f64)
    } else {
        return;
    };
    found.push(Caveat {
        measure: Some(measure),
        ..caveat(CaveatKind::Trials, "test", Severity::Warning, message)
    });
}

fn threshold(project: &Project, run: &Run, judged: Option<&Evaluation>, found: &mut Vec<Caveat>) {
    let framing = &project.pipeline.framing;
    if framing.task != Some(Task::Binary) || run.algorithm == Algorithm::Baseline {
        return;
    }
    let of_labels = framing.metric.is_some_and(|metric: Metric| !metric.uses_probabilities());
    let of_figures = figure_threshold(judged);
    let in_use = project.pipeline.decision_threshold;
    let differs = in_use.is_some_and(|in_use| in_use != of_figures);
    let is_test = judged.is_some_and(|judged| judged.part == Part::Test);
    let message = |code: &str| Message::new(code).with("threshold", of_figures);
    let (key, severity, message) = match in_use.filter(|_| differs) {
        // The figures of the opened test set are of another model, so to say.
        Some(in_use) if is_test => (
            "moved",
            Severity::Warning,
            message("caveat.threshold_moved").with("in_use", in_use),
        ),
        Some(in_use) if of_labels => (
            "figure",
            Severity::Warning,
            message("caveat.threshold_figure").with("in_use", in_use),
        ),
        Some(in_use) => (
            "in_use",
            Severity::Info,
            Message::new("caveat.threshold").with("threshold", in_use),
        ),
        None if judged.is_some() || in_use.is_some() => ("in_use", Severity::Info, message("caveat.threshold")),
        None => return,
    };
    found.push(caveat(CaveatKind::Threshold, key, severity, message));
}

//! Stage 4: what the figures of one run say, on validation or on the opened test set.
//!
//! Works on plain slices: truth, predictions, baseline predictions and sensitive columns of the same rows in the same
//! order. Nothing here chooses anything on test rows.

pub mod choice;
pub mod contributions;
mod detail;
pub mod fairness;
pub mod importance;
mod scores;
mod sentences;
pub mod threshold;

use metrics::{Predicted, Truth, interval};
use spec::evaluation::{Detail, Evaluation, Importance, Part};
use spec::run::Scored;
use spec::texts::names;
use spec::{Framing, Message, Metric, Observer, Outcome, Section, Task};
use table::Column;
use train::Predictions;

pub use scores::{Constants, Judged, cost_per_1000, scores};
pub use sentences::sentences;

/// Below this many rows every figure is a guess, and said to be one.
const FEW_ROWS: usize = 50;
/// Fewer rows of a class than this: its figures are a guess.
const FEW_OF_A_CLASS: u64 = 10;

/// One run on one part. All slices are over the judged rows, in the same order.
#[derive(Clone, Copy, Debug)]
pub struct EvaluateInput<'a> {
    pub run: u32,
    pub part: Part,
    pub task: Task,
    pub framing: &'a Framing,
    pub training_key: &'a str,
    pub predictions_hash: &'a str,
    /// Names by code; empty for regression. Binary tasks: the positive class is code 1.
    pub classes: &'a [String],
    pub truth: Truth<'a>,
    /// Rounded to f32, as the exported model gives them.
    pub predicted: &'a Predictions,
    /// What the baseline says for the same rows.
    pub baseline: &'a Predictions,
    /// Constant answers for numbers, learned from training rows; None: from the judged ones.
    pub constants: Option<Constants>,
    /// Row numbers in the file.
    pub row_ids: &'a [u32],
    /// The sensitive columns of the framing that exist, these rows only.
    pub sensitive: &'a [Column],
    pub n_features: usize,
    /// Binary tasks. None on validation rows: the one of lowest cost, or 0.5 without costs. None on test rows: 0.5;
    /// nothing is chosen there.
    pub decision_threshold: Option<f64>,
    /// Computed apart, see [`importance`]; most important first.
    pub importance: &'a [Importance],
    pub seed: u64,
}

/// Everything the Evaluate page shows. Cost: about 1,000 passes over the rows for the intervals.
///
/// Errors: `evaluate.shape` when the slices do not fit each other; the observer's.
pub fn evaluate(input: &EvaluateInput, observer: &mut dyn Observer) -> Outcome<Evaluation> {
    check(input)?;
    let n_rows = input.truth.n_rows();
    let costs = input.framing.costs.as_ref();
    let thresholds = match (input.task, input.truth) {
        (Task::Binary, Truth::Classes { codes, .. }) => {
            threshold::table(codes, &positive_scores(input.predicted), costs, input.decision_threshold)
        }
        _ => Vec::new(),
    };
    let best = threshold::best(&thresholds);
    let decision_threshold = (input.task == Task::Binary).then(|| {
        let on_validation = best
            .filter(|_| input.part == Part::Validation)
            .map(|i| thresholds[i as usize].threshold);
        input.decision_threshold.or(on_validation).unwrap_or(0.5)
    });
    let predicted = as_predicted(input.predicted, decision_threshold);
    let judged = Judged {
        truth: input.truth,
        predicted,
        baseline: as_predicted(input.baseline, None),
        constants: input.constants,
        n_features: input.n_features,
        current: scores::current(input.framing),
        seed: input.seed,
    };
    let metrics = Metric::of_task(input.task);
    let scores = scores(&metrics, &judged, &mut Section::new(observer, 0.0, 0.6))?;
    let cost_per_1000 = match costs.filter(|_| input.task == Task::Binary) {
        Some(costs) => Some(cost_per_1000(&judged, costs, &mut Section::new(observer, 0.6, 0.7))?),
        None => None,
    };
    let (fairness, skipped) = fairness::all(input, decision_threshold, &mut Section::new(observer, 0.7, 1.0))?;
    let detail = match (input.truth, input.predicted) {
        (Truth::Classes { codes, .. }, Predictions::Probabilities { values, .. }) => {
            let mut detail = detail::classification(codes, values, input.classes, decision_threshold);
            detail.thresholds = thresholds;
            detail.best_threshold = best;
            Detail::Classification(detail)
        }
        (Truth::Values(truth), Predictions::Values(values)) => {
            Detail::Regression(detail::regression(truth, values, input.row_ids, input.seed))
        }
        _ => return Err(Message::new("evaluate.shape").into()),
    };
    let goal = input
        .framing
        .metric
        .zip(input.framing.threshold.as_ref())
        .and_then(|(metric, threshold)| {
            spec::evaluation::GoalStatus::judge(threshold, metric, scores.get(&metric)?, input.part, input.run)
        });
    let sentences = sentences(
        input.framing.target.as_deref().unwrap_or("the target"),
        input.classes,
        &judged,
        &scores,
    );
    let mut warnings = warnings(input, &detail);
    warnings.extend(skipped);
    if let Some((metric, scored)) = input.framing.metric.and_then(|metric| Some((metric, scores.get(&metric)?))) {
        warnings.extend(against_baseline(metric, scored));
        warnings.extend(undefined(metric, scored, &input.truth));
        warnings.extend(without_interval(metric, scored, n_rows as u64));
    }
    observer.tick(1.0)?;
    Ok(Evaluation {
        run: input.run,
        part: input.part,
        task: input.task,
        training_key: input.training_key.to_owned(),
        n_rows: n_rows as u64,
        decision_threshold,
        scores,
        detail,
        fairness,
        importance: input.importance.to_vec(),
        goal,
        cost_per_1000,
        sentences,
        warnings,
        predictions_hash: input.predictions_hash.to_owned(),
    })
}

/// Predictions as the metrics take them.
pub fn as_predicted(predictions: &Predictions, threshold: Option<f64>) -> Predicted<'_> {
    match predictions {
        Predictions::Probabilities { n_classes, values } => Predicted::Probabilities {
            values,
            n_classes: *n_classes,
            threshold,
        },
        Predictions::Values(values) => Predicted::Values(values),
    }
}

/// Probabilities of the positive class; empty when there are not two classes.
fn positive_scores(predictions: &Predictions) -> Vec<f64> {
    match predictions {
        Predictions::Probabilities { n_classes: 2, values } => values.iter().skip(1).step_by(2).copied().collect(),
        _ => Vec::new(),
    }
}

fn check(input: &EvaluateInput) -> Outcome<()> {
    let n = input.truth.n_rows();
    let fits = |predictions: &Predictions| match (input.truth, predictions) {
        (Truth::Classes { n_classes: k, .. }, Predictions::Probabilities { n_classes, values }) => {
            *n_classes == k && k == input.classes.len() && values.len() == n * k
        }
        (Truth::Values(_), Predictions::Values(values)) => values.len() == n,
        _ => false,
    };
    let rows = input.row_ids.len() == n && input.sensitive.iter().all(|column| column.n_rows() == n);
    let binary = input.task != Task::Binary || input.classes.len() == 2;
    if fits(input.predicted) && fits(input.baseline) && rows && binary {
        Ok(())
    } else {
        Err(Message::new("evaluate.shape").into())
    }
}

fn warnings(input: &EvaluateInput, detail: &Detail) -> Vec<Message> {
    let n = input.truth.n_rows();
    let mut out = Vec::new();
    if n < FEW_ROWS {
        out.push(Message::new("evaluate.few_rows").with("n", n));
    }
    if let Detail::Classification(detail) = detail {
        for (code, class) in detail.per_class.iter().enumerate() {
            let n_predicted: u64 = detail.confusion.iter().map(|row| row[code]).sum();
            if class.n_rows == 0 {
                out.push(Message::new("evaluate.class_absent").with("class", &class.class));
            } else if class.n_rows < FEW_OF_A_CLASS {
                out.push(
                    Message::new("evaluate.class_rare")
                        .with("class", &class.class)
                        .with("n", class.n_rows),
                );
            }
            if class.n_rows > 0 && n_predicted == 0 {
                let code = if detail.classes.len() == 2 {
                    "evaluate.never_predicted_binary"
                } else {
                    "evaluate.never_predicted"
                };
                out.push(Message::new(code).with("class", &class.class).with("n", class.n_rows));
            }
        }
    }
    let n_resamples = interval::n_resamples(n);
    if n_resamples < interval::N_RESAMPLES {
        out.push(
            Message::new("evaluate.fewer_resamples")
                .with("n", n_resamples)
                .with("usual", interval::N_RESAMPLES),
        );
    }
    out
}

/// The figure that counts is not there, and why.
fn undefined(metric: Metric, scored: &Scored, truth: &Truth) -> Option<Message> {
    if scored.value.is_some() {
        return None;
    }
    let reason = match (truth, metric) {
        (_, _) if truth.n_rows() == 0 => " (there are none)",
        (Truth::Values(values), Metric::Mape) if values.contains(&0.0) => " (a true value is 0)",
        (Truth::Values(_), Metric::AdjustedR2) => " (too few rows for so many features, or only one value)",
        (Truth::Values(_), Metric::R2) => " (the truth has only one value)",
        (Truth::Classes { codes, n_classes }, _) if (0..*n_classes).any(|class| !codes.contains(&(class as u32))) => {
            " (a class has no row)"
        }
        (Truth::Classes { .. }, _) => " (a class is never predicted)",
        _ => "",
    };
    Some(
        Message::new("evaluate.undefined")
            .with("metric", names::metric(metric))
            .with("reason", reason),
    )
}

/// An interval is missing that more rows would give.
fn without_interval(metric: Metric, scored: &Scored, n_rows: u64) -> Option<Message> {
    let least = metric.interval().least_rows()?;
    (scored.value.is_some() && scored.low.is_none()).then(|| {
        Message::new("evaluate.no_interval")
            .with("metric", names::metric(metric))
            .with("n", n_rows)
            .with("least", least)
    })
}

/// Worse than the baseline, or not surely better.
fn against_baseline(metric: Metric, scored: &Scored) -> Option<Message> {
    let (value, baseline) = (scored.value?, scored.baseline?);
    let worse_end = if metric.greater_is_better() { scored.low } else { scored.high };
    let code = if !metric.better(value, baseline) {
        "evaluate.not_better_than_baseline"
    } else if worse_end.is_some_and(|end| !metric.better(end, baseline)) {
        "evaluate.not_surely_better_than_baseline"
    } else {
        return None;
    };
    Some(
        Message::new(code)
            .with("metric", names::metric(metric))
            .with("value", value)
            .with("baseline", baseline),
    )
}

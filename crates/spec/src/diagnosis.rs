//! Over-fitting, under-fitting, learning by heart: what training beside validation, and one run beside the others, say.
//!
//! Two figures are looked at: the primary metric, and a proper loss beside it (log loss for classes, squared error for
//! numbers), because a metric of labels or of ranks does not see that a model is sure of what is wrong. Both count as a
//! way from the baseline (0) to perfect (1). In order, the first that holds is the verdict:
//!
//! 1. Fewer than [`MIN_ROWS`] validated rows, or figures that are not defined: cannot tell.
//! 2. Memorises: the training loss is at most [`PERFECT`] of the baseline's, the validation loss surely higher, and it is
//!    the loss of a single model that keeps more than [`LEFT`] of the baseline's, or any that loses more than [`MAX_LOST`]
//!    of its gain, or that another run beats (4).
//! 3. Over-fits: more than [`MAX_LOST`] of what is gained on training rows is lost on others, in loss or in metric, where
//!    there is something to lose: at least [`LEAST_LEARNED`] of what a fitting model gains (7).
//! 4. Over-fits: it is better on its training rows than another run is on rows it has not seen, and there that other one
//!    is surely better: its loss lower by a factor of [`MUCH`], and its metric beyond this one's interval. A run of the same
//!    family that learns less from its training rows need only be lower by [`LITTLE`], and its metric is not asked for.
//! 5. Over-fits: much is gained on training rows and nothing, surely, on others.
//! 6. An interval wider than [`MAX_INTERVAL`] of the way: cannot tell.
//! 7. Under-fits: even on its training rows it gains too little, or less than another run on rows it has not seen, or it
//!    misses as much as one whole class; or it is not surely better than the baseline.
//! 8. Else it fits.
//!
//! A forest is near perfect on its training rows whatever the data: each of its trees has seen two thirds of them. So 2 and
//! 3 say nothing of it, and 4, 5 and validation itself decide.

use std::collections::BTreeMap;

use crate::run::{FitDiagnosis, FitVerdict, FoldScore, Run, Scored, Scores};
use crate::texts::names;
use crate::{Algorithm, Message, Metric};

/// Below this many validated rows nothing is said about the fit.
pub const MIN_ROWS: u64 = 50;
/// An interval wider than this share of the way from baseline to perfect says nothing.
pub const MAX_INTERVAL: f64 = 0.5;
/// Over-fitting: more than this share of what is gained on training rows is lost on validation rows.
pub const MAX_LOST: f64 = 0.4;
/// Who gains less than this share of what a fitting model gains on its training rows has learned too little to have learned
/// it too well.
pub const LEAST_LEARNED: f64 = 0.8;
/// A training loss of at most this share of the baseline's is as good as none.
pub const PERFECT: f64 = 0.01;
/// A single model that is perfect on its training rows may keep this share of the baseline's loss on others.
pub const LEFT: f64 = 0.05;
/// By how much another run's loss must be lower to count,
pub const MUCH: f64 = 1.25;
/// and that of a run of the same family which learns less.
pub const LITTLE: f64 = 1.1;
/// Training that gains this much has learned something, whatever it is.
const LEARNED: f64 = 0.4;
/// A model that gains this share of the loss misses no whole class.
const MISSES_NO_CLASS: f64 = 0.75;

/// What is known of one trained candidate.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    pub id: u32,
    pub algorithm: Algorithm,
    /// Over the folds, on the rows that each fold learned from.
    pub train: &'a BTreeMap<Metric, FoldScore>,
    /// On validated rows.
    pub validation: &'a Scores,
    pub n_validated: u64,
}

impl<'a> From<&'a Run> for Candidate<'a> {
    fn from(run: &'a Run) -> Self {
        Self {
            id: run.id,
            algorithm: run.algorithm,
            train: &run.train,
            validation: &run.validation,
            n_validated: run.n_validated,
        }
    }
}

/// A run beside the others that were trained on the same; see [`judge`].
pub fn diagnose(metric: Metric, run: &Run, others: &[&Run]) -> FitDiagnosis {
    let others: Vec<Candidate> = others.iter().map(|run| Candidate::from(*run)).collect();
    judge(metric, &Candidate::from(run), &others)
}

/// The verdict with the rule that gave it and its numbers; the rules stand at the head of this module.
pub fn judge(metric: Metric, one: &Candidate, others: &[Candidate]) -> FitDiagnosis {
    let found = |verdict, message| FitDiagnosis { verdict, message };
    let cannot_tell = |message| found(FitVerdict::CannotTell, message);
    if one.n_validated < MIN_ROWS {
        return cannot_tell(
            Message::new("evaluate.fit_few_rows")
                .with("n", one.n_validated)
                .with("least", MIN_ROWS),
        );
    }
    let loss = View::of(loss_of(metric), one);
    let Some(view) = View::of(metric, one).or(loss) else {
        let code = if is_baseline_perfect(metric, one) {
            "evaluate.fit_perfect_baseline"
        } else {
            "evaluate.fit_undefined"
        };
        return cannot_tell(Message::new(code).with("metric", names::metric(metric)));
    };
    let loss = loss.unwrap_or(view);
    let rivals = Rivals::of(one, &loss, &view, others);
    let says = |code: &str| loss.into_message(view.into_message(Message::new(code), ""), "loss_");
    let beside = |code: &str, rival: &Rival| {
        says(code)
            .with("other", names::algorithm(rival.algorithm))
            .with("other_run", rival.id)
            .with("other_loss", rival.shown_loss)
            .with("other_value", rival.value.unwrap_or(f64::NAN))
    };
    let is_forest = one.algorithm == Algorithm::RandomForest;

    // 2
    let is_perfect = loss.train <= PERFECT * loss.baseline && loss.is_surely_worse_than_training();
    let is_single = one.algorithm != Algorithm::GradientBoosting;
    let keeps = loss.low > loss.train + LEFT * loss.baseline;
    if !is_forest && is_perfect && (is_single && keeps || loss.lost() > MAX_LOST || rivals.beaten_by.is_some()) {
        let message = match &rivals.beaten_by {
            Some(rival) => beside("evaluate.fit_memorises_beside", rival),
            None => says("evaluate.fit_memorises"),
        };
        return found(FitVerdict::Memorises, message.with("perfect", PERFECT).with("left", LEFT));
    }
    // 3
    for (figure, code) in [(&view, "evaluate.fit_over"), (&loss, "evaluate.fit_over_loss")] {
        let is_sure =
            figure.is_surely_worse_than_training() && (figure.width() <= MAX_INTERVAL || figure.lost_at_best() > MAX_LOST / 2.0);
        let has_learned = figure.gain_on_train() >= LEAST_LEARNED * least_gain(figure.metric);
        if !is_forest && is_sure && has_learned && figure.lost() > MAX_LOST {
            let message = says(code).with("lost", figure.lost()).with("most", MAX_LOST);
            return found(FitVerdict::OverFitting, message);
        }
    }
    // 4
    if let Some(rival) = &rivals.beaten_by {
        let code = if rival.is_sibling {
            "evaluate.fit_over_sibling"
        } else {
            "evaluate.fit_over_beside"
        };
        return found(FitVerdict::OverFitting, beside(code, rival));
    }
    // 5
    let gains_nothing = view.gain_at_worst() <= 0.0;
    let has_learned = |figure: &View| figure.gain_on_train() > LEARNED && figure.is_surely_worse_than_training();
    if gains_nothing && (has_learned(&view) || has_learned(&loss)) && view.width() <= MAX_INTERVAL {
        return found(FitVerdict::OverFitting, says("evaluate.fit_over_noise"));
    }
    // 6
    if view.width() > MAX_INTERVAL {
        return cannot_tell(
            says("evaluate.fit_wide_interval")
                .with("width", view.width())
                .with("most", MAX_INTERVAL),
        );
    }
    // 7
    let least = least_gain(view.metric);
    if view.gain_on_train() < least {
        return found(FitVerdict::UnderFitting, says("evaluate.fit_under").with("least", least));
    }
    if let Some(rival) = &rivals.out_of_reach {
        return found(FitVerdict::UnderFitting, beside("evaluate.fit_under_beside", rival));
    }
    if let Some(recall) = misses_a_class(one, &loss) {
        return found(
            FitVerdict::UnderFitting,
            says("evaluate.fit_under_class").with("recall", recall),
        );
    }
    if gains_nothing {
        return found(FitVerdict::UnderFitting, says("evaluate.fit_no_better"));
    }
    // 8
    let lost = view.lost().max(0.0);
    let message = match (&rivals.best, is_forest) {
        (_, true) => says("evaluate.fit_good_forest"),
        (Some(rival), false) => beside("evaluate.fit_good_beside", rival),
        (None, false) => says("evaluate.fit_good"),
    };
    found(FitVerdict::Good, message.with("lost", lost))
}

/// A proper loss for the metric's task.
fn loss_of(metric: Metric) -> Metric {
    let is_of_values = Metric::of_task(crate::Task::Regression).contains(&metric);
    if is_of_values { Metric::Rmse } else { Metric::LogLoss }
}

fn baseline_of(metric: Metric, scored: &Scored) -> Option<f64> {
    scored
        .baseline
        .or(matches!(metric, Metric::Mcc | Metric::Kappa).then_some(0.0))
}

fn is_baseline_perfect(metric: Metric, one: &Candidate) -> bool {
    let baseline = one.validation.get(&metric).and_then(|scored| baseline_of(metric, scored));
    baseline.is_some_and(|baseline| !metric.better(perfect(metric), baseline))
}

fn perfect(metric: Metric) -> f64 {
    if metric.greater_is_better() { 1.0 } else { 0.0 }
}

/// One figure as a loss: 0 is perfect, lower is better; an RMSE is squared, which makes the gain the share of variance
/// explained.
#[derive(Clone, Copy, Debug)]
struct View {
    metric: Metric,
    train: f64,
    value: f64,
    /// The better end of the interval,
    low: f64,
    /// and the worse one.
    high: f64,
    baseline: f64,
    shown: Shown,
}

/// The same figures as they are shown.
#[derive(Clone, Copy, Debug)]
struct Shown {
    train: f64,
    validation: f64,
    low: f64,
    high: f64,
    baseline: f64,
}

impl View {
    /// None when one of the figures is not defined, or the baseline is perfect.
    fn of(metric: Metric, one: &Candidate) -> Option<Self> {
        let scored = one.validation.get(&metric)?;
        let train = one.train.get(&metric)?.mean;
        let value = scored.value?;
        let baseline = baseline_of(metric, scored)?;
        // Losses that are all the same have no interval; then there is no doubt about them.
        let is_exact = scored.low.is_none() && value == perfect(metric);
        let (low, high) = match (scored.low, scored.high, is_exact) {
            (Some(low), Some(high), _) => (low, high),
            (_, _, true) => (value, value),
            _ => return None,
        };
        let as_loss = |x: f64| as_loss(metric, x);
        let (a, b) = (as_loss(low), as_loss(high));
        let view = Self {
            metric,
            train: as_loss(train),
            value: as_loss(value),
            low: a.min(b),
            high: a.max(b),
            baseline: as_loss(baseline),
            shown: Shown {
                train,
                validation: value,
                low,
                high,
                baseline,
            },
        };
        (view.baseline > 0.0 && view.train.is_finite() && view.value.is_finite()).then_some(view)
    }

    fn gain(&self, loss: f64) -> f64 {
        1.0 - loss / self.baseline
    }

    fn gain_on_train(&self) -> f64 {
        self.gain(self.train)
    }

    /// The least that it may gain on rows that it has not seen.
    fn gain_at_worst(&self) -> f64 {
        self.gain(self.high)
    }

    fn width(&self) -> f64 {
        (self.high - self.low) / self.baseline
    }

    fn is_surely_worse_than_training(&self) -> bool {
        self.low > self.train
    }

    /// Share of the training gain that is lost on other rows.
    fn lost(&self) -> f64 {
        self.lost_at(self.value)
    }

    fn lost_at_best(&self) -> f64 {
        self.lost_at(self.low)
    }

    fn lost_at(&self, loss: f64) -> f64 {
        let gained = self.baseline - self.train;
        if gained > 0.0 { (loss - self.train) / gained } else { 0.0 }
    }

    fn into_message(self, message: Message, prefix: &str) -> Message {
        let name = if prefix.is_empty() { "metric" } else { "loss" };
        message
            .with(name, names::metric(self.metric))
            .with(&format!("{prefix}train"), self.shown.train)
            .with(&format!("{prefix}validation"), self.shown.validation)
            .with(&format!("{prefix}low"), self.shown.low)
            .with(&format!("{prefix}high"), self.shown.high)
            .with(&format!("{prefix}baseline"), self.shown.baseline)
            .with(&format!("{prefix}train_gain"), self.gain_on_train())
    }
}

fn as_loss(metric: Metric, x: f64) -> f64 {
    match metric {
        Metric::Rmse => x * x,
        _ if metric.greater_is_better() => 1.0 - x,
        _ => x,
    }
}

/// Another run as this one is held against it.
#[derive(Clone, Copy, Debug)]
struct Rival {
    id: u32,
    algorithm: Algorithm,
    /// On training rows and on validated ones.
    train: f64,
    loss: f64,
    shown_loss: f64,
    /// In the primary metric, on validated rows.
    value: Option<f64>,
    is_sibling: bool,
}

#[derive(Clone, Copy, Debug, Default)]
struct Rivals {
    /// Of all, on validated rows.
    best: Option<Rival>,
    /// Surely better on validated rows, though it learns less from its training rows.
    beaten_by: Option<Rival>,
    /// Better on rows that it has not seen than this one on those that it learned from.
    out_of_reach: Option<Rival>,
}

impl Rivals {
    fn of(one: &Candidate, loss: &View, view: &View, others: &[Candidate]) -> Self {
        let rival = |other: &Candidate| {
            let figure = |metric: Metric| other.validation.get(&metric).and_then(|scored| scored.value);
            let shown_loss = figure(loss.metric)?;
            let rival = Rival {
                id: other.id,
                algorithm: other.algorithm,
                train: as_loss(loss.metric, other.train.get(&loss.metric)?.mean),
                loss: as_loss(loss.metric, shown_loss),
                shown_loss,
                value: figure(view.metric),
                is_sibling: family(other.algorithm) == family(one.algorithm),
            };
            (rival.loss.is_finite() && other.algorithm != Algorithm::Baseline).then_some(rival)
        };
        let all: Vec<Rival> = others.iter().filter_map(rival).collect();
        let best_of = |wanted: &dyn Fn(&Rival) -> bool| {
            let found = all.iter().copied().filter(|rival| wanted(rival));
            found.reduce(|a, b| if b.loss < a.loss { b } else { a })
        };
        let value_beyond = |rival: &Rival, figure: f64| rival.value.is_some_and(|value| as_loss(view.metric, value) < figure);
        let beats_as_sibling = |rival: &Rival| {
            rival.is_sibling && rival.train > loss.train && loss.low > rival.loss && loss.value > LITTLE * rival.loss
        };
        let beats = |rival: &Rival| {
            loss.train < rival.loss && loss.low > rival.loss && loss.value > MUCH * rival.loss && value_beyond(rival, view.low)
        };
        let is_beyond_training = |rival: &Rival| loss.train > MUCH * rival.loss && value_beyond(rival, view.train);
        Self {
            best: best_of(&|_| true),
            beaten_by: best_of(&beats_as_sibling).or_else(|| best_of(&beats)),
            out_of_reach: best_of(&is_beyond_training),
        }
    }
}

/// Algorithms that differ by how much they are held back.
fn family(algorithm: Algorithm) -> Algorithm {
    match algorithm {
        Algorithm::Ridge => Algorithm::LinearRegression,
        other => other,
    }
}

/// Several classes: mean recall on training rows, when that is no more than without one whole class.
fn misses_a_class(one: &Candidate, loss: &View) -> Option<f64> {
    let recall = one.train.get(&Metric::BalancedAccuracy)?.mean;
    // Any constant has 1 / the number of classes.
    let share = one.validation.get(&Metric::BalancedAccuracy)?.baseline?;
    let is_of_several = share > 0.0 && share < 0.4;
    (is_of_several && recall <= 1.0 - share + 1e-9 && loss.gain_on_train() < MISSES_NO_CLASS).then_some(recall)
}

/// What a fitting model gains on its training rows at least, half of the way for ROC AUC, a quarter for losses and
/// accuracy, 40% for the others.
fn least_gain(metric: Metric) -> f64 {
    match metric {
        Metric::RocAuc => 0.5,
        Metric::LogLoss
        | Metric::Brier
        | Metric::Accuracy
        | Metric::Mae
        | Metric::Mape
        | Metric::Smape
        | Metric::MedianAe
        | Metric::MaxError
        | Metric::QuantileLoss => 0.25,
        _ => 0.4,
    }
}

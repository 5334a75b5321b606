//! Champion against challenger on the same rows.

use metrics::{Predicted, Scorer, Truth, interval};
use spec::monitor::{ChallengerVerdict, Change, MonitorRules};
use spec::texts::names;
use spec::{Message, Metric, Observer, Outcome};

use crate::performance::{loss, tolerated};
use crate::rules;

/// Whether the challenger is better on the primary metric, by a paired bootstrap: both models are scored on the same
/// drawn rows, so that what makes rows hard counts for neither.
///
/// Better or worse: the 95% interval of the difference excludes 0. Same: it lies within what is tolerated on either
/// side (`rules.tolerated_loss` of the champion's figure). Else it cannot be told, nor with fewer than
/// `rules.min_outcomes` rows. Only a better challenger should take over: same and cannot tell keep the champion.
///
/// Errors: `monitor.shape` when truth and predictions do not fit; those of [`rules::check`]; the observer's.
pub fn challenger_verdict(
    metric: Metric,
    truth: &Truth,
    champion: &Predicted,
    challenger: &Predicted,
    rules: &MonitorRules,
    seed: u64,
    observer: &mut dyn Observer,
) -> Outcome<ChallengerVerdict> {
    rules::check(rules)?;
    let n_rows = truth.n_rows();
    if champion.n_rows() != n_rows || challenger.n_rows() != n_rows {
        return Err(Message::new("monitor.shape").into());
    }
    let scorers = [champion, challenger].map(|predicted| Scorer::new(&[metric], truth, predicted, None));
    let figures = |counts: Option<&[u32]>| -> [Option<f64>; 2] {
        [&scorers[0], &scorers[1]].map(|scorer| scorer.score(counts).first().copied().flatten())
    };
    let [of_champion, of_challenger] = figures(None);
    let intervals = interval::resample(
        n_rows,
        interval::n_resamples(n_rows),
        seed,
        interval::LEVEL,
        observer,
        &mut |counts| {
            let [champion, challenger] = figures(Some(counts));
            vec![challenger.zip(champion).map(|(a, b)| a - b)]
        },
    )?;
    let difference = of_challenger.zip(of_champion).map(|(a, b)| a - b);
    let low_high = difference.and(intervals.first().copied().flatten());
    let tolerated = tolerated(metric, of_champion.unwrap_or(0.0), rules);
    let filled = |code: &str| {
        Message::new(code)
            .with("metric", names::metric(metric))
            .with("n", n_rows)
            .with("champion", of_champion.unwrap_or(f64::NAN))
            .with("challenger", of_challenger.unwrap_or(f64::NAN))
            .with("tolerated", tolerated)
    };
    let (change, message) = match low_high {
        _ if (n_rows as u64) < rules.min_outcomes => (
            Change::CannotTell,
            filled("monitor.challenger_few_rows").with("least", rules.min_outcomes),
        ),
        None => (Change::CannotTell, filled("monitor.challenger_undefined")),
        Some((low, high)) => {
            let (least, most) = loss(metric, low, high);
            let (change, code) = if most < 0.0 {
                (Change::Better, "monitor.challenger_better")
            } else if least > 0.0 {
                (Change::Worse, "monitor.challenger_worse")
            } else if least >= -tolerated && most <= tolerated {
                (Change::Same, "monitor.challenger_same")
            } else {
                (Change::CannotTell, "monitor.challenger_cannot_tell")
            };
            (change, filled(code).with("low", low).with("high", high))
        }
    };
    let (low, high) = low_high.unzip();
    Ok(ChallengerVerdict {
        metric,
        n_rows: n_rows as u64,
        champion: of_champion,
        challenger: of_challenger,
        difference,
        low,
        high,
        tolerated,
        change,
        message,
    })
}

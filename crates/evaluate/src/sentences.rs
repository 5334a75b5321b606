//! One plain sentence a figure, in the file's own numbers. The words stand in `spec::texts::sentences`.

use math::float;
use metrics::classification::{Confusion, labels};
use metrics::{Predicted, Truth};
use spec::run::{Scored, Scores};
use spec::texts::names;
use spec::{Message, Metric};

use crate::Judged;

/// In the order of the metrics. `target` and `classes` are named as in the file; binary tasks speak of class 1.
pub fn sentences(target: &str, classes: &[String], judged: &Judged, scores: &Scores) -> Vec<(Metric, Message)> {
    let confusion = match (&judged.truth, &judged.predicted) {
        (
            Truth::Classes { codes, .. },
            Predicted::Probabilities {
                values,
                n_classes,
                threshold,
            },
        ) if *n_classes == classes.len() && !classes.is_empty() => {
            Some(Confusion::new(codes, &labels(values, *n_classes, *threshold), *n_classes))
        }
        _ => None,
    };
    let all = scores.iter().map(|(&metric, scored)| {
        let message = match &confusion {
            Some(confusion) if classes.len() == 2 => two_classes(metric, scored, confusion, &classes[1]),
            Some(confusion) => many_classes(metric, scored, confusion, classes),
            None => values(metric, scored, judged.n_features),
        };
        let message = message.unwrap_or_else(|| Message::new("sentence.undefined").with("metric", names::metric(metric)));
        (metric, message.with("target", target))
    });
    all.collect()
}

/// `code`, or `code_all` at 1 and `code_none` at 0: "1,000 of 1,000" and "0 of 1,000" read badly.
fn ends(code: &str, value: f64) -> String {
    match value {
        1.0 => format!("{code}_all"),
        0.0 => format!("{code}_none"),
        _ => code.to_owned(),
    }
}

fn two_classes(metric: Metric, scored: &Scored, confusion: &Confusion, class: &str) -> Option<Message> {
    let n_true = confusion.n_true(1);
    let n_flagged = confusion.n_predicted(1);
    let n_both = confusion.at(1, 1);
    let n_rows = confusion.n_rows();
    let Some(value) = scored.value else {
        let code = match metric {
            Metric::Recall => "sentence.recall_undefined",
            Metric::Precision => "sentence.precision_undefined",
            Metric::F1 => "sentence.f1_undefined",
            Metric::Specificity => "sentence.specificity_undefined",
            Metric::RocAuc | Metric::AveragePrecision if n_rows > 0 => "sentence.one_class",
            Metric::Mcc | Metric::Kappa if n_rows > 0 => "sentence.one_class_or_label",
            _ => return None,
        };
        return Some(Message::new(code).with("class", class));
    };
    let message = match metric {
        Metric::Recall => Message::new(&ends("sentence.recall", value))
            .with("n", n_true)
            .with("k", n_both),
        Metric::Precision => Message::new(&ends("sentence.precision", value))
            .with("n", n_flagged)
            .with("k", n_both),
        Metric::Specificity => Message::new(&ends("sentence.specificity", value))
            .with("n", confusion.n_true(0))
            .with("k", confusion.at(0, 0)),
        Metric::F1 => Message::new(&ends("sentence.f1", value))
            .with("n_true", n_true)
            .with("n_flagged", n_flagged)
            .with("n_both", n_both)
            .with("value", value),
        Metric::RocAuc => Message::new(&ends("sentence.roc_auc", value)).with("value", value),
        Metric::AveragePrecision => {
            let share = n_true as f64 / n_rows as f64;
            Message::new(&ends("sentence.average_precision", value))
                .with("value", value)
                .with("share", share)
        }
        _ => return for_all_classes(metric, scored, confusion),
    };
    Some(message.with("class", class))
}

fn many_classes(metric: Metric, scored: &Scored, confusion: &Confusion, classes: &[String]) -> Option<Message> {
    let Some(value) = scored.value else {
        let code = match metric {
            Metric::RocAuc | Metric::AveragePrecision if confusion.n_rows() > 0 => "sentence.class_absent",
            Metric::Mcc | Metric::Kappa if confusion.n_rows() > 0 => "sentence.one_class_or_label",
            _ => return None,
        };
        return Some(Message::new(code));
    };
    let of_class = |class: usize| match metric {
        Metric::Precision => confusion.precision(class),
        Metric::Recall => confusion.recall(class),
        _ => confusion.f1(class),
    };
    let code = match metric {
        Metric::Precision => "sentence.macro_precision",
        Metric::Recall => "sentence.macro_recall",
        Metric::F1 => "sentence.macro_f1",
        Metric::RocAuc => return Some(Message::new(&ends("sentence.macro_roc_auc", value)).with("value", value)),
        Metric::AveragePrecision => {
            return Some(Message::new(&ends("sentence.macro_average_precision", value)).with("value", value));
        }
        _ => return for_all_classes(metric, scored, confusion),
    };
    if value == 1.0 || value == 0.0 {
        return Some(Message::new(&ends(code, value)).with("n_classes", classes.len()));
    }
    // A class that is never predicted counts 0 in the average, so it is the worst here too.
    let each = (0..classes.len())
        .filter(|&class| confusion.n_true(class) + confusion.n_predicted(class) > 0)
        .map(|class| (class, of_class(class).unwrap_or(0.0)));
    let best = each.clone().reduce(|a, b| if b.1 > a.1 { b } else { a })?;
    let worst = each.reduce(|a, b| if b.1 < a.1 { b } else { a })?;
    Some(
        Message::new(code)
            .with("value", value)
            .with("best_class", &classes[best.0])
            .with("best", best.1)
            .with("worst_class", &classes[worst.0])
            .with("worst", worst.1),
    )
}

fn for_all_classes(metric: Metric, scored: &Scored, confusion: &Confusion) -> Option<Message> {
    let value = scored.value?;
    let n_rows = confusion.n_rows();
    let n_right: u64 = (0..confusion.n_classes).map(|class| confusion.at(class, class)).sum();
    let with_baseline = |message: Message| {
        scored
            .baseline
            .into_iter()
            .fold(message, |message, b| message.with("baseline", b))
    };
    Some(match metric {
        Metric::Accuracy => with_baseline(
            Message::new(&ends("sentence.accuracy", value))
                .with("n", n_rows)
                .with("k", n_right),
        ),
        Metric::BalancedAccuracy => Message::new(&ends("sentence.balanced_accuracy", value))
            .with("value", value)
            .with("guess", 1.0 / confusion.n_classes as f64),
        Metric::LogLoss => {
            let probability = float::exp(-value);
            let certain = if probability > 1.0 - 1e-12 {
                "sentence.log_loss_all"
            } else {
                "sentence.log_loss"
            };
            let message = Message::new(certain).with("probability", probability).with("value", value);
            match scored.baseline {
                Some(baseline) => message.with("baseline", float::exp(-baseline)),
                None => Message {
                    code: "sentence.log_loss_alone".to_owned(),
                    ..message
                },
            }
        }
        Metric::Brier => {
            let code = if value == 0.0 {
                "sentence.brier_all"
            } else {
                "sentence.brier"
            };
            match scored.baseline {
                Some(baseline) => Message::new(code).with("value", value).with("baseline", baseline),
                None => Message::new("sentence.brier_alone").with("value", value),
            }
        }
        Metric::Mcc => match value {
            1.0 => Message::new("sentence.mcc_all"),
            -1.0 => Message::new("sentence.mcc_opposite"),
            _ => Message::new("sentence.mcc").with("value", value),
        },
        Metric::Kappa => {
            let n = n_rows as f64;
            let by_chance: f64 = (0..confusion.n_classes)
                .map(|class| confusion.n_true(class) as f64 * confusion.n_predicted(class) as f64)
                .sum();
            let code = if value == 1.0 {
                "sentence.kappa_all"
            } else if value > 0.0 {
                "sentence.kappa"
            } else {
                "sentence.kappa_none"
            };
            Message::new(code)
                .with("value", value)
                .with("n", n_rows)
                .with("k", n_right)
                .with("chance", by_chance / n)
        }
        _ => return None,
    })
}

fn values(metric: Metric, scored: &Scored, n_features: usize) -> Option<Message> {
    let Some(value) = scored.value else {
        let code = match metric {
            Metric::R2 | Metric::AdjustedR2 => "sentence.r2_undefined",
            Metric::Mape => "sentence.mape_undefined",
            _ => return None,
        };
        return Some(Message::new(code));
    };
    let beside = |code: &str| {
        if value == 0.0 {
            return Message::new("sentence.exact");
        }
        let message = Message::new(code).with("value", value);
        match scored.baseline {
            Some(baseline) => message.with("baseline", baseline),
            None => Message {
                code: format!("{code}_alone"),
                ..message
            },
        }
    };
    Some(match metric {
        Metric::Rmse => beside("sentence.rmse"),
        Metric::Mae => beside("sentence.mae"),
        Metric::MedianAe => beside("sentence.median_ae"),
        Metric::MaxError => beside("sentence.max_error"),
        Metric::QuantileLoss => beside("sentence.quantile_loss"),
        Metric::Mape => beside("sentence.mape"),
        Metric::Smape => beside("sentence.smape"),
        Metric::R2 | Metric::AdjustedR2 => {
            let code = if metric == Metric::R2 {
                "sentence.r2"
            } else {
                "sentence.adjusted_r2"
            };
            let code = if value == 1.0 {
                "sentence.exact".to_owned()
            } else if value > 0.0 {
                code.to_owned()
            } else {
                format!("{code}_none")
            };
            Message::new(&code).with("value", value).with("n_features", n_features)
        }
        _ => return None,
    })
}

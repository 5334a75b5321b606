//! All asked-for figures of one set of predictions, on the rows as they are or on a resample of them.

use math::sum;
use spec::Metric;

use crate::classification::{Average, Confusion, brier_losses, labels, log_losses};
use crate::ranking::{Areas, Ranking};
use crate::regression::Errors;
use crate::{Predicted, Truth};

/// How often each row counts.
#[derive(Clone, Copy, Debug)]
pub enum Counts<'a> {
    Once,
    Times(&'a [u32]),
}

impl Counts<'_> {
    pub(crate) fn of(self, row: usize) -> u32 {
        match self {
            Self::Once => 1,
            Self::Times(counts) => counts[row],
        }
    }

    pub(crate) fn total(self, n_rows: usize) -> u64 {
        match self {
            Self::Once => n_rows as u64,
            Self::Times(counts) => counts.iter().map(|&count| u64::from(count)).sum(),
        }
    }

    /// Sum of `f(value)` over the rows. A row that does not count adds nothing, also when its value is NaN.
    pub(crate) fn sum(self, values: &[f64], f: impl Fn(f64) -> f64) -> f64 {
        match self {
            Self::Once => sum::sum(&values.iter().map(|&x| f(x)).collect::<Vec<f64>>()),
            Self::Times(counts) => {
                let mut total = 0.0;
                for (&count, &x) in counts.iter().zip(values) {
                    total += if count == 0 { 0.0 } else { f64::from(count) * f(x) };
                }
                total
            }
        }
    }
}

/// Everything that a figure needs and that does not change from resample to resample, computed once: labels, losses
/// per row, the order of the scores. A resample then costs O(rows x classes).
#[derive(Clone, Debug)]
pub struct Scorer {
    metrics: Vec<Metric>,
    n_rows: usize,
    pub(crate) n_features: Option<usize>,
    pub(crate) kind: Kind,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Classes {
        n_classes: usize,
        /// `truth * n_classes + label` per row.
        cells: Vec<u32>,
        log_losses: Option<Vec<f64>>,
        brier_losses: Option<Vec<f64>>,
        /// One for two classes, else one a class; empty when no figure needs an order.
        rankings: Vec<(Ranking, Vec<bool>)>,
    },
    Values(Errors),
    /// Truth and prediction do not fit each other: no figure is defined.
    Misfit,
}

impl Scorer {
    /// `n_features` is for `adjusted_r2` (None leaves it undefined). O(n log n).
    pub fn new(metrics: &[Metric], truth: &Truth, predicted: &Predicted, n_features: Option<usize>) -> Self {
        let n_rows = truth.n_rows();
        let kind = match (truth, predicted) {
            (
                Truth::Classes { codes, n_classes },
                Predicted::Probabilities {
                    values,
                    n_classes: n_columns,
                    threshold,
                },
            ) if n_classes == n_columns && codes.len() * n_classes == values.len() && *n_classes >= 1 => {
                let labels = labels(values, *n_classes, *threshold);
                let wants = |wanted: &[Metric]| metrics.iter().any(|metric| wanted.contains(metric));
                let ranked = match (wants(&[Metric::RocAuc, Metric::AveragePrecision]), *n_classes) {
                    (false, _) => 0..0,
                    (true, 2) => 1..2,
                    (true, n) => 0..n,
                };
                Kind::Classes {
                    n_classes: *n_classes,
                    cells: codes.iter().zip(&labels).map(|(t, p)| t * *n_classes as u32 + p).collect(),
                    log_losses: wants(&[Metric::LogLoss]).then(|| log_losses(codes, values, *n_classes)),
                    brier_losses: wants(&[Metric::Brier]).then(|| brier_losses(codes, values, *n_classes)),
                    rankings: ranked
                        .map(|class| {
                            let scores: Vec<f64> = values.iter().skip(class).step_by(*n_classes).copied().collect();
                            (
                                Ranking::new(&scores),
                                codes.iter().map(|&code| code as usize == class).collect(),
                            )
                        })
                        .collect(),
                }
            }
            (Truth::Values(truth), Predicted::Values(predicted)) if truth.len() == predicted.len() => {
                Kind::Values(Errors::new(truth, predicted))
            }
            _ => Kind::Misfit,
        };
        Self {
            metrics: metrics.to_vec(),
            n_rows,
            n_features,
            kind,
        }
    }

    pub fn metrics(&self) -> &[Metric] {
        &self.metrics
    }

    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// The figures in the order of the metrics; `counts` says how often each row counts (None: once).
    pub fn score(&self, counts: Option<&[u32]>) -> Vec<Option<f64>> {
        let counts = counts.map_or(Counts::Once, Counts::Times);
        match &self.kind {
            Kind::Misfit => vec![None; self.metrics.len()],
            Kind::Values(errors) => {
                let figures = errors.figures(counts, self.n_features);
                let pick = |metric: &Metric| match metric {
                    Metric::Rmse => figures.rmse,
                    Metric::Mae => figures.mae,
                    Metric::R2 => figures.r2,
                    Metric::AdjustedR2 => figures.adjusted_r2,
                    Metric::Mape => figures.mape,
                    Metric::Smape => figures.smape,
                    Metric::MedianAe => figures.median_ae,
                    Metric::MaxError => figures.max_error,
                    Metric::QuantileLoss => figures.quantile_loss,
                    _ => None,
                };
                self.metrics.iter().map(pick).collect()
            }
            Kind::Classes {
                n_classes,
                cells,
                log_losses,
                brier_losses,
                rankings,
            } => {
                let confusion = confusion(cells, *n_classes, counts);
                let n = confusion.n_rows();
                let times = match counts {
                    Counts::Once => None,
                    Counts::Times(counts) => Some(counts),
                };
                let areas: Vec<Areas> = rankings
                    .iter()
                    .map(|(ranking, positive)| ranking.areas(positive, times))
                    .collect();
                let mean_loss = |losses: &Option<Vec<f64>>| {
                    losses
                        .as_ref()
                        .filter(|_| n > 0)
                        .map(|losses| counts.sum(losses, |x| x) / n as f64)
                };
                let pick = |metric: &Metric| self.class_figure(*metric, &confusion, &areas, &mean_loss, log_losses, brier_losses);
                self.metrics.iter().map(pick).collect()
            }
        }
    }

    /// The figures of some metrics on a resample, None for the others.
    pub(crate) fn score_some(&self, wanted: impl Fn(&Metric) -> bool, counts: &[u32]) -> Vec<Option<f64>> {
        let Kind::Classes {
            rankings,
            n_classes,
            cells,
            ..
        } = &self.kind
        else {
            return vec![None; self.metrics.len()];
        };
        let confusion = confusion(cells, *n_classes, Counts::Times(counts));
        let areas: Vec<Areas> = rankings
            .iter()
            .map(|(ranking, positive)| ranking.areas(positive, Some(counts)))
            .collect();
        let pick = |metric: &Metric| self.class_figure(*metric, &confusion, &areas, &|_| None, &None, &None);
        self.metrics
            .iter()
            .map(|metric| if wanted(metric) { pick(metric) } else { None })
            .collect()
    }

    /// Rows by true and predicted class.
    pub(crate) fn confusion(&self, counts: Counts) -> Option<Confusion> {
        match &self.kind {
            Kind::Classes { n_classes, cells, .. } => Some(confusion(cells, *n_classes, counts)),
            _ => None,
        }
    }

    fn class_figure(
        &self,
        metric: Metric,
        confusion: &Confusion,
        areas: &[Areas],
        mean_loss: &dyn Fn(&Option<Vec<f64>>) -> Option<f64>,
        log_losses: &Option<Vec<f64>>,
        brier_losses: &Option<Vec<f64>>,
    ) -> Option<f64> {
        let binary = confusion.n_classes == 2;
        match metric {
            Metric::RocAuc => macro_average(areas, |areas| areas.roc_auc),
            Metric::AveragePrecision => macro_average(areas, |areas| areas.average_precision),
            Metric::LogLoss => mean_loss(log_losses),
            Metric::Brier => mean_loss(brier_losses),
            Metric::Accuracy => confusion.accuracy(),
            Metric::BalancedAccuracy => confusion.balanced_accuracy(),
            Metric::Precision if binary => confusion.precision(1),
            Metric::Precision => confusion.average_precision_of_labels(Average::Macro),
            Metric::Recall if binary => confusion.recall(1),
            Metric::Recall => confusion.average_recall(Average::Macro),
            Metric::F1 if binary => confusion.f1(1),
            Metric::F1 => confusion.average_f1(Average::Macro),
            Metric::Specificity => confusion.specificity(),
            Metric::Mcc => confusion.mcc(),
            Metric::Kappa => confusion.kappa(),
            _ => None,
        }
    }
}

/// Rows by cell, each as often as it counts.
fn confusion(cells: &[u32], n_classes: usize, counts: Counts) -> Confusion {
    let mut by_cell = vec![0u64; n_classes * n_classes];
    for (row, &cell) in cells.iter().enumerate() {
        by_cell[cell as usize] += u64::from(counts.of(row));
    }
    Confusion {
        counts: by_cell,
        n_classes,
    }
}

/// None when it is undefined for any class, as scikit-learn's NaN.
fn macro_average(areas: &[Areas], of: impl Fn(&Areas) -> Option<f64>) -> Option<f64> {
    let each: Option<Vec<f64>> = areas.iter().map(of).collect();
    crate::classification::mean(each?.into_iter())
}

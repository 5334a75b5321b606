//! Cutting numbers into bins.

use std::collections::BTreeSet;

use math::quantile;
use serde::{Deserialize, Serialize};
use spec::step::{Bin, BinStrategy, Columns, PipelineKind, StepInfo};
use spec::texts::number::significant;
use spec::texts::ui::prepare::step as labels;
use spec::{ColumnSet, Domain, Message, Outcome};

use super::fitting::{some_of, too_large};
use super::{Fitted, Fitting, Preprocessing};
use crate::fitted::FittedKind;
use crate::frame::Frame;
use crate::sklearn::{Lines, assign, cell, number};

const MAX_BINS: u32 = 1000;

/// The number of edges `<= x`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FittedBin {
    pub columns: Vec<BinColumn>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BinColumn {
    pub column: String,
    /// Strictly increasing inner edges: `n` edges make `n + 1` bins, right-open. May be empty.
    pub edges: Vec<f64>,
}

pub(super) fn info() -> StepInfo {
    let begin = Bin {
        columns: Columns::Numbers,
        n_bins: 5,
        strategy: BinStrategy::Quantile,
    };
    let n_bins = Domain::Integer {
        low: 2,
        high: i64::from(MAX_BINS),
        optional: false,
    };
    let which = ColumnSet::Numbers;
    StepInfo::new(PipelineKind::from(begin))
        .setting("columns", Domain::Scope { which })
        .setting("n_bins", n_bins)
        .setting(
            "strategy",
            Domain::named(&[("quantile", labels::QUANTILE), ("uniform", labels::UNIFORM)]),
        )
}

impl Preprocessing for Bin {
    /// Errors: `prepare.n_bins`, `prepare.too_large`.
    fn fit(&self, fitting: &mut Fitting) -> Outcome<FittedKind> {
        let names = fitting.numbers(&self.columns)?;
        let n_bins = self.n_bins;
        if !(2..=MAX_BINS).contains(&n_bins) {
            let wrong = Message::new("prepare.n_bins").with("n_bins", n_bins);
            return Err(wrong.with("high", MAX_BINS).into());
        }
        let mut columns = Vec::new();
        for (i, column) in names.iter().enumerate() {
            fitting.tick(i, names.len())?;
            let sorted = quantile::sorted(fitting.present(column)?);
            let (Some(&low), Some(&high)) = (sorted.first(), sorted.last()) else {
                fitting.note(column, Message::new("prepare.learned_nothing"));
                columns.push(BinColumn {
                    column: column.clone(),
                    edges: Vec::new(),
                });
                continue;
            };
            let step = (high - low) / f64::from(n_bins);
            if !step.is_finite() {
                return Err(too_large(column));
            }
            let mut edges: Vec<f64> = (1..n_bins)
                .map(|i| match self.strategy {
                    BinStrategy::Uniform => f64::from(i) * step + low,
                    BinStrategy::Quantile => quantile::quantile_sorted(&sorted, f64::from(i) / f64::from(n_bins)),
                })
                // An edge at the end of the values would make a bin without any.
                .filter(|&edge| low < edge && edge <= high)
                .collect();
            edges.dedup();
            let texts: Vec<String> = edges.iter().map(|&edge| significant(edge, 5)).collect();
            let message = Message::new("prepare.learned_bin").with("n_bins", edges.len() + 1);
            fitting.note(column, message.with("edges", some_of(&texts)));
            columns.push(BinColumn {
                column: column.clone(),
                edges,
            });
        }
        Ok(FittedKind::Bin(FittedBin { columns }))
    }
}

impl Fitted for FittedBin {
    fn apply(&self, frame: &mut Frame) {
        for bin in &self.columns {
            frame.map_numbers(&bin.column, |x| {
                if x.is_nan() {
                    x
                } else {
                    bin.edges.partition_point(|&edge| edge <= x) as f64
                }
            });
        }
    }

    fn prune(&self, live: &mut BTreeSet<String>) -> FittedKind {
        let needed = self.columns.iter().filter(|bin| live.contains(&bin.column));
        FittedKind::Bin(Self {
            columns: needed.cloned().collect(),
        })
    }

    fn sklearn(&self, _lines: &mut Lines) -> Vec<String> {
        let index = |bin: &BinColumn| {
            let edges: Vec<String> = bin.edges.iter().map(|&edge| number(edge)).collect();
            format!("bins({}, [{}])", cell(&bin.column), edges.join(", "))
        };
        assign(self.columns.iter().map(|bin| (&bin.column, index(bin))))
    }
}

//! What each step learns from the training rows.

use std::collections::BTreeMap;

use math::quantile;
use spec::step::{BinStrategy, DatePart, FillWith, LogKind, PipelineKind};
use spec::{ColumnType, Failure, Message, Observer, Order, Outcome};

use super::columns::Context;
use crate::apply::n_missing;
use crate::fitted::{
    BinColumn, ClipColumn, FillCategory, FillNumber, FittedKind, OneHotColumn, OrdinalColumn, ScaleColumn, ScaleMethod,
};
use crate::formula;
use crate::frame::{Cells, Frame};

const MAX_BINS: u32 = 1000;

pub(super) struct Learner<'a> {
    pub frame: &'a Frame,
    pub context: &'a Context<'a>,
    pub observer: &'a mut dyn Observer,
    /// One or more lines a column, for the step's card.
    pub notes: Vec<Message>,
}

impl Learner<'_> {
    /// Errors: those of resolving columns; `prepare.quantiles`, `prepare.n_bins`, `prepare.max_levels`,
    /// `prepare.fill_value`, `prepare.level_empty`, `prepare.name_empty`, `prepare.name_taken`, `prepare.not_time`,
    /// `prepare.no_parts`, `prepare.too_large`, `formula.*`.
    pub fn learn(mut self, kind: &PipelineKind) -> Outcome<(FittedKind, Vec<Message>)> {
        let kind = match kind {
            PipelineKind::Exclude { columns, .. } => {
                let columns = self.keep(|context, frame| context.any(frame, columns))?;
                if !columns.is_empty() {
                    self.notes
                        .push(Message::new("prepare.learned_exclude").with("columns", columns.clone()));
                }
                FittedKind::Exclude { columns }
            }
            PipelineKind::MergeLevels { column, map } => self.merge(column, map)?,
            PipelineKind::Fill {
                columns,
                with,
                indicator,
            } => {
                let names = self.keep(|context, frame| match with {
                    FillWith::Mean | FillWith::Median | FillWith::Number { .. } => context.numbers(frame, columns),
                    FillWith::Level { .. } => context.categories(frame, columns),
                    FillWith::MostFrequent => context.either(frame, columns),
                })?;
                self.fill(&names, with, *indicator)?
            }
            PipelineKind::Clip {
                columns,
                low_quantile,
                high_quantile,
            } => {
                let names = self.keep(|context, frame| context.numbers(frame, columns))?;
                self.clip(&names, *low_quantile, *high_quantile)?
            }
            PipelineKind::Log { columns, kind } => {
                let names = self.keep(|context, frame| context.numbers(frame, columns))?;
                self.log(names, *kind)?
            }
            PipelineKind::StandardScale { columns } => {
                let names = self.keep(|context, frame| context.numbers(frame, columns))?;
                self.scale(&names, ScaleMethod::Standard)?
            }
            PipelineKind::MinMaxScale { columns } => {
                let names = self.keep(|context, frame| context.numbers(frame, columns))?;
                self.scale(&names, ScaleMethod::MinMax)?
            }
            PipelineKind::Bin {
                columns,
                n_bins,
                strategy,
            } => {
                let names = self.keep(|context, frame| context.numbers(frame, columns))?;
                self.bin(&names, *n_bins, *strategy)?
            }
            PipelineKind::DateParts { column, parts } => self.date_parts(column, parts)?,
            PipelineKind::Interaction { left, right } => {
                self.context.number(self.frame, left)?;
                self.context.number(self.frame, right)?;
                let name = self.frame.free_name(&format!("{left}_x_{right}"), &[]);
                self.notes
                    .push(Message::new("prepare.learned_interaction").with("name", &name));
                FittedKind::Interaction {
                    left: left.clone(),
                    right: right.clone(),
                    name,
                }
            }
            PipelineKind::Formula { name, expression } => self.formula(name, expression)?,
            PipelineKind::OneHot { columns, max_levels } => {
                let names = self.keep(|context, frame| context.categories(frame, columns))?;
                self.one_hot(&names, *max_levels)?
            }
            PipelineKind::Ordinal { columns } => {
                let names = self.keep(|context, frame| context.categories(frame, columns))?;
                let columns: Vec<OrdinalColumn> = names
                    .into_iter()
                    .map(|column| OrdinalColumn {
                        levels: self.frame.levels(&column).map_or_else(Vec::new, |levels| {
                            levels.present().into_iter().map(|(level, _)| level).collect()
                        }),
                        column,
                    })
                    .collect();
                for ordinal in &columns {
                    self.note(
                        &ordinal.column,
                        Message::new("prepare.learned_ordinal")
                            .with("n_levels", ordinal.levels.len())
                            .with("levels", some_of(&ordinal.levels)),
                    );
                }
                FittedKind::Ordinal { columns }
            }
        };
        Ok((kind, self.notes))
    }

    fn keep(&mut self, resolve: impl FnOnce(&Context, &Frame) -> Outcome<super::columns::Resolved>) -> Outcome<Vec<String>> {
        let resolved = resolve(self.context, self.frame)?;
        self.notes.extend(resolved.notes);
        Ok(resolved.names)
    }

    fn note(&mut self, column: &str, message: Message) {
        self.notes.push(message.with("column", column));
    }

    fn tick(&mut self, done: usize, of: usize) -> Outcome<()> {
        self.observer.tick(done as f64 / of as f64)
    }

    /// Values that are there. Errors: `prepare.too_large` when earlier steps made infinite ones.
    fn present(&self, column: &str) -> Outcome<Vec<f64>> {
        let present: Vec<f64> = self
            .frame
            .values(column)
            .unwrap_or_default()
            .iter()
            .copied()
            .filter(|x| !x.is_nan())
            .collect();
        if present.iter().any(|x| x.is_infinite()) {
            return Err(too_large(column));
        }
        Ok(present)
    }

    fn merge(&mut self, column: &str, map: &BTreeMap<String, String>) -> Outcome<FittedKind> {
        let columns = spec::step::Columns::Named(vec![column.to_owned()]);
        let names = self.keep(|context, frame| context.categories(frame, &columns))?;
        let mut trimmed = BTreeMap::new();
        for (from, into) in map {
            let (from, into) = (from.trim(), into.trim());
            if into.is_empty() {
                return Err(Message::new("prepare.level_empty").with("column", column).into());
            }
            if from != into && !from.is_empty() {
                trimmed.insert(from.to_owned(), into.to_owned());
            }
        }
        if let Some(levels) = names.first().and_then(|name| self.frame.levels(name)) {
            let before = levels.present();
            let n_changed: u64 = before
                .iter()
                .filter(|(level, _)| trimmed.contains_key(level))
                .map(|(_, count)| count)
                .sum();
            let mut after: Vec<&String> = before.iter().map(|(level, _)| trimmed.get(level).unwrap_or(level)).collect();
            after.order_by(Ord::cmp);
            after.dedup();
            let message = Message::new("prepare.learned_merge")
                .with("n_before", before.len())
                .with("n_after", after.len());
            self.note(column, message.with("n_changed", n_changed));
        }
        Ok(FittedKind::MergeLevels {
            column: column.to_owned(),
            map: trimmed,
        })
    }

    fn fill(&mut self, names: &[String], with: &FillWith, indicator: bool) -> Outcome<FittedKind> {
        let mut numbers: Vec<FillNumber> = Vec::new();
        let mut categories = Vec::new();
        let mut new_names: Vec<String> = Vec::new();
        for (i, column) in names.iter().enumerate() {
            self.tick(i, names.len())?;
            let Some(cells) = self.frame.cells(column) else { continue };
            let n = n_missing(cells);
            let message = Message::new(if n == 0 {
                "prepare.learned_fill_none"
            } else {
                "prepare.learned_fill"
            })
            .with("n_missing", n)
            .with("n_rows", self.frame.n_rows);
            match cells {
                Cells::Numbers { shown_as, .. } => {
                    let shown_as = *shown_as;
                    let value = self.fill_number(column, with)?;
                    let name = (indicator && n > 0).then(|| self.frame.free_name(&format!("{column}_missing"), &new_names));
                    self.note(column, message.with("value", shown(value, shown_as)));
                    if let Some(name) = &name {
                        self.note(column, Message::new("prepare.learned_indicator").with("name", name));
                        new_names.push(name.clone());
                    }
                    numbers.push(FillNumber {
                        column: column.clone(),
                        value,
                        indicator: name,
                    });
                }
                Cells::Levels(levels) => {
                    let level = match with {
                        FillWith::Level { value } if value.trim().is_empty() => {
                            return Err(Message::new("prepare.level_empty").with("column", column).into());
                        }
                        FillWith::Level { value } => Some(value.trim().to_owned()),
                        // Sorted by level: the first of the most frequent ones.
                        _ => levels
                            .present()
                            .into_iter()
                            .rev()
                            .max_by_key(|(_, count)| *count)
                            .map(|(level, _)| level),
                    };
                    match level {
                        Some(level) => {
                            self.note(column, message.with("value", &level));
                            categories.push(FillCategory {
                                column: column.clone(),
                                level,
                            });
                        }
                        None => self.note(column, Message::new("prepare.learned_nothing")),
                    }
                }
                Cells::Opaque(_) => {}
            }
        }
        Ok(FittedKind::Fill { numbers, categories })
    }

    fn fill_number(&mut self, column: &str, with: &FillWith) -> Outcome<f64> {
        let value = match with {
            FillWith::Number { value } if !value.is_finite() => {
                return Err(Message::new("prepare.fill_value").with("column", column).into());
            }
            FillWith::Number { value } => *value,
            _ => {
                let present = self.present(column)?;
                if present.is_empty() {
                    self.note(column, Message::new("prepare.learned_fill_zero"));
                    return Ok(0.0);
                }
                match with {
                    FillWith::Mean => math::sum::mean(&present),
                    FillWith::Median => quantile::quantile_sorted(&quantile::sorted(present), 0.5),
                    _ => most_frequent(&quantile::sorted(present)),
                }
            }
        };
        if value.is_finite() {
            Ok(value)
        } else {
            Err(too_large(column))
        }
    }

    fn clip(&mut self, names: &[String], low_quantile: f64, high_quantile: f64) -> Outcome<FittedKind> {
        if !(0.0 <= low_quantile && low_quantile < high_quantile && high_quantile <= 1.0) {
            return Err(Message::new("prepare.quantiles")
                .with("low", low_quantile)
                .with("high", high_quantile)
                .into());
        }
        let mut columns = Vec::new();
        for (i, column) in names.iter().enumerate() {
            self.tick(i, names.len())?;
            let sorted = quantile::sorted(self.present(column)?);
            if sorted.is_empty() {
                self.note(column, Message::new("prepare.learned_nothing"));
                continue;
            }
            let low = quantile::quantile_sorted(&sorted, low_quantile);
            let high = quantile::quantile_sorted(&sorted, high_quantile);
            let n_outside = sorted.iter().filter(|x| **x < low || **x > high).count();
            let message = Message::new("prepare.learned_clip").with("low", low).with("high", high);
            self.note(column, message.with("n_outside", n_outside).with("n_rows", self.frame.n_rows));
            columns.push(ClipColumn {
                column: column.clone(),
                low,
                high,
            });
        }
        Ok(FittedKind::Clip { columns })
    }

    fn log(&mut self, columns: Vec<String>, kind: LogKind) -> Outcome<FittedKind> {
        for (i, column) in columns.iter().enumerate() {
            self.tick(i, columns.len())?;
            let n_negative = self
                .frame
                .values(column)
                .unwrap_or_default()
                .iter()
                .filter(|x| **x < 0.0)
                .count();
            let code = match (kind, n_negative) {
                (LogKind::Log1p, 0) => "prepare.learned_log",
                (LogKind::Log1p, _) => "prepare.learned_log_negative",
                (LogKind::Signed, _) => "prepare.learned_log_signed",
            };
            self.note(column, Message::new(code).with("n_negative", n_negative));
        }
        Ok(FittedKind::Log { columns, kind })
    }

    fn scale(&mut self, names: &[String], method: ScaleMethod) -> Outcome<FittedKind> {
        let mut columns = Vec::new();
        for (i, column) in names.iter().enumerate() {
            self.tick(i, names.len())?;
            let present = self.present(column)?;
            let (center, spread) = match method {
                _ if present.is_empty() => (0.0, 0.0),
                ScaleMethod::Standard => standard(&present),
                ScaleMethod::MinMax => {
                    let low = present.iter().copied().fold(f64::INFINITY, f64::min);
                    let high = present.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                    (low, high - low)
                }
            };
            if !center.is_finite() || !spread.is_finite() {
                return Err(too_large(column));
            }
            let message = match method {
                _ if present.is_empty() => Message::new("prepare.learned_nothing"),
                _ if spread == 0.0 => Message::new("prepare.learned_scale_constant").with("value", center),
                ScaleMethod::Standard => Message::new("prepare.learned_standard")
                    .with("mean", center)
                    .with("std", spread),
                ScaleMethod::MinMax => Message::new("prepare.learned_min_max")
                    .with("min", center)
                    .with("max", center + spread),
            };
            self.note(column, message);
            columns.push(ScaleColumn {
                column: column.clone(),
                center,
                scale: if spread == 0.0 { 1.0 } else { spread },
            });
        }
        Ok(FittedKind::Scale { columns, method })
    }

    fn bin(&mut self, names: &[String], n_bins: u32, strategy: BinStrategy) -> Outcome<FittedKind> {
        if !(2..=MAX_BINS).contains(&n_bins) {
            return Err(Message::new("prepare.n_bins")
                .with("n_bins", n_bins)
                .with("high", MAX_BINS)
                .into());
        }
        let mut columns = Vec::new();
        for (i, column) in names.iter().enumerate() {
            self.tick(i, names.len())?;
            let sorted = quantile::sorted(self.present(column)?);
            let (Some(&low), Some(&high)) = (sorted.first(), sorted.last()) else {
                self.note(column, Message::new("prepare.learned_nothing"));
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
                .map(|i| match strategy {
                    BinStrategy::Uniform => f64::from(i) * step + low,
                    BinStrategy::Quantile => quantile::quantile_sorted(&sorted, f64::from(i) / f64::from(n_bins)),
                })
                // An edge at the end of the values would make a bin without any.
                .filter(|&edge| low < edge && edge <= high)
                .collect();
            edges.dedup();
            let message = Message::new("prepare.learned_bin").with("n_bins", edges.len() + 1);
            let texts = edges
                .iter()
                .map(|&edge| spec::texts::number::significant(edge, 5))
                .collect::<Vec<_>>();
            self.note(column, message.with("edges", some_of(&texts)));
            columns.push(BinColumn {
                column: column.clone(),
                edges,
            });
        }
        Ok(FittedKind::Bin { columns })
    }

    fn date_parts(&mut self, column: &str, parts: &[DatePart]) -> Outcome<FittedKind> {
        if parts.is_empty() {
            return Err(Message::new("prepare.no_parts").with("column", column).into());
        }
        let columns = spec::step::Columns::Named(vec![column.to_owned()]);
        let names = self.keep(|context, frame| context.numbers(frame, &columns))?;
        let is_time = matches!(
            self.frame.cells(column),
            Some(Cells::Numbers {
                shown_as: ColumnType::Time,
                ..
            })
        );
        if !names.is_empty() && !is_time {
            return Err(Message::new("prepare.not_time").with("column", column).into());
        }
        let mut named: Vec<(DatePart, String)> = Vec::new();
        for &part in parts {
            if named.iter().all(|(known, _)| *known != part) {
                let taken: Vec<String> = named.iter().map(|(_, name)| name.clone()).collect();
                named.push((part, self.frame.free_name(&format!("{column}_{}", part_name(part)), &taken)));
            }
        }
        let new: Vec<String> = named.iter().map(|(_, name)| name.clone()).collect();
        if !names.is_empty() {
            self.note(column, Message::new("prepare.learned_dates").with("columns", new));
        }
        Ok(FittedKind::DateParts {
            column: column.to_owned(),
            parts: named,
        })
    }

    fn formula(&mut self, name: &str, expression: &str) -> Outcome<FittedKind> {
        let name = name.trim();
        if name.is_empty() {
            return Err(Message::new("prepare.name_empty").into());
        }
        if self.frame.position(name).is_some() {
            return Err(Message::new("prepare.name_taken").with("column", name).into());
        }
        let expression = formula::for_frame(expression, self.frame)?;
        self.tick(0, 1)?;
        let values = expression.evaluate(self.frame).unwrap_or_default();
        let n_missing = values.iter().filter(|x| x.is_nan()).count();
        let message = Message::new("prepare.learned_formula").with("name", name);
        self.notes
            .push(message.with("n_missing", n_missing).with("n_rows", self.frame.n_rows));
        Ok(FittedKind::Formula {
            name: name.to_owned(),
            expression,
        })
    }

    fn one_hot(&mut self, names: &[String], max_levels: u32) -> Outcome<FittedKind> {
        if max_levels == 0 {
            return Err(Message::new("prepare.max_levels").into());
        }
        let mut columns: Vec<OneHotColumn> = Vec::new();
        let mut taken: Vec<String> = Vec::new();
        for (i, column) in names.iter().enumerate() {
            self.tick(i, names.len())?;
            let mut present = self
                .frame
                .levels(column)
                .map_or_else(Vec::new, super::super::frame::Levels::present);
            let n_levels = present.len();
            // Stable: of equally frequent levels the first in order.
            present.order_by_key(|(_, count)| std::cmp::Reverse(*count));
            let n_other: u64 = present.iter().skip(max_levels as usize).map(|(_, count)| count).sum();
            present.truncate(max_levels as usize);
            let mut levels: Vec<String> = present.into_iter().map(|(level, _)| level).collect();
            levels.order_by(Ord::cmp);
            let mut new = Vec::with_capacity(levels.len());
            for level in &levels {
                let name = self.frame.free_name(&format!("{column}_{level}"), &taken);
                taken.push(name.clone());
                new.push(name);
            }
            let message = Message::new(match (n_levels, n_other) {
                (0, _) => "prepare.learned_one_hot_nothing",
                (_, 0) => "prepare.learned_one_hot",
                _ => "prepare.learned_one_hot_cut",
            });
            let message = message
                .with("n_levels", n_levels)
                .with("n_kept", levels.len())
                .with("n_other", n_other);
            self.note(column, message.with("levels", some_of(&levels)));
            columns.push(OneHotColumn {
                column: column.clone(),
                levels,
                names: new,
            });
        }
        Ok(FittedKind::OneHot { columns })
    }
}

fn too_large(column: &str) -> Failure {
    Message::new("prepare.too_large").with("column", column).into()
}

/// Mean and population standard deviation; 0 for a column that is constant up to rounding, by scikit-learn's bound.
fn standard(xs: &[f64]) -> (f64, f64) {
    let mean = math::sum::mean(xs);
    let variance = math::sum::variance(xs, 0);
    let n = xs.len() as f64;
    let rounding = n * mean * f64::EPSILON;
    let is_constant = variance <= n * f64::EPSILON * variance + rounding * rounding;
    (mean, if is_constant { 0.0 } else { variance.sqrt() })
}

/// Of several the smallest. `sorted` is not empty.
fn most_frequent(sorted: &[f64]) -> f64 {
    let mut best = (0, 0.0);
    for run in sorted.chunk_by(|a, b| a == b) {
        if run.len() > best.0 {
            best = (run.len(), run[0]);
        }
    }
    best.1
}

fn shown(value: f64, shown_as: ColumnType) -> String {
    match shown_as {
        ColumnType::Time => table::value::format_time(value),
        _ => spec::texts::number::significant(value, 6),
    }
}

fn some_of(texts: &[String]) -> Vec<String> {
    const SHOWN: usize = 12;
    let mut some: Vec<String> = texts.iter().take(SHOWN).cloned().collect();
    if texts.len() > SHOWN {
        some.push("...".to_owned());
    }
    some
}

fn part_name(part: DatePart) -> &'static str {
    match part {
        DatePart::Year => "year",
        DatePart::Month => "month",
        DatePart::Day => "day",
        DatePart::Weekday => "weekday",
        DatePart::Hour => "hour",
    }
}

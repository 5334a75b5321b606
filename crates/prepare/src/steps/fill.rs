//! Filling missing values.

use std::collections::BTreeSet;

use math::quantile;
use serde::{Deserialize, Serialize};
use spec::step::{Columns, Fill, FillWith, PipelineKind, StepInfo};
use spec::{ColumnSet, ColumnType, Domain, Message, Outcome};

use super::fitting::too_large;
use super::{Fitted, Fitting, Lineage, Preprocessing};
use crate::fitted::{FittedKind, LevelMap};
use crate::frame::{Cells, Frame, FrameColumn};
use crate::sklearn::{Lines, assign, cell, list, number, text};

/// Missing cells take the value; cells of unknown level do not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FittedFill {
    pub numbers: Vec<FillNumber>,
    pub categories: Vec<FillCategory>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FillNumber {
    pub column: String,
    pub value: f64,
    /// Name of the 0/1 column that is added first, right after the column: 1 where it was missing. Only columns with
    /// missing cells in the training rows get one, as scikit-learn's `add_indicator`.
    pub indicator: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FillCategory {
    pub column: String,
    pub level: String,
}

pub(super) fn info() -> StepInfo {
    let begin = Fill {
        columns: Columns::Numbers,
        with: FillWith::Median,
        indicator: false,
    };
    let which = ColumnSet::Any;
    StepInfo::new(PipelineKind::from(begin))
        .setting("columns", Domain::Scope { which })
        .setting("with", Domain::Filling)
        .setting("indicator", Domain::Flag)
}

impl Preprocessing for Fill {
    /// Errors: `prepare.fill_value`, `prepare.level_empty`, `prepare.too_large`.
    fn fit(&self, fitting: &mut Fitting) -> Outcome<FittedKind> {
        let names = match self.with {
            FillWith::Mean | FillWith::Median | FillWith::Number { .. } => fitting.numbers(&self.columns)?,
            FillWith::Level { .. } => fitting.categories(&self.columns)?,
            FillWith::MostFrequent => fitting.either(&self.columns)?,
        };
        let mut numbers: Vec<FillNumber> = Vec::new();
        let mut categories = Vec::new();
        let mut new_names: Vec<String> = Vec::new();
        for (i, column) in names.iter().enumerate() {
            fitting.tick(i, names.len())?;
            let frame = fitting.frame;
            let Some(cells) = frame.cells(column) else { continue };
            let n = cells.n_missing();
            let code = if n == 0 {
                "prepare.learned_fill_none"
            } else {
                "prepare.learned_fill"
            };
            let message = Message::new(code).with("n_missing", n).with("n_rows", frame.n_rows);
            match cells {
                Cells::Numbers { shown_as, .. } => {
                    let value = self.number(fitting, column)?;
                    let wanted = format!("{column}_missing");
                    let name = (self.indicator && n > 0).then(|| frame.free_name(&wanted, &new_names));
                    fitting.note(column, message.with("value", shown(value, *shown_as)));
                    if let Some(name) = &name {
                        fitting.note(column, Message::new("prepare.learned_indicator").with("name", name));
                        new_names.push(name.clone());
                    }
                    numbers.push(FillNumber {
                        column: column.clone(),
                        value,
                        indicator: name,
                    });
                }
                Cells::Levels(levels) => {
                    let level = match &self.with {
                        FillWith::Level { value } if value.trim().is_empty() => {
                            return Err(Message::new("prepare.level_empty").with("column", column).into());
                        }
                        FillWith::Level { value } => Some(value.trim().to_owned()),
                        // Sorted by level: the first of the most frequent ones.
                        _ => {
                            let most = levels.present().into_iter().rev().max_by_key(|(_, count)| *count);
                            most.map(|(level, _)| level)
                        }
                    };
                    match level {
                        Some(level) => {
                            fitting.note(column, message.with("value", &level));
                            categories.push(FillCategory {
                                column: column.clone(),
                                level,
                            });
                        }
                        None => fitting.note(column, Message::new("prepare.learned_nothing")),
                    }
                }
                Cells::Opaque(_) => {}
            }
        }
        Ok(FittedKind::Fill(FittedFill { numbers, categories }))
    }

    fn makes(&self, column: &str) -> bool {
        self.indicator
            && match &self.columns {
                Columns::Named(names) => names.iter().any(|name| column == format!("{name}_missing")),
                Columns::Numbers | Columns::Categories => column.ends_with("_missing"),
            }
    }
}

trait FillValue {
    fn number(&self, fitting: &mut Fitting, column: &str) -> Outcome<f64>;
}

impl FillValue for Fill {
    fn number(&self, fitting: &mut Fitting, column: &str) -> Outcome<f64> {
        let value = match self.with {
            FillWith::Number { value } if !value.is_finite() => {
                return Err(Message::new("prepare.fill_value").with("column", column).into());
            }
            FillWith::Number { value } => value,
            _ => {
                let present = fitting.present(column)?;
                if present.is_empty() {
                    fitting.note(column, Message::new("prepare.learned_fill_zero"));
                    return Ok(0.0);
                }
                match self.with {
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

impl Fitted for FittedFill {
    fn apply(&self, frame: &mut Frame) {
        for fill in &self.numbers {
            let Some(place) = frame.position(&fill.column) else { continue };
            let Cells::Numbers { values, shown_as } = &mut frame.columns[place].cells else {
                continue;
            };
            let indicator = fill.indicator.as_ref().map(|name| FrameColumn {
                name: name.clone(),
                cells: Cells::numbers(values.iter().map(|x| if x.is_nan() { 1.0 } else { 0.0 }).collect()),
            });
            if *shown_as == ColumnType::Boolean && fill.value != 0.0 && fill.value != 1.0 {
                *shown_as = ColumnType::Number;
            }
            for x in values.iter_mut().filter(|x| x.is_nan()) {
                *x = fill.value;
            }
            if let Some(indicator) = indicator {
                frame.columns.insert(place + 1, indicator);
            }
        }
        for fill in &self.categories {
            if let Some(levels) = frame.levels_mut(&fill.column) {
                levels.fill(&fill.level);
            }
        }
    }

    fn prune(&self, live: &mut BTreeSet<String>) -> FittedKind {
        let mut is_needed = |fill: &&FillNumber| {
            let wanted = fill.indicator.as_ref().is_some_and(|name| live.remove(name));
            wanted && live.insert(fill.column.clone()) || live.contains(&fill.column)
        };
        let numbers = self.numbers.iter().filter(&mut is_needed).cloned().collect();
        let categories = self.categories.iter().filter(|fill| live.contains(&fill.column));
        FittedKind::Fill(Self {
            numbers,
            categories: categories.cloned().collect(),
        })
    }

    fn trace(&self, lineage: &mut Lineage) {
        for fill in &self.numbers {
            if let (Some(indicator), Some(sources)) = (&fill.indicator, lineage.get(&fill.column).cloned()) {
                lineage.insert(indicator.clone(), sources);
            }
        }
    }

    fn levels_named<'a>(&'a self, column: &'a str) -> Vec<&'a str> {
        let fills = self.categories.iter().filter(|fill| fill.column == column);
        fills.map(|fill| fill.level.as_str()).collect()
    }

    fn map_levels(&self, column: &str, levels: &mut LevelMap) {
        let fill = self.categories.iter().find(|fill| fill.column == column);
        if let (None, Some(fill)) = (&levels.missing, fill) {
            levels.missing = Some(fill.level.clone());
        }
    }

    fn sklearn(&self, lines: &mut Lines) -> Vec<String> {
        let indicator = |fill: &FillNumber| {
            let flag = format!("{}.isna().astype(float)", cell(&fill.column));
            Some((fill.indicator.clone()?, flag))
        };
        let mut out = assign(self.numbers.iter().filter_map(indicator));
        let columns: Vec<String> = self.numbers.iter().map(|fill| fill.column.clone()).collect();
        let strategy = match lines.original {
            Some(PipelineKind::Fill(Fill { with, .. })) => match with {
                FillWith::Mean => "strategy=\"mean\"".to_owned(),
                FillWith::MostFrequent => "strategy=\"most_frequent\"".to_owned(),
                FillWith::Number { value } => format!("strategy=\"constant\", fill_value={}", number(*value)),
                FillWith::Median | FillWith::Level { .. } => "strategy=\"median\"".to_owned(),
            },
            _ => "strategy=\"median\"".to_owned(),
        };
        if !columns.is_empty() {
            let columns = list(&columns);
            out.push(format!("on({columns}, SimpleImputer({strategy}, keep_empty_features=True))"));
        }
        let filled = |fill: &FillCategory| format!("{}.fillna({})", cell(&fill.column), text(&fill.level));
        out.extend(assign(self.categories.iter().map(|fill| (&fill.column, filled(fill)))));
        out
    }
}

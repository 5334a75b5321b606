//! A 0/1 column a level.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use spec::step::{Columns, OneHot, PipelineKind, StepInfo};
use spec::{ColumnSet, Domain, Message, Order, Outcome};

use super::date_parts::is_derived;
use super::fitting::some_of;
use super::{Fitted, Fitting, Lineage, Preprocessing, replace_origin};
use crate::fitted::FittedKind;
use crate::frame::{Cells, Frame, FrameColumn};
use crate::sklearn::{Lines, list, text};

/// Each column goes; a 0/1 column per level stands in its place. Missing and unknown levels are all zeros.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FittedOneHot {
    pub columns: Vec<OneHotColumn>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OneHotColumn {
    pub column: String,
    /// Sorted bytewise.
    pub levels: Vec<String>,
    /// The new column of each level.
    pub names: Vec<String>,
}

pub(super) fn info() -> StepInfo {
    let begin = OneHot {
        columns: Columns::Categories,
        max_levels: 50,
    };
    let max_levels = Domain::Integer {
        low: 1,
        high: i64::from(u32::MAX),
        optional: false,
    };
    let which = ColumnSet::Categories;
    StepInfo::new(PipelineKind::from(begin))
        .setting("columns", Domain::Scope { which })
        .setting("max_levels", max_levels)
}

impl Preprocessing for OneHot {
    /// Errors: `prepare.max_levels`.
    fn fit(&self, fitting: &mut Fitting) -> Outcome<FittedKind> {
        let names = fitting.categories(&self.columns)?;
        let max_levels = self.max_levels as usize;
        if max_levels == 0 {
            return Err(Message::new("prepare.max_levels").into());
        }
        let mut columns: Vec<OneHotColumn> = Vec::new();
        let mut taken: Vec<String> = Vec::new();
        for (i, column) in names.iter().enumerate() {
            fitting.tick(i, names.len())?;
            let mut present = fitting.levels(column);
            let n_levels = present.len();
            // Stable: of equally frequent levels the first in order.
            present.order_by_key(|(_, count)| std::cmp::Reverse(*count));
            let n_other: u64 = present.iter().skip(max_levels).map(|(_, count)| count).sum();
            present.truncate(max_levels);
            let mut levels: Vec<String> = present.into_iter().map(|(level, _)| level).collect();
            levels.order_by(Ord::cmp);
            let mut new = Vec::with_capacity(levels.len());
            for level in &levels {
                let name = fitting.frame.free_name(&format!("{column}_{level}"), &taken);
                taken.push(name.clone());
                new.push(name);
            }
            let code = match (n_levels, n_other) {
                (0, _) => "prepare.learned_one_hot_nothing",
                (_, 0) => "prepare.learned_one_hot",
                _ => "prepare.learned_one_hot_cut",
            };
            let message = Message::new(code)
                .with("n_levels", n_levels)
                .with("n_kept", levels.len())
                .with("n_other", n_other)
                .with("levels", some_of(&levels));
            fitting.note(column, message);
            columns.push(OneHotColumn {
                column: column.clone(),
                levels,
                names: new,
            });
        }
        Ok(FittedKind::OneHot(FittedOneHot { columns }))
    }

    fn makes(&self, column: &str) -> bool {
        match &self.columns {
            Columns::Named(names) => names.iter().any(|name| is_derived(column, name)),
            Columns::Numbers | Columns::Categories => false,
        }
    }
}

impl Fitted for FittedOneHot {
    fn apply(&self, frame: &mut Frame) {
        for one_hot in &self.columns {
            let (Some(place), Some(levels)) = (frame.position(&one_hot.column), frame.levels(&one_hot.column)) else {
                continue;
            };
            let mut flags = vec![vec![0.0; frame.n_rows]; one_hot.levels.len()];
            for (row, place) in levels.places(&one_hot.levels).enumerate() {
                if let Some(place) = place {
                    flags[place][row] = 1.0;
                }
            }
            let new = one_hot.names.iter().zip(flags).map(|(name, flags)| FrameColumn {
                name: name.clone(),
                cells: Cells::numbers(flags),
            });
            frame.replace(place, new.collect());
        }
    }

    fn prune(&self, live: &mut BTreeSet<String>) -> FittedKind {
        FittedKind::OneHot(Self {
            columns: self.columns.iter().filter_map(|column| column.prune(live)).collect(),
        })
    }

    fn trace(&self, lineage: &mut Lineage) {
        for one_hot in &self.columns {
            replace_origin(lineage, &one_hot.column, one_hot.names.iter());
        }
    }

    fn levels_named<'a>(&'a self, column: &'a str) -> Vec<&'a str> {
        let found = self.columns.iter().find(|one_hot| one_hot.column == column);
        found.map_or_else(Vec::new, |one_hot| one_hot.levels.iter().map(String::as_str).collect())
    }

    fn sklearn(&self, _lines: &mut Lines) -> Vec<String> {
        self.columns.iter().flat_map(OneHotColumn::sklearn).collect()
    }
}

impl OneHotColumn {
    fn prune(&self, live: &mut BTreeSet<String>) -> Option<Self> {
        let mut needed = Self {
            column: self.column.clone(),
            levels: Vec::new(),
            names: Vec::new(),
        };
        for (level, name) in self.levels.iter().zip(&self.names) {
            if live.remove(name) {
                needed.levels.push(level.clone());
                needed.names.push(name.clone());
            }
        }
        if needed.names.is_empty() {
            return None;
        }
        live.insert(self.column.clone());
        Some(needed)
    }

    fn sklearn(&self) -> Vec<String> {
        if self.levels.is_empty() {
            return Vec::new();
        }
        let name = list(std::slice::from_ref(&self.column));
        let levels = list(&self.levels);
        let mut out = vec![format!(
            "on({name}, OneHotEncoder(categories=[{levels}], handle_unknown=\"ignore\", sparse_output=False))"
        )];
        let usual = self.levels.iter().map(|level| format!("{}_{level}", self.column));
        let renamed: Vec<String> = usual
            .zip(&self.names)
            .filter(|(usual, name)| usual != *name)
            .map(|(usual, name)| format!("{}: {}", text(&usual), text(name)))
            .collect();
        if !renamed.is_empty() {
            out.push(format!("change(lambda X: X.rename(columns={{{}}}))", renamed.join(", ")));
        }
        out
    }
}

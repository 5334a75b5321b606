//! Levels that mean the same as one level.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use spec::step::{Columns, MergeLevels, PipelineKind, StepInfo};
use spec::{ColumnSet, Domain, Message, Order, Outcome};

use super::{Fitted, Fitting, Preprocessing};
use crate::fitted::{FittedKind, LevelMap};
use crate::frame::Frame;
use crate::sklearn::{Lines, assign, cell, text};

/// A category column; levels that are no key stay as they are. Applied once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FittedMergeLevels {
    pub column: String,
    pub map: BTreeMap<String, String>,
}

pub(super) fn info() -> StepInfo {
    let (column, map) = (String::new(), BTreeMap::new());
    let which = ColumnSet::Categories;
    StepInfo::new(PipelineKind::from(MergeLevels { column, map }))
        .setting("column", Domain::Column { which })
        .setting("map", Domain::Levels)
}

impl Preprocessing for MergeLevels {
    /// Errors: `prepare.level_empty`.
    fn fit(&self, fitting: &mut Fitting) -> Outcome<FittedKind> {
        let names = fitting.categories(&Columns::Named(vec![self.column.clone()]))?;
        let mut trimmed = BTreeMap::new();
        for (from, into) in &self.map {
            let (from, into) = (from.trim(), into.trim());
            if into.is_empty() {
                return Err(Message::new("prepare.level_empty").with("column", &self.column).into());
            }
            if from != into && !from.is_empty() {
                trimmed.insert(from.to_owned(), into.to_owned());
            }
        }
        if let Some(name) = names.first() {
            let before = fitting.levels(name);
            let changed = before.iter().filter(|(level, _)| trimmed.contains_key(level));
            let n_changed: u64 = changed.map(|(_, count)| count).sum();
            let mut after: Vec<&String> = before.iter().map(|(level, _)| trimmed.get(level).unwrap_or(level)).collect();
            after.order_by(Ord::cmp);
            after.dedup();
            let message = Message::new("prepare.learned_merge")
                .with("n_before", before.len())
                .with("n_after", after.len())
                .with("n_changed", n_changed);
            fitting.note(&self.column, message);
        }
        Ok(FittedKind::MergeLevels(FittedMergeLevels {
            column: self.column.clone(),
            map: trimmed,
        }))
    }
}

impl Fitted for FittedMergeLevels {
    fn apply(&self, frame: &mut Frame) {
        if let Some(levels) = frame.levels_mut(&self.column) {
            levels.merge(&self.map);
        }
    }

    fn prune(&self, live: &mut BTreeSet<String>) -> FittedKind {
        let is_live = live.contains(&self.column);
        FittedKind::MergeLevels(Self {
            column: self.column.clone(),
            map: if is_live { self.map.clone() } else { BTreeMap::new() },
        })
    }

    fn levels_named<'a>(&'a self, column: &'a str) -> Vec<&'a str> {
        if self.column != column {
            return Vec::new();
        }
        self.map
            .iter()
            .flat_map(|(from, into)| [from.as_str(), into.as_str()])
            .collect()
    }

    fn map_levels(&self, column: &str, levels: &mut LevelMap) {
        if self.column == column {
            for level in levels.levels.values_mut().chain(&mut levels.missing) {
                if let Some(into) = self.map.get(level) {
                    level.clone_from(into);
                }
            }
        }
    }

    fn sklearn(&self, _lines: &mut Lines) -> Vec<String> {
        if self.map.is_empty() {
            return Vec::new();
        }
        let pair = |(from, into): (&String, &String)| format!("{}: {}", text(from), text(into));
        let pairs: Vec<String> = self.map.iter().map(pair).collect();
        let merged = format!("{}.replace({{{}}})", cell(&self.column), pairs.join(", "));
        assign([(&self.column, merged)])
    }
}

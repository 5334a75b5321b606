//! Levels numbered in sorted order.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use spec::step::{Columns, Ordinal, PipelineKind, StepInfo};
use spec::{ColumnSet, Domain, Message, Outcome};

use super::fitting::some_of;
use super::{Fitted, Fitting, Preprocessing};
use crate::fitted::FittedKind;
use crate::frame::{Cells, Frame};
use crate::sklearn::{Lines, list};

/// The category column becomes numbers: the level's position in `levels`; missing and unknown levels are -1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FittedOrdinal {
    pub columns: Vec<OrdinalColumn>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrdinalColumn {
    pub column: String,
    /// Sorted bytewise.
    pub levels: Vec<String>,
}

pub(super) fn info() -> StepInfo {
    let columns = Columns::Categories;
    let which = ColumnSet::Categories;
    StepInfo::new(PipelineKind::from(Ordinal { columns })).setting("columns", Domain::Scope { which })
}

impl Preprocessing for Ordinal {
    fn fit(&self, fitting: &mut Fitting) -> Outcome<FittedKind> {
        let names = fitting.categories(&self.columns)?;
        let levels_of = |column: &str| fitting.levels(column).into_iter().map(|(level, _)| level).collect();
        let columns: Vec<OrdinalColumn> = names
            .into_iter()
            .map(|column| OrdinalColumn {
                levels: levels_of(&column),
                column,
            })
            .collect();
        for ordinal in &columns {
            let message = Message::new("prepare.learned_ordinal")
                .with("n_levels", ordinal.levels.len())
                .with("levels", some_of(&ordinal.levels));
            fitting.note(&ordinal.column, message);
        }
        Ok(FittedKind::Ordinal(FittedOrdinal { columns }))
    }
}

impl Fitted for FittedOrdinal {
    fn apply(&self, frame: &mut Frame) {
        for ordinal in &self.columns {
            let (Some(place), Some(levels)) = (frame.position(&ordinal.column), frame.levels(&ordinal.column)) else {
                continue;
            };
            let places = levels.places(&ordinal.levels);
            let codes = places.map(|place| place.map_or(-1.0, |place| place as f64)).collect();
            frame.columns[place].cells = Cells::numbers(codes);
        }
    }

    fn prune(&self, live: &mut BTreeSet<String>) -> FittedKind {
        let needed = self.columns.iter().filter(|ordinal| live.contains(&ordinal.column));
        FittedKind::Ordinal(Self {
            columns: needed.cloned().collect(),
        })
    }

    fn levels_named<'a>(&'a self, column: &'a str) -> Vec<&'a str> {
        let found = self.columns.iter().find(|ordinal| ordinal.column == column);
        found.map_or_else(Vec::new, |ordinal| ordinal.levels.iter().map(String::as_str).collect())
    }

    fn encoded(&self) -> Vec<&str> {
        self.columns.iter().map(|ordinal| ordinal.column.as_str()).collect()
    }

    fn sklearn(&self, _lines: &mut Lines) -> Vec<String> {
        if self.columns.is_empty() {
            return Vec::new();
        }
        let names: Vec<String> = self.columns.iter().map(|ordinal| ordinal.column.clone()).collect();
        let levels: Vec<String> = self.columns.iter().map(|ordinal| list(&ordinal.levels)).collect();
        let encoder = format!(
            "OrdinalEncoder(categories=[{}], handle_unknown=\"use_encoded_value\", unknown_value=-1, encoded_missing_value=-1)",
            levels.join(", ")
        );
        vec![format!("on({}, {encoder})", list(&names))]
    }
}

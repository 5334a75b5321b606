//! Year, month, weekday and so on of a time.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use spec::step::{Columns, DatePart, DateParts, PipelineKind, StepInfo};
use spec::{ColumnSet, ColumnType, Domain, Message, Outcome};

use super::{Fitted, Fitting, Lineage, Preprocessing, replace_origin};
use crate::date::{self, Civil};
use crate::fitted::FittedKind;
use crate::frame::{Cells, Frame, FrameColumn};
use crate::sklearn::{Lines, assign, cell};

/// The time column goes; its parts stand in its place, in order. `s = floor(x)`; `day = floor(s / 86400)`; hour:
/// `floor((s - day * 86400) / 3600)`; the others by civil-from-days integer arithmetic, see [`date`]. Times before
/// [`date::FIRST`] or not before [`date::END`] count as missing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FittedDateParts {
    pub column: String,
    pub parts: Vec<(DatePart, String)>,
}

pub(super) fn info() -> StepInfo {
    let begin = DateParts {
        column: String::new(),
        parts: vec![DatePart::Year, DatePart::Month, DatePart::Weekday],
    };
    let which = ColumnSet::Times;
    StepInfo::new(PipelineKind::from(begin))
        .setting("column", Domain::Column { which })
        .setting("parts", Domain::DateParts)
}

impl Preprocessing for DateParts {
    /// Errors: `prepare.no_parts`, `prepare.not_time`.
    fn fit(&self, fitting: &mut Fitting) -> Outcome<FittedKind> {
        let column = &self.column;
        if self.parts.is_empty() {
            return Err(Message::new("prepare.no_parts").with("column", column).into());
        }
        let names = fitting.numbers(&Columns::Named(vec![column.clone()]))?;
        let is_time = matches!(
            fitting.frame.cells(column),
            Some(Cells::Numbers {
                shown_as: ColumnType::Time,
                ..
            })
        );
        if !names.is_empty() && !is_time {
            return Err(Message::new("prepare.not_time").with("column", column).into());
        }
        let mut named: Vec<(DatePart, String)> = Vec::new();
        for &part in &self.parts {
            if named.iter().all(|(known, _)| *known != part) {
                let taken: Vec<String> = named.iter().map(|(_, name)| name.clone()).collect();
                let wanted = format!("{column}_{}", part.name());
                named.push((part, fitting.frame.free_name(&wanted, &taken)));
            }
        }
        let new: Vec<String> = named.iter().map(|(_, name)| name.clone()).collect();
        if !names.is_empty() {
            fitting.note(column, Message::new("prepare.learned_dates").with("columns", new));
        }
        Ok(FittedKind::DateParts(FittedDateParts {
            column: column.clone(),
            parts: named,
        }))
    }

    fn makes(&self, column: &str) -> bool {
        is_derived(column, &self.column)
    }
}

/// `COLUMN_something`.
pub(super) fn is_derived(name: &str, column: &str) -> bool {
    name.strip_prefix(column).is_some_and(|rest| rest.starts_with('_'))
}

impl Fitted for FittedDateParts {
    fn apply(&self, frame: &mut Frame) {
        let (Some(place), Some(times)) = (frame.position(&self.column), frame.values(&self.column)) else {
            return;
        };
        let civil: Vec<Option<Civil>> = times.iter().map(|&seconds| date::civil(seconds)).collect();
        let values = |part: DatePart| {
            let value = |civil: &Option<Civil>| civil.as_ref().map_or(f64::NAN, |civil| date_part(civil, part));
            Cells::numbers(civil.iter().map(value).collect())
        };
        let new = self.parts.iter().map(|(part, name)| FrameColumn {
            name: name.clone(),
            cells: values(*part),
        });
        let new = new.collect();
        frame.replace(place, new);
    }

    fn prune(&self, live: &mut BTreeSet<String>) -> FittedKind {
        let parts: Vec<_> = self.parts.iter().filter(|(_, name)| live.remove(name)).cloned().collect();
        if !parts.is_empty() {
            live.insert(self.column.clone());
        }
        FittedKind::DateParts(Self {
            column: self.column.clone(),
            parts,
        })
    }

    fn trace(&self, lineage: &mut Lineage) {
        replace_origin(lineage, &self.column, self.parts.iter().map(|(_, name)| name));
    }

    fn sklearn(&self, _lines: &mut Lines) -> Vec<String> {
        let value = |part: DatePart| format!("calendar({}).dt.{}", cell(&self.column), sklearn_name(part));
        assign(self.parts.iter().map(|(part, name)| (name, value(*part))))
    }
}

fn date_part(civil: &Civil, part: DatePart) -> f64 {
    (match part {
        DatePart::Year => civil.year,
        DatePart::Month => civil.month,
        DatePart::Day => civil.day,
        DatePart::Weekday => civil.weekday,
        DatePart::Hour => civil.hour,
    }) as f64
}

fn sklearn_name(part: DatePart) -> &'static str {
    match part {
        DatePart::Weekday => "day_of_week",
        other => other.name(),
    }
}

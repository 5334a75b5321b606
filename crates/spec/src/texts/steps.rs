//! A recipe step in one line: its name, and what it was told.

use super::names;
use super::number::{percent, significant};
use super::ui::prepare as words;
use crate::step::{Columns, PipelineKind, ShapeKind};

/// "Trim text: city, plan +1".
pub fn shape_line(kind: &ShapeKind) -> String {
    line(names::shape_step(kind), &shape_settings(kind))
}

/// "Fill missing: all number columns".
pub fn pipeline_line(kind: &PipelineKind) -> String {
    line(names::pipeline_step(kind), &pipeline_settings(kind))
}

fn line(name: &str, settings: &str) -> String {
    if settings.is_empty() {
        name.to_owned()
    } else {
        format!("{name}: {settings}")
    }
}

/// The settings alone.
pub fn shape_settings(kind: &ShapeKind) -> String {
    match kind {
        ShapeKind::Trim { columns }
        | ShapeKind::InfiniteToMissing { columns }
        | ShapeKind::DropMissing { columns }
        | ShapeKind::FillForward { columns, .. } => listed(columns),
        ShapeKind::DropDuplicates { columns } if columns.is_empty() => words::ALL_COLUMNS.to_owned(),
        ShapeKind::DropDuplicates { columns } => listed(columns),
        ShapeKind::Replace {
            columns, find, replace, ..
        } => words::replaces(&listed(columns), find, replace),
        ShapeKind::ParseDate {
            column,
            newest_year: Some(newest),
            ..
        } => words::two_digit_years(column, *newest),
        ShapeKind::ParseNumber { column, .. } | ShapeKind::ParseDate { column, .. } => column.clone(),
        ShapeKind::SetType { column, column_type } => words::becomes(column, words::column_type(*column_type)),
        ShapeKind::ValueToMissing { column, values } => words::becomes(
            &format!(
                "{column} {}",
                values.iter().map(|x| significant(*x, 6)).collect::<Vec<_>>().join(", ")
            ),
            words::MISSING,
        ),
        ShapeKind::Filter { conditions, .. } => conditions
            .iter()
            .map(|one| words::condition(&one.column, one.comparison, &one.value))
            .collect::<Vec<_>>()
            .join("; "),
    }
}

/// The settings alone.
pub fn pipeline_settings(kind: &PipelineKind) -> String {
    let columns = |columns: &Columns| match columns {
        Columns::Numbers => words::ALL_NUMBERS.to_lowercase(),
        Columns::Categories => words::ALL_CATEGORIES.to_lowercase(),
        Columns::Named(names) => listed(names),
    };
    match kind {
        PipelineKind::Exclude { columns, reason } => {
            if reason.is_empty() {
                listed(columns)
            } else {
                format!("{}: {reason}", listed(columns))
            }
        }
        PipelineKind::MergeLevels { column, map } => words::merges(column, map.len()),
        PipelineKind::Clip {
            columns: set,
            low_quantile,
            high_quantile,
        } => words::clips(&columns(set), &percent(*low_quantile), &percent(*high_quantile)),
        PipelineKind::Bin {
            columns: set, n_bins, ..
        } => words::bins(&columns(set), *n_bins),
        PipelineKind::Fill { columns: set, .. }
        | PipelineKind::Log { columns: set, .. }
        | PipelineKind::StandardScale { columns: set }
        | PipelineKind::MinMaxScale { columns: set }
        | PipelineKind::OneHot { columns: set, .. }
        | PipelineKind::Ordinal { columns: set } => columns(set),
        PipelineKind::DateParts { column, .. } => column.clone(),
        PipelineKind::Interaction { left, right } => format!("{left} × {right}"),
        PipelineKind::Formula { name, expression } => format!("{name} = {expression}"),
    }
}

fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [a] => a.clone(),
        [a, b] => format!("{a}, {b}"),
        [a, b, rest @ ..] => format!("{a}, {b} +{}", rest.len()),
    }
}

//! Pages of rows in any state of the data.

use std::sync::Arc;

use math::quantile::quantile_sorted;
use prepare::TrainView;
use spec::job::{FormulaPreview, RowSelection, RowState, RowsPage, SortBy};
use spec::step::{Formula, PipelineKind, Step};
use spec::{Cell, Message, Observer, Order, Outcome, Unobserved};
use table::{Column, ColumnData, Table};

use super::Resources;
use super::data::{fit_rows, key, recipe, shaped, split};
use crate::setting::{Setting, Source};

/// Interquartile ranges beyond the quartiles from which a value counts as an outlier, as in the alerts.
const FENCE: f64 = 1.5;
/// Rows a formula preview shows.
const PREVIEW_ROWS: usize = 20;
/// A name that no file's column has: the control character cannot be typed.
const PREVIEW_NAME: &str = "preview\u{1}";

pub(super) struct Wanted<'a> {
    pub state: &'a RowState,
    pub selection: Option<&'a RowSelection>,
    pub picked: Option<&'a [u32]>,
    pub sort: Option<&'a SortBy>,
}

/// A state of the data: its table, and per row its number in the file.
struct View {
    table: Arc<Table>,
    row_ids: Option<Vec<u32>>,
    /// The state before, for marking what changed; rows by number in the file.
    before: Option<(Arc<Table>, Vec<u32>)>,
}

pub(super) fn page(
    resources: &dyn Resources,
    setting: &Setting,
    wanted: &Wanted<'_>,
    start: u64,
    count: u32,
    observer: &mut dyn Observer,
) -> Outcome<RowsPage> {
    let view = view(resources, setting, wanted.state, observer)?;
    let order_key = key(
        "order",
        &(setting, wanted.state, wanted.selection, wanted.picked, wanted.sort),
    );
    let order = resources.cache().get_or(&order_key, || order(&view.table, wanted))?;
    let n_rows = order.len();
    let first = usize::try_from(start).unwrap_or(usize::MAX).min(n_rows);
    let rows = &order[first..first.saturating_add(count as usize).min(n_rows)];
    let row_id = |row: u32| view.row_ids.as_ref().map_or(row, |ids| ids[row as usize]);
    let cells = rows
        .iter()
        .map(|&row| {
            view.table
                .columns()
                .iter()
                .map(|column| {
                    let cell = cell(column, row as usize);
                    let changed = view.before.as_ref().is_some_and(|(before, ids)| {
                        let same = before.column(column.name()).and_then(|old| {
                            let at = ids.binary_search(&row_id(row)).ok()?;
                            Some(cell_text(old, at) == cell_text(column, row as usize))
                        });
                        same != Some(true)
                    });
                    Cell { changed, ..cell }
                })
                .collect()
        })
        .collect();
    Ok(RowsPage {
        start: first as u64,
        n_rows: n_rows as u64,
        columns: view
            .table
            .columns()
            .iter()
            .map(|column| (column.name().to_owned(), column.column_type()))
            .collect(),
        row_ids: rows.iter().map(|&row| u64::from(row_id(row))).collect(),
        cells,
    })
}

/// The whole table of a state, for export.
pub(super) fn state_table(
    resources: &dyn Resources,
    setting: &Setting,
    state: &RowState,
    observer: &mut dyn Observer,
) -> Outcome<Arc<Table>> {
    Ok(view(resources, setting, state, observer)?.table)
}

pub(super) fn formula(
    resources: &dyn Resources,
    setting: &Setting,
    expression: &str,
    observer: &mut dyn Observer,
) -> Outcome<FormulaPreview> {
    let shaped = shaped(resources, &setting.source, observer)?;
    let rows: Vec<u32> = (0..shaped.table.n_rows().min(PREVIEW_ROWS) as u32).collect();
    let framing = &setting.framing;
    let kind = PipelineKind::Formula(Formula {
        name: PREVIEW_NAME.to_owned(),
        expression: expression.to_owned(),
    });
    let step = Step {
        id: 0,
        enabled: true,
        kind,
    };
    let fitted = prepare::recipe::fit(&[step], &TrainView::new(&shaped.table, &rows, framing), observer)?;
    let frame = fitted.frame_after(&shaped.table, &rows, 0)?;
    let column = frame
        .column(PREVIEW_NAME)
        .ok_or_else(|| Message::new("engine.no_column").with("column", PREVIEW_NAME))?;
    let columns_used = prepare::formula::parse(expression)?
        .columns()
        .into_iter()
        .map(str::to_owned)
        .collect();
    let cells = rows
        .iter()
        .map(|&row| (u64::from(shaped.row_ids[row as usize]), cell(column, row as usize)));
    Ok(FormulaPreview {
        rows: cells.collect(),
        columns_used,
    })
}

fn view(resources: &dyn Resources, setting: &Setting, state: &RowState, observer: &mut dyn Observer) -> Outcome<View> {
    let source = &setting.source;
    match state {
        RowState::Original => Ok(View {
            table: resources.table(&source.table)?,
            row_ids: None,
            before: None,
        }),
        RowState::Shaped => {
            let shaped = shaped(resources, source, observer)?;
            Ok(View {
                table: Arc::clone(&shaped.table),
                row_ids: Some(shaped.row_ids.clone()),
                before: None,
            })
        }
        RowState::AfterShape { step } => {
            let at = source.shape.iter().position(|other| other.id == *step);
            let at = at.ok_or_else(|| Message::new("engine.no_step").with("id", *step))?;
            let upto = |n: usize| Source {
                shape: source.shape[..n].to_vec(),
                ..source.clone()
            };
            let before = shaped(resources, &upto(at), observer)?;
            let after = shaped(resources, &upto(at + 1), observer)?;
            Ok(View {
                table: Arc::clone(&after.table),
                row_ids: Some(after.row_ids.clone()),
                before: Some((Arc::clone(&before.table), before.row_ids.clone())),
            })
        }
        RowState::AfterPipeline { step } => {
            let shaped = shaped(resources, source, observer)?;
            let fitted = recipe(resources, setting, observer)?;
            let table = resources.cache().get_or(&key("after", &(setting, step)), || {
                let all: Vec<u32> = (0..shaped.table.n_rows() as u32).collect();
                fitted.frame_after(&shaped.table, &all, *step)
            })?;
            Ok(View {
                table,
                row_ids: Some(shaped.row_ids.clone()),
                before: None,
            })
        }
        RowState::Features => {
            // Test rows stay unseen: what the model sees is what it learns from.
            let shaped = shaped(resources, source, observer)?;
            let split = split(resources, setting, observer)?;
            let rows = fit_rows(&split);
            let fitted = recipe(resources, setting, observer)?;
            let table = resources.cache().get_or(&key("features", setting), || {
                let features = fitted.apply(&shaped.table, &rows)?;
                let columns = features.names.into_iter().zip(features.columns);
                let numbers = |values: Vec<f32>| ColumnData::Number(values.into_iter().map(f64::from).collect());
                Table::new(columns.map(|(name, values)| Column::new(&name, numbers(values))).collect())
            })?;
            let row_ids = rows.iter().map(|&row| shaped.row_ids[row as usize]).collect();
            Ok(View {
                table,
                row_ids: Some(row_ids),
                before: None,
            })
        }
    }
}

/// Selected rows in the order asked for; ties keep the file's order, missing cells come last.
fn order(table: &Table, wanted: &Wanted<'_>) -> Outcome<Vec<u32>> {
    let mut rows = match wanted.selection {
        None => (0..table.n_rows() as u32).collect(),
        Some(selection) => selected(table, selection, wanted.picked)?,
    };
    if let Some(sort) = wanted.sort {
        let column = table
            .column(&sort.column)
            .ok_or_else(|| Message::new("engine.no_column").with("column", &sort.column))?;
        let rank = |row: u32| column.is_missing(row as usize);
        if let Some(numbers) = column.numbers() {
            rows.order_by(|&a, &b| {
                let by_value = numbers[a as usize].total_cmp(&numbers[b as usize]);
                rank(a)
                    .cmp(&rank(b))
                    .then(if sort.descending { by_value.reverse() } else { by_value })
            });
        } else {
            let mut keyed: Vec<(Option<String>, u32)> = rows.iter().map(|&row| (cell_text(column, row as usize), row)).collect();
            keyed.order_by(|(a, i), (b, j)| {
                let by_value = if sort.descending { b.cmp(a) } else { a.cmp(b) };
                a.is_none().cmp(&b.is_none()).then(by_value).then(i.cmp(j))
            });
            rows = keyed.into_iter().map(|(_, row)| row).collect();
        }
    }
    Ok(rows)
}

fn selected(table: &Table, selection: &RowSelection, picked: Option<&[u32]>) -> Outcome<Vec<u32>> {
    let all = 0..table.n_rows() as u32;
    let named = |name: &str| {
        table
            .column(name)
            .ok_or_else(|| Message::new("engine.no_column").with("column", name))
    };
    Ok(match selection {
        RowSelection::ConfusionCell { .. } => picked.unwrap_or_default().to_vec(),
        RowSelection::Missing { column } => {
            let column = named(column)?;
            all.filter(|&row| column.is_missing(row as usize)).collect()
        }
        RowSelection::Duplicates => {
            let columns: Vec<usize> = (0..table.columns().len()).collect();
            table::profile::repeats(table, &columns, &mut Unobserved)?
        }
        RowSelection::Outliers { column } => {
            let column = named(column)?;
            let Some(numbers) = column.numbers() else {
                return Ok(Vec::new());
            };
            let finite = math::quantile::sorted(numbers.iter().copied().filter(|value| value.is_finite()).collect());
            let (first, third) = (quantile_sorted(&finite, 0.25), quantile_sorted(&finite, 0.75));
            let (low, high) = (first - FENCE * (third - first), third + FENCE * (third - first));
            all.filter(|&row| {
                let value = numbers[row as usize];
                value < low || value > high
            })
            .collect()
        }
    })
}

fn cell_text(column: &Column, row: usize) -> Option<String> {
    column.text_at(row).map(std::borrow::Cow::into_owned)
}

fn cell(column: &Column, row: usize) -> Cell {
    match cell_text(column, row) {
        Some(text) => Cell {
            text,
            missing: false,
            changed: false,
        },
        None => Cell {
            text: String::new(),
            missing: true,
            changed: false,
        },
    }
}

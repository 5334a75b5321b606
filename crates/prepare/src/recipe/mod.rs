//! Fitting a recipe: each step learns from the training rows as the steps before it left them.

mod columns;

use std::collections::BTreeSet;

use spec::step::{Columns, Exclude, Fill, FillWith, OneHot, PipelineKind, Step, StepView, UnusedColumn};
use spec::{Framing, Message, Observer, Outcome};
use table::{ColumnData, Table};

pub(crate) use self::columns::{Context, Resolved};
use crate::fitted::{FittedRecipe, FittedStep, InputColumn, InputType};
use crate::frame::{Cells, Frame};
use crate::steps::Fitting;

/// The id of the fill that [`complete`] appends.
pub const COMPLETE_ID: u32 = u32::MAX;

/// Training rows of a table: all that a recipe can learn from. The target and the columns not known when the
/// prediction is made are out of its reach.
#[derive(Clone, Copy, Debug)]
pub struct TrainView<'a> {
    table: &'a Table,
    rows: &'a [u32],
    framing: &'a Framing,
}

impl<'a> TrainView<'a> {
    /// Every row is below `table.n_rows()`.
    pub fn new(table: &'a Table, rows: &'a [u32], framing: &'a Framing) -> Self {
        Self { table, rows, framing }
    }

    pub fn n_rows(&self) -> usize {
        self.rows.len()
    }

    fn hides(&self, name: &str) -> bool {
        self.framing.target.as_deref() == Some(name) || self.framing.not_known.iter().any(|column| column == name)
    }
}

/// Fits the enabled steps in order. The result depends on the training rows and their order only.
///
/// Errors: the first step that cannot be done, with its id: `prepare.no_rows`, `prepare.*` of the step, `formula.*`.
pub fn fit(steps: &[Step<PipelineKind>], view: &TrainView, observer: &mut dyn Observer) -> Outcome<FittedRecipe> {
    fit_steps(steps, view, false, observer)
}

/// Like [`fit`], for the screen: a step that cannot be done has its failure in its view and is passed over.
///
/// Errors: `prepare.no_rows`, and what the observer returns.
pub fn preview(steps: &[Step<PipelineKind>], view: &TrainView, observer: &mut dyn Observer) -> Outcome<FittedRecipe> {
    fit_steps(steps, view, true, observer)
}

/// The steps for a model: one that cannot take missing values gets a fill with the training median at the end.
pub fn complete(steps: &[Step<PipelineKind>], needs_complete: bool) -> Vec<Step<PipelineKind>> {
    let mut steps = steps.to_vec();
    if needs_complete {
        steps.push(Step {
            id: COMPLETE_ID,
            enabled: true,
            kind: PipelineKind::Fill(Fill {
                columns: Columns::Numbers,
                with: FillWith::Median,
                indicator: false,
            }),
        });
    }
    steps
}

fn fit_steps(
    steps: &[Step<PipelineKind>],
    view: &TrainView,
    pass_over: bool,
    observer: &mut dyn Observer,
) -> Outcome<FittedRecipe> {
    if view.rows.is_empty() {
        return Err(Message::new("prepare.no_rows").into());
    }
    let unread = excluded_at_once(steps);
    let mut frame = Frame {
        columns: Vec::new(),
        n_rows: view.rows.len(),
    };
    let mut inputs: Vec<InputColumn> = Vec::new();
    for column in view.table.columns().iter().filter(|column| !view.hides(column.name())) {
        observer.tick(0.0)?;
        let cells = if unread.contains(column.name()) || matches!(column.data, ColumnData::Text(_)) {
            Cells::Opaque(None)
        } else {
            Cells::of_column(column, view.rows)
        };
        let levels = match &cells {
            Cells::Levels(levels) => levels.present().into_iter().map(|(level, _)| level).collect(),
            _ => Vec::new(),
        };
        inputs.push(InputColumn {
            name: column.name().to_owned(),
            input_type: input_type(&column.data),
            levels,
        });
        frame.push(column.name(), cells);
    }

    let n_enabled = steps.iter().filter(|step| step.enabled).count();
    let mut context = Context::new(view.framing, steps);
    let mut fitted: Vec<FittedStep> = Vec::new();
    let mut views = Vec::new();
    for (place, (position, step)) in steps.iter().enumerate().filter(|(_, step)| step.enabled).enumerate() {
        let share = 1.0 / n_enabled as f64;
        let mut section = spec::Section::new(observer, place as f64 * share, (place + 1) as f64 * share);
        context.begin(position);
        let mut fitting = Fitting {
            frame: &frame,
            context: &context,
            observer: &mut section,
            notes: Vec::new(),
        };
        let (learned, failure) = match crate::steps::of(&step.kind).fit(&mut fitting) {
            Ok(kind) => {
                let notes = fitting.notes;
                if place + 1 == n_enabled {
                    // Nobody learns from the cells any more: only the columns matter.
                    frame.truncate();
                }
                let before: Vec<String> = frame.columns.iter().map(|column| column.name.clone()).collect();
                crate::steps::of_fitted(&kind).apply(&mut frame);
                context.applied(&before, &frame, &kind);
                fitted.push(FittedStep { id: step.id, kind });
                (notes, None)
            }
            Err(failure) if pass_over && !failure.cancelled => (Vec::new(), Some(failure.in_step(step.id))),
            Err(failure) => return Err(failure.in_step(step.id)),
        };
        views.push(StepView {
            id: step.id,
            learned,
            n_rows: view.rows.len() as u64,
            failure,
        });
    }

    let features = frame
        .columns
        .iter()
        .filter(|column| matches!(column.cells, Cells::Numbers { .. }))
        .map(|column| column.name.clone())
        .collect();
    let mut recipe = FittedRecipe {
        inputs: Vec::new(),
        entered: inputs.iter().map(|input| input.name.clone()).collect(),
        steps: fitted,
        features,
        unused: frame
            .columns
            .iter()
            .filter_map(|column| unused(&column.name, &column.cells))
            .collect(),
        views,
        n_train_rows: view.rows.len() as u64,
    };
    let (_, needed) = recipe.live();
    recipe.inputs = inputs.into_iter().filter(|input| needed.contains(&input.name)).collect();
    Ok(recipe)
}

/// Columns that the recipe begins by excluding need not be read at all (ids have as many levels as rows).
fn excluded_at_once(steps: &[Step<PipelineKind>]) -> BTreeSet<&str> {
    steps
        .iter()
        .filter(|step| step.enabled)
        .map_while(|step| match &step.kind {
            PipelineKind::Exclude(Exclude { columns, .. }) => Some(columns.iter().map(String::as_str)),
            _ => None,
        })
        .flatten()
        .collect()
}

fn input_type(data: &ColumnData) -> InputType {
    match data {
        ColumnData::Number(_) => InputType::Number,
        ColumnData::Time(_) => InputType::Time,
        ColumnData::Boolean(_) => InputType::Boolean,
        ColumnData::Category(_) | ColumnData::Text(_) => InputType::Category,
    }
}

fn unused(name: &str, cells: &Cells) -> Option<UnusedColumn> {
    let named = |code: &str| Message::new(code).with("column", name);
    let columns = || vec![name.to_owned()];
    match cells {
        Cells::Numbers { .. } => None,
        Cells::Levels(levels) => Some(UnusedColumn {
            column: name.to_owned(),
            reason: named("prepare.unused_category").with("n_levels", levels.names.len()),
            offer: Some(PipelineKind::OneHot(OneHot {
                columns: Columns::Named(columns()),
                max_levels: 50,
            })),
        }),
        Cells::Opaque(_) => Some(UnusedColumn {
            column: name.to_owned(),
            reason: named("prepare.unused_text"),
            offer: Some(PipelineKind::Exclude(Exclude {
                columns: columns(),
                reason: "free text".to_owned(),
            })),
        }),
    }
}

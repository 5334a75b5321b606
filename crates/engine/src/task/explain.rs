//! What a model takes, what it says of one row, and why.

use std::collections::BTreeMap;
use std::sync::Arc;

use evaluate::contributions::{self, SamplingSettings};
use prepare::target::TargetData;
use prepare::{Features, InputType};
use serde::{Deserialize, Serialize};
use spec::explain::{ContributionSummary, DrawnRow, Explained, ModelInput, ModelInputs, RowOf};
use spec::graph::ModelGraph;
use spec::read::{CellFormat, ImportSummary, ReadOptions};
use spec::{ColumnSchema, Message, Observer, Order, Outcome, Section, wire};
use table::read::Reading;
use table::{Column, Table};
use train::{FittedPipeline, Predictions};

use super::data::{fit_rows, key, shaped, split, target};
use super::fit::fold_model;
use super::{Candidate, Resources};
use crate::setting::Setting;

/// Validation rows whose contributions are summed up.
const SUMMED_ROWS: usize = 1000;
/// Of them in one task where there is only one fold: the same whatever the number of workers.
const ROWS_PER_TASK: usize = 250;
/// Share of a task's progress that the fit of a fold's model takes.
const FOLD_FIT_SHARE: f64 = 0.3;

/// How the cells of an import are read; what its summary says of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportReading {
    pub options: ReadOptions,
    pub schema: Vec<ColumnSchema>,
    pub formats: BTreeMap<String, CellFormat>,
}

impl ImportReading {
    pub fn of(summary: &ImportSummary) -> Self {
        Self {
            options: summary.options.clone(),
            schema: summary.schema.clone(),
            formats: summary.formats.clone(),
        }
    }

    fn reading(&self) -> Reading<'_> {
        Reading {
            options: &self.options,
            schema: &self.schema,
            formats: &self.formats,
        }
    }
}

/// The columns of [`FittedPipeline`]'s recipe as all rows that it learned from have them.
pub(super) fn inputs(
    resources: &dyn Resources,
    setting: &Setting,
    model: &[u8],
    import: &ImportReading,
    observer: &mut dyn Observer,
) -> Outcome<ModelInputs> {
    let fitted: FittedPipeline = wire::from_bytes(model)?;
    let ranges = ranges(resources, setting, &fitted, observer)?;
    let shaped = shaped(resources, &setting.source, observer)?;
    let rows = fit_rows(&*split(resources, setting, observer)?);
    let columns = fitted
        .recipe
        .inputs
        .iter()
        .zip(ranges.iter())
        .map(|(input, range)| {
            let column = shaped.table.required(&input.name)?;
            let n_missing = rows.iter().filter(|row| column.is_missing(**row as usize)).count();
            let imported = import.schema.iter().find(|imported| imported.name == input.name);
            Ok(ModelInput {
                column: input.name.clone(),
                column_type: imported.map_or_else(|| column.column_type(), |imported| imported.column_type),
                cleaned_type: column.column_type(),
                format: import.formats.get(&input.name).cloned(),
                levels: input.levels.clone(),
                range: *range,
                missing_share: n_missing as f64 / rows.len().max(1) as f64,
            })
        })
        .collect::<Outcome<Vec<_>>>()?;
    Ok(ModelInputs {
        columns,
        target: fitted.target,
        classes: fitted.classes,
        decimal_comma: import.options.decimal_comma,
        n_train_rows: rows.len() as u64,
    })
}

/// Per input: smallest and largest, None for categories.
type Ranges = Vec<Option<(f64, f64)>>;

/// Smallest and largest finite value per input over the rows that the model learned from.
fn ranges(
    resources: &dyn Resources,
    setting: &Setting,
    fitted: &FittedPipeline,
    observer: &mut dyn Observer,
) -> Outcome<Arc<Ranges>> {
    let shaped = shaped(resources, &setting.source, observer)?;
    let split = split(resources, setting, observer)?;
    let key = key("ranges", &(setting, &fitted.recipe.inputs));
    resources.cache().get_or(&key, || {
        let rows = fit_rows(&split);
        let range = |name: &str| {
            let numbers = shaped.table.required(name)?.numbers();
            Ok(numbers.and_then(|numbers| {
                let finite = rows.iter().map(|row| numbers[*row as usize]).filter(|x| x.is_finite());
                finite.fold(None, |range: Option<(f64, f64)>, x| {
                    let (low, high) = range.unwrap_or((x, x));
                    Some((if x < low { x } else { low }, if x > high { x } else { high }))
                })
            }))
        };
        fitted
            .recipe
            .inputs
            .iter()
            .map(|input| {
                if input.input_type == InputType::Category {
                    Ok(None)
                } else {
                    range(&input.name)
                }
            })
            .collect()
    })
}

/// The `nth` row that the model learned from, in an order drawn by seed; after the last the first again.
pub(super) fn draw(
    resources: &dyn Resources,
    setting: &Setting,
    model: &[u8],
    import: &ImportReading,
    nth: u32,
    observer: &mut dyn Observer,
) -> Outcome<DrawnRow> {
    let fitted: FittedPipeline = wire::from_bytes(model)?;
    let shaped = shaped(resources, &setting.source, observer)?;
    let rows = fit_rows(&*split(resources, setting, observer)?);
    if rows.is_empty() {
        return Err(Message::new("engine.no_data").into());
    }
    let order = resources.cache().get_or(&key("drawn", &(setting, rows.len())), || {
        Ok(math::Rng::stream(setting.seed, "try.rows", 0).permutation(rows.len()))
    })?;
    let row = rows[order[nth as usize % order.len()] as usize];
    let number = shaped.row_ids[row as usize];
    // As the file has it: the steps that clean the row are made again when it is explained.
    let original = resources.table(&setting.source.table)?;
    let reading = import.reading();
    let cells = fitted
        .recipe
        .inputs
        .iter()
        .map(|input| {
            Ok((
                input.name.clone(),
                reading.write(original.required(&input.name)?, number as usize),
            ))
        })
        .collect::<Outcome<Vec<_>>>()?;
    Ok(DrawnRow {
        number: u64::from(number),
        cells,
        truth: truth(&*target(resources, setting, observer)?, row),
    })
}

fn truth(target: &TargetData, row: u32) -> Option<String> {
    match target {
        TargetData::Classes { classes, codes } => classes.get(codes[row as usize] as usize).cloned(),
        TargetData::Values(values) => {
            let value = values[row as usize];
            (!value.is_nan()).then(|| table::value::format_number(value))
        }
    }
}

/// What a row is explained with.
pub(super) struct Asked<'a> {
    pub row: &'a RowOf,
    /// Where a label of two classes turns.
    pub threshold: Option<f64>,
    /// Rows of the test set may be looked at.
    pub is_test_open: bool,
    /// What the model was fitted as.
    pub candidate: &'a Candidate,
}

/// Explains one row for every class.
pub(super) fn explain(
    resources: &dyn Resources,
    setting: &Setting,
    model: &[u8],
    import: &ImportReading,
    asked: &Asked<'_>,
    observer: &mut dyn Observer,
) -> Outcome<Explained> {
    let mut fitted: FittedPipeline = wire::from_bytes(model)?;
    let shaped = shaped(resources, &setting.source, observer)?;
    let split = split(resources, setting, observer)?;
    let mut learned = fit_rows(&split);
    let mut seen = None;
    let (table, truth) = match asked.row {
        RowOf::Cells(cells) => {
            let original = resources.table(&setting.source.table)?;
            let raw = import.reading().row(cells, &original)?;
            (deploy::clean(&raw, &setting.source.shape)?.into_owned(), None)
        }
        RowOf::Number(number) => {
            let place = u32::try_from(*number)
                .ok()
                .and_then(|number| shaped.row_ids.binary_search(&number).ok());
            let place = place.ok_or_else(|| {
                Message::new("explain.no_row")
                    .with("row", *number as usize + 1)
                    .with("n_rows", shaped.table.n_rows())
            })? as u32;
            let is_test = split.test.binary_search(&place).is_ok();
            if is_test && !asked.is_test_open {
                return Err(Message::new("engine.test_not_open").into());
            }
            // A model that has learned a row says of it what it was told: the one that had not seen it is asked.
            let fold = split.folds.iter().position(|fold| fold.validate.contains(&place));
            if let Some(fold) = fold {
                let mut section = Section::new(observer, 0.0, FOLD_FIT_SHARE);
                fitted = (*fold_model(resources, setting, asked.candidate, fold, &mut section)?).clone();
                learned.clone_from(&split.folds[fold].fit);
                seen = Some(Message::new("explain.held_out"));
            } else if !is_test {
                seen = Some(Message::new("explain.learned"));
            }
            let target = target(resources, setting, observer)?;
            (shaped.table.select(&[place]), truth(&target, place))
        }
    };
    fitted.decision_threshold = asked.threshold;
    let background = background(resources, setting, &fitted, &learned, observer)?;
    let n_explained = fitted.classes.len().max(1);
    let mut explanations = Vec::with_capacity(n_explained);
    for class in 0..n_explained {
        let mut section = Section::new(
            observer,
            FOLD_FIT_SHARE + (1.0 - FOLD_FIT_SHARE) * class as f64 / n_explained as f64,
            FOLD_FIT_SHARE + (1.0 - FOLD_FIT_SHARE) * (class + 1) as f64 / n_explained as f64,
        );
        let class = (!fitted.classes.is_empty()).then_some(class);
        let settings = sampling(setting);
        explanations.extend(contributions::explain(
            &fitted,
            &table,
            &[0],
            class,
            &background,
            &settings,
            &mut section,
        )?);
    }
    let predicted = fitted.predict(&table, &[0])?;
    let ranges = ranges(resources, setting, &fitted, observer)?;
    let (probabilities, value) = match &predicted {
        Predictions::Probabilities { values, .. } => (fitted.classes.iter().cloned().zip(values.iter().copied()).collect(), None),
        Predictions::Values(values) => (Vec::new(), values.first().copied()),
    };
    Ok(Explained {
        label: deploy::verify::labels(&fitted, &predicted).pop(),
        value,
        probabilities,
        threshold: deploy::verify::threshold(&fitted),
        explanations,
        remarks: remarks(&fitted, &table, &ranges)?.into_iter().chain(seen).collect(),
        truth,
    })
}

/// Cells of the row that training saw nothing like.
fn remarks(fitted: &FittedPipeline, table: &Table, ranges: &[Option<(f64, f64)>]) -> Outcome<Vec<Message>> {
    let mut remarks = Vec::new();
    for (input, range) in fitted.recipe.inputs.iter().zip(ranges) {
        let column: &Column = table.required(&input.name)?;
        let Some(text) = column.text_at(0) else { continue };
        let number = column.numbers().map(|numbers| numbers[0]);
        let remark = match (number, range) {
            (Some(x), Some((low, high))) if !(*low <= x && x <= *high) => {
                let is_time = input.input_type == InputType::Time;
                let show = |x: f64| {
                    if is_time {
                        table::value::format_time(x)
                    } else {
                        table::value::format_number(x)
                    }
                };
                Some(
                    Message::new("explain.out_of_range")
                        .with("low", show(*low))
                        .with("high", show(*high)),
                )
            }
            (None, _) if !input.levels.iter().any(|level| level == text.trim()) => Some(Message::new("explain.unseen")),
            _ => None,
        };
        remarks.extend(remark.map(|remark| remark.with("column", &input.name).with("text", text.as_ref())));
    }
    Ok(remarks)
}

/// Features of training rows, for what a column that is not known stands for.
fn background(
    resources: &dyn Resources,
    setting: &Setting,
    fitted: &FittedPipeline,
    learned: &[u32],
    observer: &mut dyn Observer,
) -> Outcome<Arc<Features>> {
    let shaped = shaped(resources, &setting.source, observer)?;
    let key = key("background", &(setting, &fitted.recipe, learned));
    resources.cache().get_or(&key, || {
        let rows = contributions::background_rows(learned, setting.seed);
        fitted.recipe.apply(&shaped.table, &rows)
    })
}

fn sampling(setting: &Setting) -> SamplingSettings {
    SamplingSettings {
        seed: setting.seed,
        ..SamplingSettings::default()
    }
}

/// How many tasks the rows of one fold are cut into.
pub(crate) fn n_parts(n_folds: u32, n_validation_rows: u64) -> u32 {
    if n_folds > 1 {
        return 1;
    }
    (n_validation_rows.min(SUMMED_ROWS as u64) as usize)
        .div_ceil(ROWS_PER_TASK)
        .max(1) as u32
}

/// One part of the summed-up validation rows that a fold held out, by the fold's model; per class.
pub(super) fn summaries(
    resources: &dyn Resources,
    setting: &Setting,
    candidate: &Candidate,
    fold_idx: u32,
    part: u32,
    observer: &mut dyn Observer,
) -> Outcome<Vec<ContributionSummary>> {
    let shaped = shaped(resources, &setting.source, observer)?;
    let split = split(resources, setting, observer)?;
    let mut rows = split.validation.clone();
    if rows.len() > SUMMED_ROWS {
        let order = math::Rng::stream(setting.seed, "contributions.validation", 0).permutation(rows.len());
        rows = order
            .iter()
            .take(SUMMED_ROWS)
            .map(|&at| split.validation[at as usize])
            .collect();
        rows.sort_unstable();
    }
    let mut section = Section::new(observer, 0.0, FOLD_FIT_SHARE);
    let fitted = fold_model(resources, setting, candidate, fold_idx as usize, &mut section)?;
    let fold = &split.folds[fold_idx as usize];
    let mut held_out = fold.validate.clone();
    held_out.sort_unstable();
    rows.retain(|row| held_out.binary_search(row).is_ok());
    let per_part = if split.folds.len() > 1 { SUMMED_ROWS } else { ROWS_PER_TASK };
    let rows = rows.chunks(per_part).nth(part as usize).unwrap_or_default();
    let background = background(resources, setting, &fitted, &fold.fit, observer)?;
    let mut section = Section::new(observer, FOLD_FIT_SHARE, 1.0);
    let found = contributions::contributions(
        &fitted.model,
        contributions::Grouping::of_recipe(&fitted.recipe),
        &fitted.recipe.apply(&shaped.table, rows)?,
        &background,
        &sampling(setting),
        &mut section,
    )?;
    let classes = (0..fitted.classes.len().max(1)).map(|class| (!fitted.classes.is_empty()).then_some(class));
    classes.map(|class| contributions::summary(&found, &fitted, class)).collect()
}

/// The parts as one: means over all their rows, largest first.
pub(crate) fn merged(parts: Vec<Vec<ContributionSummary>>) -> Vec<ContributionSummary> {
    let mut parts = parts.into_iter();
    let Some(mut all) = parts.next() else { return Vec::new() };
    for part in parts {
        for (sum, more) in all.iter_mut().zip(part) {
            let (n, m) = (sum.n_rows as f64, more.n_rows as f64);
            let mean = |a: f64, b: f64| (a * n + b * m) / (n + m).max(1.0);
            sum.base = mean(sum.base, more.base);
            // A fold's recipe may leave out a column that another one's keeps: there it adds nothing.
            for column in &mut sum.columns {
                let own = more.columns.iter().find(|own| own.column == column.column);
                column.mean_absolute = mean(column.mean_absolute, own.map_or(0.0, |own| own.mean_absolute));
                column.mean = mean(column.mean, own.map_or(0.0, |own| own.mean));
            }
            for mut column in more.columns {
                if !sum.columns.iter().any(|own| own.column == column.column) {
                    column.mean_absolute = mean(0.0, column.mean_absolute);
                    column.mean = mean(0.0, column.mean);
                    sum.columns.push(column);
                }
            }
            sum.n_rows += more.n_rows;
        }
    }
    for sum in &mut all {
        sum.columns.order_by(|a, b| b.mean_absolute.total_cmp(&a.mean_absolute));
    }
    all
}

/// The graph of the model that an export would write.
pub(super) fn graph(model: &[u8], threshold: Option<f64>) -> Outcome<ModelGraph> {
    let mut fitted: FittedPipeline = wire::from_bytes(model)?;
    fitted.decision_threshold = threshold;
    deploy::graph::graph(&fitted)
}

//! What a model's training rows looked like, for later batches to be compared with.

use std::collections::BTreeMap;

use evaluate::contributions;
use monitor::{Training, learn, prediction_column};
use prepare::target::TargetData;
use spec::monitor::MonitorRules;
use spec::run::Scores;
use spec::{Observer, Outcome, Section, wire};
use table::{Category, Column, ColumnData};
use train::{FittedModel, FittedPipeline};

use super::Resources;
use super::data::{fit_rows, shaped, split, target};
use super::fit::for_metrics;
use super::known;
use crate::setting::Setting;

/// Rows whose contributions say how important each column is; of a large forest as many as [`IMPORTANCE_WORK`] allows.
const IMPORTANCE_ROWS: usize = 500;
const MIN_IMPORTANCE_ROWS: usize = 100;
/// Rows times nodes: some seconds.
const IMPORTANCE_WORK: usize = 80_000_000;

/// What is taken of a run.
pub(super) struct OfRun<'a> {
    pub model: &'a [u8],
    pub threshold: Option<f64>,
    pub scores: &'a Scores,
    pub n_features: u32,
}

/// JSON of a `spec::monitor::Reference`: the model's input columns over all rows that it learned from, with the target.
/// The predictions are what this model says of rows that it has not learned from, as later rows are: the test rows, of
/// which no outcome is looked at. Validation predictions come from other models (the folds'), whose scores lie elsewhere:
/// every later batch would seem to have drifted. Where test rows are too few, the rules leave predictions unjudged.
pub(super) fn reference(
    resources: &dyn Resources,
    setting: &Setting,
    run: &OfRun,
    rules: &MonitorRules,
    observer: &mut dyn Observer,
) -> Outcome<Vec<u8>> {
    let OfRun {
        model,
        threshold,
        scores,
        n_features,
    } = *run;
    let fitted: FittedPipeline = wire::from_bytes(model)?;
    let shaped = shaped(resources, &setting.source, observer)?;
    let target = target(resources, setting, observer)?;
    let split = split(resources, setting, observer)?;
    let rows = fit_rows(&split);
    let importance = importance(
        &fitted,
        &shaped.table,
        &rows,
        setting.seed,
        &mut Section::new(observer, 0.0, 0.5),
    )?;

    let names: Vec<String> = fitted.recipe.inputs.iter().map(|input| input.name.clone()).collect();
    let table = shaped.table.only(&names)?.select(&rows);
    let truth = match &*target {
        TargetData::Classes { classes, codes } => {
            let texts = rows
                .iter()
                .map(|row| classes.get(codes[*row as usize] as usize).map(String::as_str));
            ColumnData::Category(Category::from_texts(texts))
        }
        TargetData::Values(values) => ColumnData::Number(rows.iter().map(|row| values[*row as usize]).collect()),
    };
    let truth = Column::new(fitted.target.as_str(), truth);
    let mut reference = learn(
        &Training {
            table: &table,
            prediction: None,
            target: Some(&truth),
            importance: &importance,
        },
        rules,
        &mut Section::new(observer, 0.5, 0.9),
    )?;
    if !split.test.is_empty() {
        let predicted = fitted.predict(&shaped.table, &split.test)?;
        // These rows are fewer than the training rows, so they are looked at on their own.
        let predicted = prediction_column(&for_metrics(&predicted, threshold), &fitted.classes);
        let alone = table::Table::new(vec![predicted])?;
        let of_predictions = learn(
            &Training {
                table: &alone,
                prediction: None,
                target: None,
                importance: &[],
            },
            rules,
            &mut Section::new(observer, 0.9, 1.0),
        )?;
        reference.prediction = of_predictions.columns.into_iter().next();
    }
    reference.metric = setting.framing.metric;
    reference.scores.clone_from(scores);
    reference.n_features = Some(n_features);
    reference.seed = Some(setting.seed);
    let raw = resources.table(&setting.source.table)?;
    // The table's own hash: other data, another salt.
    let salt = setting
        .source
        .table
        .get(..16)
        .and_then(|start| u64::from_str_radix(start, 16).ok());
    reference.rows = known::keep(&raw, &fitted.target, salt.unwrap_or(setting.seed));
    monitor::to_json(&reference)
}

/// Share of each raw column in the sum of the mean absolute contributions.
fn importance(
    fitted: &FittedPipeline,
    table: &table::Table,
    rows: &[u32],
    seed: u64,
    observer: &mut dyn Observer,
) -> Outcome<Vec<(String, f64)>> {
    let background = contributions::background_rows(rows, seed);
    let n_nodes = match &fitted.model {
        FittedModel::Trees(ensemble) => ensemble.trees.iter().map(|tree| tree.feature.len()).sum(),
        _ => 0,
    };
    let n_rows = (IMPORTANCE_WORK / n_nodes.max(1)).clamp(MIN_IMPORTANCE_ROWS, IMPORTANCE_ROWS);
    let step = rows.len().div_ceil(n_rows).max(1);
    let looked_at: Vec<u32> = rows.iter().copied().step_by(step).collect();
    let found = contributions::contributions(
        &fitted.model,
        contributions::Grouping::of_recipe(&fitted.recipe),
        &fitted.recipe.apply(table, &looked_at)?,
        &fitted.recipe.apply(table, &background)?,
        &contributions::SamplingSettings::default(),
        observer,
    )?;
    let mut amounts: BTreeMap<String, f64> = BTreeMap::new();
    let classes: Vec<Option<usize>> = match (fitted.classes.is_empty(), found.n_scores()) {
        (true, _) => vec![None],
        // One score says it for both classes.
        (false, 1) => vec![Some(1)],
        (false, n) => (0..n).map(Some).collect(),
    };
    for class in classes {
        for column in contributions::summary(&found, fitted, class)?.columns {
            *amounts.entry(column.column).or_insert(0.0) += column.mean_absolute;
        }
    }
    let total: f64 = amounts.values().sum();
    let share = |amount: f64| if total > 0.0 { amount / total } else { 0.0 };
    Ok(amounts.into_iter().map(|(column, amount)| (column, share(amount))).collect())
}

//! Figures over folds, on validation rows and on the opened test rows; importance; the bundle.

use std::collections::BTreeMap;

use evaluate::{EvaluateInput, Judged};
use spec::evaluation::{Evaluation, Importance, Part};
use spec::run::FoldScore;
use spec::{Message, Metric, Observer, Order, Outcome, wire};
use table::Column;
use train::{FittedPipeline, Predictions};

use super::data::{shaped, split, target};
use super::fit::{RowTruth, baseline, for_metrics};
use super::{Assessed, Bundled, ExportOrder, FoldScores, Resources};
use crate::evaluating::{Scoreboard, Truth};
use crate::setting::Setting;

/// What an evaluation is of.
pub(super) struct Facts {
    pub run: u32,
    pub n_features: u32,
    pub part: Part,
    pub threshold: Option<f64>,
}

pub(super) fn assess(
    resources: &dyn Resources,
    setting: &Setting,
    folds: &[FoldScores],
    observer: &mut dyn Observer,
) -> Outcome<Assessed> {
    let (task, metric) = setting.goal()?;
    let metrics = Metric::of_task(task);
    let predictions = pooled(resources, setting, folds, observer)?;
    let truth = predictions.row_truth();
    let judged = Judged {
        truth: truth.for_metrics(),
        predicted: for_metrics(&predictions.predicted, None),
        baseline: for_metrics(&predictions.baseline, None),
        n_features: 0,
        current: None,
        seed: setting.seed,
    };
    let validation = evaluate::scores(&metrics, &judged, observer)?;
    let cv = over_folds(&metrics, folds, |fold| &fold.validation);
    let train = over_folds(&metrics, folds, |fold| &fold.train);
    let on_train = train.get(&metric).map(|score| score.mean);
    let diagnosis = validation
        .get(&metric)
        .map(|scored| evaluate::verdict::fit(metric, on_train, scored, predictions.rows.len() as u64));
    Ok(Assessed {
        cv,
        train,
        validation,
        diagnosis,
        predictions,
    })
}

/// Mean and deviation (n - 1) over the folds where the metric is defined; a metric defined nowhere is left out.
fn over_folds(
    metrics: &[Metric],
    folds: &[FoldScores],
    pick: impl Fn(&FoldScores) -> &BTreeMap<Metric, Option<f64>>,
) -> BTreeMap<Metric, FoldScore> {
    let mut all = BTreeMap::new();
    for metric in metrics {
        let values: Vec<f64> = folds
            .iter()
            .filter_map(|fold| pick(fold).get(metric).copied().flatten())
            .collect();
        if !values.is_empty() {
            let std = (values.len() > 1).then(|| math::sum::variance(&values, 1).sqrt());
            all.insert(
                *metric,
                FoldScore {
                    mean: math::sum::mean(&values),
                    std,
                },
            );
        }
    }
    all
}

/// The validated rows of all folds, by row.
fn pooled(
    resources: &dyn Resources,
    setting: &Setting,
    folds: &[FoldScores],
    observer: &mut dyn Observer,
) -> Outcome<Scoreboard> {
    let mut rows: Vec<u32> = folds.iter().flat_map(|fold| fold.rows.iter().copied()).collect();
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.order_by_key(|&i| rows[i]);
    rows.sort_unstable();
    let predicted = gathered(folds.iter().map(|fold| &fold.predicted), &order);
    let baseline = gathered(folds.iter().map(|fold| &fold.baseline), &order);
    scoreboard(resources, setting, rows, predicted, baseline, observer)
}

fn gathered<'a>(parts: impl Iterator<Item = &'a Predictions>, order: &[usize]) -> Predictions {
    let mut n_classes = None;
    let mut all = Vec::new();
    for part in parts {
        match part {
            Predictions::Probabilities { n_classes: n, values } => {
                n_classes = Some(*n);
                all.extend_from_slice(values);
            }
            Predictions::Values(values) => all.extend_from_slice(values),
        }
    }
    match n_classes {
        Some(n) => Predictions::Probabilities {
            n_classes: n,
            values: order.iter().flat_map(|&i| all[i * n..(i + 1) * n].iter().copied()).collect(),
        },
        None => Predictions::Values(order.iter().map(|&i| all[i]).collect()),
    }
}

fn scoreboard(
    resources: &dyn Resources,
    setting: &Setting,
    rows: Vec<u32>,
    predicted: Predictions,
    baseline: Predictions,
    observer: &mut dyn Observer,
) -> Outcome<Scoreboard> {
    let shaped = shaped(resources, &setting.source, observer)?;
    let target = target(resources, setting, observer)?;
    let (classes, truth) = match RowTruth::of(&target, &rows) {
        RowTruth::Classes { codes, .. } => (target.classes().to_vec(), Truth::Classes(codes)),
        RowTruth::Values(values) => (Vec::new(), Truth::Values(values)),
    };
    let row_ids = rows.iter().map(|&row| shaped.row_ids[row as usize]).collect();
    Ok(Scoreboard {
        rows,
        row_ids,
        classes,
        truth,
        predicted,
        baseline,
    })
}

pub(super) fn predict_test(
    resources: &dyn Resources,
    setting: &Setting,
    model: &[u8],
    observer: &mut dyn Observer,
) -> Outcome<Scoreboard> {
    let fitted: FittedPipeline = wire::from_bytes(model)?;
    let shaped = shaped(resources, &setting.source, observer)?;
    let split = split(resources, setting, observer)?;
    let target = target(resources, setting, observer)?;
    let rows = split.test.clone();
    let predicted = fitted.predict(&shaped.table, &rows)?;
    let baseline = baseline(&RowTruth::of(&target, &super::data::fit_rows(&split)), rows.len(), setting)?;
    scoreboard(resources, setting, rows, predicted, baseline, observer)
}

pub(super) fn evaluate(
    resources: &dyn Resources,
    setting: &Setting,
    facts: &Facts,
    scoreboard: &Scoreboard,
    observer: &mut dyn Observer,
) -> Outcome<Evaluation> {
    let (task, _) = setting.goal()?;
    let shaped = shaped(resources, &setting.source, observer)?;
    let sensitive: Vec<Column> = setting
        .framing
        .sensitive
        .iter()
        .filter_map(|sensitive| shaped.table.column(&sensitive.column))
        .map(|column| column.select(&scoreboard.rows))
        .collect();
    let truth = scoreboard.row_truth();
    let input = EvaluateInput {
        run: facts.run,
        part: facts.part,
        task,
        framing: &setting.framing,
        training_key: "",
        predictions_hash: "",
        classes: &scoreboard.classes,
        truth: truth.for_metrics(),
        predicted: &scoreboard.predicted,
        baseline: &scoreboard.baseline,
        row_ids: &scoreboard.row_ids,
        sensitive: &sensitive,
        n_features: facts.n_features as usize,
        decision_threshold: facts.threshold,
        importance: &[],
        seed: setting.seed,
    };
    let mut evaluation = evaluate::evaluate(&input, observer)?;
    for fairness in &mut evaluation.fairness {
        let whole = shaped.table.column(&fairness.column);
        let absent = whole
            .map(|column| evaluate::fairness::absent(column, &fairness.groups))
            .unwrap_or_default();
        if !absent.is_empty() {
            let message = Message::new("evaluate.group_absent")
                .with("column", &fairness.column)
                .with("n", absent.len())
                .with("groups", absent);
            fairness
                .warnings
                .push(message.with("part", spec::texts::names::part(facts.part)));
        }
    }
    Ok(evaluation)
}

pub(super) fn inputs(model: &[u8]) -> Outcome<Vec<String>> {
    let fitted: FittedPipeline = wire::from_bytes(model)?;
    Ok(fitted.recipe.inputs.into_iter().map(|input| input.name).collect())
}

/// On rows that the test set does not hold.
pub(super) fn importance(
    resources: &dyn Resources,
    setting: &Setting,
    model: &[u8],
    column: &str,
    n_repeats: u32,
    observer: &mut dyn Observer,
) -> Outcome<Importance> {
    let (_, metric) = setting.goal()?;
    let fitted: FittedPipeline = wire::from_bytes(model)?;
    let shaped = shaped(resources, &setting.source, observer)?;
    let split = split(resources, setting, observer)?;
    let target = target(resources, setting, observer)?;
    let picked = evaluate::importance::rows(split.validation.len(), setting.seed);
    let rows: Vec<u32> = picked.iter().map(|&i| split.validation[i as usize]).collect();
    let judged = shaped.table.select(&rows);
    let truth = RowTruth::of(&target, &rows);
    let measure = evaluate::importance::Measure {
        metric,
        decision_threshold: None,
        n_features: fitted.recipe.features.len(),
        n_repeats,
        seed: setting.seed,
    };
    let all: Vec<u32> = (0..rows.len() as u32).collect();
    let mut predict = |table: &table::Table| fitted.predict(table, &all);
    evaluate::importance::of_column(&judged, column, &truth.for_metrics(), &measure, &mut predict, observer)
}

/// Writes the bundle; golden rows come from rows that the model learned from.
pub(super) fn export(
    resources: &dyn Resources,
    setting: &Setting,
    model: &[u8],
    order: &ExportOrder,
    observer: &mut dyn Observer,
) -> Outcome<Bundled> {
    let mut fitted: FittedPipeline = wire::from_bytes(model)?;
    fitted.decision_threshold = order.decision_threshold;
    let shaped = shaped(resources, &setting.source, observer)?;
    let split = split(resources, setting, observer)?;
    let rows = super::data::fit_rows(&split);
    if rows.is_empty() {
        return Err(Message::new("engine.no_data").into());
    }
    let facts = deploy::ExportFacts {
        model_name: order.name.clone(),
        // A run that is not registered has no version's number, or its logs would be taken for that version's.
        version: match order.version {
            Some(version) => version.to_string(),
            None => format!("run-{}", order.run),
        },
        algorithm: order.algorithm,
        params: order.params.clone(),
        run: order.run,
        data: order.fingerprint.clone(),
        missing_tokens: order.missing_tokens.clone(),
        decimal_comma: order.decimal_comma,
        comment: order.comment,
        schema: order.schema.clone(),
        readings: order.readings.clone(),
        formats: order.formats.clone(),
        sensitive: setting.framing.sensitive.iter().map(|each| each.column.clone()).collect(),
        shape: setting.source.shape.clone(),
        scores: order.scores.clone(),
        goal: order.goal.clone(),
        is_stale: order.is_stale,
    };
    let extras = deploy::BundleExtras {
        pipeline_json: Some(order.pipeline_json.clone().into_bytes()),
        model_card: Some(order.card.clone()),
        baseline_json: Some(order.baseline.to_vec()),
        tool: order.tool.clone(),
    };
    observer.tick(0.1)?;
    let bundle = deploy::export_rows(&fitted, &facts, &extras, &shaped.table, &rows)?;
    observer.tick(0.9)?;
    let zip = bundle.zip()?.into();
    let files = bundle.files.into_iter().map(|(name, bytes)| (name, bytes.into())).collect();
    Ok(Bundled {
        file_name: bundle.file_name,
        zip,
        files,
        notes: bundle.notes,
    })
}

impl Scoreboard {
    fn row_truth(&self) -> RowTruth {
        match &self.truth {
            Truth::Classes(codes) => RowTruth::Classes {
                codes: codes.clone(),
                n_classes: self.classes.len(),
            },
            Truth::Values(values) => RowTruth::Values(values.clone()),
        }
    }
}

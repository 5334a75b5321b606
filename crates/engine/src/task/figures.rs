//! Figures over folds, on validation rows and on the opened test rows; importance; the bundle.

use std::collections::BTreeMap;

use evaluate::{Constants, EvaluateInput, Judged};
use spec::evaluation::{Evaluation, Part};
use spec::registry::VersionName;
use spec::run::{ChoiceEstimate, FoldScore};
use spec::{Algorithm, Message, Metric, Observer, Order, Outcome, Section, wire};
use table::Column;
use train::{FittedPipeline, Predictions};

use super::data::{shaped, split, target};
use super::fit::{RowTruth, baseline, fold_model, for_metrics};
use super::{Assessed, Bundled, Candidate, ExportOrder, FoldScores, Resources};
use crate::evaluating::{Scoreboard, Truth};
use crate::setting::Setting;

/// Share of an importance's progress that the fold's fit takes.
const FOLD_FIT_SHARE: f64 = 0.3;

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
    algorithm: Algorithm,
    n_features: u32,
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
        constants: predictions.constants,
        n_features: n_features as usize,
        current: None,
        seed: setting.seed,
    };
    let validation = evaluate::scores(&metrics, &judged, observer)?;
    let cv = over_folds(&metrics, folds, |fold| &fold.validation);
    let train = over_folds(&metrics, folds, |fold| &fold.train);
    let candidate = spec::diagnosis::Candidate {
        id: 0,
        algorithm,
        train: &train,
        validation: &validation,
        n_validated: predictions.rows.len() as u64,
    };
    // Alone: beside the other runs it is judged again, see `Project::diagnosis`.
    let diagnosis = Some(spec::diagnosis::judge(metric, &candidate, &[]));
    Ok(Assessed {
        cv,
        train,
        validation,
        diagnosis,
        predictions,
    })
}

/// Scoreboards of other rows than the first one's are left out.
pub(super) fn choice(
    metric: Metric,
    scoreboards: &[Scoreboard],
    chosen: usize,
    seed: u64,
    observer: &mut dyn Observer,
) -> Outcome<Option<ChoiceEstimate>> {
    let Some(of_chosen) = scoreboards.get(chosen) else {
        return Ok(None);
    };
    let same: Vec<&Scoreboard> = scoreboards
        .iter()
        .filter(|other| other.row_ids == of_chosen.row_ids)
        .collect();
    let place = same.iter().position(|one| std::ptr::eq(*one, of_chosen)).unwrap_or(0);
    let predictions: Vec<&Predictions> = same.iter().map(|one| &one.predicted).collect();
    let truth = of_chosen.row_truth();
    evaluate::choice::estimate(metric, &truth.for_metrics(), &predictions, place, seed, observer)
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
    let baseline = gathered(folds.iter().map(|fold| &fold.baseline), &order);
    let baseline = as_one_constant(baseline);
    // Folds of a constant differ a little, each towards the rows that it did not hold: ranked together they would look
    // like a model that is always wrong. A constant is one.
    let is_constant = folds.iter().all(|fold| fold.predicted == fold.baseline);
    let predicted = if is_constant {
        baseline.clone()
    } else {
        gathered(folds.iter().map(|fold| &fold.predicted), &order)
    };
    let constants = together(folds);
    scoreboard(resources, setting, rows, (predicted, baseline, constants), observer)
}

/// The mean of the rows, for all of them.
fn as_one_constant(predictions: Predictions) -> Predictions {
    match predictions {
        Predictions::Values(values) => Predictions::Values(vec![math::sum::mean(&values); values.len()]),
        Predictions::Probabilities { n_classes, values } => {
            let of = |class: usize| values.iter().skip(class).step_by(n_classes).copied().collect::<Vec<f64>>();
            let shares: Vec<f64> = (0..n_classes).map(|class| math::sum::mean(&of(class))).collect();
            Predictions::Probabilities {
                n_classes,
                values: shares.iter().copied().cycle().take(values.len()).collect(),
            }
            .rounded()
        }
    }
}

/// Means over the validated rows.
fn together(folds: &[FoldScores]) -> Option<Constants> {
    let n = folds.iter().map(|fold| fold.rows.len()).sum::<usize>() as f64;
    let mean = |of: fn(&Constants) -> f64| {
        let weighted = folds
            .iter()
            .map(|fold| Some(of(fold.constants.as_ref()?) * fold.rows.len() as f64));
        let weighted: Option<Vec<f64>> = weighted.collect();
        Some(math::sum::sum(&weighted?) / n)
    };
    Some(Constants {
        median: mean(|one| one.median)?,
        relative_median: mean(|one| one.relative_median)?,
        midrange: mean(|one| one.midrange)?,
    })
    .filter(|_| n > 0.0)
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
    (predicted, baseline, constants): (Predictions, Predictions, Option<Constants>),
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
        constants,
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
    let learned = RowTruth::of(&target, &super::data::fit_rows(&split));
    let baseline = baseline(&learned, rows.len(), setting)?;
    let constants = learned.constants();
    scoreboard(resources, setting, rows, (predicted, baseline, constants), observer)
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
    let declared = || setting.framing.sensitive.iter().map(|sensitive| &sensitive.column);
    let whole: Vec<&Column> = declared().filter_map(|name| shaped.table.column(name)).collect();
    let sensitive: Vec<Column> = whole.iter().map(|column| column.select(&scoreboard.rows)).collect();
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
        constants: scoreboard.constants,
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
    let lost = declared().filter(|name| shaped.table.column(name).is_none());
    evaluation
        .warnings
        .extend(lost.map(|name| Message::new("evaluate.sensitive_absent").with("column", name)));
    Ok(evaluation)
}

pub(super) fn inputs(model: &[u8]) -> Outcome<Vec<String>> {
    let fitted: FittedPipeline = wire::from_bytes(model)?;
    Ok(fitted.recipe.inputs.into_iter().map(|input| input.name).collect())
}

/// What shuffling costs a fold's own model on the rows that the fold held out: per column, the losses of its repeats. Empty
/// where the metric is not defined on these rows. A column that the fold's model does not read costs nothing.
pub(super) fn importance(
    resources: &dyn Resources,
    setting: &Setting,
    candidate: &Candidate,
    fold_idx: u32,
    columns: &[String],
    n_repeats: u32,
    observer: &mut dyn Observer,
) -> Outcome<Vec<(String, Vec<f64>)>> {
    let (_, metric) = setting.goal()?;
    let mut section = Section::new(observer, 0.0, FOLD_FIT_SHARE);
    let fitted = fold_model(resources, setting, candidate, fold_idx as usize, &mut section)?;
    let shaped = shaped(resources, &setting.source, observer)?;
    let split = split(resources, setting, observer)?;
    let target = target(resources, setting, observer)?;
    let held_out = &split.folds[fold_idx as usize].validate;
    let picked = evaluate::importance::rows(
        held_out.len(),
        evaluate::importance::MAX_ROWS / split.folds.len().max(1),
        setting.seed,
    );
    let rows: Vec<u32> = picked.iter().map(|&i| held_out[i as usize]).collect();
    let judged = shaped.table.select(&rows);
    let truth = RowTruth::of(&target, &rows);
    let measure = evaluate::importance::Measure {
        metric,
        decision_threshold: None,
        n_features: fitted.recipe.features.len(),
        n_repeats,
        seed: setting.seed.wrapping_add(u64::from(fold_idx)),
    };
    let all: Vec<u32> = (0..rows.len() as u32).collect();
    let mut predict = |table: &table::Table| fitted.predict(table, &all);
    let mut section = Section::new(observer, FOLD_FIT_SHARE, 1.0);
    evaluate::importance::losses(&judged, columns, &truth.for_metrics(), &measure, &mut predict, &mut section)
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
        version: match &order.version {
            Some(VersionName::Number(number)) => number.to_string(),
            Some(VersionName::Exact(name)) => name.clone(),
            None => format!("run-{}", order.run),
        },
        algorithm: order.algorithm,
        params: order.params.clone(),
        run: order.run,
        data: order.fingerprint.clone(),
        missing_tokens: order.missing_tokens.clone(),
        decimal_comma: order.decimal_comma,
        comment: order.comment,
        file: Some(order.file.clone()),
        schema: order.schema.clone(),
        readings: order.readings.clone(),
        formats: order.formats.clone(),
        sensitive: setting.framing.sensitive.iter().map(|each| each.column.clone()).collect(),
        shape: setting.source.shape.clone(),
        scores: order.scores.clone(),
        goal: order.goal.clone(),
        is_stale: order.is_stale,
    };
    // Who serves the model may change the rules, not what the rows looked like.
    let (baseline_json, rules_json) = monitor::to_files(&monitor::from_json(&order.baseline)?)?;
    let extras = deploy::BundleExtras {
        pipeline_json: Some(order.pipeline_json.clone().into_bytes()),
        model_card: Some(order.card.clone()),
        baseline_json: Some(baseline_json),
        rules_json: Some(rules_json),
        tool: order.tool.clone(),
        content: match &order.version {
            Some(VersionName::Exact(_)) => None,
            _ => Some(order.model_hash.clone()),
        },
    };
    observer.tick(0.1)?;
    let bundle = deploy::export_rows(&fitted, &facts, &extras, &shaped.table, &rows)?;
    observer.tick(0.9)?;
    let zip = bundle.zip()?.into();
    let file = |name: &str| bundle.file(name).unwrap_or_default();
    let contract = deploy::Contract::from_json(file(deploy::CONTRACT_FILE))?.model;
    let sha256 = deploy::bundle_sha256(file(deploy::MODEL_FILE), file(deploy::CONTRACT_FILE));
    let files = bundle.files.into_iter().map(|(name, bytes)| (name, bytes.into())).collect();
    Ok(Bundled {
        file_name: bundle.file_name,
        name: contract.name,
        version: contract.version,
        sha256,
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

//! Fits: one fold of one candidate, or the whole for good.

use std::collections::BTreeMap;
use std::sync::Arc;

use metrics::Scorer;
use prepare::target::TargetData;
use prepare::{FittedRecipe, TrainView};
use serde_bytes::ByteBuf;
use spec::param::Checked;
use spec::{Algorithm, EstimatorInfo, Message, Metric, Observer, Outcome, Section, wire};
use train::{FittedModel, FittedPipeline, Predictions, TrainSet};

use super::data::{fit_rows, key, shaped, split, target};
use super::{Candidate, FitPart, Fitted, FoldScores, Resources};
use crate::memory::sha256;
use crate::setting::Setting;

/// Share of a fit's progress that preparing takes.
const PREPARE_SHARE: f64 = 0.1;
/// Cells of the training rows up to which the features made of them are kept for the next candidate.
const MAX_KEPT_CELLS: usize = 1 << 25;
/// Of a model on its way: its parts as they come, decoded, put together, and written.
const MODEL_COPIES: u64 = 4;
/// Share that the fit itself takes; predicting has the rest.
const FIT_SHARE: f64 = 0.9;

pub(super) fn info(algorithm: Algorithm) -> Outcome<EstimatorInfo> {
    let info = train::catalogue().into_iter().find(|info| info.algorithm == algorithm);
    info.ok_or_else(|| Message::new("engine.wrong_task").with("algorithm", algorithm.name()).into())
}

/// The truth of some rows, as the metrics take it.
pub(super) enum RowTruth {
    Classes { codes: Vec<u32>, n_classes: usize },
    Values(Vec<f64>),
}

impl RowTruth {
    pub fn of(target: &TargetData, rows: &[u32]) -> Self {
        match target {
            TargetData::Classes { classes, codes } => Self::Classes {
                codes: rows.iter().map(|&row| codes[row as usize]).collect(),
                n_classes: classes.len(),
            },
            TargetData::Values(values) => Self::Values(rows.iter().map(|&row| values[row as usize]).collect()),
        }
    }

    /// Of numbers.
    pub fn constants(&self) -> Option<evaluate::Constants> {
        match self {
            Self::Classes { .. } => None,
            Self::Values(values) => evaluate::Constants::of(values),
        }
    }

    pub fn for_metrics(&self) -> metrics::Truth<'_> {
        match self {
            Self::Classes { codes, n_classes } => metrics::Truth::Classes {
                codes,
                n_classes: *n_classes,
            },
            Self::Values(values) => metrics::Truth::Values(values),
        }
    }

    /// What a model would say that is always right.
    pub fn as_predictions(&self) -> Predictions {
        match self {
            Self::Classes { codes, n_classes } => {
                let mut values = vec![0.0; codes.len() * n_classes];
                for (row, &code) in codes.iter().enumerate() {
                    values[row * n_classes + code as usize] = 1.0;
                }
                Predictions::Probabilities {
                    n_classes: *n_classes,
                    values,
                }
            }
            Self::Values(values) => Predictions::Values(values.clone()),
        }
    }

    pub fn for_training(&self) -> train::Target<'_> {
        match self {
            Self::Classes { codes, n_classes } => train::Target::Classes {
                codes,
                n_classes: *n_classes,
            },
            Self::Values(values) => train::Target::Values(values),
        }
    }
}

pub(super) fn for_metrics(predicted: &Predictions, threshold: Option<f64>) -> metrics::Predicted<'_> {
    match predicted {
        Predictions::Probabilities { n_classes, values } => metrics::Predicted::Probabilities {
            values,
            n_classes: *n_classes,
            threshold,
        },
        Predictions::Values(values) => metrics::Predicted::Values(values),
    }
}

pub(super) fn scores(
    metrics: &[Metric],
    truth: &RowTruth,
    predicted: &Predictions,
    n_features: usize,
) -> BTreeMap<Metric, Option<f64>> {
    let scorer = Scorer::new(metrics, &truth.for_metrics(), &for_metrics(predicted, None), Some(n_features));
    metrics.iter().copied().zip(scorer.score(None)).collect()
}

/// Refits the whole recipe and the model on the fold's own training rows, and predicts its validation rows.
pub(super) fn fold(
    resources: &dyn Resources,
    setting: &Setting,
    candidate: &Candidate,
    fold_idx: usize,
    observer: &mut dyn Observer,
) -> Outcome<FoldScores> {
    let (task, _) = setting.goal()?;
    let shaped = shaped(resources, &setting.source, observer)?;
    let split = split(resources, setting, observer)?;
    let target = target(resources, setting, observer)?;
    let fold = split.folds.get(fold_idx).ok_or_else(|| Message::new("engine.wrong_output"))?;
    let fitted = fit(
        resources,
        setting,
        candidate,
        FitPart::Whole,
        &fold.fit,
        &mut Section::new(observer, 0.0, FIT_SHARE),
    )?;
    let metrics = Metric::of_task(task);

    let start = resources.now_secs();
    let predicted = fitted.predict(&shaped.table, &fold.validate)?;
    let predict_secs = resources.now_secs() - start;
    observer.tick(0.95)?;
    let on_train = fitted.predict(&shaped.table, &fold.fit)?;
    let truth = RowTruth::of(&target, &fold.validate);
    let truth_of_fit = RowTruth::of(&target, &fold.fit);
    let n_features = fitted.recipe.features.len();
    observer.tick(1.0)?;
    Ok(FoldScores {
        train: scores(&metrics, &truth_of_fit, &on_train, n_features),
        validation: scores(&metrics, &truth, &predicted, n_features),
        baseline: baseline(&truth_of_fit, fold.validate.len(), setting)?,
        constants: truth_of_fit.constants(),
        n_train_rows: fold.fit.len() as u64,
        rows: fold.validate.clone(),
        predicted,
        predict_secs,
    })
}

/// The model of one fold again: the same bits as when the fold was judged. The last few are kept.
///
/// Errors: those of the fit.
pub(super) fn fold_model(
    resources: &dyn Resources,
    setting: &Setting,
    candidate: &Candidate,
    fold_idx: usize,
    observer: &mut dyn Observer,
) -> Outcome<Arc<FittedPipeline>> {
    let split = split(resources, setting, observer)?;
    let fold = split.folds.get(fold_idx).ok_or_else(|| Message::new("engine.wrong_output"))?;
    let key = key("fold_model", &(setting, candidate, fold_idx));
    resources.cache().get_or(&key, || {
        fit(resources, setting, candidate, FitPart::Whole, &fold.fit, observer)
    })
}

/// What the baseline says for `n_rows` rows after it has seen the truth of the training rows.
pub(super) fn baseline(truth: &RowTruth, n_rows: usize, setting: &Setting) -> Outcome<Predictions> {
    let (task, _) = setting.goal()?;
    let info = info(Algorithm::Baseline)?;
    let n_fit_rows = match truth {
        RowTruth::Classes { codes, .. } => codes.len(),
        RowTruth::Values(values) => values.len(),
    };
    let no_features = prepare::Features {
        names: Vec::new(),
        columns: Vec::new(),
        n_rows: n_fit_rows,
    };
    let set = TrainSet {
        features: &no_features,
        target: truth.for_training(),
        weights: None,
    };
    let params = Checked::new(&info.params, &Default::default())?;
    let model = train::fit(Algorithm::Baseline, &params, task, &set, setting.seed, &mut spec::Unobserved)?;
    Ok(model.predict(&prepare::Features { n_rows, ..no_features }).rounded())
}

/// The final fit of a run, on all rows but the test rows.
pub(super) fn whole(
    resources: &dyn Resources,
    setting: &Setting,
    candidate: &Candidate,
    part: FitPart,
    observer: &mut dyn Observer,
) -> Outcome<Fitted> {
    let split = split(resources, setting, observer)?;
    let start = resources.now_secs();
    let fitted = fit(resources, setting, candidate, part, &fit_rows(&split), observer)?;
    let fit_secs = resources.now_secs() - start;
    let mut warnings = Vec::new();
    if let Some(n) = completed(&fitted.recipe) {
        let name = spec::texts::names::algorithm(candidate.algorithm);
        warnings.push(Message::new("engine.completed").with("n", n).with("algorithm", name));
    }
    packed(&fitted, fit_secs, warnings)
}

/// Puts the trees of a forest's parts together, in order.
pub(super) fn merge(parts: &[ByteBuf]) -> Outcome<Fitted> {
    let mut merged: Option<FittedPipeline> = None;
    for part in parts {
        let part: FittedPipeline = wire::from_bytes(part)?;
        match (&mut merged, part.model) {
            (None, model) => merged = Some(FittedPipeline { model, ..part }),
            (
                Some(FittedPipeline {
                    model: FittedModel::Trees(all),
                    ..
                }),
                FittedModel::Trees(more),
            ) => all.trees.extend(more.trees),
            _ => return Err(Message::new("engine.wrong_output").into()),
        }
    }
    packed(&merged.ok_or_else(|| Message::new("engine.wrong_output"))?, 0.0, Vec::new())
}

fn packed(fitted: &FittedPipeline, fit_secs: f64, warnings: Vec<Message>) -> Outcome<Fitted> {
    let bytes = wire::to_bytes(fitted);
    let hash = sha256(&bytes);
    Ok(Fitted {
        bytes,
        hash,
        n_features: fitted.recipe.features.len() as u32,
        fit_secs,
        warnings,
    })
}

/// Columns in which the step that a model asked for found something to fill.
fn completed(recipe: &FittedRecipe) -> Option<usize> {
    let step = recipe.views.iter().find(|view| view.id == prepare::recipe::COMPLETE_ID)?;
    let has_filled = |learned: &&Message| learned.code == "prepare.learned_fill";
    Some(step.learned.iter().filter(has_filled).count()).filter(|&n| n > 0)
}

/// A model that memory would not hold is not begun. Where the parameters allow more than there is, one tree of the forest
/// says how large they come out with these rows.
///
/// Errors: `train.memory` with the ways out.
fn check_memory(
    resources: &dyn Resources,
    algorithm: Algorithm,
    params: &Checked,
    task: spec::Task,
    set: &TrainSet<'_>,
    seed: u64,
) -> Outcome<()> {
    let limit = resources.memory_bytes();
    let most = limit / MODEL_COPIES;
    let mut size = train::memory::Size::at_most(algorithm, params, task, set);
    if size.n_bytes() <= most {
        return Ok(());
    }
    if algorithm == Algorithm::RandomForest && size.tree_bytes().saturating_add(size.prediction_bytes) <= most {
        let first = train::forest::grow(0..1, params, task, set, seed, &mut spec::Unobserved)?;
        size.n_nodes = first.trees.first().map_or(size.n_nodes, |tree| tree.feature.len() as u64);
    }
    if size.n_bytes() <= most {
        return Ok(());
    }
    let ways = size_ways(algorithm, &size, most);
    let name = spec::texts::names::algorithm(algorithm);
    Err(Message::new("train.memory")
        .with("algorithm", name)
        .with("need", size.n_bytes().saturating_mul(MODEL_COPIES))
        .with("n_trees", size.n_trees)
        .with("n_nodes", size.n_nodes)
        .with("n_classes", size.n_outputs)
        .with("n_rows", set.features.n_rows)
        .with("limit", limit)
        .with("ways", ways)
        .into())
}

/// Values of the parameters with which it would fit.
fn size_ways(algorithm: Algorithm, size: &train::memory::Size, most: u64) -> String {
    let n_trees = match algorithm {
        Algorithm::RandomForest => size.trees_within(most).min(size.n_trees),
        _ => 0,
    };
    let depth = if size.n_trees > 0 { size.depth_within(most) } else { None };
    spec::texts::sentences::ways_to_fit(n_trees, depth)
}

fn fit(
    resources: &dyn Resources,
    setting: &Setting,
    candidate: &Candidate,
    part: FitPart,
    rows: &[u32],
    observer: &mut dyn Observer,
) -> Outcome<FittedPipeline> {
    let (task, _) = setting.goal()?;
    let shaped = shaped(resources, &setting.source, observer)?;
    let target = target(resources, setting, observer)?;
    let info = info(candidate.algorithm)?;
    let params = Checked::new(&info.params, &candidate.params)?;
    let steps = prepare::recipe::complete(&setting.steps, !info.handles_missing);
    // Candidates of one fold share the fitted recipe and the features it makes.
    let prepared = {
        let key = key("prepared", &(setting, &steps, sha256(&wire::to_bytes(&rows))));
        let mut section = Section::new(observer, 0.0, PREPARE_SHARE);
        let mut make = || {
            let view = TrainView::new(&shaped.table, rows, &setting.framing);
            let recipe = prepare::recipe::fit(&steps, &view, &mut section)?;
            let features = recipe.apply(&shaped.table, rows)?;
            Ok((recipe, features))
        };
        // As large as the table itself: making them again costs less than the memory of several folds.
        if rows.len().saturating_mul(shaped.table.n_columns()) > MAX_KEPT_CELLS {
            Arc::new(make()?)
        } else {
            resources.cache().get_or(&key, make)?
        }
    };
    let (recipe, features) = (&prepared.0, &prepared.1);
    let truth = RowTruth::of(&target, rows);
    let set = TrainSet {
        features,
        target: truth.for_training(),
        weights: None,
    };
    check_memory(resources, candidate.algorithm, &params, task, &set, setting.seed)?;
    let mut section = Section::new(observer, PREPARE_SHARE, 1.0);
    let model = match part {
        FitPart::Whole => train::fit(candidate.algorithm, &params, task, &set, setting.seed, &mut section)?,
        FitPart::Trees { start, end } => FittedModel::Trees(train::forest::grow(
            start as usize..end as usize,
            &params,
            task,
            &set,
            setting.seed,
            &mut section,
        )?),
    };
    Ok(FittedPipeline {
        task,
        target: setting.framing.target.clone().unwrap_or_default(),
        classes: match &*target {
            TargetData::Classes { classes, .. } => classes.clone(),
            TargetData::Values(_) => Vec::new(),
        },
        recipe: recipe.clone(),
        model,
        decision_threshold: None,
    })
}

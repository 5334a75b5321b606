//! Import, proposals, and what Frame and Prepare show.

use std::sync::Arc;

use prepare::cleaning::Shaped;
use prepare::split::Split;
use prepare::target::TargetData;
use prepare::{FittedRecipe, TrainView};
use spec::caveat::{Leak, PartFacts, RunFacts};
use spec::framing::Check;
use spec::job::{Description, FileKey};
use spec::profile::{AlertKind, Profile};
use spec::read::ReadOptions;
use spec::split::PartSummary;
use spec::step::StepView;
use spec::{ColumnType, Framing, Message, Metric, Observer, Outcome, Pipeline, Section, Severity, wire};
use table::ByteSource;
use table::read::Import;

use super::fit::{self, RowTruth};
use super::{Imported, Resources, SplitRows, TaskOutput, TrainingFacts};
use crate::memory::sha256;
use crate::setting::{Setting, Source};

/// A table takes at most so many times the bytes of its file: a number of one digit and its delimiter become eight bytes.
const MOST_GROWTH: u64 = 6;
/// Share of an import's progress that reading takes; handing the table over has the rest.
const READ_SHARE: f64 = 0.9;

pub(super) fn import(
    resources: &dyn Resources,
    file: FileKey,
    file_name: &str,
    options: Option<&ReadOptions>,
    observer: &mut dyn Observer,
) -> Outcome<TaskOutput> {
    let bytes = resources.file(file)?;
    let options = match options {
        Some(options) => options.clone(),
        None => table::read::sniff(&*bytes, file_name, None)?.options,
    };
    check_memory(resources, &*bytes, file_name, &options)?;
    let import = table::read::import(&*bytes, file_name, &options, &mut Section::new(observer, 0.0, READ_SHARE))?;
    let table = resources.put_table(import.table, &mut Section::new(observer, READ_SHARE, 1.0))?;
    Ok(TaskOutput::Imported(Box::new(Imported {
        summary: import.summary,
        table,
    })))
}

/// What the memory will not hold is said before the file is read.
///
/// Errors: `read.too_large`.
fn check_memory(resources: &dyn Resources, bytes: &dyn ByteSource, file_name: &str, options: &ReadOptions) -> Outcome<()> {
    let limit = resources.memory_bytes();
    if bytes.n_bytes() <= limit / MOST_GROWTH {
        return Ok(());
    }
    let sniff = table::read::sniff(bytes, file_name, Some(options))?;
    let need = sniff.n_bytes_estimate / 2 * 3;
    if need <= limit {
        return Ok(());
    }
    let n_columns = sniff.header.len() as u64;
    Err(Message::new("read.too_large")
        .with("n_rows", sniff.n_rows_estimate)
        .with("n_columns", n_columns)
        .with("need", need)
        .with("limit", limit)
        .with(
            "n_rows_fit",
            (sniff.n_rows_estimate as f64 * limit as f64 / need as f64) as u64,
        )
        .with("n_columns_fit", (n_columns as f64 * limit as f64 / need as f64) as u64)
        .into())
}

/// A file as it is, read as it was sniffed, but for the columns `ids`: those are read as text, digit by digit, for 007 is
/// another key than 7.
pub(super) fn raw_import(
    resources: &dyn Resources,
    file: FileKey,
    file_name: &str,
    ids: &[&str],
    observer: &mut dyn Observer,
) -> Outcome<Import> {
    let bytes = resources.file(file)?;
    let sniff = table::read::sniff(&*bytes, file_name, None)?;
    let mut options = sniff.options;
    let is_id = |name: &&String| ids.contains(&name.trim());
    let as_text = sniff.header.iter().filter(is_id).map(|name| (name.clone(), ColumnType::Text));
    options.types.extend(as_text);
    table::read::import(&*bytes, file_name, &options, observer)
}

/// The data set: the imported table after its shape steps.
pub(super) fn shaped(resources: &dyn Resources, source: &Source, observer: &mut dyn Observer) -> Outcome<Arc<Shaped>> {
    resources.cache().get_or(&key("shaped", source), || {
        let table = resources.table(&source.table)?;
        prepare::cleaning::apply_shared(&table, &source.shape, observer)
    })
}

pub(super) fn target(resources: &dyn Resources, setting: &Setting, observer: &mut dyn Observer) -> Outcome<Arc<TargetData>> {
    let shaped = shaped(resources, &setting.source, observer)?;
    let framing = &setting.framing;
    let key = key(
        "target",
        &(&setting.source, &framing.target, &framing.task, &framing.positive_class),
    );
    resources
        .cache()
        .get_or(&key, || prepare::target::read(&shaped.table, framing))
}

pub(super) fn split(resources: &dyn Resources, setting: &Setting, observer: &mut dyn Observer) -> Outcome<Arc<Split>> {
    let shaped = shaped(resources, &setting.source, observer)?;
    let framing = &setting.framing;
    let key = key(
        "split",
        &(
            &setting.source,
            &framing.target,
            &framing.task,
            &framing.positive_class,
            &setting.split,
        ),
    );
    resources.cache().get_or(&key, || {
        prepare::split::split(&shaped.table, framing, &setting.split, &setting.source.sha256)
    })
}

pub(super) fn split_rows(resources: &dyn Resources, setting: &Setting, observer: &mut dyn Observer) -> Outcome<SplitRows> {
    let shaped = shaped(resources, &setting.source, observer)?;
    let split = split(resources, setting, observer)?;
    let mut test_row_ids: Vec<u32> = split.test.iter().map(|&row| shaped.row_ids[row as usize]).collect();
    test_row_ids.sort_unstable();
    Ok(SplitRows {
        summary: split.summary.clone(),
        test_row_ids,
    })
}

/// What is recorded of data and split in every run that is trained on them.
pub(super) fn training_facts(
    resources: &dyn Resources,
    setting: &Setting,
    observer: &mut dyn Observer,
) -> Outcome<TrainingFacts> {
    let target = target(resources, setting, observer)?;
    let n_rows = (0..target.n_rows()).filter(|&row| !target.is_missing(row)).count() as u64;
    if n_rows < prepare::propose::MIN_ROWS {
        return Err(Message::new("engine.too_few_rows")
            .with("n_rows", n_rows)
            .with("needed", prepare::propose::MIN_ROWS)
            .into());
    }
    let split = split(resources, setting, observer)?;
    let summary = &split.summary;
    let inputs = &recipe(resources, setting, observer)?.inputs;
    let is_read = |column: &String| inputs.iter().any(|input| input.name == *column);
    let leaks = profile(resources, &setting.source, &setting.framing, observer)?
        .alerts
        .iter()
        .filter(|alert| alert.kind == AlertKind::Leakage)
        .filter_map(|alert| {
            let column = alert.column.clone().filter(is_read)?;
            Some(Leak {
                column,
                message: alert.message.clone(),
            })
        })
        .collect();
    Ok(TrainingFacts {
        n_folds: summary.n_folds,
        n_learned: summary.n_learned_from(),
        n_validated: summary.validation.n_rows,
        n_classes: summary.classes.len() as u32,
        facts: RunFacts {
            leaks,
            train: Some(part_facts(&summary.train)),
            validation: Some(part_facts(&summary.validation)),
            test: Some(part_facts(&summary.test)),
            test_id: summary.test_id.clone(),
        },
    })
}

fn part_facts(part: &PartSummary) -> PartFacts {
    let rarest = part.class_shares.iter().copied().reduce(f64::min);
    PartFacts {
        n_rows: part.n_rows,
        n_of_rarest: rarest.map(|share| (share * part.n_rows as f64).round() as u64),
    }
}

/// The recipe fitted on all rows but the test rows: what its cards and the table show. A step that cannot be done has
/// its failure in its view and is passed over.
pub(super) fn recipe(resources: &dyn Resources, setting: &Setting, observer: &mut dyn Observer) -> Outcome<Arc<FittedRecipe>> {
    let shaped = shaped(resources, &setting.source, observer)?;
    let split = split(resources, setting, observer)?;
    let key = key("recipe", setting);
    resources.cache().get_or(&key, || {
        let rows = fit_rows(&split);
        prepare::recipe::preview(
            &setting.steps,
            &TrainView::new(&shaped.table, &rows, &setting.framing),
            observer,
        )
    })
}

/// All rows but the test rows, ascending: what the final model is fitted on.
pub(super) fn fit_rows(split: &Split) -> Vec<u32> {
    let mut rows: Vec<u32> = split.train.iter().chain(&split.validation).copied().collect();
    rows.sort_unstable();
    rows.dedup();
    rows
}

pub(super) fn profile(
    resources: &dyn Resources,
    source: &Source,
    framing: &Framing,
    observer: &mut dyn Observer,
) -> Outcome<Arc<Profile>> {
    let shaped = shaped(resources, source, observer)?;
    resources.cache().get_or(&key("profile", &(source, &framing.target)), || {
        table::profile::profile(&shaped.table, framing.target.as_deref(), observer)
    })
}

pub(super) fn propose(
    resources: &dyn Resources,
    source: &Source,
    pipeline: &Pipeline,
    observer: &mut dyn Observer,
) -> Outcome<TaskOutput> {
    let mut pipeline = pipeline.clone();
    let source = Source {
        shape: pipeline.recipe.shape.clone(),
        ..source.clone()
    };
    let shaped = shaped(resources, &source, observer)?;
    let framing = &mut pipeline.framing;
    if framing.target.is_some() {
        let before = profile(
            resources,
            &source,
            &Framing {
                target: None,
                ..framing.clone()
            },
            observer,
        )?;
        let proposals = prepare::propose::targets(&before, &shaped.table);
        if let Some(proposal) = proposals
            .into_iter()
            .find(|proposal| Some(&proposal.column) == framing.target.as_ref())
        {
            let task = *framing.task.get_or_insert(proposal.task);
            if framing.metric.is_none() {
                let usual = spec::Metric::of_task(task).first().copied();
                framing.metric = if task == proposal.task { Some(proposal.metric) } else { usual };
            }
            if framing.positive_class.is_none() && framing.task == Some(proposal.task) {
                framing.positive_class = proposal.positive_class;
            }
        }
    }
    let profile = profile(resources, &source, framing, observer)?;
    if pipeline.recipe.pipeline.is_empty() {
        let proposed = prepare::propose::recipe(&profile, framing);
        let ids = pipeline.recipe.next_id()..;
        pipeline
            .recipe
            .pipeline
            .extend(ids.zip(proposed.pipeline).map(|(id, step)| spec::step::Step { id, ..step }));
    }
    let seed = pipeline.split.seed;
    pipeline.split = prepare::propose::split(&profile, &pipeline.framing);
    pipeline.split.seed = seed;
    if let Some(task) = pipeline.framing.task {
        pipeline.models = spec::ModelSpec::proposed(task);
    }
    Ok(TaskOutput::Proposed(Box::new(pipeline)))
}

pub(super) fn describe(resources: &dyn Resources, setting: &Setting, observer: &mut dyn Observer) -> Outcome<TaskOutput> {
    let mut description = Description::default();
    let mut test_rows = Vec::new();
    match shaped(resources, &setting.source, observer) {
        Err(failure) if failure.cancelled => return Err(failure),
        Err(failure) => {
            // The step's own card says what is wrong; the table can still be looked at before it.
            let id = failure.step.unwrap_or(0);
            description.recipe.steps.push(StepView {
                id,
                learned: Vec::new(),
                n_rows: 0,
                failure: Some(failure),
            });
        }
        Ok(shaped) => {
            let framing = &setting.framing;
            let found = profile(resources, &setting.source, framing, observer)?;
            let plain = profile(resources, &setting.source, &Framing::default(), observer)?;
            description.proposals = prepare::propose::targets(&plain, &shaped.table);
            description.checks = prepare::propose::checks(&shaped.table, framing, &setting.split);
            description.profile = Some(Profile::clone(&found));
            description.recipe.steps.clone_from(&shaped.views);
            if framing.target.is_some() && framing.task.is_some() {
                match split_rows(resources, setting, observer) {
                    Err(failure) if failure.cancelled => return Err(failure),
                    Err(failure) => description.split_failure = Some(failure),
                    Ok(split) => {
                        description.split = Some(split.summary);
                        test_rows = split.test_row_ids;
                        let fitted = recipe(resources, setting, observer)?;
                        let view = &mut description.recipe;
                        view.steps.extend(fitted.views.clone());
                        view.features.clone_from(&fitted.features);
                        view.unused.clone_from(&fitted.unused);
                        view.n_train_rows = fitted.n_train_rows;
                        let n_features = fitted.features.len();
                        description
                            .checks
                            .extend(check_metric(resources, setting, n_features, observer)?);
                    }
                }
            }
        }
    }
    check_what_training_needs(&mut description);
    Ok(TaskOutput::Described {
        description: Box::new(description),
        test_rows,
    })
}

/// What training would refuse is said where the goal is stated, and stops it before it is tried.
fn check_what_training_needs(description: &mut Description) {
    let has_failed = description.recipe.steps.iter().any(|step| step.failure.is_some());
    let has_no_features = description.split.is_some() && description.recipe.features.is_empty() && !has_failed;
    let message = match &description.split_failure {
        Some(failure) => failure.message.clone(),
        None if has_no_features => Message::new("check.no_features"),
        None => return,
    };
    let checks = &mut description.checks;
    if checks.iter().all(|check| check.severity != Severity::Error) {
        checks.retain(|check| check.severity != Severity::Info);
        checks.push(Check {
            severity: Severity::Error,
            message,
        });
    }
}

/// A metric that not even perfect predictions have a value for ranks nothing, and no goal can be judged by it.
fn check_metric(
    resources: &dyn Resources,
    setting: &Setting,
    n_features: usize,
    observer: &mut dyn Observer,
) -> Outcome<Option<Check>> {
    let Ok((task, metric)) = setting.goal() else { return Ok(None) };
    let split = split(resources, setting, observer)?;
    let target = target(resources, setting, observer)?;
    let mut rows: Vec<u32> = split.folds.iter().flat_map(|fold| fold.validate.iter().copied()).collect();
    rows.sort_unstable();
    let truth = RowTruth::of(&target, &rows);
    let perfect = truth.as_predictions();
    let is_defined = |metric: Metric| fit::scores(&[metric], &truth, &perfect, n_features)[&metric].is_some();
    if is_defined(metric) {
        return Ok(None);
    }
    let others: Vec<Metric> = Metric::of_task(task)
        .into_iter()
        .filter(|metric| is_defined(*metric))
        .collect();
    let code = match metric {
        Metric::Mape => "check.metric_zero",
        Metric::RocAuc | Metric::AveragePrecision => "check.metric_class",
        _ => "check.metric_undefined",
    };
    let message = Message::new(code)
        .with("metric", spec::texts::names::metric(metric))
        .with("fallback", others.first().map_or("", |metric| metric.name()))
        .with(
            "others",
            others.iter().map(|metric| metric.name().to_owned()).collect::<Vec<_>>(),
        );
    Ok(Some(Check {
        severity: Severity::Warning,
        message,
    }))
}

/// Names a cached value by what it was made of.
pub(super) fn key<T: serde::Serialize>(kind: &str, of: &T) -> String {
    format!("{kind}:{}", sha256(&wire::to_bytes(of)))
}

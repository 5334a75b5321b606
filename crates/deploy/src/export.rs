//! From a fitted pipeline to a verified bundle.

use std::collections::BTreeMap;
use std::sync::Arc;

use prepare::InputType;
use serde::Serialize;
use serde_json::{Value, json};
use spec::evaluation::{GoalStatus, Verdict};
use spec::read::CellFormat;
use spec::run::Scores;
use spec::step::{ShapeKind, Step};
use spec::{Algorithm, ColumnType, Fingerprint, Message, Outcome, Params};
use table::Table;
use train::{FittedModel, FittedPipeline, Predictions};

use crate::bundle::{Bundle, CONTRACT_FILE, EXPECTED_FILE, JSON_FILE, MODEL_FILE, REQUESTS_FILE, file_stem};
use crate::contract::{
    CONTRACT_FORMAT, Check, Contract, Dimension, Input, ModelFacts, Output, Range, Role, Rule, TensorType, Training,
    json as to_json, sha256,
};
use crate::onnx::{self, Header, Outputs, Source};
use crate::package::{self, BundleExtras};
use crate::rows::{Cells, Rows};
use crate::score::{Scorer, is_cellwise};
use crate::{encode, pattern};
use crate::{samples, verify};

/// Tree nodes up to which the model is also written as JSON (about 100 bytes each).
const MAX_JSON_NODES: usize = 1_000_000;

/// What the bundle says besides the model itself.
#[derive(Clone, Debug, PartialEq)]
pub struct ExportFacts {
    pub model_name: String,
    pub version: String,
    pub algorithm: Algorithm,
    pub params: Params,
    pub run: u32,
    /// Of the data file.
    pub data: Option<Fingerprint>,
    /// The import's missing tokens.
    pub missing_tokens: Vec<String>,
    /// The recipe's shape steps.
    pub shape: Vec<Step<ShapeKind>>,
    /// The import's decimal mark.
    pub decimal_comma: bool,
    /// Types of the columns as they were imported.
    pub source_types: BTreeMap<String, ColumnType>,
    /// How the import read texts, where the type does not say it.
    pub formats: BTreeMap<String, CellFormat>,
    /// Columns that the framing calls sensitive.
    pub sensitive: Vec<String>,
    /// Figures on validation rows.
    pub scores: Scores,
    pub goal: Option<GoalStatus>,
    /// True when data or recipe were changed after the run.
    pub is_stale: bool,
}

/// Writes the bundle and verifies it: the exported bytes are read back and run on the golden rows and on up to 2,000 of
/// the rows given. `rows` are shaped rows that the model learned from: ranges, categories and golden rows come from them.
///
/// Errors: `deploy.no_rows`, `deploy.not_equal`, those of [`onnx::write`] and of a prediction.
pub fn export(pipeline: &FittedPipeline, facts: &ExportFacts, extras: &BundleExtras, rows: &Table) -> Outcome<Bundle> {
    let is_classification = pipeline.task.is_classification();
    let classes: &[String] = if is_classification { &pipeline.classes } else { &[] };
    let mut contract = contract(pipeline, facts, rows)?;
    let all = Rows::of_table(rows, &contract)?;
    let looked_at = all.select(&samples::spread(all.n_rows));
    let predictions = verify::expected(pipeline, &contract, &looked_at)?;
    let is_unbounded = !is_classification && matches!(pipeline.model, FittedModel::Linear(_));
    let golden = samples::golden(&contract, &looked_at, &predictions, is_unbounded)?;
    let expected = verify::expected(pipeline, &contract, &golden)?;
    contract.tolerance = verify::tolerance(&pipeline.model, &expected);

    if let Some(model_hash) = &extras.content {
        contract.model.version = of_content(&contract, model_hash, extras.baseline_json.as_deref());
    }

    let contract_bytes = contract.to_json();
    let source = Source {
        recipe: &pipeline.recipe,
        model: &pipeline.model,
        classes,
        threshold: verify::threshold(pipeline).unwrap_or(0.5),
    };
    let model = onnx::write(&source, &header(&contract, &contract_bytes))?;
    let scorer = Scorer::new(&model, &contract_bytes)?;
    let on_golden = verify::agrees(&scorer, pipeline, &golden)?;
    let on_rows = verify::agrees(&scorer, pipeline, &looked_at)?;

    let n_rows = on_golden.n_rows + on_rows.n_rows;
    let max_difference = if on_rows.max_difference > on_golden.max_difference {
        on_rows.max_difference
    } else {
        on_golden.max_difference
    };
    let mut notes = vec![
        Message::new("deploy.verified")
            .with("n_rows", n_rows)
            .with("difference", max_difference),
    ];
    notes.extend(cautions(pipeline, facts, &contract));
    let records = golden.records(&contract);
    let expected = expected_file(pipeline, &contract, &expected);
    let mut files = vec![
        (MODEL_FILE.to_owned(), model.clone()),
        (CONTRACT_FILE.to_owned(), contract_bytes),
        (REQUESTS_FILE.to_owned(), to_json(&json!({ "records": records }))),
        (EXPECTED_FILE.to_owned(), to_json(&expected)),
    ];
    let n_nodes = n_tree_nodes(&pipeline.model);
    if n_nodes <= MAX_JSON_NODES {
        files.push((JSON_FILE.to_owned(), model_json(pipeline, facts)));
    } else {
        notes.push(Message::new("deploy.no_json").with("n_nodes", n_nodes));
    }
    files.extend(package::files(&package::Source {
        contract: &contract,
        facts,
        extras,
        model: &model,
        golden: &records,
        expected: &expected,
        notes: &notes,
    })?);
    Ok(Bundle {
        file_name: format!("{}.zip", file_stem(&facts.model_name, &contract.model.version)),
        files,
        notes,
    })
}

/// The version with the beginning of a hash over everything that makes the bundle's answers and its drift check.
fn of_content(contract: &Contract, model_hash: &str, baseline: Option<&[u8]>) -> String {
    let mut content = contract.to_json();
    for part in [model_hash.as_bytes(), baseline.unwrap_or_default()] {
        content.extend(part);
        content.push(0);
    }
    format!(
        "{}-{}",
        contract.model.version,
        &sha256(&content)[..spec::registry::CONTENT_CHARACTERS]
    )
}

/// The contract, with a tolerance of 0.
fn contract(pipeline: &FittedPipeline, facts: &ExportFacts, rows: &Table) -> Outcome<Contract> {
    let is_classification = pipeline.task.is_classification();
    let batch = || Dimension::Name("batch".to_owned());
    let outputs = match Outputs::of(&pipeline.recipe, is_classification) {
        Outputs::Classification { label, probabilities } => vec![
            Output {
                name: label,
                role: Role::Label,
                tensor_type: TensorType::String,
                shape: vec![batch()],
            },
            Output {
                name: probabilities,
                role: Role::Probabilities,
                tensor_type: TensorType::Float,
                shape: vec![batch(), Dimension::Count(pipeline.classes.len() as u64)],
            },
        ],
        Outputs::Regression { prediction } => vec![Output {
            name: prediction,
            role: Role::Prediction,
            tensor_type: TensorType::Double,
            shape: vec![batch(), Dimension::Count(1)],
        }],
    };
    let mut missing_tokens = vec![String::new()];
    for token in &facts.missing_tokens {
        let token = token.trim().to_owned();
        if !missing_tokens.contains(&token) {
            missing_tokens.push(token);
        }
    }
    let threshold = verify::threshold(pipeline);
    let mut contract = Contract {
        format: CONTRACT_FORMAT,
        model: ModelFacts {
            name: encode::slug(&facts.model_name),
            slug: encode::slug(&facts.model_name),
            title: facts.model_name.clone(),
            version: facts.version.clone(),
            task: pipeline.task,
            target: pipeline.target.clone(),
            algorithm: facts.algorithm,
            run: facts.run,
            app_version: spec::CODE_VERSION.to_owned(),
        },
        inputs: pipeline
            .recipe
            .inputs
            .iter()
            .map(|input| described(input, facts, None))
            .collect(),
        outputs,
        classes: is_classification.then(|| pipeline.classes.clone()),
        positive_class: threshold.and_then(|_| pipeline.classes.get(1).cloned()),
        decision_threshold: threshold,
        missing_tokens,
        decimal_comma: facts.decimal_comma,
        tolerance: 0.0,
        training: Training {
            data: facts.data.clone(),
            n_rows: pipeline.recipe.n_train_rows,
            goal: facts.goal.clone(),
            is_stale: facts.is_stale,
        },
        cleaning: facts
            .shape
            .iter()
            .filter(|step| step.enabled && is_cellwise(&step.kind))
            .cloned()
            .collect(),
        patterns: BTreeMap::new(),
        rules: Vec::new(),
    };
    contract.patterns = patterns(&contract.cleaning);
    // Ranges are those of the cells as a service will read them.
    let cells = Rows::of_table(rows, &contract)?;
    contract.inputs = pipeline
        .recipe
        .inputs
        .iter()
        .zip(&cells.columns)
        .map(|(input, cells)| described(input, facts, Some(cells)))
        .collect();
    contract.rules = rules(&contract.inputs);
    Ok(contract)
}

/// The regular expressions of the steps that Python and JavaScript can make too.
fn patterns(cleaning: &[Step<ShapeKind>]) -> BTreeMap<String, String> {
    let pattern = |step: &Step<ShapeKind>| match &step.kind {
        ShapeKind::Replace {
            find,
            regex: true,
            whole_cell,
            ..
        } => Some((step.id.to_string(), pattern::portable(find, *whole_cell)?)),
        _ => None,
    };
    cleaning.iter().filter_map(pattern).collect()
}

/// What training rows kept to without exception.
fn rules(inputs: &[Input]) -> Vec<Rule> {
    let mut rules = Vec::new();
    for input in inputs {
        let mut add = |what: &str, check: Check| {
            rules.push(Rule {
                name: format!("{} {what}", input.name),
                column: input.name.clone(),
                check,
            });
        };
        if input.missing_share == 0.0 {
            add("is present", Check::NotNull);
        }
        if let Some(Range { min, max }) = input.range {
            add("is in the training range", Check::Range { min, max });
        }
        if input.categories.as_ref().is_some_and(|levels| !levels.is_empty()) {
            add("is a known level", Check::InSet);
        }
    }
    rules
}

fn described(input: &prepare::InputColumn, facts: &ExportFacts, cells: Option<&Cells>) -> Input {
    let is_text = input.input_type == InputType::Category;
    let mut median = None;
    let mut most_frequent = None;
    let (n_missing, n_rows, range) = match cells {
        Some(Cells::Numbers(values)) => {
            median = Some(math::quantile::median(values)).filter(|x| x.is_finite());
            let present = || values.iter().copied().filter(|x| !x.is_nan());
            let min = present().reduce(|a, b| if b < a { b } else { a });
            let max = present().reduce(|a, b| if b > a { b } else { a });
            let range = min.zip(max).map(|(min, max)| Range { min, max });
            (values.iter().filter(|x| x.is_nan()).count(), values.len(), range)
        }
        Some(Cells::Texts(texts)) => {
            most_frequent = most_frequent_of(texts);
            (texts.iter().filter(|text| text.is_empty()).count(), texts.len(), None)
        }
        None => (0, 0, None),
    };
    Input {
        name: input.name.clone(),
        tensor_type: if is_text { TensorType::String } else { TensorType::Double },
        kind: input.input_type,
        required: false,
        format: match input.input_type {
            InputType::Boolean => Some("0 or 1".to_owned()),
            InputType::Time => Some("epoch seconds, UTC".to_owned()),
            InputType::Number | InputType::Category => None,
        },
        categories: is_text.then(|| input.levels.clone()),
        range,
        missing_share: if n_rows == 0 { 0.0 } else { n_missing as f64 / n_rows as f64 },
        source: facts.source_types.get(&input.name).copied(),
        date_order: match facts.formats.get(&input.name) {
            Some(CellFormat::Time { order }) => Some(*order),
            _ => None,
        },
        sensitive: facts.sensitive.contains(&input.name),
        median,
        most_frequent,
    }
}

/// Of several levels the first in order; None when every cell is missing.
fn most_frequent_of(texts: &[Arc<str>]) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for text in texts.iter().filter(|text| !text.is_empty()) {
        *counts.entry(text).or_default() += 1;
    }
    let most = counts.iter().rev().max_by_key(|(_, n)| **n)?;
    Some((*most.0).to_owned())
}

fn header(contract: &Contract, contract_bytes: &[u8]) -> Header {
    let model = &contract.model;
    let mut metadata = vec![
        ("model_name".to_owned(), model.name.clone()),
        ("model_version".to_owned(), model.version.clone()),
        ("app_version".to_owned(), model.app_version.clone()),
        ("contract_sha256".to_owned(), sha256(contract_bytes)),
    ];
    if let Some(threshold) = contract.decision_threshold {
        metadata.push(("decision_threshold".to_owned(), threshold.to_string()));
    }
    if let Some(data) = &contract.training.data {
        metadata.push(("training_data_sha256".to_owned(), data.sha256.clone()));
    }
    Header {
        name: "pipeline".to_owned(),
        description: "Raw columns in; the preparation is inside.".to_owned(),
        metadata,
    }
}

fn expected_file(pipeline: &FittedPipeline, contract: &Contract, expected: &Predictions) -> Value {
    let rows: Vec<Value> = match expected {
        Predictions::Values(values) => values.iter().map(|x| json!({ "prediction": x })).collect(),
        Predictions::Probabilities { n_classes, values } => verify::labels(pipeline, expected)
            .iter()
            .zip(values.chunks_exact((*n_classes).max(1)))
            .map(|(label, row)| {
                let by_class: BTreeMap<&String, f64> = pipeline.classes.iter().zip(row.iter().copied()).collect();
                json!({ "label": label, "probabilities": by_class })
            })
            .collect(),
    };
    json!({ "tolerance": contract.tolerance, "predictions": rows })
}

/// The model as JSON, in its own types.
#[derive(Serialize)]
struct ModelFile<'a> {
    format: u32,
    kind: &'static str,
    app_version: &'static str,
    algorithm: Algorithm,
    params: &'a Params,
    /// All steps made before the split, in order; they are not part of `pipeline`.
    shape: &'a [Step<ShapeKind>],
    pipeline: &'a FittedPipeline,
}

fn model_json(pipeline: &FittedPipeline, facts: &ExportFacts) -> Vec<u8> {
    let file = ModelFile {
        format: spec::FORMAT,
        kind: "fitted_pipeline",
        app_version: spec::CODE_VERSION,
        algorithm: facts.algorithm,
        params: &facts.params,
        shape: &facts.shape,
        pipeline,
    };
    let mut text = spec::wire::to_json(&file);
    text.push('\n');
    text.into_bytes()
}

fn n_tree_nodes(model: &FittedModel) -> usize {
    match model {
        FittedModel::Trees(ensemble) => ensemble.trees.iter().map(|tree| tree.feature.len()).sum(),
        FittedModel::Constant { .. } | FittedModel::Linear(_) => 0,
    }
}

/// What somebody who uses the bundle should know.
fn cautions(pipeline: &FittedPipeline, facts: &ExportFacts, contract: &Contract) -> Vec<Message> {
    let mut notes = Vec::new();
    if let Some(goal) = &facts.goal {
        let code = match goal.verdict {
            Verdict::Met => None,
            Verdict::MetNotCertain => Some("deploy.goal_not_certain"),
            Verdict::NotMet => Some("deploy.goal_not_met"),
        };
        notes.extend(code.map(|code| {
            Message::new(code)
                .with("metric", goal.metric.name())
                .with("value", goal.value)
                .with("required", goal.required)
        }));
    }
    if facts.is_stale {
        notes.push(Message::new("deploy.stale"));
    }
    if !contract.cleaning.is_empty() {
        notes.push(Message::new("deploy.cleaning_outside").with("n_steps", contract.cleaning.len()));
    }
    let without_words: Vec<String> = contract
        .cleaning
        .iter()
        .filter_map(|step| match &step.kind {
            ShapeKind::Replace { find, regex: true, .. } if !contract.patterns.contains_key(&step.id.to_string()) => {
                Some(find.clone())
            }
            _ => None,
        })
        .collect();
    if !without_words.is_empty() {
        notes.push(Message::new("deploy.pattern_outside").with("patterns", without_words));
    }
    let tokens_as_levels: Vec<String> = contract
        .inputs
        .iter()
        .filter(|input| {
            input
                .categories
                .iter()
                .flatten()
                .any(|level| contract.missing_tokens.contains(level))
        })
        .map(|input| input.name.clone())
        .collect();
    if !tokens_as_levels.is_empty() {
        notes.push(Message::new("deploy.token_is_level").with("columns", tokens_as_levels));
    }
    let renamed: Vec<String> = contract
        .outputs
        .iter()
        .filter(|output| {
            pipeline
                .recipe
                .inputs
                .iter()
                .any(|input| output.name.trim_end_matches('_') == input.name)
        })
        .map(|output| output.name.clone())
        .collect();
    if !renamed.is_empty() {
        notes.push(Message::new("deploy.output_renamed").with("outputs", renamed));
    }
    notes
}

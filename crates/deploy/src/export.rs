//! From a fitted pipeline to a verified bundle.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use prepare::InputType;
use serde::Serialize;
use serde_json::{Value, json};
use spec::evaluation::{GoalStatus, Verdict};
use spec::read::{CellFormat, ColumnReading};
use spec::run::Scores;
use spec::step::{Replace, ShapeKind, Step};
use spec::{Algorithm, ColumnSchema, Fingerprint, Message, Outcome, Params, Unobserved};
use table::Table;
use train::{FittedModel, FittedPipeline, Predictions, Tree};

use crate::bundle::{Bundle, CELLS_FILE, CONTRACT_FILE, EXPECTED_FILE, JSON_FILE, MODEL_FILE, REQUESTS_FILE, file_stem};
use crate::contract::{
    CONTRACT_FORMAT, Check, Contract, Dimension, FileForm, Input, ModelFacts, Output, Range, Role, Rule, TensorType, Training,
    json as to_json, sha256,
};
use crate::onnx::{self, Header, Outputs, Source};
use crate::package::{self, BundleExtras};
use crate::rows::{Cells, Rows};
use crate::score::Scorer;
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
    /// What begins a line of the data file that is no row.
    pub comment: Option<char>,
    /// How it is written.
    pub file: Option<FileForm>,
    /// All columns as they were imported, in the order of the data file.
    pub schema: Vec<ColumnSchema>,
    /// How the import read columns that it read in a way of their own.
    pub readings: BTreeMap<String, ColumnReading>,
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

/// [`export_rows`] of all rows of a table.
pub fn export(pipeline: &FittedPipeline, facts: &ExportFacts, extras: &BundleExtras, table: &Table) -> Outcome<Bundle> {
    let all: Vec<u32> = (0..table.n_rows() as u32).collect();
    export_rows(pipeline, facts, extras, table, &all)
}

/// Writes the bundle and verifies it: the exported bytes are read back and run on the golden rows and on up to 2,000 of
/// the rows given. `rows` are all those of the shaped table that the model learned from: ranges, medians and shares of
/// missing cells are taken over them, golden rows from among them.
///
/// Errors: `deploy.no_rows`, `deploy.not_equal`, those of [`onnx::write`] and of a prediction.
pub fn export_rows(
    pipeline: &FittedPipeline,
    facts: &ExportFacts,
    extras: &BundleExtras,
    table: &Table,
    rows: &[u32],
) -> Outcome<Bundle> {
    let is_classification = pipeline.task.is_classification();
    let classes: &[String] = if is_classification { &pipeline.classes } else { &[] };
    let mut contract = contract(pipeline, facts, table, rows)?;
    let some: Vec<u32> = samples::spread(rows.len()).into_iter().map(|at| rows[at]).collect();
    let looked_at = Rows::of_table(&table.select(&some), &contract)?;
    let predictions = verify::expected(pipeline, &contract, &looked_at)?;
    let is_unbounded = !is_classification && matches!(pipeline.model, FittedModel::Linear(_));
    let golden = samples::golden(&contract, &looked_at, &predictions, is_unbounded)?;
    let golden = read_as_they_are(golden, &contract)?;
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
    let written = written_cells(&scorer, &golden)?;
    let expected = expected_file(pipeline, &contract, &expected);
    let mut files = vec![
        (MODEL_FILE.to_owned(), model.clone()),
        (CONTRACT_FILE.to_owned(), contract_bytes),
        (REQUESTS_FILE.to_owned(), to_json(&json!({ "records": records }))),
        (EXPECTED_FILE.to_owned(), to_json(&expected)),
    ];
    files.extend(written.map(|written| (CELLS_FILE.to_owned(), written)));
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
fn contract(pipeline: &FittedPipeline, facts: &ExportFacts, table: &Table, rows: &[u32]) -> Outcome<Contract> {
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
        inputs: pipeline.recipe.inputs.iter().map(|input| described(input, facts)).collect(),
        outputs,
        classes: is_classification.then(|| pipeline.classes.clone()),
        positive_class: threshold.and_then(|_| pipeline.classes.get(1).cloned()),
        decision_threshold: threshold,
        missing_tokens: with_empty(&facts.missing_tokens),
        decimal_comma: facts.decimal_comma,
        comment: facts.comment,
        file: facts.file.clone(),
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
            .filter(|step| step.enabled && prepare::cleaning::is_cellwise(&step.kind))
            .cloned()
            .collect(),
        patterns: BTreeMap::new(),
        rules: Vec::new(),
    };
    contract.patterns = patterns(&contract.cleaning);
    separate_tokens(&mut contract);
    let used = used_inputs(pipeline);
    let absent: Vec<&str> = contract
        .inputs
        .iter()
        .map(|input| input.name.as_str())
        .filter(|name| table.column(name).is_none())
        .collect();
    if !absent.is_empty() {
        return Err(crate::rows::absent_columns(&absent, table.columns().iter().map(table::Column::name)).into());
    }
    for at in 0..contract.inputs.len() {
        // One column after the other: all of them at once are a second copy of the table.
        let column = table.required(&contract.inputs[at].name)?.select(rows);
        let cells = crate::rows::cells(&column, &contract.inputs[at], &contract)?;
        let input = &mut contract.inputs[at];
        learn(input, &cells);
        input.required = !rows.is_empty() && input.missing_share == 0.0 && used.contains(&input.name);
    }
    contract.rules = rules(&contract.inputs);
    Ok(contract)
}

fn with_empty(tokens: &[String]) -> Vec<String> {
    let mut all = vec![String::new()];
    for token in tokens {
        let token = token.trim().to_owned();
        if !all.contains(&token) {
            all.push(token);
        }
    }
    all
}

/// What some column has as a level means "missing" in the others only: those get a list of their own, so that whoever
/// knows only the common list does not lose the level.
fn separate_tokens(contract: &mut Contract) {
    let common = std::mem::take(&mut contract.missing_tokens);
    let of = |input: &Input| input.missing_tokens.clone().unwrap_or_else(|| common.clone());
    let is_everywhere = |token: &&String| contract.inputs.iter().all(|input| of(input).contains(token));
    let everywhere: Vec<String> = common.iter().filter(is_everywhere).cloned().collect();
    for input in &mut contract.inputs {
        let own = of(input);
        input.missing_tokens = (own != everywhere).then_some(own);
    }
    contract.missing_tokens = everywhere;
}

/// The raw columns that the fitted model looks at.
fn used_inputs(pipeline: &FittedPipeline) -> BTreeSet<String> {
    let sources = pipeline.recipe.sources();
    let mut used = BTreeSet::new();
    let mut add = |feature: usize| used.extend(sources.get(feature).into_iter().flatten().cloned());
    match &pipeline.model {
        FittedModel::Constant { .. } => {}
        FittedModel::Linear(linear) => {
            for coefficients in &linear.coefficients {
                (0..coefficients.len())
                    .filter(|&at| coefficients[at] != 0.0)
                    .for_each(&mut add);
            }
        }
        FittedModel::Trees(ensemble) => {
            for tree in &ensemble.trees {
                let split = tree.feature.iter().filter(|&&feature| feature != Tree::LEAF);
                split.for_each(|&feature| add(feature as usize));
            }
        }
    }
    used
}

/// The regular expressions of the steps that Python and JavaScript can make too.
fn patterns(cleaning: &[Step<ShapeKind>]) -> BTreeMap<String, String> {
    let pattern = |step: &Step<ShapeKind>| match &step.kind {
        ShapeKind::Replace(Replace {
            find,
            regex: true,
            whole_cell,
            ..
        }) => Some((step.id.to_string(), pattern::portable(find, *whole_cell)?)),
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
        // A clock goes on: every later time lies beyond those of training.
        if let Some(Range { min, max }) = input.range.filter(|_| input.kind != InputType::Time) {
            add("is in the training range", Check::Range { min, max });
        }
        if input.categories.as_ref().is_some_and(|levels| !levels.is_empty()) {
            add("is a known level", Check::InSet);
        }
    }
    rules
}

/// All but what the cells of the training rows say.
fn described(input: &prepare::InputColumn, facts: &ExportFacts) -> Input {
    let is_text = input.input_type == InputType::Category;
    let at = facts.schema.iter().position(|column| column.name == input.name);
    let cell = |column: &ColumnSchema| -> String {
        let reading = facts.readings.get(&column.name).and_then(|reading| reading.header.clone());
        reading
            .or_else(|| column.original_name.clone())
            .unwrap_or_else(|| column.name.clone())
    };
    let header = at.map(|at| cell(&facts.schema[at]));
    let n_before = at.map_or(0, |at| {
        facts.schema[..at]
            .iter()
            .filter(|column| Some(cell(column)) == header)
            .count()
    });
    let reading = facts.readings.get(&input.name);
    let is_cleaned = facts
        .shape
        .iter()
        .any(|step| step.enabled && prepare::cleaning::is_on(&step.kind, &input.name));
    let all = with_empty(&facts.missing_tokens);
    let tokens = match reading.and_then(|reading| reading.missing_tokens.as_deref()) {
        Some(tokens) => with_empty(tokens),
        None => all.clone(),
    };
    // A token that training kept as a level is none; what a step makes of other cells says nothing of the cells.
    let is_level = |token: &String| !is_cleaned && input.levels.contains(token);
    let tokens: Vec<String> = tokens.into_iter().filter(|token| !is_level(token)).collect();
    Input {
        name: input.name.clone(),
        tensor_type: if is_text { TensorType::String } else { TensorType::Double },
        kind: input.input_type,
        required: false,
        header: header.filter(|header| *header != input.name),
        header_place: n_before as u32 + 1,
        missing_tokens: (tokens != all).then_some(tokens),
        decimal_comma: reading
            .and_then(|reading| reading.decimal_comma)
            .filter(|comma| *comma != facts.decimal_comma),
        format: match input.input_type {
            InputType::Boolean => Some("0 or 1".to_owned()),
            InputType::Time => Some("epoch seconds, UTC".to_owned()),
            InputType::Number | InputType::Category => None,
        },
        categories: is_text.then(|| input.levels.clone()),
        range: None,
        missing_share: 0.0,
        source: at.map(|at| facts.schema[at].column_type),
        date_order: match facts.formats.get(&input.name) {
            Some(CellFormat::Time { order }) => Some(*order),
            _ => None,
        },
        newest_year: reading.and_then(|reading| reading.newest_year),
        sensitive: facts.sensitive.contains(&input.name),
        median: None,
        most_frequent: None,
    }
}

/// What the cells of the training rows say.
fn learn(input: &mut Input, cells: &Cells) {
    let (n_missing, n_rows) = match cells {
        Cells::Numbers(values) => {
            input.median = Some(math::quantile::median(values)).filter(|x| x.is_finite());
            let present = || values.iter().copied().filter(|x| !x.is_nan());
            let min = present().reduce(|a, b| if b < a { b } else { a });
            let max = present().reduce(|a, b| if b > a { b } else { a });
            input.range = min.zip(max).map(|(min, max)| Range { min, max });
            (values.iter().filter(|x| x.is_nan()).count(), values.len())
        }
        Cells::Texts(texts) => {
            input.most_frequent = most_frequent_of(texts);
            (texts.iter().filter(|text| text.is_empty()).count(), texts.len())
        }
    };
    input.missing_share = if n_rows == 0 { 0.0 } else { n_missing as f64 / n_rows as f64 };
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

/// The rows that the cleaning leaves as they are: golden rows hold cleaned values, and every scorer cleans what it is sent.
/// All of them when there is none, as after steps that change whatever they find.
fn read_as_they_are(golden: Rows, contract: &Contract) -> Outcome<Rows> {
    if contract.cleaning.is_empty() {
        return Ok(golden);
    }
    let table = golden.to_table(contract)?;
    let columns: Vec<Option<&table::Column>> = table.columns().iter().map(Some).collect();
    let Ok((read, problems)) = Rows::read(&columns, golden.n_rows, contract) else {
        return Ok(golden);
    };
    let is_same_cell = |row: usize, (a, b): (&Cells, &Cells)| match (a, b) {
        (Cells::Numbers(a), Cells::Numbers(b)) => a[row] == b[row] || (a[row].is_nan() && b[row].is_nan()),
        (Cells::Texts(a), Cells::Texts(b)) => a[row] == b[row],
        _ => false,
    };
    let is_same = |row: &usize| {
        let cells = golden.columns.iter().zip(&read.columns);
        problems.iter().all(|problem| problem.row != *row) && cells.into_iter().all(|pair| is_same_cell(*row, pair))
    };
    let kept: Vec<usize> = (0..golden.n_rows).filter(is_same).collect();
    Ok(if kept.is_empty() { golden } else { golden.select(&kept) })
}

/// The golden rows as the training file would write them, where reading that gives the same answers; None when it does
/// not, as after steps that change what they have cleaned already.
fn written_cells(scorer: &Scorer, golden: &Rows) -> Outcome<Option<Vec<u8>>> {
    let contract = scorer.contract();
    let texts = samples::written(contract, golden);
    let columns: Vec<table::Column> = contract
        .inputs
        .iter()
        .zip(&texts)
        .map(|(input, cells)| {
            let cells = table::Category::from_texts(cells.iter().map(|cell| Some(cell.as_str())));
            table::Column::new(&input.name, table::ColumnData::Category(cells))
        })
        .collect();
    let given: Vec<Option<&table::Column>> = columns.iter().map(Some).collect();
    let Ok((rows, problems)) = Rows::read(&given, golden.n_rows, contract) else {
        return Ok(None);
    };
    let is_same = problems.iter().all(|problem| !problem.is_refused)
        && scorer.score_rows(&rows, &mut Unobserved)? == scorer.score_rows(golden, &mut Unobserved)?;
    Ok(is_same.then(|| samples::csv(contract, &texts)))
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
            ShapeKind::Replace(Replace { find, regex: true, .. }) if !contract.patterns.contains_key(&step.id.to_string()) => {
                Some(find.clone())
            }
            _ => None,
        })
        .collect();
    if !without_words.is_empty() {
        notes.push(Message::new("deploy.pattern_outside").with("patterns", without_words));
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

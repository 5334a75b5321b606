//! Bundles: complete, verified, the same every time, and honest about what they are.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test helpers: a fault must stop the test")]

mod fixtures;

use std::collections::BTreeMap;

use deploy::contract::Check;
use deploy::{
    Answers, Bundle, BundleExtras, CONTRACT_FILE, Contract, EXPECTED_FILE, ExportFacts, MODEL_FILE, REQUESTS_FILE, Rows, Scorer,
    verify,
};
use serde_json::Value;
use spec::evaluation::{GoalStatus, Part, Verdict};
use spec::read::CellFormat;
use spec::step::{DateOrder, DropDuplicates, ParseNumber, Replace, ShapeKind, Step, Trim, ValueToMissing};
use spec::{ColumnType, Metric, Unobserved};
use table::{Category, Column, ColumnData, Table};
use train::{FittedPipeline, Predictions};

fn bundle(name: &str) -> (FittedPipeline, Bundle) {
    let (_, pipeline) = fixtures::pipelines().into_iter().find(|(known, _)| *known == name).unwrap();
    let bundle = deploy::export(
        &pipeline,
        &fixtures::facts(name),
        &BundleExtras::default(),
        &fixtures::table(500, 1),
    )
    .unwrap();
    (pipeline, bundle)
}

fn json(bundle: &Bundle, path: &str) -> Value {
    serde_json::from_slice(bundle.file(path).unwrap()).unwrap()
}

fn scorer(bundle: &Bundle) -> Scorer {
    Scorer::new(bundle.file(MODEL_FILE).unwrap(), bundle.file(CONTRACT_FILE).unwrap()).unwrap()
}

#[test]
fn every_model_form_exports_with_golden_rows() {
    for (name, pipeline) in fixtures::pipelines() {
        let bundle = deploy::export(
            &pipeline,
            &fixtures::facts(name),
            &BundleExtras::default(),
            &fixtures::table(500, 1),
        )
        .unwrap();
        let contract = Contract::from_json(bundle.file(CONTRACT_FILE).unwrap()).unwrap();
        let is_tree = name.starts_with("tree") || name.starts_with("forest") || name.starts_with("boost");
        assert_eq!(contract.tolerance == 0.0, is_tree || name.starts_with("constant"), "{name}");
        let records = json(&bundle, REQUESTS_FILE)["records"].as_array().unwrap().clone();
        let expected = json(&bundle, EXPECTED_FILE)["predictions"].as_array().unwrap().clone();
        assert!(
            records.len() >= 60 && records.len() == expected.len(),
            "{name}: {}",
            records.len()
        );
        assert!(bundle.notes[0].says().starts_with("Verified"), "{name}");
        if name == "forest_binary" || name == "boost_binary" || name == "linear_binary" {
            for label in ["no", "yes"] {
                assert!(
                    expected.iter().filter(|row| row["label"] == label).count() >= 10,
                    "{name}: few rows are {label}"
                );
            }
        }
        let paths: Vec<&str> = bundle.files.iter().map(|(path, _)| path.as_str()).collect();
        let expected_paths = [
            "model.onnx",
            "contract.json",
            "samples/requests.json",
            "samples/expected.json",
            "samples/cells.csv",
            "model.json",
            "README.md",
            "MLmodel",
        ];
        assert_eq!(paths[..expected_paths.len()], expected_paths);
        for path in [
            "code/tabular_scorer.py",
            "serving/app.py",
            "serving/flask_app.py",
            "Dockerfile",
            "k8s/deployment.yaml",
            "spark/batch_score.py",
            ".github/workflows/model.yml",
            "score.html",
        ] {
            assert!(paths.contains(&path), "{path}");
        }
        let distinct: std::collections::BTreeSet<&str> = paths.iter().copied().collect();
        assert_eq!(distinct.len(), paths.len());
    }
}

#[test]
fn the_interpreter_agrees_on_a_thousand_random_rows() {
    for (name, pipeline) in fixtures::pipelines() {
        let bundle = deploy::export(
            &pipeline,
            &fixtures::facts(name),
            &BundleExtras::default(),
            &fixtures::table(200, 1),
        )
        .unwrap();
        let scorer = scorer(&bundle);
        let rows = Rows::of_table(&fixtures::table(1000, 99), scorer.contract()).unwrap();
        let agreement = verify::agrees(&scorer, &pipeline, &rows).unwrap();
        assert_eq!(agreement.max_difference, 0.0, "{name}: both sides compute in the same order");
    }
}

#[test]
fn another_model_is_noticed() {
    let (mut pipeline, bundle) = bundle("boost_binary");
    let train::FittedModel::Trees(ensemble) = &mut pipeline.model else {
        panic!()
    };
    ensemble.trees[20].value.iter_mut().for_each(|value| *value += 1e-3);
    let scorer = scorer(&bundle);
    let rows = Rows::of_table(&fixtures::table(500, 1), scorer.contract()).unwrap();
    assert_eq!(
        verify::agrees(&scorer, &pipeline, &rows).unwrap_err().message.code,
        "deploy.not_equal"
    );
    let (mut pipeline, _) = self::bundle("boost_binary");
    pipeline.decision_threshold = pipeline.decision_threshold.map(|threshold| threshold + 0.1);
    assert_eq!(
        verify::agrees(&scorer, &pipeline, &rows).unwrap_err().message.code,
        "deploy.not_equal"
    );
}

#[test]
fn the_same_pipeline_gives_the_same_bytes() {
    let (_, once) = bundle("forest_multiclass");
    let (_, again) = bundle("forest_multiclass");
    assert_eq!(once.zip().unwrap(), again.zip().unwrap());
}

#[test]
fn a_threshold_at_a_prediction_labels_it_positive() {
    let (mut pipeline, _) = bundle("linear_binary");
    let table = fixtures::table(500, 1);
    let all: Vec<u32> = (0..500).collect();
    let Predictions::Probabilities { values, .. } = pipeline.predict(&table, &all).unwrap() else {
        panic!()
    };
    for row in [3, 77, 200, 499] {
        // A rounded probability: half of the unrounded ones lie below it.
        pipeline.decision_threshold = Some(values[row * 2 + 1]);
        let bundle = deploy::export(&pipeline, &fixtures::facts("x"), &BundleExtras::default(), &table).unwrap();
        let Answers::Classes { labels, .. } = scorer(&bundle).score(&table, &mut Unobserved).unwrap() else {
            panic!()
        };
        assert_eq!(labels[row], "yes");
    }
}

#[test]
fn the_model_json_reads_back() {
    for (name, pipeline) in fixtures::pipelines() {
        let bundle = deploy::export(
            &pipeline,
            &fixtures::facts(name),
            &BundleExtras::default(),
            &fixtures::table(100, 1),
        )
        .unwrap();
        let file = json(&bundle, "model.json");
        assert_eq!(file["kind"], "fitted_pipeline");
        assert_eq!(
            serde_json::from_value::<FittedPipeline>(file["pipeline"].clone()).unwrap(),
            pipeline,
            "{name}"
        );
    }
}

#[test]
fn the_contract_says_what_to_send() {
    let (pipeline, bundle) = bundle("forest_binary");
    let contract = json(&bundle, CONTRACT_FILE);
    assert_eq!(contract["missing_tokens"], serde_json::json!(["", "NA", "?"]));
    assert_eq!(contract["classes"], serde_json::json!(["no", "yes"]));
    assert_eq!(contract["positive_class"], "yes");
    assert_eq!(contract["decision_threshold"].as_f64(), pipeline.decision_threshold);
    let by_name: BTreeMap<&str, &Value> = contract["inputs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|input| (input["name"].as_str().unwrap(), input))
        .collect();
    assert_eq!(by_name["joined"]["format"], "epoch seconds, UTC");
    assert_eq!(by_name["active"]["format"], "0 or 1");
    assert_eq!(by_name["city"]["categories"], serde_json::json!(fixtures::CITIES));
    assert_eq!(by_name["city"]["type"], "string");
    assert!(by_name["age"]["range"]["min"].as_f64().unwrap() <= -1e308);
    assert_eq!(contract["outputs"][1]["shape"], serde_json::json!(["batch", 2]));
}

#[test]
fn the_contract_says_what_training_saw() {
    let (_, pipeline) = fixtures::pipelines()
        .into_iter()
        .find(|(name, _)| *name == "boost_regression")
        .unwrap();
    let facts = ExportFacts {
        sensitive: vec!["city".to_owned()],
        schema: vec![spec::ColumnSchema {
            name: "joined".to_owned(),
            original_name: None,
            column_type: ColumnType::Time,
            overridden: false,
        }],
        formats: [("joined".to_owned(), CellFormat::Time { order: DateOrder::Dmy })].into(),
        ..fixtures::facts("My model 2")
    };
    let column = |name: &str, data: ColumnData| Column::new(name, data);
    let texts =
        |cells: [&str; 4]| ColumnData::Category(Category::from_texts(cells.map(|cell| Some(cell).filter(|c| !c.is_empty()))));
    let table = Table::new(vec![
        column("age", ColumnData::Number(vec![40.0, 10.0, f64::NAN, 20.0])),
        column("income", ColumnData::Number(vec![1.0; 4])),
        column("my col (€) é/1", ColumnData::Number(vec![0.5; 4])),
        column("joined", ColumnData::Time(vec![0.0, 86_400.0, 1.0, 2.0])),
        column("city", texts(["Köln", "Bonn", "Köln", "Bonn"])),
        column("plan", texts(["gold", "", "", "gold"])),
        column("active", ColumnData::Number(vec![1.0; 4])),
        column("__1_Cast", ColumnData::Number(vec![1.0; 4])),
    ])
    .unwrap();
    let bundle = deploy::export(&pipeline, &facts, &BundleExtras::default(), &table).unwrap();
    let contract = Contract::from_json(bundle.file(CONTRACT_FILE).unwrap()).unwrap();
    assert_eq!(contract.model.slug, "my-model-2");
    let input = |name: &str| contract.inputs.iter().find(|input| input.name == name).unwrap();
    assert_eq!((input("age").median, input("age").sensitive), (Some(20.0), false));
    assert_eq!(
        input("city").most_frequent.as_deref(),
        Some("Bonn"),
        "of two the first in order"
    );
    assert!(input("city").sensitive);
    assert_eq!(input("joined").date_order, Some(DateOrder::Dmy));
    assert_eq!(input("joined").source, Some(ColumnType::Time));
    let of = |name: &str| -> Vec<&Check> {
        let rules = contract.rules.iter().filter(|rule| rule.column == name);
        rules.map(|rule| &rule.check).collect()
    };
    assert_eq!(of("age"), [&Check::Range { min: 10.0, max: 40.0 }], "a cell is missing");
    assert_eq!(of("city"), [&Check::NotNull, &Check::InSet]);
    assert_eq!(of("plan"), [&Check::InSet]);
}

#[test]
fn dates_and_decimals_are_read_as_the_import_read_them() {
    let (_, pipeline) = fixtures::pipelines()
        .into_iter()
        .find(|(name, _)| *name == "boost_regression")
        .unwrap();
    let facts = ExportFacts {
        decimal_comma: true,
        formats: [("joined".to_owned(), CellFormat::Time { order: DateOrder::Dmy })].into(),
        ..fixtures::facts("x")
    };
    let table = fixtures::table(50, 1);
    let bundle = deploy::export(&pipeline, &facts, &BundleExtras::default(), &table).unwrap();
    let scorer = scorer(&bundle);
    let texts = |cell: &str| ColumnData::Category(Category::from_texts(vec![Some(cell); 50]));
    let read = table
        .clone()
        .with_column(Column::new("joined", texts("02.03.2020")))
        .unwrap()
        .with_column(Column::new("age", texts("41,5")))
        .unwrap();
    let typed = table
        .with_column(Column::new("joined", ColumnData::Time(vec![1_583_107_200.0; 50])))
        .unwrap()
        .with_column(Column::new("age", ColumnData::Number(vec![41.5; 50])))
        .unwrap();
    assert_eq!(
        scorer.score(&read, &mut Unobserved).unwrap(),
        scorer.score(&typed, &mut Unobserved).unwrap()
    );
}

#[test]
fn a_pattern_without_common_words_is_said() {
    let (_, pipeline) = fixtures::pipelines()
        .into_iter()
        .find(|(name, _)| *name == "boost_regression")
        .unwrap();
    let replace = |id: u32, find: &str| Step {
        id,
        enabled: true,
        kind: ShapeKind::Replace(Replace {
            columns: Vec::new(),
            find: find.to_owned(),
            replace: "$1".to_owned(),
            regex: true,
            whole_cell: false,
        }),
    };
    let facts = ExportFacts {
        shape: vec![replace(1, "(?i)x"), replace(2, r"^(\w+)!$")],
        ..fixtures::facts("x")
    };
    let bundle = deploy::export(&pipeline, &facts, &BundleExtras::default(), &fixtures::table(50, 1)).unwrap();
    let contract = Contract::from_json(bundle.file(CONTRACT_FILE).unwrap()).unwrap();
    assert_eq!(contract.patterns.keys().collect::<Vec<_>>(), ["2"]);
    let note = bundle
        .notes
        .iter()
        .find(|note| note.code == "deploy.pattern_outside")
        .unwrap();
    assert!(note.says().contains("(?i)x"), "{}", note.says());
    // No column named: every text column of the data, in scoring too.
    let scorer = scorer(&bundle);
    let table = fixtures::table(50, 3);
    let level = |text: &str| {
        let city = ColumnData::Category(Category::from_texts(vec![Some(text); 50]));
        let table = table.clone().with_column(Column::new("city", city)).unwrap();
        scorer.score(&table, &mut Unobserved).unwrap()
    };
    assert_eq!(level("Bonn!"), level("Bonn"));
}

#[test]
fn cells_are_read_as_services_read_them() {
    let (_, bundle) = bundle("boost_regression");
    let scorer = scorer(&bundle);
    let texts = |cells: [&str; 4]| ColumnData::Category(Category::from_texts(cells.map(Some)));
    let numbers = |x: [f64; 4]| ColumnData::Number(x.to_vec());
    let with = |age: ColumnData, city: ColumnData| {
        Table::new(vec![
            Column::new("age", age),
            Column::new("income", numbers([1.0, 2.0, 3.0, 4.0])),
            Column::new("my col (€) é/1", numbers([0.5; 4])),
            Column::new("joined", texts(["2020-02-29", "NA", "1582934400", "2020-02-29T00:00:00Z"])),
            Column::new("city", city),
            Column::new("plan", texts(["gold", "?", "gold", "gold"])),
            Column::new("active", texts(["yes", "false", "1", "true"])),
            Column::new("__1_Cast", numbers([1.0; 4])),
            Column::new("not used", texts(["a", "b", "c", "d"])),
        ])
        .unwrap()
    };
    let as_texts = with(texts([" 41.5 ", "?", "NA", "-3e2"]), texts(["Bonn", " Bonn\t", "NA", "Köln"]));
    let as_numbers = with(
        numbers([41.5, f64::NAN, f64::INFINITY, -300.0]),
        texts(["Bonn", "Bonn", "?", "Köln"]),
    );
    let (a, b) = (
        scorer.score(&as_texts, &mut Unobserved).unwrap(),
        scorer.score(&as_numbers, &mut Unobserved).unwrap(),
    );
    assert_eq!(a, b);
    let wrong = with(texts(["1", "2", "many", "3"]), texts(["Bonn"; 4]));
    let failure = scorer.score(&wrong, &mut Unobserved).unwrap_err();
    assert_eq!(failure.message.says(), "Column age, row 3: \"many\" is not a number");
    // Training rows lacked values of both: without the column every cell is missing.
    let missing = with(numbers([f64::NAN; 4]), texts(["Bonn", "Bonn", "?", "Köln"]));
    assert_eq!(
        scorer
            .score(&as_numbers.without(&["age".to_owned()]), &mut Unobserved)
            .unwrap(),
        scorer.score(&missing, &mut Unobserved).unwrap()
    );
}

#[test]
fn cleaning_is_made_again_before_scoring() {
    let (_, pipeline) = fixtures::pipelines()
        .into_iter()
        .find(|(name, _)| *name == "forest_regression")
        .unwrap();
    let step = |id, kind| Step { id, enabled: true, kind };
    let facts = ExportFacts {
        shape: vec![
            step(
                1,
                ShapeKind::ParseNumber(ParseNumber {
                    column: "income".into(),
                    decimal_comma: false,
                }),
            ),
            step(2, ShapeKind::DropDuplicates(DropDuplicates { columns: Vec::new() })),
            step(
                4,
                ShapeKind::ValueToMissing(ValueToMissing {
                    column: "income".into(),
                    values: vec![9999.0],
                }),
            ),
            step(
                3,
                ShapeKind::Trim(Trim {
                    columns: vec!["the target".into()],
                }),
            ),
        ],
        ..fixtures::facts("cleaned")
    };
    let table = fixtures::table(50, 1);
    let bundle = deploy::export(&pipeline, &facts, &BundleExtras::default(), &table).unwrap();
    assert!(bundle.notes.iter().any(|note| note.code == "deploy.cleaning_outside"));
    let scorer = scorer(&bundle);
    assert_eq!(scorer.contract().cleaning.len(), 3, "repeats are for the training data");
    // The second half stands for "missing", once it is a number.
    let raw = [vec!["$ 1,200"; 25], vec!["$ 9,999"; 25]].concat();
    let column = Column::new(
        "income",
        ColumnData::Category(Category::from_texts(raw.into_iter().map(Some))),
    );
    let as_text = table.clone().with_column(column).unwrap();
    let as_number = table
        .with_column(Column::new(
            "income",
            ColumnData::Number([vec![1200.0; 25], vec![f64::NAN; 25]].concat()),
        ))
        .unwrap();
    assert_eq!(
        scorer.score(&as_text, &mut Unobserved).unwrap(),
        scorer.score(&as_number, &mut Unobserved).unwrap()
    );
}

#[test]
fn files_of_two_bundles_do_not_mix() {
    let (_, a) = bundle("boost_binary");
    let (_, b) = bundle("forest_binary");
    let failure = Scorer::new(a.file(MODEL_FILE).unwrap(), b.file(CONTRACT_FILE).unwrap()).unwrap_err();
    assert_eq!(failure.message.code, "deploy.mismatch");
    assert_eq!(
        Scorer::new(a.file(MODEL_FILE).unwrap(), b"{").unwrap_err().message.code,
        "deploy.contract"
    );
}

#[test]
fn a_goal_that_is_not_met_is_written_down() {
    let (pipeline, _) = bundle("boost_binary");
    let goal = |verdict| GoalStatus {
        metric: Metric::RocAuc,
        required: 0.8,
        value: 0.7125,
        low: Some(0.68),
        high: Some(0.74),
        part: Part::Validation,
        run: 3,
        verdict,
    };
    let facts = ExportFacts {
        goal: Some(goal(Verdict::NotMet)),
        is_stale: true,
        ..fixtures::facts("a *bold* <name>")
    };
    let bundle = deploy::export(&pipeline, &facts, &BundleExtras::default(), &fixtures::table(100, 1)).unwrap();
    let readme = String::from_utf8(bundle.file("README.md").unwrap().to_vec()).unwrap();
    assert!(
        readme.contains("The goal is not met: roc\\_auc is 0.713, 0.8 is needed"),
        "{readme}"
    );
    assert!(readme.starts_with("# a \\*bold\\* &lt;name&gt;, version 1"));
    assert!(readme.contains("Data or recipe were changed"));
    assert_eq!(json(&bundle, CONTRACT_FILE)["training"]["goal"]["verdict"], "not_met");
    let facts = ExportFacts {
        goal: Some(goal(Verdict::Met)),
        ..fixtures::facts("x")
    };
    let bundle = deploy::export(&pipeline, &facts, &BundleExtras::default(), &fixtures::table(100, 1)).unwrap();
    assert_eq!(bundle.notes.len(), 1);
}

#[test]
fn no_rows_and_one_row() {
    let (pipeline, _) = bundle("forest_multiclass");
    let table = fixtures::table(100, 1);
    assert_eq!(
        deploy::export(&pipeline, &fixtures::facts("x"), &BundleExtras::default(), &table.select(&[]))
            .unwrap_err()
            .message
            .code,
        "deploy.no_rows"
    );
    let bundle = deploy::export(
        &pipeline,
        &fixtures::facts("x"),
        &BundleExtras::default(),
        &table.select(&[5]),
    )
    .unwrap();
    assert!(json(&bundle, REQUESTS_FILE)["records"].as_array().unwrap().len() > 10);
    assert_eq!(
        scorer(&bundle)
            .score(&table.select(&[]), &mut Unobserved)
            .unwrap()
            .to_table()
            .unwrap()
            .n_rows(),
        0
    );
}

#[test]
fn every_message_has_words() {
    let known: Vec<&str> = spec::texts::messages::codes().collect();
    for code in [
        "deploy.no_columns",
        "deploy.not_a_number",
        "deploy.not_equal",
        "deploy.no_rows",
        "deploy.verified",
        "deploy.stale",
    ] {
        assert!(known.contains(&code), "{code}");
    }
}

/// Rows of all columns but `land` and `active`, the same in every row.
fn with_levels(land: &[&str], active: &[&str]) -> Table {
    let n = land.len();
    let texts = |cells: &[&str]| ColumnData::Category(Category::from_texts(cells.iter().map(|cell| Some(*cell))));
    Table::new(vec![
        Column::new("age", ColumnData::Number((0..n).map(|row| 20.0 + row as f64).collect())),
        Column::new("income", ColumnData::Number(vec![1.0; n])),
        Column::new("my col (€) é/1", ColumnData::Number(vec![0.5; n])),
        Column::new("joined", ColumnData::Time(vec![0.0; n])),
        Column::new("city", texts(land)),
        Column::new("plan", texts(&vec!["gold"; n])),
        Column::new("active", texts(active)),
        Column::new("__1_Cast", ColumnData::Number(vec![1.0; n])),
    ])
    .unwrap()
}

#[test]
fn a_token_that_is_a_level_is_none_in_its_column_alone() {
    let (_, mut pipeline) = fixtures::pipelines()
        .into_iter()
        .find(|(name, _)| *name == "boost_regression")
        .unwrap();
    let levels = ["1.1", "1.10", "DE", "NA", "True"].map(str::to_owned).to_vec();
    let city = pipeline.recipe.inputs.iter_mut().find(|input| input.name == "city").unwrap();
    city.levels = levels.clone();
    let table = with_levels(&["NA", "1.10", "True", "DE"], &["1", "0", "1", "0"]);
    let bundle = deploy::export(&pipeline, &fixtures::facts("x"), &BundleExtras::default(), &table).unwrap();
    let contract = Contract::from_json(bundle.file(CONTRACT_FILE).unwrap()).unwrap();
    let input = |name: &str| contract.inputs.iter().find(|input| input.name == name).unwrap();
    // Who knows the common list only must not lose the level.
    assert_eq!(contract.missing_tokens, ["", "?"]);
    assert_eq!(contract.missing_tokens_of(input("city")), ["", "?"]);
    assert_eq!(contract.missing_tokens_of(input("plan")), ["", "NA", "?"]);
    // Golden rows have them, as texts, and as the training file would write them.
    let records = json(&bundle, REQUESTS_FILE)["records"].as_array().unwrap().clone();
    for level in ["NA", "1.1", "1.10", "True"] {
        assert!(records.iter().any(|record| record["city"] == level), "{level}");
    }
    let cells = String::from_utf8(bundle.file(deploy::CELLS_FILE).unwrap().to_vec()).unwrap();
    assert_eq!(cells.lines().count(), records.len() + 1);
    assert!(cells.lines().any(|line| line.contains(",NA,")), "{cells}");
}

#[test]
fn what_a_column_says_for_itself_goes_before_what_the_file_says() {
    let (_, pipeline) = fixtures::pipelines()
        .into_iter()
        .find(|(name, _)| *name == "boost_regression")
        .unwrap();
    let reading = spec::read::ColumnReading {
        header: Some(" age ".to_owned()),
        missing_tokens: Some(vec!["none".to_owned()]),
        decimal_comma: Some(true),
        ..spec::read::ColumnReading::default()
    };
    let schema = [("x", Some("income")), ("age", Some(" age ")), ("income", None)];
    let facts = ExportFacts {
        readings: [("age".to_owned(), reading)].into(),
        schema: schema
            .map(|(name, original)| spec::ColumnSchema {
                name: name.to_owned(),
                original_name: original.map(str::to_owned),
                column_type: ColumnType::Number,
                overridden: false,
            })
            .to_vec(),
        ..fixtures::facts("x")
    };
    let table = fixtures::table(50, 1);
    let bundle = deploy::export(&pipeline, &facts, &BundleExtras::default(), &table).unwrap();
    let scorer = scorer(&bundle);
    let input = |name: &str| scorer.contract().inputs.iter().find(|input| input.name == name).unwrap();
    assert_eq!(
        (input("age").header.as_deref(), input("age").header_place),
        (Some(" age "), 1)
    );
    assert_eq!((input("income").header.as_deref(), input("income").header_place), (None, 2));
    let of = |age: &str, income: &str| {
        let texts = |cell: &str| ColumnData::Category(Category::from_texts(vec![Some(cell); 50]));
        let table = table.clone().with_column(Column::new("age", texts(age))).unwrap();
        scorer.score(
            &table.with_column(Column::new("income", texts(income))).unwrap(),
            &mut Unobserved,
        )
    };
    assert_eq!(of("none", "1.5").unwrap(), of("", "1.5").unwrap());
    assert!(of("1,5", "none").is_err() && of("1.5", "1.5").is_err() && of("1,5", "1,5").is_err());
    assert!(of("1,5", "NA").is_ok() && of("NA", "1.5").is_err());
}

#[test]
fn what_training_never_lacked_and_the_model_uses_is_required() {
    for (name, pipeline) in fixtures::pipelines() {
        let table = with_levels(&["Bonn", "Bonn", "Köln", ""], &["1", "0", "1", "0"]);
        let bundle = deploy::export(&pipeline, &fixtures::facts("x"), &BundleExtras::default(), &table).unwrap();
        let scorer = scorer(&bundle);
        let required = |name: &str| {
            scorer
                .contract()
                .inputs
                .iter()
                .any(|input| input.name == name && input.required)
        };
        assert!(!required("city"), "{name}: a row lacks it");
        assert_eq!(
            required("age"),
            // The small tree decides by the city alone.
            !name.starts_with("constant") && !matches!(name, "boost_of_no_trees" | "tree_binary"),
            "{name}"
        );
        if !required("age") {
            continue;
        }
        // Mistyped.
        let age = ColumnData::Number(vec![1.0; 4]);
        let without = table
            .without(&["age".to_owned()])
            .with_column(Column::new("Agee", age))
            .unwrap();
        let refusal = scorer.score(&without, &mut Unobserved).unwrap_err().message;
        assert_eq!(refusal.code, "deploy.no_columns_similar");
        assert!(
            refusal.says().contains("age. Did you mean \"Agee\" for \"age\"?"),
            "{}",
            refusal.says()
        );
    }
}

#[test]
fn training_ranges_are_those_of_all_rows_and_times_have_no_rule() {
    let (_, pipeline) = fixtures::pipelines()
        .into_iter()
        .find(|(name, _)| *name == "boost_regression")
        .unwrap();
    let n = 20_001;
    let mut age: Vec<f64> = (0..n).map(|row| f64::from(row % 50)).collect();
    (age[7], age[8], age[9]) = (9999.0, -7.0, f64::NAN);
    let table = with_levels(&vec!["Bonn"; n as usize], &vec!["1"; n as usize]);
    let table = table.with_column(Column::new("age", ColumnData::Number(age))).unwrap();
    let bundle = deploy::export(&pipeline, &fixtures::facts("x"), &BundleExtras::default(), &table).unwrap();
    let contract = Contract::from_json(bundle.file(CONTRACT_FILE).unwrap()).unwrap();
    let rules = |name: &str| -> Vec<Check> {
        let of = contract.rules.iter().filter(|rule| rule.column == name);
        of.map(|rule| rule.check.clone()).collect()
    };
    assert_eq!(
        rules("age"),
        [Check::Range { min: -7.0, max: 9999.0 }],
        "one cell in 20,001 is missing"
    );
    assert_eq!(rules("joined"), [Check::NotNull]);
    let age = contract.inputs.iter().find(|input| input.name == "age").unwrap();
    assert_eq!((age.missing_share, age.required), (1.0 / 20_001.0, false));
}

#[test]
fn an_older_contract_reads_and_a_newer_one_does_not() {
    let (_, bundle) = bundle("boost_binary");
    let mut contract = json(&bundle, CONTRACT_FILE);
    assert_eq!(
        contract["format"], 2,
        "who knows only format 1 would read some cells otherwise"
    );
    for input in contract["inputs"].as_array_mut().unwrap() {
        let input = input.as_object_mut().unwrap();
        for name in ["header", "header_place", "missing_tokens", "decimal_comma"] {
            input.remove(name);
        }
    }
    contract["format"] = 1.into();
    let old = Contract::from_json(contract.to_string().as_bytes()).unwrap();
    assert_eq!(old.inputs[0].header_place, 1);
    assert_eq!(old.missing_tokens_of(&old.inputs[0]), ["", "NA", "?"]);
    contract["format"] = 3.into();
    let refusal = Contract::from_json(contract.to_string().as_bytes()).unwrap_err();
    assert_eq!(refusal.message.code, "deploy.contract_format");
}

#[test]
fn the_hash_of_a_bundle_covers_model_and_contract() {
    // cd $(mktemp -d) && printf a > model.onnx && printf b > contract.json && sha256sum contract.json model.onnx | sha256sum
    let hash = deploy::bundle_sha256(b"a", b"b");
    assert_eq!(hash, "db3de419f45e5142a07c28d25146fd86ddcebaee85296668cc58a2d54c78a2fb");
    assert!(deploy::bundle_sha256(b"a", b"c") != hash && deploy::bundle_sha256(b"c", b"b") != hash);
}

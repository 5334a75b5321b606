//! The graph's features against `FittedRecipe::apply`, bit by bit, through every kind of step.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test helpers: a fault must stop the test")]

mod fixtures;

use std::collections::BTreeMap;
use std::sync::Arc;

use deploy::interpret::{Data, Model, Tensor};
use deploy::onnx::{self, Header, Source};
use table::Table;
use train::{FittedModel, Linear, Link};

/// As a service feeds a table: texts without blanks around them, missing as NaN or empty.
fn feeds(table: &Table) -> BTreeMap<String, Tensor> {
    table
        .columns()
        .iter()
        .map(|column| {
            let tensor = match column.numbers() {
                Some(numbers) => Tensor::doubles(numbers.to_vec()),
                None => Tensor::texts(
                    (0..column.n_rows())
                        .map(|row| column.text_at(row).map_or(Arc::from(""), |text| Arc::from(text.trim())))
                        .collect(),
                ),
            };
            (column.name().to_owned(), tensor)
        })
        .collect()
}

fn predictions(bytes: &[u8], feeds: &BTreeMap<String, Tensor>) -> Vec<f64> {
    let outputs = Model::parse(bytes).unwrap().run(feeds).unwrap();
    let Data::Double(values) = outputs[0].1.data() else {
        panic!("{:?}", outputs[0].1)
    };
    values.clone()
}

#[test]
fn every_feature_has_the_same_bits() {
    let table = fixtures::table(3000, 7);
    let recipe = fixtures::recipe(true);
    let rows: Vec<u32> = (0..3000).collect();
    let features = recipe.apply(&table, &rows).unwrap();
    let feeds = feeds(&table);
    let n = features.n_features();
    for (j, (name, column)) in features.names.iter().zip(&features.columns).enumerate() {
        let mut coefficients = vec![0.0; n];
        coefficients[j] = 1.0;
        let model = FittedModel::Linear(Linear {
            coefficients: vec![coefficients],
            intercepts: vec![0.0],
            link: Link::Identity,
        });
        let source = Source {
            recipe: &recipe,
            model: &model,
            classes: &[],
            threshold: 0.5,
        };
        let bytes = onnx::write(
            &source,
            &Header {
                name: "test".into(),
                ..Header::default()
            },
        )
        .unwrap();
        let got = predictions(&bytes, &feeds);
        let distinct: std::collections::BTreeSet<u32> = column.iter().map(|x| x.to_bits()).collect();
        assert!(
            distinct.len() > 1 || name == "constant" || name == "__1_Cast",
            "{name} tries nothing: {distinct:?}"
        );
        for row in 0..3000 {
            assert_eq!(got[row], f64::from(column[row]), "{name}, row {row}");
        }
    }
}

#[test]
fn missing_features_are_missing_in_both() {
    let table = fixtures::table(3000, 8);
    let mut recipe = fixtures::recipe(false);
    let rows: Vec<u32> = (0..3000).collect();
    let names = recipe.features.clone();
    let mut n_missing = 0;
    for name in names {
        recipe.features = vec![name.clone()];
        let model = FittedModel::Linear(Linear {
            coefficients: vec![vec![1.0]],
            intercepts: vec![0.0],
            link: Link::Identity,
        });
        // Only the raw columns that this feature depends on, as a fit would leave them.
        let mut alone = recipe.clone();
        let needed = alone.needed_steps();
        alone.steps = needed;
        let features = alone.apply(&table, &rows).unwrap();
        let source = Source {
            recipe: &alone,
            model: &model,
            classes: &[],
            threshold: 0.5,
        };
        let bytes = onnx::write(
            &source,
            &Header {
                name: "test".into(),
                ..Header::default()
            },
        )
        .unwrap();
        let got = predictions(&bytes, &feeds(&table));
        for (row, (got, x)) in got.iter().zip(&features.columns[0]).enumerate() {
            assert!(
                *got == f64::from(*x) || (got.is_nan() && x.is_nan()),
                "{name}, row {row}: {got} is not {x}"
            );
            n_missing += u32::from(x.is_nan());
        }
    }
    assert!(n_missing > 1000);
}

#[test]
fn the_same_source_gives_the_same_bytes() {
    let recipe = fixtures::recipe(false);
    for (name, n_classes, model) in fixtures::models(recipe.features.len()) {
        let classes = fixtures::classes(n_classes);
        let write = || {
            let source = Source {
                recipe: &recipe,
                model: &model,
                classes: &classes,
                threshold: 0.4,
            };
            onnx::write(
                &source,
                &Header {
                    name: "test".into(),
                    ..Header::default()
                },
            )
            .unwrap()
        };
        assert_eq!(write(), write(), "{name}");
    }
}

#[test]
fn outputs_make_way_for_columns_of_their_name() {
    let mut recipe = fixtures::recipe(false);
    for column in [&mut recipe.inputs[0].name, &mut recipe.features[0]] {
        *column = "label".to_owned();
    }
    recipe.steps.clear();
    recipe.features = vec!["label".to_owned()];
    recipe.inputs.truncate(1);
    let model = FittedModel::Constant {
        values: vec![0.5, 0.5],
        is_class: true,
    };
    let classes = fixtures::classes(2);
    let source = Source {
        recipe: &recipe,
        model: &model,
        classes: &classes,
        threshold: 0.5,
    };
    let bytes = onnx::write(
        &source,
        &Header {
            name: "test".into(),
            ..Header::default()
        },
    )
    .unwrap();
    assert_eq!(
        Model::parse(&bytes).unwrap().outputs().collect::<Vec<_>>(),
        ["label_", "probabilities"]
    );
}

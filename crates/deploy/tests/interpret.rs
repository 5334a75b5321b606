//! Damaged models end in an error: never a panic, a hang or a flood of memory.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test helpers: a fault must stop the test")]

mod fixtures;

use std::collections::BTreeMap;
use std::sync::Arc;

use deploy::interpret::{InputKind, Model, Tensor};
use deploy::onnx::{self, Header, Source};
use math::Rng;

fn model_bytes() -> Vec<Vec<u8>> {
    let recipe = fixtures::recipe(false);
    fixtures::models(recipe.features.len())
        .into_iter()
        .map(|(_, n_classes, model)| {
            let classes = fixtures::classes(n_classes);
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
        })
        .collect()
}

/// Runs it on a few rows whatever its inputs are, with little patience.
fn try_run(bytes: &[u8]) -> bool {
    let Ok(model) = Model::parse(bytes) else { return false };
    let feeds: BTreeMap<String, Tensor> = model
        .inputs()
        .map(|(name, kind)| {
            let tensor = match kind {
                InputKind::Double => Tensor::doubles(vec![1.5, f64::NAN, -1e308, 0.0]),
                InputKind::Text => Tensor::texts(["Bonn", "", "☃", "gold"].map(Arc::from).to_vec()),
            };
            (name.to_owned(), tensor)
        })
        .collect();
    model.run_within(&feeds, 1 << 22).is_ok()
}

#[test]
fn whole_models_run() {
    for bytes in model_bytes() {
        assert!(try_run(&bytes));
    }
}

#[test]
fn changed_bytes_never_panic() {
    let mut rng = Rng::stream(5, "damage", 0);
    let mut n_refused = 0;
    for bytes in model_bytes() {
        for round in 0..300 {
            let mut damaged = bytes.clone();
            match round % 4 {
                0 => damaged.truncate(rng.below(bytes.len())),
                1 => {
                    let at = rng.below(damaged.len());
                    damaged.drain(at..(at + 1 + rng.below(9)).min(bytes.len()));
                }
                2 => {
                    let (from, to) = (rng.below(bytes.len()), rng.below(bytes.len()));
                    let n = rng.below(64).min(bytes.len() - from);
                    damaged.splice(to..to, bytes[from..from + n].iter().copied());
                }
                _ => {
                    for _ in 0..=rng.below(8) {
                        let at = rng.below(damaged.len());
                        damaged[at] = rng.next_u64() as u8;
                    }
                }
            }
            n_refused += u32::from(!try_run(&damaged));
        }
    }
    assert!(n_refused > 1000, "{n_refused}");
}

#[test]
fn anything_but_a_model_is_refused() {
    for bytes in [
        &b""[..],
        b"\x00",
        b"PK\x03\x04",
        b"{\"format\": 1}",
        &[0xff; 100],
        &[0x3a; 4096],
    ] {
        assert_eq!(Model::parse(bytes).unwrap_err().message.code, "deploy.damaged");
    }
}

#[test]
fn an_input_that_is_not_given_is_named() {
    let bytes = &model_bytes()[0];
    let failure = Model::parse(bytes).unwrap().run(&BTreeMap::new()).unwrap_err();
    assert_eq!(failure.message.says(), "The column age is missing");
}

#[test]
fn zero_rows_give_zero_rows() {
    for bytes in model_bytes() {
        let model = Model::parse(&bytes).unwrap();
        let feeds = model
            .inputs()
            .map(|(name, kind)| {
                let tensor = if kind == InputKind::Double {
                    Tensor::doubles(Vec::new())
                } else {
                    Tensor::texts(Vec::new())
                };
                (name.to_owned(), tensor)
            })
            .collect();
        for (_, output) in model.run(&feeds).unwrap() {
            assert_eq!(output.shape()[0], 0);
        }
    }
}

//! Against scikit-learn and LightGBM (tests/golden/train, with the script that made the numbers), and against itself: one
//! number that must be the same natively and in wasm.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test stops at the first surprise"
)]

use math::Rng;
use prepare::Features;
use serde_json::Value;
use spec::param::Checked;
use spec::{Algorithm, ParamValue, Params, Task, Unobserved};
use train::{FittedModel, Predictions, Target, TrainSet};

const LINEAR: &str = include_str!("../../../tests/golden/train/linear.json");
const TREES: &str = include_str!("../../../tests/golden/train/trees.json");

fn fit(algorithm: Algorithm, given: &[(&str, ParamValue)], task: Task, set: &TrainSet<'_>) -> FittedModel {
    let info = train::catalogue()
        .into_iter()
        .find(|info| info.algorithm == algorithm)
        .unwrap();
    let given: Params = given
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect();
    train::fit(
        algorithm,
        &Checked::new(&info.params, &given).unwrap(),
        task,
        set,
        0,
        &mut Unobserved,
    )
    .unwrap()
}

fn list(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
}

fn features(rows: &[Vec<f64>]) -> Features {
    let width = rows[0].len();
    Features {
        names: (0..width).map(|j| format!("x{j}")).collect(),
        columns: (0..width)
            .map(|j| rows.iter().map(|row| Features::round(row[j])).collect())
            .collect(),
        n_rows: rows.len(),
    }
}

#[test]
fn linear_models_agree_with_scikit_learn() {
    let golden: Value = serde_json::from_str(LINEAR).unwrap();
    let mut n_cases = 0;
    for case in golden["cases"].as_array().unwrap() {
        let data = &golden["data"][case["data"].as_str().unwrap()];
        let rows: Vec<Vec<f64>> = data["x"].as_array().unwrap().iter().map(list).collect();
        let features = features(&rows);
        let weights: Option<Vec<f64>> = case["weighted"]
            .as_bool()
            .unwrap()
            .then(|| (0..rows.len()).map(|row| 0.5 + (row % 4) as f64).collect());
        let is_logistic = case["model"] == "logistic_regression";
        let column = if is_logistic || data["values"].is_null() {
            "y"
        } else {
            "values"
        };
        let values = list(&data[column]);
        let codes: Vec<u32> = values.iter().map(|y| *y as u32).collect();
        let n_classes = 1 + *codes.iter().max().unwrap() as usize;
        let (target, task) = match (is_logistic, n_classes) {
            (false, _) => (Target::Values(&values), Task::Regression),
            (true, 2) => (
                Target::Classes {
                    codes: &codes,
                    n_classes,
                },
                Task::Binary,
            ),
            (true, _) => (
                Target::Classes {
                    codes: &codes,
                    n_classes,
                },
                Task::Multiclass,
            ),
        };
        let set = TrainSet {
            features: &features,
            target,
            weights: weights.as_deref(),
        };
        let model = if is_logistic {
            let balanced = if case["balanced"].as_bool().unwrap() {
                "balanced"
            } else {
                "none"
            };
            let given = [
                ("C", ParamValue::Real(case["C"].as_f64().unwrap())),
                ("class_weight", ParamValue::Choice(balanced.to_owned())),
                ("tol", ParamValue::Real(1e-11)),
                ("max_iter", ParamValue::Integer(100_000)),
            ];
            fit(Algorithm::LogisticRegression, &given, task, &set)
        } else {
            match case["alpha"].as_f64().unwrap() {
                0.0 => fit(Algorithm::LinearRegression, &[], task, &set),
                alpha => fit(Algorithm::Ridge, &[("alpha", ParamValue::Real(alpha))], task, &set),
            }
        };
        let FittedModel::Linear(linear) = model else {
            panic!("not linear")
        };
        let name = format!(
            "{} on {} {:?} {:?} {}",
            case["model"], case["data"], case["C"], case["alpha"], case["weighted"]
        );
        let close = |ours: &[f64], theirs: &[f64]| {
            assert_eq!(ours.len(), theirs.len(), "{name}");
            for (a, b) in ours.iter().zip(theirs) {
                assert!((a - b).abs() <= 1e-6 * b.abs().max(1.0), "{name}: {ours:?} {theirs:?}");
            }
        };
        for (ours, theirs) in linear.coefficients.iter().zip(case["coefficients"].as_array().unwrap()) {
            close(ours, &list(theirs));
        }
        // Softmax leaves a common constant of the intercepts open.
        let centred = |intercepts: &[f64]| {
            let mean = if intercepts.len() > 1 {
                math::sum::mean(intercepts)
            } else {
                0.0
            };
            intercepts.iter().map(|b| b - mean).collect::<Vec<f64>>()
        };
        close(&centred(&linear.intercepts), &centred(&list(&case["intercepts"])));
        n_cases += 1;
    }
    assert_eq!(n_cases, 31);
}

/// As `mixed` in make_train.py: seven features, and y.
fn mixed(n: usize) -> (Vec<Vec<f64>>, Vec<f64>) {
    let mut rows = Vec::new();
    let mut y = Vec::new();
    for i in 0..n as u64 {
        let mut x: Vec<f64> = (0..8)
            .map(|j| {
                let mut z = (i * 8 + j + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
                z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
                z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
                ((z ^ (z >> 31)) >> 40) as f64 / f64::from(1 << 24)
            })
            .collect();
        let noise = x[7];
        x[4] = (x[4] * 5.0).floor();
        x[5] = f64::from(u8::from(x[5] < 0.3));
        x[6] = 1.0 - x[5];
        x.truncate(7);
        let step = f64::from(u8::from(x[2] > 0.5 && x[4] >= 2.0));
        y.push(2.0 * x[0] - 1.5 * x[1] + step + 0.5 * x[5] + 1.2 * (noise - 0.5));
        rows.push(x);
    }
    (rows, y)
}

fn roc_auc(labels: &[bool], p: &[f64]) -> f64 {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|a, b| p[*a].total_cmp(&p[*b]));
    let (mut area, mut negatives, mut start) = (0.0, 0.0, 0);
    while start < order.len() {
        let end = start + order[start..].iter().take_while(|row| p[**row] == p[order[start]]).count();
        let positive = order[start..end].iter().filter(|row| labels[**row]).count() as f64;
        let negative = (end - start) as f64 - positive;
        area += positive * (negatives + 0.5 * negative);
        negatives += negative;
        start = end;
    }
    area / (negatives * (p.len() as f64 - negatives))
}

/// AUC (macro, one against the rest), or R².
fn figure(predictions: &Predictions, codes: &[u32], values: &[f64]) -> f64 {
    match predictions {
        Predictions::Probabilities { n_classes, values: p } => {
            let of = |class: usize| {
                let labels: Vec<bool> = codes.iter().map(|code| *code as usize == class).collect();
                roc_auc(
                    &labels,
                    &p.iter().skip(class).step_by(*n_classes).copied().collect::<Vec<f64>>(),
                )
            };
            let classes: Vec<usize> = if *n_classes == 2 { vec![1] } else { (0..*n_classes).collect() };
            math::sum::mean(&classes.into_iter().map(of).collect::<Vec<f64>>())
        }
        Predictions::Values(predicted) => {
            let errors: Vec<f64> = predicted.iter().zip(values).map(|(p, y)| (p - y) * (p - y)).collect();
            1.0 - math::sum::mean(&errors) / math::sum::variance(values, 0)
        }
    }
}

fn accuracy(predictions: &Predictions, codes: &[u32]) -> f64 {
    let labels = predictions.labels(None).unwrap();
    labels.iter().zip(codes).filter(|(a, b)| a == b).count() as f64 / codes.len() as f64
}

#[test]
fn trees_agree_with_scikit_learn_and_lightgbm() {
    let golden: Value = serde_json::from_str(TREES).unwrap();
    for case in golden["cases"].as_array().unwrap() {
        let n = case["n"].as_u64().unwrap() as usize;
        let kind = case["task"].as_str().unwrap();
        let (mut rows, values) = mixed(n);
        if kind == "ties" {
            rows.iter_mut().flatten().for_each(|x| *x = (*x * 4.0).floor());
        }
        let codes: Vec<u32> = values
            .iter()
            .map(|y| {
                if kind == "multiclass" {
                    u32::from(*y > 0.3) + u32::from(*y > 1.2)
                } else {
                    u32::from(*y > 0.8)
                }
            })
            .collect();
        let task = match kind {
            "multiclass" => Task::Multiclass,
            "regression" => Task::Regression,
            _ => Task::Binary,
        };
        let (fit_features, test_features) = (features(&rows[..n / 2]), features(&rows[n / 2..]));
        let n_classes = if task == Task::Multiclass { 3 } else { 2 };
        let target = match task {
            Task::Regression => Target::Values(&values[..n / 2]),
            _ => Target::Classes {
                codes: &codes[..n / 2],
                n_classes,
            },
        };
        let set = TrainSet {
            features: &fit_features,
            target,
            weights: None,
        };
        let name = case["model"].as_str().unwrap();
        // A full tree splits tied features in another order than scikit-learn, which draws it: the leaves of noise differ.
        let (algorithm, given, tolerance): (_, Vec<(&str, ParamValue)>, f64) = match name {
            "decision_tree" => (Algorithm::DecisionTree, vec![], 0.01),
            "decision_tree_small" => {
                let given = vec![
                    ("max_depth", ParamValue::Integer(5)),
                    ("min_samples_leaf", ParamValue::Integer(10)),
                ];
                (Algorithm::DecisionTree, given, if kind == "ties" { 0.005 } else { 1e-9 })
            }
            "decision_tree_leaves" => (
                Algorithm::DecisionTree,
                vec![("max_leaf_nodes", ParamValue::Integer(12))],
                1e-9,
            ),
            "random_forest" => (
                Algorithm::RandomForest,
                vec![("n_estimators", ParamValue::Integer(200))],
                0.01,
            ),
            _ => (Algorithm::GradientBoosting, vec![], 0.004),
        };
        let model = fit(algorithm, &given, task, &set);
        let on_test = model.predict(&test_features);
        let on_fit = model.predict(&fit_features);
        let ours = figure(&on_test, &codes[n / 2..], &values[n / 2..]);
        let theirs = case[if task == Task::Regression { "r2" } else { "auc" }].as_f64().unwrap();
        println!("{name:<22} {kind:<11} {ours:.5} {theirs:.5}");
        assert!((ours - theirs).abs() <= tolerance, "{name} on {kind}: {ours} {theirs}");
        if algorithm == Algorithm::DecisionTree {
            let FittedModel::Trees(trees) = &model else {
                panic!("not trees")
            };
            let n_leaves = trees.trees[0]
                .feature
                .iter()
                .filter(|feature| **feature == train::Tree::LEAF)
                .count();
            let expected = case["n_leaves"].as_u64().unwrap() as f64;
            assert!(
                (n_leaves as f64 - expected).abs() <= if tolerance < 1e-6 { 0.0 } else { 0.03 * expected },
                "{name} {kind} {n_leaves}"
            );
            if task == Task::Regression {
                let r2 = figure(&on_fit, &codes[..n / 2], &values[..n / 2]);
                assert!((r2 - case["train_r2"].as_f64().unwrap()).abs() < 1e-9, "{name} {r2}");
            } else if kind != "ties" || name == "decision_tree" {
                assert_eq!(
                    accuracy(&on_fit, &codes[..n / 2]),
                    case["train_accuracy"].as_f64().unwrap(),
                    "{name} {kind}"
                );
            }
        }
    }
}

/// FNV-1a over the bits of every exact estimator's predictions on generated rows.
#[test]
fn golden_hash() {
    let mut rng = Rng::stream(9, "golden", 0);
    let n = 500;
    let mut columns: Vec<Vec<f32>> = (0..5).map(|_| (0..n).map(|_| rng.normal() as f32).collect()).collect();
    columns.push((0..n).map(|_| rng.below(3) as f32).collect());
    let values: Vec<f64> = (0..n)
        .map(|i| 100.0 * f64::from(columns[0][i]) - f64::from(columns[1][i] * columns[5][i]) + rng.normal())
        .collect();
    let two: Vec<u32> = values.iter().map(|y| u32::from(*y > 0.0)).collect();
    let three: Vec<u32> = values.iter().map(|y| u32::from(*y > -40.0) + u32::from(*y > 40.0)).collect();
    let complete = Features {
        names: (0..6).map(|j| format!("x{j}")).collect(),
        columns,
        n_rows: n,
    };
    let mut holed = complete.clone();
    for i in (0..n).step_by(9) {
        holed.columns[i % 6][i] = f32::NAN;
    }
    let mut hashes = Vec::new();
    for info in train::catalogue().into_iter().filter(|info| info.exact) {
        let features = if info.handles_missing { &holed } else { &complete };
        let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
        for task in &info.tasks {
            let target = match task {
                Task::Binary => Target::Classes {
                    codes: &two,
                    n_classes: 2,
                },
                Task::Multiclass => Target::Classes {
                    codes: &three,
                    n_classes: 3,
                },
                _ => Target::Values(&values),
            };
            let model = fit(
                info.algorithm,
                &[],
                *task,
                &TrainSet {
                    features,
                    target,
                    weights: None,
                },
            );
            let (Predictions::Probabilities { values, .. } | Predictions::Values(values)) = model.predict(features);
            for byte in values.iter().flat_map(|x| x.to_bits().to_le_bytes()) {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
            }
        }
        hashes.push((info.algorithm.name(), format!("{hash:016x}")));
    }
    let hashes: Vec<(&str, &str)> = hashes.iter().map(|(name, hash)| (*name, hash.as_str())).collect();
    let golden = [
        ("baseline", "f654b6d83e6195a5"),
        ("logistic_regression", "2801499a50938d9c"),
        ("linear_regression", "7dd24c66d741396f"),
        ("ridge", "e3176a96a587db8b"),
        ("decision_tree", "0a7936b9bba5e392"),
        ("random_forest", "7f99390016edad9d"),
        ("gradient_boosting", "38a39f44d5cf720d"),
    ];
    assert_eq!(hashes, golden, "the bits have changed");
}

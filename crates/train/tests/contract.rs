//! What every estimator of the catalogue holds, for every task it has. A new one is tested by being in the catalogue.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test stops at the first surprise"
)]

use math::Rng;
use prepare::Features;
use spec::param::Checked;
use spec::run::LossPoint;
use spec::{Algorithm, EstimatorInfo, Failure, Observer, Outcome, ParamValue, Params, Task, Unobserved};
use train::{FittedModel, Predictions, Target, TrainSet, forest};

struct Data {
    features: Features,
    codes: Vec<u32>,
    n_classes: usize,
    values: Vec<f64>,
}

impl Data {
    fn target(&self, task: Task) -> Target<'_> {
        match task {
            Task::Regression => Target::Values(&self.values),
            _ => Target::Classes {
                codes: &self.codes,
                n_classes: self.n_classes,
            },
        }
    }

    fn set(&self, task: Task) -> TrainSet<'_> {
        TrainSet {
            features: &self.features,
            target: self.target(task),
            weights: None,
        }
    }

    fn select(&self, rows: &[u32]) -> Self {
        Self {
            features: self.features.select(rows),
            codes: rows.iter().map(|row| self.codes[*row as usize]).collect(),
            n_classes: self.n_classes,
            values: rows.iter().map(|row| self.values[*row as usize]).collect(),
        }
    }
}

/// Signal in two features, ties in the third, a constant, and missing cells where the estimator takes them.
fn data(task: Task, n: usize, missing: bool, seed: u64) -> Data {
    let mut rng = Rng::stream(seed, "contract", 0);
    let mut columns: Vec<Vec<f32>> = (0..2).map(|_| (0..n).map(|_| rng.normal() as f32).collect()).collect();
    columns.push((0..n).map(|_| rng.below(4) as f32).collect());
    columns.push(vec![1.5; n]);
    let n_classes = if task == Task::Multiclass { 3 } else { 2 };
    let values: Vec<f64> = (0..n)
        .map(|i| f64::from(columns[0][i]) - 0.5 * f64::from(columns[1][i]) + 0.4 * f64::from(columns[2][i]) + 0.3 * rng.normal())
        .collect();
    let codes = values
        .iter()
        .map(|y| {
            if n_classes == 2 {
                u32::from(*y > 0.6)
            } else {
                u32::from(*y > 0.0) + u32::from(*y > 1.2)
            }
        })
        .collect();
    if missing {
        for i in (0..n).step_by(7) {
            columns[i % 3][i] = f32::NAN;
        }
    }
    let names = (0..columns.len()).map(|j| format!("x{j}")).collect();
    Data {
        features: Features {
            names,
            columns,
            n_rows: n,
        },
        codes,
        n_classes,
        values,
    }
}

/// Small, so that the suite is quick.
fn params(info: &EstimatorInfo) -> Checked {
    let mut given = Params::new();
    for (name, value) in [
        ("n_estimators", 8),
        (
            "max_iter",
            if info.algorithm == Algorithm::GradientBoosting {
                12
            } else {
                1000
            },
        ),
    ] {
        if info.params.iter().any(|spec| spec.name == name) {
            given.insert(name.to_owned(), ParamValue::Integer(value));
        }
    }
    Checked::new(&info.params, &given).unwrap()
}

fn fit(info: &EstimatorInfo, task: Task, set: &TrainSet<'_>) -> Outcome<FittedModel> {
    train::fit(info.algorithm, &params(info), task, set, 3, &mut Unobserved)
}

fn each(mut check: impl FnMut(&EstimatorInfo, Task)) {
    for info in train::catalogue() {
        for task in info.tasks.clone() {
            check(&info, task);
        }
    }
}

fn numbers(predictions: &Predictions) -> &[f64] {
    match predictions {
        Predictions::Probabilities { values, .. } | Predictions::Values(values) => values,
    }
}

#[test]
fn the_catalogue_is_whole() {
    let catalogue = train::catalogue();
    assert_eq!(
        catalogue.iter().map(|info| info.algorithm).collect::<Vec<_>>(),
        Algorithm::ALL
    );
    for info in &catalogue {
        assert!(!info.about.is_empty() && !info.about.ends_with('.'));
        for spec in &info.params {
            spec.check(&spec.default).unwrap();
            assert!(!spec.help.is_empty() && !spec.label.is_empty(), "{}", spec.name);
            assert_eq!(info.params.iter().filter(|other| other.name == spec.name).count(), 1);
        }
    }
}

#[test]
fn a_refit_forgets_the_input_stays_and_the_seed_decides() {
    each(|info, task| {
        let (first, second) = (
            data(task, 150, info.handles_missing, 1),
            data(task, 150, info.handles_missing, 2),
        );
        // Bytes, because NaN is not equal to itself.
        let bytes = |features: &Features| features.columns.iter().flatten().map(|x| x.to_bits()).collect::<Vec<u32>>();
        let before = bytes(&first.features);
        let model = fit(info, task, &first.set(task)).unwrap();
        fit(info, task, &second.set(task)).unwrap();
        assert_eq!(
            fit(info, task, &first.set(task)).unwrap(),
            model,
            "{:?} {task:?}",
            info.algorithm
        );
        assert_eq!(bytes(&first.features), before);
    });
}

#[test]
fn predictions_are_proper_learn_something_and_do_not_depend_on_their_neighbours() {
    each(|info, task| {
        let (train, test) = (
            data(task, 400, info.handles_missing, 1),
            data(task, 211, info.handles_missing, 5),
        );
        let model = fit(info, task, &train.set(task)).unwrap();
        let predictions = model.predict(&test.features);
        assert!(
            numbers(&predictions).iter().all(|x| x.is_finite()),
            "{:?} {task:?}",
            info.algorithm
        );
        let width = numbers(&predictions).len() / 211;
        let rows: Vec<u32> = (0..211).rev().step_by(3).collect();
        let of_some = model.predict(&test.features.select(&rows));
        for (i, row) in rows.iter().enumerate() {
            let row = *row as usize;
            assert_eq!(
                numbers(&of_some)[i * width..(i + 1) * width],
                numbers(&predictions)[row * width..(row + 1) * width]
            );
        }
        let informed = info.algorithm != Algorithm::Baseline;
        match &predictions {
            Predictions::Probabilities { n_classes, values } => {
                assert_eq!(*n_classes, train.n_classes);
                for p in values.chunks_exact(*n_classes) {
                    assert!(p.iter().all(|p| (0.0..=1.0).contains(p)));
                    assert!((p.iter().sum::<f64>() - 1.0).abs() < 1e-6, "{p:?}");
                }
                let labels = predictions.labels(None).unwrap();
                let right = labels.iter().zip(&test.codes).filter(|(a, b)| a == b).count();
                assert!(!informed || right > 140, "{:?} {task:?}: {right}", info.algorithm);
                for (p, label) in values.chunks_exact(*n_classes).zip(&labels) {
                    assert!(p.iter().all(|other| *other <= p[*label as usize]));
                }
            }
            Predictions::Values(values) => {
                let error: f64 = values.iter().zip(&test.values).map(|(a, b)| (a - b) * (a - b)).sum();
                let spread: f64 = test.values.iter().map(|y| (y - math::sum::mean(&test.values)).powi(2)).sum();
                assert!(!informed || error < 0.5 * spread, "{:?}: {error} {spread}", info.algorithm);
            }
        }
        let rounded = predictions.clone().rounded();
        assert!(
            numbers(&rounded)
                .iter()
                .zip(numbers(&predictions))
                .all(|(r, p)| (r - p).abs() <= 1e-7 * p.abs())
        );
        assert_eq!(model.predict(&test.features.select(&[])).n_rows(), 0);
    });
}

#[test]
fn saved_and_loaded_it_is_the_same() {
    each(|info, task| {
        let model = fit(info, task, &data(task, 120, info.handles_missing, 1).set(task)).unwrap();
        let bytes = spec::wire::to_bytes(&model);
        let loaded: FittedModel = spec::wire::from_bytes(&bytes).unwrap();
        assert_eq!(loaded, model);
        assert_eq!(spec::wire::to_bytes(&loaded), bytes);
        assert!(model.n_bytes() > 0);
    });
}

#[test]
fn what_cannot_be_learned_from_ends_in_its_message() {
    let code = |result: Outcome<FittedModel>| result.err().map(|failure| failure.message.code).unwrap_or_default();
    each(|info, task| {
        let name = format!("{:?} {task:?}", info.algorithm);
        let needs_features = info.algorithm != Algorithm::Baseline;
        let good = data(task, 60, false, 1);
        assert_eq!(code(fit(info, task, &good.select(&[]).set(task))), "train.no_rows", "{name}");

        let mut holed = data(task, 60, false, 1);
        holed.features.columns[1][5] = f32::NAN;
        let failed = code(fit(info, task, &holed.set(task)));
        assert_eq!(
            failed,
            if info.handles_missing { "" } else { "train.missing_values" },
            "{name}"
        );
        holed.features.columns[1][5] = f32::INFINITY;
        assert_eq!(
            code(fit(info, task, &holed.set(task))),
            if needs_features { "train.infinite" } else { "" },
            "{name}"
        );

        let mut bare = data(task, 60, false, 1);
        bare.features.columns.clear();
        bare.features.names.clear();
        assert_eq!(
            code(fit(info, task, &bare.set(task))),
            if needs_features { "train.no_features" } else { "" },
            "{name}"
        );

        let mut constant = data(task, 60, false, 1);
        constant.codes.fill(0);
        constant.values.fill(2.5);
        let result = fit(info, task, &constant.set(task));
        if task == Task::Regression {
            let model = result.unwrap();
            assert!(
                numbers(&model.predict(&constant.features))
                    .iter()
                    .all(|y| (y - 2.5).abs() < 1e-12),
                "{name}"
            );
        } else {
            assert_eq!(code(result), if needs_features { "train.one_class" } else { "" }, "{name}");
        }

        // One row: one class, or its value.
        let one = good.select(&[0]);
        let result = fit(info, task, &one.set(task));
        if task == Task::Regression {
            let y = numbers(&result.unwrap().predict(&one.features))[0];
            assert!((y - one.values[0]).abs() <= 1e-7 * y.abs(), "{name}");
        } else {
            assert_eq!(code(result), if needs_features { "train.one_class" } else { "" }, "{name}");
        }

        // One column, and a constant one.
        for j in [0, 3] {
            let mut narrow = data(task, 60, false, 1);
            narrow.features.columns = vec![narrow.features.columns[j].clone()];
            narrow.features.names.truncate(1);
            let model = fit(info, task, &narrow.set(task)).unwrap();
            assert!(
                numbers(&model.predict(&narrow.features)).iter().all(|x| x.is_finite()),
                "{name}"
            );
        }

        let weights = [vec![-1.0; 60], vec![f64::NAN; 60], vec![1.0; 3], vec![0.0; 60]];
        for (weights, expected) in weights
            .iter()
            .zip(["train.weights", "train.weights", "train.shape", "train.no_rows"])
        {
            let set = TrainSet {
                weights: Some(weights),
                ..good.set(task)
            };
            assert_eq!(code(fit(info, task, &set)), expected, "{name}");
        }
        let mut wrong = data(task, 60, false, 1);
        wrong.codes[7] = 9;
        wrong.values[7] = f64::NAN;
        let expected = if task == Task::Regression {
            "train.target_missing"
        } else {
            "train.class_code"
        };
        assert_eq!(code(fit(info, task, &wrong.set(task))), expected, "{name}");
        let other = if task == Task::Regression {
            Task::Binary
        } else {
            Task::Regression
        };
        assert_eq!(code(fit(info, task, &good.set(other))), "train.target_task", "{name}");
    });
}

#[test]
fn a_weight_of_two_is_the_row_twice_and_a_weight_of_0_is_no_row() {
    each(|info, task| {
        // Bootstrap and rows kept apart are drawn by row; bins and least rows per leaf are counted by row.
        if matches!(info.algorithm, Algorithm::RandomForest | Algorithm::GradientBoosting) {
            return;
        }
        let good = data(task, 80, false, 4);
        let weights: Vec<f64> = (0..80).map(|row| f64::from(row % 3)).collect();
        let repeated: Vec<u32> = (0..80).flat_map(|row| std::iter::repeat_n(row, (row % 3) as usize)).collect();
        let weighted = fit(
            info,
            task,
            &TrainSet {
                weights: Some(&weights),
                ..good.set(task)
            },
        )
        .unwrap()
        .predict(&good.features);
        let many = fit(info, task, &good.select(&repeated).set(task))
            .unwrap()
            .predict(&good.features);
        for (a, b) in numbers(&weighted).iter().zip(numbers(&many)) {
            assert!((a - b).abs() < 1e-4, "{:?} {task:?}: {a} {b}", info.algorithm);
        }
    });
}

#[test]
fn weights_move_forests_and_boosting_and_one_weight_for_all_does_not() {
    each(|info, task| {
        if !matches!(info.algorithm, Algorithm::RandomForest | Algorithm::GradientBoosting) {
            return;
        }
        let good = data(task, 200, true, 4);
        let of = |weights: Option<&[f64]>| {
            fit(
                info,
                task,
                &TrainSet {
                    weights,
                    ..good.set(task)
                },
            )
            .unwrap()
            .predict(&good.features)
        };
        let plain = of(None);
        assert_eq!(of(Some(&[4.0; 200])), plain, "{:?} {task:?}", info.algorithm);
        // Rows of weight 0 count for nothing: what stands in them does not matter.
        let weights: Vec<f64> = (0..200).map(|row| f64::from(row % 5).min(1.0)).collect();
        let weighted = of(Some(&weights));
        let mut other = data(task, 200, true, 4);
        for row in (0..200).step_by(5) {
            other.codes[row] = 0;
            other.values[row] = 99.0;
        }
        let set = TrainSet {
            weights: Some(&weights),
            ..other.set(task)
        };
        assert_eq!(
            fit(info, task, &set).unwrap().predict(&good.features),
            weighted,
            "{:?} {task:?}",
            info.algorithm
        );
        assert_ne!(weighted, plain);
    });
}

#[test]
fn the_order_of_rows_does_not_matter_to_trees() {
    for task in [Task::Binary, Task::Multiclass, Task::Regression] {
        let info = train::catalogue()
            .into_iter()
            .find(|info| info.algorithm == Algorithm::DecisionTree)
            .unwrap();
        let good = data(task, 300, true, 6);
        let mixed = good.select(&Rng::stream(1, "mix", 0).permutation(300));
        let (a, b) = (
            fit(&info, task, &good.set(task)).unwrap(),
            fit(&info, task, &mixed.set(task)).unwrap(),
        );
        let (a, b) = (a.predict(&good.features), b.predict(&good.features));
        assert!(
            numbers(&a)
                .iter()
                .zip(numbers(&b))
                .all(|(a, b)| (a - b).abs() <= 1e-12 * a.abs()),
            "{task:?}"
        );
    }
}

/// Says stop at the n-th tick.
struct Impatient {
    ticks_left: u32,
}

impl Observer for Impatient {
    fn tick(&mut self, fraction: f64) -> Outcome<()> {
        assert!((0.0..=1.0).contains(&fraction), "{fraction}");
        self.ticks_left = self.ticks_left.checked_sub(1).ok_or_else(Failure::cancelled)?;
        Ok(())
    }
}

#[test]
fn a_cancel_ends_it_and_leaves_no_trace() {
    each(|info, task| {
        if info.algorithm == Algorithm::Baseline {
            return;
        }
        let good = data(task, 300, info.handles_missing, 1);
        let whole = fit(info, task, &good.set(task)).unwrap();
        for ticks_left in 0..2 {
            let result = train::fit(
                info.algorithm,
                &params(info),
                task,
                &good.set(task),
                3,
                &mut Impatient { ticks_left },
            );
            assert!(result.unwrap_err().cancelled, "{:?} {task:?}", info.algorithm);
        }
        assert_eq!(fit(info, task, &good.set(task)).unwrap(), whole);
        train::fit(
            info.algorithm,
            &params(info),
            task,
            &good.set(task),
            3,
            &mut Impatient { ticks_left: u32::MAX },
        )
        .unwrap();
    });
}

#[test]
fn a_forest_in_ranges_merges_to_the_same_bytes() {
    for task in [Task::Binary, Task::Multiclass, Task::Regression] {
        let info = train::catalogue()
            .into_iter()
            .find(|info| info.algorithm == Algorithm::RandomForest)
            .unwrap();
        let (params, good) = (params(&info), data(task, 200, true, 1));
        let grow = |range| forest::grow(range, &params, task, &good.set(task), 3, &mut Unobserved).unwrap();
        let merged = FittedModel::Trees(forest::merge(vec![grow(0..3), grow(3..4), grow(4..8)]).unwrap());
        let whole = fit(&info, task, &good.set(task)).unwrap();
        assert_eq!(spec::wire::to_bytes(&merged), spec::wire::to_bytes(&whole));
    }
    assert_eq!(forest::merge(Vec::new()).unwrap_err().message.code, "train.nothing_to_merge");
}

#[derive(Default)]
struct Losses(Vec<LossPoint>);

impl Observer for Losses {
    fn tick(&mut self, _fraction: f64) -> Outcome<()> {
        Ok(())
    }

    fn loss(&mut self, point: LossPoint) {
        self.0.push(point);
    }
}

#[test]
fn boosting_says_its_losses_and_stops_early() {
    let info = train::catalogue()
        .into_iter()
        .find(|info| info.algorithm == Algorithm::GradientBoosting)
        .unwrap();
    for task in [Task::Binary, Task::Multiclass, Task::Regression] {
        let good = data(task, 600, true, 1);
        let fit = |early: bool| {
            let given = Params::from([
                ("max_iter".to_owned(), ParamValue::Integer(300)),
                ("learning_rate".to_owned(), ParamValue::Real(0.2)),
                ("early_stopping".to_owned(), ParamValue::Flag(early)),
            ]);
            let mut losses = Losses::default();
            let params = Checked::new(&info.params, &given).unwrap();
            let model = train::fit(info.algorithm, &params, task, &good.set(task), 3, &mut losses).unwrap();
            let FittedModel::Trees(trees) = model else {
                panic!("not trees")
            };
            (trees, losses.0)
        };
        let (trees, losses) = fit(false);
        let per_round = if task == Task::Multiclass { 3 } else { 1 };
        assert_eq!(trees.trees.len(), 300 * per_round);
        assert_eq!(
            losses.iter().map(|point| point.round).collect::<Vec<_>>(),
            (1..=300).collect::<Vec<u32>>()
        );
        assert!(losses.iter().all(|point| point.validation.is_none()));
        assert!(
            losses.windows(2).all(|pair| pair[1].train <= pair[0].train + 1e-9),
            "{task:?}"
        );

        let (trees, losses) = fit(true);
        let best = losses
            .iter()
            .min_by(|a, b| a.validation.unwrap().total_cmp(&b.validation.unwrap()))
            .unwrap();
        assert!(
            losses.len() < 300 && losses.len() as u32 == best.round + 10,
            "{task:?} {} {}",
            losses.len(),
            best.round
        );
        assert_eq!(trees.trees.len(), best.round as usize * per_round);
    }
}

#[test]
fn a_class_without_rows_has_probability_0() {
    for info in train::catalogue()
        .into_iter()
        .filter(|info| info.tasks.contains(&Task::Multiclass))
    {
        let mut good = data(Task::Multiclass, 100, false, 1);
        good.n_classes = 4;
        good.codes.iter_mut().for_each(|code| *code = [0, 2, 3][*code as usize]);
        let predictions = fit(&info, Task::Multiclass, &good.set(Task::Multiclass))
            .unwrap()
            .predict(&good.features);
        assert!(
            numbers(&predictions).chunks_exact(4).all(|p| p[1] == 0.0),
            "{:?}",
            info.algorithm
        );
    }
}

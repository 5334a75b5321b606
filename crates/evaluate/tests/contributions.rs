//! SHAP values against the shap package (tests/golden/explain, with the script that made the numbers), against the
//! definition, and whether they add up.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot read its numbers must fail"
)]

use evaluate::contributions::{self, Contributions, Grouping, SamplingSettings, contributions, sample};
use math::Rng;
use prepare::{Features, TrainView, recipe};
use serde::Deserialize;
use spec::explain::{ExplainMethod, ScoreUnit};
use spec::param::Checked;
use spec::step::{Columns, DatePart, FillWith, PipelineKind, Step};
use spec::step::{DateParts, Fill, Formula, Interaction, OneHot, StandardScale};
use spec::{Algorithm, Failure, Framing, Observer, Outcome, ParamValue, Params, Task, Unobserved};
use table::{Category, Column, ColumnData, Table};
use train::{Aggregate, FittedModel, FittedPipeline, Linear, Link, Target, TrainSet, Tree, TreeEnsemble};

#[derive(Deserialize)]
struct Golden {
    trees: Vec<TreeCase>,
    linear: Vec<LinearCase>,
    any: Vec<LinearCase>,
}

#[derive(Deserialize)]
struct TreeCase {
    name: String,
    trees: Vec<Tree>,
    base: Vec<f64>,
    aggregate: String,
    x: Vec<Vec<Option<f64>>>,
    expected_base: Vec<f64>,
    /// Rows, outputs, features.
    expected: Vec<Vec<Vec<f64>>>,
    tolerance: f64,
}

#[derive(Deserialize)]
struct LinearCase {
    name: String,
    link: String,
    coefficients: Vec<Vec<f64>>,
    intercepts: Vec<f64>,
    background: Vec<Vec<f64>>,
    x: Vec<Vec<f64>>,
    expected_base: Vec<f64>,
    expected: Vec<Vec<Vec<f64>>>,
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("../../../tests/golden/explain/explain.json")).unwrap()
}

fn features(rows: &[Vec<Option<f64>>]) -> Features {
    let width = rows[0].len();
    Features {
        names: (0..width).map(|j| format!("x{j}")).collect(),
        columns: (0..width)
            .map(|j| rows.iter().map(|row| Features::round(row[j].unwrap_or(f64::NAN))).collect())
            .collect(),
        n_rows: rows.len(),
    }
}

fn complete(rows: &[Vec<f64>]) -> Features {
    features(
        &rows
            .iter()
            .map(|row| row.iter().copied().map(Some).collect())
            .collect::<Vec<_>>(),
    )
}

fn link(name: &str) -> Link {
    match name {
        "sigmoid" => Link::Sigmoid,
        "softmax" => Link::Softmax,
        _ => Link::Identity,
    }
}

/// Every feature for itself, without background rows.
fn of_trees(ensemble: &TreeEnsemble, features: &Features) -> Contributions {
    let grouping = Grouping::of_features(&features.names);
    let model = FittedModel::Trees(ensemble.clone());
    let none = features.select(&[]);
    contributions(
        &model,
        grouping,
        features,
        &none,
        &SamplingSettings::default(),
        &mut Unobserved,
    )
    .unwrap()
}

fn largest_gap(found: &Contributions) -> f64 {
    let n_columns = found.grouping.columns.len();
    let mut worst = 0.0f64;
    for (at, score) in found.scores.iter().enumerate() {
        let base = found.base[at % found.n_scores()];
        let sum: f64 = found.amounts[at * n_columns..(at + 1) * n_columns].iter().sum();
        worst = worst.max((score - base - sum).abs() / score.abs().max(base.abs()).max(1.0));
    }
    worst
}

fn assert_same(name: &str, found: &Contributions, base: &[f64], expected: &[Vec<Vec<f64>>], tolerance: f64) {
    let (n_scores, n_columns) = (found.n_scores(), found.grouping.columns.len());
    assert_eq!((expected.len(), expected[0].len()), (found.n_rows, n_scores), "{name}");
    let scale = |x: f64| tolerance * x.abs().max(1.0);
    for (got, expected) in found.base.iter().zip(base) {
        assert!(
            (got - expected).abs() <= scale(*expected),
            "{name}: base {got}, shap {expected}"
        );
    }
    for (row, outputs) in expected.iter().enumerate() {
        for (k, amounts) in outputs.iter().enumerate() {
            for (j, expected) in amounts.iter().enumerate() {
                let got = found.amounts[(row * n_scores + k) * n_columns + j];
                assert!(
                    (got - expected).abs() <= scale(*expected),
                    "{name}: row {row}, output {k}, feature {j}: {got}, shap {expected}"
                );
            }
        }
    }
    assert!(largest_gap(found) < 1e-13, "{name}: {}", largest_gap(found));
}

#[test]
fn trees_as_shap() {
    for case in golden().trees {
        let ensemble = TreeEnsemble {
            n_outputs: case.base.len(),
            n_features: case.x[0].len(),
            trees: case.trees,
            base: case.base,
            aggregate: match case.aggregate.as_str() {
                "mean" => Aggregate::Mean,
                other => Aggregate::Boost(link(other)),
            },
        };
        let found = of_trees(&ensemble, &features(&case.x));
        assert_eq!(found.method, ExplainMethod::Trees);
        assert_same(&case.name, &found, &case.expected_base, &case.expected, case.tolerance);
    }
}

#[test]
fn linear_models_as_shap() {
    for case in golden().linear {
        let model = FittedModel::Linear(Linear {
            coefficients: case.coefficients,
            intercepts: case.intercepts,
            link: link(&case.link),
        });
        let (x, background) = (complete(&case.x), complete(&case.background));
        let found = contributions(
            &model,
            Grouping::of_features(&x.names),
            &x,
            &background,
            &SamplingSettings::default(),
            &mut Unobserved,
        )
        .unwrap();
        assert!(found.std_errors.is_none() && found.method == ExplainMethod::Linear);
        // Sums of some 10 products.
        assert_same(&case.name, &found, &case.expected_base, &case.expected, 1e-11);
    }
}

/// The estimates are off by what their standard errors say: neither more nor much less.
#[test]
fn sampling_as_shap() {
    for case in golden().any {
        let model = FittedModel::Linear(Linear {
            coefficients: case.coefficients,
            intercepts: case.intercepts,
            link: link(&case.link),
        });
        let (x, background) = (complete(&case.x), complete(&case.background));
        let settings = SamplingSettings {
            n_background: 100,
            n_orders: 40,
            seed: 3,
        };
        let sampled = sample(
            &mut |features| model.predict(features),
            &x,
            &background,
            &Grouping::of_features(&x.names),
            &settings,
            &mut Unobserved,
        )
        .unwrap();
        assert_eq!(sampled.n_background, background.n_rows);
        let expected: Vec<f64> = case.expected.iter().flatten().flatten().copied().collect();
        let mut squares = Vec::new();
        for ((got, expected), error) in sampled.amounts.iter().zip(&expected).zip(&sampled.std_errors) {
            assert!(
                (got - expected).abs() <= 5.0 * error + 1e-12,
                "{got} ± {error}, shap {expected}"
            );
            assert!(*error < 0.01, "{error}");
            squares.push(((got - expected) / error) * ((got - expected) / error));
        }
        let ratio = math::sum::mean(&squares).sqrt();
        assert!(
            (0.7..1.3).contains(&ratio),
            "errors are {ratio} times what they are said to be"
        );
        for (got, expected) in sampled.base.iter().zip(&case.expected_base) {
            assert!((got - expected).abs() < 1e-12, "{got}, shap {expected}");
        }
        for (row, score) in sampled.scores.iter().enumerate() {
            let sum: f64 = sampled.amounts[row * 4..(row + 1) * 4].iter().sum();
            assert!((score - sampled.base[row % 3] - sum).abs() < 1e-13);
        }
    }
}

// Against the definition -----------------------------------------------------------------------------------------------

fn random_tree(rng: &mut Rng, n_features: usize, n_outputs: usize, max_depth: usize) -> Tree {
    fn add(tree: &mut Tree, rng: &mut Rng, depth: usize, cover: usize, sizes: (usize, usize, usize)) -> u32 {
        let (n_features, n_outputs, max_depth) = sizes;
        let at = tree.feature.len();
        let is_leaf = depth == max_depth || cover < 2 || (depth > 1 && rng.below(4) == 0);
        tree.feature
            .push(if is_leaf { Tree::LEAF } else { rng.below(n_features) as u32 });
        tree.threshold.push((rng.normal() * 4.0).round() / 4.0);
        tree.missing_left.push(rng.below(2) == 0);
        tree.left.push(0);
        tree.right.push(0);
        let scale = [1.0, 10.0, 100.0, 1000.0][rng.below(4)];
        for _ in 0..n_outputs {
            tree.value.push(if is_leaf { rng.normal() * scale } else { 0.0 });
        }
        tree.cover.push(cover as f64);
        if !is_leaf {
            let left = 1 + rng.below(cover - 1);
            tree.left[at] = add(tree, rng, depth + 1, left, sizes);
            tree.right[at] = add(tree, rng, depth + 1, cover - left, sizes);
        }
        at as u32
    }
    let mut tree = Tree::default();
    add(&mut tree, rng, 0, 1 << 20, (n_features, n_outputs, max_depth));
    tree
}

fn random_rows(rng: &mut Rng, n_rows: usize, n_features: usize) -> Features {
    let mut cell = || {
        if rng.below(6) == 0 {
            f32::NAN
        } else {
            ((rng.normal() * 4.0).round() / 4.0) as f32
        }
    };
    Features {
        names: (0..n_features).map(|j| format!("x{j}")).collect(),
        columns: (0..n_features).map(|_| (0..n_rows).map(|_| cell()).collect()).collect(),
        n_rows,
    }
}

fn random_ensemble(rng: &mut Rng, n_features: usize, n_outputs: usize, n_trees: usize, max_depth: usize) -> TreeEnsemble {
    TreeEnsemble {
        trees: (0..n_trees)
            .map(|_| random_tree(rng, n_features, n_outputs, max_depth))
            .collect(),
        n_outputs,
        base: (0..n_outputs).map(|_| rng.normal()).collect(),
        aggregate: Aggregate::Boost(if n_outputs == 1 { Link::Identity } else { Link::Softmax }),
        n_features,
    }
}

/// What the tree says when the features of the bit set `known` are known.
fn answer(tree: &Tree, node: usize, x: &[f32], known: u32) -> f64 {
    let feature = tree.feature[node];
    if feature == Tree::LEAF {
        return tree.value[node];
    }
    let (left, right) = (tree.left[node] as usize, tree.right[node] as usize);
    if known >> feature & 1 == 1 {
        let x_here = x[feature as usize];
        let goes_left = if x_here.is_nan() {
            tree.missing_left[node]
        } else {
            f64::from(x_here) <= tree.threshold[node]
        };
        return answer(tree, if goes_left { left } else { right }, x, known);
    }
    let total = tree.cover[left] + tree.cover[right];
    tree.cover[left] / total * answer(tree, left, x, known) + tree.cover[right] / total * answer(tree, right, x, known)
}

/// `sum over sets S without j of |S|! (n - |S| - 1)! / n! (v(S and j) - v(S))`.
fn by_definition(tree: &Tree, x: &[f32], j: usize) -> f64 {
    let n = x.len();
    let factorial = |k: usize| (1..=k).map(|i| i as f64).product::<f64>();
    (0..1u32 << n)
        .filter(|set| set >> j & 1 == 0)
        .map(|set| {
            let size = set.count_ones() as usize;
            let weight = factorial(size) * factorial(n - size - 1) / factorial(n);
            weight * (answer(tree, 0, x, set | 1 << j) - answer(tree, 0, x, set))
        })
        .sum()
}

#[test]
fn trees_as_the_definition() {
    let mut rng = Rng::stream(11, "test", 0);
    for round in 0..60 {
        let n_features = 1 + rng.below(7);
        let ensemble = random_ensemble(&mut rng, n_features, 1, 2, 1 + round % 9);
        let rows = random_rows(&mut rng, 3, n_features);
        let found = of_trees(&ensemble, &rows);
        for row in 0..rows.n_rows {
            let x: Vec<f32> = rows.columns.iter().map(|column| column[row]).collect();
            for j in 0..n_features {
                let expected: f64 = ensemble.trees.iter().map(|tree| by_definition(tree, &x, j)).sum();
                let got = found.amount(row, None, j);
                assert!(
                    (got - expected).abs() <= 1e-12 * expected.abs().max(1000.0),
                    "round {round}: {got}, by definition {expected}"
                );
            }
        }
    }
}

#[test]
fn amounts_add_up_for_any_tree_and_row() {
    let mut rng = Rng::stream(12, "test", 0);
    let mut worst = 0.0f64;
    for round in 0..150 {
        let (n_features, n_outputs, n_trees) = (1 + rng.below(60), 1 + rng.below(4), 1 + rng.below(8));
        let ensemble = random_ensemble(&mut rng, n_features, n_outputs, n_trees, round % 45);
        let rows = random_rows(&mut rng, 4, n_features);
        let found = of_trees(&ensemble, &rows);
        worst = worst.max(largest_gap(&found));
        // A feature that no tree splits on has exactly nothing.
        for j in 0..n_features {
            if !ensemble.trees.iter().any(|tree| tree.feature.contains(&(j as u32))) {
                assert!((0..rows.n_rows).all(|row| found.amount(row, None, j) == 0.0));
            }
        }
        // A row alone has the same bits as among others.
        let alone = of_trees(&ensemble, &rows.select(&[2]));
        let per_row = found.amounts.len() / rows.n_rows;
        assert_eq!(alone.amounts, found.amounts[2 * per_row..3 * per_row]);
    }
    assert!(worst < 1e-9, "{worst}");
}

#[test]
fn a_node_without_rows_does_no_harm() {
    let tree = |cover: [f64; 5]| Tree {
        feature: vec![0, Tree::LEAF, 1, Tree::LEAF, Tree::LEAF],
        threshold: vec![0.0; 5],
        missing_left: vec![true; 5],
        left: vec![1, 0, 3, 0, 0],
        right: vec![2, 0, 4, 0, 0],
        value: vec![0.0, 1.0, 0.0, 2.0, 4.0],
        cover: cover.to_vec(),
    };
    let rows = features(&[
        vec![Some(-1.0), Some(-1.0)],
        vec![Some(1.0), Some(1.0)],
        vec![None, Some(1.0)],
    ]);
    for cover in [[8.0, 8.0, 0.0, 0.0, 0.0], [8.0, 4.0, 4.0, 4.0, 0.0], [0.0; 5]] {
        let ensemble = TreeEnsemble {
            trees: vec![tree(cover)],
            n_outputs: 1,
            base: vec![0.0],
            aggregate: Aggregate::Mean,
            n_features: 2,
        };
        let found = of_trees(&ensemble, &rows);
        assert!(largest_gap(&found) < 1e-15, "{cover:?}");
    }
}

// Fitted models --------------------------------------------------------------------------------------------------------

fn customers(n: usize) -> Table {
    let mut rng = Rng::stream(5, "customers", 0);
    let (mut tenure, mut fee, mut contract, mut since) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut left, mut plan, mut spent) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..n {
        let months = rng.below(60) as f64;
        let monthly = 20.0 + 80.0 * rng.uniform();
        let kind = ["month", "one year", "two years"][rng.below(3)];
        let score = -0.05 * months + 0.03 * monthly + if kind == "month" { 1.0 } else { -0.5 } + rng.normal();
        tenure.push(if rng.below(12) == 0 { f64::NAN } else { months });
        fee.push(monthly);
        contract.push(if rng.below(15) == 0 { None } else { Some(kind) });
        since.push(1.6e9 + 86_400.0 * (400.0 * rng.uniform()).floor());
        left.push(Some(if score > 0.0 { "yes" } else { "no" }));
        plan.push(Some(if score > 0.8 {
            "a"
        } else if score > -0.8 {
            "b"
        } else {
            "c"
        }));
        spent.push(100.0 + 10.0 * score);
    }
    let category = |name: &str, cells: Vec<Option<&str>>| Column::new(name, ColumnData::Category(Category::from_texts(cells)));
    Table::new(vec![
        Column::new("tenure", ColumnData::Number(tenure)),
        Column::new("fee", ColumnData::Number(fee)),
        category("contract", contract),
        Column::new("since", ColumnData::Time(since)),
        category("left", left),
        category("plan", plan),
        Column::new("spent", ColumnData::Number(spent)),
    ])
    .unwrap()
}

fn steps(handles_missing: bool) -> Vec<Step<PipelineKind>> {
    let named = |name: &str| Columns::Named(vec![name.to_owned()]);
    let kinds = [
        PipelineKind::Formula(Formula {
            name: "fee_per_month".to_owned(),
            expression: "fee / (tenure + 1)".to_owned(),
        }),
        PipelineKind::Fill(Fill {
            columns: named("tenure"),
            with: FillWith::Median,
            indicator: true,
        }),
        PipelineKind::Interaction(Interaction {
            left: "tenure".to_owned(),
            right: "fee".to_owned(),
        }),
        PipelineKind::Formula(Formula {
            name: "year_contract".to_owned(),
            expression: "if(contract == \"one year\", tenure_x_fee, 0)".to_owned(),
        }),
        PipelineKind::DateParts(DateParts {
            column: "since".to_owned(),
            parts: vec![DatePart::Month, DatePart::Weekday],
        }),
        PipelineKind::StandardScale(StandardScale { columns: named("fee") }),
        PipelineKind::OneHot(OneHot {
            columns: Columns::Categories,
            max_levels: 10,
        }),
    ];
    let steps: Vec<Step<PipelineKind>> = (1..).zip(kinds).map(|(id, kind)| Step { id, enabled: true, kind }).collect();
    recipe::complete(&steps, !handles_missing)
}

fn pipeline(algorithm: Algorithm, task: Task, table: &Table, rows: &[u32]) -> FittedPipeline {
    let target = match task {
        Task::Binary => "left",
        Task::Multiclass => "plan",
        _ => "spent",
    };
    let framing = Framing {
        task: Some(task),
        target: Some(target.to_owned()),
        not_known: ["left", "plan", "spent"].iter().map(|name| (*name).to_owned()).collect(),
        ..Framing::default()
    };
    let info = train::catalogue()
        .into_iter()
        .find(|info| info.algorithm == algorithm)
        .unwrap();
    let view = TrainView::new(table, rows, &framing);
    let recipe = recipe::fit(&steps(info.handles_missing), &view, &mut Unobserved).unwrap();
    let features = recipe.apply(table, rows).unwrap();
    let column = table.column(target).unwrap();
    let classes: Vec<String> = match &column.data {
        ColumnData::Category(category) => category.levels.clone(),
        _ => Vec::new(),
    };
    let codes: Vec<u32> = match &column.data {
        ColumnData::Category(category) => rows.iter().map(|&row| category.codes[row as usize]).collect(),
        _ => Vec::new(),
    };
    let values: Vec<f64> = match &column.data {
        ColumnData::Number(x) => rows.iter().map(|&row| x[row as usize]).collect(),
        _ => Vec::new(),
    };
    let target_of_fit = if classes.is_empty() {
        Target::Values(&values)
    } else {
        Target::Classes {
            codes: &codes,
            n_classes: classes.len(),
        }
    };
    let mut params = Params::new();
    for (name, value) in [("n_estimators", 7), ("max_iter", 9)] {
        if info.params.iter().any(|param| param.name == name) && algorithm != Algorithm::LogisticRegression {
            params.insert(name.to_owned(), ParamValue::Integer(value));
        }
    }
    let set = TrainSet {
        features: &features,
        target: target_of_fit,
        weights: None,
    };
    let checked = Checked::new(&info.params, &params).unwrap();
    let model = train::fit(algorithm, &checked, task, &set, 3, &mut Unobserved).unwrap();
    FittedPipeline {
        task,
        target: target.to_owned(),
        classes,
        recipe,
        model,
        decision_threshold: None,
    }
}

/// Every estimator of the catalogue on every task: a new one is tested by being there.
#[test]
fn every_model_is_explained_and_adds_up() {
    let table = customers(400);
    let train_rows: Vec<u32> = (0..300).collect();
    let asked: Vec<u32> = vec![399, 310, 320];
    for info in train::catalogue() {
        for task in info.tasks.iter().copied() {
            let name = format!("{:?}, {task:?}", info.algorithm);
            let pipeline = pipeline(info.algorithm, task, &table, &train_rows);
            let background = pipeline
                .recipe
                .apply(&table, &contributions::background_rows(&train_rows, 1))
                .unwrap();
            let settings = SamplingSettings::default();
            let classes: Vec<Option<usize>> = if task == Task::Regression {
                vec![None]
            } else {
                (0..pipeline.classes.len()).map(Some).collect()
            };
            for class in classes {
                let all =
                    contributions::explain(&pipeline, &table, &asked, class, &background, &settings, &mut Unobserved).unwrap();
                for (explanation, row) in all.iter().zip(&asked) {
                    assert_eq!(explanation.row, u64::from(*row));
                    let scale = explanation.score.abs().max(explanation.base.abs()).max(1.0);
                    assert!(explanation.gap().abs() <= 1e-9 * scale, "{name}: {}", explanation.gap());
                    let columns: Vec<&str> = explanation.contributions.iter().map(|one| one.column.as_str()).collect();
                    let mut sorted = columns.clone();
                    sorted.sort_unstable();
                    assert_eq!(sorted, ["contract", "fee", "since", "tenure"], "{name}");
                    let is_sorted = |pair: &[spec::explain::Contribution]| pair[0].amount.abs() >= pair[1].amount.abs();
                    assert!(explanation.contributions.windows(2).all(is_sorted), "{name}");
                    let text = explanation.sentence.says();
                    assert!(!text.contains('{') && text.starts_with("For "), "{name}: {text}");
                    // What the model answers agrees with the score.
                    let p = match explanation.unit {
                        ScoreUnit::LogOdds => Some(math::float::sigmoid(explanation.score)),
                        ScoreUnit::ClassScore => None,
                        ScoreUnit::Probability | ScoreUnit::Value => Some(explanation.score),
                    };
                    if let Some(p) = p {
                        assert!(
                            (p - explanation.prediction).abs() <= 1e-6 * p.abs().max(1.0),
                            "{name}: {p} {}",
                            explanation.prediction
                        );
                    }
                    let json = serde_json::to_string(explanation).unwrap();
                    let back: spec::explain::Explanation = serde_json::from_str(&json).unwrap();
                    assert_eq!(&back, explanation, "{name}");
                }
                let tenure = all[0].contributions.iter().find(|one| one.column == "tenure").unwrap();
                assert_eq!(tenure.shared, ["fee_per_month", "tenure_x_fee", "year_contract"]);
            }
        }
    }
}

/// Two classes in log-odds mirror each other.
#[test]
fn the_other_class_is_the_mirror() {
    let table = customers(300);
    let rows: Vec<u32> = (0..300).collect();
    let pipeline = pipeline(Algorithm::GradientBoosting, Task::Binary, &table, &rows);
    let explain = |class| {
        let none = prepare::Features::default();
        contributions::explain(
            &pipeline,
            &table,
            &[7],
            Some(class),
            &none,
            &SamplingSettings::default(),
            &mut Unobserved,
        )
        .unwrap()
        .remove(0)
    };
    let (no, yes) = (explain(0), explain(1));
    assert_eq!(no.class.as_deref(), Some(pipeline.classes[0].as_str()));
    assert_eq!((no.base, no.score), (-yes.base, -yes.score));
    for (no, yes) in no.contributions.iter().zip(&yes.contributions) {
        assert_eq!((&no.column, no.amount), (&yes.column, -yes.amount));
    }
    assert!((no.prediction + yes.prediction - 1.0).abs() < 1e-6);
}

#[test]
fn the_summary_is_the_mean_over_rows() {
    let table = customers(200);
    let rows: Vec<u32> = (0..200).collect();
    let pipeline = pipeline(Algorithm::RandomForest, Task::Multiclass, &table, &rows);
    let features = pipeline.recipe.apply(&table, &rows).unwrap();
    let found = contributions(
        &pipeline.model,
        Grouping::of_recipe(&pipeline.recipe),
        &features,
        &features,
        &SamplingSettings::default(),
        &mut Unobserved,
    )
    .unwrap();
    let summary = contributions::summary(&found, &pipeline, Some(2)).unwrap();
    assert_eq!(summary.n_rows, 200);
    for one in &summary.columns {
        let place = found.grouping.columns.iter().position(|name| *name == one.column).unwrap();
        let amounts: Vec<f64> = (0..200).map(|row| found.amount(row, Some(2), place)).collect();
        let absolute: Vec<f64> = amounts.iter().map(|x| x.abs()).collect();
        assert!((one.mean_absolute - math::sum::mean(&absolute)).abs() < 1e-15);
        assert!((one.mean - math::sum::mean(&amounts)).abs() < 1e-15);
    }
    assert!(
        summary
            .columns
            .windows(2)
            .all(|pair| pair[0].mean_absolute >= pair[1].mean_absolute)
    );
}

// What cannot be explained -----------------------------------------------------------------------------------------------

struct Stops(u32);

impl Observer for Stops {
    fn tick(&mut self, _fraction: f64) -> Outcome<()> {
        self.0 = self.0.checked_sub(1).ok_or_else(Failure::cancelled)?;
        Ok(())
    }
}

#[test]
fn bad_questions_are_told() {
    let table = customers(120);
    let rows: Vec<u32> = (0..120).collect();
    let none = prepare::Features::default();
    let settings = SamplingSettings::default();
    let code = |algorithm, task, row, class| {
        let pipeline = pipeline(algorithm, task, &table, &rows);
        contributions::explain(&pipeline, &table, &[row], class, &none, &settings, &mut Unobserved)
            .unwrap_err()
            .message
            .code
    };
    assert_eq!(code(Algorithm::DecisionTree, Task::Binary, 0, Some(2)), "explain.no_class");
    assert_eq!(code(Algorithm::DecisionTree, Task::Binary, 0, None), "explain.no_class");
    assert_eq!(
        code(Algorithm::DecisionTree, Task::Regression, 0, Some(0)),
        "explain.no_class"
    );
    assert_eq!(code(Algorithm::DecisionTree, Task::Binary, 120, Some(1)), "explain.no_row");
    assert_eq!(code(Algorithm::Ridge, Task::Regression, 0, None), "explain.no_background");
    assert_eq!(code(Algorithm::Baseline, Task::Regression, 0, None), "explain.no_background");
}

#[test]
fn a_cancelled_explanation_stops() {
    let mut rng = Rng::stream(13, "test", 0);
    let ensemble = random_ensemble(&mut rng, 20, 1, 30, 8);
    let rows = random_rows(&mut rng, 4000, 20);
    let mut stops = Stops(2);
    let failure = contributions(
        &FittedModel::Trees(ensemble),
        Grouping::of_features(&rows.names),
        &rows,
        &rows,
        &SamplingSettings::default(),
        &mut stops,
    )
    .unwrap_err();
    assert!(failure.cancelled);
}

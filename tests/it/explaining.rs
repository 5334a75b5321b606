//! Why a row has its score: raw cells in, amounts that add up out, the same whatever ran where.

use spec::evaluation::Part;
use spec::explain::{ContributionSummary, DrawnRow, Explained, ModelInputs, RowOf};
use spec::job::{Answer, Job};
use spec::profile::{AlertKind, Fix};
use spec::registry::ModelRef;
use spec::step::ParseNumber;
use spec::step::ShapeKind;
use spec::{Algorithm, ColumnType, Edit, Metric, Task};

use crate::lab::Lab;

pub fn draw(lab: &Lab, of: ModelRef, nth: u32) -> DrawnRow {
    match lab.ask(Job::DrawRow { of, nth }) {
        Answer::Drawn(row) => *row,
        other => panic!("{other:?}"),
    }
}

pub fn explain(lab: &Lab, of: ModelRef, row: RowOf, threshold: Option<f64>) -> Explained {
    match lab.ask(Job::Explain { of, row, threshold }) {
        Answer::Explained(explained) => *explained,
        other => panic!("{other:?}"),
    }
}

fn inputs(lab: &Lab, of: ModelRef) -> ModelInputs {
    match lab.ask(Job::ModelInputs { of }) {
        Answer::ModelInputs(inputs) => *inputs,
        other => panic!("{other:?}"),
    }
}

fn contributions(lab: &Lab, of: ModelRef) -> Vec<ContributionSummary> {
    match lab.ask(Job::Contributions { of }) {
        Answer::Contributions(summaries) => summaries,
        other => panic!("{other:?}"),
    }
}

/// Churn with what its alerts propose: text becomes numbers, variants of levels become one.
fn churn() -> Lab {
    let lab = Lab::sample("churn", 2);
    for kind in [AlertKind::Leakage, AlertKind::NumberLikeText, AlertKind::DirtyCategories] {
        let alerts = lab.describe().profile.unwrap().alerts;
        let alert = alerts.iter().find(|alert| alert.kind == kind).unwrap();
        lab.edit(match alert.fix.clone().unwrap() {
            Fix::Shape { step } => Edit::AddShapeStep { index: None, kind: step },
            Fix::Pipeline { step } => Edit::AddPipelineStep {
                index: Some(0),
                kind: step,
            },
        });
    }
    lab
}

#[test]
fn amounts_add_up_for_every_class_and_raw_cells_say_what_the_row_says() {
    for (lab, algorithm, n_classes) in [
        (churn(), Algorithm::GradientBoosting, 2),
        (Lab::sample("iris", 2), Algorithm::RandomForest, 3),
        (Lab::sample("diabetes", 2), Algorithm::Ridge, 0),
    ] {
        lab.train(&[algorithm]);
        let of = ModelRef::Run(lab.run_of(algorithm));
        for nth in 0..4 {
            let row = draw(&lab, of, nth);
            let typed = explain(&lab, of, RowOf::Cells(row.cells.clone()), Some(0.3));
            let stored = explain(&lab, of, RowOf::Number(row.number), Some(0.3));
            assert_eq!(stored.truth, row.truth);
            // The row was held out: what is explained is what validation said of it, not what the final model has learned.
            assert_eq!(
                validated(&lab, of, row.number),
                figures(&stored),
                "{algorithm:?}, row {}",
                row.number
            );
            assert_eq!(typed.explanations.len(), n_classes.max(1));
            for own in typed.explanations.iter().chain(&stored.explanations) {
                assert!(own.gap().abs() <= 1e-9 * own.score.abs().max(1.0));
            }
            let total: f64 = typed.probabilities.iter().map(|(_, p)| p).sum();
            assert!(n_classes == 0 || (total - 1.0).abs() < 1e-6);
            if n_classes == 2 {
                let positive = typed.probabilities[1].1 >= 0.3;
                assert_eq!(typed.label.as_deref(), Some(if positive { "yes" } else { "no" }));
            }
            assert!(stored.remarks.iter().any(|remark| remark.code == "explain.held_out"));
            assert!(typed.remarks.is_empty(), "{:?}", typed.remarks);
        }
    }
}

/// What a row's explanation predicts: per class, or the value.
fn figures(explained: &Explained) -> Vec<f64> {
    let of_classes = explained.probabilities.iter().map(|(_, p)| *p);
    of_classes.chain(explained.value).collect()
}

/// What validation predicted for a row of the file.
fn validated(lab: &Lab, of: ModelRef, number: u64) -> Vec<f64> {
    let ModelRef::Run(run) = of else {
        panic!("a run is asked for")
    };
    let csv = futures_lite::future::block_on(lab.session.engine.predictions_csv(run)).unwrap();
    let text = String::from_utf8(csv).unwrap();
    let prefix = format!("validation,{},", number + 1);
    let line = text.lines().find(|line| line.starts_with(&prefix)).unwrap();
    let is_class = text.starts_with("part,row,truth,label");
    let cells = line.split(',').skip(if is_class { 4 } else { 3 });
    cells.map(|cell| cell.trim_end().parse().unwrap()).collect()
}

/// A shop's file: amounts are text with a currency, which a shape step reads as numbers.
fn shop() -> Lab {
    let rows: String = (0..300)
        .map(|i| {
            let amount = 200 + (i * 37) % 1800;
            let plan = ["basic", "gold", "silver"][i % 3];
            let left = if amount + 300 * (i % 3) > 1300 { "yes" } else { "no" };
            format!(
                "{i},\"€{},{:03}\",{plan},2024-0{}-11,{left}\n",
                amount / 1000,
                amount % 1000,
                1 + i % 9
            )
        })
        .collect();
    let text = format!("nr,amount,plan,since,left\n{rows}");
    let lab = Lab::csv("shop", &text, "left", Task::Binary, Metric::RocAuc);
    lab.edit(Edit::AddShapeStep {
        index: None,
        kind: ShapeKind::ParseNumber(ParseNumber {
            column: "amount".to_owned(),
            decimal_comma: false,
        }),
    });
    let mut recipe = lab.project().pipeline.recipe;
    recipe.pipeline.clear();
    lab.edit(Edit::SetRecipe { recipe });
    let Answer::Proposed(pipeline) = lab.ask(Job::Propose) else {
        panic!("no proposal")
    };
    lab.edit(Edit::SetRecipe { recipe: pipeline.recipe });
    lab
}

#[test]
fn what_does_not_read_is_refused_and_what_training_never_saw_is_named() {
    let lab = shop();
    lab.train(&[Algorithm::LogisticRegression]);
    let of = ModelRef::Run(lab.run_of(Algorithm::LogisticRegression));
    let about = inputs(&lab, of);
    let column = |name: &str| about.columns.iter().find(|input| input.column == name).unwrap();
    // It is text in the file, and cleaned to numbers.
    assert!(matches!(
        column("amount").column_type,
        ColumnType::Text | ColumnType::Category
    ));
    assert_eq!(column("amount").range.map(|range| range.0), Some(200.0));
    assert_eq!(column("plan").levels, ["basic", "gold", "silver"]);
    assert!(about.columns.iter().all(|input| input.column != "left"));

    let row = draw(&lab, of, 0);
    assert!(row.cells.iter().any(|(name, text)| name == "amount" && text.starts_with('€')));
    let with = |changes: &[(&str, &str)]| {
        let mut cells = row.cells.clone();
        for (name, text) in changes {
            (*text).clone_into(&mut cells.iter_mut().find(|cell| cell.0 == *name).unwrap().1);
        }
        RowOf::Cells(cells)
    };
    let refused = lab.refuses(Job::Explain {
        of,
        row: with(&[("since", "the year of the flood")]),
        threshold: None,
    });
    assert_eq!(refused.message.code, "read.cell_time");
    assert_eq!(refused.message.values["column"], "since".into());

    let found = explain(&lab, of, with(&[("amount", "€9,000"), ("plan", "platinum")]), None);
    let said: Vec<(&str, String)> = found
        .remarks
        .iter()
        .map(|remark| (remark.code.as_str(), remark.says()))
        .collect();
    assert_eq!(said.len(), 2, "{said:#?}");
    assert!(said[0].0 == "explain.out_of_range" && said[0].1.contains("amount") && said[0].1.contains("9000"));
    assert!(said[1].0 == "explain.unseen" && said[1].1.contains("platinum"));
    // More money, more likely: the cell counts as the number that it was cleaned to.
    let low = explain(&lab, of, with(&[("amount", "€0,300")]), None).probabilities[1].1;
    let high = explain(&lab, of, with(&[("amount", "€1,900")]), None).probabilities[1].1;
    assert!(low < high, "{low} {high}");

    // Nothing known: still an answer, from an empty row.
    let empty = explain(&lab, of, RowOf::Cells(Vec::new()), None);
    assert!(empty.probabilities.iter().all(|(_, p)| p.is_finite()) && empty.remarks.is_empty());
}

#[test]
fn rows_of_a_locked_test_set_are_not_looked_at() {
    let lab = Lab::sample("iris", 1);
    lab.train(&[Algorithm::DecisionTree]);
    let run = lab.run_of(Algorithm::DecisionTree);
    let of = ModelRef::Run(run);
    let ask = |row: u64| Job::Explain {
        of,
        row: RowOf::Number(row),
        threshold: None,
    };
    let locked: Vec<u64> = (0..150).filter(|row| lab.session.ask(ask(*row)).is_err()).collect();
    assert_eq!(locked.len() as u64, lab.describe().split.unwrap().test.n_rows);
    assert_eq!(lab.refuses(ask(locked[0])).message.code, "engine.test_not_open");
    assert_eq!(lab.refuses(ask(150)).message.code, "explain.no_row");
    lab.evaluate(run, Part::Test, "");
    explain(&lab, of, RowOf::Number(locked[0]), None);
    let drawn: Vec<u64> = (0..200).map(|nth| draw(&lab, of, nth).number).collect();
    assert!(drawn.iter().all(|row| !locked.contains(row)), "no test row is drawn");
    assert_eq!(drawn[0], drawn[150 - locked.len()], "after the last the first again");
}

#[test]
fn contributions_over_many_rows_do_not_depend_on_the_number_of_workers() {
    let of_workers = [1, 3].map(|n_workers| {
        let lab = Lab::sample("churn", n_workers);
        lab.train(&[Algorithm::GradientBoosting]);
        let found = contributions(&lab, ModelRef::Run(lab.run_of(Algorithm::GradientBoosting)));
        (lab, found)
    });
    let [(lab, one), (_, three)] = of_workers;
    assert_eq!(one, three);
    assert_eq!(one.len(), 2);
    assert_eq!(one[1].n_rows, 1000);
    assert_eq!(one[1].class.as_deref(), Some("yes"));
    let sorted = one[1]
        .columns
        .windows(2)
        .all(|pair| pair[0].mean_absolute >= pair[1].mean_absolute);
    assert!(sorted, "{:#?}", one[1].columns);
    // The leak is still in: nothing moves the scores more.
    assert_eq!(one[1].columns[0].column, "retention_call_outcome");
    // The two classes of log-odds mirror each other.
    assert!((one[0].columns[0].mean + one[1].columns[0].mean).abs() < 1e-12);
    assert_eq!(lab.project().runs.len(), 2, "nothing was stored");
}

//! An evaluation as a whole: what the page gets, in words and numbers, at the ends of the scale too.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot set up its case must fail")]

use evaluate::EvaluateInput;
use math::Rng;
use metrics::Truth;
use spec::evaluation::{Detail, Evaluation, Part, Verdict};
use spec::framing::{Costs, FairnessCriterion, Reference, Sensitive, SuccessThreshold};
use spec::{Framing, Message, Metric, Task, Unobserved};
use table::{Category, Column, ColumnData};
use train::Predictions;

fn framing(metric: Metric) -> Framing {
    Framing {
        target: Some("churned".to_owned()),
        positive_class: Some("yes".to_owned()),
        metric: Some(metric),
        threshold: Some(SuccessThreshold {
            value: 0.75,
            reference: Reference::Absolute,
        }),
        costs: Some(Costs {
            false_positive: 20.0,
            false_negative: 50.0,
            currency: "€".to_owned(),
        }),
        sensitive: vec![Sensitive {
            column: "gender".to_owned(),
            tolerated: vec![(FairnessCriterion::DemographicParity, 0.1)],
        }],
        ..Framing::default()
    }
}

fn names(classes: &[&str]) -> Vec<String> {
    classes.iter().map(|class| (*class).to_owned()).collect()
}

/// With class shares of the truth, or its mean, as the baseline.
fn judge(task: Task, part: Part, threshold: Option<f64>, truth: &Truth, predicted: &Predictions, classes: &[&str]) -> Evaluation {
    let n = truth.n_rows();
    let baseline = match truth {
        Truth::Classes { codes, n_classes } => {
            let share = |class: usize| codes.iter().filter(|&&code| code as usize == class).count() as f64 / n.max(1) as f64;
            Predictions::Probabilities {
                n_classes: *n_classes,
                values: (0..n).flat_map(|_| (0..*n_classes).map(share).collect::<Vec<_>>()).collect(),
            }
        }
        Truth::Values(values) => Predictions::Values(vec![values.iter().sum::<f64>() / n.max(1) as f64; n]),
    };
    let genders = Category::from_texts((0..n).map(|row| Some(if row % 3 == 0 { "female" } else { "male" })));
    let framing = framing(if task == Task::Regression {
        Metric::R2
    } else {
        Metric::RocAuc
    });
    let input = EvaluateInput {
        run: 3,
        part,
        task,
        framing: &framing,
        training_key: "key",
        predictions_hash: "hash",
        classes: &names(classes),
        truth: *truth,
        predicted,
        baseline: &baseline,
        constants: None,
        row_ids: &(0..n as u32).collect::<Vec<_>>(),
        sensitive: &[Column::new("gender", ColumnData::Category(genders))],
        n_features: 2,
        decision_threshold: threshold,
        importance: &[],
        seed: 42,
    };
    let evaluation = evaluate::evaluate(&input, &mut Unobserved).unwrap();
    // JSON has no NaN and no infinity: whatever is stored must come back.
    let text = serde_json::to_string(&evaluation).unwrap();
    assert_eq!(serde_json::from_str::<Evaluation>(&text).unwrap(), evaluation);
    let codes: Vec<&str> = spec::texts::messages::codes().collect();
    let of_groups = evaluation
        .fairness
        .iter()
        .flat_map(|f| f.criteria.iter().map(|c| &c.message).chain(&f.warnings));
    for message in evaluation
        .sentences
        .iter()
        .map(|(_, message)| message)
        .chain(&evaluation.warnings)
        .chain(of_groups)
    {
        assert!(
            codes.contains(&message.code.as_str()),
            "{} is not in the catalogue",
            message.code
        );
        assert!(
            !message.says().contains(['{', '}']) && !message.hint().contains('{'),
            "{}",
            message.says()
        );
    }
    evaluation
}

fn binary(codes: &[u32], p: &[f64], threshold: Option<f64>) -> Evaluation {
    let values = p.iter().flat_map(|&p| [1.0 - p, p]).collect();
    let truth = Truth::Classes { codes, n_classes: 2 };
    judge(
        Task::Binary,
        Part::Test,
        threshold,
        &truth,
        &Predictions::Probabilities { n_classes: 2, values },
        &["no", "yes"],
    )
}

fn says(evaluation: &Evaluation, metric: Metric) -> String {
    evaluation
        .sentences
        .iter()
        .find(|(of, _)| *of == metric)
        .map(|(_, message)| message.says())
        .unwrap()
}

fn noisy(n: usize) -> (Vec<u32>, Vec<f64>) {
    let mut rng = Rng::stream(5, "test", 0);
    let truth: Vec<u32> = (0..n).map(|_| u32::from(rng.uniform() < 0.3)).collect();
    let p = truth
        .iter()
        .map(|&t| f64::from((0.25 + 0.25 * f64::from(t) + 0.5 * (rng.uniform() - 0.4)).clamp(0.0, 1.0) as f32));
    let p = p.collect();
    (truth, p)
}

#[test]
fn a_usual_case() {
    let (truth, p) = noisy(900);
    let evaluation = binary(&truth, &p, Some(0.4));
    assert_eq!(evaluation.scores.len(), Metric::of_task(Task::Binary).len());
    assert_eq!(evaluation.decision_threshold, Some(0.4));
    let goal = evaluation.goal.as_ref().unwrap();
    assert_eq!((goal.required, goal.verdict, goal.run), (0.75, Verdict::Met, 3));
    let n_true = truth.iter().filter(|&&t| t == 1).count();
    let n_found = truth.iter().zip(&p).filter(|(t, p)| **t == 1 && **p >= 0.4).count();
    assert_eq!(
        says(&evaluation, Metric::Recall),
        format!("Of the {n_true} rows where churned really is yes, the model found {n_found}")
    );
    for (metric, scored) in &evaluation.scores {
        let (value, low, high) = (scored.value.unwrap(), scored.low.unwrap(), scored.high.unwrap());
        assert!(
            low <= value && value <= high && scored.baseline.is_some() && scored.baseline_of.is_some(),
            "{metric:?} {scored:?}"
        );
    }
    assert_eq!(evaluation.scores[&Metric::RocAuc].baseline, Some(0.5));
    assert_eq!(
        evaluation.scores[&Metric::Recall].baseline,
        Some(0.0),
        "of always saying the majority class"
    );
    let Detail::Classification(detail) = &evaluation.detail else {
        panic!()
    };
    assert_eq!(detail.confusion[1][1] as usize, n_found);
    assert_eq!(detail.roc.len(), 1);
    assert_eq!(
        detail
            .score_histograms
            .iter()
            .map(|h| h.counts.iter().sum::<u64>())
            .sum::<u64>(),
        900
    );
    assert_eq!(evaluation.fairness.len(), 1);
    assert!(evaluation.warnings.is_empty(), "{:?}", evaluation.warnings);
    let cost = evaluation.cost_per_1000.unwrap();
    assert!(cost.low < cost.value && cost.value < cost.baseline);
}

#[test]
fn the_threshold_is_chosen_on_validation_only() {
    let (codes, p) = noisy(500);
    let values: Vec<f64> = p.iter().flat_map(|&p| [1.0 - p, p]).collect();
    let predicted = Predictions::Probabilities { n_classes: 2, values };
    let truth = Truth::Classes {
        codes: &codes,
        n_classes: 2,
    };
    let on = |part, threshold| judge(Task::Binary, part, threshold, &truth, &predicted, &["no", "yes"]);
    let validation = on(Part::Validation, None);
    let Detail::Classification(detail) = &validation.detail else {
        panic!()
    };
    let best = detail.thresholds[detail.best_threshold.unwrap() as usize];
    assert_eq!(validation.decision_threshold, Some(best.threshold));
    assert_ne!(best.threshold, 0.5);
    assert_eq!(on(Part::Test, None).decision_threshold, Some(0.5));
    assert_eq!(on(Part::Validation, Some(0.1)).decision_threshold, Some(0.1));
}

#[test]
fn sentences_at_the_ends() {
    let perfect = binary(&[0, 1, 1, 0], &[0.0, 1.0, 1.0, 0.0], None);
    assert_eq!(
        says(&perfect, Metric::Recall),
        "Of the 2 rows where churned really is yes, the model found every one"
    );
    assert_eq!(
        says(&perfect, Metric::Accuracy),
        "The model names the right churned in every one of 4 rows"
    );
    assert_eq!(
        says(&perfect, Metric::Mcc),
        "The predicted and the true churned agree in every row"
    );
    let wrong = binary(&[0, 1, 1, 0], &[1.0, 0.0, 0.0, 1.0], None);
    assert_eq!(
        says(&wrong, Metric::Recall),
        "Of the 2 rows where churned really is yes, the model found not one"
    );
    assert_eq!(
        says(&wrong, Metric::Accuracy),
        "The model names the right churned in not one of 4 rows"
    );
    assert!(says(&wrong, Metric::RocAuc).contains("exactly the wrong way round"));
    assert!(
        wrong.warnings.contains(
            &Message::new("evaluate.not_better_than_baseline")
                .with("metric", "ROC AUC")
                .with("value", 0.0)
                .with("baseline", 0.5)
        )
    );
    let one_class = binary(&[0, 0, 0], &[0.2, 0.3, 0.9], Some(0.95));
    assert_eq!(
        says(&one_class, Metric::Recall),
        "In no row is churned really yes, so recall is not defined"
    );
    assert_eq!(
        says(&one_class, Metric::Precision),
        "The model flags no row as yes, so precision is not defined"
    );
    assert_eq!(one_class.scores[&Metric::RocAuc].value, None);
    assert!(
        one_class.goal.is_none(),
        "a goal cannot be held against a figure that is not defined"
    );
    let one_row = binary(&[1], &[0.9], None);
    assert_eq!(
        says(&one_row, Metric::Recall),
        "Of the 1 row where churned really is yes, the model found every one"
    );
    let none = binary(&[], &[], None);
    assert_eq!(none.n_rows, 0);
    assert!(
        none.scores
            .values()
            .all(|scored| scored.value.is_none() && scored.low.is_none())
    );
}

#[test]
fn several_classes() {
    let mut rng = Rng::stream(6, "test", 0);
    let codes: Vec<u32> = (0..400).map(|_| rng.below(3) as u32).collect();
    let make = |codes: &[u32], pull: f64, rng: &mut Rng| -> Vec<f64> {
        codes
            .iter()
            .flat_map(|&t| {
                let mut row: Vec<f64> = (0..3)
                    .map(|c| 2.0 * rng.uniform() + if c == t { pull } else { 0.0 })
                    .collect();
                math::float::softmax(&mut row);
                row
            })
            .collect()
    };
    let classes = ["a", "b", "c"];
    let on = |codes: &[u32], values: Vec<f64>| {
        let truth = Truth::Classes { codes, n_classes: 3 };
        judge(
            Task::Multiclass,
            Part::Test,
            None,
            &truth,
            &Predictions::Probabilities { n_classes: 3, values },
            &classes,
        )
    };
    let usual = on(&codes, make(&codes, 1.0, &mut rng));
    assert_eq!(usual.decision_threshold, None);
    assert!(usual.cost_per_1000.is_none());
    assert!(
        usual
            .warnings
            .iter()
            .any(|message| message.code == "evaluate.fairness_multiclass"),
        "yes is not one of the classes"
    );
    assert!(says(&usual, Metric::Recall).starts_with("Of the rows of one class of churned the model finds "));
    let Detail::Classification(detail) = &usual.detail else {
        panic!()
    };
    assert_eq!((detail.roc.len(), detail.averages.len(), detail.thresholds.len()), (3, 5, 0));
    let perfect = on(&codes, make(&codes, 50.0, &mut rng));
    assert_eq!(
        says(&perfect, Metric::F1),
        "All 3 classes of churned are found and named without a mistake"
    );
    let two_of_three: Vec<u32> = codes.iter().map(|&code| code % 2).collect();
    let absent = on(&two_of_three, make(&two_of_three, 1.0, &mut rng));
    assert_eq!(absent.scores[&Metric::RocAuc].value, None);
    assert!(says(&absent, Metric::RocAuc).contains("has no row here"));
    assert!(absent.warnings.iter().any(|message| message.code == "evaluate.class_absent"));
}

#[test]
fn numbers() {
    let mut rng = Rng::stream(8, "test", 0);
    let truth: Vec<f64> = (0..3000).map(|_| 20.0 + 5.0 * rng.normal()).collect();
    let predicted: Vec<f64> = truth.iter().map(|y| y + rng.normal()).collect();
    let on = |truth: &[f64], predicted: Vec<f64>| {
        judge(
            Task::Regression,
            Part::Test,
            None,
            &Truth::Values(truth),
            &Predictions::Values(predicted),
            &[],
        )
    };
    let usual = on(&truth, predicted);
    assert_eq!(usual.goal.as_ref().unwrap().verdict, Verdict::Met);
    assert!(
        says(&usual, Metric::R2).starts_with("The model accounts for 95.7% of how churned varies"),
        "{}",
        says(&usual, Metric::R2)
    );
    assert!(says(&usual, Metric::Rmse).contains("always saying the mean would be off by"));
    assert!(
        usual
            .warnings
            .iter()
            .any(|message| message.code == "evaluate.fairness_regression")
    );
    let Detail::Regression(detail) = &usual.detail else { panic!() };
    assert_eq!(
        (detail.points.len(), detail.residual_counts.iter().sum::<u64>()),
        (2000, 3000)
    );
    let exact = on(&truth, truth.clone());
    assert_eq!(says(&exact, Metric::Mae), "Every prediction of churned is exact");
    assert_eq!(says(&exact, Metric::R2), "Every prediction of churned is exact");
    let constant = on(&[0.0; 60], vec![1.0; 60]);
    assert_eq!(
        says(&constant, Metric::R2),
        "churned is the same in all rows, so there is no variation to account for"
    );
    assert_eq!(
        says(&constant, Metric::Mape),
        "churned is 0 in some row, and no miss is a percentage of 0"
    );
    assert_eq!(on(&[], Vec::new()).n_rows, 0);
}

#[test]
fn slices_that_do_not_fit_are_refused() {
    let framing = framing(Metric::RocAuc);
    let predictions = Predictions::Probabilities {
        n_classes: 2,
        values: vec![0.5; 4],
    };
    let input = EvaluateInput {
        run: 1,
        part: Part::Test,
        task: Task::Binary,
        framing: &framing,
        training_key: "",
        predictions_hash: "",
        classes: &names(&["no", "yes"]),
        truth: Truth::Classes {
            codes: &[0, 1, 1],
            n_classes: 2,
        },
        predicted: &predictions,
        baseline: &predictions,
        constants: None,
        row_ids: &[0, 1, 2],
        sensitive: &[],
        n_features: 1,
        decision_threshold: None,
        importance: &[],
        seed: 1,
    };
    assert_eq!(
        evaluate::evaluate(&input, &mut Unobserved).unwrap_err().message.code,
        "evaluate.shape"
    );
}

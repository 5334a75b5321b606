//! What must not look better than it is.

use spec::profile::AlertKind;
use spec::step::{Bin, Clip, Fill, Interaction, Log, MinMaxScale, OneHot, Ordinal, StandardScale};
use spec::step::{BinStrategy, Columns, FillWith, LogKind, PipelineKind};
use spec::{Algorithm, Edit, Metric, Severity, Task};

use crate::lab::Lab;

/// A small generator of its own, so that the data do not depend on the engine's.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    fn below(&mut self, n: usize) -> usize {
        ((self.next() * n as f64) as usize).min(n - 1)
    }
}

/// Numbers, categories, blanks, and a label that has nothing to do with any of them.
fn noise(seed: u64, n_rows: usize) -> String {
    let mut dice = Dice(seed);
    let mut text = String::from("a,b,c,kind,place,label\n");
    for _ in 0..n_rows {
        let number = |dice: &mut Dice| {
            if dice.next() < 0.05 {
                String::new()
            } else {
                format!("{:.4}", dice.next() * 10.0 - 3.0)
            }
        };
        let (a, b, c) = (number(&mut dice), number(&mut dice), number(&mut dice));
        let kind = ["red", "green", "blue", ""][dice.below(4)];
        let place = format!("p{}", dice.below(30));
        let label = if dice.next() < 0.4 { "yes" } else { "no" };
        text += &format!("{a},{b},{c},{kind},{place},{label}\n");
    }
    text
}

/// A recipe drawn at random, encoders last so that every step has columns to work on.
fn random_recipe(dice: &mut Dice) -> Vec<PipelineKind> {
    let numbers = || Columns::Numbers;
    let mut steps = vec![PipelineKind::Fill(Fill {
        columns: numbers(),
        with: FillWith::Mean,
        indicator: dice.next() < 0.5,
    })];
    for _ in 0..dice.below(5) {
        steps.push(match dice.below(6) {
            0 => PipelineKind::StandardScale(StandardScale { columns: numbers() }),
            1 => PipelineKind::MinMaxScale(MinMaxScale { columns: numbers() }),
            2 => PipelineKind::Clip(Clip {
                columns: numbers(),
                low_quantile: 0.05,
                high_quantile: 0.95,
            }),
            3 => PipelineKind::Log(Log {
                columns: numbers(),
                kind: LogKind::Signed,
            }),
            4 => PipelineKind::Interaction(Interaction {
                left: "a".into(),
                right: "b".into(),
            }),
            _ => PipelineKind::Bin(Bin {
                columns: Columns::Named(vec!["c".into()]),
                n_bins: 5,
                strategy: BinStrategy::Quantile,
            }),
        });
    }
    steps.push(if dice.next() < 0.5 {
        PipelineKind::OneHot(OneHot {
            columns: Columns::Categories,
            max_levels: 50,
        })
    } else {
        PipelineKind::Ordinal(Ordinal {
            columns: Columns::Categories,
        })
    });
    steps
}

#[test]
fn random_labels_give_chance_whatever_the_recipe() {
    // 2,000 rows: the standard error of an AUC at chance is about 0.013.
    const BAND: f64 = 0.065;
    for seed in 1..=6 {
        let lab = Lab::csv(
            &format!("noise{seed}"),
            &noise(seed, 2000),
            "label",
            Task::Binary,
            Metric::RocAuc,
        );
        let mut dice = Dice(seed * 977);
        let mut recipe = lab.project().pipeline.recipe;
        recipe.pipeline.clear();
        lab.edit(Edit::SetRecipe { recipe });
        let mut has_interaction = false;
        for kind in random_recipe(&mut dice) {
            // The same new column cannot be made twice.
            if matches!(kind, PipelineKind::Interaction(_)) && std::mem::replace(&mut has_interaction, true) {
                continue;
            }
            lab.edit(Edit::AddPipelineStep { index: None, kind });
        }
        let algorithms = [
            Algorithm::LogisticRegression,
            Algorithm::DecisionTree,
            Algorithm::GradientBoosting,
        ];
        lab.train(&algorithms);
        for algorithm in algorithms {
            let auc = lab.cv(algorithm, Metric::RocAuc);
            assert!((auc - 0.5).abs() < BAND, "seed {seed}: {algorithm:?} has AUC {auc}");
        }
    }
}

#[test]
fn a_planted_leak_is_named() {
    let mut dice = Dice(5);
    let mut text = String::from("age,visits,closed_reason,label\n");
    for _ in 0..1500 {
        let label = dice.next() < 0.3;
        let hint = if dice.next() < 0.01 { !label } else { label };
        let reason = if hint { "left" } else { "still here" };
        text += &format!(
            "{},{},{reason},{}\n",
            20 + dice.below(50),
            dice.below(9),
            if label { "yes" } else { "no" }
        );
    }
    let lab = Lab::csv("leak", &text, "label", Task::Binary, Metric::RocAuc);
    let alerts = lab.describe().profile.unwrap().alerts;
    let leaks: Vec<_> = alerts.iter().filter(|alert| alert.kind == AlertKind::Leakage).collect();
    assert_eq!(leaks.len(), 1, "{alerts:#?}");
    assert_eq!(leaks[0].column.as_deref(), Some("closed_reason"));
    assert!(leaks[0].fix.is_some());
}

/// Few features of few levels: nearly every row has others like it. A forest must find what is there, not its contrary.
#[test]
fn rows_that_look_alike_do_not_turn_a_model_round() {
    let mut dice = Dice(5);
    let mut text = String::from("a,b,y\n");
    for _ in 0..2_000 {
        let (a, b) = (dice.below(5), dice.below(4));
        let is_yes = dice.next() < 0.15 + 0.14 * a as f64 + 0.05 * b as f64;
        text += &format!("l{a},{b},{}\n", if is_yes { "yes" } else { "no" });
    }
    let lab = Lab::csv("alike", &text, "y", Task::Binary, Metric::RocAuc);
    lab.train(&[Algorithm::RandomForest, Algorithm::LogisticRegression]);
    for algorithm in [Algorithm::RandomForest, Algorithm::LogisticRegression] {
        let auc = lab.cv(algorithm, Metric::RocAuc);
        // What the probabilities themselves come to is 0.72.
        assert!((0.66..0.78).contains(&auc), "{algorithm:?} {auc}");
    }
}

#[test]
fn nothing_to_learn_from_is_said_before_it_is_tried() {
    // Numbers with a unit, which stay text until somebody parses them.
    let rows: String = (0..60)
        .map(|i| {
            format!(
                "about {} pieces or so,{}\n",
                i * 7 % 60,
                if i % 3 == 0 { "yes" } else { "no" }
            )
        })
        .collect();
    let lab = Lab::csv("nothing", &format!("note,y\n{rows}"), "y", Task::Binary, Metric::RocAuc);
    let description = lab.describe();
    assert!(description.recipe.features.is_empty(), "{:?}", description.recipe.features);
    let errors: Vec<&str> = description
        .checks
        .iter()
        .filter(|check| check.severity == Severity::Error)
        .map(|check| check.message.code.as_str())
        .collect();
    assert_eq!(errors, ["check.no_features"]);
}

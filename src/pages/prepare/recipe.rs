//! The recipe as cards.

use spec::Failure;
use spec::step::{AnyStep, PipelineKind, Recipe, RecipeView, ShapeKind, Step, StepView};

/// A step as its card shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct StepCard {
    pub id: u32,
    pub step: AnyStep,
    pub title: &'static str,
    pub enabled: bool,
    /// What it was told: columns and settings.
    pub settings: String,
    /// What it changed or learned, one line a column.
    pub learned: Vec<String>,
    pub failure: Option<Failure>,
    pub index: u32,
    pub is_first: bool,
    pub is_last: bool,
}

pub fn shape_cards(recipe: &Recipe, view: &RecipeView) -> Vec<StepCard> {
    cards(&recipe.shape, view, |kind: &ShapeKind| kind.clone().into())
}

pub fn pipeline_cards(recipe: &Recipe, view: &RecipeView) -> Vec<StepCard> {
    cards(&recipe.pipeline, view, |kind: &PipelineKind| kind.clone().into())
}

fn cards<K>(steps: &[Step<K>], view: &RecipeView, of: impl Fn(&K) -> AnyStep) -> Vec<StepCard> {
    let last = steps.len().saturating_sub(1);
    steps
        .iter()
        .enumerate()
        .map(|(i, step)| {
            let found: Option<&StepView> = view.steps.iter().find(|view| view.id == step.id);
            let new = of(&step.kind);
            StepCard {
                id: step.id,
                title: new.texts().name(),
                settings: new.texts().line(),
                step: new,
                enabled: step.enabled,
                learned: found.map_or_else(Vec::new, |view| view.learned.iter().map(spec::Message::says).collect()),
                failure: found.and_then(|view| view.failure.clone()),
                index: i as u32,
                is_first: i == 0,
                is_last: i == last,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use spec::Message;
    use spec::step::{Columns, Interaction, StandardScale, Trim};

    #[test]
    fn cards_carry_what_each_step_learned_and_where_it_failed() {
        fn step<K>(id: u32, kind: K) -> Step<K> {
            Step { id, enabled: true, kind }
        }
        let recipe = Recipe {
            shape: vec![step(
                1,
                ShapeKind::Trim(Trim {
                    columns: vec!["a".to_owned(), "b".to_owned(), "c".to_owned()],
                }),
            )],
            pipeline: vec![
                step(
                    3,
                    PipelineKind::StandardScale(StandardScale {
                        columns: Columns::Numbers,
                    }),
                ),
                step(
                    2,
                    PipelineKind::Interaction(Interaction {
                        left: "a".to_owned(),
                        right: "b".to_owned(),
                    }),
                ),
            ],
        };
        let failure = Failure::new(Message::new("x"));
        let view = RecipeView {
            steps: vec![StepView {
                id: 2,
                learned: vec![],
                n_rows: 9,
                failure: Some(failure.clone()),
            }],
            ..RecipeView::default()
        };
        assert_eq!(shape_cards(&recipe, &view)[0].settings, "a, b +1");
        let cards = pipeline_cards(&recipe, &view);
        assert!(cards[0].is_first && !cards[0].is_last && cards[1].is_last);
        assert_eq!((cards[1].settings.as_str(), &cards[1].failure), ("a × b", &Some(failure)));
    }
}

//! Which state of the data can be shown, and what a new type for a column means.

use spec::job::RowState;
use spec::step::{Recipe, SetType, ShapeKind};
use spec::texts::ui::prepare as words;
use spec::{ColumnType, Edit};

/// Value and label of every state, in the order in which they come to be.
pub fn options(recipe: &Recipe, has_features: bool) -> Vec<(String, String)> {
    let mut options = vec![(key(&RowState::Original), words::ORIGINAL.to_owned())];
    for step in recipe.shape.iter().filter(|step| step.enabled) {
        options.push((
            key(&RowState::AfterShape { step: step.id }),
            words::after_step(step.kind.texts().name()),
        ));
    }
    options.push((key(&RowState::Shaped), words::SHAPED.to_owned()));
    if has_features {
        for step in recipe.pipeline.iter().filter(|step| step.enabled) {
            options.push((
                key(&RowState::AfterPipeline { step: step.id }),
                words::after_step(step.kind.texts().name()),
            ));
        }
        options.push((key(&RowState::Features), words::FEATURES.to_owned()));
    }
    options
}

pub fn key(state: &RowState) -> String {
    match state {
        RowState::Original => "original".to_owned(),
        RowState::AfterShape { step } => format!("shape-{step}"),
        RowState::Shaped => "shaped".to_owned(),
        RowState::AfterPipeline { step } => format!("pipeline-{step}"),
        RowState::Features => "features".to_owned(),
    }
}

/// The state of a key; one that names no step of the recipe is the original.
pub fn parse(key: &str, recipe: &Recipe) -> RowState {
    let id = |prefix| key.strip_prefix(prefix).and_then(|id: &str| id.parse::<u32>().ok());
    if key == "shaped" {
        RowState::Shaped
    } else if key == "features" {
        RowState::Features
    } else if let Some(step) = id("shape-").filter(|id| recipe.shape.iter().any(|step| step.id == *id && step.enabled)) {
        RowState::AfterShape { step }
    } else if let Some(step) = id("pipeline-").filter(|id| recipe.pipeline.iter().any(|step| step.id == *id && step.enabled)) {
        RowState::AfterPipeline { step }
    } else {
        RowState::Original
    }
}

/// Gives a column another type: changes the step that already does, else adds one.
pub fn type_edit(recipe: &Recipe, column: &str, column_type: ColumnType) -> Edit {
    let kind = ShapeKind::SetType(SetType {
        column: column.to_owned(),
        column_type,
    });
    let known = recipe
        .shape
        .iter()
        .find(|step| matches!(&step.kind, ShapeKind::SetType(SetType { column: other, .. }) if other == column));
    match known {
        Some(step) => Edit::ReplaceShapeStep { id: step.id, kind },
        None => Edit::AddShapeStep { index: None, kind },
    }
}

#[cfg(test)]
mod tests {
    use spec::step::{Step, Trim};

    use super::*;

    #[test]
    fn every_state_has_a_key() {
        let kind = ShapeKind::Trim(Trim { columns: vec![] });
        let recipe = Recipe {
            shape: vec![Step {
                id: 3,
                enabled: true,
                kind,
            }],
            pipeline: vec![],
        };
        let options = options(&recipe, true);
        assert_eq!(
            options.iter().map(|one| one.0.as_str()).collect::<Vec<_>>(),
            ["original", "shape-3", "shaped", "features"]
        );
        assert!(options.iter().all(|(this, _)| key(&parse(this, &recipe)) == *this));
        assert_eq!(parse("shape-9", &recipe), RowState::Original);
    }

    #[test]
    fn a_second_type_replaces_the_first() {
        let mut recipe = Recipe::default();
        assert!(matches!(type_edit(&recipe, "a", ColumnType::Text), Edit::AddShapeStep { .. }));
        let kind = ShapeKind::SetType(SetType {
            column: "a".to_owned(),
            column_type: ColumnType::Number,
        });
        recipe.shape.push(Step {
            id: 2,
            enabled: true,
            kind,
        });
        assert!(matches!(
            type_edit(&recipe, "a", ColumnType::Text),
            Edit::ReplaceShapeStep { id: 2, .. }
        ));
    }
}

//! Which columns a step can be told to work on.

use spec::ColumnType;
use spec::profile::ColumnProfile;
use spec::step::{DateParts, Formula, Interaction, PipelineKind, Recipe};

/// Shape steps see the data as they are. Pipeline steps do not see the target, and see the number columns that other
/// pipeline steps make.
pub fn for_step(is_shape: bool, profile: &[ColumnProfile], target: Option<&str>, recipe: &Recipe) -> Vec<(String, ColumnType)> {
    let known = profile.iter().map(|column| (column.name.clone(), column.column_type));
    if is_shape {
        return known.collect();
    }
    let mut columns: Vec<_> = known.filter(|column| Some(column.0.as_str()) != target).collect();
    for name in recipe
        .pipeline
        .iter()
        .filter(|step| step.enabled)
        .flat_map(|step| made(&step.kind))
    {
        if columns.iter().all(|column| column.0 != name) {
            columns.push((name, ColumnType::Number));
        }
    }
    columns
}

fn made(step: &PipelineKind) -> Vec<String> {
    match step {
        PipelineKind::Formula(Formula { name, .. }) => vec![name.clone()],
        PipelineKind::Interaction(Interaction { left, right }) => vec![format!("{left}_x_{right}")],
        PipelineKind::DateParts(DateParts { column, parts }) => {
            parts.iter().map(|part| format!("{column}_{}", part.name())).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use spec::profile::Distribution;
    use spec::step::{DatePart, Step};

    use super::*;

    #[test]
    fn pipeline_steps_see_what_others_made_and_not_the_target() {
        let column = |name: &str| ColumnProfile {
            name: name.to_owned(),
            column_type: ColumnType::Time,
            overridden: false,
            n_missing: 0,
            n_distinct: 1,
            number: None,
            distribution: Distribution::Empty,
        };
        let profile = [column("day"), column("churn")];
        let kind = PipelineKind::DateParts(DateParts {
            column: "day".to_owned(),
            parts: vec![DatePart::Month],
        });
        let recipe = Recipe {
            shape: vec![],
            pipeline: vec![Step {
                id: 1,
                enabled: true,
                kind,
            }],
        };
        let names = |is_shape| {
            for_step(is_shape, &profile, Some("churn"), &recipe)
                .into_iter()
                .map(|column| column.0)
                .collect::<Vec<_>>()
        };
        assert_eq!(names(false), ["day", "day_month"]);
        assert_eq!(names(true), ["day", "churn"]);
    }
}

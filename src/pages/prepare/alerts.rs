//! Alerts with what is already done about them.

use spec::job::RowSelection;
use spec::profile::{Alert, AlertKind, AlertSeverity, Fix};
use spec::step::{Columns, Exclude, FillWith, PipelineKind, Recipe};
use spec::texts::names;
use spec::{Edit, Framing};

use crate::ui::Tone;

/// One line of the alerts panel.
#[derive(Clone, Debug, PartialEq)]
pub struct AlertLine {
    pub label: &'static str,
    pub tone: Tone,
    pub says: String,
    pub hint: String,
    /// Name of the step that one click adds.
    pub fix_label: Option<&'static str>,
    pub fix: Option<Edit>,
    /// A fix with choices in it, to look at before it is added.
    pub review: Option<PipelineKind>,
    /// The step is in the recipe already, or the column is out of the model.
    pub is_fixed: bool,
    /// The rows behind it.
    pub rows: Option<RowSelection>,
}

/// All alerts in the profile's order, which is by effect on the model.
pub fn lines(alerts: &[Alert], recipe: &Recipe, framing: &Framing) -> Vec<AlertLine> {
    alerts
        .iter()
        .map(|alert| AlertLine {
            label: names::alert(alert.kind),
            tone: match alert.severity {
                AlertSeverity::High => Tone::Bad,
                AlertSeverity::Medium => Tone::Warn,
                AlertSeverity::Low => Tone::Neutral,
            },
            says: alert.message.says(),
            hint: alert.message.hint(),
            fix_label: alert.fix.as_ref().map(|fix| match fix {
                Fix::Shape { step } => step.texts().name(),
                Fix::Pipeline { step } => step.texts().name(),
            }),
            fix: alert.fix.clone().map(|fix| edit(fix, recipe)),
            review: match &alert.fix {
                Some(Fix::Pipeline {
                    step: step @ PipelineKind::MergeLevels(_),
                }) => Some(step.clone()),
                _ => None,
            },
            is_fixed: is_fixed(alert, recipe, framing),
            rows: rows(alert),
        })
        .collect()
}

/// The edit of a fix. Excluding goes first in the pipeline, so that nothing is learned from what is not used; cleaning
/// steps go before those that scale and encode.
fn edit(fix: Fix, recipe: &Recipe) -> Edit {
    match fix {
        Fix::Shape { step } => Edit::AddShapeStep { index: None, kind: step },
        Fix::Pipeline { step } => Edit::AddPipelineStep {
            index: Some(place(&step, recipe)),
            kind: step,
        },
    }
}

/// Where a new pipeline step does what it is meant to: before the first step of a later phase.
pub fn place(step: &PipelineKind, recipe: &Recipe) -> u32 {
    let later = recipe.pipeline.iter().position(|other| other.kind.phase() > step.phase());
    later.unwrap_or(recipe.pipeline.len()) as u32
}

/// Is the step of the fix in the recipe, or the column out of the model?
pub fn is_fixed(alert: &Alert, recipe: &Recipe, framing: &Framing) -> bool {
    let excluded = |column: &String| {
        framing.not_known.contains(column)
            || recipe.pipeline.iter().any(|step| {
                step.enabled && matches!(&step.kind, PipelineKind::Exclude(Exclude { columns, .. }) if columns.contains(column))
            })
    };
    if alert.column.as_ref().is_some_and(excluded) {
        return true;
    }
    match &alert.fix {
        None => false,
        Some(Fix::Shape { step }) => recipe.shape.iter().any(|other| other.enabled && other.kind == *step),
        Some(Fix::Pipeline { step }) => recipe.pipeline.iter().any(|other| other.enabled && covers(&other.kind, step)),
    }
}

/// Is `wanted` done by `done`: the same kind of step on at least its columns?
fn covers(done: &PipelineKind, wanted: &PipelineKind) -> bool {
    use PipelineKind::{Clip, Exclude, Fill, Log, MergeLevels};
    match (done, wanted) {
        (Exclude(a), Exclude(b)) => b.columns.iter().all(|column| a.columns.contains(column)),
        (MergeLevels(a), MergeLevels(b)) => a.column == b.column,
        (Fill(a), Fill(b)) => {
            let are_numbers = matches!(b.with, FillWith::Mean | FillWith::Median | FillWith::Number { .. });
            let of_kind = if are_numbers {
                &Columns::Numbers
            } else {
                &Columns::Categories
            };
            contains(&a.columns, &b.columns, of_kind)
        }
        (Clip(a), Clip(b)) => contains(&a.columns, &b.columns, &Columns::Numbers),
        (Log(a), Log(b)) => contains(&a.columns, &b.columns, &Columns::Numbers),
        _ => done == wanted,
    }
}

/// Are the columns `b` among `a`? All of `b` are of the kind `of_kind`.
fn contains(a: &Columns, b: &Columns, of_kind: &Columns) -> bool {
    match (a, b) {
        (Columns::Named(a), Columns::Named(b)) => b.iter().all(|column| a.contains(column)),
        (a, Columns::Named(_)) => a == of_kind,
        _ => a == b,
    }
}

fn rows(alert: &Alert) -> Option<RowSelection> {
    let column = alert.column.clone();
    match alert.kind {
        AlertKind::Duplicates => Some(RowSelection::Duplicates),
        AlertKind::Missing => column.map(|column| RowSelection::Missing { column }),
        AlertKind::Outliers => column.map(|column| RowSelection::Outliers { column }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use spec::Message;
    use spec::step::{Fill, OneHot, Ordinal, StandardScale, Step};

    fn fill(columns: Columns) -> PipelineKind {
        PipelineKind::Fill(Fill {
            columns,
            with: FillWith::Median,
            indicator: false,
        })
    }

    fn named(column: &str) -> Columns {
        Columns::Named(vec![column.to_owned()])
    }

    fn alert(kind: AlertKind, fix: PipelineKind) -> Alert {
        Alert {
            kind,
            severity: AlertSeverity::High,
            column: Some("a".to_owned()),
            share: 0.5,
            message: Message::new("x"),
            fix: Some(Fix::Pipeline { step: fix }),
        }
    }

    fn recipe(kinds: Vec<PipelineKind>) -> Recipe {
        let step = |(id, kind)| Step {
            id: id as u32 + 1,
            enabled: true,
            kind,
        };
        Recipe {
            shape: Vec::new(),
            pipeline: kinds.into_iter().enumerate().map(step).collect(),
        }
    }

    #[test]
    fn an_alert_is_fixed_by_its_step_or_by_excluding_its_column() {
        let alerts = [alert(AlertKind::Missing, fill(named("a")))];
        let is_fixed = |recipe: &Recipe| lines(&alerts, recipe, &Framing::default())[0].is_fixed;
        assert!(!is_fixed(&recipe(vec![])));
        assert!(!is_fixed(&recipe(vec![fill(named("b"))])));
        assert!(is_fixed(&recipe(vec![fill(Columns::Named(vec![
            "b".to_owned(),
            "a".to_owned()
        ]))])));
        assert!(is_fixed(&recipe(vec![fill(Columns::Numbers)])));
        assert!(!is_fixed(&recipe(vec![fill(Columns::Categories)])));
        let exclude = PipelineKind::Exclude(Exclude {
            columns: vec!["a".to_owned()],
            reason: String::new(),
        });
        assert!(is_fixed(&recipe(vec![exclude.clone()])));
        let mut off = recipe(vec![exclude]);
        off.pipeline[0].enabled = false;
        assert!(!is_fixed(&off));
    }

    #[test]
    fn a_fix_goes_where_it_works() {
        let recipe = recipe(vec![
            fill(Columns::Numbers),
            PipelineKind::OneHot(OneHot {
                columns: Columns::Categories,
                max_levels: 50,
            }),
        ]);
        assert_eq!(
            place(
                &PipelineKind::Exclude(Exclude {
                    columns: vec![],
                    reason: String::new()
                }),
                &recipe
            ),
            0
        );
        assert_eq!(
            place(
                &PipelineKind::StandardScale(StandardScale {
                    columns: Columns::Numbers
                }),
                &recipe
            ),
            1
        );
        assert_eq!(
            place(
                &PipelineKind::Ordinal(Ordinal {
                    columns: Columns::Categories
                }),
                &recipe
            ),
            2
        );
    }

    #[test]
    fn rows_behind_an_alert_can_be_shown() {
        assert_eq!(
            rows(&alert(AlertKind::Outliers, fill(named("a")))),
            Some(RowSelection::Outliers { column: "a".to_owned() })
        );
        assert_eq!(rows(&alert(AlertKind::Skew, fill(named("a")))), None);
    }
}

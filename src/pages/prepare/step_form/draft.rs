//! A step while it is being written.

use std::collections::BTreeMap;

use spec::step::{AnyStep, StepInfo};
use spec::texts::ui::prepare as words;
use spec::wire::{Key, Value};

use crate::form::FormValue;

#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    pub info: StepInfo,
    /// By name of the setting.
    pub values: BTreeMap<String, FormValue>,
}

/// What is wrong, by name of the setting.
pub type Problems = BTreeMap<String, String>;

impl Draft {
    /// With the settings that a new step begins with.
    pub fn new(info: StepInfo) -> Self {
        let begin = info.begin.clone();
        Self::of(info, &begin)
    }

    /// Reads an existing step.
    pub fn of(info: StepInfo, step: &AnyStep) -> Self {
        let mut settings = step.settings();
        let values = info.settings.iter().map(|spec| {
            let value = settings.take(&spec.name).unwrap_or(Value::Null);
            (spec.name.clone(), FormValue::read(&spec.domain, value))
        });
        let values = values.collect();
        Self { info, values }
    }

    /// The step, or what is wrong.
    pub fn build(&self) -> Result<AnyStep, Problems> {
        let mut problems = Problems::new();
        let mut settings = Vec::new();
        for spec in &self.info.settings {
            let value = self.values.get(&spec.name).map(|value| value.written(spec));
            match value {
                Some(Ok(value)) => settings.push((Key::Read(spec.name.as_str().into()), value)),
                Some(Err(problem)) => {
                    problems.insert(spec.name.clone(), problem);
                }
                None => {}
            }
        }
        let number = |name: &String| self.values.get(name).and_then(FormValue::number);
        for pair in self.info.ascending.windows(2) {
            if problems.is_empty() && number(&pair[0]) >= number(&pair[1]) {
                problems.insert(pair[1].clone(), words::BETWEEN.to_owned());
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let step = self.info.begin.with_settings(Value::Map(settings));
        let first = self.info.settings.first().map_or_else(String::new, |spec| spec.name.clone());
        step.map_err(|failure| Problems::from([(first, failure.message.says())]))
    }
}

/// The entry of the catalogue that a step belongs to.
pub fn info_of(catalogue: &[StepInfo], step: &AnyStep) -> Option<StepInfo> {
    let is_same = |info: &&StepInfo| info.begin.is_cleaning() == step.is_cleaning() && info.begin.key() == step.key();
    catalogue.iter().find(is_same).cloned()
}

#[cfg(test)]
mod tests {
    use spec::Domain;
    use spec::step::{Clip, Columns, Condition, DatePart, DropDuplicates, Fill, FillWith, PipelineKind, ShapeKind, Trim};

    use super::*;

    /// Something that can be filled in.
    fn filled(domain: &Domain, begin: &FormValue) -> FormValue {
        let a = || "a".to_owned();
        match domain {
            Domain::Column { .. } | Domain::Text { .. } | Domain::Expression => FormValue::Typed(a()),
            Domain::Numbers => FormValue::Typed("9999; -1".to_owned()),
            Domain::Columns { .. } => FormValue::Names(vec![a()]),
            Domain::Levels => FormValue::Levels([("A ".to_owned(), a())].into()),
            Domain::Conditions => FormValue::Conditions(vec![Condition {
                column: a(),
                ..Condition::default()
            }]),
            Domain::DateParts => FormValue::Parts(vec![DatePart::Month]),
            _ => begin.clone(),
        }
    }

    #[test]
    fn every_step_of_the_catalogue_has_a_form_that_gives_it_back() {
        for info in prepare::catalogue() {
            let mut draft = Draft::new(info.clone());
            for spec in &info.settings {
                assert!(!spec.label.is_empty(), "{}: {}", info.begin.key(), spec.name);
                let value = filled(&spec.domain, &draft.values[&spec.name]);
                draft.values.insert(spec.name.clone(), value);
            }
            let step = draft
                .build()
                .unwrap_or_else(|problems| panic!("{}: {problems:?}", info.begin.key()));
            assert_eq!(info_of(&prepare::catalogue(), &step), Some(info.clone()));
            assert_eq!(Draft::of(info, &step).build(), Ok(step));
        }
    }

    fn draft(step: impl Into<AnyStep>) -> Draft {
        let step = step.into();
        Draft::of(info_of(&prepare::catalogue(), &step).unwrap(), &step)
    }

    fn problems(step: impl Into<AnyStep>) -> Problems {
        draft(step).build().unwrap_err()
    }

    #[test]
    fn what_is_missing_is_said_at_its_setting() {
        let columns = Vec::new();
        assert_eq!(problems(ShapeKind::from(Trim { columns }))["columns"], words::NEEDS_COLUMNS);
        let clip = Clip {
            columns: Columns::Numbers,
            low_quantile: 0.99,
            high_quantile: 0.01,
        };
        assert_eq!(problems(PipelineKind::from(clip))["high_quantile"], words::BETWEEN);
        let fill = Fill {
            columns: Columns::Numbers,
            with: FillWith::Level { value: String::new() },
            indicator: false,
        };
        assert_eq!(problems(PipelineKind::from(fill))["with"], words::NEEDS_TEXT);
        let columns = Vec::new();
        assert!(
            draft(ShapeKind::from(DropDuplicates { columns })).build().is_ok(),
            "no columns means all"
        );
    }
}

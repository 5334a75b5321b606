//! What the controls of a form hold while it is filled in, which may not yet be a value of its setting.

use std::collections::BTreeMap;

use spec::param::ColumnSet;
use spec::step::{Columns, Condition, DatePart, FillWith};
use spec::texts::ui::prepare as words;
use spec::wire::{self, Value};
use spec::{Domain, ParamSpec};

use super::model::read;

#[derive(Clone, Debug, PartialEq)]
pub enum FormValue {
    /// Texts, numbers and choices as they are typed; flags as `true` and `false`.
    Typed(String),
    Names(Vec<String>),
    Scope(Columns),
    Levels(BTreeMap<String, String>),
    Conditions(Vec<Condition>),
    Parts(Vec<DatePart>),
    /// The choice, and the value that some choices ask for.
    Filling(String, String),
}

impl FormValue {
    /// What a control begins with. A value of another type leaves it empty.
    pub fn read(domain: &Domain, value: Value) -> Self {
        match domain {
            Domain::Columns { .. } => Self::Names(wire::from_value(value).unwrap_or_default()),
            Domain::Scope { which } => Self::Scope(wire::from_value(value).unwrap_or(match which {
                ColumnSet::Categories => Columns::Categories,
                _ => Columns::Numbers,
            })),
            Domain::Levels => Self::Levels(wire::from_value(value).unwrap_or_default()),
            Domain::Conditions => Self::Conditions(wire::from_value(value).unwrap_or_default()),
            Domain::DateParts => Self::Parts(wire::from_value(value).unwrap_or_default()),
            Domain::Filling => {
                let (name, typed) = match wire::from_value(value).unwrap_or(FillWith::Median) {
                    FillWith::Mean => ("mean", String::new()),
                    FillWith::Median => ("median", String::new()),
                    FillWith::MostFrequent => ("most_frequent", String::new()),
                    FillWith::Number { value } => ("number", value.to_string()),
                    FillWith::Level { value } => ("level", value),
                };
                Self::Filling(name.to_owned(), typed)
            }
            _ => Self::Typed(typed(value)),
        }
    }

    /// The value for the document.
    ///
    /// Errors: the sentence to show under the control.
    pub fn written(&self, spec: &ParamSpec) -> Result<Value, String> {
        let problem = |text: &str| Err(text.to_owned());
        match (self, &spec.domain) {
            (Self::Typed(text), Domain::Switch { .. }) => Ok(Value::Bool(text == "true")),
            (Self::Typed(text), Domain::Column { .. }) if text.is_empty() => problem(words::NEEDS_COLUMN),
            (Self::Typed(text), Domain::Text { required: true } | Domain::Expression) if text.is_empty() => {
                problem(words::NEEDS_TEXT)
            }
            (Self::Typed(text), Domain::Named { .. } | Domain::Column { .. } | Domain::Text { .. } | Domain::Expression) => {
                Ok(Value::Text(text.as_str().into()))
            }
            (Self::Typed(text), Domain::Numbers) => numbers(text),
            (Self::Typed(text), Domain::Year) => year(text),
            (Self::Typed(text), Domain::Integer { optional: false, .. } | Domain::Real { .. }) if text.trim().is_empty() => {
                problem(words::NEEDS_NUMBER)
            }
            (Self::Typed(text), _) => read(spec, text).map(|value| wire::to_value(&value)).map_err(|error| error.0),
            (Self::Names(names), Domain::Columns { optional: false, .. }) if names.is_empty() => problem(words::NEEDS_COLUMNS),
            (Self::Names(names), _) => Ok(wire::to_value(names)),
            (Self::Scope(Columns::Named(names)), _) if names.is_empty() => problem(words::NEEDS_COLUMNS),
            (Self::Scope(columns), _) => Ok(wire::to_value(columns)),
            (Self::Levels(levels), _) => {
                let changed: BTreeMap<&String, &String> = levels.iter().filter(|(from, to)| from != to).collect();
                if changed.is_empty() {
                    return problem(words::NEEDS_LEVELS);
                }
                Ok(wire::to_value(&changed))
            }
            (Self::Conditions(conditions), _) if conditions.is_empty() => problem(words::NEEDS_CONDITION),
            (Self::Conditions(conditions), _) if conditions.iter().any(|one| one.column.is_empty()) => {
                problem(words::NEEDS_COLUMN)
            }
            (Self::Conditions(conditions), _) => Ok(wire::to_value(conditions)),
            (Self::Parts(parts), _) if parts.is_empty() => problem(words::NEEDS_PARTS),
            (Self::Parts(parts), _) => Ok(wire::to_value(parts)),
            (Self::Filling(kind, typed), _) => filling(kind, typed).map(|with| wire::to_value(&with)),
        }
    }

    pub fn text(&self) -> &str {
        match self {
            Self::Typed(text) => text,
            _ => "",
        }
    }

    pub fn number(&self) -> Option<f64> {
        self.text().trim().parse().ok()
    }
}

fn typed(value: Value) -> String {
    match value {
        Value::Bool(flag) => flag.to_string(),
        Value::Unsigned(x) => x.to_string(),
        Value::Signed(x) => x.to_string(),
        Value::Float(x) => x.to_string(),
        Value::Text(text) => text.into(),
        Value::Floats(list) => list.iter().map(f64::to_string).collect::<Vec<_>>().join("; "),
        Value::Unsigneds(list) => list.iter().map(u64::to_string).collect::<Vec<_>>().join("; "),
        Value::Null | Value::Bytes(_) | Value::List(_) | Value::Map(_) => String::new(),
    }
}

fn numbers(text: &str) -> Result<Value, String> {
    let parts = text.split(';').map(str::trim).filter(|part| !part.is_empty());
    let values: Vec<f64> = parts.map(|part| part.parse().unwrap_or(f64::NAN)).collect();
    if values.is_empty() || values.iter().any(|value| value.is_nan()) {
        return Err(words::NEEDS_NUMBER.to_owned());
    }
    Ok(wire::to_value(&values))
}

fn year(text: &str) -> Result<Value, String> {
    if text.trim().is_empty() {
        return Ok(Value::Null);
    }
    match text.trim().parse::<i32>() {
        Ok(year) if (99..=9_999).contains(&year) => Ok(wire::to_value(&year)),
        _ => Err(words::NEEDS_YEAR.to_owned()),
    }
}

fn filling(kind: &str, typed: &str) -> Result<FillWith, String> {
    match kind {
        "mean" => Ok(FillWith::Mean),
        "most_frequent" => Ok(FillWith::MostFrequent),
        "number" => match typed.trim().parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(FillWith::Number { value }),
            _ => Err(words::NEEDS_NUMBER.to_owned()),
        },
        "level" if typed.is_empty() => Err(words::NEEDS_TEXT.to_owned()),
        "level" => Ok(FillWith::Level { value: typed.to_owned() }),
        _ => Ok(FillWith::Median),
    }
}

#[cfg(test)]
mod tests {
    use spec::ParamValue;

    use super::*;

    fn spec(domain: Domain) -> ParamSpec {
        ParamSpec {
            name: "x".to_owned(),
            label: "X".to_owned(),
            help: String::new(),
            domain,
            default: ParamValue::Unset,
            search: None,
        }
    }

    fn written(domain: Domain, value: FormValue) -> Result<Value, String> {
        value.written(&spec(domain))
    }

    fn typed_as(domain: Domain, text: &str) -> Result<Value, String> {
        written(domain, FormValue::Typed(text.to_owned()))
    }

    #[test]
    fn what_is_typed_becomes_a_value() {
        assert_eq!(typed_as(Domain::Numbers, "9999; -1"), Ok(wire::to_value(&[9999.0, -1.0])));
        assert_eq!(typed_as(Domain::Year, ""), Ok(Value::Null));
        assert_eq!(typed_as(Domain::Year, "2031"), Ok(Value::Unsigned(2031)));
        let with = FormValue::Filling("number".to_owned(), "3".to_owned());
        assert_eq!(
            written(Domain::Filling, with),
            Ok(wire::to_value(&FillWith::Number { value: 3.0 }))
        );
    }

    #[test]
    fn what_is_missing_is_said() {
        assert_eq!(typed_as(Domain::Numbers, "a"), Err(words::NEEDS_NUMBER.to_owned()));
        assert_eq!(typed_as(Domain::Year, "31"), Err(words::NEEDS_YEAR.to_owned()));
        let which = ColumnSet::Any;
        assert_eq!(typed_as(Domain::Column { which }, ""), Err(words::NEEDS_COLUMN.to_owned()));
        let none = || FormValue::Names(Vec::new());
        let columns = |optional| Domain::Columns { which, optional };
        assert_eq!(written(columns(false), none()), Err(words::NEEDS_COLUMNS.to_owned()));
        assert!(written(columns(true), none()).is_ok(), "no columns means all");
    }
}

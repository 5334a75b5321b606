//! One list of parameters per estimator and step: validation, form, search space, command line and help come from it.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{ColumnType, Message, Outcome};

/// Stands in JSON as what it is: `true`, `3`, `0.1`, `"sqrt"`, `null`.
#[derive(Clone, Debug, PartialEq)]
pub enum ParamValue {
    Flag(bool),
    Integer(i64),
    Real(f64),
    Choice(String),
    /// scikit-learn's `None`: no limit.
    Unset,
}

impl Serialize for ParamValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Flag(x) => serializer.serialize_bool(*x),
            Self::Integer(x) => serializer.serialize_i64(*x),
            Self::Real(x) => serializer.serialize_f64(*x),
            Self::Choice(x) => serializer.serialize_str(x),
            Self::Unset => serializer.serialize_unit(),
        }
    }
}

impl<'de> Deserialize<'de> for ParamValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl Visitor<'_> for Any {
            type Value = ParamValue;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number, a word, true, false or null")
            }

            fn visit_bool<E>(self, x: bool) -> Result<ParamValue, E> {
                Ok(ParamValue::Flag(x))
            }

            fn visit_i64<E>(self, x: i64) -> Result<ParamValue, E> {
                Ok(ParamValue::Integer(x))
            }

            fn visit_u64<E>(self, x: u64) -> Result<ParamValue, E> {
                Ok(i64::try_from(x).map_or(ParamValue::Real(x as f64), ParamValue::Integer))
            }

            fn visit_f64<E>(self, x: f64) -> Result<ParamValue, E> {
                Ok(ParamValue::Real(x))
            }

            fn visit_str<E>(self, x: &str) -> Result<ParamValue, E> {
                Ok(ParamValue::Choice(x.to_owned()))
            }

            fn visit_unit<E>(self) -> Result<ParamValue, E> {
                Ok(ParamValue::Unset)
            }
        }

        deserializer.deserialize_any(Any)
    }
}

/// Values by scikit-learn's parameter names. What is not named has its default.
pub type Params = BTreeMap<String, ParamValue>;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Domain {
    /// `low <= value <= high`; `optional` also allows no value.
    Integer {
        low: i64,
        high: i64,
        optional: bool,
    },
    /// `low <= value <= high`, or `low < value` when `low_open`.
    Real {
        low: f64,
        high: f64,
        low_open: bool,
    },
    Choice {
        options: Vec<String>,
    },
    Flag,
    /// A flag whose two states have names.
    Switch {
        off: String,
        on: String,
    },
    /// Values with the names that a form shows.
    Named {
        options: Vec<(String, String)>,
    },
    Text {
        required: bool,
    },
    /// Numbers, at least one.
    Numbers,
    /// A year of four digits, or none.
    Year,
    /// The name of one column.
    Column {
        which: ColumnSet,
    },
    /// Names of columns; none of them means all that fit when `optional`.
    Columns {
        which: ColumnSet,
        optional: bool,
    },
    /// A [`crate::step::Columns`]: all of a type, or some by name.
    Scope {
        which: ColumnSet,
    },
    /// What levels of the column in the setting `column` become.
    Levels,
    /// Conditions on rows.
    Conditions,
    /// A formula over columns.
    Expression,
    /// Parts of a date.
    DateParts,
    /// A [`crate::step::FillWith`].
    Filling,
}

/// Columns that may be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnSet {
    Any,
    /// Numbers, times and booleans.
    Numbers,
    Categories,
    /// Texts and categories.
    Texts,
    Times,
}

impl ColumnSet {
    pub fn has(self, column_type: ColumnType) -> bool {
        match self {
            Self::Any => true,
            Self::Numbers => matches!(column_type, ColumnType::Number | ColumnType::Boolean | ColumnType::Time),
            Self::Categories => column_type == ColumnType::Category,
            Self::Texts => matches!(column_type, ColumnType::Text | ColumnType::Category),
            Self::Times => column_type == ColumnType::Time,
        }
    }
}

impl Domain {
    /// Values with the names that a form shows.
    pub fn named(options: &[(&str, &str)]) -> Self {
        let owned = options.iter().map(|(value, name)| ((*value).to_owned(), (*name).to_owned()));
        Self::Named {
            options: owned.collect(),
        }
    }
}

/// Where random search draws from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Search {
    Integer { low: i64, high: i64, log: bool },
    Real { low: f64, high: f64, log: bool },
    Choice { options: Vec<ParamValue> },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ParamSpec {
    /// scikit-learn's name.
    pub name: String,
    /// As a form shows it, sentence case.
    pub label: String,
    /// One or two sentences: what it does, and in which direction to move it.
    pub help: String,
    pub domain: Domain,
    pub default: ParamValue,
    /// None: never searched.
    pub search: Option<Search>,
}

impl ParamSpec {
    /// Checks one value against the domain.
    ///
    /// Errors: `param.type`, `param.range`, `param.choice`.
    pub fn check(&self, value: &ParamValue) -> Outcome<()> {
        let named = |code: &str| Message::new(code).with("param", &self.label).with("value", show(value));
        match (&self.domain, value) {
            (Domain::Integer { optional: true, .. }, ParamValue::Unset) | (Domain::Flag, ParamValue::Flag(_)) => Ok(()),
            (Domain::Integer { low, high, .. }, ParamValue::Integer(x)) => {
                if low <= x && x <= high {
                    Ok(())
                } else {
                    Err(named("param.range")
                        .with("low", low.to_string())
                        .with("high", high.to_string())
                        .into())
                }
            }
            (Domain::Real { low, high, low_open }, value) => {
                let Some(x) = value.as_f64() else {
                    return Err(named("param.type").with("expected", "a number").into());
                };
                if (if *low_open { *low < x } else { *low <= x }) && x <= *high {
                    Ok(())
                } else {
                    Err(named("param.range")
                        .with("low", low.to_string())
                        .with("high", high.to_string())
                        .into())
                }
            }
            (Domain::Choice { options }, ParamValue::Choice(x)) => {
                if options.contains(x) {
                    Ok(())
                } else {
                    Err(named("param.choice").with("options", options.clone()).into())
                }
            }
            (Domain::Integer { .. }, _) => Err(named("param.type").with("expected", "a whole number").into()),
            (Domain::Choice { .. }, _) => Err(named("param.type").with("expected", "one of the options").into()),
            (Domain::Flag, _) => Err(named("param.type").with("expected", "true or false").into()),
            // Settings of steps, which are checked as the step that they are put into.
            _ => Ok(()),
        }
    }
}

impl ParamValue {
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Integer(x) => Some(*x as f64),
            Self::Real(x) => Some(*x),
            _ => None,
        }
    }
}

/// A value as text, `none` for no value.
pub fn show(value: &ParamValue) -> String {
    match value {
        ParamValue::Flag(x) => x.to_string(),
        ParamValue::Integer(x) => x.to_string(),
        ParamValue::Real(x) => x.to_string(),
        ParamValue::Choice(x) => x.clone(),
        ParamValue::Unset => "none".to_owned(),
    }
}

/// Parameters that passed their specs, with every default filled in.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked(Params);

impl Checked {
    /// Errors: those of [`ParamSpec::check`], and `param.unknown` with the names that exist.
    pub fn new(specs: &[ParamSpec], given: &Params) -> Outcome<Self> {
        for name in given.keys() {
            if !specs.iter().any(|spec| &spec.name == name) {
                let known: Vec<String> = specs.iter().map(|spec| spec.name.clone()).collect();
                return Err(Message::new("param.unknown").with("param", name).with("known", known).into());
            }
        }
        let mut all = Params::new();
        for spec in specs {
            let value = given.get(&spec.name).unwrap_or(&spec.default).clone();
            spec.check(&value)?;
            all.insert(spec.name.clone(), value);
        }
        Ok(Self(all))
    }

    /// A number; NaN when the name is not one of a number (a programming error that a contract test catches).
    pub fn real(&self, name: &str) -> f64 {
        self.0.get(name).and_then(ParamValue::as_f64).unwrap_or(f64::NAN)
    }

    pub fn integer(&self, name: &str) -> Option<i64> {
        match self.0.get(name) {
            Some(ParamValue::Integer(x)) => Some(*x),
            _ => None,
        }
    }

    /// A count; 0 when unset.
    pub fn count(&self, name: &str) -> usize {
        self.integer(name).and_then(|x| usize::try_from(x).ok()).unwrap_or(0)
    }

    pub fn choice(&self, name: &str) -> &str {
        match self.0.get(name) {
            Some(ParamValue::Choice(x)) => x,
            _ => "",
        }
    }

    pub fn flag(&self, name: &str) -> bool {
        matches!(self.0.get(name), Some(ParamValue::Flag(true)))
    }

    pub fn into_params(self) -> Params {
        self.0
    }
}

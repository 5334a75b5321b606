//! What the form of a step asks for.

use spec::ColumnType;

/// Which columns may be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    Any,
    /// Numbers, times and booleans.
    Numbers,
    Categories,
    /// Text and categories.
    Texts,
    Times,
}

impl Which {
    pub fn takes(self, column_type: ColumnType) -> bool {
        match self {
            Self::Any => true,
            Self::Numbers => matches!(column_type, ColumnType::Number | ColumnType::Boolean | ColumnType::Time),
            Self::Categories => column_type == ColumnType::Category,
            Self::Texts => matches!(column_type, ColumnType::Text | ColumnType::Category),
            Self::Times => column_type == ColumnType::Time,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// Several columns.
    Columns(Which),
    /// All of a kind, or several.
    ColumnOr(Which),
    Column(Which),
    Text,
    Number,
    Flag,
    /// Value and label.
    Choice(&'static [(&'static str, &'static str)]),
    Type,
    Parts,
    Conditions,
    Levels,
    Expression,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    pub name: &'static str,
    pub label: &'static str,
    pub input: Input,
    /// Shown only while another setting has one of these values.
    pub only_when: Option<(&'static str, &'static [&'static str])>,
}

impl Setting {
    pub fn new(name: &'static str, label: &'static str, input: Input) -> Self {
        Self {
            name,
            label,
            input,
            only_when: None,
        }
    }

    pub fn when(self, name: &'static str, values: &'static [&'static str]) -> Self {
        Self {
            only_when: Some((name, values)),
            ..self
        }
    }
}

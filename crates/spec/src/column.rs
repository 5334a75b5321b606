//! Columns by type, and the fingerprint of a data set.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnType {
    Number,
    Category,
    Text,
    /// Seconds since 1970-01-01T00:00:00Z.
    Time,
    Boolean,
}

impl ColumnType {
    pub const ALL: [Self; 5] = [Self::Number, Self::Category, Self::Text, Self::Time, Self::Boolean];

    pub fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Category => "category",
            Self::Text => "text",
            Self::Time => "time",
            Self::Boolean => "boolean",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnSchema {
    /// Unique within its table.
    pub name: String,
    /// The header as the file has it, when it had to be changed to be unique or non-empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original_name: Option<String>,
    pub column_type: ColumnType,
    /// True when the user chose the type, false when all rows decided it.
    #[serde(default)]
    pub overridden: bool,
}

/// What a data set was, recorded at import and carried to every report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// SHA-256 of the file's bytes, hexadecimal.
    pub sha256: String,
    pub n_bytes: u64,
    pub n_rows: u64,
    pub n_columns: u32,
    /// SHA-256 over names and types of all columns, hexadecimal.
    pub schema_sha256: String,
}

/// One cell as the table shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    pub text: String,
    #[serde(default, skip_serializing_if = "is_false")]
    pub missing: bool,
    /// The step named by the view changed this cell.
    #[serde(default, skip_serializing_if = "is_false")]
    pub changed: bool,
}

fn is_false(value: &bool) -> bool {
    !*value
}

//! The table: columns of one length.
//!
//! Missing is in band, so that mask and value can never disagree: NaN for numbers and times, [`MISSING_CODE`] for
//! categories, an empty span for text, 2 for booleans. An empty text cell therefore is a missing one.

use serde::{Deserialize, Serialize};
use spec::{ColumnSchema, ColumnType};

/// The code of a missing category cell.
pub const MISSING_CODE: u32 = u32::MAX;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Table {
    columns: Vec<Column>,
    n_rows: usize,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Column {
    pub schema: ColumnSchema,
    pub data: ColumnData,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ColumnData {
    /// NaN is missing; infinities are values.
    Number(Vec<f64>),
    Category(Category),
    Text(Text),
    /// Seconds since 1970-01-01T00:00:00Z; NaN is missing.
    Time(Vec<f64>),
    /// 0 false, 1 true, 2 missing.
    Boolean(Vec<u8>),
}

/// Codes into levels; levels are unique and sorted bytewise.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Category {
    pub levels: Vec<String>,
    pub codes: Vec<u32>,
}

/// All cells' bytes end to end; cell `i` is `bytes[ends[i - 1]..ends[i]]`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Text {
    bytes: String,
    ends: Vec<u32>,
}

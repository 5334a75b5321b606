//! Reading a file: what was sniffed, what the user may override, what came of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::step::DateOrder;
use crate::{ColumnSchema, ColumnType, Fingerprint, Message};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
    Windows1252,
    ShiftJis,
    Gbk,
}

impl Encoding {
    pub const ALL: [Self; 6] = [
        Self::Utf8,
        Self::Utf16Le,
        Self::Utf16Be,
        Self::Windows1252,
        Self::ShiftJis,
        Self::Gbk,
    ];
}

/// How a delimited text file is read. Sniffed first, every field overridable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReadOptions {
    pub encoding: Encoding,
    /// One or more characters, for example `,`, `\t`, `;`, `||`.
    pub delimiter: String,
    /// None: quotes are ordinary characters.
    pub quote: Option<char>,
    /// `\"` escapes a quote inside a quoted field.
    pub backslash_escapes: bool,
    pub has_header: bool,
    /// Lines above the header that are not part of the table.
    pub skip_lines: u32,
    /// Lines that begin with this are skipped and counted.
    pub comment: Option<char>,
    pub decimal_comma: bool,
    /// The mark was stated: columns do not choose another by their cells.
    #[serde(skip_serializing_if = "is_off")]
    pub decimal_stated: bool,
    /// Cells that count as missing, compared after trimming. The empty cell always does.
    pub missing_tokens: Vec<String>,
    /// Types by column name, where the user decided.
    pub types: BTreeMap<String, ColumnType>,
    /// By column name: what holds for that column and not for the file.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, ColumnReading>,
    /// A row of units below the header, and totals and remarks below the table, are left out.
    #[serde(skip_serializing_if = "is_off")]
    pub drop_remarks: bool,
    /// Nothing is left to the evidence in the cells: decimal marks and missing tokens are those of `columns`, else of the
    /// file. What an import was read with is settled, so that later files are read in the same way.
    #[serde(skip_serializing_if = "is_off")]
    pub settled: bool,
}

fn is_off(flag: &bool) -> bool {
    !flag
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            encoding: Encoding::Utf8,
            delimiter: ",".to_owned(),
            quote: Some('"'),
            backslash_escapes: false,
            has_header: true,
            skip_lines: 0,
            comment: None,
            decimal_comma: false,
            decimal_stated: false,
            missing_tokens: default_missing_tokens(),
            types: BTreeMap::new(),
            columns: BTreeMap::new(),
            drop_remarks: false,
            settled: false,
        }
    }
}

impl ReadOptions {
    /// The tokens that count as missing in a column.
    pub fn tokens_of(&self, column: &str) -> &[String] {
        let own = self.columns.get(column).and_then(|own| own.missing_tokens.as_deref());
        own.unwrap_or(&self.missing_tokens)
    }

    /// Whether the numbers of a column have a comma before the decimals.
    pub fn has_decimal_comma(&self, column: &str) -> bool {
        let own = self.columns.get(column).and_then(|own| own.decimal_comma);
        own.unwrap_or(self.decimal_comma)
    }
}

/// The visible list that a new import starts with. A token that is an answer in a column (`NA` among two-letter codes)
/// is taken out again for that column.
pub fn default_missing_tokens() -> Vec<String> {
    [
        "NA", "N/A", "#N/A", "NaN", "nan", "null", "NULL", "None", "?", "-", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!",
        "#NULL!",
    ]
    .map(str::to_owned)
    .to_vec()
}

/// Notes of a first look that the import counts again over the whole file, and may decide otherwise: choices that the
/// cells leave. Once a file is imported, its own notes count and not these.
pub const SAID_OF_CELLS: [&str; 18] = [
    "read.decimal_comma",
    "read.decimal_point",
    "read.mark_unsettled",
    "read.mixed_marks",
    "read.tokens_missing",
    "read.token_missing",
    "read.token_kept",
    "read.na_kept",
    "read.date_order",
    "read.date_assumed",
    "read.date_ambiguous",
    "read.date_mixed",
    "read.date_short_year",
    "read.date_pivot",
    "read.quote_swallows",
    "read.rounded",
    "read.codes_kept",
    "read.codes_likely",
];

/// What a look at the beginning of the file says, before anything is imported.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sniff {
    pub options: ReadOptions,
    pub header: Vec<String>,
    /// The first records, at most 50.
    pub rows: Vec<Vec<String>>,
    /// Estimated, from the bytes per record seen.
    pub n_rows_estimate: u64,
    /// Estimated memory of the typed table in bytes.
    pub n_bytes_estimate: u64,
    /// What the first rows come to, a column each, in the order of `header`.
    #[serde(default)]
    pub columns: Vec<SniffedColumn>,
    pub notes: Vec<Message>,
}

/// What the first rows of a column come to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SniffedColumn {
    pub column_type: ColumnType,
    pub reading: ColumnReading,
}

/// Why a cell or a record was not taken as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RejectReason {
    /// The cell does not read as the column's type; it counts as missing.
    NotOfType,
    /// The record has more fields than the header; it was left out.
    TooManyFields,
    /// The record has fewer fields; the rest counts as missing.
    TooFewFields,
    /// Bytes that are not of the encoding; the row was kept and the cell flagged.
    BadEncoding,
    /// Units, a total or a remark, left out because that was asked for.
    Remark,
}

impl RejectReason {
    /// The whole record is not in the table.
    pub fn is_row_lost(self) -> bool {
        matches!(self, Self::TooManyFields | Self::Remark)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reject {
    /// Line in the file, the first is 1.
    pub line: u64,
    /// None when the whole record is meant.
    pub column: Option<String>,
    /// The original text, at most 200 characters.
    pub text: String,
    pub reason: RejectReason,
}

/// How the texts of a column were read, where the type alone does not say it; a serving program has to read the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CellFormat {
    /// The words for false and true, lower case; compared without regard to case.
    Boolean { no: String, yes: String },
    /// How dates of two numbers and a year were meant; `Ymd` when there were none.
    Time { order: DateOrder },
}

/// How one column of a file was read, where that is not what the options say for the whole file. A serving program has to
/// read the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ColumnReading {
    /// The header cell as it stands in the file, where import gave the column another name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// Cells that count as missing in this column; the empty cell always does. None: the options' list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing_tokens: Option<Vec<String>>,
    /// True when its numbers have a comma before the decimals; None: as the options say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimal_comma: Option<bool>,
    /// How its dates of two numbers and a year are meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_order: Option<DateOrder>,
    /// Years of two digits are this year or one of the 99 before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub newest_year: Option<i32>,
}

/// What an import did. Records in the file = `n_kept` + `n_rejected`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportSummary {
    pub file_name: String,
    pub options: ReadOptions,
    pub schema: Vec<ColumnSchema>,
    /// By column name.
    #[serde(default)]
    pub formats: BTreeMap<String, CellFormat>,
    /// By column name, of the columns that were read in a way of their own.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub readings: BTreeMap<String, ColumnReading>,
    pub fingerprint: Fingerprint,
    pub n_kept: u64,
    pub n_rejected: u64,
    /// At most 1,000, in file order; `reject_counts` counts all.
    pub rejects: Vec<Reject>,
    pub reject_counts: Vec<(RejectReason, u64)>,
    pub notes: Vec<Message>,
}

//! `contract.json`: what a service must know to feed the model and to read its answers.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};
use spec::evaluation::GoalStatus;
use spec::read::{Encoding, ReadOptions};
use spec::step::{DateOrder, ShapeKind, Step};
use spec::{Algorithm, ColumnType, Fingerprint, Message, Outcome, Task, wire};

/// Version of the contract's form. 2: inputs have missing tokens, a decimal mark and a header of their own; who reads only
/// 1 would answer wrongly.
pub const CONTRACT_FORMAT: u32 = 2;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contract {
    pub format: u32,
    pub model: ModelFacts,
    /// In the order of the model's inputs; the name is the raw column's.
    pub inputs: Vec<Input>,
    pub outputs: Vec<Output>,
    /// In the order of the probabilities; absent for regression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classes: Option<Vec<String>>,
    /// Two classes: the one that `decision_threshold` decides for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub positive_class: Option<String>,
    /// Two classes: the label is the positive class when its probability is at least this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision_threshold: Option<f64>,
    /// Cells that mean "missing", after blanks around them were taken away; of inputs that have no list of their own. A
    /// token that some input has as a level is not among them.
    pub missing_tokens: Vec<String>,
    /// Texts in number columns have a comma before the decimals, where the input does not say it.
    #[serde(default)]
    pub decimal_comma: bool,
    /// Lines of a file that begin with this are no rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<char>,
    /// How the training file was written. A later file is read in this way, and otherwise split only where more of the
    /// inputs are found so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<FileForm>,
    /// The largest absolute difference that another runtime may show against `samples/expected.json`.
    pub tolerance: f64,
    pub training: Training,
    /// Cleaning that was made cell by cell before the split. It is not in `model.onnx`: inputs are cleaned values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cleaning: Vec<Step<ShapeKind>>,
    /// By id of the step: regular expressions of the cleaning, in words that Python and JavaScript read alike. An
    /// expression that has none is not among them, and only `mllc score` makes its step.
    #[serde(default)]
    pub patterns: BTreeMap<String, String>,
    /// What data should keep to. A service warns of a row that does not, or refuses it.
    #[serde(default)]
    pub rules: Vec<Rule>,
}

/// How a delimited file is written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileForm {
    pub encoding: Encoding,
    /// One or more characters; `\s+` for runs of blanks and tabs.
    pub delimiter: String,
    /// None: quotes are ordinary characters.
    pub quote: Option<char>,
    /// `\"` escapes a quote inside a quoted field.
    #[serde(default)]
    pub backslash_escapes: bool,
}

impl From<&ReadOptions> for FileForm {
    fn from(options: &ReadOptions) -> Self {
        Self {
            encoding: options.encoding,
            delimiter: options.delimiter.clone(),
            quote: options.quote,
            backslash_escapes: options.backslash_escapes,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelFacts {
    /// The name that programs use, in a path, a host name and a label: `[a-z0-9-]`, at most 40.
    pub name: String,
    /// The same.
    #[serde(default)]
    pub slug: String,
    /// The name that a person gave it.
    #[serde(default)]
    pub title: String,
    pub version: String,
    pub task: Task,
    pub target: String,
    pub algorithm: Algorithm,
    /// The run that it came from.
    pub run: u32,
    /// Version of the workbench that wrote it.
    pub app_version: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TensorType {
    /// Missing is NaN.
    Double,
    /// Missing is the empty text.
    String,
    Float,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Input {
    pub name: String,
    #[serde(rename = "type")]
    pub tensor_type: TensorType,
    pub kind: prepare::InputType,
    /// The column has to be there: training rows never lacked a value, and the model looks at it. A cell of it may be
    /// missing. False: without the column every cell counts as missing, which is said.
    pub required: bool,
    /// The cell above the column in the training file, where import gave the column another name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// Of several columns with that header cell which one it was, from 1.
    #[serde(default = "first", skip_serializing_if = "is_first")]
    pub header_place: u32,
    /// Cells that mean "missing" in this column; None: those of the contract.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing_tokens: Option<Vec<String>>,
    /// The decimal mark of this column is a comma; None: as the contract says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decimal_comma: Option<bool>,
    /// How a value is written as a number: `0 or 1`, `epoch seconds, UTC`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Levels seen in training. Others are allowed and count as unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub categories: Option<Vec<String>>,
    /// Smallest and largest value seen in training, over all rows. Others are allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<Range>,
    /// Share of missing cells in training.
    pub missing_share: f64,
    /// What the column was in the file that was imported; `cleaning` starts from that. None when it was not recorded.
    #[serde(default)]
    pub source: Option<ColumnType>,
    /// How texts like `01/02/2024` are meant; None: they are refused.
    #[serde(default)]
    pub date_order: Option<DateOrder>,
    /// Years of two digits are this year or one of the 99 before it; None: training had none, and they are refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newest_year: Option<i32>,
    /// True for columns that the framing calls sensitive: no log keeps them unless somebody asks.
    #[serde(default)]
    pub sensitive: bool,
    /// Of the training cells that are there; numbers, times and booleans.
    #[serde(default)]
    pub median: Option<f64>,
    /// The level that most training cells have, of several the first in order.
    #[serde(default)]
    pub most_frequent: Option<String>,
}

fn first() -> u32 {
    1
}

fn is_first(place: &u32) -> bool {
    *place == 1
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Range {
    pub min: f64,
    pub max: f64,
}

/// A data rule on one column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// How reports call it; unique.
    pub name: String,
    pub column: String,
    pub check: Check,
}

/// What a rule asks of a cell. A missing cell keeps every rule but `NotNull`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    NotNull,
    /// Bounds included.
    Range {
        min: f64,
        max: f64,
    },
    /// One of the input's `categories`.
    InSet,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Label,
    Probabilities,
    Prediction,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Output {
    pub name: String,
    pub role: Role,
    #[serde(rename = "type")]
    pub tensor_type: TensorType,
    pub shape: Vec<Dimension>,
}

/// A number of elements, or `"batch"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dimension {
    Count(u64),
    Name(String),
}

impl Serialize for Dimension {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Count(n) => serializer.serialize_u64(*n),
            Self::Name(name) => serializer.serialize_str(name),
        }
    }
}

impl<'de> Deserialize<'de> for Dimension {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl Visitor<'_> for Any {
            type Value = Dimension;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number of elements or a name")
            }

            fn visit_u64<E>(self, n: u64) -> Result<Dimension, E> {
                Ok(Dimension::Count(n))
            }

            fn visit_str<E>(self, name: &str) -> Result<Dimension, E> {
                Ok(Dimension::Name(name.to_owned()))
            }
        }

        deserializer.deserialize_any(Any)
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Training {
    /// Of the data file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Fingerprint>,
    pub n_rows: u64,
    /// The goal as it stood when the model was exported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goal: Option<GoalStatus>,
    /// True when data or recipe were changed after this model was trained.
    #[serde(default)]
    pub is_stale: bool,
}

impl Contract {
    /// Errors: `deploy.contract` when the text is none of ours, or newer.
    pub fn from_json(bytes: &[u8]) -> Outcome<Self> {
        let wrong = |what: String| Message::new("deploy.contract").with("error", what);
        let text = std::str::from_utf8(bytes).map_err(|error| wrong(error.to_string()))?;
        let contract: Self = wire::from_json(text).map_err(|failure| wrong(failure.message.says()))?;
        if contract.format > CONTRACT_FORMAT {
            return Err(Message::new("deploy.contract_format")
                .with("format", contract.format)
                .with("known", CONTRACT_FORMAT)
                .into());
        }
        Ok(contract)
    }

    pub fn to_json(&self) -> Vec<u8> {
        json(self)
    }

    /// Cells that mean "missing" in the input's column, besides the empty one.
    pub fn missing_tokens_of<'a>(&'a self, input: &'a Input) -> &'a [String] {
        input.missing_tokens.as_deref().unwrap_or(&self.missing_tokens)
    }

    /// What years of two digits are meant by; None: training had none, and they are refused.
    pub fn newest_year_of(&self, input: &Input) -> Option<i32> {
        // Older contracts do not say it.
        input.newest_year.or(self.file.is_none().then_some(table::value::NEWEST_YEAR))
    }

    pub fn decimal_comma_of(&self, input: &Input) -> bool {
        input.decimal_comma.unwrap_or(self.decimal_comma)
    }

    pub fn output(&self, role: Role) -> Option<&Output> {
        self.outputs.iter().find(|output| output.role == role)
    }
}

/// Pretty, with a final newline.
pub(crate) fn json(value: &impl Serialize) -> Vec<u8> {
    let mut text = wire::to_json_pretty(value);
    text.push('\n');
    text.into_bytes()
}

/// SHA-256 in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

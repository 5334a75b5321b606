//! Everything in the bundle around the model: what serves it, scores in batch, ships and watches it.
//!
//! The files are templates in `crates/deploy/templates`, which mirrors the bundle. They hold no user text: names travel in
//! `contract.json` and are read at run time. What is filled in are a slug and a label ([`crate::encode`]) and, in the two
//! formats that name columns themselves (MLmodel, Triton), encoded strings.

mod mlflow;
mod page;
mod readme;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use spec::{Message, Outcome};

use crate::bundle::{BASELINE_FILE, RULES_FILE};
use crate::contract::{Contract, Dimension, TensorType};
use crate::encode;
use crate::export::ExportFacts;

/// What a bundle holds beside what follows from the model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct BundleExtras {
    /// `monitoring/baseline.json`: the reference that drift is measured against. Without it the service's drift check
    /// answers `not_available`.
    pub baseline_json: Option<Vec<u8>>,
    /// `monitoring/rules.json`: when drift is called, and what raises an alarm; the service and `mllc drift` read it.
    pub rules_json: Option<Vec<u8>>,
    /// `MODEL_CARD.md`.
    pub model_card: Option<String>,
    /// `pipeline.json`: what retraining runs.
    pub pipeline_json: Option<Vec<u8>>,
    pub tool: ToolLock,
    /// Hash of the trained model: the version becomes unique by it, the contract and the baseline, `VERSION-1f0a77c2`. None: the
    /// version stays as it is.
    pub content: Option<String>,
}

/// The command-line tool that generated jobs run: `tools/mllc.lock`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ToolLock {
    pub version: String,
    /// Where the Linux binary is, never on the machine that wrote the bundle; empty: the jobs stop and say so, unless it is
    /// committed.
    pub url: String,
    /// Of its bytes, hexadecimal; empty: the jobs stop and say so.
    pub sha256: String,
}

impl Default for ToolLock {
    fn default() -> Self {
        Self {
            version: spec::CODE_VERSION.to_owned(),
            url: String::new(),
            sha256: String::new(),
        }
    }
}

impl ToolLock {
    /// What has to be done before a job can run, in a line of the lock.
    fn note(&self) -> &'static str {
        match (self.url.is_empty(), self.sha256.is_empty()) {
            (false, false) => "get_mllc.sh fetches url, and runs the program only if its bytes have this sha256.",
            (true, false) => {
                "url is not known: write the address of this mllc for Linux there, or commit the program as tools/mllc (url stays empty)."
            }
            (_, true) => {
                "sha256 is not known: write what `sha256sum mllc` says of mllc for Linux there, and its url, or commit it as tools/mllc."
            }
        }
    }

    /// The address, if other machines can reach it.
    pub fn reachable(url: &str) -> String {
        let host = url.split_once("://").map_or("", |(_, rest)| rest);
        let host = host.split(['/', '?', '#']).next().unwrap_or_default();
        let host = host.rsplit('@').next().unwrap_or_default();
        let name = match host.strip_prefix('[') {
            Some(v6) => v6.split(']').next().unwrap_or_default(),
            None => host.split(':').next().unwrap_or_default(),
        };
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        let is_own = name.is_empty()
            || name == "localhost"
            || name.ends_with(".localhost")
            || name.starts_with("127.")
            || matches!(name.as_str(), "::1" | "0.0.0.0" | "::");
        if is_own || !(url.starts_with("https://") || url.starts_with("http://")) {
            String::new()
        } else {
            url.to_owned()
        }
    }

    /// From a lock file; None when it has none of our lines.
    pub fn from_text(text: &str) -> Option<Self> {
        let value = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
            line.map(|value| value.trim().to_owned())
        };
        Some(Self {
            version: value("version")?,
            url: value("url")?,
            sha256: value("sha256")?,
        })
    }
}

/// What the files are made of.
pub(crate) struct Source<'a> {
    pub contract: &'a Contract,
    pub facts: &'a ExportFacts,
    pub extras: &'a BundleExtras,
    pub model: &'a [u8],
    /// Of `samples/requests.json`: one object a golden row.
    pub golden: &'a [serde_json::Value],
    /// `samples/expected.json`.
    pub expected: &'a serde_json::Value,
    pub notes: &'a [Message],
}

macro_rules! templates {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("../../templates/", $path)))),*]
    };
}

/// Files whose only places are the slug, the version and the tool's.
const TEMPLATES: &[(&str, &str)] = templates![
    "conda.yaml",
    "python_env.yaml",
    "requirements.txt",
    "code/tabular_scorer.py",
    "code/tabular_cells.py",
    "code/tabular_table.py",
    "code/tabular_values.py",
    "serving/app.py",
    "serving/flask_app.py",
    "serving/deploy.py",
    "serving/requirements.txt",
    "serving/requirements-flask.txt",
    "serving/service/__init__.py",
    "serving/service/alerts.py",
    "serving/service/calls.py",
    "serving/service/checks.py",
    "serving/service/core.py",
    "serving/service/docs.html",
    "serving/service/drift.py",
    "serving/service/figures.py",
    "serving/service/helper.py",
    "serving/service/live.py",
    "serving/service/metrics.py",
    "serving/service/openapi.py",
    "serving/service/outcomes.py",
    "serving/service/pointer.py",
    "serving/service/protocol_v2.py",
    "serving/service/redis_state.py",
    "serving/service/request_log.py",
    "serving/service/scoring.py",
    "serving/service/settings.py",
    "serving/service/slow_clients.py",
    "serving/service/state.py",
    "serving/service/variants.py",
    "Dockerfile",
    ".dockerignore",
    ".gitignore",
    "compose.yaml",
    "k8s/deployment.yaml",
    "k8s/kserve-custom.yaml",
    "k8s/kserve-mlflow.yaml",
    "k8s/kserve-triton.yaml",
    "spark/batch_score.py",
    "monitoring/alerts.yaml",
    "monitoring/log_schema.json",
    "monitoring/prometheus.yaml",
    ".github/workflows/model.yml",
    "tools/adopt.sh",
    "tools/fetch_data.sh",
    "tools/get_mllc.sh",
    "tools/mllc.lock",
    "tools/sbom.py",
    "tests/check_bundle.py",
];
const TRITON: &str = include_str!("../../templates/triton/config.pbtxt");

/// All files but model, contract, samples and `model.json`, in the order that they have in the bundle.
///
/// Errors: `deploy.damaged` when the model's bytes are not ours.
pub(crate) fn files(source: &Source<'_>) -> Outcome<Vec<(String, Vec<u8>)>> {
    let contract = source.contract;
    let slug = contract.model.slug.clone();
    let places = [
        ("{{slug}}", slug.clone()),
        ("{{version}}", encode::label(&contract.model.version)),
        ("{{tool_note}}", source.extras.tool.note().to_owned()),
        ("{{tool_version}}", word(&source.extras.tool.version)),
        ("{{tool_url}}", word(&source.extras.tool.url)),
        ("{{tool_sha256}}", word(&source.extras.tool.sha256)),
    ];
    let mut files = vec![("README.md".to_owned(), readme::write(source).into_bytes())];
    if let Some(card) = &source.extras.model_card {
        files.push(("MODEL_CARD.md".to_owned(), card.clone().into_bytes()));
    }
    files.extend(mlflow::files(source));
    for (path, template) in TEMPLATES {
        files.push(((*path).to_owned(), fill(template, &places).into_bytes()));
    }
    files.push((format!("triton/{slug}/config.pbtxt"), triton(contract).into_bytes()));
    if let Some(baseline) = &source.extras.baseline_json {
        files.push((BASELINE_FILE.to_owned(), baseline.clone()));
    }
    if let Some(rules) = &source.extras.rules_json {
        files.push((RULES_FILE.to_owned(), rules.clone()));
    }
    if let Some(pipeline) = &source.extras.pipeline_json {
        files.push(("pipeline.json".to_owned(), pipeline.clone()));
    }
    files.push(("score.html".to_owned(), page::write(source)?.into_bytes()));
    Ok(files)
}

/// Visible ASCII of one line of the lock file.
fn word(text: &str) -> String {
    text.chars().filter(char::is_ascii_graphic).take(500).collect()
}

fn triton(contract: &Contract) -> String {
    let mut tensors = String::new();
    let mut add = |field: &str, name: &str, of: TensorType, dims: &str| {
        let of = match of {
            TensorType::Double => "TYPE_FP64",
            TensorType::Float => "TYPE_FP32",
            TensorType::String => "TYPE_STRING",
        };
        let name = encode::proto_text(name);
        // A String takes every write.
        let _ = writeln!(tensors, "{field} [{{ name: {name}, data_type: {of}, dims: [{dims}] }}]");
    };
    for input in &contract.inputs {
        add("input", &input.name, input.tensor_type, "-1, 1");
    }
    for output in &contract.outputs {
        let dims: Vec<String> = output
            .shape
            .iter()
            .map(|dim| match dim {
                Dimension::Count(n) => n.to_string(),
                Dimension::Name(_) => "-1".to_owned(),
            })
            .collect();
        add("output", &output.name, output.tensor_type, &dims.join(", "));
    }
    fill(TRITON, &[("{{slug}}", contract.model.slug.clone()), ("{{tensors}}", tensors)])
}

/// One pass over the template: what is filled in is never looked at again.
pub(crate) fn fill(template: &str, places: &[(&str, String)]) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(at) = rest.find("{{") {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        match places.iter().find(|(place, _)| rest.starts_with(place)) {
            Some((place, value)) => {
                out.push_str(value);
                rest = &rest[place.len()..];
            }
            None => {
                out.push_str("{{");
                rest = &rest[2..];
            }
        }
    }
    out.push_str(rest);
    out
}

//! What is downloaded: named files, as a zip whose bytes depend on nothing but them.

use std::io::{Cursor, Read, Write};

use spec::{Failure, Message, Outcome};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use crate::contract::sha256;

pub const MODEL_FILE: &str = "model.onnx";
pub const CONTRACT_FILE: &str = "contract.json";
pub const REQUESTS_FILE: &str = "samples/requests.json";
pub const EXPECTED_FILE: &str = "samples/expected.json";
/// The golden rows as the training file would write them.
pub const CELLS_FILE: &str = "samples/cells.csv";
pub const JSON_FILE: &str = "model.json";
pub const README_FILE: &str = "README.md";
pub const BASELINE_FILE: &str = "monitoring/baseline.json";
pub const RULES_FILE: &str = "monitoring/rules.json";

/// The hash of model and contract together, in hexadecimal: what
/// `sha256sum contract.json model.onnx | sha256sum` prints in the bundle's folder. Services name it in every answer.
pub fn bundle_sha256(model: &[u8], contract: &[u8]) -> String {
    let lines = format!("{}  {CONTRACT_FILE}\n{}  {MODEL_FILE}\n", sha256(contract), sha256(model));
    sha256(lines.as_bytes())
}

/// Entries and bytes that a bundle read from a file may have.
const MAX_ENTRIES: usize = 1000;
const MAX_BYTES: u64 = 1 << 30;

#[derive(Clone, Debug, PartialEq)]
pub struct Bundle {
    /// What the download is called.
    pub file_name: String,
    /// Path within the bundle (`/` between parts), then the bytes.
    pub files: Vec<(String, Vec<u8>)>,
    /// What was verified, and what should be known before it is used.
    pub notes: Vec<Message>,
}

impl Bundle {
    pub fn file(&self, path: &str) -> Option<&[u8]> {
        self.files
            .iter()
            .find(|(name, _)| name == path)
            .map(|(_, bytes)| bytes.as_slice())
    }

    /// Fixed time stamps, files in order: the same files give the same bytes.
    ///
    /// Errors: `deploy.zip`.
    pub fn zip(&self) -> Outcome<Vec<u8>> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644);
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (path, bytes) in &self.files {
            writer.start_file(path.as_str(), options).map_err(zip_failure)?;
            writer.write_all(bytes).map_err(|error| zip_failure(error.into()))?;
        }
        Ok(writer.finish().map_err(zip_failure)?.into_inner())
    }

    /// The model and the contract of a bundle's zip.
    ///
    /// Errors: `deploy.zip` when it is no zip, lacks one of them, or holds more than a bundle can.
    pub fn model_and_contract(zip: &[u8]) -> Outcome<(Vec<u8>, Vec<u8>)> {
        let mut files = Self::read_files(zip, &[MODEL_FILE, CONTRACT_FILE])?.into_iter();
        Ok((files.next().unwrap_or_default(), files.next().unwrap_or_default()))
    }

    /// Files of a bundle's zip, in the order of the names. Errors: `deploy.zip`, also when one is not there.
    pub fn read_files(zip: &[u8], names: &[&str]) -> Outcome<Vec<Vec<u8>>> {
        let mut archive = ZipArchive::new(Cursor::new(zip)).map_err(zip_failure)?;
        if archive.len() > MAX_ENTRIES {
            return Err(Message::new("deploy.zip").with("error", "too many files").into());
        }
        let mut read = |path: &str| {
            let file = archive
                .by_name(path)
                .map_err(|_| Message::new("deploy.zip").with("error", format!("there is no {path} in it")))?;
            let mut bytes = Vec::new();
            file.take(MAX_BYTES + 1)
                .read_to_end(&mut bytes)
                .map_err(|error| zip_failure(error.into()))?;
            if bytes.len() as u64 > MAX_BYTES {
                return Err(Failure::new(Message::new("deploy.zip").with("error", "too large")));
            }
            Ok(bytes)
        };
        names.iter().map(|name| read(name)).collect()
    }
}

fn zip_failure(error: zip::result::ZipError) -> Failure {
    Message::new("deploy.zip").with("error", error.to_string()).into()
}

/// Letters, digits, `-` and `_` of the name, at most 40, and none of the names that Windows keeps for itself.
pub fn file_stem(name: &str, version: &str) -> String {
    let safe = |text: &str| {
        let mut out = String::new();
        for c in text.chars() {
            let c = if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
            if !(c == '_' && out.ends_with('_')) {
                out.push(c);
            }
        }
        out.trim_matches(['_', '-']).chars().take(40).collect::<String>()
    };
    let (name, version) = (safe(name), safe(version));
    let name = if name.is_empty() { "model".to_owned() } else { name };
    let stem = if version.is_empty() {
        name
    } else {
        format!("{name}-{version}")
    };
    format!("{stem}-bundle")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_safe() {
        assert_eq!(file_stem("Customer churn", "3"), "Customer_churn-3-bundle");
        assert_eq!(file_stem("../../etc/passwd", ""), "etc_passwd-bundle");
        assert_eq!(file_stem("con", "1"), "con-1-bundle");
        assert_eq!(file_stem("\u{202e}\u{0}\n", "\u{1f600}"), "model-bundle");
        assert!(file_stem(&"x".repeat(500), &"9".repeat(500)).len() <= 100);
    }

    #[test]
    fn a_zip_has_the_same_bytes_every_time_and_reads_back() {
        let files = vec![
            (MODEL_FILE.to_owned(), vec![7; 5000]),
            (CONTRACT_FILE.to_owned(), b"{}".to_vec()),
        ];
        let bundle = Bundle {
            file_name: "x.zip".to_owned(),
            files,
            notes: Vec::new(),
        };
        let bytes = bundle.zip().unwrap();
        assert_eq!(bytes, bundle.zip().unwrap());
        assert!(bytes.len() < 1000);
        assert_eq!(Bundle::model_and_contract(&bytes).unwrap(), (vec![7; 5000], b"{}".to_vec()));
        assert!(Bundle::model_and_contract(&bytes[..bytes.len() / 2]).is_err());
        assert!(Bundle::model_and_contract(b"").is_err());
    }
}

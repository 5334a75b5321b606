//! A project as one file (O2): `.mllc`, a zip of the stored records, byte for byte both ways.
//!
//! `manifest.json` names every other entry with its size and SHA-256; `project.json` is the record; `chunks/HASH` are the
//! content-addressed chunks that it names. Entries stand in this order, without time stamps, so that the same project
//! gives the same file.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read, Seek, SeekFrom, Write};

use serde::{Deserialize, Serialize};
use spec::{Message, Observer, Outcome, wire};
use table::ByteSource;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use crate::memory::sha256;

const FORMAT: u32 = 1;
const KIND: &str = "mllc_project";
const MANIFEST: &str = "manifest.json";
const RECORD: &str = "project.json";
const CHUNKS: &str = "chunks/";

/// What a file may hold at most: a hostile one must not fill the memory.
const MAX_ENTRIES: usize = 10_000;
const MAX_ENTRY_BYTES: u64 = 1 << 30;
const MAX_BYTES: u64 = 2 << 30;
/// Entries larger than this may not have been squeezed by more than [`MAX_RATIO`].
const RATIO_FROM_BYTES: u64 = 16 << 20;
const MAX_RATIO: u64 = 200;
/// The end record of a zip stands in its last bytes, before a comment.
const END_BYTES: u64 = 22 + 65_535;

/// The bytes of a project's records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Records {
    /// JSON of `spec::Project`.
    pub record: Vec<u8>,
    /// By SHA-256.
    pub chunks: BTreeMap<String, Vec<u8>>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Manifest {
    format: u32,
    kind: String,
    project: Part,
    chunks: Vec<Part>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Part {
    sha256: String,
    n_bytes: u64,
}

impl Part {
    fn of(bytes: &[u8]) -> Self {
        Self {
            sha256: sha256(bytes),
            n_bytes: bytes.len() as u64,
        }
    }
}

/// Errors: `deploy.zip`.
pub fn pack(records: &Records, observer: &mut dyn Observer) -> Outcome<Vec<u8>> {
    let manifest = Manifest {
        format: FORMAT,
        kind: KIND.to_owned(),
        project: Part::of(&records.record),
        chunks: records.chunks.values().map(|bytes| Part::of(bytes)).collect(),
    };
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let manifest = wire::to_json_pretty(&manifest).into_bytes();
    let head = [(MANIFEST.to_owned(), &manifest), (RECORD.to_owned(), &records.record)];
    let chunks = records.chunks.iter().map(|(hash, bytes)| (format!("{CHUNKS}{hash}"), bytes));
    for (i, (name, bytes)) in head.into_iter().chain(chunks).enumerate() {
        observer.tick(i as f64 / (records.chunks.len() + 2) as f64)?;
        writer.start_file(name, options).map_err(unwritable)?;
        writer.write_all(bytes).map_err(|error| unwritable(error.into()))?;
    }
    Ok(writer.finish().map_err(unwritable)?.into_inner())
}

fn unwritable(error: ZipError) -> spec::Failure {
    Message::new("deploy.zip").with("error", error.to_string()).into()
}

/// Reads a project file, with every hash verified.
///
/// Errors: `project_file.not_one` when it is no zip, or none of a project; `project_file.refused` with the reason when a
/// name, a size or the form of an entry is not what a project has; `project_file.damaged` with the entry that is missing
/// or whose bytes are not those of its hash; `project_file.newer`.
pub fn unpack(source: &dyn ByteSource, observer: &mut dyn Observer) -> Outcome<Records> {
    let n_entries = entries_by_end_record(source)?;
    let mut archive = ZipArchive::new(Reader::new(source)).map_err(|error| not_one(&error.to_string()))?;
    if n_entries != Some(archive.len()) {
        return Err(refused("two entries have the same name"));
    }
    if archive.len() > MAX_ENTRIES {
        return Err(refused("it has more than 10,000 entries"));
    }
    let mut names = BTreeSet::new();
    let mut n_bytes = 0;
    for i in 0..archive.len() {
        let entry = archive.by_index_raw(i).map_err(|error| not_one(&error.to_string()))?;
        let name = entry.name().to_owned();
        let is_chunk = name
            .strip_prefix(CHUNKS)
            .is_some_and(|hash| hash.len() == 64 && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')));
        if name != MANIFEST && name != RECORD && !is_chunk {
            return Err(refused(&format!("it has an entry named {}", shown(&name))));
        }
        if entry.encrypted() || entry.is_symlink() || entry.is_dir() {
            return Err(refused(&format!("{name} is encrypted, a link or a folder")));
        }
        n_bytes += entry.size();
        let is_bomb = entry.size() > RATIO_FROM_BYTES && entry.size() / entry.compressed_size().max(1) > MAX_RATIO;
        if entry.size() > MAX_ENTRY_BYTES || n_bytes > MAX_BYTES || is_bomb {
            return Err(refused(&format!("{name} is too large, or squeezed too far")));
        }
        names.insert(name);
    }
    if !names.contains(MANIFEST) || !names.contains(RECORD) {
        return Err(not_one("manifest.json or project.json is missing"));
    }
    let text = String::from_utf8(read(&mut archive, MANIFEST)?).map_err(|_| not_one("manifest.json is no text"))?;
    let tree = wire::parse_json(&text)?;
    let format = tree.get("format").and_then(wire::Value::as_u64).unwrap_or(0);
    if format > u64::from(FORMAT) {
        return Err(Message::new("project_file.newer")
            .with("format", format)
            .with("known", FORMAT)
            .into());
    }
    let manifest: Manifest = wire::from_value(tree)?;
    if manifest.kind != KIND {
        return Err(not_one("manifest.json is of another kind"));
    }
    if manifest.chunks.len() + 2 != names.len() {
        return Err(refused("manifest.json does not name what is in it"));
    }
    let record = verified(&mut archive, RECORD, &manifest.project)?;
    let mut chunks = BTreeMap::new();
    for (i, part) in manifest.chunks.iter().enumerate() {
        observer.tick(i as f64 / manifest.chunks.len() as f64)?;
        let bytes = verified(&mut archive, &format!("{CHUNKS}{}", part.sha256), part)?;
        chunks.insert(part.sha256.clone(), bytes);
    }
    Ok(Records { record, chunks })
}

fn verified(archive: &mut ZipArchive<Reader>, name: &str, part: &Part) -> Outcome<Vec<u8>> {
    let bytes = read(archive, name)?;
    if Part::of(&bytes) == *part {
        Ok(bytes)
    } else {
        Err(damaged(name))
    }
}

fn read(archive: &mut ZipArchive<Reader>, name: &str) -> Outcome<Vec<u8>> {
    let mut entry = archive.by_name(name).map_err(|_| damaged(name))?;
    let mut bytes = Vec::new();
    bytes
        .try_reserve_exact(entry.size() as usize)
        .map_err(|_| refused(&format!("{name} is larger than the memory")))?;
    // The size in the directory may be a lie: no more than it says is read.
    let limit = entry.size() + 1;
    entry
        .by_ref()
        .take(limit)
        .read_to_end(&mut bytes)
        .map_err(|_| damaged(name))?;
    Ok(bytes)
}

/// How many entries the end record counts: the reader keeps one of two with the same name.
fn entries_by_end_record(source: &dyn ByteSource) -> Outcome<Option<usize>> {
    let n = source.n_bytes();
    let start = n.saturating_sub(END_BYTES);
    let tail = source.read(start, (n - start) as usize)?;
    let at = (0..tail.len().saturating_sub(21))
        .rev()
        .find(|&at| tail[at..].starts_with(b"PK\x05\x06"));
    Ok(at.map(|at| usize::from(u16::from_le_bytes([tail[at + 10], tail[at + 11]]))))
}

fn not_one(what: &str) -> spec::Failure {
    Message::new("project_file.not_one").with("what", what).into()
}

fn refused(what: &str) -> spec::Failure {
    Message::new("project_file.refused").with("what", what).into()
}

fn damaged(name: &str) -> spec::Failure {
    Message::new("project_file.damaged").with("name", name).into()
}

/// A hostile name, short and without control characters.
fn shown(name: &str) -> String {
    name.chars().take(60).map(|c| if c.is_control() { '?' } else { c }).collect()
}

/// A source as a file that can be read from any place.
struct Reader<'a> {
    source: &'a dyn ByteSource,
    position: u64,
    slice: Vec<u8>,
    slice_start: u64,
}

const SLICE: usize = 1 << 20;

impl<'a> Reader<'a> {
    fn new(source: &'a dyn ByteSource) -> Self {
        Self {
            source,
            position: 0,
            slice: Vec::new(),
            slice_start: 0,
        }
    }
}

impl Read for Reader<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let inside = |own: &Self| (own.slice_start..own.slice_start + own.slice.len() as u64).contains(&own.position);
        if !inside(self) {
            let n = (self.source.n_bytes().saturating_sub(self.position)).min(SLICE as u64) as usize;
            self.slice = self
                .source
                .read(self.position, n)
                .map_err(|failure| std::io::Error::other(failure.message.says()))?;
            self.slice_start = self.position;
        }
        let rest = &self.slice[(self.position - self.slice_start) as usize..];
        let n = rest.len().min(out.len());
        out[..n].copy_from_slice(&rest[..n]);
        self.position += n as u64;
        Ok(n)
    }
}

impl Seek for Reader<'_> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        let to = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.source.n_bytes().checked_add_signed(by),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
        };
        self.position = to.ok_or_else(|| std::io::Error::other("before the beginning"))?;
        Ok(self.position)
    }
}

#[cfg(test)]
mod tests {
    use spec::Unobserved;

    use super::*;

    fn records() -> Records {
        let chunks = [b"one".to_vec(), vec![7; 300_000], Vec::new()];
        Records {
            record: b"{\"format\":1}".to_vec(),
            chunks: chunks.into_iter().map(|bytes| (sha256(&bytes), bytes)).collect(),
        }
    }

    /// A zip of these entries, as a hostile hand would write it.
    fn zipped(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in entries {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn code(bytes: Vec<u8>) -> String {
        unpack(&bytes, &mut Unobserved).unwrap_err().message.code
    }

    fn manifest(chunks: &[&[u8]]) -> Vec<u8> {
        let manifest = Manifest {
            format: FORMAT,
            kind: KIND.to_owned(),
            project: Part::of(b"{}"),
            chunks: chunks.iter().map(|bytes| Part::of(bytes)).collect(),
        };
        wire::to_json(&manifest).into_bytes()
    }

    #[test]
    fn what_was_packed_comes_back_and_packs_to_the_same_bytes() {
        let bytes = pack(&records(), &mut Unobserved).unwrap();
        assert!(bytes.len() < 5_000, "chunks are squeezed");
        let back = unpack(&bytes, &mut Unobserved).unwrap();
        assert_eq!(back, records());
        assert_eq!(pack(&back, &mut Unobserved).unwrap(), bytes);
    }

    #[test]
    fn other_files_are_no_projects() {
        assert_eq!(code(Vec::new()), "project_file.not_one");
        assert_eq!(code(b"a,b\n1,2\n".to_vec()), "project_file.not_one");
        assert_eq!(code(zipped(&[(RECORD, b"{}")])), "project_file.not_one");
        let other = b"{\"format\":1,\"kind\":\"shopping\",\"project\":{\"sha256\":\"\",\"n_bytes\":0},\"chunks\":[]}";
        assert_eq!(code(zipped(&[(MANIFEST, other), (RECORD, b"{}")])), "project_file.not_one");
    }

    #[test]
    fn a_newer_form_is_refused_with_its_number() {
        let newer = b"{\"format\":9}";
        assert_eq!(code(zipped(&[(MANIFEST, newer), (RECORD, b"{}")])), "project_file.newer");
    }

    #[test]
    fn hostile_entries_are_refused() {
        let own = manifest(&[]);
        for name in [
            "../evil",
            "/etc/passwd",
            "C:\\evil",
            "chunks/../../evil",
            "chunks/ABC",
            "extra.txt",
            "a\0b",
        ] {
            let bytes = zipped(&[(MANIFEST, &own), (RECORD, b"{}"), (name, b"x")]);
            assert_eq!(code(bytes), "project_file.refused", "{name:?}");
        }
        // A chunk that the manifest does not name.
        let stray = format!("{CHUNKS}{}", sha256(b"x"));
        let bytes = zipped(&[(MANIFEST, &own), (RECORD, b"{}"), (&stray, b"x")]);
        assert_eq!(code(bytes), "project_file.refused");
        // 300 MB of nothing in a few hundred KB.
        let bomb = vec![0; 300 << 20];
        let name = format!("{CHUNKS}{}", "0".repeat(64));
        let bytes = zipped(&[(MANIFEST, &own), (RECORD, b"{}"), (&name, &bomb)]);
        assert_eq!(code(bytes), "project_file.refused");
    }

    #[test]
    fn two_entries_of_one_name_are_refused() {
        let own = manifest(&[]);
        let mut bytes = zipped(&[(MANIFEST, &own), (RECORD, b"{}"), ("project.jsom", b"{ }")]);
        let twice: Vec<usize> = (0..bytes.len() - 12)
            .filter(|&at| bytes[at..].starts_with(b"project.jsom"))
            .collect();
        assert_eq!(twice.len(), 2);
        for at in twice {
            bytes[at..at + 12].copy_from_slice(b"project.json");
        }
        assert_eq!(code(bytes), "project_file.refused");
    }

    #[test]
    fn a_changed_byte_is_found() {
        let chunk = b"the chunk".as_slice();
        let name = format!("{CHUNKS}{}", sha256(chunk));
        let good = zipped(&[(MANIFEST, &manifest(&[chunk])), (RECORD, b"{}"), (&name, chunk)]);
        assert!(unpack(&good, &mut Unobserved).is_ok());
        let wrong = zipped(&[(MANIFEST, &manifest(&[chunk])), (RECORD, b"{}"), (&name, b"the chunx")]);
        assert_eq!(code(wrong), "project_file.damaged");
        let wrong = zipped(&[(MANIFEST, &manifest(&[chunk])), (RECORD, b"{ }"), (&name, chunk)]);
        assert_eq!(code(wrong), "project_file.damaged");
        let bytes = pack(&records(), &mut Unobserved).unwrap();
        for at in (0..bytes.len()).step_by(37) {
            let mut torn = bytes.clone();
            torn[at] ^= 0x55;
            // Some bytes of a zip mean nothing; none may bring other records.
            if let Ok(read) = unpack(&torn, &mut Unobserved) {
                assert_eq!(read, records());
            }
        }
        for end in (0..bytes.len()).step_by(41) {
            assert!(unpack(&bytes[..end].to_vec(), &mut Unobserved).is_err());
        }
    }

    #[test]
    fn deep_and_doubled_manifests_end_in_words() {
        let deep = "[".repeat(100_000);
        assert_eq!(code(zipped(&[(MANIFEST, deep.as_bytes()), (RECORD, b"{}")])), "wire.json");
        let doubled = b"{\"format\":1,\"format\":1}";
        assert_eq!(code(zipped(&[(MANIFEST, doubled), (RECORD, b"{}")])), "wire.json");
    }
}

//! A project as one file: `.mllc`, a zip of the stored records, byte for byte both ways.
//!
//! `manifest.json` names every other entry with its size and SHA-256; `project.json` is the record; `chunks/HASH` are the
//! content-addressed chunks that it names. Entries stand in this order, without time stamps, so that the same project
//! gives the same file.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Seek, SeekFrom, Write};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use spec::{Failure, Message, Observer, Outcome, Section, wire};
use table::ByteSource;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use crate::memory::{hexadecimal, sha256};
use crate::projects::{chunk_names, read_record};
use crate::task::{Made, Resources, Sink};

const FORMAT: u32 = 1;
const KIND: &str = "mllc_project";
const MANIFEST: &str = "manifest.json";
const RECORD: &str = "project.json";
const CHUNKS: &str = "chunks/";

/// What a file may hold at most, in bytes as they are unpacked: a hostile one must not fill the memory. How far an entry
/// is squeezed says nothing: a table of rare flags comes to a thousandth.
const MAX_ENTRIES: usize = 10_000;
const MAX_ENTRY_BYTES: u64 = 1 << 30;
pub const MAX_BYTES: u64 = 2 << 30;
/// Of manifest.json and of project.json: they are read into memory whole.
pub const MAX_TEXT_BYTES: u64 = 256 << 20;
/// The end record of a zip stands in its last bytes, before a comment.
const END_BYTES: u64 = 22 + 65_535;
/// Content is packed and unpacked in slices.
const SLICE: usize = 1 << 20;
/// The most that a piece of a written file has.
const PIECE_BYTES: usize = 16 << 20;
/// Share of the progress that writing takes; opening again has the rest.
const WRITE_SHARE: f64 = 0.7;

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
    fn named(chunk: &Chunk<'_>) -> Self {
        Self {
            sha256: chunk.sha256.to_owned(),
            n_bytes: chunk.n_bytes,
        }
    }

    fn of(bytes: &[u8]) -> Self {
        Self {
            sha256: sha256(bytes),
            n_bytes: bytes.len() as u64,
        }
    }
}

/// Content that is to be packed.
struct Chunk<'a> {
    sha256: &'a str,
    n_bytes: u64,
    /// Up to so many bytes from a place on.
    read: Box<dyn Fn(u64, usize) -> Outcome<Vec<u8>> + 'a>,
}

/// The file of these records, which was opened again: a backup that does not open is none.
///
/// Errors: `project_file.too_large`, `deploy.zip`, those of [`unpack`].
pub fn pack(records: &Records, observer: &mut dyn Observer) -> Outcome<Vec<u8>> {
    let chunks = chunks_of(records);
    let mut bytes = Vec::new();
    write(
        &mut bytes,
        &records.record,
        &chunks,
        &mut Section::new(observer, 0.0, WRITE_SHARE),
    )?;
    let written = crate::memory::InMemory(&bytes);
    open(
        &written,
        &names_of,
        &mut Nowhere,
        &mut Section::new(observer, WRITE_SHARE, 1.0),
    )?;
    Ok(bytes)
}

fn chunks_of(records: &Records) -> Vec<Chunk<'_>> {
    let mut chunks = Vec::new();
    for (sha256, bytes) in &records.chunks {
        chunks.push(Chunk {
            sha256,
            n_bytes: bytes.len() as u64,
            read: Box::new(move |start, n| Ok(slice_of(bytes, start, n))),
        });
    }
    chunks
}

/// [`pack`] of contents that the host was given, handed over piece by piece.
pub(crate) fn pack_task(
    resources: &dyn Resources,
    record: &[u8],
    names: &[String],
    observer: &mut dyn Observer,
) -> Outcome<Made> {
    let mut chunks = Vec::new();
    for name in names {
        let source = resources.content(name)?;
        chunks.push(Chunk {
            sha256: name,
            n_bytes: source.n_bytes(),
            read: Box::new(move |start, n| source.read(start, n)),
        });
    }
    let mut pieces = Pieces {
        sink: resources.sink(),
        piece: Vec::new(),
    };
    write(&mut pieces, record, &chunks, &mut Section::new(observer, 0.0, WRITE_SHARE))?;
    let made = pieces.finish()?;
    let written = resources.made(&made)?;
    open(
        &*written,
        &names_of,
        &mut Nowhere,
        &mut Section::new(observer, WRITE_SHARE, 1.0),
    )?;
    Ok(made)
}

fn write(out: &mut dyn Write, record: &[u8], chunks: &[Chunk<'_>], observer: &mut dyn Observer) -> Outcome<()> {
    let n_bytes: u64 = chunks.iter().map(|chunk| chunk.n_bytes).sum();
    let largest = chunks.iter().map(|chunk| chunk.n_bytes).max().unwrap_or(0);
    let is_too_large = largest > MAX_ENTRY_BYTES || n_bytes + record.len() as u64 > MAX_BYTES;
    if is_too_large || record.len() as u64 > MAX_TEXT_BYTES || chunks.len() + 2 > MAX_ENTRIES {
        return Err(Message::new("project_file.too_large")
            .with("n_bytes", n_bytes + record.len() as u64)
            .with("largest", largest)
            .with("most", MAX_BYTES)
            .with("most_each", MAX_ENTRY_BYTES)
            .into());
    }
    let manifest = Manifest {
        format: FORMAT,
        kind: KIND.to_owned(),
        project: Part::of(record),
        chunks: chunks.iter().map(Part::named).collect(),
    };
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut writer = ZipWriter::new_stream(out);
    let manifest = wire::to_json_pretty(&manifest).into_bytes();
    for (name, bytes) in [(MANIFEST, manifest.as_slice()), (RECORD, record)] {
        writer.start_file(name, options).map_err(unwritable)?;
        writer.write_all(bytes).map_err(|error| unwritable(error.into()))?;
    }
    let mut n_done = 0;
    for chunk in chunks {
        writer
            .start_file(format!("{CHUNKS}{}", chunk.sha256), options)
            .map_err(unwritable)?;
        let mut at = 0;
        while at < chunk.n_bytes {
            observer.tick((n_done + at) as f64 / n_bytes.max(1) as f64)?;
            let slice = (chunk.read)(at, SLICE)?;
            if slice.is_empty() {
                return Err(damaged(&format!("{CHUNKS}{}", chunk.sha256)));
            }
            writer.write_all(&slice).map_err(|error| unwritable(error.into()))?;
            at += slice.len() as u64;
        }
        n_done += chunk.n_bytes;
    }
    writer.finish().map_err(unwritable)?;
    Ok(())
}

fn slice_of(bytes: &[u8], start: u64, n: usize) -> Vec<u8> {
    let start = usize::try_from(start).map_or(bytes.len(), |start| start.min(bytes.len()));
    bytes[start..bytes.len().min(start + n)].to_vec()
}

/// What is written, handed over in pieces.
struct Pieces {
    sink: Box<dyn Sink>,
    piece: Vec<u8>,
}

impl Pieces {
    fn put(&mut self, mut bytes: &[u8]) -> Outcome<()> {
        while self.piece.len() + bytes.len() > PIECE_BYTES {
            let (now, later) = bytes.split_at(PIECE_BYTES - self.piece.len());
            self.piece.extend_from_slice(now);
            self.sink.put(&self.piece)?;
            self.piece.clear();
            bytes = later;
        }
        self.piece.extend_from_slice(bytes);
        Ok(())
    }

    fn finish(mut self) -> Outcome<Made> {
        if !self.piece.is_empty() {
            self.sink.put(&self.piece)?;
        }
        self.sink.finish()
    }
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let put = self.put(bytes);
        put.map_err(|failure| std::io::Error::other(failure.message.says()))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn unwritable(error: ZipError) -> Failure {
    Message::new("deploy.zip").with("error", error.to_string()).into()
}

/// Where the chunks of a file go as they are unpacked.
trait Receiver {
    fn put(&mut self, bytes: &[u8]) -> Outcome<()>;

    /// All bytes of the chunk came, and they have its hash.
    fn end(&mut self, sha256: &str) -> Outcome<()>;
}

/// Only whether the file can be opened is asked.
struct Nowhere;

impl Receiver for Nowhere {
    fn put(&mut self, _bytes: &[u8]) -> Outcome<()> {
        Ok(())
    }

    fn end(&mut self, _sha256: &str) -> Outcome<()> {
        Ok(())
    }
}

#[derive(Default)]
struct InMemory {
    current: Vec<u8>,
    chunks: BTreeMap<String, Vec<u8>>,
}

impl Receiver for InMemory {
    fn put(&mut self, bytes: &[u8]) -> Outcome<()> {
        self.current
            .try_reserve(bytes.len())
            .map_err(|_| refused("it is larger than the memory"))?;
        self.current.extend_from_slice(bytes);
        Ok(())
    }

    fn end(&mut self, sha256: &str) -> Outcome<()> {
        self.chunks.insert(sha256.to_owned(), std::mem::take(&mut self.current));
        Ok(())
    }
}

struct HandedOver<'a> {
    resources: &'a dyn Resources,
    current: Option<Pieces>,
    chunks: Chunks,
}

impl HandedOver<'_> {
    fn current(&mut self) -> &mut Pieces {
        self.current.get_or_insert_with(|| Pieces {
            sink: self.resources.sink(),
            piece: Vec::new(),
        })
    }
}

impl Receiver for HandedOver<'_> {
    fn put(&mut self, bytes: &[u8]) -> Outcome<()> {
        self.current().put(bytes)
    }

    fn end(&mut self, sha256: &str) -> Outcome<()> {
        self.current();
        if let Some(pieces) = self.current.take() {
            self.chunks.push((sha256.to_owned(), pieces.finish()?));
        }
        Ok(())
    }
}

/// Reads a project file, with every hash verified.
///
/// Errors: `project_file.not_one` when it is no zip, or none of a project; `project_file.refused` with the reason when a
/// name, a size or the form of an entry is not what a project has, or when the record does not name an entry;
/// `project_file.lost` with the entry that the record names and the file does not have; `project_file.damaged` with the
/// entry whose bytes are not those of its hash; `project_file.newer`; those of [`read_record`].
pub fn unpack(source: &dyn ByteSource, observer: &mut dyn Observer) -> Outcome<Records> {
    let mut receiver = InMemory::default();
    let record = open(source, &names_of, &mut receiver, observer)?;
    Ok(Records {
        record,
        chunks: receiver.chunks,
    })
}

/// Contents by their names.
type Chunks = Vec<(String, Made)>;

/// [`unpack`] of which the chunks are handed over to the host.
pub(crate) fn unpack_task(
    resources: &dyn Resources,
    source: &dyn ByteSource,
    observer: &mut dyn Observer,
) -> Outcome<(Vec<u8>, Chunks)> {
    let mut receiver = HandedOver {
        resources,
        current: None,
        chunks: Vec::new(),
    };
    let record = open(source, &names_of, &mut receiver, observer)?;
    Ok((record, receiver.chunks))
}

/// The chunks that a record names. Only these are unpacked.
fn names_of(record: &[u8]) -> Outcome<BTreeSet<String>> {
    let project = read_record(record).map_err(|failure| match failure.message.code.as_str() {
        "store.damaged" => not_one(&format!("{RECORD} is no project: {}", failure.message.says())),
        _ => failure,
    })?;
    Ok(chunk_names(&project))
}

/// Checks all of a file before the first chunk is unpacked; the record.
fn open(
    source: &dyn ByteSource,
    names_of: &dyn Fn(&[u8]) -> Outcome<BTreeSet<String>>,
    receiver: &mut dyn Receiver,
    observer: &mut dyn Observer,
) -> Outcome<Vec<u8>> {
    let n_entries = entries_by_end_record(source)?;
    let mut archive = ZipArchive::new(Reader::new(source)).map_err(|error| not_one(&error.to_string()))?;
    if n_entries != Some(archive.len()) {
        return Err(refused("two entries have the same name"));
    }
    if archive.len() > MAX_ENTRIES {
        return Err(refused("it has more than 10,000 entries"));
    }
    let mut names = BTreeSet::new();
    for i in 0..archive.len() {
        let entry = archive.by_index_raw(i).map_err(|error| not_one(&error.to_string()))?;
        let name = entry.name().to_owned();
        if name != MANIFEST && name != RECORD && !name.strip_prefix(CHUNKS).is_some_and(is_chunk_name) {
            return Err(refused(&format!("it has an entry named {}", shown(&name))));
        }
        if entry.encrypted() || entry.is_symlink() || entry.is_dir() {
            return Err(refused(&format!("{name} is encrypted, a link or a folder")));
        }
        names.insert(name);
    }
    if !names.contains(MANIFEST) || !names.contains(RECORD) {
        return Err(not_one("manifest.json or project.json is missing"));
    }
    let text = String::from_utf8(whole(&mut archive, MANIFEST)?).map_err(|_| not_one("manifest.json is no text"))?;
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
    let parts: BTreeMap<&str, &Part> = manifest.chunks.iter().map(|part| (part.sha256.as_str(), part)).collect();
    let is_listed = |name: &String| name.strip_prefix(CHUNKS).is_none_or(|hash| parts.contains_key(hash));
    if parts.len() != manifest.chunks.len() || !names.iter().all(is_listed) {
        return Err(refused("manifest.json does not name what is in it"));
    }
    let record = whole(&mut archive, RECORD)?;
    if Part::of(&record) != manifest.project {
        return Err(damaged(RECORD));
    }
    let wanted = names_of(&record)?;
    if let Some(stray) = parts.keys().find(|hash| !wanted.contains(**hash)) {
        return Err(refused(&format!("project.json does not name {CHUNKS}{stray}")));
    }
    let is_there = |hash: &str| parts.contains_key(hash) && names.contains(&format!("{CHUNKS}{hash}"));
    if let Some(lost) = wanted.iter().find(|hash| !is_there(hash)) {
        let name = format!("{CHUNKS}{lost}");
        return Err(Message::new("project_file.lost").with("name", name).into());
    }
    let n_bytes = manifest
        .chunks
        .iter()
        .fold(0u64, |sum, part| sum.saturating_add(part.n_bytes));
    if n_bytes > MAX_BYTES {
        return Err(refused("it unpacks to more than 2 GiB"));
    }
    let mut n_done = 0;
    for part in &manifest.chunks {
        let name = format!("{CHUNKS}{}", part.sha256);
        if part.n_bytes > MAX_ENTRY_BYTES {
            return Err(refused(&format!("{name} unpacks to more than 1 GiB")));
        }
        let mut hasher = Sha256::new();
        let mut n_read = 0;
        unpacked(&mut archive, &name, part.n_bytes, &mut |slice| {
            n_read += slice.len() as u64;
            observer.tick((n_done + n_read) as f64 / n_bytes.max(1) as f64)?;
            hasher.update(slice);
            receiver.put(slice)
        })?;
        if n_read != part.n_bytes || hexadecimal(&hasher.finalize()) != part.sha256 {
            return Err(damaged(&name));
        }
        receiver.end(&part.sha256)?;
        n_done += part.n_bytes;
    }
    Ok(record)
}

/// Is it the name of a chunk: a SHA-256 in small hexadecimal letters?
pub fn is_chunk_name(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn whole(archive: &mut ZipArchive<Reader>, name: &str) -> Outcome<Vec<u8>> {
    let mut bytes = Vec::new();
    unpacked(archive, name, MAX_TEXT_BYTES, &mut |slice| {
        bytes
            .try_reserve(slice.len())
            .map_err(|_| refused(&format!("{name} is larger than the memory")))?;
        bytes.extend_from_slice(slice);
        Ok(())
    })?;
    Ok(bytes)
}

/// Unpacks an entry slice by slice, and no more of it than it may have: the sizes in a directory may be lies.
fn unpacked(archive: &mut ZipArchive<Reader>, name: &str, most: u64, take: &mut dyn FnMut(&[u8]) -> Outcome<()>) -> Outcome<()> {
    let mut entry = archive.by_name(name).map_err(|_| damaged(name))?;
    let mut slice = vec![0; SLICE.min(usize::try_from(most).unwrap_or(SLICE)).max(1)];
    let mut n_read = 0;
    loop {
        let n = entry.read(&mut slice).map_err(|_| damaged(name))?;
        if n == 0 {
            return Ok(());
        }
        n_read += n as u64;
        if n_read > most {
            return Err(refused(&format!("{name} unpacks to more than it may")));
        }
        take(&slice[..n])?;
    }
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
    use std::io::Cursor;

    use spec::Unobserved;

    use super::*;

    /// Whatever the manifest lists counts as named by the record.
    fn unpack(bytes: &dyn ByteSource, observer: &mut dyn Observer) -> Outcome<Records> {
        let mut receiver = InMemory::default();
        let n = bytes.n_bytes() as usize;
        let all = bytes.read(0, n)?;
        let listed = listed(&all);
        let record = open(bytes, &|_| Ok(listed.clone()), &mut receiver, observer)?;
        Ok(Records {
            record,
            chunks: receiver.chunks,
        })
    }

    /// The chunks that a file's manifest lists.
    fn listed(bytes: &[u8]) -> BTreeSet<String> {
        let manifest = ZipArchive::new(Cursor::new(bytes)).ok().and_then(|mut archive| {
            let mut text = String::new();
            archive.by_name(MANIFEST).ok()?.read_to_string(&mut text).ok()?;
            wire::from_json::<Manifest>(&text).ok()
        });
        let parts = manifest.into_iter().flat_map(|manifest| manifest.chunks);
        parts.map(|part| part.sha256).collect()
    }

    fn pack(records: &Records, observer: &mut dyn Observer) -> Outcome<Vec<u8>> {
        let mut bytes = Vec::new();
        write(&mut bytes, &records.record, &chunks_of(records), observer)?;
        Ok(bytes)
    }

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
        // More than the manifest says, of which nothing more is unpacked.
        let told = br#"{"format":1,"kind":"mllc_project","project":{"sha256":"HASH","n_bytes":2},"chunks":[
            {"sha256":"0000000000000000000000000000000000000000000000000000000000000000","n_bytes":5}]}"#;
        let told = String::from_utf8_lossy(told).replace("HASH", &sha256(b"{}"));
        let bytes = zipped(&[(MANIFEST, told.as_bytes()), (RECORD, b"{}"), (&name, &bomb)]);
        assert_eq!(code(bytes), "project_file.refused");
        // Sizes beyond what a project has are refused before a byte is unpacked.
        for n_bytes in ["3221225472", "18446744073709551615"] {
            let told = told.replace("\"n_bytes\":5", &format!("\"n_bytes\":{n_bytes}"));
            let bytes = zipped(&[(MANIFEST, told.as_bytes()), (RECORD, b"{}"), (&name, b"x")]);
            assert_eq!(code(bytes), "project_file.refused", "{n_bytes}");
        }
    }

    /// How far bytes are squeezed says nothing of who wrote them: rare flags come to a thousandth.
    #[test]
    fn what_is_squeezed_far_opens_again() {
        let flags = vec![0; 40 << 20];
        let own = Records {
            chunks: BTreeMap::from([(sha256(&flags), flags)]),
            ..records()
        };
        let bytes = pack(&own, &mut Unobserved).unwrap();
        assert!(bytes.len() < 80_000, "{}", bytes.len());
        assert_eq!(unpack(&bytes, &mut Unobserved).unwrap(), own);
    }

    #[test]
    fn only_what_the_record_names_is_unpacked() {
        let bytes = pack(&records(), &mut Unobserved).unwrap();
        let named = |names: BTreeSet<String>| {
            let mut receiver = InMemory::default();
            let opened = open(&bytes, &|_| Ok(names.clone()), &mut receiver, &mut Unobserved);
            assert!(receiver.chunks.is_empty(), "nothing is unpacked first");
            opened.unwrap_err().message.code
        };
        let all: BTreeSet<String> = records().chunks.into_keys().collect();
        let some = all.iter().skip(1).cloned().collect();
        assert_eq!(named(some), "project_file.refused");
        let more = all.into_iter().chain([sha256(b"another")]).collect();
        assert_eq!(named(more), "project_file.lost");
    }

    #[test]
    fn too_much_is_not_written() {
        let chunk = |n_bytes| Chunk {
            sha256: "",
            n_bytes,
            read: Box::new(|_, _| Ok(Vec::new())),
        };
        for chunks in [
            vec![chunk(MAX_ENTRY_BYTES + 1)],
            vec![chunk(MAX_ENTRY_BYTES), chunk(MAX_ENTRY_BYTES)],
        ] {
            let mut out = Vec::new();
            let failure = write(&mut out, b"{}", &chunks, &mut Unobserved).unwrap_err();
            assert_eq!(failure.message.code, "project_file.too_large");
            assert!(out.is_empty());
        }
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

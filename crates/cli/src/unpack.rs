//! `mllc export` and `mllc import`: a project file as a folder, and back.
//!
//! `project.json` is the record, `chunks/` what it names, `pipeline.json` the document on its own, for people and for
//! git. Unchanged, the folder packs to the same bytes; where pipeline.json was edited, its document takes the place of
//! the record's, as one step that undo goes back over.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context;
use engine::project_file::{MAX_BYTES, MAX_TEXT_BYTES, Records, is_chunk_name, pack, unpack};
use spec::{Edit, Pipeline, Project, Unobserved, wire};

use crate::args::{Export, Import};
use crate::exit::{Exit, WrongUse};
use crate::files::{self, Kind};
use crate::session::in_words;

const RECORD: &str = "project.json";
const PIPELINE: &str = "pipeline.json";
const CHUNKS: &str = "chunks";

pub fn export(args: &Export) -> anyhow::Result<Exit> {
    let is_empty = args.out.read_dir().map_or(true, |mut entries| entries.next().is_none());
    if !is_empty {
        return Err(WrongUse(format!("{} is not empty", args.out.display())).into());
    }
    let records = records(&args.project)?;
    let project = parsed(&records.record)?;
    std::fs::create_dir_all(args.out.join(CHUNKS)).with_context(|| args.out.display().to_string())?;
    write(&args.out.join(RECORD), &records.record)?;
    write(&args.out.join(PIPELINE), project.pipeline.to_json().as_bytes())?;
    for (hash, bytes) in &records.chunks {
        write(&args.out.join(CHUNKS).join(hash), bytes)?;
    }
    eprintln!("{}: {} chunks in {}", project.name, records.chunks.len(), args.out.display());
    Ok(Exit::Done)
}

pub fn import(args: &Import) -> anyhow::Result<Exit> {
    let mut record = files::whole(&args.folder.join(RECORD), Kind::Plain, MAX_TEXT_BYTES)?;
    let mut project = parsed(&record)?;
    let document = args.folder.join(PIPELINE);
    if document.exists() {
        let text = String::from_utf8(files::whole(&document, Kind::Plain, MAX_TEXT_BYTES)?)
            .with_context(|| document.display().to_string())?;
        let pipeline = Pipeline::from_json(&text)
            .map_err(in_words)
            .with_context(|| document.display().to_string())?;
        if pipeline != project.pipeline {
            take(&mut project, pipeline)?;
            record = wire::to_json(&project).into_bytes();
            eprintln!("{PIPELINE} was edited: its document is the project's now");
        }
    }
    let mut chunks = BTreeMap::new();
    let mut n_left = MAX_BYTES;
    for name in engine::chunk_names(&project) {
        if !is_chunk_name(&name) {
            let shown: String = name.chars().take(80).map(|c| if c.is_control() { '?' } else { c }).collect();
            anyhow::bail!(
                "{}: \"{shown}\" is no name of a chunk (64 hexadecimal digits); export the project again",
                args.folder.join(RECORD).display()
            );
        }
        let path = args.folder.join(CHUNKS).join(&name);
        if !path.try_exists().unwrap_or(false) {
            anyhow::bail!(
                "{}: project.json names this chunk, and it is not there; export the project again, or take it from where \
                 the folder was copied from",
                path.display()
            );
        }
        let bytes = files::whole(&path, Kind::Plain, n_left)?;
        n_left -= bytes.len() as u64;
        if engine::sha256(&bytes) != name {
            anyhow::bail!(
                "{}: the file has changed since it was exported (its SHA-256 is not its name); take it from where it was \
                 copied from, or export the project again",
                path.display()
            );
        }
        chunks.insert(name, bytes);
    }
    let packed = pack(&Records { record, chunks }, &mut Unobserved).map_err(in_words)?;
    write(&args.out, &packed)?;
    eprintln!("{}: {}", project.name, args.out.display());
    Ok(Exit::Done)
}

/// The records of a project file.
pub fn records(path: &Path) -> anyhow::Result<Records> {
    let bytes = files::whole(path, Kind::PlainOrLinked, MAX_BYTES)?;
    unpack(&bytes, &mut Unobserved)
        .map_err(in_words)
        .with_context(|| path.display().to_string())
}

fn parsed(record: &[u8]) -> anyhow::Result<Project> {
    engine::read_record(record).map_err(in_words).context(RECORD)
}

/// The edited document, so that undo in the browser goes back to the one before.
fn take(project: &mut Project, pipeline: Pipeline) -> anyhow::Result<()> {
    let edit = match project.data.clone() {
        Some(data) => Edit::SetData { data, pipeline },
        None => {
            project.pipeline = pipeline;
            return Ok(());
        }
    };
    project.apply(&edit).map_err(in_words)
}

fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    std::fs::write(path, bytes).map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))
}

//! `mllc export` and `mllc import`: a project file as a folder, and back (O3).
//!
//! `project.json` is the record, `chunks/` what it names, `pipeline.json` the document on its own, for people and for
//! git. Unchanged, the folder packs to the same bytes; where pipeline.json was edited, its document takes the place of
//! the record's, as one step that undo goes back over.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context;
use engine::project_file::{Records, pack, unpack};
use spec::{Edit, Pipeline, Project, Unobserved, wire};

use crate::args::{Export, Import};
use crate::exit::{Exit, WrongUse};
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
    let read = |path: &Path| std::fs::read(path).map_err(|error| WrongUse(format!("{}: {error}", path.display())));
    let mut record = read(&args.folder.join(RECORD))?;
    let mut project = parsed(&record)?;
    let document = args.folder.join(PIPELINE);
    if document.exists() {
        let text = String::from_utf8(read(&document)?).with_context(|| document.display().to_string())?;
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
    for name in engine::chunk_names(&project) {
        let path = args.folder.join(CHUNKS).join(&name);
        let bytes = read(&path)?;
        if engine::sha256(&bytes) != name {
            anyhow::bail!("{}: the bytes are not those of its name; copy the file again", path.display());
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
    let bytes = std::fs::read(path).map_err(|error| WrongUse(format!("{}: {error}", path.display())))?;
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

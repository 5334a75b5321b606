//! `mllc register`: a run of a project file becomes a version, with a number of its own and a bundle that bears it.

use std::path::Path;

use anyhow::Context;
use futures_lite::future::block_on;
use serde_json::json;
use spec::Edit;
use spec::job::{Answer, Job};
use spec::registry::{Alias, ModelRef, Naming, Version, VersionName};
use spec::texts::cli as words;

use crate::exit::{Exit, WrongUse};
use crate::run::{current, write};
use crate::session::{Session, in_words};
use crate::{args, out};

pub fn run(args: &args::Register) -> anyhow::Result<Exit> {
    if !args.project.is_file() {
        return Err(WrongUse(format!("{} is not a file", args.project.display())).into());
    }
    if let Some(folder) = args.out.as_deref().filter(|folder| is_taken(folder)) {
        return Err(WrongUse(words::folder_is_taken(&folder.display().to_string())).into());
    }
    let session = Session::new(None)?;
    let file = session.engine.host().add_file(&args.project);
    session
        .ask(Job::ImportProject { file })
        .with_context(|| args.project.display().to_string())?;
    let project = current(&session)?;
    let run = match args.run {
        Some(id) => project.runs.iter().find(|run| run.id == id),
        None => project.current_run(),
    };
    let run = run.with_context(|| words::no_run(args.run))?;
    let is_same = |version: &&Version| {
        version.run.model_hash == run.model_hash
            && version.run.training_key == run.training_key
            && version.decision_threshold == project.pipeline.decision_threshold.or(version.decision_threshold)
    };
    // The same content is the same version.
    let known = project.registry.versions.iter().find(is_same).map(|version| version.number);
    let number = match known {
        Some(number) => number,
        None => {
            let job = Job::Register {
                run: run.id,
                note: args.note.clone(),
            };
            match session.ask(job)?.0 {
                Answer::Registered { version } => version,
                _ => anyhow::bail!("the engine gave another answer than asked for"),
            }
        }
    };
    if args.champion && project.registry.champion != Some(number) {
        promote(&session, number, &args.reason)?;
    }
    let naming = Naming {
        name: args.name.clone(),
        version: args.model_version.clone().map(VersionName::Exact),
    };
    let bundle = block_on(session.engine.bundle_files(0, ModelRef::Version(number), &naming)).map_err(in_words)?;
    // Nothing is written before all of it is there.
    let file = session.project_file()?;
    if let Some(out) = &args.out {
        leave(out, &bundle)?;
    }
    replace(&args.project, &file)?;
    let project = current(&session)?;
    let exported = project.registry.version(number).and_then(|version| version.exported.last());
    let exported = exported.context("the version was not exported")?;
    eprintln!(
        "{}",
        words::registered(number, known.is_some(), &exported.name, &exported.version)
    );
    if args.json {
        let found = json!({
            "format": spec::FORMAT, "number": number, "is_new": known.is_none(), "champion": project.registry.champion,
            "model": exported.name, "version": exported.version, "sha256": exported.sha256,
        });
        out::print(&(serde_json::to_string_pretty(&found)? + "\n"))?;
    }
    Ok(Exit::Done)
}

fn promote(session: &Session, number: u32, reason: &str) -> anyhow::Result<()> {
    let project = current(session)?;
    let at_ms = engine::Host::now_ms(session.engine.host());
    session.ask(Job::Edits {
        id: project.id,
        base_generation: 0,
        first_seq: project.journal_seq + 1,
        edits: vec![Edit::SetAlias {
            alias: Alias::Champion,
            version: Some(number),
            reason: reason.to_owned(),
            at_ms,
        }],
    })?;
    Ok(())
}

fn is_taken(folder: &Path) -> bool {
    std::fs::read_dir(folder).map_or_else(|_| folder.exists(), |mut entries| entries.next().is_some())
}

fn leave(out: &Path, files: &[(String, Vec<u8>)]) -> anyhow::Result<()> {
    for (name, bytes) in files {
        let path = out.join(name);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        }
        write(&path, bytes)?;
    }
    Ok(())
}

/// The old file stays until the new one is whole.
fn replace(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let partial = path.with_extension("part");
    write(&partial, bytes)?;
    std::fs::rename(&partial, path).with_context(|| path.display().to_string())
}
